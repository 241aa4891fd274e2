import type { MetricView } from '../../../../src/rpc/contract';
import {
  choiceOf,
  choicesIn,
  FIRST_LINES,
  linesObstacle,
  withNewLine,
} from '../../../../src/sidebar/screens/setup/metric-lines';
import { tab } from '../../fixture';

const metric = (code: string, aggregation = 'sum_agg'): MetricView => ({
  code,
  name: code,
  aggregation,
  field: aggregation === 'count_agg' ? undefined : code,
  hasExpression: false,
});
const line = (id: number, of: MetricView, column?: string) => ({
  id,
  choice: { metric: of, column },
});

test('one begins with two lines, and further ones have ids of their own, also after one was removed', () => {
  expect(FIRST_LINES).toHaveLength(2);
  const [, second] = FIRST_LINES;
  expect(withNewLine(FIRST_LINES).map(({ id }) => id)).toEqual([1, 2, 3]);
  expect(withNewLine(second === undefined ? [] : [second]).map(({ id }) => id)).toEqual([2, 3]);
});

test('each line needs a metric of its own, and a column unless it counts events', () => {
  const hours = line(1, metric('hours'), 'hours');
  expect(linesObstacle([hours, { id: 2, choice: undefined }])).toMatch(/metric in each line/);
  expect(linesObstacle([hours, line(2, metric('hours'), 'seats')])).toBe(
    'Choose each metric once.',
  );
  expect(linesObstacle([hours, line(2, metric('seats'))])).toMatch(/column that each metric reads/);
  expect(linesObstacle([hours, line(2, metric('calls', 'count_agg'))])).toBeUndefined();
  expect(choicesIn([hours, { id: 2, choice: undefined }])).toEqual([hours.choice]);
});

test('a metric gets the column that is called like it, unless another line reads that', () => {
  const hours = metric('hours');
  expect(choiceOf(hours, tab.columns, [])).toEqual({ metric: hours, column: 'hours' });
  const taken = [line(1, metric('work'), 'hours')];
  expect(choiceOf(hours, tab.columns, taken)).toEqual({ metric: hours, column: undefined });
});
