import { Account, usageEvent } from './account';

describe('a fault', () => {
  it('answers in place of Lago before the event is stored', () => {
    const account = new Account();
    account.fail({ kind: 'answer', status: 503 });
    expect(account.event(usageEvent('a')).status).toBe(503);
    expect(account.ids()).toEqual([]);
  });

  it('answers in place of Lago after the event was stored', () => {
    const account = new Account();
    account.fail({ kind: 'answer', status: 500, committed: true });
    expect(account.event(usageEvent('a')).status).toBe(500);
    expect(account.event(usageEvent('a')).body).toMatchObject({
      error_details: { transaction_id: ['value_already_exist'] },
    });
  });

  it.each([
    ['json', /^\{"status":502,"error":"Bad Gateway"\}$/],
    ['html', /^<html>/],
    ['empty', /^$/],
  ] as const)('answers with a body of %s', (body, text) => {
    const account = new Account();
    account.fail({ kind: 'answer', status: 502, body });
    expect(account.get('/api/v1/events').text).toMatch(text);
  });

  it('answers 429 with the headers that it is given', () => {
    const account = new Account();
    account.fail({ kind: 'answer', status: 429, headers: { 'x-ratelimit-reset': '7' } }, { kind: 'answer', status: 429 });
    expect(account.get('/api/v1/events').headers['x-ratelimit-reset']).toBe('7');
    expect(account.get('/api/v1/events').headers).not.toHaveProperty('x-ratelimit-reset');
  });

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

  it('cuts an answer short', () => {
    const account = new Account();
    account.fail({ kind: 'truncated' });
    const answer = account.event(usageEvent('a'));
    expect(answer.status).toBe(200);
    expect(() => JSON.parse(answer.text)).toThrow();
    expect(account.ids()).toEqual(['a']);
  });

  it('poisons every request that contains a marked event, and no other', () => {
    const account = new Account();
    account.fail({ kind: 'poison', marker: 'bad' });
    expect(account.batch([usageEvent('a'), usageEvent('b', { properties: { note: 'bad' } })]).status).toBe(500);
    expect(account.event(usageEvent('bad')).status).toBe(500);
    expect(account.event(usageEvent('bad')).status).toBe(500);
    expect(account.batch([usageEvent('a')]).status).toBe(200);
  });

  it('strikes only the method and path that it names, after those it lets pass, as often as it says', () => {
    const account = new Account();
    account.fail({ kind: 'answer', status: 500, method: 'GET', path: '/api/v1/events*', after: 1, times: 2 });
    expect(account.event(usageEvent('a')).status).toBe(200);
    expect(account.get('/api/v1/plans').status).toBe(200);
    expect([1, 2, 3, 4].map(() => account.get('/api/v1/events/a').status)).toEqual([200, 500, 500, 200]);
  });

  it('may turn every answer into a page', () => {
    const account = new Account();
    account.fail({ kind: 'answer', status: 200, body: 'html', times: Number.POSITIVE_INFINITY });
    expect(account.get('/api/v1/organizations')).toMatchObject({ status: 200, text: expect.stringMatching('<html>') });
    expect(account.get('/health').text).toMatch('<html>');
    account.lago.faults.clear();
    expect(account.get('/api/v1/organizations').body).toHaveProperty('organization');
  });

  it('delays an answer by what it says, and nothing else', () => {
    const account = new Account();
    account.fail({ kind: 'slow', delayMs: 30_000 });
    const { delayMs, status } = account.lago.handle({ method: 'GET', url: '/health', headers: {}, body: '' });
    expect([delayMs, status]).toEqual([30_000, 200]);
    expect(account.lago.handle({ method: 'GET', url: '/health', headers: {}, body: '' })).not.toHaveProperty('delayMs');
  });

  it('lowers the batch limit', () => {
    const account = new Account();
    account.lago.settings.maxBatch = 1;
    expect(account.batch([usageEvent('a'), usageEvent('b')]).body).toMatchObject({
      error_details: { events: ['too_many_events'] },
    });
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
