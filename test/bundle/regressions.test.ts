import type { ProblemCode } from '../../src/problem/catalogue';
import type { Value } from '../../src/rpc/contract';
import {
  API_KEY,
  activate,
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
} from './world';

const ADDRESS = 'https://lago.example';
const BATCH = '/api/v1/events/batch';
const CHOICE = { changed: 'flag', removed: 'flag', onEdit: false } as const;

type View = Value<'open'>['syncs'][number];

const complete = (count: number): string[] => usageRows(count).map(([id, , , amount]) => `${id} = ${amount}`);

function afterRuns(world: World, runs: number): View {
  for (let run = 0; run < runs; run++) {
    world.time.now += HOUR;
    fireHourly(world);
  }
  const view = world.ask('open', {}).syncs[0];
  if (view === undefined) throw new Error('There is no sync.');
  return view;
}

const codes = ({ lastRun }: View): ProblemCode[] => lastRun?.problems.map(({ problem }) => problem.code) ?? [];

function activeWorld(rows: number, store: 'postgres' | 'clickhouse' = 'postgres'): World {
  const world = createWorld({ rows: usageRows(rows), store });
  activate(world);
  return world;
}

describe('somebody is told', () => {
  test('when Lago takes no events for many hours on clickhouse', () => {
    const world = activeWorld(3, 'clickhouse');
    world.intercept = ({ method }) => (method === 'post' ? { error: 'dns' } : undefined);
    expect(afterRuns(world, 8).health.state).toBe('stopped');
    expect(world.google.mails).toHaveLength(1);
  });

  test('when one event among 250 makes Lago answer 500 again and again on clickhouse', () => {
    const world = activeWorld(250, 'clickhouse');
    world.lago.faults.add({ kind: 'poison', path: BATCH, marker: 'r77' });
    const view = afterRuns(world, 8);
    expect(inLago(world)).toHaveLength(249);
    expect(codes(view)).toEqual(['event.stuck']);
    expect(world.google.mails).toHaveLength(1);
  });

  test.each(['postgres', 'clickhouse'] as const)('when the key may not read back what an interrupted run has sent on %s', (store) => {
    const world = activeWorld(3, store);
    world.lago.faults.add({ kind: 'hang', path: BATCH, committed: true, times: 4 });
    world.lago.revokeKey(API_KEY);
    const permissions = { organization: ['read' as const], event: ['write' as const] };
    world.lago.addKey({ value: API_KEY, permissions });
    const { health } = afterRuns(world, 8);
    expect(inLago(world)).toEqual(complete(3));
    expect(health).toMatchObject({ state: 'stopped', problem: { code: 'lago.forbidden' } });
    expect(world.google.mails).toHaveLength(1);
  });
});

test('a key of 50,000 characters holds its own row only', () => {
  const headers = [...HEADERS, 'event'];
  const rows = usageRows(3).map((row, index) => [index === 1 ? 'k'.repeat(50_000) : (row[0] ?? ''), ...row.slice(1), `r${index + 1}`]);
  const world = createWorld({ headers, rows });
  activate(world, { headers, template: TEMPLATE.replace('row.id', 'row.event') });
  const { lastRun } = afterRuns(world, 1);
  expect(lastRun?.stopped).toBeUndefined();
  expect(inLago(world)).toEqual(['r1 = 1', 'r3 = 3']);
  expect(lastRun?.problems).toMatchObject([{ action: 'hold', rows: [3] }]);
});

function addSync(world: World, tab: string): void {
  const rows = [HEADERS, ...usageRows(2).map((row) => [`${tab}-${row[0]}`, ...row.slice(1)])];
  world.google.loadCsv(tab, rows.map((row) => row.join(',')).join('\n'));
  const draft = draftOf(world);
  const tabId = world.google.spreadsheet.sheets.find(({ name }) => name === tab)?.id ?? -1;
  const sync = world.ask('saveSync', { draft: { ...draft, name: tab, source: { ...draft.source, tabId, tabName: tab } } });
  world.ask('activate', { id: sync.id, revision: sync.revision, ...CHOICE });
}

describe('with two syncs', () => {
  test('an API that hangs does not make Google kill the run', () => {
    const world = activeWorld(3);
    addSync(world, 'second');
    world.intercept = () => {
      world.time.now += MINUTE;
      return { error: 'timeout' };
    };
    world.time.now += HOUR;
    expect(fireHourly(world).killed).toBe(false);
  });

  test('a failure of Google while one is remembered does not hold up the other', () => {
    const world = activeWorld(2);
    addSync(world, 'second');
    world.google.faults.add({ call: 'Properties.setProperty', message: 'Service error: PropertiesService.', nth: 3 });
    afterRuns(world, 1);
    expect(inLago(world)).toHaveLength(4);
  });
});

