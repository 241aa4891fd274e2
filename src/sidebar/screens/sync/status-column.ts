import type { ColumnView, StatusColumn, SyncDraft, TabView } from '../../../rpc/contract';
import { usableColumns } from '../../draft/columns';

/** Where statuses are written: nowhere, into a new column, or into one that is there. */
export type Where = 'none' | 'new' | 'existing';

/** The columns that statuses may be written to: those that the sync does not read. */
export function freeColumns(
  { source }: Pick<SyncDraft, 'source'>,
  tab: TabView | undefined,
): readonly ColumnView[] {
  const read = new Set(source.columns.map(({ header }) => header));
  return tab === undefined ? [] : usableColumns(tab).filter(({ header }) => !read.has(header));
}

/** What a person chose, as the server takes it; undefined while a column has to be chosen. */
export function statusColumn(
  where: Where,
  chosen: ColumnView | undefined,
): StatusColumn | undefined {
  if (where !== 'existing') return where;
  return chosen && { header: chosen.header };
}

/**
 * Number of filled cells that the statuses would overwrite.
 * @param before header of the column that they are written to now
 */
export const lostCells = (
  where: Where,
  chosen: ColumnView | undefined,
  before: string | undefined,
): number =>
  where !== 'existing' || chosen === undefined || chosen.header === before ? 0 : chosen.filled;
