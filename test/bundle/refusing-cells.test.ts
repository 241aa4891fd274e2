import type { GoogleOptions } from '../../sandbox/runtime';
import {
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HEADERS,
  HOUR,
  inLago,
  TAB,
  usageRows,
  type World,
} from './world';

const LIST = { kind: 'list', values: ['open', 'done'], rejects: true } as const;
const TYPED = { kind: 'typed' } as const;
const COLUMN = HEADERS.length + 1;

const column = (number: number, rows = 20) => ({ row: 2, column: number, rows, columns: 1 });

/** How Google says it: in English or not, at the write or when it is applied. */
const WAYS: readonly [string, Partial<GoogleOptions>][] = [
  ['at the write', {}],
  ['when the write is applied', { refusedAt: 'flush' }],
  ['in another language', { locale: 'de' }],
];

const unwritten = (world: World) => {
  const [view] = world.ask('open', {}).syncs;
  return view?.lastRun?.checksOff;
};

/** A sync whose statuses go into a column that a person has prepared. */
function withStatusColumn(google: Partial<GoogleOptions>, rule: typeof LIST | typeof TYPED): World {
  const world = createWorld({ headers: [...HEADERS, 'state'], rows: usageRows(2), google });
  const id = activate(world);
  world.google.spreadsheet.setRule(TAB, column(COLUMN), rule);
  const { revision } = world.ask('open', {}).syncs[0]?.sync ?? { revision: 0 };
  world.ask('setStatusColumn', { id, revision, column: { header: 'state' } });
  fireHourly(world);
  return world;
}

describe.each(WAYS)('cells that refuse %s', (_, google) => {
  test('a status by their rule are named, with the way out, and sending goes on', () => {
    const world = withStatusColumn(google, LIST);
    expect(unwritten(world)).toMatchObject([
      {
        code: 'status.unwritable',
        message: expect.stringMatching(/“state”: The data validation of cell E2 rejects/),
        remedy: expect.stringMatching(/Data, Data validation.*Sending goes on\.$/),
      },
    ]);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
    world.google.spreadsheet.setRule(TAB, column(COLUMN), { ...LIST, rejects: false });
    world.time.now += HOUR;
    fireHourly(world);
    expect(unwritten(world)).toEqual([]);
    expect(world.google.spreadsheet.shown(TAB, 2, COLUMN)).toMatch(/^Sent /);
  });

  test('an id by their rule are named, with the way out', () => {
    const world = createWorld({ headers: [...HEADERS, 'ref'], rows: usageRows(2), google });
    world.google.spreadsheet.setRule(TAB, { ...column(COLUMN), row: 3 }, LIST);
    const { tabId } = draftOf(world).source;
    expect(world.call('fillIds', { tabId, headerRow: 1, header: 'ref' })).toMatchObject({
      ok: false,
      problem: {
        code: 'cell.rule',
        message: 'The data validation of cell E3 rejects what was to be written there.',
        remedy: expect.stringMatching(/“ref”, then Data, Data validation/),
      },
    });
  });
});

describe('a typed column of a table', () => {
  test('that refuses statuses is named, and sending goes on', () => {
    const world = withStatusColumn({}, TYPED);
    expect(unwritten(world)).toMatchObject([
      {
        code: 'status.unwritable',
        message: expect.stringMatching(/“state” belongs to a table and has a type/),
        remedy: expect.stringMatching(/Set the type of the column to “None”.*Sending goes on\.$/),
      },
    ]);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
  });

  test('that refuses ids is named', () => {
    const world = createWorld({ headers: [...HEADERS, 'ref'], rows: usageRows(2) });
    world.google.spreadsheet.setRule(TAB, column(COLUMN), TYPED);
    const { tabId } = draftOf(world).source;
    expect(world.call('fillIds', { tabId, headerRow: 1, header: 'ref' })).toMatchObject({
      ok: false,
      problem: { code: 'cell.typed' },
    });
  });

  test('is among what to look for where Google says so in another language', () => {
    const world = createWorld({
      headers: [...HEADERS, 'ref'],
      rows: usageRows(2),
      google: { locale: 'fr' },
    });
    world.google.spreadsheet.setRule(TAB, column(COLUMN), TYPED);
    const { tabId } = draftOf(world).source;
    const reply = world.call('fillIds', { tabId, headerRow: 1, header: 'ref' });
    expect(reply).toMatchObject({
      ok: false,
      problem: { code: 'cell.unwritable', remedy: expect.stringMatching(/table/) },
    });
    expect(JSON.stringify(reply)).not.toContain('the next run goes on');
  });
});

