import type { JsonObject } from '../../sandbox/lago';
import { Account, KEY, NOON, seconds, subscribe, usageEvent, validationErrors } from './account';

const exists = { transaction_id: ['value_already_exist'] };
const mandatory = ['value_is_mandatory'];

describe('POST /events on Postgres', () => {
  it('answers 200 with the event, without customer and subscription ids', () => {
    const answer = new Account().event(
      usageEvent('a', { properties: { n: 1 }, precise_total_amount_cents: '123.45' }),
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      event: {
        lago_id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        transaction_id: 'a',
        lago_customer_id: null,
        code: 'units',
        timestamp: '2026-08-10T12:00:00.000Z',
        precise_total_amount_cents: '123.45',
        properties: { n: 1 },
        lago_subscription_id: null,
        external_subscription_id: 'sub-1',
        created_at: '2026-08-10T12:00:00Z',
      },
    });
  });

  it.each([[{}], [{ event: {} }], [{ event: null }], [{ event: [] }], [[]]])(
    'answers 400 to %j',
    (body) => {
      const answer = new Account().post('/api/v1/events', body);
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual({
        status: 400,
        error: 'BadRequest: param is missing or the value is empty or invalid: event',
      });
    },
  );

  it.each([
    ['a blank transaction_id', { transaction_id: ' ' }, { transaction_id: mandatory }],
    ['no code', { code: undefined }, { code: mandatory }],
    ['neither', { transaction_id: null, code: '' }, { transaction_id: mandatory, code: mandatory }],
    ['an object as transaction_id', { transaction_id: { a: 1 } }, { transaction_id: mandatory }],
    [
      'a bad timestamp, which hides the rest',
      { transaction_id: '', timestamp: 'x' },
      { timestamp: ['invalid_format'] },
    ],
  ])('refuses %s', (_, fields, details) => {
    const answer = new Account().event(usageEvent('a', fields));
    expect(answer.status).toBe(422);
    expect(answer.body).toEqual(validationErrors(details));
  });

  it('refuses a transaction_id that the subscription has already, whatever else differs', () => {
    const account = new Account();
    account.event(usageEvent('a'));
    const answer = account.event(
      usageEvent('a', { code: 'other', timestamp: 1, properties: { n: 2 } }),
    );
    expect(answer.status).toBe(422);
    expect(answer.body).toEqual(validationErrors(exists));
  });

  it.each([
    ['on another subscription', { external_subscription_id: 'sub-2' }, {}],
    ['in other case', { transaction_id: 'A' }, {}],
    [
      'without a subscription, any number of times',
      { external_subscription_id: null },
      { external_subscription_id: null },
    ],
  ])('accepts the same transaction_id %s', (_, second, first) => {
    const account = new Account();
    account.event(usageEvent('a', first));
    expect(account.event(usageEvent('a', second)).status).toBe(200);
  });

  it.each([
    ['an unknown code', { code: 'typo' }],
    ['an unknown subscription', { external_subscription_id: 'typo' }],
    ['no subscription', { external_subscription_id: undefined }],
    ['a value that is no number', { properties: { n: '1,234' } }],
    ['a date in the far future', { timestamp: 4e9 }],
    ['a date long ago', { timestamp: -4e9 }],
  ])('accepts %s', (_, fields) => {
    const account = new Account();
    subscribe(account, { aggregation_type: 'sum_agg' });
    expect(account.event(usageEvent('a', fields)).status).toBe(200);
  });

  it('drops keys that it does not know, external_customer_id among them, in a batch too', () => {
    const event = usageEvent('a', { external_customer_id: 'c', metadata: {}, lago_id: 'mine' });
    const single = new Account().event(event).body.event;
    const [batched] = new Account().batch([event]).body.events as JsonObject[];
    for (const answer of [single, batched]) {
      expect(answer).not.toHaveProperty('external_customer_id');
      expect(answer).not.toHaveProperty('metadata');
      expect(answer).not.toHaveProperty('lago_id', 'mine');
    }
  });

  it.each([
    [{ properties: 'text' }, { properties: {} }],
    [{ properties: [1] }, { properties: {} }],
    [{ properties: { n: { deep: [1] } } }, { properties: { n: { deep: [1] } } }],
    [{ transaction_id: 12 }, { transaction_id: '12' }],
    [{ precise_total_amount_cents: 'asdfa' }, { precise_total_amount_cents: '0.0' }],
    [{ precise_total_amount_cents: 100 }, { precise_total_amount_cents: '100.0' }],
    [
      { precise_total_amount_cents: '0.0123456789012345' },
      { precise_total_amount_cents: '0.012345678901235' },
    ],
  ])('stores %j as %j', (sent, kept) => {
    expect(new Account().event(usageEvent('a', sent)).body.event).toMatchObject(kept);
  });
});

