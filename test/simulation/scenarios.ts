import type { ExecutionReport } from '../../sandbox/runtime';
import type { Argument, Method } from '../../src/rpc/contract';
import { IS_LONG } from '../bundle/long';
import { HOUR, TAB } from '../bundle/world';
import type { CrashScenario, Kill } from './crash-scenario';
import { crashRows } from './rows';
import { NARROW_KEY, REFUSED_CODE, type Scene } from './scene';
import { confirmUndo, lookAtUndo, takeBackAgain, undoableRuns } from './undo';

/** The requests with events. */
export const BATCH = { method: 'POST', path: '/api/v1/events/batch' } as const;
/** More often than a run tries. */
export const OFTEN = 9;

/** The last hour has sent the rows as they stood first. */
export const sent = (scene: Scene): void => {
  scene.activate();
  scene.hourly();
  scene.world.time.now += HOUR;
};

/** Nobody answers the first events, whether Lago has them or not; then an hour passes, and everything answers. */
export const unanswered =
  (committed: boolean) =>
  (scene: Scene): void => {
    scene.activate();
    scene.world.lago.faults.add({ ...BATCH, kind: 'hang', committed, times: OFTEN });
    scene.hourly();
    scene.world.lago.faults.clear();
    scene.world.time.now += HOUR;
  };

const asked = <M extends Method>(
  scene: Scene,
  method: M,
  argument: Argument<M>,
  kill: Kill,
): ExecutionReport[] => {
  scene.rpc(method, argument, kill);
  return [scene.lastReport()];
};

export const hourly = (scene: Scene, kill: Kill): readonly ExecutionReport[] => scene.hourly(kill);

const missing = ({ id }: Scene): Argument<'fixFindings'> => ({ id, fix: 'send', ids: ['k2'] });

/** A changed value, another customer, a removed row, a new one. */
export function change(scene: Scene): void {
  const { spreadsheet } = scene.world.google;
  scene.set(2, 'amount', '10');
  scene.set(3, 'subscription', 'acme');
  spreadsheet.deleteRows(TAB, 4, 1);
  const [row] = crashRows(7).slice(6);
  if (row !== undefined) scene.append([row]);
}

/** Takes the first run back, whatever became of its rows, and of the numbers if it was begun before. */
function takeBack(scene: Scene, kill: Kill): ExecutionReport[] {
  const undo = lookAtUndo(scene, undoableRuns(scene).at(-1) ?? 0);
  if (undo === undefined) throw new Error('There is no run that could be taken back.');
  confirmUndo(scene, undo, kill);
  return [scene.lastReport()];
}

/** More than fit into one request; in a short run into two. */
const MANY_ROWS = IS_LONG ? 250 : 130;

/** The runs that a sheet lives by; each is killed at every one of its service calls. */
export const SCENARIOS: readonly CrashScenario[] = [
  {
    name: 'a first activation with rows for several requests',
    rows: MANY_ROWS,
    prepare: (scene) => scene.activate(),
    act: hourly,
    billed: MANY_ROWS,
  },
  {
    name: 'an activation',
    rows: 3,
    prepare: () => undefined,
    act: (scene, kill) => {
      const revision = scene.view()?.sync.revision ?? 0;
      return asked(
        scene,
        'activate',
        { id: scene.id, revision, changed: 'correct', removed: 'correct', onEdit: true },
        kill,
      );
    },
    billed: 3,
  },
  {
    name: 'an hourly run with additions, changes and removals',
    rows: 6,
    prepare: (scene) => {
      sent(scene);
      change(scene);
    },
    act: hourly,
    billed: 6,
  },
  {
    name: 'a run with refused events',
    rows: 5,
    prepare: (scene) => {
      scene.connect(NARROW_KEY);
      scene.set(3, 'code', REFUSED_CODE);
      scene.set(6, 'code', REFUSED_CODE);
      scene.activate();
    },
    act: hourly,
    billed: 3,
  },
  {
    name: 'settling of pending entries',
    rows: 5,
    prepare: (scene) => {
      unanswered(true)(scene);
      const [row] = crashRows(6).slice(5);
      if (row !== undefined) scene.append([row]);
    },
    act: hourly,
    billed: 6,
  },
  {
    name: 'settling of pending entries that never arrived',
    rows: 5,
    prepare: unanswered(false),
    act: hourly,
    billed: 5,
  },
  {
    name: 'a test send',
    rows: 3,
    prepare: () => undefined,
    act: (scene, kill) => asked(scene, 'testSend', { id: scene.id, row: 2 }, kill),
    billed: 3,
  },
  {
    name: 'a reconcile',
    rows: 4,
    prepare: (scene) => {
      sent(scene);
      scene.set(3, 'amount', '20');
    },
    act: (scene, kill) => asked(scene, 'reconcile', { id: scene.id, month: '2026-11' }, kill),
    billed: 4,
  },
  {
    name: 'sending again what a reconcile has found missing',
    rows: 4,
    prepare: (scene) => {
      sent(scene);
      scene.world.lago.rewriteEvents((event) => (event.transactionId === 'k2' ? [] : [event]));
    },
    act: (scene, kill) => asked(scene, 'fixFindings', missing(scene), kill),
    repeat: (scene) => scene.rpc('fixFindings', missing(scene)),
    billed: 4,
  },
  {
    name: 'taking a run back',
    rows: 4,
    prepare: (scene) => {
      sent(scene);
      change(scene);
    },
    act: takeBack,
    repeat: (scene) => takeBackAgain(scene, undoableRuns(scene).at(-1) ?? 0),
    billed: 4,
  },
];
