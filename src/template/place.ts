import type { Place } from '../problem/problem';

/** The line and character (1-based) of a 0-based character of the text. */
export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, character: (before[before.length - 1] ?? '').length + 1 };
}

/** The 0-based character of a text at a line and character (1-based), or its last one. */
export function offsetAt(text: string, { line = 1, character = 1 }: Place): number {
  let start = 0;
  for (let number = 1; number < line; number++) {
    const end = text.indexOf('\n', start);
    if (end < 0) break;
    start = end + 1;
  }
  return Math.min(start + character - 1, Math.max(0, text.length - 1));
}