describe('a number in a property', () => {
  it.each([
    ['12345678901234567890', '12345678901234567890', '"12345678901234567000"'],
    ['0.1234567890123456789', '0.12345678901234568', '"0.12345678901234568"'],
    ['1e21', '1e+21', '"1e21"'],
    ['1e-7', '1e-7', '"1e-7"'],
    ['1e400', 'null', '""'],
    ['[1,99999999999999999999]', '[1,99999999999999999999]', '"[1,100000000000000000000]"'],
  ])('%s is answered and kept as %s', (sent, kept, onClickHouse) => {
    for (const eventsStore of ['postgres', 'clickhouse'] as const) {
      const account = new Account({ eventsStore });
      const body = JSON.stringify({ event: usageEvent('a', { properties: { n: 'XX' } }) });
      const answer = account.send('POST', '/api/v1/events', body.replace('"XX"', sent), {
        authorization: `Bearer ${KEY}`,
        'content-type': 'application/json',
      });
      expect(answer.text).toContain(`"properties":{"n":${kept}}`);
      const shown = eventsStore === 'postgres' ? kept : onClickHouse;
      expect(account.get('/api/v1/events/a').text).toContain(`"properties":{"n":${shown}}`);
    }
  });
});

describe('the Postgres column', () => {
  it('shows properties in an order of its own: by length of the key, then by its text', () => {
    const account = new Account();
    const sent = account.event(
      usageEvent('a', { properties: { long: { bb: 1, c: 2 }, b: 1, a: 2 } }),
    );
    const properties = (event: unknown) => JSON.stringify((event as JsonObject).properties);
    expect(properties(sent.body.event)).toBe('{"long":{"bb":1,"c":2},"b":1,"a":2}');
    expect(properties(account.get('/api/v1/events/a').body.event)).toBe(
      '{"a":2,"b":1,"long":{"c":2,"bb":1}}',
    );
  });

  it.each([{ properties: { n: 'x\u0000' } }, { properties: { '\u0000': 1 } }])(
    'breaks on a NUL character: %j',
    (fields) => {
      const account = new Account();
      expect(account.event(usageEvent('a', fields)).status).toBe(500);
      expect(account.batch([usageEvent('b'), usageEvent('a', fields)]).status).toBe(500);
      expect(account.ids()).toEqual([]);
    },
  );

  it.each([
    [{ transaction_id: 'a\u0000' }, 500],
    [{ external_subscription_id: 'a\u0000' }, 500],
    [{ code: 'a\u0000' }, 422],
  ])('takes a NUL character in %j for a bad timestamp, in a batch %i', (fields, inBatch) => {
    const account = new Account();
    const unreadable = { timestamp: ['invalid_format'] };
    expect(account.event(usageEvent('a', fields)).body).toEqual(validationErrors(unreadable));
    const batch = account.batch([usageEvent('b'), usageEvent('a', fields)]);
    expect(batch.status).toBe(inBatch);
    if (inBatch === 422) expect(batch.body).toEqual(validationErrors({ '1': unreadable }));
    expect(account.ids()).toEqual([]);
  });

  it('of a text with the six characters of an escaped NUL has none', () => {
    const account = new Account();
    expect(account.event(usageEvent('a', { properties: { n: '\\u0000' } })).status).toBe(200);
  });
});

describe('the Postgres index', () => {
  it.each([
    ['a transaction_id', { transaction_id: 'x'.repeat(3_000) }],
    ['a subscription', { external_subscription_id: 'ü'.repeat(1_500) }],
  ])('breaks on %s that is too long for its entry', (_, fields) => {
    const account = new Account();
    expect(account.event(usageEvent('a', fields)).status).toBe(500);
    expect(account.batch([usageEvent('b'), usageEvent('a', fields)]).status).toBe(500);
    expect(account.ids()).toEqual([]);
  });

  it('takes ids of two thousand characters', () => {
    expect(new Account().event(usageEvent('x'.repeat(2_000))).status).toBe(200);
  });
});

it.each(['1e25', '-1e25'])(
  'an amount of %s cents does not fit the Postgres column and breaks the request',
  (precise_total_amount_cents) => {
    expect(new Account().event(usageEvent('a', { precise_total_amount_cents })).status).toBe(500);
  },
);

