import { useEffect, useRef } from 'preact/hooks';
import type { TabView, Value } from '../../../rpc/contract';
import { type Request, useRequest } from '../../server/request';
import { missingIn } from './next-tab-draft';

/** Reading a tab that is to have the columns of a sync. */
export interface TabSearch {
  /** Reads the tab; a search for the row with the names is a second call. */
  readonly request: Request<'describeTab'>;
  /** The tab as it was read; undefined before. */
  readonly tab: TabView | undefined;
  /** Reads the tab again. */
  look(): void;
}

/**
 * Reads a tab with the column names in the same row as in the tab of the sync. If none of the
 * columns is there, the server looks for the row once.
 * @param tabId id of the tab; undefined if none is chosen
 */
export function useTabSearch(sync: Value<'saveSync'>, tabId: number | undefined): TabSearch {
  const searched = useRef<number | undefined>(undefined);
  const request = useRequest('describeTab', (found) => {
    if (
      missingIn(sync, found).length < sync.source.columns.length ||
      searched.current === found.tab.id
    )
      return;
    searched.current = found.tab.id;
    request.send({ tabId: found.tab.id });
  });
  const look = (): void => {
    searched.current = undefined;
    if (tabId !== undefined) request.send({ tabId, headerRow: sync.source.headerRow });
  };
  useEffect(look, [tabId]);
  const tab = request.value?.tab.id === tabId ? request.value : undefined;
  return { request, tab, look };
}
