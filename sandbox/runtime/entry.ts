import { GoogleException } from './exception';
import { type CustomFunction, evaluateFormula } from './formula';
import type { NumberNotation } from './notation';
import { serialOfInstant, serialOfWall, type Zone } from './zone';

/**
 * A cell as the file stores it. A date is a serial number under a date format; blank is `''`; an
 * error is its token. Never changed in place.
 */
export interface Cell {
  readonly value: string | number | boolean;
  /** A Sheets number format; `''` is "Automatic", `@` is plain text. */
  readonly format: string;
  readonly formula?: string;
  readonly rule?: CellRule;
  /** An image in the cell; its value is then a text that nobody sees. */
  readonly isImage?: true;
}

/**
 * What a cell takes. A list is a data validation, which may reject what is not in it; a tick box
 * may have values of its own; a typed cell belongs to a column of a table, and takes nothing of a
 * script: of other writes than plain values that is reported, of plain values once, so the fake is
 * strict (google: rule.typed-column).
 */
export type CellRule =
  | { readonly kind: 'list'; readonly values: readonly string[]; readonly rejects: boolean }
  | { readonly kind: 'tick box'; readonly values: readonly (string | number)[] }
  | { readonly kind: 'typed' };

/** Whether a rule rejects what is written into its cell. Emptying it is always allowed. */
export const isRejected = (rule: CellRule | undefined, { value, formula }: Cell): boolean =>
  rule?.kind === 'list' &&
  rule.rejects &&
  (value !== '' || formula !== undefined) &&
  !rule.values.includes(String(value));

/** As JSON holds it: one that has only a value is that value; null was never used. */
export type SavedCell = Cell | Cell['value'] | null;

export function savedCell(cell: Cell | undefined): SavedCell {
  if (cell === undefined) return null;
  const { format, formula, rule, isImage } = cell;
  const isPlain = formula === undefined && rule === undefined && isImage === undefined;
  return format === '' && isPlain ? cell.value : cell;
}

export function restoredCell(saved: SavedCell): Cell | undefined {
  if (saved === null) return undefined;
  return typeof saved === 'object' ? saved : { value: saved, format: '' };
}

/** Sheets' limit and its text (google: entry.too-long). */
export const MAX_CELL_CHARACTERS = 50_000;
const TOO_LONG = `Your input contains more than the maximum of ${MAX_CELL_CHARACTERS} characters in a single cell.`;

export const TEXT_FORMAT = '@';

/** What typing into a cell depends on. */
export interface TypingRules {
  readonly notation: NumberNotation;
  /** Calls a function of the script for a formula; undefined before a script is loaded. */
  readonly customFunction?: CustomFunction | undefined;
}

export interface EntryRules extends TypingRules {
  readonly zone: Zone;
  /**
   * Whether `=1+1` written by a script becomes a formula in a plain-text cell: nobody documents it
   * (google: entry.formula-in-plain-text).
   */
  readonly formulasInTextCells: boolean;
}

export function requireCellLength(value: unknown): void {
  if (typeof value === 'string' && value.length > MAX_CELL_CHARACTERS)
    throw new GoogleException(TOO_LONG);
}

/**
 * The cell after a script wrote `value` into one of this format: texts are parsed as if a person
 * had typed them.
 */
export function writtenCell(value: unknown, format: string, rules: EntryRules): Cell {
  if (value === null || value === undefined) return { value: '', format };
  if (typeof value === 'boolean') return { value, format };
  if (typeof value === 'number')
    return { value: Number.isFinite(value) ? value + 0 : '#NUM!', format };
  if (isDate(value)) return dateCell(value.getTime(), format, rules);
  return typedCell(
    String(value),
    format,
    rules,
    format === TEXT_FORMAT && rules.formulasInTextCells,
  );
}

const isDate = (value: unknown): value is Date =>
  Object.prototype.toString.call(value) === '[object Date]';

function dateCell(instant: number, format: string, { zone }: EntryRules): Cell {
  if (Number.isNaN(instant)) return { value: '#NUM!', format };
  const serial = serialOfInstant(instant, zone);
  const automatic = Number.isInteger(serial) ? 'M/d/yyyy' : 'M/d/yyyy H:mm:ss';
  return { value: serial, format: format === '' || format === TEXT_FORMAT ? automatic : format };
}

/**
 * The cell after a person typed `text` into one of this format, in a file whose numbers are written
 * so.
 */
