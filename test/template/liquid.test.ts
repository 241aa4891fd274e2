import { liquid } from '../../src/template/liquid';
import { compileTemplate } from '../../src/template/template';
import { FILTER_NAMES } from '../../src/template/vocabulary';
import type { CellValue } from '../../src/value/cell';
import {
  cellsOf,
  codesOf,
  columns,
  instant,
  propertiesOf,
  refusalOf,
  withProperties,
} from './fixture';

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

  it.each<[string, CellValue, unknown]>([
    ['{{ row.note | number: "," }}', '1.234,50', 1234.5],
    ['{{ row.note | number: "." }}', '1,234', 1234],
    ["{{ row.note | number: '.' }}", '.5', 0.5],
    ['"{{ row.note | number: "," }}"', '1.234,50', '1234.5'],
    ['{{ row.note | number: "," | times: 2 | plus: 1 }}', '1.234,5', 2470],
    ['{{ row.note | number: "," | append: " GB" }}', '1e-7', '0.0000001 GB'],
    ['{{ row.note | number: "," }}', '1e-7', '0.0000001'],
    ['{{ row.note | number: "." }}', '12345678901234567.89', '12345678901234567.89'],
    ['"{{ row.note | number: "." }}"', '12,345,678,901,234,567.89', '12345678901234567.89'],
    ['{{ row.note | number: "," }}', 1.5, 1.5],
    ['{{ row.note | number: "," | number: "." }}', '1,5', 1.5],
    ['{{ row.note | number: "," | default: 7 }}', '', 7],
    ['{{ row.note | remove: "$" | number: "." }}', '$ 1,200', 1200],
    ['{% assign n = row.note | number: "," %}{{ n | times: 3 }}', '1,5', 4.5],
    [
      '{% assign n = row.note | number: "," %}{% if n > 1000 %}"large"{% else %}"small"{% endif %}',
      '1.234,5',
      'large',
    ],
  ])('%s reads %j as %j', (output, note, expected) => {
    expect(propertiesOf(`{ "a": ${output} }`, cellsOf({ note }))['a']).toBe(expected);
  });

  it.each<[CellValue]>([
    ['1.234.5'],
    ['$12'],
    ['12%'],
    ['1,23,4'],
    ['many'],
    [true],
    [instant('2026-03-02T10:00:00Z')],
  ])('that reads numbers refuses %j instead of guessing', (note) => {
    expect(
      refusalOf(withProperties('{ "a": {{ row.note | number: "," }} }'), cellsOf({ note })),
    ).toEqual(['row.not-a-number']);
  });

  it('that reads numbers leaves an empty cell empty, to be held', () => {
    expect(
      refusalOf(withProperties('{ "a": {{ row.note | number: "," }} }'), cellsOf({ note: '' })),
    ).toEqual(['row.empty-cell']);
  });

  it.each([
    'number',
    'number:',
    'number: ";"',
    'number: row.note',
    'number: ",", "."',
    'number: 1',
    'number: ""',
  ])(
    'that reads numbers needs its mark as a text of the template: | %s does not compile',
    (filter) => {
      const text = withProperties(`{ "a": {{ row.note | ${filter} }} }`);
      const [found] = compileTemplate(text, columns).problems;
      expect(found?.code).toBe('template.number-mark');
      expect(found?.place).toEqual({ line: 1, character: text.indexOf('number') + 1 });
    },
  );

  it('that reads numbers needs its mark in a condition too', () => {
    expect(
      codesOf(withProperties('{ "a": {% if row.note | number %}1{% else %}2{% endif %} }')),
    ).toEqual(['template.number-mark']);
  });

  it('cannot make a text without bound', () => {
    const note = 'x'.repeat(50_000);
    expect(
      refusalOf(
        withProperties(`{ "a": "{{ row.note | replace: 'x', row.note }}" }`),
        cellsOf({ note }),
      ),
    ).toEqual(['row.render']);
    expect(refusalOf(withProperties('{ "a": {{ (1..99999999999) | size }} }'))).toEqual([
      'row.render',
    ]);
  });
});

describe('the engine', () => {
  it('has exactly the filters that the list names, and its own three', () => {
    expect(Object.keys(liquid().filters).sort()).toEqual(
      [...FILTER_NAMES, 'output_as_is', 'output_as_json', 'output_as_text'].sort(),
    );
  });

  it('has exactly five tags', () => {
    expect(Object.keys(liquid().tags).sort()).toEqual([
      'assign',
      'case',
      'comment',
      'if',
      'unless',
    ]);
  });

  it('is made once', () => {
    expect(liquid()).toBe(liquid());
  });
});
