import { type Problem, problem } from '../problem/problem';
import { TAG_NAMES } from '../value/template-language';
import { pieces } from './pieces';
import { placeAt } from './place';

const KNOWN: ReadonlySet<string> = new Set(TAG_NAMES);

/** The tags that do not exist, all at once; liquidjs would report them one by one. */
export const unknownTags = (text: string): readonly Problem[] =>
  pieces(text)
    .filter(({ kind, name }) => kind !== 'html' && kind !== 'output' && !KNOWN.has(name))
    .map(({ begin, name }) => problem('template.unknown-tag', { name }, placeAt(text, begin)));
