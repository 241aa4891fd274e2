import fc from 'fast-check';
import { takes } from '../../sandbox/lago/charge-filter';
import type { StoredEvent } from '../../sandbox/lago/event-store';
import type { Charge as FakeCharge } from '../../sandbox/lago/records';
import { type Catalog, readMetric, readPlan, type Subscription } from '../../src/lago/catalog';
import { allPricesOf, boundOf, mostTotalOf, pricesOf, volumePricesOf } from '../../src/lago/price';
import type { Price } from '../../src/sync/billing/priced-total';
import type { EventStore } from '../../src/sync/event-store';
import type { JsonObject } from '../../src/value/json';
import { usageEvent } from './scripted-http';

const subscription: Subscription = {
  customer: 'c',
  plan: 'p',
  createdAt: undefined,
  startedAt: Date.parse('2026-01-01T00:00:00Z'),
  startsAt: undefined,
  endedAt: undefined,
  endsAt: undefined,
  isOver: false,
  periodFrom: Date.parse('2026-03-01T00:00:00Z'),
  periodTo: Date.parse('2026-03-31T23:59:59.999Z'),
};

type Fields = { readonly [name: string]: unknown };

const filter = (values: Fields, properties: Fields = {}) => ({ values, properties });

interface Asked {
  readonly metric?: Fields;
  readonly store?: EventStore;
  readonly currency?: string;
  readonly of?: typeof pricesOf;
}

/** A Lago whose only plan has these charges. */
function catalogOf(charges: readonly Fields[], metric: Fields, currency = 'EUR'): Catalog {
  const read = readMetric({
    code: 'units',
    aggregation_type: 'sum_agg',
    field_name: 'quantity',
    filters: [
      { key: 'region', values: ['eu', 'us'] },
      { key: 'tier', values: ['a', 'b'] },
    ],
    ...metric,
  });
  const plan = readPlan({
    code: 'p',
    amount_currency: currency,
    charges: charges.map((each) => ({
      billable_metric_code: 'units',
      charge_model: 'standard',
      properties: {},
      ...each,
    })),
  });
  if (read === undefined || plan === undefined) throw new Error('unreadable');
  return {
    metrics: new Map([['units', read]]),
    plans: new Map([['p', plan]]),
    subscriptions: new Map([['s1', [subscription]]]),
  };
}

/** The prices of an event with these properties. */
function pricesIn(
  charges: readonly Fields[],
  properties: JsonObject,
  { metric = {}, store = 'postgres', currency = 'EUR', of = pricesOf }: Asked = {},
): Price[] | undefined {
  const catalog = catalogOf(charges, metric, currency);
  return of(catalog, usageEvent('t', { properties: { quantity: 1, ...properties } }), store);
}

/** The same in words. */
const words = (
  charges: readonly Fields[],
  properties: JsonObject,
  metric: Fields = {},
): string[] | undefined => pricesIn(charges, properties, { metric })?.map((price) => price.words);

const ALL: string = '__ALL_FILTER_VALUES__';
const EU = filter({ region: ['eu'] });
const US = filter({ region: ['us'] });

