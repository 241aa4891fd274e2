import type { ProblemCode } from '../../src/problem/catalogue';
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
} from './world';

const ADDRESS = 'https://lago.example';
const BATCH = '/api/v1/events/batch';
const CHOICE = { changed: 'flag', removed: 'flag', onEdit: false } as const;

type View = Value<'open'>['syncs'][number];

const complete = (count: number): string[] =>
  usageRows(count).map(([id, , , amount]) => `${id} = ${amount}`);

function afterRuns(world: World, runs: number): View {
  for (let run = 0; run < runs; run++) {
    world.time.now += HOUR;
    fireHourly(world);
  }
  const view = world.ask('open', {}).syncs[0];
  if (view === undefined) throw new Error('There is no sync.');
  return view;
}

const codes = ({ lastRun }: View): ProblemCode[] =>
  lastRun?.problems.map(({ problem }) => problem.code) ?? [];

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

  const mayOnlyWrite = (world: World): void => {
    world.lago.revokeKey(API_KEY);
    const permissions = { organization: ['read' as const], event: ['write' as const] };
    world.lago.addKey({ value: API_KEY, permissions });
  };

  test.each(['postgres', 'clickhouse'] as const)(
    'when the key may not read back what an interrupted run has sent on %s',
    (store) => {
      const world = activeWorld(3, store);
      fireHourly(world);
      world.google.spreadsheet.paste(TAB, 5, 1, usageRows(6).slice(3));
      world.lago.faults.add({ kind: 'hang', path: BATCH, committed: true, times: 4 });
      mayOnlyWrite(world);
      const { health } = afterRuns(world, 8);
      expect(inLago(world)).toEqual(complete(6));
      expect(health).toMatchObject({ state: 'stopped', problem: { code: 'lago.forbidden' } });
      expect(world.google.mails).toHaveLength(1);
    },
  );

  test('when the key may not read whether Lago has the rows of a first run on clickhouse', () => {
    const world = activeWorld(3, 'clickhouse');
    mayOnlyWrite(world);
    const { health } = afterRuns(world, 8);
    expect(inLago(world)).toEqual([]);
    expect(health).toMatchObject({ state: 'stopped', problem: { code: 'lago.forbidden' } });
    expect(world.google.mails).toHaveLength(1);
  });
});

test('a key of 50,000 characters holds its own row only', () => {
  const headers = [...HEADERS, 'event'];
  const rows = usageRows(3).map((row, index) => [
    index === 1 ? 'k'.repeat(50_000) : (row[0] ?? ''),
    ...row.slice(1),
    `r${index + 1}`,
  ]);
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
  const sync = world.ask('saveSync', {
    draft: { ...draft, name: tab, source: { ...draft.source, tabId, tabName: tab } },
  });
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
    world.google.faults.add({
      call: 'Properties.setProperty',
      message: 'Service error: PropertiesService.',
      nth: 3,
    });
    afterRuns(world, 1);
    expect(inLago(world)).toHaveLength(4);
  });
});

describe('what is stored', () => {
  test('can be set up anew, as the problem says, when the settings are damaged', () => {
    const world = activeWorld(3);
    const { documentProperties } = world.google;
    const part =
      Object.keys(documentProperties.all()).find((key) => /^syncs\..*\.0$/.test(key)) ?? '';
    documentProperties.set(part, 'damaged');
    expect(world.call('open', {})).toMatchObject({
      value: { syncs: [], problem: { code: 'settings.unreadable' } },
    });
    expect(world.call('saveSync', { draft: draftOf(world) }).ok).toBe(true);
    expect(world.ask('open', {}).syncs).toHaveLength(1);
  });

  test('can be entered anew when the connection is damaged', () => {
    const world = activeWorld(3);
    world.google.scriptProperties.set('lago.connection.file-1', API_KEY);
    expect(world.call('connect', { address: ADDRESS, apiKey: API_KEY }).ok).toBe(true);
    afterRuns(world, 1);
    expect(inLago(world)).toEqual(complete(3));
  });

  test('is not filled up by saves that are killed', () => {
    const world = activeWorld(3);
    const save = (options = {}): boolean => {
      const { id, revision } = afterRuns(world, 0).sync;
      const draft = {
        ...draftOf(world),
        id,
        revision,
        template: `${TEMPLATE}${' '.repeat(60_000)}`,
      };
      return world.call('saveSync', { draft }, options).ok;
    };
    for (let attempt = 0; attempt < 8; attempt++)
      expect(() => save({ killAtCall: 14 })).toThrow('killed');
    expect(save()).toBe(true);
    expect(
      Object.keys(world.google.documentProperties.all()).filter((key) => key.startsWith('syncs.')),
    ).toHaveLength(8);
  });
});

