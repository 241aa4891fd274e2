import { IS_LONG } from './long';
import {
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HOUR,
  inLago,
  TAB,
  usageRows,
  type World,
} from './world';

const AMOUNT = 4;

const drafted = (
  rows: readonly (readonly string[])[],
  ready?: string,
  headers?: readonly string[],
): { world: World; id: string } => {
  const world = createWorld({ rows, ...(headers === undefined ? {} : { headers }) });
  world.ask('connect', {
    address: 'https://lago.example',
    apiKey: 'f00dfeed-1111-4222-8333-abcdefabcdef',
  });
  const draft = { ...draftOf(world, headers), ...(ready === undefined ? {} : { ready }) };
  return { world, id: world.ask('saveSync', { draft }).id };
};

describe('the review', () => {
  test('sums up what would be sent: by metric, day and subscription, first and last', () => {
    const rows = [
      ...usageRows(3),
      ['r4', 'acme', '2026-11-05 23:30', '0.1'],
      ['r5', 'acme', '2026-11-05 08:00', '0.2'],
    ];
    const { world, id } = drafted(rows);
    expect(world.ask('dryRun', { id }).summary).toEqual({
      events: 5,
      metrics: [{ code: 'calls', events: 5, quantity: '6.3', field: 'amount' }],
      unit: 'day',
      periods: [
        { period: '2026-11-03', events: 3, quantity: '6' },
        { period: '2026-11-05', events: 2, quantity: '0.3' },
      ],
      biggest: [
        { subscription: 'acme', events: 4, quantity: '4.3' },
        { subscription: 'globex', events: 1, quantity: '2' },
      ],
      subscriptions: 2,
      first: Date.UTC(2026, 10, 3, 10),
      last: Date.UTC(2026, 10, 5, 23, 30),
      future: 0,
      booked: 0,
      zone: 'UTC',
    });
  });

  test('counts nothing that is sent already or held', () => {
    const { world, id } = drafted([...usageRows(2), ['r3', 'nobody', '2026-11-03 10:00', '7']]);
    world.ask('testSend', { id, row: 2 });
    expect(world.ask('dryRun', { id }).summary).toMatchObject({
      events: 1,
      metrics: [{ quantity: '2' }],
    });
  });

  test('lists rows that were tested with an older template, while the sync is set up', () => {
    const { world, id } = drafted(usageRows(3));
    world.ask('testSend', { id, row: 2 });
    expect(world.ask('dryRun', { id }).testedBefore).toEqual([]);
    const draft = {
      ...draftOf(world),
      id,
      revision: 2,
      template: draftOf(world).template.replace('"calls"', '"calls" '),
    };
    const saved = world.call('saveSync', { draft: { ...draft, revision: 1 } });
    expect(saved.ok).toBe(true);
    expect(world.ask('dryRun', { id }).testedBefore.map(({ row, key }) => `${row} ${key}`)).toEqual(
      ['2 r1'],
    );
  });

  test('names other syncs of the same tab', () => {
    const { world, id } = drafted(usageRows(1));
    world.ask('saveSync', { draft: { ...draftOf(world), name: 'Second' } });
    expect(world.ask('dryRun', { id }).otherSyncs).toEqual(['Second']);
  });
});

describe('starting from now', () => {
  const started = (
    incomplete: readonly string[] = [],
  ): { world: World; id: string; taken: number } => {
    const { world, id } = drafted([...usageRows(3), ['r4', 'acme', '2026-11-04 10:00', '']]);
    const { taken, dryRun } = world.ask('takeAsBilled', { id, revision: 1, incomplete });
    expect(dryRun.counts).toMatchObject({ sent: 0, elsewhere: taken });
    return { world, id, taken };
  };
  const run = (world: World, id: string): void => {
    const [view] = world.ask('open', {}).syncs;
    world.ask('activate', {
      id,
      revision: view?.sync.revision ?? 0,
      changed: 'add',
      removed: 'flag',
      onEdit: false,
    });
    fireHourly(world);
  };

  test('takes complete rows as billed: none of them is ever sent, new ones are', () => {
    const { world, id, taken } = started();
    expect(taken).toBe(3);
    run(world, id);
    expect(inLago(world)).toEqual([]);
    world.google.spreadsheet.edit(TAB, 6, 1, 'r5');
    world.google.spreadsheet.edit(TAB, 6, 2, 'acme');
    world.google.spreadsheet.edit(TAB, 6, 3, '2026-11-06 10:00');
    world.google.spreadsheet.edit(TAB, 6, AMOUNT, '50');
    world.time.now += HOUR;
    fireHourly(world);
    expect(inLago(world)).toEqual(['r5 = 50']);
  });

  test('leaves an incomplete row open: it is sent when it is complete', () => {
    const { world, id } = started();
    run(world, id);
    world.google.spreadsheet.edit(TAB, 5, AMOUNT, '4');
    world.time.now += HOUR;
    fireHourly(world);
    expect(inLago(world)).toEqual(['r4 = 4']);
  });

  test('takes an incomplete row too where a person chose it; completing it sends nothing and says so', () => {
    const { world, id, taken } = started(['r4']);
    expect(taken).toBe(4);
    run(world, id);
    world.google.spreadsheet.edit(TAB, 5, AMOUNT, '4');
    world.time.now += HOUR;
    fireHourly(world);
    expect(inLago(world)).toEqual([]);
    expect(
      world
        .ask('dryRun', { id })
        .rows.map(({ key, action, problems }) => `${key} ${action} ${problems[0]?.code}`),
    ).toEqual(['r4 flag row.changed-elsewhere']);
  });

  test('is safe to repeat', () => {
    const { world, id } = started();
    expect(world.ask('takeAsBilled', { id, revision: 1, incomplete: [] }).taken).toBe(0);
    expect(world.ask('findRow', { id, key: 'r1' }).lines).toMatchObject([
      { kind: 'baseline', state: 'accepted' },
    ]);
  });

  test('leaves no row out and takes none twice when it is killed at any service call, or in a short run at every ninth', () => {
    for (let kill = 1; ; kill += IS_LONG ? 1 : 9) {
      const { world, id } = drafted(usageRows(4));
      let killed = false;
      try {
        world.call('takeAsBilled', { id, revision: 1, incomplete: [] }, { killAtCall: kill });
      } catch {
        killed = true;
      }
      if (!killed) {
        expect(kill).toBeGreaterThan(20);
        return;
      }
      world.time.now += HOUR;
      world.ask('takeAsBilled', { id, revision: 1, incomplete: [] });
      run(world, id);
      expect(inLago(world)).toEqual([]);
      expect(world.ask('dryRun', { id }).counts.elsewhere).toBe(4);
    }
  });
});

test('an active sync whose complete rows were taken as billed is as exact as any other', () => {
  const world = createWorld({ rows: usageRows(2) });
  const id = activate(world, { changed: 'flag' });
  fireHourly(world);
  expect(world.ask('takeAsBilled', { id, revision: 2, incomplete: [] }).taken).toBe(0);
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
});
