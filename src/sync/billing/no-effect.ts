import { type Counted, countedBy, readsField } from '../../value/aggregation';
import type { Json } from '../../value/json';
import { isSameAmount } from '../../value/stored-usage';
import { propertyOf, type UsageEvent } from '../../value/usage-event';
import {
  type BillingTerms,
  type ChargeTerms,
  countedValue,
  difference,
  hindrance,
  isPricedAlike,
  isSameNumber,
  isSameText,
  NEUTRAL_MODELS,
  ruleFor,
  uniqueTextOf,
} from './correction';
import { countedNumber } from './counted-number';
import { isStoredAfter } from './stored-time';

/** Whether a charge bills single events, so that a further one is billed beside the first. */
const isByEvent = (charge: ChargeTerms): boolean =>
  hindrance(charge) !== undefined || charge.model === 'dynamic';

/** Whether an event counts in place of another one of the same place, by what a metric counts. */
const COUNTS_INSTEAD: Readonly<
  Partial<Record<Counted, (other: UsageEvent, event: UsageEvent, terms: BillingTerms) => boolean>>
> = {
  highest: (other, event, terms) => difference(event, other, terms)?.lt(0) === false,
  latest: (other, event, { field, store = 'unknown' }) =>
    isStoredAfter(other.timestamp, event.timestamp, store) &&
    countedNumber(countedValue(other, field), store) !== undefined,
  'different values': (other, event, { field }) =>
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
  COUNTS_INSTEAD[countedBy(terms.aggregation)]?.(other, event, terms) === true &&
  other.external_subscription_id === event.external_subscription_id &&
  other.code === event.code &&
  isPricedAlike(other, event, terms);

/** Names what an event counts for: only events of the same name can cover one another. */
export const placeOfValue = (
  event: UsageEvent,
  { aggregation, field, charges = [] }: BillingTerms,
): string =>
  JSON.stringify([
    countedBy(aggregation) === 'different values' ? uniqueTextOf(countedValue(event, field)) : '',
    ...charges.flatMap(({ keys }) => keys.map((key) => uniqueTextOf(propertyOf(event, key)))),
  ]);

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

/**
 * Whether Lago bills the same for two events, and shows it in the same way, whatever else their
 * properties say.
 */
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
    isPricedAlike(left, right, terms) &&
    isShownAlike(left, right, terms)
  );
}

/** Whether an invoice shows two events in one group (lago: counting.presentation). */
const isShownAlike = (
  left: UsageEvent,
  right: UsageEvent,
  { charges = [] }: BillingTerms,
): boolean =>
  charges.every(({ shown = [] }) =>
    shown.every((key) => isSameText(propertyOf(left, key), propertyOf(right, key))),
  );

/** All that an event says, but its id. */
const contentOf = ({ transaction_id: _id, ...rest }: UsageEvent): string => JSON.stringify(rest);

/** Decimals after the fifteenth are lost on the way into Lago, so they change nothing. */
const hasSameAmount = (left: UsageEvent, right: UsageEvent): boolean => {
  const [one, other] = [left.precise_total_amount_cents, right.precise_total_amount_cents];
  return (one === undefined) === (other === undefined) && isSameAmount(one, other);
};

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
  { aggregation, field, expression, store }: BillingTerms,
): boolean {
  const isUnique = countedBy(aggregation) === 'different values';
  if (isUnique && !isSameText(operationOf(left), operationOf(right))) return false;
  // Lago computes the value of an event from that event alone (lago: expression.grammar). What the
  // text of the expression does not name cannot be part of it.
  if (expression !== undefined)
    return Object.keys({ ...left.properties, ...right.properties }).every(
      (name) =>
        (name !== field && !expression.includes(name)) ||
        JSON.stringify(propertyOf(left, name)) === JSON.stringify(propertyOf(right, name)),
    );
  if (field === undefined || !readsField(aggregation)) return true;
  const [one, other] = [propertyOf(left, field), propertyOf(right, field)];
  return isUnique ? isSameText(one, other) : isSameNumber(one, other, store);
}

const operationOf = (event: Pick<UsageEvent, 'properties'>): Json | undefined =>
  propertyOf(event, 'operation_type');
