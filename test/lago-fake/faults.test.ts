import { Account, NOON, usageEvent } from './account';

describe('a fault', () => {
  const BODIES = {
    json: /^\{"status":50\d,"error":"[A-Z][A-Za-z ]+"\}$/,
    html: /^<html>/,
    empty: /^$/,
  };
  const gateway = [500, 502, 503, 504].flatMap((status) =>
    (['json', 'html', 'empty'] as const).map((body) => [status, body] as const),
  );

  it.each(gateway)(
    'answers %i with a body of %s in place of Lago, before or after the event is stored',
    (status, body) => {
      const account = new Account();
      account.fail(
        { kind: 'answer', status, body },
        { kind: 'answer', status, body, committed: true },
      );
      const [before, after] = ['before', 'after'].map((id) => account.event(usageEvent(id)));
      for (const answer of [before, after])
        expect([answer?.status, answer?.text]).toEqual([
          status,
          expect.stringMatching(BODIES[body]),
        ]);
      expect(account.ids()).toEqual(['after']);
      expect(account.event(usageEvent('after')).body).toMatchObject({
        error_details: { transaction_id: ['value_already_exist'] },
      });
    },
  );

  it.each([
    [
      'with the headers of the rate limit',
      { 'x-ratelimit-limit': '50', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '7' },
    ],
    ['with Retry-After alone', { 'retry-after': '7' }],
    ['with no header', {}],
  ])('answers 429 %s', (_, headers) => {
    const account = new Account();
    account.fail({ kind: 'answer', status: 429, body: 'empty', headers });
    const answer = account.get('/api/v1/events');
    expect([answer.status, answer.headers, answer.text]).toEqual([429, headers, '']);
  });

  it('answers with any text, late if it says so', () => {
    const account = new Account();
    account.fail({ kind: 'answer', status: 422, text: '{"error_details":"=1+1"}', delayMs: 5_000 });
    const answer = account.lago.handle({
      method: 'GET',
      url: '/api/v1/events',
      headers: {},
      body: '',
    });
    expect(answer).toMatchObject({ status: 422, body: '{"error_details":"=1+1"}', delayMs: 5_000 });
  });

  it.each([301, 302, 303, 307, 308] as const)(
    'sends elsewhere with %i: to the same host or to another one',
    (status) => {
      const account = new Account();
      account.fail(
        { kind: 'redirect', status },
        { kind: 'redirect', status, to: 'https://elsewhere.example', committed: true },
      );
      const [same, other] = ['same', 'other'].map((id) => account.event(usageEvent(id)));
      expect([same?.status, same?.headers.location]).toEqual([status, '/api/v1/events']);
      expect([other?.status, other?.headers.location]).toEqual([
        status,
        'https://elsewhere.example/api/v1/events',
      ]);
      expect(account.ids()).toEqual(['other']);
    },
  );

  it.each([
    ['reset', 'reset'],
    ['hang', 'timeout'],
  ] as const)('%s loses the answer, before or after the event is stored', (kind, lost) => {
    const account = new Account();
    account.fail({ kind }, { kind, committed: true });
    const request = (id: string) => ({
      method: 'POST',
      url: '/api/v1/events',
      headers: { authorization: 'Bearer key-1', 'content-type': 'application/json' },
      body: JSON.stringify({ event: usageEvent(id) }),
    });
    expect(account.lago.handle(request('a'))).toMatchObject({ status: 0, lost });
    expect(account.lago.handle(request('b'))).toMatchObject({ status: 0, lost });
    expect(account.ids()).toEqual(['b']);
  });

  it.each([0, 0.5, 0.99])('cuts an answer short after a share of %d, the event stored', (share) => {
    const account = new Account();
    account.fail({ kind: 'truncated', share });
    const answer = account.event(usageEvent('a'));
    expect(answer.status).toBe(200);
    expect(() => JSON.parse(answer.text)).toThrow();
    expect(account.ids()).toEqual(['a']);
  });

  it('makes an answer as long as it says, JSON as before', () => {
    const account = new Account();
    account.fail({ kind: 'oversize', characters: 3_000_000 });
    const { text, body } = account.get('/api/v1/events');
    expect(text).toHaveLength(3_000_000);
    expect(body).toHaveProperty('events', []);
  });

  it('revokes the key in mid-run: from that request on, for that key alone', () => {
    const account = new Account();
    account.lago.addKey({ value: 'key-2' });
    account.fail({ kind: 'key-revoked', after: 2 });
    expect([1, 2, 3, 4].map((id) => account.event(usageEvent(`${id}`)).status)).toEqual([
      200, 200, 401, 401,
    ]);
    expect(account.get('/api/v1/events', 'key-2').status).toBe(200);
  });

  it('changes the limit of a batch, or the version, in mid-run', () => {
    const account = new Account();
    account.fail({ kind: 'settings', settings: { maxBatch: 1 }, after: 1 });
    const two = (first: string, second: string) =>
      account.batch([usageEvent(first), usageEvent(second)]);
    expect(two('a', 'b').status).toBe(200);
    expect(two('c', 'd').body).toMatchObject({ error_details: { events: ['too_many_events'] } });
    account.fail({ kind: 'settings', settings: { maxBatch: 100, partialBatches: true } });
    expect(two('a', 'e').body).toMatchObject({
      error_details: { 0: { transaction_id: ['value_already_exist'] } },
    });
    expect(account.ids()).toEqual(['a', 'b', 'e']);
  });

  it('refuses bodies that are longer than a proxy lets through with 413', () => {
    const account = new Account();
    account.fail({
      kind: 'answer',
      status: 413,
      body: 'html',
      longerThan: 450,
      times: Number.POSITIVE_INFINITY,
    });
    const long = { properties: { note: 'x'.repeat(200) } };
    expect(account.batch([usageEvent('a', long), usageEvent('b', long)])).toMatchObject({
      status: 413,
      text: expect.stringMatching(/^<html>/),
    });
    expect(account.batch([usageEvent('a', long)]).status).toBe(200);
    expect([account.ids(), account.lago.faults.injected()]).toEqual([
      ['a'],
      { '413 html before commit': 1 },
    ]);
  });

  it('poisons every request that contains a marked event, in any batch and for good, and no other', () => {
    const account = new Account();
    account.fail({ kind: 'poison', marker: 'bad' });
    expect(
      account.batch([usageEvent('a'), usageEvent('b', { properties: { note: 'bad' } })]).status,
    ).toBe(500);
    expect(account.event(usageEvent('bad')).status).toBe(500);
    expect(account.event(usageEvent('bad')).status).toBe(500);
    expect(account.batch([usageEvent('a')]).status).toBe(200);
  });

  it('strikes only the method and path that it names, after those it lets pass, as often as it says', () => {
    const account = new Account();
    account.fail({
      kind: 'answer',
      status: 500,
      method: 'GET',
      path: '/api/v1/events*',
      after: 1,
      times: 2,
    });
    expect(account.event(usageEvent('a')).status).toBe(200);
    expect(account.get('/api/v1/plans').status).toBe(200);
    expect([1, 2, 3, 4].map(() => account.get('/api/v1/events/a').status)).toEqual([
      200, 500, 500, 200,
    ]);
  });

  it('may turn every answer into a page', () => {
    const account = new Account();
    account.fail({ kind: 'answer', status: 200, body: 'html', times: Number.POSITIVE_INFINITY });
    expect(account.get('/api/v1/organizations')).toMatchObject({
      status: 200,
      text: expect.stringMatching('<html>'),
    });
    expect(account.get('/health').text).toMatch('<html>');
    account.lago.faults.clear();
    expect(account.get('/api/v1/organizations').body).toHaveProperty('organization');
  });

  it('delays an answer by what it says, and nothing else', () => {
    const account = new Account();
    account.fail({ kind: 'slow', delayMs: 30_000 });
    const { delayMs, status } = account.lago.handle({
      method: 'GET',
      url: '/health',
      headers: {},
      body: '',
    });
    expect([delayMs, status]).toEqual([30_000, 200]);
    expect(
      account.lago.handle({ method: 'GET', url: '/health', headers: {}, body: '' }),
    ).not.toHaveProperty('delayMs');
  });

  it('lowers the batch limit', () => {
    const account = new Account();
    account.lago.settings.maxBatch = 1;
    expect(account.batch([usageEvent('a'), usageEvent('b')]).body).toMatchObject({
      error_details: { events: ['too_many_events'] },
    });
  });
});

