import type { ColumnView, MetricView, SyncDraft, SyncView, TabView, Value } from '../rpc/contract';
import {
  type ExampleOptions,
  exampleColumns,
  exampleTemplate,
  guessColumn,
  METRIC_CODE,
  type MetricShape,
  onlyNamesake,
  optionsOf,
  type PickedColumn,
  readsOne,
  rolesIn,
} from './screens/setup/example';
import { guessKey } from './screens/setup/key-guess';

type Sync = Value<'saveSync'>;
type Picked = SyncDraft['source']['columns'][number];

/** Whether several columns have this header: then none of them can be read by it. */
export const isDouble = (tab: TabView, header: string): boolean =>
  tab.columns.filter((column) => column.header === header).length > 1;

/** Columns that can be picked: they have a name that no other column has. */
export const usableColumns = (tab: TabView): readonly ColumnView[] =>
  tab.columns.filter(({ header }) => header.trim() !== '' && !isDouble(tab, header));

const isPicked = (draft: SyncDraft, header: string): boolean =>
  draft.source.columns.some((column) => column.header === header);

/** Picked columns that the tab does not have any more, or has twice. */
export const missingColumns = (draft: SyncDraft, tab: TabView): readonly Picked[] =>
  draft.source.columns.filter(
    ({ header }) => !usableColumns(tab).some((column) => column.header === header),
  );

/** The picked columns in the order of the sheet, with what is known of them. */
export function pickedColumns(draft: SyncDraft, tab: TabView): PickedColumn[] {
  return draft.source.columns.map(({ name, header }) => ({
    type: 'text',
    ...tab.columns.find((column) => column.header === header),
    name,
    header,
  }));
}

/** With which choices the draft's template was written; undefined once a person has changed it by hand. */
export const exampleOptions = (draft: SyncDraft, tab: TabView): ExampleOptions | undefined =>
  optionsOf(draft.template, pickedColumns(draft, tab), draft.key);

export const withExample = (
  draft: SyncDraft,
  tab: TabView,
  options: ExampleOptions,
): SyncDraft => ({
  ...draft,
  template: exampleTemplate(pickedColumns(draft, tab), draft.key, options),
});

/** The draft with the event of a metric. It replaces the template, whatever is in it. */
export const withMetric = (
  draft: SyncDraft,
  tab: TabView,
  metric: MetricShape | undefined,
  column?: string,
): SyncDraft =>
  withExample(draft, tab, { codeInId: false, ...exampleOptions(draft, tab), metric, column });

/** What of the event is read from a column that a person can choose: the quantity is that of the metric. */
export type Role = 'subscription' | 'time' | 'column';

/** The columns from which an event that was written here is made, by their names in the template; undefined where none is found. */
export function readColumns(
  draft: SyncDraft,
  tab: TabView,
  options: ExampleOptions,
): Readonly<Record<Role, string | undefined>> {
  const columns = pickedColumns(draft, tab);
  const { subscription, time } = rolesIn(columns, draft.key, options);
  return {
    subscription,
    time,
    column: options.column ?? guessColumn(columns, draft.key, options.metric, options),
  };
}

/** The columns to choose from, also those that are not picked yet, each with the name that it has or would have in the template. */
export function choosableColumns(draft: SyncDraft, tab: TabView): readonly PickedColumn[] {
  const taken = new Set(draft.source.columns.map(({ name }) => name));
  return usableColumns(tab).flatMap((column) => {
    const name = nameOf(draft, column.header);
    if (name !== undefined) return [{ ...column, name }];
    return taken.has(column.name) ? [] : [column];
  });
}

/** The draft whose columns with these names are picked, whatever of them was already. */
const withPicked = (
  draft: SyncDraft,
  tab: TabView,
  names: readonly (string | undefined)[],
): SyncDraft =>
  choosableColumns(draft, tab)
    .filter(({ name }) => names.includes(name))
    .reduce((picked, { name, header }) => pick(picked, tab, { name, header }), draft);

