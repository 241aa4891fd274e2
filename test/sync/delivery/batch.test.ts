import fc from 'fast-check';
import { problem } from '../../../src/problem/problem';
import {
  type Batch,
  type DeliveryContext,
  entriesOf,
  interpret,
  pack,
} from '../../../src/sync/delivery/batch';
import type { LedgerEntry } from '../../../src/sync/ledger/entry';
import type { Unit } from '../../../src/sync/ledger/unit';
import type { Answer, EventRefusal } from '../../../src/sync/ports';
import { freshEntries, withOutcome } from '../fixture';

const entries = freshEntries(60).map((entry, index) => ({ ...entry, line: index + 3 }));
const alone = (list: readonly LedgerEntry[]): Unit[] => list.map((entry) => [entry]);
const batchOf = (count: number, failures = 0): Batch => ({
  units: alone(entries.slice(0, count)),
  failures,
});
const context = (changes: Partial<DeliveryContext> = {}): DeliveryContext => ({
  othersSucceed: true,
  last: false,
  refusesDuplicates: true,
  now: 9_000,
  ...changes,
});
const refused = (events: Record<number, EventRefusal>): Answer => ({
  kind: 'refused',
  events: new Map(Object.entries(events).map(([place, refusal]) => [Number(place), refusal])),
});
const failed = (stored: 'no' | 'maybe' = 'maybe'): Answer => ({
  kind: 'failed',
  stored,
  answer: '500',
  timedOut: false,
});
const rejected: EventRefusal = { kind: 'rejected', answer: 'bad' };

/** What follows from an answer, in words. */
function meaning(
  batch: Batch,
  answer: Answer,
  changes: Partial<DeliveryContext> = {},
): { outcomes: string[]; lookUp: string[]; again: string[] } {
  const { outcomes, lookUp, again } = interpret(batch, answer, context(changes));
  return {
    outcomes: outcomes.map(
      ({ entry, outcome }) =>
        `${entry.index.id} ${outcome.state} ${outcome.tries}${outcome.answer === '' ? '' : ` ${outcome.answer}`}`,
    ),
    lookUp: lookUp.flatMap(({ unit }) => unit.map(({ index }) => index.id)),
    again: again.map(
      (each) => `${entriesOf(each).map(({ index }) => index.id)} failures ${each.failures}`,
    ),
  };
}

describe('packing', () => {
  const units = fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 30 }).map((sizes) => {
    let next = 0;
    return sizes.map((size) => {
      next += size;
      return entries.slice(next - size, next);
    });
  });

  it('keeps every event exactly once, in order, and no batch above the size', () => {
    fc.assert(
      fc.property(units, fc.integer({ min: 2, max: 12 }), fc.nat(3), (packed, size, failures) => {
        const batches = pack(packed, size, failures);
        expect(batches.flatMap(({ units: each }) => each)).toEqual(packed);
        for (const batch of batches) {
          expect(entriesOf(batch).length).toBeLessThanOrEqual(size);
          expect(entriesOf(batch).length).toBeGreaterThan(0);
          expect(batch.failures).toBe(failures);
        }
      }),
    );
  });

  it('keeps a request below what proxies refuse', () => {
    const large = entries.slice(0, 25).map((entry) => ({ ...entry, frozen: 'x'.repeat(45_000) }));
    for (const batch of pack(alone(large), 100))
      expect(entriesOf(batch).reduce((total, { frozen }) => total + frozen.length, 0)).toBeLessThan(
        1_000_000,
      );
    expect(pack(alone(large), 100).flatMap(entriesOf)).toEqual(large);
  });

  it('fills batches', () => {
    expect(pack(alone(entries.slice(0, 25)), 10).map(({ units: each }) => each.length)).toEqual([
      10, 10, 5,
    ]);
    expect(pack([], 10)).toEqual([]);
  });
});

