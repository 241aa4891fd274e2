import { propertyOf, type UsageEvent } from '../../value/usage-event';
import { USAGE_DATE } from '../billing/period';
import type { Content } from '../rows/content';
/**
 * What a line stands for: an event of a row, one that undoes it, a row that was billed elsewhere,
 * or an event that was found in Lago.
 */
export type LineKind = 'usage' | 'reversal' | 'baseline' | 'adopted';

/** Where an event stands (docs/guarantees.md, "States of an event"). */
export type EntryState = 'pending' | 'accepted' | 'conflict' | 'rejected' | 'stuck';

/** The index column of a line: everything about it that never changes, except the event itself. */
export interface LineIndex {
  /** The event's transaction_id. */
  readonly id: string;
  /** Key of the row. */
  readonly key: string;
  /** What the line stands for. */
  readonly kind: LineKind;
  /** 1 for the first event of a row. */
  readonly revision: number;
  /** What the row said in the columns that the template read. */
  readonly content: Content;
  /** Revision of the sync's template that made the event. */
  readonly templateRevision: number;
  /** Of a reversal: the id of the event that it takes back. */
  readonly undoes?: string | undefined;
  /**
   * Of the removal of a unique value: the ids of the events of further rows that had added the same
   * value, and are taken back with it.
   */
  readonly undoesToo?: readonly string[] | undefined;
  /** Of a reversal that took back a whole run: when that run began (ms). */
  readonly undoneRun?: number | undefined;
  /** Events of a row with the same text here are sent together or not at all. */
  readonly unit?: string | undefined;
  /**
   * The time of the usage (Unix seconds); set if the event counts at another one: booked into
   * another period, or moved to be told apart from other values.
   */
  readonly usedAt?: number | undefined;
  /**
   * Of an event that was sent although its period had ended: the last moment of that period (ms).
   * Whether the invoice of the period has it must be proved (sync/proof).
   */
  readonly periodEnd?: number | undefined;
  /** When the line was written, just before its request left, in ms since 1970 UTC. */
  readonly at: number;
  /**
   * Digest of the frozen event, as it stands in the sheet: an event that somebody has altered is
   * never sent. Undefined until the line is written.
   */
  readonly digest?: string | undefined;
}

/**
 * What the invoice of its period has of an event that was sent after the end of that period.
 * `untold`: that cannot be told.
 */
export type BillState = 'billed' | 'not-billed' | 'untold';

/**
 * The outcome column of a line. It repeats the id, so that an outcome on a wrong line is
 * recognised. `tries` counts requests without a clear answer.
 */
export interface LineOutcome {
  /** The event's transaction_id. */
  readonly id: string;
  /** Where the event stands. */
  readonly state: EntryState;
  /** When that became known (ms). */
  readonly at: number;
  /** Requests without a clear answer. */
  readonly tries: number;
  /** Lago's words, if it said anything. */
  readonly answer: string;
  /** Of a line with a `periodEnd`, once it is known. */
  readonly bill?: BillState | undefined;
}

/** One event that was handed to Lago, or is about to be. */
export interface LedgerEntry {
  /** Row number of the line in the ledger's sheet (1-based); undefined until it is written. */
  readonly line: number | undefined;
  /** What never changes about it. */
  readonly index: LineIndex;
  /** The event as it is sent, byte for byte, whenever it is sent. */
  readonly frozen: string;
  /** The frozen event, parsed. */
  readonly event: UsageEvent;
  /** What became of it. */
  readonly outcome: LineOutcome;
  /**
   * Set if the line's outcome was missing or unreadable. Then nobody knows when its last request
   * left.
   */
  readonly outcomeLost?: true | undefined;
}

/**
 * The outcome of an event that has none yet.
 * @param at when its line was written (ms)
 */
export const pendingSince = (id: string, at: number): LineOutcome => ({
  id,
  state: 'pending',
  at,
  tries: 0,
  answer: '',
});

/** Whether a line marks a row as billed elsewhere: Lago has no event of it. */
export const isBaseline = ({ index }: LedgerEntry): boolean => index.kind === 'baseline';

/** Whether Lago has the event of a line, or may have it. */
export const isHanded = (entry: LedgerEntry): boolean =>
  !isBaseline(entry) && entry.outcome.state !== 'rejected' && entry.outcome.state !== 'conflict';

/**
 * Whether Lago has the event of a line, and it is not known that the event is billed: it was sent
 * after its period had ended.
 */
export const isUnproved = ({ index, outcome }: LedgerEntry): boolean =>
  index.periodEnd !== undefined && outcome.state === 'accepted' && outcome.bill !== 'billed';

/** Whether it is still to be found out whether the invoice of its period has an event. */
export const isToProve = (entry: LedgerEntry): boolean =>
  isUnproved(entry) && entry.outcome.bill === undefined;

/** Whether Lago has accepted the event of a line, as far as it said. */
export const isAccepted = ({ outcome }: LedgerEntry): boolean => outcome.state === 'accepted';

/** Stands where Lago's answer would, in the outcome of a baseline line. */
export const TAKEN = 'taken as billed elsewhere';

/**
 * The outcome of a line that marks a row as billed elsewhere. It never changes, since nothing is
 * sent.
 * @param at when the line was written (ms)
 */
export const takenSince = (id: string, at: number): LineOutcome => ({
  id,
  state: 'accepted',
  at,
  tries: 0,
  answer: TAKEN,
});

/** The time of the usage itself (Unix seconds), wherever its event was placed. */
export const ownTime = ({ event, index }: LedgerEntry): number => index.usedAt ?? event.timestamp;

/**
 * Whether the usage is counted in another period than that of its own time. Unique and latest
 * values are moved by milliseconds, or behind another value of the period, to be told apart.
 */
export const isBooked = ({ event, index }: LedgerEntry): boolean =>
  index.usedAt !== undefined && propertyOf(event, USAGE_DATE) !== undefined;

/** Stands where Lago's answer would, for an event that was found by a look-up. */
export const FOUND = 'found in Lago';

/**
 * The line of an event under whose id Lago has something: the event itself, or another one, which
 * is a conflict.
 * @param now in ms
 */
export const foundInLago = (
  entry: LedgerEntry,
  now: number,
  state: 'accepted' | 'conflict' = 'accepted',
): LedgerEntry => ({
  ...entry,
  outcome: { ...entry.outcome, state, at: now, answer: FOUND },
});

/**
 * The placeholder event of a row that makes none.
 * @param at in ms
 */
export const eventless = (id: string, at: number): UsageEvent => ({
  transaction_id: id,
  external_subscription_id: '',
  code: '',
  timestamp: Math.floor(at / 1000),
  properties: {},
});

/**
 * A new entry for an event, pending since `at`; its frozen text is what every request will carry.
 */
export function newEntry(index: Omit<LineIndex, 'id'>, event: UsageEvent): LedgerEntry {
  const id = event.transaction_id;
  return {
    line: undefined,
    index: { id, ...index },
    frozen: JSON.stringify(event),
    event,
    outcome: pendingSince(id, index.at),
  };
}