test('a new status column whose header is refused is not chosen', () => {
  const world = createWorld({ rows: usageRows(2) });
  const id = activate(world);
  world.google.spreadsheet.setRule(TAB, { ...column(COLUMN), row: 1 }, LIST);
  const { revision } = world.ask('open', {}).syncs[0]?.sync ?? { revision: 0 };
  expect(world.call('setStatusColumn', { id, revision, column: 'new' })).toMatchObject({
    ok: false,
    problem: { code: 'cell.rule', message: expect.stringContaining('cell E1') },
  });
  expect(world.ask('open', {}).syncs[0]?.sync).not.toHaveProperty('statuses');
});

test('a protection is not taken for the rule that stands in the same cells', () => {
  const world = createWorld({ headers: [...HEADERS, 'ref'], rows: usageRows(2) });
  world.google.spreadsheet.setRule(TAB, column(COLUMN), LIST);
  world.google.spreadsheet.protect(TAB, 'boss@example.com', column(COLUMN));
  const { tabId } = draftOf(world).source;
  expect(world.call('fillIds', { tabId, headerRow: 1, header: 'ref' })).toMatchObject({
    ok: false,
    problem: { code: 'cell.unwritable', message: expect.stringContaining('protected') },
  });
});

test('ids that a protection refuses are said to be so, not left to the next run', () => {
  const world = createWorld({ headers: [...HEADERS, 'ref'], rows: usageRows(2) });
  world.google.spreadsheet.protect(TAB, 'boss@example.com', column(COLUMN));
  const { tabId } = draftOf(world).source;
  expect(world.call('fillIds', { tabId, headerRow: 1, header: 'ref' })).toMatchObject({
    ok: false,
    problem: { code: 'cell.unwritable', remedy: expect.stringMatching(/protected/) },
  });
});

test('a viewer who fills in ids is told that she may only look', () => {
  const world = createWorld({ rows: usageRows(2) });
  world.google.access.setRole(world.google.user, 'viewer');
  const { tabId } = draftOf(world).source;
  expect(world.call('fillIds', { tabId, headerRow: 1 })).toMatchObject({
    ok: false,
    problem: { code: 'google.view-only' },
  });
});

