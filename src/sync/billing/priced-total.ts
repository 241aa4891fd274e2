import Big from 'big.js';
import { countedBy } from '../../value/aggregation';
import { countedDecimal } from '../../value/decimal';
import { placeName, type UsageEvent } from '../../value/usage-event';
import { quantityOf } from './aggregation';
import type { CostBound } from './cost-bound';
import { type Counting, RunningTotal, rounded } from './running-total';

/** A price of a charge: usage that Lago adds up and bills by itself. */
export interface Price {
  /** Tells its subscription from others that had or will have the same external id. */
  readonly term: string;
  /** Tells its charge from others of the same metric and subscription. */
  readonly charge: string;
  /** Tells it from all other prices of the same metric and subscription. */
  readonly name: string;
  /** Tells it by its filter and group, as fees of invoices do; charges may have the same. */
  readonly fee: string;
  /** Which usage it is for, such as `region “eu”`; empty if for all. */
  readonly words: string;
  /** Lago's name of the charge model. */
  readonly model: string;
  /** Whether events are billed as they come. */
  readonly payInAdvance: boolean;
  /** Whether something is billed without any units (lago: counting.flat). */
  readonly flatAtZero?: boolean | undefined;
  /** The most that its usage can cost; undefined if that is not known. */
  readonly bound?: CostBound | undefined;
  /**
   * Of a dynamic charge: a total in whole cents is cut to a multiple of this many (lago:
   * clickhouse.dynamic). Undefined if none is.
   */
  readonly cutTo?: number | undefined;
}

/** How Lago counts and prices events. Sends no request. */
export interface Pricing {
  /** Undefined if the metric is not known, or Lago computes its value itself. */
  readonly countingOf: (code: string) => Counting | undefined;
  /** All prices that an event counts for; undefined if that is not known. */
  readonly pricesOf: (event: UsageEvent) => readonly Price[] | undefined;
  /**
   * The same of charges whatever Lago makes of a total below zero; undefined if the plan is not
   * known.
   */
  readonly allPricesOf?: (event: UsageEvent) => readonly Price[] | undefined;
  /** The most that usage of a metric can cost by any plan. */
  readonly boundOf?: (code: string) => CostBound;
  /**
   * Beyond this total on either side of zero the event store counts wrong (lago: clickhouse.wraps).
   * Undefined if it does not.
   */
  readonly mostTotal?: Big | undefined;
  /**
   * Those of its prices that volume charges have, whatever else bills it. Empty if none does, or if
   * the plan is not known. `uncounted` if the total of one does not follow from the events alone.
   */
  readonly volumePricesOf?: (event: UsageEvent) => readonly Price[] | 'uncounted';
}

/**
 * What Lago makes of a total (lago: counting.clamped, counting.volume, periods.in-advance,
 * counting.dynamic, clickhouse.dynamic).
 * `billed`: it bills it. `nothing`: it is below zero and billed as zero. `no-invoice`: so far below
 * zero under a volume charge that no invoice of the subscription is made at all. `no-refund`: paid
 * in advance, so that events below zero bring nothing back. `no-units`: under a dynamic charge the
 * units add up to zero, so the amounts are not billed. `cut`: the amounts of a dynamic charge come
 * to whole cents, and are cut to whole units of the currency.
 */
export type Outcome = 'billed' | 'nothing' | 'no-invoice' | 'no-refund' | 'no-units' | 'cut';

/** What the events of one price of a subscription and metric come to. */
export interface PricedTotal {
  /** Names subscription and metric together; see `placeName`. */
  readonly place: string;
  /** External id. */
  readonly subscription: string;
  /** Code of the metric. */
  readonly code: string;
  /** For which of its usage. */
  readonly price: Price;
  /** The units of the events, as decimal text; below zero too. */
  readonly total: string;
  /**
   * The sum of their own amounts in cents, as decimal text, if that is below zero or not billed as
   * it is.
   */
  readonly cents: string | undefined;
  /** What Lago bills of these cents, as decimal text; set if it cuts them. */
  readonly billedCents?: string | undefined;
  /** What Lago makes of it. */
  readonly outcome: Outcome;
  /** The units that Lago bills, as decimal text. */
  readonly billed: string;
}

/** Decimals of an amount that Lago keeps (lago: event.amount). */
const AMOUNT_DECIMALS = 15;

/**
 * A volume charge finds no range for a total of -1 or less; one that is rounded up to zero is
 * billed as zero (lago: counting.volume-fraction).
 */
const NO_RANGE = -1;

/** Adds up the events of one price, in the order of time. */
class PriceTally {
  readonly #running: RunningTotal;
  #paid = new Big(0);
  #cents = new Big(0);

