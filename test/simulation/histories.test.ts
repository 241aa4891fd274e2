import { appendFileSync } from 'node:fs';
import { IS_LONG } from '../bundle/long';
import { playHistory, STORES } from './history';

/** `SEEDS=500 SEED=1001 npx jest test/simulation/histories` plays the seeds 1001 to 1500; `npm run simulate` plays many of them side by side. */
const SEEDS = Number(process.env['SEEDS'] ?? (IS_LONG ? 20 : 4));
/** From this one on a few seeds have something of everything that the test asks for below. */
const FIRST = Number(process.env['SEED'] ?? 21);
/** Not a claim about speed: a machine that does other things meanwhile must not fail the test. */
const SLOW_MACHINE_MS = 600_000;
/** Where the figures are appended. */
const FIGURES = process.env['FIGURES'];

describe.each(STORES)('on %s', (store) => {
  test(
    `nothing is lost, billed twice or altered in the histories of the seeds ${FIRST} to ${FIRST + SEEDS - 1}`,
    () => {
      const counts: Record<string, number> = {};
      const broken: string[] = [];
      for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
        const told = playHistory({ store, seed });
        for (const [name, number] of Object.entries(told.counts))
          counts[name] = (counts[name] ?? 0) + number;
        broken.push(...told.violations.map((violation) => `seed ${seed}: ${violation}`));
      }
      if (FIGURES !== undefined) appendFileSync(FIGURES, `${store}, ${JSON.stringify(counts)}\n`);
      expect(broken).toEqual([]);
      expect(counts['billed as the sheet says']).toBeGreaterThan(SEEDS);
      expect(counts['executions that died']).toBeGreaterThan(0);
      expect(counts['person: takes a run back']).toBeGreaterThan(0);
      expect(counts['sheet: a column never rests']).toBeGreaterThan(0);
    },
    SLOW_MACHINE_MS,
  );

  test('the same seed plays the same history', () => {
    const told = (): string[] => {
      const lines: string[] = [];
      playHistory({ store, seed: 7, tell: (line) => lines.push(line) });
      return lines;
    };
    const lines = told();
    expect(lines.length).toBeGreaterThan(10);
    expect(told()).toEqual(lines);
  });
});
