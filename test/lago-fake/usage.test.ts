import type { EventsStoreName, JsonObject } from '../../sandbox/lago';
import { Account, chargeUsage, NOON, seconds, subscribe, usageEvent } from './account';

const account = (
  metric: JsonObject,
  charge?: JsonObject,
  more?: Parameters<typeof subscribe>[3],
  eventsStore: EventsStoreName = 'postgres',
) => {
  const created = new Account({ eventsStore });
  subscribe(created, metric, charge, more);
  return created;
};

const record = (
  target: Account,
  values: unknown[],
  properties: Record<string, unknown> = {},
): void => {
  values.forEach((n, position) => {
    const timestamp = seconds(NOON) - values.length + position;
    target.event(
      usageEvent(`${target.ids().length}`, { timestamp, properties: { n, ...properties } }),
    );
  });
};

const sumUsage = (value: unknown, store: EventsStoreName) => {
  const target = account({ aggregation_type: 'sum_agg' }, undefined, undefined, store);
  record(target, [value, 1]);
  return chargeUsage(target);
};

describe('a numeric property', () => {
  it.each([
    ['12', '13.0'],
    ['-12.5', '-11.5'],
    ['0012', '13.0'],
    [12, '13.0'],
    [999999999999, '1000000000000.0'],
    [1e-7, '1.0000001'],
  ])('%j counts', (value, units) => {
    const clamped = units.startsWith('-') ? '0.0' : units;
    expect(sumUsage(value, 'postgres')).toMatchObject({ units: clamped, events_count: 2 });
    expect(sumUsage(value, 'clickhouse')).toMatchObject({ units: clamped, events_count: 2 });
  });

  it.each([1e21, 1e12, '-1000000000000'])(
    '%j has more digits than ClickHouse keeps before the point, and is zero there alone',
    (value) => {
      expect(sumUsage(value, 'clickhouse')).toMatchObject({ units: '1.0', events_count: 2 });
      expect(sumUsage(value, 'postgres')).not.toMatchObject({ units: '1.0' });
    },
  );

  it.each(['1,234', '$12', '12%', ' 12', '12 ', '1_000', '0x10', '', 'abc', true, null, { a: 1 }])(
    '%j counts for nothing',
    (value) => {
      expect(sumUsage(value, 'postgres')).toMatchObject({ units: '1.0', events_count: 1 });
      expect(sumUsage(value, 'clickhouse')).toMatchObject({ units: '1.0' });
    },
  );
});

it.each([
  ['+5', '6.0'],
  ['.5', '1.5'],
  ['5.', '6.0'],
  ['1e3', '1001.0'],
  ['-1e-1', '0.9'],
])('a text like %j is a number on ClickHouse alone', (value, units) => {
  expect(sumUsage(value, 'clickhouse')).toMatchObject({ units, events_count: 2 });
  expect(sumUsage(value, 'postgres')).toMatchObject({ units: '1.0', events_count: 1 });
});

it.each([
  [[900_000_000_000, 900_000_000_000], '0.0', '1800000000000.0'],
  [Array(4).fill(900_000_000_000), '197176330790.6', '3600000000000.0'],
  [[-900_000_000_000, -900_000_000_000], '1602823669209.4', '0.0'],
])('sums of %j wrap around on ClickHouse: %s in place of %s', (values, wrapped, right) => {
  const units = (store: EventsStoreName) => {
    const target = account({ aggregation_type: 'sum_agg' }, undefined, undefined, store);
    record(target, values);
    return Number(chargeUsage(target).units).toFixed(1);
  };
  expect([units('clickhouse'), units('postgres')]).toEqual([wrapped, right]);
});

