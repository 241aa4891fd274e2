import * as v from 'valibot';
import { ProblemError, problem } from '../problem/problem';
import { type EntriesOf, valueBy } from '../schema/fit';
import { NEW_STATE, type SyncState } from '../sync/memory/sync-state';
import type { Identity } from '../sync/ports';
import { type Touched, untouched } from '../sync/rows/resting';
import type { Sync } from '../sync/sync';
import { parsedJson } from '../value/json';
import { fileId } from './file-id';
import type { Properties, Runtime } from './runtime';
import { STATE, TOUCHED } from './schema/state-schema';
import { SYNC } from './schema/sync-schema';
import {
  asciiJson,
  damageIn,
  deleteJson,
  inAscii,
  readJson,
  storedBy,
  writeJson,
} from './stored-json';

/** Format of the stored syncs. Any other is left alone: this version could lose what it holds. */
const FORMAT = 1;
const SYNCS = 'syncs';

const OF_FORMAT = v.object({ schema: v.number() });

const STORED = v.object({
  schema: v.literal(FORMAT),
  /** Id of the file that they were written for. */
  file: v.string(),
  syncs: v.array(SYNC),
});

/** What is stored, or the file's first settings. */
interface StoredSyncs {
  /** Id of the file that they were written for; undefined if nothing is stored. */
  readonly file: string | undefined;
  readonly syncs: readonly Sync[];
}

/** Where a sync sends. */
type Destined = Required<Pick<Identity, 'organization' | 'address'>>;

/** The settings of this file, in its document properties. Each is read once per execution. */
export interface Settings {
  /** Forgets what was read, because another execution may have written since. */
  refresh(): void;
  /**
   * All syncs as they are stored.
   * @throws ProblemError settings.unreadable, settings.newer-version
   */
  syncs(): readonly Sync[];
  /**
   * Whether they were written for another file, of which this is a copy. Its syncs are then paused.
   */
  isCopy(): boolean;
  /**
   * Makes the settings of a copied file those of this file, with all syncs paused. The caller holds
   * the lock.
   */
  claim(): void;
  /** @throws ProblemError settings.no-sync */
  sync(id: string): Sync;
  /** All syncs that can be read: none of damaged settings, so that they can be made again. */
  legible(): readonly Sync[];
  /** The sync, if it is there. Damaged settings have none. */
  find(id: string | undefined): Sync | undefined;
  /** Stores new syncs, and changed ones by their ids; all or none. The caller holds the lock. */
  put(...syncs: readonly Sync[]): void;
  /**
   * The sync with the organization and the address that it sends to from now on, unless it has
   * them: a ledger belongs to one organization. The caller holds the lock.
   */
  pin(sync: Sync, identity: Destined): Sync;
  /** Deletes a sync and what is remembered of it. */
  remove(id: string): void;
  /** What is remembered of a sync. @throws ProblemError settings.unreadable */
  state(id: string): SyncState;
  /** The same; that of a sync that has not run if it is damaged, which its run will say. */
  legibleState(id: string): SyncState;
  putState(id: string, state: SyncState): void;
  /** When rows of a sync were edited. */
  touched(id: string): Touched;
  putTouched(id: string, touched: Touched): void;
  /** The triggers of the clock in this file, whoever made them. */
  clocks(): Clocks;
  putClocks(clocks: Clocks): void;
  /** Whether somebody who could not get the lock has asked for a run of all active syncs. */
  isWished(): boolean;
  /** When the daily look was last taken (ms); 0 if never. */
  lookedAt(): number;
  putLookedAt(now: number): void;
}

/** A trigger of the clock: what Google does not tell of it. */
interface ClockTrigger {
  /** Minutes between firings. */
  readonly minutes: number;
  /** Address of whoever made it; empty if Google does not name it. */
  readonly by: string;
}

/** Triggers of the clock by their unique ids. */
export type Clocks = Readonly<Record<string, ClockTrigger>>;

const CLOCKS = 'clocks';
/** Its value does not matter. */
export const WISH = 'wish';
const LOOKED_AT = 'looked-at';

const STORED_CLOCKS = v.record(
  v.string(),
  v.object({ minutes: v.number(), by: v.string() } satisfies EntriesOf<ClockTrigger>),
);

/** Groups of problems are left out until a state fits into one property of 9 KB. */
const STATE_CHARACTERS = 8_500;

const pausedInCopy = (sync: Sync): Sync =>
  sync.state === 'active' ? { ...sync, state: 'paused' } : sync;

/**
 * Longest text of a state that would not fit otherwise. Some scripts take six bytes a character.
 */
const SHORT_CHARACTERS = 60;

const shortened = (name: string, value: unknown): unknown => {
  if (name === 'keys') return undefined;
  return typeof value === 'string' && value.length > SHORT_CHARACTERS
    ? `${value.slice(0, SHORT_CHARACTERS)}…`
    : value;
};

/** A state as a text that fits into a property. */
function stateText(state: SyncState): string {
  let kept = state;
  while (
    kept.lastRun !== undefined &&
    kept.lastRun.problems.length > 1 &&
    asciiJson(kept).length > STATE_CHARACTERS
  )
    kept = { ...kept, lastRun: { ...kept.lastRun, problems: kept.lastRun.problems.slice(0, -1) } };
  const text = asciiJson(kept);
  return text.length > STATE_CHARACTERS ? inAscii(JSON.stringify(kept, shortened)) : text;
}

