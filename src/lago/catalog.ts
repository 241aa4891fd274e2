import * as v from 'valibot';
import { valueBy } from '../schema/fit';
import type { CostBound } from '../sync/billing/cost-bound';
import type { Rounding } from '../sync/billing/running-total';
import { addTo } from '../value/group';
import { isObject, type Json } from '../value/json';
import { chargeBound, hasFlatAtZero } from './charge-cost';
import { centsPerUnit } from './currency';
import {
  anything,
  filledText,
  isTrue,
  maybeText,
  moment,
  object,
  objects,
  text,
  texts,
} from './field';
import { scalarNumber } from './scalar';

/** A billable metric, with what events depend on. */
export interface Metric {
  /** As events name it. */
  readonly code: string;
  /** For people; the code if it has none. */
  readonly name: string;
  /** Lago's word for how it counts, such as `sum_agg`; blank if it says none. */
  readonly aggregation: string;
  /** The property that it counts; undefined if it counts events. */
  readonly field: string | undefined;
  /**
   * The expression by which Lago computes the field from other properties; undefined if it has
   * none.
   */
  readonly expression: string | undefined;
  /** Whether units carry over into the following periods. */
  readonly recurring: boolean;
  /** Properties by which prices may differ, each with the values that Lago knows. */
  readonly filters: ReadonlyMap<string, readonly string[]>;
  /** Undefined if it does not round. */
  readonly rounding?: Rounding | undefined;
}

/** A price of a charge for certain events only. */
export interface ChargeFilter {
  /**
   * Values of properties. An event fits if it has one of the values for each of the properties.
   */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Properties that its usage is grouped by. */
  readonly groups: readonly string[];
  /** Whether it costs something without any units. */
  readonly flatAtZero?: boolean | undefined;
}

/** How a plan prices a metric. A plan may have several charges for one. */
export interface Charge {
  /** Lago's word for how it prices, such as `graduated`. */
  readonly model: string;
  /** Prices for certain events. */
  readonly filters: readonly ChargeFilter[];
  /** Whether an event that fits none of the filters costs nothing. */
  readonly isFreeOtherwise: boolean;
  /** Whether each event is billed at once. */
  readonly payInAdvance: boolean;
  /** Whether units count for the part of the period that is left. */
  readonly prorated: boolean;
  /** Whether it also charges for each event, or has a minimum or maximum per event. */
  readonly byEvent: boolean;
  /** Properties that the usage is grouped by that fits none of the filters. */
  readonly groups: readonly string[];
  /** Whether usage that fits none of the filters costs something without any units. */
  readonly flatAtZero?: boolean | undefined;
  /** The most that usage can cost; undefined if that is not known for its model. */
  readonly bound?: CostBound | undefined;
  /**
   * Properties by which an invoice shows the usage apart, at the same price; left out if there are
   * none.
   */
  readonly shown?: readonly string[] | undefined;
}

/** A plan with its charges by the code of their metric. */
export interface Plan {
  /** As subscriptions name it. */
  readonly code: string;
  /** For people; the code if it has none. */
  readonly name: string;
  /** How many cents, or whatever its currency has in their place, are one unit of the currency. */
  readonly centsPerUnit?: number | undefined;
  /** By the code of their metric. */
  readonly charges: ReadonlyMap<string, readonly Charge[]>;
}

/**
 * What a subscription still waits for: its planned end or start, or a change of plan. A job of
 * Lago's carries it out, and only then its real time is known. Times in ms since 1970 UTC.
 */
export interface PlannedChange {
  /** `plan`: a smaller plan takes its place, or it takes that of the running one. */
  readonly kind: 'end' | 'start' | 'plan';
  /** For when it is planned. */
  readonly at: number;
  /** From when on usage waits: for an end or start the beginning of its day. */
  readonly from: number;
}

