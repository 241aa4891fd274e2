import type { ExecutionReport } from '../../sandbox/runtime';
import { played } from './long';
import {
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HEADERS,
  HOUR,
  inLago,
  MINUTE,
  TAB,
  usageRows,
  type World,
} from './world';

/** An import may rest by chance: it is not loaded, or it is. */
const RESTLESS = ['=NOW()', '=RAND()', '=IMPORTRANGE("other", "A1:A")'] as const;
const COLUMN = HEADERS.length + 1;

/** Two rows of usage with a column of a formula beside them. */
function beside(formula: string): World {
  const world = createWorld({ headers: [...HEADERS, 'rate'], rows: usageRows(2) });
  world.google.spreadsheet.paste(TAB, 2, COLUMN, [[formula], [formula]]);
  return world;
}

const stoppedBy = (world: World) => {
  const [view] = world.ask('open', {}).syncs;
  return view?.lastRun?.stopped;
};

describe.each(RESTLESS)('a column of %s', (formula) => {
  test('that is not picked stops nothing', () => {
    const world = beside(formula);
    activate(world);
    fireHourly(world);
    expect(stoppedBy(world)).toBeUndefined();
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
  });

  test('that is picked but in no event stops nothing, hour after hour', () => {
    const world = beside(formula);
    activate(world, { headers: [...HEADERS, 'rate'] });
    fireHourly(world);
    world.time.now += HOUR;
    fireHourly(world);
    expect(stoppedBy(world)).toBeUndefined();
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
  });

  test('keeps nobody from choosing columns, nor from filling in ids', () => {
    const world = beside(formula);
    const { tabId } = draftOf(world).source;
    expect(world.ask('describeTab', { tabId, headerRow: 1 }).columns).toHaveLength(COLUMN);
    expect(world.ask('fillIds', { tabId, headerRow: 1 }).filled).toBe(2);
  });

  test('does not keep a ticked row from going at once', () => {
    const headers = [...HEADERS, 'ready', 'rate'];
    const rows = usageRows(2).map((row) => [...row, 'FALSE']);
    const world = createWorld({ headers, rows });
    world.google.spreadsheet.paste(TAB, 2, COLUMN + 1, [[formula], [formula]]);
    activate(world, { headers: headers.slice(0, -1), ready: 'ready', onEdit: true });
    world.google.spreadsheet.edit(TAB, 3, COLUMN, 'TRUE');
    world.google.runEditQueue();
    expect(inLago(world)).toEqual(['r2 = 2']);
  });
});

test.each(['=NOW()', '=RAND()'])(
  'a column of %s of which events are made is named, and nothing is sent',
  (formula) => {
    const world = beside(formula);
    const template = `{ "event": {
    "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.subscription }}",
    "code": "calls", "timestamp": {{ row.time | unix }},
    "properties": { "amount": {{ row.amount }}, "rate": "{{ row.rate }}" } } }`;
    activate(world, { headers: [...HEADERS, 'rate'], template });
    fireHourly(world);
    expect(stoppedBy(world)).toMatchObject({
      code: 'sheet.column-restless',
      message: expect.stringContaining('“rate”'),
    });
    expect(inLago(world)).toEqual([]);
  },
);

test('rows that are sorted during every reading are read by the next run', () => {
  const world = createWorld({ rows: usageRows(4) });
  activate(world);
  let order: 'ascending' | 'descending' = 'descending';
  fireHourly(world, {
    onCall: ({ name }) => {
      if (name !== 'Range.getDisplayValues') return;
      world.google.spreadsheet.sort(TAB, 1, order);
      order = order === 'ascending' ? 'descending' : 'ascending';
    },
  });
  expect(stoppedBy(world)).toMatchObject({ code: 'sheet.restless' });
  expect(inLago(world)).toEqual([]);
  world.time.now += HOUR;
  fireHourly(world);
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4']);
});

