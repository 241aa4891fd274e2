import { FILTER_NAMES, liquid } from '../../src/template/liquid';
import { cellsOf, propertiesOf, refusalOf, withProperties } from './fixture';

const written = (expression: string, values: Parameters<typeof cellsOf>[0] = {}): unknown =>
  propertiesOf(`{ "a": {{ ${expression} }} }`, cellsOf(values))['a'];

describe('a filter', () => {
  it.each([
    ["row.note | append: '-' | append: row.key", 'n-k1'],
    ["row.note | prepend: 'x'", 'xn'],
    ['row.note | upcase', 'N'],
    ["row.customer | remove: 's'", '1'],
    ["row.customer | replace: 's', 'sub-'", 'sub-1'],
    ["'  x ' | strip", 'x'],
    ["'  x ' | lstrip", 'x '],
    ["'  x ' | rstrip", '  x'],
    ["'HELLO' | downcase | capitalize", 'Hello'],
    ["'abcdef' | slice: 1, 3", 'bcd'],
    ["'abcdef' | truncate: 5", 'ab...'],
    ["'a,b,c' | split: ',' | last", 'c'],
    ["'a,b,c' | split: ',' | first", 'a'],
    ["'a,b,c' | split: ',' | join: '+'", 'a+b+c'],
    ["'abc' | size", 3],
    ['row.quantity | plus: 2', 7],
    ['row.quantity | minus: 7', -2],
    ['row.quantity | minus: 7 | abs', 2],
    ['row.quantity | times: 1.5', 7.5],
    ['row.quantity | divided_by: 2', 2.5],
    ['row.quantity | modulo: 2', 1],
    ['row.quantity | at_least: 10', 10],
    ['row.quantity | at_most: 3', 3],
    ['2.4 | ceil', 3],
    ['2.6 | floor', 2],
    ['2.567 | round: 2', 2.57],
    ["row.plan | default: 'x'", 'basic'],
    ['row.at | size', 16],
  ])('%s gives %j', (expression, expected) => {
    expect(written(expression)).toBe(expected);
  });

  it('takes a zero as a value, not as a missing one', () => {
    expect(written('row.quantity | default: 9', { quantity: 0 })).toBe(0);
  });

  it('cannot make a text without bound', () => {
    const note = 'x'.repeat(50_000);
    expect(refusalOf(withProperties(`{ "a": "{{ row.note | replace: 'x', row.note }}" }`), cellsOf({ note }))).toEqual(['row.render']);
    expect(refusalOf(withProperties('{ "a": {{ (1..99999999999) | size }} }'))).toEqual(['row.render']);
  });
});

describe('the engine', () => {
  it('has exactly the filters that the list names, and its own three', () => {
    expect(Object.keys(liquid().filters).sort()).toEqual([...FILTER_NAMES, 'output_as_is', 'output_as_json', 'output_as_text'].sort());
  });

  it('has exactly five tags', () => {
    expect(Object.keys(liquid().tags).sort()).toEqual(['assign', 'case', 'comment', 'if', 'unless']);
  });

  it('is made once', () => {
    expect(liquid()).toBe(liquid());
  });
});
