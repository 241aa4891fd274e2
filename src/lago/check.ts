import { type Problem, problem } from '../problem/problem';
import { MOST_CENTS, MOST_UNITS, mostCents } from '../sync/billing/cost-bound';
import { CLICKHOUSE_LIMIT, countedNumber, isNumberFor } from '../sync/billing/counted-number';
import type { EventStore } from '../sync/event-store';
import { numberAdvice } from '../template/written-number';
import { countedBy, needsNumber, readsField } from '../value/aggregation';
import { countedDecimal } from '../value/decimal';
import type { Json } from '../value/json';
import { nearest } from '../value/nearest';
import { isoText } from '../value/time';
import { propertyOf, type UsageEvent } from '../value/usage-event';
import type { Catalog, Charge, Metric, Plan, PlannedChange, Subscription } from './catalog';
import { countingOf, endOf } from './periods';
import { comparedText, fits } from './price';
import { countsFromThenOn } from './recurring';
import { checkRefund } from './refund';

/**
 * Most comparisons of names for one catalog, about two seconds on Google's machines: thousands of
 * rows may have names that are not among thousands.
 */
const MOST_COMPARISONS = 200_000;

/** What was looked for among the names of a catalog, each with what was found. */
const searches = new WeakMap<ReadonlyMap<string, unknown>, Map<string, string | undefined>>();

/**
 * The name that was probably meant. Each value is looked for once, and only the first ones, because
 * a report shows one of many.
 */
function nearestName(value: string, names: ReadonlyMap<string, unknown>): string | undefined {
  const known = searches.get(names) ?? new Map<string, string | undefined>();
  searches.set(names, known);
  if (!known.has(value) && (known.size === 0 || known.size * names.size < MOST_COMPARISONS))
    known.set(value, nearest(value, names.keys()));
  return known.get(value);
}

const didYouMean = (candidate: string | undefined, otherwise: string): string =>
  candidate === undefined
    ? otherwise
    : `Did you mean “${candidate}”? Capital letters and spaces count.`;

const suggestion = (
  value: string,
  names: ReadonlyMap<string, unknown>,
  otherwise: string,
): string => didYouMean(nearestName(value, names), otherwise);

function checkMetric(
  event: UsageEvent,
  metrics: ReadonlyMap<string, Metric>,
  store: EventStore,
): Problem[] {
  const metric = metrics.get(event.code);
  if (metric === undefined)
    return [
      problem('event.unknown-code', {
        value: event.code,
        suggestion: suggestion(
          event.code,
          metrics,
          'Create the metric in Lago, or correct the code.',
        ),
      }),
    ];
  return [
    ...checkValue(event, metric, store),
    ...checkOperation(event, metric),
    ...checkAmount(event),
  ];
}

const notANumber = (code: string, field: string, value: string): Problem =>
  problem('event.not-a-number', { code, field, value, suggestion: numberAdvice(value) });

function checkValue(event: UsageEvent, metric: Metric, store: EventStore): Problem[] {
  const { field, code, expression, aggregation } = metric;
  if (expression !== undefined) return checkVariables(event, metric, expression);
  const isNumeric = needsNumber(aggregation);
  if (field === undefined || !readsField(aggregation)) return [];
  const value = propertyOf(event, field);
  // Nothing is no number; of a unique count it is one unit (lago: counting.aggregations).
  if (value === undefined || value === null || value === '')
    return [problem('event.missing-property', { code, field })];
  if (isNumeric && !isNumberFor(value, store))
    return [notANumber(code, field, typeof value === 'string' ? value : JSON.stringify(value))];
  return isNumeric ? checkSize(value, { code, field }, store) : [];
}

