import type { Problem } from '../../problem/problem';
import type { TimeRule } from '../../value/time';
import type { Ledger, LedgerEntry } from '../ledger/ledger';
import type { Unit } from '../ledger/unit';
import type { EventCheck } from '../ports';
import type { Model } from '../rows/model';
import type { ReadySync } from '../sync';
export type Change = 'added' | 'changed' | 'unchanged' | 'removed';

/**
 * What will be done, or was done, about a row: `send` now, `hold` until its problem is gone, `wait` for Lago's answer to what was handed over,
 * `sent` and as it was, `flag` as sent but different now, `refused` by Lago, `elsewhere` taken as billed elsewhere and never sent.
 */
export type Action = 'send' | 'hold' | 'wait' | 'sent' | 'flag' | 'refused' | 'elsewhere';

export interface PlannedRow {
  readonly key: string | undefined;
  /** Row number at the moment of reading (1-based); undefined for a removed row. */
  readonly row: number | undefined;
  readonly change: Change;
  readonly action: Action;
  readonly problems: readonly Problem[];
  /** The entry that will be handed over; only with `send`. */
  readonly entry: LedgerEntry | undefined;
  /** Events that take back what Lago bills for the row; with `send`, in one unit with the entry, if there is one. */
  readonly reversals?: readonly LedgerEntry[] | undefined;
  /** What Lago was last told about the row. */
  readonly latest: LedgerEntry | undefined;
  /** What the row says in the columns that the template reads, as one text; undefined for a removed row. */
  readonly content: string | undefined;
  /** When the running billing period ends in which Lago counts, or would count, the row (ms); undefined where that is not known. */
  readonly periodEndsAt?: number | undefined;
}

/** What travels for a row together or not at all; nothing where nothing is sent. */
export const unitOf = ({ reversals = [], entry }: PlannedRow): Unit =>
  entry === undefined ? reversals : [...reversals, entry];

/** Whether something takes back what Lago bills for a row. */
export const isCorrected = ({ reversals = [] }: PlannedRow): boolean => reversals.length > 0;

/** For every row its change and what will be done. A dry run is a plan that is not sent. */
export interface Plan {
  readonly rows: readonly PlannedRow[];
  /** Sent rows that are not in the tab and cannot be told from removed ones, because some key is unreadable or double. */
  readonly missing?: number | undefined;
}

export interface PlanInput {
  readonly ready: ReadySync;
  readonly model: Model;
  readonly ledger: Ledger;
  readonly rule: TimeRule;
  /** Now, in ms since 1970 UTC: when new entries are written, and what dates far ahead are measured from. */
  readonly now: number;
  readonly check: EventCheck;
  /** The row for which another sync has used an id, if one has. Asked only for events that would be sent. */
  readonly usedElsewhere?: (id: string) => string | undefined;
  /** Whether a row still rests after an edit. */
  readonly resting: (key: string, content: string) => boolean;
  /** Which sent rows a person wants billed again by the newer template. */
  readonly rebill?: ((key: string) => boolean) | undefined;
  /** Whether a row that looks like one that is gone is held as renamed; it is, unless the rows are only compared with Lago. */
  readonly holdsRenamed?: boolean | undefined;
  /** Keys of refused rows that a person wants sent as a new event, unchanged. */
  readonly again: ReadonlySet<string>;
}

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
export function countActions(plan: Plan): Record<Action, number> {
  const counts: Record<Action, number> = { ...NO_ACTIONS };
  for (const { action } of plan.rows) counts[action]++;
  return counts;
}
