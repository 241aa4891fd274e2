import { adviseComparisons } from '../../../src/template/help/comparison-advice';
import { checkTemplate } from '../../../src/template/help/repair';
import type { TypedColumn } from '../../../src/value/column-guess';
import { withProperties } from '../fixture';

const columns: readonly TypedColumn[] = [
  { name: 'key', header: 'Key', type: 'text' },
  { name: 'customer', header: 'Customer', type: 'text' },
  { name: 'at', header: 'At', type: 'date' },
  { name: 'gb', header: 'Used GB', type: 'number' },
  { name: 'paid', header: 'Paid', type: 'tick box' },
  { name: 'worked', header: 'Worked', type: 'duration' },
  { name: 'note', header: 'Note', type: 'empty' },
  { name: 'new', header: 'New' },
];

/** What is marked in a condition: the literal, and what the column holds. */
const marked = (tag: string): string[] =>
  adviseComparisons(tag, columns).map(
    ({ from, to, message }) => `${tag.slice(from, to)}: ${/holds (\S+ ?\S*),/.exec(message)?.[1]}`,
  );

describe('a comparison that rows would be held for', () => {
  it.each([
    ['{% if row.gb > "many" %}', ['"many": numbers']],
    ['{% if row.gb == true %}', ['true: numbers']],
    ['{% if row["Used GB"] > "1,5" %}', ['"1,5": numbers']],
    ['{% if row.customer > "a" %}', ['"a": texts']],
    ['{% if row.customer == 7 %}', ['7: texts']],
    ['{% if 7 == row.customer %}', ['7: texts']],
    ['{% unless row.at == "last week" %}', ['"last week": dates']],
    ['{% if row.at > 5 %}', ['5: dates']],
    ['{% if row.worked > 8 %}', ['8: durations']],
    ['{% if row.worked > "8:00" %}', ['"8:00": durations']],
    ['{% if row.paid == "yes" %}', ['"yes": tick boxes']],
    ['{% if row.paid == 1 and row.gb < "x" %}', ['1: tick boxes', '"x": numbers']],
    ['{% case row.gb %}{% when "a", 5 %}{% when "7" %}{% endcase %}', ['"a": numbers']],
    [
      '{% case row.customer %}{% when "a" %}{% case row.gb %}{% when "b" %}{% endcase %}{% when 5 %}{% endcase %}',
      ['"b": numbers', '5: texts'],
    ],
    ['{% if row.gb %}{% elsif row.paid != "no" %}{% endif %}', ['"no": tick boxes']],
  ])('%s is marked at its value', (tag, expected) => {
    expect(marked(tag)).toEqual(expected);
  });

  it.each([
    '{% if row.gb > 5 %}',
    '{% if row.gb == "5" %}',
    '{% if row.gb == "" %}',
    '{% if row.customer == "7" %}',
    '{% if row.at >= "2026-11-01" %}',
    '{% if row.paid == "TRUE" %}',
    '{% if row.paid == false %}',
    '{% if row.note == 7 %}',
    '{% if row.worked == "" %}',
    '{% if row.new == 7 %}',
    '{% if row.gb > row.customer %}',
    '{% comment %}{% if row.gb == "x" %}{% endcomment %}',
  ])('%s is not', (tag) => {
    expect(marked(tag)).toEqual([]);
  });

  it('is told beside what else is wrong, and keeps no template from being saved', () => {
    const text = withProperties('{ "n": {% if row.gb > "x" %}1{% else %}2{% endif %} }');
    expect(checkTemplate(text, columns)).toMatchObject([
      {
        code: 'template.other-type',
        message:
          '“gb” holds numbers, and is compared with "x". Rows are held if their cell is not of the same kind.',
      },
    ]);
  });
});
