import Big from 'big.js';
import { type Token, Tokenizer, TypeGuards } from 'liquidjs';
import { type Problem, problem } from '../problem/problem';
import { exactNumber } from '../value/decimal';
import { liquid } from './liquid';
import { expressionBegin, pieces } from './pieces';
import { placeAt } from './place';

/** A place (0-based character) of an expression that liquidjs would pass over in silence. */
interface Flaw {
  readonly at: number;
  /** What is wrong, in words. */
  readonly detail: string;
}

/** How a number goes on that is written with groups, or with a comma before its decimals. */
const WRITTEN_ON = /^,\d[\d.,]*/;

/** The number at the end of a text, read backwards: from the front it would be quadratic. */
const NUMBER_BEFORE = /$(?<=([+-]?\d[\d.]*))/;

/** What stands where liquidjs stops reading an expression. */
function unread(text: string, at: number, end: number): Flaw {
  const before = NUMBER_BEFORE.exec(text.slice(0, at))?.[1];
  const after = WRITTEN_ON.exec(text.slice(at, end))?.[0];
  return before !== undefined && after !== undefined
    ? {
        at: at - before.length,
        detail: `“${before}${after}” is not one number; write 1234.5 with a point and no groups`,
      }
    : { at, detail: `“${text.slice(at, end).trim()}” does not fit here` };
}

/** A number whose last digits would be lost: liquidjs keeps numbers as doubles. */
function longNumber(token: Token | undefined): Flaw | undefined {
  if (!TypeGuards.isNumberToken(token)) return undefined;
  const written = token.getText();
  const isExact = typeof exactNumber(new Big(written.replace('+', '')).toFixed()) === 'number';
  return isExact
    ? undefined
    : { at: token.begin, detail: `“${written}” has too many digits; put it in quotes` };
}

/** The first flaw among values and operators, which have to alternate. */
function flawInValues(text: string, tokenizer: Tokenizer, end: number): Flaw | undefined {
  let wantsValue = true;
  for (const token of tokenizer.readExpressionTokens()) {
    const isOperator = TypeGuards.isOperatorToken(token);
    const isNot = isOperator && token.operator === 'not';
    if (isNot ? !wantsValue : isOperator === wantsValue) return unread(text, token.begin, end);
    const long = longNumber(token);
    if (long !== undefined) return long;
    wantsValue = isOperator;
  }
  return wantsValue ? { at: end - 1, detail: 'a value is missing at the end' } : undefined;
}

function flawInExpression(text: string, begin: number, end: number): Flaw | undefined {
  const tokenizer = new Tokenizer(text, liquid().options.operators, undefined, [begin, end]);
  const flaw = flawInValues(text, tokenizer, end);
  if (flaw !== undefined) return flaw;
  const [long] = tokenizer
    .readFilters()
    .flatMap(({ args }) => args)
    .flatMap((arg) => longNumber(Array.isArray(arg) ? arg[1] : arg) ?? []);
  if (long !== undefined) return long;
  tokenizer.skipBlank();
  return tokenizer.end() ? undefined : unread(text, tokenizer.p, end);
}

/** The first flaw in the values of a `when`, between which stand commas or `or`. */
function flawInWhen(text: string, begin: number, end: number): Flaw | undefined {
  const tokenizer = new Tokenizer(text, liquid().options.operators, undefined, [begin, end]);
  while (!tokenizer.end()) {
    const long = longNumber(tokenizer.readValue());
    if (long !== undefined) return long;
    tokenizer.skipBlank();
    if (tokenizer.end()) return undefined;
    const between = /^(?:,|or\b)/.exec(tokenizer.remaining())?.[0];
    if (between === undefined) return unread(text, tokenizer.p, end);
    tokenizer.advance(between.length);
  }
  return undefined;
}

/**
 * The first place that liquidjs would pass over in silence, so that a row would be billed by half
 * of what is written there: `times: 1,000` is times 1 for it, and `<>` always false.
 */
export function unreadExpression(text: string): Problem | undefined {
  for (const piece of pieces(text)) {
    const begin = piece.commented ? undefined : expressionBegin(text, piece);
    if (begin === undefined) continue;
    const flawIn = piece.name === 'when' ? flawInWhen : flawInExpression;
    const flaw = flawIn(text, begin, piece.content[1]);
    if (flaw !== undefined)
      return problem('template.liquid', { detail: flaw.detail }, placeAt(text, flaw.at));
  }
  return undefined;
}
