import type { Problem } from '../problem/problem';
import type { Home, SyncView } from '../rpc/contract';
import type { Action } from './state';

/** What every screen gets. */
export interface ScreenProps {
  readonly home: Home;
  readonly dispatch: (action: Action) => void;
  /** Asks the server for everything anew, without disturbing the screen. */
  readonly refresh: () => void;
  readonly refreshing: boolean;
  /** Why the newest refresh failed, if it did; what is shown is older then. */
  readonly refreshProblem: Problem | undefined;
}

export interface SyncScreenProps extends ScreenProps {
  readonly view: SyncView;
}
