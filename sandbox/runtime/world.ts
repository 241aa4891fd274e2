import { Access } from './access';
import { CacheStore } from './cache-store';
import { DocumentLock } from './document-lock';
import type { EntryRules } from './entry';
import { Faults } from './faults';
import { PropertyStore } from './property-store';
import { CONSUMER_QUOTAS, type Quotas } from './quotas';
import type { InstalledTrigger, Mail, MenuItem, ShownPage } from './records';
import type { Transport } from './transport';
import type { SavedWorkbook, Workbook } from './workbook';
import type { Unflushed } from './writes';
import { Zone } from './zone';

/** The options with their defaults filled in. */
export interface Settings {
  readonly now: () => number;
  readonly advance: (ms: number) => void;
  readonly random: () => number;
  readonly transport: Transport;
  readonly scriptZone: Zone;
  readonly locale: string;
  readonly userEmail: string;
  readonly emailHidden: boolean;
  readonly cells: 'restricted' | 'unrestricted';
  readonly addOn: boolean;
  readonly allowLocalhost: boolean;
  readonly fetchTimeoutHonored: boolean;
  readonly formulasInTextCells: boolean;
  readonly unflushed: Unflushed;
  readonly refusedAt: 'call' | 'flush';
  readonly documentCache: boolean;
  readonly fileInTriggers: boolean;
  readonly runawayMs: number;
  readonly onEnd: () => void;
}

/**
 * What belongs to the script rather than to one file: an add-on has one for all files, a bound
 * script is one of its file alone.
 */
export class ScriptStores {
  readonly properties = new PropertyStore();
  readonly cache: CacheStore;

  constructor(now: () => number) {
    this.cache = new CacheStore(now);
  }
}

/** Everything of a spreadsheet and its script that outlives the process, as JSON can hold it. */
export interface SavedFile {
  readonly workbook: SavedWorkbook;
  readonly documentProperties: Readonly<Record<string, string>>;
  readonly scriptProperties: Readonly<Record<string, string>>;
  readonly triggers: readonly InstalledTrigger[];
  /** How many there ever were, by which the next one is named. */
  readonly triggersMade: number;
}

/** Everything that outlives an execution, and some that may. */
export class World {
  readonly settings: Settings;
  readonly workbook: Workbook;
  readonly script: ScriptStores;
  readonly access = new Access();
  readonly documentProperties = new PropertyStore();
  readonly documentCache: CacheStore;
  readonly lock = new DocumentLock();
  readonly faults = new Faults();
  readonly quotas: Quotas = { ...CONSUMER_QUOTAS };
  readonly triggers: InstalledTrigger[] = [];
  /** Those that an add-on has made in other files; they do not fire here. */
  readonly triggersElsewhere: InstalledTrigger[] = [];
  readonly mails: Mail[] = [];
  readonly html = new Map<string, string>();
  /** How often a script has looked at a formula that never rests. */
  looks = 0;
  menu: MenuItem[] = [];
  sidebar: ShownPage | undefined;
  /** The dialog that stands over the spreadsheet. */
  dialog: ShownPage | undefined;
  #zone: Zone;
  #triggersMade = 0;

  constructor(settings: Settings, workbook: Workbook, script = new ScriptStores(settings.now)) {
    this.settings = settings;
    this.workbook = workbook;
    this.script = script;
    this.documentCache = new CacheStore(settings.now);
    this.#zone = new Zone(workbook.timeZone);
  }

  /** Takes over what `saved()` gave, but for the workbook. */
  restore({ documentProperties, scriptProperties, triggers, triggersMade }: SavedFile): void {
    for (const [key, value] of Object.entries(documentProperties))
      this.documentProperties.set(key, value);
    for (const [key, value] of Object.entries(scriptProperties))
      this.script.properties.set(key, value);
    this.triggers.push(...triggers);
    this.#triggersMade = triggersMade;
  }

  /** Changes with everything that `saved` would give. */
  get revision(): string {
    const { workbook, documentProperties, script, triggers } = this;
    return [
      workbook.revision,
      documentProperties.revision,
      script.properties.revision,
      this.#triggersMade,
      triggers.length,
    ].join(' ');
  }

  saved(): SavedFile {
    return {
      workbook: this.workbook.saved(),
      documentProperties: this.documentProperties.all(),
      scriptProperties: this.script.properties.all(),
      triggers: this.triggers,
      triggersMade: this.#triggersMade,
    };
  }

  /** What Google makes of the dates of a file in a zone that nobody knows is not known either. */
  get rules(): EntryRules {
    const { timeZone } = this.workbook;
    if (this.#zone.name !== timeZone)
      this.#zone = new Zone(Zone.isKnown(timeZone) ? timeZone : 'Etc/UTC');
    return {
      zone: this.#zone,
      notation: this.workbook.notation,
      customFunction: this.workbook.customFunction,
      formulasInTextCells: this.settings.formulasInTextCells,
    };
  }

  newTriggerId(): string {
    this.#triggersMade += 1;
    return String(4_000_000_000_000_000 + this.#triggersMade);
  }
}
