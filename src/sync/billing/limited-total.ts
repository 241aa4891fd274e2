import Big from 'big.js';
import { type Counted, countedBy } from '../../value/aggregation';
import { countedDecimal } from '../../value/decimal';
import { addTo } from '../../value/group';
import type { UsageEvent } from '../../value/usage-event';
import { quantityOf } from './aggregation';
import { MOST_CENTS, mostCents, NO_COST } from './cost-bound';
import type { Price, Pricing } from './priced-total';
import type { Counting } from './running-total';

/**
 * Why events do not fit into the total of a price. `wraps`: the event store would count the total
 * wrong. `costly`: the usage of its charge could cost more than an invoice holds.
 */
export interface Excess {
  readonly kind: 'wraps' | 'costly';
  readonly price: Price;
}

const ZERO = new Big(0);

/** What a total may come to: between its highest and its lowest. */
interface Reach {
  readonly high: Big;
  readonly low: Big;
}

const NOWHERE: Reach = { high: ZERO, low: ZERO };

const shifted = ({ high, low }: Reach, by: Reach): Reach => ({
  high: high.plus(by.high),
  low: low.plus(by.low),
});

const aboveZero = (value: Big): Big => (value.gt(0) ? value : ZERO);

/** Up or down, but not both: what lowers a total makes no room before Lago has it. */
const oneWay = (value: Big): Reach =>
  value.gt(0) ? { high: value, low: ZERO } : { high: ZERO, low: value };

/** What the usage of one price may come to. */
interface Tally {
  readonly price: Price;
  readonly units: Reach;
  /** Of the events' own amounts. */
  readonly cents: Reach;
  readonly events: number;
}

/** Metrics whose units are sums, which can leave the numbers of an event store. */
const SUMS: ReadonlySet<Counted> = new Set(['sum', 'sum over time']);

/** Metrics with one unit for each event, or less. */
const UNIT_PER_EVENT: ReadonlySet<Counted> = new Set(['events', 'different values']);

/**
 * Where a sum over time gets to on its way: Lago multiplies each stage of it by how long it lasts.
 */
function reachOverTime(values: readonly { readonly at: number; readonly value: Big }[]): Reach {
  let sum = ZERO;
  let reach = NOWHERE;
  const ordered = [...values].sort((left, right) => left.at - right.at);
  for (const [place, { at, value }] of ordered.entries()) {
    sum = sum.plus(value);
    if (ordered[place + 1]?.at === at) continue;
    if (sum.gt(reach.high)) reach = { ...reach, high: sum };
    if (sum.lt(reach.low)) reach = { ...reach, low: sum };
  }
  return reach;
}

/** What one price's events of a unit change together, as each counts by itself over time. */
function changeOverTime(values: readonly { readonly at: number; readonly value: Big }[]): Reach {
  const byTime = new Map<number, Big>();
  for (const { at, value } of values) byTime.set(at, value.plus(byTime.get(at) ?? ZERO));
  return [...byTime.values()].map(oneWay).reduce(shifted, NOWHERE);
}

const sumOf = (values: readonly Big[]): Big => values.reduce((sum, each) => sum.plus(each), ZERO);

const centsOf = (event: UsageEvent): Big =>
  countedDecimal(event.precise_total_amount_cents) ?? ZERO;

/** Names a charge among all of the subscription. */
const chargeName = ({ term, charge }: Price): string => JSON.stringify([term, charge]);

/** Whether the usage of a price costs more by a change of its units or amounts. */
const isRaised = ({ units, cents }: Tally): boolean => units.high.gt(0) || cents.high.gt(0);

/**
 * What the usage of one subscription and metric in one period may come to, by price: what Lago has
 * for certain, and what it may have or is to be sent, of which only some may arrive.
 */
export class LimitedTotals {
  readonly #counted: Counted;
  readonly #tallies = new Map<string, Tally>();
  /** What each charge's usage can cost at most, in cents. */
  readonly #costs = new Map<string, Big>();

  constructor(
    private readonly counting: Counting,
    private readonly pricing: Pricing,
  ) {
    this.#counted = countedBy(counting.aggregation);
  }

