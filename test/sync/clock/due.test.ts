import { dueOf } from '../../../src/sync/clock/due';
import type { BegunRun } from '../../../src/sync/memory/begun';
import { touch, untouched } from '../../../src/sync/rows/resting';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const sync = { state: 'active', restMinutes: 5 } as const;
const edited = touch(untouched, [{ key: 'a', content: 'f' }], HOUR, true);
const later = { dueAt: 100 * HOUR };

test('all rows are due at the moment of the schedule, and before the first run', () => {
  expect(dueOf(sync, { dueAt: HOUR }, untouched, HOUR - 1)).toBeUndefined();
  expect(dueOf(sync, { dueAt: HOUR }, untouched, HOUR)).toBe('all');
  expect(dueOf(sync, {}, untouched, 0)).toBe('all');
});

test('the last row that was edited is due once it has rested, and once', () => {
  expect(dueOf(sync, later, edited, HOUR + 5 * MINUTE - 1)).toBeUndefined();
  expect(dueOf(sync, later, edited, HOUR + 5 * MINUTE)).toBe('rested');
  const looked = { ...edited, lookedAt: HOUR + 5 * MINUTE };
  expect(dueOf(sync, later, looked, HOUR + 10 * MINUTE)).toBeUndefined();
});

test('all rows are due after an edit’s run that was killed, once', () => {
  const begun = { at: HOUR, trigger: 'edit', doing: 'sending', before: 0 } as const;
  const due = (run: BegunRun, now: number) => dueOf(sync, { ...later, begun: run }, untouched, now);
  expect(due(begun, HOUR + 7 * MINUTE)).toBeUndefined();
  expect(due(begun, HOUR + 8 * MINUTE)).toBe('all');
  expect(due({ ...begun, trigger: 'clock', before: 1 }, HOUR + 8 * MINUTE)).toBeUndefined();
  expect(due({ ...begun, before: 1 }, HOUR + 8 * MINUTE)).toBeUndefined();
});

test('all rows are due for an edit that could not be looked at, and hourly after a killed run', () => {
  const unseen = { ...untouched, againAt: HOUR };
  const begun = { at: 0, trigger: 'clock', doing: 'reading', before: 0 } as const;
  expect(dueOf(sync, later, unseen, HOUR - 1)).toBeUndefined();
  expect(dueOf(sync, later, unseen, HOUR)).toBe('all');
  expect(dueOf(sync, { ...later, begun }, unseen, HOUR)).toBeUndefined();
});

test('a look while it rests does not count', () => {
  const looked = { ...edited, lookedAt: HOUR + 4 * MINUTE };
  expect(dueOf(sync, later, looked, HOUR + 6 * MINUTE)).toBe('rested');
});

test.each(['draft', 'paused'] as const)('nothing of a %s sync is due', (state) => {
  expect(dueOf({ ...sync, state }, { dueAt: 0 }, edited, HOUR * 9)).toBeUndefined();
});
