import { findOutputs, insideTextAfter } from '../../src/template/outputs';

const kinds = (text: string): string[] => findOutputs(text).outputs.map(({ kind }) => kind);

describe('JSON texts', () => {
  it.each([
    ['', false, false],
    ['"', false, true],
    ['"a"', false, false],
    ['"a\\"', false, true],
    ['"a\\\\"', false, false],
    ['b" : "', true, true],
    ['\\', false, false],
  ])('after %j, begun %j: inside is %j', (json, inside, expected) => {
    expect(insideTextAfter(json, inside)).toBe(expected);
  });
});

describe('outputs', () => {
  it.each([
    ['{ "a": {{ row.x }} }', ['json']],
    ['{ "a": "{{ row.x }}" }', ['text']],
    ['{ "{{ row.k }}": "a{{ row.x }}b{{ row.y }}" }', ['text', 'text', 'text']],
    ['{ "a\\"{{ row.x }}": {{ row.y }} }', ['text', 'json']],
    ['{% assign x = row.y %}{ "a": {{ x }} }', ['assigned', 'json']],
    ['{% comment %}"{{ row.x }}{% endcomment %}{{ row.y }}', ['json']],
    ['{% if row.x %}"{{ row.a }}"{% else %}{{ row.b }}{% endif %}', ['text', 'json']],
  ])('of %s are %j', (text, expected) => {
    expect(kinds(text)).toEqual(expected);
  });

  it('know what a default stands in for', () => {
    const text = "{{ row.x | append: row.z | default: row.a }}{{ row.y | append: 'default' }}";
    expect(
      findOutputs(text).outputs.map(({ optional }) =>
        optional.map(({ begin, end }) => text.slice(begin, end).trim()),
      ),
    ).toEqual([['row.x', 'default: row.a'], []]);
  });
});