/** The example with another column for one of its roles; what else it is made of stays. The template does not tell all of its metric, which is given where it is known. */
export function withRole(
  draft: SyncDraft,
  tab: TabView,
  role: Role,
  name: string,
  metric?: MetricShape,
): SyncDraft {
  const written = exampleOptions(draft, tab);
  if (written === undefined) return draft;
  const options = metric === undefined ? written : { ...written, metric };
  return withExample(withPicked(draft, tab, [name]), tab, {
    ...options,
    ...readColumns(draft, tab, options),
    [role]: name,
  });
}

/** The code of the metric that the template names, as far as it is a plain text. */
export function codeOf(template: string): string | undefined {
  const code = /"code"\s*:\s*"([^"\\{}]*)"/.exec(template)?.[1];
  return code === undefined || code === METRIC_CODE ? undefined : code;
}

/** A change of columns or key; the example follows as long as nobody has typed in it. */
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

/** Up to so many columns are all picked at first; of more, those that the example is made of. */
const FEW_COLUMNS = 12;

function firstColumns(columns: readonly ColumnView[], key: string): readonly ColumnView[] {
  if (columns.length <= FEW_COLUMNS) return columns;
  const used = exampleColumns(columns, key);
  return columns.filter(({ name }) => used.includes(name)).slice(0, FEW_COLUMNS);
}

/** The name itself, or else with the first number that makes it one that is not taken; capital letters make no difference. */
export function freeName(wanted: string, taken: readonly string[]): string {
  const isTaken = (name: string): boolean =>
    taken.some((each) => each.trim().toLowerCase() === name.trim().toLowerCase());
  let name = wanted;
  for (let number = 2; isTaken(name); number++) name = `${wanted} ${number}`;
  return name;
}

/** Names of the other syncs: not that of the draft's own. */
export const otherNames = (
  syncs: readonly SyncView[],
  draft: SyncDraft | undefined,
): readonly string[] =>
  syncs.filter(({ sync }) => sync.id !== draft?.id).map(({ sync }) => sync.name);

/** A new draft has its id from the start, so that a save that is repeated after a lost answer makes no second sync. */
export function newDraft(tab: TabView, id: string, taken: readonly string[] = []): SyncDraft {
  const columns = usableColumns(tab);
  const key = guessKey(columns);
  const draft: SyncDraft = {
    id,
    revision: 0,
    name: freeName(tab.tab.name, taken),
    source: {
      tabId: tab.tab.id,
      tabName: tab.tab.name,
      headerRow: tab.headerRow,
      columns: firstColumns(columns, key).map(({ name, header }) => ({ name, header })),
    },
    key,
    template: '',
    dateOnly: 'noon',
  };
  return withExample(draft, tab, {});
}

export function draftOf(sync: Sync): SyncDraft {
  const {
    id,
    revision,
    name,
    source,
    key,
    ready,
    template,
    dateOnly,
    changed,
    removed,
    late,
    step,
  } = sync;
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
    ...(late === undefined ? {} : { late }),
    ...(step === undefined ? {} : { step }),
  };
}

/**
 * The draft for a tab that was described anew: another tab starts over, the same tab keeps the columns that it still has.
 * @param before the tab as it was known, with which it is told whether the template was written by hand; such a one is kept
 * @param taken names of the other syncs
 */
export function withTab(
  draft: SyncDraft | undefined,
  tab: TabView,
  newId: string,
  before?: TabView,
  taken: readonly string[] = [],
): SyncDraft {
  if (draft === undefined) return newDraft(tab, newId, taken);
  if (draft.source.tabId === tab.tab.id && draft.source.headerRow === tab.headerRow)
    return { ...draft, source: { ...draft.source, tabName: tab.tab.name } };
  const fresh = newDraft(tab, newId, taken);
  const { ready: _, ...rest } = draft;
  const moved: SyncDraft = {
    ...rest,
    source: fresh.source,
    key: fresh.key,
    name: draft.name === freeName(draft.source.tabName, taken) ? fresh.name : draft.name,
  };
  const options = before === undefined ? undefined : exampleOptions(draft, before);
  return options === undefined
    ? moved
    : withExample(moved, tab, {
        ...options,
        column: undefined,
        subscription: undefined,
        time: undefined,
      });
}

