import { type TagToken, Tokenizer, TokenKind, type TopLevelToken } from 'liquidjs';
import { liquid } from './liquid';

/** A filter as it is written; offsets are 0-based characters of the template's text. */
export interface AppliedFilter {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
  readonly arguments: number;
}

/** A place of the template where a value is written (`{{ … }}`) or assigned (`{% assign … %}`). Offsets are 0-based characters of the template's text. */
export interface Output {
  readonly kind: 'text' | 'json' | 'assigned';
  readonly begin: number;
  readonly end: number;
  /** Where a further filter can be appended. */
  readonly contentEnd: number;
  /** Whether an empty cell is allowed, because a `default` stands in for it. */
  readonly optional: boolean;
  /** Whether it is only reached when a branch is taken. */
  readonly inBranch: boolean;
  readonly filters: readonly AppliedFilter[];
  /** Where the expression before the filters begins and ends. */
  readonly valueBegin: number;
  readonly valueEnd: number;
}

type Piece = {
  readonly token: TopLevelToken;
  readonly kind: 'html' | 'output' | 'tag';
  readonly name: string;
};

let lastCut:
  | {
      readonly text: string;
      readonly pieces: readonly Piece[];
      counts?: ReadonlyMap<number, number> | undefined;
    }
  | undefined;

/** One compilation asks for the pieces of one text again and again, for every branch of it. */
function cut(text: string): NonNullable<typeof lastCut> {
  if (lastCut?.text !== text) lastCut = { text, pieces: cutAnew(text) };
  return lastCut;
}

/** The template's text cut by liquidjs' own tokenizer, so that both agree on where an output begins. */
export const pieces = (text: string): readonly Piece[] => cut(text).pieces;

function cutAnew(text: string): Piece[] {
  return new Tokenizer(text, liquid().options.operators)
    .readTopLevelTokens(liquid().options)
    .map((token) => {
      if (token.kind === TokenKind.Output) return { token, kind: 'output', name: '' };
      if (token.kind === TokenKind.Tag)
        return { token, kind: 'tag', name: (token as TagToken).name };
      return { token, kind: 'html', name: '' };
    });
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

/** How deep brackets are nested outside of quoted texts, also where they are not all closed. `quotes`, `open` and `close` list the letters. */
function bracketDepth(text: string, quotes: string, open: string, close: string): number {
  let quote = '';
  let depth = 0;
  let deepest = 0;
  for (let index = 0; index < text.length; index++) {
    const letter = text[index] ?? '';
    if (quote !== '' && letter === '\\') index++;
    else if (letter === quote) quote = '';
    else if (quote === '' && quotes.includes(letter)) quote = letter;
    else if (quote === '' && open.includes(letter)) deepest = Math.max(deepest, ++depth);
    else if (quote === '' && close.includes(letter)) depth--;
  }
  return deepest;
}

/** How deep the objects and lists of a JSON text are nested, also where it is not whole. */
export const jsonDepth = (json: string): number => bracketDepth(json, '"', '{[', '}]');

/** How deep the brackets of a template's expressions are nested: liquidjs reads each by calling itself. */
export const expressionDepth = (text: string): number =>
  Math.max(
    0,
    ...pieces(text)
      .filter(({ kind }) => kind !== 'html')
      .map(({ token }) => bracketDepth(text.slice(...contentRange(token)), `"'`, '[(', '])')),
  );

/** How deep the blocks of a template are nested. */
export function blockDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const { kind, name } of pieces(text)) {
    if (kind !== 'tag') continue;
    if (BLOCKS.has(name)) deepest = Math.max(deepest, ++depth);
    else if (name.startsWith('end')) depth--;
  }
  return deepest;
}

const BRANCHES = new Set(['else', 'elsif', 'when']);
const BLOCKS = new Set(['if', 'unless', 'case']);

const contentRange = (token: TopLevelToken): readonly [number, number] =>
  (token as TagToken).contentRange;

const applied = ({
  name,
  begin,
  end,
  args,
}: {
  name: string;
  begin: number;
  end: number;
  args: readonly unknown[];
}): AppliedFilter => ({
  name,
  begin,
  end,
  arguments: args.length,
});

/** Filters that stand in the condition of a tag; there they would escape nothing and show nothing. */
export const filtersInConditions = (text: string): AppliedFilter[] =>
  pieces(text)
    .filter(
      ({ kind, name }) =>
        kind === 'tag' && (BLOCKS.has(name) || BRANCHES.has(name)) && name !== 'else',
    )
    .flatMap(({ token, name }) => {
      const [begin, end] = contentRange(token);
      const condition = begin + text.slice(begin, end).indexOf(name) + name.length;
      return new Tokenizer(text, liquid().options.operators, undefined, [condition, end])
        .readFilteredValue()
        .filters.map(applied);
    });

