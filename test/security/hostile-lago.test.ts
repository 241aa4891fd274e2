import type { ExecutionReport, TransportAnswer, TransportRequest } from '../../sandbox/runtime';
import type { Method, Reply } from '../../src/rpc/contract';
import { IS_LONG, played } from '../bundle/long';
import {
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HOUR,
  inLago,
  lagoAnswer,
  usageRows,
  type World,
} from '../bundle/world';
import { hostileJson, placesIn, setAt } from './hostile-values';

const ROWS = 3;
const IDS = usageRows(ROWS).map(([id = '']) => id);
const ALL = usageRows(ROWS).map(([id, , , amount]) => `${id} = ${amount}`);

/** Calls of Google's services that a run of three rows may cost, whatever Lago answers; reading a listing of 200 pages is 10 of them. */
const MOST_SERVICE_CALLS = 250;
/** Google ends an execution after six minutes without a word. */
const SIX_MINUTES = 360_000;

const isBatch = ({ url, method }: TransportRequest): boolean =>
  method === 'post' && url.endsWith('/events/batch');

function started(store: 'postgres' | 'clickhouse' = 'postgres'): World {
  const world = createWorld({ rows: usageRows(ROWS), store, lago: { visibilityDelayMs: 1_000 } });
  activate(world);
  return world;
}

const idOf = (world: World): string => world.ask('open', {}).syncs[0]?.sync.id ?? '';

/** A run ends by itself, within its time and calls, and says what stopped it in words for people. */
function expectOrderly(world: World, report: ExecutionReport): void {
  expect([report.killed, report.error]).toEqual([false, undefined]);
  expect(report.durationMs).toBeLessThan(SIX_MINUTES);
  expect(
    report.serviceCalls.order.filter((call) => !call.startsWith('HTTPResponse.')).length,
  ).toBeLessThan(MOST_SERVICE_CALLS);
  const stopped = world.ask('open', {}).syncs[0]?.lastRun?.stopped;
  expect(['internal', 'run.google']).not.toContain(stopped?.code);
  if (stopped !== undefined)
    expect([stopped.message.length > 10, stopped.message.length < 1_000]).toEqual([true, true]);
}

/** The state of each row's newest line in the ledger. */
function states({ google }: World): Map<string, string> {
  const ledger = google.spreadsheet.sheets.find(({ name }) => name.startsWith('Lago ledger'));
  const lines = ledger === undefined ? [] : google.spreadsheet.table(ledger.name).slice(1);
  return new Map(lines.map((line) => [line[5] ?? '', line[3] ?? '']));
}

/** With a Lago that tells the truth again, each row is in it once, unless Lago has refused it by name. */
function expectExactlyOnceAfterwards(world: World): void {
  world.intercept = undefined;
  for (let run = 0; run < 2; run++) {
    world.time.now += HOUR;
    expectOrderly(world, fireHourly(world));
  }
  const after = states(world);
  const refused = IDS.filter((id) => after.get(id) === 'rejected' || after.get(id) === 'conflict');
  expect(inLago(world)).toEqual(
    ALL.filter((line) => !refused.some((id) => line.startsWith(`${id} `))),
  );
  for (const id of IDS)
    expect([id, after.get(id)]).toEqual([
      id,
      refused.includes(id) ? expect.any(String) : 'accepted',
    ]);
}

const deep = '['.repeat(100_000) + ']'.repeat(100_000);
const listed = (ids: readonly string[]): string =>
  JSON.stringify({ events: ids.map((transaction_id) => ({ transaction_id })) });
const refusal = (details: string): string =>
  `{"status":422,"error":"Unprocessable Entity","code":"validation_errors","error_details":${details}}`;
const exists = '{"transaction_id":["value_already_exist"]}';

