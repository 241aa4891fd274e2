import { readable } from '../../src/lago/field';

test('of a list is read what can be read', () => {
  expect(
    readable([1, 'a', 2], (each) => (typeof each === 'number' ? each * 2 : undefined)),
  ).toEqual([2, 4]);
});
