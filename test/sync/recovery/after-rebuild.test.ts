import { problem, required } from '../../../src/problem/problem';
import type { EventStore } from '../../../src/sync/event-store';
import type { LedgerEntry } from '../../../src/sync/ledger/entry';
import { rebuiltAtOf } from '../../../src/sync/ledger/ledger';
import { mayHaveBeenSent } from '../../../src/sync/recovery/after-rebuild';
import { unitsToCompare } from '../../../src/sync/recovery/ask-first';
import { rebuildLedger } from '../../../src/sync/recovery/rebuild';
import type { RunResult } from '../../../src/sync/report';
import { run } from '../../../src/sync/run';
import type { RunRequest } from '../../../src/sync/run-request';
import type { Sync } from '../../../src/sync/sync';
import type { UsageEvent } from '../../../src/value/usage-event';
import { entriesIn, NOW, planOf, readyOf, syncOf } from '../fixture';
import { type World, worldOf } from '../world';

const HEADER = '| id | sub | date | qty |';
const tab = (...rows: string[]): string => [HEADER, ...rows.map((row) => `| ${row} |`)].join('\n');
const A = 'a | s1 | 2026-03-02 | 5';
const B = 'b | s1 | 2026-03-03 | 6';
const C = 'c | s2 | 2026-03-03 | 7';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

type Changes = Partial<Sync> & { readonly request?: Partial<RunRequest> };

function running(world: World, { request = {}, ...changes }: Changes = {}): RunResult {
  world.clock.time += HOUR;
  return run(world, {
    ready: readyOf(syncOf(HEADER, changes)),
    trigger: 'clock',
    deadline: world.clock.time + 5 * 60_000,
    approved: undefined,
    usual: { days: [], removed: undefined },
    resting: () => false,
    again: new Set(),
    ...request,
  });
}

/** Every line is lost, and the ledger is rebuilt with what is in the tab meanwhile. */
function rebuiltWith(world: World, table: string, changes: Changes = {}): void {
  const was = world.table;
  world.ledger.lines = [];
  world.table = table;
  const ready = readyOf(syncOf(HEADER, changes));
  const rebuild = () =>
    required(rebuildLedger(world, { ready, from: undefined, until: world.clock.time + HOUR }));
  if (world.destination.store !== 'postgres') expect(rebuild).toThrow();
  world.clock.time += HOUR;
  expect(rebuild().next).toBeUndefined();
  world.table = was;
}

/** A world in which these rows were sent, and whose ledger was rebuilt with other ones in the tab. */
function worldAfter(
  table: string,
  meanwhile: string,
  { store = 'clickhouse', ...changes }: Changes & { store?: EventStore } = {},
): World {
  const world = worldOf(store, table, store === 'postgres');
  expect(running(world, changes).report.stopped).toBeUndefined();
  world.clock.time += HOUR;
  rebuiltWith(world, meanwhile, changes);
  world.destination.finds = 0;
  return world;
}

const statesOf = ({ ledger }: World): Record<string, string> => ledger.states();
const rowsOf = ({ plan }: RunResult): string[] =>
  (plan?.rows ?? []).map(({ key, action, problems }) =>
    [key, action, ...problems.map(({ code }) => code)].join(' '),
  );

describe('the moment of the last rebuilding', () => {
  it.each([
    ['neither the header nor the record knows of one', {}, {}, undefined],
    ['there is no record', { rebuiltAt: 5 }, undefined, 5],
    ['an older version of the file was restored', {}, { rebuiltAt: 7 }, 7],
    ['the file was restored to a former rebuilding', { rebuiltAt: 5 }, { rebuiltAt: 7 }, 7],
    [
      'somebody wrote into the header',
      { rebuiltAt: 'x' as unknown as number },
      { rebuiltAt: 7 },
      7,
    ],
  ])('is known where %s', (_, header, record, at) => {
    expect(rebuiltAtOf(header, record)).toBe(at);
  });
});

describe('a new event', () => {
  const entryAt = (seconds: number, index: Partial<LedgerEntry['index']> = {}): LedgerEntry => {
    const [entry] = entriesIn(planOf(tab(A)));
    if (entry === undefined) throw new Error('The row makes no event.');
    return {
      ...entry,
      index: { ...entry.index, ...index },
      event: { ...entry.event, timestamp: seconds },
    };
  };
  const SECONDS = NOW / 1000;

  it.each([
    ['of usage before the rebuilding', 'may', entryAt(SECONDS - 1)],
    ['of usage that may be sent ahead of its time', 'may', entryAt(SECONDS + 31 * 86_400)],
    ['of later usage', 'cannot', entryAt(SECONDS + 31 * 86_400 + 1)],
    [
      'that is booked into an earlier period than that of its usage',
      'cannot',
      entryAt(SECONDS, { usedAt: SECONDS + 32 * 86_400 }),
    ],
    ['that has a line', 'cannot', { ...entryAt(SECONDS - 1), line: 3 }],
  ])('%s, %s have been sent before', (_, can, entry) => {
    expect(mayHaveBeenSent(entry, NOW)).toBe(can === 'may');
  });

  it.each<[EventStore, number | undefined, number]>([
    ['clickhouse', NOW, 2],
    ['unknown', NOW, 2],
    ['clickhouse', undefined, 0],
    ['postgres', NOW, 0],
  ])(
    'on %s, after a rebuilding at %p, is looked up in %p of 3 units',
    (store, rebuiltAt, count) => {
      const [early, late] = [entryAt(SECONDS), entryAt(SECONDS + 40 * 86_400)];
      const units = [[early], [late], [late, early]];
      expect(unitsToCompare({ units, store, rebuiltAt, isCompared: true })).toHaveLength(count);
    },
  );
});

