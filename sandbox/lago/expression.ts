import { Decimal, decimalText, largest, type Rounding, roundTo, smallest } from './decimal';
import type { EventDraft } from './event-store';
import { columnText } from './json';

export class ExpressionError extends Error {}

type Variables = Pick<EventDraft, 'code' | 'timestamp' | 'properties'>;

/**
 * Evaluates a metric's expression (lago: expression.grammar) to the text that Lago
 * stores.
 */
export function evaluate(expression: string, variables: Variables): string {
  const value = new Evaluation(tokens(expression), variables).result();
  return value instanceof Decimal ? decimalText(value) : value;
}

type Value = Decimal | string;

const TOKEN =
  /\s*(?:(?<number>\d+(?:\.\d+)?)|(?<text>'[^']*')|(?<name>[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*)|(?<sign>[-+*/(),]))/y;

interface Token {
  kind: 'number' | 'text' | 'name' | 'sign';
  source: string;
}

function tokens(expression: string): Token[] {
  const source = expression.trimEnd();
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const match = TOKEN.exec(source);
    const [kind, text] =
      Object.entries(match?.groups ?? {}).find(([, group]) => group !== undefined) ?? [];
    if (kind === undefined || text === undefined)
      throw new ExpressionError('Failed to parse expression');
    found.push({ kind: kind as Token['kind'], source: text });
  }
  return found;
}

/** Recursive descent over the tokens, computing as it goes. */
class Evaluation {
  #position = 0;

  constructor(
    private readonly tokens: Token[],
    private readonly variables: Variables,
  ) {}

  result(): Value {
    const value = this.#sum();
    if (this.#position < this.tokens.length)
      throw new ExpressionError('Failed to parse expression');
    return value;
  }

  #sum(): Value {
    let value = this.#product();
    for (;;) {
      if (this.#accepts('+')) value = decimal(value).plus(decimal(this.#product()));
      else if (this.#accepts('-')) value = decimal(value).minus(decimal(this.#product()));
      else return value;
    }
  }

  #product(): Value {
    let value = this.#factor();
    for (;;) {
      if (this.#accepts('*')) value = decimal(value).times(decimal(this.#factor()));
      else if (this.#accepts('/')) value = quotient(decimal(value), decimal(this.#factor()));
      else return value;
    }
  }

  #factor(): Value {
    if (this.#accepts('-')) return decimal(this.#factor()).neg();
    if (this.#accepts('(')) return this.#closed(this.#sum());
    const token = this.tokens[this.#position];
    this.#position += 1;
    if (token?.kind === 'number') return new Decimal(token.source);
    if (token?.kind === 'text') return token.source.slice(1, -1);
    if (token?.kind === 'name')
      return this.#accepts('(') ? this.#call(token.source) : this.#variable(token.source);
    throw new ExpressionError('Failed to parse expression');
  }

  #closed(value: Value): Value {
    if (!this.#accepts(')')) throw new ExpressionError('Failed to parse expression');
    return value;
  }

  #call(name: string): Value {
    const operands = [this.#sum()];
    while (this.#accepts(',')) operands.push(this.#sum());
    return this.#closed(call(name, operands));
  }

  #variable(path: string): Value {
    const { code, timestamp, properties } = this.variables;
    if (path === 'event.code') return code ?? '';
    if (path === 'event.timestamp') return new Decimal(String(timestamp)).div(1_000_000);
    const name = path.replace(/^event\.properties\./, '');
    const value = properties[name];
    const text = typeof value === 'object' ? null : columnText(value);
    if (name === path || text === null) throw new ExpressionError(`Variable: ${name} not found`);
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)
      ? new Decimal(text.replace(/^\+/, ''))
      : text;
  }

  #accepts(sign: string): boolean {
    const token = this.tokens[this.#position];
    if (token?.kind !== 'sign' || token.source !== sign) return false;
    this.#position += 1;
    return true;
  }
}

function call(written: string, operands: Value[]): Value {
  const name = written.toLowerCase();
  const known = [name, name.toUpperCase(), name.charAt(0).toUpperCase() + name.slice(1)].includes(
    written,
  );
  if (known && name === 'concat') return operands.map(textOf).join('');
  if (known && (name === 'least' || name === 'greatest'))
    return operands.map(decimal).reduce(name === 'least' ? smallest : largest);
  const [value, precision] = operands;
  if (
    !known ||
    !['round', 'ceil', 'floor'].includes(name) ||
    value === undefined ||
    operands.length > 2
  )
    throw new ExpressionError('Failed to parse expression');
  return roundTo(
    decimal(value),
    name as Rounding,
    precision === undefined ? 0 : decimal(precision).toNumber(),
  );
}

function quotient(dividend: Decimal, divisor: Decimal): Decimal {
  if (divisor.eq(0)) throw new ExpressionError('Division by zero');
  return dividend.div(divisor);
}

const textOf = (value: Value): string => (value instanceof Decimal ? value.toFixed() : value);

function decimal(value: Value): Decimal {
  if (value instanceof Decimal) return value;
  throw new ExpressionError('Expected a decimal');
}
