import type { ColumnView, TabView } from '../../../rpc/contract';
import { isCalledFor, TRANSACTION_ID } from '../../../value/column-guess';
import { isDouble } from '../../draft/columns';

/** Whether a header says that its column numbers the rows: not what they are about. */
export const isCalledKey = (header: string): boolean => isCalledFor(TRANSACTION_ID, header);

/** Slips are few: of the rows at most this share, or two. */
const FEW_SLIPS = 0.1;
const ALWAYS_FEW = 2;
/** A value that stands in more rows is what the column is like. */
const FEW_ROWS = 3;
const FEW_VALUES = 2;

/** Whether a column would identify its rows but for a few that have no value of their own. */
function isNearlyUnique({ filled, missing, repeated }: ColumnView): boolean {
  const slips = repeated.reduce((sum, { rows }) => sum + rows.length - 1, missing);
  return (
    filled > 0 &&
    repeated.length <= FEW_VALUES &&
    repeated.every(({ rows }) => rows.length <= FEW_ROWS) &&
    slips <= Math.max(ALWAYS_FEW, FEW_SLIPS * (filled + missing)) &&
    slips < filled
  );
}

/** What identifies no row. */
const NO_KEYS: ReadonlySet<ColumnView['type']> = new Set(['date', 'duration', 'tick box']);

/**
 * Name of the column that most likely identifies a row; empty where none says so. Dates, amounts
 * and texts that are all different so far are left to a person: the first two rows that share a
 * value would be held.
 */
export function guessKey(tab: TabView): string {
  const called = tab.columns.filter(
    ({ header, type, filled }) => filled > 0 && !NO_KEYS.has(type) && isCalledKey(header),
  );
  const likeliest = called.find(({ unique }) => unique) ?? called.find(isNearlyUnique);
  // One of two columns of that name cannot be read, and no other one is taken in its place.
  return likeliest === undefined || isDouble(tab, likeliest.header) ? '' : likeliest.name;
}
