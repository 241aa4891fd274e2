import { addToDays, type DayCount } from '../../../src/sync/memory/days';
import type { RunReport } from '../../../src/sync/report';

const report = (delivered: number, rejected = 0): RunReport => ({
  sync: 's',
  trigger: 'clock',
  startedAt: 0,
  endedAt: 1,
  rows: { send: 0, hold: 0, wait: 0, sent: 0, flag: 0, refused: 0, elsewhere: 0 },
  delivered,
  rejected,
  left: 0,
  problems: [],
  checksOff: [],
  stopped: undefined,
});

const inWords = (days: readonly DayCount[]): string[] =>
  days.map(({ day, sent, refused }) => `${day} ${sent} ${refused}`);

test('runs of one day are one day', () => {
  const days = addToDays(addToDays([], '2026-11-20', report(3)), '2026-11-20', report(4, 1));
  expect(inWords(days)).toEqual(['2026-11-20 7 1']);
});

test('a day on which nothing happened is not kept', () => {
  expect(addToDays([], '2026-11-20', report(0))).toEqual([]);
});

test('days stand in order, and the last thirty are kept', () => {
  const names = Array.from({ length: 40 }, (_, index) =>
    new Date(Date.UTC(2026, 9, 1 + index)).toISOString().slice(0, 10),
  );
  const days = [...names]
    .reverse()
    .reduce<readonly DayCount[]>((kept, day) => addToDays(kept, day, report(1)), []);
  expect(days).toHaveLength(30);
  expect(days.map(({ day }) => day)).toEqual([...days.map(({ day }) => day)].sort());
  const later = addToDays(days, '2026-12-24', report(2));
  expect(inWords(later).slice(-1)).toEqual(['2026-12-24 2 0']);
  expect(later).toHaveLength(30);
});
