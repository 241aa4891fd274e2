import { lagoDestination } from '../../src/lago/destination';
import type { LagoResponse } from '../../src/lago/http';
import { type Lago, lagoWith, notFound, page } from './answering-lago';
import {
  answered,
  ScriptedHttp,
  shownEvent,
  TestClock,
  unreachable,
  usageEvent,
} from './scripted-http';

describe('batches', () => {
  it('go as the frozen texts, byte for byte, and their answers come in order', () => {
    const bodies: string[] = [];
    const { destination, http } = lagoWith({
      batch: (body) => {
        bodies.push(body);
        return bodies.length === 2
          ? answered(429, '', { 'x-ratelimit-reset': '9' })
          : answered(200, { events: JSON.parse(body).events });
      },
    });
    const answers = destination.deliver([['{ "a" : 1.50}', '{"b":2}'], ['{"c":3}'], ['{"d":4}']]);
    expect(answers).toEqual([
      { kind: 'accepted' },
      { kind: 'slow-down', waitMs: 9000 },
      { kind: 'accepted' },
    ]);
    expect(bodies).toEqual([
      '{"events":[{ "a" : 1.50},{"b":2}]}',
      '{"events":[{"c":3}]}',
      '{"events":[{"d":4}]}',
    ]);
    expect(
      http.requests.every(({ method, path }) => method === 'post' && path === '/events/batch'),
    ).toBe(true);
    expect(http.sent).toEqual([3]);
  });

  it('are never sent again by the destination itself', () => {
    const { destination, http } = lagoWith({ batch: () => answered(500, '') });
    expect(destination.deliver([['{}']])).toMatchObject([{ kind: 'failed', stored: 'maybe' }]);
    expect(http.requests).toHaveLength(1);
  });

  it('keep the pace, in chunks', () => {
    const { destination, http, clock } = lagoWith({}, 2);
    destination.deliver(Array.from({ length: 5 }, () => ['{}']));
    expect(http.sent).toEqual([2, 2, 1]);
    expect(clock.slept).toEqual([1000, 1000]);
  });

  it('wait where Lago says that its limit is used up', () => {
    const { destination, clock } = lagoWith({
      batch: () =>
        answered(200, { events: [{}] }, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '3' }),
    });
    destination.deliver([['{}']]);
    destination.deliver([['{}']]);
    expect(clock.slept).toEqual([3000]);
  });

  it('leave at most 20 at once', () => {
    const { destination, http } = lagoWith();
    destination.deliver(Array.from({ length: 45 }, () => ['{}']));
    expect(http.sent).toEqual([20, 20, 5]);
  });
});