describe('what was injected', () => {
  it('is counted by kind when it strikes, not when it is added', () => {
    const account = new Account();
    account.fail(
      { kind: 'answer', status: 503, body: 'html', committed: true, times: 2 },
      { kind: 'answer', status: 429 },
      { kind: 'redirect', status: 302, to: 'https://elsewhere.example' },
      { kind: 'reset' },
      { kind: 'hang', committed: true },
      { kind: 'settings', settings: { maxBatch: 9 } },
      { kind: 'truncated', after: 1_000 },
    );
    expect(account.lago.faults.injected()).toEqual({});
    for (let request = 0; request < 9; request += 1) account.get('/api/v1/events');
    account.fail({ kind: 'slow', delayMs: 1 });
    account.get('/api/v1/events');
    expect(account.lago.faults.injected()).toEqual({
      '503 html after commit': 2,
      '429 json before commit': 1,
      'redirect 302 to another host before commit': 1,
      'reset before commit': 1,
      'hang after commit': 1,
      'settings maxBatch': 1,
      slow: 1,
    });
    expect(account.lago.faults.pending()).toMatchObject([{ kind: 'truncated' }]);
  });

  it('counts also what options bring about', () => {
    const postgres = new Account({ partialBatches: true, rateLimitPerSecond: 2 });
    postgres.event(usageEvent('a'));
    postgres.batch([usageEvent('a'), usageEvent('b')]);
    postgres.get('/api/v1/events');
    expect(postgres.lago.faults.injected()).toEqual({ 'partial batch': 1, 'rate limit': 1 });
    const clickhouse = new Account({ eventsStore: 'clickhouse', visibilityDelayMs: 1_000 });
    clickhouse.event(usageEvent('a'));
    clickhouse.get('/api/v1/events/a');
    clickhouse.get('/api/v1/events/other');
    clickhouse.nowMs += 1_000;
    clickhouse.get('/api/v1/events/a');
    expect(clickhouse.lago.faults.injected()).toEqual({ 'hidden event': 1 });
  });
});

