import Big from 'big.js';

/** Decimal places that a division keeps at most; it rounds half up, away from zero. */
const DIVISION_PLACES = 20;

/** Decimals with this project's rule of division. No other part of the script changes it. */
const Decimal = Big();
Decimal.DP = DIVISION_PLACES;
Decimal.RM = Big.roundHalfUp;

/** Why two numbers cannot be divided. */
export class DivisionByZero extends Error {}

/** One number divided by another one. @throws DivisionByZero */
export const quotient = (left: Big, right: Big): Big => {
  if (right.eq(0)) throw new DivisionByZero();
  return new Decimal(left).div(right);
};

/**
 * A cell may hold 50,000 digits, and the product of two such numbers takes ten seconds; each filter
 * may double the digits again.
 */
const MOST_DIGITS = 500;

/** The same number. @throws RangeError if it has more digits than anybody counts with */
export function bounded(value: Big): Big {
  if (value.c.length > MOST_DIGITS || Math.abs(value.e) > MOST_DIGITS)
    throw new RangeError(`it calculates with a number of more than ${MOST_DIGITS} digits`);
  return value;
}

/** The next whole number on the side that a rounding prefers. */
const whole = (value: Big, isUp: boolean): Big =>
  value.round(0, value.gt(0) === isUp ? Big.roundUp : Big.roundDown);

const floor = (value: Big): Big => whole(value, false);

/** As Sheets does it: half a unit is rounded away from zero. */
function round(value: Big, places: Big): Big {
  if (!places.eq(floor(places)))
    throw new RangeError(`it rounds to “${places.toFixed()}” places, which is no whole number`);
  const most = Math.min(places.toNumber(), MOST_DIGITS);
  return value.round(Math.max(most, -MOST_DIGITS - 1), Big.roundHalfUp);
}

/** The remainder has the sign of the divisor, as in Sheets and in Shopify's Liquid. */
function modulo(left: Big, right: Big): Big {
  if (right.eq(0)) throw new DivisionByZero();
  const remainder = left.mod(right);
  return remainder.eq(0) || remainder.gt(0) === right.gt(0) ? remainder : remainder.plus(right);
}

/**
 * What the filters for numbers make of a value and the number behind their colon, exactly. A
 * missing number is 0.
 */
export const ARITHMETIC: Readonly<Record<string, (value: Big, operand: Big) => Big>> = {
  abs: (value) => value.abs(),
  at_least: (value, least) => (value.lt(least) ? least : value),
  at_most: (value, most) => (value.gt(most) ? most : value),
  ceil: (value) => whole(value, true),
  divided_by: quotient,
  floor,
  minus: (value, operand) => value.minus(operand),
  modulo,
  plus: (value, operand) => value.plus(operand),
  round,
  times: (value, operand) => value.times(operand),
};
