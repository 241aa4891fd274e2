import { HOUR } from '../bundle/world';
import { Chance } from './chance';
import { checkHistory } from './checks';
import type { CrashScenario, Kill } from './crash-scenario';
import type { Store } from './history';
import { NOTHING_WRONG } from './mishaps';
import { Moment } from './moment';
import { callsOf, Rehearsal } from './rehearsal';
import { crashRows } from './rows';
import { Scene } from './scene';
import { settled } from './settled';

/** What came of killing an action at each of its service calls. */
export interface Crashes {
  readonly calls: number;
  readonly kills: number;
  /** Deaths that were not died, since they would have left what another one has left. */
  readonly alike: number;
  /** Different states that the kills left behind; each was gone on from. */
  readonly states: number;
  readonly violations: readonly string[];
}

/** In the hands of the same seedless world: what is drawn elsewhere stands still here, so that equal states are equal texts. */
export function crashScene(
  store: Store,
  { rows, policies, google = {}, prepare }: CrashScenario,
  code?: string,
): Scene {
  const scene = new Scene(
    {
      store,
      lago: { visibilityDelayMs: 90_000, duplicateRemoval: false },
      google,
      chance: new Chance(1),
      policies: {
        changed: 'correct',
        removed: 'correct',
        onEdit: false,
        ready: false,
        ...policies,
      },
      statuses: true,
      ...(code === undefined ? {} : { code }),
    },
    crashRows(rows),
  );
  prepare(scene);
  scene.look();
  return scene;
}

const afterwards = (
  scene: Scene,
  { repeat, billed, lasting = NOTHING_WRONG }: CrashScenario,
): string[] => {
  repeat?.(scene);
  const shown = settled(scene);
  const { violations, counts } = checkHistory(scene, lasting, shown);
  const found = counts['billed as the sheet says'] ?? 0;
  return found === billed
    ? [...violations]
    : [...violations, `${found} rows are billed as the sheet says, not ${billed}`];
};

/** The ways to die at a call. Before it, what was not flushed is lost; after its effect, it may be applied in whole or in half. */
export const DEATHS: readonly Kill[] = [
  { killWhen: 'before', unflushed: 'lost' },
  { killWhen: 'after', unflushed: 'applied' },
  { killWhen: 'after', unflushed: 'half' },
];

/**
 * Kills an action at each of its service calls in each way, lets the next hourly triggers run, and
 * checks. What goes on depends on nothing but the state that the kill has left behind, so of equal
 * states one is gone on from. A death that would leave what another one has left, as the rehearsal
 * shows, is died only if `all` are: then the two states must be equal.
 * @param options `step`: of this many calls the first is died at; at every call unless told
 */
export function crashEverywhere(
  scene: Scene,
  scenario: CrashScenario,
  {
    deaths = DEATHS,
    all,
    step = 1,
  }: { readonly deaths?: readonly Kill[]; readonly all: boolean; readonly step?: number },
): Crashes {
  const { act } = scenario;
  const moment = new Moment(scene);
  const rehearsal = new Rehearsal(scene, moment, scenario);
  const { calls } = rehearsal;
  const stateByMark = new Map<string, string>();
  const seen = new Set<string>();
  const violations: string[] = [];
  let kills = 0;
  let alike = 0;
  for (const death of deaths)
    for (let killAtCall = 1; killAtCall <= calls; killAtCall += step) {
      const kill = { ...death, killAtCall };
      const mark = rehearsal.mark(kill);
      const expected = mark === undefined ? undefined : stateByMark.get(mark);
      if (expected !== undefined && !all) {
        alike++;
        continue;
      }
      moment.return();
      kills++;
      const reports = act(scene, kill);
      const how = `${death.killWhen} call ${killAtCall}, ${reports.at(-1)?.serviceCalls.order.at(-1)}, unflushed writes ${death.unflushed}`;
      if (reports.at(-1)?.killed !== true) violations.push(`${how}: nothing died`);
      const state = moment.state();
      if (expected !== undefined && expected !== state)
        violations.push(`${how}: it leaves another state than the rehearsal has shown`);
      if (mark !== undefined) stateByMark.set(mark, state);
      if (seen.has(state)) continue;
      seen.add(state);
      violations.push(...afterwards(scene, scenario).map((violation) => `${how}: ${violation}`));
    }
  return { calls, kills, alike, states: seen.size, violations };
}

/** Where an action dies: at the last call of a name, or at the last one of it before the last call of another name. */
export interface Death extends Omit<Kill, 'killAtCall'> {
  readonly at: string;
  readonly beforeLast?: string;
}

/** An action that dies at one call, or at none; what is wrong when the next runs have gone. */
export function crashAt(scene: Scene, scenario: CrashScenario, death?: Death): string[] {
  if (death === undefined) {
    scenario.act(scene, {});
    return afterwards(scene, scenario);
  }
  const { at, beforeLast, ...kill } = death;
  const moment = new Moment(scene);
  moment.return();
  const order = scenario.act(scene, {}).at(-1)?.serviceCalls.order ?? [];
  const killAtCall =
    order.lastIndexOf(at, beforeLast === undefined ? order.length : order.lastIndexOf(beforeLast)) +
    1;
  if (killAtCall === 0) throw new Error(`There is no call of ${at}.`);
  moment.return();
  scenario.act(scene, { ...kill, killAtCall });
  return afterwards(scene, scenario);
}

/** The same with a second death, in the hourly run that follows the first. */
export function crashTwice(
  scene: Scene,
  scenario: CrashScenario,
  deaths: readonly Kill[] = DEATHS,
): Omit<Crashes, 'alike'> {
  const { act } = scenario;
  const moment = new Moment(scene);
  moment.return();
  const calls = callsOf(act(scene, {}));
  const first = new Map<string, Kill>();
  for (const death of deaths)
    for (let killAtCall = 1; killAtCall <= calls; killAtCall++) {
      moment.return();
      const kill = { ...death, killAtCall };
      act(scene, kill);
      const state = moment.state();
      if (!first.has(state)) first.set(state, kill);
    }
  const seen = new Set<string>();
  const violations: string[] = [];
  let kills = 0;
  for (const kill of first.values()) {
    moment.return();
    act(scene, kill);
    scene.world.time.now += HOUR;
    // What was tested is activated next.
    if (scene.world.google.triggers.length === 0) scene.activate();
    const second = new Moment(scene);
    second.return();
    const later = callsOf(scene.hourly());
    for (const death of deaths)
      for (let killAtCall = 1; killAtCall <= later; killAtCall++) {
        second.return();
        kills++;
        scene.hourly({ ...death, killAtCall });
        const state = second.state();
        if (seen.has(state)) continue;
        seen.add(state);
        const how = `${kill.killWhen} call ${kill.killAtCall}, then ${death.killWhen} call ${killAtCall} with unflushed writes ${death.unflushed}`;
        violations.push(...afterwards(scene, scenario).map((violation) => `${how}: ${violation}`));
      }
  }
  return { calls, kills, states: seen.size, violations };
}
