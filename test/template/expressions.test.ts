import { checkTemplate } from '../../src/template/help/repair';
import { compileTemplate } from '../../src/template/template';
import { applyEdits } from '../../src/value/text-edit';
import { columns, withProperties } from './fixture';

const problemsOf = (output: string) =>
  compileTemplate(withProperties(`{ "n": ${output} }`), columns).problems.map(
    ({ message }) => message,
  );

const branch = (condition: string) => `{% if ${condition} %}1{% else %}2{% endif %}`;

describe('an expression that liquidjs reads by half is refused', () => {
  it.each([
    [branch('row.quantity <> 4'), '“> 4” does not fit here'],
    [branch('row.quantity > 1,000'), '“1,000” is not one number'],
    [branch('row.quantity > 1.000,5'), '“1.000,5” is not one number'],
    [branch('row.quantity > 3 and'), 'a value is missing at the end'],
    [branch('row.quantity >'), 'a value is missing at the end'],
    [branch('> 3'), '“> 3” does not fit here'],
    [branch('row.quantity > 3 row.note == "x"'), '“row.note == "x"” does not fit here'],
    [branch('row.quantity not row.note'), '“not row.note” does not fit here'],
    ['{{ row.quantity, row.note }}', '“, row.note” does not fit here'],
    ['{{ row.quantity ) | times: 1000 }}', '“) | times: 1000” does not fit here'],
    ['{{ row.quantity 1000 }}', '“1000” does not fit here'],
    ['{% assign n = row.quantity, 3 %}{{ n }}', '“, 3” does not fit here'],
    ['{% case row.quantity %}{% when 6 | minus: 1 %}1{% else %}2{% endcase %}', '“| minus: 1”'],
    ['{% case row.quantity %}{% when 4 and 5 %}1{% else %}2{% endcase %}', '“and 5”'],
    ['{{ 9007199254740993 }}', '“9007199254740993” has too many digits'],
    ['{{ row.quantity | times: 0.12345678901234567890 }}', 'has too many digits'],
    [branch('row.note == 12345678901234567890'), 'has too many digits'],
    ['{% case row.note %}{% when 9007199254740993 %}1{% else %}2{% endcase %}', 'too many digits'],
  ])('%s: %s', (output, detail) => {
    expect(problemsOf(output)).toEqual([expect.stringContaining(detail)]);
  });

  it.each([
    branch('not row.quantity > 3 and row.note'),
    branch('row.quantity == 5 or not row.note'),
    '{% case row.quantity %}{% when 1, 2 or 3 %}1{% else %}2{% endcase %}',
    '{{ row.quantity | plus: "9007199254740993" }}',
    '{{ row.quantity | plus: 1.50000000000000000000 }}',
    '{{ row.quantity == 5 }}',
    '{{- row.quantity -}}',
  ])('%s is whole', (output) => {
    expect(problemsOf(output)).toEqual([]);
  });
});

describe('a filter takes as many values as it uses', () => {
  it.each([
    ['row.quantity | times: 1,000', '“times” takes one value behind its colon, and has 2 here.'],
    ['row.quantity | divided_by: 1,5', '“divided_by” takes one value'],
    ['row.quantity | times', '“times” takes one value behind its colon, and has 0 here.'],
    ['row.quantity | minus:', '“minus” takes one value'],
    ['row.quantity | round: 2, 3', '“round” takes at most one value'],
    ['row.quantity | abs: 3', '“abs” takes no value'],
    ['row.quantity | default: 1,5', '“default” takes one value'],
    ['row.note | append', '“append” takes one value'],
  ])('%s: %s', (expression, message) => {
    expect(problemsOf(`{{ ${expression} }}`)).toEqual([expect.stringContaining(message)]);
  });

  it('also in a condition', () => {
    expect(problemsOf(branch('row.quantity | times: 1,000'))).toHaveLength(1);
  });
});

describe('the repair', () => {
  it.each([
    [branch('row.quantity <> 4'), [branch('row.quantity != 4')]],
    [
      branch('row.quantity > 1,000'),
      [branch('row.quantity > 1000'), branch('row.quantity > 1.000')],
    ],
    ['{{ row.quantity | times: 1,5 }}', ['{{ row.quantity | times: 1.5 }}']],
    [
      '{{ row.quantity | plus: 9007199254740993 }}',
      ['{{ row.quantity | plus: "9007199254740993" }}'],
    ],
  ])('of %s', (output, repaired) => {
    const text = withProperties(`{ "n": ${output} }`);
    const offered = checkTemplate(text, columns).flatMap(({ fixes }) =>
      fixes.map(({ edits }) => applyEdits(text, edits)),
    );
    expect(offered).toEqual(repaired.map((each) => withProperties(`{ "n": ${each} }`)));
  });
});
