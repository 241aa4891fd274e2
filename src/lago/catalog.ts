import { nearest } from '../problem/nearest';
import { type Problem, problem } from '../problem/problem';
import { LAGO_NUMBER } from '../template/decimal';
import { isoText, millisecondsOf } from '../template/time';
import { isObject, type Json, type UsageEvent } from '../template/usage-event';

/** A billable metric, as far as events depend on it. */
export interface Metric {
  readonly code: string;
  readonly name: string;
  readonly aggregation: string;
  readonly field: string | undefined;
  readonly hasExpression: boolean;
  /** Whether what was counted stays for the following periods. */
  readonly recurring: boolean;
}

/** What Lago knows; a part that the key may not read is undefined, and then its checks are off. */
export interface Catalog {
  readonly metrics: ReadonlyMap<string, Metric> | undefined;
  /** All subscriptions by external id, whatever their state; a plan that was changed leaves several under one id. */
  readonly subscriptions: ReadonlyMap<string, readonly Subscription[]> | undefined;
  /** For each plan, the codes of the metrics that it charges for. */
  readonly plans: ReadonlyMap<string, ReadonlySet<string>> | undefined;
}

/** A subscription, as far as it decides whether usage is billed. Times in ms since 1970 UTC. */
export interface Subscription {
  readonly customer: string;
  readonly plan: string;
  /** Undefined while it has not started; then `startsAt` says when it will. */
  readonly startedAt: number | undefined;
  readonly startsAt: number | undefined;
  /** When it was, or will be, over. */
  readonly endedAt: number | undefined;
}

