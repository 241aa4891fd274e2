import { findOutputs, insideTextAfter, mostBranches, skeleton } from '../../src/template/outputs';

const kinds = (text: string): string[] => findOutputs(text).outputs.map(({ kind }) => kind);
const skeletons = (text: string): string[] => {
  const { outputs } = findOutputs(text);
  return Array.from({ length: mostBranches(text) }, (_, branch) => skeleton(text, outputs, branch));
};
const squeezed = (text: string): string[] =>
  skeletons(text).map((each) => each.replace(/\s+/g, ' ').trim());

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

  it('know what stands in for an empty cell', () => {
    expect(
      findOutputs("{{ row.x | default: 1 }}{{ row.y | append: 'default' }}").outputs.map(
        ({ optional }) => optional,
      ),
    ).toEqual([true, false]);
  });
});

describe('a skeleton', () => {
  it('has the template’s length and its line breaks', () => {
    const text =
      '{\n "a": {{ row.x }},\n{% if row.y %}"b": "{{ row.z }}"{% else %}"c": 1{% endif %} }';
    for (const each of skeletons(text)) expect(each.length).toBe(text.length);
    expect(squeezed(text)).toEqual(['{ "a": 0 , "b": "xxxxxxxxxxx" }', '{ "a": 0 , "c": 1 }']);
  });

  it.each([
    ['no branch', '{ "a": 1 }', ['{ "a": 1 }']],
    ['three branches', '{% if a %}1{% elsif b %}2{% else %}3{% endif %}', ['1', '2', '3']],
    ['a case', '{% case a %}{% when 1 %}1{% when 2 %}2{% else %}3{% endcase %}', ['1', '2', '3']],
    [
      'two blocks',
      '{% if a %}1{% else %}2{% endif %}{% unless b %}3{% endunless %}',
      ['1 3', '2 3'],
    ],
    [
      'a block in a branch',
      '{% if a %}1{% else %}{% if b %}2{% else %}3{% endif %}{% endif %}',
      ['1', '3'],
    ],
    ['a comment', '1{% comment %}2{% endcomment %}3', ['1 3']],
  ])('of %s is taken branch by branch', (_, text, expected) => {
    expect(squeezed(text)).toEqual(expected);
  });
});
