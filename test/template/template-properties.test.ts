import fc from 'fast-check';
import { compileTemplate } from '../../src/template/template';
import type { CellValue } from '../../src/value/cell';
import { instantOf } from '../../src/value/time';
import { tries } from '../bundle/long';
import { berlin, cellsOf, columns, compiled, withProperties } from './fixture';

const awkward = fc.constantFrom<CellValue>(
  '',
  ' ',
  '"',
  '\\',
  '\\"',
  '","code":"evil","x":"',
  '"}}',
  '{{ row.key }}',
  '{% endif %}',
  '__proto__',
  'constructor',
  '#N/A',
  '\n',
  '\u2028',
  '\ud800',
  'null',
  'true',
  '1e999',
  '-0',
  '2026-03-29 02:30',
  '2026-02-30',
  Number.MAX_VALUE,
  5e-324,
  -0,
  1e21,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  true,
  false,
);

const cell: fc.Arbitrary<CellValue> = fc.oneof(
  awkward,
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', '%', ',', ':', '\n', 'a', ' ', '👍') }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc
    .tuple(fc.integer({ min: -8.64e15, max: 8.64e15 }), fc.boolean())
    .map(([ms, timed]) => instantOf(ms, timed ? ':' : '', 'Europe/Berlin')),
);

const rows = fc.record({
  key: cell,
  customer: cell,
  at: cell,
  quantity: cell,
  note: cell,
  plan: cell,
});

const templates = [
  withProperties('{ "text": "a{{ row.note }}b", "value": {{ row.quantity }}, "last": "end" }'),
  withProperties(
    '{ "text": "{{ row.note | default: \'-\' }}", "value": {{ row.quantity | default: 0 }}, "last": "end" }',
  ),
  withProperties(
    '{ "text": "{{ row.note | shown | upcase | truncate: 20 }}", "value": [{{ row.plan }}, {{ row.quantity }}], "last": "end" }',
  ),
  `{% assign n = row.note | append: row.plan %}${withProperties('{ "text": "{{ n }}", "value": {% if row.quantity > 3 %}{{ n }}{% else %}"{{ row.plan }}"{% endif %}, "last": "end" }')}`,
  withProperties(
    '{ "text": "{{ row.at | date: \'%Y\' }}", "value": {{ row.quantity | times: 2 }}, "last": "end" }',
  ),
  withProperties(
    '{ "text": {{ row.note | split: "," | first }}, "value": {{ row.note | size }}, "last": "end" }',
  ),
];

describe('whatever the cells hold', () => {
  it.each(templates)('%s makes an event of exactly its fields, or problems', (text) => {
    const template = compiled(text);
    fc.assert(
      fc.property(rows, (values) => {
        const reading = template.render(cellsOf(values), berlin);
        if ('problems' in reading) {
          expect(reading.problems.length).toBeGreaterThan(0);
          return;
        }
        const { event } = reading;
        expect(Object.keys(event)).toEqual([
          'transaction_id',
          'external_subscription_id',
          'code',
          'timestamp',
          'properties',
        ]);
        expect(event.code).toBe('units');
        expect(Object.keys(event.properties)).toEqual(['text', 'value', 'last']);
        expect(event.properties['last']).toBe('end');
        expect(JSON.parse(JSON.stringify(event))).toEqual(event);
        expect(Number.isFinite(event.timestamp)).toBe(true);
        expect(event.transaction_id.trim()).toBe(event.transaction_id);
        for (const value of Object.values(event.properties))
          if (typeof value === 'number') expect(String(value)).not.toContain('e');
      }),
      { numRuns: tries(400) },
    );
  });

  it('a text comes through a JSON text unchanged', () => {
    const template = compiled(
      withProperties('{ "text": "{{ row.note }}", "value": {{ row.note }} }'),
    );
    const visible = fc
      .string({ unit: 'binary' })
      .filter((text) => text.trim() !== '' && !text.startsWith('#') && text !== 'Loading...');
    fc.assert(
      fc.property(visible, (note) => {
        // Lago takes no NUL and no half of a character; the string has only whole ones.
        const expected = note.includes('\0')
          ? { problems: [{ code: 'event.text' }] }
          : { event: { properties: { text: note, value: note } } };
        expect(template.render(cellsOf({ note }), berlin)).toMatchObject(expected);
      }),
    );
  });

  it('renders the same row to the same event', () => {
    const template = compiled(templates[0] ?? '');
    fc.assert(
      fc.property(rows, (values) => {
        expect(template.render(cellsOf(values), berlin)).toEqual(
          template.render(cellsOf(values), berlin),
        );
      }),
    );
  });
});

describe('whatever stands in the editor', () => {
  const fragment = fc.constantFrom(
    '{',
    '}',
    '"',
    '\\',
    ',',
    ':',
    '[',
    ']',
    '{{',
    '}}',
    '{%',
    '%}',
    '{{ row.key }}',
    '{{ row.at | unix }}',
    '{{ row["Note"] | shown }}',
    '{{- row.note -}}',
    '{{ row.nope }}',
    '{{ x | y: 1 }}',
    '{% if row.plan %}',
    "{% if row.plan == 'x' %}",
    '{% else %}',
    '{% elsif row.note %}',
    '{% endif %}',
    '{% case row.plan %}',
    "{% when 'a' %}",
    '{% endcase %}',
    '{% comment %}',
    '{% endcomment %}',
    '{% assign a = row.key %}',
    '{{ a }}',
    '{% raw %}',
    '{% for i in row %}',
    '"transaction_id": "{{ row.key }}"',
    '"code": "units"',
    '"external_subscription_id": "{{ row.customer }}"',
    '"timestamp": {{ row.at | unix }}',
    '"properties": {}',
    '"event": {',
    '\n',
    ' ',
    '1',
    'null',
    '\u00a0',
    '👍',
  );

  it('compiles, or is told with problems that have a place', () => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 25 }), (fragments) => {
        const text = fragments.join('');
        const compilation = compileTemplate(text, columns);
        if (compilation.template !== undefined) {
          const reading = compilation.template.render(cellsOf(), berlin);
          expect('event' in reading || reading.problems.length > 0).toBe(true);
          return;
        }
        expect(compilation.problems.length).toBeGreaterThan(0);
        for (const { place } of compilation.problems) {
          expect(place.line).toBeGreaterThanOrEqual(1);
          expect(place.line).toBeLessThanOrEqual(text.split('\n').length);
          expect(place.character).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: tries(1_500) },
    );
  });
});
