import {
  addsUp,
  canBeBooked,
  canRecur,
  countedBy,
  needsNumber,
  readsField,
} from '../../src/value/aggregation';

test.each([
  ['count_agg', 'events', 'books'],
  ['sum_agg', 'sum', 'reads a number, adds up, books, recurs'],
  ['max_agg', 'highest', 'reads a number'],
  ['latest_agg', 'latest', 'reads a number'],
  ['weighted_sum_agg', 'sum over time', 'reads a number, adds up, recurs'],
  ['unique_count_agg', 'different values', 'reads, recurs'],
  ['custom_agg', 'unknown', 'reads, recurs'],
  ['constructor', 'unknown', 'reads'],
])('%s counts %s, and %s', (name, counted, does) => {
  expect(countedBy(name)).toBe(counted);
  expect(
    [
      readsField(name) && (needsNumber(name) ? 'reads a number' : 'reads'),
      addsUp(name) && 'adds up',
      canBeBooked(name) && 'books',
      canRecur(name) && 'recurs',
    ]
      .filter(Boolean)
      .join(', '),
  ).toBe(does);
});
