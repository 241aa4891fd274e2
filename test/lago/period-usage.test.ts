import { PeriodUsageReader } from '../../src/lago/period-usage';
import { requestsTo } from '../../src/lago/requests';
import type { PeriodPlace, PeriodUsage } from '../../src/sync/billing/period-usage';
import type { EventStore } from '../../src/sync/event-store';
import type { JsonObject } from '../../src/value/json';
import { answered, ScriptedHttp, TestClock } from './scripted-http';

const PLACE: PeriodPlace = {
  subscription: 'acme & co',
  code: 'calls',
  from: Date.UTC(2026, 10, 1),
  to: Date.UTC(2026, 11, 1) - 1,
};
const placeOf = (subscription: string): PeriodPlace => ({ ...PLACE, subscription });

const stored = (id: number, properties: JsonObject = {}) => ({
  transaction_id: `e${id}`,
  external_subscription_id: 'acme & co',
  code: 'calls',
  timestamp: new Date(PLACE.to - id * 1000).toISOString(),
  precise_total_amount_cents: null,
  properties,
});

/** A listing of `total` events in pages of 500. */
const page = (total: number, number: number) =>
  answered(200, {
    events: Array.from(
      { length: Math.max(0, Math.min(500, total - (number - 1) * 500)) },
      (_, index) => stored((number - 1) * 500 + index),
    ),
    meta: { total_count: total, total_pages: Math.ceil(total / 500) },
  });

const METRICS = new Map([
  [
    'calls',
    {
      code: 'calls',
      name: 'Calls',
      aggregation: 'sum_agg',
      field: 'amount',
      expression: undefined,
      recurring: false,
      filters: new Map(),
    },
  ],
]);

const readerOver = (http: ScriptedHttp, store: EventStore = 'postgres', random = 0) =>
  new PeriodUsageReader({
    requests: requestsTo(http, new TestClock(), 1000),
    storeOf: () => store,
    metrics: () => METRICS,
    random: () => random,
  });

const sizes = (read: readonly PeriodUsage[]) =>
  read.map((usage) => (typeof usage === 'string' ? usage : usage.length));

test('a period of a metric and subscription is read page by page, with both of its ends', () => {
  const http = new ScriptedHttp((_, query) => page(1_200, Number(query.get('page'))));
  const [usage] = readerOver(http).read([PLACE]);
  expect(usage).toHaveLength(1_200);
  expect(http.sent).toEqual([1, 2]);
  expect(http.paths()[0]).toBe(
    '/events?code=calls&external_subscription_id=acme%20%26%20co&timestamp_from=2026-11-01T00%3A00%3A00.000Z&timestamp_to=2026-11-30T23%3A59%3A59.999Z&per_page=500&page=1',
  );
});

test('what recurs is read from the beginning of time', () => {
  const http = new ScriptedHttp(() => page(1, 1));
  readerOver(http).read([{ ...PLACE, from: Number.NEGATIVE_INFINITY }]);
  expect(http.paths()[0]).not.toContain('timestamp_from');
});

test('events come in the order of time, and each place is asked once in a run', () => {
  const http = new ScriptedHttp(() => page(3, 1));
  const reader = readerOver(http);
  const [usage] = reader.read([PLACE]);
  reader.read([PLACE, PLACE]);
  expect(usage).toMatchObject(['e2', 'e1', 'e0'].map((transaction_id) => ({ transaction_id })));
  expect(http.sent).toEqual([1]);
});

test('a run asks 200 times, and what is not read by then is too much', () => {
  const http = new ScriptedHttp(() => page(1, 1));
  const reader = readerOver(http);
  const places = Array.from({ length: 201 }, (_, index) => placeOf(`s${index}`));
  const read = sizes(reader.read(places));
  expect(read.slice(0, 200).every((size) => size === 1)).toBe(true);
  expect(read[200]).toBe('too-many');
  expect(sizes(reader.read([placeOf('another')]))).toEqual(['too-many']);
  expect(http.requests).toHaveLength(200);
});

