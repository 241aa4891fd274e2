import type { TemplateProblem } from '../../rpc/contract';
import { editBetween, type TextEdit } from '../../value/text-edit';

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
 * A problem and its fixes after a change of the text: undefined if the change touched it;
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
