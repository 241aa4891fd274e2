import { compileTemplate } from '../../src/template/template';
import type { CellValue } from '../../src/value/cell';
import { berlin, cellsOf, columns, compiled, instant, withProperties } from './fixture';

const AFTERNOON = instant('2026-11-30T14:05:00+01:00');
const DAY = instant('2026-11-30T00:00:00+01:00', true);

/** Which branch a row takes, or the code of the problem that holds it. */
function branch(condition: string, value: CellValue, other: CellValue = 'n'): string {
  const template = compiled(
    withProperties(`{ "is": {% if ${condition} %}"yes"{% else %}"no"{% endif %} }`),
  );
  const reading = template.render(cellsOf({ plan: value, note: other }), berlin);
  if ('event' in reading) return String(reading.event.properties['is']);
  return reading.problems.map(({ code, place }) => `${code} in ${place.column}`).join();
}

const HELD = 'row.not-comparable in Plan';

describe('a comparison', () => {
  it.each<[string, CellValue, string]>([
    // numbers
    ['row.plan == 7', 7, 'yes'],
    ['row.plan == 7', '7', 'yes'],
    ['row.plan == 7', '7.0', 'yes'],
    ['row.plan == 7', '007', 'yes'],
    ['row.plan == 0.3', 0.3, 'yes'],
    ['row.plan > 100', 120, 'yes'],
    ['row.plan > 100', '99', 'no'],
    ['row.plan > 9', '10', 'yes'],
    ['row.plan >= 1000', '1,234', HELD],
    ['row.plan > 100', 'many', HELD],
    ['row.plan != 5', 'many', HELD],
    ['row.plan == 7', true, HELD],
    ['row.plan < 5', AFTERNOON, HELD],
    ['row.plan == "7"', 7, 'yes'],
    ['row.plan == "seven"', 7, HELD],
    // more digits than the sheet keeps
    ['row.plan == 1234567890123456', 1_234_567_890_123_456, HELD],
    ['row.plan == "1234567890123457"', 1_234_567_890_123_456, HELD],
    ['row.plan < 1234567890123457', 1_234_567_890_123_456, HELD],
    ['row.plan > 1000', 1_234_567_890_123_456, 'yes'],
    ['row.plan == 5', 1_234_567_890_123_456, 'no'],
    ['row.plan == "1234567890123456"', '1234567890123456', 'yes'],
    // texts
    ['row.plan == "7"', '007', 'no'],
    ['row.plan == "basic"', 'basic', 'yes'],
    ['row.plan == "basic"', 'Basic', 'no'],
    ['row.plan < "b"', 'a', HELD],
    ['row.plan >= "10"', '9', HELD],
    ['row.plan contains "as"', 'basic', 'yes'],
    ['row.plan contains 5', 'tier 5', 'yes'],
    ['row.plan contains "5"', 1.5, 'yes'],
    ['row.plan contains "x"', 'basic', 'no'],
    // tick boxes
    ['row.plan', true, 'yes'],
    ['row.plan', false, 'no'],
    ['row.plan', 'FALSE', 'no'],
    ['row.plan', 'false', 'no'],
    ['row.plan', 'no', 'yes'],
    ['row.plan and true', 'False', 'no'],
    ['row.plan == true', true, 'yes'],
    ['row.plan == true', 'TRUE', 'yes'],
    ['row.plan == "true"', true, 'yes'],
    ['row.plan == "TRUE"', true, 'yes'],
    ['row.plan == "False"', false, 'yes'],
    ['row.plan != "TRUE"', false, 'yes'],
    ['row.plan == true', 'ja', HELD],
    ['row.plan == "FALSE"', 'FALSE', 'yes'],
    // dates
    ['row.plan == "2026-11-30"', DAY, 'yes'],
    ['row.plan == "2026-11-30 00:00"', DAY, 'yes'],
    ['row.plan == "2026-11-30 14:05"', AFTERNOON, 'yes'],
    ['row.plan == "2026-11-30T14:05:00"', AFTERNOON, 'yes'],
    ['row.plan == "2026-11-30 13:05:00Z"', AFTERNOON, 'yes'],
    ['row.plan > "2026-11-30"', AFTERNOON, 'yes'],
    ['row.plan < "2026-12-01"', AFTERNOON, 'yes'],
    ['row.plan >= "2026-12-01"', AFTERNOON, 'no'],
    ['row.plan > "last week"', AFTERNOON, HELD],
    // what is empty
    ['row.plan == 7', '', 'no'],
    ['row.plan != 7', '', 'yes'],
    ['row.plan < 7', '', 'no'],
    ['row.plan >= 7', ' ', 'no'],
    ['row.plan == ""', '', 'yes'],
    ['row.plan == nil', '', 'yes'],
    ['row.plan == blank', false, 'no'],
    ['row.plan == false', '', 'no'],
    ['row.plan', '', 'no'],
    ['row.plan contains "a"', '', 'no'],
  ])('%s of %p is %s', (condition, value, expected) => {
    expect(branch(condition, value)).toBe(expected);
  });

  it('of two columns goes by what their cells are', () => {
    expect(branch('row.plan == row.note', 5, '5')).toBe('yes');
    expect(branch('row.plan == row.note', '5', '5.0')).toBe('no');
    expect(branch('row.plan < row.note', DAY, AFTERNOON)).toBe('yes');
    expect(branch('row.plan < row.note', 5, 'x')).toBe('row.not-comparable in Note');
  });

  it('takes what a filter for numbers made for a number', () => {
    const template = withProperties(
      '{% assign n = row.plan | number: "," %}{ "is": {% if n > 1000 %}"yes"{% else %}"no"{% endif %} }',
    );
    const reading = compiled(template).render(cellsOf({ plan: '1.234,5' }), berlin);
    expect('event' in reading && reading.event.properties).toEqual({ is: 'yes' });
  });
});

