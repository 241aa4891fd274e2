import { activate, createWorld, fireHourly, HOUR, inLago, lagoAnswer, type World } from './world';

const IDS = ['.', '..', '2026/11/1'];
const ROWS = IDS.map((id, index) => [id, 'acme', '2026-11-03 10:00', String(index + 1)]);

/** A proxy refuses each address with an encoded slash; the first batch's answer is lost. */
function proxied(world: World): void {
  let lost = false;
  world.intercept = (request) => {
    if (request.url.includes('%2F'))
      return { status: 400, headers: {}, body: '<html>Bad Request</html>' };
    if (lost || !request.url.endsWith('/events/batch')) return undefined;
    lost = true;
    lagoAnswer(world.lago, request);
    return { error: 'timeout' };
  };
}

const statesOf = (world: World, id: string): (string | undefined)[] =>
  IDS.map((key) => world.ask('findRow', { id, key }).lines[0]?.state);

describe.each(['postgres', 'clickhouse'] as const)(
  'events that no address can name, on %s',
  (store) => {
    const started = (): { world: World; id: string } => {
      const world = createWorld({ store, rows: ROWS });
      const id = activate(world);
      return { world, id };
    };

    test('are settled by a listing after their answer was lost', () => {
      const { world, id } = started();
      proxied(world);
      for (let hour = 0; hour < 3; hour++) {
        fireHourly(world);
        world.time.now += HOUR;
      }
      expect(inLago(world)).toEqual(['. = 1', '.. = 2', '2026/11/1 = 3']);
      expect(statesOf(world, id)).toEqual(['accepted', 'accepted', 'accepted']);
    });
  },
);
