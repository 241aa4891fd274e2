import type { Runtime } from '../../src/apps-script/runtime';
import type { Access, Authorization, Role } from './access';
import type { CachedItem, CacheStore } from './cache-store';
import type { Caller } from './caller';
import { type CsvOptions, loadCsv, saveCsv } from './csv';
import type { DocumentLock } from './document-lock';
import { Execution, type ExecutionOptions, type ExecutionReport } from './execution';
import type { Faults } from './faults';
import { NumberNotation } from './notation';
import { MAX_PENDING_EDITS, OpenSpreadsheet, type PendingEdit } from './person';
import type { PropertyStore } from './property-store';
import { CONSUMER_QUOTAS, type Quotas, spend } from './quotas';
import { RUNAWAY_MS } from './realm';
import type { InstalledTrigger, Mail, MenuItem, ShownPage } from './records';
import { jsonArgument } from './rpc';
import { type Bundle, bundle } from './script';
import { FakeRange, FakeSpreadsheet } from './spreadsheet';
import type { Transport } from './transport';
import { Workbook } from './workbook';
import { type SavedFile, type ScriptStores, type Settings, World } from './world';
import type { Unflushed } from './writes';
import { Zone } from './zone';

export interface GoogleOptions {
  readonly now: () => number;
  /** How `Utilities.sleep` and waiting for a lock pass time. Without it they take none. */
  readonly advance?: (ms: number) => void;
  readonly transport: Transport;
  /** Of the spreadsheet; America/New_York unless told. */
  readonly timeZone?: string;
  /**
   * Of the script: what local getters of `Date` use. Etc/UTC unless told, for a pushed manifest
   * rarely has the customer's zone.
   */
  readonly scriptTimeZone?: string;
  /** Of the spreadsheet: how numbers are entered and shown, such as `de_DE`; en_US unless told. */
  readonly spreadsheetLocale?: string;
  /** Of the user, such as `de`; in any but English, Google's messages arrive translated. */
  readonly locale?: string;
  readonly userEmail?: string;
  /** `getEmail()` gives ''. */
  readonly emailHidden?: boolean;
  /**
   * Whether a formula is refused what no documentation allows it, such as the user interface and
   * triggers. Nobody documents all of it; a test of attacks lets it do everything. `restricted`
   * unless told.
   */
  readonly cells?: 'restricted' | 'unrestricted';
  /** Behind `Math.random` and `Utilities.getUuid`. */
  readonly random?: () => number;
  /** A published add-on: one trigger of a type. */
  readonly addOn?: boolean;
  /** Google reaches no private address; the sandbox's fake Lago has one. */
  readonly allowLocalhost?: boolean;
  /** Whether `timeoutSeconds` counts; else 60 s (google: fetch.time-out). True unless told. */
  readonly fetchTimeoutHonored?: boolean;
  /**
   * Whether `=1+1` written by a script into a plain-text cell becomes a formula; true unless told.
   */
  readonly formulasInTextCells?: boolean;
  /** What a kill does to unflushed writes; `lost` unless told. */
  readonly unflushed?: Unflushed;
  /**
   * Where Google refuses a write into protected cells or by a viewer: writes are batched, so both
   * occur. `call` unless told.
   */
  readonly refusedAt?: 'call' | 'flush';
  /**
   * Whether there is a document cache; Google gives null outside of a document. True unless told.
   */
  readonly documentCache?: boolean;
  /**
   * Whether an execution of a trigger has a file: an add-on's may have none, and then neither
   * properties nor a lock of one (google: trigger.no-file). True unless told.
   */
  readonly fileInTriggers?: boolean;
  /**
   * Real time (ms) after which a script that never returns is stopped, waiting for the network and
   * sleeping included; two minutes unless told.
   */
  readonly runawayMs?: number;
  /** Of the user in the file; editor unless told. Others and later changes: `FakeGoogle.access`. */
  readonly role?: Role;
  /** What the user has allowed the script; everything unless told. */
  readonly authorization?: Authorization;
  readonly quotas?: Partial<Quotas>;
  readonly fileId?: string;
  readonly fileName?: string;
  /** Called at the end of every execution, when its writes have landed. */
  readonly onEnd?: () => void;
}

export interface CopyOptions {
  /** What a copied file has of them: nobody documents it. `lost` unless told. */
  readonly documentProperties?: 'kept' | 'lost';
}

const FIRST_SHEET = 'Sheet1';

