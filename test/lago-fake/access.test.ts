import { Account, KEY, NOON, usageEvent } from './account';

const get = (authorization: string | undefined) =>
  new Account().send(
    'GET',
    '/api/v1/organizations',
    '',
    authorization === undefined ? {} : { authorization },
  );

describe('authentication', () => {
  it.each([
    ['no header', undefined],
    ['an unknown key', 'Bearer other'],
    ['a key without a scheme', KEY],
    ['an empty header', ''],
  ])('answers 401 to %s', (_, authorization) => {
    const answer = get(authorization);
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({ status: 401, error: 'Unauthorized' });
  });

  it('reads the second word, whatever the scheme', () => {
    expect(get(`Token ${KEY}`).status).toBe(200);
  });

  it('lets a key go on posting until it is revoked, and no longer', () => {
    const account = new Account();
    account.lago.addKey({ value: 'key-2' });
    expect(account.post('/api/v1/events', { event: usageEvent('a') }, 'key-2').status).toBe(200);
    account.lago.revokeKey('key-2');
    expect(account.post('/api/v1/events', { event: usageEvent('b') }, 'key-2').status).toBe(401);
  });

  it('ends when the key is revoked, for this key alone', () => {
    const account = new Account();
    account.lago.addKey({ value: 'key-2' });
    account.lago.revokeKey(KEY);
    expect(account.get('/api/v1/organizations').status).toBe(401);
    expect(account.get('/api/v1/organizations', 'key-2').status).toBe(200);
  });

  it('comes before the permissions, these before the body, and that before its events', () => {
    const account = new Account();
    account.lago.addKey({ value: 'limited', permissions: {} });
    expect(account.post('/api/v1/events', {}, 'other').status).toBe(401);
    expect(account.post('/api/v1/events', {}, 'limited').status).toBe(403);
    expect(account.post('/api/v1/events', {}).status).toBe(400);
    expect(account.post('/api/v1/events', { event: { code: '' } }).status).toBe(422);
  });

  it('keeps organizations apart', () => {
    const account = new Account();
    account.lago.seed.organization({ name: 'Other', apiKey: 'other', eventsStore: 'clickhouse' });
    account.event(usageEvent('a'));
    expect(account.get('/api/v1/events/a', 'other').status).toBe(404);
    expect(account.get('/api/v1/organizations', 'other').body).toMatchObject({
      organization: { name: 'Other', events_store: 'clickhouse' },
    });
  });
});

describe('permissions', () => {
  const account = new Account();
  account.lago.addKey({ value: 'limited', permissions: { event: ['read'], plan: ['write'] } });

  it.each([
    ['POST', '/api/v1/events', 'write_action_not_allowed_for_event'],
    ['POST', '/api/v1/events/batch', 'write_action_not_allowed_for_event'],
    ['GET', '/api/v1/plans', 'read_action_not_allowed_for_plan'],
    ['GET', '/api/v1/billable_metrics', 'read_action_not_allowed_for_billable_metric'],
    ['GET', '/api/v1/subscriptions', 'read_action_not_allowed_for_subscription'],
    ['GET', '/api/v1/customers/c/current_usage', 'read_action_not_allowed_for_customer_usage'],
    ['GET', '/api/v1/organizations', 'read_action_not_allowed_for_organization'],
  ])('of a limited key refuse %s %s', (method, path, code) => {
    const answer = account.send(method, path, '', { authorization: 'Bearer limited' });
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual({ status: 403, error: 'Forbidden', code });
  });

  it('are not looked at with a free licence', () => {
    const free = new Account({ licence: 'free' });
    free.lago.addKey({ value: 'limited', permissions: {} });
    expect(free.get('/api/v1/plans', 'limited').status).toBe(200);
  });

  it('allow what they name', () => {
    expect(account.get('/api/v1/events', 'limited').status).toBe(200);
  });
});

