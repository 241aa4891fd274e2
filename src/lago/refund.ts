import { type Problem, problem } from '../problem/problem';
import { countedNumber } from '../sync/billing/counted-number';
import type { EventStore } from '../sync/event-store';
import { countedBy } from '../value/aggregation';
import { countedDecimal } from '../value/decimal';
import { propertyOf, type UsageEvent } from '../value/usage-event';
import type { Catalog, Charge, Metric, Subscription } from './catalog';
import { isPaidAtOnce } from './in-advance';
import { comparedText } from './price';

/**
 * Why an event that takes something back has no effect: all its charges are paid in advance, so its
 * invoice is zero, and no later one has it (lago: periods.in-advance). Empty if it adds, or counts
 * as zero.
 * @param billing the subscriptions that count it, and where Lago keeps events
 */
export function checkRefund(
  event: UsageEvent,
  catalog: Catalog,
  {
    counting,
    store,
  }: { readonly counting: readonly Pick<Subscription, 'plan'>[]; readonly store: EventStore },
): Problem[] {
  const { code } = event;
  const metric = catalog.metrics?.get(code);
  if (metric === undefined || !isPaidAtOnce(catalog, code, counting)) return [];
  const charges = counting.flatMap(({ plan }) => catalog.plans?.get(plan)?.charges.get(code) ?? []);
  const found = taking(event, metric, charges, store);
  return found === undefined
    ? []
    : [problem('event.no-refund', { code, field: found.field, value: found.value })];
}

interface Taking {
  readonly field: string;
  readonly value: string;
}

/** What of an event takes something back; undefined if nothing does, or only Lago knows. */
function taking(
  event: UsageEvent,
  { aggregation, field, expression }: Metric,
  charges: readonly Charge[],
  store: EventStore,
): Taking | undefined {
  const isUnique = countedBy(aggregation) === 'different values';
  if (isUnique && propertyOf(event, 'operation_type') === 'remove')
    return { field: 'operation_type', value: 'remove' };
  const amount = countedDecimal(event.precise_total_amount_cents);
  if (amount?.lt(0) === true && charges.some(isDynamic))
    return {
      field: 'precise_total_amount_cents',
      value: String(event.precise_total_amount_cents),
    };
  if (expression !== undefined || field === undefined || countedBy(aggregation) !== 'sum')
    return undefined;
  const value = propertyOf(event, field);
  return countedNumber(value, store)?.lt(0) === true
    ? { field, value: comparedText(value) ?? '' }
    : undefined;
}

const isDynamic = ({ model }: Charge): boolean => model === 'dynamic';
