import { progressOf } from '../../../src/sidebar/server/progress';

const slice = (handled: number, left: number, seconds = 20) => ({
  handled,
  left,
  ms: seconds * 1000,
});

test('before the first slice has ended nothing is known', () => {
  expect(progressOf([])).toBeUndefined();
});

test('the first slice says how many there are and how fast they go', () => {
  expect(progressOf([slice(2000, 8000)])).toEqual({
    handled: 2000,
    total: 10_000,
    percent: 20,
    perSecond: 100,
    secondsLeft: 80,
  });
});

test('the pace is that of the last three slices', () => {
  const progress = progressOf([
    slice(4000, 6000),
    slice(100, 5900),
    slice(100, 5800),
    slice(100, 5700),
  ]);
  expect(progress?.handled).toBe(4300);
  expect(progress?.perSecond).toBe(5);
  expect(progress?.secondsLeft).toBe(1140);
});

test('a slice whose answer was lost counts once the next one tells what is left', () => {
  expect(progressOf([slice(1000, 9000), slice(1000, 5000)])).toMatchObject({
    handled: 5000,
    total: 10_000,
    percent: 50,
  });
});

test('rows that are added during the run make it longer, never more than whole', () => {
  expect(progressOf([slice(100, 50), slice(50, 10)])).toMatchObject({
    handled: 150,
    total: 160,
    percent: 93,
  });
});

test('it is 100 percent only when nothing is left', () => {
  expect(progressOf([slice(9999, 1)])?.percent).toBe(99);
  expect(progressOf([slice(9999, 1), slice(1, 0)])?.percent).toBe(100);
  expect(progressOf([slice(0, 0)])?.percent).toBe(100);
});

test('slices that move nothing have no pace and promise no end', () => {
  expect(progressOf([slice(0, 500)])).toEqual({
    handled: 0,
    total: 500,
    percent: 0,
    perSecond: undefined,
    secondsLeft: undefined,
  });
});

test('an answer that comes at once has no pace', () => {
  expect(progressOf([slice(3, 0, 0)])?.perSecond).toBeUndefined();
});
