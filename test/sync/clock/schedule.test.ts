import {
  aheadOfEnd,
  dueAfter,
  EVERY_HOUR,
  firstRun,
  nextRun,
  overdue,
  type Schedule,
} from '../../../src/sync/clock/schedule';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Friday. */
const at = (text: string): number => Date.parse(text);
const FRIDAY = at('2026-11-20T09:30:00Z');
const TEN = { tickMs: 10 * MINUTE, zone: 'UTC' };
const text = (ms: number): string => new Date(ms).toISOString().slice(0, 16);

describe('the next run', () => {
  test.each<[Schedule['every'], number, string]>([
    [5, 5, '2026-11-20T09:32'],
    [15, 5, '2026-11-20T09:42'],
    [30, 10, '2026-11-20T09:55'],
    [60, 10, '2026-11-20T10:25'],
    [60, 60, '2026-11-20T10:00'],
    [240, 10, '2026-11-20T13:25'],
  ])(
    'of every %s minutes, by a trigger of every %i: half a firing early, %s',
    (every, minutes, expected) => {
      const rate = { tickMs: minutes * MINUTE, zone: 'UTC' };
      expect(text(nextRun({ every }, FRIDAY, rate))).toBe(expected);
    },
  );

  test.each<[Schedule, string, string]>([
    [{ every: 'day', hour: 8 }, 'UTC', '2026-11-21T08:00'],
    [{ every: 'day', hour: 10 }, 'UTC', '2026-11-20T10:00'],
    [{ every: 'day', hour: 10 }, 'America/New_York', '2026-11-20T15:00'],
    [{ every: 'day' }, 'UTC', '2026-11-21T07:00'],
    [{ every: 'working-day', hour: 8 }, 'UTC', '2026-11-23T08:00'],
    [{ every: 'working-day', hour: 10 }, 'UTC', '2026-11-20T10:00'],
  ])('of %j in %s: %s', (schedule, zone, expected) => {
    expect(text(nextRun(schedule, FRIDAY, { tickMs: 10 * MINUTE, zone }))).toBe(expected);
  });

  test('at an hour that the clock leaves out in spring comes an hour later, and once where it is there twice', () => {
    const zone = 'Europe/Berlin';
    const schedule: Schedule = { every: 'day', hour: 2 };
    const rate = { tickMs: 10 * MINUTE, zone };
    expect(text(nextRun(schedule, at('2026-03-28T12:00:00Z'), rate))).toBe('2026-03-29T01:00');
    const once = nextRun(schedule, at('2026-10-24T12:00:00Z'), rate);
    expect(nextRun(schedule, once, rate) - once).toBeGreaterThanOrEqual(24 * HOUR);
  });

  test('of a new sync is due at once, or at its hour', () => {
    expect(firstRun(EVERY_HOUR, FRIDAY, 'UTC')).toBe(FRIDAY);
    expect(text(firstRun({ every: 'day', hour: 8 }, FRIDAY, 'UTC'))).toBe('2026-11-21T08:00');
  });
});

describe('after a run', () => {
  const daily: Schedule = { every: 'day', hour: 8 };
  const ended = { startedAt: FRIDAY, goesOn: false, ends: [] };

  test('that has to go on, another one is due within the hour, however rare the schedule is', () => {
    expect(text(dueAfter(daily, ended, TEN))).toBe('2026-11-21T08:00');
    expect(text(dueAfter(daily, { ...ended, goesOn: true }, TEN))).toBe('2026-11-20T10:25');
    expect(text(dueAfter({ every: 5 }, { ...ended, goesOn: true }, TEN))).toBe('2026-11-20T09:32');
  });

  test('one is due a quarter of an hour before the first period ends that this one was too early for', () => {
    const end = FRIDAY + 5 * HOUR;
    const ends = [FRIDAY - DAY, FRIDAY + 10 * MINUTE, end, FRIDAY + 9 * HOUR];
    expect(dueAfter(daily, { ...ended, ends }, TEN)).toBe(end - 15 * MINUTE);
    const late = { ...ended, startedAt: end - 15 * MINUTE, ends: [end] };
    expect(text(dueAfter(daily, late, TEN))).toBe('2026-11-21T08:00');
  });

  test('a trigger that fires hourly begins the last run early enough to begin it at all', () => {
    expect([5, 10, 60].map((minutes) => aheadOfEnd(minutes * MINUTE) / MINUTE)).toEqual([
      15, 15, 75,
    ]);
  });
});

test.each<[Schedule['every'], number]>([
  [5, 30],
  [60, 120],
  [240, 120],
  ['working-day', 120],
])('a run of %s is missed %i minutes after it was due', (every, minutes) => {
  const due = FRIDAY;
  expect(overdue({ every }, due, due + minutes * MINUTE)).toBeUndefined();
  expect(overdue({ every }, due, due + minutes * MINUTE + 1)).toBe(minutes * MINUTE + 1);
  expect(overdue({ every }, undefined, due)).toBeUndefined();
});
