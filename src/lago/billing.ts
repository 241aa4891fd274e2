import type { BillingTerms, ChargeTerms } from '../sync/billing/correction';
import type { InAdvance } from '../sync/billing/period';
import type { UsageEvent } from '../value/usage-event';
import type { Catalog, Charge, Subscription } from './catalog';
import { inAdvance } from './in-advance';
import { activeOf, countingOf, type HasDraft, isIn, lastOf } from './periods';
import { countsFromThenOn } from './recurring';

const termsOf = ({
  model,
  payInAdvance,
  prorated,
  byEvent,
  groups,
  filters,
}: Charge): ChargeTerms => ({
  model,
  payInAdvance,
  prorated,
  byEvent,
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
 * How Lago bills an event that it has; undefined if its metric or subscription is not known.
 * @param hasDraft asked only for times before the running period
 */
export function billingOf(
  catalog: Catalog,
  event: UsageEvent,
  hasDraft: HasDraft,
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
  // Recurring usage from before the running period is on an invoice already, even if there is a
  // draft.
  const isDraft =
    !isOpen && !metric.recurring && at.length > 0 && hasDraft(event.external_subscription_id, ms);
  const isKnown = at.every(({ isOver, periodFrom }) => isOver || periodFrom !== undefined);
  return {
    aggregation: metric.aggregation,
    field: metric.field,
    expression: metric.expression,
    recurring: metric.recurring,
    charges: chargesOf(catalog, event, at),
    period: isOpen || isDraft ? 'open' : isKnown ? 'invoiced' : 'unknown',
    current: current?.periodFrom,
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