const momentIn = (value: Json | undefined): number | undefined => {
  const ms = typeof value === 'string' ? millisecondsOf(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
};

/** A subscription with its external id. */
export function readSubscription(value: unknown): { readonly id: string; readonly subscription: Subscription } | undefined {
  if (!isObject(value) || typeof value['external_id'] !== 'string') return undefined;
  return {
    id: value['external_id'],
    subscription: {
      customer: String(value['external_customer_id'] ?? ''),
      plan: String(value['plan_code'] ?? ''),
      startedAt: momentIn(value['started_at']),
      startsAt: momentIn(value['subscription_at']),
      endedAt: momentIn(value['terminated_at']) ?? momentIn(value['ending_at']),
    },
  };
}

export function readMetric(value: unknown): Metric | undefined {
  if (!isObject(value) || typeof value['code'] !== 'string') return undefined;
  const { code, name, aggregation_type, field_name, expression, recurring } = value;
  return {
    code,
    name: String(name ?? code),
    aggregation: String(aggregation_type ?? ''),
    field: typeof field_name === 'string' && field_name !== '' ? field_name : undefined,
    hasExpression: typeof expression === 'string' && expression !== '',
    recurring: recurring === true,
  };
}

/** Aggregations that need a number (lago.md, section 8); unique_count takes any value, count takes none. */
export const NUMERIC: ReadonlySet<string> = new Set(['sum_agg', 'max_agg', 'latest_agg', 'weighted_sum_agg']);

/** Whether Lago counts a property of a numeric metric; else it counts as nothing. */
export const isCounted = (value: Json): boolean =>
  typeof value === 'number' ? true : typeof value === 'string' && LAGO_NUMBER.test(value);

/** Comparisons of names that a catalog is good for, about two seconds of Google's: thousands of rows may name what is not among thousands. */
const MOST_COMPARISONS = 200_000;

/** What was looked for among the names of a catalog, with what was found. */
const searches = new WeakMap<ReadonlyMap<string, unknown>, Map<string, string | undefined>>();

/** The name that a mistyped one probably means. Each value is looked for once, and only the first ones: a report shows one of many. */
function nearestName(value: string, names: ReadonlyMap<string, unknown>): string | undefined {
  const known = searches.get(names) ?? new Map<string, string | undefined>();
  searches.set(names, known);
  if (!known.has(value) && (known.size === 0 || known.size * names.size < MOST_COMPARISONS)) known.set(value, nearest(value, names.keys()));
  return known.get(value);
}

const suggestion = (value: string, names: ReadonlyMap<string, unknown>, otherwise: string): string => {
  const candidate = nearestName(value, names);
  return candidate === undefined ? otherwise : `Did you mean “${candidate}”? Capital letters and spaces count.`;
};

function checkMetric(event: UsageEvent, metrics: ReadonlyMap<string, Metric>): Problem[] {
  const metric = metrics.get(event.code);
  if (metric === undefined)
    return [
      problem('event.unknown-code', {
        value: event.code,
        suggestion: suggestion(event.code, metrics, 'Create the metric in Lago, or correct the code.'),
      }),
    ];
  const { field, code } = metric;
  if (field === undefined || metric.hasExpression || metric.aggregation === 'count_agg') return [];
  const value = new Map(Object.entries(event.properties)).get(field);
  if (value === undefined || value === null || value === '') return [problem('event.missing-property', { code, field })];
  return !NUMERIC.has(metric.aggregation) || isCounted(value)
    ? []
    : [problem('event.not-a-number', { code, field, value: typeof value === 'string' ? value : JSON.stringify(value) })];
}

/** Usage counts from the very millisecond of the start to that of the end (lago.md, section 7). */
const isRunning = ({ startedAt, endedAt }: Subscription, ms: number): boolean =>
  startedAt !== undefined && startedAt <= ms && (endedAt === undefined || ms <= endedAt);

const dateText = (ms: number): string => `${isoText(ms).slice(0, 19).replace('T', ' ')} UTC`;

/** Usage outside of a subscription's time. Of several under one id, the one that is nearest tells. */
function checkTime(event: UsageEvent, subscriptions: readonly Subscription[], isRecurring: boolean): Problem[] {
  const ms = event.timestamp * 1000;
  if (subscriptions.some((each) => isRunning(each, ms))) return [];
  const value = event.external_subscription_id;
  const ended = subscriptions.filter(({ endedAt }) => endedAt !== undefined && endedAt < ms);
  const last = Math.max(...ended.map(({ endedAt }) => endedAt ?? 0));
  const starts = subscriptions.flatMap(({ startedAt, startsAt }) => startedAt ?? startsAt ?? []).filter((start) => start > ms);
  // What recurs has no past that is too old: it attaches to the subscription that runs (lago.md, section 7).
  if (isRecurring && ended.length === 0) return [];
  if (starts.length > 0) return [problem('event.before-start', { value, start: dateText(Math.min(...starts)), time: dateText(ms) })];
  return ended.length > 0 ? [problem('event.after-end', { value, end: dateText(last), time: dateText(ms) })] : [];
}

/** A metric that no charge of the plan prices. A plan that is not listed may have charges of its own. */
function checkPlan(
  { code, external_subscription_id, timestamp }: UsageEvent,
  subscriptions: readonly Subscription[],
  { plans, metrics }: Catalog,
): Problem[] {
  if (plans === undefined || metrics?.has(code) === false) return [];
  const running = subscriptions.filter((each) => isRunning(each, timestamp * 1000));
  const uncharging = (running.length > 0 ? running : subscriptions)
    .map(({ plan }) => plan)
    .filter((plan) => plans.get(plan)?.has(code) === false);
  if (uncharging.length === 0 || uncharging.length < (running.length > 0 ? running : subscriptions).length) return [];
  return [problem('event.not-charged', { value: external_subscription_id, plan: uncharging[0] ?? '', code })];
}

/** What Lago would accept and never bill (lago.md, “The ten things”, 5 and 7, and section 7). */
export function checkEvent(catalog: Catalog, event: UsageEvent): Problem[] {
  const id = event.external_subscription_id;
  const metric = catalog.metrics?.get(event.code);
  const ofMetric = catalog.metrics === undefined ? [] : checkMetric(event, catalog.metrics);
  if (catalog.subscriptions === undefined) return ofMetric;
  const subscriptions = catalog.subscriptions.get(id);
  if (subscriptions === undefined)
    return [
      ...ofMetric,
      problem('event.unknown-subscription', {
        value: id,
        suggestion: suggestion(id, catalog.subscriptions, 'Create the subscription in Lago, or correct the id.'),
      }),
    ];
  return [...ofMetric, ...checkTime(event, subscriptions, metric?.recurring === true), ...checkPlan(event, subscriptions, catalog)];
}
