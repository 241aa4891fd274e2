import Big from 'big.js';

/**
 * The most that usage can cost by any price of a charge, as decimal texts in cents. It is never
 * shown: no price needs to be as high.
 */
export interface CostBound {
  /** For a unit. */
  readonly perUnit: string;
  /** For an event, beside its units. */
  readonly perEvent: string;
  /** For each group of usage, beside its units. */
  readonly flat: string;
}

/** The bound of usage that costs nothing. */
export const NO_COST: CostBound = { perUnit: '0', perEvent: '0', flat: '0' };

/**
 * Lago keeps an amount in 8 bytes of cents, and makes no invoice with a larger one (lago:
 * counting.volume). This leaves room for some ninety charges of that size on one invoice.
 */
export const MOST_CENTS = new Big('1e17');

/** From here on units cost too much at one unit of the currency each, by whatever plan. */
export const MOST_UNITS = new Big('1e15');

const higher = (left: string, right: string): string => (new Big(left).gte(right) ? left : right);

/** A bound that holds for usage by either of two prices. */
export const highest = (left: CostBound, right: CostBound): CostBound => ({
  perUnit: higher(left.perUnit, right.perUnit),
  perEvent: higher(left.perEvent, right.perEvent),
  flat: higher(left.flat, right.flat),
});

/** The most that units can cost, in cents; those below zero cost nothing. */
export function mostCents({ perUnit, perEvent, flat }: CostBound, units: Big, events = 1): Big {
  const counted = units.gt(0) ? units : new Big(0);
  return counted.times(perUnit).plus(new Big(perEvent).times(events)).plus(flat);
}
