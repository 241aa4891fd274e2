import type { Sheet, Spreadsheet } from './runtime';
import { freeName } from './sheet-cells';

/** A sheet that was just made. */
export interface NewSheet {
  readonly sheet: Sheet;
  readonly name: string;
}

/**
 * A new sheet of this name, numbered if the name is taken. Google takes names that differ only in
 * case for the same, but finds them only as they are written (google: sheet.name-case). So names
 * are looked through only after one was refused: that costs a service call for each sheet.
 */
export function newSheet(spreadsheet: Spreadsheet, wanted: string): NewSheet {
  const name = freeName(wanted, (each) => spreadsheet.getSheetByName(each) !== null);
  try {
    return { sheet: spreadsheet.insertSheet(name), name };
  } catch (error) {
    const taken = new Set(spreadsheet.getSheets().map((sheet) => sheet.getName().toLowerCase()));
    if (!taken.has(name.toLowerCase())) throw error;
    const free = freeName(wanted, (each) => taken.has(each.toLowerCase()));
    return { sheet: spreadsheet.insertSheet(free), name: free };
  }
}
