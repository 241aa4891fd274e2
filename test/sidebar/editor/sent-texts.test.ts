import { sentTexts } from '../../../src/sidebar/editor/sent-texts';

test('a text that comes back late is not new, however much was typed since', () => {
  const sent = sentTexts('');
  for (const text of ['a', 'ab', 'abc']) sent.send(text);
  expect(sent.isNew('', 'abc')).toBe(false);
  expect(sent.isNew('a', 'abc')).toBe(false);
  expect(sent.isNew('abc', 'abc')).toBe(false);
});

test('texts may be left out on the way back', () => {
  const sent = sentTexts('');
  for (const text of ['a', 'ab', 'abc']) sent.send(text);
  expect(sent.isNew('ab', 'abc')).toBe(false);
  expect(sent.isNew('a', 'abc')).toBe(true);
});

test("the screen's own text is new, also when it was typed long ago", () => {
  const sent = sentTexts('');
  expect(sent.isNew('preset', '')).toBe(true);
  expect(sent.isNew('preset', 'preset')).toBe(false);
  sent.send('preset!');
  expect(sent.isNew('preset!', 'preset!')).toBe(false);
  expect(sent.isNew('preset', 'preset!')).toBe(true);
});
