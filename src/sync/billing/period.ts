import { isoText } from '../../value/time';
import type { UsageEvent } from '../../value/usage-event';

/**
 * Where usage lies in the billing of its subscription. Times in ms.
 * `open`: the running period. `later`: a period that has not begun. `draft`: one whose invoice is a
 * draft, which still takes it. `invoiced`: one whose invoice is final; `current` is when the
 * running one began, and `canBook` whether usage of another time may be counted there.
 */
export type Period =
  | { readonly state: 'open' }
  | { readonly state: 'later' }
  | { readonly state: 'draft' }
  | { readonly state: 'invoiced'; readonly current: number | undefined; readonly canBook: boolean };

/** A running billing period, both ends included (ms). */
export interface RunningPeriod {
  /** Its first moment. */
  readonly from: number;
  /** Its last moment. */
  readonly to: number;
}

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
