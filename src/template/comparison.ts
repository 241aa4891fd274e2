import type Big from 'big.js';
import { isDuration, isImprecise, isInstant } from '../value/cell';
import { countedDecimal } from '../value/decimal';
import { type TimeRule, wallOf } from '../value/time';
import { asText, isDecimal, isNothing } from './liquid-values';

/** What kind of value one side of a comparison has to be. */
export type Wanted = 'number' | 'digits' | 'time' | 'duration' | 'order' | 'box';

/** Two values that cannot be compared: no branch is right. */
export class Incomparable extends Error {
  /**
   * @param value what does not fit
   * @param other what it is compared with
   * @param wanted what it would have to be. `order`: both are texts, which have none
   */
  constructor(
    readonly value: string,
    readonly other: string,
    readonly wanted: Wanted,
  ) {
    super(value);
  }
}

const isNumeric = (value: unknown): boolean => typeof value === 'number' || isDecimal(value);

function decimalOf(value: unknown, other: unknown): Big {
  const counted = isDecimal(value)
    ? value
    : countedDecimal(typeof value === 'number' ? value : textOf(value)?.trim());
  if (counted === undefined) throw new Incomparable(asText(value), asText(other), 'number');
  return counted;
}

/** Whether a value is a number all of whose digits the sheet keeps. */
const isExact = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && !isImprecise(value);

/** How far numbers are apart, in parts of them, whose first 15 digits are the same. */
const SAME_DIGITS = '1e-14';

/**
 * Whether the first of two numbers is the larger (1), the smaller (-1), or neither (0).
 * @throws Incomparable if that depends on digits that the sheet has lost
 */
function numericOrder(left: unknown, right: unknown): number {
  // The commonest case, and exact: doubles stand in the order of their decimals.
  if (isExact(left) && isExact(right)) return Math.sign(left - right);
  const [first, second] = [decimalOf(left, right), decimalOf(right, left)];
  const lost = [left, right].find((value) => typeof value === 'number' && isImprecise(value));
  if (lost !== undefined && first.minus(second).abs().lte(first.abs().times(SAME_DIGITS)))
    throw new Incomparable(asText(lost), asText(lost === left ? right : left), 'digits');
  return first.cmp(second);
}

/** The text of a value that is one; undefined for all others. */
const textOf = (value: unknown): string | undefined =>
  typeof value === 'boolean' ||
  isNumeric(value) ||
  isInstant(value) ||
  isDuration(value) ||
  Array.isArray(value)
    ? undefined
    : asText(value);

function secondsOf(value: unknown, other: unknown): number {
  if (isDuration(value)) return value.seconds;
  throw new Incomparable(asText(value), asText(other), 'duration');
}

function wall(value: unknown, other: unknown, rule: TimeRule): string {
  const clock = wallOf(isInstant(value) ? value.wall : (textOf(value) ?? ''), rule);
  if (clock === undefined) throw new Incomparable(asText(value), asText(other), 'time');
  return clock;
}

/** What a tick box, or a text that says what one says, is. */
function box(value: unknown, other: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const said = textOf(value)?.trim().toUpperCase();
  if (said === 'TRUE' || said === 'FALSE') return said === 'TRUE';
  throw new Incomparable(asText(value), asText(other), 'box');
}

/**
 * Whether two values of Liquid are equal. As numbers if one of them is a number, as clock times if
 * one is a date of the sheet, as tick boxes if one is a tick box, as texts otherwise. What is empty
 * equals what is empty, and nothing else.
 * @throws Incomparable if the other side is nothing of the kind
 */
export function isEqual(left: unknown, right: unknown, rule: TimeRule): boolean {
  if (isNothing(left) || isNothing(right)) return isNothing(left) && isNothing(right);
  if (Array.isArray(left) && Array.isArray(right))
    return (
      left.length === right.length && left.every((each, place) => isEqual(each, right[place], rule))
    );
  if (isNumeric(left) || isNumeric(right)) return numericOrder(left, right) === 0;
  if (isInstant(left) || isInstant(right))
    return wall(left, right, rule) === wall(right, left, rule);
  if (isDuration(left) || isDuration(right))
    return secondsOf(left, right) === secondsOf(right, left);
  if (typeof left === 'boolean' || typeof right === 'boolean')
    return box(left, right) === box(right, left);
  return asText(left) === asText(right);
}

/**
 * Whether the first of two values of Liquid is the larger (1), the smaller (-1), or neither (0);
 * undefined if one of them is empty.
 * @throws Incomparable if they are texts, or of two kinds
 */
export function order(left: unknown, right: unknown, rule: TimeRule): number | undefined {
  if (isNothing(left) || isNothing(right)) return undefined;
  if (isNumeric(left) || isNumeric(right)) return numericOrder(left, right);
  if (isDuration(left) || isDuration(right))
    return Math.sign(secondsOf(left, right) - secondsOf(right, left));
  if (!isInstant(left) && !isInstant(right))
    throw new Incomparable(asText(left), asText(right), 'order');
  const [first, second] = [wall(left, right, rule), wall(right, left, rule)];
  return first === second ? 0 : first > second ? 1 : -1;
}

/** Whether a text has another one in it, or a list has an element with this text. */
export function contains(whole: unknown, part: unknown): boolean {
  if (isNothing(whole) || isNothing(part)) return false;
  const sought = asText(part);
  return Array.isArray(whole)
    ? whole.some((each) => asText(each) === sought)
    : asText(whole).includes(sought);
}