describe('POST /events/batch on Postgres', () => {
  it('answers with the events in the order sent and without meta', () => {
    const answer = new Account().batch([usageEvent('b'), usageEvent('a')]);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body)).toEqual(['events']);
    expect(answer.body.events).toMatchObject([{ transaction_id: 'b' }, { transaction_id: 'a' }]);
  });

  it.each([
    ['an empty list', { events: [] }, 'no_events'],
    ['no list', {}, 'no_events'],
    [
      '101 events',
      { events: Array.from({ length: 101 }, (_, n) => usageEvent(`${n}`)) },
      'too_many_events',
    ],
  ])('refuses %s', (_, body, code) => {
    const answer = new Account().post('/api/v1/events/batch', body);
    expect(answer.status).toBe(422);
    expect(answer.body).toEqual(validationErrors({ events: [code] }));
  });

  it('accepts 100 events', () => {
    expect(
      new Account().batch(Array.from({ length: 100 }, (_, n) => usageEvent(`${n}`))).status,
    ).toBe(200);
  });

  it('names only the faulty events of its first stage, by index, and stores none', () => {
    const account = new Account();
    account.event(usageEvent('known'));
    const answer = account.batch([
      usageEvent('fine'),
      usageEvent('a', { timestamp: '2024-03-14', code: '' }),
      usageEvent('known'),
      usageEvent('', {}),
    ]);
    expect(answer.status).toBe(422);
    expect(answer.body).toEqual(
      validationErrors({ 1: { timestamp: ['invalid_format'] }, 3: { transaction_id: mandatory } }),
    );
    expect(account.ids()).toEqual(['known']);
  });

  it('names every duplicate at once in its second stage and stores none', () => {
    const account = new Account();
    account.batch([usageEvent('a'), usageEvent('b')]);
    const answer = account.batch([usageEvent('a'), usageEvent('c'), usageEvent('b')]);
    expect(answer.body).toEqual(validationErrors({ 0: exists, 2: exists }));
    expect(account.ids()).toEqual(['a', 'b']);
  });

  it('passes the first of equal ids inside a batch and names the later ones', () => {
    const answer = new Account().batch([usageEvent('a'), usageEvent('a'), usageEvent('a')]);
    expect(answer.body).toEqual(validationErrors({ 1: exists, 2: exists }));
  });

  it('refuses one id on two subscriptions in one batch, and accepts it in two requests', () => {
    const pair = [usageEvent('a'), usageEvent('a', { external_subscription_id: 'sub-2' })];
    expect(new Account().batch(pair).body).toEqual(validationErrors({ 1: exists }));
    const account = new Account();
    expect(pair.map((event) => account.batch([event]).status)).toEqual([200, 200]);
  });

  it('blames the wrong event when one id is old on one subscription and new on another', () => {
    const account = new Account();
    account.event(usageEvent('a'));
    const answer = account.batch([
      usageEvent('a'),
      usageEvent('a', { external_subscription_id: 'sub-2' }),
    ]);
    expect(answer.body).toEqual(validationErrors({ 1: exists }));
  });

  it('keeps nothing of a batch with a date that Postgres cannot hold', () => {
    const account = new Account();
    expect(account.batch([usageEvent('a'), usageEvent('b', { timestamp: '1e13' })]).status).toBe(
      500,
    );
    expect(account.ids()).toEqual([]);
  });

  it.each([{ transaction_id: '' }, { code: null }])(
    'breaks on %j in Lago 1.32.4 to 1.35 and keeps nothing',
    (fields) => {
      const account = new Account({ blanksBreakBatches: true });
      expect(account.batch([usageEvent('a'), usageEvent('b', fields)]).status).toBe(500);
      expect(account.ids()).toEqual([]);
    },
  );

  it('with every kind of mistake takes three round trips', () => {
    const account = new Account();
    account.event(usageEvent('old'));
    const [fine, bad, old] = [
      usageEvent('fine'),
      usageEvent('bad', { timestamp: 'x' }),
      usageEvent('old'),
    ];
    expect(account.batch([fine, bad, old]).body).toEqual(
      validationErrors({ 1: { timestamp: ['invalid_format'] } }),
    );
    expect(account.batch([fine, old]).body).toEqual(validationErrors({ 1: exists }));
    expect(account.batch([fine]).status).toBe(200);
  });

  it('never fails for want of a subscription', () => {
    const answer = new Account().batch([
      usageEvent('a', { external_subscription_id: 'none' }),
      usageEvent('b', { external_subscription_id: null }),
    ]);
    expect(answer.status).toBe(200);
  });

  it('leaves the new events of a refused batch behind in Lago 1.32.4 to 1.38', () => {
    const account = new Account({ partialBatches: true });
    account.event(usageEvent('a'));
    expect(account.batch([usageEvent('a'), usageEvent('b')]).body).toEqual(
      validationErrors({ 0: exists }),
    );
    expect(account.batch([usageEvent('b')]).body).toEqual(validationErrors({ 0: exists }));
  });
});

