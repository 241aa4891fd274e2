import type { JsonObject } from '../../sandbox/lago';
import {
  Account,
  chargeUsage,
  NOON,
  seconds,
  subscribe,
  usageEvent,
  validationErrors,
} from './account';

const clickhouse = (options: ConstructorParameters<typeof Account>[0] = {}): Account => {
  const account = new Account({ eventsStore: 'clickhouse', ...options });
  subscribe(account, { aggregation_type: 'sum_agg' });
  return account;
};

const one = (n: unknown) => usageEvent('a', { properties: { n } });

describe('a ClickHouse organization', () => {
  it('answers without lago_id and created_at, properties as sent', () => {
    expect(clickhouse().event(one(1)).body).toMatchObject({
      event: {
        lago_id: null,
        created_at: null,
        properties: { n: 1 },
        timestamp: '2026-08-10T12:00:00.000Z',
      },
    });
  });

  it('asks nothing of a single event but its timestamp', () => {
    expect(clickhouse().event({ properties: {} }).status).toBe(200);
    expect(clickhouse().event({ timestamp: 'x' }).body).toEqual(
      validationErrors({ timestamp: ['invalid_format'] }),
    );
  });

  it('checks presence in a batch', () => {
    expect(clickhouse().batch([usageEvent('')]).body).toEqual(
      validationErrors({ 0: { transaction_id: ['value_is_mandatory'] } }),
    );
  });

  it('accepts every duplicate, alone and in a batch', () => {
    const account = clickhouse();
    expect(account.event(one(1)).status).toBe(200);
    expect(account.event(one(1)).status).toBe(200);
    expect(account.batch([one(1), one(1)]).status).toBe(200);
  });

  it('shows every copy, newest arrival first, with values as text and a composite lago_id', () => {
    const account = clickhouse();
    account.event(one(1));
    account.nowMs += 1000;
    account.event(one(true));
    const events = account.get('/api/v1/events').body.events as JsonObject[];
    expect(events.map((event) => event.properties)).toEqual([{ n: 'true' }, { n: '1' }]);
    expect(events[0]?.lago_id).toContain('-a-');
  });

  it('drops the nulls of lists, and has the keys of nested objects in another order', () => {
    const account = clickhouse();
    account.event(one({ a: 1, b: [null, { c: null, d: [null] }, 2] }));
    const { event } = account.get('/api/v1/events/a').body as { event: JsonObject };
    expect(event.properties).toEqual({ n: '{"b":[{"d":[],"c":null},2],"a":1}' });
  });

  it('shows and bills an event only after a while', () => {
    const account = clickhouse({ visibilityDelayMs: 5000 });
    account.event(one(1));
    expect(account.get('/api/v1/events/a').status).toBe(404);
    expect(chargeUsage(account).units).toBe('0.0');
    account.nowMs += 5000;
    expect(account.get('/api/v1/events/a').status).toBe(200);
    expect(chargeUsage(account).units).toBe('1.0');
  });

  it('may show each event after a while of its own, which is drawn once', () => {
    const delays = [9000, 0, 4000];
    const account = clickhouse({ visibilityDelayMs: () => delays.shift() ?? 0 });
    account.batch(['a', 'b', 'c'].map((id) => usageEvent(id, { properties: { n: 1 } })));
    const seen = (afterMs: number) => {
      account.nowMs = NOON + afterMs;
      const listed = (account.get('/api/v1/events').body.events as JsonObject[]).map(
        (event) => event.transaction_id,
      );
      return [listed, chargeUsage(account).units];
    };
    expect([0, 4000, 8999, 9000].map(seen)).toEqual([
      [['b'], '1.0'],
      [['b', 'c'], '2.0'],
      [['b', 'c'], '2.0'],
      [['a', 'b', 'c'], '3.0'],
    ]);
  });

  it('bills the copy that was processed last, which need not be the one that came last', () => {
    const delays = [5000, 1000];
    const account = clickhouse({ visibilityDelayMs: () => delays.shift() ?? 0 });
    account.event(one(1));
    account.event(one(2));
    account.nowMs += 1000;
    expect(chargeUsage(account).units).toBe('2.0');
    account.nowMs += 4000;
    expect(chargeUsage(account).units).toBe('1.0');
  });

  it('bills the newest copy of an identical key where duplicates are removed', () => {
    const account = clickhouse({ duplicateRemoval: true });
    account.event(one(1));
    account.event(one(5));
    expect(chargeUsage(account)).toMatchObject({ units: '5.0', events_count: 1 });
  });

  it('bills every copy where duplicates are not removed', () => {
    const account = clickhouse({ duplicateRemoval: false });
    account.event(one(1));
    account.event(one(5));
    expect(chargeUsage(account)).toMatchObject({ units: '6.0', events_count: 2 });
  });

  it('bills twice what comes again with another timestamp, as an omitted one does', () => {
    const account = clickhouse();
    account.event({ ...one(1), timestamp: undefined });
    account.nowMs += 1;
    account.event({ ...one(1), timestamp: undefined });
    expect(chargeUsage(account).units).toBe('2.0');
  });

  it.each([
    ['code', { code: 'more' }],
    ['subscription', { external_subscription_id: 'sub-2' }],
    ['date', { timestamp: seconds(NOON) + 1 }],
  ])('bills both where the same id comes again with another %s', (_, fields) => {
    const account = clickhouse();
    account.lago.seed.catalog({
      metrics: [{ name: 'More', code: 'more', aggregation_type: 'sum_agg', field_name: 'n' }],
      plans: [
        {
          name: 'More',
          code: 'more',
          interval: 'monthly',
          charges: ['units', 'more'].map((code) => ({
            billable_metric_code: code,
            charge_model: 'standard',
            properties: { amount: '1' },
          })),
        },
      ],
      subscriptions: ['sub-2', 'sub-3'].map((external_id) => ({
        external_customer_id: 'cust',
        external_id,
        plan_code: 'more',
      })),
    });
    account.event({ ...one(1), external_subscription_id: 'sub-3' });
    account.event({ ...one(1), external_subscription_id: 'sub-3', ...fields });
    const cents = ['sub-2', 'sub-3'].map((id) =>
      Number(account.lago.usage('cust', id).amount_cents),
    );
    expect(cents.reduce((total, amount) => total + amount)).toBe(200);
  });

  it('takes timestamps of the same millisecond for equal', () => {
    const account = clickhouse();
    account.event({ ...one(1), timestamp: `${seconds(NOON)}.0001` });
    account.event({ ...one(2), timestamp: `${seconds(NOON)}.0009` });
    expect(chargeUsage(account).units).toBe('2.0');
  });

  it('stores about one in eight milliseconds as the one before', () => {
    const account = clickhouse();
    const stored = (fraction: string) => {
      account.event(usageEvent(fraction, { timestamp: `${seconds(NOON)}${fraction}` }));
      const { event } = account.get(`/api/v1/events/${fraction}`).body;
      return String((event as JsonObject).timestamp).slice(-5, -1);
    };
    expect(['.001', '.002', '.003', '.005', '.009', '.025', '.0025', '.9999'].map(stored)).toEqual([
      '.001',
      '.001',
      '.003',
      '.004',
      '.008',
      '.024',
      '.002',
      '.999',
    ]);
  });

  it('shows the events of a batch by the millisecond in which each was handed on, then by id', () => {
    const account = clickhouse();
    account.batch(Array.from({ length: 100 }, (_, place) => usageEvent(`h${place}`)));
    const ids = (account.get('/api/v1/events').body.events as JsonObject[]).map(
      (event) => event.transaction_id,
    );
    const names = (from: number, to: number): string[] =>
      Array.from({ length: to - from }, (_, place) => `h${from + place}`).sort();
    expect(ids).toEqual([...names(56, 100), ...names(0, 56)]);
  });

  it('names customer and subscription of an event where the subscription ran at its time', () => {
    const account = clickhouse();
    const ids = (id: string, fields: JsonObject) => {
      account.event(usageEvent(id, fields));
      const event = account.get(`/api/v1/events/${id}`).body.event as JsonObject;
      return [event.lago_customer_id, event.lago_subscription_id].map((lagoId) => lagoId !== null);
    };
    expect(ids('a', {})).toEqual([true, true]);
    expect(ids('b', { external_subscription_id: 'none' })).toEqual([false, false]);
    expect(ids('c', { timestamp: seconds(Date.UTC(2025, 0, 1)) })).toEqual([false, false]);
  });

  it('shows an event without an amount with one of nothing, and answers without it', () => {
    const account = clickhouse();
    expect(account.event(one(1)).body).toMatchObject({
      event: { precise_total_amount_cents: null },
    });
    const amount = { precise_total_amount_cents: '0.0' };
    expect(account.get('/api/v1/events/a').body).toMatchObject({ event: amount });
    expect(account.get('/api/v1/events').body).toMatchObject({ events: [amount] });
  });

  it('bills what came before its subscription was created', () => {
    const account = new Account({ eventsStore: 'clickhouse' });
    account.lago.seed.metric({
      name: 'Units',
      code: 'units',
      aggregation_type: 'sum_agg',
      field_name: 'n',
    });
    account.event(one(1));
    account.lago.seed.catalog({
      plans: [
        {
          name: 'Plan',
          code: 'plan',
          interval: 'monthly',
          charges: [
            {
              billable_metric_code: 'units',
              charge_model: 'standard',
              properties: { amount: '1' },
            },
          ],
        },
      ],
      subscriptions: [
        {
          external_customer_id: 'cust',
          external_id: 'sub-1',
          plan_code: 'plan',
          subscription_at: '2026-08-01T00:00:00Z',
        },
      ],
    });
    expect(chargeUsage(account).units).toBe('1.0');
  });

  it.each([0, -5, NOON])('never shows an event of second %j', (timestamp) => {
    const account = clickhouse();
    expect(account.event({ ...one(1), timestamp }).status).toBe(200);
    expect(account.get('/api/v1/events/a').status).toBe(404);
  });

  it('never bills an event whose metric was created later', () => {
    const account = new Account({ eventsStore: 'clickhouse' });
    account.event(one(1));
    subscribe(account, { aggregation_type: 'sum_agg' });
    expect(chargeUsage(account).units).toBe('0.0');
  });

  it('accepts milliseconds as seconds and shows the event never again', () => {
    const account = clickhouse();
    expect(account.event({ ...one(1), timestamp: NOON }).status).toBe(200);
    expect(account.get('/api/v1/events/a').status).toBe(404);
  });
});
