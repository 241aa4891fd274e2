import { likelyMonth, recentMonths } from '../../../../src/sidebar/screens/month/recent-months';

test('the last thirteen months are offered, over the turn of the year', () => {
  const months = recentMonths('2026-02-20');
  expect([months.length, ...months.slice(0, 3), months[12]]).toEqual([
    13,
    '2026-02',
    '2026-01',
    '2025-12',
    '2025-02',
  ]);
});

test.each([
  ['2026-11-03', '2026-10'],
  ['2026-11-10', '2026-10'],
  ['2026-11-11', '2026-11'],
  ['2026-01-01', '2025-12'],
])('on %s the month %s is chosen at first', (today, month) => {
  expect(likelyMonth(today)).toBe(month);
});
