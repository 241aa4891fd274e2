import {
  blockDepth,
  expressionDepth,
  jsonDepth,
  mostBranches,
  pieces,
} from '../../src/template/pieces';

test('a template is cut into pieces that know their kind and whether they are commented', () => {
  const text = '{% if a %}{{ b }}{% else %}c{% endif %}{% comment %}{{ d }}{% endcomment %}';
  expect(pieces(text).map(({ kind, name, commented }) => [kind, name, commented])).toEqual([
    ['block', 'if', false],
    ['output', '', false],
    ['branch', 'else', false],
    ['html', '', false],
    ['end', 'endif', false],
    ['tag', 'comment', false],
    ['output', '', true],
    ['tag', 'endcomment', true],
  ]);
});

test.each([
  ['a', 1],
  ['{% if a %}{% endif %}', 1],
  ['{% if a %}{% elsif b %}{% else %}{% endif %}', 3],
  ['{% case a %}{% when 1 %}{% when 2 %}{% endcase %}', 2],
  ['{% if a %}{% if b %}{% else %}{% endif %}{% endif %}', 2],
])('%s has at most %d branches', (text, branches) => {
  expect(mostBranches(text)).toBe(branches);
});

test('blocks are as deep as they are nested', () => {
  expect(blockDepth('{% if a %}{% case b %}{% when 1 %}{% endcase %}{% endif %}')).toBe(2);
  expect(blockDepth('{% if a %}{% endif %}{% unless b %}{% endunless %}')).toBe(1);
});

test.each([
  ['{ "a": [ { "b": 1 } ] }', 3],
  ['{ "a[[[": "\\"{{{" }', 1],
  ['{ "a": [ "not closed [[', 2],
  ['', 0],
])('the JSON %s is %d deep', (json, depth) => {
  expect(jsonDepth(json)).toBe(depth);
});

test.each([
  [`{{ row['a[['] }}`, 1],
  ['{{ row[a[b]] }}', 2],
  ['[[[', 0],
])('the expressions of %s are %d deep', (text, depth) => {
  expect(expressionDepth(text)).toBe(depth);
});
