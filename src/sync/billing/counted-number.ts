import Big from 'big.js';
import { countedDecimal, LAGO_NUMBER } from '../../value/decimal';
import type { Json } from '../../value/json';
import type { EventStore } from '../event-store';

/** The property of an event that is counted, and where Lago does that. */
export interface CountedField {
  /** Undefined if none is. */
  readonly field: string | undefined;
  /** Where Lago keeps events; left out if it does not say. */
  readonly store?: EventStore | undefined;
}

/** Texts that ClickHouse counts as well, such as +5, .5, 5. and 1e3 (lago: clickhouse.numbers). */
const CLICKHOUSE_NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i;

/** Of the 38 digits of ClickHouse's column, so many are decimals; what follows is cut off. */
const CLICKHOUSE_DECIMALS = 26;

/** From this size on a number does not fit the column, and counts as nothing. */
export const CLICKHOUSE_LIMIT = 1e12;

/**
 * Whether an event store counts a value as a number; too large a one may still come to nothing.
 * @param store undefined if it is not known: then only what both stores count
 */
export const isNumberFor = (value: Json, store: EventStore | undefined): boolean =>
  typeof value === 'number' ||
  (typeof value === 'string' &&
    (store === 'clickhouse' ? CLICKHOUSE_NUMBER : LAGO_NUMBER).test(value));

/**
 * The number that Lago counts for a value, exactly; undefined if it counts none (lago:
 * counting.numbers, clickhouse.numbers).
 * @param store undefined if it is not known: then only what both stores count
 */
export function countedNumber(
  value: Json | undefined,
  store: EventStore | undefined,
): Big | undefined {
  if (store !== 'clickhouse') return countedDecimal(value);
  if (value === undefined || !isNumberFor(value, store)) return undefined;
  // JSON may hold 1e999, which is read as infinity.
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  const number = new Big(
    String(value)
      .replace(/^\+/, '')
      .replace(/\.(?=e|$)/i, ''),
  );
  return number.abs().gte(CLICKHOUSE_LIMIT)
    ? undefined
    : number.round(CLICKHOUSE_DECIMALS, Big.roundDown);
}
