import type {
  Approval,
  ConnectionView,
  Home,
  Rebill,
  RunView,
  SyncDraft,
  SyncView,
  TabView,
  Value,
} from '../rpc/contract';
import { draftOf, otherNames, withIdColumn, withTab } from './draft';
import type { Rebuilding } from './screens/sync/rebuild';

type Sync = Value<'saveSync'>;

/** The steps of the guided way that are about one sync, in their order; the connection comes before them. */
export const STEPS = ['rows', 'event', 'test', 'review'] as const;
export type Step = (typeof STEPS)[number];

export type Screen =
  | { readonly name: 'home' }
  /** `review` is the sync whose review comes next. */
  | { readonly name: 'connection'; readonly review?: string | undefined }
  | { readonly name: 'setup' }
  | { readonly name: 'activity'; readonly id?: string | undefined }
  | { readonly name: 'past-run'; readonly run: RunView }
  | { readonly name: 'row'; readonly id: string; readonly key?: string | undefined }
  /** `approved` is what a person has just let go; with `rebill` nothing goes but what corrects these sent rows. */
  | {
      readonly name: 'run';
      readonly id: string;
      readonly approved?: Approval | undefined;
      readonly rebill?: Rebill | undefined;
    }
  | { readonly name: 'rebill'; readonly id: string; readonly rebill: Rebill }
  | {
      readonly name:
        | 'sync'
        | 'report'
        | 'statuses'
        | 'ledger'
        | 'next-tab'
        | 'reconcile'
        | 'statement';
      readonly id: string;
    };

/** Ways into the guided way of a sync that is there already, by what a person wants to do. */
export type Door =
  | { readonly name: 'preview'; readonly draft: SyncDraft }
  | { readonly name: 'test' | 'dry-run' | 'activation'; readonly id: string };

const STEP_BEHIND: Readonly<Record<Door['name'], Step>> = {
  preview: 'event',
  test: 'test',
  'dry-run': 'review',
  activation: 'review',
};

/** The sync that is being set up, or whose settings are looked at. */
export interface Setup {
  /** Undefined until its tab was read. */
  readonly draft: SyncDraft | undefined;
  /** As the server has it; of a new one how it was proposed, so that nothing is saved before a person does something. */
  readonly saved: SyncDraft | undefined;
  readonly tab: TabView | undefined;
  readonly step: Step;
  /** The step from which Back leads out of the setup, and the furthest that was reached. */
  readonly entry: Step;
  readonly reached: Step;
  /** Whether changes are saved by themselves: only while nothing is sent with them. */
  readonly savesItself: boolean;
  /** Syncs that were made together with this one, of the other metrics of a row. */
  readonly siblings: readonly string[];
}

export interface State {
  readonly home: Home | undefined;
  /** The way from the home screen to the one that is shown. */
  readonly way: readonly Screen[];
  /** Also kept while another screen is shown, so that what was typed last is still saved. */
  readonly setup: Setup | undefined;
  /** A ledger that is being made anew, also while another screen is shown. */
  readonly rebuilding: Rebuilding | undefined;
}

export type Action =
  | { readonly type: 'loaded'; readonly home: Home }
  | { readonly type: 'opened'; readonly screen: Screen | Door }
  | { readonly type: 'left' }
  | { readonly type: 'connected'; readonly connection: ConnectionView }
  /** Of a new sync where there is no draft, else of the settings of one that is there. */
  | { readonly type: 'editing-began'; readonly draft: SyncDraft | undefined }
  /** Goes on where the setting up of a sync was left. */
  | { readonly type: 'setup-resumed'; readonly id: string; readonly step?: Step | undefined }
  | { readonly type: 'stepped'; readonly step: Step }
  | { readonly type: 'edited'; readonly draft: SyncDraft }
  | { readonly type: 'tab-described'; readonly tab: TabView; readonly newId: string }
  | { readonly type: 'ids-filled'; readonly tab: TabView; readonly header: string }
  /** The server has what was sent to it. */
  | { readonly type: 'draft-saved'; readonly sync: Sync; readonly sent: SyncDraft }
  | { readonly type: 'metrics-split'; readonly syncs: readonly Sync[] }
  | { readonly type: 'sync-changed'; readonly view: SyncView }
  | { readonly type: 'activated'; readonly view: SyncView }
  | { readonly type: 'ledger-rebuilt'; readonly rebuilding: Rebuilding }
  | { readonly type: 'deleted'; readonly id: string };

