/** A point in time that a cell holds. */
export interface Instant {
  /** Milliseconds since 1970 UTC. */
  readonly ms: number;
  /** Whether the cell shows a date without a time of day. */
  readonly dateOnly: boolean;
  /**
   * The clock in the spreadsheet's zone, `2026-11-30 14:05:00` or `2026-11-30`: what the person
   * entered, and what stays when somebody changes the zone.
   */
  readonly wall: string;
}

/** A time of day, or how long something took. Sheets hands both out as dates around 1899. */
export interface Duration {
  /** How long, or since midnight; may be negative. To the millisecond. */
  readonly seconds: number;
  /** `26:30:00`, whatever the cell's format. */
  readonly clock: string;
}

/** The value of a cell: `''` if it is empty, its token (`#N/A`) if it holds an error. */
export type CellValue = string | number | boolean | Instant | Duration;

/** One cell of the sheet. */
export interface Cell {
  /** What formulas see. */
  readonly value: CellValue;
  /** The text that the sheet displays for the value. */
  readonly shown: string;
}

/** The picked cells of a row, by the name that each column has in the template. */
export type Cells = ReadonlyMap<string, Cell>;

/** Whether a value is a point in time, also one in Liquid's hands. */
export const isInstant = (value: unknown): value is Instant =>
  typeof value === 'object' && value !== null && 'ms' in value && 'dateOnly' in value;

/** Whether a value is a time of day or a duration, also one in Liquid's hands. */
export const isDuration = (value: unknown): value is Duration =>
  typeof value === 'object' && value !== null && 'clock' in value && 'seconds' in value;

/** The text that a value is known by: for keys, and to tell whether it changed. */
export function plainText(value: CellValue): string | number | boolean {
  if (isInstant(value)) return value.wall;
  return isDuration(value) ? value.clock : value;
}

/** Whether a cell has nothing in it that a person would see. */
export const isEmpty = (value: CellValue): boolean =>
  typeof value === 'string' && value.trim() === '';

/** Stands for what a cell holds that is neither a text, a number, a tick box nor a date. */
export const NO_VALUE = '#IMAGE!';

/**
 * Sheets hands an error out as its token (google: entry.errors), whatever the language: `#REF!`,
 * `#NAME?`, `#WERT!`, `#¡VALOR!`, `#N/A`, `#N/D`, `#NV`. What unfinished formulas and imports show
 * is no value either.
 */
const ERROR_TOKENS =
  /^#(?:(?:[¡¿]?\p{Lu}[\p{Lu}\p{M}_ ]*|¡?DIV\/0)[!?]|\p{Lu}\/\p{Lu}|NV|GETTING_DATA)$/u;

/** How Sheets says in its languages that a cell is still being computed. */
const LOADING = new RegExp(
  '^(?:Loading|Wird geladen|Laden|Chargement|Cargando|Caricamento|Carregando|A carregar|' +
    String.raw`Ładowanie|Laddar|Indlæser|Laster|Загрузка)(?: en cours| in corso)?\.\.\.$`,
);

/** Whether a cell holds an error, or something that is still being computed. */
export const isError = (value: CellValue): boolean =>
  typeof value === 'string' && (ERROR_TOKENS.test(value) || LOADING.test(value));

/** Sheets keeps 15 digits. A larger number has lost its end, so it cannot be an id. */
const FIRST_IMPRECISE_NUMBER = 1e15;

/**
 * What a number cell means: its value at 15 digits, as many as Sheets keeps. Formulas leave noise
 * behind them: 1.15 times 100 is handed out as 114.99999999999999.
 */
export const numberOf = (value: number): number =>
  Number.isInteger(value) || !Number.isFinite(value) ? value : Number(value.toPrecision(15));

/** Whether a number has more digits than Sheets keeps. */
export const isImprecise = (value: CellValue): boolean =>
  typeof value === 'number' && Math.abs(value) >= FIRST_IMPRECISE_NUMBER;
