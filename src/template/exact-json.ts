import Big from 'big.js';
import { exactNumber } from '../value/decimal';

/** A JSON text, or a number without an exponent; no part of what is something else. */
const TOKEN = /"(?:[^"\\]|\\.)*"?|(?<![\w.+-])-?(?:0|[1-9]\d*)(?:\.\d+)?(?![\w.])/g;

/** Fewer digits than these any number holds. */
const MANY_DIGITS = /\d[\d.]{15}/;

/**
 * JSON in which each number that no JavaScript number can hold is a text: Lago reads fractions as
 * doubles, too, but keeps every digit of a text (lago: event.numbers).
 */
export const withExactNumbers = (json: string): string =>
  MANY_DIGITS.test(json)
    ? json.replace(TOKEN, (token) =>
        token.startsWith('"') || !Number.isFinite(Number(token)) ? token : exact(token),
      )
    : json;

/** A number as it stands, if a JavaScript number is printed so; else its digits as text. */
const exact = (token: string): string =>
  typeof exactNumber(new Big(token).toFixed()) === 'number' ? token : JSON.stringify(token);
