import { type Batch, entriesOf } from '../../../src/sync/delivery/batch';
import { BatchQueue } from '../../../src/sync/delivery/batch-queue';
import type { LedgerEntry } from '../../../src/sync/ledger/entry';
import { freshEntries } from '../fixture';

const unitsOf = (entries: readonly LedgerEntry[]) => entries.map((entry) => [entry]);
const written = (count: number): LedgerEntry[] =>
  freshEntries(count).map((entry, place) => ({ ...entry, line: place + 3 }));

/** The batches as their events' ids, such as `e0 e1, e2`. */
const ids = (batches: readonly Batch[]): string =>
  batches
    .map((batch) =>
      entriesOf(batch)
        .map(({ index }) => index.id)
        .join(' '),
    )
    .join(', ');

const failed = (batches: readonly Batch[]): Batch[] =>
  batches.map((batch) => ({ ...batch, failures: 1 }));

describe('batches that wait', () => {
  test('are taken in their order, until none is left', () => {
    const queue = new BatchQueue(unitsOf(freshEntries(5)), 2);
    expect(ids(queue.take(2))).toBe('e0 e1, e2 e3');
    expect(queue.isEmpty).toBe(false);
    expect(ids(queue.take(2))).toBe('e4');
    expect([queue.isEmpty, queue.take(2)]).toEqual([true, []]);
  });

  test('go first when they come back without a failure, and last when they failed', () => {
    const queue = new BatchQueue(unitsOf(freshEntries(4)), 1);
    const [first, second] = queue.take(2) as [Batch, Batch];
    queue.putBack([...failed([first]), second], true);
    expect(ids(queue.take(9))).toBe('e1, e2, e3, e0');
  });

  test('that failed go before those without lines while nothing has got through', () => {
    const fresh = new BatchQueue(unitsOf(freshEntries(4)), 1);
    fresh.putBack(failed(fresh.take(2)), false);
    expect(ids(fresh.take(9))).toBe('e0, e1, e2, e3');
    const known = new BatchQueue(unitsOf(written(4)), 1);
    known.putBack(failed(known.take(2)), false);
    expect(ids(known.take(9))).toBe('e2, e3, e0, e1');
  });

  test('are cut where Lago takes fewer at once, with their failures', () => {
    const queue = new BatchQueue(unitsOf(freshEntries(7)), 5);
    queue.putBack(failed(queue.take(1)), true);
    queue.limit(2);
    const all = queue.take(9);
    expect(ids(all)).toBe('e5 e6, e0 e1, e2 e3, e4');
    expect(all.map(({ failures }) => failures)).toEqual([0, 1, 1, 1]);
    queue.limit(5);
    queue.putBack([{ units: unitsOf(freshEntries(4)), failures: 0 }], true);
    expect(ids(queue.take(1))).toBe('e0 e1');
    expect(queue.entries()).toHaveLength(2);
  });
});
