import { count, counted, grouped } from '../../src/value/count';

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1234567, '1,234,567'],
])('%d reads %s', (amount, text) => {
  expect(count(amount)).toBe(text);
});

test('one thing has the singular, none and several have the plural', () => {
  expect(counted(1, 'row')).toBe('1 row');
  expect(counted(0, 'row')).toBe('0 rows');
  expect(counted(12345, 'entry', 'entries')).toBe('12,345 entries');
});

test.each([
  ['0', '0'],
  ['1250.75', '1,250.75'],
  ['-1234567', '-1,234,567'],
  ['9007199254740993.000000000000000001', '9,007,199,254,740,993.000000000000000001'],
  ['0.0000001453', '0.0000001453'],
])('%s is written as %s, with all its digits', (decimal, text) => {
  expect(grouped(decimal)).toBe(text);
});
