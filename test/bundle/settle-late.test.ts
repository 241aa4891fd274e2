import { activate, createWorld, fireHourly, HOUR, usageRows, type World } from './world';

const DAY = 24 * HOUR;
const unbilled = ({ lago }: World): string[] =>
  lago.billing().flatMap(({ transactionId, billed }) => (billed ? [] : [transactionId ?? '']));

const twoDaysLater = (world: World): void => {
  world.time.now = Date.UTC(2026, 11, 2, 9);
  fireHourly(world);
  world.time.now += 10 * 60_000;
  fireHourly(world);
};

describe.each(['postgres', 'clickhouse'] as const)(
  'an event that was handed over and never arrived, on %s',
  (store) => {
    const handedOver = (): World => {
      const world = createWorld({ store, rows: usageRows(2) });
      activate(world);
      world.time.now = Date.UTC(2026, 10, 30, 23);
      world.lago.faults.add({
        method: 'POST',
        path: '/api/v1/events/batch',
        kind: 'reset',
        times: 20,
      });
      fireHourly(world);
      world.lago.faults.clear();
      expect(world.lago.events()).toHaveLength(0);
      return world;
    };

    test('is not sent once its period is invoiced', () => {
      const world = handedOver();
      twoDaysLater(world);
      expect(unbilled(world)).toEqual([]);
    });

    test('is not sent for a subscription that ended meanwhile, and whose last invoice is made', () => {
      const world = handedOver();
      world.time.now += 10 * 60_000;
      world.lago.seed.terminate('acme');
      world.time.now += HOUR / 2;
      fireHourly(world);
      expect(unbilled(world)).toEqual([]);
    });
  },
);

test('an event for which Lago fails again and again is not sent once its period is invoiced', () => {
  const world = createWorld({ rows: usageRows(3) });
  activate(world);
  world.lago.faults.add({ kind: 'poison', marker: 'r3' });
  for (let hour = 0; hour < 3; hour++) {
    fireHourly(world);
    world.time.now += HOUR;
  }
  world.lago.faults.clear();
  world.time.now += 15 * DAY;
  twoDaysLater(world);
  expect(unbilled(world)).toEqual([]);
});
