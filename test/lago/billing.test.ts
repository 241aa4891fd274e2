import { billingOf } from '../../src/lago/billing';
import { type Catalog, readMetric, readPlan, type Subscription } from '../../src/lago/catalog';
import type { BillingTerms } from '../../src/sync/billing/correction';
import { usageEvent } from './scripted-http';

const at = (text: string): number => Date.parse(text);
const MARCH = at('2026-03-01T00:00:00Z');
const MARCH_END = at('2026-03-31T23:59:59.999Z');

const subscription = (changes: Partial<Subscription> = {}): Subscription => ({
  customer: 'c',
  plan: 'p',
  createdAt: undefined,
  startedAt: at('2026-01-01T00:00:00Z'),
  startsAt: undefined,
  endedAt: undefined,
  endsAt: undefined,
  isOver: false,
  periodFrom: MARCH,
  periodTo: MARCH_END,
  ...changes,
});

interface Given {
  metric?: { readonly [name: string]: unknown };
  charge?: { readonly [name: string]: unknown };
  further?: { readonly [name: string]: unknown };
  subscriptions?: readonly Subscription[];
  time?: string;
  hasDraft?: boolean;
}

function termsOf({
  metric = {},
  charge = {},
  further,
  subscriptions = [subscription()],
  time = '2026-03-10T12:00:00Z',
  hasDraft = false,
}: Given = {}): BillingTerms | undefined {
  const read = readMetric({
    code: 'units',
    aggregation_type: 'sum_agg',
    field_name: 'quantity',
    ...metric,
  });
  const charged = (each: object) => ({
    billable_metric_code: 'units',
    charge_model: 'standard',
    properties: { amount: '1' },
    ...each,
  });
  const plan = readPlan({
    code: 'p',
    charges: [charged(charge), ...(further === undefined ? [] : [charged(further)])],
  });
  if (read === undefined || plan === undefined) throw new Error('unreadable');
  const catalog: Catalog = {
    metrics: new Map([['units', read]]),
    plans: new Map([['p', plan]]),
    subscriptions: new Map([['s1', subscriptions]]),
  };
  const event = usageEvent('t', {
    external_subscription_id: 's1',
    code: 'units',
    timestamp: at(time) / 1000,
  });
  return billingOf(catalog, event, () => ({ state: hasDraft ? 'draft' : 'invoiced' }));
}