describe('the price of an event', () => {
  test.each<[string, readonly Fields[], JsonObject, string[]]>([
    ['one for all', [{}], { region: 'eu' }, ['']],
    ['that of its value', [{ filters: [EU, US] }], { region: 'eu' }, ['region “eu”']],
    ['that of a number', [{ filters: [filter({ tier: ['1'] })] }], { tier: 1 }, ['tier “1”']],
    [
      'the default for another value',
      [{ filters: [EU] }],
      { region: 'asia' },
      ['any other region'],
    ],
    ['the default without a value', [{ filters: [EU] }], {}, ['any other region']],
    [
      'that of several values',
      [{ filters: [filter({ region: ['eu', 'us'] })] }],
      { region: 'us' },
      ['region “eu” or “us”'],
    ],
    [
      'that of the filter that asks for more',
      [{ filters: [EU, filter({ region: ['eu'], tier: ['a'] })] }],
      { region: 'eu', tier: 'a' },
      ['region “eu”, tier “a”'],
    ],
    [
      'that of the filter with fewer values',
      [{ filters: [filter({ region: ['eu', 'us'] }), EU] }],
      { region: 'eu' },
      ['region “eu”'],
    ],
    [
      'both of filters that overlap',
      [{ filters: [filter({ region: ['eu', 'us'] }), filter({ region: ['us', 'asia'] })] }],
      { region: 'us' },
      ['region “eu” or “us”', 'region “us” or “asia”'],
    ],
    [
      'that of all values which the metric knows',
      [{ filters: [filter({ region: [ALL] })] }],
      { region: 'us' },
      ['region of any kind'],
    ],
    [
      'the default for a value that the metric does not know',
      [{ filters: [filter({ region: [ALL] })] }],
      { region: 'asia' },
      ['any other region'],
    ],
    [
      'a narrower one than that of all values',
      [{ filters: [filter({ region: [ALL] }), EU] }],
      { region: 'eu' },
      ['region “eu”'],
    ],
    [
      'that of its group',
      [{ properties: { pricing_group_keys: ['seat'] } }],
      { seat: 7 },
      ['seat “7”'],
    ],
    [
      'that of the group without a value',
      [{ properties: { pricing_group_keys: ['seat'] } }],
      {},
      ['no seat'],
    ],
    [
      'that of a group of its filter, which others do not have',
      [{ filters: [filter({ region: ['eu'] }, { pricing_group_keys: ['seat'] }), US] }],
      { region: 'eu', seat: 'x' },
      ['region “eu”, seat “x”'],
    ],
    ['one of each charge', [{}, { filters: [EU] }], { region: 'eu' }, ['', 'region “eu”']],
  ])('is %s', (_, charges, properties, expected) => {
    expect(words(charges, properties)).toEqual(expected);
  });

  test.each<[string, Fields, Fields]>([
    ['a prorated charge', { prorated: true }, {}],
    ['a model of one’s own', { charge_model: 'custom' }, {}],
    ['a model that nobody has seen', { charge_model: 'graduated_percentage' }, {}],
    ['an expression', {}, { expression: 'event.properties.a' }],
    [
      'a sum over time that carries over',
      {},
      { aggregation_type: 'weighted_sum_agg', recurring: true },
    ],
  ])('is not known with %s', (_, charge, metric) => {
    expect(words([charge], {}, metric)).toBeUndefined();
  });

  test.each(['postgres', 'clickhouse', 'unknown'] as const)(
    'is that of no group for null and nothing, and for an empty text but on Postgres: %s',
    (store) => {
      const charges = [{ properties: { pricing_group_keys: ['seat'] } }];
      const nameOf = (properties: JsonObject): string | undefined =>
        pricesIn(charges, properties, { store })?.[0]?.name;
      expect(nameOf({ seat: null })).toBe(nameOf({}));
      expect(nameOf({ seat: '' }) === nameOf({})).toBe(store !== 'postgres');
      expect(nameOf({ seat: 'x' })).not.toBe(nameOf({}));
    },
  );

  test('is not known without the plan, the metric or the subscription', () => {
    const event = usageEvent('t');
    const empty = { metrics: new Map(), plans: new Map(), subscriptions: new Map() };
    expect(pricesOf(empty, event, 'postgres')).toBeUndefined();
    expect(pricesOf({ ...empty, subscriptions: undefined }, event, 'postgres')).toBeUndefined();
  });
});

describe('what is known of a price beside its usage', () => {
  test('is what it costs without units, and at most', () => {
    const tiers = (flat_amount: string) => ({
      graduated_ranges: [{ from_value: 0, to_value: null, per_unit_amount: '2', flat_amount }],
    });
    const charges = [
      {
        charge_model: 'graduated',
        properties: tiers('0'),
        filters: [filter({ region: ['eu'] }, tiers('5'))],
      },
    ];
    const [inEurope] = pricesIn(charges, { region: 'eu' }) ?? [];
    const [elsewhere] = pricesIn(charges, { region: 'us' }) ?? [];
    expect([inEurope?.flatAtZero, elsewhere?.flatAtZero]).toEqual([true, false]);
    expect(inEurope?.bound).toEqual({ perUnit: '200', perEvent: '0', flat: '500' });
    expect(elsewhere?.bound).toEqual(inEurope?.bound);
  });

  test.each<[EventStore, string, string, number | undefined]>([
    ['postgres', 'EUR', 'dynamic', undefined],
    ['clickhouse', 'EUR', 'dynamic', 100],
    ['unknown', 'EUR', 'dynamic', 100],
    ['clickhouse', 'JPY', 'dynamic', undefined],
    ['clickhouse', 'KWD', 'dynamic', 1_000],
    ['clickhouse', 'EUR', 'standard', undefined],
  ])('is what amounts are cut to: on %s in %s by a %s charge', (store, currency, model, cutTo) => {
    const charges = [{ charge_model: model }];
    expect(pricesIn(charges, {}, { store, currency })?.[0]?.cutTo).toBe(cutTo);
  });

  test('is the highest bound of all plans, and the limit of totals by the store', () => {
    const plan = (code: string, amount: string) =>
      readPlan({
        code,
        charges: [
          { billable_metric_code: 'units', charge_model: 'standard', properties: { amount } },
        ],
      });
    const plans = new Map(
      [plan('a', '1'), plan('b', '3')].flatMap((each) => (each ? [[each.code, each]] : [])),
    );
    const catalog = { metrics: undefined, subscriptions: undefined, plans };
    expect(boundOf(catalog, 'units')).toEqual({ perUnit: '300', perEvent: '0', flat: '0' });
    expect(boundOf(catalog, 'other')).toEqual({ perUnit: '0', perEvent: '0', flat: '0' });
    expect(mostTotalOf('postgres')).toBeUndefined();
    expect(mostTotalOf('clickhouse')?.toFixed()).toBe('1700000000000');
    expect(mostTotalOf('unknown')?.toFixed()).toBe('1700000000000');
  });

  test.each<[string, Fields, Fields]>([
    ['a prorated charge', { prorated: true }, {}],
    ['a model of one’s own', { charge_model: 'custom' }, {}],
    [
      'a sum over time that carries over',
      {},
      { aggregation_type: 'weighted_sum_agg', recurring: true },
    ],
  ])('is known of %s, too, by its filters and groups', (_, charge, metric) => {
    const charges = [{ ...charge, filters: [EU, US] }];
    const nameOf = (region: string) =>
      pricesIn(charges, { region }, { metric, of: allPricesOf })?.[0]?.name;
    expect(nameOf('eu')).not.toBe(nameOf('us'));
    expect(nameOf('asia')).toBe(nameOf('africa'));
    expect(nameOf('eu')).not.toBe(nameOf('asia'));
  });
});

