import { afterTaking, labelsIn, proposalsIn } from '../fixture';

const COLUMNS = ['usage_id', 'day', 'hours', 'Net amount'];
const VALUES = ['row.usage_id', 'row.day', 'row.hours', "row['Net amount']"];

describe('behind row.', () => {
  test('the columns are proposed, with header and sample', () => {
    expect(labelsIn('{ "a": "{{ row.^ }}" }')).toEqual(COLUMNS);
    expect(proposalsIn('{{ row.^ }}').map(({ detail }) => detail)).toEqual([
      'Usage ID, such as U-1001',
      'Day, such as 2026-11-03',
      'Hours used',
      'Net amount, such as 1.5',
    ]);
  });

  test('a column takes the place of the whole name, and closes an output that is open', () => {
    expect(afterTaking('{{ row.ho^ms | unix }}', 'hours')).toBe('{{ row.hours^ | unix }}');
    expect(afterTaking('"{{ row.^"', 'day')).toBe('"{{ row.day }}^"');
  });

  test('a name that is no identifier is written in brackets', () => {
    expect(afterTaking('{{ row.Ne^ }}', 'Net amount')).toBe("{{ row['Net amount']^ }}");
    expect(labelsIn("{{ row['^'] }}")).toEqual(COLUMNS);
    expect(afterTaking("{{ row['Ne^'] }}", 'Net amount')).toBe("{{ row['Net amount']^ }}");
    expect(afterTaking("{{ row['^ }}", 'day')).toBe("{{ row['day']^ }}");
  });

  test('it works in conditions too', () => {
    expect(labelsIn('{% if row.^ %}')).toEqual(COLUMNS);
    expect(afterTaking('{% if row.^', 'day')).toBe('{% if row.day %}^');
  });

  test('another name has no columns', () => expect(labelsIn('{{ arrow.^ }}')).toEqual([]));
});

describe('where a value begins', () => {
  test('the columns are proposed as values, with spaces around them', () => {
    expect(labelsIn('{{^}}')).toEqual(VALUES);
    expect(afterTaking('"{{^}}"', 'row.day')).toBe('"{{ row.day^ }}"');
    expect(afterTaking('{{ r^ }}', 'row.day')).toBe('{{ row.day^ }}');
    expect(afterTaking('{{- ^-}}', 'row.day')).toBe('{{- row.day^-}}');
  });

  test.each([
    '{{ row.a | append: ^ }}',
    '{% if ^ %}',
    '{% if row.a == ^ %}',
    '{% if row.a and ^ %}',
    '{% assign x = ^ %}',
    '{% when ^ %}',
  ])('as in %s', (text) => expect(labelsIn(text)).toEqual(VALUES));

  test.each([
    '{{ row.a ^ }}',
    '{{ "x^" }}',
    '{{ row["a"]^ }}',
    '{% assign ^ %}',
    '{% else ^ %}',
    '{% comment %}{{ ^ }}{% endcomment %}',
  ])('but not in %s', (text) => expect(labelsIn(text)).toEqual([]));
});

describe('behind a |', () => {
  test('the filters are proposed with their hints', () => {
    expect(proposalsIn('{{ row.day | ^ }}').map(({ label, detail }) => [label, detail])).toEqual([
      ['default', 'Stands in for an empty cell'],
      ['unix', 'A date as Unix seconds'],
    ]);
    expect(afterTaking('{{ row.day |un^}}', 'unix')).toBe('{{ row.day |unix^ }}');
  });

  test('they are in an assignment, but not in a condition, where the server refuses them', () => {
    expect(labelsIn('{% assign x = row.a | ^ %}')).toEqual(['default', 'unix']);
    expect(labelsIn('{% if row.a | ^ %}')).toEqual([]);
  });
});

test('behind {% the tags are proposed, with the cursor where the condition goes', () => {
  expect(labelsIn('{%^%}')).toContain('unless');
  expect(afterTaking('{%^%}', 'if')).toBe('{% if ^ %}');
  expect(afterTaking('{% en^ %}', 'endif')).toBe('{% endif^ %}');
});

describe('in JSON', () => {
  test("the code has Lago's metrics, with name and aggregation", () => {
    const place = '{ "code": "^metric_code", "x": 1 }';
    expect(proposalsIn(place).map(({ label, detail }) => [label, detail])).toEqual([
      ['compute_hours', 'Compute hours, sum'],
      ['seats', 'Seats, unique count'],
      ['cost', 'Cost, sum'],
      ['calls', 'API calls, count'],
    ]);
    expect(afterTaking(place, 'seats')).toBe('{ "code": "seats"^, "x": 1 }');
  });

  test("the code has them inside of Hightouch's event too, and where quotes are missing if one asks", () => {
    expect(labelsIn('{ "event": { "code": "^" } }')).toEqual([
      'compute_hours',
      'seats',
      'cost',
      'calls',
    ]);
    expect(labelsIn('{ "code": ^ }')).toEqual([]);
    expect(afterTaking('{ "code": ^ }', 'seats', true)).toBe('{ "code": "seats"^ }');
  });

  test('a code elsewhere has none', () =>
    expect(labelsIn('{ "properties": { "code": "^" } }')).toEqual([]));

  test("a name in properties has the fields of metrics, the template's own metric first, without those that Lago computes", () => {
    const place = '{ "code": "seats", "properties": { "^" } }';
    expect(proposalsIn(place).map(({ label, detail }) => [label, detail])).toEqual([
      ['seat_id', 'Read by Seats'],
      ['hours', 'Read by Compute hours'],
    ]);
    expect(afterTaking(place, 'seat_id')).toBe(
      '{ "code": "seats", "properties": { "seat_id": ^ } }',
    );
    expect(afterTaking('{ "properties": { "h^x": "1" } }', 'hours')).toBe(
      '{ "properties": { "hours"^: "1" } }',
    );
  });

  test('a name that the object has already is not proposed again', () => {
    expect(labelsIn('{ "properties": { "^", "hours": 1 } }')).toEqual(['seat_id']);
    expect(labelsIn('{ "code": "x", "^" }')).not.toContain('code');
    expect(labelsIn('{ "code": "x", "^" }')).toContain('timestamp');
  });

  test('a name deeper down has none', () =>
    expect(labelsIn('{ "properties": { "a": { "^" } } }')).toEqual([]));

  test('in any other text nothing is in the way of typing, but outputs can be asked for', () => {
    expect(labelsIn('{ "transaction_id": "^" }')).toEqual([]);
    expect(afterTaking('{ "transaction_id": "x-^" }', '{{ row.hours }}', true)).toBe(
      '{ "transaction_id": "x-{{ row.hours }}^" }',
    );
    expect(afterTaking('{ "a": ^ }', '{{ row.hours }}', true)).toBe('{ "a": "{{ row.hours }}"^ }');
    expect(afterTaking('{ "timestamp": ^ }', '{{ row.day | unix }}', true)).toBe(
      '{ "timestamp": {{ row.day | unix }}^ }',
    );
  });

  test('an output in a list is one too', () =>
    expect(labelsIn('{ "properties": { "a": [ "^" ] } }', true)).toHaveLength(4));
});