export const createGoogle = (options: GoogleOptions): FakeGoogle => {
  const workbook = new Workbook(
    options.fileId ?? 'file-1',
    options.fileName ?? 'Untitled spreadsheet',
    options.timeZone ?? 'America/New_York',
    new NumberNotation(options.spreadsheetLocale ?? 'en_US'),
  );
  workbook.insert(FIRST_SHEET, 0);
  const google = new FakeGoogle(settingsOf(options), workbook);
  Object.assign(google.quotas, options.quotas);
  google.access.setRole(google.user, options.role ?? 'editor');
  google.access.authorize(google.user, options.authorization ?? 'granted');
  return google;
};

/** The file that `FakeGoogle.saved` gave, with this world around it. */
export const restoreGoogle = (options: GoogleOptions, saved: SavedFile): FakeGoogle => {
  const google = new FakeGoogle(settingsOf(options), Workbook.restored(saved.workbook));
  google.restore(saved);
  return google;
};

const settingsOf = (options: GoogleOptions): Settings => ({
  now: options.now,
  advance: options.advance ?? (() => {}),
  random: options.random ?? Math.random,
  transport: options.transport,
  scriptZone: new Zone(options.scriptTimeZone ?? 'Etc/UTC'),
  locale: options.locale ?? 'en',
  userEmail: options.userEmail ?? 'owner@example.com',
  emailHidden: options.emailHidden ?? false,
  cells: options.cells ?? 'restricted',
  addOn: options.addOn ?? false,
  allowLocalhost: options.allowLocalhost ?? false,
  fetchTimeoutHonored: options.fetchTimeoutHonored ?? true,
  formulasInTextCells: options.formulasInTextCells ?? true,
  unflushed: options.unflushed ?? 'lost',
  refusedAt: options.refusedAt ?? 'call',
  documentCache: options.documentCache ?? true,
  fileInTriggers: options.fileInTriggers ?? true,
  runawayMs: options.runawayMs ?? RUNAWAY_MS,
  onEnd: options.onEnd ?? (() => {}),
});

/**
 * One spreadsheet file with its bound script: everything that lasts, and the ways to set it in
 * motion.
 */
export class FakeGoogle {
  readonly spreadsheet: OpenSpreadsheet;
  /** Waiting for their trigger, two at most. */
  readonly pendingEdits: PendingEdit[] = [];
  readonly #world: World;
  #code = '';
  #bundle: Bundle | undefined;
  #copies = 0;