describe('a path', () => {
  it.each([
    ['GET', '/api/v1/evnts'],
    ['GET', '/'],
    ['GET', '/api/v2/events'],
    ['DELETE', '/api/v1/events/a'],
    ['PUT', '/api/v1/events/a'],
  ])('that Lago does not serve answers 404 without a key: %s %s', (method, path) => {
    const answer = new Account().send(method, path, '', {});
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({ status: 404, error: 'Not Found', code: 'resource_not_found' });
  });

  it('answers HEAD as GET, without a body', () => {
    const headers = { authorization: `Bearer ${KEY}` };
    const head = new Account().send('HEAD', '/api/v1/organizations', '', headers);
    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers['content-type']).toContain('application/json');
  });

  it('/health needs no key', () => {
    const answer = new Account().send('GET', '/health', '', {});
    expect(answer.body).toMatchObject({ message: 'Success' });
  });
});

describe('a body', () => {
  const post = (body: string, headers: Record<string, string>) =>
    new Account().send('POST', '/api/v1/events', body, {
      authorization: `Bearer ${KEY}`,
      ...headers,
    });

  it('that is no JSON answers 400, with JSON only for those who accept it', () => {
    const json = { 'content-type': 'application/json' };
    expect(post('{"event":', json)).toMatchObject({ status: 400, text: '' });
    expect(post('{"event":', { ...json, accept: 'application/json' })).toMatchObject({
      status: 400,
      body: { status: 400, error: 'Bad Request' },
    });
  });

  it.each([
    ['half of a surrogate pair', '"\\ud83d"', 400],
    ['a whole surrogate pair', '"\\ud83d\\ude00"', 200],
    ['half of a surrogate pair in a key', '{"\\udc00":1}', 400],
    ['98 levels within the properties', `${'['.repeat(97)}${']'.repeat(97)}`, 200],
    ['more levels', `${'['.repeat(98)}${']'.repeat(98)}`, 400],
  ])('with %s answers 400', (_, value, status) => {
    const body = JSON.stringify({ event: usageEvent('a', { properties: { n: 'XX' } }) });
    const json = { 'content-type': 'application/json' };
    expect(post(body.replace('"XX"', value), json).status).toBe(status);
  });

  it('of another type is not read', () => {
    const body = JSON.stringify({ event: usageEvent('a') });
    expect(post(body, { 'content-type': 'text/plain' })).toMatchObject({
      status: 400,
      body: { error: 'BadRequest: param is missing or the value is empty or invalid: event' },
    });
  });
});

describe('the organization', () => {
  it('tells its event store since 1.47', () => {
    const organization = (options: ConstructorParameters<typeof Account>[0]) =>
      new Account(options).get('/api/v1/organizations').body.organization;
    expect(organization({})).toHaveProperty('events_store', 'postgres');
    expect(organization({ omitEventsStore: true })).not.toHaveProperty('events_store');
  });
});

describe('the rate limit', () => {
  it('is absent unless set', () => {
    expect(Object.keys(new Account().get('/api/v1/organizations').headers)).toEqual([
      'content-type',
    ]);
  });

  it('tells on every answer what is left, refuses what is too much and forgets after a second', () => {
    const account = new Account({ rateLimitPerSecond: 2 });
    const remaining = () => {
      const { status, headers } = account.get('/api/v1/organizations');
      return [
        status,
        headers['x-ratelimit-limit'],
        headers['x-ratelimit-remaining'],
        headers['x-ratelimit-reset'],
      ];
    };
    expect(remaining()).toEqual([200, '2', '1', '1']);
    expect(remaining()).toEqual([200, '2', '0', '1']);
    expect(remaining()).toEqual([429, '2', '0', '1']);
    account.nowMs = NOON + 1000;
    expect(remaining()).toEqual([200, '2', '1', '1']);
  });

  it('is shared by the keys of an organization', () => {
    const account = new Account({ rateLimitPerSecond: 1 });
    account.lago.addKey({ value: 'key-2' });
    account.get('/api/v1/organizations');
    expect(account.get('/api/v1/organizations', 'key-2').status).toBe(429);
  });

  it('has a bucket of its own for single events and for usage', () => {
    const account = new Account({ rateLimitPerSecond: { events: 2, currentUsage: 1, other: 1 } });
    expect([1, 2, 3].map((n) => account.event(usageEvent(`${n}`)).status)).toEqual([200, 200, 429]);
    expect([1, 2].map((n) => account.batch([usageEvent(`b${n}`)]).status)).toEqual([200, 429]);
    expect([1, 2].map(() => account.get('/api/v1/customers/none/current_usage').status)).toEqual([
      404, 429,
    ]);
  });
});
