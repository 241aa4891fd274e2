import { monthWords, periodLabel, periodWords } from '../../../src/sidebar/words/periods';

test('days and months are written for reading, and shorter below a bar', () => {
  expect([periodWords('2026-11-03'), periodLabel('2026-11-03')]).toEqual(['3 Nov 2026', '3']);
  expect([periodWords('2026-11'), periodLabel('2026-11')]).toEqual(['Nov 2026', 'Nov']);
  expect(periodWords('soon')).toBe('soon');
});

test('a month is said in words', () => {
  expect(monthWords('2026-11')).toBe('November 2026');
});