describe('how Lago bills an event', () => {
  test('is told by its metric, its charges and the running period', () => {
    expect(termsOf()).toEqual({
      aggregation: 'sum_agg',
      field: 'quantity',
      expression: undefined,
      recurring: false,
      charges: [
        { model: 'standard', payInAdvance: false, prorated: false, byEvent: false, keys: [] },
      ],
      period: 'open',
      current: MARCH,
      until: MARCH_END,
    });
  });

  test.each<
    [
      string,
      Given,
      Partial<BillingTerms['charges'] extends readonly (infer T)[] | undefined ? T : never>,
    ]
  >([
    ['payment in advance', { charge: { pay_in_advance: true } }, { payInAdvance: true }],
    ['proration', { charge: { prorated: true } }, { prorated: true }],
    [
      'a fixed amount per event',
      { charge: { charge_model: 'percentage', properties: { rate: '1', fixed_amount: '2' } } },
      { byEvent: true },
    ],
    [
      'free events',
      {
        charge: { charge_model: 'percentage', properties: { rate: '1', free_units_per_events: 3 } },
      },
      { byEvent: true },
    ],
    [
      'free units',
      {
        charge: {
          charge_model: 'percentage',
          properties: { rate: '1', free_units_per_total_aggregation: '3' },
        },
      },
      { byEvent: true },
    ],
    [
      'a least amount',
      {
        charge: {
          charge_model: 'percentage',
          properties: { rate: '1', per_transaction_min_amount: '3' },
        },
      },
      { byEvent: true },
    ],
    [
      'a most amount',
      {
        charge: {
          charge_model: 'percentage',
          properties: { rate: '1', per_transaction_max_amount: '3' },
        },
      },
      { byEvent: true },
    ],
    [
      'options that are zero',
      { charge: { charge_model: 'percentage', properties: { rate: '1', fixed_amount: '0' } } },
      { byEvent: false },
    ],
    [
      'groups',
      { charge: { properties: { amount: '1', pricing_group_keys: ['region', 'zone'] } } },
      { keys: ['region', 'zone'] },
    ],
    [
      'filters',
      { charge: { filters: [{ values: { region: ['eu'] }, properties: { amount: '2' } }] } },
      { keys: ['region'] },
    ],
    [
      'an option of a filter alone',
      {
        charge: {
          charge_model: 'percentage',
          filters: [{ values: { region: ['eu'] }, properties: { rate: '1', fixed_amount: '1' } }],
        },
      },
      { byEvent: true, keys: ['region'] },
    ],
  ])('knows %s', (_, given, found) => {
    expect(termsOf(given)?.charges?.[0]).toMatchObject(found);
  });

  test('knows every charge of the metric', () => {
    expect(
      termsOf({ further: { charge_model: 'package', pay_in_advance: true } })?.charges?.map(
        ({ model }) => model,
      ),
    ).toEqual(['standard', 'package']);
  });

  test('knows expressions and what recurs', () => {
    expect(
      termsOf({ metric: { expression: 'event.properties.a', recurring: true } }),
    ).toMatchObject({
      expression: 'event.properties.a',
      recurring: true,
    });
  });

  test.each<[string, Given, Partial<BillingTerms>]>([
    ['the running period', {}, { period: 'open', until: MARCH_END }],
    ['a later one', { time: '2026-04-02T00:00:00Z' }, { period: 'open', until: undefined }],
    ['a former one', { time: '2026-02-10T00:00:00Z' }, { period: 'invoiced', until: undefined }],
    [
      'one whose invoice is a draft',
      { time: '2026-02-10T00:00:00Z', hasDraft: true },
      { period: 'open', until: undefined },
    ],
    [
      'what recurs and was invoiced once, draft or not',
      { time: '2026-02-10T00:00:00Z', hasDraft: true, metric: { recurring: true } },
      { period: 'invoiced', until: undefined },
    ],
    [
      'before the subscription',
      { time: '2025-12-10T00:00:00Z' },
      { period: 'invoiced', charges: [] },
    ],
    [
      'a subscription whose period Lago does not tell',
      { subscriptions: [subscription({ periodFrom: undefined, periodTo: undefined })] },
      { period: 'unknown' },
    ],
    [
      'a subscription that is over',
      {
        subscriptions: [
          subscription({
            isOver: true,
            endedAt: at('2026-03-15T00:00:00Z'),
            periodFrom: undefined,
            periodTo: undefined,
          }),
        ],
      },
      { period: 'invoiced', current: undefined },
    ],
    [
      'one that is over, with a last invoice that is a draft',
      {
        hasDraft: true,
        subscriptions: [
          subscription({
            isOver: true,
            endedAt: at('2026-03-15T00:00:00Z'),
            periodFrom: undefined,
            periodTo: undefined,
          }),
        ],
      },
      { period: 'open', until: undefined },
    ],
  ])('knows %s', (_, given, found) => {
    expect(termsOf(given)).toMatchObject(found);
  });

  test('is not known of a metric or a subscription that Lago does not know', () => {
    const event = usageEvent('t', { external_subscription_id: 's1', code: 'units' });
    const nothing: Catalog = { metrics: new Map(), plans: new Map(), subscriptions: new Map() };
    expect(billingOf(nothing, event, () => ({ state: 'invoiced' }))).toBeUndefined();
    expect(
      billingOf({ metrics: undefined, plans: undefined, subscriptions: undefined }, event, () => ({
        state: 'invoiced',
      })),
    ).toBeUndefined();
  });

  test('has no charges where a plan is not listed', () => {
    expect(
      termsOf({ subscriptions: [subscription({ plan: 'elsewhere' })] })?.charges,
    ).toBeUndefined();
  });
});
