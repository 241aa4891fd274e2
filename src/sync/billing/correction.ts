import type Big from 'big.js';
import { type Counted, countedBy, readsField } from '../../value/aggregation';
import { countedDecimal, exactNumber, plainDecimal } from '../../value/decimal';
import { type Json, textOf } from '../../value/json';
import { propertyOf, type UsageEvent } from '../../value/usage-event';
import { bookedInto } from './period';

/**
 * How a charge prices a metric, as far as it decides whether a correction is neutral (lago:
 * counting.neutral, counting.not-neutral).
 */
export interface ChargeTerms {
  /** Lago's name of the charge model. */
  readonly model: string;
  /** Whether events are billed as they come. */
  readonly payInAdvance: boolean;
  /** Whether units count only for the part of the period that is left. */
  readonly prorated: boolean;
  /** Whether it also charges for each event, or holds each event to a least or most amount. */
  readonly byEvent: boolean;
  /** Properties that decide the price: those of its filters, and those that usage is grouped by. */
  readonly keys: readonly string[];
}

/** How Lago bills an event. */
export interface BillingTerms {
  /** Lago's name of how the metric counts. */
  readonly aggregation: string;
  /** The property that it reads; undefined if it reads none. */
  readonly field: string | undefined;
  /** By which Lago computes that property from others; undefined if it does not. */
  readonly expression: string | undefined;
  /** Whether units carry over into later periods. */
  readonly recurring: boolean;
  /** All charges that bill it; undefined if the plan is not known. */
  readonly charges: readonly ChargeTerms[] | undefined;
  /**
   * `open` still takes events: the running period, a later one, or one whose invoice is a draft.
   */
  readonly period: 'open' | 'invoiced' | 'unknown';
  /** When the running period began (ms); undefined if none runs. */
  readonly current: number | undefined;
  /** The last moment of the running period, if that counts the event (ms). */
  readonly until: number | undefined;
}

/**
 * How an event is taken back: by its negative, by removing its unique value, or, if the latest
 * value counts, by sending the value that is then the newest.
 */
export type Rule =
  | { readonly by: 'negation' | 'removal' | 'newest' }
  | { readonly because: string };

const NEUTRAL_MODELS: ReadonlySet<string> = new Set([
  'standard',
  'graduated',
  'package',
  'volume',
  'percentage',
  'dynamic',
]);

/** Why a charge does not let an event be taken back; undefined if it does. */
function hindrance({ model, payInAdvance, prorated, byEvent }: ChargeTerms): string | undefined {
  if (payInAdvance)
    return 'its charge is paid in advance, and Lago gives nothing back for an event';
  if (byEvent) return 'its charge also counts or limits single events';
  if (!NEUTRAL_MODELS.has(model))
    return `a charge of the model “${model}” is not known to allow it`;
  return prorated ? 'its charge is prorated' : undefined;
}

/** How an event is taken back by what its metric counts, or why it cannot be. */
const BY_COUNTED: Readonly<Record<Counted, Rule>> = {
  events: { because: 'an event that was counted cannot be taken back' },
  sum: { by: 'negation' },
  'sum over time': { by: 'negation' },
  highest: { because: 'a lower value does not replace a maximum' },
  latest: { by: 'newest' },
  'different values': { by: 'removal' },
  unknown: { because: 'it is not known how its metric counts' },
};

/**
 * How an event can be taken back, by how Lago bills it (lago: counting.neutral,
 * counting.not-neutral). Anything not proven neutral for the bill is refused. The billing period is
 * checked separately.
 */
export function ruleFor({
  aggregation,
  expression,
  charges,
}: Omit<BillingTerms, 'period' | 'current' | 'until'>): Rule {
  if (expression !== undefined) return { because: 'Lago computes its value by an expression' };
  const rule = BY_COUNTED[countedBy(aggregation)];
  if ('because' in rule) return rule;
  if (charges === undefined || charges.length === 0)
    return { because: 'it is not known how its plan charges' };
  const found = charges.map(hindrance).find((each) => each !== undefined);
  if (found !== undefined) return { because: found };
  const { by } = rule;
  if (by !== 'negation' && charges.some(({ keys }) => keys.length > 0))
    return { because: 'its price depends on further properties' };
  if (by !== 'negation' && charges.some(({ model }) => model === 'dynamic'))
    return { because: 'its charge sums up amounts of events' };
  return rule;
}

/** The value that a metric counts. */
export const countedValue = (
  event: Pick<UsageEvent, 'properties'>,
  field: string | undefined,
): Json | undefined => (field === undefined ? undefined : propertyOf(event, field));

