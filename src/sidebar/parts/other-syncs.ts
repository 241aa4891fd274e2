import type { Home } from '../../rpc/contract';
import { quoted } from '../words/lists';

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
