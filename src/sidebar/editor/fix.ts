import type { Fix, TemplateProblem, TextEdit } from '../../rpc/contract';

/**
 * A change of a text as problems see it: what of the old text was touched, and where the rest has
 * gone. CodeMirror's ChangeSet is one.
 */
export interface Move {
  touchesRange(from: number, to: number): boolean | 'cover';
  mapPos(at: number): number;
}

const fits = (from: number, to: number, length: number): boolean =>
  from >= 0 && from <= to && to <= length;

/**
 * The text after a fix. A fix that belongs to another text, because it reaches over the end of this
 * one, changes nothing.
 */
export function applyFix(text: string, fix: Fix): string {
  if (!fix.edits.every(({ from, to }) => fits(from, to, text.length))) return text;
  let result = '';
  let done = 0;
  for (const { from, to, insert } of fix.edits) {
    if (from < done) return text;
    result += text.slice(done, from) + insert;
    done = to;
  }
  return result + text.slice(done);
}

/**
 * The one edit that turns a text into another, as small as it can be; undefined where they are the
 * same.
 */
export function editBetween(before: string, after: string): TextEdit | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let rest = 0;
  while (
    rest < shorter - start &&
    before[before.length - 1 - rest] === after[after.length - 1 - rest]
  )
    rest++;
  return { from: start, to: before.length - rest, insert: after.slice(start, after.length - rest) };
}

/**
 * A problem and its fixes after a change of the text: undefined where the change touched it;
 * without the fixes that the change touched.
 */
export function moveProblem(problem: TemplateProblem, move: Move): TemplateProblem | undefined {
  if (move.touchesRange(problem.from, problem.to) !== false) return undefined;
  const fixes = problem.fixes
    .filter(({ edits }) => edits.every(({ from, to }) => move.touchesRange(from, to) === false))
    .map(({ label, edits }) => ({
      label,
      edits: edits.map(({ from, to, insert }) => ({
        from: move.mapPos(from),
        to: move.mapPos(to),
        insert,
      })),
    }));
  return { ...problem, from: move.mapPos(problem.from), to: move.mapPos(problem.to), fixes };
}

const moveBy = ({ from: start, to: end, insert }: TextEdit): Move => ({
  touchesRange: (from, to) => from <= end && to >= start,
  mapPos: (at) => (at >= end ? at + insert.length - (end - start) : at),
});

/**
 * Problems that were found in `checked`, as far as they still hold in `text`: their offsets and
 * fixes moved to it. Those which the change between the two touches are left out until the next
 * check, and so are those which cannot belong to `checked`.
 */
export function carryProblems(
  problems: readonly TemplateProblem[],
  checked: string,
  text: string,
): readonly TemplateProblem[] {
  const fitting = problems.filter(({ from, to }) => fits(from, to, checked.length));
  const edit = editBetween(checked, text);
  if (edit === undefined) return fitting;
  return fitting.flatMap((problem) => moveProblem(problem, moveBy(edit)) ?? []);
}
