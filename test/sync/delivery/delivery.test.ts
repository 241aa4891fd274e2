import fc from 'fast-check';
import {
  backOff,
  type Delivery,
  type DeliveryTerms,
  deliver,
} from '../../../src/sync/delivery/delivery';
import { settle, VISIBILITY_MS } from '../../../src/sync/delivery/settle';
import type { EventStore } from '../../../src/sync/event-store';
import type { LedgerEntry } from '../../../src/sync/ledger/entry';
import { readLedger } from '../../../src/sync/ledger/ledger';
import { tries } from '../../bundle/long';
import { freshEntries, NOW, withOutcome } from '../fixture';
import { type Fault, type World, worldOf } from '../world';

const HOUR = 3_600_000;
const MINUTE = 60_000;

interface Try {
  readonly world: World;
  readonly delivery: Delivery;
}

function delivering(
  count: number,
  prepare: (world: World) => void = () => undefined,
  limits: Partial<DeliveryTerms> = {},
): Try {
  const world = worldOf(limits.store ?? 'postgres');
  prepare(world);
  const entries = freshEntries(count);
  const delivery = deliver(
    world,
    entries.map((entry) => [entry]),
    { count: { lines: 0 }, store: 'postgres', deadline: NOW + HOUR, ...limits },
  );
  return { world, delivery };
}

const faults =
  (...list: Fault[]) =>
  (world: World): void => {
    world.destination.faults = list;
  };

const countOf = ({ world }: Try): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const state of Object.values(world.ledger.states()))
    counts[state] = (counts[state] ?? 0) + 1;
  return counts;
};

