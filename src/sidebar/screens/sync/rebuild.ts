import type { LedgerRebuild } from '../../../rpc/contract';

/** How far the rebuilding of a sync's ledger has come. Numbers are of rows. */
export interface Rebuilding
  extends Pick<LedgerRebuild, 'kept' | 'found' | 'different' | 'absent' | 'next' | 'rows'> {
  /** Id of the sync. */
  readonly id: string;
}

/** The rebuilding after one more part. @param before undefined for the first part */
export function withPart(
  before: Rebuilding | undefined,
  id: string,
  part: LedgerRebuild,
): Rebuilding {
  const { kept, found, different, absent, next, rows } = part;
  const from = before?.next ?? 0;
  // If the sheet was changed in between, the server looks up all rows again. Those that were found
  // have a line by then; those that are not in Lago are counted from the start.
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

/** The rebuilding of this sync if it goes on with another part; undefined if it has to begin. */
export const unfinished = (
  rebuilding: Rebuilding | undefined,
  id: string,
): Rebuilding | undefined =>
  rebuilding?.id === id && rebuilding.next !== undefined ? rebuilding : undefined;

/** Number of rows that are done, of all rows of the tab. */
export const rebuiltRows = ({ next, rows }: Rebuilding): number => Math.min(rows, next ?? rows);
