import type { ExecutionReport, GoogleOptions } from '../../sandbox/runtime';
import { HOUR } from '../bundle/world';
import { Chance } from './chance';
import { checkHistory } from './checks';
import type { Store } from './history';
import { type Lasting, NOTHING_WRONG } from './mishaps';
import { Moment } from './moment';
import { crashRows } from './rows';
import { type Policies, Scene } from './scene';
import { settled } from './settled';

/** What is done that an execution may die in. The last report is of the execution that may die. */
export interface CrashScenario {
  readonly name: string;
  readonly rows: number;
  readonly policies?: Partial<Policies>;
  readonly google?: Partial<GoogleOptions>;
  /** Up to the moment from which each repetition begins. */
  readonly prepare: (scene: Scene) => void;
  readonly act: (scene: Scene, kill: Kill) => readonly ExecutionReport[];
  /** What a person does again who has seen no answer. */
  readonly repeat?: (scene: Scene) => void;
  /** Rows that are billed as the sheet says in the end. */
  readonly billed: number;
  /** What stays wrong to the end. */
  readonly lasting?: Lasting;
}

export interface Kill {
  readonly killAtCall?: number;
  readonly killWhen?: 'before' | 'after';
  readonly unflushed?: 'lost' | 'half' | 'applied';
}

/** What came of killing an action at each of its service calls. */
export interface Crashes {
  readonly calls: number;
  readonly kills: number;
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

const callsOf = (reports: readonly ExecutionReport[]): number =>
  reports.at(-1)?.serviceCalls.total ?? 0;

/** The ways to die at a call. Before it, what was not flushed is lost; after its effect, it may be applied in whole or in half. */
export const DEATHS: readonly Kill[] = [
  { killWhen: 'before', unflushed: 'lost' },
  { killWhen: 'after', unflushed: 'applied' },
  { killWhen: 'after', unflushed: 'half' },
];

/**
 * Kills an action at each of its service calls in each way, lets the next hourly triggers run, and checks. What goes on depends on nothing but what the
 * kill has left behind, so of equal states one is gone on from.
 */
export function crashEverywhere(
  scene: Scene,
  scenario: CrashScenario,
  deaths: readonly Kill[] = DEATHS,
): Crashes {
  const { act } = scenario;
  const moment = new Moment(scene);
  moment.return();
  const calls = callsOf(act(scene, {}));
  const seen = new Set<string>();
  const violations: string[] = [];
  let kills = 0;
  for (const death of deaths)
    for (let killAtCall = 1; killAtCall <= calls; killAtCall++) {
      moment.return();
      kills++;
      const reports = act(scene, { ...death, killAtCall });
      const how = `${death.killWhen} call ${killAtCall}, ${reports.at(-1)?.serviceCalls.order.at(-1)}, unflushed writes ${death.unflushed}`;
      if (reports.at(-1)?.killed !== true) violations.push(`${how}: nothing died`);
      const state = moment.state();
      if (seen.has(state)) continue;
      seen.add(state);
      violations.push(...afterwards(scene, scenario).map((violation) => `${how}: ${violation}`));
    }
  return { calls, kills, states: seen.size, violations };
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
): Crashes {
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
