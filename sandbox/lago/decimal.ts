import Big from 'big.js';
import { columnText, type Json } from './json';

/** A constructor of our own: its precision must not leak into anybody else's big.js. */
export const Decimal = Big();
export type Decimal = Big;

/** Enough digits for a division before its result is rounded to cents. */
Decimal.DP = 40;

/** Ruby prints a decimal with at least one digit behind the point. */
export function decimalText(value: Decimal): string {
  const text = value.toFixed();
  return text.includes('.') ? text : `${text}.0`;
}

/** A number from a plan or a seed, as a JSON number or as a text; null where there is none. */
export function decimalOf(value: Json | undefined): Decimal | null {
  const text = columnText(value);
  return text !== null && DECIMAL.test(text) ? new Decimal(text) : null;
}

const DECIMAL = /^-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i;

export const decimalOr = (value: Json | undefined, fallback: number): Decimal =>
  decimalOf(value) ?? new Decimal(fallback);

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
