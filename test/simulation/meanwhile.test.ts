import { IS_LONG } from '../bundle/long';
import { TAB } from '../bundle/world';
import { checkHistory } from './checks';
import { crashScene } from './crash';
import { STORES } from './history';
import { NOTHING_WRONG } from './mishaps';
import { Moment } from './moment';
import { deleteColumn } from './people';
import { crashRows } from './rows';
import { change, sent } from './scenarios';
import { FOREIGN_KEY, type Scene, TEMPLATE, WIDER_TEMPLATE } from './scene';
import { settled } from './settled';

/** What somebody does while a run is under way; what it returns, where it is a function, puts right afterwards what only a person can. */
type Deed = (scene: Scene) => unknown;

const rename = (scene: Scene, from: string, to: string): void => {
  const column = (scene.world.google.spreadsheet.table(TAB)[0] ?? []).indexOf(from) + 1;
  if (column > 0) scene.world.google.spreadsheet.edit(TAB, 1, column, to);
};

const inLedger =
  (act: (scene: Scene, name: string) => void): Deed =>
  (scene) => {
    const [name] = scene.ledgers();
    scene.ledgerWasTouched = true;
    if (name !== undefined) act(scene, name);
  };

const DEEDS: readonly (readonly [name: string, deed: Deed])[] = [
  ['types another amount', (scene) => scene.set(2, 'amount', '30')],
  [
    'sorts the tab',
    (scene) => scene.world.google.spreadsheet.sort(TAB, scene.column('id'), 'descending'),
  ],
  [
    'filters the tab',
    (scene) => scene.world.google.spreadsheet.filter(TAB, scene.column('code'), 'peak'),
  ],
  ['inserts a row', (scene) => scene.world.google.spreadsheet.insertRows(TAB, 2)],
  ['deletes a row', (scene) => scene.world.google.spreadsheet.deleteRows(TAB, 3)],
  ['inserts a column', (scene) => scene.world.google.spreadsheet.insertColumns(TAB, 1)],
  [
    'deletes a column that nothing reads',
    (scene) => scene.world.google.spreadsheet.deleteColumns(TAB, scene.column('extra')),
  ],
  ['deletes a column that the template reads', (scene) => deleteColumn(scene, 'amount')],
  [
    'renames a header',
    (scene) => {
      rename(scene, 'amount', 'quantity');
      return () => rename(scene, 'quantity', 'amount');
    },
  ],
  ['pastes 500 rows', (scene) => scene.append(crashRows(520).slice(20))],
  [
    'sorts the ledger',
    inLedger((scene, name) => scene.world.google.spreadsheet.sort(name, 5, 'descending')),
  ],
  [
    'deletes a line of the ledger',
    inLedger((scene, name) => scene.world.google.spreadsheet.deleteRows(name, 3)),
  ],
  [
    'writes into the ledger',
    inLedger((scene, name) => scene.world.google.spreadsheet.edit(name, 3, 1, 'x')),
  ],
  [
    'deletes the ledger',
    inLedger((scene, name) => scene.world.google.spreadsheet.deleteSheet(name)),
  ],
  ['copies the file and runs the copy', (scene) => scene.runCopy('kept')],
  [
    'changes the template',
    (scene) => {
      scene.template = WIDER_TEMPLATE;
      const revision = scene.view()?.sync.revision ?? 0;
      if (scene.rpc('saveSync', { draft: scene.draft(revision) })?.ok !== true)
        scene.template = TEMPLATE;
    },
  ],
  [
    'connects another organization',
    (scene) => {
      scene.connect(FOREIGN_KEY);
      return () => scene.connectOwnKey();
    },
  ],
  ['presses run', (scene) => scene.rpc('runNow', { id: scene.id })],
  ['is overtaken by a second trigger', (scene) => scene.hourly()],
  ['pauses the sync', (scene) => scene.rpc('pause', { id: scene.id })],
  ['loses the triggers', (scene) => scene.dropTriggers()],
  ['loses triggers that stay listed', (scene) => scene.world.google.disableTriggers()],
  ['loses what is cached', (scene) => scene.world.google.evictCache()],
  [
    'loses the authorization',
    ({ world: { google } }) => {
      google.access.authorize(google.user, 'expired');
      return () => google.access.authorize(google.user, 'granted');
    },
  ],
];

/**
 * Each call is another moment. A short run tries some of them, others for each deed, and plays each
 * deed on one of the stores.
 */
const STEP = IS_LONG ? 1 : 96;
const LARGE_STEP = IS_LONG ? 10 : 192;
/** Not a claim about speed: a machine that does other things meanwhile must not fail the test. */
const SLOW_MACHINE_MS = 3_600_000;

describe.each(STORES)('while a run is under way on %s', (store) => {
  const scene = crashScene(store, {
    name: 'a run with additions, changes and removals',
    rows: 6,
    prepare: (prepared) => {
      sent(prepared);
      change(prepared);
    },
    act: (acting) => acting.hourly(),
    billed: 6,
  });
  const moment = new Moment(scene);
  const { template, key } = scene;

  function begin(): void {
    moment.return();
    scene.between = () => undefined;
    scene.template = template;
    scene.key = key;
    scene.ledgerWasTouched = false;
  }

  begin();
  const calls = scene.hourly().at(-1)?.serviceCalls.total ?? 0;

  /** What is broken when the deed is done at a call, and the next runs have gone. */
  function broken(deed: Deed, at: number): string[] {
    begin();
    let repair: unknown;
    let isDone = false;
    scene.between = ({ index }) => {
      if (isDone || index !== at) return;
      isDone = true;
      repair = deed(scene);
      scene.look();
    };
    scene.hourly();
    scene.between = () => undefined;
    if (!isDone) return [`there is no call ${at}`];
    if (typeof repair === 'function') repair();
    scene.look();
    const { violations } = checkHistory(scene, NOTHING_WRONG, settled(scene));
    return violations.map((violation) => `at call ${at}: ${violation}`);
  }

  const played = DEEDS.map(([name, deed], place) => [name, deed, place] as const).filter(
    ([, , place]) => IS_LONG || STORES[place % STORES.length] === store,
  );
  test.each(played)(
    'whoever %s, every row is billed once as the sheet says, or shown with a true reason',
    (name, deed, place) => {
      const step = name.includes('500') ? LARGE_STEP : STEP;
      const violations: string[] = [];
      for (let at = 1 + (IS_LONG ? 0 : (place * 7) % step); at <= calls; at += step)
        violations.push(...broken(deed, at));
      expect(violations).toEqual([]);
    },
    SLOW_MACHINE_MS,
  );
});
