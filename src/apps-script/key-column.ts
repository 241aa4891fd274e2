import { headerOf, readKey } from '../sync/rows/model';
import type { Sync } from '../sync/sync';
import type { Runtime, Sheet } from './runtime';
import { cellValue, headersOf } from './sheet-cells';
import { fileZoneOrUtc } from './sheet-source';

/** The tab's keys as they are right now. Rows move; their keys do not. */
export interface KeyColumn {
  readonly sheet: Sheet;
  /** The texts of the header row, without the spaces around them. */
  readonly headers: readonly string[];
  /** Row number (1-based) of the first key. */
  readonly first: number;
  /** The key of each row below the header; undefined if a run could not identify the row by it. */
  readonly keys: readonly (string | undefined)[];
  /** IANA zone of the file. */
  readonly zone: string;
}

/**
 * Reads the header row and the key column; undefined if the tab or the column is gone, or if
 * two columns have its name. A handful of service calls.
 * @param found the tab, if it was looked for already
 */
export function readKeyColumn(
  { SpreadsheetApp }: Runtime,
  sync: Sync,
  found?: Sheet,
): KeyColumn | undefined {
  const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
  const { tabId, headerRow } = sync.source;
  const sheet = found ?? spreadsheet.getSheetById(tabId);
  if (sheet === null) return undefined;
  const headers = headersOf(sheet, headerRow);
  const header = headerOf(sync, sync.key);
  const column = headers.indexOf(header) + 1;
  const rows = sheet.getLastRow() - headerRow;
  if (column === 0 || headers.includes(header, column) || rows < 1) return undefined;
  const range = sheet.getRange(headerRow + 1, column, rows, 1);
  const shown = range.getDisplayValues();
  const zone = fileZoneOrUtc(spreadsheet);
  const keys = range
    .getValues()
    .map(
      ([value = ''], index) => readKey(cellValue(value, shown[index]?.[0] ?? '', zone), header).key,
    );
  return { sheet, headers, first: headerRow + 1, keys, zone };
}

/**
 * The number (1-based) of the row that has a key now; undefined if none has it. If several have it,
 * `before` is preferred, the row number that it had when it was listed.
 */
export function rowOfKey(
  { keys, first }: KeyColumn,
  key: string,
  before?: number,
): number | undefined {
  if (before !== undefined && keys[before - first] === key) return before;
  const index = keys.indexOf(key);
  return index < 0 ? undefined : first + index;
}
