import { clockMinutes, minutesADay, scheduleOptions } from '../../../src/sync/clock/cost';
import type { Schedule } from '../../../src/sync/clock/schedule';

const every = (value: Schedule['every']): Schedule => ({ every: value });
const measured = (value: Schedule['every'], seconds: number) => ({
  schedule: every(value),
  lookMs: seconds * 1000,
});

test.each([
  ['an hourly sync', [60], false, false, 10],
  ['one of every thirty minutes', [30], false, false, 10],
  ['one of every fifteen', [15], false, false, 5],
  ['the fastest of several', ['day', 5, 60], false, false, 5],
  ['rows that go soon after an edit', ['day'], true, false, 5],
  ['an add-on, whatever is wanted', [5], true, true, 60],
] as const)('the trigger for %s', (_, schedules, soon, addOn, minutes) => {
  expect(clockMinutes({ schedules: schedules.map(every), soon, addOn })).toBe(minutes);
});

test('minutes a day are the firings, at a second each, and the runs of all syncs as measured', () => {
  // 144 firings, and 24 runs of ten seconds: 144 + 240 s.
  expect(minutesADay([measured(60, 10)], false, false)).toBe(7);
  // 288 firings, 288 runs of ten seconds, and one of a minute: 288 + 2880 + 60 s.
  expect(minutesADay([measured(5, 10), measured('day', 60)], true, false)).toBe(54);
  expect(minutesADay([measured(60, 10)], false, true)).toBe(5);
});

test('each schedule stands with its minutes, and an add-on offers none below an hour', () => {
  expect(scheduleOptions(10_000, [], false).map(({ words }) => words)).toEqual([
    'Every 5 minutes (53 of your 90 minutes a day)',
    'Every 15 minutes (21 of your 90 minutes a day)',
    'Every 30 minutes (13 of your 90 minutes a day)',
    'Every hour (9 of your 90 minutes a day)',
    'Every 4 hours (6 of your 90 minutes a day)',
    'Daily (5 of your 90 minutes a day)',
    'On working days (5 of your 90 minutes a day)',
  ]);
  expect(scheduleOptions(10_000, [], true).map(({ schedule }) => schedule.every)).toEqual([
    60,
    240,
    'day',
    'working-day',
  ]);
});
