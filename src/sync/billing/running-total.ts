import Big from 'big.js';
import { countedBy } from '../../value/aggregation';
import type { UsageEvent } from '../../value/usage-event';
import type { EventStore } from '../event-store';
import { quantityOf } from './aggregation';
import { isRemoval, uniqueText } from './correction';

/** How a metric rounds its units (lago: counting.rounding). */
export interface Rounding {
  /** To the nearest, up, or down the number line. */
  readonly by: 'round' | 'ceil' | 'floor';
  /** Digits behind the point that are kept; before it if below zero. */
  readonly digits: number;
}

/** How a metric counts. */
export interface Counting {
  /** Lago's name of it; empty if the metric is not known. */
  readonly aggregation: string;
  /** The property that it reads; undefined if it reads none. */
  readonly field: string | undefined;
  /** Where Lago keeps events; left out if it does not say. */
  readonly store?: EventStore | undefined;
  /** Whether units carry over into later periods. */
  readonly recurring?: boolean | undefined;
  /** How the units of a price are rounded; undefined if they are not. */
  readonly rounding?: Rounding | undefined;
}

/**
 * Counts events one by one, in the order of time, as Lago's aggregations do (lago: counting.unique,
 * counting.weighted); a weighted sum only adds up the values.
 */
export class RunningTotal {
  readonly #counting: Counting;
  readonly #values = new Set<string>();
  #sum = new Big(0);
  #most: Big | undefined;
  #last = '0';
  #events = 0;

  constructor(counting: Counting) {
    this.#counting = counting;
  }

  /** Counts one more event. */
  add(event: Pick<UsageEvent, 'properties'>): void {
    const { aggregation, field } = this.#counting;
    const quantity = quantityOf(event, this.#counting);
    this.#events++;
    this.#sum = quantity === undefined ? this.#sum : this.#sum.plus(quantity);
    if (quantity !== undefined && (this.#most === undefined || quantity.gt(this.#most)))
      this.#most = quantity;
    if (quantity !== undefined) this.#last = quantity.toFixed();
    const unique =
      countedBy(aggregation) === 'different values' ? uniqueText(event, field) : undefined;
    if (unique !== undefined && isRemoval(event)) this.#values.delete(unique);
    else if (unique !== undefined) this.#values.add(unique);
  }

  /** The total so far, as decimal text. */
  total(): string {
    switch (countedBy(this.#counting.aggregation)) {
      case 'sum':
      case 'sum over time':
        return this.#sum.toFixed();
      case 'highest':
        return (this.#most ?? new Big(0)).toFixed();
      case 'latest':
        return this.#last;
      case 'different values':
        return String(this.#values.size);
      default:
        return String(this.#events);
    }
  }
}

/** Units as a metric rounds them; zero is never negative. */
export function rounded(units: Big, rounding: Rounding | undefined): Big {
  if (rounding === undefined) return units.plus(0);
  const { by, digits } = rounding;
  if (by === 'round') return units.round(digits, Big.roundHalfUp).plus(0);
  const cut = units.round(digits, Big.roundDown).plus(0);
  const step = new Big(10).pow(-digits);
  if (by === 'ceil') return cut.lt(units) ? cut.plus(step) : cut;
  return cut.gt(units) ? cut.minus(step) : cut;
}