/** A number that the event store takes for nothing, or that may cost Lago the whole invoice. */
function checkSize(
  number: Json,
  { code, field }: { readonly code: string; readonly field: string },
  store: EventStore,
): Problem[] {
  const units = countedNumber(number, store)?.abs();
  const value = comparedText(number) ?? '';
  const isTooLarge =
    units === undefined
      ? store === 'clickhouse'
      : store !== 'postgres' && units.gte(CLICKHOUSE_LIMIT);
  if (isTooLarge) return [problem('event.too-large', { code, field, value })];
  return units === undefined || units.gte(MOST_UNITS)
    ? [problem('event.too-many', { code, field, value })]
    : [];
}

/** An amount that no invoice holds, or at which Lago itself breaks (lago: event.amount). */
function checkAmount({ precise_total_amount_cents: amount }: UsageEvent): Problem[] {
  return countedDecimal(amount)?.abs().gt(MOST_CENTS) === true
    ? [problem('event.amount-too-high', { value: amount ?? '' })]
    : [];
}

/**
 * Units that could cost more than an invoice holds by one of the charges that bill them. What many
 * events come to together is checked where they are planned.
 */
function checkCost(
  event: UsageEvent,
  { field, code, aggregation, expression }: Metric,
  charges: readonly Charge[],
  store: EventStore,
): Problem[] {
  if (field === undefined || expression !== undefined || !needsNumber(aggregation)) return [];
  const value = propertyOf(event, field);
  const units = countedNumber(value, store);
  const isTooCostly = ({ bound }: Charge): boolean =>
    bound !== undefined && units !== undefined && mostCents(bound, units).gt(MOST_CENTS);
  return charges.some(isTooCostly)
    ? [problem('event.too-costly', { code, field, value: comparedText(value) ?? '' })]
    : [];
}

/** Quoted texts of an expression; names inside them are no variables. */
const QUOTED = /'[^']*'/g;
const VARIABLE = /\bevent\.properties\.([A-Za-z][A-Za-z0-9_]*)/g;
/** A property alone. */
const LONE = /^[\s(]*event\.properties\.\w+[\s)]*$/i;
/** What takes texts: a concatenation, or a property alone (lago: expression.grammar). */
const TAKES_TEXTS = new RegExp(`\\bconcat\\s*\\(|${LONE.source}`, 'i');
/** What an expression of Lago's reads as a decimal. */
const OPERAND = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

interface Expression {
  readonly variables: readonly string[];
  readonly takesTexts: boolean;
  /** Whether it is a property alone, so that an empty one is an empty result. */
  readonly isLone: boolean;
}

const expressions = new Map<string, Expression>();

function readExpression(text: string): Expression {
  const known = expressions.get(text);
  if (known !== undefined) return known;
  const code = text.replace(QUOTED, '');
  const read = {
    variables: [...new Set([...code.matchAll(VARIABLE)].map(([, name]) => name ?? ''))],
    takesTexts: TAKES_TEXTS.test(code),
    isLone: LONE.test(code),
  };
  expressions.set(text, read);
  return read;
}

/** Lago refuses an event whose metric's expression it cannot compute (lago: expression.fails). */
function checkVariables(event: UsageEvent, { code, aggregation }: Metric, text: string): Problem[] {
  const { variables, takesTexts, isLone } = readExpression(text);
  const needsNumbers = !takesTexts || needsNumber(aggregation);
  return variables.flatMap((field) => {
    const value = propertyOf(event, field);
    if (value === undefined || value === null || (value === '' && isLone))
      return [problem('event.missing-variable', { code, field })];
    const operand = comparedText(value);
    return operand !== undefined && (!needsNumbers || OPERAND.test(operand))
      ? []
      : [
          problem('event.not-an-operand', {
            code,
            field,
            value: operand ?? JSON.stringify(value),
            suggestion: numberAdvice(operand ?? ''),
          }),
        ];
  });
}

/**
 * Unique counts have two operations. What Lago does with any other is not documented (lago:
 * counting.unique-operation).
 */
function checkOperation(event: UsageEvent, { aggregation, code }: Metric): Problem[] {
  const operation =
    countedBy(aggregation) === 'different values' ? propertyOf(event, 'operation_type') : undefined;
  if (
    operation === undefined ||
    operation === null ||
    operation === 'add' ||
    operation === 'remove'
  )
    return [];
  return [
    problem('event.operation', {
      code,
      value: comparedText(operation) ?? JSON.stringify(operation),
    }),
  ];
}

