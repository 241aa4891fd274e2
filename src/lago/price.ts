import Big from 'big.js';
import { type CostBound, highest, NO_COST } from '../sync/billing/cost-bound';
import type { Price } from '../sync/billing/priced-total';
import type { EventStore } from '../sync/event-store';
import { plainDecimal } from '../value/decimal';
import { type Json, textOf } from '../value/json';
import { propertyOf, type UsageEvent } from '../value/usage-event';
import type { Catalog, Charge, ChargeFilter, Metric } from './catalog';
import { countingOf } from './periods';
import { isCarriedOver } from './recurring';

/** A value as Lago compares it with those of a filter; undefined if it equals none of them. */
export const comparedText = (value: Json | undefined): string | undefined => {
  if (typeof value === 'number') return plainDecimal(value);
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : undefined;
};

/** A charge's filter may name all values of the metric by this one word. */
const ALL_VALUES = '__ALL_FILTER_VALUES__';

/** The values of a filter's property, as far as the metric says what all of them are. */
const valuesOf = (
  field: string,
  values: readonly string[],
  { filters }: Metric,
): readonly string[] => (values.includes(ALL_VALUES) ? (filters.get(field) ?? []) : values);

/** Whether an event has one of the values for each of the properties. */
export function fits(event: UsageEvent, filter: ChargeFilter['values'], metric: Metric): boolean {
  for (const [field, values] of filter) {
    const value = comparedText(propertyOf(event, field));
    if (value === undefined || !valuesOf(field, values, metric).includes(value)) return false;
  }
  return true;
}

/** Whether a filter asks for more than another that the event fits, or for fewer values. */
function isNarrower(inner: ChargeFilter, outer: ChargeFilter, metric: Metric): boolean {
  const own = [...outer.values];
  if (!own.every(([field]) => inner.values.has(field))) return false;
  if (inner.values.size > outer.values.size) return true;
  const known = ({ values }: ChargeFilter, field: string): readonly string[] =>
    valuesOf(field, values.get(field) ?? [], metric);
  return (
    own.every(([field]) =>
      known(inner, field).every((each) => known(outer, field).includes(each)),
    ) && own.some(([field]) => known(inner, field).length < known(outer, field).length)
  );
}

/**
 * The filters that take an event; empty if it gets the default price. A filter leaves events to a
 * narrower one, and shares them with one that overlaps it (lago: counting.filters).
 */
function filtersOf(event: UsageEvent, { filters }: Charge, metric: Metric): ChargeFilter[] {
  const fitting = filters.filter(({ values }) => fits(event, values, metric));
  if (fitting.length < 2) return fitting;
  return fitting.filter(
    (filter) => !fitting.some((other) => other !== filter && isNarrower(other, filter, metric)),
  );
}

const quoted = (value: string): string => (value === ALL_VALUES ? 'of any kind' : `“${value}”`);

const filterWords = ({ values }: ChargeFilter): string[] =>
  [...values].map(([field, listed]) => `${field} ${listed.map(quoted).join(' or ')}`);

/** The events that none of the filters takes. */
const otherWords = ({ filters }: Charge): string[] => {
  const fields = new Set(filters.flatMap(({ values }) => [...values.keys()]));
  return fields.size === 0 ? [] : [`any other ${[...fields].join(' and ')}`];
};

/** Models of which a running Lago has shown what it makes of a total below zero. */
const KNOWN_MODELS: ReadonlySet<string> = new Set([
  'standard',
  'graduated',
  'package',
  'percentage',
  'volume',
  'dynamic',
]);

/** Words of a filter, or of the events that none takes: the same for all events of a ledger. */
const knownWords = new WeakMap<ChargeFilter | Charge, readonly string[]>();

function wordsOf(charge: Charge, filter: ChargeFilter | undefined): readonly string[] {
  const owner = filter ?? charge;
  const words =
    knownWords.get(owner) ?? (filter === undefined ? otherWords(charge) : filterWords(filter));
  knownWords.set(owner, words);
  return words;
}

/**
 * The group of a value; null without one. Postgres prices an empty text apart from none (lago:
 * counting.groups).
 */
const groupOf = (value: Json | undefined, store: EventStore): string | null => {
  const text = textOf(value);
  return text === '' && (value !== '' || store !== 'postgres') ? null : text;
};

/** Values by property, in an order of their own. */
const inOrder = <T>(entries: Iterable<readonly [string, T]>): (readonly [string, T])[] =>
  [...entries].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));

/**
 * Names a price of a metric by its filter's values and its group, as Lago's fees do.
 * @param values none of the default price
 */
export const feeName = (
  values: Iterable<readonly [string, readonly string[]]>,
  group: Iterable<readonly [string, string | null]>,
): string =>
  JSON.stringify([
    inOrder(values).map(([key, listed]) => [key, [...listed].sort()]),
    inOrder(group),
  ]);

/** What prices of one charge have in common. */
interface Charged {
  readonly charge: Charge;
  /** Names the subscription among all of its external id. */
  readonly term: string;
  /** Names the charge among all of the metric. */
  readonly place: string;
  readonly store: EventStore;
  /** How many cents a unit of the currency has. */
  readonly centsPerUnit: number;
}

/** What a total of amounts in whole cents is cut to (lago: clickhouse.dynamic). */
const cutOf = ({ charge, store, centsPerUnit }: Charged): number | undefined =>
  charge.model === 'dynamic' && store !== 'postgres' && centsPerUnit > 1 ? centsPerUnit : undefined;

