import type { SyncDraft, TabView } from '../../../rpc/contract';
import { obstacle } from '../../draft/draft';
export const rowsObstacle = (
  draft: SyncDraft | undefined,
  tab: TabView | undefined,
): string | undefined =>
  draft === undefined || tab === undefined ? 'Choose a tab with rows.' : obstacle(draft);
