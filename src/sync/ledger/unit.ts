import { groupBy } from '../../value/group';
import type { LedgerEntry } from './entry';

/**
 * Events that travel together or not at all: one, or reversals with what replaces the events that
 * they take back.
 */
export type Unit = readonly LedgerEntry[];

/** What became of the rest of a unit that Lago refused. */
export const OTHER_HALF = 'not sent, because the other half of the correction was refused';

/**
 * The answer of events that were not in Lago when the period of one of their unit was invoiced.
 * Lago has refused none of them, so their row is planned again.
 */
export const TOO_LATE = 'not sent, because its period was invoiced before Lago had it';

/** What an entry travels with: its unit, or itself alone. */
export const unitName = ({ index }: LedgerEntry): string =>
  JSON.stringify(index.unit === undefined ? [index.id] : [index.key, index.unit]);

/** Entries by the units in which they travel. */
export const unitsIn = (entries: readonly LedgerEntry[]): Unit[] => [
  ...groupBy(entries, unitName).values(),
];

/** Lines without an outcome of units that have failed already. */
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