test.each([
  ['before the first picked column', 1],
  ['between picked columns', 3],
  ['after the last one', HEADERS.length],
])('a column that is inserted %s while the tab is read mixes nothing up', (_, after) => {
  const world = createWorld({
    headers: ['note', ...HEADERS],
    rows: usageRows(3).map((row) => ['', ...row]),
  });
  activate(world);
  let inserted = false;
  fireHourly(world, {
    onCall: ({ name }) => {
      if (name !== 'Range.getValues' || inserted) return;
      inserted = true;
      world.google.spreadsheet.insertColumns(TAB, after);
    },
  });
  world.time.now += HOUR;
  fireHourly(world);
  expect(inserted).toBe(true);
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
});

describe('an edit', () => {
  /** What an edit costs in a tab of a thousand rows and thirty columns of which four are picked. */
  const costOf = (headers: readonly string[]): ExecutionReport => {
    const wide = usageRows(1_000).map((row) =>
      headers.map((header) => row[HEADERS.indexOf(header)] ?? '1'),
    );
    const world = createWorld({ headers, rows: wide });
    activate(world, { onEdit: true });
    fireHourly(world);
    world.time.now += HOUR;
    world.google.spreadsheet.edit(TAB, 5, headers.length, 'x');
    const [report] = world.google.runEditQueue();
    if (report === undefined) throw new Error('The edit was lost.');
    return report;
  };
  const others = Array.from({ length: 26 }, (_, index) => `other ${index}`);

  test('that touches no usage takes 16 service calls and reads the picked columns of its row alone', () => {
    const { serviceCalls, error } = costOf([...HEADERS, ...others]);
    expect(error).toBeUndefined();
    expect(serviceCalls.total).toBeLessThanOrEqual(16);
    // The header row of 30 cells, and the values and the texts of 4 columns of one row.
    expect(serviceCalls.cellsRead).toBe(30 + 2 * 4);
  });

  test('reads what stands between picked columns too, in the same calls', () => {
    const [first = '', ...rest] = HEADERS;
    const { serviceCalls } = costOf([first, ...others, ...rest]);
    expect(serviceCalls.total).toBeLessThanOrEqual(16);
    expect(serviceCalls.cellsRead).toBe(30 + 2 * 30);
  });
});

describe('whatever fails during an edit', () => {
  const headers = [...HEADERS, 'ready'];
  const started = (): World => {
    const world = createWorld({
      headers,
      rows: usageRows(2).map((row) => [...row, 'FALSE']),
    });
    activate(world, { headers, ready: 'ready', onEdit: true });
    world.google.spreadsheet.edit(TAB, 2, COLUMN, 'TRUE');
    return world;
  };
  const calls = [...new Set(started().google.runEditQueue()[0]?.serviceCalls.order ?? [])].filter(
    (name) => !name.startsWith('HTTPResponse.'),
  );

  test('is looked at: every kind of call of it', () => expect(calls.length).toBeGreaterThan(25));

  // A short run has every second of them.
  test.each(played(calls, 2))(
    '%s leaves no exception, and the hourly run sends the row',
    (call) => {
      const world = started();
      world.google.faults.add({
        call,
        message: 'Service Spreadsheets failed while accessing document',
      });
      const [report] = world.google.runEditQueue();
      expect(report?.error).toBeUndefined();
      world.google.faults.clear();
      world.time.now += 30 * MINUTE;
      fireHourly(world);
      world.time.now += HOUR;
      fireHourly(world);
      expect(inLago(world)).toEqual(['r1 = 1']);
    },
  );

  test('one sync of a tab fails, and the other one sends its row', () => {
    const world = started();
    const template = `{ "event": { "transaction_id": "second-{{ row.id }}",
      "external_subscription_id": "{{ row.subscription }}", "code": "calls",
      "timestamp": {{ row.time | unix }}, "properties": { "amount": 0 } } }`;
    const draft = { ...draftOf(world, headers, template), ready: 'ready', name: 'Second' };
    const { id, revision } = world.ask('saveSync', { draft });
    world.ask('activate', { id, revision, changed: 'flag', removed: 'flag', onEdit: true });
    world.google.faults.add({ call: 'Sheet.getLastRow', message: 'Service error: Spreadsheets' });
    expect(world.google.runEditQueue()[0]?.error).toBeUndefined();
    expect(inLago(world)).toHaveLength(1);
  });
});
