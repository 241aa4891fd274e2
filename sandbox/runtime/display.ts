import type { Cell } from './entry';
import type { NumberNotation } from './notation';
import { serialOfWall, wallOfSerial } from './zone';

/** Integers are shown in full up to here, then as 1.23457E+15. */
const LARGEST_PLAIN = 1e15;
const SMALLEST_PLAIN = 1e-5;
const SHOWN_DIGITS = 10;
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DATE_TOKEN = /"[^"]*"|\[(?:h+|m+|s+)\]|y+|M+|m+|d+|H+|h+|s+|AM\/PM|am\/pm|./g;

/** What stands in a format for itself: texts, escaped characters, fillers and their like. */
const LITERALS = /"[^"]*"|\\.|[_*]./g;
/** Brackets of a format: a currency, a colour, a condition. `[h]`, `[m]` and `[s]` are times. */
const BRACKETS = /\[(?!(?:h+|m+|s+)\])([^\]]*)\]/gi;

/** Whether a number under this format is a date. */
export const isDateFormat = (format: string): boolean =>
  format !== '' &&
  format !== '@' &&
  !/^general$/i.test(format) &&
  /[ydhHMms]/.test(format.replace(LITERALS, '').replace(BRACKETS, ''));

/**
 * The text that a person sees in the cell. Numbers go by the locale of the file; dates and booleans
 * are those of en_US everywhere.
 */
export function shownText({ value, format, isImage }: Cell, notation: NumberNotation): string {
  if (isImage === true) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (format === '' || format === '@') return notation.shown(shownNumber(value));
  if (isDateFormat(format)) return shownDate(value, shownBrackets(format));
  return notation.shown(shownPattern(value, format));
}

function shownNumber(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= LARGEST_PLAIN || size < SMALLEST_PLAIN))
    return scientific(value, 5).replace(/\.?0+E/, 'E');
  if (Number.isInteger(value)) return String(value);
  const whole = size < 1 ? 0 : Math.floor(Math.log10(size)) + 1;
  const fixed = value.toFixed(Math.max(0, SHOWN_DIGITS - whole));
  return fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed;
}

const scientific = (value: number, decimals: number): string =>
  value
    .toExponential(decimals)
    .replace(
      /e([-+])(\d+)$/,
      (_, sign: string, exponent: string) => `E${sign}${exponent.padStart(2, '0')}`,
    );

/** What brackets show: `[$CHF-100]` shows CHF, a colour and a condition show nothing. */
const shownBrackets = (format: string): string =>
  format.replace(BRACKETS, (_, text: string) => /^\$([^-]*)/.exec(text)?.[1] ?? '');

const DIGITS = /[#0][#0,.]*(?:E\+0+)?%?/;

/** A number by its pattern, with the texts around it as they stand there. */
function shownPattern(value: number, format: string): string {
  const written = shownBrackets(format.split(';')[0] ?? '').replaceAll('"', '');
  return DIGITS.test(written)
    ? written.replace(DIGITS, (digits) => shownDigits(value, digits))
    : shownNumber(value);
}

function shownDigits(value: number, format: string): string {
  const decimals = /\.(0+)/.exec(format)?.[1]?.length ?? 0;
  if (/E\+/.test(format)) return scientific(value, decimals);
  if (format.endsWith('%')) return `${(value * 100).toFixed(decimals)}%`;
  if (!/^[#0,.]+$/.test(format)) return shownNumber(value);
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = format.includes(',') ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole;
  return (value < 0 ? '-' : '') + grouped + (fraction === undefined ? '' : `.${fraction}`);
}

/** What writes a part of a date. */
type DatePart = (date: Date) => string;

/** A format is read once, since a sheet shows thousands of cells by it. */
const dateFormats = new Map<string, readonly DatePart[]>();

/** A format such as `[h]:mm:ss`, which shows how long something took. */
const isElapsed = (format: string): boolean => /\[(?:h+|m+|s+)\]/i.test(format);

function shownDate(serial: number, format: string): string {
  if (serial < 0 && isElapsed(format)) return `-${shownDate(-serial, format)}`;
  const date = new Date(wallOfSerial(serial));
  return datePartsOf(format)
    .map((part) => part(date))
    .join('');
}

function datePartsOf(format: string): readonly DatePart[] {
  const known = dateFormats.get(format);
  if (known !== undefined) return known;
  const tokens = format.match(DATE_TOKEN) ?? [];
  const half = tokens.some((token) => /^am\/pm$/i.test(token));
  const parts = tokens.map((token, index) => datePart(token, half, isMinute(tokens, index)));
  dateFormats.set(format, parts);
  return parts;
}

/** `m` means minutes after an hour or before a second, otherwise months. */
function isMinute(tokens: string[], index: number): boolean {
  const letter = (token: string): boolean => /^\[?[yMmdHhs]/.test(token);
  const before = tokens.slice(0, index).filter(letter).at(-1) ?? '';
  const after = tokens.slice(index + 1).find(letter) ?? '';
  return /^\[?[Hh]/.test(before) || after.startsWith('s');
}

const UNITS_A_DAY: Readonly<Record<string, number>> = { h: 24, m: 1_440, s: 86_400 };

/** All hours, minutes or seconds since day 0: `[h]` shows 26 for a day and two hours. */
const elapsed = (token: string): DatePart => {
  const perDay = UNITS_A_DAY[token[1]?.toLowerCase() ?? ''] ?? 1;
  return (date) => {
    const total = Math.floor(serialOfWall(date.getTime()) * perDay + 1e-6);
    return String(total).padStart(token.length - 2, '0');
  };
};

function datePart(token: string, half: boolean, minute: boolean): DatePart {
  const padded = (value: number): string => String(value).padStart(token.length > 1 ? 2 : 1, '0');
  if (isElapsed(token)) return elapsed(token);
  switch (token[0]) {
    case 'y':
      return (date) =>
        token.length > 2
          ? String(date.getUTCFullYear())
          : String(date.getUTCFullYear() % 100).padStart(2, '0');
    case 'd':
      return (date) => padded(date.getUTCDate());
    case 'H':
    case 'h':
      return (date) => padded(half ? ((date.getUTCHours() + 11) % 12) + 1 : date.getUTCHours());
    case 's':
      return (date) => padded(date.getUTCSeconds());
    case 'M':
    case 'm':
      if (token[0] === 'm' && token.length <= 2 && minute)
        return (date) => padded(date.getUTCMinutes());
      if (token.length > 3) return (date) => MONTHS[date.getUTCMonth()] ?? '';
      if (token.length === 3) return (date) => (MONTHS[date.getUTCMonth()] ?? '').slice(0, 3);
      return (date) => padded(date.getUTCMonth() + 1);
    case 'A':
    case 'a':
      return (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM');
    case '"':
      return () => token.slice(1, -1);
    default:
      return () => token;
  }
}
