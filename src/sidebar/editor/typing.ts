import { scan } from './tokens';

/** What typing does beyond the typed character: the characters from `from` up to `to` (0-based) become `insert`, and the cursor stands at `cursor`. */
export interface Typed {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
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

/** Whether a closing character may be put in here: not right before something that it would enclose. */
const isRoom = (text: string, at: number): boolean =>
  at >= text.length || /[\s}\]),:;"'%|]/.test(text[at] ?? '');

const over = (at: number): Typed => ({ from: at, to: at, insert: '', cursor: at + 1 });

const count = (text: string, character: string): number => text.split(character).length - 1;

/** Whether the closing character that stands here already is the one that is being typed. */
function closesAlready(
  text: string,
  at: number,
  typed: string,
  inLiquid: boolean,
  inText: boolean,
): boolean {
  if (text[at] !== typed) return false;
  if (typed === '}') return count(text, '{') <= count(text, '}');
  if (typed === ']') return count(text, '[') <= count(text, ']');
  if (typed === '%') return inLiquid && text[at + 1] === '}';
  if (typed === '"') return inText || inLiquid;
  return typed === "'" && inLiquid;
}

/**
 * What a character does that is typed at a place (0-based offset): an opening one brings its closing one, and a closing one that stands there already is stepped
 * over. Undefined where it is just typed.
 */
export function typeCharacter(text: string, at: number, typed: string): Typed | undefined {
  if (CLOSERS[typed] === undefined && typed !== '}' && typed !== ']') return undefined;
  const { blocks, texts } = scan(text);
  const inLiquid = blocks.some(
    ({ from, to, closed }) => from + 2 <= at && at <= (closed ? to - 2 : to),
  );
  const inText =
    !inLiquid && texts.some(({ from, to, closed }) => from < at && at <= (closed ? to - 1 : to));
  if (closesAlready(text, at, typed, inLiquid, inText)) return over(at);
  const closer = CLOSERS[typed];
  if (closer === undefined || !isRoom(text, at)) return undefined;
  const pair: Typed = { from: at, to: at, insert: typed + closer, cursor: at + 1 };
  if (typed === '%') return text.slice(at - 1, at + 1) === '{}' ? pair : undefined;
  if (typed === '{') return pair;
  if (typed === "'") return inLiquid ? pair : undefined;
  return inText || (inLiquid && /\w$/.test(text.slice(0, at)) && typed === '"') ? undefined : pair;
}

/** What Backspace does between an opening character and its closing one: both go. Undefined elsewhere. */
export function eraseBackward(text: string, at: number): Typed | undefined {
  const pair = text.slice(at - 1, at + 1);
  if (at === 0 || pair.length < 2 || CLOSERS[pair[0] ?? ''] !== pair[1]) return undefined;
  return { from: at - 1, to: at + 1, insert: '', cursor: at - 1 };
}

/** What Enter does in the place of the characters from `from` up to `to`: the new line is as deep as this one, and deeper inside of an object or a list. */
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

/** Offsets of the bracket beside the cursor and of its counterpart; undefined where there is none. Brackets inside of JSON's texts count for nothing. */
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
