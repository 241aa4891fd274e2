import Big from 'big.js';
import { Drop } from 'liquidjs';
import { type CellValue, isDuration, isEmpty, isInstant } from '../value/cell';
import { exactNumber, plainDecimal } from '../value/decimal';

/** An empty cell in Liquid's hands: false for `if`, absent for `default`. */
export class EmptyCell extends Drop {
  /** @param column whose cell it is, by its index among the template's columns */
  constructor(readonly column: number) {
    super();
  }

  override valueOf(): null {
    return null;
  }

  override toString(): string {
    return '';
  }
}

/** The plain text FALSE: false for `if`, a text for everything else. */
export class FalseText extends Drop {
  constructor(private readonly text: string) {
    super();
  }

  override valueOf(): boolean {
    return false;
  }

  override toString(): string {
    return this.text;
  }
}

/** A value that is JSON already. */
export class JsonText {
  constructor(readonly json: string) {}

  /** What filters for texts get. */
  toString(): string {
    return this.json;
  }
}

/** A cell's date in Liquid's hands: filters for texts see what the person entered. */
export class TimeValue {
  constructor(
    readonly ms: number,
    readonly dateOnly: boolean,
    readonly wall: string,
  ) {}

  /** What filters for texts get. */
  toString(): string {
    return this.wall;
  }
}

/** What a cell's value is in Liquid. Filters for numbers make a `Big` of it. */
export type LiquidValue = CellValue | TimeValue | EmptyCell | FalseText;

const SAYS_FALSE = /^\s*false\s*$/i;

/** A value, which is false for `if` where it is the text FALSE: one of a cell, or of a filter. */
export const withTruth = <T>(value: T): T | FalseText =>
  typeof value === 'string' && SAYS_FALSE.test(value) ? new FalseText(value) : value;

/**
 * A cell's value as Liquid gets it.
 * @param column of the cell, by its index among the template's columns
 */
export const liquidValue = (value: CellValue, column: number): LiquidValue => {
  if (isInstant(value)) return new TimeValue(value.ms, value.dateOnly, value.wall);
  return isEmpty(value) ? new EmptyCell(column) : withTruth(value);
};

/** Whether a value is an exact decimal, as filters for numbers make one. */
export const isDecimal = (value: unknown): value is Big => value instanceof Big;

/** Whether a value is an empty cell, or one of Liquid's own words for nothing, such as nil. */
const isAbsent = (value: unknown): boolean =>
  value === null || value === undefined || (value instanceof Drop && !(value instanceof FalseText));

/** Whether a value is absent, or a text or list with nothing in it. */
export const isNothing = (value: unknown): boolean =>
  isAbsent(value) ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'string' && value.trim() === '');

/** A value of Liquid as a text; numbers have no exponent, and what is empty becomes ''. */
export function asText(value: unknown): string {
  if (isAbsent(value)) return '';
  if (isInstant(value)) return value.wall;
  if (isDuration(value)) return value.clock;
  if (isDecimal(value)) return value.toFixed();
  return typeof value === 'number' ? plainDecimal(value) : String(value);
}

/**
 * A value of Liquid as JSON; what is empty becomes null. A decimal that no JSON number can hold
 * becomes a text, since Lago reads numbers as doubles (lago: event.numbers).
 */
export function asJson(value: unknown): string {
  if (isAbsent(value)) return 'null';
  if (value instanceof JsonText) return value.json;
  if (isDecimal(value)) return JSON.stringify(exactNumber(value.toFixed()));
  return typeof value === 'number' || typeof value === 'boolean'
    ? asText(value)
    : JSON.stringify(asText(value));
}
