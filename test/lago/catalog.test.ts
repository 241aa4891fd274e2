import { type Catalog, checkEvent, type Metric, readMetric } from '../../src/lago/catalog';
import type { Json } from '../../src/template/usage-event';
import { usageEvent } from './scripted-http';

const metric = (aggregation: string, changes: Partial<Metric> = {}): Metric => ({
  code: 'units',
  name: 'Units',
  aggregation,
  field: 'quantity',
  hasExpression: false,
  ...changes,
});
const catalog = (metrics: readonly Metric[] | undefined, subscriptions: readonly string[] | null = ['s1']): Catalog => ({
  metrics: metrics && new Map(metrics.map((each) => [each.code, each])),
  subscriptions: subscriptions === null ? undefined : new Set(subscriptions),
});
const codesOf = (known: Catalog, changes = {}): string[] => checkEvent(known, usageEvent('t', changes)).map(({ code }) => code);

describe('an event', () => {
  it('of a known metric and subscription is fine', () => {
    expect(codesOf(catalog([metric('sum_agg')]))).toEqual([]);
  });

  it.each([
    ['another code', { code: 'unit' }, ['event.unknown-code']],
    ['a code with a space', { code: 'units ' }, ['event.unknown-code']],
    ['another capital letter', { code: 'Units' }, ['event.unknown-code']],
    ['another subscription', { external_subscription_id: 'S1' }, ['event.unknown-subscription']],
    ['both', { code: 'x', external_subscription_id: 'x' }, ['event.unknown-code', 'event.unknown-subscription']],
    [
      'a prototype’s name',
      { code: 'constructor', external_subscription_id: '__proto__' },
      ['event.unknown-code', 'event.unknown-subscription'],
    ],
  ])('with %s would be accepted and never billed', (_, changes, expected) => {
    expect(codesOf(catalog([metric('sum_agg')]), changes)).toEqual(expected);
  });

  it('is told what was probably meant', () => {
    const [code, subscription] = checkEvent(
      catalog([metric('sum_agg')], ['sub_acme']),
      usageEvent('t', { code: 'Unit', external_subscription_id: 'sub-acme' }),
    );
    expect(code?.remedy).toBe('Did you mean “units”? Capital letters and spaces count.');
    expect(subscription?.remedy).toBe('Did you mean “sub_acme”? Capital letters and spaces count.');
    expect(checkEvent(catalog([]), usageEvent('t'))[0]?.remedy).toBe('Create the metric in Lago, or correct the code.');
  });

  it('is not checked against what the key may not read', () => {
    expect(codesOf(catalog(undefined, null), { code: 'x', external_subscription_id: 'x' })).toEqual([]);
    expect(codesOf(catalog(undefined), { code: 'x', external_subscription_id: 'x' })).toEqual(['event.unknown-subscription']);
  });
});

describe('the property that a metric counts', () => {
  const numeric = ['sum_agg', 'max_agg', 'latest_agg', 'weighted_sum_agg'];
  const cases: [Json | undefined, string][] = [
    [5, ''],
    [-5.5, ''],
    [0, ''],
    ['5', ''],
    ['-0.5', ''],
    ['0005', ''],
    [undefined, 'event.missing-property'],
    [null, 'event.missing-property'],
    ['', 'event.missing-property'],
    ['1,234', 'event.not-a-number'],
    ['$12', 'event.not-a-number'],
    ['12%', 'event.not-a-number'],
    [' 12', 'event.not-a-number'],
    ['+5', 'event.not-a-number'],
    ['.5', 'event.not-a-number'],
    ['5.', 'event.not-a-number'],
    ['1e3', 'event.not-a-number'],
    ['1.453e-7', 'event.not-a-number'],
    ['abc', 'event.not-a-number'],
    [true, 'event.not-a-number'],
    [[5], 'event.not-a-number'],
  ];

  it.each(numeric.flatMap((aggregation) => cases.map(([value, code]) => [aggregation, value, code] as const)))(
    'of %s may be %j: %s',
    (aggregation, quantity, code) => {
      const properties = quantity === undefined ? {} : { quantity };
      expect(codesOf(catalog([metric(aggregation)]), { properties })).toEqual(code === '' ? [] : [code]);
    },
  );

  it.each<[string, Partial<Metric>, Json | undefined, string[]]>([
    ['unique_count_agg', {}, 'any value', []],
    ['unique_count_agg', {}, undefined, ['event.missing-property']],
    ['count_agg', {}, undefined, []],
    ['count_agg', { field: undefined }, undefined, []],
    ['custom_agg', { field: undefined }, undefined, []],
    ['sum_agg', { hasExpression: true }, undefined, []],
  ])('of %s with %j, as %j', (aggregation, changes, quantity, expected) => {
    expect(codesOf(catalog([metric(aggregation, changes)]), { properties: quantity === undefined ? {} : { quantity } })).toEqual(expected);
  });

  it('is told with the value', () => {
    const [found] = checkEvent(catalog([metric('sum_agg')]), usageEvent('t', { properties: { quantity: '1,234' } }));
    expect(found?.message).toBe('The metric “units” counts “quantity”, and “1,234” is not a number for Lago: it would count as nothing.');
  });
});

describe('a metric of Lago', () => {
  it.each<[unknown, Metric | undefined]>([
    [
      { code: 'a', name: 'A', aggregation_type: 'sum_agg', field_name: 'n', expression: null },
      { code: 'a', name: 'A', aggregation: 'sum_agg', field: 'n', hasExpression: false },
    ],
    [
      { code: 'a', name: 'A', aggregation_type: 'count_agg', field_name: null, expression: '' },
      { code: 'a', name: 'A', aggregation: 'count_agg', field: undefined, hasExpression: false },
    ],
    [
      { code: 'a', aggregation_type: 'sum_agg', field_name: 'n', expression: 'event.properties.a * 2' },
      { code: 'a', name: 'a', aggregation: 'sum_agg', field: 'n', hasExpression: true },
    ],
    [
      { code: 'a', field_name: '' },
      { code: 'a', name: 'a', aggregation: '', field: undefined, hasExpression: false },
    ],
    [{ name: 'A' }, undefined],
    [null, undefined],
  ])('%j', (value, expected) => {
    expect(readMetric(value)).toEqual(expected);
  });
});
