import { type Problem, ProblemError, problem } from '../problem/problem';
import type { SourceReader } from '../sync/ports';
import type { SheetReading } from '../sync/rows/model';
import type { Source } from '../sync/sync';
import type { CellValue } from '../value/cell';
import { instantOf } from '../value/time';
import type { Runtime, Sheet, SheetValue, Spreadsheet } from './runtime';

/** The tab with an id, whatever its name is now; the known name is tried first, because that is one call instead of one per tab. */
export function findTab(
  spreadsheet: Spreadsheet,
  id: number,
  knownName: string,
): Sheet | undefined {
  const named = spreadsheet.getSheetByName(knownName);
  if (named !== null && named.getSheetId() === id) return named;
  return spreadsheet.getSheets().find((sheet) => sheet.getSheetId() === id);
}

const cellValue = (value: SheetValue, shown: string, zone: string): CellValue =>
  value instanceof Date ? instantOf(value.getTime(), shown, zone) : value;

/** Readings that are tried until nobody sorts or edits in between. */
const READINGS = 3;

const sameValues = (
  left: readonly (readonly SheetValue[])[],
  right: readonly (readonly SheetValue[])[],
): boolean => JSON.stringify(left) === JSON.stringify(right);

/**
 * Reads a tab from its header row down: underlying values, what is displayed, and the values once more. The calls are not one; a row whose values and
 * texts come from before and after a sort would be another row's usage.
 * @throws ProblemError where the tab does not rest for as long as it takes to read it
 */
export function readSheet(sheet: Sheet, headerRow: number, zone: string): SheetReading {
  const rows = sheet.getLastRow() - headerRow + 1;
  const columns = sheet.getLastColumn();
  if (rows < 1 || columns < 1) return { firstRow: headerRow, values: [], shown: [] };
  const range = sheet.getRange(headerRow, 1, rows, columns);
  let before = range.getValues();
  for (let reading = 1; reading <= READINGS; reading++) {
    const shown = range.getDisplayValues();
    const after = range.getValues();
    if (sameValues(before, after)) {
      const values = after.map((row, rowIndex) =>
        row.map((value, column) => cellValue(value, shown[rowIndex]?.[column] ?? '', zone)),
      );
      return { firstRow: headerRow, values, shown };
    }
    before = after;
  }
  throw new ProblemError(problem('sheet.restless', { name: sheet.getName() }));
}

export function sheetSource({ SpreadsheetApp }: Runtime): SourceReader {
  const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
  let knownZone: string | undefined;
  const zone = (): string => {
    knownZone ??= spreadsheet.getSpreadsheetTimeZone();
    return knownZone;
  };
  function read(source: Source): SheetReading | Problem {
    const sheet = findTab(spreadsheet, source.tabId, source.tabName);
    return sheet === undefined
      ? problem('sheet.tab-missing', { name: source.tabName })
      : readSheet(sheet, source.headerRow, zone());
  }
  return { read, zone };
}
