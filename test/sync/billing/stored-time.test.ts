import fc from 'fast-check';
import {
  isStoredAfter,
  justAfter,
  justBefore,
  mayTie,
} from '../../../src/sync/billing/stored-time';

const SECOND = Date.UTC(2026, 10, 30, 12) / 1000;
const STORES = ['postgres', 'clickhouse', 'unknown'] as const;

/** What ClickHouse may make of a time: it keeps milliseconds, and a double of one may lie just below it. */
const readings = (seconds: number): number[] => {
  const text = seconds.toFixed(4);
  const cut = Number(`${text.slice(0, -1)}`);
  const isExact = text.endsWith('0') && !text.endsWith('.0000');
  return isExact ? [cut, Number((cut - 0.001).toFixed(3))] : [cut];
};

const moments = fc
  .record({
    ms: fc.integer({ min: 0, max: 5_000 }),
    half: fc.boolean(),
  })
  .map(({ ms, half }) => Number((SECOND + (ms + (half ? 0.5 : 0)) / 1000).toFixed(4)));

test.each([
  ['postgres', 0, 0.001],
  ['postgres', 0.001, 0.002],
  ['clickhouse', 0, 0.0015],
  ['clickhouse', 0.002, 0.0035],
  ['clickhouse', 0.0025, 0.0035],
  ['unknown', 0.0015, 0.0025],
] as const)('on %s the next moment after %d is %d', (store, from, to) => {
  expect(justAfter(SECOND + from, store)).toBe(SECOND + to);
});

test.each([
  ['postgres', 1, 0.999],
  ['clickhouse', 1, 0.9995],
  // Which may be stored as .001.
  ['clickhouse', 0.002, 0.0005],
  ['unknown', 0.0025, 0.0015],
] as const)('on %s the last moment before %d is %d', (store, from, to) => {
  expect(justBefore(SECOND + from, store)).toBe(SECOND + to);
});

test('on ClickHouse neighbours of a millisecond may tie, unless the later one has half of one more', () => {
  expect(mayTie(SECOND + 0.001, SECOND + 0.002, 'clickhouse')).toBe(true);
  expect(mayTie(SECOND + 0.001, SECOND + 0.0025, 'clickhouse')).toBe(false);
  expect(mayTie(SECOND + 0.001, SECOND + 0.002, 'postgres')).toBe(false);
  expect(mayTie(SECOND, SECOND, 'postgres')).toBe(true);
});

test('an event is later only where the earliest that it may become is later than the latest of the other', () => {
  fc.assert(
    fc.property(moments, moments, (one, other) => {
      const isLater = Math.min(...readings(one)) > Math.max(...readings(other));
      expect(isStoredAfter(one, other, 'clickhouse')).toBe(isLater);
      expect(isStoredAfter(one, other, 'unknown')).toBe(isLater);
      expect(isStoredAfter(one, other, 'postgres')).toBe(one > other);
    }),
  );
});

test('a moment just after another one is later, one just before it is earlier, and each by less than 3 ms', () => {
  fc.assert(
    fc.property(moments, fc.constantFrom(...STORES), (seconds, store) => {
      const [after, before] = [justAfter(seconds, store), justBefore(seconds, store)];
      expect(isStoredAfter(after, seconds, store)).toBe(true);
      expect(isStoredAfter(seconds, before, store)).toBe(true);
      expect(after - seconds).toBeLessThan(0.003);
      expect(seconds - before).toBeLessThan(0.003);
      expect(isStoredAfter(justAfter(after, store), after, store)).toBe(true);
    }),
  );
});
