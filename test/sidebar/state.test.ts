import type { Home, Value } from '../../src/rpc/contract';
import { draftToSave, isUnsaved } from '../../src/sidebar/setup';
import {
  type Action,
  currentScreen,
  firstState,
  reduce,
  type State,
} from '../../src/sidebar/state';
import { tab } from './fixture';

type Sync = Value<'saveSync'>;

const home: Home = {
  spreadsheet: 'Usage',
  connection: undefined,
  syncs: [],
  problem: undefined,
  tabs: [tab.tab],
  activeTab: 1,
  triggers: { clock: false, onEdit: false },
  isCopy: false,
  today: '2026-11-20',
  canEdit: true,
  account: 'anna@example.com',
  at: 0,
};

const play = (...actions: readonly Action[]): State => actions.reduce(reduce, firstState);
const playOn = (state: State, ...actions: readonly Action[]): State =>
  actions.reduce(reduce, state);
const began: readonly Action[] = [
  { type: 'loaded', home },
  { type: 'setup-began' },
  { type: 'tab-described', tab, newId: 'a' },
];

const draftIn = ({ setup }: State) => {
  if (setup?.draft === undefined) throw new Error('no draft');
  return setup.draft;
};

const setupIn = ({ setup }: State) => {
  if (setup === undefined) throw new Error('no setup');
  return setup;
};

/** What the server makes of the draft that is to be saved. */
const savedFrom = (state: State, more: Partial<Sync> = {}): Sync => {
  const wanted = draftToSave(setupIn(state));
  if (wanted === undefined) throw new Error('nothing to save');
  return {
    ...wanted,
    id: wanted.id ?? 'a',
    revision: wanted.revision + 1,
    templateRevision: 1,
    restMinutes: 5,
    unattendedEvents: 10_000,
    state: 'draft',
    ...more,
  };
};

const save = (state: State, more: Partial<Sync> = {}): State => {
  const sent = draftToSave(setupIn(state));
  if (sent === undefined) throw new Error('nothing to save');
  return playOn(state, { type: 'draft-saved', sync: savedFrom(state, more), sent });
};

test.each([
  { name: 'rebill', id: 'a', rebill: 'all' },
  { name: 'undo', id: 'a', startedAt: 1 },
] as const)('the way back from a run passes the look at what it corrects: $name', (screen) => {
  const looked = playOn(play(), { type: 'opened', screen });
  const ran = playOn(looked, { type: 'opened', screen: { name: 'run', id: 'a' } });
  expect(currentScreen(ran)).toEqual({ name: 'run', id: 'a' });
  expect(currentScreen(playOn(ran, { type: 'left' }))).toEqual({ name: 'home' });
});

test('a new setup is not saved before a person does something', () => {
  const state = play(...began);
  expect(isUnsaved(setupIn(state))).toBe(false);
  expect(
    isUnsaved(
      setupIn(playOn(state, { type: 'edited', draft: { ...draftIn(state), name: 'Mine' } })),
    ),
  ).toBe(true);
});

test('a step that is left is saved with the next one, and reached from then on', () => {
  const state = play(...began, { type: 'stepped', step: 'event' });
  expect(draftToSave(setupIn(state))?.step).toBe('event');
  expect(isUnsaved(setupIn(state))).toBe(true);
  const back = playOn(save(state), { type: 'stepped', step: 'rows' });
  expect(setupIn(back)).toMatchObject({ step: 'rows', reached: 'event' });
});

test('what is typed while a save is at work stays, with the new revision', () => {
  const state = play(...began, { type: 'stepped', step: 'event' });
  const sent = draftToSave(setupIn(state));
  if (sent === undefined) throw new Error('nothing to save');
  const typed = playOn(state, { type: 'edited', draft: { ...draftIn(state), template: '{}' } });
  const answered = playOn(typed, { type: 'draft-saved', sync: savedFrom(state), sent });
  expect(draftIn(answered)).toMatchObject({ template: '{}', revision: 1 });
  expect(isUnsaved(setupIn(answered))).toBe(true);
  expect(isUnsaved(setupIn(save(answered)))).toBe(false);
  expect(save(answered).home?.syncs.map(({ sync }) => sync.revision)).toEqual([2]);
});

