import { Tokenizer } from 'liquidjs';
import { liquid } from './liquid';
import { expressionBegin, type Piece, type PieceKind, pieces } from './pieces';

/** A filter as it is written. Places are 0-based characters of the template's text. */
export interface AppliedFilter {
  /** As it is written; it need not exist. */
  readonly name: string;
  /** Of its name. */
  readonly begin: number;
  /** Behind its arguments (exclusive). */
  readonly end: number;
  /** How many arguments it has. */
  readonly arguments: number;
}

/** Characters of a template (0-based, `end` exclusive). */
type Range = Pick<AppliedFilter, 'begin' | 'end'>;

/**
 * A place of the template where a value is written (`{{ … }}`) or assigned (`{% assign … %}`).
 * Places are 0-based characters of the template's text, ends exclusive.
 */
export interface Output {
  /** Whether it stands inside a JSON text, outside of any, or writes nothing. */
  readonly kind: 'text' | 'json' | 'assigned';
  /** At its opening braces. */
  readonly begin: number;
  /** Behind its closing braces. */
  readonly end: number;
  /** Where a further filter can be appended. */
  readonly contentEnd: number;
  /** Where a column may be empty, because a `default` stands in for it. */
  readonly optional: readonly Range[];
  /** Whether it is only reached if a branch is taken. */
  readonly inBranch: boolean;
  /** In the order in which they are applied. */
  readonly filters: readonly AppliedFilter[];
  /** Where the expression before the filters begins. */
  readonly valueBegin: number;
  /** At the first bar, or at the end of the content. */
  readonly valueEnd: number;
}

/** Every output of a template. */
export interface FoundOutputs {
  /** In the order of the text. */
  readonly outputs: readonly Output[];
  /**
   * The offset of the first tag at which the branches of a block disagree whether they are inside a
   * JSON text. Then one output could stand inside and outside, and no escaping would be safe.
   */
  readonly unbalanced?: number | undefined;
}

/** Follows JSON's quotes and backslashes; true while inside a JSON text. */
export function insideTextAfter(json: string, inside: boolean): boolean {
  let within = inside;
  for (let index = 0; index < json.length; index++) {
    if (within && json[index] === '\\') index++;
    else if (json[index] === '"') within = !within;
  }
  return within;
}

/** The filters behind the expression that stands between two characters of the text. */
const filtersBetween = (text: string, begin: number, end: number): AppliedFilter[] =>
  new Tokenizer(text, liquid().options.operators, undefined, [begin, end])
    .readFilteredValue()
    .filters.map((filter) => ({
      name: filter.name,
      begin: filter.begin,
      end: filter.end,
      arguments: filter.args.length,
    }));

/** Filters in the conditions of tags; there they would escape nothing and show nothing. */
export const filtersInConditions = (text: string): AppliedFilter[] =>
  pieces(text)
    .filter(({ kind }) => kind === 'block' || kind === 'branch')
    .flatMap((piece) => {
      const begin = expressionBegin(text, piece);
      return begin === undefined ? [] : filtersBetween(text, begin, piece.content[1]);
    });

function describe(text: string, piece: Piece, kind: Output['kind'], inBranch: boolean): Output {
  const { begin, end } = piece;
  const [contentBegin, contentEnd] = piece.content;
  const valueBegin = expressionBegin(text, piece) ?? contentBegin;
  const filters = filtersBetween(text, valueBegin, contentEnd);
  const [first] = filters;
  const valueEnd = first === undefined ? contentEnd : text.lastIndexOf('|', first.begin);
  const defaults = filters.filter(({ name }) => name === 'default');
  return {
    kind,
    begin,
    end,
    contentEnd,
    inBranch,
    // What other filters take behind their colon has no default of its own.
    optional: defaults.length === 0 ? [] : [{ begin: valueBegin, end: valueEnd }, ...defaults],
    filters,
    valueBegin,
    valueEnd,
  };
}

/** Whether a tag divides or ends a block inside a JSON text that began outside, or vice versa. */
function isUnbalanced(kind: PieceKind, open: boolean[], inside: boolean): boolean {
  if (kind === 'branch') return open[open.length - 1] !== inside;
  return kind === 'end' && open.pop() !== inside;
}

/**
 * Every output of a template that stands in no comment.
 * @throws LiquidError if the text cannot be cut into pieces
 */
export function findOutputs(text: string): FoundOutputs {
  const outputs: Output[] = [];
  /** Of each open block, whether it began inside a JSON text. */
  const open: boolean[] = [];
  let inside = false;
  const add = (piece: Piece, kind: Output['kind']): void => {
    outputs.push(describe(text, piece, kind, open.length > 0));
  };
  for (const piece of pieces(text).filter(({ commented }) => !commented)) {
    const { kind, begin, end } = piece;
    if (kind === 'html') inside = insideTextAfter(text.slice(begin, end), inside);
    else if (kind === 'output') add(piece, inside ? 'text' : 'json');
    else if (kind === 'assign') add(piece, 'assigned');
    else if (kind === 'block') open.push(inside);
    else if (isUnbalanced(kind, open, inside)) return { outputs, unbalanced: begin };
  }
  return { outputs };
}

/** The text with pieces put in; later places first, so that earlier offsets stay right. */
const insert = (
  text: string,
  insertions: readonly { readonly at: number; readonly piece: string }[],
): string =>
  [...insertions]
    .sort((left, right) => right.at - left.at)
    .reduce((result, { at, piece }) => result.slice(0, at) + piece + result.slice(at), text);

/**
 * The template in which each output ends in the filter that escapes it, and each `shown` knows its
 * column (by index).
 */
export function instrument(
  text: string,
  outputs: readonly Output[],
  filterOf: Readonly<Record<Output['kind'], string>>,
  columnOf: (output: Output) => number,
): string {
  return insert(
    text,
    outputs.flatMap((output, index) => [
      { at: output.contentEnd, piece: ` | ${filterOf[output.kind]}: ${index}` },
      ...output.filters
        .filter(({ name }) => name === 'shown')
        .map(({ end }) => ({ at: end, piece: `: ${columnOf(output)}` })),
    ]),
  );
}
