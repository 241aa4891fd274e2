import Big from 'big.js';
import fc from 'fast-check';
import { LimitedTotals } from '../../../src/sync/billing/limited-total';
import type { Price, Pricing } from '../../../src/sync/billing/priced-total';
import type { UsageEvent } from '../../../src/value/usage-event';

/** Value, region, hour, amount in cents. */
type Told = readonly [
  value: number | string,
  region?: string,
  hour?: number,
  cents?: string | undefined,
];

const event = ([value, region = 'eu', hour = 0, cents]: Told): UsageEvent => ({
  transaction_id: 't',
  external_subscription_id: 'acme',
  code: 'bytes',
  timestamp: hour * 3_600,
  properties: { value, region },
  ...(cents === undefined ? {} : { precise_total_amount_cents: cents }),
});

interface Lago {
  readonly aggregation?: string;
  readonly price?: Partial<Price>;
  /** Undefined on a store that wraps nothing around. */
  readonly most?: string | undefined;
  readonly isPlanKnown?: boolean;
}

const totalsOf = ({ aggregation = 'sum_agg', price = {}, most, isPlanKnown = true }: Lago) => {
  const counting = { aggregation, field: 'value' };
  const pricing: Pricing = {
    countingOf: () => counting,
    pricesOf: () => undefined,
    allPricesOf: ({ properties: { region } }) =>
      isPlanKnown
        ? [
            {
              term: 'p',
              charge: '0',
              fee: '',
              name: String(region),
              words: String(region),
              model: 'standard',
              payInAdvance: false,
              ...price,
            },
          ]
        : undefined,
    mostTotal: most === undefined ? undefined : new Big(most),
  };
  return new LimitedTotals(counting, pricing);
};

/** Which of some units are taken, in their order: `+`, or why not. */
function taken(lago: Lago, had: readonly Told[], units: readonly (readonly Told[])[]): string {
  const totals = totalsOf(lago);
  totals.have(had.map(event));
  return units
    .map((unit) => {
      const excess = totals.excessOf(unit.map(event));
      if (excess !== undefined) return excess.kind;
      totals.take(unit.map(event));
      return '+';
    })
    .join(' ');
}

const CLICKHOUSE: Lago = { most: '100' };

