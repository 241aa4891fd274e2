import type { Metric } from '../../src/lago/catalog';
import { lagoDestination } from '../../src/lago/destination';
import type { Http, LagoRequest } from '../../src/lago/http';
import { type Inventory, prerequisitesOf } from '../../src/lago/prerequisites';
import { isProblem } from '../../src/problem/problem';
import { Account, KEY } from '../lago-fake/account';
import { TestClock } from './scripted-http';

const metric = (code: string, name: string): Metric => ({
  code,
  name,
  aggregation: 'sum_agg',
  field: code,
  expression: undefined,
  filters: new Map(),
  recurring: false,
});
const whole = <T>(...items: readonly T[]) => ({ items, total: items.length });
const plan = (...metrics: readonly string[]) => ({
  code: 'pro',
  name: 'Pro',
  charges: new Map(metrics.map((code) => [code, []])),
});

const ready: Inventory = {
  metrics: whole(metric('gb', 'Storage')),
  plans: whole(plan('gb')),
  subscriptions: 12,
};
const codes = (changes: Partial<Inventory>) =>
  prerequisitesOf({ ...ready, ...changes }).map((each) => each.problem?.code);

describe('what Lago must have before an event is billed', () => {
  it('is counted, in the order in which it is created', () => {
    expect(prerequisitesOf(ready)).toEqual([
      { what: 'metrics', count: 1, problem: undefined },
      { what: 'plans', count: 1, problem: undefined },
      { what: 'subscriptions', count: 12, problem: undefined },
    ]);
  });

  it.each<[string, Partial<Inventory>, (string | undefined)[]]>([
    ['no metric', { metrics: whole() }, ['lago.no-metrics', undefined, undefined]],
    ['no plan', { plans: whole() }, [undefined, 'lago.no-plans', undefined]],
    [
      'no plan with a charge',
      { plans: whole(plan(), plan()) },
      [undefined, 'lago.no-plans', undefined],
    ],
    ['no subscription', { subscriptions: 0 }, [undefined, undefined, 'lago.no-subscriptions']],
    [
      'nothing at all',
      { metrics: whole(), plans: whole(), subscriptions: 0 },
      ['lago.no-metrics', 'lago.no-plans', 'lago.no-subscriptions'],
    ],
    [
      'nothing that the key may read',
      { metrics: undefined, plans: undefined, subscriptions: undefined },
      ['lago.unchecked', 'lago.unchecked', 'lago.unchecked'],
    ],
    [
      'a charge, and metrics that the key may not read',
      { metrics: undefined },
      ['lago.unchecked', undefined, undefined],
    ],
    [
      'plans without charges among more that were not read',
      { plans: { items: [plan()], total: 101 } },
      [undefined, undefined, undefined],
    ],
    [
      'a charge for a metric that was not read',
      { plans: whole(plan('other', 'gb')) },
      [undefined, undefined, undefined],
    ],
  ])('is said to be missing where there is %s', (_, changes, expected) => {
    expect(codes(changes)).toEqual(expected);
  });

  it('is not counted where the key may not read it', () => {
    const [first] = prerequisitesOf({ ...ready, metrics: undefined });
    expect(first).toMatchObject({
      count: undefined,
      problem: { message: expect.stringContaining('may not read billable metrics') },
    });
  });

  it('names the metrics that no plan charges for', () => {
    const named = (...names: readonly string[]) =>
      prerequisitesOf({
        ...ready,
        metrics: whole(metric('gb', 'Storage'), ...names.map((name) => metric(name, name))),
      })[1]?.problem?.message;
    expect(named('Calls')).toContain('charges for “Calls”,');
    expect(named('Calls', 'Seats')).toContain('charges for “Calls” and “Seats”,');
    expect(named('A', 'B', 'C', 'D', 'E', 'F', 'G')).toContain(
      'charges for “A”, “B”, “C”, “D”, “E” and 2 more,',
    );
  });

  it('is said with the menus of Lago', () => {
    const nothing = {
      metrics: whole<Metric>(),
      plans: whole<ReturnType<typeof plan>>(),
      subscriptions: 0,
    };
    expect(prerequisitesOf(nothing).map((each) => each.problem?.remedy)).toEqual([
      expect.stringMatching(/^In Lago, open “Billable metrics”/),
      expect.stringMatching(/^In Lago, open “Plans”/),
      expect.stringMatching(/^In Lago, open “Customers”/),
    ]);
  });
});

/** The fake account as an adapter would reach it. */
const httpOf = (account: Account): Http => ({
  address: 'https://lago.test',
  send: (requests: readonly LagoRequest[]) =>
    requests.map(({ method, path, body }) =>
      account.lago.handle({
        method: method.toUpperCase(),
        url: `/api/v1${path}`,
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
        body: body ?? '',
      }),
    ),
});

describe('the prerequisites of a Lago', () => {
  const found = (account: Account) => {
    const inventory = lagoDestination(httpOf(account), new TestClock(), 50).inventory();
    if (isProblem(inventory)) throw new Error(inventory.message);
    return prerequisitesOf(inventory).map(({ count, problem }) => [count, problem?.code]);
  };

  it('go away one after the other while somebody sets it up', () => {
    const account = new Account();
    expect(found(account)).toEqual([
      [0, 'lago.no-metrics'],
      [0, 'lago.no-plans'],
      [0, 'lago.no-subscriptions'],
    ]);
    const created = account.post('/api/v1/billable_metrics', {
      billable_metric: {
        name: 'Storage',
        code: 'gb',
        aggregation_type: 'sum_agg',
        field_name: 'gb',
      },
    }).body['billable_metric'] as { lago_id: string };
    expect(found(account)[0]).toEqual([1, undefined]);
    account.post('/api/v1/plans', {
      plan: {
        name: 'Pro',
        code: 'pro',
        interval: 'monthly',
        amount_cents: 0,
        amount_currency: 'EUR',
        charges: [
          {
            billable_metric_id: created.lago_id,
            charge_model: 'standard',
            properties: { amount: '1' },
          },
        ],
      },
    });
    expect(found(account)[1]).toEqual([1, undefined]);
    account.post('/api/v1/subscriptions', {
      subscription: { external_customer_id: 'c1', plan_code: 'pro', external_id: 's1' },
    });
    expect(found(account)).toEqual([
      [1, undefined],
      [1, undefined],
      [1, undefined],
    ]);
  });

  it.each(['postgres', 'clickhouse'] as const)(
    'leave its newest events readable on %s',
    (eventsStore) => {
      const account = new Account({ eventsStore });
      account.event({
        transaction_id: 't1',
        external_subscription_id: 's1',
        code: 'gb',
        timestamp: 1_785_000_000,
        properties: { gb: 2 },
      });
      account.nowMs += 600_000;
      account.event({
        transaction_id: 't2',
        external_subscription_id: 's1',
        code: 'gb',
        timestamp: 1_785_000_100,
        properties: { gb: 3 },
      });
      account.nowMs += 600_000;
      const events = lagoDestination(httpOf(account), new TestClock(), 50).newest(10);
      if (!Array.isArray(events)) throw new Error('no events');
      expect(events.map(({ transaction_id, time }) => [transaction_id, time])).toEqual([
        ['t2', 1_785_000_100_000],
        ['t1', 1_785_000_000_000],
      ]);
      for (const { receivedAt } of events) expect(receivedAt).toBeGreaterThan(0);
    },
  );
});
