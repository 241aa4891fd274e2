import { blockAt, scan, textAt } from './tokens';

/** What typing does beyond the typed character. Offsets are 0-based characters. */
export interface Typed {
  /** `insert` takes the place of the characters from `from` up to `to`. */
  readonly from: number;
  readonly to: number;
  readonly insert: string;
  /** Where the cursor stands afterwards, as an offset of the new text. */
  readonly cursor: number;
}

const CLOSERS: Readonly<Record<string, string>> = {
  '{': '}',
  '[': ']',
  '"': '"',
  "'": "'",
  '%': '%',
};
const INDENT = '  ';

/** A place in a template, and whether it is inside of a Liquid block or of a JSON text. */
interface Place {
  readonly text: string;
  readonly at: number;
  readonly inLiquid: boolean;
  /** Not if it is inside of a block in that text. */
  readonly inText: boolean;
}

/** Whether a closing character may be put in here: not right before something it would enclose. */
const isRoom = ({ text, at }: Place): boolean =>
  at >= text.length || /[\s}\]),:;"'%|]/.test(text[at] ?? '');

const over = (at: number): Typed => ({ from: at, to: at, insert: '', cursor: at + 1 });

const occurrences = (text: string, character: string): number => text.split(character).length - 1;

/** Whether the closing character that stands here already is the one that is being typed. */
function closesAlready({ text, at, inLiquid, inText }: Place, typed: string): boolean {
  if (text[at] !== typed) return false;
  if (typed === '}') return occurrences(text, '{') <= occurrences(text, '}');
  if (typed === ']') return occurrences(text, '[') <= occurrences(text, ']');
  if (typed === '%') return inLiquid && text[at + 1] === '}';
  if (typed === '"') return inText || inLiquid;
  return typed === "'" && inLiquid;
}

/** Whether an opening character brings its closing one here. */
function opensPair({ text, at, inLiquid, inText }: Place, typed: string): boolean {
  if (typed === '%') return text.slice(at - 1, at + 1) === '{}';
  if (typed === '{') return true;
  if (typed === "'") return inLiquid;
  // Behind a word of Liquid the quotation mark ends the JSON text around it.
  return !inText && !(typed === '"' && inLiquid && /\w$/.test(text.slice(0, at)));
}

/**
 * What a character does beyond being typed at a 0-based offset: an opening one brings its closing
 * one, and a closing one that stands there already is stepped over. Undefined if it does no more.
 */
export function typeCharacter(text: string, at: number, typed: string): Typed | undefined {
  const closer = CLOSERS[typed];
  if (closer === undefined && typed !== '}' && typed !== ']') return undefined;
  const scanned = scan(text);
  const inLiquid = blockAt(scanned, at) !== undefined;
  const place = { text, at, inLiquid, inText: !inLiquid && textAt(scanned, at) !== undefined };
  if (closesAlready(place, typed)) return over(at);
  return closer !== undefined && isRoom(place) && opensPair(place, typed)
    ? { from: at, to: at, insert: typed + closer, cursor: at + 1 }
    : undefined;
}

/** Backspace between an opening character and its closing one erases both; undefined elsewhere. */
export function eraseBackward(text: string, at: number): Typed | undefined {
  const pair = text.slice(at - 1, at + 1);
  if (at === 0 || pair.length < 2 || CLOSERS[pair[0] ?? ''] !== pair[1]) return undefined;
  return { from: at - 1, to: at + 1, insert: '', cursor: at - 1 };
}

/**
 * What Enter does in the place of the characters from `from` up to `to`: it indents the new line
 * like this one, and deeper inside of an object or a list.
 */
export function breakLine(text: string, from: number, to: number): Typed {
  const line = text.slice(text.lastIndexOf('\n', from - 1) + 1, from);
  const depth = /^[ \t]*/.exec(line)?.[0] ?? '';
  const opens = /[{[]\s*$/.test(line) && !/\{[{%]-?\s*$/.test(line);
  const following = text.slice(to);
  const closes = /^[ \t]*[}\]](?!\})/.test(following);
  const skipped = /^[ \t]*/.exec(following)?.[0].length ?? 0;
  const deeper = `\n${depth}${opens ? INDENT : ''}`;
  if (opens && closes)
    return { from, to: to + skipped, insert: `${deeper}\n${depth}`, cursor: from + deeper.length };
  const insert = closes ? `\n${depth.slice(0, Math.max(0, depth.length - INDENT.length))}` : deeper;
  return { from, to: to + skipped, insert, cursor: from + insert.length };
}

/**
 * Offsets of the bracket beside the cursor and of its counterpart; undefined if there is none.
 * Brackets inside of JSON's texts do not count.
 */
export function bracketPair(text: string, at: number): readonly [number, number] | undefined {
  const brackets = scan(text).tokens.filter(
    ({ kind, from }) => kind === 'punctuation' && '{}[]'.includes(text[from] ?? ''),
  );
  const open: number[] = [];
  for (const { from } of brackets) {
    if ('{['.includes(text[from] ?? '')) open.push(from);
    else {
      const begin = open.pop();
      if (begin === undefined || CLOSERS[text[begin] ?? ''] !== text[from]) return undefined;
      if ([begin, begin + 1, from, from + 1].includes(at)) return [begin, from];
    }
  }
  return undefined;
}