describe('the text FALSE', () => {
  it.each<[string, CellValue, unknown]>([
    ['row.plan | strip', ' False ', 'no'],
    ['row.plan | downcase', 'FALSE', 'no'],
    ['row.plan | split: "," | first', 'FALSE,x', 'no'],
    ['row.plan | default: "FALSE"', '', 'no'],
    ['row.plan | shown', false, 'no'],
    ['row.plan | downcase', 'no', 'yes'],
  ])('is false behind filters, too: %s of %j', (expression, plan, expected) => {
    const text = `{% assign x = ${expression} %}${withProperties('{ "is": {% if x %}"yes"{% else %}"no"{% endif %}, "x": {{ x }} }')}`;
    const reading = compiled(text).render(cellsOf({ plan }, { plan: 'FALSE' }), berlin);
    expect(reading).toMatchObject({ event: { properties: { is: expected } } });
  });

  it('stays a text for filters and in the event', () => {
    const text = withProperties('{ "a": "{{ row.plan | downcase | append: "!" }}" }');
    expect(compiled(text).render(cellsOf({ plan: 'FALSE' }), berlin)).toMatchObject({
      event: { properties: { a: 'false!' } },
    });
  });
});

describe('a case', () => {
  const taken = (when: string, value: CellValue): string => {
    const template = compiled(
      withProperties(
        `{ "is": {% case row.plan %}{% when ${when} %}"yes"{% else %}"no"{% endcase %} }`,
      ),
    );
    const reading = template.render(cellsOf({ plan: value }), berlin);
    if ('event' in reading) return String(reading.event.properties['is']);
    return reading.problems.map(({ code, place }) => `${code} in ${place.column}`).join();
  };

  it.each<[string, CellValue, string]>([
    ['"DE", "AT"', 'AT', 'yes'],
    ['"DE", "AT"', 'US', 'no'],
    ['7', 7, 'yes'],
    ['7', '7', 'yes'],
    ['"7"', 7, 'yes'],
    ['"7"', '007', 'no'],
    ['7', 'x', HELD],
    ['true', 'TRUE', 'yes'],
    ['"TRUE"', true, 'yes'],
    ['"2026-11-30"', DAY, 'yes'],
    ['""', '', 'yes'],
    ['7', '', 'no'],
  ])('of %s, for a cell %p, is %s', (when, value, expected) => {
    expect(taken(when, value)).toBe(expected);
  });
});

test('a problem of a comparison says what was compared and what to do', () => {
  const template = withProperties('{ "a": {% if row.plan < "b" %}1{% else %}2{% endif %} }');
  const reading = compileTemplate(template, columns).template?.render(cellsOf(), berlin);
  expect(reading).toMatchObject({
    problems: [
      {
        message: '“basic” cannot be compared with “b”: texts have no order.',
        remedy: expect.stringContaining('| number: "."'),
        place: { column: 'Plan' },
      },
    ],
  });
});

test('texts that are dates are offered an order as moments', () => {
  const template = withProperties(
    '{ "a": {% if row.plan < "2026-12-01" %}1{% else %}2{% endif %} }',
  );
  expect(compiled(template).render(cellsOf({ plan: '2026-11-30' }), berlin)).toMatchObject({
    problems: [{ remedy: expect.stringContaining('row.column | unix') }],
  });
});
