import type { ColumnView, SyncDraft, TabView } from '../../rpc/contract';
import { headerOf, nameOf, pick, setColumns, usableColumns } from './columns';
import { exampleOptions, withExample } from './event';

/** Completes a change of columns or key: the example follows as long as nobody has typed in it. */
function change(draft: SyncDraft, tab: TabView, changed: SyncDraft): SyncDraft {
  const options = exampleOptions(draft, tab);
  if (options === undefined) return changed;
  const renamed = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : nameOf(changed, headerOf(draft, name));
  const { column, subscription, time } = options;
  return withExample(changed, tab, {
    ...options,
    column: renamed(column),
    subscription: renamed(subscription),
    time: renamed(time),
  });
}

/** The draft with one more column. */
export const withColumn = (draft: SyncDraft, tab: TabView, column: ColumnView): SyncDraft =>
  change(draft, tab, pick(draft, tab, column));

/** The draft without a column, which then is neither its key nor its tick box. */
export function withoutColumn(draft: SyncDraft, tab: TabView, header: string): SyncDraft {
  const name = nameOf(draft, header);
  const columns = draft.source.columns.filter((column) => column.header !== header);
  return change(draft, tab, {
    ...setColumns(draft, columns),
    key: draft.key === name ? '' : draft.key,
    ready: draft.ready === name ? undefined : draft.ready,
  });
}

/** The draft with another name for a column in the template. */
export function withName(draft: SyncDraft, tab: TabView, header: string, name: string): SyncDraft {
  const before = nameOf(draft, header);
  const columns = draft.source.columns.map((column) =>
    column.header === header ? { ...column, name } : column,
  );
  return change(draft, tab, {
    ...setColumns(draft, columns),
    key: draft.key === before ? name : draft.key,
    ready: draft.ready === before && before !== undefined ? name : draft.ready,
  });
}

/** The draft with the column that identifies a row, picked if need be; undefined for none. */
export function withKey(draft: SyncDraft, tab: TabView, column: ColumnView | undefined): SyncDraft {
  if (column === undefined) return change(draft, tab, { ...draft, key: '' });
  const picked = pick(draft, tab, column);
  return change(draft, tab, { ...picked, key: nameOf(picked, column.header) ?? '' });
}

/**
 * The draft with the tick box that a row needs before it is sent, picked if need be; undefined for
 * none.
 */
export function withReady(
  draft: SyncDraft,
  tab: TabView,
  column: ColumnView | undefined,
): SyncDraft {
  if (column === undefined) return { ...draft, ready: undefined };
  const picked = pick(draft, tab, column);
  return change(draft, tab, { ...picked, ready: nameOf(picked, column.header) ?? '' });
}

/** The draft for a tab that has got an id column, which identifies its rows from now on. */
export const withIdColumn = (draft: SyncDraft, tab: TabView, header: string): SyncDraft =>
  withKey(
    draft,
    tab,
    usableColumns(tab).find((column) => column.header === header),
  );