test('of many places with several pages each run reads some, not only the first page of all', () => {
  const http = new ScriptedHttp((_, query) => page(600, Number(query.get('page'))));
  const places = Array.from({ length: 300 }, (_, index) => placeOf(`s${index}`));
  const read = sizes(readerOver(http).read(places));
  expect(read.filter((size) => size === 600)).toHaveLength(100);
  expect(read.filter((size) => size === 'too-many')).toHaveLength(200);
  expect(http.requests).toHaveLength(200);
});

test('of more places than a run can ask for each comes in some run', () => {
  const places = Array.from({ length: 300 }, (_, index) => placeOf(`s${index}`));
  const readBy = (random: number): PeriodUsage[] => {
    const http = new ScriptedHttp(() => page(1, 1));
    return readerOver(http, 'postgres', random).read(places);
  };
  const runs = [0, 0.6].map((random) => readBy(random));
  expect(runs.map((run) => sizes(run).filter((size) => size === 1).length)).toEqual([200, 200]);
  expect(places.filter((_, at) => runs.every((run) => run[at] === 'too-many'))).toEqual([]);
});

test('a list that is longer than what is left takes no further request, and others are read', () => {
  const http = new ScriptedHttp((_, query) =>
    page(
      query.get('external_subscription_id') === 'crowd' ? 100_500 : 600,
      Number(query.get('page')),
    ),
  );
  expect(sizes(readerOver(http).read([placeOf('crowd'), placeOf('few')]))).toEqual([
    'too-many',
    600,
  ]);
  expect(http.requests).toHaveLength(3);
});

test('a list in which an event arrives meanwhile is read once more, and then not known', () => {
  let arrived = 1_000;
  const once = new ScriptedHttp((_, query) => {
    const answer = page(arrived, Number(query.get('page')));
    arrived = 1_001;
    return answer;
  });
  expect(sizes(readerOver(once).read([PLACE]))).toEqual([1_001]);
  const always = new ScriptedHttp((_, query) => page(arrived++, Number(query.get('page'))));
  expect(sizes(readerOver(always).read([PLACE]))).toEqual(['unanswered']);
});

test.each([
  ['forbidden', 403],
  ['unanswered', 500],
  ['unanswered', 200],
])('an answer that is no list is %s (%i)', (unread, status) => {
  const http = new ScriptedHttp(() => answered(status, { error: 'x' }));
  expect(readerOver(http).read([PLACE])).toEqual([unread]);
});

test.each<[EventStore, string, string]>([
  ['clickhouse', '+5', '5'],
  ['clickhouse', '.5', '0.5'],
  ['clickhouse', '-1e2', '-100'],
  ['clickhouse', '5.', '5'],
  ['clickhouse', '-1000000000000', '0'],
  ['clickhouse', 'many', '0'],
  ['postgres', '-1e2', '-1e2'],
])('on %s a value of %s is %s', (store, value, counted) => {
  const http = new ScriptedHttp(() =>
    answered(200, {
      events: [stored(1, { amount: value })],
      meta: { total_count: 1, total_pages: 1 },
    }),
  );
  expect(readerOver(http, store).read([PLACE])).toMatchObject([
    [{ properties: { amount: counted } }],
  ]);
});

test('on ClickHouse the newest copy of an event counts', () => {
  const copy = (amount: string, created_at: string) => ({ ...stored(1, { amount }), created_at });
  const http = new ScriptedHttp(() =>
    answered(200, {
      events: [copy('7', '2026-11-04T00:00:02Z'), copy('3', '2026-11-04T00:00:01Z')],
      meta: { total_count: 2, total_pages: 1 },
    }),
  );
  const [usage] = readerOver(http, 'clickhouse').read([PLACE]);
  expect(usage).toMatchObject([{ properties: { amount: '7' } }]);
});
