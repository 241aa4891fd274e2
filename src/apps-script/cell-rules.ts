import { type Problem, problem } from '../problem/problem';
import type { TickBox } from '../sync/rows/model';
import type { DataValidation, Sheet } from './runtime';

/** The values of a tick box that has its own ones (google: rule.tick-box-values). */
function tickBoxOf(rule: DataValidation | null | undefined): TickBox | undefined {
  if (!rule || String(rule.getCriteriaType()) !== 'CHECKBOX') return undefined;
  const [ticked, unticked = ''] = rule.getCriteriaValues();
  return ticked === undefined ? undefined : { ticked: String(ticked), unticked: String(unticked) };
}

/**
 * The tick boxes with values of their own in cells of a row, by their place in the sheet (0-based).
 * Two service calls, and two more for each cell that has a rule.
 * @param row 1-based
 * @param column the first of the cells, 1-based
 * @param count how many cells
 */
export function tickBoxesIn(
  sheet: Sheet,
  row: number,
  column: number,
  count: number,
): ReadonlyMap<number, TickBox> {
  const [rules = []] = sheet.getRange(row, column, 1, count).getDataValidations();
  return new Map(
    rules.flatMap((rule, place) => {
      const box = tickBoxOf(rule);
      return box === undefined ? [] : [[column - 1 + place, box] as const];
    }),
  );
}

/** How Google names a cell in its sentences, in every language: `U2`. */
const CELL = /(?<![A-Za-z0-9])([A-Z]{1,3})([1-9]\d{0,7})(?![A-Za-z0-9])/;
const LETTERS = 26;
const FIRST_LETTER = 64;

const columnOf = (letters: string): number =>
  [...letters].reduce(
    (column, letter) => column * LETTERS + letter.charCodeAt(0) - FIRST_LETTER,
    0,
  );

/**
 * Why Google refused to write into a column, if the rule or the type of a cell says so. Google's
 * sentence is in the person's language, but names the cell (google: rule.refuses), whose rule is
 * looked at. Of typed columns there is nothing to look at (google: rule.typed-column).
 * @param header what stands above the column
 */
export function ruleAgainst(sheet: Sheet, header: string, error: unknown): Problem | undefined {
  const said = error instanceof Error ? error.message : String(error);
  if (/typed column/i.test(said)) return problem('cell.typed', { column: header });
  const [cell = '', letters = '', row = ''] = CELL.exec(said) ?? [];
  const column = columnOf(letters);
  if (cell === '' || Number(row) > sheet.getMaxRows() || column > sheet.getMaxColumns())
    return undefined;
  const rule = sheet.getRange(Number(row), column, 1, 1).getDataValidations()[0]?.[0];
  return rule?.getAllowInvalid() === false
    ? problem('cell.rule', { cell, column: header })
    : undefined;
}