describe('an aggregation', () => {
  it.each([
    ['count_agg', ['x', null, 3], '3.0'],
    ['sum_agg', ['1.5', 2, '-1'], '2.5'],
    ['sum_agg', [1, '-3'], '0.0'],
    ['max_agg', [3, '10', 'x', 5], '10.0'],
    ['latest_agg', [3, 10, '5', 'x'], '5.0'],
    ['unique_count_agg', [1, '1', '1.0', 'a', 'A'], '4.0'],
    ['unique_count_agg', ['a', null, null], '2.0'],
  ])('%s of %j is %s', (aggregation_type, values, units) => {
    const target = account({ aggregation_type });
    record(target, values);
    expect(chargeUsage(target).units).toBe(units);
  });

  it('latest takes the one stored last when timestamps are equal', () => {
    const target = account({ aggregation_type: 'latest_agg' });
    target.event(usageEvent('a', { properties: { n: 1 } }));
    target.nowMs += 1;
    target.event(usageEvent('b', { properties: { n: 2 } }));
    expect(chargeUsage(target).units).toBe('2.0');
  });

  it('latest has no rule for equal timestamps in a batch: the fake takes the one that comes first', () => {
    const target = account({ aggregation_type: 'latest_agg' });
    target.batch([1, 2].map((n) => usageEvent(`${n}`, { properties: { n } })));
    expect(chargeUsage(target).units).toBe('1.0');
  });

  it('latest has no rule for equal timestamps on ClickHouse: the fake takes the one stored first', () => {
    const target = account({ aggregation_type: 'latest_agg' }, undefined, undefined, 'clickhouse');
    target.event(usageEvent('a', { properties: { n: 1 } }));
    target.event(usageEvent('b', { properties: { n: 2 } }));
    expect(chargeUsage(target).units).toBe('1.0');
  });

  it.each([
    ['max_agg', [10, 3], '10.0'],
    ['count_agg', [1, -1], '2.0'],
  ])('%s cannot be taken back by another event: %j is %s', (aggregation_type, values, units) => {
    const target = account({ aggregation_type });
    record(target, values);
    expect(chargeUsage(target).units).toBe(units);
  });

  it.each([
    ['add, remove', ['add', 'remove'], '0.0'],
    ['remove without an add', ['remove'], '0.0'],
    ['add, add, remove', ['add', 'add', 'remove'], '0.0'],
    ['add, remove, remove, add', ['add', 'remove', 'remove', 'add'], '1.0'],
  ])('unique count follows %s', (_, operations, units) => {
    const target = account({ aggregation_type: 'unique_count_agg' });
    operations.forEach((operation_type, position) => {
      const timestamp = seconds(NOON) - 10 + position;
      target.event(
        usageEvent(`${position}`, { timestamp, properties: { n: 'v', operation_type } }),
      );
    });
    expect(chargeUsage(target).units).toBe(units);
  });

  it('unique count may read an add and its remove at one instant in the wrong order', () => {
    const target = account({ aggregation_type: 'unique_count_agg' });
    target.event(usageEvent('a', { properties: { n: 'v' } }));
    target.event(usageEvent('b', { properties: { n: 'v', operation_type: 'remove' } }));
    expect(chargeUsage(target).units).toBe('1.0');
  });

  it('weighted sum averages deltas over the seconds of the period', () => {
    const target = account({ aggregation_type: 'weighted_sum_agg', weighted_interval: 'seconds' });
    const middle = Date.UTC(2026, 7, 16, 12);
    target.event(usageEvent('a', { timestamp: seconds(middle), properties: { n: 10 } }));
    expect(chargeUsage(target).units).toBe('5.0');
  });

  it('weighted sum counts whole seconds on ClickHouse', () => {
    const weighted = { aggregation_type: 'weighted_sum_agg', weighted_interval: 'seconds' };
    const units = (store: EventsStoreName) => {
      const target = account(weighted, undefined, undefined, store);
      const timestamp = `${seconds(Date.UTC(2026, 7, 16, 12))}.9`;
      target.event(usageEvent('a', { timestamp, properties: { n: 10_000_000 } }));
      return Number(chargeUsage(target).units);
    };
    expect(units('clickhouse')).toBe(5_000_000);
    expect(units('postgres')).toBeCloseTo(5_000_000 - 9_000_000 / (31 * 86_400), 6);
  });

  it('rounds as its metric says', () => {
    const target = account({
      aggregation_type: 'sum_agg',
      rounding_function: 'ceil',
      rounding_precision: 1,
    });
    record(target, ['1.21']);
    expect(chargeUsage(target).units).toBe('1.3');
  });

  it('of a recurring metric counts what came before the period', () => {
    const target = account({ aggregation_type: 'sum_agg', recurring: true });
    target.event(
      usageEvent('a', { timestamp: seconds(Date.UTC(2025, 0, 1)), properties: { n: 2 } }),
    );
    expect(chargeUsage(target).units).toBe('2.0');
  });
});

const VOLUME = [
  { from_value: 0, to_value: 10, per_unit_amount: '1', flat_amount: '0' },
  { from_value: 11, to_value: null, per_unit_amount: '0.5', flat_amount: '0' },
];

