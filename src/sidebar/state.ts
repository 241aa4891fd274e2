import type {
  Approval,
  ConnectionView,
  Home,
  Rebill,
  RunView,
  SyncDraft,
  SyncView,
  TabView,
  Undo,
  Value,
} from '../rpc/contract';
import { withIdColumn } from './draft/changes';
import { draftOf, withTab } from './draft/draft';
import { otherNames } from './draft/names';
import type { Rebuilding } from './screens/sync/rebuild';
import {
  draftToSave,
  earlier,
  isSetup,
  isUnsaved,
  later,
  NEW_SETUP,
  type Setup,
  type Step,
  setupOf,
} from './setup';

type Sync = Value<'saveSync'>;

/** What is shown. `id` is that of a sync. */
export type Screen =
  | { readonly name: 'home' }
  /** `review` is the sync that is reviewed next. */
  | { readonly name: 'connection'; readonly review?: string | undefined }
  | { readonly name: 'setup' }
  | { readonly name: 'activity'; readonly id?: string | undefined }
  | { readonly name: 'past-run'; readonly run: RunView }
  | { readonly name: 'row'; readonly id: string; readonly key?: string | undefined }
  /**
   * `approved` is what a person has just approved; with `rebill` the run sends only what corrects
   * these sent rows, with `undo` only what takes back another run.
   */
  | {
      readonly name: 'run';
      readonly id: string;
      readonly approved?: Approval | undefined;
      readonly rebill?: Rebill | undefined;
      readonly undo?: Undo | undefined;
    }
  | { readonly name: 'rebill'; readonly id: string; readonly rebill: Rebill }
  /** `startedAt` (ms) is when the run began that is to be taken back. */
  | { readonly name: 'undo'; readonly id: string; readonly startedAt: number }
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

/** What a person wants to do with a sync that is there already: each opens its setup at a step. */
export interface Door {
  readonly name: 'preview' | 'test' | 'dry-run' | 'activation';
  readonly id: string;
}

const STEP_BEHIND: Readonly<Record<Door['name'], Step>> = {
  preview: 'event',
  test: 'test',
  'dry-run': 'review',
  activation: 'review',
};

/** Everything that the page knows. */
export interface State {
  /** Undefined until the server has answered. */
  readonly home: Home | undefined;
  /** The screens from home to the one that is shown; Back leads along them. */
  readonly way: readonly Screen[];
  /** Kept while another screen is shown, so that what was typed last is still saved. */
  readonly setup: Setup | undefined;
  /** A ledger that is being rebuilt, kept while another screen is shown. */
  readonly rebuilding: Rebuilding | undefined;
}

/** What changes the state: what a person did, or what the server has answered. */
export type Action =
  | { readonly type: 'loaded'; readonly home: Home }
  | { readonly type: 'opened'; readonly screen: Screen | Door }
  | { readonly type: 'left' }
  | { readonly type: 'connected'; readonly connection: ConnectionView }
  /** A new sync is set up. */
  | { readonly type: 'setup-began' }
  /** Goes on at `step`, or else where the setup was left, with what is not saved yet. */
  | { readonly type: 'setup-resumed'; readonly id: string; readonly step?: Step | undefined }
  /** What the server does not have is given up; the setup is read from there again. */
  | { readonly type: 'changes-discarded' }
  | { readonly type: 'stepped'; readonly step: Step }
  | { readonly type: 'edited'; readonly draft: SyncDraft }
  /** `newId` is for a draft that begins with this tab. */
  | { readonly type: 'tab-described'; readonly tab: TabView; readonly newId: string }
  | { readonly type: 'ids-filled'; readonly tab: TabView; readonly header: string }
  /** The server has stored `sent`; what was typed since then is not saved yet. */
  | { readonly type: 'draft-saved'; readonly sync: Sync; readonly sent: SyncDraft }
  /** One sync per metric was made; the first is the one that was being set up. */
  | { readonly type: 'metrics-split'; readonly syncs: readonly Sync[] }
  | { readonly type: 'sync-changed'; readonly view: SyncView }
  | { readonly type: 'activated'; readonly view: SyncView }
  | { readonly type: 'ledger-rebuilt'; readonly rebuilding: Rebuilding }
  | { readonly type: 'deleted'; readonly id: string };