describe('what is stored', () => {
  test('can be set up anew, as the problem says, when the settings are damaged', () => {
    const world = activeWorld(3);
    const { documentProperties } = world.google;
    const part = Object.keys(documentProperties.all()).find((key) => /^syncs\..*\.0$/.test(key)) ?? '';
    documentProperties.set(part, 'damaged');
    expect(world.call('open', {})).toMatchObject({ value: { syncs: [], problem: { code: 'settings.unreadable' } } });
    expect(world.call('saveSync', { draft: draftOf(world) }).ok).toBe(true);
    expect(world.ask('open', {}).syncs).toHaveLength(1);
  });

  test('can be entered anew when the connection is damaged', () => {
    const world = activeWorld(3);
    world.google.scriptProperties.set('lago.connection', API_KEY);
    expect(world.call('connect', { address: ADDRESS, apiKey: API_KEY }).ok).toBe(true);
    afterRuns(world, 1);
    expect(inLago(world)).toEqual(complete(3));
  });

  test('is not filled up by saves that are killed', () => {
    const world = activeWorld(3);
    const save = (options = {}): boolean => {
      const { id, revision } = afterRuns(world, 0).sync;
      const draft = { ...draftOf(world), id, revision, template: `${TEMPLATE}${' '.repeat(60_000)}` };
      return world.call('saveSync', { draft }, options).ok;
    };
    for (let attempt = 0; attempt < 8; attempt++) expect(() => save({ killAtCall: 14 })).toThrow('killed');
    expect(save()).toBe(true);
    expect(Object.keys(world.google.documentProperties.all()).filter((key) => key.startsWith('syncs.'))).toHaveLength(8);
  });
});

describe('the API key is in no answer', () => {
  const connect = (world: World, address = ADDRESS): string => JSON.stringify(world.call('connect', { address, apiKey: API_KEY }));

  test('when Google’s error about a property repeats it', () => {
    const world = createWorld({ rows: [] });
    world.google.faults.add({ call: 'Properties.setProperty', message: `Invalid argument: {"apiKey":"${API_KEY}"}` });
    expect(connect(world)).not.toContain(API_KEY);
  });

  test('when Lago or a proxy repeats it, nor in a sheet or a property', () => {
    const world = activeWorld(1);
    world.intercept = ({ method, headers }) =>
      method === 'post' ? { status: 422, headers: {}, body: `{"error":"${headers['Authorization']}"}` } : undefined;
    const view = afterRuns(world, 2);
    const sheets = world.google.spreadsheet.sheets.map(({ name }) => world.google.spreadsheet.table(name));
    expect(JSON.stringify([view, sheets, world.google.documentProperties.all()])).not.toContain(API_KEY);
    world.intercept = ({ headers }) => ({ status: 200, headers: {}, body: `<p>${headers['Authorization']}</p>` });
    expect(connect(world)).not.toContain(API_KEY);
  });

  test('when it was entered as part of the address', () => {
    expect(connect(createWorld({ rows: [] }), `https://${API_KEY}@lago.example`)).not.toContain(API_KEY);
  });
});

describe('a template', () => {
  const problemsOf = (template: string) => {
    const world = createWorld({ rows: [] });
    return world.ask('checkTemplate', { source: draftOf(world).source, template }).problems;
  };

  test.each(['for x in row', 'raw', 'capture x', 'tablerow x in row'])(
    'with the block {%% %s %%} is told that this tag is not available',
    (tag) => {
      const name = tag.split(' ')[0] ?? '';
      expect(problemsOf(`{% ${tag} %}{% end${name} %}\n${TEMPLATE}`)[0]).toMatchObject({
        code: 'template.unknown-tag',
        place: { line: 1, character: 1 },
        message: expect.stringContaining(`“${name}”`),
      });
    },
  );

  test('that is Hightouch’s recipe without its braces is told also that it would never be billed', () => {
    const found = problemsOf(
      '"event": {\n"transaction_id": "{{ row.id }}",\n"external_customer_id": "{{ row.subscription }}",\n"code": "calls" }',
    );
    expect(found.map(({ code, place }) => `${code} ${place.line}`)).toEqual(
      expect.arrayContaining(['template.missing-braces 1', 'template.customer-field 3']),
    );
  });
});

test('a tab without rows says so where a row is asked for', () => {
  const world = createWorld({ rows: [] });
  expect(world.call('preview', { draft: draftOf(world), row: 2 })).toMatchObject({ problem: { code: 'sheet.empty' } });
  world.google.spreadsheet.select(TAB, 2, 1);
  expect(world.call('preview', { draft: draftOf(world), row: 'selected' })).toMatchObject({ problem: { code: 'sheet.empty' } });
});

test.each(['postgres', 'clickhouse'] as const)(
  'after an outage of three hours on %s everything goes out in full batches, and nothing is called stuck',
  (store) => {
    const rows = 1_000;
    const world = activeWorld(rows, store);
    world.intercept = ({ method }) => (method === 'post' ? { error: 'unavailable' } : undefined);
    afterRuns(world, 3);
    world.intercept = undefined;
    world.lago.requests.clear();
    const { lastRun } = afterRuns(world, 2);
    expect(inLago(world)).toHaveLength(rows);
    expect(lastRun?.rows).toMatchObject({ sent: rows, wait: 0, refused: 0 });
    expect(world.lago.requests.counts()['POST /api/v1/events/batch']).toBeLessThanOrEqual(20);
  },
);
