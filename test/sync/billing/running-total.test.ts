import Big from 'big.js';
import { RunningTotal, rounded } from '../../../src/sync/billing/running-total';
import type { JsonObject } from '../../../src/value/json';

const totals = (aggregation: string, values: readonly JsonObject[]): string[] => {
  const running = new RunningTotal({
    aggregation,
    field: aggregation === 'count_agg' ? undefined : 'value',
  });
  return values.map((properties) => {
    running.add({ properties });
    return running.total();
  });
};

test.each<[string, JsonObject[], string[]]>([
  ['count_agg', [{}, {}, {}], ['1', '2', '3']],
  [
    'sum_agg',
    [{ value: '0.1' }, { value: 0.2 }, { value: '-0.3' }, { value: '1,5' }],
    ['0.1', '0.3', '0', '0'],
  ],
  ['max_agg', [{ value: -3 }, { value: 5 }, { value: 4 }], ['-3', '5', '5']],
  ['latest_agg', [{ value: 3 }, { value: 5 }, { value: 4 }], ['3', '5', '4']],
  [
    'unique_count_agg',
    [{ value: 'a' }, { value: 'a' }, { value: 'b' }, { value: 'a', operation_type: 'remove' }],
    ['1', '1', '2', '1'],
  ],
])('a running total of %s counts as Lago does', (aggregation, values, expected) => {
  expect(totals(aggregation, values)).toEqual(expected);
});

test.each<['round' | 'ceil' | 'floor', number, string, string]>([
  ['round', 0, '2.5', '3'],
  ['round', 0, '-2.5', '-3'],
  ['round', 0, '-0.4', '0'],
  ['ceil', 0, '-0.9', '0'],
  ['ceil', 1, '0.11', '0.2'],
  ['floor', 0, '-0.1', '-1'],
  ['floor', -1, '19', '10'],
])(
  'a metric that rounds by %s to %s digits makes of %s units %s',
  (by, digits, units, expected) => {
    expect(rounded(new Big(units), { by, digits }).toFixed()).toBe(expected);
  },
);
