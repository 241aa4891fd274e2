import { problem } from '../../../src/problem/problem';
import type { BillingTerms } from '../../../src/sync/billing/correction';
import type { EventStore } from '../../../src/sync/event-store';
import type { RunResult } from '../../../src/sync/report';
import { run } from '../../../src/sync/run';
import type { RunRequest } from '../../../src/sync/run-request';
import type { Sync } from '../../../src/sync/sync';
import type { UsageEvent } from '../../../src/value/usage-event';
import { NOW, readyOf, syncOf } from '../fixture';
import { type World, worldOf } from '../world';

const HEADER = '| id | sub | date | qty |';
const tab = (...rows: string[]): string => [HEADER, ...rows.map((row) => `| ${row} |`)].join('\n');
const A = 'a | s1 | 2026-03-02 | 5';
const B = 'b | s1 | 2026-03-03 | 6';
const C = 'c | s2 | 2026-03-03 | 7';
const HOUR = 3_600_000;

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

const rowsOf = ({ plan }: RunResult): string[] =>
  (plan?.rows ?? []).map(({ key, action, problems }) =>
    [key, action, ...problems.map(({ code }) => code)].join(' '),
  );

/** The event of a row, as this sync sends it. */
function eventOf(row: string): UsageEvent {
  const world = worldOf('postgres', tab(row));
  running(world);
  return JSON.parse(world.destination.stored[0]?.text ?? '{}') as UsageEvent;
}

/** What another file or tool sent an hour before. */
const sentByOthers = (world: World, ...events: readonly UsageEvent[]): void => {
  for (const event of events)
    world.destination.stored.push({ text: JSON.stringify(event), at: NOW - HOUR });
};

const more = (event: UsageEvent): UsageEvent => ({ ...event, properties: { quantity: 50 } });

/** A sum in the running period, of which everything can be taken back. */
const SUM: BillingTerms = {
  aggregation: 'sum_agg',
  field: 'quantity',
  expression: undefined,
  recurring: false,
  charges: [{ model: 'standard', payInAdvance: false, prorated: false, byEvent: false, keys: [] }],
  period: 'open',
  current: NOW - 30 * 24 * HOUR,
  until: NOW + 24 * HOUR,
};

const STORES: readonly EventStore[] = ['clickhouse', 'unknown'];

