import type { ColumnView, SyncDraft, TabView, Value } from '../rpc/contract';
import { exampleTemplate, type PickedColumn } from './example';

type Sync = Value<'saveSync'>;
type Picked = SyncDraft['source']['columns'][number];

/** Whether several columns have this header: then none of them can be read by it. */
export const isDouble = (tab: TabView, header: string): boolean => tab.columns.filter((column) => column.header === header).length > 1;

/** Columns that can be picked: they have a name that no other column has. */
export const usableColumns = (tab: TabView): readonly ColumnView[] =>
  tab.columns.filter(({ header }) => header.trim() !== '' && !isDouble(tab, header));

const isPicked = (draft: SyncDraft, header: string): boolean => draft.source.columns.some((column) => column.header === header);

/** Picked columns that the tab does not have any more, or has twice. */
export const missingColumns = (draft: SyncDraft, tab: TabView): readonly Picked[] =>
  draft.source.columns.filter(({ header }) => !usableColumns(tab).some((column) => column.header === header));

const guessKey = (columns: readonly ColumnView[]): string => {
  // A date is never what identifies a row, even where no two are the same so far.
  const unique = columns.filter((column) => column.unique && column.filled > 0 && column.type !== 'date');
  return (unique.find(({ header }) => /transaction|\bid\b|_id$|Id$|^id|key|number|no\.?$/i.test(header)) ?? unique[0])?.name ?? '';
};

/** The picked columns in the order of the sheet, with what is known of them. */
function pickedColumns(draft: SyncDraft, tab: TabView): PickedColumn[] {
  return draft.source.columns.map(({ name, header }) => ({
    name,
    header,
    type: tab.columns.find((column) => column.header === header)?.type ?? 'text',
  }));
}

export const exampleFor = (draft: SyncDraft, tab: TabView): string => exampleTemplate(pickedColumns(draft, tab), draft.key);

/** A change of columns or key; the example follows as long as nobody has typed in it. */
function change(draft: SyncDraft, tab: TabView, changed: SyncDraft): SyncDraft {
  return draft.template === exampleFor(draft, tab) ? { ...changed, template: exampleFor(changed, tab) } : changed;
}

/** A new draft has its id from the start, so that a save that is repeated after a lost answer makes no second sync. */
export function newDraft(tab: TabView, id: string): SyncDraft {
  const columns = usableColumns(tab);
  const draft: SyncDraft = {
    id,
    revision: 0,
    name: tab.tab.name,
    source: {
      tabId: tab.tab.id,
      tabName: tab.tab.name,
      headerRow: tab.headerRow,
      columns: columns.map(({ name, header }) => ({ name, header })),
    },
    key: guessKey(columns),
    template: '',
    dateOnly: 'noon',
  };
  return { ...draft, template: exampleFor(draft, tab) };
}

export function draftOf(sync: Sync): SyncDraft {
  const { id, revision, name, source, key, ready, template, dateOnly, changed, removed } = sync;
  return {
    id,
    revision,
    name,
    source,
    key,
    template,
    dateOnly,
    ...(ready === undefined ? {} : { ready }),
    ...(changed === undefined ? {} : { changed }),
    ...(removed === undefined ? {} : { removed }),
  };
}

/** The draft for a tab that was described anew: another tab starts over, the same tab keeps the columns that it still has. */
export function withTab(draft: SyncDraft | undefined, tab: TabView, newId: string): SyncDraft {
  if (draft === undefined) return newDraft(tab, newId);
  if (draft.source.tabId === tab.tab.id && draft.source.headerRow === tab.headerRow)
    return { ...draft, source: { ...draft.source, tabName: tab.tab.name } };
  const fresh = newDraft(tab, newId);
  const { ready: _, ...rest } = draft;
  return {
    ...rest,
    source: fresh.source,
    key: fresh.key,
    name: draft.name === draft.source.tabName ? fresh.name : draft.name,
    template: draft.revision === 0 ? fresh.template : draft.template,
  };
}

const inSheetOrder = (columns: readonly Picked[], tab: TabView): Picked[] => {
  const place = ({ header }: Picked): number => tab.columns.findIndex((column) => column.header === header);
  return [...columns].sort((left, right) => place(left) - place(right));
};

const setColumns = (draft: SyncDraft, columns: readonly Picked[]): SyncDraft => ({ ...draft, source: { ...draft.source, columns } });

const pick = (draft: SyncDraft, tab: TabView, { header, name }: ColumnView): SyncDraft =>
  isPicked(draft, header) ? draft : setColumns(draft, inSheetOrder([...draft.source.columns, { name, header }], tab));

export const withColumn = (draft: SyncDraft, tab: TabView, column: ColumnView): SyncDraft => change(draft, tab, pick(draft, tab, column));

export function withoutColumn(draft: SyncDraft, tab: TabView, header: string): SyncDraft {
  const name = nameOf(draft, header);
  const { ready, ...rest } = setColumns(
    draft,
    draft.source.columns.filter((column) => column.header !== header),
  );
  return change(draft, tab, {
    ...rest,
    key: rest.key === name ? '' : rest.key,
    ...(ready === undefined || ready === name ? {} : { ready }),
  });
}

export function withName(draft: SyncDraft, tab: TabView, header: string, name: string): SyncDraft {
  const before = nameOf(draft, header);
  const renamed = setColumns(
    draft,
    draft.source.columns.map((column) => (column.header === header ? { ...column, name } : column)),
  );
  return change(draft, tab, {
    ...renamed,
    key: draft.key === before ? name : draft.key,
    ...(draft.ready === before && before !== undefined ? { ready: name } : {}),
  });
}

export const nameOf = (draft: SyncDraft, header: string): string | undefined =>
  draft.source.columns.find((column) => column.header === header)?.name;

/** The header of the column that has this name in the template. */
export const headerOf = (draft: SyncDraft, name: string | undefined): string =>
  draft.source.columns.find((column) => column.name === name)?.header ?? '';

export function withKey(draft: SyncDraft, tab: TabView, column: ColumnView | undefined): SyncDraft {
  if (column === undefined) return change(draft, tab, { ...draft, key: '' });
  const picked = pick(draft, tab, column);
  return change(draft, tab, { ...picked, key: nameOf(picked, column.header) ?? '' });
}

export function withReady(draft: SyncDraft, tab: TabView, column: ColumnView | undefined): SyncDraft {
  const { ready: _, ...rest } = draft;
  if (column === undefined) return rest;
  const picked = pick(rest, tab, column);
  return change(draft, tab, { ...picked, ready: nameOf(picked, column.header) ?? '' });
}

/** What has to be put right before the draft can be saved, in one sentence. */
export function obstacle(draft: SyncDraft): string | undefined {
  const names = draft.source.columns.map(({ name }) => name.trim());
  if (draft.name.trim() === '') return 'Give the sync a name.';
  if (names.length === 0) return 'Choose at least one column.';
  if (names.includes('')) return 'Give each chosen column a name for the template.';
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) return `Two columns have the name \u201c${twice}\u201d in the template. Give each a name of its own.`;
  if (!names.includes(draft.key)) return 'Choose the column that identifies a row.';
  return undefined;
}
