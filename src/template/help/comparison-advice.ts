import { problem } from '../../problem/problem';
import type { TypedColumn } from '../../value/column-guess';
import { LAGO_NUMBER } from '../../value/decimal';
import { isFullDate } from '../../value/time';
import { type Piece, pieces } from '../pieces';
import { placeAt } from '../place';
import type { LocatedProblem } from './draft';
import { columnRead } from './references';

/** A column, what it is compared with, and where that stands (0-based, `to` exclusive). */
interface Comparison {
  readonly column: TypedColumn;
  readonly operator: string;
  readonly literal: string;
  readonly from: number;
}

const COLUMN = String.raw`row\s*(?:\.\s*[\p{L}\p{N}_-]+|\[\s*(?:"[^"]*"|'[^']*')\s*\])`;
const LITERAL = String.raw`"[^"]*"|'[^']*'|(?<![\d.])-?\d+(?:\.\d+)?|true|false`;
const OPERATOR = '==|!=|<=|>=|<|>';
const COLUMN_FIRST = new RegExp(`(${COLUMN})\\s*(${OPERATOR})\\s*(${LITERAL})`, 'gu');
const LITERAL_FIRST = new RegExp(`(${LITERAL})\\s*(${OPERATOR})\\s*(${COLUMN})`, 'gu');
const LITERALS = new RegExp(LITERAL, 'gu');

/** The comparisons in a condition. */
function inCondition(
  text: string,
  { content: [begin, end] }: Piece,
  columns: readonly TypedColumn[],
): Comparison[] {
  const condition = text.slice(begin, end);
  const comparison = (
    name: string,
    operator: string,
    literal: string,
    at: number,
  ): Comparison[] => {
    const column = columnRead(name, columns);
    return column === undefined ? [] : [{ column, operator, literal, from: begin + at }];
  };
  return [
    ...[...condition.matchAll(COLUMN_FIRST)].flatMap(
      ({ 0: all, 1: name = '', 2: operator = '', 3: literal = '', index }) =>
        comparison(name, operator, literal, index + all.length - literal.length),
    ),
    ...[...condition.matchAll(LITERAL_FIRST)].flatMap(
      ({ 1: literal = '', 2: operator = '', 3: name = '', index }) =>
        comparison(name, operator, literal, index),
    ),
  ];
}

/** What a case compares its column with; `of` is the column of the innermost open case. */
function inCase(
  text: string,
  { content: [begin, end] }: Piece,
  column: TypedColumn | undefined,
): Comparison[] {
  if (column === undefined) return [];
  return [...text.slice(begin, end).matchAll(LITERALS)].map(({ 0: literal, index }) => ({
    column,
    operator: '==',
    literal,
    from: begin + index,
  }));
}

function comparisonsIn(text: string, columns: readonly TypedColumn[]): Comparison[] {
  const cases: (TypedColumn | undefined)[] = [];
  return pieces(text)
    .filter(({ commented }) => !commented)
    .flatMap((piece) => {
      const { name, content } = piece;
      const inner = text.slice(...content).trim();
      if (name === 'case') cases.push(columnRead(inner.replace(/^case\s+/, ''), columns));
      if (name === 'endcase') cases.pop();
      if (name === 'when') return inCase(text, piece, cases[cases.length - 1]);
      return ['if', 'elsif', 'unless'].includes(name) ? inCondition(text, piece, columns) : [];
    });
}

const HOLDS = {
  number: 'numbers',
  date: 'dates',
  duration: 'durations',
  text: 'texts',
  'tick box': 'tick boxes',
} as const;

/** Whether a literal is of another type than the cells of a column, so that rows would be held. */
function isOther({ column: { type }, operator, literal }: Comparison): boolean {
  const content = /^["']/.test(literal) ? literal.slice(1, -1) : undefined;
  const isBox = /^(?:true|false)$/i.test(content ?? literal);
  if (content?.trim() === '') return false;
  switch (type) {
    case 'number':
      return !LAGO_NUMBER.test(content ?? literal);
    case 'date':
      return content === undefined || !isFullDate(content);
    case 'duration':
      return true;
    case 'tick box':
      return !isBox;
    case 'text':
      return content === undefined ? true : operator !== '==' && operator !== '!=';
    default:
      return false;
  }
}

/** Comparisons of a column with another type than its cells, for which rows are held. */
export const adviseComparisons = (
  text: string,
  columns: readonly TypedColumn[],
): LocatedProblem[] =>
  comparisonsIn(text, columns)
    .filter(isOther)
    .map(({ column: { name, type }, literal, from }) => ({
      ...problem(
        'template.other-type',
        { column: name, what: type === undefined || type === 'empty' ? '' : HOLDS[type], literal },
        placeAt(text, from),
      ),
      from,
      to: from + literal.length,
    }));
