import { isoText } from '../../value/time';
import type { UsageEvent } from '../../value/usage-event';

/**
 * Where usage is not billed any more. `invoiced`: in a period that has ended and has no draft.
 * `before-first-invoice`: in one that had ended before its subscription was made, so that it never
 * had an invoice. `between-plans`: between the end of a period and the job that changed the plan.
 */
export interface MissedPeriod {
  /** Why it is not billed. */
  readonly state: 'invoiced' | 'before-first-invoice' | 'between-plans';
  /** When the running period began (ms); undefined if none runs. */
  readonly current: number | undefined;
  /** Whether usage of another time may be counted there. */
  readonly canBook: boolean;
  /** Until when (ms) that waits for the invoice of its own period; undefined if it does not. */
  readonly booksFrom?: number | undefined;
}

/**
 * Where usage lies in the billing of its subscription. Times in ms.
 * `open`: the running period. `later`: a period that has not begun. `passed`: one that has ended,
 * of a metric whose level later periods do not take from it any more; `inDraft` if a draft would
 * still count it once (lago: counting.carried). `in-advance`: whatever its time, each event has an
 * invoice of its own at once (lago: periods.in-advance).
 */
export type Period =
  | { readonly state: 'open' }
  | { readonly state: 'later' }
  | EndedPeriod
  | { readonly state: 'in-advance' }
  | { readonly state: 'passed'; readonly inDraft: boolean }
  | MissedPeriod;

/** Whether usage is not billed where it lies. */
export const isMissed = (period: Period | undefined): period is MissedPeriod =>
  period !== undefined && 'canBook' in period;

/**
 * Whether charges that count an event are paid in advance: all of them, or some beside others that
 * are billed with the period.
 */
export type InAdvance = 'all' | 'some';

/**
 * A period that has ended and still takes usage, or may take it. Times in ms.
 * `draft`: its invoice is a draft; `end` is its last moment if it may be made final at any moment.
 * `unbilled`: neither invoice nor draft of it is made yet, which may be so until `until`; `end` is
 * its last moment. `unasked`: Lago was not asked yet which of these it is.
 */
export type EndedPeriod =
  | { readonly state: 'draft'; readonly end?: number | undefined }
  | { readonly state: 'unbilled'; readonly end: number; readonly until: number }
  | { readonly state: 'unasked' };

/**
 * The last moment (ms) of the period in which an event lies, if whatever is sent into it has to be
 * proved: its invoice may be made, or made final, while the event is on its way.
 */
export const endToProve = (period: Period | undefined): number | undefined =>
  period !== undefined && 'end' in period ? period.end : undefined;

/** A stretch of time of which one invoice counts all usage of a subscription; both ends in ms. */
export interface Span {
  /** Its first moment. */
  readonly from: number;
  /** Its last moment. */
  readonly to: number;
}

/** Whether Lago would no longer bill usage of a period as it should. */
export const isLost = (period: Period | undefined): boolean =>
  isMissed(period) || period?.state === 'passed';

/** Whether a moment (Unix seconds) lies in a span. */
export const isInSpan = ({ from, to }: Span, seconds: number): boolean =>
  from <= seconds * 1000 && seconds * 1000 <= to;

/** The property that keeps the time of usage that was booked into another period. */
export const USAGE_DATE = 'usage_date';

/**
 * The event counted in the period that began at `since` (ms), with its own time kept in a property
 * as ISO 8601 in UTC, unless the template has one of that name.
 */
export function bookedInto(event: UsageEvent, since: number): UsageEvent {
  return {
    ...event,
    timestamp: Math.ceil(since / 1000),
    properties: { [USAGE_DATE]: isoText(event.timestamp * 1000), ...event.properties },
  };
}