/** The negative of a value that Lago counts; a number stays a number. */
function negated(value: Json | undefined): Json | undefined {
  const decimal = countedDecimal(value);
  if (decimal === undefined) return undefined;
  const text = decimal.eq(0) ? '0' : decimal.times(-1).toFixed();
  return typeof value === 'number' ? exactNumber(text) : text;
}

/**
 * The event that takes another one back by its negative: the same but for its id, its value and its
 * amount. Undefined if Lago does not count the value.
 */
export function negationOf(
  event: UsageEvent,
  field: string | undefined,
  id: string,
): UsageEvent | undefined {
  const value = field === undefined ? undefined : negated(propertyOf(event, field));
  if (field === undefined || value === undefined) return undefined;
  const amount = event.precise_total_amount_cents;
  return {
    ...event,
    transaction_id: id,
    ...(amount === undefined
      ? {}
      : { precise_total_amount_cents: String(negated(amount) ?? amount) }),
    properties: { ...event.properties, [field]: value },
  };
}

/**
 * The event that removes a unique value, at a moment (Unix seconds). Undefined if the event
 * itself is a removal.
 */
export function removalOf(event: UsageEvent, seconds: number, id: string): UsageEvent | undefined {
  if (isRemoval(event)) return undefined;
  return {
    ...event,
    transaction_id: id,
    timestamp: seconds,
    properties: { ...event.properties, operation_type: 'remove' },
  };
}

/** The negation of an event of an invoiced period, counted in the running one. */
export const bookedNegation = (
  event: UsageEvent,
  field: string | undefined,
  current: number,
  id: string,
): UsageEvent | undefined => negationOf(bookedInto(event, current), field, id);

/** Whether two values are the same number, or the same text. */
export const isSameNumber = (left: Json | undefined, right: Json | undefined): boolean => {
  const [one, other] = [countedDecimal(left), countedDecimal(right)];
  return one !== undefined && other !== undefined ? one.eq(other) : textOf(left) === textOf(right);
};

/** Whether Lago takes two values for one text. Nothing and null are one, an empty text is another. */
const isSameText = (left: Json | undefined, right: Json | undefined): boolean =>
  uniqueTextOf(left) === uniqueTextOf(right);

/** Whether two events are priced by the same values of the properties that decide the price. */
export const isPricedAlike = (
  left: UsageEvent,
  right: UsageEvent,
  { charges }: Pick<BillingTerms, 'charges'>,
): boolean =>
  (charges ?? []).every(({ keys }) =>
    keys.every((key) => isSameText(propertyOf(left, key), propertyOf(right, key))),
  );

/** Whether a charge bills single events, so that a further one is billed beside the first. */
const isByEvent = (charge: ChargeTerms): boolean =>
  hindrance(charge) !== undefined || charge.model === 'dynamic';

/**
 * Milliseconds by which an event is newer than another one on both event stores (lago:
 * clickhouse.milliseconds).
 */
const NEWER_BY_MS = 2;

/** Whether an event counts in place of another one of the same place, by what a metric counts. */
const COUNTS_INSTEAD: Readonly<
  Partial<Record<Counted, (other: UsageEvent, event: UsageEvent, field?: string) => boolean>>
> = {
  highest: (other, event, field) => difference(event, other, field)?.lt(0) === false,
  latest: (other, event, field) =>
    Math.round((other.timestamp - event.timestamp) * 1000) >= NEWER_BY_MS &&
    countedDecimal(countedValue(other, field)) !== undefined,
  'different values': (other, event, field) =>
    isSameText(countedValue(other, field), countedValue(event, field)),
};

/** Whether Lago may bill the same without an event because of what other events say. */
export const mayBeCovered = ({ aggregation, expression, charges = [] }: BillingTerms): boolean =>
  COUNTS_INSTEAD[countedBy(aggregation)] !== undefined &&
  expression === undefined &&
  charges.length > 0 &&
  !charges.some(isByEvent);

/**
 * Whether Lago bills the same with and without an event as long as it has another one of the same
 * invoice: one that is at least as high, newer, or of the same unique value (lago:
 * counting.aggregations).
 */
export const covers = (other: UsageEvent, event: UsageEvent, terms: BillingTerms): boolean =>
  mayBeCovered(terms) &&
  COUNTS_INSTEAD[countedBy(terms.aggregation)]?.(other, event, terms.field) === true &&
  other.external_subscription_id === event.external_subscription_id &&
  other.code === event.code &&
  isPricedAlike(other, event, terms);

