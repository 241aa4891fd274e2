import { accountWords, activationQuestion } from '../../../src/sidebar/words/account';

test.each([
  ['anna@example.com', 'anna@example.com'],
  ['', 'an unnamed account'],
])('the account %j is called %s', (account, words) => {
  expect(accountWords(account)).toBe(words);
});

test.each<[string, string, string | undefined, string | undefined]>([
  ['has never run', 'a@x.com', undefined, undefined],
  ['ran as nobody knows whom', 'a@x.com', '', undefined],
  ['ran as the same account', 'a@x.com', 'a@x.com', undefined],
  ['ran as another', 'a@x.com', 'b@x.com', 'It ran as b@x.com. Run it as a@x.com?'],
  ['ran as another', '', 'b@x.com', 'It ran as b@x.com. Run it as an unnamed account?'],
])('a sync that %s asks %j, after %j: %j', (_, account, before, question) => {
  expect(activationQuestion(account, before)?.question).toBe(question);
});
