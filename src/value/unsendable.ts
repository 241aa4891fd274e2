import type { Json } from './json';

/** Half of a character: one of two surrogates without the other. */
const HALF = /\p{Surrogate}/u;

/**
 * How deep objects and lists of the properties may be nested. Lago refuses a whole request of more
 * than 100 levels, of which a batch has three around the properties.
 */
export const MOST_LEVELS = 60;

/** What Lago cannot take of a text. */
export type BadText = 'nul' | 'half';

/** What Lago cannot take of an event. */
export type Unsendable = BadText | 'nested';

/**
 * Why Lago cannot take a text: its database has no NUL (lago: event.nul), and half of a character
 * makes it refuse the whole request; undefined if it can.
 */
export function badText(text: string): BadText | undefined {
  if (text.includes('\0')) return 'nul';
  return HALF.test(text) ? 'half' : undefined;
}

/** Why Lago cannot take a value of JSON, names of its objects included; undefined if it can. */
export function unsendableValue(value: Json, levels = MOST_LEVELS): Unsendable | undefined {
  if (typeof value === 'string') return badText(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (levels === 0) return 'nested';
  for (const [name, inner] of Object.entries(value)) {
    const found = badText(name) ?? unsendableValue(inner, levels - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
