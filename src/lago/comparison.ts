import * as v from 'valibot';
import { valueBy } from '../schema/fit';
import { type ListedUsage, millisecondsIn } from '../sync/month/listed';
import { ownValue } from '../value/json';
import { isSameAmount, isSameTime, isSameValue } from '../value/stored-usage';
import { millisecondsOf } from '../value/time';
import type { UsageEvent } from '../value/usage-event';
import { anything, object, text } from './field';
import { scalarText } from './scalar';

/** An event as Lago lists it, whose subscription and code are blank if Lago does not say them. */
export type StoredEvent = ListedUsage;

/** The last moment that JavaScript can name (ms). Postgres goes further. */
const LAST_MOMENT = 8.64e15;

/**
 * A moment of Lago's (ms). Milliseconds taken for seconds make years of five digits, which ISO 8601
 * wants with a sign and six digits.
 */
function momentOf(iso: string): number {
  const ms = millisecondsOf(iso.replace(/^\d{5,6}(?=-)/, (year) => `+${year.padStart(6, '0')}`));
  return Number.isNaN(ms) ? LAST_MOMENT : ms;
}

/** An amount as text, whatever it is; null if there is none. */
const amountText = (value: unknown): string | null =>
  value === null ? null : scalarText(value, JSON.stringify(value));

const STORED_EVENT = v.pipe(
  v.object({
    transaction_id: v.string(),
    external_subscription_id: text,
    code: text,
    timestamp: v.string(),
    precise_total_amount_cents: v.pipe(anything, v.transform(amountText)),
    properties: object,
    created_at: text,
  }),
  v.transform(({ created_at, ...event }) => ({
    ...event,
    receivedAt: created_at === '' ? undefined : momentOf(created_at),
  })),
);

/** An event as Lago lists or shows it; undefined if it has no id or time. */
export const readStoredEvent = (value: unknown): StoredEvent | undefined =>
  valueBy(STORED_EVENT, value);

/** An event with the moments that people read (ms). */
export interface ListedEvent extends StoredEvent {
  /** When the usage counts. */
  readonly time: number;
}

/** An event of Lago's with its moments; undefined if it has no id or time. */
export function readListedEvent(value: unknown): ListedEvent | undefined {
  const stored = readStoredEvent(value);
  return stored && { ...stored, time: momentOf(stored.timestamp) };
}

/**
 * Whether Lago's event is the one that was sent: same subscription, code, time, amount and
 * properties, but for what an event store makes of them.
 * @param computed name of a property that Lago adds itself, because the metric has an expression
 */
export function isSameEvent(sent: UsageEvent, stored: StoredEvent, computed?: string): boolean {
  const names = Object.keys(stored.properties).filter(
    (name) => name !== computed || ownValue(sent.properties, name) !== undefined,
  );
  return (
    stored.transaction_id === sent.transaction_id &&
    stored.external_subscription_id === sent.external_subscription_id &&
    stored.code === sent.code &&
    isSameTime(sent.timestamp, millisecondsIn(stored)) &&
    isSameAmount(sent.precise_total_amount_cents, stored.precise_total_amount_cents) &&
    names.length === Object.keys(sent.properties).length &&
    Object.entries(sent.properties).every(
      ([name, value]) => name === computed || isSameValue(value, ownValue(stored.properties, name)),
    )
  );
}

/** Lago's event in the form in which it could be sent. */
export const asUsageEvent = ({
  timestamp,
  precise_total_amount_cents: amount,
  ...stored
}: StoredEvent): UsageEvent => ({
  transaction_id: stored.transaction_id,
  external_subscription_id: stored.external_subscription_id,
  code: stored.code,
  timestamp: millisecondsOf(timestamp) / 1000,
  ...(amount === null ? {} : { precise_total_amount_cents: amount }),
  properties: stored.properties,
});