describe('an answer to a batch that Lago did not take', () => {
  test.each(
    played<[string, number, string]>(
      [
        ['a web page', 200, '<!doctype html><html><title>Sign in</title></html>'],
        ['nothing', 200, ''],
        ['nothing, and no content', 204, ''],
        ['null', 200, 'null'],
        ['a list', 200, '[]'],
        ['no events', 200, '{"events":[]}'],
        ['an event less', 200, listed(IDS.slice(1))],
        ['an event more', 200, listed([...IDS, 'r4'])],
        ['other events', 200, listed(['x', 'y', 'z'])],
        ['one event three times', 200, listed(['r1', 'r1', 'r1'])],
        ['numbers', 200, '{"events":[1,2,3]}'],
        ['nulls', 200, '{"events":[null,null,null]}'],
        ['an object that has a length', 200, '{"events":{"length":3}}'],
        [
          'an object for an id',
          200,
          `{"events":[{"transaction_id":{"toString":1}},{"transaction_id":[]},{"transaction_id":null}]}`,
        ],
        ['lists within lists', 200, `{"events":[{},{},${deep}]}`],
        ['half of it', 200, listed(IDS).slice(0, 40)],
        ['it behind a byte order mark', 200, `\ufeff${listed(['x', 'y', 'z'])}`],
        ['letters that are none', 200, `{"events":[{"transaction_id":"r1\ufffd"},{},{}]}`],
        ['50 MB', 200, `{"events":[{},{},{}],"x":"${'x'.repeat(50_000_000)}"}`],
        ['50 MB of markup', 500, '<'.repeat(50_000_000)],
        ['places beyond the batch', 422, refusal('{"3":{"timestamp":["invalid_format"]}}')],
        ['negative places', 422, refusal('{"-1":{"timestamp":["invalid_format"]}}')],
        ['a place as large as none', 422, refusal(`{"${'9'.repeat(400)}":"x"}`)],
        ['places that are names', 422, refusal('{"__proto__":"x","constructor":"y","0":"z"}')],
        ['places in other spellings', 422, refusal('{"0.0":"x","1e0":"x"," 2":"x"}')],
        ['places in a list', 422, refusal('["x","y","z"]')],
        ['a text', 422, refusal('"value_is_invalid"')],
        ['a number', 422, refusal('1e999')],
        ['causes within causes', 422, refusal(`{"0":${deep}}`)],
        ['too many events, of one', 422, refusal('{"events":["too_many_events"]}')],
        ['duplicates that are none', 422, refusal(`{"0":${exists},"1":${exists},"2":${exists}}`)],
        ['a duplicate beside a place that is none', 422, refusal(`{"0":${exists},"9":${exists}}`)],
        ['a refusal without a reason', 422, refusal('{"1":null}')],
        ['a refusal with 60,000 letters', 422, refusal(`{"1":"${'x'.repeat(60_000)}"}`)],
        ['a status that is none', 999, listed(IDS)],
        ['a status of another protocol', 101, listed(IDS)],
      ],
      3,
    ),
  )(
    'that is %s marks nothing as accepted, and each row is billed once when Lago tells the truth again',
    (_, status, body) => {
      const world = started();
      let sent = 0;
      world.intercept = (request) => {
        if (!isBatch(request)) return undefined;
        sent++;
        return { status, headers: {}, body };
      };
      expectOrderly(world, fireHourly(world));
      expect([sent > 0, sent < 40]).toEqual([true, true]);
      expect([...states(world).values()]).not.toContain('accepted');
      expect(inLago(world)).toEqual([]);
      expectExactlyOnceAfterwards(world);
    },
  );

  test('that names the right events in the right order is believed', () => {
    const world = started();
    fireHourly(world);
    expect([...states(world)]).toEqual(IDS.map((id) => [id, 'accepted']));
  });
});

describe.each(['postgres', 'clickhouse'] as const)(
  'an answer to a batch that Lago on %s did take',
  (store) => {
    test.each<[string, number, string]>([
      ['other events', 200, listed(['x', 'y', 'z'])],
      ['a web page', 200, '<html>'],
      ['an error', 500, ''],
      ['lists within lists', 200, `{"events":${deep}}`],
    ])('that is %s bills no row twice', (_, status, body) => {
      const world = started(store);
      let sent = 0;
      world.intercept = (request) => {
        if (!isBatch(request)) return undefined;
        if (sent++ === 0) lagoAnswer(world.lago, request);
        return { status, headers: {}, body };
      };
      expectOrderly(world, fireHourly(world));
      expect(inLago(world)).toEqual(ALL);
      expectExactlyOnceAfterwards(world);
    });
  },
);

test('a refusal of events that Lago did take is told as one, and no row is billed twice', () => {
  const world = started();
  let sent = 0;
  world.intercept = (request) => {
    if (!isBatch(request)) return undefined;
    if (sent++ === 0) lagoAnswer(world.lago, request);
    return { status: 422, headers: {}, body: refusal('{"7":"x"}') };
  };
  for (let run = 0; run < 3; run++) {
    expectOrderly(world, fireHourly(world));
    world.time.now += HOUR;
    world.intercept = undefined;
  }
  expect(inLago(world)).toEqual(ALL);
  expect([...states(world).values()]).toEqual(IDS.map(() => 'rejected'));
  expect(world.ask('open', {}).syncs[0]).toMatchObject({
    health: { state: 'needs-you' },
    lastRun: { rows: { refused: ROWS } },
  });
});

