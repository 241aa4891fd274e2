import { played } from './long';
import {
  activate,
  billedUnits,
  createWorld,
  fireHourly,
  HOUR,
  inLago,
  TAB,
  usageRows,
  type World,
} from './world';

const ROWS = 6;

/** A changed value, another customer, a removed row and a new one. */
const CORRECTED = [
  'r1 = 1',
  'r1~r2 = 10',
  'r1~x1 = -1',
  'r2 = 2',
  'r2~r2 = 2',
  'r2~x1 = -2',
  'r3 = 3',
  'r3~x1 = -3',
  'r4 = 4',
  'r5 = 5',
  'r6 = 6',
  'r7 = 7',
];

function edited(store: 'postgres' | 'clickhouse', unflushed: 'lost' | 'applied'): World {
  const world = createWorld({
    rows: usageRows(ROWS),
    store,
    lago: { visibilityDelayMs: 90_000, duplicateRemoval: false },
    google: { unflushed },
  });
  activate(world, { changed: 'correct', removed: 'correct' });
  fireHourly(world);
  world.time.now += HOUR;
  world.google.spreadsheet.edit(TAB, 2, 4, '10');
  world.google.spreadsheet.edit(TAB, 3, 2, 'acme');
  world.google.spreadsheet.deleteRows(TAB, 4, 1);
  world.google.spreadsheet.paste(TAB, 7, 1, [['r7', 'acme', '2026-11-04 10:00', '7']]);
  return world;
}

describe.each(played(['postgres', 'clickhouse'] as const, 2, 1))(
  'a run that corrects four rows on %s',
  (store) => {
    test.each([
      ['a lost answer', { kind: 'reset', committed: true }],
      ['a lost request', { kind: 'reset', committed: false }],
      ['an error after it was stored', { kind: 'answer', status: 502, committed: true }],
      ['an error before', { kind: 'answer', status: 503 }],
      ['an answer that takes too long', { kind: 'hang', committed: true }],
      ['half an answer', { kind: 'truncated' }],
    ] as const)('is not taken apart by %s', (_, fault) => {
      for (const times of [1, 12]) {
        const world = edited(store, 'lost');
        world.lago.faults.add({ method: 'POST', path: '/api/v1/events/batch', times, ...fault });
        fireHourly(world);
        world.lago.faults.clear();
        for (let run = 0; run < 2; run++) {
          world.time.now += HOUR;
          fireHourly(world);
        }
        world.time.now += HOUR;
        expect([...inLago(world), ...billedUnits(world)]).toEqual([
          ...CORRECTED,
          'acme 24.0',
          'globex 10.0',
        ]);
      }
    });
  },
);

test('a batch of which Lago 1.32 to 1.38 has kept a part is completed', () => {
  const world = edited('postgres', 'lost');
  world.lago.settings.partialBatches = true;
  // One of the new events is there already: the whole batch is refused, and its other events stay behind all the same.
  world.lago.faults.add({
    method: 'POST',
    path: '/api/v1/events/batch',
    kind: 'reset',
    committed: true,
  });
  fireHourly(world);
  world.time.now += HOUR;
  fireHourly(world);
  expect([...inLago(world), ...billedUnits(world)]).toEqual([
    ...CORRECTED,
    'acme 24.0',
    'globex 10.0',
  ]);
});
