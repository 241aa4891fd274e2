import Big from 'big.js';
import { internal } from './errors';
import type { Json } from './json';

/**
 * Microseconds since 1970, the precision of the Postgres column; beyond 2^53 for dates that Lago
 * accepts.
 */
export type Micros = bigint;

/** Postgres' timestamp runs from 4714 BC to 294276 AD. */
const POSTGRES_MIN: Micros = -210_866_803_200_000_000n;
const POSTGRES_END: Micros = 9_224_318_016_000_000_000n;

/** ClickHouse's DateTime64 runs to 2299; what is not after 1970 began never came out of it. */
const CLICKHOUSE_MIN: Micros = 1n;
const CLICKHOUSE_END: Micros = 10_413_792_000_000_000n;

/**
 * Ruby's decimal literal: surrounding space, single underscores between digits, exponent letters e
 * and d.
 */
const DECIMAL = /^[+-]?(?:\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eEdD][+-]?\d+)?$/;
const NOT_FINITE = /^(?:NaN|[+-]?Infinity)$/;

export const fromMilliseconds = (ms: number): Micros => BigInt(Math.round(ms * 1000));

export const toMilliseconds = (micros: Micros): number => Number(floorDivide(micros, 1000n));

export const compareInstants = (left: Micros, right: Micros): number =>
  left < right ? -1 : left > right ? 1 : 0;

export const later = (left: Micros, right: Micros): Micros =>
  compareInstants(left, right) < 0 ? right : left;

/**
 * Reads an event's timestamp: seconds, or null if Lago answers invalid_format (lago:
 * event.timestamp, event.timestamp-invalid).
 */
export function parseTimestamp(value: Json | undefined, now: Micros): Micros | null {
  if (value === undefined || value === null || value === false || typeof value === 'object')
    return now;
  const text = String(value).trim();
  if (NOT_FINITE.test(text)) throw internal();
  if (!DECIMAL.test(text)) return null;
  const plain = text.replaceAll('_', '').replace(/^\+/, '').replace(/[dD]/, 'e');
  const exponent = Number(/e([+-]?\d+)$/i.exec(plain)?.[1] ?? 0);
  if (Math.abs(exponent) > 30) return exponent < 0 ? 0n : POSTGRES_END;
  return BigInt(new Big(plain).times(1_000_000).round(0, Big.roundDown).toFixed(0));
}

export const fitsPostgres = (micros: Micros): boolean =>
  micros >= POSTGRES_MIN && micros < POSTGRES_END;

export const fitsClickHouse = (micros: Micros): boolean =>
  micros >= CLICKHOUSE_MIN && micros < CLICKHOUSE_END;

/** UTC with three decimals and years of any length, as Ruby prints them. */
export function iso8601(micros: Micros): string {
  const ms = floorDivide(micros, 1000n);
  const days = floorDivide(ms, 86_400_000n);
  const time = Number(ms - days * 86_400_000n);
  const { year, month, day } = civil(Number(days));
  const clock = new Date(time).toISOString().slice(11);
  return `${paddedYear(year)}-${padded(month)}-${padded(day)}T${clock}`;
}

/** The same without decimals. */
export const iso8601Seconds = (micros: Micros): string => iso8601(micros).replace(/\.\d{3}Z$/, 'Z');

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

/** Proleptic Gregorian date of a day number; Date stops at the year 275760 and Lago does not. */
function civil(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

const padded = (part: number): string => String(part).padStart(2, '0');

const paddedYear = (year: number): string =>
  year < 0 ? `-${String(-year).padStart(4, '0')}` : String(year).padStart(4, '0');
