import { appendFileSync } from 'node:fs';
import fc from 'fast-check';
import { HOUR } from '../../bundle/world';
import { type Audit, audit } from './audit';
import type { Measure } from './catalog';
import { type Field, type Happening, type History, STORES, type Store } from './history';
import { AHEAD, Simulation } from './simulation';

/**
 * Histories of what is left in Lago because the bill does not depend on it: few values that are
 * often equal, dates that move, rows that go, and months that end in between. How many per event
 * store, and the first seed: `COVERED=500 SEED=1 npx jest test/simulation/corrections/covered`.
 */
const HISTORIES = Number(process.env['COVERED'] ?? 2);
const SEED = Number(process.env['SEED'] ?? 1);
/** Where a long run writes its figures. */
const FIGURES = process.env['FIGURES'];
const DAYS_OF_GRACE = 5;
const LONG_RUN_MS = 12 * 3_600_000;

const standard: Pick<Measure, 'model' | 'properties'> = {
  model: 'standard',
  properties: { amount: '1.5' },
};
const grouped: typeof standard = {
  model: 'standard',
  properties: { amount: '1.5', pricing_group_keys: ['region'] },
};
const graduated: typeof standard = {
  model: 'graduated',
  properties: {
    graduated_ranges: [
      { from_value: 0, to_value: 10, per_unit_amount: '2', flat_amount: '1' },
      { from_value: 11, to_value: null, per_unit_amount: '0.5', flat_amount: '3' },
    ],
  },
};

const MEASURES: readonly Measure[] = [
  { code: 'max', aggregation: 'max_agg', ...standard },
  { code: 'max-graduated', aggregation: 'max_agg', ...graduated },
  { code: 'max-filter', aggregation: 'max_agg', ...standard, inEurope: '2' },
  { code: 'max-group', aggregation: 'max_agg', ...grouped },
  { code: 'count', aggregation: 'count_agg', ...standard },
  { code: 'count-filter', aggregation: 'count_agg', ...standard, inEurope: '2' },
  { code: 'count-group', aggregation: 'count_agg', ...grouped },
  { code: 'count-advance', aggregation: 'count_agg', ...standard, payInAdvance: true },
  { code: 'sum-graduated', aggregation: 'sum_agg', ...graduated },
  { code: 'sum-advance', aggregation: 'sum_agg', ...standard, payInAdvance: true },
  {
    code: 'sum-expression',
    aggregation: 'sum_agg',
    ...standard,
    expression: 'event.properties.amount * event.properties.factor',
  },
  { code: 'latest', aggregation: 'latest_agg', ...standard },
  { code: 'latest-filter', aggregation: 'latest_agg', ...standard, inEurope: '2' },
  { code: 'latest-group', aggregation: 'latest_agg', ...grouped },
  { code: 'unique', aggregation: 'unique_count_agg', ...standard },
  { code: 'unique-filter', aggregation: 'unique_count_agg', ...standard, inEurope: '2' },
  { code: 'unique-group', aggregation: 'unique_count_agg', ...grouped },
  { code: 'unique-recurring', aggregation: 'unique_count_agg', ...standard, recurring: true },
];

/** Subscription, time, code, amount, region, price, note and factor, as numbers that choose one. */
const rowValues = fc.tuple(
  fc.constantFrom(0, 0, 1),
  fc.oneof(
    { weight: 6, arbitrary: fc.nat(99) },
    { weight: 1, arbitrary: fc.integer({ min: AHEAD, max: AHEAD + 9 }) },
  ),
  fc.nat(9),
  fc.nat(5),
  fc.nat(1),
  fc.nat(2),
  fc.nat(2),
  fc.nat(1),
);
const FIELDS: readonly Field[] = [
  'time',
  'time',
  'time',
  'amount',
  'amount',
  'region',
  'subscription',
  'price',
  'note',
];

const row = fc.nat(99);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ does: fc.constant('add' as const), values: rowValues }) },
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('edit' as const),
      row,
      field: fc.constantFrom(...FIELDS),
      value: fc.oneof(
        { weight: 8, arbitrary: fc.nat(99) },
        { weight: 1, arbitrary: fc.integer({ min: AHEAD, max: AHEAD + 9 }) },
      ),
    }),
  },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('remove' as const), row }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('return' as const), row, altered: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('pass' as const),
      hours: fc.constantFrom(24, 168, 336, 720),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      does: fc.constant('run' as const),
      meets: fc.constant({ kind: 'nothing' as const }),
    }),
  },
);

const history: fc.Arbitrary<History> = fc.noBias(
  fc.record({
    measures: fc.uniqueArray(fc.constantFrom(...MEASURES), {
      minLength: 1,
      maxLength: 2,
      selector: ({ code }) => code,
    }),
    late: fc.constantFrom('hold' as const, 'hold' as const, 'book' as const),
    grace: fc.constantFrom(0, 0, DAYS_OF_GRACE),
    unflushed: fc.constant('applied' as const),
    partialBatches: fc.constant(false),
    first: fc.array(rowValues, { minLength: 3, maxLength: 8, size: 'max' }),
    happenings: fc.array(happening, { minLength: 8, maxLength: 24, size: 'max' }),
  }),
);

function play(store: Store, played: History): Audit {
  const simulation = new Simulation(store, played);
  simulation.play();
  simulation.settle();
  // A draft shows what has come into it only once it is final.
  simulation.world.time.now += DAYS_OF_GRACE * 25 * HOUR;
  simulation.settle();
  return audit(simulation);
}

describe.each(STORES)('on $name', (store) => {
  test(
    `after the histories of the seeds ${SEED} to ${SEED + HISTORIES - 1} Lago bills what the sheet says, but for rows that are shown`,
    () => {
      const counts: Record<string, number> = {};
      const broken = Array.from({ length: HISTORIES }, (_, place) => SEED + place).flatMap(
        (seed) => {
          const found: string[] = [];
          fc.check(
            fc.property(history, (played) => {
              const audited = play(store, played);
              for (const [name, number] of Object.entries(audited.counts))
                counts[name] = (counts[name] ?? 0) + number;
              found.push(...audited.broken.map((text) => `seed ${seed}: ${text}`));
            }),
            { seed, numRuns: 1 },
          );
          return found;
        },
      );
      if (FIGURES !== undefined)
        appendFileSync(
          FIGURES,
          [...broken, `${store.name}, from seed ${SEED}: ${JSON.stringify(counts)}`, ''].join('\n'),
        );
      expect(broken).toEqual([]);
      expect(counts['compared: equal to the sheet']).toBeGreaterThan(0);
    },
    LONG_RUN_MS,
  );
});
