import { inWords, listed } from '../../../src/sidebar/words/lists';

test('rows are listed as far as they are known', () => {
  expect(listed([17], 1)).toBe('Row 17');
  expect(listed([17, 18], 1234)).toBe('Rows 17, 18 and 1,232 more');
  expect(listed([], 5)).toBe('5 rows');
});

test('texts stand in a sentence', () => {
  expect([inWords([]), inWords(['a']), inWords(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
});