test('a draft without a name is saved under that of its tab, and is not saved again and again for it', () => {
  const state = play(...began, { type: 'stepped', step: 'event' });
  const nameless = playOn(state, { type: 'edited', draft: { ...draftIn(state), name: ' ' } });
  expect(draftToSave(setupIn(nameless))?.name).toBe('Usage');
  expect(isUnsaved(setupIn(save(nameless)))).toBe(false);
});

test('an answer for another sync changes the list alone', () => {
  const state = play(...began);
  const other = playOn(state, {
    type: 'draft-saved',
    sync: savedFrom(state, { id: 'b' }),
    sent: draftIn(state),
  });
  expect(other.setup).toBe(state.setup);
  expect(other.home?.syncs.map(({ sync }) => sync.id)).toEqual(['b']);
});

describe('a sync that was saved', () => {
  const saved = save(
    play(...began, { type: 'stepped', step: 'event' }, { type: 'stepped', step: 'test' }),
  );
  const reopened = playOn(firstState, { type: 'loaded', home: saved.home ?? home });

  test('is gone on with where it was left', () => {
    const resumed = playOn(reopened, { type: 'setup-resumed', id: 'a' });
    expect(currentScreen(resumed)).toEqual({ name: 'setup' });
    expect(setupIn(resumed)).toMatchObject({
      step: 'test',
      entry: 'test',
      reached: 'test',
      savesItself: true,
      tab: undefined,
    });
    expect(isUnsaved(setupIn(resumed))).toBe(false);
  });

  test.each([
    ['preview', 'event'],
    ['test', 'test'],
    ['dry-run', 'review'],
    ['activation', 'review'],
  ] as const)('the way to its %s leads to the step %s', (name, step) => {
    expect(setupIn(playOn(reopened, { type: 'opened', screen: { name, id: 'a' } })).step).toBe(
      step,
    );
  });

  test('that another person has deleted leads home', () => {
    expect(currentScreen(playOn(reopened, { type: 'setup-resumed', id: 'gone' }))).toEqual({
      name: 'home',
    });
  });

  test('when it is active, saves nothing by itself and has no step', () => {
    const [view] = saved.home?.syncs ?? [];
    if (view === undefined) throw new Error('no sync');
    const { step: _, ...settled } = view.sync;
    const active = playOn(reopened, {
      type: 'sync-changed',
      view: { ...view, sync: { ...settled, state: 'active' } },
    });
    const edited = playOn(active, { type: 'setup-resumed', id: 'a', step: 'rows' });
    expect(setupIn(edited)).toMatchObject({ savesItself: false, reached: 'review' });
    expect(
      draftToSave(setupIn(playOn(edited, { type: 'stepped', step: 'event' })))?.step,
    ).toBeUndefined();
    expect(isUnsaved(setupIn(playOn(edited, { type: 'stepped', step: 'event' })))).toBe(false);
  });

  test('when it is deleted or activated, is set up no more', () => {
    const resumed = playOn(reopened, { type: 'setup-resumed', id: 'a' });
    const [view] = saved.home?.syncs ?? [];
    if (view === undefined) throw new Error('no sync');
    const activated = playOn(resumed, { type: 'activated', view });
    expect([activated.setup, currentScreen(activated)]).toEqual([
      undefined,
      { name: 'sync', id: 'a' },
    ]);
    const deleted = playOn(resumed, { type: 'deleted', id: 'a' });
    expect([deleted.setup, currentScreen(deleted), deleted.home?.syncs]).toEqual([
      undefined,
      { name: 'home' },
      [],
    ]);
  });
});

test('a step beyond the connection leads back into the setup', () => {
  const state = play(...began, { type: 'opened', screen: { name: 'connection' } });
  expect(currentScreen(state)).toEqual({ name: 'connection' });
  const back = playOn(state, { type: 'stepped', step: 'rows' });
  expect(back.way).toEqual([{ name: 'home' }, { name: 'setup' }]);
});

