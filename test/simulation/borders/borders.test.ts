import { IS_LONG } from '../../bundle/long';
import { playBorder } from './history';
import type { Store } from './typed-row';

const STORES: readonly Store[] = ['postgres', 'clickhouse'];
/** `SEEDS=2000 SEED=1 npx jest test/simulation/borders` plays the seeds 1 to 2000. */
const SEEDS = Number(process.env['SEEDS'] ?? (IS_LONG ? 200 : 2));
const FIRST = Number(process.env['SEED'] ?? 1);
/** Not a claim about speed: a machine that does other things meanwhile must not fail the test. */
const PATIENCE_MS = 120_000 * SEEDS;

/** Whether requests with events are slow or have no answer; none are in short runs. */
const HINDERED = IS_LONG ? [false, true] : [false];
const PLAYED = STORES.flatMap((store) => HINDERED.map((isHindered) => ({ store, isHindered })));

describe.each(PLAYED)('where periods end, on $store, hindered: $isHindered', (staged) => {
  test(
    `each row is billed once or told, in the histories of the seeds ${FIRST} to ${FIRST + SEEDS - 1}`,
    () => {
      const counts: Record<string, number> = {};
      const violations: string[] = [];
      for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
        const told = playBorder(staged, seed);
        for (const [name, number] of Object.entries(told.counts))
          counts[name] = (counts[name] ?? 0) + number;
        violations.push(...told.violations.map((text) => `seed ${seed}: ${text}`));
      }
      process.stdout.write(`${JSON.stringify(staged)}: ${JSON.stringify(counts)}\n`);
      expect(violations).toEqual([]);
      expect(counts['billed'] ?? 0).toBeGreaterThan(SEEDS);
    },
    PATIENCE_MS,
  );
});
