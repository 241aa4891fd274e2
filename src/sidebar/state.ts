import type { ConnectionView, Home, SyncDraft, SyncView, TabView, Value } from '../rpc/contract';
import { withTab } from './draft';

type Sync = Value<'saveSync'>;

export type Screen =
  | { readonly name: 'home' }
  | { readonly name: 'connection' }
  | { readonly name: 'settings' }
  | { readonly name: 'preview'; readonly draft: SyncDraft }
  | { readonly name: 'sync' | 'test' | 'dry-run' | 'activation' | 'run' | 'report'; readonly id: string };

/** The sync that is being set up. `saved` is how it was when the editing began, so that unsaved changes are noticed. */
export interface Editing {
  readonly draft: SyncDraft | undefined;
  readonly saved: SyncDraft | undefined;
  readonly tab: TabView | undefined;
}

export interface State {
  readonly home: Home | undefined;
  /** The way from the home screen to the one that is shown. */
  readonly way: readonly Screen[];
  readonly editing: Editing;
}

export type Action =
  | { readonly type: 'loaded'; readonly home: Home }
  | { readonly type: 'opened'; readonly screen: Screen }
  | { readonly type: 'left' }
  | { readonly type: 'connected'; readonly connection: ConnectionView }
  | { readonly type: 'editing-began'; readonly draft: SyncDraft | undefined }
  | { readonly type: 'edited'; readonly draft: SyncDraft }
  | { readonly type: 'tab-described'; readonly tab: TabView; readonly newId: string }
  | { readonly type: 'saved'; readonly sync: Sync }
  | { readonly type: 'sync-changed'; readonly view: SyncView }
  | { readonly type: 'activated'; readonly view: SyncView }
  | { readonly type: 'deleted'; readonly id: string };

const HOME: Screen = { name: 'home' };
const wayToSync = (id: string): readonly Screen[] => [HOME, { name: 'sync', id }];
const NOTHING: Editing = { draft: undefined, saved: undefined, tab: undefined };

export const firstState: State = { home: undefined, way: [HOME], editing: NOTHING };

export const currentScreen = (state: State): Screen => state.way[state.way.length - 1] ?? HOME;

export const findSync = (home: Home | undefined, id: string): SyncView | undefined => home?.syncs.find(({ sync }) => sync.id === id);

export const isUnsaved = ({ draft, saved }: Editing): boolean => draft !== undefined && JSON.stringify(draft) !== JSON.stringify(saved);

const withSync = (home: Home, view: SyncView): Home => ({
  ...home,
  syncs:
    findSync(home, view.sync.id) === undefined
      ? [...home.syncs, view]
      : home.syncs.map((each) => (each.sync.id === view.sync.id ? view : each)),
});

/** What a sync shows until the server is asked again. */
const freshView = (sync: Sync): SyncView => ({
  sync,
  lastRun: undefined,
  health: { state: 'healthy', failures: 0, problem: undefined, told: 'healthy', toldAt: 0 },
});

const changeHome = (state: State, change: (home: Home) => Home): State =>
  state.home === undefined ? state : { ...state, home: change(state.home) };

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'loaded':
      return { ...state, home: action.home };
    case 'opened':
      return { ...state, way: action.screen.name === 'home' ? [HOME] : [...state.way, action.screen] };
    case 'left':
      return { ...state, way: state.way.length > 1 ? state.way.slice(0, -1) : state.way };
    case 'connected':
      return changeHome({ ...state, way: [HOME] }, (home) => ({ ...home, connection: action.connection }));
    case 'editing-began':
      return { ...state, way: [...state.way, { name: 'settings' }], editing: { ...NOTHING, draft: action.draft, saved: action.draft } };
    case 'edited':
      return { ...state, editing: { ...state.editing, draft: action.draft } };
    case 'tab-described':
      return { ...state, editing: { ...state.editing, tab: action.tab, draft: withTab(state.editing.draft, action.tab, action.newId) } };
    case 'saved': {
      const view = { ...(findSync(state.home, action.sync.id) ?? freshView(action.sync)), sync: action.sync };
      return changeHome({ ...state, way: wayToSync(action.sync.id), editing: NOTHING }, (home) => withSync(home, view));
    }
    case 'sync-changed':
      return changeHome(state, (home) => withSync(home, action.view));
    case 'activated':
      return changeHome({ ...state, way: wayToSync(action.view.sync.id) }, (home) => withSync(home, action.view));
    case 'deleted':
      return changeHome({ ...state, way: [HOME] }, (home) => ({ ...home, syncs: home.syncs.filter(({ sync }) => sync.id !== action.id) }));
  }
}
