import { count, counted } from '../../value/count';

export const listed = (rows: readonly number[], total: number): string => {
  const more = total - rows.length;
  const shown = rows.join(', ');
  if (rows.length === 0) return counted(total, 'row');
  return `${rows.length === 1 && more === 0 ? 'Row' : 'Rows'} ${shown}${more > 0 ? ` and ${count(more)} more` : ''}`;
};

/** Texts in a sentence: A, B and C. */
export function inWords(texts: readonly string[]): string {
  const last = texts[texts.length - 1] ?? '';
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} and ${last}`;
}
