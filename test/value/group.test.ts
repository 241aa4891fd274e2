import { addTo, groupBy } from '../../src/value/group';

test('values come in lists by key, in the order in which they came', () => {
  const groups = groupBy(['beta', 'alpha', 'bravo', 'apple'], (word) => word[0]);
  expect([...groups]).toEqual([
    ['b', ['beta', 'bravo']],
    ['a', ['alpha', 'apple']],
  ]);
});

test('a list begins with its first value', () => {
  const lists = new Map<string, number[]>();
  addTo(lists, 'a', 1);
  addTo(lists, 'a', 2);
  expect(lists.get('a')).toEqual([1, 2]);
});
