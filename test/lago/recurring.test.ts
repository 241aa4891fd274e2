import { countsFromThenOn, isCarriedOver } from '../../src/lago/recurring';

describe('usage of a time before the running period', () => {
  test.each([
    ['sum_agg', true, true],
    ['unique_count_agg', true, true],
    ['custom_agg', true, true],
    ['weighted_sum_agg', true, false],
    ['weighted_sum_agg', false, false],
    ['sum_agg', false, false],
  ])('of a %s, recurring: %s, counts from then on: %s', (aggregation, recurring, expected) => {
    expect(countsFromThenOn({ aggregation, recurring })).toBe(expected);
  });

  test('of a metric that is not known does not', () => {
    expect(countsFromThenOn(undefined)).toBe(false);
  });
});

test('only a recurring weighted sum begins each period with what the invoice before it left', () => {
  const kinds = ['sum_agg', 'unique_count_agg', 'weighted_sum_agg'];
  const carried = kinds.filter((aggregation) => isCarriedOver({ aggregation, recurring: true }));
  expect(carried).toEqual(['weighted_sum_agg']);
  expect(isCarriedOver({ aggregation: 'weighted_sum_agg', recurring: false })).toBe(false);
});
