import { settle, VISIBILITY_MS } from '../../../src/sync/delivery/settle';
import type { EventStore } from '../../../src/sync/event-store';
import type { LedgerEntry, LineOutcome } from '../../../src/sync/ledger/entry';
import { freshEntries, NOW, withOutcome } from '../fixture';
import { type World, worldOf } from '../world';

const HOUR = 3_600_000;

/** A ledger with lines of an earlier run, and whether Lago has them. */
function unsettled(
  store: EventStore,
  count: number,
  inLago: readonly number[] = [],
  outcome: Partial<LineOutcome> = {},
): { world: World; entries: LedgerEntry[] } {
  const world = worldOf(store, '', store !== 'clickhouse');
  const entries = freshEntries(count).map((entry, index) =>
    withOutcome({ ...entry, line: index + 3 }, outcome),
  );
  world.ledger.append(entries, { lines: count });
  world.ledger.calls.length = 0;
  world.destination.stored = inLago.map((index) => ({
    text: entries[index]?.frozen ?? '',
    at: NOW,
  }));
  world.clock.time = NOW + HOUR;
  return { world, entries };
}

const settling = ({ world, entries }: { world: World; entries: readonly LedgerEntry[] }) =>
  settle(world, entries, {
    count: { lines: entries.length },
    store: world.destination.store,
    deadline: world.clock.time + HOUR,
  });

const batches = ({ destination }: World): number[] =>
  destination.requests.map((texts) => texts.length);

describe('settling on Postgres', () => {
  it('sends the frozen events again: what exists is read back, the others are stored', () => {
    const made = unsettled('postgres', 4, [0, 2]);
    expect(settling(made).stopped).toBeUndefined();
    expect(made.world.ledger.states()).toEqual({
      e0: 'accepted',
      e1: 'accepted',
      e2: 'accepted',
      e3: 'accepted',
    });
    expect(made.world.destination.ids().sort()).toEqual(['e0', 'e1', 'e2', 'e3']);
    expect(batches(made.world)).toEqual([4, 2]);
    expect(made.world.ledger.calls.filter((call) => call.startsWith('append'))).toEqual([]);
  });

  it('finds another event under the id to be a conflict', () => {
    const made = unsettled('postgres', 2, [0]);
    made.world.destination.stored[0] = {
      text: (made.world.destination.stored[0]?.text ?? '').replace('"quantity":0', '"quantity":9'),
      at: 0,
    };
    settling(made);
    expect(made.world.ledger.states()).toEqual({ e0: 'conflict', e1: 'accepted' });
  });

  it('sends lines together, however often they had no answer: a failing batch is halved', () => {
    const made = unsettled('postgres', 4);
    const entries = made.entries.map((entry, index) =>
      withOutcome(entry, { tries: index < 2 ? 2 : 1 }),
    );
    settling({ world: made.world, entries });
    expect(batches(made.world)).toEqual([4]);
    expect(new Set(Object.values(made.world.ledger.states()))).toEqual(new Set(['accepted']));
  });

  it('stops with what stops it, and loses no entry', () => {
    const made = unsettled('postgres', 3, [], { tries: 1 });
    made.world.destination.faults = ['stop'];
    const entries = [
      ...made.entries.slice(0, 2),
      withOutcome(made.entries[2] as LedgerEntry, { tries: 5 }),
    ];
    const settled = settling({ world: made.world, entries });
    expect(settled.stopped?.code).toBe('lago.unauthorized');
    expect(settled.entries.map(({ index }) => index.id).sort()).toEqual(['e0', 'e1', 'e2']);
    expect(new Set(settled.entries.map(({ outcome }) => outcome.state))).toEqual(
      new Set(['pending']),
    );
  });
});

describe.each(['clickhouse', 'unknown'] as const)('settling on %s', (store) => {
  it('looks up first, and sends only what is absent', () => {
    const made = unsettled(store, 4, [0, 2]);
    settling(made);
    expect(made.world.ledger.states()).toEqual({
      e0: 'accepted',
      e1: 'accepted',
      e2: 'accepted',
      e3: 'accepted',
    });
    expect(made.world.destination.ids().sort()).toEqual(['e0', 'e1', 'e2', 'e3']);
    expect(batches(made.world)).toEqual([2]);
  });

  it.each([
    ['same', 'accepted', 0],
    ['different', 'conflict', 0],
    ['absent', 'accepted', 1],
    ['unknown', 'pending', 0],
  ] as const)('%s: the line becomes %s, after %i requests', (found, state, requests) => {
    const made = unsettled(store, 1);
    made.world.destination.looksUp = found;
    const settled = settling(made);
    expect(settled.entries.map(({ outcome }) => outcome.state)).toEqual([state]);
    expect(made.world.ledger.states()).toEqual({ e0: state });
    expect(made.world.destination.requests).toHaveLength(requests);
  });

  it.each([
    [VISIBILITY_MS - 1, 0],
    [VISIBILITY_MS, 1],
  ])('%i ms after the last try, asks %i times', (age, finds) => {
    const made = unsettled(store, 1, [], { at: NOW });
    made.world.clock.time = NOW + age;
    const settled = settling(made);
    expect(made.world.destination.finds).toBe(finds);
    expect(settled.entries).toHaveLength(1);
  });
});

describe.each(['clickhouse', 'unknown'] as const)(
  'a line on %s whose outcome was cleared',
  (store) => {
    it('is looked up only when its last request must be visible, counted from now, and sent no second time', () => {
      const made = unsettled(store, 1, []);
      const cleared = made.entries.map((entry): LedgerEntry => ({ ...entry, outcomeLost: true }));
      settling({ world: made.world, entries: cleared });
      expect(batches(made.world)).toEqual([]);
      expect(made.world.ledger.states()).toEqual({ e0: 'pending' });
      const noted = cleared.map(({ outcomeLost: _, ...entry }) =>
        withOutcome(entry, { at: made.world.clock.time }),
      );
      made.world.clock.time += VISIBILITY_MS - 1;
      settling({ world: made.world, entries: noted });
      expect(batches(made.world)).toEqual([]);
      made.world.destination.stored = [{ text: made.entries[0]?.frozen ?? '', at: NOW }];
      made.world.clock.time += 1;
      settling({ world: made.world, entries: noted });
      expect(batches(made.world)).toEqual([]);
      expect(made.world.ledger.states()).toEqual({ e0: 'accepted' });
    });
  },
);

describe('settling nothing', () => {
  it('asks nobody', () => {
    const made = unsettled('clickhouse', 0);
    expect(settling(made)).toEqual({ entries: [], left: 0, stopped: undefined });
    expect(made.world.destination.finds).toBe(0);
  });
});
