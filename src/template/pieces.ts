import { TagToken, Tokenizer, type TopLevelToken } from 'liquidjs';
import { liquid } from './liquid';

/**
 * What stands between two characters of a template. A block is `if`, `unless` or `case`; `branch`
 * is what divides it (`else`, `elsif`, `when`), `end` what closes it. `tag` is any other tag, and
 * any in a comment.
 */
export type PieceKind = 'html' | 'output' | 'assign' | 'block' | 'branch' | 'end' | 'tag';

/** A piece of a template. Places are 0-based characters of its text, ends exclusive. */
export interface Piece {
  /** What it is. */
  readonly kind: PieceKind;
  /** That of a tag; '' for text and outputs. */
  readonly name: string;
  /** Of a tag or output, at its opening braces. */
  readonly begin: number;
  /** Behind its closing braces. */
  readonly end: number;
  /** What stands inside the braces of an output or tag. */
  readonly content: readonly [begin: number, end: number];
  /** Whether it stands in a comment, where nothing is read. */
  readonly commented: boolean;
  /** How many branches a block has; 0 for all other pieces. */
  readonly branches: number;
}

const BLOCKS: ReadonlySet<string> = new Set(['if', 'unless', 'case']);
const BRANCHES: ReadonlySet<string> = new Set(['else', 'elsif', 'when']);

function kindOfTag(name: string): PieceKind {
  if (name === 'assign') return 'assign';
  if (BLOCKS.has(name)) return 'block';
  if (BRANCHES.has(name)) return 'branch';
  return name.startsWith('end') && BLOCKS.has(name.slice(3)) ? 'end' : 'tag';
}

function kindOf(token: TopLevelToken, commented: boolean): PieceKind {
  if (!(token instanceof TagToken)) return 'output';
  return commented ? 'tag' : kindOfTag(token.name);
}

function pieceOf(token: TopLevelToken, commented: boolean): Piece {
  const { begin, end } = token;
  const name = token instanceof TagToken ? token.name : '';
  const piece = { name, begin, end, commented, branches: 0 };
  if (!('contentRange' in token)) return { ...piece, kind: 'html', content: [begin, end] };
  return { ...piece, kind: kindOf(token, commented), content: token.contentRange };
}

/** The pieces with the numbers of branches that their blocks have. */
function counted(pieces: readonly Piece[]): readonly Piece[] {
  const branches = pieces.map(() => 0);
  const open: number[] = [];
  const add = (index: number | undefined): void => {
    if (index !== undefined) branches[index] = (branches[index] ?? 0) + 1;
  };
  pieces.forEach(({ kind, name }, index) => {
    if (kind === 'block') {
      open.push(index);
      // The first branch of a case begins at its first `when`.
      if (name !== 'case') add(index);
    } else if (kind === 'branch') add(open[open.length - 1]);
    else if (kind === 'end') open.pop();
  });
  return pieces.map((piece, index) => ({ ...piece, branches: branches[index] ?? 0 }));
}

function cut(text: string): readonly Piece[] {
  const tokens = new Tokenizer(text, liquid().options.operators).readTopLevelTokens(
    liquid().options,
  );
  let commented = false;
  return counted(
    tokens.map((token) => {
      const piece = pieceOf(token, commented);
      // Comments do not nest: liquidjs ends one at the first "endcomment".
      if (piece.name === 'comment') commented = true;
      else if (piece.name === 'endcomment') commented = false;
      return piece;
    }),
  );
}

/** One compilation asks for the pieces of a text once for each of its branches. */
let last: { readonly text: string; readonly pieces: readonly Piece[] } | undefined;

/**
 * A template's text cut by liquidjs' own tokenizer, so that both agree on where outputs are.
 * @throws LiquidError if the text cannot be cut
 */
export function pieces(text: string): readonly Piece[] {
  if (last?.text !== text) last = { text, pieces: cut(text) };
  return last.pieces;
}

/** Where the expression of an output or tag begins (0-based); undefined if it has none. */
export function expressionBegin(
  text: string,
  { kind, name, content: [begin, end] }: Piece,
): number | undefined {
  const behind = (word: string): number =>
    begin + text.slice(begin, end).indexOf(word) + word.length;
  if (kind === 'output') return begin;
  if (kind === 'assign') return behind('=');
  return kind === 'block' || (kind === 'branch' && name !== 'else') ? behind(name) : undefined;
}

/** The largest number of branches that a block of a template has; 1 if it has no blocks. */
export const mostBranches = (text: string): number =>
  Math.max(
    1,
    ...pieces(text)
      .filter(({ kind }) => kind === 'block')
      .map(({ branches }) => branches),
  );

/** How deep the blocks of a template are nested. */
export function blockDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const { kind } of pieces(text)) {
    if (kind === 'block') deepest = Math.max(deepest, ++depth);
    else if (kind === 'end') depth--;
  }
  return deepest;
}

/** Texts in quotes, also one that is not closed. */
const QUOTED = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|'[^'\\]*(?:\\[\s\S][^'\\]*)*'?/g;
const QUOTED_JSON = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?/g;

/** How deep brackets are nested. `open` and `close` list the kinds of brackets. */
function bracketDepth(text: string, open: string, close: string): number {
  let depth = 0;
  let deepest = 0;
  for (const letter of text) {
    if (open.includes(letter)) deepest = Math.max(deepest, ++depth);
    else if (close.includes(letter)) depth--;
  }
  return deepest;
}

/** How deep the objects and lists of a JSON text are nested, also if it is not whole. */
export const jsonDepth = (json: string): number =>
  bracketDepth(json.replace(QUOTED_JSON, ''), '{[', '}]');

/**
 * How deep the brackets of a template's expressions are nested. liquidjs reads each by calling
 * itself.
 */
export const expressionDepth = (text: string): number =>
  Math.max(
    0,
    ...pieces(text)
      .filter(({ kind }) => kind !== 'html')
      .map(({ content }) => bracketDepth(text.slice(...content).replace(QUOTED, ''), '[(', '])')),
  );
