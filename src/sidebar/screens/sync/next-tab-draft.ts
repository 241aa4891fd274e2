import type { SyncDraft, Tab, TabView, Value } from '../../../rpc/contract';
import { nearest } from '../../../value/nearest';
import { readsAs } from '../../../value/template-language';
import { inSheetOrder, isDouble, missingColumns, usableColumns } from '../../draft/columns';
import { draftOf } from '../../draft/draft';
import { freeName } from '../../draft/names';

type Sync = Value<'saveSync'>;

/** A column that a sync reads, and that another tab does not have or has twice. */
export interface MissingColumn {
  /** Header of the column in the tab of the sync. */
  readonly header: string;
  /** Whether several columns of the other tab have this header. */
  readonly isDouble: boolean;
  /** Header in the other tab that may be meant; undefined if none is like it. */
  readonly nearest: string | undefined;
}

/** The columns of a sync that cannot be read from another tab. */
export function missingIn(sync: Pick<Sync, 'source'>, tab: TabView): readonly MissingColumn[] {
  const wanted = sync.source.columns.map(({ header }) => header);
  const others = usableColumns(tab)
    .map(({ header }) => header)
    .filter((header) => !wanted.includes(header));
  return missingColumns(sync, tab).map(({ header }) => {
    const twice = isDouble(tab, header);
    return { header, isDouble: twice, nearest: twice ? undefined : nearest(header, others) };
  });
}

const DASH = ' \u2013 ';

/**
 * The name of a sync for another tab: its own name, with that of the tab behind it instead of that
 * of its present tab.
 */
export function nextName({ name, source }: Pick<Sync, 'name' | 'source'>, tabName: string): string {
  if (name === source.tabName) return tabName;
  const ending = `${DASH}${source.tabName}`;
  return `${name.endsWith(ending) ? name.slice(0, -ending.length) : name}${DASH}${tabName}`;
}

/**
 * The transaction_id in a template if it is one JSON text, and the offset at which it begins behind
 * its quotation mark. Undefined otherwise.
 */
function idText(template: string): { readonly at: number; readonly text: string } | undefined {
  const found = /"transaction_id"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(template);
  const text = found?.[1];
  return found === null || text === undefined
    ? undefined
    : { at: found.index + found[0].length - 1 - text.length, text };
}

/** Whether ids are made of the key alone: then the same key in another tab makes the same id. */
export function isIdOfKey({ template, key }: Pick<Sync, 'template' | 'key'>): boolean {
  const outputs = [...(idText(template)?.text ?? '').matchAll(/\{\{-?([^{}]*?)-?\}\}/g)];
  return (
    outputs.length > 0 &&
    outputs.every(([, expression = '']) => expression.split('|')[0]?.trim() === readsAs(key))
  );
}

/** What goes in front of ids for a tab, such as `december-2026-`; empty if no letter is left. */
export const idPrefix = (tabName: string): string => {
  const words = tabName.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length === 0 ? '' : `${words.join('-')}-`;
};

/** The template with the tab's name in front of each transaction_id. */
export function withPrefix(template: string, tabName: string): string {
  const id = idText(template);
  return id === undefined
    ? template
    : template.slice(0, id.at) + idPrefix(tabName) + template.slice(id.at);
}

interface NextTabOptions {
  /** Id of the new sync. */
  readonly id: string;
  /** Names of the other syncs. */
  readonly taken: readonly string[];
  /** Whether the name of the tab goes in front of each transaction_id. */
  readonly prefixed: boolean;
}

/** A new sync for another tab with the same columns: all as in the former one, at its review. */
export function nextTabDraft(
  sync: Sync,
  tab: TabView,
  { id, taken, prefixed }: NextTabOptions,
): SyncDraft {
  return {
    ...draftOf(sync),
    id,
    revision: 0,
    name: freeName(nextName(sync, tab.tab.name), taken),
    source: {
      tabId: tab.tab.id,
      tabName: tab.tab.name,
      headerRow: tab.headerRow,
      columns: inSheetOrder(sync.source.columns, tab),
    },
    template: prefixed ? withPrefix(sync.template, tab.tab.name) : sync.template,
    step: 'review',
  };
}

/**
 * What has to be done before the new sync can be made, in one sentence; undefined if nothing.
 * @param tabs the other tabs of the file
 * @param tabId id of the chosen tab
 * @param missing columns that the chosen tab lacks
 */
export function nextTabObstacle(
  tabs: readonly Tab[],
  tabId: number | undefined,
  missing: readonly MissingColumn[],
): string | undefined {
  if (tabs.length === 0) return 'There is no other tab in this file.';
  if (tabId === undefined) return 'Choose the tab.';
  return missing.length > 0 ? 'Give the tab the missing columns first.' : undefined;
}
