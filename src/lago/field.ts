import * as v from 'valibot';
import { type Schema, valueBy } from '../schema/fit';
import { isObject, type JsonObject } from '../value/json';
import { millisecondsOf } from '../value/time';
import { scalarNumber, scalarText } from './scalar';

/*
 * Fields of Lago's answers that are read leniently: what is of another type counts as missing. A
 * later version of Lago may have changed what hardly matters here, and a run must not stop for it.
 */

/** @param read makes something of any value, and of null if the field is missing */
const field = <T>(read: (value: unknown) => T) =>
  v.pipe(v.optional(v.unknown(), null), v.transform(read));

/** Anything; null if the field is missing. */
export const anything = v.optional(v.unknown(), null);

/** A text; a number or true/false as text; blank if it is anything else. */
export const text = field((value) => scalarText(value));

/** Like `text`, but undefined if it is anything else. */
export const maybeText = field((value) =>
  value === '' ? '' : scalarText(value) === '' ? undefined : scalarText(value),
);

/** A text with characters in it; undefined if it is anything else. */
export const filledText = field((value) =>
  typeof value === 'string' && value !== '' ? value : undefined,
);

/** Whether it is `true`. */
export const isTrue = field((value) => value === true);

/** A number, also if it is written as text. @param otherwise if it is anything else */
export const number = (otherwise: number) => field((value) => scalarNumber(value, otherwise));

/** ISO 8601 as ms since 1970 UTC; undefined if it is anything else. */
export const moment = field((value) => {
  const ms = typeof value === 'string' ? millisecondsOf(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
});

/** An object; an empty one if it is anything else. */
export const object = field((value): JsonObject => (isObject(value) ? value : {}));

/** An object, not leniently: a list or anything else does not fit. */
export const jsonObject = v.custom<JsonObject>(isObject);

const itemsIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The texts of a list. */
export const texts = field((value) =>
  itemsIn(value).filter((each): each is string => typeof each === 'string'),
);

/** What can be read of a list: Lago may list things that only later versions know. */
export const readable = <T>(
  items: readonly unknown[],
  readItem: (item: unknown) => T | undefined,
): T[] =>
  items.map(readItem).filter((item): item is Exclude<typeof item, undefined> => item !== undefined);

const objectsIn = <T>(schema: Schema<T>, items: readonly unknown[]): T[] =>
  readable(items.filter(isObject), (item) => valueBy(schema, item));

/** The objects of a list that fit a schema; none if it is no list. */
export const objects = <T>(schema: Schema<T>) =>
  field((value) => objectsIn(schema, itemsIn(value)));

/** Like `objects`, but what is no list does not fit. */
export const objectList = <T>(schema: Schema<T>) =>
  v.pipe(
    v.array(v.unknown()),
    v.transform((items) => objectsIn(schema, items)),
  );
