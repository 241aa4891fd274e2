import Big from 'big.js';
import { highest, mostCents, NO_COST } from '../../../src/sync/billing/cost-bound';

const bound = { perUnit: '200', perEvent: '5', flat: '30' };

test.each([
  ['10', 2, '2040'],
  ['0.5', 1, '135'],
  ['0', 0, '30'],
  ['-7', 3, '45'],
])('%s units of %i events cost at most %s cents', (units, events, expected) => {
  expect(mostCents(bound, new Big(units), events).toFixed()).toBe(expected);
});

test('a bound of two prices has the higher one of each part', () => {
  expect(highest(bound, NO_COST)).toEqual(bound);
  expect(highest({ perUnit: '9', perEvent: '90', flat: '30' }, bound)).toEqual({
    perUnit: '200',
    perEvent: '90',
    flat: '30',
  });
});