describe('a charge', () => {
  const tiers = [
    { from_value: 0, to_value: 10, per_unit_amount: '1', flat_amount: '2' },
    { from_value: 11, to_value: null, per_unit_amount: '0.5', flat_amount: '3' },
  ];
  it.each([
    ['standard', { amount: '0.1' }, ['0.3', '0.25'], 6],
    ['package', { amount: '5', package_size: 10, free_units: 10 }, [10], 0],
    ['package', { amount: '5', package_size: 10, free_units: 10 }, [20, 1], 1000],
    ['graduated', { graduated_ranges: tiers }, [10], 1200],
    ['graduated', { graduated_ranges: tiers }, [12], 1600],
    ['graduated', { graduated_ranges: tiers }, [], 200],
    ['graduated', { graduated_ranges: tiers }, [-3], 0],
    ['volume', { volume_ranges: tiers }, [], 200],
    ['volume', { volume_ranges: tiers }, [3, -3], 200],
    ['volume', { volume_ranges: tiers }, ['-0.5'], 0],
    ['volume', { volume_ranges: tiers }, [10], 1200],
    ['volume', { volume_ranges: tiers }, [12], 900],
    ['percentage', { rate: '5' }, [100, 50], 750],
    ['percentage', { rate: '5', fixed_amount: '1' }, [100, 50], 950],
    ['percentage', { rate: '5', fixed_amount: '1', free_units_per_events: 1 }, [100, 50], 350],
    ['percentage', { rate: '10', free_units_per_total_aggregation: '120' }, [100, 50], 300],
    ['percentage', { rate: '10', fixed_amount: '1' }, [-3], 0],
    ['percentage', { rate: '10', fixed_amount: '1' }, [20, -5], 350],
    [
      'percentage',
      { rate: '1', per_transaction_min_amount: '2', per_transaction_max_amount: '3' },
      [100, 250, 900],
      750,
    ],
    ['standard', { amount: '1' }, [-5], 0],
  ])('%s with %j prices %j', (charge_model, properties, values, cents) => {
    const target = account({ aggregation_type: 'sum_agg' }, {
      charge_model,
      properties,
    } as JsonObject);
    record(target, values);
    expect(chargeUsage(target).amount_cents).toBe(cents);
  });

  it('of a latest value below zero prices no units', () => {
    const target = account({ aggregation_type: 'latest_agg' }, {
      charge_model: 'volume',
      properties: { volume_ranges: tiers },
    } as JsonObject);
    record(target, [5, -3]);
    expect(chargeUsage(target)).toMatchObject({ units: '0.0', amount_cents: 200 });
  });

  it.each([
    ['standard', { amount: '0.7' }],
    ['graduated', { graduated_ranges: tiers }],
    ['volume', { volume_ranges: tiers }],
    ['package', { amount: '5', package_size: 10, free_units: 0 }],
    ['percentage', { rate: '5' }],
  ])(
    '%s with %j costs the same after a reversal and a replacement as without the mistake',
    (charge_model, properties) => {
      const cents = (values: number[]) => {
        const target = account({ aggregation_type: 'sum_agg' }, {
          charge_model,
          properties,
        } as JsonObject);
        record(target, values);
        return chargeUsage(target).amount_cents;
      };
      expect(cents([8, 25, -25, 5])).toBe(cents([8, 5]));
    },
  );

  it('of the dynamic model is taken back by the negative amount', () => {
    const target = account(
      { aggregation_type: 'sum_agg' },
      { charge_model: 'dynamic', properties: {} },
    );
    for (const [id, amount] of Object.entries({ a: '10.4', b: '7', c: '-10.4' }))
      target.event(usageEvent(id, { precise_total_amount_cents: amount, properties: { n: 1 } }));
    expect(chargeUsage(target).amount_cents).toBe(7);
  });

  it('loses of a reversal what outweighs the rest of the period', () => {
    const target = account({ aggregation_type: 'sum_agg' });
    record(target, [3, -5]);
    expect(chargeUsage(target)).toMatchObject({ amount_cents: 0, units: '0.0' });
  });

  it('leaves a reversal without the filter property in another bucket', () => {
    const filters = [{ values: { region: ['eu'] }, properties: { amount: '10' } }];
    const target = account(
      { aggregation_type: 'sum_agg' },
      { charge_model: 'standard', properties: { amount: '1' }, filters },
    );
    record(target, [5], { region: 'eu' });
    record(target, [-5]);
    expect(chargeUsage(target).amount_cents).toBe(5_000);
  });

  it('by percentage grows its fixed amounts with every reversal and replacement', () => {
    const target = account(
      { aggregation_type: 'sum_agg' },
      { charge_model: 'percentage', properties: { rate: '5', fixed_amount: '1' } },
    );
    record(target, [100, -100, 100]);
    expect(chargeUsage(target).amount_cents).toBe(500 + 300);
  });

  it('of the dynamic model adds up precise amounts', () => {
    const target = account(
      { aggregation_type: 'sum_agg' },
      { charge_model: 'dynamic', properties: {} },
    );
    target.event(usageEvent('a', { precise_total_amount_cents: '10.4', properties: { n: 1 } }));
    target.event(usageEvent('b', { precise_total_amount_cents: '0.2', properties: { n: 1 } }));
    expect(chargeUsage(target).amount_cents).toBe(11);
  });

  it('prices a filter by its own properties, compares its values as text and leaves the rest to the default', () => {
    const target = account(
      { aggregation_type: 'sum_agg', filters: [{ key: 'region', values: ['eu', 'us'] }] },
      {
        charge_model: 'standard',
        properties: { amount: '1' },
        filters: [{ values: { region: ['eu'] }, properties: { amount: '10' } }],
      },
    );
    record(target, [1], { region: 'eu' });
    record(target, [1], { region: 'EU' });
    expect(chargeUsage(target)).toMatchObject({
      amount_cents: 1100,
      units: '2.0',
      filters: [
        { values: { region: ['eu'] }, units: '1.0', amount_cents: 1000 },
        { values: null, units: '1.0', amount_cents: 100 },
      ],
    });
  });

  it('prices groups apart', () => {
    const target = account(
      { aggregation_type: 'sum_agg' },
      {
        charge_model: 'package',
        properties: {
          amount: '1',
          package_size: 10,
          free_units: 0,
          pricing_group_keys: ['team'],
        },
      },
    );
    record(target, [5], { team: 'a' });
    record(target, [5], { team: 'b' });
    expect(chargeUsage(target)).toMatchObject({
      amount_cents: 200,
      grouped_usage: [{ grouped_by: { team: 'a' } }, { grouped_by: { team: 'b' } }],
    });
  });

  it('costs the same whatever it is shown apart by', () => {
    const cents = (properties: JsonObject) => {
      const target = account(
        { aggregation_type: 'sum_agg' },
        {
          charge_model: 'package',
          properties: { amount: '1', package_size: 10, free_units: 0, ...properties },
        },
      );
      record(target, [5], { team: 'a' });
      record(target, [5], { team: 'b' });
      return chargeUsage(target).amount_cents;
    };
    const shown = { presentation_group_keys: [{ value: 'team' }] };
    expect([cents({}), cents(shown)]).toEqual([100, 100]);
  });

  it('names a group without a value null, and prices an empty text apart from nothing on Postgres', () => {
    const cents = (store: EventsStoreName) => {
      const target = account(
        { aggregation_type: 'max_agg' },
        { charge_model: 'standard', properties: { amount: '1', pricing_group_keys: ['team'] } },
        undefined,
        store,
      );
      record(target, [5], { team: '' });
      record(target, [7]);
      record(target, [1], { team: null });
      return chargeUsage(target).grouped_usage;
    };
    const group = { grouped_by: { team: null }, events_count: 3 };
    expect(cents('postgres')).toMatchObject([{ ...group, amount_cents: 1200 }]);
    expect(cents('clickhouse')).toMatchObject([{ ...group, amount_cents: 700 }]);
  });

  it('names a group by the text that Postgres makes of a list or an object', () => {
    const target = account(
      { aggregation_type: 'sum_agg' },
      { charge_model: 'standard', properties: { amount: '1', pricing_group_keys: ['team'] } },
    );
    record(target, [1], { team: { a: [1, 1e21] } });
    expect(chargeUsage(target).grouped_usage).toMatchObject([
      { grouped_by: { team: '{"a": [1, 1000000000000000000000]}' } },
    ]);
  });

  it('has the flat amount once for a group without a value', () => {
    const target = account(
      { aggregation_type: 'sum_agg' },
      {
        charge_model: 'graduated',
        properties: { graduated_ranges: tiers, pricing_group_keys: ['team'] },
      },
    );
    record(target, [1], { team: '' });
    expect(chargeUsage(target).amount_cents).toBe(300);
  });

  it('shows the filters of each group', () => {
    const pricing_group_keys = ['team'];
    const target = account(
      { aggregation_type: 'sum_agg', filters: [{ key: 'region', values: ['eu', 'us'] }] },
      {
        charge_model: 'standard',
        properties: { amount: '1', pricing_group_keys },
        filters: [{ values: { region: ['eu'] }, properties: { amount: '10', pricing_group_keys } }],
      },
    );
    record(target, [1], { region: 'eu', team: 'a' });
    record(target, [1], { team: 'a' });
    expect(chargeUsage(target).grouped_usage).toMatchObject([
      {
        grouped_by: { team: 'a' },
        amount_cents: 1100,
        filters: [
          { values: { region: ['eu'] }, amount_cents: 1000 },
          { values: null, amount_cents: 100 },
        ],
      },
    ]);
  });

  it('with a filter for all values takes each that the metric knows, after narrower filters', () => {
    const priced = (values: string[], amount: string) => ({
      values: { region: values },
      properties: { amount },
    });
    const target = account(
      { aggregation_type: 'sum_agg', filters: [{ key: 'region', values: ['eu', 'us'] }] },
      {
        charge_model: 'standard',
        properties: { amount: '1' },
        filters: [priced(['__ALL_FILTER_VALUES__'], '2'), priced(['eu'], '3')],
      },
    );
    for (const region of ['eu', 'us', 'mars']) record(target, [1], { region });
    expect(chargeUsage(target).filters).toMatchObject([
      { values: { region: ['__ALL_FILTER_VALUES__'] }, amount_cents: 200 },
      { values: { region: ['eu'] }, amount_cents: 300 },
      { values: null, amount_cents: 100 },
    ]);
  });

  it('counts what two filters of the same key share in both, and in one where they are the same', () => {
    const region = (...values: string[]) => ({
      values: { region: values },
      properties: { amount: '1' },
    });
    const units = (...filters: JsonObject[]) => {
      const target = account(
        { aggregation_type: 'sum_agg', filters: [{ key: 'region', values: ['eu', 'us', 'asia'] }] },
        { charge_model: 'standard', properties: { amount: '1' }, filters },
      );
      record(target, [1], { region: 'us' });
      return (chargeUsage(target).filters as JsonObject[]).map((filter) => filter.units);
    };
    expect(units(region('eu', 'us'), region('us', 'asia'))).toEqual(['1.0', '1.0', '0.0']);
    expect(units(region('us'), region('us'))).toEqual(['1.0', '0.0', '0.0']);
  });

  it('of the dynamic model costs nothing where its units add up to zero or are no number', () => {
    const cents = (values: unknown[], store: EventsStoreName = 'postgres') => {
      const target = account(
        { aggregation_type: 'sum_agg' },
        { charge_model: 'dynamic', properties: {} },
        undefined,
        store,
      );
      values.forEach((n, place) => {
        target.event(
          usageEvent(`${place}`, { precise_total_amount_cents: '50.5', properties: { n } }),
        );
      });
      return chargeUsage(target).amount_cents;
    };
    expect([cents([3, -3]), cents([0]), cents(['x', 1])]).toEqual([0, 0, 51]);
    expect(cents(['x', 1], 'clickhouse')).toBe(100);
  });

  it.each([
    ['225', 200],
    ['5070', 5000],
    ['225.5', 226],
  ])(
    'of the dynamic model loses the cents of a whole total on ClickHouse: %s is %s',
    (total, cents) => {
      const target = account(
        { aggregation_type: 'sum_agg' },
        { charge_model: 'dynamic', properties: {} },
        undefined,
        'clickhouse',
      );
      target.event(usageEvent('a', { precise_total_amount_cents: total, properties: { n: 1 } }));
      expect(chargeUsage(target).amount_cents).toBe(cents);
    },
  );

  it('has limits per transaction with a premium licence only', () => {
    const target = account(
      { aggregation_type: 'sum_agg' },
      { charge_model: 'percentage', properties: { rate: '1', per_transaction_min_amount: '2' } },
    );
    record(target, [100]);
    expect(chargeUsage(target).amount_cents).toBe(200);
    target.lago.settings.licence = 'free';
    expect(chargeUsage(target).amount_cents).toBe(100);
  });
});

