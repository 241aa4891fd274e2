import { appendFileSync } from 'node:fs';
import { IS_LONG } from '../bundle/long';
import { playHistory, STORES } from './history';

/** `SEEDS=500 SEED=1001 npx jest test/simulation/histories` plays the seeds 1001 to 1500; `npm run simulate` plays many of them side by side. */
const SEEDS = Number(process.env['SEEDS'] ?? (IS_LONG ? 20 : 4));
const FIRST = Number(process.env['SEED'] ?? 1);
/** What has to be among the histories: further seeds are played until it is, whatever they drew. */
const SOMETIME = [
  'executions that died',
  'person: takes a run back',
  'sheet: a column never rests',
] as const;
const MOST_SEEDS = Math.max(SEEDS, 40);
/** Not a claim about speed: a machine that does other things meanwhile must not fail the test. */
const SLOW_MACHINE_MS = 600_000;
/** Where the figures are appended. */
const FIGURES = process.env['FIGURES'];

describe.each(STORES)('on %s', (store) => {
  test(
    `nothing is lost, billed twice or altered in the histories of the seeds from ${FIRST} on, ${SEEDS} or more`,
    () => {
      const counts: Record<string, number> = {};
      const broken: string[] = [];
      const isLacking = (name: string): boolean => counts[name] === undefined;
      for (let played = 0; played < MOST_SEEDS; played++) {
        if (played >= SEEDS && !SOMETIME.some(isLacking)) break;
        const seed = FIRST + played;
        const told = playHistory({ store, seed });
        for (const [name, number] of Object.entries(told.counts))
          counts[name] = (counts[name] ?? 0) + number;
        broken.push(...told.violations.map((violation) => `seed ${seed}: ${violation}`));
      }
      if (FIGURES !== undefined) appendFileSync(FIGURES, `${store}, ${JSON.stringify(counts)}\n`);
      expect(broken).toEqual([]);
      expect(counts['billed as the sheet says']).toBeGreaterThan(SEEDS);
      for (const name of SOMETIME) expect(counts[name]).toBeGreaterThan(0);
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
