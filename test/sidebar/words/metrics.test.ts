import { aggregationWords } from '../../../src/sidebar/words/metrics';

test('what a metric does is said in words', () => {
  expect(aggregationWords('sum_agg', 'hours')).toBe('adds up hours');
  expect(aggregationWords('count_agg', 'x')).toBe('counts events');
  expect(aggregationWords('custom_agg', 'x')).toBe('computes x');
});
