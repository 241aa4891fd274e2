import { metricOf } from '../../../../src/sidebar/screens/setup/metric-search';

const metrics = [
  ['api_calls', 'API calls'],
  ['api_calls_eu', 'API calls, EU'],
  ['seats', 'Seats'],
].map(([code = '', name = '']) => ({
  code,
  name,
  aggregation: 'count_agg',
  field: undefined,
  hasExpression: false,
}));

test('a typed text means the metric with this code or name, whatever the capitals', () => {
  expect(metricOf('API_CALLS', metrics)?.code).toBe('api_calls');
  expect(metricOf(' api calls ', metrics)?.code).toBe('api_calls');
});

test('or else the only one that contains it', () => {
  expect(metricOf('eu', metrics)?.code).toBe('api_calls_eu');
  expect(metricOf('calls', metrics)).toBeUndefined();
  expect(metricOf('gigabytes', metrics)).toBeUndefined();
  expect(metricOf(' ', metrics)).toBeUndefined();
});