/** The price of an event by a filter of a charge, or by its default. */
function priceBy(event: UsageEvent, charged: Charged, filter: ChargeFilter | undefined): Price {
  const { charge, term, place, store } = charged;
  const { groups, flatAtZero } = filter ?? charge;
  const grouped = groups.map((key) => [key, groupOf(propertyOf(event, key), store)] as const);
  const words = [
    ...wordsOf(charge, filter),
    ...grouped.map(([key, value]) => (value === null ? `no ${key}` : `${key} “${value}”`)),
  ];
  const at = filter === undefined ? -1 : charge.filters.indexOf(filter);
  return {
    term,
    charge: place,
    name: `${term} ${place} ${at} ${grouped.length === 0 ? '' : JSON.stringify(grouped)}`,
    fee: feeName(filter?.values ?? [], grouped),
    words: words.join(', '),
    model: charge.model,
    payInAdvance: charge.payInAdvance,
    flatAtZero,
    bound: charge.bound,
    cutTo: cutOf(charged),
  };
}

/** Whether Lago's way with any total of a charge is known. */
const isKnownCharge = ({ prorated, model }: Charge): boolean =>
  !prorated && KNOWN_MODELS.has(model);

/** The prices of an event by a charge. */
function pricesBy(event: UsageEvent, charged: Charged, metric: Metric): Price[] {
  const filters = filtersOf(event, charged.charge, metric);
  return filters.length === 0
    ? [priceBy(event, charged, undefined)]
    : filters.map((filter) => priceBy(event, charged, filter));
}

/** What is carried over of a recurring weighted sum only Lago's invoices know. */
const isKnown = (metric: Metric): boolean =>
  metric.expression === undefined && !isCarriedOver(metric);

/** The charges that bill an event; undefined if the metric or a plan is not known. */
function chargedBy(
  catalog: Catalog,
  event: UsageEvent,
  store: EventStore,
): { readonly metric: Metric; readonly charges: readonly Charged[] } | undefined {
  const metric = catalog.metrics?.get(event.code);
  const subscriptions = catalog.subscriptions?.get(event.external_subscription_id);
  if (metric === undefined || subscriptions === undefined) return undefined;
  const charges: Charged[] = [];
  const counting = countingOf(subscriptions, event.timestamp * 1000, metric.recurring);
  for (const { plan: code, startedAt } of counting) {
    const term = `${code} ${startedAt}`;
    const plan = catalog.plans?.get(code);
    if (plan === undefined) return undefined;
    const { centsPerUnit = 1 } = plan;
    for (const [place, charge] of (plan.charges.get(event.code) ?? []).entries())
      charges.push({ charge, term, place: String(place), store, centsPerUnit });
  }
  return { metric, charges };
}

/**
 * The prices that an event counts for, of all charges that bill it: Lago adds up and prices each by
 * itself (lago: counting.filters, counting.groups). Undefined if the plan is not known. Empty if
 * nothing bills it.
 * @param store of the organization
 */
export function allPricesOf(
  catalog: Catalog,
  event: UsageEvent,
  store: EventStore,
): Price[] | undefined {
  const found = chargedBy(catalog, event, store);
  return found?.charges.flatMap((charged) => pricesBy(event, charged, found.metric));
}

/** The same; undefined also if it is not known what Lago makes of every total of the charges. */
export function pricesOf(
  catalog: Catalog,
  event: UsageEvent,
  store: EventStore,
): Price[] | undefined {
  const found = chargedBy(catalog, event, store);
  if (found === undefined || !isKnown(found.metric)) return undefined;
  return found.charges.every(({ charge }) => isKnownCharge(charge))
    ? found.charges.flatMap((charged) => pricesBy(event, charged, found.metric))
    : undefined;
}

/** The most that usage of a metric can cost by any plan of the catalog. */
export function boundOf({ plans }: Catalog, code: string): CostBound {
  const charges = [...(plans?.values() ?? [])].flatMap(({ charges: all }) => all.get(code) ?? []);
  return charges.flatMap(({ bound }) => bound ?? []).reduce(highest, NO_COST);
}

/**
 * Totals of a ClickHouse organization are numbers of 128 bits with 26 digits behind the point
 * (lago: clickhouse.wraps).
 */
const MOST_TOTAL = new Big('1.7e12');

/** Beyond which total the event store counts wrong; undefined if it does not. */
export const mostTotalOf = (store: EventStore): Big | undefined =>
  store === 'postgres' ? undefined : MOST_TOTAL;

/**
 * The prices of volume charges that an event counts for, whatever else bills it. Empty if none
 * does, or the plan is not known; `uncounted` if Lago works out the total by more than the events'
 * values: by an expression, by the days that are left, or by what it has carried over.
 * @param store of the organization
 */
export function volumePricesOf(
  catalog: Catalog,
  event: UsageEvent,
  store: EventStore,
): Price[] | 'uncounted' {
  const metric = catalog.metrics?.get(event.code);
  if (metric === undefined) return [];
  const { charges = [] } = chargedBy(catalog, event, store) ?? {};
  const charged = charges.filter(({ charge }) => charge.model === 'volume');
  const isCounted = isKnown(metric) && !charged.some(({ charge }) => charge.prorated);
  return charged.length > 0 && !isCounted
    ? 'uncounted'
    : charged.flatMap((each) => pricesBy(event, each, metric));
}
