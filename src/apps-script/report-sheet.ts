import { ProblemError, problem } from '../problem/problem';
import { exactNumber } from '../value/decimal';
import { newSheetToken, requireSheet } from './gate';
import { newSheet } from './new-sheet';
import type { Runtime, Sheet, SheetValue } from './runtime';
import { asText } from './sheet-cells';

/** Sheet names end at 100 characters. */
const NAME_CHARACTERS = 90;
/** Rows per write: Google aborts a call that writes too many cells. */
const CHUNK = 2_000;
/** Most rows of a chart; with more, its columns cannot be told apart. */
const CHART_ROWS = 20;

/** A sheet that holds a result for people. Rows are 1-based. */
export interface ReportSheet {
  /** What a page hands back for the next part. */
  readonly token: string;
  readonly name: string;
  /** Writes lines from a row on; returns the row after them. */
  write(row: number, lines: readonly (readonly SheetValue[])[]): number;
  /**
   * Draws a column chart of a table at a cell. The table's first row holds names, its first column
   * labels, the other columns numbers.
   */
  chart(
    title: string,
    table: { readonly row: number; readonly rows: number; readonly columns: number },
    at: { readonly row: number; readonly column: number },
  ): void;
}

/** A decimal text as a number that can be added up, or as text if a number would lose digits. */
export function decimalCell(decimal: string): SheetValue {
  const value = /^-?\d+(\.\d+)?$/.test(decimal) ? exactNumber(decimal) : decimal;
  return typeof value === 'number' ? value : asText(value);
}

export const textCells = (texts: readonly string[]): SheetValue[] => texts.map(asText);

/**
 * A new sheet, numbered if its name is taken. Google opens it, which is right: the person has asked
 * for it.
 */
export function newReport(runtime: Runtime, name: string, columns: readonly string[]): ReportSheet {
  const spreadsheet = runtime.SpreadsheetApp.getActiveSpreadsheet();
  const { sheet } = newSheet(spreadsheet, name.slice(0, NAME_CHARACTERS));
  const report = reportOn(sheet, newSheetToken(runtime, sheet.getSheetId()));
  report.write(1, [textCells(columns)]);
  sheet.setFrozenRows(1);
  return report;
}

/**
 * The result sheet that an earlier part has made.
 * @throws ProblemError request.unknown; or if somebody has deleted the sheet in the meantime
 */
export function openReport(runtime: Runtime, token: string): ReportSheet {
  const id = requireSheet(runtime, token);
  const sheet = runtime.SpreadsheetApp.getActiveSpreadsheet().getSheetById(id);
  if (sheet === null)
    throw new ProblemError(problem('sheet.tab-missing', { name: 'of the result' }));
  return reportOn(sheet, token);
}

function reportOn(sheet: Sheet, token: string): ReportSheet {
  let room: number | undefined;

  function write(row: number, lines: readonly (readonly SheetValue[])[]): number {
    const end = row + lines.length - 1;
    room ??= sheet.getMaxRows();
    if (end > room) {
      sheet.insertRowsAfter(room, end - room);
      room = end;
    }
    for (let start = 0; start < lines.length; start += CHUNK) {
      const chunk = lines.slice(start, start + CHUNK);
      const width = Math.max(1, ...chunk.map((line) => line.length));
      const cells = chunk.map((line) => [
        ...line,
        ...Array.from({ length: width - line.length }, () => ''),
      ]);
      sheet.getRange(row + start, 1, chunk.length, width).setValues(cells);
    }
    return end + 1;
  }

  return {
    token,
    name: sheet.getName(),
    write,
    chart(title, { row, rows, columns }, at) {
      const table = sheet.getRange(row, 1, Math.min(rows, CHART_ROWS) + 1, columns);
      const chart = sheet
        .newChart()
        .asColumnChart()
        .setTitle(title)
        .addRange(table)
        .setNumHeaders(1);
      sheet.insertChart(chart.setPosition(at.row, at.column, 0, 0).build());
    },
  };
}
