import type { Problem } from '../../problem/problem';
import type { LedgerEntry } from '../ledger/entry';
import type { PlannedRow } from './planned-row';

/** A row of the tab while it is being planned. */
export interface Draft extends PlannedRow {
  /** What Lago bills for the row. */
  readonly billed: LedgerEntry | undefined;
}

/** Problems at a row (1-based), unless they name one. */
export const atRow = (problems: readonly Problem[], row: number | undefined): Problem[] =>
  problems.map((found) =>
    row === undefined || found.place.row !== undefined
      ? found
      : { ...found, place: { ...found.place, row } },
  );

/**
 * Keeps a row from being sent because of a problem: held, or flagged if Lago bills something for
 * it.
 */
export const hold = (draft: Draft, found: Problem): Draft => ({
  ...draft,
  action: draft.billed === undefined ? 'hold' : 'flag',
  entry: undefined,
  problems: atRow([found], draft.row),
});
