import type { Json } from './json';

/** Half of a character: one of two surrogates without the other. */
const HALF = /\p{Surrogate}/u;

/** What Lago cannot take of a text. */
export type BadText = 'nul' | 'half';

/**
 * Why Lago cannot take a text: its database has no NUL (lago: event.nul), and half of a character
 * makes it refuse the whole request (lago: requests.unreadable); undefined if it can.
 */
export function badText(text: string): BadText | undefined {
  if (text.includes('\0')) return 'nul';
  return HALF.test(text) ? 'half' : undefined;
}

/** The same of all texts in a value, names of its objects included. */
export function badTextIn(value: Json): BadText | undefined {
  if (typeof value === 'string') return badText(value);
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const bad = badText(name) ?? badTextIn(inner);
    if (bad !== undefined) return bad;
  }
  return undefined;
}
