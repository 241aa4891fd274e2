import { ProblemError, problem } from '../problem/problem';
import { type GivenApproval, NEW_STATE, type SyncState } from '../sync/memory/sync-state';
import { type Touched, untouched } from '../sync/rows/resting';
import type { Sync } from '../sync/sync';
import type { Runtime } from './runtime';
import { asciiJson, DamagedValue, deleteJson, readJson, writeJson } from './stored-json';

/** Version of the stored form. A newer one is left alone: this version could lose what it does not know. */
const SCHEMA = 1;
const SYNCS = 'syncs';

interface StoredSyncs {
  readonly schema: number;
  /** Id of the file that they were written for; missing where an older version wrote them. */
  readonly file?: string | undefined;
  readonly syncs: readonly Sync[];
}

/** An older version kept a mere yes in the place of the approved numbers. */
type StoredState = Partial<Omit<SyncState, 'approved'>> & {
  readonly approved?: GivenApproval | boolean | undefined;
};

const readState = ({ approved, ...state }: StoredState): SyncState => ({
  ...NEW_STATE,
  ...state,
  approved: typeof approved === 'object' ? approved : undefined,
});

/** The settings of this file, in its document properties. A reading is one service call and is kept for the execution. */
export interface Settings {
  /** Reads anew what is asked next: another execution may have written since. */
  refresh(): void;
  syncs(): readonly Sync[];
  /** Whether they were written for another file, of which this one is a copy; then all syncs are paused. */
  isCopy(): boolean;
  /** Makes the settings of a copied file those of this file, with all syncs paused. The caller holds the lock. */
  claim(): void;
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

const pausedInCopy = (sync: Sync): Sync =>
  sync.state === 'active' ? { ...sync, state: 'paused' } : sync;

/** Longest text of a state that does not fit otherwise: some scripts take six bytes a character. */
const SHORT_CHARACTERS = 60;

const shortened = (name: string, value: unknown): unknown => {
  if (name === 'keys') return undefined;
  return typeof value === 'string' && value.length > SHORT_CHARACTERS
    ? `${value.slice(0, SHORT_CHARACTERS)}…`
    : value;
};

export function documentSettings({
  PropertiesService,
  SpreadsheetApp,
  Utilities,
}: Runtime): Settings {
  const properties = PropertiesService.getDocumentProperties();
  let knownFile: string | undefined;
  const file = (): string => {
    knownFile ??= SpreadsheetApp.getActiveSpreadsheet().getId();
    return knownFile;
  };
  let all: Record<string, string> | undefined;
  let parsed: StoredSyncs | undefined;
  const forget = (): void => {
    all = undefined;
    parsed = undefined;
  };
  const read = (): Record<string, string> => {
    all ??= properties.getProperties();
    return all;
  };

  const isOfCopy = ({ file: written }: StoredSyncs): boolean =>
    written !== undefined && written !== file();

  /** The syncs as they stand in this file. Whether a copy takes its properties along is not documented; if so, the original goes on sending. */
  const current = (value: StoredSyncs): readonly Sync[] =>
    isOfCopy(value) ? value.syncs.map(pausedInCopy) : value.syncs;

  /** The file that the settings are of: a copy stays one until a person has said which file sends. */
  function writtenFor(): string {
    try {
      return stored().file ?? file();
    } catch {
      // Damaged settings are made anew here.
      return file();
    }
  }

  function stored(): StoredSyncs {
    parsed ??= parse();
    return parsed;
  }

  function parse(): StoredSyncs {
    try {
      const value = (readJson(read(), SYNCS) as StoredSyncs | undefined) ?? {
        schema: SCHEMA,
        syncs: [],
      };
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
      return current(stored());
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code === 'settings.unreadable') return [];
      throw error;
    }
  }

  function write(syncs: readonly Sync[], of = writtenFor()): void {
    writeJson(
      properties,
      SYNCS,
      { schema: SCHEMA, file: of, syncs },
      Utilities.getUuid().slice(0, 8),
    );
    forget();
  }

  function putValue(key: string, value: unknown): void {
    properties.setProperty(key, asciiJson(value));
    forget();
  }

  const value = <T>(key: string, otherwise: T): T => {
    const text = read()[key];
    return text === undefined ? otherwise : (JSON.parse(text) as T);
  };

  function putState(id: string, state: SyncState): void {
    let kept = state;
    while (
      kept.lastRun !== undefined &&
      kept.lastRun.problems.length > 1 &&
      asciiJson(kept).length > STATE_CHARACTERS
    )
      kept = {
        ...kept,
        lastRun: { ...kept.lastRun, problems: kept.lastRun.problems.slice(0, -1) },
      };
    putValue(
      `state.${id}`,
      asciiJson(kept).length > STATE_CHARACTERS
        ? JSON.parse(JSON.stringify(kept, shortened))
        : kept,
    );
  }

  return {
    refresh: forget,
    syncs: () => stored().syncs,
    isCopy() {
      try {
        return isOfCopy(stored());
      } catch {
        // Damaged settings are told as such.
        return false;
      }
    },
    sync(id) {
      const found = current(stored()).find((sync) => sync.id === id);
      if (found === undefined) throw new ProblemError(problem('settings.no-sync'));
      return found;
    },
    claim: () => write(kept(), file()),
    find: (id) => kept().find((sync) => sync.id === id),
    put: (...syncs) => {
      const ids = syncs.map(({ id }) => id);
      write(
        [...kept().filter(({ id }) => !ids.includes(id)), ...syncs].sort((left, right) =>
          left.id.localeCompare(right.id),
        ),
      );
    },
    remove(id) {
      const rest = stored().syncs.filter((sync) => sync.id !== id);
      if (rest.length === 0) deleteJson(properties, SYNCS);
      else write(rest);
      properties.deleteProperty(`state.${id}`);
      properties.deleteProperty(`touched.${id}`);
      forget();
    },
    state: (id) => readState(value<StoredState>(`state.${id}`, {})),
    putState,
    touched: (id) => value<Touched>(`touched.${id}`, untouched),
    putTouched: (id, touched) => putValue(`touched.${id}`, touched),
  };
}
