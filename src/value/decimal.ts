import Big from 'big.js';

/** Lago counts a text only if it has exactly this form (lago: counting.numbers). */
export const LAGO_NUMBER = /^-?\d+(\.\d+)?$/;

/** The decimal that Lago counts for a value, exactly; undefined if it counts none. */
export function countedDecimal(value: unknown): Big | undefined {
  // JSON may hold 1e999, which is read as infinity.
  if (typeof value === 'number') return Number.isFinite(value) ? new Big(value) : undefined;
  return typeof value === 'string' && LAGO_NUMBER.test(value) ? new Big(value) : undefined;
}

/**
 * The number of an exact plain decimal if a number can hold it, otherwise the decimal itself:
 * 12345678901234567.89 would lose its end.
 */
export function exactNumber(decimal: string): number | string {
  const number = Number(decimal);
  return Number.isFinite(number) && plainDecimal(number) === decimal ? number : decimal;
}

/**
 * A number in plain decimals, never with an exponent: Lago counts "1.453e-7" as nothing
 * (lago: counting.no-numbers).
 * @throws RangeError for NaN and the infinities.
 */
export function plainDecimal(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is not a number that can be sent`);
  const text = String(value);
  return text.includes('e') ? new Big(value).toFixed() : text;
}