/** What is counted the same at any time of a period. */
const AT_ANY_TIME: ReadonlySet<Counted> = new Set(['events', 'highest', 'sum']);

/**
 * Whether an event that cannot be taken back, or not any more, is billed the same at any time of
 * its period. Of what is paid in advance only a price per unit is certain not to depend on what
 * came before.
 */
export function isTimeless(terms: BillingTerms): boolean {
  const { aggregation, expression, recurring, period, charges = [] } = terms;
  const isFixed = ({ model, payInAdvance, prorated, byEvent }: ChargeTerms): boolean =>
    !prorated && !byEvent && (payInAdvance ? model === 'standard' : NEUTRAL_MODELS.has(model));
  return (
    (period === 'invoiced' || 'because' in ruleFor(terms)) &&
    AT_ANY_TIME.has(countedBy(aggregation)) &&
    expression === undefined &&
    !recurring &&
    charges.length > 0 &&
    charges.every(isFixed)
  );
}

/** Whether Lago bills the same for two events, whatever else their properties say. */
export function isBilledAlike(left: UsageEvent, right: UsageEvent, terms: BillingTerms): boolean {
  const { aggregation, charges } = terms;
  if (contentOf(left) === contentOf(right)) return true;
  return (
    charges !== undefined &&
    countedBy(aggregation) !== 'unknown' &&
    left.external_subscription_id === right.external_subscription_id &&
    left.code === right.code &&
    left.timestamp === right.timestamp &&
    (hasSameAmount(left, right) || isAmountUnread(terms)) &&
    isCountedAlike(left, right, terms) &&
    isPricedAlike(left, right, terms)
  );
}

/** All that an event says, but its id. */
const contentOf = ({ transaction_id: _id, ...rest }: UsageEvent): string => JSON.stringify(rest);

const hasSameAmount = (left: UsageEvent, right: UsageEvent): boolean =>
  isSameNumber(left.precise_total_amount_cents, right.precise_total_amount_cents);

/**
 * Whether the amount of an event matters to no charge, and cannot be corrected either. Dynamic
 * charges read it (lago: counting.dynamic).
 */
const isAmountUnread = (terms: BillingTerms): boolean =>
  'because' in ruleFor(terms) &&
  (terms.charges ?? []).every(({ model }) => model !== 'dynamic' && NEUTRAL_MODELS.has(model));

/** Whether a metric counts the same of the properties of two events. */
function isCountedAlike(
  left: UsageEvent,
  right: UsageEvent,
  { aggregation, field, expression }: BillingTerms,
): boolean {
  const isUnique = countedBy(aggregation) === 'different values';
  if (isUnique && !isSameText(operationOf(left), operationOf(right))) return false;
  // Lago computes the value of an event from nothing but that event (lago: expression.grammar). What
  // the text of the expression does not name cannot be part of it.
  if (expression !== undefined)
    return Object.keys({ ...left.properties, ...right.properties }).every(
      (name) =>
        (name !== field && !expression.includes(name)) ||
        JSON.stringify(propertyOf(left, name)) === JSON.stringify(propertyOf(right, name)),
    );
  const isSame = isUnique ? isSameText : isSameNumber;
  return (
    field === undefined ||
    !readsField(aggregation) ||
    isSame(propertyOf(left, field), propertyOf(right, field))
  );
}

const operationOf = (event: Pick<UsageEvent, 'properties'>): Json | undefined =>
  propertyOf(event, 'operation_type');

/** By how much an event counts more than another one; undefined if unknown. */
export function difference(
  from: UsageEvent,
  to: UsageEvent,
  field: string | undefined,
): Big | undefined {
  const [less, more] =
    field === undefined
      ? []
      : [countedDecimal(propertyOf(from, field)), countedDecimal(propertyOf(to, field))];
  return less === undefined || more === undefined ? undefined : more.minus(less);
}

/**
 * The text by which Lago tells unique values apart: 1 and "1" are one value, "1.0" is another
 * (lago: counting.aggregations).
 */
export const uniqueText = (
  event: Pick<UsageEvent, 'properties'>,
  field: string | undefined,
): string | undefined => uniqueTextOf(countedValue(event, field));

function uniqueTextOf(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'number' ? plainDecimal(value) : textOf(value);
}

/** Whether an event's own `operation_type` removes a unique value. */
export const isRemoval = (event: Pick<UsageEvent, 'properties'>): boolean =>
  operationOf(event) === 'remove';