const HOME: Screen = { name: 'home' };
const SETUP: Screen = { name: 'setup' };
const wayToSync = (id: string): readonly Screen[] => [HOME, { name: 'sync', id }];

export const firstState: State = {
  home: undefined,
  way: [HOME],
  setup: undefined,
  rebuilding: undefined,
};

export const currentScreen = (state: State): Screen => state.way[state.way.length - 1] ?? HOME;

export const findSync = (home: Home | undefined, id: string): SyncView | undefined =>
  home?.syncs.find(({ sync }) => sync.id === id);

/** Syncs that can be compared with Lago: those that have sent something, the paused ones too. */
export const reconcilable = ({ syncs }: Home): readonly SyncView[] =>
  syncs.filter(({ sync }) => sync.organization !== undefined);

export const isBefore = (step: Step, other: Step): boolean =>
  STEPS.indexOf(step) < STEPS.indexOf(other);

const later = (step: Step, other: Step): Step => (isBefore(step, other) ? other : step);
const earlier = (step: Step, other: Step): Step => (isBefore(step, other) ? step : other);

export const stepBefore = (step: Step): Step => STEPS[STEPS.indexOf(step) - 1] ?? step;

const textOf = ({ revision: _, ...content }: SyncDraft): string =>
  JSON.stringify(Object.entries(content).sort());

/** What there is to save: a draft with its step, and never without a name. */
export function draftToSave({ draft, savesItself, step }: Setup): SyncDraft | undefined {
  if (draft === undefined) return undefined;
  const named = draft.name.trim() === '' ? { ...draft, name: draft.source.tabName } : draft;
  return savesItself ? { ...named, step } : named;
}

export function isUnsaved(setup: Setup): boolean {
  const wanted = draftToSave(setup);
  return (
    wanted !== undefined && (setup.saved === undefined || textOf(wanted) !== textOf(setup.saved))
  );
}

const NEW_SETUP: Setup = {
  draft: undefined,
  saved: undefined,
  tab: undefined,
  step: 'rows',
  entry: 'rows',
  reached: 'rows',
  savesItself: true,
  siblings: [],
};

/** The setup of a sync that the server has. */
function setupOf(sync: Sync, step: Step): Setup {
  const draft = draftOf(sync);
  const savesItself = sync.state === 'draft';
  // A draft goes back to its step when it is saved without another change; the others have none.
  return {
    ...NEW_SETUP,
    draft,
    saved: draft,
    step,
    entry: step,
    reached: savesItself ? later(step, sync.step ?? step) : 'review',
    savesItself,
  };
}

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
  days: [],
  nextRun: undefined,
  health: { state: 'healthy', failures: 0, problem: undefined, told: 'healthy', toldAt: 0 },
});

const changeHome = (state: State, change: (home: Home) => Home): State =>
  state.home === undefined ? state : { ...state, home: change(state.home) };

const changeSetup = (state: State, change: (setup: Setup) => Setup): State =>
  state.setup === undefined ? state : { ...state, setup: change(state.setup) };

const putSync = (state: State, sync: Sync): State =>
  changeHome(state, (home) =>
    withSync(home, { ...(findSync(home, sync.id) ?? freshView(sync)), sync }),
  );

/** What leads into a setup is done when it begins, and no place to come back to. */
const PASSED: ReadonlySet<Screen['name']> = new Set(['setup', 'connection', 'next-tab', 'ledger']);

/** The way up to where a setup begins. */
const wayBefore = (way: readonly Screen[]): readonly Screen[] =>
  way.filter(({ name }) => !PASSED.has(name));

