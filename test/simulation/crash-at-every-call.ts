import { IS_LONG, played } from '../bundle/long';
import { crashEverywhere, crashScene, crashTwice, DEATHS } from './crash';
import type { CrashScenario, Kill } from './crash-scenario';
import { STORES, type Store } from './history';
import { SCENARIOS } from './scenarios';

/** Not a claim about speed: a machine that does other things meanwhile must not fail the test. */
const SLOW_MACHINE_MS = 600_000;
const LONG_MS = 6 * 3_600_000;
const SMALL_ROWS = 10;
/** A short run dies at every third call. */
const STEP = IS_LONG ? 1 : 3;
/** A short run plays many rows on the store that is harder: it shows events late. */
const LARGE_STORE: Store = 'clickhouse';

/**
 * A long run dies in each way. A short one in one of two for each action, which take turns: nothing
 * of what was not flushed is applied, or all of it.
 */
const waysToDie = (scenario: CrashScenario): readonly Kill[] =>
  IS_LONG ? DEATHS : played(DEATHS.slice(0, 2), 2, SCENARIOS.indexOf(scenario) % 2);

/** In a short run the stores share the actions. */
function scenariosOf(store: Store): CrashScenario[] {
  const small = SCENARIOS.filter(({ rows }) => rows <= SMALL_ROWS);
  const large = SCENARIOS.filter(({ rows }) => rows > SMALL_ROWS);
  return [
    ...(IS_LONG || store === LARGE_STORE ? large : []),
    ...played(small, STORES.length, STORES.indexOf(store)),
  ];
}

/**
 * The facts of actions that die; a file for each event store, so that they run side by side. A
 * short run rehearses every third death and really dies where something new would be left behind. A
 * long run dies at every call, and so also proves that the rehearsal is right.
 */
export function describeCrashes(store: Store): void {
  test.each(scenariosOf(store))(
    '$name is finished by the next runs, whichever of its service calls it dies at, or in a short run every third',
    (scenario) => {
      const deaths = waysToDie(scenario);
      const { calls, kills, alike, states, violations } = crashEverywhere(
        crashScene(store, scenario),
        scenario,
        { deaths, all: IS_LONG, step: STEP },
      );
      expect(violations).toEqual([]);
      expect(calls).toBeGreaterThan(20);
      expect(kills + alike).toBe(deaths.length * Math.ceil(calls / STEP));
      expect(states).toBeGreaterThan(1);
    },
    SLOW_MACHINE_MS,
  );

  if (!IS_LONG) return;
  test.each(SCENARIOS.filter(({ rows }) => rows <= SMALL_ROWS))(
    '$name is finished, also when the hourly run that follows dies at any of its calls',
    (scenario) => {
      const { kills, violations } = crashTwice(crashScene(store, scenario), scenario);
      expect(violations).toEqual([]);
      expect(kills).toBeGreaterThan(500);
    },
    LONG_MS,
  );
}
