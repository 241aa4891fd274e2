import type { SyncDraft, TabView } from '../../../rpc/contract';
import { obstacle } from '../../draft/draft';

/** What has to be done before the rows are chosen, in one sentence; undefined if nothing. */
export const rowsObstacle = (
  draft: SyncDraft | undefined,
  tab: TabView | undefined,
): string | undefined =>
  draft === undefined || tab === undefined ? 'Choose a tab with rows.' : obstacle(draft);
