import { readIso } from '../value/zoned-clock';

/** In which order a date names day, month and year. */
export type DateOrder = 'dmy' | 'mdy' | 'ymd';

/** All orders, the commonest first. */
export const DATE_ORDERS: readonly DateOrder[] = ['dmy', 'mdy', 'ymd'];

/** The order of a spreadsheet's locale, as Google names it: `de_DE`. */
export function dateOrder(locale: string): DateOrder {
  try {
    const format = new Intl.DateTimeFormat(`${locale.replace(/_/g, '-')}-u-nu-latn-ca-gregory`);
    const parts = format.formatToParts(0).map(({ type }) => type[0]);
    const order = parts.filter((letter) => letter === 'd' || letter === 'm' || letter === 'y');
    return DATE_ORDERS.find((each) => each === order.join('')) ?? 'dmy';
  } catch {
    return 'mdy';
  }
}

/** Names of months by their first letters, in English and German. */
const MONTHS: readonly RegExp[] = [
  /^jan|^jän/,
  /^feb/,
  /^mar|^mär|^mrz/,
  /^apr/,
  /^may|^mai/,
  /^jun/,
  /^jul/,
  /^aug/,
  /^sep/,
  /^oct|^okt/,
  /^nov/,
  /^dec|^dez/,
];

const PART = String.raw`(\d{1,4}|\p{L}{3,9})`;
const SEPARATOR = String.raw`(?:\s*[./-]\s*|\.?\s+|,\s*)`;
const CLOCK = String.raw`(?:,?\s+(\d{1,2}:\d{2}(?::\d{2})?)(?:\s*([ap])\.?m\.?)?)?`;
const WRITTEN = new RegExp(`^${PART}${SEPARATOR}${PART}${SEPARATOR}${PART}${CLOCK}$`, 'iu');

const monthNamed = (name: string): number | undefined => {
  const found = MONTHS.findIndex((pattern) => pattern.test(name.toLowerCase()));
  return found < 0 ? undefined : found + 1;
};

/** A year of two digits is one of this century. */
const yearOf = (digits: string): number =>
  digits.length === 2 ? 2000 + Number(digits) : Number(digits);

/** The date of three parts, as `2026-11-01`; undefined if they cannot be one. */
function dateOf(parts: readonly string[], order: DateOrder): string | undefined {
  const named = parts.findIndex((part) => /\p{L}/u.test(part));
  const part = (letter: 'd' | 'm' | 'y'): string => {
    // A month with a name says which part it is; the other two keep their order.
    const letters = named < 0 ? order : withMonthAt(order, named);
    return parts[letters.indexOf(letter)] ?? '';
  };
  const month = named < 0 ? Number(part('m')) : monthNamed(part('m'));
  if (month === undefined || ![2, 4].includes(part('y').length) || part('d').length > 2)
    return undefined;
  const date = [String(yearOf(part('y'))).padStart(4, '0'), month, part('d')]
    .map((each) => String(each).padStart(2, '0'))
    .join('-');
  return readIso(date) === undefined ? undefined : date;
}

const withMonthAt = (order: DateOrder, place: number): string => {
  const others = order.replace('m', '');
  return `${others.slice(0, place)}m${others.slice(place)}`;
};

const hour24 = (clock: string, half: string | undefined): string => {
  const [hour = '', ...rest] = clock.split(':');
  const hours =
    half === undefined ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0);
  return [String(hours).padStart(2, '0'), ...rest].join(':');
};

/**
 * The date that a text is written as, `2026-11-01` or `2026-11-01 14:05`. With the order “dmy” the
 * text “01.11.2026” is the first of November. Undefined if the text is no date in this order, so
 * that nothing is guessed.
 */
export function readDate(text: string, order: DateOrder): string | undefined {
  const [, first = '', second = '', third = '', clock, half] = WRITTEN.exec(text.trim()) ?? [];
  const date = dateOf([first, second, third], order);
  if (date === undefined || clock === undefined) return date;
  const time = hour24(clock, half);
  return readIso(`${date}T${time}`) === undefined ? undefined : `${date} ${time}`;
}
