import { addTo } from '../../value/group';
import type { EntryState, LedgerEntry } from './entry';

/** The memory of a sync: every entry, by row key and by transaction_id. */
export interface Ledger {
  /** Every whole line; void and damaged ones are left out. */
  readonly entries: readonly LedgerEntry[];
  /** By row key, reversals included, the lowest revision first. */
  readonly byKey: ReadonlyMap<string, readonly LedgerEntry[]>;
  /** By transaction_id. */
  readonly byId: ReadonlyMap<string, LedgerEntry>;
  /** Reversals by the id of the event that they take back. */
  readonly reversals: ReadonlyMap<string, readonly LedgerEntry[]>;
}

/** Builds the indexes of a ledger. The entries need no order; their ids must differ. */
export function indexEntries(entries: readonly LedgerEntry[]): Ledger {
  const byKey = new Map<string, LedgerEntry[]>();
  const byId = new Map<string, LedgerEntry>();
  const reversals = new Map<string, LedgerEntry[]>();
  for (const entry of entries) {
    byId.set(entry.index.id, entry);
    const { undoes, undoesToo = [] } = entry.index;
    for (const id of undoes === undefined ? [] : [undoes, ...undoesToo])
      addTo(reversals, id, entry);
    addTo(byKey, entry.index.key, entry);
  }
  for (const line of byKey.values())
    line.sort((left, right) => left.index.revision - right.index.revision);
  return { entries, byKey, byId, reversals };
}

/** The ledger of a sync that has never sent anything. */
export const emptyLedger: Ledger = indexEntries([]);

/** The last of a row's events that a condition holds for, not counting reversals. */
function lastOf(
  ledger: Ledger,
  key: string,
  holds: (entry: LedgerEntry) => boolean,
): LedgerEntry | undefined {
  const entries = ledger.byKey.get(key) ?? [];
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries[index];
    if (entry !== undefined && entry.index.kind !== 'reversal' && holds(entry)) return entry;
  }
  return undefined;
}

/** What was last handed to Lago for a row, whatever Lago said. */
export const latestOf = (ledger: Ledger, key: string): LedgerEntry | undefined =>
  lastOf(ledger, key, () => true);

/** Whether Lago has taken an event back. */
export const isUndone = ({ reversals }: Ledger, { index }: LedgerEntry): boolean =>
  reversals.get(index.id)?.some(({ outcome }) => outcome.state === 'accepted') === true;

/** Whether Lago bills the event of a line, as far as that is known. */
const isBilled = (ledger: Ledger, entry: LedgerEntry): boolean =>
  entry.outcome.state === 'accepted' &&
  entry.outcome.bill !== 'not-billed' &&
  !isUndone(ledger, entry);

/** What Lago bills for a row: its last accepted event that was not taken back. */
export const billedOf = (ledger: Ledger, key: string): LedgerEntry | undefined =>
  lastOf(ledger, key, (entry) => isBilled(ledger, entry));

/** All that Lago bills for a row; several if further events were added to the first. */
export const allBilledOf = (ledger: Ledger, key: string): LedgerEntry[] =>
  (ledger.byKey.get(key) ?? []).filter(
    (entry) => entry.index.kind !== 'reversal' && isBilled(ledger, entry),
  );

/** A line of the row that is still pending or stuck. */
export const unsettledOf = (ledger: Ledger, key: string): LedgerEntry | undefined =>
  (ledger.byKey.get(key) ?? []).find(
    ({ outcome }) => outcome.state === 'pending' || outcome.state === 'stuck',
  );

/** All entries in a state. */
export const inState = (ledger: Ledger, state: EntryState): LedgerEntry[] =>
  ledger.entries.filter((entry) => entry.outcome.state === state);
