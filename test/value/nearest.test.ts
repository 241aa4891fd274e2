import fc from 'fast-check';
import { distance as packaged } from 'fastest-levenshtein';
import { distance, nearest } from '../../src/value/nearest';

const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '_', 'é'), maxLength: 40 });

test('Edits between two names are as many as a package counts.', () => {
  fc.assert(
    fc.property(name, name, (from, to) => {
      expect(distance(from, to)).toBe(packaged(from, to));
    }),
  );
});

test.each([
  ['amuont', 'amount'],
  ['Customer Id', 'customer_id'],
  ['subscripton', 'subscription'],
  ['zzz', undefined],
])('What is most like "%s" is %s.', (mistyped, meant) => {
  expect(nearest(mistyped, ['subscription', 'amount', 'customer_id'])).toBe(meant);
});
