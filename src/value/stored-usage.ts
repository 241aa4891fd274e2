import Big from 'big.js';
import { isObject, type Json, ownValue, parsedJson, textOf } from './json';

/**
 * What an event store gives back of an event is not always what was sent
 * (lago: clickhouse.reading). These are the differences that no usage makes, for both stores.
 */

/** Lago keeps so many decimals of an amount. */
const AMOUNT_DECIMALS = 15;

/** How much earlier ClickHouse may list an event, in µs. */
const MOST_EARLIER = 1_000;

/** A number as either store may print it; ClickHouse also with an exponent. */
const PRINTED_NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** A list or an object, also one that is kept as text; undefined for anything else. */
function nestedIn(value: Json): readonly Json[] | { readonly [key: string]: Json } | undefined {
  const read = typeof value === 'string' && /^[[{]/.test(value) ? parsedJson(value) : value;
  if (Array.isArray(read)) return read;
  return isObject(read) ? read : undefined;
}

function isSameList(left: readonly Json[], right: readonly Json[]): boolean {
  const [one, other] = [left, right].map((list) => list.filter((each) => each !== null));
  return (
    one !== undefined &&
    other !== undefined &&
    one.length === other.length &&
    one.every((each, index) => isSameValue(each, other[index]))
  );
}

type Members = { readonly [key: string]: Json };

const isSameObject = (left: Members, right: Members): boolean =>
  Object.keys(left).length === Object.keys(right).length &&
  Object.entries(left).every(([name, value]) => isSameValue(value, ownValue(right, name)));

/**
 * Whether a stored value is the one that was sent: 1, "1" and "1.0" are one number, nested values
 * have no order of keys, and lists lose their nulls.
 * @param stored undefined if there is none
 */
export function isSameValue(sent: Json, stored: Json | undefined): boolean {
  if (stored === undefined) return false;
  const [left, right] = [nestedIn(sent), nestedIn(stored)];
  if (left !== undefined && right !== undefined) {
    if (Array.isArray(left)) return Array.isArray(right) && isSameList(left, right);
    return isObject(left) && isObject(right) && isSameObject(left, right);
  }
  const [one, other] = [textOf(sent), textOf(stored)];
  if (one === other) return true;
  return PRINTED_NUMBER.test(one) && PRINTED_NUMBER.test(other) && new Big(one).eq(other);
}

const amountIn = (text: string | null | undefined): string =>
  text === null || text === undefined || text === '' ? '0' : text;

/**
 * Whether two amounts in cents are one: none is zero, which ClickHouse lists for it, and what comes
 * after the fifteenth decimal is lost.
 * @param sent decimal text; undefined if the event has none
 * @param stored decimal text; null or undefined if Lago lists none
 */
export function isSameAmount(sent: string | undefined, stored: string | null | undefined): boolean {
  const [one, other] = [amountIn(sent), amountIn(stored)];
  if (!PRINTED_NUMBER.test(one) || !PRINTED_NUMBER.test(other)) return one === other;
  return new Big(one).minus(other).abs().lt(new Big(10).pow(-AMOUNT_DECIMALS));
}

/**
 * Whether an event's time is the one that was sent, give or take the millisecond by which
 * ClickHouse may list it earlier (lago: clickhouse.reading).
 * @param sent Unix seconds
 * @param stored ms
 */
export const isSameTime = (sent: number, stored: number): boolean =>
  Math.abs(Math.round(sent * 1_000_000) - Math.round(stored * 1_000)) <= MOST_EARLIER;
