import type { Home, SyncView } from '../../rpc/contract';
import type { Action } from '../state';

/** What every screen gets. */
export interface ScreenProps {
  readonly home: Home;
  readonly dispatch: (action: Action) => void;
  /** Asks the server for everything anew, without disturbing the screen. */
  readonly refresh: () => void;
}

export interface SyncScreenProps extends ScreenProps {
  readonly view: SyncView;
}