function describe(
  text: string,
  token: TopLevelToken,
  kind: Output['kind'],
  inBranch: boolean,
): Output {
  const [contentBegin, contentEnd] = contentRange(token);
  const valueBegin =
    kind === 'assigned'
      ? contentBegin + text.slice(contentBegin, contentEnd).indexOf('=') + 1
      : contentBegin;
  const { filters } = new Tokenizer(text, liquid().options.operators, undefined, [
    valueBegin,
    contentEnd,
  ]).readFilteredValue();
  const firstFilter = filters[0];
  const valueEnd =
    firstFilter === undefined ? contentEnd : text.lastIndexOf('|', firstFilter.begin);
  return {
    kind,
    begin: token.begin,
    end: token.end,
    contentEnd,
    inBranch,
    optional: filters.some(({ name }) => name === 'default'),
    filters: filters.map(applied),
    valueBegin,
    valueEnd,
  };
}

/**
 * Every output of a template and whether it stands inside a JSON text. `unbalanced` is the offset of the first tag at which the branches of a block
 * disagree about that: then the same output could stand inside and outside of a text, and no escaping would be safe.
 */
export function findOutputs(text: string): {
  readonly outputs: readonly Output[];
  readonly unbalanced?: number | undefined;
} {
  const outputs: Output[] = [];
  const blocks: boolean[] = [];
  let inside = false;
  let comment = 0;
  for (const { token, kind, name } of pieces(text)) {
    if (name === 'comment') comment++;
    else if (name === 'endcomment') comment--;
    else if (comment > 0) continue;
    else if (kind === 'html') inside = insideTextAfter(text.slice(token.begin, token.end), inside);
    else if (kind === 'output')
      outputs.push(describe(text, token, inside ? 'text' : 'json', blocks.length > 0));
    else if (name === 'assign') outputs.push(describe(text, token, 'assigned', blocks.length > 0));
    else if (BLOCKS.has(name)) blocks.push(inside);
    else if (BRANCHES.has(name) && blocks[blocks.length - 1] !== inside)
      return { outputs, unbalanced: token.begin };
    else if (name.startsWith('end') && blocks.pop() !== inside)
      return { outputs, unbalanced: token.begin };
  }
  return { outputs };
}

/** The text with a longer or shorter piece put in at each place; later places first, so that earlier offsets stay right. */
const insert = (
  text: string,
  insertions: readonly { readonly at: number; readonly piece: string }[],
): string =>
  [...insertions]
    .sort((left, right) => right.at - left.at)
    .reduce((result, { at, piece }) => result.slice(0, at) + piece + result.slice(at), text);

/** The template in which each output ends in the filter that escapes it, and each `shown` knows its column. */
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

/**
 * The JSON that a template would make if every block took its branch number `branch` (0-based; its last one where it has fewer), with outputs as fillers.
 * It has exactly the template's length, so an offset in it is an offset in the template.
 */
export function skeleton(text: string, outputs: readonly Output[], branch: number): string {
  const kindAt = new Map(outputs.map((output) => [output.begin, output.kind]));
  const counts = branchCounts(text);
  const blocks: { branch: number; last: number }[] = [];
  let comment = 0;
  let result = '';
  pieces(text).forEach(({ token, kind, name }, index) => {
    const length = token.end - token.begin;
    const top = blocks[blocks.length - 1];
    if (name === 'comment') comment++;
    else if (name === 'endcomment') comment--;
    else if (BLOCKS.has(name))
      blocks.push({ branch: name === 'case' ? -1 : 0, last: (counts.get(index) ?? 1) - 1 });
    else if (BRANCHES.has(name) && top !== undefined) top.branch++;
    else if (name.startsWith('end')) blocks.pop();
    const taken =
      comment === 0 && blocks.every((block) => block.branch === Math.min(branch, block.last));
    if (!taken || kind === 'tag') result += ' '.repeat(length);
    else if (kind === 'html') result += text.slice(token.begin, token.end);
    else result += kindAt.get(token.begin) === 'text' ? 'x'.repeat(length) : '0'.padEnd(length);
  });
  return result;
}

/** How many branches each block has, by the index of its opening piece. */
function branchCounts(text: string): ReadonlyMap<number, number> {
  const known = cut(text);
  known.counts ??= countBranches(known.pieces);
  return known.counts;
}

function countBranches(all: readonly Piece[]): Map<number, number> {
  const counts = new Map<number, number>();
  const open: number[] = [];
  all.forEach(({ name }, index) => {
    const top = open[open.length - 1];
    if (BLOCKS.has(name)) {
      open.push(index);
      counts.set(index, name === 'case' ? 0 : 1);
    } else if (BRANCHES.has(name) && top !== undefined) counts.set(top, (counts.get(top) ?? 0) + 1);
    else if (name.startsWith('end') && BLOCKS.has(name.slice(3))) open.pop();
  });
  return counts;
}

/** The largest number of branches that a block of the template has. */
export const mostBranches = (text: string): number => Math.max(1, ...branchCounts(text).values());
