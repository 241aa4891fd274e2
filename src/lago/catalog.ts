import { nearest } from '../problem/nearest';
import { type Problem, problem } from '../problem/problem';
import { LAGO_NUMBER } from '../template/decimal';
import { isObject, type Json, type UsageEvent } from '../template/usage-event';

/** A billable metric, as far as events depend on it. */
export interface Metric {
  readonly code: string;
  readonly name: string;
  readonly aggregation: string;
  readonly field: string | undefined;
  readonly hasExpression: boolean;
}

/** What Lago knows; a part that the key may not read is undefined, and then its checks are off. */
export interface Catalog {
  readonly metrics: ReadonlyMap<string, Metric> | undefined;
  /** External ids of all subscriptions, whatever their state. */
  readonly subscriptions: ReadonlySet<string> | undefined;
}

export function readMetric(value: unknown): Metric | undefined {
  if (!isObject(value) || typeof value['code'] !== 'string') return undefined;
  const { code, name, aggregation_type, field_name, expression } = value;
  return {
    code,
    name: String(name ?? code),
    aggregation: String(aggregation_type ?? ''),
    field: typeof field_name === 'string' && field_name !== '' ? field_name : undefined,
    hasExpression: typeof expression === 'string' && expression !== '',
  };
}

/** Aggregations that need a number (lago.md, section 8); unique_count takes any value, count takes none. */
const NUMERIC = new Set(['sum_agg', 'max_agg', 'latest_agg', 'weighted_sum_agg']);

const counts = (value: Json): boolean => (typeof value === 'number' ? true : typeof value === 'string' && LAGO_NUMBER.test(value));

const suggestion = (value: string, candidates: Iterable<string>, otherwise: string): string => {
  const candidate = nearest(value, candidates);
  return candidate === undefined ? otherwise : `Did you mean “${candidate}”? Capital letters and spaces count.`;
};

function checkMetric(event: UsageEvent, metrics: ReadonlyMap<string, Metric>): Problem[] {
  const metric = metrics.get(event.code);
  if (metric === undefined)
    return [
      problem('event.unknown-code', {
        value: event.code,
        suggestion: suggestion(event.code, metrics.keys(), 'Create the metric in Lago, or correct the code.'),
      }),
    ];
  const { field, code } = metric;
  if (field === undefined || metric.hasExpression || metric.aggregation === 'count_agg') return [];
  const value = new Map(Object.entries(event.properties)).get(field);
  if (value === undefined || value === null || value === '') return [problem('event.missing-property', { code, field })];
  return !NUMERIC.has(metric.aggregation) || counts(value)
    ? []
    : [problem('event.not-a-number', { code, field, value: typeof value === 'string' ? value : JSON.stringify(value) })];
}

/** What Lago would accept and never bill (lago.md, "The ten things", 5 and 7). */
export function checkEvent(catalog: Catalog, event: UsageEvent): Problem[] {
  const subscription = event.external_subscription_id;
  const unknown =
    catalog.subscriptions === undefined || catalog.subscriptions.has(subscription)
      ? []
      : [
          problem('event.unknown-subscription', {
            value: subscription,
            suggestion: suggestion(subscription, catalog.subscriptions, 'Create the subscription in Lago, or correct the id.'),
          }),
        ];
  return [...(catalog.metrics === undefined ? [] : checkMetric(event, catalog.metrics)), ...unknown];
}
