import { played } from './long';
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

const STORES = ['postgres', 'clickhouse'] as const;
/** A formula whose value is the empty text. */
const NOTHING = '=""';
const TEN_MINUTES = 600_000;

const reportOf = (world: World, id: string) =>
  world.ask('open', {}).syncs.find(({ sync }) => sync.id === id)?.lastRun;

const later = (world: World, ms = HOUR): void => {
  world.time.now += ms;
  fireHourly(world);
};

/** A tab of two rows of usage, with these rows below. */
const tabWith = (
  below: readonly (readonly string[])[],
  store: (typeof STORES)[number],
  headers: readonly string[] = HEADERS,
): World => {
  const world = createWorld({ store, headers, rows: usageRows(2) });
  if (below.length > 0)
    world.google.spreadsheet.paste(
      TAB,
      4,
      1,
      below.map((row) => [...row]),
    );
  return world;
};

// What a row is, is settled before anything is sent.
describe.each(played(STORES, 2, 1))('on %s no row is made of', (store) => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['formulas that show nothing', [NOTHING, NOTHING, NOTHING, NOTHING], HEADERS],
    ['spaces', [' ', '  ', NOTHING, ' '], HEADERS],
    [
      'tick boxes in a column that is not picked',
      [NOTHING, '', '', '', 'FALSE'],
      [...HEADERS, 'ok'],
    ],
    ['a note in a column that is not picked', [NOTHING, '', '', '', 'note'], [...HEADERS, 'note']],
    ['an id that a formula makes', ['=3+1', NOTHING, NOTHING, NOTHING], HEADERS],
    ['an id that a formula makes, and spaces', ['=3+1', ' ', '', NOTHING], HEADERS],
    ['the same half of an id in every row', ['="U-"', NOTHING, NOTHING, NOTHING], HEADERS],
  ])('%s', (_, below, headers) => {
    const world = tabWith([below, below.map((cell) => cell.replace('3+1', '4+1'))], store, headers);
    const id = activate(world);
    later(world);
    expect(reportOf(world, id)).toMatchObject({ rows: { sent: 2, hold: 0 }, problems: [] });
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
    // Nothing of that keeps a removed row from being noticed.
    world.google.spreadsheet.deleteRows(TAB, 3, 1);
    later(world);
    expect(reportOf(world, id)?.rows).toMatchObject({ flag: 1, hold: 0 });
  });

  test('a ready column of boxes that nobody has ticked, beside an id that a formula makes', () => {
    const headers = [...HEADERS, 'ok'];
    const world = createWorld({
      store,
      headers,
      rows: [...usageRows(2).map((row) => [...row, 'TRUE'])],
    });
    world.google.spreadsheet.paste(TAB, 4, 1, [
      ['=3+1', NOTHING, NOTHING, NOTHING, 'FALSE'],
      [NOTHING, NOTHING, NOTHING, NOTHING, 'FALSE'],
    ]);
    const id = activate(world, { headers, ready: 'ok' });
    later(world);
    expect(reportOf(world, id)).toMatchObject({ rows: { sent: 2, hold: 0 } });
  });

  test('what statuses were written beside', () => {
    const world = tabWith([[NOTHING, NOTHING, NOTHING, NOTHING]], store);
    const id = activate(world);
    const { revision } = world.ask('open', {}).syncs[0]?.sync ?? { revision: 0 };
    world.ask('setStatusColumn', { id, revision, column: 'new' });
    later(world);
    world.google.spreadsheet.paste(TAB, 4, 5, [['Sent']]);
    later(world);
    expect(reportOf(world, id)).toMatchObject({ rows: { sent: 2, hold: 0 } });
  });
});

describe('a row is made of', () => {
  test.each([
    ['a zero', ['=3+1', '', '', '0'], 'row.empty-cell'],
    [
      'a box that is not ticked and is no ready column',
      ['=3+1', '', '', 'FALSE'],
      'row.empty-cell',
    ],
    ['a value without an id', ['', '', '', '5'], 'key.empty'],
  ])('%s, and is held for what it lacks', (_, row, code) => {
    const world = tabWith([row], 'postgres');
    const id = activate(world);
    later(world);
    expect(reportOf(world, id)).toMatchObject({
      rows: { sent: 2, hold: 1 },
      problems: [{ problem: { code }, rows: [4] }],
    });
  });

  test('a sent row whose other cells were cleared: it is not taken back as removed', () => {
    const world = tabWith([], 'postgres');
    const id = activate(world, { removed: 'correct', changed: 'correct' });
    later(world);
    for (const column of [2, 3, 4]) world.google.spreadsheet.paste(TAB, 3, column, [['']]);
    later(world, TEN_MINUTES);
    expect(reportOf(world, id)?.rows).toMatchObject({ sent: 1, flag: 1, hold: 0 });
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
  });

  test('an id alone where the template needs nothing else', () => {
    const world = tabWith([['r9', '', '', '']], 'postgres');
    const template = `{ "transaction_id": "{{ row.id }}", "external_subscription_id": "acme",
      "code": "calls", "timestamp": 1793714400,
      "properties": { "amount": {{ row.amount | default: 7 }} } }`;
    const id = activate(world, { template });
    later(world);
    expect(draftOf(world).key).toBe('id');
    expect(reportOf(world, id)).toMatchObject({ rows: { sent: 3 } });
    expect(inLago(world)).toContain('r9 = 7');
  });
});
