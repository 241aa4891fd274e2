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
  ['integer', 'a whole number'],
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

/** A limit in words: `at least 1`, `at most 200 long`. @param expected such as `<=200` */
function limit(expected: string, type: string): string | undefined {
  const [, than, number] = /^([<>])=(\d+)$/.exec(expected) ?? [];
  if (number === undefined) return undefined;
  return `at ${than === '<' ? 'most' : 'least'} ${number}${type.endsWith('length') ? ' long' : ''}`;
}

function inWords({ path, expected, received, type, message }: v.BaseIssue<unknown>): string {
  const where = path === undefined ? 'it' : path.map(({ key }) => String(key)).join('.');
  if (expected === 'never') return `${where} is not known`;
  if (received === 'undefined') return `${where} is missing`;
  // Of a pattern only its schema knows the words.
  if (type === 'regex') return `${where} should be ${message}`;
  return `${where} should be ${limit(expected ?? '', type) ?? wanted(expected ?? type)}`;
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