describe('GET /events', () => {
  const account = new Account();
  account.batch([
    usageEvent('b', { timestamp: seconds(NOON) }),
    usageEvent('a', { timestamp: seconds(NOON) }),
    usageEvent('new', { timestamp: seconds(NOON) + 10, code: 'other' }),
    usageEvent('old', { timestamp: seconds(NOON) - 10, external_subscription_id: 'sub-2' }),
  ]);
  const ids = (query: string): unknown =>
    (account.get(`/api/v1/events?${query}`).body.events as JsonObject[]).map(
      (event) => event.transaction_id,
    );

  it('orders by timestamp, newest first, then by transaction_id', () => {
    expect(ids('')).toEqual(['new', 'a', 'b', 'old']);
  });

  it.each([
    ['code=other', ['new']],
    ['external_subscription_id=sub-2', ['old']],
    ['timestamp_from=2026-08-10T12:00:00Z', ['new', 'a', 'b']],
    ['timestamp_to=2026-08-10T12:00:00Z', ['a', 'b', 'old']],
    ['timestamp_from=2026-08-10T12:00:00Z&timestamp_to=2026-08-10T12:00:00Z', ['a', 'b']],
    ['transaction_id=a', ['new', 'a', 'b', 'old']],
    ['per_page=1&page=2', ['a']],
  ])('with %s gives %j', (query, expected) => {
    expect(ids(query)).toEqual(expected);
  });

  it.each([
    ['timestamp_from=yesterday', { timestamp_from: ['invalid_date'] }],
    ['timestamp_to=1710421740123', { timestamp_to: ['invalid_date'] }],
  ])('refuses %s', (query, details) => {
    expect(account.get(`/api/v1/events?${query}`).body).toEqual(validationErrors(details));
  });

  it.each([
    'timestamp_from_started_at=true',
    'timestamp_from_started_at=true&external_subscription_id=sub-1&timestamp_from=2026-01-01',
  ])('refuses the start of a subscription in %s', (query) => {
    expect(account.get(`/api/v1/events?${query}`).status).toBe(422);
  });

  it.each([
    [
      'per_page=3',
      { current_page: 1, next_page: 2, prev_page: null, total_pages: 2, total_count: 4 },
    ],
    [
      'per_page=3&page=2',
      { current_page: 2, next_page: null, prev_page: 1, total_pages: 2, total_count: 4 },
    ],
    [
      'per_page=3&page=9',
      { current_page: 9, next_page: null, prev_page: 8, total_pages: 2, total_count: 4 },
    ],
    [
      'code=none',
      { current_page: 0, next_page: null, prev_page: null, total_pages: 0, total_count: 0 },
    ],
    [
      'per_page=5000',
      { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_count: 4 },
    ],
    [
      'per_page=0&code=none',
      { current_page: 0, next_page: null, prev_page: null, total_pages: 0, total_count: 0 },
    ],
  ])('with %s tells %j', (query, meta) => {
    expect(account.get(`/api/v1/events?${query}`).body.meta).toEqual(meta);
  });

  it.each([
    ['abc', 25],
    ['-1', 25],
    ['', 25],
    ['5x', 5],
  ])('with per_page=%s has pages of %i', (per_page, items) => {
    const many = new Account();
    many.batch(Array.from({ length: 30 }, (_, place) => usageEvent(`${place}`)));
    expect(many.get(`/api/v1/events?per_page=${per_page}`).body.events).toHaveLength(items);
  });

  it('breaks on pages of no items, unless the list is empty', () => {
    expect(account.get('/api/v1/events?per_page=0').status).toBe(500);
  });
});

describe('GET /events since the start of a subscription', () => {
  it('leaves out what is dated before', () => {
    const account = new Account();
    subscribe(account, { aggregation_type: 'count_agg' }, undefined, {
      subscription: { subscription_at: '2026-08-10T12:00:00Z' },
    });
    account.batch([usageEvent('before', { timestamp: seconds(NOON) - 1 }), usageEvent('after')]);
    const { events } = account.get(
      '/api/v1/events?timestamp_from_started_at=true&external_subscription_id=sub-1',
    ).body;
    expect(events).toMatchObject([{ transaction_id: 'after' }]);
  });
});

