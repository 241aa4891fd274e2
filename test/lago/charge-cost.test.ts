import Big from 'big.js';
import fc from 'fast-check';
import { price } from '../../sandbox/lago/charge-model';
import { Decimal } from '../../sandbox/lago/decimal';
import type { JsonObject } from '../../sandbox/lago/json';
import { chargeBound, hasFlatAtZero } from '../../src/lago/charge-cost';
import { mostCents } from '../../src/sync/billing/cost-bound';

const RANGES = [
  { from_value: 0, to_value: 10, per_unit_amount: '2', flat_amount: '1' },
  { from_value: 10, to_value: null, per_unit_amount: '0.5', flat_amount: '3' },
];

test.each<[string, object, readonly string[] | undefined]>([
  ['standard', { amount: '0.02' }, ['2', '0', '0']],
  ['standard', { amount: 0.02 }, ['2', '0', '0']],
  ['standard', {}, ['0', '0', '0']],
  ['standard', { amount: 'much' }, ['0', '0', '0']],
  ['graduated', { graduated_ranges: RANGES }, ['200', '0', '400']],
  ['volume', { volume_ranges: RANGES }, ['200', '0', '400']],
  ['volume', { volume_ranges: null }, ['0', '0', '0']],
  ['package', { amount: '5', package_size: 20, free_units: 3 }, ['25', '0', '500']],
  ['package', { amount: '5', package_size: 0 }, ['500', '0', '500']],
  ['percentage', { rate: '2.5', fixed_amount: '1' }, ['2.5', '100', '0']],
  ['percentage', { rate: '1', per_transaction_min_amount: '3' }, ['1', '300', '0']],
  ['dynamic', {}, ['0', '0', '0']],
  ['graduated_percentage', { graduated_percentage_ranges: [] }, undefined],
  ['custom', { custom_properties: {} }, undefined],
])(
  'a %s charge of %j costs at most so many cents a unit, an event, and once',
  (model, properties, expected) => {
    const bound = chargeBound(model, [properties as never], 100);
    expect(bound && [bound.perUnit, bound.perEvent, bound.flat]).toEqual(expected);
  },
);

test('the highest of a charge and its filters counts, in the smallest unit of its currency', () => {
  const priced = [{ amount: '3' }, { amount: '7' }, { amount: '5' }];
  expect(chargeBound('standard', priced, 1)?.perUnit).toBe('7');
  expect(chargeBound('standard', priced, 1_000)?.perUnit).toBe('7000');
});

test.each<[string, object, boolean]>([
  ['graduated', { graduated_ranges: RANGES }, true],
  ['volume', { volume_ranges: RANGES }, true],
  ['graduated', { graduated_ranges: [{ ...RANGES[0], flat_amount: '0' }, RANGES[1]] }, false],
  ['graduated', { graduated_ranges: [] }, false],
  ['graduated', { volume_ranges: RANGES }, false],
  ['standard', { graduated_ranges: RANGES }, false],
  ['volume', {}, false],
])('a %s charge of %j costs something without units: %s', (model, properties, expected) => {
  expect(hasFlatAtZero(model, properties as never)).toBe(expected);
});

const amount = fc.integer({ min: 0, max: 1_000_000 }).map((number) => String(number / 1_000));

/** Ranges that begin where the one before ends, with any prices. */
const ranges = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 1_000 }), amount, amount), {
    minLength: 1,
    maxLength: 4,
  })
  .map((all) => {
    let from = 0;
    return all.map(([length, per_unit_amount, flat_amount], place) => {
      const range = {
        from_value: from,
        to_value: place === all.length - 1 ? null : from + length,
        per_unit_amount,
        flat_amount,
      };
      from += length;
      return range;
    });
  });

const PRICED: Readonly<
  Record<'standard' | 'graduated' | 'volume' | 'package' | 'percentage', fc.Arbitrary<JsonObject>>
> = {
  standard: amount.map((each) => ({ amount: each })),
  graduated: ranges.map((all) => ({ graduated_ranges: all })),
  volume: ranges.map((all) => ({ volume_ranges: all })),
  package: fc
    .tuple(amount, fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 50 }))
    .map(([each, package_size, free_units]) => ({ amount: each, package_size, free_units })),
  percentage: fc
    .tuple(amount, amount, amount)
    .map(([rate, fixed_amount, per_transaction_min_amount]) => ({
      rate,
      fixed_amount,
      per_transaction_min_amount,
    })),
};

test.each(Object.keys(PRICED) as (keyof typeof PRICED)[])(
  'no usage costs more than the bound of a %s charge, by what Lago does',
  (model) => {
    const values = fc.array(
      fc.integer({ min: 0, max: 10_000 }).map((each) => each / 10),
      {
        maxLength: 5,
      },
    );
    fc.assert(
      fc.property(PRICED[model], values, (properties, numbers) => {
        const parts = numbers.map((each) => new Decimal(each));
        const units = parts.reduce((sum, each) => sum.plus(each), new Decimal(0));
        const usage = {
          units,
          totalUnits: null,
          eventsCount: numbers.length,
          preciseCents: new Decimal(0),
          running: () => [],
          values: parts,
          counted: [],
        };
        const bound = chargeBound(model, [properties as never], 100);
        if (bound === undefined) throw new Error(model);
        const most = mostCents(bound, new Big(units.toFixed()), numbers.length);
        for (const licence of ['free', 'premium'] as const)
          expect(price(model, properties, usage, licence).times(100).lte(most.toFixed())).toBe(
            true,
          );
      }),
    );
  },
);
