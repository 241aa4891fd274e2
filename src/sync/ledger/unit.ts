import { groupBy } from '../../value/group';
import type { LedgerEntry } from './entry';

/**
 * Events that are sent together or not at all: a single one, or reversals together with the event
 * that replaces what they take back.
 */
export type Unit = readonly LedgerEntry[];

/** The answer of the other events of a unit in which Lago refused one. */
export const OTHER_HALF = 'not sent, because the other half of the correction was refused';

/**
 * The answer of the events of a unit that Lago did not have when one of them would no longer be
 * sent: its period was closed, or a check holds it. Lago refused none of them, so their row is
 * planned again.
 */
export const GIVEN_UP = 'not sent, because Lago did not have it and would not bill it any more';

/** Names the unit of an entry. One without a unit is a unit by itself. */
export const unitName = ({ index }: LedgerEntry): string =>
  JSON.stringify(index.unit === undefined ? [index.id] : [index.key, index.unit]);

/** Entries grouped into units. */
export const unitsIn = (entries: readonly LedgerEntry[]): Unit[] => [
  ...groupBy(entries, unitName).values(),
];

/** Pending lines of units that have failed already. */
export function halvesIn(entries: readonly LedgerEntry[]): LedgerEntry[] {
  const failed = new Set(
    entries
      .filter(
        ({ index, outcome }) =>
          index.unit !== undefined &&
          (outcome.state === 'rejected' || outcome.state === 'conflict'),
      )
      .map(unitName),
  );
  return entries.filter(
    (entry) => entry.outcome.state === 'pending' && failed.has(unitName(entry)),
  );
}
