import type { MetricAnswer, SingleMetricAnswer } from './answers';
import type { Rounding } from './decimal';
import { forbidden, invalid, notFound } from './errors';
import type { StoredEvent } from './event-store';
import { arrayAt, isBlank, isObject, type JsonObject, scalarText } from './json';
import type { Organization } from './organization';
import { AGGREGATIONS, type Aggregation, type Metric } from './records';
import { iso8601Seconds } from './timestamp';

export function createMetric(organization: Organization, input: JsonObject): Metric {
  const aggregation = scalarText(input.aggregation_type);
  if (aggregation === 'custom_agg') throw forbidden('feature_unavailable');
  const problems = metricProblems(organization, input, aggregation);
  if (Object.keys(problems).length > 0) throw invalid(problems);
  const metric: Metric = {
    lagoId: organization.nextId(),
    name: scalarText(input.name) ?? '',
    code: scalarText(input.code) ?? '',
    description: scalarText(input.description),
    aggregation: aggregation as Aggregation,
    fieldName: scalarText(input.field_name),
    recurring: input.recurring === true,
    expression: scalarText(input.expression),
    weightedInterval: scalarText(input.weighted_interval),
    rounding: scalarText(input.rounding_function) as Rounding | null,
    roundingPrecision:
      typeof input.rounding_precision === 'number' ? input.rounding_precision : null,
    filters: arrayAt(input, 'filters')
      .filter(isObject)
      .map((filter) => ({
        key: scalarText(filter.key) ?? '',
        values: arrayAt(filter, 'values').map((value) => scalarText(value) ?? ''),
      })),
    createdAt: organization.now(),
    deletedAt: null,
  };
  organization.metrics.push(metric);
  return metric;
}

function metricProblems(
  organization: Organization,
  input: JsonObject,
  aggregation: string | null,
): JsonObject {
  const code = scalarText(input.code);
  const problems: JsonObject = {};
  if (isBlank(scalarText(input.name))) problems.name = ['value_is_mandatory'];
  if (isBlank(code)) problems.code = ['value_is_mandatory'];
  else if (organization.metrics.some((metric) => metric.code === code))
    problems.code = ['value_already_exist'];
  if (!AGGREGATIONS.some((known) => known === aggregation))
    problems.aggregation_type = ['value_is_invalid'];
  else if (aggregation !== 'count_agg' && isBlank(scalarText(input.field_name)))
    problems.field_name = ['value_is_mandatory'];
  if (aggregation === 'weighted_sum_agg' && input.weighted_interval !== 'seconds')
    problems.weighted_interval = ['value_is_invalid'];
  const rounding = scalarText(input.rounding_function);
  if (rounding !== null && !['round', 'ceil', 'floor'].includes(rounding))
    problems.rounding_function = ['value_is_invalid'];
  if (
    input.recurring === true &&
    ['count_agg', 'max_agg', 'latest_agg'].includes(aggregation ?? '')
  )
    problems.recurring = ['not_compatible_with_aggregation_type'];
  return problems;
}

export function metricByCode(organization: Organization, code: string): Metric {
  const found = organization.metrics.find((metric) => metric.code === code);
  if (!found) throw notFound('billable_metric');
  return found;
}

export function deleteMetric(
  organization: Organization,
  code: string,
  withEvents: boolean,
): Metric {
  const metric = metricByCode(organization, code);
  metric.deletedAt = organization.now();
  if (withEvents)
    organization.events.softDelete(
      (event) => event.code === code && isCharged(organization, metric, event),
    );
  organization.metrics.splice(organization.metrics.indexOf(metric), 1);
  return metric;
}

/** Whether the plan of the event's subscription ever charged for the metric. */
function isCharged(
  organization: Organization,
  metric: Metric,
  { externalSubscriptionId }: StoredEvent,
): boolean {
  const subscriptions = organization.subscriptionsById.get(externalSubscriptionId ?? '') ?? [];
  return subscriptions.some(({ plan }) => plan.charges.some((charge) => charge.metric === metric));
}

export const serializeMetric = (metric: Metric): MetricAnswer => ({
  ...serializeMetricAlone(metric),
  active_subscriptions_count: 0,
  draft_invoices_count: 0,
  plans_count: 0,
});

/** Looked up by its code it has no counters. */
export function serializeMetricAlone(metric: Metric): SingleMetricAnswer {
  return {
    lago_id: metric.lagoId,
    name: metric.name,
    code: metric.code,
    description: metric.description,
    aggregation_type: metric.aggregation,
    weighted_interval: metric.weightedInterval,
    recurring: metric.recurring,
    rounding_function: metric.rounding,
    rounding_precision: metric.roundingPrecision,
    created_at: iso8601Seconds(metric.createdAt),
    field_name: metric.fieldName,
    expression: metric.expression,
    filters: metric.filters,
  };
}
