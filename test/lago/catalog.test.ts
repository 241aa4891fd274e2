import { type Catalog, checkEvent, type Metric, readMetric, readSubscription, type Subscription } from '../../src/lago/catalog';
import type { Json } from '../../src/template/usage-event';
import { usageEvent } from './scripted-http';

const metric = (aggregation: string, changes: Partial<Metric> = {}): Metric => ({
  code: 'units',
  name: 'Units',
  aggregation,
  field: 'quantity',
  hasExpression: false,
  recurring: false,
  ...changes,
});
const catalog = (metrics: readonly Metric[] | undefined, subscriptions: readonly string[] | null = ['s1']): Catalog => ({
  metrics: metrics && new Map(metrics.map((each) => [each.code, each])),
  subscriptions: subscriptions === null ? undefined : new Map(subscriptions.map((id) => [id, [running()]])),
  plans: undefined,
});

/** Unless told otherwise it runs since 1970 and does not end. */
function running(changes: Partial<Subscription> = {}): Subscription {
  return { customer: 'c1', plan: 'basic', startedAt: 0, startsAt: 0, endedAt: undefined, ...changes };
}
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

  it('is not compared with thousands of names again and again: the first wrong ones are told what was meant, the others that they are unknown', () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `subscription-${index}`);
    let looked = 0;
    const known = catalog([metric('sum_agg')], names);
    const subscriptions = new Map(known.subscriptions);
    const keys = subscriptions.keys.bind(subscriptions);
    subscriptions.keys = () => {
      looked++;
      return keys();
    };
    const problemOf = (index: number) =>
      checkEvent({ ...known, subscriptions }, usageEvent('t', { external_subscription_id: `subscriptoin-${index}` }))[0];
    const remedies = Array.from({ length: 10_000 }, (_, index) => problemOf(index)?.remedy);
    expect(remedies[7]).toBe('Did you mean “subscription-7”? Capital letters and spaces count.');
    expect(remedies[9_999]).toBe('Create the subscription in Lago, or correct the id.');
    expect(problemOf(7)?.remedy).toBe(remedies[7]);
    expect(looked).toBe(40);
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
      { code: 'a', name: 'A', aggregation: 'sum_agg', field: 'n', hasExpression: false, recurring: false },
    ],
    [
      { code: 'a', name: 'A', aggregation_type: 'count_agg', field_name: null, expression: '', recurring: false },
      { code: 'a', name: 'A', aggregation: 'count_agg', field: undefined, hasExpression: false, recurring: false },
    ],
    [
      { code: 'a', aggregation_type: 'sum_agg', field_name: 'n', expression: 'event.properties.a * 2' },
      { code: 'a', name: 'a', aggregation: 'sum_agg', field: 'n', hasExpression: true, recurring: false },
    ],
    [
      { code: 'a', name: 'Seats', aggregation_type: 'unique_count_agg', field_name: 'user', recurring: true },
      { code: 'a', name: 'Seats', aggregation: 'unique_count_agg', field: 'user', hasExpression: false, recurring: true },
    ],
    [
      { code: 'a', field_name: '' },
      { code: 'a', name: 'a', aggregation: '', field: undefined, hasExpression: false, recurring: false },
    ],
    [{ name: 'A' }, undefined],
    [null, undefined],
  ])('%j', (value, expected) => {
    expect(readMetric(value)).toEqual(expected);
  });
});

describe('usage outside of its subscription’s time', () => {
  const at = (ms: number) => usageEvent('t', { timestamp: ms / 1000 });
  const START = Date.UTC(2026, 10, 3, 10);
  const END = Date.UTC(2026, 10, 20, 9, 30);
  const known = (...subscriptions: Subscription[]): Catalog => ({
    ...catalog([metric('sum_agg')]),
    subscriptions: new Map([['s1', subscriptions]]),
  });
  const once = running({ startedAt: START, startsAt: START, endedAt: END });
  const codes = (of: Catalog, ms: number): string[] => checkEvent(of, at(ms)).map(({ code }) => code);

  it.each<[string, number, string[]]>([
    ['the millisecond before the start', START - 1, ['event.before-start']],
    ['the start', START, []],
    ['the end', END, []],
    ['the millisecond after the end', END + 1, ['event.after-end']],
    ['midnight of the day on which it starts', Date.UTC(2026, 10, 3), ['event.before-start']],
  ])('is told at %s', (_, ms, expected) => {
    expect(codes(known(once), ms)).toEqual(expected);
  });

  it('is billed by the next subscription under the same id', () => {
    const next = running({ plan: 'pro', startedAt: END + 1, startsAt: END + 1 });
    expect(codes(known(once, next), END + 5)).toEqual([]);
    expect(codes(known(next, once), START + 5)).toEqual([]);
  });

  it('is told where a subscription has not started yet', () => {
    const pending = running({ startedAt: undefined, startsAt: START });
    const [found] = checkEvent(known(pending), at(START + 5));
    expect(found).toBeUndefined();
    expect(codes(known(pending), START - 5)).toEqual(['event.before-start']);
  });

  it('names both moments', () => {
    expect(checkEvent(known(once), at(START - 1000))[0]?.message).toBe(
      'The subscription “s1” starts at 2026-11-03 10:00:00 UTC; Lago would not bill usage of 2026-11-03 09:59:59 UTC.',
    );
  });

  it('counts all the same where the metric recurs and nothing has ended', () => {
    const recurring = {
      ...known(running({ startedAt: START, startsAt: START })),
      metrics: catalog([metric('sum_agg', { recurring: true })]).metrics,
    };
    expect(codes(recurring, START - 5)).toEqual([]);
  });
});

describe('a metric that the plan does not charge', () => {
  const plans = new Map([
    ['basic', new Set(['units'])],
    ['empty', new Set<string>()],
  ]);
  const on = (...of: string[]): Catalog => ({
    ...catalog([metric('sum_agg')]),
    subscriptions: new Map([['s1', of.map((plan) => running({ plan }))]]),
    plans,
  });

  it('is told, with the plan', () => {
    expect(checkEvent(on('empty'), usageEvent('t')).map(({ code }) => code)).toEqual(['event.not-charged']);
    expect(checkEvent(on('empty'), usageEvent('t'))[0]?.message).toContain('“empty”');
  });

  it('is charged, or may be charged, otherwise', () => {
    expect(checkEvent(on('basic'), usageEvent('t'))).toEqual([]);
    expect(checkEvent(on('a plan of its own'), usageEvent('t'))).toEqual([]);
    expect(checkEvent(on('empty', 'basic'), usageEvent('t'))).toEqual([]);
    expect(checkEvent({ ...on('empty'), plans: undefined }, usageEvent('t'))).toEqual([]);
  });
});

test('a subscription is read with its times in ms; what it does not have is undefined', () => {
  expect(
    readSubscription({
      external_id: 's1',
      external_customer_id: 'c1',
      plan_code: 'basic',
      started_at: '2026-11-03T10:00:00.123Z',
      subscription_at: '2026-11-03T10:00:00Z',
      terminated_at: null,
      ending_at: '2026-12-01T00:00:00Z',
    }),
  ).toEqual({
    id: 's1',
    subscription: {
      customer: 'c1',
      plan: 'basic',
      startedAt: Date.UTC(2026, 10, 3, 10, 0, 0, 123),
      startsAt: Date.UTC(2026, 10, 3, 10),
      endedAt: Date.UTC(2026, 11, 1),
    },
  });
  expect(readSubscription({ external_id: 's1', started_at: null })?.subscription.startedAt).toBeUndefined();
  expect(readSubscription('s1')).toBeUndefined();
});
