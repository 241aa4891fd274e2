import { type Problem, problem } from '../problem/problem';
import { TAG_NAMES } from '../value/template-language';
import { pieces } from './pieces';
import { placeAt } from './place';

const KNOWN: ReadonlySet<string> = new Set(TAG_NAMES);

/** Whether an empty text is among the values of a `when`. */
const EMPTY_TEXT = /(?:^|[\s,])(?:''|"")(?=[\s,]|$)/;

/** The tags that do not exist, all at once; liquidjs would report them one by one. */
export const unknownTags = (text: string): readonly Problem[] =>
  pieces(text)
    .filter(({ kind, name }) => kind !== 'html' && kind !== 'output' && !KNOWN.has(name))
    .map(({ begin, name }) => problem('template.unknown-tag', { name }, placeAt(text, begin)));

/**
 * Every `when` that compares with an empty text. liquidjs compares a case by value, and an empty
 * cell has none: the row would silently take the branch of `else`.
 */
export const emptyCases = (text: string): readonly Problem[] =>
  pieces(text)
    .filter(({ begin, end, name }) => name === 'when' && EMPTY_TEXT.test(text.slice(begin, end)))
    .map(({ begin }) => problem('template.empty-case', {}, placeAt(text, begin)));
