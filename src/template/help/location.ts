import type { Problem } from '../../problem/problem';
import { offsetAt, placeAt } from '../place';
import { type Draft, fieldIn, type LocatedProblem } from './draft';
import { referenceAt } from './references';

/** An output that one brace closes. */
export const ONE_BRACE = /\{\{[^{}\n]*\}(?!\})/;

/** An output that a quote or the end of its line ends. */
export const NO_BRACE = /\{\{[^{}\n"]*(?=["\n]|$)/;

/** The end of the output or tag that begins at a character, or of its line. */
function endOfLiquid(text: string, from: number): number {
  const end = /\}\}|%\}/.exec(text.slice(from));
  const line = text.indexOf('\n', from);
  const atLine = line < 0 ? text.length : line;
  return end === null ? atLine : Math.min(from + end.index + 2, Math.max(atLine, from + 1));
}

/** The end of what a problem that begins at a character is about. */
function endOf(found: Problem, from: number, { text, events }: Draft): number {
  switch (found.code) {
    case 'template.empty':
      return text.length;
    case 'template.unknown-column':
    case 'template.unknown-variable':
    case 'template.computed-column':
      return from + referenceAt(text, from).length;
    case 'template.unknown-filter':
    case 'template.shown':
    case 'template.number-mark':
    case 'template.filter-values':
    case 'template.date-order':
    case 'template.json-in-text':
      return from + (/^[\w-]+/.exec(text.slice(from))?.[0].length ?? 1);
    case 'template.unknown-tag':
    case 'template.branch-in-text':
    case 'template.liquid':
      return endOfLiquid(text, from);
    case 'template.missing-braces':
      return text.indexOf(':', from);
    case 'template.duplicate-field':
      return fieldIn(events, from)?.field.keyTo ?? from + 1;
    case 'template.constant-id':
      return fieldIn(events, from)?.field.to ?? from + 1;
    default:
      return from + 1;
  }
}

/** A problem of the compiler with the characters that it is about. */
export function locate(found: Problem, draft: Draft): LocatedProblem {
  const { text, events } = draft;
  const at = offsetAt(text, found.place);
  // For an output that is not closed, liquidjs names the place where it gave up.
  const open =
    found.code === 'template.liquid'
      ? (ONE_BRACE.exec(text) ?? NO_BRACE.exec(text))?.index
      : undefined;
  if (open !== undefined && open < at)
    return { ...found, place: placeAt(text, open), from: open, to: endOfLiquid(text, open) };
  // A field that Lago drops is reported at its value; what a person reads is its name.
  const dropped =
    found.code === 'template.customer-field' || found.code === 'template.unknown-field'
      ? fieldIn(events, at)
      : undefined;
  const [from, end] =
    dropped === undefined
      ? [at, endOf(found, at, draft)]
      : [dropped.field.from, dropped.field.keyTo];
  return { ...found, from, to: Math.min(text.length, Math.max(end, from + 1)) };
}
