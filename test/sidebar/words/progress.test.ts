import { rateWords, timeLeftWords } from '../../../src/sidebar/words/progress';

test.each([
  [0, 'less than a minute left'],
  [49, 'less than a minute left'],
  [50, 'about 1 minute left'],
  [150, 'about 3 minutes left'],
  [3_600, 'about 1 hour left'],
  [9_000, 'about 3 hours left'],
])('%d seconds are %s', (seconds, words) => {
  expect(timeLeftWords(seconds)).toBe(words);
});

test.each([
  [0.25, '0.3 per second'],
  [9.96, '10 per second'],
  [1234.5, '1,235 per second'],
])('a rate of %d is written as %s', (perSecond, words) => {
  expect(rateWords(perSecond)).toBe(words);
});