  constructor(settings: Settings, workbook: Workbook, script?: ScriptStores) {
    this.#world = new World(settings, workbook, script);
    workbook.customFunction = (name, args) =>
      this.#bundle?.callable.has(name) === true ? shownBy(this.cell(name, ...args)) : undefined;
    this.spreadsheet = new OpenSpreadsheet(workbook, (edit) => this.#queueEdit(edit));
  }

  /** The person in front of it. */
  get user(): string {
    return this.#world.settings.userEmail;
  }

  get now(): number {
    return this.#world.settings.now();
  }

  /** What Google tells a script that acts as this account; empty if it hides the address. */
  addressOf(user: string): string {
    return this.#world.settings.emailHidden || this.access.isUnnamed(user) ? '' : user;
  }

  /** Changes with everything that `saved` would give. */
  get revision(): string {
    return this.#world.revision;
  }

  /**
   * Everything that lasts: sheets, properties and triggers. Caches, mails, quotas and what has not
   * been flushed do not.
   */
  saved(): SavedFile {
    return this.#world.saved();
  }

  /** Takes over properties and triggers of a saved file. */
  restore(saved: SavedFile): void {
    this.#world.restore(saved);
  }

  get access(): Access {
    return this.#world.access;
  }

  get scriptProperties(): PropertyStore {
    return this.#world.script.properties;
  }

  get documentProperties(): PropertyStore {
    return this.#world.documentProperties;
  }

  get documentCache(): CacheStore {
    return this.#world.documentCache;
  }

  get scriptCache(): CacheStore {
    return this.#world.script.cache;
  }

  get lock(): DocumentLock {
    return this.#world.lock;
  }

  get faults(): Faults {
    return this.#world.faults;
  }

  get quotas(): Quotas {
    return this.#world.quotas;
  }

  get triggers(): readonly InstalledTrigger[] {
    return this.#world.triggers;
  }

  /** Those that an add-on has made in other files, which may be listed here as well. */
  get triggersElsewhere(): InstalledTrigger[] {
    return this.#world.triggersElsewhere;
  }

  get mails(): readonly Mail[] {
    return this.#world.mails;
  }

  get menu(): readonly MenuItem[] {
    return this.#world.menu;
  }

  get shownSidebar(): ShownPage | undefined {
    return this.#world.sidebar;
  }

  get shownDialog(): ShownPage | undefined {
    return this.#world.dialog;
  }

  /** The text of `Code.js`. Syntax that Google refuses is refused here. */
  load(code: string): void {
    this.#bundle = bundle(code);
    this.#code = code;
  }

  addHtml(name: string, content: string): void {
    this.#world.html.set(name, content);
  }

  loadCsv(sheet: string, text: string, options: CsvOptions = {}): void {
    loadCsv(this.#world.workbook, sheet, text, options);
  }

  saveCsv(sheet: string): string {
    const grid = this.#world.workbook.byName(sheet);
    if (!grid) throw new Error(`There is no sheet "${sheet}".`);
    return saveCsv(grid, this.#world.workbook.notation);
  }

  /** Runs a function of the bundle. */
  execute(
    functionName: string,
    args: readonly unknown[] = [],
    options: ExecutionOptions = {},
  ): ExecutionReport {
    return this.#execute(functionName, () => [...args], options);
  }

  /** Runs a function of the caller's own realm with Google's services, under the same rules. */
  run<T>(
    work: (runtime: Runtime) => T,
    options: ExecutionOptions = {},
  ): ExecutionReport & { readonly result: T | undefined } {
    return new Execution(this.#world, options).callHost(work) as ExecutionReport & {
      readonly result: T | undefined;
    };
  }

  /**
   * What `google.script.run` does. A failure is in the report; what the browser would refuse to
   * send is thrown.
   */
  rpc(functionName: string, ...args: unknown[]): ExecutionReport {
    return this.rpcWith({}, functionName, ...args);
  }

  /**
   * What a formula does, such as `=rpc("x")`: no consent, little authority, and only texts,
   * numbers, booleans, dates and ranges (lists of lists of these) as arguments (google:
   * cell.arguments).
   */
  cell(functionName: string, ...args: unknown[]): ExecutionReport {
    if (!args.every((argument) => isCellArgument(argument)))
      throw new TypeError('A cell cannot pass such an argument.');
    return this.#execute(functionName, () => args, { trigger: 'cell' });
  }

  rpcWith(
    options: Omit<ExecutionOptions, 'trigger'>,
    functionName: string,
    ...args: unknown[]
  ): ExecutionReport {
    if (!this.#loaded().callable.has(functionName))
      throw new TypeError(`google.script.run.${functionName} is not a function`);
    const sent = args.map((argument, index) => jsonArgument(argument, index));
    return this.#execute(functionName, () => sent, { ...options, trigger: 'rpc' });
  }

  /**
   * A person opens the file: the simple trigger runs, with little authority; for a viewer it does
   * not (google: open.viewer).
   */
  open(options: Omit<ExecutionOptions, 'trigger'> = {}): ExecutionReport {
    if (this.access.isViewer(options.user ?? this.user)) {
      this.#world.menu = [];
      return new Execution(this.#world, { ...options, trigger: 'open' }).callHost(() => undefined);
    }
    return this.#execute(
      'onOpen',
      (caller) => [
        {
          authMode: options.authority ?? 'LIMITED',
          source: new FakeSpreadsheet(caller),
          user: caller.user,
        },
      ],
      { ...options, trigger: 'open' },
    );
  }

  clickMenu(caption: string, options: Omit<ExecutionOptions, 'trigger'> = {}): ExecutionReport {
    const item = this.menu.find((candidate) => candidate.caption === caption);
    if (!item) throw new Error(`There is no menu item "${caption}".`);
    return this.#execute(item.functionName, () => [], { ...options, trigger: 'menu' });
  }

  /** Every time trigger fires once, as its creator, whatever its interval. */
  fireHourly(options: Omit<ExecutionOptions, 'trigger' | 'user'> = {}): ExecutionReport[] {
    const due = this.#installed('time');
    return due.map((trigger) =>
      this.#fire(trigger, () => timeEvent(this.#world.settings.now(), trigger.id), options),
    );
  }

  /** Hands what waits to the on-edit triggers, oldest first. */
  runEditQueue(options: Omit<ExecutionOptions, 'trigger' | 'user'> = {}): ExecutionReport[] {
    const installed = this.#installed('edit');
    const edits = this.pendingEdits
      .splice(0)
      .filter(({ sheetId }) => this.#world.workbook.byId(sheetId));
    return edits.flatMap((edit) =>
      installed.map((trigger) =>
        this.#fire(trigger, (caller) => editEvent(caller, edit, trigger.id), options),
      ),
    );
  }

  /**
   * "This trigger has been disabled for an unknown reason" (google: trigger.disabled): those that
   * there are now never fire again, and stay listed.
   */
  disableTriggers(): void {
    const { triggers } = this.#world;
    triggers.splice(
      0,
      triggers.length,
      ...triggers.map((trigger) => ({ ...trigger, disabled: true })),
    );
  }

  /** Puts triggers in the place of those that there are, with the ids that they had. */
  replaceTriggers(wanted: readonly InstalledTrigger[]): void {
    const { triggers } = this.#world;
    triggers.splice(0, triggers.length, ...wanted);
  }

  resetQuotas(): void {
    Object.assign(this.#world.quotas, CONSUMER_QUOTAS);
  }

  /**
   * Google forgets what is cached whenever it likes; also between two service calls, by
   * `ExecutionOptions.onCall`. All of it, unless told.
   */
  evictCache(chosen: (item: CachedItem) => boolean = () => true): void {
    this.documentCache.evict((key, value) => chosen({ cache: 'document', key, value }));
    this.scriptCache.evict((key, value) => chosen({ cache: 'script', key, value }));
  }

  /**
   * "Make a copy": sheets and script come along, script properties, caches and triggers do not
   * (google: copy.of-the-file); but an add-on stays the same script, with the same script
   * properties and script cache.
   */
  copyFile({ documentProperties = 'lost' }: CopyOptions = {}): FakeGoogle {
    this.#copies += 1;
    const { workbook, settings, html, script } = this.#world;
    const file = workbook.copy(`${workbook.id}-copy-${this.#copies}`, `Copy of ${workbook.name}`);
    const copy = new FakeGoogle(settings, file, settings.addOn ? script : undefined);
    if (documentProperties === 'kept')
      for (const [key, value] of Object.entries(this.documentProperties.all()))
        copy.documentProperties.set(key, value);
    if (this.#bundle) copy.load(this.#code);
    for (const [name, content] of html) copy.addHtml(name, content);
    return copy;
  }

  #loaded(): Bundle {
    if (!this.#bundle) throw new Error('No script is loaded.');
    return this.#bundle;
  }

  #execute(
    functionName: string,
    args: (caller: Caller) => unknown[],
    options: ExecutionOptions,
  ): ExecutionReport {
    return new Execution(this.#world, options).callScript(this.#loaded(), functionName, args);
  }

  /** Nothing runs once the day's trigger time is used up. */
  #fire(
    trigger: InstalledTrigger,
    event: (caller: Caller) => object,
    options: ExecutionOptions,
  ): ExecutionReport {
    const { quotas } = this.#world;
    const run = { ...options, trigger: trigger.type, user: trigger.creator };
    if (quotas.triggerMs <= 0)
      return new Execution(this.#world, run).callHost(() => spend(quotas, 'triggerMs', 1));
    const report = this.#execute(trigger.handler, (caller) => [event(caller)], run);
    quotas.triggerMs -= report.durationMs;
    return report;
  }

  /** Those that fire. */
  #installed(kind: InstalledTrigger['type']): readonly InstalledTrigger[] {
    return this.#world.triggers.filter(({ type, disabled }) => type === kind && disabled !== true);
  }

  #queueEdit(edit: PendingEdit): void {
    if (this.#installed('edit').length > 0 && this.pendingEdits.length < MAX_PENDING_EDITS)
      this.pendingEdits.push(edit);
  }
}

function isCellArgument(value: unknown): boolean {
  return Array.isArray(value)
    ? value.every((item) => isCellArgument(item))
    : ['string', 'number', 'boolean'].includes(typeof value) || value instanceof Date;
}

/** What a cell shows of the answer of a function; of a list its first value. */
function shownBy({ result, error, killed }: ExecutionReport): string | number | boolean {
  if (error !== undefined || killed) return '#ERROR!';
  const first: unknown = Array.isArray(result) ? result.flat()[0] : result;
  return typeof first === 'string' || typeof first === 'number' || typeof first === 'boolean'
    ? first
    : '';
}

function editEvent(
  caller: Caller,
  { sheetId, value, ...area }: PendingEdit,
  triggerUid: string,
): object {
  return {
    authMode: 'FULL',
    range: new FakeRange(caller, sheetId, area),
    source: new FakeSpreadsheet(caller),
    triggerUid,
    user: caller.user,
    ...(value === undefined ? {} : { value }),
  };
}

/** All numbers in UTC. */
function timeEvent(now: number, triggerUid: string): object {
  const date = new Date(now);
  return {
    authMode: 'FULL',
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    'day-of-month': date.getUTCDate(),
    'day-of-week': ((date.getUTCDay() + 6) % 7) + 1,
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    timezone: 'UTC',
    triggerUid,
  };
}
