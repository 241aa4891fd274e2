import { type CellValue, NO_VALUE, numberOf } from '../value/cell';
import { timeCell } from '../value/time';
import type { Sheet } from './runtime';

/**
 * Google refuses a write that holds a longer text (google: entry.too-long); what is longer is
 * somebody else's id or answer.
 */
const CELL_CHARACTERS = 50_000;

/**
 * The apostrophe makes the cell a text whatever follows, so no key, answer or name can become a
 * formula, date or number.
 */
export const asText = (text: string): string =>
  text === '' ? '' : `'${text.slice(0, CELL_CHARACTERS - 1)}`;

/**
 * What a cell means.
 * @param value as Google hands it out
 * @param shown what the sheet displays
 * @param zone IANA zone of the spreadsheet
 */
export function cellValue(value: unknown, shown: string, zone: string): CellValue {
  if (value instanceof Date) return timeCell(value.getTime(), shown, zone);
  if (typeof value === 'number') return numberOf(value);
  // An image in a cell is an object whose text is “CellImage” (google: entry.image).
  return typeof value === 'string' || typeof value === 'boolean' ? value : NO_VALUE;
}

/** The texts of the header row (1-based), without the spaces around them. */
export function headersOf(sheet: Sheet, headerRow: number): string[] {
  const columns = sheet.getLastColumn();
  return columns === 0
    ? []
    : (sheet.getRange(headerRow, 1, 1, columns).getDisplayValues()[0] ?? []).map((header) =>
        header.trim(),
      );
}

/** Adds a column with this header at the right of what is filled. Returns its number (1-based). */
export function addColumn(sheet: Sheet, headerRow: number, header: string): number {
  const column = sheet.getLastColumn() + 1;
  if (column > sheet.getMaxColumns()) sheet.insertColumnsAfter(sheet.getMaxColumns(), 1);
  sheet.getRange(headerRow, column, 1, 1).setValues([[asText(header)]]);
  return column;
}

/** Items in the order of their rows, cut into runs of neighbouring rows: each run is one write. */
export function neighbours<T>(items: readonly T[], rowOf: (item: T) => number): T[][] {
  const runs: T[][] = [];
  let next: number | undefined;
  for (const item of items) {
    if (rowOf(item) === next) runs[runs.length - 1]?.push(item);
    else runs.push([item]);
    next = rowOf(item) + 1;
  }
  return runs;
}

/** A name that is free: the wanted one, or with the first number that makes it so. */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted} ${number}`;
    if (!isTaken(name)) return name;
  }
}