const folded = (text: string): string => text.trim().toLowerCase();

/**
 * If the plan has prices by a filter, a value in other letters is another value for Lago
 * (lago: counting.filters).
 */
function checkFilterSpelling(
  event: UsageEvent,
  { filters, code }: Metric,
  charges: readonly Charge[],
): Problem[] {
  return [...filters].flatMap(([field, values]) => {
    const value = comparedText(propertyOf(event, field));
    if (value === undefined || values.includes(value)) return [];
    const meant = values.find((known) => folded(known) === folded(value));
    const decides = charges.some((charge) =>
      charge.filters.some(({ values: own }) => own.has(field)),
    );
    return meant === undefined || !decides
      ? []
      : [problem('event.filter-spelling', { code, field, value, meant })];
  });
}

const dateText = (ms: number): string => `${isoText(ms).slice(0, 19).replace('T', ' ')} UTC`;

/** What usage of a time (ms) waits for first; undefined if for nothing. */
const firstWaitedFor = (
  subscriptions: readonly Subscription[],
  ms: number,
): PlannedChange | undefined =>
  subscriptions
    .flatMap(({ planned }) => planned ?? [])
    .filter(({ from }) => from <= ms)
    .sort((one, other) => one.from - other.from)[0];

/**
 * Usage outside of a subscription's time. Of several subscriptions under one id, the nearest is
 * named.
 */
function checkTime(
  event: UsageEvent,
  subscriptions: readonly Subscription[],
  isRecurring: boolean,
): Problem[] {
  const ms = event.timestamp * 1000;
  if (countingOf(subscriptions, ms, isRecurring).length > 0) return [];
  const value = event.external_subscription_id;
  const waiting = firstWaitedFor(subscriptions, ms);
  if (waiting !== undefined) {
    const { kind, at } = waiting;
    const details = { value, planned: dateText(at), time: dateText(ms) };
    return [problem(`event.waits-for-${kind}`, details)];
  }
  const ended = subscriptions.flatMap((each) => endOf(each) ?? []).filter((end) => end < ms);
  const last = Math.max(...ended);
  const starts = subscriptions
    .flatMap(({ startedAt, planned, startsAt }) => startedAt ?? planned?.at ?? startsAt ?? [])
    .filter((start) => start > ms);
  if (starts.length > 0)
    return [
      problem('event.before-start', {
        value,
        start: dateText(Math.min(...starts)),
        time: dateText(ms),
      }),
    ];
  return ended.length > 0
    ? [problem('event.after-end', { value, end: dateText(last), time: dateText(ms) })]
    : [];
}

/**
 * The plans that could bill the event; undefined if one is not listed, because it may charge for
 * anything.
 */
function plansOf(
  event: UsageEvent,
  subscriptions: readonly Subscription[],
  { plans, metrics }: Catalog,
): Plan[] | undefined {
  const counting = countingOf(
    subscriptions,
    event.timestamp * 1000,
    countsFromThenOn(metrics?.get(event.code)),
  );
  const found: Plan[] = [];
  for (const { plan: code } of counting.length > 0 ? counting : subscriptions) {
    const plan = plans?.get(code);
    if (plan === undefined) return undefined;
    found.push(plan);
  }
  return found;
}

/** The properties by which prices differ, with the event's values, for a sentence. */
const prices = (event: UsageEvent, charges: readonly Charge[]): string => {
  const fields = new Set(
    charges.flatMap(({ filters }) => filters.flatMap(({ values }) => [...values.keys()])),
  );
  return [...fields]
    .map((field) => {
      const value = comparedText(propertyOf(event, field));
      return `“${field}” is ${value === undefined ? 'missing' : `“${value}”`}`;
    })
    .join(', ');
};

