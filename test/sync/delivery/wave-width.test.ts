import { FIRST_WIDTH, widthAfter } from '../../../src/sync/delivery/wave-width';

const SECOND = 1_000;

test.each([
  ['twice as wide after a quick one', 5, 1, 20, 10],
  ['no wider than what may leave together', 10, 1, 15, 15],
  ['as wide after one of some seconds', 20, 6, 20, 20],
  ['half as wide after a slow one', 20, 11, 20, 10],
  ['never empty', 1, 59, 20, 1],
  ['narrower at once where the rate is low', 5, 6, 2, 2],
])('the next wave is %s', (_, width, seconds, widest, expected) => {
  expect(widthAfter(width, seconds * SECOND, widest)).toBe(expected);
});

test('a small Lago, which takes six batches a second, is sent twenty at once in the third wave', () => {
  let width = FIRST_WIDTH;
  for (let wave = 1; wave < 3; wave++) width = widthAfter(width, (width / 6) * SECOND, 20);
  expect(width).toBe(20);
});
