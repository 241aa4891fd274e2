import { isObject, type Json, type JsonObject } from '../value/json';
import { millisecondsOf } from '../value/time';
import { scalarNumber, scalarText } from './scalar';

/** A billable metric, as far as events depend on it. */
export interface Metric {
  readonly code: string;
  readonly name: string;
  readonly aggregation: string;
  readonly field: string | undefined;
  /** By which Lago computes the field from other properties. */
  readonly expression: string | undefined;
  /** Whether what was counted stays for the following periods. */
  readonly recurring: boolean;
  /** Properties by which charges may differ in price, with their known values. */
  readonly filters: ReadonlyMap<string, readonly string[]>;
}

/** How a plan prices a metric; a plan may do so in several ways. */
export interface Charge {
  readonly model: string;
  /** Values of properties that have a price of their own: an event must have one of the values for each of the properties. */
  readonly filters: readonly ReadonlyMap<string, readonly string[]>[];
  /** Whether what fits none of the filters costs nothing. */
  readonly isFreeOtherwise: boolean;
  readonly payInAdvance: boolean;
  readonly prorated: boolean;
  /** Whether it also charges for each event, or holds each event to a least or most amount. */
  readonly byEvent: boolean;
  /** Properties that usage is grouped by. */
  readonly groups: readonly string[];
}

/** A plan with its charges by the code of their metric. */
export interface Plan {
  readonly code: string;
  readonly name: string;
  readonly charges: ReadonlyMap<string, readonly Charge[]>;
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
  /** Whether it is over already, so that its last invoice was made. */
  readonly isOver: boolean;
  /** The running billing period, both ends included; undefined where there is none or Lago does not tell. */
  readonly periodFrom: number | undefined;
  readonly periodTo: number | undefined;
}

/** What Lago knows; a part that the key may not read is undefined, and then its checks are off. */
export interface Catalog {
  readonly metrics: ReadonlyMap<string, Metric> | undefined;
  /** All subscriptions by external id, whatever their state; a plan that was changed leaves several under one id. */
  readonly subscriptions: ReadonlyMap<string, readonly Subscription[]> | undefined;
  readonly plans: ReadonlyMap<string, Plan> | undefined;
}

const momentIn = (value: Json | undefined): number | undefined => {
  const ms = typeof value === 'string' ? millisecondsOf(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
};

/** A subscription with its external id. */
export function readSubscription(
  value: unknown,
): { readonly id: string; readonly subscription: Subscription } | undefined {
  if (!isObject(value) || typeof value['external_id'] !== 'string') return undefined;
  return {
    id: value['external_id'],
    subscription: {
      customer: scalarText(value['external_customer_id']),
      plan: scalarText(value['plan_code']),
      startedAt: momentIn(value['started_at']),
      startsAt: momentIn(value['subscription_at']),
      endedAt: momentIn(value['terminated_at']) ?? momentIn(value['ending_at']),
      isOver: value['status'] === 'terminated',
      periodFrom: momentIn(value['current_billing_period_started_at']),
      periodTo: momentIn(value['current_billing_period_ending_at']),
    },
  };
}

const filled = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const textsIn = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];

export function readMetric(value: unknown): Metric | undefined {
  if (!isObject(value) || typeof value['code'] !== 'string') return undefined;
  const { code, name, aggregation_type, field_name, expression, recurring, filters } = value;
  return {
    code,
    name: scalarText(name, code),
    aggregation: scalarText(aggregation_type),
    field: filled(field_name),
    expression: filled(expression),
    recurring: recurring === true,
    filters: new Map(
      (Array.isArray(filters) ? filters : []).flatMap((filter: Json) =>
        isObject(filter) && typeof filter['key'] === 'string'
          ? [[filter['key'], textsIn(filter['values'])] as const]
          : [],
      ),
    ),
  };
}

/** Names under which charge models keep prices; sizes of packages and ends of ranges are none. */
const PRICES: ReadonlySet<string> = new Set([
  'amount',
  'rate',
  'fixed_amount',
  'per_unit_amount',
  'flat_amount',
  'per_transaction_min_amount',
]);

const holdsPrice = (value: Json): boolean => {
  if (Array.isArray(value)) return value.some(holdsPrice);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([name, inner]) =>
    PRICES.has(name) ? scalarNumber(inner, 0) > 0 : holdsPrice(inner),
  );
};

/** Models whose prices stand in the charge's properties (lago: counting.models); others price by the event's own amount or in ways that are not known. */
const PRICED_BY_PROPERTIES: ReadonlySet<string> = new Set([
  'standard',
  'graduated',
  'package',
  'percentage',
  'volume',
  'graduated_percentage',
]);

/** Options of percentage charges that look at single events (lago: counting.not-neutral), and free units that are used up event by event. */
const BY_EVENT = [
  'fixed_amount',
  'free_units_per_events',
  'free_units_per_total_aggregation',
  'per_transaction_min_amount',
  'per_transaction_max_amount',
];

/** An amount that cannot be read may be any. */
const isOtherThanZero = (value: Json | undefined): boolean =>
  value !== undefined && value !== null && value !== '' && scalarNumber(value, Number.NaN) !== 0;

function readCharge(charge: JsonObject): Charge {
  const model = scalarText(charge['charge_model']);
  const filters = Array.isArray(charge['filters']) ? charge['filters'].filter(isObject) : [];
  const priced = [charge['properties'], ...filters.map(({ properties }) => properties)].map(
    (each) => (isObject(each) ? each : {}),
  );
  return {
    model,
    filters: filters.map(
      ({ values }) =>
        new Map(
          Object.entries(isObject(values) ? values : {}).map(([key, texts]) => [
            key,
            textsIn(texts),
          ]),
        ),
    ),
    isFreeOtherwise: PRICED_BY_PROPERTIES.has(model) && !holdsPrice(charge['properties'] ?? {}),
    payInAdvance: charge['pay_in_advance'] === true,
    prorated: charge['prorated'] === true,
    byEvent: priced.some((properties) =>
      BY_EVENT.some((name) => isOtherThanZero(properties[name])),
    ),
    groups: [...new Set(priced.flatMap((properties) => textsIn(properties['pricing_group_keys'])))],
  };
}

/** Charges come with the plan (lago: catalog.plans). */
export function readPlan(value: unknown): Plan | undefined {
  if (!isObject(value) || typeof value['code'] !== 'string') return undefined;
  const charges = new Map<string, Charge[]>();
  for (const charge of Array.isArray(value['charges']) ? value['charges'] : []) {
    if (!isObject(charge) || typeof charge['billable_metric_code'] !== 'string') continue;
    const code = charge['billable_metric_code'];
    charges.set(code, [...(charges.get(code) ?? []), readCharge(charge)]);
  }
  return { code: value['code'], name: scalarText(value['name'], value['code']), charges };
}

/** Subscriptions by their external id. */
export function bySubscriptionId(
  read: readonly { readonly id: string; readonly subscription: Subscription }[],
): ReadonlyMap<string, readonly Subscription[]> {
  const subscriptions = new Map<string, Subscription[]>();
  for (const { id, subscription } of read) {
    const others = subscriptions.get(id);
    if (others === undefined) subscriptions.set(id, [subscription]);
    else others.push(subscription);
  }
  return subscriptions;
}
