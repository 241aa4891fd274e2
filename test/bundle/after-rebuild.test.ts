import { IS_LONG, played } from './long';
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
  TEMPLATE,
  usageRows,
  type World,
} from './world';

const STORES = ['clickhouse', 'postgres'] as const;
type Store = (typeof STORES)[number];

const WITH_NOTE = [...HEADERS, 'note'];
const NOTE_COLUMN = 5;
const AMOUNT_COLUMN = 4;
const WIDER_TEMPLATE = TEMPLATE.replace(
  '{{ row.amount }}',
  '{{ row.amount }}, "note": "{{ row.note }}"',
);
const SLOW_MACHINE_MS = 120_000;

/** Four rows that were sent an hour ago; the second has no note. Lago removes no duplicates, so that each would be seen. */
function sent(store: Store): { world: World; id: string } {
  const world = createWorld({
    store,
    headers: WITH_NOTE,
    rows: usageRows(4).map((row) => [...row, row[0] === 'r2' ? '' : 'x']),
    lago: { visibilityDelayMs: 90_000, duplicateRemoval: false },
  });
  const id = activate(world, { headers: WITH_NOTE });
  fireHourly(world);
  world.time.now += HOUR;
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4']);
  return { world, id };
}

const ledgerOf = ({ google }: World): string =>
  google.spreadsheet.sheets.find(
    ({ name }) => name.startsWith('Lago ledger') && google.spreadsheet.table(name).length > 0,
  )?.name ?? '';
const reportOf = (world: World) => world.ask('open', {}).syncs[0]?.lastRun;
const linesIn = (world: World): string[] =>
  world.google.spreadsheet
    .table(ledgerOf(world))
    .slice(1)
    .map((line) => `${line[5]} ${line[3]}`)
    .sort();
/** The rows that the dry run has something to say of. */
const toldIn = (world: World, id: string): string[] =>
  world
    .ask('dryRun', { id })
    .rows.map(({ key, action, problems }) =>
      [key, action, ...problems.map(({ code }) => code)].join(' '),
    );

function rebuild(world: World, id: string): void {
  for (let from: number | undefined, parts = 0; parts < 20; parts++) {
    const reply = world.call('rebuildLedger', from === undefined ? { id } : { id, from });
    if (!reply.ok) {
      expect(reply.problem.code).toBe('ledger.not-visible');
      world.time.now += 5 * MINUTE;
      continue;
    }
    from = reply.value.next;
    if (from === undefined) return;
  }
  throw new Error('The rebuilding does not end.');
}

function resume(world: World, id: string): void {
  const view = world.ask('open', {}).syncs.find(({ sync }) => sync.id === id);
  world.ask('activate', {
    id,
    revision: view?.sync.revision ?? 0,
    changed: 'flag',
    removed: 'flag',
    onEdit: false,
  });
  hourLater(world);
}

function hourLater(world: World): void {
  world.time.now += HOUR;
  fireHourly(world);
}

/** The ledger is deleted and made anew, and an hour goes by. */
function loseLedger(world: World, id: string): void {
  world.google.spreadsheet.deleteSheet(ledgerOf(world));
  hourLater(world);
  rebuild(world, id);
  resume(world, id);
}

const typeRow = (world: World, row: number, cells: readonly string[]): void =>
  world.google.spreadsheet.paste(TAB, row, 1, [[...cells, 'x']]);

