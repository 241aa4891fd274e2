import type { ColumnView, SyncDraft, TabView } from '../../../rpc/contract';
import { ID_HEADER } from '../../../value/id-header';
import { headerOf, isDouble, usableColumns } from '../../draft/columns';
import { keyCaution, keyObstacle } from '../../words/columns';

/** The column of the draft that identifies a row; undefined if none is chosen, or it is gone. */
export const keyColumn = (draft: SyncDraft, tab: TabView): ColumnView | undefined =>
  usableColumns(tab).find(({ header }) => header === headerOf(draft, draft.key));

/**
 * What helps if no column identifies the rows well: a new column of ids, the missing ids of the one
 * that is there, or the choice of that column. Undefined if no help is needed, or possible.
 */
export function idsOffer(draft: SyncDraft, tab: TabView): 'add' | 'fill' | 'use' | undefined {
  const key = keyColumn(draft, tab);
  if (key !== undefined && keyObstacle(key) === undefined && keyCaution(key) === undefined)
    return undefined;
  const ids = usableColumns(tab).find(({ header }) => header === ID_HEADER);
  if (ids === undefined) return isDouble(tab, ID_HEADER) ? undefined : 'add';
  if (ids.missing > 0) return 'fill';
  // If all ids are there, copied ones can only be put right in the sheet.
  return key === ids ? undefined : 'use';
}
