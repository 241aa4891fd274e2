import { ProblemError, problem } from '../problem/problem';
import type { DayCount } from '../sync/days';
import { type Health, newHealth } from '../sync/health';
import { type Touched, untouched } from '../sync/resting';
import type { RunReport } from '../sync/run';
import type { Sync } from '../sync/sync';
import type { Runtime } from './runtime';
import { asciiJson, DamagedValue, deleteJson, readJson, writeJson } from './stored-json';

/** Version of the stored form. A newer one is left alone: this version could lose what it does not know. */
const SCHEMA = 1;
const SYNCS = 'syncs';

interface StoredSyncs {
  readonly schema: number;
  readonly syncs: readonly Sync[];
}

/** What is remembered of a sync from run to run. */
export interface SyncState {
  readonly health: Health;
  readonly lastRun: RunReport | undefined;
  /** Whether a person has said that any number of events may go: by activating, or by a run that has not ended yet. */
  readonly approved: boolean;
  readonly days: readonly DayCount[];
  /** When the hourly trigger last ran it (ms). */
  readonly hourlyAt: number | undefined;
}

const NEW_STATE: SyncState = { health: newHealth, lastRun: undefined, approved: false, days: [], hourlyAt: undefined };

/** The settings of this file, in its document properties. A reading is one service call and is kept for the execution. */
export interface Settings {
  /** Reads anew what is asked next: another execution may have written since. */
  refresh(): void;
  syncs(): readonly Sync[];
  sync(id: string): Sync;
  /** The sync, if it is there; of damaged settings none is. */
  find(id: string | undefined): Sync | undefined;
  /** Puts changed or new syncs in the place of those with their ids, all or none. The caller holds the lock. */
  put(...syncs: readonly Sync[]): void;
  remove(id: string): void;
  state(id: string): SyncState;
  putState(id: string, state: SyncState): void;
  touched(id: string): Touched;
  putTouched(id: string, touched: Touched): void;
}

/** Group lists are shortened until a state fits into one property of 9 KB. */
const STATE_CHARACTERS = 8_500;

export function documentSettings({ PropertiesService, Utilities }: Runtime): Settings {
  const properties = PropertiesService.getDocumentProperties();
  let all: Record<string, string> | undefined;
  const read = (): Record<string, string> => {
    all ??= properties.getProperties();
    return all;
  };

  function stored(): StoredSyncs {
    try {
      const value = (readJson(read(), SYNCS) as StoredSyncs | undefined) ?? { schema: SCHEMA, syncs: [] };
      if (value.schema > SCHEMA) throw new ProblemError(problem('settings.newer-version'));
      return value;
    } catch (error) {
      if (error instanceof DamagedValue) throw new ProblemError(problem('settings.unreadable'));
      throw error;
    }
  }

  /** What is kept beside a changed sync; of damaged settings nothing, so that they can be made anew. */
  function kept(): readonly Sync[] {
    try {
      return stored().syncs;
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code === 'settings.unreadable') return [];
      throw error;
    }
  }

  function write(syncs: readonly Sync[]): void {
    writeJson(properties, SYNCS, { schema: SCHEMA, syncs }, Utilities.getUuid().slice(0, 8));
    all = undefined;
  }

  function putValue(key: string, value: unknown): void {
    properties.setProperty(key, asciiJson(value));
    all = undefined;
  }

  const value = <T>(key: string, otherwise: T): T => {
    const text = read()[key];
    return text === undefined ? otherwise : (JSON.parse(text) as T);
  };

  function putState(id: string, state: SyncState): void {
    let kept = state;
    while (kept.lastRun !== undefined && kept.lastRun.problems.length > 1 && asciiJson(kept).length > STATE_CHARACTERS)
      kept = { ...kept, lastRun: { ...kept.lastRun, problems: kept.lastRun.problems.slice(0, -1) } };
    putValue(`state.${id}`, kept);
  }

  return {
    refresh: () => {
      all = undefined;
    },
    syncs: () => stored().syncs,
    sync(id) {
      const found = stored().syncs.find((sync) => sync.id === id);
      if (found === undefined) throw new ProblemError(problem('settings.no-sync'));
      return found;
    },
    find: (id) => kept().find((sync) => sync.id === id),
    put: (...syncs) => {
      const ids = syncs.map(({ id }) => id);
      write([...kept().filter(({ id }) => !ids.includes(id)), ...syncs].sort((left, right) => left.id.localeCompare(right.id)));
    },
    remove(id) {
      const rest = stored().syncs.filter((sync) => sync.id !== id);
      if (rest.length === 0) deleteJson(properties, SYNCS);
      else write(rest);
      properties.deleteProperty(`state.${id}`);
      properties.deleteProperty(`touched.${id}`);
      all = undefined;
    },
    state: (id) => ({ ...NEW_STATE, ...value<Partial<SyncState>>(`state.${id}`, {}) }),
    putState,
    touched: (id) => value<Touched>(`touched.${id}`, untouched),
    putTouched: (id, touched) => putValue(`touched.${id}`, touched),
  };
}
