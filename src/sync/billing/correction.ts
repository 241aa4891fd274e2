import type Big from 'big.js';
import { type Counted, countedBy } from '../../value/aggregation';
import { exactNumber, plainDecimal } from '../../value/decimal';
import { type Json, textOf } from '../../value/json';
import { propertyOf, type UsageEvent } from '../../value/usage-event';
import type { EventStore } from '../event-store';
import { quantityOf } from './aggregation';
import { type CountedField, countedNumber } from './counted-number';
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
  /** Properties by which an invoice shows usage apart; left out if there are none. */
  readonly shown?: readonly string[] | undefined;
}

/** How a metric counts. */
export interface Aggregation {
  /** Lago's name of how the metric counts. */
  readonly aggregation: string;
  /** The property that it reads; undefined if it reads none. */
  readonly field: string | undefined;
  /** By which Lago computes that property from others; undefined if it does not. */
  readonly expression: string | undefined;
}

/** How Lago bills an event. */
export interface BillingTerms extends Aggregation {
  /** Where Lago keeps events; left out if it does not say. */
  readonly store?: EventStore | undefined;
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

/** Models that bill what is left once a part of a sum is taken back (lago: counting.neutral). */
export const NEUTRAL_MODELS: ReadonlySet<string> = new Set([
  'standard',
  'graduated',
  'package',
  'volume',
  'percentage',
  'dynamic',
]);

/** Why a charge does not let an event be taken back; undefined if it does. */
export function hindrance({
  model,
  payInAdvance,
  prorated,
  byEvent,
}: ChargeTerms): string | undefined {
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
function negated(value: Json | undefined, store?: EventStore): Json | undefined {
  const decimal = countedNumber(value, store);
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
  { field, store }: CountedField,
  id: string,
): UsageEvent | undefined {
  const value = field === undefined ? undefined : negated(propertyOf(event, field), store);
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
  terms: CountedField,
  current: number,
  id: string,
): UsageEvent | undefined => negationOf(bookedInto(event, current), terms, id);

/** Whether two values are the same number, or the same text. */
export const isSameNumber = (
  left: Json | undefined,
  right: Json | undefined,
  store?: EventStore,
): boolean => {
  const [one, other] = [countedNumber(left, store), countedNumber(right, store)];
  return one !== undefined && other !== undefined ? one.eq(other) : textOf(left) === textOf(right);
};

/**
 * Whether Lago takes two values for one text. Nothing and null are one, an empty text is another.
 */
export const isSameText = (left: Json | undefined, right: Json | undefined): boolean =>
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

/** By how much an event counts more than another one; undefined if unknown. */
export function difference(
  from: UsageEvent,
  to: UsageEvent,
  counted: CountedField,
): Big | undefined {
  const [less, more] = [quantityOf(from, counted), quantityOf(to, counted)];
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

/** The same of a value itself; undefined if it is none. */
export function uniqueTextOf(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'number' ? plainDecimal(value) : textOf(value);
}

/** Whether an event's own `operation_type` removes a unique value. */
export const isRemoval = (event: Pick<UsageEvent, 'properties'>): boolean =>
  propertyOf(event, 'operation_type') === 'remove';