describe('the running period', () => {
  const period = (more: Parameters<typeof subscribe>[3]) => {
    const usage = account({ aggregation_type: 'sum_agg' }, undefined, more).lago.usage(
      'cust',
      'sub-1',
    );
    return [usage.from_datetime, usage.to_datetime];
  };

  it.each([
    ['weekly', '2026-08-10T00:00:00Z', '2026-08-16T23:59:59Z'],
    ['monthly', '2026-08-01T00:00:00Z', '2026-08-31T23:59:59Z'],
    ['quarterly', '2026-07-01T00:00:00Z', '2026-09-30T23:59:59Z'],
    ['semiannual', '2026-07-01T00:00:00Z', '2026-12-31T23:59:59Z'],
    ['yearly', '2026-01-01T00:00:00Z', '2026-12-31T23:59:59Z'],
  ])('of a %s plan runs from %s to %s', (interval, from, to) => {
    expect(period({ plan: { interval } })).toEqual([from, to]);
  });

  it('is the calendar month of the customer', () => {
    expect(period({ customer: { timezone: 'America/New_York' } })).toEqual([
      '2026-08-01T04:00:00Z',
      '2026-09-01T03:59:59Z',
    ]);
  });

  it('follows a clock change inside it', () => {
    const target = account({ aggregation_type: 'sum_agg' }, undefined, {
      customer: { timezone: 'Europe/Berlin' },
    });
    target.nowMs = Date.UTC(2026, 9, 10);
    expect(target.lago.usage('cust', 'sub-1')).toMatchObject({
      from_datetime: '2026-09-30T22:00:00Z',
      to_datetime: '2026-10-31T22:59:59Z',
    });
  });

  it('starts at the anniversary', () => {
    const subscription = { billing_time: 'anniversary', subscription_at: '2026-01-15T10:00:00Z' };
    expect(period({ subscription })).toEqual(['2026-07-15T00:00:00Z', '2026-08-14T23:59:59Z']);
  });

  it.each([
    ['1 ms before the start', '2026-08-05T09:59:59.999Z', '0.0'],
    ['at the start', '2026-08-05T10:00:00.000Z', '1.0'],
    ['at the last millisecond', '2026-08-31T23:59:59.999Z', '1.0'],
    ['1 ms later', '2026-09-01T00:00:00.000Z', '0.0'],
    ['at midnight of the day of the start', '2026-08-05T00:00:00.000Z', '0.0'],
  ])('counts an event %s of a subscription: %s -> %s', (_, at, units) => {
    const target = account({ aggregation_type: 'sum_agg' }, undefined, {
      subscription: { subscription_at: '2026-08-05T10:00:00.000Z' },
    });
    target.event(
      usageEvent('a', { timestamp: String(Date.parse(at) / 1000), properties: { n: 1 } }),
    );
    expect(chargeUsage(target).units).toBe(units);
  });
});

