import {
  bracketPair,
  breakLine,
  eraseBackward,
  type Typed,
  typeCharacter,
} from '../../../src/sidebar/editor/typing';
import { withCursor } from './fixture';

const shown = (text: string, typed: Typed | undefined): string | undefined => {
  if (typed === undefined) return undefined;
  const after = text.slice(0, typed.from) + typed.insert + text.slice(typed.to);
  return `${after.slice(0, typed.cursor)}^${after.slice(typed.cursor)}`;
};
const typing = (marked: string, character: string): string | undefined => {
  const { text, at } = withCursor(marked);
  return shown(text, typeCharacter(text, at, character));
};
const entering = (marked: string): string | undefined => {
  const { text, at } = withCursor(marked);
  return shown(text, breakLine(text, at, at));
};

describe('typing', () => {
  test.each([
    ['^', '{', '{^}'],
    ['"{^}"', '{', '"{{^}}"'],
    ['"{^}"', '%', '"{%^%}"'],
    ['{"a": ^}', '[', '{"a": [^]}'],
    ['{"a": ^}', '"', '{"a": "^"}'],
    ['{{ row[^] }}', "'", "{{ row['^'] }}"],
  ])('in %s a %s brings what closes it', (before, character, after) =>
    expect(typing(before, character)).toBe(after),
  );

  test.each([
    ['{{ row.a ^}}', '}', '{{ row.a }^}'],
    ['{% if a ^%}', '%', '{% if a %^}'],
    ['{"a": "x^"}', '"', '{"a": "x"^}'],
    ['[1^]', ']', '[1]^'],
  ])('in %s a %s steps over the one that is there', (before, character, after) =>
    expect(typing(before, character)).toBe(after),
  );

  test.each([
    ['^abc', '{'],
    ['{"a": {"b": 1 ^}', '}'],
    ['"it^"', "'"],
    ['"a [^ b"', '['],
    ['50^', '%'],
    ['^', 'x'],
    ['"a^ b"', '"'],
  ])('in %s a %s is just typed', (before, character) =>
    expect(typing(before, character)).toBeUndefined(),
  );
});

test('Backspace between a pair takes both', () => {
  expect(eraseBackward('{}', 1)).toEqual({ from: 0, to: 2, insert: '', cursor: 0 });
  expect(eraseBackward('{x}', 1)).toBeUndefined();
  expect(eraseBackward('{}', 0)).toBeUndefined();
  expect(eraseBackward('{', 1)).toBeUndefined();
});

describe('Enter', () => {
  test.each([
    ['{^}', '{\n  ^\n}'],
    ['  "a": {^}', '  "a": {\n    ^\n  }'],
    ['  "a": 1,^', '  "a": 1,\n  ^'],
    ['  "a": [^', '  "a": [\n    ^'],
    ['  "a": 1^}', '  "a": 1\n^}'],
    ['  "a": {{^}}', '  "a": {{\n  ^}}'],
    ['  a^   b', '  a\n  ^b'],
  ])('in %j leads to %j', (before, after) => expect(entering(before)).toBe(after));
});

describe('the bracket at the cursor', () => {
  const pair = (marked: string): readonly [number, number] | undefined => {
    const { text, at } = withCursor(marked);
    return bracketPair(text, at);
  };
  test('has its counterpart', () => {
    expect(pair('^{"a": [1]}')).toEqual([0, 9]);
    expect(pair('{"a": [1]^}')).toEqual([6, 8]);
    expect(pair('{"a": [1]}^')).toEqual([0, 9]);
  });
  test('is not one inside of a text, and has none where the nesting is wrong', () => {
    expect(pair('{"^{": 1}')).toBeUndefined();
    expect(pair('^{"a": [}')).toBeUndefined();
  });
});