describe('a delivery', () => {
  it('sends batches of 100, more in a wave while Lago is quick, and writes a wave’s lines before and its outcomes after it', () => {
    const made = delivering(3_600);
    expect(made.world.destination.requests.map((texts) => texts.length)).toEqual(
      Array(36).fill(100),
    );
    expect(made.world.destination.waves).toEqual([5, 10, 20, 1]);
    expect(made.world.ledger.calls).toEqual([
      'append 500',
      'write 500',
      'append 1000',
      'write 1000',
      'append 2000',
      'write 2000',
      'append 100',
      'write 100',
    ]);
    expect(made.world.ledger.record).toMatchObject({ lines: 3_600, lastId: 'e3599' });
    expect(countOf(made)).toEqual({ accepted: 3_600 });
    expect(made.delivery).toMatchObject({ left: 0, stopped: undefined });
  });

  it('sends fewer at once to a Lago that gets slow, and no more than may leave together', () => {
    const slow = delivering(5_000, ({ destination, clock }) => {
      destination.before = () => {
        clock.time += destination.requests.length < 15 ? 0 : 2_000;
      };
    });
    expect(slow.world.destination.waves).toEqual([5, 10, 20, 10, 5]);
    const narrow = delivering(700, ({ destination }) => {
      destination.widest = 3;
    });
    expect(narrow.world.destination.waves).toEqual([3, 3, 1]);
  });

  it('sends nothing where there is nothing', () => {
    const made = delivering(0);
    expect(made.delivery).toEqual({ entries: [], left: 0, stopped: undefined });
    expect(made.world.ledger.calls).toEqual([]);
    expect(made.world.destination.requests).toEqual([]);
  });

  it('sends the frozen texts, byte for byte, at every try', () => {
    const { world } = delivering(3, faults('lost'));
    expect(world.destination.requests).toHaveLength(2);
    expect(world.destination.requests[0]).toEqual(world.destination.requests[1]);
    expect(world.destination.requests[0]).toEqual(world.ledger.lines.map(({ event }) => event));
  });

  it('gives a rejected event its outcome, and sends the others once more', () => {
    const made = delivering(5, ({ destination }) => destination.rejected.add('e1').add('e3'));
    expect(made.world.destination.requests.map((texts) => texts.length)).toEqual([5, 3]);
    expect(made.world.ledger.states()).toEqual({
      e0: 'accepted',
      e1: 'rejected',
      e2: 'accepted',
      e3: 'rejected',
      e4: 'accepted',
    });
    expect(made.world.ledger.calls).toEqual(['append 5', 'write 2', 'write 3']);
  });

  it.each([
    ['same', 'accepted'],
    ['different', 'conflict'],
    ['absent', 'pending'],
    ['unknown', 'pending'],
  ] as const)('reads back what exists already: %s means %s', (found, state) => {
    const made = delivering(3, ({ destination }) => {
      destination.stored = [{ text: freshEntries(2)[1]?.frozen ?? '', at: 0 }];
      destination.looksUp = found;
    });
    expect(made.world.ledger.states()).toEqual({ e0: 'accepted', e1: state, e2: 'accepted' });
    expect(made.world.destination.finds).toBe(1);
  });

  it('does not look anything up for an answer of 200', () => {
    expect(delivering(300).world.destination.finds).toBe(0);
  });

  it('finds the one poisonous event among others', () => {
    const made = delivering(300, ({ destination }) => destination.poisonous.add('e142'));
    expect(countOf(made)).toEqual({ accepted: 299, stuck: 1 });
    expect(made.world.ledger.states()['e142']).toBe('stuck');
    expect(made.delivery.stopped).toBeUndefined();
    expect(made.world.destination.requests.length).toBeLessThan(25);
  });

  it('finds the poisonous event of a batch that is alone', () => {
    const made = delivering(100, ({ destination }) => destination.poisonous.add('e7'));
    expect(countOf(made)).toEqual({ accepted: 99, stuck: 1 });
  });

  it('keeps below the size that Lago takes', () => {
    const made = delivering(250, ({ destination }) => {
      destination.largest = 30;
    });
    expect(countOf(made)).toEqual({ accepted: 250 });
    expect(
      made.world.destination.requests.filter((texts) => texts.length > 30).length,
    ).toBeLessThanOrEqual(6);
  });

  it('isolates an event of which Lago says nothing clear', () => {
    const made = delivering(4, faults('unclear', 'ok', 'unclear', 'ok', 'unclear'));
    expect(Object.values(made.world.ledger.states()).sort()).toEqual([
      'accepted',
      'accepted',
      'accepted',
      'rejected',
    ]);
  });

  it('leaves what it has written down pending where Lago is down, writes down no more, and says so', () => {
    const made = delivering(700, faults(...Array<Fault>(20).fill('lost')));
    expect(made.delivery.stopped?.code).toBe('lago.unavailable');
    expect(made.delivery.left).toBe(700);
    expect(countOf(made)).toEqual({ pending: 500 });
    expect(made.world.destination.waves).toEqual([5, 1, 1, 1]);
    expect(made.world.clock.slept).toEqual([1125, 2250, 4500]);
  });

  it('ends after three waves that timed out, even where others succeed', () => {
    const made = delivering(
      1000,
      faults(
        'timed-out',
        'ok',
        'ok',
        'ok',
        'ok',
        'timed-out',
        'ok',
        'ok',
        'ok',
        'ok',
        'timed-out',
        'timed-out',
      ),
    );
    expect(made.delivery.stopped).toMatchObject({
      code: 'lago.unavailable',
      message: 'Lago answered timeout several times.',
    });
    expect(made.delivery.left).toBeGreaterThan(0);
  });

  it('waits as long as Lago asks, and goes on', () => {
    const made = delivering(600, faults('ok', 'slow-down', 'ok', 'slow-down', 'ok'));
    expect(countOf(made)).toEqual({ accepted: 600 });
    expect(made.world.clock.slept).toEqual([2000]);
  });

  it.each([
    [61_000, HOUR],
    [30_000, 20_000],
  ])('leaves a wait of %i ms to the next run, with %i ms left', (waitMs, left) => {
    const world = worldOf();
    world.destination.deliver = (batches) => batches.map(() => ({ kind: 'slow-down', waitMs }));
    const delivery = deliver(world, [[freshEntries(1)[0] as LedgerEntry]], {
      count: { lines: 0 },
      store: 'postgres',
      deadline: NOW + left,
    });
    expect(delivery).toMatchObject({ left: 1, stopped: { code: 'lago.rate-limit' } });
    expect(world.clock.slept).toEqual([]);
    expect(world.ledger.states()).toEqual({ e0: 'pending' });
  });

  it('gives up where Lago asks to slow down again and again', () => {
    const made = delivering(1, faults(...Array<Fault>(9).fill('slow-down')));
    expect(made.delivery).toMatchObject({ left: 1, stopped: { code: 'lago.rate-limit' } });
    expect(made.world.destination.requests).toHaveLength(4);
  });

  it('stops at once where Lago refuses the key, and keeps what was not answered pending', () => {
    const made = delivering(700, faults('ok', 'stop', 'ok', 'ok', 'ok'));
    expect(made.delivery).toMatchObject({ left: 300, stopped: { code: 'lago.unauthorized' } });
    expect(countOf(made)).toEqual({ accepted: 400, pending: 100 });
    expect(made.world.destination.waves).toEqual([5]);
  });

  it('begins no wave after the deadline, and then has no line that was not sent', () => {
    const made = delivering(2500, () => undefined, { deadline: NOW + 1500 });
    expect(made.delivery).toMatchObject({ left: 1000, stopped: undefined });
    expect(countOf(made)).toEqual({ accepted: 1500 });
    expect(delivering(5, () => undefined, { deadline: NOW }).world.destination.requests).toEqual(
      [],
    );
  });

  it('gives lines that exist their outcome and appends only the new ones', () => {
    const world = worldOf();
    const entries = freshEntries(3);
    const first = deliver(world, [[entries[0] as LedgerEntry]], {
      count: { lines: 0 },
      store: 'postgres',
      deadline: NOW,
    });
    expect(first.left).toBe(1);
    world.ledger.append([entries[0] as LedgerEntry], { lines: 1 });
    const old = { ...(entries[0] as LedgerEntry), line: 3 };
    const count = { lines: 1 };
    deliver(world, [[old], [entries[1] as LedgerEntry], [entries[2] as LedgerEntry]], {
      count,
      store: 'postgres',
      deadline: NOW + HOUR,
    });
    expect(world.ledger.calls).toEqual(['append 1', 'append 2', 'write 3']);
    expect(count.lines).toBe(3);
    expect(world.ledger.states()).toEqual({ e0: 'accepted', e1: 'accepted', e2: 'accepted' });
  });

  it.each(['clickhouse', 'unknown'] as const)(
    'never sends a batch again at once that may be stored, on %s',
    (store) => {
      const made = delivering(300, faults('stored-and-lost', 'lost', 'stored-and-timed-out'), {
        store,
      });
      expect(made.world.destination.requests).toHaveLength(3);
      expect(countOf(made)).toEqual({ pending: 300 });
      expect(made.delivery.stopped?.code).toBe('lago.unavailable');
    },
  );

  it('sends a batch again at once that is certainly not stored, on ClickHouse too', () => {
    const made = delivering(200, faults('413', 'ok'), { store: 'clickhouse' });
    expect(countOf(made)).toEqual({ accepted: 200 });
  });
});

