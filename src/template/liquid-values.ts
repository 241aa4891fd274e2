import { Drop } from 'liquidjs';
import { type CellValue, isEmpty, isInstant } from '../value/cell';
import { plainDecimal } from '../value/decimal';

/**
 * An empty cell in Liquid's hands: false for `if`, absent for `default`, and equal to '', nil,
 * blank and empty.
 */
export class EmptyCell extends Drop {
  override valueOf(): null {
    return null;
  }

  override toString(): string {
    return '';
  }

  /** liquidjs compares by this. */
  equals(other: unknown): boolean {
    return other === '' || other === null || other === undefined || other instanceof Drop;
  }

  gt = (): boolean => false;
  geq = (): boolean => false;
  lt = (): boolean => false;
  leq = (): boolean => false;
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

/** What a cell's value is in Liquid. */
export type LiquidValue = CellValue | TimeValue | EmptyCell;

const EMPTY = new EmptyCell();

/** A cell's value as Liquid gets it. */
export const liquidValue = (value: CellValue): LiquidValue => {
  if (isInstant(value)) return new TimeValue(value.ms, value.dateOnly, value.wall);
  return isEmpty(value) ? EMPTY : value;
};

const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || value instanceof EmptyCell;

/** A value of Liquid as a text; numbers have no exponent, and what is empty becomes ''. */
export function asText(value: unknown): string {
  if (isNothing(value)) return '';
  if (isInstant(value)) return value.wall;
  return typeof value === 'number' ? plainDecimal(value) : String(value);
}

/** A value of Liquid as JSON; what is empty becomes null. */
export function asJson(value: unknown): string {
  if (isNothing(value)) return 'null';
  return typeof value === 'number' || typeof value === 'boolean'
    ? asText(value)
    : JSON.stringify(asText(value));
}
