import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { shownText } from './display';
import { requireCellLength, TEXT_FORMAT, typedCell } from './entry';
import type { NumberNotation } from './notation';
import { DEFAULT_COLUMNS, DEFAULT_ROWS, type Grid, type Workbook } from './workbook';

export interface CsvOptions {
  /**
   * Names of columns that are formatted as plain text, so that `007` stays `007`. They stand in the
   * first line that has all of them.
   */
  readonly textColumns?: readonly string[];
}

const DELIMITERS = [',', ';', '\t'] as const;

/** What divides the cells of the first line that has any, as Sheets detects it when it imports. */
function delimiterOf(text: string): string {
  const unquoted = text.replace(/"[^"]*"/g, '""');
  const line = unquoted.split(/\r?\n|\r/).find((each) => each.trim() !== '') ?? '';
  const [first] = DELIMITERS.map((sign) => ({ sign, count: line.split(sign).length })).sort(
    (left, right) => right.count - left.count,
  );
  return first?.sign ?? ',';
}

/**
 * The cells of a CSV, line by line; an empty line is a row, so that rows are numbered as in the
 * file.
 * @throws Error of csv-parse, with the line, where quotes do not close
 */
export const csvLines = (text: string): string[][] =>
  parse(text, { bom: true, relax_column_count: true, delimiter: delimiterOf(text) });

/**
 * Replaces the content of the sheet of that name, which keeps its id, or makes it. Cells are taken
 * as typed.
 */
export function loadCsv(
  workbook: Workbook,
  name: string,
  text: string,
  { textColumns = [] }: CsvOptions,
): void {
  const lines = csvLines(text);
  const width = lines.reduce((widest, line) => Math.max(widest, line.length), 0);
  const grid = workbook.byName(name) ?? workbook.insert(name, workbook.grids.length);
  grid.reset(Math.max(DEFAULT_ROWS, lines.length), Math.max(DEFAULT_COLUMNS, width));
  const titles = lines.find((line) => textColumns.every((name) => line.includes(name))) ?? [];
  const formats = titles.map((title) => (textColumns.includes(title) ? TEXT_FORMAT : ''));
  for (const [column, format] of formats.entries()) {
    if (format)
      for (let row = 1; row <= grid.rowCount; row += 1)
        grid.put(row, column + 1, { value: '', format });
  }
  for (const [row, line] of lines.entries()) {
    for (const [column, entry] of line.entries()) {
      requireCellLength(entry);
      if (entry !== '')
        grid.put(row + 1, column + 1, typedCell(entry, formats[column] ?? '', workbook));
    }
  }
}

/**
 * Cells as a spreadsheet puts them on the clipboard: tabs between them, quotes only around those
 * with tabs, quotes or line breaks.
 */
export function clipboardCells(text: string): string[][] {
  try {
    return parse(text, { delimiter: '\t', relax_column_count: true, relax_quotes: true });
  } catch {
    // A quote that nobody closes is text.
    return text
      .replace(/\r?\n$/, '')
      .split(/\r?\n/)
      .map((line) => line.split('\t'));
  }
}

/** The shown texts, as Google's own download gives them. */
export function saveCsv(grid: Grid, notation: NumberNotation): string {
  const rows = Array.from({ length: grid.lastRow() }, (_, row) =>
    Array.from({ length: grid.lastColumn() }, (__, column) => {
      const cell = grid.cell(row + 1, column + 1);
      return cell === undefined ? '' : shownText(cell, notation);
    }),
  );
  return stringify(rows);
}
