import { activate, createWorld, fireHourly, HOUR, inLago, usageRows } from './world';

const TOO_MANY = 'There are too many LockService operations against the same script.';

describe('a lock that Google does not release', () => {
  test('replaces no result, and the next execution gets it', () => {
    const world = createWorld({ rows: usageRows(2) });
    const id = activate(world);
    world.google.faults.add({ call: 'Lock.releaseLock', message: TOO_MANY });
    expect(world.ask('runNow', { id })).toMatchObject({ delivered: 2 });
    expect(world.google.faults.injected()).toEqual({ 'Lock.releaseLock before its effect': 1 });
    expect(world.ask('runNow', { id })).toMatchObject({ delivered: 0 });
  });

  test('lets the hourly run end like any other', () => {
    const world = createWorld({ rows: usageRows(2) });
    activate(world);
    world.google.faults.add({ call: 'Lock.releaseLock', message: TOO_MANY });
    expect(fireHourly(world).error).toBeUndefined();
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
  });

  test('hides no failure of the work itself', () => {
    const world = createWorld({ rows: usageRows(2) });
    activate(world);
    world.google.faults.add({ call: 'Lock.releaseLock', message: TOO_MANY });
    expect(world.call('runNow', { id: 'none' })).toMatchObject({
      ok: false,
      problem: { code: 'settings.no-sync' },
    });
  });
});

test('a lock that is not given is a problem that passes, and the next hour sends', () => {
  const world = createWorld({ rows: usageRows(2) });
  const id = activate(world);
  world.google.faults.add({ call: 'Lock.tryLock', message: TOO_MANY });
  expect(world.call('runNow', { id })).toMatchObject({
    ok: false,
    problem: { code: 'run.google', message: expect.stringContaining('LockService') },
  });
  world.time.now += HOUR;
  fireHourly(world);
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
});
