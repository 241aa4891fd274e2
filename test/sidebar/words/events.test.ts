import { answerWords, arrivalWords, testState } from '../../../src/sidebar/words/events';

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

test.each([undefined, '{"event":{}}'])(
  'a test whose event is not settled never says that Lago’s answer is unknown, since the answer stands below it (read back: %s)',
  (stored) => {
    expect(testState({ state: 'pending', stored }).words).not.toContain('answer');
  },
);

test('a test whose event was read back does not doubt that Lago has something', () => {
  expect(testState({ state: 'pending', stored: '{}' }).words).toContain('Lago has an event');
  expect(testState({ state: 'accepted', stored: '{}' }).words).toBe('Lago has the event');
});

test('an event says when it arrived, and when its usage was', () => {
  const time = Date.UTC(2026, 10, 3, 12);
  expect(arrivalWords(time, Date.UTC(2026, 10, 20, 12))).toMatch(/^Received .*20.*, used .*3/);
  expect(arrivalWords(time, undefined)).toMatch(/^Used .*3/);
});
