import { appendFileSync } from 'node:fs';
import fc from 'fast-check';
import { type Audit, audit } from './audit';
import { type History, history, STORES, type Store } from './history';
import { Simulation } from './simulation';

/**
 * How many histories per event store, and the seed of the first; each history has a seed of its own,
 * and the next has the next number: `CORRECTIONS=5000 SEED=1 npx jest test/simulation/corrections`.
 * Unless a number is given, the histories that found bugs are played too.
 */
const HISTORIES = Number(process.env['CORRECTIONS'] ?? 2);
const SEED = Number(process.env['SEED'] ?? 1);
/** Histories that found a bug: in 43 the level of a recurring weighted sum came after its period. */
const REGRESSIONS = [43];
const IS_SHORT = process.env['CORRECTIONS'] === undefined;
/** Where a long run writes its figures. */
const FIGURES = process.env['FIGURES'];
const LONG_RUN_MS = 12 * 3_600_000;

function play(store: Store, played: History): Audit {
  const simulation = new Simulation(store, played);
  simulation.play();
  simulation.settle();
  return audit(simulation);
}

/** What is broken after the history of a seed; a counterexample is made smaller only where `SHRINK` says so, since that takes minutes. */
function brokenBy(store: Store, seed: number, note: (found: Audit) => void): string[] {
  const property = fc.property(history, (played) => {
    const found = play(store, played);
    note(found);
    if (found.broken.length > 0) throw new Error(found.broken.join('; '));
  });
  const { failed, counterexample, errorInstance } = fc.check(property, {
    seed,
    numRuns: 1,
    endOnFailure: process.env['SHRINK'] === undefined,
  });
  const told = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  const after =
    process.env['SHRINK'] === undefined ? '' : ` after ${JSON.stringify(counterexample)}`;
  return failed ? [`seed ${seed}: ${told}${after}`] : [];
}

describe.each(STORES)('on $name', (store) => {
  test(
    `after the histories of the seeds ${SEED} to ${SEED + HISTORIES - 1} Lago bills what the sheet says, but for rows that are shown`,
    () => {
      const counts: Record<string, number> = {};
      const note = (found: Audit): void => {
        for (const [name, number] of Object.entries(found.counts))
          counts[name] = (counts[name] ?? 0) + number;
      };
      const seeds = Array.from({ length: HISTORIES }, (_, place) => SEED + place);
      if (IS_SHORT) seeds.push(...REGRESSIONS);
      const broken = seeds.flatMap((seed) => brokenBy(store, seed, note));
      if (FIGURES !== undefined)
        appendFileSync(
          FIGURES,
          [
            ...broken.map((found) => `${store.name}, ${found}`),
            `${store.name}, seeds ${SEED} to ${SEED + HISTORIES - 1}: ${broken.length} broken, ${JSON.stringify(counts)}`,
            '',
          ].join('\n'),
        );
      expect(broken).toEqual([]);
      expect(counts['compared: equal to the sheet']).toBeGreaterThan(0);
    },
    LONG_RUN_MS,
  );
});