const path = '/api/v1/customers/cust/current_usage';

describe('GET current_usage', () => {
  it('reports amounts, units as text and the charges of the plan', () => {
    const target = account({ aggregation_type: 'sum_agg' });
    record(target, [2]);
    expect(target.get(`${path}?external_subscription_id=sub-1`).body).toMatchObject({
      customer_usage: {
        currency: 'EUR',
        amount_cents: 200,
        total_amount_cents: 200,
        taxes_amount_cents: 0,
        lago_invoice_id: null,
        issuing_date: '2026-09-01',
        charges_usage: [
          {
            units: '2.0',
            events_count: 1,
            amount_cents: 200,
            amount_currency: 'EUR',
            charge: { charge_model: 'standard' },
            billable_metric: { code: 'units', aggregation_type: 'sum_agg' },
            filters: [],
            grouped_usage: [],
          },
        ],
      },
    });
  });

  it.each(['external_subscription_id=none', ''])('answers 405 with %j', (query) => {
    const answer = account({ aggregation_type: 'sum_agg' }).get(`${path}?${query}`);
    expect(answer.status).toBe(405);
    expect(answer.body).toEqual({
      status: 405,
      error: 'Method Not Allowed',
      code: 'no_active_subscription',
    });
  });

  it.each([
    ['has ended', { ending_at: '2026-08-01T00:00:00Z' }],
    ['has not started', { subscription_at: '2026-09-01T00:00:00Z' }],
  ])('answers 405 for a subscription that %s', (_, subscription) => {
    const target = account({ aggregation_type: 'sum_agg' }, undefined, { subscription });
    // The job that carries out an end runs once an hour.
    target.nowMs += 5 * 60_000;
    expect(target.get(`${path}?external_subscription_id=sub-1`).status).toBe(405);
  });

  it('answers 404 for a charge that the plan has not', () => {
    const target = account({ aggregation_type: 'sum_agg' });
    const answer = target.get(`${path}?external_subscription_id=sub-1&billable_metric_code=none`);
    expect(answer.body).toMatchObject({ status: 404, code: 'charge_not_found' });
  });

  it('answers 404 without a name for a customer that nobody knows', () => {
    const { body } = new Account().get('/api/v1/customers/none/current_usage');
    expect(body).toEqual({ status: 404, error: 'Not Found', code: 'resource_not_found' });
  });

  it('breaks where the total of a volume charge is below zero', () => {
    const target = account(
      { aggregation_type: 'sum_agg' },
      { charge_model: 'volume', properties: { volume_ranges: VOLUME } },
    );
    record(target, [-1]);
    expect(target.get(`${path}?external_subscription_id=sub-1`).status).toBe(500);
  });

  it('answers 405 to a wish for the full usage, which is premium', () => {
    const target = account({ aggregation_type: 'sum_agg' });
    expect(target.get(`${path}?external_subscription_id=sub-1&full_usage=true`).body).toEqual({
      status: 405,
      error: 'Method Not Allowed',
      code: 'full_usage_not_allowed',
    });
  });

  it('shows one charge by its code or its id', () => {
    const charge = (code: string): JsonObject => ({
      billable_metric_code: 'units',
      code,
      charge_model: 'standard',
      properties: {},
    });
    const target = account({ aggregation_type: 'sum_agg' }, undefined, {
      plan: { charges: [charge('one'), charge('two')] },
    });
    const shown = (query: string) => {
      const { customer_usage } = target.get(`${path}?external_subscription_id=sub-1${query}`).body;
      return (customer_usage as JsonObject).charges_usage as { charge: JsonObject }[];
    };
    const codes = (query: string) => shown(query).map(({ charge: { code } }) => code);
    expect([codes(''), codes('&charge_code=two')]).toEqual([['one', 'two'], ['two']]);
    expect(codes(`&charge_id=${shown('')[1]?.charge.lago_id}`)).toEqual(['two']);
  });
});