function enter(state: State, id: string, step?: Step): State {
  const view = findSync(state.home, id);
  if (view === undefined) return { ...state, way: [HOME] };
  return {
    ...state,
    way: [...wayBefore(state.way), SETUP],
    setup: setupOf(view.sync, step ?? view.sync.step ?? 'rows'),
  };
}

function open(state: State, screen: Screen | Door): State {
  switch (screen.name) {
    case 'home':
      return { ...state, way: [HOME] };
    case 'preview':
    case 'test':
    case 'dry-run':
    case 'activation':
      return enter(
        state,
        screen.name === 'preview' ? (screen.draft.id ?? '') : screen.id,
        STEP_BEHIND[screen.name],
      );
    default:
      // What leads to a run that bills again is done when that begins.
      return { ...state, way: [...state.way.filter(({ name }) => name !== 'rebill'), screen] };
  }
}

function isOf(setup: Setup | undefined, id: string): boolean {
  return setup?.draft?.id === id;
}

function split(state: State, [first, ...others]: readonly Sync[]): State {
  if (first === undefined) return state;
  const known = [first, ...others].reduce(putSync, state);
  return changeSetup(known, (setup) => ({
    ...setup,
    draft: draftOf(first),
    saved: draftOf(first),
    siblings: others.map(({ name }) => name),
  }));
}

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'loaded':
      return { ...state, home: action.home };
    case 'opened':
      return open(state, action.screen);
    case 'left':
      return { ...state, way: state.way.length > 1 ? state.way.slice(0, -1) : state.way };
    case 'connected':
      return changeHome(state, (home) => ({ ...home, connection: action.connection }));
    case 'editing-began':
      if (action.draft?.id !== undefined) return enter(state, action.draft.id, 'rows');
      return { ...state, way: [...wayBefore(state.way), SETUP], setup: NEW_SETUP };
    case 'setup-resumed':
      return enter(state, action.id, action.step);
    case 'stepped': {
      const shown =
        currentScreen(state).name === 'setup'
          ? state
          : { ...state, way: [...wayBefore(state.way), SETUP] };
      return changeSetup(shown, (setup) => ({
        ...setup,
        step: action.step,
        entry: earlier(setup.entry, action.step),
        reached: later(setup.reached, action.step),
      }));
    }
    case 'edited':
      return changeSetup(state, (setup) => ({ ...setup, draft: action.draft }));
    case 'tab-described':
      return changeSetup(state, (setup) => {
        const taken = otherNames(state.home?.syncs ?? [], setup.draft);
        const described = {
          ...setup,
          tab: action.tab,
          draft: withTab(setup.draft, action.tab, action.newId, setup.tab, taken),
        };
        return { ...described, saved: setup.saved ?? draftToSave(described) };
      });
    case 'ids-filled':
      return changeSetup(state, (setup) => ({
        ...setup,
        tab: action.tab,
        draft:
          setup.draft === undefined
            ? undefined
            : withIdColumn(setup.draft, action.tab, action.header),
      }));
    case 'draft-saved': {
      const { sync, sent } = action;
      const known = putSync(state, sync);
      if (!isOf(state.setup, sync.id)) return known;
      return changeSetup(known, (setup) => ({
        ...setup,
        saved: { ...sent, revision: sync.revision },
        draft: setup.draft === undefined ? undefined : { ...setup.draft, revision: sync.revision },
      }));
    }
    case 'metrics-split':
      return split(state, action.syncs);
    case 'sync-changed':
      return changeHome(state, (home) => withSync(home, action.view));
    case 'activated':
      return changeHome(
        { ...state, way: wayToSync(action.view.sync.id), setup: undefined },
        (home) => withSync(home, action.view),
      );
    case 'ledger-rebuilt':
      return { ...state, rebuilding: action.rebuilding };
    case 'deleted': {
      const rest = isOf(state.setup, action.id) ? { ...state, setup: undefined } : state;
      return changeHome({ ...rest, way: [HOME] }, (home) => ({
        ...home,
        syncs: home.syncs.filter(({ sync }) => sync.id !== action.id),
      }));
    }
  }
}