describe('an organization that lies about its event store', () => {
  test.each<['postgres' | 'clickhouse', string]>([
    ['postgres', '"clickhouse"'],
    ['postgres', '"mysql"'],
    ['postgres', '{"toString":1}'],
    ['postgres', '["postgres"]'],
    ['clickhouse', 'null'],
    ['clickhouse', '"Postgres"'],
  ])('%s, as %s, gets each row once, also after a lost answer', (store, said) => {
    const world = started(store);
    let sent = 0;
    world.intercept = (request) => {
      if (isBatch(request) && sent++ === 0) {
        lagoAnswer(world.lago, request);
        return { error: 'timeout' };
      }
      if (!request.url.endsWith('/organizations')) return undefined;
      const answer = lagoAnswer(world.lago, request);
      return {
        ...answer,
        body: answer.body.replace(/"events_store":"\w+"/, `"events_store":${said}`),
      };
    };
    for (let run = 0; run < 3; run++) {
      expectOrderly(world, fireHourly(world));
      world.time.now += HOUR;
    }
    expect(inLago(world)).toEqual(ALL);
  });
});

/** A change of everything that Lago tells when it is asked. */
type Lie = (body: string, request: TransportRequest) => string;

const everywhere =
  (isMeant: (value: unknown, key: string) => boolean, replaced: unknown): Lie =>
  (text) => {
    const body: unknown = JSON.parse(text);
    for (const place of placesIn(body)) {
      const value = (place.container as Record<string, unknown>)[place.key];
      if (isMeant(value, place.key)) setAt(place, replaced);
    }
    return hostileJson(body);
  };

const META = /"meta":\{[^}]*\}/;
const withMeta =
  (meta: string): Lie =>
  (body) =>
    body.replace(META, `"meta":${meta}`);
const isTime = (value: unknown): boolean =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value);

const LIES: readonly (readonly [string, Lie])[] = [
  [
    'objects for texts',
    everywhere((value) => typeof value === 'string', { toString: 1, valueOf: 1 }),
  ],
  [
    'objects for numbers',
    everywhere((value) => typeof value === 'number', { toString: 1, valueOf: 1 }),
  ],
  ['objects for lists', everywhere(Array.isArray, { length: 1e9 })],
  ['null for all values', everywhere((value) => typeof value !== 'object', null)],
  ['numbers that are none', everywhere((value) => typeof value === 'number', '@infinite@')],
  ['negative numbers', everywhere((value) => typeof value === 'number', -1)],
  [
    'texts of 70,000 letters',
    everywhere((value, key) => typeof value === 'string' && key !== 'transaction_id', '@long@'),
  ],
  ['names that every object has', everywhere((value) => typeof value === 'string', '__proto__')],
  ['times of the year 99999', everywhere(isTime, '99999-01-01T00:00:00.000Z')],
  ['times that are none', everywhere(isTime, '2026-13-45T99:99:99Z')],
  ['properties within properties', everywhere((_, key) => key === 'properties', '@deep@')],
  [
    'prototypes',
    everywhere(
      (value) => typeof value === 'object' && !Array.isArray(value) && value !== null,
      '@prototype@',
    ),
  ],
  [
    'a billion pages',
    withMeta(
      '{"current_page":1,"next_page":2,"prev_page":null,"total_pages":1000000000,"total_count":500000000000}',
    ),
  ],
  [
    'the same page again and again',
    withMeta('{"current_page":1,"next_page":1,"prev_page":1,"total_pages":3,"total_count":3}'),
  ],
  [
    'fewer than no pages',
    withMeta('{"current_page":-1,"next_page":-1,"prev_page":-1,"total_pages":-5,"total_count":-5}'),
  ],
  [
    'pages without a number',
    withMeta(
      '{"current_page":{},"next_page":[],"total_pages":{"toString":1},"total_count":{"valueOf":2}}',
    ),
  ],
  [
    'as many pages as there is no number for',
    withMeta('{"total_pages":1e999,"total_count":1e999}'),
  ],
  ['no pages at all', withMeta('null')],
  [
    'each item two hundred times',
    (body) =>
      body.replace(
        /"(billable_metrics|plans|subscriptions|customers|events)":\[(\{.*\})\]/,
        (_, name: string, items: string) => `"${name}":[${Array(200).fill(items).join(',')}]`,
      ),
  ],
  ['a byte order mark', (body) => `\ufeff${body}`],
  ['half of it', (body) => body.slice(0, body.length / 2)],
  ['a web page', () => '<html><head><title>Sign in</title></head></html>'],
  ['markup that is never closed', () => '<title'.repeat(500_000)],
  ['nothing', () => ''],
  ['lists within lists', () => deep],
];

