import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json } from './json';

/** One thing that was looked at: what Lago should have said, and what it said. */
export interface Check {
  readonly what: string;
  readonly expected: Json;
  readonly got: Json;
}

/** Of objects only what is expected is compared; lists are compared place by place. */
export const is = (what: string, got: Json | undefined, expected: Json): Check => ({
  what,
  expected,
  got: narrowed(got ?? null, expected),
});

/** Nothing but what is expected may be there. */
export const isExactly = (what: string, got: Json | undefined, expected: Json): Check => ({
  what,
  expected,
  got: got ?? null,
});

/** Whether something said in words is so. */
export const isSo = (what: string, so: boolean): Check => ({ what, expected: true, got: so });

export const isMet = ({ expected, got }: Check): boolean => isDeepStrictEqual(got, expected);

function narrowed(got: Json, expected: Json): Json {
  if (Array.isArray(got) && Array.isArray(expected))
    return got.map((item, place) => narrowed(item, expected[place] ?? null));
  if (!isObject(got) || !isObject(expected)) return got;
  return Object.fromEntries(
    Object.entries(expected).map(([name, value]) => [name, narrowed(got[name] ?? null, value)]),
  );
}