describe('the back-off', () => {
  it.each([
    [1, 0, 1000],
    [2, 0, 2000],
    [3, 0, 4000],
    [5, 0, 16_000],
    [6, 0, 20_000],
    [60, 0, 20_000],
    [1, 0.999999, 1250],
    [9, 0.5, 22_500],
  ])('after %i failures, with %d, is about %i ms', (failures, random, expected) => {
    expect(Math.round(backOff(failures, random))).toBe(expected);
  });
});

describe('whatever Lago answers', () => {
  const fault = fc.constantFrom<Fault>(
    'ok',
    'ok',
    'ok',
    'lost',
    'stored-and-lost',
    'timed-out',
    'stored-and-timed-out',
    '413',
    'slow-down',
    'stop',
  );
  const some = fc.uniqueArray(fc.nat(39), { maxLength: 3 });
  const stores = fc.constantFrom<EventStore>('postgres', 'clickhouse', 'unknown');

  const readBack = (world: World): LedgerEntry[] => {
    const reading = readLedger(world.ledger.lines, world.ledger.record);
    if (!('ledger' in reading))
      throw new Error(`the ledger cannot be read: ${JSON.stringify(reading)}`);
    return [...reading.ledger.entries];
  };

  /** A world that fails the test when a request breaks the ledger's rules. */
  function watched(
    store: EventStore,
    refusesDuplicates: boolean,
    rejected: readonly number[],
    poisonous: readonly number[],
  ): World {
    const world = worldOf(store, '', refusesDuplicates);
    for (const each of rejected) world.destination.rejected.add(`e${each}`);
    for (const each of poisonous) world.destination.poisonous.add(`e${each}`);
    world.destination.before = (texts) => {
      expect(new Set(texts.map((text) => JSON.parse(text).transaction_id)).size).toBe(texts.length);
      for (const text of texts) {
        expect(world.ledger.has(text)).toBe(true);
        expect(['accepted', 'conflict', 'rejected']).not.toContain(
          world.ledger.states()[JSON.parse(text).transaction_id],
        );
      }
    };
    return world;
  }

  it('no entry is lost, an accepted one is never sent again, a line is written before its request, and every outcome is written', () => {
    fc.assert(
      fc.property(
        stores,
        fc.nat(40),
        fc.integer({ min: 2, max: 12 }),
        fc.array(fault, { maxLength: 40 }),
        some,
        some,
        fc.integer({ min: 0, max: 60_000 }),
        (store, count, size, list, rejected, poisonous, time) => {
          const world = watched(store, store !== 'clickhouse', rejected, poisonous);
          world.destination.faults = [...list];
          const entries = freshEntries(count);
          const lines = { lines: 0 };
          const { entries: delivered, left } = deliver(
            world,
            entries.map((entry) => [entry]),
            { count: lines, store, deadline: NOW + time, largest: size },
          );
          expect(delivered.map(({ index }) => index.id).sort()).toEqual(
            entries.map(({ index }) => index.id).sort(),
          );
          expect(left).toBeLessThanOrEqual(count);
          const written = world.ledger.states();
          for (const { index, line, outcome } of delivered) {
            expect(written[index.id]).toBe(line === undefined ? undefined : outcome.state);
            expect(outcome.id).toBe(index.id);
            if (outcome.state === 'accepted') expect(world.destination.has(index.id)).toBe(true);
            if (outcome.state === 'rejected') expect(world.destination.has(index.id)).toBe(false);
          }
          expect(lines.lines).toBe(world.ledger.lines.length);
          if (store !== 'postgres')
            expect(new Set(world.destination.ids()).size).toBe(world.destination.ids().length);
        },
      ),
      { numRuns: tries(400) },
    );
  });

  it('running again brings every event into Lago exactly once, whatever went wrong before', () => {
    fc.assert(
      fc.property(
        stores,
        fc.boolean(),
        fc.nat(40),
        fc.integer({ min: 2, max: 12 }),
        fc.array(fault, { maxLength: 40 }),
        (store, refuses, count, size, list) => {
          const world = watched(
            store,
            store === 'unknown' ? refuses : store === 'postgres',
            [],
            [],
          );
          world.destination.faults = [...list];
          const lines = { lines: 0 };
          const limits = (): DeliveryTerms => ({
            count: lines,
            store,
            deadline: world.clock.now() + 5 * MINUTE,
          });
          const entries = freshEntries(count);
          const first = deliver(
            world,
            entries.map((entry) => [entry]),
            { ...limits(), largest: size },
          );
          let rest = first.entries.filter(({ line }) => line === undefined);
          for (let round = 0; round < 60; round++) {
            world.clock.time += HOUR;
            const open = readBack(world).filter(
              ({ outcome }) => outcome.state === 'pending' || outcome.state === 'stuck',
            );
            settle(world, open, limits());
            const delivery = deliver(
              world,
              rest.map((entry) => [entry]),
              { ...limits(), largest: size },
            );
            rest = delivery.entries.filter(({ line }) => line === undefined);
            if (
              rest.length === 0 &&
              Object.values(world.ledger.states()).every((state) => state === 'accepted')
            )
              break;
          }
          expect(world.destination.ids().sort()).toEqual(
            entries.map(({ index }) => index.id).sort(),
          );
          expect(new Set(Object.values(world.ledger.states()))).toEqual(
            new Set(count === 0 ? [] : ['accepted']),
          );
        },
      ),
      { numRuns: tries(250) },
    );
  });

  it('an event that is delivered late has its line’s age counted from its last try', () => {
    const [entry] = freshEntries(1) as [LedgerEntry];
    const tried = withOutcome({ ...entry, line: 3 }, { at: NOW + HOUR, tries: 1 });
    const world = worldOf('clickhouse');
    world.clock.time = NOW + HOUR + VISIBILITY_MS - 1;
    settle(world, [tried], { count: { lines: 1 }, store: 'clickhouse', deadline: NOW + 9 * HOUR });
    expect(world.destination.finds).toBe(0);
  });
});
