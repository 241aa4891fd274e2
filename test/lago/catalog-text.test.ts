import {
  bySubscriptionId,
  type Catalog,
  readMetric,
  readPlan,
  readSubscription,
} from '../../src/lago/catalog';
import { catalogIn, catalogText, KEPT_MS } from '../../src/lago/catalog-text';
import { readable } from '../../src/lago/field';

const NOW = Date.UTC(2026, 2, 20, 12);

const subscription = (changes: Readonly<Record<string, unknown>> = {}) => ({
  external_id: 's1',
  external_customer_id: 'c1',
  plan_code: 'basic',
  status: 'active',
  created_at: '2026-01-02T08:00:00Z',
  started_at: '2026-01-01T10:00:00.123Z',
  subscription_at: '2026-01-01T10:00:00Z',
  current_billing_period_started_at: '2026-03-01T00:00:00Z',
  current_billing_period_ending_at: '2026-03-31T23:59:59Z',
  ...changes,
});

const metric = {
  code: 'units',
  name: 'Units',
  aggregation_type: 'sum_agg',
  field_name: 'quantity',
  recurring: true,
  filters: [{ key: 'region', values: ['eu', 'us'] }],
  rounding_function: 'ceil',
  rounding_precision: 2,
};
const computed = {
  code: 'mb',
  aggregation_type: 'max_agg',
  field_name: 'total',
  expression: 'event.properties.bytes / 1000',
};
const plan = {
  code: 'basic',
  name: 'Basic',
  charges: [
    {
      billable_metric_code: 'units',
      charge_model: 'standard',
      properties: { amount: '0' },
      filters: [
        { values: { region: ['eu'] }, properties: { amount: '1', pricing_group_keys: ['seat'] } },
      ],
    },
    { billable_metric_code: 'units', charge_model: 'dynamic', properties: {} },
    { billable_metric_code: '', charge_model: 'package', properties: { amount: '5' } },
  ],
};

const catalogOf = (subscriptions: readonly unknown[]): Catalog => ({
  metrics: new Map(readable([metric, computed], readMetric).map((each) => [each.code, each])),
  plans: new Map(readable([plan], readPlan).map((each) => [each.code, each])),
  subscriptions: bySubscriptionId(readable(subscriptions, readSubscription)),
});

describe('a catalog as text', () => {
  const whole = catalogOf([
    subscription(),
    subscription({
      status: 'terminated',
      terminated_at: '2026-02-01T00:00:00Z',
      current_billing_period_ending_at: null,
    }),
    subscription({
      external_id: 's2',
      status: 'pending',
      started_at: null,
      current_billing_period_ending_at: null,
    }),
    subscription({ external_id: '__proto__', ending_at: '2026-12-31T00:00:00Z' }),
  ]);

  it('is the same catalog when it is read again', () => {
    expect(catalogIn(catalogText(whole, NOW), NOW)).toEqual(whole);
  });

  it.each(['metrics', 'plans', 'subscriptions'] as const)(
    'keeps that the key may not read %s',
    (part) => {
      const without = { ...whole, [part]: undefined };
      expect(catalogIn(catalogText(without, NOW), NOW)).toEqual(without);
    },
  );

  it('may be empty', () => {
    const empty: Catalog = { metrics: new Map(), plans: new Map(), subscriptions: new Map() };
    expect(catalogIn(catalogText(empty, NOW), NOW)).toEqual(empty);
  });

  it('is read for five minutes, and never from the future', () => {
    const text = catalogText(whole, NOW);
    expect(catalogIn(text, NOW + KEPT_MS - 1)).toBeDefined();
    expect(catalogIn(text, NOW + KEPT_MS)).toBeUndefined();
    expect(catalogIn(text, NOW - 1)).toBeUndefined();
    expect(KEPT_MS).toBe(300_000);
  });

  it('is worthless once a period in it has ended, for Lago may have made the invoice', () => {
    const end = Date.UTC(2026, 2, 31, 23, 59, 59);
    const text = catalogText(whole, end - 60_000);
    expect(catalogIn(text, end)).toBeDefined();
    expect(catalogIn(text, end + 1)).toBeUndefined();
  });

  it('is not worthless for the old period of a subscription that is over', () => {
    const over = catalogOf([
      subscription({
        status: 'terminated',
        terminated_at: '2026-03-01T00:00:00Z',
        current_billing_period_ending_at: '2026-03-10T00:00:00Z',
      }),
    ]);
    expect(catalogIn(catalogText(over, NOW), NOW + 1)).toEqual(over);
  });

  it.each([
    ['nothing', ''],
    ['half of it', catalogText(whole, NOW).slice(0, -100)],
    ['another form', catalogText(whole, NOW).replace('"form":2', '"form":0')],
    ['no JSON object', '[1]'],
    ['null', 'null'],
    ['no time', catalogText(whole, NOW).replace(/"at":\d+/, '"at":null')],
    ['a text in place of the time', catalogText(whole, NOW).replace(/"at":\d+/, '"at":"x"')],
  ])('that is %s is not read', (_, text) => {
    expect(catalogIn(text, NOW)).toBeUndefined();
  });

  it('of 10,000 subscriptions has less than 1.5 MB', () => {
    const many = catalogOf(
      Array.from({ length: 10_000 }, (_, index) =>
        subscription({
          external_id: `subscription-${index}`,
          external_customer_id: `customer-${index}`,
        }),
      ),
    );
    expect(catalogText(many, NOW).length).toBeLessThan(1_500_000);
    expect(catalogIn(catalogText(many, NOW), NOW)?.subscriptions?.size).toBe(10_000);
  });
});
