import type { ColumnView, SyncDraft, TabView, Value } from '../../rpc/contract';
import { exampleColumns } from '../screens/setup/example';
import { guessKey } from '../screens/setup/key-guess';
import { quoted } from '../words/lists';
import { usableColumns } from './columns';
import { exampleOptions, withExample } from './event';
import { freeName } from './names';

/**
 * Of a tab with at most this many columns all are picked at first; of others, those the example
 * reads.
 */
const FEW_COLUMNS = 12;

function firstColumns(columns: readonly ColumnView[], key: string): readonly ColumnView[] {
  if (columns.length <= FEW_COLUMNS) return columns;
  const used = exampleColumns(columns, key);
  return columns.filter(({ name }) => used.includes(name)).slice(0, FEW_COLUMNS);
}

/**
 * A new draft for a tab, with guesses that a person corrects.
 * @param id made by the page, so that a save that is repeated after a lost answer makes no second
 * sync
 * @param taken names of the other syncs
 */
export function newDraft(tab: TabView, id: string, taken: readonly string[] = []): SyncDraft {
  const columns = usableColumns(tab);
  const known = tab.former?.[0]?.key;
  const key = columns.find(({ header }) => header === known)?.name ?? guessKey(tab);
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

/** What of a stored sync a person edits. */
export function draftOf(sync: Value<'saveSync'>): SyncDraft {
  const { id, revision, name, source, key, ready } = sync;
  const { template, dateOnly, changed, removed, late, step } = sync;
  return {
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
  };
}

/** What is known when a tab is described. */
export interface TabKnowledge {
  /** Id for a draft that is new. */
  readonly newId: string;
  /**
   * The tab of the draft as it was described before; without it the template counts as written by
   * hand.
   */
  readonly before?: TabView | undefined;
  /** Names of the other syncs. */
  readonly taken?: readonly string[] | undefined;
}

/**
 * The draft for a tab that was just described. The same tab keeps the columns that it still has;
 * another tab starts over, but keeps a template that was written by hand and a name that a person
 * has given.
 */
export function withTab(
  draft: SyncDraft | undefined,
  tab: TabView,
  { newId, before, taken = [] }: TabKnowledge,
): SyncDraft {
  if (draft === undefined) return newDraft(tab, newId, taken);
  if (draft.source.tabId === tab.tab.id && draft.source.headerRow === tab.headerRow)
    return { ...draft, source: { ...draft.source, tabName: tab.tab.name } };
  const fresh = newDraft(tab, newId, taken);
  const moved: SyncDraft = {
    ...draft,
    ready: undefined,
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

const RENAME = 'Give each a name of its own.';

/**
 * What has to be put right before the draft can be saved, in a sentence or two; undefined if
 * nothing has.
 */
export function obstacle(draft: SyncDraft): string | undefined {
  const names = draft.source.columns.map(({ name }) => name.trim());
  if (names.length === 0) return 'Choose at least one column.';
  if (names.includes('')) return 'Give each chosen column a name for the template.';
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    return `Two columns have the name ${quoted(twice)} in the template. ${RENAME}`;
  if (!names.includes(draft.key)) return 'Choose the column that identifies a row.';
  return undefined;
}
