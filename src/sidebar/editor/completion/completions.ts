import { blockAt, scan } from '../tokens';
import { inJson } from './json';
import { inLiquid } from './liquid';
import type { Cursor, Proposals } from './proposal';

/** What could be written at a cursor; undefined if there is nothing. */
export function proposalsAt(cursor: Cursor): Proposals | undefined {
  const { text, at } = cursor;
  const scanned = scan(text);
  if (scanned.tokens.some(({ kind, from, to }) => kind === 'comment' && from < at && at < to))
    return undefined;
  const block = blockAt(scanned, at);
  const found = block === undefined ? inJson(cursor, scanned) : inLiquid(cursor, block);
  return found === undefined || found.proposals.length === 0 ? undefined : found;
}