  /** Counts what Lago has for certain. */
  have(events: readonly UsageEvent[]): void {
    for (const [price, own] of this.#byPrice(events)) {
      const exact = (value: Big): Reach => ({ high: value, low: value });
      const units =
        this.#counted === 'sum over time'
          ? reachOverTime(this.#timed(own))
          : exact(this.#unitsOf(own));
      this.#add({ price, units, cents: exact(sumOf(own.map(centsOf))), events: own.length });
    }
  }

  /**
   * Why events that are sent together would not be billed right with what is counted already;
   * undefined if they would. What brings a total nearer to zero always fits.
   */
  excessOf(events: readonly UsageEvent[]): Excess | undefined {
    const changes = this.#changesBy(events);
    const wrapping = changes.find((change) => this.#wraps(change));
    if (wrapping !== undefined) return { kind: 'wraps', price: wrapping.price };
    const costly = this.#tooCostly(changes);
    return costly && { kind: 'costly', price: costly };
  }

  /** Counts events that are sent together. */
  take(events: readonly UsageEvent[]): void {
    for (const change of this.#changesBy(events)) this.#add(change);
  }

  #wraps({ price, units, cents }: Tally): boolean {
    const { mostTotal } = this.pricing;
    if (mostTotal === undefined) return false;
    const known = this.#tallies.get(price.name);
    const leaves = (change: Reach, from: Reach = NOWHERE): boolean =>
      (change.high.gt(0) && from.high.plus(change.high).gt(mostTotal)) ||
      (change.low.lt(0) && from.low.plus(change.low).lt(mostTotal.times(-1)));
    return (
      (SUMS.has(this.#counted) && leaves(units, known?.units)) ||
      (price.model === 'dynamic' && leaves(cents, known?.cents))
    );
  }

  /** A price whose usage costs more by changes, if its charge's then costs too much. */
  #tooCostly(changes: readonly Tally[]): Price | undefined {
    const costs = new Map(this.#costs);
    for (const change of changes) {
      const name = chargeName(change.price);
      costs.set(name, this.#costOf(change).plus(costs.get(name) ?? ZERO));
    }
    return changes.find(
      (change) => isRaised(change) && costs.get(chargeName(change.price))?.gt(MOST_CENTS),
    )?.price;
  }

  /** What a change of a tally adds to what the usage of its charge can cost, in cents. */
  #costOf({ price, units, cents, events }: Tally): Big {
    const known = this.#tallies.get(price.name);
    const { bound = NO_COST } = price;
    const perUnit = { ...NO_COST, perUnit: bound.perUnit };
    const beside = { ...bound, perUnit: '0', flat: known === undefined ? bound.flat : '0' };
    const costOf = (of: Reach, own: Reach): Big =>
      mostCents(perUnit, of.high).plus(price.model === 'dynamic' ? aboveZero(own.high) : ZERO);
    const { units: before = NOWHERE, cents: had = NOWHERE } = known ?? {};
    return costOf(shifted(before, units), shifted(had, cents))
      .minus(costOf(before, had))
      .plus(mostCents(beside, ZERO, events));
  }

  #add(change: Tally): void {
    const { price, units, cents, events } = change;
    const name = chargeName(price);
    this.#costs.set(name, this.#costOf(change).plus(this.#costs.get(name) ?? ZERO));
    const known = this.#tallies.get(price.name);
    this.#tallies.set(price.name, {
      price,
      units: shifted(units, known?.units ?? NOWHERE),
      cents: shifted(cents, known?.cents ?? NOWHERE),
      events: events + (known?.events ?? 0),
    });
  }

  #changesBy(events: readonly UsageEvent[]): Tally[] {
    return [...this.#byPrice(events)].map(([price, own]) => ({
      price,
      units:
        this.#counted === 'sum over time'
          ? changeOverTime(this.#timed(own))
          : oneWay(this.#unitsOf(own)),
      cents: oneWay(sumOf(own.map(centsOf))),
      events: own.length,
    }));
  }

  /** The units that events add; a highest or latest value is checked by itself. */
  #unitsOf(events: readonly UsageEvent[]): Big {
    if (UNIT_PER_EVENT.has(this.#counted)) return new Big(events.length);
    return SUMS.has(this.#counted) ? sumOf(events.map((event) => this.#quantityOf(event))) : ZERO;
  }

  #quantityOf(event: UsageEvent): Big {
    return quantityOf(event, this.counting) ?? ZERO;
  }

  #timed(events: readonly UsageEvent[]): { readonly at: number; readonly value: Big }[] {
    return events.map((event) => ({ at: event.timestamp, value: this.#quantityOf(event) }));
  }

  /**
   * Events by each price that they count for. If the plan is not known, nobody can say which of
   * them are added up together.
   */
  #byPrice(events: readonly UsageEvent[]): Map<Price, UsageEvent[]> {
    const names = new Map<string, Price>();
    const found = new Map<Price, UsageEvent[]>();
    for (const event of events)
      for (const priced of this.pricing.allPricesOf?.(event) ?? [UNKNOWN_PRICE]) {
        const price = names.get(priced.name) ?? priced;
        names.set(price.name, price);
        addTo(found, price, event);
      }
    return found;
  }
}

/** Stands for the price of an event whose plan is not known. */
const UNKNOWN_PRICE: Price = {
  term: '',
  charge: '',
  fee: '',
  name: '',
  words: '',
  model: '',
  payInAdvance: false,
};