export function typedCell(
  text: string,
  format: string,
  { notation, customFunction }: TypingRules,
  formulaEvenInText = false,
): Cell {
  if (text === '') return { value: '', format };
  if (text.startsWith("'")) return { value: text.slice(1), format };
  if (text.startsWith('=') && text.length > 1 && (format !== TEXT_FORMAT || formulaEvenInText)) {
    return { value: evaluateFormula(text, customFunction), format, formula: text };
  }
  if (format === TEXT_FORMAT) return { value: text, format };
  const recognized = recognize(text.trim(), notation);
  return recognized === undefined
    ? { value: text, format }
    : {
        value: recognized.value,
        format: recognized.replacesFormat || format === '' ? recognized.format : format,
      };
}

interface Recognized {
  readonly value: number | boolean;
  /** The format that an automatic cell takes on. */
  readonly format: string;
  /** A date shows as a date even in a cell that was formatted as a number. */
  readonly replacesFormat?: boolean;
}

/**
 * The closed list of entries that are not text. Everything that is missing here is left out of the
 * fake, not out of Sheets: among others currencies, booleans in other languages than English, and
 * dates as one writes them outside of the United States.
 */
function recognize(text: string, notation: NumberNotation): Recognized | undefined {
  if (/^(true|false)$/i.test(text)) return { value: /^true$/i.test(text), format: '' };
  if (!/^[-+.,\d]/.test(text)) return undefined;
  return (
    number(text, notation) ??
    isoDate(text) ??
    clock(text) ??
    (notation.locale === 'en_US' ? americanDate(text) : undefined)
  );
}

function number(text: string, notation: NumberNotation): Recognized | undefined {
  const entered = notation.read(text);
  if (!entered) return undefined;
  const { value, percent, scientific, grouped } = entered;
  const fraction = entered.hasFraction ? '.00' : '';
  if (percent) return { value, format: `0${fraction}%` };
  if (scientific) return { value, format: '0.00E+00' };
  return { value, format: grouped ? `#,##0${fraction}` : '' };
}

function isoDate(text: string): Recognized | undefined {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})(?: +(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const clock = hour === undefined ? '' : second === undefined ? ' h:mm' : ' h:mm:ss';
  const padded = hour?.length === 2 ? clock.replace('h', 'hh') : clock;
  const separator = month?.length === 2 && day?.length === 2 ? 'yyyy-mm-dd' : 'yyyy-m-d';
  return dateEntry([year, month, day, hour, minute, second], separator + padded);
}

/** A time of day, or how long something took: both are fractions of a day from day 0 on. */
function clock(text: string): Recognized | undefined {
  const match = /^(-?)(\d{1,5}):(\d{2})(?::(\d{2})(\.\d{1,3})?)?(?: *([AP]M))?$/i.exec(text);
  if (!match) return undefined;
  const [, sign, hour = '', minute = '', second, fraction = '', half] = match;
  if (Number(minute) > 59 || Number(second ?? 0) > 59) return undefined;
  if (half !== undefined && (sign !== '' || Number(hour) < 1 || Number(hour) > 12))
    return undefined;
  const hours =
    half === undefined ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0);
  const seconds = hours * 3600 + Number(minute) * 60 + Number(`${second ?? 0}${fraction}`);
  const isLong = sign === '-' || hours > 23;
  const format = isLong ? '[h]:mm:ss' : half === undefined ? 'h:mm:ss' : 'h:mm AM/PM';
  return { value: (sign === '-' ? -seconds : seconds) / 86_400, format, replacesFormat: true };
}

function americanDate(text: string): Recognized | undefined {
  const match =
    /^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})(?: +(\d{1,2}):(\d{2})(?::(\d{2}))?(?: *([AP]M))?)?$/i.exec(
      text,
    );
  if (!match) return undefined;
  const [, month, day, year = '', hour, minute, second, half] = match;
  if (half !== undefined && (Number(hour) < 1 || Number(hour) > 12)) return undefined;
  const hour24 =
    half === undefined ? hour : String((Number(hour) % 12) + (/p/i.test(half) ? 12 : 0));
  const full = year.length === 2 ? `20${year}` : year;
  return dateEntry(
    [full, month, day, hour24, minute, second],
    hour === undefined ? 'M/d/yyyy' : 'M/d/yyyy H:mm:ss',
  );
}

function dateEntry(parts: (string | undefined)[], format: string): Recognized | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map((part) =>
    Number(part ?? 0),
  );
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(wall);
  const exists =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  return exists && year >= 1900
    ? { value: serialOfWall(wall), format, replacesFormat: true }
    : undefined;
}