describe('the catalog', () => {
  it.each([
    ['a sum', { aggregation_type: 'sum_agg', field_name: 'quantity' }, 'quantity'],
    ['a maximum', { aggregation_type: 'max_agg', field_name: 'quantity' }, undefined],
    ['the latest value', { aggregation_type: 'latest_agg', field_name: 'quantity' }, undefined],
    [
      'a sum over time',
      { aggregation_type: 'weighted_sum_agg', field_name: 'quantity' },
      undefined,
    ],
    ['a count', { aggregation_type: 'count_agg', field_name: null }, undefined],
    [
      'a sum of what Lago computes',
      { aggregation_type: 'sum_agg', field_name: 'quantity', expression: 'event.properties.a' },
      undefined,
    ],
  ])('tells which property to add up for %s', (_, metric, field) => {
    const { destination } = lagoWith({
      metrics: () => page('billable_metrics', [{ code: 'units', ...metric }]),
    });
    const check = destination.check();
    expect('quantityField' in check && check.quantityField?.('units')).toBe(field);
  });

  it('is read over all pages, once', () => {
    const { destination, http } = lagoWith({
      subscriptions: (query) =>
        page(
          'subscriptions',
          [{ external_id: `s${query.get('page')}` }],
          Number(query.get('page')),
          3,
        ),
    });
    const check = destination.check();
    if (!('problemsOf' in check)) throw new Error('no check');
    for (const id of ['s1', 's2', 's3'])
      expect(check.problemsOf(usageEvent('t', { external_subscription_id: id }))).toEqual([]);
    expect(check.problemsOf(usageEvent('t', { external_subscription_id: 'other' }))).toMatchObject([
      { code: 'event.unknown-subscription' },
    ]);
    destination.check();
    const listed = http.paths().filter((path) => path.includes('status%5B%5D=active'));
    expect(listed).toHaveLength(3);
    expect(http.paths().find((path) => path.startsWith('/subscriptions'))).toContain(
      'status%5B%5D=active&status%5B%5D=pending&status%5B%5D=terminated',
    );
  });

  it.each([
    ['metrics', 'event.unknown-subscription'],
    ['subscriptions', 'event.unknown-code'],
  ])('does not check %s where the key may not read them', (part, code) => {
    const { destination } = lagoWith({
      [part]: () => answered(403, { code: 'read_action_not_allowed' }),
    });
    const check = destination.check();
    if (!('problemsOf' in check)) throw new Error('no check');
    expect(
      check
        .problemsOf(usageEvent('t', { code: 'x', external_subscription_id: 'x' }))
        .map((found) => found.code),
    ).toEqual([code]);
  });

  it.each<[string, Lago, string]>([
    ['metrics fail', { metrics: () => answered(500, '') }, 'lago.unavailable'],
    ['subscriptions fail', { subscriptions: () => unreachable() }, 'lago.unreachable'],
    [
      'a later page fails',
      {
        subscriptions: (query) =>
          query.get('page') === '2' ? answered(503, '') : page('subscriptions', [], 1, 2),
      },
      'lago.unavailable',
    ],
    ['a page is no listing', { metrics: () => answered(200, { things: [] }) }, 'lago.unexpected'],
    ['the key is wrong', { metrics: () => answered(401, {}) }, 'lago.unauthorized'],
  ])('is a problem where %s', (_, lago, code) => {
    expect(lagoWith(lago).destination.check()).toMatchObject({ code });
  });

  it('does not check the charges of plans where the key may not read them, and says so', () => {
    const { destination } = lagoWith({
      plans: () => answered(403, { code: 'read_action_not_allowed' }),
    });
    const check = destination.check();
    if (!('problemsOf' in check)) throw new Error('no check');
    expect(check.problemsOf(usageEvent('t'))).toEqual([]);
    expect(check.off.map(({ message }) => message)).toEqual([expect.stringContaining('plans')]);
  });

  it('knows what each plan charges for', () => {
    const { destination } = lagoWith({
      subscriptions: () =>
        page('subscriptions', [
          { external_id: 's1', plan_code: 'basic', started_at: '2026-01-01T00:00:00Z' },
        ]),
      plans: () =>
        page('plans', [
          { code: 'basic', name: 'Basic', charges: [{ billable_metric_code: 'other' }] },
        ]),
    });
    const check = destination.check();
    if (!('problemsOf' in check)) throw new Error('no check');
    expect(check.problemsOf(usageEvent('t')).map(({ code }) => code)).toEqual([
      'event.not-charged',
    ]);
  });

  it('may be empty', () => {
    const { destination } = lagoWith({
      metrics: () =>
        answered(200, {
          billable_metrics: [],
          meta: { current_page: 0, total_pages: 0, next_page: null },
        }),
    });
    expect(destination.catalog()).toMatchObject({ metrics: new Map() });
  });
});

describe('what Lago has to bill with', () => {
  const listing = (name: string, items: readonly unknown[], total: number): LagoResponse =>
    answered(200, {
      [name]: items,
      meta: { current_page: 1, next_page: 2, prev_page: null, total_pages: 9, total_count: total },
    });

  function inventoryOf(answers: Readonly<Record<string, LagoResponse>>) {
    const http = new ScriptedHttp((path) => answers[path] ?? notFound('resource_not_found'));
    return { http, inventory: lagoDestination(http, new TestClock(), 1000).inventory() };
  }

  const whole = {
    '/billable_metrics': listing(
      'billable_metrics',
      [{ code: 'gb', name: 'Storage', aggregation_type: 'sum_agg', field_name: 'gb' }],
      1,
    ),
    '/plans': listing(
      'plans',
      [
        {
          code: 'pro',
          name: 'Pro',
          charges: [{ billable_metric_code: 'gb' }, { charge_model: 'odd' }],
        },
      ],
      1,
    ),
    '/subscriptions': listing('subscriptions', [{ external_id: 's1' }], 10_000),
  };

  it('is read in one wave of three requests, however much there is', () => {
    const { http, inventory } = inventoryOf(whole);
    expect(inventory).toEqual({
      metrics: {
        items: [
          {
            code: 'gb',
            name: 'Storage',
            aggregation: 'sum_agg',
            field: 'gb',
            expression: undefined,
            recurring: false,
            filters: new Map(),
          },
        ],
        total: 1,
      },
      plans: {
        items: [
          {
            code: 'pro',
            name: 'Pro',
            centsPerUnit: 100,
            charges: new Map([
              [
                'gb',
                [
                  {
                    model: '',
                    filters: [],
                    isFreeOtherwise: false,
                    payInAdvance: false,
                    prorated: false,
                    byEvent: false,
                    groups: [],
                    flatAtZero: false,
                    bound: undefined,
                  },
                ],
              ],
            ]),
          },
        ],
        total: 1,
      },
      subscriptions: 10_000,
    });
    expect(http.sent).toEqual([3]);
    expect(http.paths()).toContain('/subscriptions?per_page=1&page=1');
  });

  it.each([
    ['/billable_metrics', 'metrics'],
    ['/plans', 'plans'],
    ['/subscriptions', 'subscriptions'],
  ])('is undefined for %s where the key may not read it', (path, part) => {
    const { inventory } = inventoryOf({
      ...whole,
      [path]: answered(403, { status: 403, code: 'read_action_not_allowed' }),
    });
    expect(inventory).toMatchObject({ [part]: undefined });
    expect(Object.values(inventory).filter((each) => each === undefined)).toHaveLength(1);
  });

  it.each([
    ['/billable_metrics', answered(401, {}), 'lago.unauthorized'],
    ['/plans', answered(200, '<html>proxy</html>'), 'lago.not-lago'],
    ['/subscriptions', unreachable(true), 'lago.unreachable'],
  ])('is a problem where %s is answered with %j', (path, response, code) => {
    expect(inventoryOf({ ...whole, [path]: response }).inventory).toMatchObject({ code });
  });

  it('leaves out metrics and plans that cannot be read', () => {
    const { inventory } = inventoryOf({
      ...whole,
      '/billable_metrics': listing('billable_metrics', [null, { code: 7 }], 2),
      '/plans': listing('plans', ['x', { name: 'no code' }, { code: 'free' }], 3),
    });
    expect(inventory).toMatchObject({
      metrics: { items: [], total: 2 },
      plans: {
        items: [{ code: 'free', name: 'free', centsPerUnit: 100, charges: new Map() }],
        total: 3,
      },
    });
  });
});

