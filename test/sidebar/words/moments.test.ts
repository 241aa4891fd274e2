import { momentIn, soon, timeWords } from '../../../src/sidebar/words/moments';

test('the day is said only where it is another one', () => {
  const noon = new Date(2026, 10, 20, 12).getTime();
  expect(soon(noon, noon + 1000)).not.toContain('2026');
  expect(soon(noon, noon + 2 * 86_400_000)).toContain('2026');
});

test('a moment is written in the zone of the bill, and in UTC where the browser does not know it', () => {
  const noon = Date.UTC(2026, 10, 3, 12);
  expect(momentIn(noon, 'Europe/Berlin')).toBe('3 Nov 2026, 13:00');
  expect(momentIn(noon, 'Moon/Tycho')).toBe('3 Nov 2026, 12:00 UTC');
});

test('the time of a preview is said once where the clock is the same in the zone of the bill', () => {
  const at = Date.UTC(2026, 10, 1, 0, 34);
  expect(timeWords({ at, zone: 'UTC' })).toEqual(['1 Nov 2026, 00:34 UTC']);
  expect(timeWords({ at: at - 3_600_000, zone: 'Europe/Berlin' })).toEqual([
    '31 Oct 2026, 23:34 UTC',
    '1 Nov 2026, 00:34 in Europe/Berlin',
  ]);
  expect(timeWords({ at, zone: 'Nowhere/Land' })).toEqual(['1 Nov 2026, 00:34 UTC']);
});
