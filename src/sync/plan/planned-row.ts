import type { Problem } from '../../problem/problem';
import type { LedgerEntry } from '../ledger/entry';
import type { Unit } from '../ledger/unit';

/**
 * How a row compares with what Lago has of it. `undone`: whatever it says now, what a run sent for
 * it is taken back.
 */
export type Change = 'added' | 'changed' | 'unchanged' | 'removed' | 'undone';

/**
 * What will be done, or was done, about a row.
 * `send`: now. `hold`: not until its problem is gone. `wait`: for Lago's answer to what was handed
 * over. `sent`: and unchanged since. `flag`: sent, but different now. `refused`: by Lago.
 * `elsewhere`: marked as billed elsewhere, never sent.
 */
export type Action = 'send' | 'hold' | 'wait' | 'sent' | 'flag' | 'refused' | 'elsewhere';

/** A row with what a run does, or did, about it. */
export interface PlannedRow {
  /** Undefined if the key cannot be read. */
  readonly key: string | undefined;
  /** Row number at the moment of reading (1-based); undefined for a removed row. */
  readonly row: number | undefined;
  /** How it compares with what Lago has of it. */
  readonly change: Change;
  /** What is done about it. */
  readonly action: Action;
  /** Why it is not simply sent. */
  readonly problems: readonly Problem[];
  /** The entry that will be handed over; only with `send`. */
  readonly entry: LedgerEntry | undefined;
  /**
   * Events that take back what Lago bills for the row; one unit with the entry, if there is one.
   */
  readonly reversals?: readonly LedgerEntry[] | undefined;
  /** What Lago was last sent for the row. */
  readonly latest: LedgerEntry | undefined;
  /** The row's content in the columns that the template reads; undefined for a removed row. */
  readonly content: string | undefined;
  /**
   * When the period closes (ms) in which something can still be sent for the row: passed if it has
   * ended, infinite if it has not begun, undefined if unknown. Of a row that is to be corrected the
   * first of its periods.
   */
  readonly periodEndsAt?: number | undefined;
}

/** The events of a row, which are sent together or not at all; empty if there are none. */
export const unitOf = ({ reversals = [], entry }: PlannedRow): Unit =>
  entry === undefined ? reversals : [...reversals, entry];

/** Whether something takes back what Lago bills for a row. */
export const isCorrected = ({ reversals = [] }: PlannedRow): boolean => reversals.length > 0;

/** For every row its change and what will be done. A dry run is a plan that is not sent. */
export interface Plan {
  /** In the sheet's order; removed rows come last. */
  readonly rows: readonly PlannedRow[];
  /**
   * Number of sent rows that are not in the tab but do not count as removed, because some key is
   * unreadable or double.
   */
  readonly missing?: number | undefined;
  /**
   * When the running periods end (ms) of the subscriptions for which rows were sent, also of rows
   * whose own period has ended: more usage of them may come.
   */
  readonly runningEnds?: readonly number[] | undefined;
}

/** Zero rows for each action. */
export const NO_ACTIONS: Readonly<Record<Action, number>> = {
  send: 0,
  hold: 0,
  wait: 0,
  sent: 0,
  flag: 0,
  refused: 0,
  elsewhere: 0,
};

/** Number of rows for each action. */
export function countActions({ rows }: Pick<Plan, 'rows'>): Record<Action, number> {
  const counts: Record<Action, number> = { ...NO_ACTIONS };
  for (const { action } of rows) counts[action]++;
  return counts;
}