describe.each(played(STORES, STORES.length))('on %s, after a ledger was rebuilt', (store) => {
  const unseen: readonly (readonly [string, (world: World) => void, (world: World) => void])[] = [
    [
      'had an empty cell',
      ({ google }) => google.spreadsheet.edit(TAB, 3, AMOUNT_COLUMN, ''),
      ({ google }) => google.spreadsheet.edit(TAB, 3, AMOUNT_COLUMN, '2'),
    ],
    [
      'was not in the tab',
      ({ google }) => google.spreadsheet.deleteRows(TAB, 3, 1),
      (world) => typeRow(world, 5, ['r2', 'globex', '2026-11-03 10:00', '2']),
    ],
    [
      'had a key that stood there twice',
      (world) => typeRow(world, 6, ['r2', 'acme', '2026-11-04 10:00', '9']),
      ({ google }) => google.spreadsheet.deleteRows(TAB, 6, 1),
    ],
    [
      'had the key of another row',
      ({ google }) => google.spreadsheet.edit(TAB, 3, 1, 'r1'),
      ({ google }) => google.spreadsheet.edit(TAB, 3, 1, 'r2'),
    ],
  ];

  test.each(unseen)('a row that %s meanwhile is not sent again', (_, hide, show) => {
    const { world, id } = sent(store);
    hide(world);
    loseLedger(world, id);
    show(world);
    hourLater(world);
    // The run that asks knows what Lago said, and so does every later one.
    expect(reportOf(world)).toMatchObject({ rows: { sent: 4 }, left: 0 });
    expect(linesIn(world)).toEqual(['r1 accepted', 'r2 accepted', 'r3 accepted', 'r4 accepted']);
    hourLater(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4']);
  });

  test('a row that a newer template could not make an event of is a conflict, once it can, and is not sent', () => {
    const { world, id } = sent(store);
    const revision = world.ask('open', {}).syncs[0]?.sync.revision ?? 0;
    world.ask('saveSync', {
      draft: { ...draftOf(world, WITH_NOTE, WIDER_TEMPLATE), id, revision },
    });
    loseLedger(world, id);
    expect(toldIn(world, id)).toContain('r2 hold row.empty-cell');
    world.google.spreadsheet.edit(TAB, 3, NOTE_COLUMN, 'x');
    hourLater(world);
    hourLater(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4']);
    expect(toldIn(world, id)).toContain('r2 refused event.conflict');
  });

  test('a row that comes back with another amount or at another time is a conflict that a person is told of, and is not sent', () => {
    const { world, id } = sent(store);
    world.google.spreadsheet.deleteRows(TAB, 3, 2);
    loseLedger(world, id);
    typeRow(world, 4, ['r2', 'globex', '2026-11-03 10:00', '22']);
    typeRow(world, 5, ['r3', 'acme', '2026-11-20 18:00', '3']);
    hourLater(world);
    expect(toldIn(world, id)).toEqual(['r2 refused event.conflict', 'r3 refused event.conflict']);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4']);
    expect(world.ask('open', {}).syncs[0]?.health.state).toBe('needs-you');
  });

  test('an old row that was never sent is sent', () => {
    const { world, id } = sent(store);
    loseLedger(world, id);
    typeRow(world, 6, ['r5', 'acme', '2026-11-02 10:00', '5']);
    hourLater(world);
    expect(reportOf(world)).toMatchObject({ delivered: 1, rows: { sent: 5 } });
    expect(reportOf(world)?.stopped).toBeUndefined();
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4', 'r5 = 5']);
  });

  test('this is still so where an older version of the file is restored', () => {
    const { world, id } = sent(store);
    const before = world.google.spreadsheet.version();
    typeRow(world, 6, ['r5', 'acme', '2026-11-03 10:00', '5']);
    hourLater(world);
    world.google.spreadsheet.deleteRows(TAB, 6, 1);
    world.google.spreadsheet.deleteRows(ledgerOf(world), 6, 1);
    world.time.now += HOUR;
    rebuild(world, id);
    world.google.spreadsheet.restore(before);
    resume(world, id);
    expect(reportOf(world)?.stopped).toBeUndefined();
    typeRow(world, 6, ['r5', 'acme', '2026-11-03 10:00', '5']);
    hourLater(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4', 'r5 = 5']);
    expect(reportOf(world)).toMatchObject({ rows: { sent: 5 } });
  });

  test('this is still so after further events, and for another sync that adopts the ledger', () => {
    const { world, id } = sent(store);
    world.google.spreadsheet.deleteRows(TAB, 3, 1);
    loseLedger(world, id);
    typeRow(world, 5, ['r5', 'acme', '2026-11-20 10:00', '5']);
    hourLater(world);
    world.ask('deleteSync', { id, revision: world.ask('open', {}).syncs[0]?.sync.revision ?? 0 });
    // As where another script takes the tab over: the sheet alone tells of it.
    for (const name of Object.keys(world.google.documentProperties.all()))
      if (name.startsWith('ledger.')) world.google.documentProperties.delete(name);
    const again = activate(world, { headers: WITH_NOTE });
    world.ask('resolveLedger', { id: again, choice: 'adopt' });
    typeRow(world, 6, ['r2', 'globex', '2026-11-03 10:00', '2']);
    hourLater(world);
    hourLater(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4', 'r5 = 5']);
    expect(reportOf(world)).toMatchObject({ rows: { sent: 5 } });
  });
});

test('on clickhouse a row waits while Lago does not say whether it has it; the others go', () => {
  const { world, id } = sent('clickhouse');
  world.google.spreadsheet.deleteRows(TAB, 3, 1);
  loseLedger(world, id);
  typeRow(world, 5, ['r2', 'globex', '2026-11-03 10:00', '2']);
  typeRow(world, 6, ['r5', 'acme', '2026-11-03 10:00', '5']);
  world.intercept = ({ url }) =>
    url.endsWith('/events/r2') ? { status: 500, headers: {}, body: '' } : undefined;
  hourLater(world);
  expect(reportOf(world)).toMatchObject({ delivered: 1, left: 0, rows: { sent: 4, wait: 1 } });
  expect(reportOf(world)?.problems).toMatchObject([
    { action: 'wait', problem: { code: 'row.unanswered' }, keys: ['r2'] },
  ]);
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4', 'r5 = 5']);
  world.intercept = undefined;
  hourLater(world);
  expect(reportOf(world)).toMatchObject({ rows: { sent: 5 } });
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4', 'r5 = 5']);
});

test(
  'on clickhouse the run that asks may be killed anywhere, and nothing is sent twice or lost',
  () => {
    const returned = (): World => {
      const { world, id } = sent('clickhouse');
      world.google.spreadsheet.deleteRows(TAB, 3, 1);
      loseLedger(world, id);
      typeRow(world, 5, ['r2', 'globex', '2026-11-03 10:00', '2']);
      typeRow(world, 6, ['r5', 'acme', '2026-11-03 10:00', '5']);
      world.time.now += HOUR;
      return world;
    };
    const calls = fireHourly(returned()).serviceCalls.total;
    expect(calls).toBeGreaterThan(20);
    const broken: string[] = [];
    for (let killAtCall = 1; killAtCall <= calls; killAtCall += IS_LONG ? 3 : 61) {
      const world = returned();
      expect(fireHourly(world, { killAtCall, killWhen: 'after' }).killed).toBe(true);
      hourLater(world);
      hourLater(world);
      if (inLago(world).join() !== 'r1 = 1,r2 = 2,r3 = 3,r4 = 4,r5 = 5')
        broken.push(`call ${killAtCall}: ${inLago(world).join()}`);
    }
    expect(broken).toEqual([]);
  },
  SLOW_MACHINE_MS,
);