const HOME: Screen = { name: 'home' };
const SETUP: Screen = { name: 'setup' };
const wayToSync = (id: string): readonly Screen[] => [HOME, { name: 'sync', id }];

/** Before the server has answered. */
export const firstState: State = {
  home: undefined,
  way: [HOME],
  setup: undefined,
  rebuilding: undefined,
};

/** The same, with what an expired page has handed over: a setup to go on with, or nothing. */
export const keptState = (kept: unknown): State =>
  isSetup(kept) ? { ...firstState, way: [HOME, SETUP], setup: kept } : firstState;

/** The screen that is shown. */
export const currentScreen = (state: State): Screen => state.way[state.way.length - 1] ?? HOME;

/** A sync by its id, with its health and last run. */
export const findSync = (home: Home | undefined, id: string): SyncView | undefined =>
  home?.syncs.find(({ sync }) => sync.id === id);

/**
 * Syncs that can be compared with Lago: those that have sent something, also if they are paused
 * now.
 */
export const reconcilable = ({ syncs }: Home): readonly SyncView[] =>
  syncs.filter(({ sync }) => sync.organization !== undefined);

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

/** Screens that lead into a setup. Back does not return to them once it has begun. */
const PASSED: ReadonlySet<Screen['name']> = new Set(['setup', 'connection', 'next-tab', 'ledger']);

/** The screens that Back leads to from a setup. */
const wayBefore = (way: readonly Screen[]): readonly Screen[] =>
  way.filter(({ name }) => !PASSED.has(name));

/** The state with this setup on the screen. */
const showSetup = (state: State, setup: Setup | undefined): State => ({
  ...state,
  way: [...wayBefore(state.way), SETUP],
  setup,
});

/** A setup that was left, at this step. Its tab is read again: it may have changed. */
const reopened = (setup: Setup, step: Step): Setup => ({
  ...setup,
  tab: undefined,
  step,
  entry: step,
  reached: later(setup.reached, step),
});

function enter(state: State, id: string, step?: Step): State {
  const view = findSync(state.home, id);
  if (view === undefined) return { ...state, way: [HOME] };
  const { setup } = state;
  // The list has the settings as they were saved last: without what is being saved, or could not
  // be.
  return showSetup(
    state,
    setup !== undefined && isOf(setup, id) && isUnsaved(setup)
      ? reopened(setup, step ?? setup.step)
      : setupOf(view.sync, step ?? view.sync.step ?? 'rows'),
  );
}

/** Sets up a new sync, or goes on with the one that the server does not have yet. */
function begin(state: State): State {
  const { setup } = state;
  return showSetup(
    state,
    setup?.draft?.revision === 0 && isUnsaved(setup) ? reopened(setup, setup.step) : NEW_SETUP,
  );
}

/** Screens that ask what is to be corrected. */
const ASKING: ReadonlySet<Screen['name']> = new Set(['rebill', 'undo']);

function open(state: State, screen: Screen | Door): State {
  switch (screen.name) {
    case 'home':
      return { ...state, way: [HOME] };
    case 'preview':
    case 'test':
    case 'dry-run':
    case 'activation':
      return enter(state, screen.id, STEP_BEHIND[screen.name]);
    default:
      // Back does not return to the question what to correct once its run has begun.
      return { ...state, way: [...state.way.filter(({ name }) => !ASKING.has(name)), screen] };
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

/** The state after an action. Screens hand over what they know; nothing is asked for here. */
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
    case 'setup-began':
      return begin(state);
    case 'setup-resumed':
      return enter(state, action.id, action.step);
    case 'changes-discarded':
      return { ...state, setup: undefined };
    case 'stepped': {
      const shown = currentScreen(state).name === 'setup' ? state : showSetup(state, state.setup);
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
          draft: withTab(setup.draft, action.tab, {
            newId: action.newId,
            before: setup.tab,
            taken,
          }),
        };
        return { ...described, saved: setup.saved ?? draftToSave(described) };
      });
    case 'ids-filled':
      return changeSetup(state, (setup) => ({
        ...setup,
        tab: { ...action.tab, former: setup.tab?.former },
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