describe('the API key is in no answer', () => {
  const connect = (world: World, address = ADDRESS): string =>
    JSON.stringify(world.call('connect', { address, apiKey: API_KEY }));

  test('when Google’s error about a property repeats it', () => {
    const world = createWorld({ rows: [] });
    world.google.faults.add({
      call: 'Properties.setProperty',
      message: `Invalid argument: {"apiKey":"${API_KEY}"}`,
    });
    expect(connect(world)).not.toContain(API_KEY);
  });

  test('when Lago or a proxy repeats it, nor in a sheet or a property', () => {
    const world = activeWorld(1);
    world.intercept = ({ method, headers }) =>
      method === 'post'
        ? { status: 422, headers: {}, body: `{"error":"${headers['Authorization']}"}` }
        : undefined;
    const view = afterRuns(world, 2);
    const sheets = world.google.spreadsheet.sheets.map(({ name }) =>
      world.google.spreadsheet.table(name),
    );
    expect(JSON.stringify([view, sheets, world.google.documentProperties.all()])).not.toContain(
      API_KEY,
    );
    world.intercept = ({ headers }) => ({
      status: 200,
      headers: {},
      body: `<p>${headers['Authorization']}</p>`,
    });
    expect(connect(world)).not.toContain(API_KEY);
  });

  test('when it was entered as part of the address', () => {
    expect(connect(createWorld({ rows: [] }), `https://${API_KEY}@lago.example`)).not.toContain(
      API_KEY,
    );
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
  expect(world.call('preview', { draft: draftOf(world), row: 2 })).toMatchObject({
    problem: { code: 'sheet.empty' },
  });
  world.google.spreadsheet.select(TAB, 2, 1);
  expect(world.call('preview', { draft: draftOf(world), row: 'selected' })).toMatchObject({
    problem: { code: 'sheet.empty' },
  });
});

test.each(played(['postgres', 'clickhouse'] as const, 2))(
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

const ledgerOf = ({ google }: World): string =>
  google.spreadsheet.sheets.find(({ name }) => name.startsWith('Lago ledger'))?.name ?? '';

test('a row that was taken as billed elsewhere is not sent after somebody cleared its outcome in the ledger', () => {
  const world = createWorld({ rows: usageRows(2) });
  world.ask('connect', { address: ADDRESS, apiKey: API_KEY });
  const { id, revision } = world.ask('saveSync', { draft: draftOf(world) });
  expect(world.ask('takeAsBilled', { id, revision, incomplete: [] }).taken).toBe(2);
  world.google.spreadsheet.clear(ledgerOf(world), 2, 3, 1, 3);
  world.ask('activate', { id, revision, ...CHOICE });
  expect(afterRuns(world, 2).lastRun?.rows).toMatchObject({ elsewhere: 2, wait: 0 });
  expect(inLago(world)).toEqual([]);
});

describe('the status column', () => {
  const STATUS = HEADERS.length + 1;
  const revisionOf = (world: World, id: string): number => {
    const found = world.ask('open', {}).syncs.find(({ sync }) => sync.id === id);
    if (found === undefined) throw new Error('There is no such sync.');
    return found.sync.revision;
  };
  const withStatuses = (
    world: World,
    id: string,
    column: 'new' | { readonly header: string } = 'new',
  ) => world.call('setStatusColumn', { id, revision: revisionOf(world, id), column });
  const statusOfRow = (world: World, row: number, column = STATUS): string =>
    world.google.spreadsheet.shown(TAB, row, column);

  test.each(['=NA()', '12345678901234567890'])(
    'does not go on calling a row sent whose key became %s',
    (key) => {
      const world = createWorld({ rows: usageRows(2) });
      withStatuses(world, activate(world));
      afterRuns(world, 1);
      expect(statusOfRow(world, 2)).toMatch(/^Sent/);
      world.google.spreadsheet.edit(TAB, 2, 1, key);
      afterRuns(world, 1);
      expect(statusOfRow(world, 2)).toMatch(/^Held: .*(“id”|key)/);
    },
  );

  test('of a sync is never that of another sync of the tab, nor a column that the other reads', () => {
    const world = createWorld({ rows: usageRows(2) });
    const first = activate(world);
    const columns = HEADERS.slice(0, 3);
    const template = TEMPLATE.replace('{{ row.id }}', 'calls-{{ row.id }}')
      .replace('"calls"', '"other"')
      .replace('{{ row.amount }}', '1');
    const second = world.ask('saveSync', {
      draft: { ...draftOf(world, columns, template), name: 'Second' },
    });
    world.ask('activate', { id: second.id, revision: second.revision, ...CHOICE });
    expect(withStatuses(world, first)).toMatchObject({
      value: { sync: { statuses: 'Lago status' } },
    });
    for (const header of ['amount', 'Lago status'])
      expect(withStatuses(world, second.id, { header })).toMatchObject({
        ok: false,
        problem: { code: 'status.in-use' },
      });
    expect(withStatuses(world, second.id)).toMatchObject({
      value: { sync: { statuses: 'Lago status 2' } },
    });
    afterRuns(world, 1);
    expect([STATUS, STATUS + 1].map((column) => statusOfRow(world, 2, column).slice(0, 4))).toEqual(
      ['Sent', 'Held'],
    );
  });

  test('is not added for a page whose settings are stale', () => {
    const world = activeWorld(1);
    const { id, revision } = afterRuns(world, 0).sync;
    world.ask('pause', { id });
    const reply = world.call('setStatusColumn', { id, revision, column: 'new' });
    expect(reply).toMatchObject({ ok: false, problem: { code: 'settings.stale' } });
    expect(world.google.spreadsheet.table(TAB)[0]).toEqual(HEADERS);
  });
});

describe('an editor whose header row is protected by somebody else', () => {
  const withProtectedHeader = (): World => {
    const world = activeWorld(1);
    world.google.spreadsheet.protect(TAB, 'head@example.com', {
      row: 1,
      column: 1,
      rows: 1,
      columns: HEADERS.length,
    });
    return world;
  };

  test('may set up and run', () => {
    const world = withProtectedHeader();
    expect(world.ask('open', {}).canEdit).toBe(true);
    expect(afterRuns(world, 1).lastRun?.delivered).toBe(1);
  });

  test('is told what Google said, not that only looking is allowed', () => {
    const world = withProtectedHeader();
    world.google.faults.add({ call: 'Range.getValues', message: 'Service Spreadsheets timed out' });
    expect(world.ask('runNow', { id: afterRuns(world, 0).sync.id }).stopped?.code).toBe(
      'run.google',
    );
  });
});

test('a journal of runs whose last column somebody has deleted takes the next run and is shown', () => {
  const world = activeWorld(1);
  world.google.spreadsheet.insertSheet('Lago runs');
  world.google.spreadsheet.deleteColumns('Lago runs', 13, 14);
  for (const [row, text] of ['Started (UTC)', '2026-11-19T10:00:00Z'].entries())
    world.google.spreadsheet.edit('Lago runs', row + 1, 1, text);
  const { id } = afterRuns(world, 0).sync;
  expect(world.ask('activity', { id }).runs).toEqual([]);
  expect(world.ask('runNow', { id, run: 'run-1', seconds: 5 }).stopped).toBeUndefined();
  expect(world.ask('activity', { id }).runs.map(({ report }) => report.delivered)).toEqual([1]);
});

test('the label of a connection goes with its organization, not with a name that another one has too', () => {
  const world = createWorld({ rows: [] });
  const other = 'aaaaaaaa-1111-4222-8333-abcdefabcdef';
  world.lago.seed.organization({
    name: 'Acme',
    apiKey: `${other}1`,
    timezone: 'UTC',
    eventsStore: 'postgres',
  });
  world.lago.seed.organization({
    name: 'Acme',
    apiKey: `${other}2`,
    timezone: 'UTC',
    eventsStore: 'postgres',
  });
  const connect = (apiKey: string) => connectAccepting(world, apiKey).environment;
  expect(connect(`${other}1`)).toBe('live');
  world.ask('labelConnection', { environment: 'test' });
  expect(connect('')).toBe('test');
  expect(connect(`${other}2`)).toBe('live');
});

test('a slice stays short, and says what is left, while another page wants to run too', () => {
  const world = activeWorld(1_200);
  const { id } = afterRuns(world, 0).sync;
  world.intercept = () => {
    world.time.now += 2_000;
    return undefined;
  };
  const others: string[] = [];
  const slice = world.call(
    'runNow',
    { id, run: 'run-1', seconds: 5 },
    {
      onCall: ({ name }) => {
        if (name !== 'UrlFetchApp.fetchAll' || others.length > 0) return;
        others.push('asking');
        const other = world.call('runNow', { id, run: 'run-2', seconds: 5 });
        others.push(other.ok ? 'ran' : other.problem.code);
      },
    },
  );
  expect(others).toEqual(['asking', 'run.busy']);
  expect(slice).toMatchObject({
    ok: true,
    value: { delivered: inLago(world).length, left: 1_200 - inLago(world).length },
  });
});

test('ids for a thousand rows cost hardly more service calls than for ten', () => {
  const callsFor = (rows: number): number => {
    const world = createWorld({ rows: usageRows(rows) });
    const { filled, tab } = world.ask('fillIds', {
      tabId: draftOf(world).source.tabId,
      headerRow: 1,
    });
    expect(filled).toBe(rows);
    expect(tab.columns.find(({ header }) => header === 'Usage ID')).toMatchObject({ unique: true });
    return world.execution().serviceCalls.total;
  };
  expect(callsFor(1_000)).toBeLessThan(callsFor(10) + 10);
});

test('starting from now reads what Lago has once', () => {
  const world = createWorld({ rows: usageRows(3) });
  world.ask('connect', { address: ADDRESS, apiKey: API_KEY });
  const { id, revision } = world.ask('saveSync', { draft: draftOf(world) });
  world.lago.requests.clear();
  const { taken, dryRun } = world.ask('takeAsBilled', { id, revision, incomplete: [] });
  expect([taken, dryRun.counts.elsewhere, dryRun.counts.send]).toEqual([3, 3, 0]);
  expect(new Set(Object.values(world.lago.requests.counts()))).toEqual(new Set([1]));
});

test('what was taken as billed elsewhere stays so when the sync goes on from the test organization to the live one', () => {
  const world = createWorld({ rows: usageRows(3) });
  const live = 'bbbbbbbb-1111-4222-8333-abcdefabcdef';
  world.lago.seed.organization({
    name: 'Live',
    apiKey: live,
    timezone: 'UTC',
    eventsStore: 'postgres',
  });
  const calls = { name: 'Calls', code: 'calls', aggregation_type: 'sum_agg', field_name: 'amount' };
  const charges = [
    {
      billable_metric_code: 'calls',
      charge_model: 'standard',
      pay_in_advance: false,
      properties: { amount: '1' },
    },
  ];
  const plan = {
    name: 'P',
    code: 'p',
    interval: 'monthly',
    amount_cents: 0,
    amount_currency: 'EUR',
    pay_in_advance: false,
    charges,
  };
  const subscription = {
    external_customer_id: 'c-acme',
    plan_code: 'p',
    external_id: 'acme',
    subscription_at: '2026-09-01T00:00:00Z',
  };
  world.lago.seed.catalog({ metrics: [calls], plans: [plan], subscriptions: [subscription] }, live);
  world.ask('connect', { address: ADDRESS, apiKey: API_KEY });
  const { id, revision } = world.ask('saveSync', { draft: draftOf(world) });
  world.ask('takeAsBilled', { id, revision, incomplete: [] });
  world.ask('activate', { id, revision, ...CHOICE });
  world.google.spreadsheet.paste(TAB, 5, 1, [['r4', 'acme', '2026-11-04 10:00', '4']]);
  afterRuns(world, 1);
  connectAccepting(world, live);
  for (let killAtCall = 5; killAtCall < 60; killAtCall += 6) {
    try {
      world.call('changeOrganization', { id }, { killAtCall });
    } catch (error) {
      expect(String(error)).toContain('killed');
    }
  }
  world.ask('changeOrganization', { id });
  expect(afterRuns(world, 2).lastRun).toMatchObject({
    delivered: 0,
    rows: { sent: 1, elsewhere: 3 },
  });
  expect(world.lago.events(live).map(({ transactionId }) => transactionId)).toEqual(['r4']);
});

test('a run that looks once more for somebody who waited counts for the clock, too: the next is due an hour after it', () => {
  const world = activeWorld(1);
  const { nextRun = 0, sync } = afterRuns(world, 1);
  world.time.now += 20 * MINUTE;
  let asked = false;
  const onCall = ({ name }: { readonly name: string }): void => {
    if (asked || name !== 'UrlFetchApp.fetchAll') return;
    asked = true;
    expect(world.call('runNow', { id: sync.id })).toMatchObject({
      ok: false,
      problem: { code: 'run.busy' },
    });
  };
  expect(world.call('runNow', { id: sync.id }, { onCall }).ok).toBe(true);
  const after = afterRuns(world, 0);
  expect(after.lastRun?.trigger).toBe('clock');
  expect(after.nextRun).toBeGreaterThanOrEqual(nextRun + 20 * MINUTE);
});

// Seed 1200 of the simulation, on ClickHouse.
test('a deleted line of the ledger is missed although a run that died has left lines that nobody recorded', () => {
  const world = createWorld({
    rows: usageRows(3),
    store: 'clickhouse',
    lago: { duplicateRemoval: false },
  });
  const id = activate(world);
  fireHourly(world);
  world.time.now += HOUR;
  world.google.spreadsheet.paste(TAB, 5, 1, [['r4', 'acme', '2026-11-04 10:00', '4']]);
  const [ledger = ''] = world.google.spreadsheet.sheets
    .map(({ name }) => name)
    .filter((name) => name.startsWith('Lago ledger'));
  // The first property that such a run sets says that it began, the second that it sends, and the
  // third is the record of its new line.
  world.google.faults.add({
    call: 'Properties.setProperty',
    nth: 3,
    message: 'You have exceeded the property storage quota.',
  });
  fireHourly(world);
  expect(world.google.spreadsheet.table(ledger)).toHaveLength(5);
  world.google.spreadsheet.deleteRows(ledger, 2);
  world.time.now += HOUR;
  fireHourly(world);
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
  expect(world.ask('open', {}).syncs.find(({ sync }) => sync.id === id)?.health).toMatchObject({
    state: 'stopped',
    problem: { code: 'ledger.vanished' },
  });
});

// Seed 2862 of the simulation.
test('a mail that left just before Google failed is followed by the next news all the same', () => {
  const world = activeWorld(2);
  afterRuns(world, 1);
  world.lago.revokeKey(API_KEY);
  world.time.now += HOUR;
  fireHourly(world, {
    onCall: ({ name }) => {
      if (name === 'MailApp.sendEmail')
        world.google.faults.add({
          call: 'Properties.setProperty',
          message: 'You have exceeded the property storage quota.',
        });
    },
  });
  const renewed = 'f00dfeed-2222-4222-8333-abcdefabcdef';
  world.lago.addKey({ value: renewed });
  world.ask('connect', { address: ADDRESS, apiKey: renewed });
  const { health } = afterRuns(world, 24);
  expect(health).toMatchObject({ state: 'healthy', told: 'healthy' });
  expect(world.google.mails.map(({ subject }) => subject)).toEqual([
    'Lago usage sync stopped',
    'Lago usage sync works again',
  ]);
  afterRuns(world, 2);
  expect(world.google.mails).toHaveLength(2);
});
