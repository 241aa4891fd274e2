import Big from 'big.js';
import { countedBy } from '../../value/aggregation';
import { groupBy } from '../../value/group';
import type { UsageEvent } from '../../value/usage-event';
import { type PricedTotal, type Pricing, pricedTotals } from '../billing/priced-total';
import { type Counting, RunningTotal } from '../billing/running-total';

/** What Lago bills of the events of a subscription and metric. */
export interface BilledTotal {
  /** The units, or, of a latest value, the value; decimal text. */
  readonly total: string;
  /** Whole sentences that say why it is not what the events come to; empty if it is. */
  readonly notes: readonly string[];
  /** Whether it keeps Lago from making the subscription's invoice. */
  readonly breaksInvoice: boolean;
}

const sumOf = (amounts: readonly (Big | string)[]): Big =>
  amounts.reduce<Big>((sum, amount) => sum.plus(amount), new Big(0));

/** What each charge bills by itself. */
const billedByCharge = (totals: readonly PricedTotal[]): Big[] =>
  [...groupBy(totals, ({ price: { charge } }) => charge).values()].map((each) =>
    sumOf(each.map(({ billed }) => billed)),
  );

function noteOn(of: PricedTotal): string {
  const { code, price, total, cents, outcome, billed, billedCents } = of;
  const { words } = price;
  const what = words === '' ? `“${code}”` : words;
  const comesTo =
    cents === undefined || total.startsWith('-')
      ? `Of ${what} the events come to ${total}`
      : `The amounts of ${what} come to ${cents} cents`;
  switch (outcome) {
    case 'no-invoice':
      return `${comesTo} under a volume charge: Lago makes no invoice for the subscription.`;
    case 'no-refund':
      return `${comesTo}; it is paid in advance, so Lago bills ${billed} and gives nothing back.`;
    case 'no-units':
      return `${comesTo}, but the units to 0: Lago bills nothing for it.`;
    case 'cut':
      return `${comesTo}: Lago’s event store cuts that to ${billedCents} cents.`;
    default:
      return `${comesTo}: Lago bills nothing for it and gives nothing back.`;
  }
}

/** Whether units neither depend on other months nor on the time that is left. */
const isOfMonth = ({ recurring, aggregation }: Counting): boolean =>
  recurring !== true && countedBy(aggregation) !== 'sum over time';

/** The totals of a month's events that Lago does not bill as they are, as far as that is known. */
export function belowZeroInMonth(
  events: readonly UsageEvent[],
  pricing: Pricing | undefined,
): PricedTotal[] {
  if (pricing === undefined) return [];
  const counted = events.filter(({ code }) => {
    const counting = pricing.countingOf(code);
    return counting !== undefined && isOfMonth(counting);
  });
  counted.sort((left, right) => left.timestamp - right.timestamp);
  return pricedTotals(counted, pricing).filter(({ outcome }) => outcome !== 'billed');
}

/**
 * What Lago bills of events of one subscription and metric: each price counts by itself, and below
 * zero as nothing (lago: counting.clamped); so does each of several subscriptions that had the same
 * external id. It is what the events come to if the prices are not known, or if units depend on
 * other months or on the time.
 * @param events in the order of time
 */
export function billedTotal(
  events: readonly UsageEvent[],
  counting: Counting,
  pricing: Pricing | undefined,
): BilledTotal {
  const running = new RunningTotal(counting);
  for (const event of events) running.add(event);
  const plain = running.total();
  const priced = pricing === undefined || !isOfMonth(counting) ? [] : pricedTotals(events, pricing);
  if (priced.length === 0) return { total: plain, notes: [], breaksInvoice: false };
  const terms = [...groupBy(priced, ({ price: { term } }) => term).values()].map(billedByCharge);
  const total = sumOf(terms.flatMap(([first]) => first ?? []));
  const others = terms.flatMap(([first, ...rest]) =>
    rest.filter((each) => first?.eq(each) === false),
  );
  const differing = priced.filter(({ outcome }) => outcome !== 'billed');
  return {
    total: total.toFixed(),
    breaksInvoice: priced.some(({ outcome }) => outcome === 'no-invoice'),
    notes: [
      ...(total.eq(plain) ? [] : [`All events together come to ${plain}.`]),
      ...differing.map(noteOn),
      ...others.map((each) => `By another charge of the plan Lago bills ${each.toFixed()}.`),
    ],
  };
}
