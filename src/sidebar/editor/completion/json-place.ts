import type { JsonText, Scan } from '../tokens';

/** An object or list around a place. It changes while the template is read on. */
export interface Frame {
  /** The names on the way to it, from the outermost one. */
  readonly path: readonly string[];
  readonly kind: 'object' | 'list';
  /** The names of its properties, also of those behind the place. */
  readonly keys: string[];
  /** The property that was read last. */
  key: string | undefined;
  /** What comes next: the name of a property, its value, or a comma. */
  expects: 'name' | 'value' | 'comma';
}

/** Where a place stands in the JSON around it. */
export interface JsonPlace {
  /** The innermost object or list around it. */
  readonly frame: Frame;
  /**
   * `key` and `expects` of the frame as they were at the place; the frame itself is read to its
   * end.
   */
  readonly key: string | undefined;
  readonly expects: Frame['expects'];
}

/** What stands between the quotes of a JSON text. */
export const contentOf = (text: string, { from, to, closed }: JsonText): string =>
  text.slice(from + 1, closed ? to - 1 : to);

/**
 * Where a place (0-based offset) stands in the JSON around it; undefined outside of all JSON. The
 * place must not be inside of a text. Both branches of an `if` count, one after the other.
 */
export function jsonPlace(
  text: string,
  { tokens, texts }: Scan,
  at: number,
): JsonPlace | undefined {
  const stack: Frame[] = [];
  let found: JsonPlace | undefined;
  const look = (): void => {
    const frame = stack[stack.length - 1];
    if (found === undefined && frame !== undefined)
      found = { frame, key: frame.key, expects: frame.expects };
  };
  const scalars = tokens.filter(
    ({ kind }) => kind === 'punctuation' || kind === 'number' || kind === 'literal',
  );
  // Reading goes on behind the place, because names that follow there are taken too.
  for (const piece of [...scalars, ...texts].sort((left, right) => left.from - right.from)) {
    if (piece.from >= at) look();
    if ('kind' in piece) punctuate(stack, text.slice(piece.from, piece.to));
    else read(stack, contentOf(text, piece));
  }
  look();
  return found;
}

function punctuate(stack: Frame[], mark: string): void {
  const top = stack[stack.length - 1];
  if (mark === '{') stack.push(frameIn(top, 'object'));
  else if (mark === '[') stack.push(frameIn(top, 'list'));
  else if (mark === '}' || mark === ']') {
    stack.pop();
    const outer = stack[stack.length - 1];
    if (outer !== undefined) outer.expects = 'comma';
  } else if (top !== undefined) goOn(top, mark);
}

const expectedIn = (kind: Frame['kind']): Frame['expects'] =>
  kind === 'object' ? 'name' : 'value';

const frameIn = (outer: Frame | undefined, kind: Frame['kind']): Frame => ({
  path: outer === undefined ? [] : [...outer.path, ...(outer.key === undefined ? [] : [outer.key])],
  kind,
  keys: [],
  key: undefined,
  expects: expectedIn(kind),
});

/** Takes in a comma, a colon, or a number or word that is a value. */
function goOn(frame: Frame, mark: string): void {
  if (mark === ',') {
    frame.key = undefined;
    frame.expects = expectedIn(frame.kind);
  } else frame.expects = mark === ':' ? 'value' : 'comma';
}

/** Takes in a text. */
function read(stack: Frame[], content: string): void {
  const top = stack[stack.length - 1];
  if (top === undefined) return;
  if (top.expects === 'name') {
    top.key = content;
    top.keys.push(content);
  }
  top.expects = 'comma';
}
