import type { Problem } from '../../problem/problem';
import type { JsonObject } from '../../value/json';
import { millisecondsOf } from '../../value/time';
import type { AskedEvent, UsageEvent } from '../../value/usage-event';

/** An event as Lago lists it. */
export interface ListedUsage {
  /** Id of the event. */
  readonly transaction_id: string;
  /** The subscription. */
  readonly external_subscription_id: string;
  /** Code of the metric. */
  readonly code: string;
  /** ISO 8601 in UTC with ms. */
  readonly timestamp: string;
  /** Decimal text; null if the event has none. */
  readonly precise_total_amount_cents: string | null;
  /** On ClickHouse all values are texts (lago: clickhouse.reading). */
  readonly properties: JsonObject;
  /** When Lago received it (ms); undefined if it does not say. */
  readonly receivedAt: number | undefined;
}

/** An event as Lago bills it, and how many events it keeps under the same key. */
export interface Billed<Listed> {
  /** The newest of the copies. */
  readonly event: Listed;
  /** At least 1. */
  readonly copies: number;
}

const arrivalOf = ({ receivedAt }: ListedUsage): number => receivedAt ?? 0;

/** What ClickHouse keeps one event of: metric, subscription, id and time (ms). */
const keyOf = (listed: ListedUsage): string =>
  JSON.stringify([
    listed.transaction_id,
    listed.external_subscription_id,
    listed.code,
    listed.timestamp,
  ]);

/**
 * The events that Lago bills of those that it lists: of several under one key the newest
 * (lago: clickhouse.removal), in the order of the list.
 */
export function billedCopies<Listed extends ListedUsage>(
  listed: readonly Listed[],
): readonly Billed<Listed>[] {
  const billed = new Map<string, Billed<Listed>>();
  for (const event of listed) {
    const key = keyOf(event);
    const known = billed.get(key);
    const isNewer = known === undefined || arrivalOf(event) > arrivalOf(known.event);
    billed.set(key, {
      event: isNewer ? event : known.event,
      copies: (known?.copies ?? 0) + 1,
    });
  }
  return [...billed.values()];
}

/** When the usage counts (ms). */
export const millisecondsIn = (listed: ListedUsage): number => millisecondsOf(listed.timestamp);

/** A span of time in ms: from one moment up to, but not including, another. */
export interface Window {
  /** In ms. */
  readonly from: number;
  /** In ms; not included. */
  readonly to: number;
}

/** What is listed: events of some metrics in a span of time. */
export interface ListedWindow extends Window {
  /** Codes of the metrics. */
  readonly codes: readonly string[];
  /** External id; undefined for all subscriptions. */
  readonly subscription?: string | undefined;
}

/**
 * All events of a window, with the number of pages they took; or, if it has too many events for one
 * reading, how long it may be at most (ms).
 */
export type WindowReading<Listed> =
  | { readonly events: readonly Listed[]; readonly pages: number }
  | { readonly shorter: number }
  | Problem;

/** Lago's events by time, every one of a window. */
export interface EventList<Listed extends ListedUsage = ListedUsage> {
  /**
   * Reads a window; an event that arrives in between moves others from page to page, so it is read
   * again.
   */
  read(window: ListedWindow): WindowReading<Listed>;
  /** The first event that Lago has under each id, at any time; `unknown` if Lago does not say. */
  show(asked: readonly AskedEvent[]): (Listed | undefined | 'unknown')[];
  /**
   * How many copies of each event Lago has, all at one time and for one subscription; undefined if
   * Lago does not say.
   */
  countCopies(events: readonly Listed[]): (number | undefined)[];
}

/** Whether Lago's event is the one that was sent. */
export type IsSame<Listed extends ListedUsage = ListedUsage> = (
  sent: UsageEvent,
  listed: Listed,
) => boolean;
