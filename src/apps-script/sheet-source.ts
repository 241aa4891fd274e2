import { type Problem, ProblemError, problem } from '../problem/problem';
import type { SourceReader } from '../sync/ports';
import type { SheetReading } from '../sync/rows/model';
import type { Source } from '../sync/sync';
import type { Runtime, Sheet, SheetValue, Spreadsheet } from './runtime';
import { cellValue } from './sheet-cells';

/** Whether a sheet has cells: a chart may stand on a sheet of its own. */
export const isGrid = (sheet: Sheet): boolean => String(sheet.getType()) === 'GRID';

/**
 * The tab with an id, whatever its name is now. The known name is tried first, because that costs
 * one service call instead of one per tab.
 */
export function findTab(
  spreadsheet: Spreadsheet,
  id: number,
  knownName: string,
): Sheet | undefined {
  const named = spreadsheet.getSheetByName(knownName);
  if (named !== null && named.getSheetId() === id) return named;
  return spreadsheet.getSheets().find((sheet) => sheet.getSheetId() === id);
}

/** The tab of a source. @throws ProblemError if it is gone */
export function requireTab(
  { SpreadsheetApp }: Pick<Runtime, 'SpreadsheetApp'>,
  { tabId, tabName }: Pick<Source, 'tabId' | 'tabName'>,
): Sheet {
  const sheet = findTab(SpreadsheetApp.getActiveSpreadsheet(), tabId, tabName);
  if (sheet === undefined) throw new ProblemError(problem('sheet.tab-missing', { name: tabName }));
  return sheet;
}

/** How often a tab is read before giving up because somebody keeps editing it. */
const READINGS = 3;

const sameValues = (
  left: readonly (readonly SheetValue[])[],
  right: readonly (readonly SheetValue[])[],
): boolean => JSON.stringify(left) === JSON.stringify(right);

/**
 * Reads a tab from its header row down. Values and display texts come from separate calls. If
 * somebody sorts in between, rows would be mixed up and billed wrongly, so values are read again
 * until two readings agree.
 * @param headerRow 1-based
 * @throws ProblemError if the tab changes during every reading
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
