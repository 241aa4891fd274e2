/**
 * What a piece of a template is. `column` is a name behind a dot, `text` a quoted text inside of
 * Liquid, `unknown` what cannot stand where it is.
 */
export type TokenKind =
  | 'property'
  | 'string'
  | 'number'
  | 'literal'
  | 'punctuation'
  | 'delimiter'
  | 'tag'
  | 'name'
  | 'column'
  | 'filter'
  | 'text'
  | 'operator'
  | 'comment'
  | 'unknown';

/** Characters of a template, as 0-based offsets from `from` up to `to`, which is not included. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** A piece of a template. White space belongs to none, except inside of texts and comments. */
export interface Token extends Range {
  readonly kind: TokenKind;
}

/** A JSON text with its quotes, outputs and tags inside of it included. */
export interface JsonText extends Range {
  /** If not, it ends with its line. */
  readonly closed: boolean;
  /** Whether a colon follows, so that it names a property. */
  readonly property: boolean;
  /** Whether it holds an output or a tag. */
  readonly hasLiquid: boolean;
}

/** A `{{ ... }}` or `{% ... %}` with its delimiters. */
export interface LiquidBlock extends Range {
  readonly kind: 'output' | 'tag';
  /** If not, it ends before the next block, or with the JSON text or the line that it is in. */
  readonly closed: boolean;
}

/** A template in pieces, each list in the order of the text. */
export interface Scan {
  /** They do not overlap. */
  readonly tokens: readonly Token[];
  /** The JSON texts, which consist of tokens. */
  readonly texts: readonly JsonText[];
  /** The Liquid blocks, also those inside of texts. */
  readonly blocks: readonly LiquidBlock[];
}

const LITERALS = new Set(['true', 'false', 'nil', 'null', 'blank', 'empty']);
const WORD_OPERATORS = new Set(['and', 'or', 'not', 'contains']);
const ENDCOMMENT = /\{%-?\s*endcomment\b/g;

const isLiquid = (text: string, at: number): boolean =>
  text[at] === '{' && (text[at + 1] === '{' || text[at + 1] === '%');

/** What a sticky pattern matches at an offset. */
function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

const SPACE = /\s+/y;
const JSON_NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const JSON_WORD = /[A-Za-z_]\w*/y;
const LIQUID_TEXT = /"[^"]*"|'[^']*'/y;
const LIQUID_TEXT_IN_LINE = /"[^"\n]*"|'[^'\n]*'/y;
const LIQUID_NUMBER = /-?\d+(?:\.\d+)?/y;
const LIQUID_WORD = /[A-Za-z_][\w-]*\??/y;
const LIQUID_OPERATOR = /[=!<>]=|<>|\.\.|[|:,.=<>()[\]]/y;

