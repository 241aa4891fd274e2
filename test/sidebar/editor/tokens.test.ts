import fc from 'fast-check';
import { scan, type TokenKind } from '../../../src/sidebar/editor/tokens';
import { tries } from '../../bundle/long';

const pieces = (text: string): (readonly [TokenKind, string])[] =>
  scan(text).tokens.map(({ kind, from, to }) => [kind, text.slice(from, to)] as const);

describe('JSON', () => {
  test('is cut into names, texts, numbers, words and marks', () => {
    expect(pieces('{"a": ["b\\"c", -1.5e3, true, null]}')).toEqual([
      ['punctuation', '{'],
      ['property', '"a"'],
      ['punctuation', ':'],
      ['punctuation', '['],
      ['string', '"b\\"c"'],
      ['punctuation', ','],
      ['number', '-1.5e3'],
      ['punctuation', ','],
      ['literal', 'true'],
      ['punctuation', ','],
      ['literal', 'null'],
      ['punctuation', ']'],
      ['punctuation', '}'],
    ]);
  });

  test('a word without quotes and a character that JSON does not know stand out', () => {
    expect(pieces("{a: 'x'}").filter(([kind]) => kind === 'unknown')).toEqual([
      ['unknown', 'a'],
      ['unknown', "'"],
      ['unknown', 'x'],
      ['unknown', "'"],
    ]);
  });

  test('a text that is not closed ends with its line', () => {
    const text = '{"a": "b,\n"c": 1}';
    expect(pieces(text)).toContainEqual(['string', '"b,']);
    expect(pieces(text)).toContainEqual(['property', '"c"']);
    expect(scan(text).texts.map(({ closed }) => closed)).toEqual([true, false, true]);
  });
});

describe('Liquid', () => {
  test('inside of a text is cut out of it', () => {
    expect(pieces('"x-{{ row.id | append: "a}}b" }}"')).toEqual([
      ['string', '"x-'],
      ['delimiter', '{{'],
      ['name', 'row'],
      ['operator', '.'],
      ['column', 'id'],
      ['operator', '|'],
      ['filter', 'append'],
      ['operator', ':'],
      ['text', '"a}}b"'],
      ['delimiter', '}}'],
      ['string', '"'],
    ]);
  });

  test('in the name of a property leaves it a name', () => {
    expect(pieces('{"{{ row.a }}_x": 1}')).toContainEqual(['property', '_x"']);
  });

  test('outside of texts is cut in the same way, with trimming delimiters and brackets', () => {
    expect(pieces("{{- row['Net amount'] | times: 1.5 -}}")).toEqual([
      ['delimiter', '{{-'],
      ['name', 'row'],
      ['operator', '['],
      ['text', "'Net amount'"],
      ['operator', ']'],
      ['operator', '|'],
      ['filter', 'times'],
      ['operator', ':'],
      ['number', '1.5'],
      ['delimiter', '-}}'],
    ]);
  });

  test('tags have their name, and conditions their words', () => {
    expect(pieces('{% if row.a == nil and row.b contains "x" %}')).toEqual([
      ['delimiter', '{%'],
      ['tag', 'if'],
      ['name', 'row'],
      ['operator', '.'],
      ['column', 'a'],
      ['operator', '=='],
      ['literal', 'nil'],
      ['operator', 'and'],
      ['name', 'row'],
      ['operator', '.'],
      ['column', 'b'],
      ['operator', 'contains'],
      ['text', '"x"'],
      ['delimiter', '%}'],
    ]);
  });

  test('a comment is one piece up to its end', () => {
    expect(pieces('{% comment %} "a": {{ b }} {%- endcomment %}1')).toContainEqual([
      'comment',
      ' "a": {{ b }} ',
    ]);
    expect(pieces('{% comment %} "a": {{ b }} {%- endcomment %}1')).toContainEqual(['number', '1']);
    expect(pieces('{% comment %} open')).toContainEqual(['comment', ' open']);
  });

  test('an output that is not closed ends with its text, its line, or before the next one', () => {
    expect(pieces('{"a": "{{ row.x", "b": 1}')).toContainEqual(['property', '"b"']);
    expect(pieces('{"a": {{ row.x\n"b": 1}')).toContainEqual(['property', '"b"']);
    expect(scan('{{ row.a {{ row.b }}').blocks.map(({ closed }) => closed)).toEqual([false, true]);
    expect(
      scan('{"a": "{{ row.x",\n"b": "{{ row.y }}"}').blocks.map(({ closed }) => closed),
    ).toEqual([false, true]);
  });

  test('an output may go over several lines', () => {
    expect(scan('{{ row.x\n| unix\n}}').blocks).toEqual([
      { from: 0, to: 18, kind: 'output', closed: true },
    ]);
  });

  test('a backslash before an output escapes nothing of it', () => {
    expect(pieces('"\\{{ row.a }}"')).toContainEqual(['column', 'a']);
  });
});

test('whatever is typed, the pieces stand in order, overlap nowhere and leave nothing out but white space', () => {
  const anything = fc
    .array(
      fc.constantFrom(
        '{',
        '}',
        '{{',
        '}}',
        '{%',
        '%}',
        '"',
        "'",
        '\\',
        '\n',
        ' ',
        'row.a',
        '|',
        'comment',
        '1',
        '-',
        ':',
        ',',
        '\u00e9',
      ),
      {
        maxLength: 40,
      },
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(anything, (text) => {
      let end = 0;
      for (const { from, to } of scan(text).tokens) {
        expect(from).toBeGreaterThanOrEqual(end);
        expect(to).toBeGreaterThan(from);
        expect(text.slice(end, from).trim()).toBe('');
        end = to;
      }
      expect(text.slice(end).trim()).toBe('');
    }),
    { numRuns: tries(2_000) },
  );
});