describe('tick boxes with values of their own', () => {
  const headers = [...HEADERS, 'billable', 'ready'];
  const ROWS = usageRows(2).map((row) => [...row, '', '']);

  /** Two rows of usage; both columns of boxes go on for a hundred rows. */
  function prefilled(values: readonly (string | number)[]): World {
    const world = createWorld({ headers, rows: ROWS });
    const area = { row: 2, rows: 100, columns: 1 };
    world.google.spreadsheet.insertTickBoxes(TAB, { ...area, column: COLUMN }, ...values);
    world.google.spreadsheet.insertTickBoxes(TAB, { ...area, column: COLUMN + 1 }, ...values);
    return world;
  }

  describe.each([[['YES', 'NO']], [[1, 0]], [['x']], [[]]])(
    '%j',
    (values: readonly (string | number)[]) => {
      test('make no rows below the last one', () => {
        const world = prefilled(values);
        activate(world, { headers });
        fireHourly(world);
        const [view] = world.ask('open', {}).syncs;
        expect(view?.lastRun).toMatchObject({ rows: { sent: 2, hold: 0 }, problems: [] });
        expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
      });

      test('get no ids below the last one, and are counted as empty', () => {
        const world = prefilled(values);
        const { tabId } = draftOf(world).source;
        expect(world.ask('describeTab', { tabId, headerRow: 1 }).rows).toBe(2);
        expect(world.ask('fillIds', { tabId, headerRow: 1 }).filled).toBe(2);
        expect(world.google.spreadsheet.shown(TAB, 4, headers.length + 1)).toBe('');
      });

      test('say by their ticked value that a row is ready, at once', () => {
        const world = prefilled(values);
        activate(world, { headers, ready: 'ready', onEdit: true });
        fireHourly(world);
        expect(inLago(world)).toEqual([]);
        world.google.spreadsheet.edit(TAB, 3, COLUMN + 1, String(values[0] ?? true));
        world.google.runEditQueue();
        expect(inLago(world)).toEqual(['r2 = 2']);
        const [view] = world.ask('open', {}).syncs;
        expect(view?.health.state).not.toBe('needs-you');
      });
    },
  );

  test('are sent as the values that they hold', () => {
    const world = prefilled(['YES', 'NO']);
    const template = `{ "event": {
      "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.subscription }}",
      "code": "calls", "timestamp": {{ row.time | unix }},
      "properties": { "amount": {{ row.amount }}, "billable": "{{ row.billable }}" } } }`;
    activate(world, { headers, template });
    fireHourly(world);
    expect(world.lago.events().map(({ properties }) => properties['billable'])).toEqual([
      'NO',
      'NO',
    ]);
  });

  test('cost nothing where every row has its id', () => {
    const calls = (world: World): number => {
      activate(world, { headers, onEdit: true });
      fireHourly(world);
      world.time.now += HOUR;
      return fireHourly(world).serviceCalls.total;
    };
    const plain = createWorld({ headers, rows: ROWS });
    const boxes = createWorld({ headers, rows: ROWS });
    boxes.google.spreadsheet.insertTickBoxes(TAB, column(COLUMN, 2), 'YES', 'NO');
    expect(calls(boxes)).toBe(calls(plain));
  });
});

test('a ready column of words is named, as nothing in it can be ticked', () => {
  const headers = [...HEADERS, 'ready'];
  const world = createWorld({ headers, rows: usageRows(2).map((row) => [...row, 'yes']) });
  activate(world, { headers, ready: 'ready' });
  fireHourly(world);
  const [view] = world.ask('open', {}).syncs;
  expect(view?.lastRun?.problems).toMatchObject([
    { problem: { code: 'row.no-tick-box', message: expect.stringMatching(/“yes”/) }, count: 2 },
  ]);
  expect(view?.health.state).toBe('needs-you');
  expect(inLago(world)).toEqual([]);
});

describe('an image in a cell', () => {
  test.each([
    ['the key', 1, 'key.unreadable'],
    ['a column of the event', 4, 'row.error-cell'],
  ])('of %s holds its row, and no other', (_, place, code) => {
    const world = createWorld({ rows: usageRows(3) });
    world.google.spreadsheet.insertImage(TAB, 3, place);
    activate(world);
    fireHourly(world);
    const [view] = world.ask('open', {}).syncs;
    expect(view?.lastRun?.problems.map(({ problem }) => problem.code)).toEqual([code]);
    expect(inLago(world)).toEqual(['r1 = 1', 'r3 = 3']);
    expect(JSON.stringify(world.lago.events())).not.toContain('CellImage');
  });

  test('is no missing id', () => {
    const world = createWorld({ headers: [...HEADERS, 'ref'], rows: usageRows(2) });
    world.google.spreadsheet.insertImage(TAB, 3, COLUMN);
    const { tabId } = draftOf(world).source;
    expect(world.ask('fillIds', { tabId, headerRow: 1, header: 'ref' }).filled).toBe(1);
    expect(world.google.spreadsheet.cell(TAB, 3, COLUMN)).toMatchObject({ isImage: true });
  });
});