describe('current usage behind a queue of jobs', () => {
  const shown = (target: Account): unknown =>
    (target.get(`${path}?external_subscription_id=sub-1`).body.customer_usage as JsonObject)
      .amount_cents;
  const queued = (): Account => {
    const target = new Account({ eventJobsPerSecond: 40 });
    subscribe(target, { aggregation_type: 'sum_agg' });
    return target;
  };
  const others = (count: number): Record<string, unknown>[] =>
    Array.from({ length: count }, (_, place) => usageEvent(`other ${place}`, { code: 'other' }));

  it('is fresh at once while nothing waits', () => {
    const target = queued();
    expect(shown(target)).toBe(0);
    record(target, [2]);
    expect(shown(target)).toBe(200);
  });

  it.each([
    [80, 2000],
    [800, 20_000],
  ])('is late by the %i jobs that wait: %i ms, whatever they are of', (count, late) => {
    const target = queued();
    target.lago.settings.maxBatch = count;
    expect(shown(target)).toBe(0);
    expect(target.batch(others(count)).status).toBe(200);
    record(target, [2]);
    target.nowMs += late - 1;
    expect(shown(target)).toBe(0);
    target.nowMs += 1;
    expect(shown(target)).toBe(200);
    expect(target.get('/api/v1/events?code=units').body.meta).toMatchObject({ total_count: 1 });
  });

  it('has all that has arrived by the job of one of its events', () => {
    const target = queued();
    expect(shown(target)).toBe(0);
    record(target, [1, 2, 3]);
    expect(shown(target)).toBe(600);
  });

  it('is fresh where nobody looked before', () => {
    const target = queued();
    target.batch(others(90));
    record(target, [2]);
    expect(shown(target)).toBe(200);
  });

  it('is late in the answers alone, not in what tests are told', () => {
    const target = queued();
    shown(target);
    target.batch(others(90));
    record(target, [2]);
    expect([shown(target), target.lago.usage('cust', 'sub-1').amount_cents]).toEqual([0, 200]);
  });
});
