import { IS_LONG } from './long';
import { activate, createWorld, fireHourly, HOUR, inLago, usageRows, type World } from './world';

const ROWS = 250;
/** Not a claim about speed: a machine that does other things meanwhile must not fail the test. */
const SLOW_MACHINE_MS = 300_000;
const expected = usageRows(ROWS).map(([id, , , amount]) => `${id} = ${amount}`);

const ledgerStates = ({ google }: World): string[] => {
  const ledger = google.spreadsheet.sheets.find(({ name }) => name.startsWith('Lago ledger') && google.spreadsheet.table(name).length > 0);
  return ledger === undefined
    ? []
    : google.spreadsheet
        .table(ledger.name)
        .slice(1)
        .map((line) => line[3] ?? '');
};

function activated(store: 'postgres' | 'clickhouse', unflushed: 'lost' | 'applied'): World {
  const world = createWorld({
    rows: usageRows(ROWS),
    store,
    lago: { visibilityDelayMs: 90_000, duplicateRemoval: false },
    google: { unflushed },
  });
  activate(world);
  return world;
}

/** Killed after a call with unflushed writes lost is the same as killed before the next one, whose turn comes anyway; a long run plays it too. */
const KILLS = [['before', 'lost'], ['after', 'applied'], ...(IS_LONG ? [['after', 'lost'] as const] : [])] as const;

/** The facts of a first run of 250 rows that is killed at every service call; a file for each event store, so that they run side by side. */
export function describeFirstRun(store: 'postgres' | 'clickhouse'): void {
  test('puts each row into Lago once, with three requests', () => {
    const world = activated(store, 'lost');
    const report = fireHourly(world);
    expect(report.error).toBeUndefined();
    expect(inLago(world)).toEqual(expected);
    expect(ledgerStates(world)).toEqual(Array(ROWS).fill('accepted'));
    expect(world.lago.requests.counts()['POST /api/v1/events/batch']).toBe(3);
  });

  const calls = fireHourly(activated(store, 'lost')).serviceCalls.total;

  test.each(KILLS)(
    'survives being killed %s each of its service calls, with unflushed writes %s',
    (killWhen, unflushed) => {
      expect(calls).toBeGreaterThan(20);
      const broken: string[] = [];
      // In a short run the two kinds of kills and the two event stores share the calls: each call is killed in one of the four.
      const first = IS_LONG ? 1 : 1 + (killWhen === 'after' ? 1 : 0) + (store === 'postgres' ? 2 : 0);
      for (let killAtCall = first; killAtCall <= calls; killAtCall += IS_LONG ? 1 : 4) {
        const world = activated(store, unflushed);
        const killed = fireHourly(world, { killAtCall, killWhen });
        expect(killed.killed).toBe(true);
        let got: string[] = [];
        let states: string[] = [];
        for (let run = 0; run < 2 && (run === 0 || got.length < ROWS || states.length > 0); run++) {
          world.time.now += HOUR;
          fireHourly(world);
          got = inLago(world);
          states = ledgerStates(world).filter((state) => state !== 'accepted');
        }
        if (got.join() !== expected.join() || states.length > 0)
          broken.push(`call ${killAtCall}: ${got.length} events, ${states.length} lines not accepted`);
      }
      expect(broken).toEqual([]);
    },
    SLOW_MACHINE_MS,
  );
}
