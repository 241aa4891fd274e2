import type { TransportAnswer } from '../../sandbox/runtime';
import type { ProblemCode } from '../../src/problem/catalogue';
import type { Place, Problem } from '../../src/problem/problem';
import type { Value } from '../../src/rpc/contract';
import { played } from './long';
import {
  API_KEY,
  activate,
  connectAccepting,
  createWorld,
  draftOf,
  fireHourly,
  HEADERS,
  HOUR,
  inLago,
  MINUTE,
  TAB,
  TEMPLATE,
  usageRows,
  type World,
  type WorldOptions,
} from './world';

type Report = Value<'runNow'>;
type Group = Report['problems'][number];

const ADDRESS = 'https://lago.example';
const BATCH = '/api/v1/events/batch';
const FIRST_ROW = 2;
const [ID, TIME, AMOUNT] = [1, 3, 4] as const;
const ALL = ['read', 'write'] as const;
const STORES = ['postgres', 'clickhouse'] as const;

/** A whole sentence: no placeholder left, no blank detail. */
const sentence = expect.stringMatching(/^(?![\s\S]*(\{\w+\}|“”|undefined|\[object))[\s\S]*[.?]$/);

function expectProblem(found: Problem | undefined, code: ProblemCode, place: Place = {}): void {
  expect(found).toMatchObject({ code, place, message: sentence, remedy: sentence });
}

const activeWorld = (
  rows: WorldOptions['rows'],
  options: Omit<WorldOptions, 'rows'> = {},
): World => {
  const world = createWorld({ rows, ...options });
  activate(world);
  return world;
};

const complete = (count: number): string[] =>
  usageRows(count).map(([id, , , amount]) => `${id} = ${amount}`);

/** An hour later, what the sidebar shows of the hourly run. */
function nextRun(world: World): Report {
  world.time.now += HOUR;
  const { error, killed } = fireHourly(world);
  expect({ error, killed }).toEqual({ error: undefined, killed: false });
  const report = world.ask('open', {}).syncs[0]?.lastRun;
  if (report === undefined) throw new Error('There was no run.');
  return report;
}

const group = (report: Report, code: ProblemCode): Group | undefined =>
  report.problems.find(({ problem }) => problem.code === code);

/** A group with its first problem, which says what to do and where. */
function expectGroup(
  report: Report,
  code: ProblemCode,
  expected: Partial<Omit<Group, 'problem'>> & { readonly place?: Place },
): void {
  const { place, ...rest } = expected;
  const found = group(report, code);
  expect(found).toMatchObject(rest);
  expectProblem(found?.problem, code, place);
}

/** The hourly run goes on by itself and sends everything that is left, and the run after it has nothing to do. */
function expectAllSentOnce(world: World, expected: readonly string[]): void {
  const { stopped, left } = nextRun(world);
  expect({ stopped, left }).toEqual({ stopped: undefined, left: 0 });
  expect(inLago(world)).toEqual(expected);
  const posts = batches(world);
  nextRun(world);
  expect([inLago(world), batches(world)]).toEqual([expected, posts]);
}

const batches = ({ lago }: World): number => lago.requests.counts()[`POST ${BATCH}`] ?? 0;

const refusal = (reply: { readonly ok: boolean }): Problem | undefined =>
  'problem' in reply ? (reply.problem as Problem) : undefined;

const connect = (world: World, apiKey: string, address = ADDRESS) =>
  world.call('connect', { address, apiKey });

function saveTemplate(world: World, template: string, headers: readonly string[] = HEADERS) {
  const sync = world.ask('open', {}).syncs[0]?.sync;
  if (sync === undefined) throw new Error('There is no sync.');
  return world.call('saveSync', {
    draft: { ...draftOf(world, headers, template), id: sync.id, revision: sync.revision },
  });
}

/** Replaces the key's permissions, as somebody may do in Lago at any time. */
function permit(
  world: World,
  permissions: Parameters<World['lago']['addKey']>[0]['permissions'],
): void {
  world.lago.revokeKey(API_KEY);
  world.lago.addKey({ value: API_KEY, permissions });
}

describe('the API key', () => {
  test('that is wrong is refused when it is entered, and the stored connection stays', () => {
    const world = activeWorld(usageRows(3));
    const before = world.google.scriptProperties.all();
    expectProblem(refusal(connect(world, 'wrong-key-wrong-key')), 'lago.unauthorized');
    expect(world.google.scriptProperties.all()).toEqual(before);
    expectAllSentOnce(world, complete(3));
  });

  test('that was revoked stops the run before anything is sent', () => {
    const world = activeWorld(usageRows(3));
    world.lago.revokeKey(API_KEY);
    expectProblem(nextRun(world).stopped, 'lago.unauthorized');
    expect(inLago(world)).toEqual([]);
    world.lago.addKey({ value: API_KEY });
    expectAllSentOnce(world, complete(3));
  });

  test.each(played(STORES, 2, 1))(
    'that is revoked in mid-run leaves the rest for later on %s',
    (store) => {
      const world = activeWorld(usageRows(700), { store, lago: { duplicateRemoval: false } });
      let posts = 0;
      world.intercept = ({ method }) => {
        if (method === 'post' && ++posts === 3) world.lago.revokeKey(API_KEY);
        return undefined;
      };
      const report = nextRun(world);
      expectProblem(report.stopped, 'lago.unauthorized');
      expect(report).toMatchObject({ delivered: 200, left: 500 });
      expect(inLago(world)).toEqual(complete(200));
      world.lago.addKey({ value: API_KEY });
      expectAllSentOnce(world, complete(700));
    },
  );

  test('that may not write events stops the run and says what the key lacks', () => {
    const world = activeWorld(usageRows(3));
    permit(world, { organization: ['read'], event: ['read'] });
    const { stopped } = nextRun(world);
    expectProblem(stopped, 'lago.forbidden');
    expect(stopped?.message).toContain('write_action_not_allowed_for_event');
    expect(inLago(world)).toEqual([]);
    permit(world, undefined);
    expectAllSentOnce(world, complete(3));
  });

  test('that may not read its organization is refused when it is entered, and stops a run', () => {
    const world = activeWorld(usageRows(3));
    world.lago.requests.clear();
    permit(world, { event: [...ALL], billable_metric: ['read'], subscription: ['read'] });
    expectProblem(refusal(connect(world, API_KEY)), 'lago.unknown-organization');
    expectProblem(nextRun(world).stopped, 'lago.unknown-organization');
    expect(batches(world)).toBe(0);
    permit(world, undefined);
    expectAllSentOnce(world, complete(3));
  });

  test('that may not read metrics only switches their checks off', () => {
    const world = activeWorld([
      ['r1', 'acme', '2026-11-03 10:00', 'many'],
      ['r2', 'acmee', '2026-11-03 10:00', '2'],
    ]);
    expectGroup(nextRun(world), 'event.not-a-number', {
      action: 'hold',
      rows: [2],
      place: { row: 2 },
    });
    permit(world, { organization: ['read'], event: [...ALL], subscription: ['read'] });
    const report = nextRun(world);
    expect(report.stopped).toBeUndefined();
    expectGroup(report, 'event.unknown-subscription', {
      action: 'hold',
      rows: [3],
      place: { row: 3 },
    });
    expect(inLago(world)).toEqual(['r1 = many']);
  });

  test('of another organization sends nothing there, whoever asks', () => {
    const world = activeWorld(usageRows(3));
    const other = 'aaaaaaaa-1111-4222-8333-bbbbbbbbbbbb';
    world.lago.seed.organization({ name: 'Other Ltd.', apiKey: other });
    const id = world.ask('open', {}).syncs[0]?.sync.id ?? '';
    connectAccepting(world, other);
    const { stopped } = nextRun(world);
    expectProblem(stopped, 'lago.other-organization');
    expect(stopped?.message).toContain('Other Ltd.');
    expectProblem(world.ask('runNow', { id }).stopped, 'lago.other-organization');
    expectProblem(
      refusal(world.call('testSend', { id, row: FIRST_ROW })),
      'lago.other-organization',
    );
    expectProblem(refusal(world.call('dryRun', { id })), 'lago.other-organization');
    expect(inLago(world)).toEqual([]);
    connectAccepting(world, API_KEY);
    expectAllSentOnce(world, complete(3));
  });
});

/** Postgres refuses duplicates, so the run tries again until it gives up; elsewhere it leaves the events for the next run to look up. */
function expectNoAnswer(report: Report, store: 'postgres' | 'clickhouse'): void {
  if (store === 'postgres') expectProblem(report.stopped, 'lago.unavailable');
  expectGroup(report, 'row.unsettled', { action: 'wait' });
}

const html = (status: number): TransportAnswer => ({
  status,
  headers: { 'Content-Type': 'text/html' },
  body: '<!doctype html><html><body><h1>Welcome</h1></body></html>',
});
const notFound: TransportAnswer = {
  status: 404,
  headers: { 'Content-Type': 'application/json' },
  body: '{"status":404,"error":"Not Found","code":"resource_not_found"}',
};
const elsewhere: TransportAnswer = {
  status: 302,
  headers: { Location: 'https://elsewhere.example/api/v1/organizations' },
  body: '',
};

/** The last: on which of the stores a short run plays what depends on it (0-based). */
describe.each<[string, TransportAnswer, ProblemCode, ProblemCode, number]>([
  ['404 resource_not_found', notFound, 'lago.not-found', 'lago.not-found', 0],
  ['HTML with 200', html(200), 'lago.not-lago', 'lago.not-lago', 1],
  ['HTML with 404', html(404), 'lago.not-found', 'lago.not-found', 0],
  ['a DNS error', { error: 'dns' }, 'lago.unreachable', 'lago.unavailable', 0],
  ['a redirect to another host', elsewhere, 'lago.redirect', 'lago.redirect', 1],
])('an address that answers %s', (_, answer, code, codeOfPost, turn) => {
  test('is refused when it is entered, and the stored connection stays', () => {
    const world = activeWorld(usageRows(3));
    const before = world.google.scriptProperties.all();
    world.intercept = ({ url }) => (url.startsWith(ADDRESS) ? undefined : answer);
    const refused = refusal(connect(world, API_KEY, 'https://wrong.example'));
    expectProblem(refused, code);
    expect(refused?.message).toContain('https://wrong.example');
    expect(world.google.scriptProperties.all()).toEqual(before);
    expectAllSentOnce(world, complete(3));
  });

  test('stops a run at its first request, and the next run goes on', () => {
    const world = activeWorld(usageRows(3));
    const hosts = new Set<string>();
    world.intercept = ({ url }) => {
      hosts.add(new URL(url).host);
      return answer;
    };
    expectProblem(nextRun(world).stopped, code);
    expect([inLago(world), [...hosts]]).toEqual([[], ['lago.example']]);
    world.intercept = undefined;
    expectAllSentOnce(world, complete(3));
  });

  test.each(played(STORES, 2, turn))(
    'stops a run of 250 rows that has begun on %s, and the next run goes on',
    (store) => {
      const world = activeWorld(usageRows(250), { store, lago: { duplicateRemoval: false } });
      const hosts = new Set<string>();
      world.intercept = ({ method, url }) => {
        hosts.add(new URL(url).host);
        return method === 'post' ? answer : undefined;
      };
      const report = nextRun(world);
      if (codeOfPost === 'lago.unavailable') expectNoAnswer(report, store);
      else expectProblem(report.stopped, codeOfPost);
      expect([inLago(world), [...hosts]]).toEqual([[], ['lago.example']]);
      world.intercept = undefined;
      expectAllSentOnce(world, complete(250));
    },
  );
});

describe('an API that hangs', () => {
  const slow = (world: World): void => {
    world.intercept = ({ method }) => {
      if (method === 'post') world.time.now += MINUTE;
      return undefined;
    };
  };

  const HANGING = [
    ['postgres', 'before', 250],
    ['clickhouse', 'before', 250],
    ['clickhouse', 'after', 250],
    ['postgres', 'after', 250],
    ['postgres', 'before', 40],
    ['clickhouse', 'after', 40],
  ] as const;

  test.each(played(HANGING, 2))(
    'on %s, %s it has taken the events, ends the run in time and is settled later (%i rows)',
    (store, moment, rows) => {
      const world = activeWorld(usageRows(rows), {
        store,
        lago: { visibilityDelayMs: 90_000, duplicateRemoval: false },
      });
      slow(world);
      world.lago.faults.add({
        kind: 'hang',
        path: BATCH,
        committed: moment === 'after',
        times: Number.POSITIVE_INFINITY,
      });
      expectNoAnswer(nextRun(world), store);
      world.lago.faults.clear();
      world.intercept = undefined;
      expectAllSentOnce(world, complete(rows));
    },
  );

  test('from its first request on is told after three runs', () => {
    const world = activeWorld(usageRows(3));
    world.intercept = () => {
      world.time.now += MINUTE;
      return { error: 'timeout' };
    };
    expectProblem(nextRun(world).stopped, 'lago.unreachable');
    expect(world.google.mails).toEqual([]);
    nextRun(world);
    nextRun(world);
    expect(world.google.mails.map(({ subject }) => subject)).toEqual(['Lago usage sync stopped']);
    world.intercept = undefined;
    expectAllSentOnce(world, complete(3));
  });
});

describe('the sheet as a whole', () => {
  /** Three rows are in Lago and a fourth one waits when something happens to the sheet. */
  const waiting = (): World => {
    const world = activeWorld(usageRows(3));
    nextRun(world);
    world.google.spreadsheet.paste(TAB, 5, ID, usageRows(4).slice(3));
    return world;
  };

  test.each(
    played<[string, (world: World) => void, ProblemCode, Place, string]>(
      [
        [
          'whose header row was emptied',
          ({ google }) => google.spreadsheet.clear(TAB, 1, 1, 1, HEADERS.length),
          'sheet.no-header',
          { row: 1 },
          TAB,
        ],
        [
          'with two columns of one name',
          ({ google }) => google.spreadsheet.edit(TAB, 1, 6, 'amount'),
          'sheet.header-twice',
          { row: 1, column: 'amount' },
          'amount',
        ],
        [
          'whose header was renamed',
          ({ google }) => google.spreadsheet.edit(TAB, 1, AMOUNT, 'amounts'),
          'sheet.header-missing',
          { row: 1, column: 'amount' },
          'amount',
        ],
        [
          'whose column was deleted',
          ({ google }) => google.spreadsheet.deleteColumns(TAB, AMOUNT),
          'sheet.header-missing',
          { row: 1, column: 'amount' },
          'amount',
        ],
        [
          'whose key column was deleted',
          ({ google }) => google.spreadsheet.deleteColumns(TAB, ID),
          'sheet.header-missing',
          { row: 1, column: 'id' },
          'id',
        ],
        [
          'whose tab was deleted',
          ({ google }) => {
            google.spreadsheet.insertSheet('other');
            google.spreadsheet.deleteSheet(TAB);
          },
          'sheet.tab-missing',
          {},
          TAB,
        ],
      ],
      2,
      1,
    ),
  )(
    '%s sends nothing and calls nothing removed until it is restored',
    (_, happen, code, place, named) => {
      const world = waiting();
      const version = world.google.spreadsheet.version();
      happen(world);
      const report = nextRun(world);
      expectProblem(report.stopped, code, place);
      expect(report.stopped?.message).toContain(named);
      expect(report).toMatchObject({ rows: { flag: 0 }, delivered: 0 });
      expectProblem(refusal(world.call('dryRun', { id: report.sync })), code, place);
      expect(inLago(world)).toEqual(complete(3));
      world.google.spreadsheet.restore(version);
      expectAllSentOnce(world, complete(4));
    },
  );

  test('suggests the new name of a renamed header', () => {
    const world = waiting();
    world.google.spreadsheet.edit(TAB, 1, AMOUNT, 'amounts');
    expect(nextRun(world).stopped?.remedy).toContain('“amounts”');
  });

  test('that never had a header row cannot be described', () => {
    const world = createWorld({ rows: usageRows(1) });
    world.google.spreadsheet.clear(TAB, 1, 1, 1, HEADERS.length);
    expectProblem(
      refusal(world.call('describeTab', { tabId: draftOf(world).source.tabId, headerRow: 1 })),
      'sheet.no-header',
      { row: 1 },
    );
  });

  test('without any row is no failure, and a row that is added goes out', () => {
    const world = activeWorld([]);
    world.lago.requests.clear();
    const report = nextRun(world);
    expect(report.stopped).toBeUndefined();
    expect(report).toMatchObject({
      problems: [],
      delivered: 0,
      rows: { send: 0, hold: 0, flag: 0 },
    });
    expect(batches(world)).toBe(0);
    world.google.spreadsheet.paste(TAB, 2, ID, usageRows(1));
    expectAllSentOnce(world, complete(1));
  });

  test('that was emptied is not taken for removals, and takes nothing back', () => {
    const world = waiting();
    nextRun(world);
    world.google.spreadsheet.deleteRows(TAB, 2, 4);
    const report = nextRun(world);
    expect(report).toMatchObject({
      stopped: { code: 'run.removals' },
      asks: { events: 0, removed: 4 },
      rows: { flag: 0 },
    });
    const [view] = world.ask('open', {}).syncs;
    const approved = world.ask('runNow', {
      id: view?.sync.id ?? '',
      approved: { events: 0, removed: 4 },
    });
    expectGroup(approved, 'row.removed', { action: 'flag', count: 4 });
    expectGroup(nextRun(world), 'row.removed', { action: 'flag', count: 4 });
    world.google.spreadsheet.paste(TAB, 2, ID, usageRows(4));
    expectAllSentOnce(world, complete(4));
  });

  test('whose tab was only renamed goes on', () => {
    const world = waiting();
    world.google.spreadsheet.renameSheet(TAB, 'consumption');
    expectAllSentOnce(world, complete(4));
  });
});

describe('a row', () => {
  test.each<[string, string, ProblemCode, number[], string[]]>([
    ['with an empty key', '', 'key.empty', [4], ['r1 = 1', 'r2 = 2']],
    ['whose key is an error', '=NA()', 'key.unreadable', [4], ['r1 = 1', 'r2 = 2']],
    ['whose key is still loading', 'Loading...', 'key.unreadable', [4], ['r1 = 1', 'r2 = 2']],
    ['with the key of another one', 'r1', 'key.duplicate', [2, 4], ['r2 = 2']],
  ])('%s is held until the key is corrected, and the others go', (_, key, code, rows, sent) => {
    const [first = [], second = [], third = []] = usageRows(3);
    const world = activeWorld([first, second, [key, ...third.slice(1)]]);
    expectGroup(nextRun(world), code, {
      action: 'hold',
      count: rows.length,
      rows,
      place: { row: rows[0] ?? 0, column: 'id' },
    });
    expect(inLago(world)).toEqual(sent);
    world.google.spreadsheet.edit(TAB, 4, ID, 'r3');
    expectAllSentOnce(world, complete(3));
  });

  test('with the key of a sent row changes nothing in Lago until it has its own', () => {
    const world = activeWorld(usageRows(2));
    nextRun(world);
    world.google.spreadsheet.paste(TAB, 4, ID, [['r1', 'acme', '2026-11-03 10:00', '3']]);
    expectGroup(nextRun(world), 'key.duplicate', {
      action: 'flag',
      rows: [2, 4],
      place: { row: 2, column: 'id' },
    });
    expect(inLago(world)).toEqual(complete(2));
    world.google.spreadsheet.edit(TAB, 4, ID, 'r3');
    expectAllSentOnce(world, complete(3));
  });

  test('that makes the transaction_id of another one is held with it, and named', () => {
    const headers = [...HEADERS, 'event'];
    const rows = usageRows(3).map((row, index) => [...row, index === 2 ? 'r2' : `r${index + 1}`]);
    const world = createWorld({ headers, rows });
    activate(world, { headers, template: TEMPLATE.replace('row.id', 'row.event') });
    const report = nextRun(world);
    expectGroup(report, 'event.id-twice', { action: 'hold', rows: [3, 4], place: { row: 3 } });
    expect(group(report, 'event.id-twice')?.problem.message).toMatch(/“r2”.* 3, 4/);
    expect(inLago(world)).toEqual(complete(1));
    world.google.spreadsheet.edit(TAB, 4, 5, 'r3');
    expectAllSentOnce(world, complete(3));
  });

  test('that makes the transaction_id of a sent one is held and named', () => {
    const headers = [...HEADERS, 'event'];
    const world = createWorld({ headers, rows: usageRows(1).map((row) => [...row, 'r1']) });
    activate(world, { headers, template: TEMPLATE.replace('row.id', 'row.event') });
    nextRun(world);
    world.google.spreadsheet.paste(TAB, 3, ID, [['r2', 'globex', '2026-11-03 10:00', '2', 'r1']]);
    expectGroup(nextRun(world), 'event.id-used', { action: 'hold', rows: [3], place: { row: 3 } });
    expect(inLago(world)).toEqual(complete(1));
    world.google.spreadsheet.edit(TAB, 3, 5, 'r2');
    expectAllSentOnce(world, complete(2));
  });
});

const recipe = `"event": {
  "transaction_id": "{{ row.id }}", "external_customer_id": "{{ row.subscription }}",
  "code": "calls", "properties": { "amount": "{{ row.amount }}" } }`;
const without = (field: string): string =>
  `{\n${[
    '"transaction_id": "{{ row.id }}"',
    '"external_subscription_id": "{{ row.subscription }}"',
    '"code": "calls"',
    '"timestamp": {{ row.time | unix }}',
  ]
    .filter((line) => !line.startsWith(`"${field}"`))
    .join(',\n')}\n}`;

describe('a template', () => {
  test.each(
    played<[string, string, ProblemCode, Place, string]>(
      [
        [
          'that is not JSON',
          TEMPLATE.replace('}}", "code"', '}}" "code"'),
          'template.not-json',
          { line: 2 },
          'comma',
        ],
        [
          'with an unknown column',
          TEMPLATE.replace('row.amount', 'row.amuont'),
          'template.unknown-column',
          { line: 3 },
          '“amount”',
        ],
        [
          'with an unknown filter',
          TEMPLATE.replace('| unix', '| unixx'),
          'template.unknown-filter',
          { line: 3 },
          '“unix”',
        ],
        [
          'with an unknown tag',
          TEMPLATE.replace('{ "event"', '{% include "other" %}{ "event"'),
          'template.unknown-tag',
          { line: 1 },
          '“include”',
        ],
        [
          'with an output that does not end',
          TEMPLATE.replace('{{ row.amount }}', '{{ row.amount '),
          'template.liquid',
          { line: 3 },
          '{{ row.column }}',
        ],
        [
          'without transaction_id',
          without('transaction_id'),
          'template.missing-field',
          { line: 1 },
          '“transaction_id”',
        ],
        ['without code', without('code'), 'template.missing-field', { line: 1 }, '“code”'],
        [
          'without external_subscription_id',
          without('external_subscription_id'),
          'template.missing-field',
          { line: 1 },
          '“external_subscription_id”',
        ],
        [
          'without timestamp',
          without('timestamp'),
          'template.missing-field',
          { line: 1 },
          '“timestamp”',
        ],
        [
          'that is Hightouch’s recipe',
          `{ ${recipe} }`,
          'template.customer-field',
          { line: 2 },
          'never billed',
        ],
        [
          'that is Hightouch’s recipe without its outer braces',
          recipe,
          'template.missing-braces',
          { line: 1 },
          'braces',
        ],
      ],
      3,
    ),
  )(
    '%s is refused with the place, at activation and in an active sync, and sends nothing',
    (_, template, code, place, said) => {
      const world = createWorld({ rows: usageRows(2) });
      world.ask('connect', { address: ADDRESS, apiKey: API_KEY });
      world.lago.requests.clear();
      const { problems } = world.ask('checkTemplate', { source: draftOf(world).source, template });
      const found = problems.find((each) => each.code === code);
      expectProblem(found, code, place);
      expect(`${found?.message} ${found?.remedy}`).toContain(said);
      const { id, revision } = world.ask('saveSync', { draft: draftOf(world, HEADERS, template) });
      const choice = { changed: 'flag', removed: 'flag', onEdit: false } as const;
      expect(problems.map((each) => each.code)).toContain(
        refusal(world.call('activate', { id, revision, ...choice }))?.code,
      );
      expect(refusal(world.call('testSend', { id, row: FIRST_ROW }))).toBeDefined();
      expect(batches(world)).toBe(0);

      const repaired = world.ask('saveSync', { draft: { ...draftOf(world), id, revision } });
      world.ask('activate', { id, revision: repaired.revision, ...choice });
      expect(problems.map((each) => each.code)).toContain(
        refusal(saveTemplate(world, template))?.code,
      );
      expectAllSentOnce(world, complete(2));
    },
  );

  test('that is Hightouch’s recipe is told everything that it lacks at once', () => {
    const world = createWorld({ rows: [] });
    const { problems } = world.ask('checkTemplate', {
      source: draftOf(world).source,
      template: `{ ${recipe} }`,
    });
    expect(problems.map(({ code }) => code)).toEqual([
      'template.customer-field',
      'template.missing-field',
      'template.missing-field',
    ]);
    for (const each of problems)
      expectProblem(each, each.code, { line: expect.any(Number) as number });
  });
});

describe('a timestamp', () => {
  const at = Date.UTC(2026, 10, 3, 10);
  const unfiltered = TEMPLATE.replace('{{ row.time | unix }}', '{{ row.time }}');

  function heldFor(
    template: string,
    time: string,
    code: ProblemCode,
    place: Place = { row: FIRST_ROW },
  ): World {
    const world = createWorld({ rows: [['r1', 'acme', time, '1'], ...usageRows(2).slice(1)] });
    activate(world, { template });
    const report = nextRun(world);
    expectGroup(report, code, { action: 'hold', place });
    expect(group(report, code)?.rows).toContain(FIRST_ROW);
    expect(inLago(world)).not.toContain('r1 = 1');
    return world;
  }

  const expectTimes = (world: World): void =>
    expect(world.lago.events().map(({ timestampMs }) => timestampMs)).toEqual([at, at]);

  test.each([
    ['a date text', "'2026-11-03 10:00"],
    ['a date', '2026-11-03 10:00'],
  ])(
    'that is %s without a filter is held, and goes with the filter that the problem names',
    (_, time) => {
      const world = heldFor(unfiltered, time, 'event.timestamp-text');
      expect(saveTemplate(world, TEMPLATE).ok).toBe(true);
      expectAllSentOnce(world, complete(2));
      expectTimes(world);
    },
  );

  test('in milliseconds is held, and goes with the division that the problem names', () => {
    const world = heldFor(unfiltered, String(at), 'event.timestamp-milliseconds');
    world.google.spreadsheet.setNumberFormat(TAB, 3, TIME, 1, 1, '');
    world.google.spreadsheet.edit(TAB, 3, TIME, String(at));
    expect(
      saveTemplate(world, TEMPLATE.replace('row.time | unix', 'row.time | divided_by: 1000')).ok,
    ).toBe(true);
    expectAllSentOnce(world, complete(2));
    expectTimes(world);
  });

  test('in milliseconds is understood by the filter', () => {
    const world = activeWorld([['r1', 'acme', String(at), '1'], ...usageRows(2).slice(1)]);
    expectAllSentOnce(world, complete(2));
    expectTimes(world);
  });

  test('that is no date is held until the cell is corrected', () => {
    const world = heldFor(TEMPLATE, 'the day before', 'row.not-a-time');
    world.google.spreadsheet.edit(TAB, FIRST_ROW, TIME, '2026-11-03 10:00');
    expectAllSentOnce(world, complete(2));
  });

  test('from an empty cell is held, with its column, until it is filled in', () => {
    const world = heldFor(TEMPLATE, '', 'row.empty-cell', { row: FIRST_ROW, column: 'time' });
    world.google.spreadsheet.edit(TAB, FIRST_ROW, TIME, '2026-11-03 10:00');
    expectAllSentOnce(world, complete(2));
  });

  test('that a template makes blank is held until it is filled in', () => {
    const world = heldFor(
      TEMPLATE.replace('{{ row.time | unix }}', '"{{ row.time | default: \'\' }}"'),
      '',
      'event.timestamp-empty',
    );
    expect(saveTemplate(world, TEMPLATE).ok).toBe(true);
    world.google.spreadsheet.edit(TAB, FIRST_ROW, TIME, '2026-11-03 10:00');
    expectAllSentOnce(world, complete(2));
  });
});

describe('a cell', () => {
  const headers = [...HEADERS, 'note'];
  const template = TEMPLATE.replace('"amount":', '"note": "{{ row.note }}", "amount":');
  const withNotes = (notes: readonly string[]): World => {
    const world = createWorld({
      headers,
      rows: usageRows(notes.length).map((row, index) => [...row, notes[index] ?? '']),
    });
    activate(world, { headers, template });
    return world;
  };

  test.each([
    ['quotes and backslashes', '", "code": "other", "x": "\\" }} {{ row.id }} {% if', undefined],
    ['line breaks and tabs', 'one\ntwo\r\nthree\tfour\u2028five', undefined],
    ['emoji', '👩‍👩‍👧‍👦 Zoë 𝄞', undefined],
    ['a formula', '=HYPERLINK("https://acme.example","Acme")', 'Acme'],
    [
      'a formula as text',
      '\'=HYPERLINK("https://evil.example","Acme")',
      '=HYPERLINK("https://evil.example","Acme")',
    ],
    ['40,000 characters', 'x'.repeat(40_000), undefined],
  ])('with %s arrives as it is, once', (_, typed, value) => {
    const world = withNotes([typed, 'plain']);
    expectAllSentOnce(world, complete(2));
    expect(world.lago.events().map(({ code, properties }) => [code, properties['note']])).toEqual([
      ['calls', value ?? typed],
      ['calls', 'plain'],
    ]);
    expectNoFormula(world);
  });

  test('with 50,000 characters is held until it is shortened, and the others go', () => {
    const world = withNotes(['plain', 'x'.repeat(50_000), 'plain']);
    expectGroup(nextRun(world), 'event.too-long', { action: 'hold', rows: [3], place: { row: 3 } });
    expect(inLago(world)).toEqual(['r1 = 1', 'r3 = 3']);
    world.google.spreadsheet.edit(TAB, 3, 5, 'short');
    expectAllSentOnce(world, complete(3));
  });

  test('with 50,000 characters that makes the transaction_id is held until it is shortened', () => {
    const world = activeWorld([
      ...usageRows(1),
      ['r'.repeat(50_000), 'globex', '2026-11-03 10:00', '2'],
    ]);
    expectGroup(nextRun(world), 'key.long', {
      action: 'hold',
      rows: [3],
      place: { row: 3, column: 'id' },
    });
    world.google.spreadsheet.edit(TAB, 3, ID, 'r2');
    expectAllSentOnce(world, complete(2));
  });

  test.each([
    '\'=HYPERLINK("https://evil.example","r")',
    "'=1+1",
    "'+1",
    "'-1",
    "'@sum",
    "''quoted",
    '{"a":1}',
    '👩‍👩‍👧',
    "'007",
    '1,234',
  ])(
    'that is the key %s makes no formula and no number of it in the ledger, and is known again',
    (typed) => {
      const world = activeWorld([[typed, 'acme', '2026-11-03 10:00', '1']]);
      nextRun(world);
      nextRun(world);
      const [event, ...others] = world.lago.events();
      expect(others).toEqual([]);
      expect(event?.transactionId).toBe(typed === '1,234' ? '1234' : typed.replace(/^'/, ''));
      expectNoFormula(world);
      const ledger = ledgerName(world);
      expect(world.google.spreadsheet.cell(ledger, 2, 6).value).toBe(event?.transactionId);
      expect(world.google.spreadsheet.cell(ledger, 2, 1).value).toMatch(/^\{/);
    },
  );

  test('in the name of a sync makes no formula of it', () => {
    const world = createWorld({ rows: usageRows(1) });
    world.ask('connect', { address: ADDRESS, apiKey: API_KEY });
    const { id } = world.ask('saveSync', {
      draft: { ...draftOf(world), name: '=HYPERLINK("https://evil.example","x")' },
    });
    world.ask('runNow', { id });
    expect(inLago(world)).toEqual(complete(1));
    expectNoFormula(world);
  });
});

const ledgerName = ({ google }: World): string =>
  google.spreadsheet.sheets.find(({ name }) => name.startsWith('Lago ledger'))?.name ?? '';

/** No cell of a sheet that the add-on writes computes anything. */
function expectNoFormula({ google }: World): void {
  const own = google.spreadsheet.sheets.filter(({ name }) => name.startsWith('Lago'));
  expect(own.length).toBeGreaterThan(1);
  const cells = own.flatMap(({ name }) =>
    google.spreadsheet
      .table(name)
      .flatMap((line, row) =>
        line.map((_, column) => google.spreadsheet.cell(name, row + 1, column + 1)),
      ),
  );
  expect(cells.filter(({ formula }) => formula !== undefined)).toEqual([]);
}

describe('one event that Lago refuses among 100', () => {
  const computed = (store: 'postgres' | 'clickhouse'): World => {
    // A concatenation takes texts, but what is calculated with inside of it must be a number: that only Lago can tell.
    const expression = "concat(event.properties.amount * 2, '')";
    const world = createWorld({
      store,
      rows: usageRows(100).map((row, index) => (index === 42 ? [...row.slice(0, 3), 'many'] : row)),
      metrics: [
        {
          name: 'Computed',
          code: 'computed',
          aggregation_type: 'unique_count_agg',
          field_name: 'total',
          expression,
        },
      ],
    });
    activate(world, { template: TEMPLATE.replace('"calls"', '"computed"') });
    return world;
  };
  const others = complete(100).filter((event) => event !== 'r43 = 43');

  test.each(['postgres', 'clickhouse'] as const)(
    'on %s is told with Lago’s words, the 99 go, and its correction goes as a new event',
    (store) => {
      const world = computed(store);
      const report = nextRun(world);
      expectGroup(report, 'event.rejected', {
        action: 'refused',
        count: 1,
        rows: [44],
        place: { row: 44 },
      });
      expect(group(report, 'event.rejected')?.problem.message).toContain('Expected a decimal');
      expect(inLago(world)).toEqual(others);
      const posts = batches(world);
      expectGroup(nextRun(world), 'event.rejected', { action: 'refused', rows: [44] });
      expect(batches(world)).toBe(posts);
      world.google.spreadsheet.edit(TAB, 44, AMOUNT, '43');
      expectAllSentOnce(
        world,
        [...others, 'r43~r2 = 43'].sort((left, right) =>
          left.localeCompare(right, 'en', { numeric: true }),
        ),
      );
    },
  );
});

describe('one event that makes Lago answer 500 among 250', () => {
  const others = complete(250).filter((event) => event !== 'r77 = 77');
  const poisoned = (): World => {
    const world = activeWorld(usageRows(250));
    world.lago.faults.add({ kind: 'poison', path: BATCH, marker: 'r77' });
    return world;
  };

  test('gets stuck and is told, the 249 go, later rows go, and it follows when Lago is repaired', () => {
    const world = poisoned();
    const report = nextRun(world);
    expect(inLago(world)).toEqual(others);
    expectGroup(report, 'event.stuck', {
      action: 'wait',
      count: 1,
      rows: [78],
      place: { row: 78 },
    });
    expect(report.stopped).toBeUndefined();
    expect(world.google.mails.map(({ subject }) => subject)).toEqual(['Lago usage sync needs you']);
    world.google.spreadsheet.paste(TAB, 252, ID, usageRows(251).slice(250));
    expectGroup(nextRun(world), 'event.stuck', { action: 'wait', rows: [78] });
    expect(inLago(world)).toEqual([...others, 'r251 = 251']);
    world.lago.faults.clear();
    expectAllSentOnce(world, complete(251));
  });

  test('takes less than half of Google’s six minutes', () => {
    const world = poisoned();
    expect(fireHourly(world).durationMs).toBeLessThan(3 * MINUTE);
  });
});

test.each([1, 2])(
  'one event that makes Lago answer 500 holds up nothing when it is one of only %i',
  (count) => {
    const world = activeWorld(usageRows(count));
    world.lago.faults.add({ kind: 'poison', path: BATCH, marker: 'r1' });
    nextRun(world);
    world.google.spreadsheet.paste(TAB, FIRST_ROW + count, ID, usageRows(count + 1).slice(count));
    expectGroup(nextRun(world), 'event.stuck', { action: 'wait', rows: [FIRST_ROW] });
    expect(inLago(world)).toEqual(complete(count + 1).slice(1));
    world.lago.faults.clear();
    expectAllSentOnce(world, complete(count + 1));
  },
);