describe('an event that was handed over', () => {
  const outcomes = (account: Account) =>
    account.lago
      .handed()
      .map(({ transactionId, outcome, status }) => [transactionId, outcome, status]);

  it('is kept as its text, byte for byte, whatever Lago made of it', () => {
    const account = new Account();
    const [first, second] = [
      '{ "transaction_id":"a","code":"\\u0075nits", "properties":{"n":1.0}}',
      '{"transaction_id":"b"}',
    ];
    const body = `{"events":[ ${first},${second} ]}`;
    account.send('POST', '/api/v1/events/batch', body, {
      authorization: 'Bearer key-1',
      'content-type': 'application/json',
    });
    expect(account.lago.handed().map(({ text }) => text)).toEqual([first, second]);
    expect(outcomes(account)).toEqual([
      ['a', 'not stored', 422],
      ['b', 'refused', 422],
    ]);
  });

  it('tells whether it is stored, exists, was refused or was not stored for the sake of others', () => {
    const account = new Account();
    account.event(usageEvent('a'));
    account.event(usageEvent('a'));
    account.event(usageEvent('b', { code: '' }));
    account.batch([usageEvent('c'), usageEvent('a')]);
    account.batch([usageEvent('c'), usageEvent('')]);
    account.batch([usageEvent('c'), usageEvent('d')]);
    expect(outcomes(account)).toEqual([
      ['a', 'stored', 200],
      ['a', 'exists', 422],
      ['b', 'refused', 422],
      ['c', 'not stored', 422],
      ['a', 'exists', 422],
      ['c', 'not stored', 422],
      ['', 'refused', 422],
      ['c', 'stored', 200],
      ['d', 'stored', 200],
    ]);
  });

  it('is kept when the answer was lost or replaced, and tells what Lago did', () => {
    const account = new Account();
    account.fail(
      { kind: 'reset' },
      { kind: 'hang', committed: true },
      { kind: 'answer', status: 500, committed: true },
    );
    for (const id of ['a', 'b', 'b']) account.event(usageEvent(id));
    account.post('/api/v1/events', { event: usageEvent('c') }, 'nobody');
    account.lago.settings.maxBatch = 1;
    account.batch([usageEvent('d'), usageEvent('e')]);
    expect(outcomes(account)).toEqual([
      ['a', 'not stored', 0],
      ['b', 'stored', 0],
      ['b', 'exists', 500],
      ['c', 'not stored', 401],
      ['d', 'not stored', 422],
      ['e', 'not stored', 422],
    ]);
  });

  it('is stored all the same where a refused batch leaves it behind', () => {
    const account = new Account({ partialBatches: true });
    account.event(usageEvent('a'));
    account.batch([usageEvent('a'), usageEvent('b')]);
    expect(outcomes(account)).toEqual([
      ['a', 'stored', 200],
      ['a', 'exists', 422],
      ['b', 'stored', 422],
    ]);
  });

  it('belongs to the organization of its key and has its time', () => {
    const account = new Account({ eventsStore: 'clickhouse' });
    account.lago.seed.organization({ name: 'Other', apiKey: 'other' });
    account.event(usageEvent('a'));
    account.nowMs += 5;
    account.post('/api/v1/events', { event: usageEvent('a') }, 'other');
    account.post('/api/v1/events', { event: usageEvent('a') }, 'nobody');
    const [own, theirs, all] = [
      account.lago.handed('key-1'),
      account.lago.handed('other'),
      account.lago.handed(),
    ];
    expect(own).toMatchObject([{ transactionId: 'a', at: NOON, outcome: 'stored' }]);
    expect(theirs).toMatchObject([{ transactionId: 'a', at: NOON + 5, outcome: 'stored' }]);
    expect(all).toHaveLength(3);
  });

  it('is nothing in a body that is no JSON or holds none', () => {
    const account = new Account();
    for (const body of ['{"event":', '[]', '{"events":[1]}', '{}', ''])
      account.send('POST', '/api/v1/events/batch', body, {});
    expect(account.lago.handed()).toEqual([]);
  });
});

describe('the request log', () => {
  it('counts by method and path template, lost requests included', () => {
    const account = new Account();
    account.fail({ kind: 'reset', method: 'POST' });
    account.event(usageEvent('a'));
    account.event(usageEvent('a'));
    account.get('/api/v1/events/a');
    account.get('/nowhere?x=1');
    expect(account.lago.requests.counts()).toEqual({
      'POST /api/v1/events': 2,
      'GET /api/v1/events/:transaction_id': 1,
      'GET /nowhere': 1,
    });
    expect(account.lago.requests.entries.map(({ status }) => status)).toEqual([0, 200, 200, 404]);
  });
});
