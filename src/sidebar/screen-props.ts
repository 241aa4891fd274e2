import type { Problem } from '../problem/problem';
import type { Home, SyncView } from '../rpc/contract';
import type { Action } from './state';

/** What the app hands to every screen. */
export interface ScreenProps {
  /** What the server said last about the file and its syncs. */
  readonly home: Home;
  /** Changes the state of the page; the only way from one screen to another. */
  readonly dispatch: (action: Action) => void;
  /** Asks the server for everything again, without disturbing the screen. */
  readonly refresh: () => void;
  /** Whether such a refresh is at work. */
  readonly refreshing: boolean;
  /** Why the newest refresh failed: what is shown is older then. Undefined if it did not fail. */
  readonly refreshProblem: Problem | undefined;
}

/** What a screen about one sync gets. */
export interface SyncScreenProps extends ScreenProps {
  /** The sync, with its health and its last run. */
  readonly view: SyncView;
}
