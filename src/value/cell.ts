/**
 * A point in time that a cell holds: `ms` since 1970 UTC. `dateOnly` where the cell shows a date without a time of day.
 * `wall` is the clock in the spreadsheet's zone, `2026-11-30 14:05:00` or `2026-11-30`: what the person entered, and what stays when the zone changes.
 */
export interface Instant {
  readonly ms: number;
  readonly dateOnly: boolean;
  readonly wall: string;
}

/** The underlying value of a cell; an empty cell is `''`, an error cell its token, such as `#N/A`. */
export type CellValue = string | number | boolean | Instant;

/** One cell: its value, and the text that the sheet displays for it. */
export interface Cell {
  readonly value: CellValue;
  readonly shown: string;
}

/** The picked cells of a row, by the name that each column has in the template. */
export type Cells = ReadonlyMap<string, Cell>;

export const isInstant = (value: unknown): value is Instant =>
  typeof value === 'object' && value !== null && 'ms' in value && 'dateOnly' in value;

export const isEmpty = (value: CellValue): boolean =>
  typeof value === 'string' && value.trim() === '';

/** Sheets hands an error out as its token (google: entry.errors); `Loading...` is what an unfinished formula or import shows. */
const ERROR_TOKENS =
  /^(#(N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!|ERROR!|SPILL!|CALC!)|Loading\.\.\.)$/;

export const isError = (value: CellValue): boolean =>
  typeof value === 'string' && ERROR_TOKENS.test(value);

/** From here on a number has more than the 15 digits that Sheets keeps, so an id would have lost its end. */
const FIRST_IMPRECISE_NUMBER = 1e15;

export const isImprecise = (value: CellValue): boolean =>
  typeof value === 'number' && Math.abs(value) >= FIRST_IMPRECISE_NUMBER;
