import type { Home } from '../../rpc/contract';

/** A name in typographic quotation marks. */
export const quoted = (name: string): string => `\u201c${name}\u201d`;

/**
 * Names of the other syncs that read the rows of a tab, in quotation marks.
 * @param tabId id of the tab in the spreadsheet
 * @param own id of the sync that asks; undefined if it has none yet
 */
export const otherSyncsOf = (
  { syncs }: Pick<Home, 'syncs'>,
  tabId: number,
  own: string | undefined,
): readonly string[] =>
  syncs
    .filter(({ sync }) => sync.id !== own && sync.source.tabId === tabId)
    .map(({ sync }) => quoted(sync.name));
