import { Decimal, roundTo, sum } from './decimal';
import type { EventsStoreName } from './event-store';
import { columnText, type Json } from './json';
import type { Micros } from './timestamp';

/** How the billing queries of an event store read texts and numbers, and add them up. */
export interface Arithmetic {
  /** The number that a property is; null: none. */
  number(value: Json | undefined): Decimal | null;
  /**
   * Whether an event without a number counts, as zero (lago: counting.no-numbers); else it is left
   * out.
   */
  countsEveryEvent: boolean;
  /** A property as a text; null where there is nothing. */
  text(value: Json | undefined): string | null;
  sum(values: Decimal[]): Decimal;
  /** The instant that a delta counts from in a weighted sum (lago: clickhouse.seconds). */
  instant(timestamp: Micros): Micros;
  /** What a dynamic charge makes of the sum of its events' amounts. */
  cents(total: Decimal, centsPerUnit: Decimal): Decimal;
  /** The operation of an event in a unique count. */
  operation(value: Json | undefined): string;
  /** What an operation changes in a unique count, after the one before it for the same value. */
  change(operation: string, before: string): number;
}

/** Everything else counts for nothing on Postgres (lago: counting.numbers). */
const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/;

const POSTGRES: Arithmetic = {
  number: (value) => {
    const text = columnText(value);
    return text !== null && PLAIN_NUMBER.test(text) ? new Decimal(text) : null;
  },
  countsEveryEvent: false,
  text: columnText,
  sum,
  instant: (timestamp) => timestamp,
  cents: (total) => total,
  operation: (value) => columnText(value) ?? 'add',
  change: (operation, before) => (operation === before ? 0 : operation === 'add' ? 1 : -1),
};

/** (lago: clickhouse.numbers) */
const LOOSE_NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

/** The column has 38 digits, 26 of them behind the point. */
const FRACTION_DIGITS = 26;
const END_OF_COLUMN = new Decimal('1e12');

/** Its sums are numbers of 128 bits that wrap around (lago: clickhouse.wraps). */
const TURN = new Decimal(2).pow(128).div(new Decimal(10).pow(FRACTION_DIGITS));

const CLICKHOUSE: Arithmetic = {
  number: (value) => {
    const text = columnText(value);
    if (text === null || !LOOSE_NUMBER.test(text)) return null;
    const number = new Decimal(text.replace(/^\+/, '').replace(/\.(?=e|$)/i, ''));
    return number.abs().gte(END_OF_COLUMN)
      ? null
      : number.round(FRACTION_DIGITS, Decimal.roundDown);
  },
  countsEveryEvent: true,
  text: (value) => columnText(value) ?? '',
  sum: (values) => wrapped(sum(values)),
  instant: (timestamp) => (timestamp / 1_000_000n) * 1_000_000n,
  cents: (total, centsPerUnit) => (isWhole(total) ? wholeUnits(total, centsPerUnit) : total),
  operation: (value) => columnText(value) || 'add',
  change: (operation, before) => {
    if (operation === 'add') return before === 'add' ? 0 : 1;
    return before === 'remove' ? 0 : -1;
  },
};

/** From a half turn below zero to a half turn above. */
function wrapped(total: Decimal): Decimal {
  const half = TURN.div(2);
  if (total.gte(half.neg()) && total.lt(half)) return total;
  const turns = total.plus(half).div(TURN).round(0, Decimal.roundDown);
  const rest = total.minus(turns.times(TURN));
  return rest.lt(half.neg()) ? rest.plus(TURN) : rest;
}

const isWhole = (value: Decimal): boolean => value.eq(value.round(0, Decimal.roundDown));

/** A whole number of cents is divided as an integer (lago: clickhouse.dynamic). */
const wholeUnits = (cents: Decimal, centsPerUnit: Decimal): Decimal =>
  roundTo(cents.div(centsPerUnit), 'floor').times(centsPerUnit);

export const ARITHMETIC: Record<EventsStoreName, Arithmetic> = {
  postgres: POSTGRES,
  clickhouse: CLICKHOUSE,
};
