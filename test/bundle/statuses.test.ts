import {
  activate,
  createWorld,
  fireHourly,
  HEADERS,
  HOUR,
  inLago,
  TAB,
  usageRows,
  type World,
} from './world';

/** Every hourly run has its line in the sheet of runs. */
const JOURNAL_WRITES = 1;

const hourLater = (world: World): void => {
  world.time.now += HOUR;
  fireHourly(world);
};

const revision = (world: World): number => world.ask('open', {}).syncs[0]?.sync.revision ?? 0;

/** The key and status columns of the tab, as a person sees them. */
const statuses = (world: World, keyColumn = 0, statusColumn = HEADERS.length): string[] =>
  world.google.spreadsheet
    .table(TAB)
    .slice(1)
    .filter((row) => row.some((text) => text !== ''))
    .map((row) => `${row[keyColumn] ?? ''}: ${row[statusColumn] ?? ''}`);

const withStatuses = (rows: readonly (readonly string[])[]): { world: World; id: string } => {
  const world = createWorld({ rows });
  const id = activate(world);
  world.ask('setStatusColumn', { id, revision: revision(world), column: 'new' });
  fireHourly(world);
  return { world, id };
};

test('the status column says of each row where it stands, since when, and why', () => {
  const { world } = withStatuses([
    ...usageRows(2),
    ['r3', 'nobody', '2026-11-03 10:00', '7'],
    ['', 'acme', '2026-11-03 10:00', '7'],
  ]);
  const [first, second, third, fourth] = statuses(world);
  expect(world.google.spreadsheet.table(TAB)[0]).toEqual([...HEADERS, 'Lago status']);
  expect([first, second]).toEqual(['r1: Sent 2026-11-20 12:00', 'r2: Sent 2026-11-20 12:00']);
  expect(third).toMatch(/^r3: Held: .*nobody/);
  expect(fourth).toMatch(/^: Held: .*key/);
});

test('a run in which nothing changed writes no statuses', () => {
  const { world } = withStatuses(usageRows(3));
  world.time.now += HOUR;
  const writes = fireHourly(world).serviceCalls.byName['Range.setValues'] ?? 0;
  expect(writes).toBe(JOURNAL_WRITES);
});

test('a run in which something changed writes all statuses at once', () => {
  const { world } = withStatuses(usageRows(50));
  world.google.spreadsheet.edit(TAB, 4, 4, '99');
  world.google.spreadsheet.edit(TAB, 44, 4, '99');
  world.time.now += HOUR;
  const report = fireHourly(world);
  expect(report.serviceCalls.byName['Range.setValues']).toBe(JOURNAL_WRITES + 1);
  expect(statuses(world).filter((text) => text.includes('Differs from Lago'))).toHaveLength(2);
});

test('rows that are sorted while a run sends get their own statuses', () => {
  const world = createWorld({ rows: usageRows(4) });
  const id = activate(world);
  world.ask('setStatusColumn', { id, revision: revision(world), column: 'new' });
  world.google.spreadsheet.edit(TAB, 2, 2, 'nobody');
  let sorted = false;
  world.intercept = ({ url }) => {
    if (!sorted && url.includes('/events/batch')) {
      sorted = true;
      world.google.spreadsheet.sort(TAB, 1, 'descending');
    }
    return undefined;
  };
  fireHourly(world);
  expect(sorted).toBe(true);
  const found = statuses(world);
  expect(found.map((text) => text.slice(0, 7))).toEqual([
    'r4: Sen',
    'r3: Sen',
    'r2: Sen',
    'r1: Hel',
  ]);
});

test('the statuses are no usage: they change no row and send none again', () => {
  const { world } = withStatuses(usageRows(3));
  hourLater(world);
  hourLater(world);
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
});

test('a status column that is gone or protected is told and keeps nothing from being sent', () => {
  const { world, id } = withStatuses(usageRows(1));
  world.google.spreadsheet.edit(TAB, 1, HEADERS.length + 1, 'My notes');
  world.google.spreadsheet.edit(TAB, 3, 1, 'r2');
  world.google.spreadsheet.edit(TAB, 3, 2, 'acme');
  world.google.spreadsheet.edit(TAB, 3, 3, '2026-11-04 10:00');
  world.google.spreadsheet.edit(TAB, 3, 4, '2');
  hourLater(world);
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
  const [view] = world.ask('open', {}).syncs;
  expect(view?.lastRun?.checksOff.map(({ code }) => code)).toEqual(['status.missing']);
  expect(view?.health.state).toBe('needs-you');
  expect(view?.sync.id).toBe(id);
});

test('of two columns of that name none is written into, and sending goes on', () => {
  const { world } = withStatuses(usageRows(1));
  const second = HEADERS.length + 2;
  world.google.spreadsheet.edit(TAB, 1, second, 'Lago status');
  world.google.spreadsheet.edit(TAB, 2, second - 1, 'mine');
  world.google.spreadsheet.paste(TAB, 3, 1, [['r2', 'acme', '2026-11-03 10:00', '2']]);
  hourLater(world);
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
  expect(statuses(world)).toEqual(['r1: mine', 'r2: ']);
  const [view] = world.ask('open', {}).syncs;
  expect(view?.lastRun?.checksOff.map(({ code }) => code)).toEqual(['sheet.header-twice']);
});

test('a column that the sync reads is refused for statuses', () => {
  const world = createWorld({ rows: usageRows(1) });
  const id = activate(world);
  const reply = world.call('setStatusColumn', {
    id,
    revision: revision(world),
    column: { header: 'amount' },
  });
  expect(reply).toMatchObject({ ok: false, problem: { code: 'status.in-use' } });
});

test('choosing the status column is safe to repeat, and adds one column', () => {
  const world = createWorld({ rows: usageRows(1) });
  const id = activate(world);
  const before = revision(world);
  world.ask('setStatusColumn', { id, revision: before, column: 'new' });
  world.ask('setStatusColumn', { id, revision: before, column: 'new' });
  expect(world.google.spreadsheet.table(TAB)[0]).toEqual([...HEADERS, 'Lago status']);
  expect(revision(world)).toBe(before + 1);
});
