import { firstAhead, firstClosing } from '../../../src/sync/plan/period-end';
import type { UsageEvent } from '../../../src/value/usage-event';

describe('of several ends', () => {
  test.each<[string, readonly (number | undefined)[], number | undefined]>([
    ['the first that is still to come counts', [90, 120, 110, undefined], 110],
    ['the very moment is still to come', [100, 120], 100],
    ['the last one counts where all have passed', [70, 90, undefined], 90],
    ['a period that has not begun counts after all others', [Infinity, 110], 110],
    ['none is known where none is said', [undefined, undefined], undefined],
    ['none is known of nothing', [], undefined],
  ])('%s', (_, ends, expected) => {
    expect(firstAhead(ends, 100)).toBe(expected);
  });
});

test('events close with the first of their periods that is still to come', () => {
  const events = [90, 130, 120].map((timestamp) => ({ timestamp }) as UsageEvent);
  const closesAt = ({ timestamp }: UsageEvent): number => timestamp;
  const check = { problemsOf: () => [], off: [], closesAt };
  expect(firstClosing({ check, now: 100 }, events)).toBe(120);
  expect(firstClosing({ check: { problemsOf: () => [], off: [] }, now: 100 }, events)).toBe(
    undefined,
  );
});
