import { activate, createWorld, fireHourly, HOUR, inLago, usageRows, type World } from './world';

const viewed = (world: World) => world.ask('open', {}).syncs[0];

/** A sync that has sent its rows, a further row, and a trigger that Google disables after the first hour. */
function disabled(): { world: World; id: string } {
  const world = createWorld({ rows: usageRows(2) });
  const id = activate(world, { onEdit: true });
  fireHourly(world);
  world.google.disableTriggers();
  world.google.spreadsheet.paste('usage', 4, 1, usageRows(3).slice(2));
  return { world, id };
}

function activateAgain(world: World, id: string): void {
  const revision = viewed(world)?.sync.revision ?? 0;
  world.ask('activate', { id, revision, changed: 'flag', removed: 'flag', onEdit: true });
}

test('a trigger that Google has disabled is told after three intervals; until a day has passed its minutes may be used up', () => {
  const { world } = disabled();
  world.time.now += 2.5 * HOUR;
  expect([world.google.fireHourly(), viewed(world)?.health.state]).toEqual([[], 'healthy']);
  world.time.now += HOUR;
  expect(viewed(world)?.health).toMatchObject({
    state: 'stopped',
    problem: { code: 'run.late' },
  });
  expect(viewed(world)?.health.problem?.message).toContain('A run has been due for 2 hours');
  world.time.now += 25 * HOUR;
  expect(viewed(world)?.health).toMatchObject({
    state: 'stopped',
    problem: { code: 'run.silent' },
  });
  expect(viewed(world)?.health.problem?.message).toContain('A run has been due for 27 hours');
});

test('activating again makes new triggers in place of those that Google has disabled, and what waited is sent', () => {
  const { world, id } = disabled();
  world.time.now += 30 * HOUR;
  activateAgain(world, id);
  expect(viewed(world)?.health.state).toBe('healthy');
  expect(world.google.triggers.map(({ type, disabled: isOff }) => [type, isOff])).toEqual([
    ['time', undefined],
    ['edit', undefined],
  ]);
  fireHourly(world);
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
});

test('a trigger that has never fired is told, too', () => {
  const world = createWorld({ rows: usageRows(2) });
  const id = activate(world);
  world.google.disableTriggers();
  world.time.now += 27 * HOUR;
  expect(viewed(world)?.health.problem?.code).toBe('run.silent');
  activateAgain(world, id);
  fireHourly(world);
  expect([inLago(world), viewed(world)?.health.problem]).toEqual([['r1 = 1', 'r2 = 2'], undefined]);
});

test('a sync that was paused for days is not told so when it is active again', () => {
  const world = createWorld({ rows: usageRows(2) });
  const id = activate(world);
  fireHourly(world);
  world.ask('pause', { id });
  world.time.now += 100 * HOUR;
  expect(viewed(world)?.health.state).toBe('healthy');
  activateAgain(world, id);
  expect(viewed(world)?.health.state).toBe('healthy');
});

test('a sync whose last run was stopped is told so as well: what stopped that run may be over, and no run begins to find out', () => {
  const world = createWorld({ rows: usageRows(2) });
  const id = activate(world);
  world.google.spreadsheet.edit('usage', 1, 4, 'quantity');
  fireHourly(world);
  expect(viewed(world)?.health.problem?.code).toBe('sheet.header-missing');
  world.google.disableTriggers();
  world.google.spreadsheet.edit('usage', 1, 4, 'amount');
  world.time.now += 27 * HOUR;
  expect(viewed(world)?.health.problem?.code).toBe('run.silent');
  activateAgain(world, id);
  fireHourly(world);
  expect([inLago(world), viewed(world)?.health.state]).toEqual([['r1 = 1', 'r2 = 2'], 'healthy']);
});
