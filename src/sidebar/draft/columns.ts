import type { ColumnView, SyncDraft, TabView } from '../../rpc/contract';
import type { PickedColumn } from '../screens/setup/example';

type Picked = SyncDraft['source']['columns'][number];

/** Whether several columns have this header: then none of them can be read by it. */
export const isDouble = (tab: TabView, header: string): boolean =>
  tab.columns.filter((column) => column.header === header).length > 1;

/** Columns that can be picked: they have a header that no other column has. */
export const usableColumns = (tab: TabView): readonly ColumnView[] =>
  tab.columns.filter(({ header }) => header.trim() !== '' && !isDouble(tab, header));

/** The name of a column in the template; undefined if the column with this header is not picked. */
export const nameOf = (draft: SyncDraft, header: string): string | undefined =>
  draft.source.columns.find((column) => column.header === header)?.name;

/** The header of the column that has this name in the template; empty if there is none. */
export const headerOf = ({ source }: Pick<SyncDraft, 'source'>, name: string | undefined): string =>
  source.columns.find((column) => column.name === name)?.header ?? '';

/** Picked columns that the tab does not have any more, or has twice. */
export function missingColumns(
  { source }: Pick<SyncDraft, 'source'>,
  tab: TabView,
): readonly Picked[] {
  const usable = new Set(usableColumns(tab).map(({ header }) => header));
  return source.columns.filter(({ header }) => !usable.has(header));
}

/**
 * The columns that guesses are made of: the picked ones, with what is known of them; and those
 * whose header another one has too, marked as such, since they may be what is meant.
 */
export const guessableColumns = (draft: SyncDraft, tab: TabView): PickedColumn[] => [
  ...draft.source.columns.map(({ name, header }) => ({
    type: 'text' as const,
    ...tab.columns.find((column) => column.header === header),
    name,
    header,
  })),
  ...free(
    draft,
    tab.columns.filter(({ header }) => isDouble(tab, header)),
  ).map((column) => ({ ...column, twice: true })),
];

/** Columns whose name in the template no picked one has. */
const free = <C extends Picked>({ source }: SyncDraft, columns: readonly C[]): readonly C[] =>
  columns.filter(({ name }) => source.columns.every((picked) => picked.name !== name));

/**
 * The columns to choose from, also those that are not picked yet, each with the name that it has or
 * would have in the template.
 */
export function choosableColumns(draft: SyncDraft, tab: TabView): readonly PickedColumn[] {
  return usableColumns(tab).flatMap((column) => {
    const name = nameOf(draft, column.header);
    return name === undefined ? free(draft, [column]) : [{ ...column, name }];
  });
}

/** The columns as the sheet has them from left to right. */
export const inSheetOrder = (columns: readonly Picked[], tab: TabView): Picked[] => {
  const place = ({ header }: Picked): number =>
    tab.columns.findIndex((column) => column.header === header);
  return [...columns].sort((left, right) => place(left) - place(right));
};

/** The draft with these columns; what is made of them stays as it is. */
export const setColumns = (draft: SyncDraft, columns: readonly Picked[]): SyncDraft => ({
  ...draft,
  source: { ...draft.source, columns },
});

/** The draft with one more column, unless it is picked already. */
export const pick = (draft: SyncDraft, tab: TabView, { header, name }: Picked): SyncDraft =>
  nameOf(draft, header) === undefined
    ? setColumns(draft, inSheetOrder([...draft.source.columns, { name, header }], tab))
    : draft;

/** The draft with the columns of these names picked. */
export const withPicked = (
  draft: SyncDraft,
  tab: TabView,
  names: readonly (string | undefined)[],
): SyncDraft =>
  choosableColumns(draft, tab)
    .filter(({ name }) => names.includes(name))
    .reduce((picked, { name, header }) => pick(picked, tab, { name, header }), draft);