describe.each(STORES)('on %s, a sync’s first run', (store) => {
  const worldWith = (...rows: string[]): World => worldOf(store, tab(...rows), false);

  it('asks for one list, and sends all where Lago has none of the ids', () => {
    const world = worldWith(A, B, C);
    sentByOthers(world, eventOf('other | s1 | 2026-03-02 | 5'));
    expect(rowsOf(running(world))).toEqual(['a sent', 'b sent', 'c sent']);
    expect(world.destination).toMatchObject({ listings: 1, finds: 0 });
  });

  it('sends no row whose id another sender has used, and tells it', () => {
    const world = worldWith(A, B, C);
    sentByOthers(world, more(eventOf(A)));
    const first = running(world);
    expect(rowsOf(first)).toEqual(['a refused event.conflict', 'b sent', 'c sent']);
    expect(rowsOf(running(world))).toEqual(['a refused event.conflict', 'b sent', 'c sent']);
    expect(world.destination.ids()).toEqual(['a', 'b', 'c']);
  });

  it('takes the very same event as sent', () => {
    const world = worldWith(A, B);
    sentByOthers(world, eventOf(A));
    expect(rowsOf(running(world))).toEqual(['a sent', 'b sent']);
    expect(world.destination.ids()).toEqual(['a', 'b']);
    expect(world.ledger.states()).toEqual({ a: 'accepted', b: 'accepted' });
  });

  it('is over once Lago answered for all rows: later ones go without asking', () => {
    const world = worldWith(A);
    running(world);
    world.table = tab(A, B);
    expect(running(world).report.delivered).toBe(1);
    expect(world.destination.listings).toBe(1);
  });

  it('is not over after a test of one row', () => {
    const world = worldWith(A, B);
    sentByOthers(world, more(eventOf(B)));
    running(world, { request: { trigger: 'test', only: (key) => key === 'a' } });
    expect(world.destination.ids()).toEqual(['b', 'a']);
    expect(rowsOf(running(world))).toEqual(['a sent', 'b refused event.conflict']);
    expect(world.destination).toMatchObject({ listings: 2 });
  });

  it('looks ids up where the list is too long, and what was not looked up waits', () => {
    const rows = Array.from({ length: 60 }, (_, place) => `n${place} | s1 | 2026-03-04 | 1`);
    const world = worldWith(A, ...rows);
    sentByOthers(world, more(eventOf(A)));
    world.destination.lists = 'too-many';
    const { find } = world.destination;
    world.destination.find = function (events) {
      world.clock.time += 20_000;
      return find.call(this, events);
    };
    const { report, plan } = running(world, { request: { deliveryMs: 5_000 } });
    expect(plan?.rows[0]).toMatchObject({ key: 'a', action: 'refused' });
    expect(report).toMatchObject({ delivered: 19, left: 41, stopped: { code: 'run.time' } });
    let runs = 1;
    while (running(world).report.left > 0) runs++;
    expect(runs).toBeLessThan(5);
    expect(new Set(world.destination.ids()).size).toBe(61);
    expect(world.destination.ids()).toHaveLength(61);
  });

  it.each(['unknown', 'unasked'] as const)(
    'sends no row for which Lago’s answer is “%s”, until there is another',
    (answer) => {
      const world = worldWith(A, B);
      const { findListed } = world.destination;
      world.destination.findListed = function (events) {
        const found = findListed.call(this, events);
        return Array.isArray(found)
          ? found.map((each, place) => (events[place]?.transaction_id === 'a' ? answer : each))
          : found;
      };
      expect(rowsOf(running(world))).toEqual(['a wait row.unanswered', 'b sent']);
      world.destination.findListed = findListed;
      expect(rowsOf(running(world))).toEqual(['a sent', 'b sent']);
    },
  );

  it('sends nothing while Lago shows no list, and tells it', () => {
    const world = worldWith(A, B);
    const { findListed } = world.destination;
    world.destination.findListed = () => problem('lago.forbidden');
    expect(running(world).report).toMatchObject({
      delivered: 0,
      left: 2,
      stopped: { code: 'lago.forbidden' },
    });
    expect(world.destination.ids()).toEqual([]);
    world.destination.findListed = findListed;
    expect(running(world).report).toMatchObject({ delivered: 2, left: 0 });
  });

  it('sends nothing while the key may not show what a correction takes back', () => {
    const world = worldWith(A);
    running(world, { changed: 'correct' });
    world.destination.check = () => ({ problemsOf: () => [], off: [], billingOf: () => SUM });
    world.table = tab(A.replace('| 5', '| 9'));
    world.destination.findCopies = () => problem('lago.forbidden');
    expect(running(world, { changed: 'correct' }).report).toMatchObject({
      delivered: 0,
      left: 2,
      stopped: { code: 'lago.forbidden' },
    });
    expect(world.destination.ids()).toEqual(['a']);
  });

  it('asks for nothing that a person has to approve first', () => {
    const rows = Array.from({ length: 300 }, (_, place) => `n${place} | s1 | 2026-03-04 | 1`);
    const world = worldWith(...rows);
    const days = [1, 2, 3].map((day) => ({ day: `2026-03-0${day}`, sent: 1, refused: 0 }));
    const { report } = running(world, { request: { usual: { days, removed: undefined } } });
    expect(report.stopped?.code).toBe('run.volume');
    expect(world.destination.listings).toBe(0);
  });
});

test('a store that refuses what it has is not asked', () => {
  const world = worldOf('postgres', tab(A, B));
  expect(running(world).report.delivered).toBe(2);
  expect(world.destination).toMatchObject({ listings: 0, finds: 0 });
});