/** A subscription, with what decides whether usage is billed. Times in ms since 1970 UTC. */
export interface Subscription {
  /** External id; blank if Lago does not say. */
  readonly customer: string;
  /** Code; blank if Lago does not say. */
  readonly plan: string;
  /** When it was made in Lago, in whole seconds; what it bills may begin long before. */
  readonly createdAt: number | undefined;
  /** Undefined until it starts; `startsAt` then says when it will. */
  readonly startedAt: number | undefined;
  /** The date that a person set. */
  readonly startsAt: number | undefined;
  /** When it ended, in whole seconds; undefined until it has. */
  readonly endedAt: number | undefined;
  /** The end that a person planned, which stays when it has ended; undefined if there is none. */
  readonly endsAt: number | undefined;
  /** Whether it is over, so its last invoice was made. */
  readonly isOver: boolean;
  /**
   * The running billing period, including both its ends; undefined if there is none or Lago doesn't
   * say.
   */
  readonly periodFrom: number | undefined;
  /** Its last moment. */
  readonly periodTo: number | undefined;
  /** What it waits for first; left out in listings, and if there is nothing. */
  readonly planned?: PlannedChange | undefined;
  /**
   * The last moment that its last invoice counts, if that is not its end: the job that changed its
   * plan ended it some minutes later. Left out in listings.
   */
  readonly countedUntil?: number | undefined;
}

/**
 * Why a subscription was never active: it is `incomplete` while what its activation waits for has
 * not happened, such as a first payment; or it was `canceled` before it began.
 */
export type NeverActive = 'incomplete' | 'canceled';

/** What Lago knows. A part that the key may not read is undefined, and its checks are off. */
export interface Catalog {
  /** By code. */
  readonly metrics: ReadonlyMap<string, Metric> | undefined;
  /**
   * All subscriptions by external id that are, will be or were active. A change of plan leaves
   * several under one id.
   */
  readonly subscriptions: ReadonlyMap<string, readonly Subscription[]> | undefined;
  /** The others, by external id; left out until an id is not among `subscriptions`. */
  readonly neverActive?: ReadonlyMap<string, NeverActive> | undefined;
  /** By code. */
  readonly plans: ReadonlyMap<string, Plan> | undefined;
}

const METRIC = v.object({
  code: v.string(),
  name: maybeText,
  aggregation_type: text,
  field_name: filledText,
  expression: filledText,
  recurring: isTrue,
  filters: objects(v.object({ key: v.string(), values: texts })),
  rounding_function: anything,
  rounding_precision: anything,
});

const ROUNDING = v.picklist(['round', 'ceil', 'floor']);

function roundingOf(by: unknown, digits: unknown): Rounding | undefined {
  const known = valueBy(ROUNDING, by);
  return known && { by: known, digits: scalarNumber(digits, 0) };
}

/** A metric as Lago lists it; undefined if it has no code. */
export function readMetric(value: unknown): Metric | undefined {
  const metric = valueBy(METRIC, value);
  return (
    metric && {
      code: metric.code,
      name: metric.name ?? metric.code,
      aggregation: metric.aggregation_type,
      field: metric.field_name,
      expression: metric.expression,
      recurring: metric.recurring,
      filters: new Map(metric.filters.map(({ key, values }) => [key, values])),
      rounding: roundingOf(metric.rounding_function, metric.rounding_precision),
    }
  );
}

const SUBSCRIPTION = v.object({
  external_id: v.string(),
  external_customer_id: text,
  plan_code: text,
  status: text,
  created_at: moment,
  started_at: moment,
  subscription_at: moment,
  terminated_at: moment,
  ending_at: moment,
  current_billing_period_started_at: moment,
  current_billing_period_ending_at: moment,
});

/** A subscription as Lago lists it, with its external id; undefined if it has none. */
export function readSubscription(
  value: unknown,
): { readonly id: string; readonly subscription: Subscription } | undefined {
  const found = valueBy(SUBSCRIPTION, value);
  return (
    found && {
      id: found.external_id,
      subscription: {
        customer: found.external_customer_id,
        plan: found.plan_code,
        createdAt: found.created_at,
        startedAt: found.started_at,
        startsAt: found.subscription_at,
        endedAt: found.terminated_at,
        endsAt: found.ending_at,
        isOver: found.status === 'terminated',
        periodFrom: found.current_billing_period_started_at,
        periodTo: found.current_billing_period_ending_at,
      },
    }
  );
}

const NEVER_ACTIVE = v.object({
  external_id: v.string(),
  status: v.picklist(['canceled', 'incomplete'] satisfies NeverActive[]),
});

/**
 * Subscriptions that were never active, by external id. An older Lago, which does not know these
 * states, lists others too; they are left out.
 */
export function neverActiveIn(items: readonly unknown[]): ReadonlyMap<string, NeverActive> {
  const found = new Map<string, NeverActive>();
  for (const item of items) {
    const each = valueBy(NEVER_ACTIVE, item);
    // One that may still begin says more than one that was given up under the same id.
    if (each !== undefined && found.get(each.external_id) !== 'incomplete')
      found.set(each.external_id, each.status);
  }
  return found;
}

