import { findOutputs } from '../../src/template/outputs';
import { mostBranches } from '../../src/template/pieces';
import { skeleton } from '../../src/template/skeleton';

const skeletons = (text: string): string[] => {
  const { outputs } = findOutputs(text);
  return Array.from({ length: mostBranches(text) }, (_, branch) => skeleton(text, outputs, branch));
};
const squeezed = (text: string): string[] =>
  skeletons(text).map((each) => each.replace(/\s+/g, ' ').trim());

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
