import type { LiquidBlock } from '../tokens';
import { columnsBehindDot, columnsInBrackets, columnValues } from './columns';
import { type LiquidWord, wordProposals } from './liquid-word';
import type { Cursor, Known, Proposals } from './proposal';
import { tags, takesExpression } from './tags';

/** What could be written at a cursor inside of a Liquid block. */
export function inLiquid(cursor: Cursor, block: LiquidBlock): Proposals | undefined {
  const { text, at, known } = cursor;
  const content = text.slice(block.from + 2, at).replace(/^-/, ' ');
  const bracket = /\brow\[\s*(["'])([^"'[\]]*)$/.exec(content);
  if (bracket !== null) return columnsInBrackets(cursor, bracket[1] ?? '', bracket[2] ?? '');
  const open = content.replace(/"[^"]*"|'[^']*'/g, (quoted) => ' '.repeat(quoted.length));
  // A quotation mark that is left opens a text, in which there is nothing to name.
  if (/["']/.test(open)) return undefined;
  const typed = /$(?<=([\w-]*))/.exec(open)?.[1] ?? '';
  const rest = /^\w*/.exec(text.slice(at, block.to))?.[0] ?? '';
  const word: LiquidWord = { text, block, from: at - typed.length, to: at + rest.length };
  return behind(open.slice(0, open.length - typed.length), word, known);
}

/** What could be written behind these characters of the block. */
function behind(before: string, word: LiquidWord, known: Known): Proposals | undefined {
  if (/(^|[^\w.\]])row\.$/.test(before)) return columnsBehindDot(word, known);
  // Nothing is known of the properties of other names, and a value that has ended takes no further
  // one.
  if (/[.\])]\s*$/.test(before)) return undefined;
  if (word.block.kind === 'output') return inExpression(before, undefined, word, known);
  const tag = /^\s*(\w+)\s/.exec(before)?.[1];
  if (tag !== undefined) return inExpression(before, tag, word, known);
  return before.trim() === '' ? tags(word) : undefined;
}

/** @param tag the tag that the expression belongs to; undefined for that of an output */
function inExpression(
  before: string,
  tag: string | undefined,
  word: LiquidWord,
  known: Known,
): Proposals | undefined {
  if (/\|\s*$/.test(before))
    // The server refuses filters in a condition, because they would escape nothing there.
    return tag === undefined || tag === 'assign' ? filters(word, known) : undefined;
  return isValuePlace(before, tag) ? columnValues(word, known) : undefined;
}

const filters = (word: LiquidWord, known: Known): Proposals =>
  wordProposals(
    word,
    known.filters.map(({ name, hint }) => ({ label: name, detail: hint })),
  );

/** Whether a value begins behind these characters of a block. */
function isValuePlace(before: string, tag: string | undefined): boolean {
  if (tag === undefined) return before.trim() === '' || /[:,([]\s*$/.test(before);
  if (tag === 'assign') return /[=:,]\s*$/.test(before);
  return (
    takesExpression(tag) &&
    (/^\s*\w+\s+$/.test(before) || /([=<>,(]|\b(and|or|contains)\s)\s*$/.test(before))
  );
}
