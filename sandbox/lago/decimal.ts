import Big from 'big.js';
import type { Json } from './json';

/** A constructor of our own: its precision must not leak into anybody else's big.js. */
export const Decimal = Big();
export type Decimal = Big;

/** Enough digits for a division before its result is rounded to cents. */
Decimal.DP = 40;

/**
 * What Postgres counts as a number (lago: counting.numbers); everything else counts for nothing.
 */
const NUMERIC = /^-?\d+(\.\d+)?$/;

/**
 * A property's number, null where the billing query does not see one. JSON numbers always pass:
 * they expand.
 */
export function countedNumber(value: Json | undefined): Decimal | null {
  if (typeof value === 'number') return Number.isFinite(value) ? new Decimal(value) : null;
  return typeof value === 'string' && NUMERIC.test(value) ? new Decimal(value) : null;
}

/** Ruby prints a decimal with at least one digit behind the point. */
export function decimalText(value: Decimal): string {
  const text = value.toFixed();
  return text.includes('.') ? text : `${text}.0`;
}

/** A number from a plan or a seed, where Lago takes numbers and strings alike. */
export function decimalOr(value: Json | undefined, fallback: number): Decimal {
  if (typeof value === 'number') return new Decimal(value);
  return countedNumber(value) ?? new Decimal(fallback);
}

export const zero = (): Decimal => new Decimal(0);

export const sum = (values: Decimal[]): Decimal =>
  values.reduce((total, value) => total.plus(value), zero());

export const largest = (left: Decimal, right: Decimal): Decimal => (left.gte(right) ? left : right);

export const smallest = (left: Decimal, right: Decimal): Decimal =>
  left.lte(right) ? left : right;

export type Rounding = 'round' | 'ceil' | 'floor';

/**
 * Rounds to `precision` digits; ceil and floor go up and down the number line, whatever the sign.
 */
export function roundTo(value: Decimal, rounding: Rounding, precision = 0): Decimal {
  if (rounding === 'round') return value.round(precision, Big.roundHalfUp);
  const towardsZero = value.round(precision, Big.roundDown);
  const step = new Decimal(10).pow(-precision);
  if (rounding === 'ceil') return towardsZero.lt(value) ? towardsZero.plus(step) : towardsZero;
  return towardsZero.gt(value) ? towardsZero.minus(step) : towardsZero;
}
