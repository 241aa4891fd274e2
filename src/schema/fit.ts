import * as v from 'valibot';

/** Describes data from outside; reading by it makes a `T` or says what does not fit. */
export type Schema<T> = v.GenericSchema<unknown, T>;

/** The fields of a type, each with its schema. None can be forgotten, optional ones included. */
export type EntriesOf<T> = { readonly [Name in keyof T]-?: Schema<T[Name]> };

/** What may be missing in a `T` whose field may not: it is undefined then. */
export const maybe = <T>(schema: Schema<T>) => v.optional(schema, () => undefined);

/** Why a value does not fit, such as `charges.0.units should be a number`. Repeats no value. */
export interface Misfit {
  readonly misfit: string;
}

/** Names of what valibot expects, as people say them. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['string', 'a text'],
  ['number', 'a number'],
  ['finite', 'a finite number'],
  ['boolean', 'true or false'],
  ['Array', 'a list'],
  ['Object', 'an object'],
]);

/** @param expected such as `string` or `("noon" | Array)` */
const wanted = (expected: string): string =>
  expected
    .replace(/^\(|\)$/g, '')
    .split(' | ')
    .map((each) => WORDS.get(each) ?? each)
    .join(' or ');

function inWords({ path, expected, received, type }: v.BaseIssue<unknown>): string {
  const where = path === undefined ? 'it' : path.map(({ key }) => String(key)).join('.');
  if (received === 'undefined') return `${where} is missing`;
  return `${where} should be ${wanted(expected ?? type)}`;
}

/** Reads a value by a schema. Names the first field that does not fit. */
export function fitted<T>(schema: Schema<T>, value: unknown): { readonly value: T } | Misfit {
  const result = v.safeParse(schema, value, { abortEarly: true });
  return result.success ? { value: result.output } : { misfit: inWords(result.issues[0]) };
}

/** Reads a value by a schema; undefined if it does not fit. */
export function valueBy<T>(schema: Schema<T>, value: unknown): T | undefined {
  const result = v.safeParse(schema, value, { abortEarly: true });
  return result.success ? result.output : undefined;
}