test('syncs of several metrics are listed, and the first one is set up', () => {
  const state = play(...began, { type: 'stepped', step: 'event' });
  const split = playOn(state, {
    type: 'metrics-split',
    syncs: [savedFrom(state, { name: 'Hours' }), savedFrom(state, { id: 'b', name: 'Calls' })],
  });
  expect(setupIn(split)).toMatchObject({
    draft: { name: 'Hours', revision: 1 },
    siblings: ['Calls'],
  });
  expect(isUnsaved(setupIn(split))).toBe(false);
  expect(split.home?.syncs.map(({ sync }) => sync.name)).toEqual(['Hours', 'Calls']);
});

test('an id column that was filled identifies the rows', () => {
  const bare = { ...tab, columns: tab.columns.slice(1) };
  const state = play(
    { type: 'loaded', home },
    { type: 'setup-began' },
    { type: 'tab-described', tab: bare, newId: 'a' },
  );
  const filled = playOn(state, { type: 'ids-filled', tab, header: 'Usage ID' });
  expect(draftIn(filled).key).toBe('usage_id');
  expect(setupIn(filled).tab).toEqual(tab);
});

test('a setup that another screen leads into is left to where that screen was opened', () => {
  const stored: Sync = savedFrom(play(...began), { id: 'a' });
  const known = playOn(save(play(...began)), { type: 'opened', screen: { name: 'home' } });
  for (const name of ['next-tab', 'ledger'] as const) {
    const through = playOn(
      known,
      { type: 'opened', screen: { name: 'sync', id: stored.id } },
      { type: 'opened', screen: { name, id: stored.id } },
      { type: 'setup-resumed', id: stored.id, step: 'review' },
    );
    expect(through.way.map((screen) => screen.name)).toEqual(['home', 'sync', 'setup']);
  }
});

test('how far a ledger is made anew stays while another screen is shown', () => {
  const rebuilding = { id: 'a', kept: 1, found: 2, different: 0, absent: 3, next: 6, rows: 9 };
  const left = play(
    { type: 'loaded', home },
    { type: 'ledger-rebuilt', rebuilding },
    { type: 'left' },
    { type: 'loaded', home },
  );
  expect(left.rebuilding).toBe(rebuilding);
});

describe('what was typed and is not saved', () => {
  const stepped = play(...began, { type: 'stepped', step: 'event' });
  const typedIn = (state: State): State =>
    playOn(state, { type: 'edited', draft: { ...draftIn(state), template: '{"typed":1}' } });
  const atHome = { type: 'opened', screen: { name: 'home' } } as const;

  test('stays when the setup is opened again while it is being saved or after that has failed', () => {
    const typed = typedIn(save(stepped));
    const again = playOn(typed, atHome, { type: 'setup-resumed', id: 'a' });
    expect(currentScreen(again)).toEqual({ name: 'setup' });
    expect(setupIn(again)).toMatchObject({ step: 'event', entry: 'event', reached: 'event' });
    expect(draftIn(again).template).toBe('{"typed":1}');
    expect(isUnsaved(setupIn(again))).toBe(true);
    const saved = save(again);
    expect([draftIn(saved).template, isUnsaved(setupIn(saved))]).toEqual(['{"typed":1}', false]);
  });

  test('stays when the setup is opened again at another step', () => {
    const typed = typedIn(save(stepped));
    const again = playOn(typed, atHome, { type: 'opened', screen: { name: 'test', id: 'a' } });
    expect(setupIn(again)).toMatchObject({ step: 'test', entry: 'test', reached: 'test' });
    expect(draftIn(again).template).toBe('{"typed":1}');
  });

  test('stays when "New sync" is chosen before the server has the first one', () => {
    const again = playOn(typedIn(stepped), atHome, { type: 'setup-began' });
    expect(currentScreen(again)).toEqual({ name: 'setup' });
    expect(draftIn(again).template).toBe('{"typed":1}');
    const saved = playOn(save(again), atHome, { type: 'setup-began' });
    expect(saved.setup?.draft).toBeUndefined();
  });

  test('is given up when a person says so, or when the newer settings are loaded', () => {
    const again = playOn(
      typedIn(save(stepped)),
      { type: 'changes-discarded' },
      { type: 'setup-resumed', id: 'a' },
    );
    expect(draftIn(again).template).not.toBe('{"typed":1}');
    expect(isUnsaved(setupIn(again))).toBe(false);
  });
});
