import type { Json } from '../../src/value/json';
import { isSameAmount, isSameTime, isSameValue } from '../../src/value/stored-usage';

describe('a stored value is the one that was sent', () => {
  it.each<[string, Json, Json]>([
    ['as it is', 'x', 'x'],
    ['a number as text', 5, '5'],
    ['a number that is written otherwise', '5.0', 5],
    ['a number with an exponent', '0.0000001453', '1.453e-07'],
    ['a large number', '1000000000000000000000', 1e21],
    ['true as text', true, 'true'],
    ['null as a blank text', null, ''],
    [
      'an object with its keys in another order',
      { a: 1, b: { c: 2, d: 3 } },
      { b: { d: 3, c: 2 }, a: 1 },
    ],
    ['an object as text', { b: [1, { c: null }], a: 'x' }, '{"a": "x", "b": [1.0, {"c": null}]}'],
    ['a list as text', [1, 'two', [3]], '[1,"two",[3]]'],
    ['a list that lost its nulls', [null, 1, null, [null]], '[1,[]]'],
    ['a text that looks like an object', '{"b":1,"a":2}', '{"a":2,"b":1}'],
    ['a text that only begins like a list', '[draft] 5', '[draft] 5'],
  ])('%s', (_, sent, stored) => {
    expect(isSameValue(sent, stored)).toBe(true);
  });
});

describe('a stored value is another one', () => {
  it.each<[string, Json, Json | undefined]>([
    ['where there is none', 'x', undefined],
    ['another number', 5, '5.01'],
    ['another text', 'x', 'X'],
    ['a text with a blank', 'x', 'x '],
    ['zero for null', null, 0],
    ['an object without a key', { a: 1, b: null }, { a: 1 }],
    ['an object with a key more', { a: 1 }, '{"a":1,"b":2}'],
    ['an object whose key only prototypes have', { constructor: 'x' }, { a: 'x' }],
    ['a list in another order', [1, 2], [2, 1]],
    ['a list with a value more', [1], '[1,2]'],
    ['a list for an object', [], {}],
    ['a text for a list', [1], '1'],
  ])('%s', (_, sent, stored) => {
    expect(isSameValue(sent, stored)).toBe(false);
  });
});

describe('an amount', () => {
  it.each<[string, string | undefined, string | null | undefined, boolean]>([
    ['none as none', undefined, null, true],
    ['none as zero', undefined, '0.0', true],
    ['zero as none', '0', null, true],
    ['with zeros behind it', '123.45', '123.450000000000000', true],
    ['that was rounded after 15 decimals', '1.12345678901234567890', '1.123456789012346', true],
    ['that was cut after 15 decimals', '1.12345678901234567890', '1.123456789012345', true],
    ['that differs in the fifteenth decimal', '1.123456789012347', '1.123456789012345', false],
    ['more than none', undefined, '5', false],
    ['less than was sent', '5', null, false],
    ['another one', '5', '5.1', false],
    ['the negative one', '5', '-5', false],
  ])('%s', (_, sent, stored, isSame) => {
    expect(isSameAmount(sent, stored)).toBe(isSame);
  });
});

describe('a time', () => {
  const SECOND = 1_772_442_000;
  it.each<[string, number, number, boolean]>([
    ['to the millisecond', SECOND + 0.123, SECOND * 1000 + 123, true],
    ['cut to milliseconds', SECOND + 0.1239, SECOND * 1000 + 123, true],
    ['a millisecond earlier', SECOND + 0.002, SECOND * 1000 + 1, true],
    ['two milliseconds earlier', SECOND + 0.002, SECOND * 1000, false],
    ['two milliseconds later', SECOND, SECOND * 1000 + 2, false],
    ['that nobody can read', SECOND, Number.NaN, false],
  ])('%s', (_, sent, stored, isSame) => {
    expect(isSameTime(sent, stored)).toBe(isSame);
  });
});
