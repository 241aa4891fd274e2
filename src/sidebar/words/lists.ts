import { count, counted } from '../../value/count';

/**
 * Rows (1-based), as far as they are known: `Rows 17, 18 and 1,232 more`.
 * @param total how many rows there are
 */
export const listed = (rows: readonly number[], total: number): string => {
  const more = total - rows.length;
  const shown = rows.join(', ');
  if (rows.length === 0) return counted(total, 'row');
  const rest = more > 0 ? ` and ${count(more)} more` : '';
  return `${rows.length === 1 && more === 0 ? 'Row' : 'Rows'} ${shown}${rest}`;
};

/** Texts as a sentence lists them: `A, B and C`. */
export function inWords(texts: readonly string[]): string {
  const last = texts[texts.length - 1] ?? '';
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} and ${last}`;
}
