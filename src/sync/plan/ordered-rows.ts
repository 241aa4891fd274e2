import { groupBy } from '../../value/group';
import type { BillingTerms } from '../billing/correction';
import { isStoredAfter, justAfter } from '../billing/stored-time';
import { type LedgerEntry, newEntry, ownTime } from '../ledger/entry';
import type { PlannedRow } from './planned-row';
import { uncorrected } from './reversal';
import type { StandingValue } from './value-groups';

/** A reason as the sentence of `row.uncorrected` takes it. */
export const NO_TIME_LEFT = 'there is no time left in its period';

/** The same if the values of another sync of the file would have to be known, too. */
export const SHARED = 'another sync of this file sends the same metric for the same subscription';

/**
 * The next moment (Unix seconds) that Lago keeps apart from this one: of equal times there is no
 * newest (lago: counting.latest-tie, counting.unique-tie).
 */
export const nextMoment = (seconds: number, { store = 'unknown' }: BillingTerms): number =>
  justAfter(seconds, store);

/** Whether a moment (Unix seconds) still lies in the running period. */
export const isInTime = ({ until }: BillingTerms, seconds: number): boolean =>
  until !== undefined && seconds * 1000 <= until;

/** The same entry with its event at another moment; its own time is kept beside it. */
export function movedTo(entry: LedgerEntry, seconds: number): LedgerEntry {
  const { id: _, ...index } = entry.index;
  return newEntry({ ...index, usedAt: ownTime(entry) }, { ...entry.event, timestamp: seconds });
}

/** The rows of a plan while values are put in order. Places are 0-based. */
export class OrderedRows {
  private readonly rows: PlannedRow[];
  private readonly placesByKey: ReadonlyMap<string | undefined, readonly number[]>;

  constructor(planned: readonly PlannedRow[]) {
    this.rows = [...planned];
    this.placesByKey = groupBy(planned.keys(), (place) => planned[place]?.key);
  }

  /** The rows as they are planned now, in the order in which they came. */
  all(): readonly PlannedRow[] {
    return this.rows;
  }

  /** The key of the row at a place; undefined if it has none. */
  keyAt(place: number): string | undefined {
    return this.rows[place]?.key;
  }

  /**
   * Changes a row unless it is flagged: a flagged row keeps its event, whatever another group
   * needs.
   */
  change(place: number, to: (row: PlannedRow) => PlannedRow): void {
    const row = this.rows[place];
    if (row !== undefined && row.action !== 'flag') this.rows[place] = to(row);
  }

  /** The place of the row that an entry belongs to; `otherwise` if that row is gone or flagged. */
  placeOf({ index }: LedgerEntry, otherwise: number): number {
    const stays = (place: number): boolean => {
      const action = this.rows[place]?.action;
      return action === 'send' || action === 'sent';
    };
    return this.placesByKey.get(index.key)?.find(stays) ?? otherwise;
  }

  /**
   * Moves a row's new event to just after a moment (Unix seconds) that it must follow, unless it
   * already does. The row is flagged if its period has no time left.
   */
  placeAfter({ place, entry }: StandingValue, after: number, terms: BillingTerms): void {
    const { store = 'unknown' } = terms;
    if (isStoredAfter(entry.event.timestamp, after, store)) return;
    const seconds = justAfter(after, store);
    this.change(place, (row) =>
      isInTime(terms, seconds)
        ? { ...row, entry: movedTo(entry, seconds) }
        : uncorrected(row, NO_TIME_LEFT),
    );
  }
}