const nearestValue = (event: UsageEvent, charges: readonly Charge[]): string => {
  const known = new Map(
    charges.flatMap(({ filters }) => filters.flatMap(({ values }) => [...values])),
  );
  const meant = [...known].flatMap(
    ([field, values]) => nearest(comparedText(propertyOf(event, field)) ?? '', values) ?? [],
  );
  return didYouMean(meant[0], 'Correct the value, or give the plan a price for it in Lago.');
};

/** Whether a charge puts a price on the event, or somebody has made it free for all. */
function isPriced(
  event: UsageEvent,
  { model, filters, isFreeOtherwise }: Charge,
  metric: Metric | undefined,
): boolean {
  if (model === 'dynamic') return event.precise_total_amount_cents !== undefined;
  return (
    !isFreeOtherwise ||
    filters.length === 0 ||
    metric === undefined ||
    filters.some(({ values }) => fits(event, values, metric))
  );
}

/** Whether the plan of the subscription prices the event. */
function checkPrice(
  event: UsageEvent,
  subscriptions: readonly Subscription[],
  catalog: Catalog,
  store: EventStore,
): Problem[] {
  const { plans, metrics } = catalog;
  const { code, external_subscription_id: value } = event;
  const metric = metrics?.get(code);
  if (plans === undefined || (metrics !== undefined && metric === undefined)) return [];
  const billing = plansOf(event, subscriptions, catalog);
  const [plan] = billing ?? [];
  if (billing === undefined || plan === undefined) return [];
  const charges = billing.flatMap(({ charges: all }) => all.get(code) ?? []);
  if (charges.length === 0) return [problem('event.not-charged', { value, plan: plan.code, code })];
  const costly = metric === undefined ? [] : checkCost(event, metric, charges, store);
  if (costly.length > 0) return costly;
  const spelled = metric === undefined ? [] : checkFilterSpelling(event, metric, charges);
  if (spelled.length > 0 || charges.some((charge) => isPriced(event, charge, metric)))
    return spelled;
  const priced = charges.filter(({ model }) => model !== 'dynamic');
  return priced.length === 0
    ? [problem('event.missing-amount', { plan: plan.code, code })]
    : [
        problem('event.no-price', {
          plan: plan.code,
          code,
          found: prices(event, priced),
          suggestion: nearestValue(event, priced),
        }),
      ];
}

/** Why there is no subscription under an id that usage could be billed to. */
function notActive(
  id: string,
  subscriptions: ReadonlyMap<string, unknown>,
  neverActive: Catalog['neverActive'],
): Problem {
  const state = neverActive?.get(id);
  if (state !== undefined) return problem(`event.${state}-subscription`, { value: id });
  return problem('event.unknown-subscription', {
    value: id,
    suggestion: suggestion(
      id,
      subscriptions,
      'Create the subscription in Lago, or correct the id.',
    ),
  });
}

/**
 * What Lago would refuse, or accept and never bill (lago: event.unchecked, counting.no-numbers,
 * periods.boundaries).
 * @param store of the organization; if unknown, the stricter one is assumed
 */
export function checkEvent(
  catalog: Catalog,
  event: UsageEvent,
  store: EventStore = 'postgres',
): Problem[] {
  const id = event.external_subscription_id;
  const ofMetric = catalog.metrics === undefined ? [] : checkMetric(event, catalog.metrics, store);
  if (catalog.subscriptions === undefined) return ofMetric;
  const subscriptions = catalog.subscriptions.get(id);
  if (subscriptions === undefined)
    return [...ofMetric, notActive(id, catalog.subscriptions, catalog.neverActive)];
  const isRecurring = countsFromThenOn(catalog.metrics?.get(event.code));
  return [
    ...ofMetric,
    ...checkTime(event, subscriptions, isRecurring),
    ...checkPrice(event, subscriptions, catalog, store),
    ...checkRefund(event, catalog, {
      counting: countingOf(subscriptions, event.timestamp * 1000, isRecurring),
      store,
    }),
  ];
}
