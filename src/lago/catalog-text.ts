import * as v from 'valibot';
import { type EntriesOf, type Schema, valueBy } from '../schema/fit';
import type { CostBound } from '../sync/billing/cost-bound';
import type { Rounding } from '../sync/billing/running-total';
import { MINUTE_MS } from '../value/duration';
import { addTo } from '../value/group';
import { parsedJson } from '../value/json';
import type { Catalog, Charge, ChargeFilter, Metric, Plan, Subscription } from './catalog';

/** Keeps texts between executions for a while. It may forget any of them at any moment. */
export interface CatalogCache {
  /** The text that was written under the name; undefined if there is none any more. */
  read(name: 'catalog' | 'zones'): string | undefined;
  /** Keeps a text for some minutes, unless it is too large. */
  write(name: 'catalog' | 'zones', text: string): void;
}

/** A cache that remembers nothing. */
export const noCache: CatalogCache = { read: () => undefined, write: () => undefined };

/**
 * How long a kept catalog is used (ms). By an older one, something that has ended in Lago meanwhile
 * would look as if it were running.
 */
export const KEPT_MS = 5 * MINUTE_MS;

/** The format of the text. Any other is not read. */
const FORM = 2;

/**
 * A subscription as a list, so that the text of 10,000 of them stays below 1.5 MB: id, customer,
 * plan, createdAt, startedAt, startsAt, endedAt, endsAt, isOver, periodFrom, periodTo. Times in ms,
 * null if undefined.
 */
const TUPLE = v.tuple([
  v.string(),
  v.string(),
  v.string(),
  v.nullable(v.number()),
  v.nullable(v.number()),
  v.nullable(v.number()),
  v.nullable(v.number()),
  v.nullable(v.number()),
  v.picklist([0, 1]),
  v.nullable(v.number()),
  v.nullable(v.number()),
]);

type SubscriptionTuple = v.InferOutput<typeof TUPLE>;

const tupleOf = (id: string, each: Subscription): SubscriptionTuple => [
  id,
  each.customer,
  each.plan,
  each.createdAt ?? null,
  each.startedAt ?? null,
  each.startsAt ?? null,
  each.endedAt ?? null,
  each.endsAt ?? null,
  each.isOver ? 1 : 0,
  each.periodFrom ?? null,
  each.periodTo ?? null,
];

const subscriptionIn = ([
  ,
  customer,
  plan,
  createdAt,
  startedAt,
  startsAt,
  endedAt,
  endsAt,
  isOver,
  periodFrom,
  periodTo,
]: SubscriptionTuple): Subscription => ({
  customer,
  plan,
  createdAt: createdAt ?? undefined,
  startedAt: startedAt ?? undefined,
  startsAt: startsAt ?? undefined,
  endedAt: endedAt ?? undefined,
  endsAt: endsAt ?? undefined,
  isOver: isOver === 1,
  periodFrom: periodFrom ?? undefined,
  periodTo: periodTo ?? undefined,
});

/** JSON has no maps: each is written as a list of its entries. */
const mapsAsLists = (_: string, value: unknown): unknown =>
  value instanceof Map ? [...value] : value;

const mapOf = <T>(schema: Schema<T>) =>
  v.pipe(
    v.array(v.tuple([v.string(), schema])),
    v.transform((entries) => new Map(entries)),
  );

const TEXTS = v.array(v.string());
const FILTERS = mapOf(TEXTS);

const METRIC = v.pipe(
  v.object({
    code: v.string(),
    name: v.string(),
    aggregation: v.string(),
    field: v.optional(v.string()),
    expression: v.optional(v.string()),
    recurring: v.boolean(),
    filters: FILTERS,
    rounding: v.optional(
      v.object({
        by: v.picklist(['round', 'ceil', 'floor']),
        digits: v.number(),
      } satisfies EntriesOf<Rounding>),
    ),
  } satisfies EntriesOf<Metric>),
  v.transform(
    (metric): Metric => ({ ...metric, field: metric.field, expression: metric.expression }),
  ),
);

const BOUND = v.object({
  perUnit: v.string(),
  perEvent: v.string(),
  flat: v.string(),
} satisfies EntriesOf<CostBound>);

const CHARGE = v.object({
  model: v.string(),
  filters: v.array(
    v.object({
      values: FILTERS,
      groups: TEXTS,
      flatAtZero: v.optional(v.boolean()),
    } satisfies EntriesOf<ChargeFilter>),
  ),
  isFreeOtherwise: v.boolean(),
  payInAdvance: v.boolean(),
  prorated: v.boolean(),
  byEvent: v.boolean(),
  groups: TEXTS,
  flatAtZero: v.optional(v.boolean()),
  bound: v.optional(BOUND),
  shown: v.optional(TEXTS),
} satisfies EntriesOf<Charge>);

const PLAN = v.object({
  code: v.string(),
  name: v.string(),
  centsPerUnit: v.optional(v.number()),
  charges: mapOf(v.array(CHARGE)),
} satisfies EntriesOf<Plan>);

const STORED = v.object({
  form: v.literal(FORM),
  /** When it was read (ms). */
  at: v.number(),
  metrics: v.nullable(mapOf(METRIC)),
  plans: v.nullable(mapOf(PLAN)),
  subscriptions: v.nullable(v.array(TUPLE)),
});

/** What is written; maps in it become lists. */
interface StoredCatalog {
  readonly form: typeof FORM;
  readonly at: number;
  readonly metrics: NonNullable<Catalog['metrics']> | null;
  readonly plans: NonNullable<Catalog['plans']> | null;
  readonly subscriptions: readonly SubscriptionTuple[] | null;
}

/** A catalog as text. @param at when it was read (ms) */
export function catalogText({ metrics, plans, subscriptions }: Catalog, at: number): string {
  const stored: StoredCatalog = {
    form: FORM,
    at,
    metrics: metrics ?? null,
    plans: plans ?? null,
    subscriptions:
      subscriptions === undefined
        ? null
        : [...subscriptions].flatMap(([id, all]) => all.map((each) => tupleOf(id, each))),
  };
  return JSON.stringify(stored, mapsAsLists);
}

/** Whether a period has ended since. Then Lago may have made its invoice. */
const hasTurned = ({ periodTo, isOver }: Subscription, now: number): boolean =>
  !isOver && periodTo !== undefined && periodTo < now;

/**
 * The catalog in a text; undefined if the text is damaged or too old, or if one of its periods has
 * ended.
 * @param now in ms
 */
export function catalogIn(text: string, now: number): Catalog | undefined {
  const stored = valueBy(STORED, parsedJson(text));
  if (stored === undefined || now < stored.at || now - stored.at >= KEPT_MS) return undefined;
  const { metrics, plans, subscriptions: tuples } = stored;
  const subscriptions = new Map<string, Subscription[]>();
  for (const tuple of tuples ?? []) {
    const subscription = subscriptionIn(tuple);
    if (hasTurned(subscription, now)) return undefined;
    addTo(subscriptions, tuple[0], subscription);
  }
  return {
    metrics: metrics ?? undefined,
    plans: plans ?? undefined,
    subscriptions: tuples === null ? undefined : subscriptions,
  };
}
