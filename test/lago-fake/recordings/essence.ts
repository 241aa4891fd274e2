import { isObject, type Json, type JsonObject } from '../../../src/value/json';

/**
 * Fields of an answer that are recorded and compared: what was billed, found, refused or listed.
 * Others are Lago's own ids and what neither the product nor a person's bill depends on.
 */
const COMPARED = new Set(
  [
    'status error code message meta',
    'current_page next_page prev_page total_pages total_count',
    'organization events_store default_currency',
    'billable_metric billable_metrics name aggregation_type field_name recurring expression',
    'rounding_function rounding_precision weighted_interval filters key',
    'plan interval pay_in_advance charges charge_model billable_metric_code prorated invoiceable',
    'customer customers external_id currency applicable_timezone wallets',
    'subscription subscriptions external_customer_id plan_code billing_time subscription_at',
    'started_at ending_at terminated_at canceled_at next_plan_code previous_plan_code',
    'current_billing_period_started_at current_billing_period_ending_at',
    'customer_usage usage_periods total_amount_cents',
    'invoice invoices invoice_type billing_periods charges_from_datetime charges_to_datetime',
    'fees item units events_count amount_cents amount_currency',
  ].flatMap((names) => names.split(' ')),
);

/** Left out all the same: the plan of a subscription can be asked for, and names differ. */
const LEFT_OUT = new Set([
  'subscription.plan',
  'customer.error_details',
  'invoice.error_details',
  'organization.name',
]);

/** What a person named, whatever is in it. */
const WHOLE = new Set(['properties', 'values', 'error_details']);

/** Most events of a list that are recorded; `meta` says how many there are. */
const EVENTS_OF_A_LIST = 2;

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** What one part of a usage comes to: units, cents, number of events. */
export type Amount = readonly [units: Json, cents: Json, events: Json];

/**
 * What is compared of an answer's body. Times become their form alone, and a usage its amounts by
 * charge, group and filter.
 */
export function essenceOf(body: Json, of = ''): Json {
  if (typeof body === 'string') return formOf(body);
  if (Array.isArray(body)) return body.map((item) => essenceOf(item)).sort(byCharge);
  if (!isObject(body)) return body;
  const fields = Object.entries(body).flatMap(([name, value]) =>
    LEFT_OUT.has(`${of}.${name}`) ? [] : fieldOf(name, value),
  );
  return Object.fromEntries(fields);
}

function fieldOf(name: string, value: Json): [string, Json][] {
  if (name === 'charges_usage') return [[name, amountsOf(value)]];
  if (name === 'event') return [[name, eventOf(value)]];
  if (name === 'events' && Array.isArray(value))
    return [[name, value.slice(0, EVENTS_OF_A_LIST).map(eventOf)]];
  if (WHOLE.has(name)) return [[name, value]];
  return COMPARED.has(name) ? [[name, essenceOf(value, name)]] : [];
}

/** Id, subscription, code, timestamp, properties and cents of an event. */
function eventOf(event: Json): Json {
  if (!isObject(event)) return event;
  const named = ['transaction_id', 'external_subscription_id', 'code', 'timestamp'].map((name) =>
    essenceOf(event[name] ?? null),
  );
  return [...named, event['properties'] ?? null, event['precise_total_amount_cents'] ?? null];
}

/** A year may have more than four digits; which ones they are says how Lago read the time. */
const formOf = (text: string): string =>
  text
    .replace(TIME, (_, fraction) => (fraction === undefined ? 'TIME' : 'TIME.ms'))
    .replace(DAY, 'DAY');

/** Charges and fees come in no order that matters. */
const byCharge = (left: Json, right: Json): number => chargeIn(left).localeCompare(chargeIn(right));

const chargeIn = (item: Json): string => {
  if (!isObject(item)) return '';
  return textIn(item, 'billable_metric_code') || textIn(objectIn(item, 'item'), 'code');
};

/** The amounts of `charges_usage`, each by the name of its charge, group and filter. */
export function amountsOf(charges: Json | undefined): Readonly<Record<string, Amount>> {
  const amounts: Record<string, Amount> = {};
  const add = (name: string, part: JsonObject): void => {
    amounts[name] = [part['units'] ?? null, part['amount_cents'] ?? null, countIn(part)];
    for (const filter of objectsIn(part['filters'])) add(`${name} ${filterName(filter)}`, filter);
    for (const group of objectsIn(part['grouped_usage'])) add(`${name} ${groupName(group)}`, group);
  };
  for (const charge of objectsIn(charges))
    add(textIn(objectIn(charge, 'billable_metric'), 'code'), charge);
  return amounts;
}

const countIn = (part: JsonObject): Json => part['events_count'] ?? null;

const filterName = ({ values }: JsonObject): string =>
  isObject(values) ? named(values) : 'no filter';

const groupName = (group: JsonObject): string => `(${named(objectIn(group, 'grouped_by'))})`;

const named = (values: JsonObject): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${Array.isArray(value) ? value.join('|') : value}`)
    .join(' ');

const objectsIn = (list: Json | undefined): JsonObject[] =>
  Array.isArray(list) ? list.filter(isObject) : [];

const objectIn = (object: JsonObject, name: string): JsonObject => {
  const value = object[name];
  return isObject(value) ? value : {};
};

const textIn = (object: JsonObject, name: string): string => {
  const value = object[name];
  return typeof value === 'string' ? value : '';
};

/** The first of Lago's own ids in the text of an answer. */
export const firstId = (text: string): string | undefined => /"lago_id":"([^"]+)"/.exec(text)?.[1];

const DECIMAL = /^-?\d+\.\d+$/;

/** Stores and the fake round decimals after different digits, far below a cent. */
const isEqual = (recorded: Json | undefined, played: Json | undefined): boolean =>
  recorded === played ||
  (typeof recorded === 'string' &&
    typeof played === 'string' &&
    DECIMAL.test(recorded) &&
    DECIMAL.test(played) &&
    Math.abs(Number(recorded) - Number(played)) <= 1e-9 * Math.max(1, Math.abs(Number(recorded))));

const isInner = (value: Json | undefined): value is JsonObject | readonly Json[] =>
  typeof value === 'object' && value !== null;

/** Each value that is not the recorded one, as `path: recorded / played`. */
export function differences(
  recorded: Json | undefined,
  played: Json | undefined,
  at: string,
): string[] {
  if (!isInner(recorded) || !isInner(played) || Array.isArray(recorded) !== Array.isArray(played))
    return isEqual(recorded, played) ? [] : [`${at}: ${shown(recorded)} / ${shown(played)}`];
  const [left, right] = [fieldsOf(recorded), fieldsOf(played)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((name) =>
    differences(left.get(name), right.get(name), `${at}.${name}`),
  );
}

const fieldsOf = (value: JsonObject | readonly Json[]): Map<string, Json> =>
  new Map(Object.entries(value));

const shown = (value: Json | undefined): string =>
  value === undefined ? 'nothing' : JSON.stringify(value);
