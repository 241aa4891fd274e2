import { eventList } from '../../src/lago/event-list';
import { requestsTo } from '../../src/lago/requests';
import { answered, ScriptedHttp, TestClock } from './scripted-http';

const FROM = Date.UTC(2026, 10, 1);
const TO = Date.UTC(2026, 11, 1);
const window = { codes: ['calls'], from: FROM, to: TO };

const stored = (id: number) => ({
  transaction_id: `e${id}`,
  external_subscription_id: 'acme',
  code: 'calls',
  timestamp: '2026-11-03T10:00:00.000Z',
  precise_total_amount_cents: null,
  properties: {},
});

/** A listing of `total` events in pages of 500. */
const page = (total: number, number: number) =>
  answered(200, {
    events: Array.from(
      { length: Math.max(0, Math.min(500, total - (number - 1) * 500)) },
      (_, index) => stored((number - 1) * 500 + index),
    ),
    meta: { current_page: number, total_count: total, total_pages: Math.ceil(total / 500) },
  });

const listOver = (http: ScriptedHttp) => eventList(requestsTo(http, new TestClock(), 50));

test('a window is read page by page, in parallel, with both ends of its time', () => {
  const http = new ScriptedHttp((_, query) => page(1_200, Number(query.get('page'))));
  const reading = listOver(http).read({ ...window, subscription: 'acme & co' });
  expect('events' in reading && [reading.events.length, reading.pages]).toEqual([1_200, 3]);
  expect(http.sent).toEqual([1, 2]);
  expect(http.paths()[0]).toBe(
    '/events?code=calls&external_subscription_id=acme%20%26%20co&timestamp_from=2026-11-01T00%3A00%3A00.000Z&timestamp_to=2026-11-30T23%3A59%3A59.999Z&per_page=500&page=1',
  );
});

test('a window in which an event arrives meanwhile is read again, since events have moved from page to page', () => {
  let arrived = 1_000;
  const http = new ScriptedHttp((_, query) => {
    const answer = page(arrived, Number(query.get('page')));
    if (arrived === 1_000) arrived = 1_001;
    return answer;
  });
  const reading = listOver(http).read(window);
  expect('events' in reading && reading.events.length).toBe(1_001);
  expect(http.sent).toEqual([1, 1, 1, 2]);
});

test('a list that never rests is a problem, and no finding', () => {
  let arrived = 1_000;
  const http = new ScriptedHttp((_, query) => page(arrived++, Number(query.get('page'))));
  expect(listOver(http).read(window)).toMatchObject({ code: 'lago.unexpected' });
});

test('a window with too many events is to be made shorter, but not below a second', () => {
  const http = new ScriptedHttp((_, query) => page(100_000, Number(query.get('page'))));
  expect(listOver(http).read(window)).toEqual({
    shorter: Math.floor(((TO - FROM) * 60 * 0.9) / 200),
  });
  const reading = listOver(http).read({ ...window, from: FROM, to: FROM + 1_000 });
  expect('events' in reading && reading.events.length).toBe(100_000);
});

test.each([
  [401, 'lago.unauthorized'],
  [403, 'lago.forbidden'],
  [500, 'lago.unavailable'],
  [429, 'lago.rate-limit'],
])('an answer %i is the problem %s', (status, code) => {
  expect(listOver(new ScriptedHttp(() => answered(status, {}))).read(window)).toMatchObject({
    code,
  });
});

test('an event is shown, absent, or not told', () => {
  const http = new ScriptedHttp((path) => {
    if (path.endsWith('e1')) return answered(200, { event: stored(1) });
    return path.endsWith('e2')
      ? answered(404, { code: 'event_not_found' })
      : answered(502, '<html>');
  });
  expect(listOver(http).show(['e1', 'e2', 'e3'].map((id) => ({ transaction_id: id })))).toEqual([
    stored(1),
    undefined,
    'unknown',
  ]);
});

test.each(['.', 'a/b'])('an event that no address can name (%s) is shown by a listing', (id) => {
  const far = { ...stored(1), transaction_id: id, timestamp: '2026-11-09T10:00:00.000Z' };
  const http = new ScriptedHttp((path, query) => {
    if (path !== '/events') return answered(400, '<html>');
    const events = query.has('timestamp_from') ? [] : [far];
    return answered(200, { events, meta: { total_pages: 1 } });
  });
  const asked = { transaction_id: id, external_subscription_id: 'acme' };
  const placed = { ...asked, code: 'calls', timestamp: FROM / 1000 };
  const other = { ...asked, transaction_id: `${id}/..` };
  expect(listOver(http).show([asked, placed, other, { transaction_id: id }])).toEqual([
    far,
    far,
    undefined,
    'unknown',
  ]);
});

test('copies are those of one id, at one time', () => {
  const http = new ScriptedHttp(() =>
    answered(200, {
      events: [stored(1), stored(2), stored(1)],
      meta: { total_count: 3, total_pages: 1 },
    }),
  );
  expect(listOver(http).countCopies([{ ...stored(1), receivedAt: undefined }])).toEqual([2]);
});
