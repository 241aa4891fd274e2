import { type Problem, problem } from '../problem/problem';
import { fitsIntoPath } from '../value/address';
import { type BadText, badText, badTextIn } from '../value/bad-text';
import { LAGO_NUMBER, plainDecimal } from '../value/decimal';
import { isObject, type Json, type JsonObject } from '../value/json';
import { FIRST_MILLISECONDS, yearOf } from '../value/time';
import type { UsageEvent } from '../value/usage-event';

/** Usage before the first of these years, or from the last one on, is a mistake in the sheet. */
const FIRST_YEAR = 2000;
const LAST_YEAR = 2100;

/**
 * JavaScript prints some numbers with an exponent. As plain decimal texts, both of Lago's event
 * stores count them.
 */
function plainNumbers(value: Json): Json {
  if (typeof value === 'number') return String(value).includes('e') ? plainDecimal(value) : value;
  if (Array.isArray(value)) return value.map(plainNumbers);
  return isObject(value) ? plainNumbersIn(value) : value;
}

const plainNumbersIn = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, plainNumbers(value)]));

/** Whether it has a number beyond what can be sent: JSON may hold 1e999, read as infinity. */
const isBeyond = (value: Json): boolean => {
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(isBeyond);
};

/** A scalar as text. Lists and objects are '', since Lago drops them. */
function text(value: Json | undefined): string {
  if (typeof value === 'number') return plainDecimal(value);
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : '';
}

const BAD_TEXT_WORDS: Readonly<Record<BadText, string>> = {
  nul: 'a NUL character',
  half: 'half of a character, such as of an emoji that was cut',
};

const badTextProblem = (field: string, bad: BadText): Problem =>
  problem('event.text', { field, what: BAD_TEXT_WORDS[bad] });

function checkText(field: string, value: Json | undefined): Problem | undefined {
  const content = text(value);
  if (content.trim() === '') return problem('event.blank-field', { field });
  const bad = badText(content);
  if (bad !== undefined) return badTextProblem(field, bad);
  return content === content.trim()
    ? undefined
    : problem('event.padded-field', { field, value: content });
}

/**
 * Postgres takes about 2,700 bytes in an index entry, and Google 2,082 characters in an address,
 * where an id is percent-encoded. This is safe for both.
 */
const LONGEST_ID_BYTES = 500;

function checkId(value: Json | undefined): Problem | undefined {
  const content = text(value);
  const tooLong = !fitsIntoPath(content);
  return (
    checkText('transaction_id', value) ??
    (tooLong
      ? problem('event.long-id', { characters: content.length, limit: LONGEST_ID_BYTES })
      : undefined)
  );
}

function checkTimestamp(value: Json | undefined): Problem | undefined {
  const content = text(value);
  if (content.trim() === '') return problem('event.timestamp-empty');
  if (!LAGO_NUMBER.test(content)) return problem('event.timestamp-text', { value: content });
  const seconds = Number(content);
  if (Math.abs(seconds) >= FIRST_MILLISECONDS)
    return problem('event.timestamp-milliseconds', { value: content, year: yearAfter(seconds) });
  const year = yearOf(seconds);
  return year < FIRST_YEAR || year >= LAST_YEAR
    ? problem('event.timestamp-implausible', { value: content, year: String(year) })
    : undefined;
}

/** On average. */
const SECONDS_PER_YEAR = 31_556_952;

/** The year that Lago would take far too many seconds for, also beyond the calendar's end. */
const yearAfter = (seconds: number): string =>
  String(1970 + Math.floor(seconds / SECONDS_PER_YEAR));

function checkAmount(value: Json | undefined): Problem | undefined {
  const content = text(value);
  return value === undefined || LAGO_NUMBER.test(content)
    ? undefined
    : problem('event.amount', { value: content });
}

function checkProperties(properties: Json): Problem | undefined {
  if (!isObject(properties)) return problem('event.properties');
  const bad = badTextIn(properties);
  if (bad === undefined) return undefined;
  const field = Object.keys(properties).find((name) => badTextIn(properties[name] ?? null));
  return badTextProblem(field ?? 'properties', bad);
}

/** What became of a rendered object: an event that can be sent, or why there is none. */
export type EventReading =
  | { readonly event: UsageEvent }
  | {
      readonly problems: readonly Problem[];
      /** The text that a filter took for no number, if that is why. */
      readonly notNumber?: string | undefined;
      /** The text that a filter took for no time, if that is why. */
      readonly notTime?: string | undefined;
    };

/**
 * Reads the fields of a rendered object, with or without its outer `event`, as Lago would. What
 * Lago would drop, misread or bill to nobody is refused.
 */
export function readEvent(rendered: unknown): EventReading {
  const fields = isObject(rendered) && isObject(rendered['event']) ? rendered['event'] : rendered;
  if (!isObject(fields)) return { problems: [problem('template.not-an-object')] };
  if (isBeyond(fields))
    return { problems: [problem('row.render', { detail: 'a number is too large to be sent' })] };
  const properties = fields['properties'] ?? {};
  const problems = [
    checkId(fields['transaction_id']),
    checkText('external_subscription_id', fields['external_subscription_id']),
    checkText('code', fields['code']),
    checkTimestamp(fields['timestamp']),
    checkAmount(fields['precise_total_amount_cents']),
    checkProperties(properties),
  ].filter((found) => found !== undefined);
  if (problems.length > 0 || !isObject(properties)) return { problems };
  const amount = fields['precise_total_amount_cents'];
  return {
    event: {
      transaction_id: text(fields['transaction_id']),
      external_subscription_id: text(fields['external_subscription_id']),
      code: text(fields['code']),
      timestamp: Number(text(fields['timestamp'])),
      ...(amount === undefined ? {} : { precise_total_amount_cents: text(amount) }),
      properties: plainNumbersIn(properties),
    },
  };
}
