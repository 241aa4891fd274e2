import { type Problem, problem } from '../problem/problem';
import { blockDepth, expressionDepth, mostBranches, pieces } from './pieces';
import { placeAt } from './place';

/** More than anybody writes by hand. */
const MOST_CHARACTERS = 100_000;
/** Outputs and tags. */
const MOST_PIECES = 1_000;
/** Characters in all branches together, since each branch is read as the whole text. */
const MOST_READ = 5_000_000;

/**
 * How deep brackets, tags, objects and lists may be nested. Lago refuses a whole request of more
 * than 100 levels (lago: requests.unreadable), and a batch has two around an event.
 */
export const DEEPEST = 50;

/** The problem of a template that is larger than what is read of one. */
export const tooLarge = (text: string, what: string, most: number, offset = 0): Problem =>
  problem('template.too-large', { what, most }, placeAt(text, offset));

/** The problem of a text that is too long to be looked at; undefined if it is not. */
export const checkLength = (text: string): Problem | undefined =>
  text.length > MOST_CHARACTERS
    ? tooLarge(text, `${text.length} characters`, MOST_CHARACTERS, MOST_CHARACTERS)
    : undefined;

/**
 * The problem of a template that has too much in it; undefined if it has not. Its readers call
 * themselves for each level, so endless nesting would end in an exception.
 * @throws LiquidError if the text cannot be cut into pieces
 */
export function checkSize(text: string): Problem | undefined {
  const active = pieces(text).filter(({ kind }) => kind !== 'html');
  if (active.length > MOST_PIECES)
    return tooLarge(
      text,
      `${active.length} outputs and tags`,
      MOST_PIECES,
      active[MOST_PIECES]?.begin,
    );
  const branches = mostBranches(text);
  const most = Math.floor(MOST_READ / text.length);
  if (branches > most)
    return tooLarge(text, `${branches} branches of ${text.length} characters`, most);
  const [blocks, brackets] = [blockDepth(text), expressionDepth(text)];
  if (blocks > DEEPEST) return tooLarge(text, `${blocks} tags within each other`, DEEPEST);
  return brackets > DEEPEST
    ? tooLarge(text, `${brackets} brackets within each other`, DEEPEST)
    : undefined;
}
