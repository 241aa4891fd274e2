import { distance } from 'fastest-levenshtein';

const quoted = (names: readonly string[]): string => names.map((name) => `“${name}”`).join(', ');

/** The column that is most like a name, if one is at all like it. */
function nearest(name: string, columns: readonly string[]): string | undefined {
  const edits = (column: string): number => distance(name.toLowerCase(), column.toLowerCase());
  const [first] = [...columns].sort((left, right) => edits(left) - edits(right));
  return first !== undefined && edits(first) < Math.max(2, name.length / 2) ? first : undefined;
}

/** Says that a sheet has no such column, which one may be meant, and which there are. */
export function noColumn(name: string, columns: readonly string[], option: string): string {
  const meant = nearest(name, columns);
  const guess = meant === undefined ? '' : ` Did you mean “${meant}”?`;
  return `${option}: the sheet has no column “${name}”.${guess} It has ${quoted(columns)}.`;
}