describe('a total on a store that wraps around', () => {
  test.each<[string, readonly Told[], readonly (readonly Told[])[], string]>([
    ['takes what fits, to the last unit', [], [[[60]], [[40]], [['0.000001']]], '+ + wraps'],
    ['takes what still fits behind what does not', [], [[[60]], [[50]], [[40]]], '+ wraps +'],
    ['counts what Lago has', [[70]], [[[40]], [[30]]], 'wraps +'],
    ['is limited below zero, too', [[-70]], [[[-40]], [[-30]]], 'wraps +'],
    ['counts each price by itself', [], [[[60]], [[60, 'us']], [[60]]], '+ + wraps'],
    ['makes no room by what Lago does not have yet', [[90]], [[[-50]], [[20]]], '+ wraps'],
    ['makes room by what Lago has', [[90], [-50]], [[[60]], [[1]]], '+ wraps'],
    ['takes a unit by what it comes to', [[90]], [[[-50], [55]], [[6]]], '+ wraps'],
    ['takes no part of a unit', [[90]], [[[1, 'us'], [20]], [[100, 'us']]], 'wraps +'],
    ['is lowered even beyond the limit', [[150]], [[[1]], [[-20]], [[-120]]], 'wraps + +'],
    ['is raised again from below', [[-150]], [[[-1]], [[20]]], 'wraps +'],
  ])('%s', (_, had, units, expected) => {
    expect(taken(CLICKHOUSE, had, units)).toBe(expected);
  });

  test('does not limit highest and latest values, nor what is only counted', () => {
    for (const aggregation of ['max_agg', 'latest_agg', 'count_agg', 'unique_count_agg'])
      expect(taken({ ...CLICKHOUSE, aggregation }, [], [[[60]], [[60]]])).toBe('+ +');
  });

  test('limits the amounts of a dynamic charge, and of no other', () => {
    const units: readonly (readonly Told[])[] = [
      [[1, 'eu', 0, '60']],
      [[1, 'eu', 0, '60']],
      [[1, 'eu', 0, '-30.5']],
      [[1, 'eu', 0, '40']],
    ];
    expect(taken({ ...CLICKHOUSE, price: { model: 'dynamic' } }, [], units)).toBe('+ wraps + +');
    expect(taken(CLICKHOUSE, [], units)).toBe('+ + + +');
  });

  test('limits a sum over time wherever it gets to on its way', () => {
    const lago = { ...CLICKHOUSE, aggregation: 'weighted_sum_agg' };
    const stored: readonly Told[] = [
      [90, 'eu', 1],
      [-90, 'eu', 5],
    ];
    expect(taken(lago, stored, [[[20, 'eu', 9]], [[10, 'eu', 9]]])).toBe('wraps +');
    expect(taken(lago, [...stored, [80, 'eu', 7], [-80, 'eu', 7]], [[[10, 'eu', 9]]])).toBe('+');
    const corrected: readonly Told[] = [
      [-90, 'eu', 1],
      [95, 'eu', 1],
    ];
    expect(taken(lago, stored, [corrected, [[6, 'eu', 9]]])).toBe('+ wraps');
  });

  test('adds up all of a metric where the plan is not known', () => {
    const lago = { ...CLICKHOUSE, isPlanKnown: false };
    expect(taken(lago, [], [[[60]], [[60, 'us']], [[40, 'us']]])).toBe('+ wraps +');
  });

  test('is never left, whatever arrives of what was taken', () => {
    const told = fc.tuple(fc.integer({ min: -99, max: 99 }), fc.constantFrom('eu', 'us'));
    const units = fc.array(fc.array(told, { minLength: 1, maxLength: 3 }), { maxLength: 12 });
    fc.assert(
      fc.property(units, fc.infiniteStream(fc.boolean()), (planned, arrives) => {
        const totals = totalsOf(CLICKHOUSE);
        const sums: Record<string, number> = { eu: 0, us: 0 };
        for (const unit of planned) {
          const events = unit.map(event);
          if (totals.excessOf(events) !== undefined) continue;
          totals.take(events);
          if (!arrives.next().value) continue;
          for (const [value, region] of unit) sums[region] = (sums[region] ?? 0) + value;
        }
        for (const sum of Object.values(sums)) expect(Math.abs(sum)).toBeLessThanOrEqual(100);
      }),
    );
  });
});

describe('what the usage of a charge can cost', () => {
  const bound = { perUnit: '100', perEvent: '0', flat: '0' };
  const EACH = '500000000000000';

  test.each<[string, Partial<Price>, readonly (readonly Told[])[], string]>([
    ['is limited', { bound }, [[[EACH]], [[EACH]], [['0.01']]], '+ + costly'],
    ['is that of all its prices', { bound }, [[[EACH]], [[EACH, 'us']], [[1, 'us']]], '+ + costly'],
    ['is nothing below zero', { bound }, [[[`-${EACH}`]], [[`-${EACH}`]], [[-1]]], '+ + +'],
    [
      'has its flat amounts',
      { bound: { ...bound, flat: '1' } },
      [[[EACH]], [[EACH]], [['499999999999999.98']]],
      '+ costly +',
    ],
    [
      'has what each event costs',
      { bound: { ...bound, perUnit: '0', perEvent: '40000000000000000' } },
      [[[1]], [[1]], [[1]], [[-1]]],
      '+ + costly +',
    ],
    ['is not known of other models', { bound: undefined }, [[[EACH]], [[EACH]], [[EACH]]], '+ + +'],
    [
      'is that of the amounts of a dynamic charge',
      { bound: { ...bound, perUnit: '0' }, model: 'dynamic' },
      [[[1, 'eu', 0, '90000000000000000']], [[1, 'us', 0, '20000000000000000']], [[1]]],
      '+ costly +',
    ],
  ])('%s', (_, price, units, expected) => {
    expect(taken({ price }, [], units)).toBe(expected);
  });

  test('is that of the events which are only counted', () => {
    const price = { bound: { ...bound, perUnit: '40000000000000000' } };
    expect(taken({ aggregation: 'count_agg', price }, [], [[[1]], [[1]], [[1]]])).toBe(
      '+ + costly',
    );
  });
});