/** Fields in which charge models keep prices, unlike sizes of packages and ends of ranges. */
const PRICES: ReadonlySet<string> = new Set([
  'amount',
  'rate',
  'fixed_amount',
  'per_unit_amount',
  'flat_amount',
  'per_transaction_min_amount',
]);

const holdsPrice = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.some(holdsPrice);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([name, inner]) =>
    PRICES.has(name) ? scalarNumber(inner, 0) > 0 : holdsPrice(inner),
  );
};

/**
 * Models whose prices are in the charge's properties (lago: counting.models). Others price by the
 * event's own amount or in ways that are not known.
 */
const PRICED_BY_PROPERTIES: ReadonlySet<string> = new Set([
  'standard',
  'graduated',
  'package',
  'percentage',
  'volume',
  'graduated_percentage',
]);

/**
 * Options of percentage charges that look at single events, and free units that are used up event
 * by event (lago: counting.not-neutral).
 */
const BY_EVENT = [
  'fixed_amount',
  'free_units_per_events',
  'free_units_per_total_aggregation',
  'per_transaction_min_amount',
  'per_transaction_max_amount',
];

/** An amount that can't be read may be any. */
const isOtherThanZero = (value: Json | undefined): boolean =>
  value !== undefined && value !== null && value !== '' && scalarNumber(value, Number.NaN) !== 0;

const CHARGE = v.object({
  billable_metric_code: v.string(),
  charge_model: text,
  properties: anything,
  filters: objects(v.object({ properties: object, values: object })),
  pay_in_advance: isTrue,
  prorated: isTrue,
});

const PLAN = v.object({
  code: v.string(),
  name: maybeText,
  amount_currency: text,
  charges: objects(CHARGE),
});

const GROUPS = v.object({ pricing_group_keys: texts });

const groupsOf = (properties: unknown): readonly string[] =>
  valueBy(GROUPS, properties)?.pricing_group_keys ?? [];

const SHOWN = v.object({
  presentation_group_keys: objects(v.object({ value: v.string() })),
});

/** The properties by which usage is shown apart (lago: counting.presentation). */
const shownIn = (properties: unknown): readonly string[] =>
  valueBy(SHOWN, properties)?.presentation_group_keys.map(({ value }) => value) ?? [];

function chargeOf(charge: v.InferOutput<typeof CHARGE>, cents: number): Charge {
  const { charge_model: model, properties, filters } = charge;
  const priced = [
    isObject(properties) ? properties : {},
    ...filters.map((each) => each.properties),
  ];
  const shown = priced.flatMap(shownIn);
  return {
    model,
    filters: filters.map((filter) => ({
      values: new Map(
        Object.entries(filter.values).map(([key, listed]) => [key, valueBy(texts, listed) ?? []]),
      ),
      groups: groupsOf(filter.properties),
      flatAtZero: hasFlatAtZero(model, filter.properties),
    })),
    isFreeOtherwise: PRICED_BY_PROPERTIES.has(model) && !holdsPrice(properties),
    payInAdvance: charge.pay_in_advance,
    prorated: charge.prorated,
    byEvent: priced.some((each) => BY_EVENT.some((name) => isOtherThanZero(each[name]))),
    groups: groupsOf(properties),
    flatAtZero: hasFlatAtZero(model, priced[0] ?? {}),
    bound: chargeBound(model, priced, cents),
    shown: shown.length === 0 ? undefined : [...new Set(shown)],
  };
}

/**
 * A plan as Lago lists it, charges included (lago: catalog.plans); undefined if it has no code.
 */
export function readPlan(value: unknown): Plan | undefined {
  const plan = valueBy(PLAN, value);
  if (plan === undefined) return undefined;
  const charges = new Map<string, Charge[]>();
  const cents = centsPerUnit(plan.amount_currency);
  for (const charge of plan.charges)
    addTo(charges, charge.billable_metric_code, chargeOf(charge, cents));
  return { code: plan.code, name: plan.name ?? plan.code, centsPerUnit: cents, charges };
}

/** Groups subscriptions by their external id. */
export function bySubscriptionId(
  read: readonly { readonly id: string; readonly subscription: Subscription }[],
): ReadonlyMap<string, readonly Subscription[]> {
  const subscriptions = new Map<string, Subscription[]>();
  for (const { id, subscription } of read) addTo(subscriptions, id, subscription);
  return subscriptions;
}
