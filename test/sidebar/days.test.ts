import { dayBars, sentOn } from '../../src/sidebar/days';

describe('the chart of 30 days', () => {
  const bars = dayBars(
    [
      { day: '2026-10-21', sent: 99, refused: 0 },
      { day: '2026-11-01', sent: 1234, refused: 3 },
      { day: '2026-11-20', sent: 5, refused: 0 },
    ],
    '2026-11-20',
  );

  test('ends today and leaves gaps where nothing happened', () => {
    expect(bars).toHaveLength(30);
    expect(bars[0]).toEqual({ label: 'Oct 22', title: 'Oct 22: nothing', parts: [] });
    expect(bars[29]).toMatchObject({ label: 'Nov 20', title: 'Nov 20: 5 sent, 0 refused' });
  });

  test('shows what was sent and refused on a day', () => {
    expect(bars[10]).toEqual({
      label: 'Nov 1',
      title: 'Nov 1: 1,234 sent, 3 refused',
      parts: [
        { tone: 'good', value: 1234 },
        { tone: 'bad', value: 3 },
      ],
    });
  });

  test('goes over the end of a year and a change of clocks without losing a day', () => {
    const labels = dayBars([], '2027-01-05').map(({ label }) => label);
    expect(new Set(labels).size).toBe(30);
    expect(labels.slice(-6)).toEqual(['Dec 31', 'Jan 1', 'Jan 2', 'Jan 3', 'Jan 4', 'Jan 5']);
  });

  test('a day that is not in it counts nothing', () => {
    expect(sentOn([{ day: '2026-11-20', sent: 5, refused: 0 }], '2026-11-20')).toBe(5);
    expect(sentOn([], '2026-11-20')).toBe(0);
  });
});
