import { useEffect, useReducer } from 'preact/hooks';
import { Page } from './parts/page';
import { ProblemCard } from './parts/problem-card';
import { Busy } from './parts/status';
import { useRequest } from './request';
import { ActivationScreen } from './screens/activation';
import { ConnectionScreen } from './screens/connection';
import { DryRunScreen } from './screens/dry-run';
import { HomeScreen } from './screens/home';
import { PreviewScreen } from './screens/preview';
import { ReportScreen, RunScreen } from './screens/run';
import type { ScreenProps } from './screens/screen-props';
import { SettingsScreen } from './screens/settings';
import { SyncScreen } from './screens/sync';
import { TestScreen } from './screens/test-send';
import { currentScreen, findSync, firstState, reduce, type Screen, type State } from './state';

const SYNC_SCREENS = {
  sync: SyncScreen,
  test: TestScreen,
  'dry-run': DryRunScreen,
  activation: ActivationScreen,
  run: RunScreen,
  report: ReportScreen,
} as const;

/** Two screens of one kind are different ones if they are about different syncs. */
const identityOf = (screen: Screen, depth: number): string => `${depth} ${screen.name} ${'id' in screen ? screen.id : ''}`;

export function App() {
  const [state, dispatch] = useReducer(reduce, firstState);
  const open = useRequest('open', (home) => dispatch({ type: 'loaded', home }));
  const refresh = (): void => open.send({});
  useEffect(refresh, []);

  if (state.home === undefined) {
    return (
      <Page title="Syncs">
        {open.problem === undefined ? <Busy words="Opening" /> : <ProblemCard problem={open.problem} onRepeat={open.repeat} />}
      </Page>
    );
  }
  return (
    <CurrentScreen
      key={identityOf(currentScreen(state), state.way.length)}
      state={state}
      home={state.home}
      dispatch={dispatch}
      refresh={refresh}
    />
  );
}

function CurrentScreen({ state, ...props }: ScreenProps & { readonly state: State }) {
  const screen = currentScreen(state);
  switch (screen.name) {
    case 'home':
      return <HomeScreen {...props} />;
    case 'connection':
      return <ConnectionScreen {...props} />;
    case 'settings':
      return <SettingsScreen {...props} editing={state.editing} />;
    case 'preview':
      return <PreviewScreen draft={screen.draft} dispatch={props.dispatch} />;
    default: {
      const view = findSync(props.home, screen.id);
      const SyncPage = SYNC_SCREENS[screen.name];
      return view === undefined ? <HomeScreen {...props} /> : <SyncPage {...props} view={view} />;
    }
  }
}
