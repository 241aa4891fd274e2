import type { Catalog, Metric, Subscription } from '../../src/lago/catalog';
import { closesAt } from '../../src/lago/closing';
import { usageEvent } from './scripted-http';

const at = (text: string): number => Date.parse(text);

const running: Subscription = {
  customer: 'c',
  plan: 'p',
  createdAt: undefined,
  startedAt: at('2026-01-10T09:00:00Z'),
  startsAt: undefined,
  endedAt: undefined,
  endsAt: undefined,
  isOver: false,
  periodFrom: at('2026-04-01T00:00:00Z'),
  periodTo: at('2026-04-30T23:59:59Z'),
};
const none = { periodFrom: undefined, periodTo: undefined };
const over = { ...running, ...none, isOver: true, endedAt: at('2026-03-15T12:00:00Z') };
const pending = { ...running, ...none, startedAt: undefined, startsAt: at('2026-05-10T00:00:00Z') };

const metric = (code: string, aggregation: string, recurring: boolean): Metric => ({
  code,
  name: code,
  aggregation,
  field: 'amount',
  expression: undefined,
  recurring,
  filters: new Map(),
});

const METRICS = [
  metric('sum', 'sum_agg', false),
  metric('recurring', 'sum_agg', true),
  metric('level', 'weighted_sum_agg', true),
];

const catalog = (subscriptions: readonly Subscription[] | undefined): Catalog => ({
  metrics: new Map(METRICS.map((each) => [each.code, each])),
  plans: undefined,
  subscriptions: subscriptions && new Map([['s1', subscriptions]]),
});

const shown = (ms: number | undefined): string =>
  ms === undefined || !Number.isFinite(ms) ? String(ms) : new Date(ms).toISOString();

describe('the period of an event closes', () => {
  test.each<[string, string, string, readonly Subscription[], string]>([
    ['with the running one', 'sum', '2026-04-10T12:00:00Z', [running], '2026-04-30T23:59:59.000Z'],
    [
      'before the running one if it is an earlier one',
      'sum',
      '2026-03-10T12:00:00Z',
      [running],
      '2026-03-31T23:59:59.999Z',
    ],
    ['at no time yet if it is a later one', 'sum', '2026-05-10T12:00:00Z', [running], 'Infinity'],
    [
      'with the running one, whatever the time, of a recurring sum',
      'recurring',
      '2026-02-10T12:00:00Z',
      [running],
      '2026-04-30T23:59:59.000Z',
    ],
    [
      'before the running one of a recurring weighted sum',
      'level',
      '2026-02-10T12:00:00Z',
      [running],
      '2026-03-31T23:59:59.999Z',
    ],
    [
      'when its subscription ended, if none runs',
      'sum',
      '2026-04-10T12:00:00Z',
      [over],
      '2026-03-15T12:00:00.000Z',
    ],
    [
      'at no time yet if one will start',
      'sum',
      '2026-04-10T12:00:00Z',
      [over, pending],
      'Infinity',
    ],
    [
      'with the running one of the same id',
      'sum',
      '2026-04-10T12:00:00Z',
      [over, running],
      '2026-04-30T23:59:59.000Z',
    ],
    [
      'nobody knows when where Lago says no period',
      'sum',
      '2026-04-10T12:00:00Z',
      [{ ...running, ...none }],
      'undefined',
    ],
  ])('%s', (_, code, time, subscriptions, expected) => {
    const event = usageEvent('t', {
      external_subscription_id: 's1',
      code,
      timestamp: at(time) / 1000,
    });
    expect(shown(closesAt(catalog(subscriptions), event))).toBe(expected);
  });

  test('nobody knows when for a subscription that Lago does not list, or that nobody may list', () => {
    const event = usageEvent('t', { external_subscription_id: 's2' });
    expect(closesAt(catalog([running]), event)).toBe(undefined);
    expect(closesAt(catalog(undefined), event)).toBe(undefined);
  });
});