class Scanner {
  readonly tokens: Token[] = [];
  readonly texts: JsonText[] = [];
  readonly blocks: LiquidBlock[] = [];
  #at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): Scan {
    const text = this.#text;
    while (this.#at < text.length) {
      const character = text[this.#at] ?? '';
      const space = matchAt(SPACE, text, this.#at);
      if (space !== undefined) this.#at += space.length;
      else if (isLiquid(text, this.#at)) this.#liquid(undefined);
      else if (character === '"') this.#jsonText();
      else if ('{}[],:'.includes(character)) this.#push('punctuation', this.#at + 1);
      else this.#jsonScalar();
    }
    return this;
  }

  #push(kind: TokenKind, to: number): void {
    if (to > this.#at) this.tokens.push({ from: this.#at, to, kind });
    this.#at = to;
  }

  #jsonScalar(): void {
    const number = matchAt(JSON_NUMBER, this.#text, this.#at);
    if (number !== undefined) {
      this.#push('number', this.#at + number.length);
      return;
    }
    const word = matchAt(JSON_WORD, this.#text, this.#at);
    if (word === undefined) this.#push('unknown', this.#at + 1);
    else
      this.#push(
        ['true', 'false', 'null'].includes(word) ? 'literal' : 'unknown',
        this.#at + word.length,
      );
  }

  #jsonText(): void {
    const text = this.#text;
    const from = this.#at;
    const first = this.tokens.length;
    const firstBlock = this.blocks.length;
    let end = from + 1;
    let closed = false;
    while (end < text.length && text[end] !== '\n' && !closed) {
      if (isLiquid(text, end)) {
        this.#push('string', end);
        this.#liquid('"');
        end = this.#at;
        continue;
      }
      closed = text[end] === '"';
      // Liquid is read before JSON, so a backslash escapes nothing of an output.
      end +=
        text[end] === '\\' &&
        end + 1 < text.length &&
        text[end + 1] !== '\n' &&
        !isLiquid(text, end + 1)
          ? 2
          : 1;
    }
    this.#push('string', end);
    const property = closed && text[end + (matchAt(SPACE, text, end)?.length ?? 0)] === ':';
    if (property) {
      for (let index = first; index < this.tokens.length; index++) {
        const token = this.tokens[index];
        if (token?.kind === 'string') this.tokens[index] = { ...token, kind: 'property' };
      }
    }
    this.texts.push({
      from,
      to: end,
      closed,
      property,
      hasLiquid: this.blocks.length > firstBlock,
    });
  }

  /**
   * Reads a block, and a comment up to its end.
   * @param quote what ends the JSON text around the block, if it is in one
   */
  #liquid(quote: '"' | undefined): void {
    const text = this.#text;
    const from = this.#at;
    const kind = text[from + 1] === '{' ? 'output' : 'tag';
    const { contentEnd, closed } = this.#blockEnd(kind === 'output' ? '}}' : '%}', quote);
    const to = closed ? contentEnd + 2 : contentEnd;
    this.#push('delimiter', Math.min(contentEnd, from + (text[from + 2] === '-' ? 3 : 2)));
    const trims = closed && contentEnd > this.#at && text[contentEnd - 1] === '-';
    const first = this.#content(trims ? contentEnd - 1 : contentEnd, kind);
    this.#push('delimiter', to);
    this.blocks.push({ from, to, kind, closed });
    if (kind === 'tag' && closed && first === 'comment') {
      ENDCOMMENT.lastIndex = to;
      this.#push('comment', ENDCOMMENT.exec(text)?.index ?? text.length);
    }
  }

  /**
   * Where the content of the block that begins here ends. Texts inside of it may hold the closing
   * delimiter.
   */
  #blockEnd(
    close: '}}' | '%}',
    quote: '"' | undefined,
  ): { readonly contentEnd: number; readonly closed: boolean } {
    const text = this.#text;
    const begin = this.#at + 2;
    let at = begin;
    while (at < text.length && !isLiquid(text, at)) {
      if (text.startsWith(close, at)) return { contentEnd: at, closed: true };
      at += matchAt(LIQUID_TEXT_IN_LINE, text, at)?.length ?? 1;
    }
    const ends = [
      text.indexOf('\n', begin),
      quote === undefined ? -1 : text.indexOf(quote, begin),
      at,
    ].filter((end) => end >= 0);
    return { contentEnd: Math.min(...ends), closed: false };
  }

  /** Reads the expression inside of a block and returns its first piece. */
  #content(end: number, kind: LiquidBlock['kind']): string | undefined {
    const text = this.#text.slice(0, end);
    let first: string | undefined;
    let before = '';
    while (this.#at < end) {
      const space = matchAt(SPACE, text, this.#at);
      if (space !== undefined) {
        this.#at += space.length;
        continue;
      }
      const isTag = kind === 'tag' && first === undefined;
      const [piece, pieceKind] = liquidPiece(text, this.#at, before, isTag);
      this.#push(pieceKind, this.#at + piece.length);
      first ??= piece;
      before = piece;
    }
    return first;
  }
}

/**
 * The piece of an expression at an offset, which is not white space, and what it is.
 * @param before the piece before it, empty at the beginning
 * @param isTag whether the name of a tag is expected
 */
function liquidPiece(
  text: string,
  at: number,
  before: string,
  isTag: boolean,
): readonly [string, TokenKind] {
  const quoted = matchAt(LIQUID_TEXT, text, at);
  if (quoted !== undefined) return [quoted, 'text'];
  const word = matchAt(LIQUID_WORD, text, at);
  if (word !== undefined) return [word, wordKind(word, before, isTag)];
  const number = before === '.' ? undefined : matchAt(LIQUID_NUMBER, text, at);
  if (number !== undefined) return [number, 'number'];
  const operator = matchAt(LIQUID_OPERATOR, text, at);
  return operator === undefined ? [text[at] ?? '', 'unknown'] : [operator, 'operator'];
}

function wordKind(word: string, before: string, isTag: boolean): TokenKind {
  if (isTag) return 'tag';
  if (before === '.') return 'column';
  if (before === '|') return 'filter';
  if (LITERALS.has(word)) return 'literal';
  return WORD_OPERATORS.has(word) ? 'operator' : 'name';
}

/**
 * Cuts a template into its pieces, JSON and Liquid, for colours and completion. It takes any text,
 * because most texts are half written; only the server's check says whether a template is right.
 * Takes time in proportion to the text.
 */
export const scan = (text: string): Scan => new Scanner(text).scan();

/** The block whose content a 0-based offset is inside of, or at the edge of. */
export const blockAt = ({ blocks }: Scan, at: number): LiquidBlock | undefined =>
  blocks.find(({ from, to, closed }) => from + 2 <= at && at <= (closed ? to - 2 : to));

/** The JSON text between whose quotes a 0-based offset is. */
export const textAt = ({ texts }: Scan, at: number): JsonText | undefined =>
  texts.find(({ from, to, closed }) => from < at && at <= (closed ? to - 1 : to));