const METHODS = (world: World, id: string): Partial<{ [M in Method]: () => Reply<M> }> => ({
  prerequisites: () => world.call('prerequisites', {}),
  vocabulary: () => world.call('vocabulary', {}),
  newestEvents: () => world.call('newestEvents', {}),
  preview: () => world.call('preview', { draft: { ...draftOf(world), id, revision: 2 }, row: 2 }),
  dryRun: () => world.call('dryRun', { id }),
  testSend: () => world.call('testSend', { id, row: 2 }),
  runNow: () => world.call('runNow', { id }),
  findRow: () => world.call('findRow', { id, key: 'r1' }),
  reconcile: () => world.call('reconcile', { id, month: '2026-11' }),
  statement: () => world.call('statement', { id, month: '2026-11', customer: 'c-acme' }),
  fixFindings: () => world.call('fixFindings', { id, fix: 'adopt', ids: ['r1', 'tool-1'] }),
  connect: () => world.call('connect', { address: 'https://lago.example', apiKey: '' }),
  changeOrganization: () => world.call('changeOrganization', { id }),
  rebuildLedger: () => world.call('rebuildLedger', { id }),
});

describe('a Lago that answers what it is asked with', () => {
  test.each(
    played(
      LIES.map(([what, lie], place) => [what, lie, place] as const),
      3,
    ),
  )('%s', (_, lie, place) => {
    const world = started();
    const id = idOf(world);
    fireHourly(world);
    world.time.now += HOUR;
    world.google.spreadsheet.edit('usage', ROWS + 2, 1, 'r4');
    for (const [column, text] of ['acme', '2026-11-03 10:00', '4'].entries())
      world.google.spreadsheet.edit('usage', ROWS + 2, column + 2, text);
    let requests = 0;
    world.intercept = (request) => {
      requests++;
      if (request.method !== 'get') return undefined;
      const answer = lagoAnswer(world.lago, request);
      return {
        ...answer,
        body: answer.status === 200 ? lie(answer.body, request) : answer.body,
      } satisfies TransportAnswer;
    };
    expectOrderly(world, fireHourly(world));
    expect(requests).toBeLessThan(1_500);
    const codes: string[] = [];
    const methods = Object.entries(METHODS(world, id));
    // In a short run the lies share the methods.
    for (const [method, call] of methods.filter(
      (__, index) => IS_LONG || index % 7 === place % 7,
    )) {
      world.google.resetQuotas();
      const reply = call();
      if (!reply.ok) codes.push(`${method}: ${reply.problem.code}`);
      expect(JSON.stringify(reply)).not.toContain('Infinity');
      expect([method, world.execution().durationMs < SIX_MINUTES]).toEqual([method, true]);
    }
    expect(codes.filter((code) => /: (?:internal|run\.google)$/.test(code))).toEqual([]);
    // Whatever was told: what it billed before it bills once.
    expect(inLago(world).filter((line, index, all) => all.indexOf(line) !== index)).toEqual([]);
    expect(inLago(world)).toEqual(expect.arrayContaining(ALL));
  });

  test.each<[string, Readonly<Record<string, string>>, number]>([
    [
      'a limit that is used up each time',
      { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '59' },
      200,
    ],
    ['a limit for a year', { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '31536000' }, 200],
    ['a wait without end', { 'X-RateLimit-Reset': '1e999' }, 429],
    ['a wait that is over', { 'X-RateLimit-Reset': '-59' }, 429],
    ['a wait in words', { 'Retry-After': 'Fri, 31 Dec 9999 23:59:59 GMT' }, 429],
    ['another wait again and again', { 'Retry-After': '19' }, 429],
  ])('%s has a run that ends in time', (_, headers, status) => {
    const world = started();
    world.intercept = (request) => {
      const answer = lagoAnswer(world.lago, request);
      return status === 429
        ? { status, headers, body: '' }
        : {
            ...answer,
            headers,
            body: withMeta('{"total_pages":1000000,"total_count":9}')(answer.body, request),
          };
    };
    expectOrderly(world, fireHourly(world));
    world.intercept = undefined;
    expectExactlyOnceAfterwards(world);
  });

  test.each([59_000, 65_000])(
    'answers that take %i ms has a run that ends in time, and tells why',
    (delayMs) => {
      const world = started();
      world.intercept = (request) => {
        const answer = lagoAnswer(world.lago, request);
        return {
          ...answer,
          delayMs,
          body: withMeta('{"total_pages":200,"total_count":100000}')(answer.body, request),
        };
      };
      expectOrderly(world, fireHourly(world));
      expect(world.ask('open', {}).syncs[0]?.lastRun?.stopped?.code).toBe('lago.unreachable');
      expectExactlyOnceAfterwards(world);
    },
  );
});
