import {
  activate,
  createWorld,
  fireHourly,
  HOUR,
  inLago,
  TAB,
  usageRows,
  type World,
} from './world';

const DAY = 24 * HOUR;

/** A world whose sync has sent all rows and has looked once more. */
function atRest(): World {
  const world = createWorld({ rows: usageRows(5) });
  activate(world);
  fireHourly(world);
  world.time.now += HOUR;
  fireHourly(world);
  world.lago.requests.clear();
  return world;
}

/** Requests to Lago since the last run, and cells read by this one. */
function nextRun(world: World, afterMs = HOUR): { requests: number; cells: number } {
  world.time.now += afterMs;
  world.lago.requests.clear();
  const { cellsRead } = fireHourly(world).serviceCalls;
  const counts = Object.values(world.lago.requests.counts());
  return { requests: counts.reduce((sum, count) => sum + count, 0), cells: cellsRead };
}

describe('a run after which nothing has changed', () => {
  test('reads the picked columns and the outcomes once, and asks Lago only whose key it is', () => {
    const world = atRest();
    // Five rows below the headers, the headers once more to find the columns, five outcomes, and
    // the journal's newest line.
    expect(nextRun(world)).toEqual({ requests: 1, cells: 6 * 4 + 4 + 5 + 2 });
    const { lastRun, health } = world.ask('open', {}).syncs[0] ?? {};
    expect(lastRun).toMatchObject({ delivered: 0, left: 0, rows: { sent: 5 }, problems: [] });
    expect(lastRun?.startedAt).toBe(world.time.now);
    expect(health?.state).toBe('healthy');
  });

  test('looks at everything once a day all the same', () => {
    const world = atRest();
    const hours = Array.from({ length: 24 }, () => nextRun(world).requests > 1);
    expect(hours.filter(Boolean)).toHaveLength(1);
    expect(nextRun(world, DAY).requests).toBeGreaterThan(1);
  });

  test('is told by a person’s “Run now” with a whole look', () => {
    const world = atRest();
    const { id } = world.ask('open', {}).syncs[0]?.sync ?? { id: '' };
    world.ask('runNow', { id });
    const counts = Object.values(world.lago.requests.counts());
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(1);
  });
});

describe('a run looks at everything again', () => {
  test.each<[string, (world: World) => void]>([
    ['a row was typed', ({ google }) => google.spreadsheet.edit(TAB, 7, 1, 'r6')],
    ['a row was changed', ({ google }) => google.spreadsheet.edit(TAB, 3, 4, '70')],
    ['a row was removed', ({ google }) => google.spreadsheet.deleteRows(TAB, 3)],
    ['rows were sorted', ({ google }) => google.spreadsheet.sort(TAB, 4, 'descending')],
    ['a header was renamed', ({ google }) => google.spreadsheet.edit(TAB, 1, 4, 'units')],
    [
      'the file has another time zone',
      ({ google }) => google.spreadsheet.setTimeZone('Asia/Tokyo'),
    ],
  ])('once %s', (_, change) => {
    const world = atRest();
    change(world);
    expect(nextRun(world).cells).toBeGreaterThan(40);
  });

  test.each<[string, (world: World) => void]>([
    ['ledger.vanished', ({ google }) => google.spreadsheet.deleteRows('Lago ledger Usage', 4)],
    ['ledger.missing', ({ google }) => google.spreadsheet.deleteSheet('Lago ledger Usage')],
  ])('once lines or all of the ledger have vanished (%s)', (code, change) => {
    const world = atRest();
    change(world);
    nextRun(world);
    const { health } = world.ask('open', {}).syncs[0] ?? {};
    expect([health?.state, health?.problem?.code]).toEqual(['stopped', code]);
  });

  test('as long as a row is held: Lago may have what it lacks by now', () => {
    const world = createWorld({
      rows: [...usageRows(2), ['r3', 'initech', '2026-11-20 10:00', '3']],
    });
    activate(world);
    fireHourly(world);
    expect(nextRun(world).requests).toBeGreaterThan(1);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
    world.lago.seed.catalog({
      customers: [{ external_id: 'c-initech', currency: 'EUR', timezone: 'UTC' }],
      subscriptions: [
        {
          external_id: 'initech',
          external_customer_id: 'c-initech',
          plan_code: 'p',
          subscription_at: '2026-09-01T00:00:00Z',
        },
      ],
    });
    nextRun(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
  });
});
