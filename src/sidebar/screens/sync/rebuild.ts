import type { LedgerRebuild } from '../../../rpc/contract';

/** How far the ledger of a sync is made anew, in rows. */
export interface Rebuilding
  extends Pick<LedgerRebuild, 'kept' | 'found' | 'different' | 'absent' | 'next' | 'rows'> {
  /** Id of the sync. */
  readonly id: string;
}

/** What was done with one more part; `before` is undefined for the first. */
export function withPart(
  before: Rebuilding | undefined,
  id: string,
  part: LedgerRebuild,
): Rebuilding {
  const { kept, found, different, absent, next, rows } = part;
  const from = before?.next ?? 0;
  // Where the sheet was changed meanwhile, all rows are looked up again: those that were found have a line by then, the others are counted anew.
  const goesOn = from > 0 && (next === undefined || next > from);
  return {
    id,
    kept,
    found: found + (before?.found ?? 0),
    different: different + (before?.different ?? 0),
    absent: absent + (goesOn ? (before?.absent ?? 0) : 0),
    next,
    rows,
  };
}

/** The rebuilding of a sync that goes on with a next part; undefined where it begins anew. */
export const unfinished = (
  rebuilding: Rebuilding | undefined,
  id: string,
): Rebuilding | undefined =>
  rebuilding?.id === id && rebuilding.next !== undefined ? rebuilding : undefined;

/** Rows that are done, of all rows of the tab. */
export const rebuiltRows = ({ next, rows }: Rebuilding): number => Math.min(rows, next ?? rows);
