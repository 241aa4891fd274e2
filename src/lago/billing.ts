import type { BillingTerms, ChargeTerms } from '../sync/billing/correction';
import type { InAdvance } from '../sync/billing/period';
import type { EventStore } from '../sync/event-store';
import type { UsageEvent } from '../value/usage-event';
import type { Catalog, Charge, Subscription } from './catalog';
import { inAdvance } from './in-advance';
import { activeOf, countingOf, type Ended, type EndedOf, isIn, lastOf } from './periods';
import { countsFromThenOn } from './recurring';

const termsOf = ({
  model,
  payInAdvance,
  prorated,
  byEvent,
  groups,
  filters,
  shown,
}: Charge): ChargeTerms => ({
  model,
  payInAdvance,
  prorated,
  byEvent,
  shown,
  keys: [
    ...new Set([
      ...groups,
      ...filters.flatMap((filter) => [...filter.values.keys(), ...filter.groups]),
    ]),
  ],
});

/**
 * The charges by which an event was billed: those of the plans that ran at its time. Undefined if
 * one of the plans is not known.
 */
function chargesOf(
  { plans }: Catalog,
  { code }: UsageEvent,
  running: readonly Subscription[],
): ChargeTerms[] | undefined {
  const charges: ChargeTerms[] = [];
  for (const { plan } of running) {
    const known = plans?.get(plan);
    if (known === undefined) return undefined;
    charges.push(...(known.charges.get(code) ?? []).map(termsOf));
  }
  return charges;
}

/**
 * Whether a period takes events that is neither the running one nor a later one. Recurring usage
 * from before the running period is on an invoice already, even if there is a draft.
 * @param ended undefined for recurring usage, and if no subscription counts the event
 */
function stateOf(
  ended: Ended | undefined,
  counting: readonly Subscription[],
): BillingTerms['period'] {
  if (ended?.state === 'draft' || ended?.state === 'unbilled') return 'open';
  const isKnown = counting.every(({ isOver, periodFrom }) => isOver || periodFrom !== undefined);
  return isKnown && ended?.state !== 'unasked' ? 'invoiced' : 'unknown';
}

/**
 * How Lago bills an event that it has; undefined if its metric or subscription is not known.
 * @param endedOf asked only for times before the running period
 * @param store where the organization keeps its events; left out if Lago does not say
 */
export function billingOf(
  catalog: Catalog,
  event: UsageEvent,
  endedOf: EndedOf,
  store?: EventStore,
): BillingTerms | undefined {
  const metric = catalog.metrics?.get(event.code);
  const subscriptions = catalog.subscriptions?.get(event.external_subscription_id);
  if (metric === undefined || subscriptions === undefined) return undefined;
  const ms = event.timestamp * 1000;
  const at = countingOf(subscriptions, ms, countsFromThenOn(metric));
  const active = activeOf(subscriptions);
  const current = active.find(({ periodFrom }) => periodFrom !== undefined);
  const isOpen =
    current?.periodFrom !== undefined &&
    (isIn(current, ms) || ms > (current.periodTo ?? Number.POSITIVE_INFINITY)) &&
    at.includes(current);
  const ended =
    !isOpen && !metric.recurring && at.length > 0
      ? endedOf(event.external_subscription_id, ms)
      : undefined;
  return {
    store,
    aggregation: metric.aggregation,
    field: metric.field,
    expression: metric.expression,
    recurring: metric.recurring,
    charges: chargesOf(catalog, event, at),
    period: isOpen ? 'open' : stateOf(ended, at),
    // Until then nothing is booked into the running period.
    current:
      ended?.state === 'invoiced' && ended.booksFrom !== undefined
        ? undefined
        : current?.periodFrom,
    until: current !== undefined && isOpen && isIn(current, ms) ? lastOf(current) : undefined,
  };
}

/** Whether charges that count an event are paid in advance; undefined if none is known to be. */
export function inAdvanceOf(
  catalog: Catalog,
  { code, external_subscription_id, timestamp }: UsageEvent,
): InAdvance | undefined {
  const subscriptions = catalog.subscriptions?.get(external_subscription_id) ?? [];
  const isRecurring = countsFromThenOn(catalog.metrics?.get(code));
  return inAdvance(catalog, code, countingOf(subscriptions, timestamp * 1000, isRecurring));
}