describe('halving', () => {
  const divisive = fc.constantFrom<Answer>(
    { kind: 'unclear', answer: '400' },
    { kind: 'too-many' },
    failed(),
  );

  it('keeps every event exactly once, and gets smaller', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), divisive, (count, answer) => {
        const { again } = interpret(batchOf(count, 1), answer, context());
        expect(again.flatMap(entriesOf).map(({ index }) => index.id)).toEqual(
          entries.slice(0, count).map(({ index }) => index.id),
        );
        for (const half of again)
          expect(entriesOf(half).length).toBeLessThanOrEqual(Math.ceil(count / 2));
      }),
    );
  });

  it('reaches single events', () => {
    let queue: readonly Batch[] = [batchOf(60, 1)];
    let requests = 0;
    while (queue.some(({ units }) => units.length > 1)) {
      requests += queue.length;
      queue = queue.flatMap((batch) =>
        batch.units.length > 1 ? interpret(batch, failed(), context()).again : [batch],
      );
    }
    expect(queue).toHaveLength(60);
    expect(requests).toBeLessThan(130);
  });
});

describe('an answer means', () => {
  it.each<[string, Batch, Answer, Partial<DeliveryContext>, ReturnType<typeof meaning>]>([
    [
      'accepted',
      batchOf(2),
      { kind: 'accepted' },
      {},
      { outcomes: ['e0 accepted 0', 'e1 accepted 0'], lookUp: [], again: [] },
    ],
    [
      'one rejected',
      batchOf(3),
      refused({ 1: rejected }),
      {},
      { outcomes: ['e1 rejected 0 bad'], lookUp: [], again: ['e0,e2 failures 0'] },
    ],
    [
      'all rejected',
      batchOf(2),
      refused({ 0: rejected, 1: rejected }),
      {},
      { outcomes: ['e0 rejected 0 bad', 'e1 rejected 0 bad'], lookUp: [], again: [] },
    ],
    [
      'one exists',
      batchOf(3),
      refused({ 2: { kind: 'exists' } }),
      {},
      { outcomes: [], lookUp: ['e2'], again: ['e0,e1 failures 0'] },
    ],
    [
      'rejected and exists',
      batchOf(3, 1),
      refused({ 0: rejected, 2: { kind: 'exists' } }),
      {},
      { outcomes: ['e0 rejected 0 bad'], lookUp: ['e2'], again: ['e1 failures 1'] },
    ],
    [
      'too many',
      batchOf(3),
      { kind: 'too-many' },
      {},
      { outcomes: [], lookUp: [], again: ['e0,e1 failures 0', 'e2 failures 0'] },
    ],
    [
      'too many though alone',
      batchOf(1),
      { kind: 'too-many' },
      {},
      { outcomes: ['e0 stuck 0 too many events'], lookUp: [], again: [] },
    ],
    [
      'unclear',
      batchOf(2),
      { kind: 'unclear', answer: '400' },
      {},
      { outcomes: [], lookUp: [], again: ['e0 failures 0', 'e1 failures 0'] },
    ],
    [
      'unclear and alone',
      batchOf(1),
      { kind: 'unclear', answer: '400' },
      {},
      { outcomes: ['e0 rejected 0 400'], lookUp: [], again: [] },
    ],
    [
      'slow down',
      batchOf(2, 1),
      { kind: 'slow-down', waitMs: 1 },
      {},
      { outcomes: [], lookUp: [], again: ['e0,e1 failures 1'] },
    ],
    [
      'stop',
      batchOf(2),
      { kind: 'stop', problem: problem('lago.unauthorized') },
      {},
      { outcomes: [], lookUp: [], again: ['e0,e1 failures 0'] },
    ],
    [
      'failed once',
      batchOf(2),
      failed(),
      {},
      {
        outcomes: ['e0 pending 1 500', 'e1 pending 1 500'],
        lookUp: [],
        again: ['e0,e1 failures 1'],
      },
    ],
    [
      'failed twice',
      batchOf(2, 1),
      failed(),
      {},
      {
        outcomes: ['e0 pending 1 500', 'e1 pending 1 500'],
        lookUp: [],
        again: ['e0 failures 1', 'e1 failures 1'],
      },
    ],
    [
      'failed twice with the others',
      batchOf(2, 1),
      failed(),
      { othersSucceed: false },
      {
        outcomes: ['e0 pending 0 500', 'e1 pending 0 500'],
        lookUp: [],
        again: ['e0,e1 failures 2'],
      },
    ],
    [
      'failed twice and alone',
      batchOf(1, 1),
      failed(),
      {},
      { outcomes: ['e0 stuck 1 500'], lookUp: [], again: [] },
    ],
    [
      'failed twice and alone, with the others',
      batchOf(1, 1),
      failed(),
      { othersSucceed: false },
      { outcomes: ['e0 pending 0 500'], lookUp: [], again: ['e0 failures 2'] },
    ],
    [
      'maybe stored, on ClickHouse',
      batchOf(2),
      failed(),
      { refusesDuplicates: false },
      { outcomes: ['e0 pending 1 500', 'e1 pending 1 500'], lookUp: [], again: [] },
    ],
    [
      'not stored, on ClickHouse',
      batchOf(2),
      failed('no'),
      { refusesDuplicates: false },
      {
        outcomes: ['e0 pending 1 500', 'e1 pending 1 500'],
        lookUp: [],
        again: ['e0,e1 failures 1'],
      },
    ],
  ])('%s', (_, batch, answer, changes, expected) => {
    expect(meaning(batch, answer, changes)).toEqual(expected);
  });

  it('outcomes at the time of the answer, which repeat the id', () => {
    const [first] = interpret(batchOf(1), { kind: 'accepted' }, context()).outcomes;
    expect(first?.outcome).toEqual({
      id: 'e0',
      state: 'accepted',
      at: 9_000,
      tries: 0,
      answer: '',
    });
  });

  it('tries that go on from those of earlier runs, also in what is sent again', () => {
    const before = entries.slice(0, 2).map((entry) => withOutcome(entry, { tries: 3 }));
    const { again } = interpret({ units: alone(before), failures: 0 }, failed(), context());
    expect(again.flatMap(entriesOf).map(({ outcome }) => outcome.tries)).toEqual([4, 4]);
  });

  it('that a stuck line stays stuck while it fails', () => {
    const stuck = withOutcome(entries[0] as LedgerEntry, { state: 'stuck', tries: 5 });
    expect(
      meaning({ units: [[stuck]], failures: 0 }, failed(), { othersSucceed: false }).outcomes,
    ).toEqual(['e0 stuck 5 500']);
  });

  it('a smaller batch size where Lago says that there are too many', () => {
    expect(interpret(batchOf(25), { kind: 'too-many' }, context()).batchSize).toBe(13);
  });

  it('nothing for a unit of which one event is refused, and the others go on', () => {
    const [a, b, c] = entries as [LedgerEntry, LedgerEntry, LedgerEntry];
    expect(meaning({ units: [[a, b], [c]], failures: 0 }, refused({ 1: rejected }))).toEqual({
      outcomes: [
        'e0 rejected 0 not sent, because the other half of the correction was refused',
        'e1 rejected 0 bad',
      ],
      lookUp: [],
      again: ['e2 failures 0'],
    });
  });

  it('something for every event of the batch', () => {
    const answers = fc.oneof(
      fc.constantFrom<Answer>(
        { kind: 'accepted' },
        { kind: 'too-many' },
        { kind: 'unclear', answer: 'x' },
        { kind: 'slow-down', waitMs: 5 },
        failed(),
        failed('no'),
      ),
      fc
        .dictionary(
          fc.nat(9).map(String),
          fc.constantFrom<EventRefusal>({ kind: 'exists' }, rejected),
          { minKeys: 1 },
        )
        .map((events) => refused(events as Record<number, EventRefusal>)),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.nat(3),
        answers,
        fc.boolean(),
        fc.boolean(),
        (count, failures, answer, othersSucceed, refusesDuplicates) => {
          const { outcomes, lookUp, again } = interpret(
            batchOf(count, failures),
            answer,
            context({ othersSucceed, refusesDuplicates }),
          );
          const ids = [
            ...outcomes.map(({ entry }) => entry),
            ...lookUp.flatMap(({ unit }) => unit),
            ...again.flatMap(entriesOf),
          ].map(({ index }) => index.id);
          expect([...new Set(ids)].sort()).toEqual(
            entries
              .slice(0, count)
              .map(({ index }) => index.id)
              .sort(),
          );
          const accepted = outcomes
            .filter(({ outcome }) => outcome.state === 'accepted')
            .map(({ entry }) => entry.index.id);
          expect(
            again.flatMap(entriesOf).filter(({ index }) => accepted.includes(index.id)),
          ).toEqual([]);
        },
      ),
    );
  });
});