class DocumentSettings implements Settings {
  private readonly properties: Properties;
  private all: Readonly<Record<string, string>> | undefined;
  private parsed: StoredSyncs | undefined;

  constructor(private readonly runtime: Runtime) {
    this.properties = runtime.PropertiesService.getDocumentProperties();
  }

  refresh(): void {
    this.all = undefined;
    this.parsed = undefined;
  }

  syncs(): readonly Sync[] {
    return this.stored().syncs;
  }

  isCopy(): boolean {
    try {
      return this.isOfCopy(this.stored());
    } catch {
      // Whoever needs the settings is told that they are damaged.
      return false;
    }
  }

  claim(): void {
    this.write(this.legible(), this.file());
  }

  sync(id: string): Sync {
    const found = this.current().find((sync) => sync.id === id);
    if (found === undefined) throw new ProblemError(problem('settings.no-sync'));
    return found;
  }

  find(id: string | undefined): Sync | undefined {
    return this.legible().find((sync) => sync.id === id);
  }

  put(...syncs: readonly Sync[]): void {
    const byId = new Map([...this.legible(), ...syncs].map((sync) => [sync.id, sync]));
    this.write(
      [...byId.values()].sort((left, right) => left.id.localeCompare(right.id)),
      this.writtenFor(),
    );
  }

  pin(sync: Sync, { organization, address }: Destined): Sync {
    if (sync.organization !== undefined) return sync;
    const pinned = { ...sync, organization, address };
    this.put(pinned);
    return pinned;
  }

  remove(id: string): void {
    const { properties } = this;
    const rest = this.syncs().filter((sync) => sync.id !== id);
    if (rest.length === 0) deleteJson(properties, SYNCS);
    else this.write(rest, this.writtenFor());
    properties.deleteProperty(`state.${id}`);
    properties.deleteProperty(`touched.${id}`);
    this.refresh();
  }

  state(id: string): SyncState {
    const text = this.read()[`state.${id}`];
    return text === undefined ? NEW_STATE : storedBy(STATE, parsedJson(text));
  }

  legibleState(id: string): SyncState {
    try {
      return this.state(id);
    } catch (error) {
      damageIn(error);
      return NEW_STATE;
    }
  }

  putState(id: string, state: SyncState): void {
    this.putText(`state.${id}`, stateText(state));
  }

  touched(id: string): Touched {
    // Without it rows only rest by the rule for the whole tab.
    return valueBy(TOUCHED, parsedJson(this.read()[`touched.${id}`] ?? '')) ?? untouched;
  }

  putTouched(id: string, touched: Touched): void {
    this.putText(`touched.${id}`, asciiJson(touched));
  }

  clocks(): Clocks {
    return valueBy(STORED_CLOCKS, parsedJson(this.read()[CLOCKS] ?? '')) ?? {};
  }

  putClocks(clocks: Clocks): void {
    this.putText(CLOCKS, asciiJson(clocks));
  }

  isWished(): boolean {
    return this.read()[WISH] !== undefined;
  }

  lookedAt(): number {
    return Number(this.read()[LOOKED_AT] ?? 0) || 0;
  }

  putLookedAt(now: number): void {
    this.putText(LOOKED_AT, String(now));
  }

  private read(): Readonly<Record<string, string>> {
    this.all ??= this.properties.getProperties();
    return this.all;
  }

  private putText(key: string, text: string): void {
    this.properties.setProperty(key, text);
    if (this.all !== undefined) this.all = { ...this.all, [key]: text };
  }

  private file(): string {
    return fileId(this.runtime);
  }

  private isOfCopy({ file }: StoredSyncs): boolean {
    return file !== undefined && file !== this.file();
  }

  private stored(): StoredSyncs {
    this.parsed ??= this.parse();
    return this.parsed;
  }

  private parse(): StoredSyncs {
    const value = readJson(this.read(), SYNCS);
    if (value === undefined) return { file: undefined, syncs: [] };
    const format = valueBy(OF_FORMAT, value)?.schema ?? FORMAT;
    if (format !== FORMAT) throw new ProblemError(problem('settings.newer-version'));
    return storedBy(STORED, value);
  }

  /**
   * The syncs as they stand in this file. Google does not document whether a copy takes its
   * properties along; if it does, the original goes on sending.
   */
  private current(): readonly Sync[] {
    const stored = this.stored();
    return this.isOfCopy(stored) ? stored.syncs.map(pausedInCopy) : stored.syncs;
  }

  legible(): readonly Sync[] {
    try {
      return this.current();
    } catch (error) {
      damageIn(error);
      return [];
    }
  }

  /** The file that the settings are of. A copy stays one until a person says which file sends. */
  private writtenFor(): string {
    try {
      return this.stored().file ?? this.file();
    } catch {
      // Damaged settings are made again, here.
      return this.file();
    }
  }

  /** @param file id of the file that they are for */
  private write(syncs: readonly Sync[], file: string): void {
    const generation = this.runtime.Utilities.getUuid().slice(0, 8);
    writeJson(this.properties, SYNCS, { schema: FORMAT, file, syncs }, generation);
    this.refresh();
  }
}

/** The settings of the file of this execution. */
export const documentSettings = (runtime: Runtime): Settings => new DocumentSettings(runtime);