describe('the events of a subscription that ended', () => {
  const DAY = 86_400_000;

  it.each(['postgres', 'clickhouse'] as const)(
    'are gone after the retention, and are billed as they were (%s)',
    (eventsStore) => {
      const account = new Account({ eventsStore, retentionMs: 90 * DAY });
      subscribe(account, { aggregation_type: 'count_agg' });
      account.event(usageEvent('a'));
      account.event(usageEvent('b', { external_subscription_id: 'unknown' }));
      account.nowMs += 1_000;
      account.lago.seed.terminate('sub-1');
      const found = () => [
        account.get('/api/v1/events/a').status,
        (account.get('/api/v1/events').body.events as JsonObject[]).length,
      ];
      account.nowMs += 90 * DAY - 1;
      expect(found()).toEqual([200, 2]);
      account.nowMs += 1;
      expect(found()).toEqual([404, 1]);
      expect(account.lago.billing()[0]).toMatchObject({ transactionId: 'a', where: 'finalized' });
    },
  );

  it('are kept where another one runs under the same external id', () => {
    const account = new Account({ retentionMs: 0 });
    subscribe(account, { aggregation_type: 'count_agg' });
    account.event(usageEvent('a'));
    account.lago.seed.terminate('sub-1');
    account.nowMs += 1_000;
    expect(account.get('/api/v1/events/a').status).toBe(404);
    account.lago.seed.subscription({
      external_customer_id: 'cust',
      external_id: 'sub-1',
      plan_code: 'plan',
    });
    expect(account.get('/api/v1/events/a').status).toBe(200);
  });
});

describe('GET /events/:transaction_id', () => {
  it.each(['plain', 'a/b', 'a.b.c', 'mit Umlaut ü', '100%', 'a?b#c'])(
    'finds %j by its encoded id',
    (id) => {
      const account = new Account();
      account.event(usageEvent(id));
      const answer = account.get(`/api/v1/events/${encodeURIComponent(id)}`);
      expect(answer.body).toMatchObject({ event: { transaction_id: id } });
    },
  );

  it.each(['.', '..'])('does not find %j, which every address loses', (id) => {
    const account = new Account();
    account.event(usageEvent(id));
    const step = encodeURIComponent(id).replaceAll('.', '%2E');
    expect(account.get(`/api/v1/events/${step}`).body).not.toHaveProperty('event');
  });

  it('shows only the first event of an id that two subscriptions have', () => {
    const account = new Account();
    account.event(usageEvent('a', { properties: { n: 1 } }));
    account.event(usageEvent('a', { external_subscription_id: 'sub-2' }));
    expect(account.get('/api/v1/events/a').body).toMatchObject({
      event: { external_subscription_id: 'sub-1' },
    });
  });

  it('answers 404 event_not_found to an unknown id', () => {
    const answer = new Account().get('/api/v1/events/none');
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({ status: 404, error: 'Not Found', code: 'event_not_found' });
  });
});

describe('an expression metric', () => {
  const account = () => {
    const created = new Account();
    subscribe(created, {
      aggregation_type: 'sum_agg',
      expression: 'event.properties.a * event.properties.b',
    });
    return created;
  };

  it('has its result written into the properties as text', () => {
    const answer = account().event(usageEvent('x', { properties: { a: '1.5', b: 2 } }));
    expect(answer.body).toMatchObject({ event: { properties: { a: '1.5', b: 2, n: '3.0' } } });
  });

  it('fails with a text in place of details', () => {
    expect(account().event(usageEvent('x', { properties: { a: 1 } })).body).toEqual(
      validationErrors('expression_evaluation_failed: Variable: b not found'),
    );
  });

  it('fails before a missing field is noticed', () => {
    expect(account().event(usageEvent('', { properties: { a: 1 } })).body).toEqual(
      validationErrors('expression_evaluation_failed: Variable: b not found'),
    );
  });

  it('fails inside a batch with a text beside the other objects, where a missing field hides it', () => {
    const bad = { properties: { a: 1 } };
    const answer = account().batch([
      usageEvent('x', bad),
      usageEvent('', bad),
      usageEvent('y', { timestamp: 'x' }),
    ]);
    expect(answer.body).toEqual(
      validationErrors({
        0: 'expression_evaluation_failed: Variable: b not found',
        1: { transaction_id: mandatory },
        2: { timestamp: ['invalid_format'] },
      }),
    );
  });
});
