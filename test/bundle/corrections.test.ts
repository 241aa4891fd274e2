import type { JsonObject } from '../../sandbox/lago';
import {
  activate,
  billedUnits,
  createWorld,
  fireHourly,
  HOUR,
  inLago,
  TAB,
  TEMPLATE,
  usageRows,
  type World,
} from './world';

const later = (world: World): void => {
  world.time.now += HOUR;
  fireHourly(world);
};

const flagged = (world: World, id: string): string[] =>
  world
    .ask('dryRun', { id })
    .rows.filter(({ action }) => action === 'flag')
    .map(({ key, problems }) => `${key} ${problems.map(({ code }) => code).join()}`);

const started = (
  store: 'postgres' | 'clickhouse',
  rows = usageRows(4),
): { world: World; id: string } => {
  const world = createWorld({ store, rows });
  const id = activate(world, { changed: 'correct', removed: 'correct' });
  fireHourly(world);
  return { world, id };
};

describe.each(['postgres', 'clickhouse'] as const)('a sum on %s', (store) => {
  test('is corrected where a row was changed: its event is taken back together with the new one', () => {
    const { world, id } = started(store);
    expect(billedUnits(world)).toEqual(['acme 4.0', 'globex 6.0']);
    world.google.spreadsheet.edit(TAB, 2, 4, '10');
    later(world);
    expect(inLago(world)).toEqual([
      'r1 = 1',
      'r1~r2 = 10',
      'r1~x1 = -1',
      'r2 = 2',
      'r3 = 3',
      'r4 = 4',
    ]);
    expect(billedUnits(world)).toEqual(['acme 13.0', 'globex 6.0']);
    later(world);
    expect(inLago(world)).toHaveLength(6);
    expect(flagged(world, id)).toEqual([]);
  });

  test('follows a row to another customer, and back', () => {
    const { world } = started(store);
    world.google.spreadsheet.edit(TAB, 2, 2, 'globex');
    later(world);
    expect(billedUnits(world)).toEqual(['acme 3.0', 'globex 7.0']);
    world.google.spreadsheet.edit(TAB, 2, 2, 'acme');
    later(world);
    expect(billedUnits(world)).toEqual(['acme 4.0', 'globex 6.0']);
    expect(inLago(world).filter((event) => event.startsWith('r1'))).toEqual([
      'r1 = 1',
      'r1~r2 = 1',
      'r1~r2~x1 = -1',
      'r1~r3 = 1',
      'r1~x1 = -1',
    ]);
  });

  test('loses a removed row, and gains it again when it comes back', () => {
    const { world } = started(store);
    world.google.spreadsheet.deleteRows(TAB, 2, 1);
    later(world);
    expect(billedUnits(world)).toEqual(['acme 3.0', 'globex 6.0']);
    later(world);
    world.google.spreadsheet.paste(TAB, 6, 1, usageRows(1));
    later(world);
    expect(billedUnits(world)).toEqual(['acme 4.0', 'globex 6.0']);
    expect(inLago(world).filter((event) => event.startsWith('r1'))).toEqual([
      'r1 = 1',
      'r1~r2 = 1',
      'r1~x1 = -1',
    ]);
  });

  test('stays as it is where a row is changed and set back between two runs', () => {
    const { world } = started(store);
    world.google.spreadsheet.edit(TAB, 2, 4, '10');
    world.google.spreadsheet.edit(TAB, 2, 4, '1');
    later(world);
    expect(inLago(world)).toHaveLength(4);
  });
});

test.each(['postgres', 'clickhouse'] as const)(
  'a latest value on %s stays that of the newest row, however often that is corrected',
  (store) => {
    const metrics = [
      { name: 'Level', code: 'level', aggregation_type: 'latest_agg', field_name: 'amount' },
    ];
    const rows = ['09:00', '10:00'].map((time, place) => [
      `r${place + 1}`,
      'acme',
      `2026-11-03 ${time}`,
      String(place + 3),
    ]);
    const world = createWorld({ store, rows, metrics });
    const template = TEMPLATE.replace('calls', 'level');
    activate(world, { changed: 'correct', removed: 'correct', template });
    fireHourly(world);
    const level = (): unknown =>
      (world.lago.usage('c-acme', 'acme')['charges_usage'] as JsonObject[]).find(
        ({ billable_metric }) => (billable_metric as JsonObject).code === 'level',
      )?.units;
    expect(level()).toBe('4.0');
    for (const amount of ['5', '6', '7', '8']) {
      world.google.spreadsheet.edit(TAB, 3, 4, amount);
      later(world);
      expect(level()).toBe(`${amount}.0`);
    }
    world.google.spreadsheet.deleteRows(TAB, 3, 1);
    later(world);
    expect(level()).toBe('3.0');
  },
);
