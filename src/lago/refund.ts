import { type Problem, problem } from '../problem/problem';
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
 * @param counting the subscriptions that count it
 */
export function checkRefund(
  event: UsageEvent,
  catalog: Catalog,
  counting: readonly Subscription[],
): Problem[] {
  const { code } = event;
  const metric = catalog.metrics?.get(code);
  if (metric === undefined || !isPaidAtOnce(catalog, code, counting)) return [];
  const charges = counting.flatMap(({ plan }) => catalog.plans?.get(plan)?.charges.get(code) ?? []);
  const found = taking(event, metric, charges);
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
): Taking | undefined {
  const isUnique = countedBy(aggregation) === 'different values';
  if (isUnique && propertyOf(event, 'operation_type') === 'remove')
    return { field: 'operation_type', value: 'remove' };
  if (isNegative(event.precise_total_amount_cents) && charges.some(isDynamic))
    return {
      field: 'precise_total_amount_cents',
      value: String(event.precise_total_amount_cents),
    };
  if (expression !== undefined || field === undefined || countedBy(aggregation) !== 'sum')
    return undefined;
  const value = propertyOf(event, field);
  return isNegative(value) ? { field, value: comparedText(value) ?? '' } : undefined;
}

const isDynamic = ({ model }: Charge): boolean => model === 'dynamic';

const isNegative = (value: Parameters<typeof countedDecimal>[0]): boolean =>
  countedDecimal(value)?.lt(0) === true;
