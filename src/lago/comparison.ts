import Big from 'big.js';
import { DateTime } from 'luxon';
import { LAGO_NUMBER } from '../value/decimal';
import { isObject, type Json, ownValue } from '../value/json';
import { millisecondsOf } from '../value/time';
import type { UsageEvent } from '../value/usage-event';
import { scalarText } from './scalar';

/** An event as Lago lists it (lago: clickhouse.reading); on ClickHouse all property values are texts. */
export interface StoredEvent {
  readonly transaction_id: string;
  readonly external_subscription_id: string;
  readonly code: string;
  /** ISO 8601 in UTC with ms. */
  readonly timestamp: string;
  readonly precise_total_amount_cents: string | null;
  readonly properties: { readonly [name: string]: Json };
}

export function readStoredEvent(value: unknown): StoredEvent | undefined {
  if (
    !isObject(value) ||
    typeof value['transaction_id'] !== 'string' ||
    typeof value['timestamp'] !== 'string'
  )
    return undefined;
  const {
    transaction_id,
    external_subscription_id,
    code,
    timestamp,
    precise_total_amount_cents,
    properties,
  } = value;
  return {
    transaction_id,
    external_subscription_id: scalarText(external_subscription_id),
    code: scalarText(code),
    timestamp,
    precise_total_amount_cents:
      precise_total_amount_cents === null || precise_total_amount_cents === undefined
        ? null
        : scalarText(precise_total_amount_cents, JSON.stringify(precise_total_amount_cents)),
    properties: isObject(properties) ? properties : {},
  };
}

/** An event with the moments that people read, in ms. `receivedAt` is undefined where the event store does not keep it. */
export interface ListedEvent extends StoredEvent {
  readonly time: number;
  readonly receivedAt: number | undefined;
}

/** The last moment that JavaScript can name (ms); Postgres goes further. */
const LAST_MOMENT = 8.64e15;

/** A moment of Lago's; a year of five digits, from milliseconds taken for seconds, needs a sign and six digits in ISO 8601. */
function momentOf(iso: string): number {
  const ms = DateTime.fromISO(
    iso.replace(/^\d{5,6}(?=-)/, (year) => `+${year.padStart(6, '0')}`),
  ).toMillis();
  return Number.isNaN(ms) ? LAST_MOMENT : ms;
}

export function readListedEvent(value: unknown): ListedEvent | undefined {
  const stored = readStoredEvent(value);
  const createdAt = isObject(value) ? value['created_at'] : undefined;
  return (
    stored && {
      ...stored,
      time: momentOf(stored.timestamp),
      receivedAt: typeof createdAt === 'string' ? momentOf(createdAt) : undefined,
    }
  );
}

/** Objects in one order of keys: Postgres keeps its own (jsonb). */
function canonical(value: Json): Json {
  if (Array.isArray(value)) return value.map(canonical);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, canonical(value[name] ?? null)]),
  );
}

/** ClickHouse keeps texts only, null as an empty one. */
const plain = (value: Json): string =>
  typeof value === 'string' ? value : value === null ? '' : JSON.stringify(canonical(value));

/** Equal as Lago counts: 1, "1" and "1.0" are one number; other values are compared as text. */
function sameValue(sent: Json, stored: Json | undefined): boolean {
  if (stored === undefined) return false;
  const left = plain(sent);
  const right = plain(stored);
  if (left === right) return true;
  // ClickHouse may print a number with an exponent, which Big reads and the event's own rule would not.
  const numeric = (text: string): boolean =>
    LAGO_NUMBER.test(text) || /^-?\d+(\.\d+)?e[+-]?\d+$/i.test(text);
  return numeric(left) && numeric(right) && new Big(left).eq(right);
}

const amountOf = (amount: string | null | undefined): string =>
  amount === null || amount === undefined ? '' : amount;

/**
 * Whether Lago's event is the one that was sent: subscription, code, time to the ms, amount, and every property.
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
    Math.abs(DateTime.fromISO(stored.timestamp).toMillis() - sent.timestamp * 1000) < 1 &&
    sameValue(
      amountOf(sent.precise_total_amount_cents),
      amountOf(stored.precise_total_amount_cents),
    ) &&
    names.length === Object.keys(sent.properties).length &&
    Object.entries(sent.properties).every(
      ([name, value]) => name === computed || sameValue(value, ownValue(stored.properties, name)),
    )
  );
}

/** An event as it stands in Lago, as one that could be sent. */
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