export const inSheetOrder = (columns: readonly Picked[], tab: TabView): Picked[] => {
  const place = ({ header }: Picked): number =>
    tab.columns.findIndex((column) => column.header === header);
  return [...columns].sort((left, right) => place(left) - place(right));
};

const setColumns = (draft: SyncDraft, columns: readonly Picked[]): SyncDraft => ({
  ...draft,
  source: { ...draft.source, columns },
});

const pick = (draft: SyncDraft, tab: TabView, { header, name }: Picked): SyncDraft =>
  isPicked(draft, header)
    ? draft
    : setColumns(draft, inSheetOrder([...draft.source.columns, { name, header }], tab));

export const withColumn = (draft: SyncDraft, tab: TabView, column: ColumnView): SyncDraft =>
  change(draft, tab, pick(draft, tab, column));

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

export function withReady(
  draft: SyncDraft,
  tab: TabView,
  column: ColumnView | undefined,
): SyncDraft {
  const { ready: _, ...rest } = draft;
  if (column === undefined) return rest;
  const picked = pick(rest, tab, column);
  return change(draft, tab, { ...picked, ready: nameOf(picked, column.header) ?? '' });
}

/** The draft with a tab that has got an id column, which identifies its rows from now on. */
export function withIdColumn(draft: SyncDraft, tab: TabView, header: string): SyncDraft {
  return withKey(
    draft,
    tab,
    usableColumns(tab).find((column) => column.header === header),
  );
}

/** One metric of a row that has several: the column that it reads, by its name in the template; undefined where it counts events. */
export interface MetricChoice {
  readonly metric: MetricView;
  readonly column: string | undefined;
}

/** The column that alone is called like a metric's property and that no other metric of the row reads; undefined where a person has to choose it. */
export function guessMetricColumn(
  columns: readonly PickedColumn[],
  metric: MetricView,
  taken: readonly (string | undefined)[],
): string | undefined {
  const name = readsOne(metric) ? onlyNamesake(columns, metric)?.name : undefined;
  return taken.includes(name) ? undefined : name;
}

/** Columns that several metrics read, each with the metrics: what stands there would be billed under all of them. */
export function sharedColumns(
  choices: readonly MetricChoice[],
): readonly { readonly column: string; readonly metrics: readonly MetricView[] }[] {
  const read = choices.filter(({ metric, column }) => column !== undefined && readsOne(metric));
  return [...new Set(read.map(({ column }) => column ?? ''))]
    .map((column) => ({
      column,
      metrics: read.filter((choice) => choice.column === column).map(({ metric }) => metric),
    }))
    .filter(({ metrics }) => metrics.length > 1);
}

/**
 * The drafts of a row with several metrics, one for each: the first is the draft itself, the others are new and take their ids from `ids`.
 * Each is named after its metric, which is part of its transaction_id, so that no two of a row's events are the same.
 * @param taken names of the other syncs
 */
export function draftsPerMetric(
  draft: SyncDraft,
  tab: TabView,
  choices: readonly MetricChoice[],
  ids: readonly string[],
  taken: readonly string[] = [],
): SyncDraft[] {
  const { subscription, time } = readColumns(draft, tab, exampleOptions(draft, tab) ?? {});
  const names = [...taken];
  return choices.map(({ metric, column }, index) => {
    const picked = withPicked(draft, tab, [column]);
    const written = withExample(picked, tab, {
      metric,
      column: readsOne(metric) ? column : undefined,
      subscription,
      time,
      codeInId: true,
    });
    const name = freeName(metric.name.trim() === '' ? metric.code : metric.name, names);
    names.push(name);
    return index === 0
      ? { ...written, name }
      : { ...written, name, id: ids[index - 1] ?? '', revision: 0 };
  });
}

/** What has to be put right before the draft can be saved, in one sentence. */
export function obstacle(draft: SyncDraft): string | undefined {
  const names = draft.source.columns.map(({ name }) => name.trim());
  if (names.length === 0) return 'Choose at least one column.';
  if (names.includes('')) return 'Give each chosen column a name for the template.';
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    return `Two columns have the name \u201c${twice}\u201d in the template. Give each a name of its own.`;
  if (!names.includes(draft.key)) return 'Choose the column that identifies a row.';
  return undefined;
}
