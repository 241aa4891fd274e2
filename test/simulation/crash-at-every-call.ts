import { IS_LONG } from '../bundle/long';
import { crashEverywhere, crashScene, crashTwice, DEATHS } from './crash';
import type { Store } from './history';
import { SCENARIOS } from './scenarios';

/** Not a claim about speed: a machine that does other things meanwhile must not fail the test. */
const SLOW_MACHINE_MS = 600_000;
const LONG_MS = 6 * 3_600_000;
const SMALL_ROWS = 10;
/** A short run plays many rows on the store that is harder: it shows events late. */
const LARGE_STORE: Store = 'clickhouse';
/** That half of what was not flushed is applied is left to a long run. */
const WAYS = IS_LONG ? DEATHS : DEATHS.slice(0, 2);

/**
 * The facts of actions that die; a file for each event store, so that they run side by side. A
 * short run rehearses every death and really dies where something new would be left behind. A long
 * run dies at every call, and so also proves that the rehearsal is right.
 */
export function describeCrashes(store: Store): void {
  const scenarios = SCENARIOS.filter(
    ({ rows }) => IS_LONG || rows <= SMALL_ROWS || store === LARGE_STORE,
  );
  test.each(scenarios)(
    '$name is finished by the next runs, whichever of its service calls it dies at',
    (scenario) => {
      const { calls, kills, alike, states, violations } = crashEverywhere(
        crashScene(store, scenario),
        scenario,
        { deaths: WAYS, all: IS_LONG },
      );
      expect(violations).toEqual([]);
      expect(calls).toBeGreaterThan(20);
      expect(kills + alike).toBe(WAYS.length * calls);
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
