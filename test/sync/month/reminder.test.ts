import { monthToRemind } from '../../../src/sync/month/reminder';

const at = (text: string): number => Date.parse(text) / 1000;

test('the first run begins its month and reminds nobody', () => {
  expect(monthToRemind(undefined, at('2026-11-29T12:00:00Z'), () => 'UTC')).toEqual({
    month: '2026-11',
    over: undefined,
  });
});

test('while no other month has begun anywhere, the zone is not asked for', () => {
  const zone = jest.fn(() => 'UTC');
  expect(monthToRemind('2026-11', at('2026-11-29T12:00:00Z'), zone).over).toBeUndefined();
  expect(zone).not.toHaveBeenCalled();
});

test('a month is over when the next one has begun in the organization’s zone', () => {
  const midnight = at('2026-12-01T00:30:00Z');
  expect(monthToRemind('2026-11', midnight, () => 'UTC')).toEqual({
    month: '2026-12',
    over: '2026-11',
  });
  expect(monthToRemind('2026-11', midnight, () => 'America/New_York')).toEqual({
    month: '2026-11',
    over: undefined,
  });
});