  constructor(
    private readonly of: Pick<PricedTotal, 'place' | 'subscription' | 'code' | 'price'>,
    private readonly counting: Counting,
  ) {
    this.#running = new RunningTotal(counting);
  }

  add(event: UsageEvent): void {
    this.#running.add(event);
    const { payInAdvance, model } = this.of.price;
    const quantity = payInAdvance ? quantityOf(event, this.counting) : undefined;
    if (quantity?.gt(0)) this.#paid = this.#paid.plus(quantity);
    const cents =
      model === 'dynamic' ? countedDecimal(event.precise_total_amount_cents) : undefined;
    if (cents !== undefined)
      this.#cents = this.#cents.plus(cents.round(AMOUNT_DECIMALS, Big.roundHalfUp));
  }

  result(): PricedTotal {
    const total = rounded(new Big(this.#running.total()), this.counting.rounding);
    const outcome = this.#outcome(total);
    const isTold = this.#cents.lt(0) || outcome === 'no-units' || outcome === 'cut';
    return {
      ...this.of,
      total: total.toFixed(),
      cents: isTold ? this.#cents.toFixed() : undefined,
      billedCents: outcome === 'cut' ? this.#cents.minus(this.#lost()).toFixed() : undefined,
      outcome,
      billed: this.#billed(total, outcome).toFixed(),
    };
  }

  #billed(total: Big, outcome: Outcome): Big {
    if (outcome === 'no-refund') return this.#paid;
    return outcome === 'nothing' || outcome === 'no-invoice' ? new Big(0) : total;
  }

  /** The cents that are less than a unit of the currency, if the event store cuts them off. */
  #lost(): Big {
    const { cutTo } = this.of.price;
    const isWhole = this.#cents.eq(this.#cents.round(0, Big.roundDown));
    return cutTo !== undefined && isWhole ? this.#cents.mod(cutTo) : new Big(0);
  }

  #outcome(total: Big): Outcome {
    const { payInAdvance, model } = this.of.price;
    const counted = countedBy(this.counting.aggregation);
    if (payInAdvance && counted === 'sum') return this.#paid.eq(total) ? 'billed' : 'no-refund';
    if (total.gte(0) && this.#cents.gte(0)) return payInAdvance ? 'billed' : this.#ofAmounts(total);
    // A latest value is zero before it is priced (lago: counting.latest-clamped).
    return model === 'volume' && total.lte(NO_RANGE) && counted !== 'latest'
      ? 'no-invoice'
      : 'nothing';
  }

  /** What Lago makes of the amounts of a dynamic charge; other charges have none. */
  #ofAmounts(total: Big): Outcome {
    if (this.#cents.eq(0)) return 'billed';
    if (total.eq(0)) return 'no-units';
    return this.#lost().eq(0) ? 'billed' : 'cut';
  }
}

/**
 * What events come to by subscription, metric and price, in the order in which they were first
 * met. Those of a metric and subscription are left out if the price of one of their events is not
 * known.
 * @param events in the order of time
 */
export function pricedTotals(
  events: readonly UsageEvent[],
  { countingOf, pricesOf }: Pricing,
): PricedTotal[] {
  const tallies = new Map<string, Map<string, PriceTally> | 'unknown'>();
  for (const event of events) {
    const place = placeName(event);
    const known = tallies.get(place) ?? new Map<string, PriceTally>();
    const counting = countingOf(event.code);
    const prices = pricesOf(event) ?? [];
    const isKnown = known !== 'unknown' && counting !== undefined && prices.length > 0;
    tallies.set(place, isKnown ? known : 'unknown');
    if (!isKnown) continue;
    for (const price of prices) {
      const { code, external_subscription_id: subscription } = event;
      const tally =
        known.get(price.name) ?? new PriceTally({ place, subscription, code, price }, counting);
      known.set(price.name, tally);
      tally.add(event);
    }
  }
  return [...tallies.values()].flatMap((known) =>
    known === 'unknown' ? [] : [...known.values()].map((tally) => tally.result()),
  );
}

/** What a total is of, as people read it: `acme, calls, region “eu”`. */
const nameWords = ({ subscription, code, price: { words } }: PricedTotal): string =>
  [subscription, code, ...(words === '' ? [] : [words])].join(', ');

/** What it comes to, as people read it. */
const amountWords = (of: PricedTotal): string => {
  const { total, cents, outcome, billed, billedCents } = of;
  if (outcome === 'no-refund') return `${total}, billed ${billed}`;
  if (outcome === 'cut') return `${cents} cents, billed ${billedCents}`;
  return cents === undefined || total.startsWith('-') ? total : `${cents} cents`;
};

/** A total in a few words: `-3 for acme, calls, region “eu”`. */
export const totalWords = (total: PricedTotal): string =>
  `${amountWords(total)} for ${nameWords(total)}`;