describe('the filters that take an event', () => {
  const KEYS = { region: ['eu', 'us', 'asia'], tier: ['a', 'b'] } as const;
  const valuesOf = (values: readonly string[]) =>
    fc.oneof(
      { weight: 5, arbitrary: fc.subarray([...values], { minLength: 1 }) },
      { weight: 1, arbitrary: fc.constant([ALL]) },
    );
  const someFilter = fc.oneof(
    fc.record({ region: valuesOf(KEYS.region) }),
    fc.record({ tier: valuesOf(KEYS.tier) }),
    fc.record({ region: valuesOf(KEYS.region), tier: valuesOf(KEYS.tier) }),
  );
  const known = Object.entries(KEYS).map(([key, values]) => ({ key, values: [...values] }));
  const inOrder = (values: readonly string[]): string => [...values].sort().join();
  const nameOf = (filter: Readonly<Record<string, readonly string[]>>): string =>
    Object.entries(filter)
      .map(([key, values]) => {
        const all = known.find((each) => each.key === key)?.values ?? [];
        return `${key} ${inOrder(values[0] === ALL ? all : values)}`;
      })
      .join(' and ');

  test('are those of the fake, which was compared with a running Lago', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(someFilter, { minLength: 1, maxLength: 4, selector: nameOf }),
        fc.record(
          {
            region: fc.constantFrom('eu', 'us', 'asia', 'EU', ''),
            tier: fc.constantFrom('a', 'b', 'c'),
          },
          { requiredKeys: [] },
        ),
        (filters, properties) => {
          const theirs = filters.map((values) => ({
            values: values as Readonly<Record<string, readonly string[]>>,
          }));
          const charge = { metric: { filters: known }, filters: theirs } as unknown as FakeCharge;
          const event = { billedProperties: properties } as unknown as StoredEvent;
          const expected = [...charge.filters, null]
            .map((each, place) => (takes(charge, each, 'postgres')(event) ? place : -1))
            .filter((place) => place >= 0);
          const named = words(
            [{ filters: theirs.map((each) => filter(each.values)) }],
            properties,
            { filters: known },
          );
          const wordsOf = theirs.map(({ values }) =>
            Object.entries(values)
              .map(([key, all]) => {
                const listed = all.map((each) => (each === ALL ? 'of any kind' : `“${each}”`));
                return `${key} ${listed.join(' or ')}`;
              })
              .join(', '),
          );
          expect(named?.map((each) => each.startsWith('any other '))).toEqual(
            expected.map((place) => place === filters.length),
          );
          for (const place of expected)
            if (place < filters.length) expect(named).toContain(wordsOf[place]);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('the prices of volume charges', () => {
  const volume = (more: Fields = {}): Fields => ({ charge_model: 'volume', ...more });
  const volumeWords = (charges: readonly Fields[], metric: Fields = {}) => {
    const event = usageEvent('t', { properties: { quantity: -1, region: 'eu' } });
    const prices = volumePricesOf(catalogOf(charges, metric), event, 'postgres');
    return prices === 'uncounted' ? prices : prices.map(({ words: of }) => of);
  };

  it('are told whatever else bills the event', () => {
    expect(volumeWords([{ charge_model: 'custom' }, volume({ filters: [EU] })])).toEqual([
      'region “eu”',
    ]);
    expect(volumeWords([{}])).toEqual([]);
    expect(volumeWords([volume({ prorated: true }), {}])).toBe('uncounted');
  });

  it.each<[string, Fields]>([
    ['an expression', { expression: 'event.properties.a * 2' }],
    ['what is carried over', { aggregation_type: 'weighted_sum_agg', recurring: true }],
  ])('have no known total with %s', (_, metric) => {
    expect(volumeWords([volume()], metric)).toBe('uncounted');
    expect(volumeWords([{}], metric)).toEqual([]);
  });

  it('are not known without the plan', () => {
    const event = usageEvent('t', { properties: { quantity: -1 } });
    const catalog = { ...catalogOf([volume()], {}), plans: undefined };
    expect(volumePricesOf(catalog, event, 'postgres')).toEqual([]);
  });
});
