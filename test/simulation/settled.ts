import type { DryRun } from '../../src/rpc/contract';
import { HOUR, MINUTE } from '../bundle/world';
import type { Scene } from './scene';

/** Rounds after which everything has settled, or never will. */
const MOST_ROUNDS = 6;

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
    const view = home?.ok === true ? home.value.syncs.find(({ sync }) => sync.id === scene.id) : undefined;
    if (home?.ok !== true || view === undefined) return undefined;
    const { sync, health } = view;
    // A save may have had its effect although its answer was an error.
    scene.template = sync.template;
    if (health.problem?.code.startsWith('ledger.') === true) scene.rebuild();
    else if (sync.state !== 'active' || !home.value.triggers.hourly || health.problem?.code === 'run.silent') scene.activate();
    world.time.now += HOUR;
    scene.afterEdits();
    scene.hourly();
    world.time.now += 25 * HOUR;
    scene.hourly();
    world.time.now += 10 * MINUTE;
    const shown = scene.rpc('dryRun', { id: scene.id });
    if (shown?.ok !== true) continue;
    const { asks, counts, rows } = shown.value;
    last = shown.value;
    if (asks !== undefined) scene.rpc('runNow', { id: scene.id, approved: asks });
    else if (counts.send === 0 && rows.every(({ action, problems }) => action !== 'wait' || problems[0]?.code === 'event.stuck'))
      return shown.value;
  }
  return last;
}
