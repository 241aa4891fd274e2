import Big from 'big.js';
import { LAGO_NUMBER } from '../value/decimal';

/** The character before the decimals. The other of the two may group thousands. */
export type DecimalMark = ',' | '.';

/** Both marks, the one that Lago reads first. */
export const DECIMAL_MARKS: readonly DecimalMark[] = ['.', ','];

/** The mark that may group thousands beside a decimal mark. */
export const otherMark = (mark: DecimalMark): DecimalMark => (mark === ',' ? '.' : ',');

/** The decimal mark of a spreadsheet's locale, as Google names it: `de_DE`. A point if unknown. */
export function decimalMark(locale: string): DecimalMark {
  try {
    // Other digits than Latin ones have marks of their own.
    const format = new Intl.NumberFormat(`${locale.replace(/_/g, '-')}-u-nu-latn`);
    return format.formatToParts(1.5).find(({ type }) => type === 'decimal')?.value === ','
      ? ','
      : '.';
  } catch {
    return '.';
  }
}

/** A plain, a no-break, a thin and a narrow no-break space, and two apostrophes. */
const GROUPING = " \\u00a0\\u2009\\u202f'\\u2019";
const SIGN = '[+\\-\\u2212]?';

/**
 * Sign, whole digits (grouped or not), decimals, exponent. A grouped number does not begin with 0,
 * since “0,123” is not 123, and has no exponent, since “1.234e3” is not 1234000.
 */
function pattern(mark: DecimalMark): RegExp {
  const decimal = `\\${mark}`;
  const between = `[\\${otherMark(mark)}${GROUPING}]`;
  const grouped = `([1-9]\\d{0,2}(?:(${between})\\d{3}(?:\\3\\d{3})*))(?:${decimal}(\\d*))?`;
  const plain = `(?:(\\d+)(?:${decimal}(\\d*))?|${decimal}(\\d+))(?:[eE](${SIGN})(\\d+))?`;
  return new RegExp(`^(${SIGN})(?:${grouped}|${plain})$`);
}

const PATTERNS: Readonly<Record<DecimalMark, RegExp>> = { ',': pattern(','), '.': pattern('.') };

/** The largest exponent of a sheet's numbers; larger ones would write out endless digits. */
const LARGEST_EXPONENT = 308;

const isMinus = (sign: string | undefined): boolean => sign === '-' || sign === '\u2212';

/**
 * The number that a text is written as, in exact plain decimals that Lago counts: with the mark “,”
 * the text “1.234,50” is 1234.5. Undefined if the text is no number with this mark, so that nothing
 * is guessed.
 */
export function readNumber(text: string, mark: DecimalMark): string | undefined {
  const found = PATTERNS[mark].exec(text.trim());
  if (found === null) return undefined;
  const [
    ,
    sign,
    grouped,
    ,
    groupedDecimals,
    digits = '',
    decimals,
    bareDecimals,
    exponentSign,
    exponentDigits,
  ] = found;
  const exponent = Number(exponentDigits ?? 0);
  if (exponent > LARGEST_EXPONENT) return undefined;
  const whole = grouped === undefined ? digits : grouped.replace(/\D/g, '');
  const fraction = groupedDecimals ?? decimals ?? bareDecimals ?? '';
  const number = new Big(
    `${whole || '0'}.${fraction || '0'}e${isMinus(exponentSign) ? '-' : ''}${exponent}`,
  );
  return number.eq(0) ? '0' : `${isMinus(sign) ? '-' : ''}${number.toFixed()}`;
}

/** How a text can be read as a number. */
export interface NumberReading {
  /** The decimal mark that it was read with. */
  readonly mark: DecimalMark;
  /** What has to be removed before: a currency sign such as “$” or “US$”, or “%”. */
  readonly removed: string | undefined;
  /** In plain decimals. */
  readonly number: string;
}

const UNIT = '[A-Z]{0,3}\\p{Sc}|%';
const UNIT_FIRST = new RegExp(`^${SIGN}\\s*(${UNIT})`, 'u');
const UNIT_LAST = new RegExp(`(${UNIT})$`, 'u');

/** The one currency or percent sign at an end of a text. */
function unitOf(text: string): string | undefined {
  const trimmed = text.trim();
  const unit = UNIT_FIRST.exec(trimmed)?.[1] ?? UNIT_LAST.exec(trimmed)?.[1];
  return unit !== undefined && text.split(unit).length === 2 ? unit : undefined;
}

/** How a text that Lago does not count reads with a mark; undefined if it does not. */
export function readingBy(text: string, mark: DecimalMark): NumberReading | undefined {
  const removed = unitOf(text);
  const number = readNumber(removed === undefined ? text : text.replace(removed, ''), mark);
  return number === undefined ? undefined : { mark, removed, number };
}

/**
 * How a text reads in a spreadsheet with this mark; with the other mark only if its own says
 * nothing. Undefined if Lago counts the text as it is, or nobody can read it.
 */
export const readingIn = (text: string, mark: DecimalMark): NumberReading | undefined =>
  LAGO_NUMBER.test(text) ? undefined : (readingBy(text, mark) ?? readingBy(text, otherMark(mark)));

/** The filters that read a number like this, to be put behind a value. */
export const filtersOf = ({ mark, removed }: NumberReading): string =>
  `${removed === undefined ? '' : ` | remove: "${removed}"`} | number: "${mark}"`;

const PLAIN = 'Enter a plain number such as 1234.5.';

/** The most characters of a number that a sentence shows. */
const SHOWN_CHARACTERS = 20;

/** A number as sentences show it. */
export const shortNumber = (number: string): string =>
  number.length > SHOWN_CHARACTERS ? `${number.slice(0, SHOWN_CHARACTERS)}\u2026` : number;

/**
 * What to do about a value that is not counted as a number, in one sentence. It names the filter
 * that reads it, if one does.
 */
export function numberAdvice(value: string): string {
  const [byPoint, byComma] = DECIMAL_MARKS.map((mark) => readingBy(value, mark));
  const one = byPoint ?? byComma;
  if (one === undefined) return PLAIN;
  const number = shortNumber(one.number);
  if (byPoint !== undefined && byComma !== undefined && byPoint.number !== byComma.number) {
    const other = shortNumber(byComma.number);
    const behind = `${filtersOf(byPoint)} behind the column in the template`;
    return `Add${behind} if ${number} is meant, or${filtersOf(byComma)} if ${other} is.`;
  }
  const filters = filtersOf(one);
  const advice = `Enter it as ${number}, or add${filters} behind the column in the template.`;
  if (one.removed !== '%') return advice;
  const share = shortNumber(hundredth(one.number));
  return `${advice} Lago then counts ${number}; add | divided_by: 100 for ${share}.`;
}

const hundredth = (number: string): string => new Big(`${number}e-2`).toFixed();
