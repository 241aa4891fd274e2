import type { Actor } from '../../problem/catalogue';
import type { Place, Problem } from '../../problem/problem';
import type { ProblemGroup } from '../../rpc/contract';

/**
 * What happened to the rows of a group. If they differ, one of them is the example; a row that is
 * gone from the sheet has no number.
 */
export function groupWords({ alike, problem: { message }, rows: [first] }: ProblemGroup): string {
  if (alike) return message;
  return first === undefined ? `For example: ${message}` : `For example, row ${first}: ${message}`;
}

const ACTORS: Readonly<Record<Actor, string>> = {
  sheet: 'to do in the sheet',
  template: 'to do in the template',
  settings: 'to do in the settings',
  lago: 'to do in Lago',
  wait: 'solves itself',
  us: 'our mistake',
};

/** Where a problem is, or else where it has to be put right. */
export function placeWords(actor: Actor, { row, column, line }: Place): string {
  if (line !== undefined) return `Line ${line}`;
  if (row !== undefined) return column === undefined ? `Row ${row}` : `Row ${row}, ${column}`;
  const words = ACTORS[actor];
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A name that Lago does not know may be mistyped in the sheet, or not be created in Lago yet. */
const EITHER_WAY: ReadonlySet<Problem['code']> = new Set([
  'event.unknown-subscription',
  'event.unknown-code',
]);

/** Where a problem has to be put right, in words. */
export const toDoWords = ({ code, actor }: Problem): string =>
  EITHER_WAY.has(code) ? 'to do in the sheet or in Lago' : ACTORS[actor];
