import { chartTicks } from '../../../src/sidebar/parts/chart-ticks';

test.each([
  [0, []],
  [1, [0]],
  [6, [0, 1, 2, 3, 4, 5]],
  [7, [0, 2, 4, 6]],
  [30, [5, 13, 21, 29]],
])('of %d bars these have a label: %j', (amount, ticks) => {
  expect([...chartTicks(amount)]).toEqual(ticks);
});
