import { useEffect, useReducer } from 'preact/hooks';
import { CurrentConnection, Page } from './parts/page';
import { ProblemCard } from './parts/problem-card';
import { Busy } from './parts/status';
import type { ScreenProps } from './screen-props';
import { HomeScreen } from './screens/home/home';
import { ReconcileScreen } from './screens/month/reconcile';
import { StatementScreen } from './screens/month/statement';
import { type Saving, useAutosave } from './screens/setup/autosave';
import { ConnectionScreen } from './screens/setup/connection';
import { SetupScreen } from './screens/setup/setup';
import { ActivityScreen, PastRunScreen } from './screens/sync/activity';
import { LedgerScreen } from './screens/sync/ledger';
import { NextTabScreen } from './screens/sync/next-tab';
import { RebillScreen } from './screens/sync/rebill';
import { RowScreen } from './screens/sync/row';
import { ReportScreen, RunScreen } from './screens/sync/run';
import { StatusesScreen } from './screens/sync/statuses';
import { SyncScreen } from './screens/sync/sync';
import { UndoScreen } from './screens/sync/undo';
import { useRequest } from './server/request';
import { handover } from './server/server';
import {
  currentScreen,
  findSync,
  keptState,
  reconcilable,
  reduce,
  type Screen,
  type State,
} from './state';

const SYNC_SCREENS = {
  sync: SyncScreen,
  report: ReportScreen,
  statuses: StatusesScreen,
  'next-tab': NextTabScreen,
  reconcile: ReconcileScreen,
  statement: StatementScreen,
} as const;

/** A screen that is about one sync. */
type OneSyncScreen = Exclude<
  Screen,
  { readonly name: 'home' | 'connection' | 'setup' | 'activity' | 'past-run' }
>;

/** Two screens of one kind are different ones if they are about different syncs. */
const identityOf = (screen: Screen, depth: number): string =>
  `${depth} ${screen.name} ${'id' in screen ? screen.id : ''}`;

/** The sidebar: its state, and the screen that is shown. */
export function App() {
  const [state, dispatch] = useReducer(reduce, handover.kept, keptState);
  const open = useRequest('open', (home) => {
    dispatch({ type: 'loaded', home });
    // The menu item for comparing with Lago opens its screen at once; there another sync can be
    // chosen.
    const offered = reconcilable(home);
    const first = offered.find(({ sync }) => sync.state === 'active') ?? offered[0];
    if (
      state.home === undefined &&
      document.body.dataset['start'] === 'reconcile' &&
      first !== undefined
    )
      dispatch({ type: 'opened', screen: { name: 'reconcile', id: first.sync.id } });
  });
  const refresh = (): void => open.send({});
  useEffect(refresh, []);
  const isSettingUp = currentScreen(state).name === 'setup';
  // Not in the setup's own screen, because what was typed last is saved also after leaving it.
  const saving = useAutosave(state.setup, isSettingUp, dispatch);
  handover.kept = state.setup;

  if (state.home === undefined) {
    return (
      <Page title="Syncs">
        {open.problem === undefined ? (
          <Busy words="Opening" />
        ) : (
          <ProblemCard problem={open.problem} onRepeat={open.repeat} />
        )}
      </Page>
    );
  }
  return (
    <CurrentConnection.Provider value={state.home.connection}>
      <CurrentScreen
        key={identityOf(currentScreen(state), state.way.length)}
        state={state}
        saving={saving}
        home={state.home}
        dispatch={dispatch}
        refresh={refresh}
        refreshing={open.busy}
        refreshProblem={open.problem}
      />
    </CurrentConnection.Provider>
  );
}

interface CurrentScreenProps extends ScreenProps {
  readonly state: State;
  readonly saving: Saving;
}

function CurrentScreen({ state, saving, ...props }: CurrentScreenProps) {
  const screen = currentScreen(state);
  switch (screen.name) {
    case 'home':
      return <HomeScreen {...props} />;
    case 'connection':
      return <ConnectionScreen {...props} setup={state.setup} review={screen.review} />;
    case 'setup':
      return state.setup === undefined ? (
        <HomeScreen {...props} />
      ) : (
        <SetupScreen {...props} setup={state.setup} saving={saving} />
      );
    case 'activity':
      return <ActivityScreen {...props} id={screen.id} />;
    case 'past-run':
      return <PastRunScreen {...props} run={screen.run} />;
    default:
      return <ScreenOfSync {...props} screen={screen} rebuilding={state.rebuilding} />;
  }
}

interface ScreenOfSyncProps extends ScreenProps, Pick<State, 'rebuilding'> {
  readonly screen: OneSyncScreen;
}

/** A screen about one sync; home if the sync is not there any more. */
function ScreenOfSync({ screen, rebuilding, ...props }: ScreenOfSyncProps) {
  const view = findSync(props.home, screen.id);
  if (view === undefined) return <HomeScreen {...props} />;
  switch (screen.name) {
    case 'row':
      return <RowScreen {...props} view={view} wanted={screen.key} />;
    case 'run':
      return <RunScreen {...props} {...screen} view={view} />;
    case 'rebill':
      return <RebillScreen {...props} view={view} rebill={screen.rebill} />;
    case 'undo':
      return <UndoScreen {...props} view={view} startedAt={screen.startedAt} />;
    case 'ledger':
      return <LedgerScreen {...props} view={view} rebuilding={rebuilding} />;
    default: {
      const SyncPage = SYNC_SCREENS[screen.name];
      return <SyncPage {...props} view={view} />;
    }
  }
}
