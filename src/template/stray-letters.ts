import { type Problem, problem } from '../problem/problem';
import { pieces } from './pieces';
import { placeAt } from './place';

/** A letter that looks like another one, and the one that is meant. */
export interface StrayLetter {
  /** Its place in the template (0-based). */
  readonly at: number;
  /** What Liquid reads in its place. */
  readonly plain: string;
}

const PLAIN: Readonly<Record<string, string>> = {
  '“': '"',
  '”': '"',
  '„': '"',
  '‟': '"',
  '‘': "'",
  '’': "'",
  '‚': "'",
  '\u00a0': ' ',
  '\u2007': ' ',
  '\u202f': ' ',
};

const STRAY = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'g');
/** What stands between plain quotes may have any letters. */
const QUOTED = /"[^"]*"|'[^']*'/g;

/** Curly quotes and no-break spaces of outputs and tags, outside of their texts. */
export const strayLettersIn = (text: string): readonly StrayLetter[] =>
  pieces(text)
    .filter(({ kind, commented }) => kind !== 'html' && !commented)
    .flatMap(({ content: [begin, end] }) => {
      const code = text.slice(begin, end).replace(QUOTED, (quoted) => ' '.repeat(quoted.length));
      return [...code.matchAll(STRAY)].map(({ 0: letter, index }) => ({
        at: begin + index,
        plain: PLAIN[letter] ?? ' ',
      }));
    });

/** The problem of letters that a text processor put in; undefined if there are none. */
export function strayLetters(text: string): Problem | undefined {
  const found = strayLettersIn(text);
  const [first] = found;
  if (first === undefined) return undefined;
  const kinds = [
    found.some(({ plain }) => plain !== ' ') ? 'curly quotes' : '',
    found.some(({ plain }) => plain === ' ') ? 'no-break spaces' : '',
  ].filter((kind) => kind !== '');
  return problem('template.stray-letter', { what: kinds.join(' and ') }, placeAt(text, first.at));
}
