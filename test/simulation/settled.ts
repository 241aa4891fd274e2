import type { DryRun } from '../../src/rpc/contract';
import { HOUR, MINUTE } from '../bundle/world';
import type { Scene } from './scene';

type Asks = NonNullable<DryRun['asks']>;

/** From so many events on a run may ask whether they are meant; and from so many rows that are gone, or where none is left. */
const MANY_EVENTS = 100;
const MANY_ROWS = 10;

/** Whether there is a reason to wait for a person's word. */
function isRightlyAsked(scene: Scene, { events }: Asks): boolean {
  if (events > MANY_EVENTS) return true;
  const present = new Set((scene.rows() ?? []).map(({ id }) => id));
  const gone = [
    ...new Set(scene.witness.handed.map(({ id }) => id.replace(/(~[rx]\d+)+$/, ''))),
  ].filter((key) => !present.has(key));
  return gone.length >= MANY_ROWS || (gone.length > 0 && [...present].every((id) => id === ''));
}

/** Rounds after which everything has settled, or never will. */
const MOST_ROUNDS = 3;

/**
 * What a person does who reads what the product says, and hourly runs, until nothing is left to do. At most one mail a day is sent, so a round takes a day:
 * after it everybody must have been told.
 * @returns how the product shows the rows then, whether they have settled or not; undefined where it cannot show them
 */
export function settled(scene: Scene): DryRun | undefined {
  const { world } = scene;
  let last: DryRun | undefined;
  scene.settledFrom = scene.witness.handed.length;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const home = scene.rpc('open', {});
    const view =
      home?.ok === true ? home.value.syncs.find(({ sync }) => sync.id === scene.id) : undefined;
    if (home?.ok !== true || view === undefined) return undefined;
    const { sync, health } = view;
    // A save may have had its effect although its answer was an error.
    scene.template = sync.template;
    if (health.problem?.code.startsWith('ledger.') === true) scene.rebuild();
    else if (
      sync.state !== 'active' ||
      !home.value.triggers.clock ||
      health.problem?.code === 'run.silent'
    )
      scene.activate();
    world.time.now += HOUR;
    scene.afterEdits();
    scene.hourly();
    world.time.now += 25 * HOUR;
    const isRunning = scene.hourly().length > 0;
    world.time.now += 10 * MINUTE;
    const shown = scene.rpc('dryRun', { id: scene.id });
    if (shown?.ok !== true) continue;
    const { asks, counts, rows } = shown.value;
    last = shown.value;
    if (asks !== undefined && !isRightlyAsked(scene, asks))
      scene.broken.push(
        `a run waits for somebody's word about ${asks.events} events, without a reason`,
      );
    if (asks !== undefined) scene.rpc('runNow', { id: scene.id, approved: asks });
    else if (
      isRunning &&
      counts.send === 0 &&
      rows.every(({ action, problems }) => action !== 'wait' || problems[0]?.code === 'event.stuck')
    )
      return shown.value;
  }
  return last;
}