describe('after a ledger was rebuilt', () => {
  it.each<EventStore>(['clickhouse', 'unknown', 'postgres'])(
    'on %s a row that was gone is not sent again when it is back',
    (store) => {
      const world = worldAfter(tab(A, B), tab(B), { store });
      const { report, plan } = running(world);
      expect(world.destination.ids()).toEqual(['a', 'b']);
      expect(statesOf(world)).toEqual({ a: 'accepted', b: 'accepted' });
      expect(report).toMatchObject({ rows: { sent: 2 }, stopped: undefined, left: 0 });
      expect(plan?.rows.map(({ latest }) => latest?.index.kind)).toEqual([
        store === 'postgres' ? 'usage' : 'adopted',
        'adopted',
      ]);
      const requests = world.destination.requests.length;
      expect(running(world).report).toMatchObject({ delivered: 0, rows: { sent: 2 } });
      expect(world.destination.requests).toHaveLength(requests);
    },
  );

  it('what was never sent goes in the same run, and each row is asked for once', () => {
    const world = worldAfter(tab(A), tab(A));
    world.table = tab(A, B, C);
    expect(running(world).report).toMatchObject({ delivered: 2, rows: { sent: 3 } });
    expect(world.destination.ids()).toEqual(['a', 'b', 'c']);
    world.destination.finds = 0;
    running(world);
    expect(world.destination.finds).toBe(0);
  });

  it('nothing is asked where the usage is later than anything that was sent before', () => {
    const world = worldAfter(tab(A), tab(A));
    world.clock.time += 40 * DAY;
    world.table = tab(A, 'd | s1 | 2026-04-28 | 1');
    expect(running(world).report).toMatchObject({ delivered: 1, rows: { sent: 2 } });
    expect(world.destination.finds).toBe(0);
  });

  it('nothing is asked of a store that refuses what it has', () => {
    const world = worldAfter(tab(A), tab(A), { store: 'postgres' });
    world.table = tab(A, B);
    expect(running(world).report.delivered).toBe(1);
    expect(world.destination.finds).toBe(0);
  });

  it('a row that comes back with another content is left to a person', () => {
    const world = worldAfter(tab(A, B), tab(B));
    world.table = tab(A.replace('| 5', '| 50'), B);
    const result = running(world);
    expect(rowsOf(result)).toEqual(['a refused event.conflict', 'b sent']);
    expect(rowsOf(running(world))).toEqual(['a refused event.conflict', 'b sent']);
    expect(world.destination.ids()).toEqual(['a', 'b']);
    expect(running(world, { request: { again: new Set(['a']) } }).report.delivered).toBe(1);
    expect(world.destination.ids()).toEqual(['a', 'b', 'a~r2']);
  });

  it('a row that was sent under a later id, after Lago had refused the first, is found under it', () => {
    const world = worldOf('clickhouse', tab(A, B));
    world.destination.rejected.add('a');
    running(world);
    world.table = tab(A.replace('| 5', '| 8'), B);
    running(world);
    expect(world.destination.ids()).toEqual(['b', 'a~r2']);
    world.clock.time += HOUR;
    rebuiltWith(world, tab(B));
    expect(rowsOf(running(world))).toEqual(['a sent', 'b sent']);
    expect(rowsOf(running(world))).toEqual(['a sent', 'b sent']);
    expect(world.destination.ids()).toEqual(['b', 'a~r2']);
  });

  it('a changed row whose further event has lost its line is not added a second time', () => {
    const world = worldOf('clickhouse', tab(A));
    running(world, { changed: 'add' });
    const [first] = world.ledger.lines;
    world.table = tab(A.replace('| 5', '| 9'));
    running(world, { changed: 'add' });
    expect(world.destination.ids()).toEqual(['a', 'a~r2']);
    world.clock.time += HOUR;
    rebuiltWith(world, tab(B), { changed: 'add' });
    world.ledger.lines = first === undefined ? [] : [first];
    world.ledger.record = {
      ...(world.ledger.record ?? { sheetName: '', tab: 7 }),
      lines: 1,
      lastId: 'a',
    };
    expect(rowsOf(running(world, { changed: 'add' }))).toEqual(['a sent']);
    expect(world.destination.ids()).toEqual(['a', 'a~r2']);
    expect(statesOf(world)).toEqual({ a: 'accepted', 'a~r2': 'accepted' });
  });

  it('an event that was taken back is known as such, and its row is sent anew when it comes back', () => {
    const world = worldAfter(tab(A, B), tab(B));
    const [stored] = world.destination.stored.filter(({ text }) => text.includes('"a"'));
    const reversal = {
      ...(JSON.parse(stored?.text ?? '{}') as UsageEvent),
      transaction_id: 'a~x1',
      properties: { quantity: -5 },
    };
    world.destination.stored.push({ text: JSON.stringify(reversal), at: NOW });
    expect(rowsOf(running(world))).toEqual(['a wait row.unsettled', 'b sent']);
    expect(statesOf(world)).toEqual({ a: 'accepted', 'a~x1': 'accepted', b: 'accepted' });
    expect(rowsOf(running(world))).toEqual(['a sent', 'b sent']);
    expect(world.destination.ids()).toEqual(['a', 'b', 'a~x1', 'a~r2']);
  });

  it.each(['unknown', 'unasked'] as const)(
    'a row for which Lago’s answer is “%s” waits and says so, and others go',
    (answer) => {
      const world = worldAfter(tab(A, B), tab(B));
      const { find } = world.destination;
      world.destination.find = function (events) {
        return find
          .call(this, events)
          .map((found, place) => (events[place]?.transaction_id === 'a' ? answer : found));
      };
      world.table = tab(A, B, C);
      const result = running(world);
      expect(rowsOf(result)).toEqual(['a wait row.unanswered', 'b sent', 'c sent']);
      expect(result.report).toMatchObject({ delivered: 1, left: 0, stopped: undefined });
      expect(world.destination.ids()).toEqual(['a', 'b', 'c']);
      world.destination.find = find;
      expect(rowsOf(running(world))).toEqual(['a sent', 'b sent', 'c sent']);
      expect(world.destination.ids()).toEqual(['a', 'b', 'c']);
    },
  );

  it('nothing that must be looked up goes where the key may not look it up, and that is told', () => {
    const world = worldAfter(tab(A, B), tab(B));
    const { find } = world.destination;
    world.destination.find = () => problem('lago.forbidden') as never;
    const { report } = running(world);
    expect(report).toMatchObject({ delivered: 0, left: 1, stopped: { code: 'lago.forbidden' } });
    expect(world.destination.ids()).toEqual(['a', 'b']);
    world.destination.find = find;
    expect(running(world).report).toMatchObject({ left: 0, rows: { sent: 2 } });
  });

  it('nothing is asked for what a person has to approve first', () => {
    const world = worldAfter(tab(A), tab(A));
    world.table = tab(
      A,
      ...Array.from({ length: 300 }, (_, place) => `n${place} | s1 | 2026-03-04 | 1`),
    );
    const days = [1, 2, 3].map((day) => ({ day: `2026-03-0${day}`, sent: 1, refused: 0 }));
    expect(
      running(world, { request: { usual: { days, removed: undefined } } }).report.stopped?.code,
    ).toBe('run.volume');
    expect(world.destination.finds).toBe(0);
  });

  it('of more rows than there is time to ask for, each run sends some, and none is sent twice', () => {
    const old = Array.from({ length: 20 }, (_, place) => `old${place} | s1 | 2026-03-04 | 1`);
    const fresh = Array.from({ length: 160 }, (_, place) => `new${place} | s1 | 2026-03-04 | 1`);
    const world = worldAfter(tab(A, ...old), tab(A));
    const { find } = world.destination;
    // One request a second, for each event that is asked for.
    world.destination.find = function (events) {
      world.clock.time += events.length * 1_000;
      return find.call(this, events);
    };
    world.table = tab(A, ...old, ...fresh);
    let runs = 0;
    for (let left = 1; left > 0 && runs < 100; runs++) {
      const { report } = running(world);
      expect(report.endedAt - report.startedAt).toBeLessThan(5 * 60_000);
      expect(report.stopped?.code).toBe(report.left > 0 ? 'run.time' : undefined);
      ({ left } = report);
    }
    expect(runs).toBeGreaterThan(2);
    expect(runs).toBeLessThan(20);
    expect(world.destination.ids()).toHaveLength(181);
    expect(new Set(world.destination.ids()).size).toBe(181);
  });

  it('a slice of a run gets on by some rows', () => {
    const world = worldAfter(tab(A), tab(A));
    world.table = tab(
      A,
      ...Array.from({ length: 60 }, (_, place) => `n${place} | s1 | 2026-03-04 | 1`),
    );
    const { find } = world.destination;
    world.destination.find = function (events) {
      world.clock.time += 20_000;
      return find.call(this, events);
    };
    expect(running(world, { request: { deliveryMs: 5_000 } }).report).toMatchObject({
      delivered: 20,
      left: 40,
    });
  });
});