describe('the metrics alone', () => {
  it('are read once, without the subscriptions, and serve the catalog', () => {
    const { destination, http } = lagoWith();
    const metrics = destination.metrics();
    expect(metrics).toEqual(
      new Map([['units', expect.objectContaining({ code: 'units', field: 'quantity' })]]),
    );
    expect(http.paths().map((path) => path.split('?')[0])).toEqual(['/billable_metrics']);
    expect(destination.catalog()).toMatchObject({ metrics });
    expect(http.paths().filter((path) => path.startsWith('/billable_metrics'))).toHaveLength(1);
  });

  it('are undefined where the key may not read them, which is asked once', () => {
    const { destination, http } = lagoWith({ metrics: () => answered(403, {}) });
    expect(destination.metrics()).toBeUndefined();
    expect(destination.metrics()).toBeUndefined();
    expect(http.requests).toHaveLength(1);
  });

  it('are a problem where Lago does not answer', () => {
    expect(lagoWith({ metrics: () => answered(401, {}) }).destination.metrics()).toMatchObject({
      code: 'lago.unauthorized',
    });
  });
});

describe('the newest events', () => {
  const listed = (...changes: Readonly<Record<string, unknown>>[]) =>
    lagoWith({
      listed: () =>
        page(
          'events',
          changes.map((change, index) => shownEvent(usageEvent(`e${index}`), change)),
        ),
    });

  it('come in one wave of two lists, in the order of their arrival, with their times in ms', () => {
    const { destination, http } = lagoWith({
      listed: (query) =>
        page(
          'events',
          query.has('timestamp_to')
            ? [
                shownEvent(usageEvent('today'), { created_at: '2026-03-20T12:00:00Z' }),
                shownEvent(usageEvent('unsaid'), { created_at: null }),
                shownEvent(usageEvent('entered-late'), { created_at: '2026-03-20T13:00:00Z' }),
              ]
            : [
                shownEvent(usageEvent('misdated'), {
                  timestamp: '56171-01-17T06:02:03.000Z',
                  created_at: '2026-01-05T12:00:00Z',
                }),
              ],
        ),
    });
    const newest = destination.newest(10);
    if (!Array.isArray(newest)) throw new Error('no events');
    expect(newest.map(({ transaction_id }) => transaction_id)).toEqual([
      'entered-late',
      'today',
      'misdated',
      'unsaid',
    ]);
    expect(newest[1]).toMatchObject({
      code: 'units',
      external_subscription_id: 's1',
      time: Date.parse('2026-03-02T12:00:00Z'),
      receivedAt: Date.parse('2026-03-20T12:00:00Z'),
      properties: { quantity: 5 },
    });
    expect(destination.newest(2)).toHaveLength(2);
    expect(http.paths().slice(0, 2)).toEqual([
      expect.stringMatching(/^\/events\?timestamp_to=.*&per_page=100&page=1$/),
      expect.stringMatching(/^\/events\?timestamp_from=.*&per_page=100&page=1$/),
    ]);
  });

  it.each([
    ['56171-01-17T06:02:03.000Z', Date.parse('+056171-01-17T06:02:03.000Z')],
    ['290000-01-01T00:00:00.000Z', 8.64e15],
  ])('may lie in the year that milliseconds mean (%s)', (timestamp, time) => {
    expect(listed({ timestamp }).destination.newest(1)).toMatchObject([{ time }]);
  });

  it.each([
    [answered(403, { code: 'read_action_not_allowed_for_event' }), 'lago.forbidden'],
    [answered(200, { events: {} }), 'lago.unexpected'],
    [answered(200, '<html>'), 'lago.not-lago'],
  ])('are a problem where Lago answers %j', (response, code) => {
    expect(lagoWith({ listed: () => response }).destination.newest(5)).toMatchObject({ code });
  });
});
