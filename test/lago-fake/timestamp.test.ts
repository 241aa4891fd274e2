import { Account, NOON, usageEvent, validationErrors } from './account';

const stored = (timestamp: unknown): unknown => {
  const answer = new Account().event(usageEvent('a', { timestamp }));
  return (answer.body.event as Record<string, unknown>).timestamp;
};

describe('an event timestamp', () => {
  it.each([
    [1710421740, '2024-03-14T13:09:00.000Z'],
    ['1710421740', '2024-03-14T13:09:00.000Z'],
    [1710421740.123, '2024-03-14T13:09:00.123Z'],
    ['1710421740.123', '2024-03-14T13:09:00.123Z'],
    ['1710421740.1239', '2024-03-14T13:09:00.123Z'],
    ['1e9', '2001-09-09T01:46:40.000Z'],
    [' 1710421740 ', '2024-03-14T13:09:00.000Z'],
    ['1_710_421_740', '2024-03-14T13:09:00.000Z'],
    ['+1710421740', '2024-03-14T13:09:00.000Z'],
    ['.5', '1970-01-01T00:00:00.500Z'],
    [0, '1970-01-01T00:00:00.000Z'],
    [-1, '1969-12-31T23:59:59.000Z'],
    ['-0.5', '1969-12-31T23:59:59.500Z'],
  ])('of %j is %s', (timestamp, text) => {
    expect(stored(timestamp)).toBe(text);
  });

  it.each([
    '',
    ' ',
    '2024-03-14',
    '2024-03-14T15:09:00Z',
    'Mon Mar 14',
    '1710421740,5',
    'abc',
    true,
    '0x10',
    '12abc',
  ])('of %j is refused as invalid_format', (timestamp) => {
    const answer = new Account().event(usageEvent('a', { timestamp }));
    expect(answer.status).toBe(422);
    expect(answer.body).toEqual(validationErrors({ timestamp: ['invalid_format'] }));
  });

  it.each(['NaN', 'Infinity', '-Infinity', '1e13', 1e300, '-1e12'])(
    'of %j breaks Lago',
    (timestamp) => {
      const answer = new Account().event(usageEvent('a', { timestamp }));
      expect(answer.status).toBe(500);
      expect(answer.body).toEqual({ status: 500, error: 'Internal Server Error' });
    },
  );

  it('in milliseconds is taken for a date 54,000 years ahead', () => {
    expect(stored(1710421740123)).toMatch(/^56171-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
  });

  it.each([undefined, null, false, {}, []])('of %j means the time of the request', (timestamp) => {
    expect(stored(timestamp)).toBe(new Date(NOON).toISOString());
  });
});
