import type { Problem } from '../../problem/problem';
import type { Action, Plan, PlannedRow } from './planned-row';
/** A problem with the rows that have it: what reports and the sidebar show. */
export interface ProblemGroup {
  /** What is done about the rows. */
  readonly action: Action;
  /** The first one found, as an example. */
  readonly problem: Problem;
  /** Whether the problems of all rows say the same words. */
  readonly alike: boolean;
  /** Number of rows. */
  readonly count: number;
  /** The first row numbers (1-based). */
  readonly rows: readonly number[];
  /**
   * Their keys, by which the rows are found after a sort; null if a row has none that is short
   * enough to keep.
   */
  readonly keys?: readonly (string | null)[] | undefined;
}

const GROUP_ROWS = 10;

/** Longest key that is kept with a group: reports lie in properties of 9 KB. */
const GROUP_KEY_CHARACTERS = 60;

/** A problem with its rows, of which the first are named. */
export function groupOfRows(
  action: Action,
  found: Problem,
  rows: readonly PlannedRow[],
  alike = true,
): ProblemGroup {
  const named = rows.filter(({ row }) => row !== undefined).slice(0, GROUP_ROWS);
  return {
    action,
    problem: found,
    alike,
    count: rows.length,
    rows: named.map(({ row }) => row ?? 0),
    keys: named.map(({ key }) =>
      key === undefined || key.length > GROUP_KEY_CHARACTERS ? null : key,
    ),
  };
}

/**
 * The problems of a plan by action and code, the most frequent first; the first one found stands as
 * the example.
 */
export function groupProblems(plan: Plan): ProblemGroup[] {
  const groups = new Map<
    string,
    {
      readonly action: Action;
      readonly problem: Problem;
      alike: boolean;
      readonly rows: Set<PlannedRow>;
    }
  >();
  for (const row of plan.rows) {
    for (const found of row.problems) {
      // What an undo leaves is told by its reasons.
      const what = found.code === 'row.not-undone' ? found.message : found.code;
      const name = `${row.action} ${what}`;
      const group = groups.get(name) ?? {
        action: row.action,
        problem: found,
        alike: true,
        rows: new Set(),
      };
      group.alike = group.alike && found.message === group.problem.message;
      group.rows.add(row);
      groups.set(name, group);
    }
  }
  return [...groups.values()]
    .map(({ action, problem: found, alike, rows }) => groupOfRows(action, found, [...rows], alike))
    .sort((left, right) => right.count - left.count);
}
