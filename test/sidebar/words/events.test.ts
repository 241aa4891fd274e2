import { answerWords } from '../../../src/sidebar/words/events';

test.each([
  ['accepted', '', 'Lago accepted it'],
  ['accepted', '200', 'Lago accepted it (200)'],
  ['accepted', 'value_already_exist', 'Lago had it already (value_already_exist)'],
  ['accepted', 'found in Lago', 'Lago accepted it (found in Lago)'],
  ['rejected', 'invalid_timestamp', 'Lago refused it (invalid_timestamp)'],
  ['conflict', 'value_already_exist', 'Lago has another event under this id (value_already_exist)'],
  ['pending', '', 'Not clear so far'],
  ['stuck', '500 oops', 'Lago failed each time (500 oops)'],
] as const)('an event that is %s with the answer "%s": %s', (state, answer, words) => {
  expect(answerWords({ state, answer })).toBe(words);
});
