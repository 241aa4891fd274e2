import { checkTemplate } from '../../src/template/help/repair';
import { type Column, compileTemplate } from '../../src/template/template';
import type { CellValue } from '../../src/value/cell';
import type { UsageEvent } from '../../src/value/usage-event';
import { IS_LONG } from '../bundle/long';
import {
  berlin,
  cellsOf,
  codesOf,
  columns,
  compiled,
  eventOf,
  refusalOf,
  withProperties,
} from '../template/fixture';

/** As much as a cell of a sheet holds, in characters. */
const LONGEST = 50_000;
const LONGEST_TEMPLATE = 100_000;
const MOST_PROBLEMS = 300;

const HOSTILE_TEXTS = [
  '"',
  '\\',
  '\\"',
  '"}',
  '"}, {"',
  '", "code": "evil", "x": "',
  '"}}, "event": {"code": "evil"}, "x": {"y": "',
  'a\nb\r\nc',
  'tab\there',
  'a\u2028b\u2029c',
  'a\ufeff',
  '{{ row.key }}',
  '{% assign x = 1 %}{{ x }}',
  '{%- raw -%}{{ row.key }}{%- endraw -%}',
  '{{',
  '%}',
  '$[row.key]',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '[object Object]',
  'null',
  'undefined',
  'NaN',
  '<script>alert(1)</script>',
  "'; DROP TABLE events; --",
];

/** Texts that Lago takes in no field. */
const UNSENDABLE_TEXTS = ['\u0000', '\ud800', '\udc00\ud800'];

describe('a cell that holds a piece of JSON, Liquid or a name that every object has', () => {
  const template = compiled(
    withProperties('{ "text": "a{{ row.note }}b", "value": {{ row.note }}, "last": "end" }'),
  );

  test.each(UNSENDABLE_TEXTS)('%j is held, and never sent', (note) => {
    expect(template.render(cellsOf({ note }), berlin)).toMatchObject({
      problems: [{ code: 'event.text' }],
    });
  });

  test.each(HOSTILE_TEXTS)('%j is the text of its own property and nothing else', (note) => {
    expect(template.render(cellsOf({ note }), berlin)).toEqual({
      event: {
        transaction_id: 'k1',
        external_subscription_id: 's1',
        code: 'units',
        timestamp: Date.parse('2026-03-02T09:00:00Z') / 1000,
        properties: { text: `a${note}b`, value: note, last: 'end' },
      },
    });
  });

  test.each([...HOSTILE_TEXTS, ...UNSENDABLE_TEXTS])(
    '%j as an id, a subscription and a code stays in its field, or is held',
    (text) => {
      const fields = withProperties('{}').replace('"units"', '"{{ row.note }}"');
      const reading = compiled(fields).render(
        cellsOf({ key: text, customer: text, note: text }),
        berlin,
      );
      const { event } = reading as { event: UsageEvent };
      if (event === undefined)
        expect((reading as { problems: readonly unknown[] }).problems.length).toBeGreaterThan(0);
      else
        expect(event).toMatchObject({
          transaction_id: text,
          external_subscription_id: text,
          code: text,
          properties: {},
        });
    },
  );

  test('through every filter for texts it makes a text, and never a further field', () => {
    const filters = [
      'append: row.note',
      'prepend: row.note',
      'upcase',
      'replace: "a", row.note',
      'split: "," | join: row.note',
      'slice: 0, 3',
    ];
    let made = 0;
    for (const filter of filters)
      for (const note of [...HOSTILE_TEXTS, ...UNSENDABLE_TEXTS]) {
        const { event, problems } = compiled(
          withProperties(
            `{ "text": "{{ row.note | ${filter} }}", "value": {{ row.note | ${filter} }} }`,
          ),
        ).render(cellsOf({ note }), berlin) as {
          event?: UsageEvent;
          problems?: readonly { readonly code: string }[];
        };
        if (problems?.some(({ code }) => code === 'event.text')) made++;
        // Between the commas of some there is nothing, which is no value.
        if (event === undefined) continue;
        expect(Object.keys(event.properties)).toEqual(['text', 'value']);
        expect(event.code).toBe('units');
        made++;
      }
    expect(made).toBeGreaterThan(180);
  });
});

describe('a name that every object has', () => {
  const NAMES = [
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '__defineGetter__',
  ];
  const named: readonly Column[] = [...columns, ...NAMES.map((name) => ({ name, header: name }))];
  const cells = cellsOf(
    Object.fromEntries(NAMES.map((name): [string, CellValue] => [name, `cell of ${name}`])),
  );

  test.each(NAMES)('%s as a column is that cell', (name) => {
    const reading = compiled(
      withProperties(`{ "a": "{{ row.${name} }}", "b": {{ row["${name}"] }} }`),
      named,
    ).render(cells, berlin);
    expect(reading).toMatchObject({
      event: { properties: { a: `cell of ${name}`, b: `cell of ${name}` } },
    });
  });

  test.each(NAMES)('%s as a column that is not there is a problem', (name) => {
    expect(
      codesOf(
        withProperties(
          `{ "a": "{{ row.${name} }}", "b": "{{ row.note.${name} }}", "c": "{{ ${name} }}" }`,
        ),
      ),
    ).toEqual([
      'template.unknown-column',
      'template.unknown-variable',
      'template.unknown-variable',
    ]);
  });

  test.each(NAMES)('%s as a property is a property of its own', (name) => {
    const { properties } = eventOf(
      withProperties(`{ "${name}": "{{ row.note }}", "{{ row.note }}": 1 }`),
      cellsOf({ note: name }),
    );
    expect(Object.entries(properties)).toEqual([[name, 1]]);
    expect(Object.getPrototypeOf(properties)).toBe(Object.prototype);
    expect(JSON.stringify(properties)).toBe(JSON.stringify(Object.fromEntries([[name, 1]])));
  });

  test.each(NAMES)(
    '%s as an assigned name is the assigned value, and changes nothing else',
    (name) => {
      const { properties } = eventOf(
        `{% assign ${name} = row.note %}${withProperties(`{ "a": "{{ ${name} }}", "b": "{{ row.plan }}" }`)}`,
      );
      expect(properties).toEqual({ a: 'n', b: 'basic' });
      expect(({} as Record<string, unknown>)['note']).toBeUndefined();
    },
  );

  test.each(NAMES)('%s as a field, a filter or a tag is told with fixes that are texts', (name) => {
    const texts = [
      withProperties('{}').replace('"code"', `"${name}"`),
      withProperties(`{ "a": "{{ row.note | ${name} }}" }`),
      `{% ${name} %}${withProperties('{}')}`,
    ];
    for (const text of texts) {
      const problems = checkTemplate(text, [
        ...columns,
        { name: `${name} id`, header: `${name} id`, type: 'text', unique: true },
      ]);
      expect(problems.length).toBeGreaterThan(0);
      for (const { fixes, message } of problems) {
        expect(`${message}${JSON.stringify(fixes)}`).not.toMatch(/native code|function /);
        for (const { edits } of fixes)
          for (const { insert } of edits) expect(typeof insert).toBe('string');
      }
    }
  });

  test('a column that is called so is proposed like any other', () => {
    const problems = checkTemplate(
      withProperties('{}').replace('"transaction_id": "{{ row.key }}", ', ''),
      [
        { name: 'constructor_key', header: 'constructor key', type: 'text', unique: true },
        ...columns.filter(({ name }) => name !== 'key'),
      ],
    );
    expect(JSON.stringify(problems)).toContain('row.constructor_key');
  });
});

describe('a template that would work without end', () => {
  test.each([
    'for i in (1..100000000)',
    'tablerow i in (1..100000000)',
    'include "x"',
    'render "x"',
    'layout "x"',
    'capture x',
    'liquid',
    'increment x',
    'cycle 1, 2',
    '# x',
  ])('has no tag {%% %s %%}', (tag) => {
    expect(codesOf(withProperties(`{ "a": "{% ${tag} %}" }`))[0]).toBe('template.unknown-tag');
  });

  test.each([
    'escape',
    'where: "a"',
    'map: "a"',
    'sort',
    'concat: row.note',
    'url_decode',
    'base64_decode',
    'inspect',
    'to_integer',
    'sum',
    'constructor',
  ])('has no filter %s', (filter) => {
    expect(codesOf(withProperties(`{ "a": "{{ row.note | ${filter} }}" }`))).toEqual([
      'template.unknown-filter',
    ]);
  });

  const doubled = `{% assign a = row.note %}${'{% assign a = a | append: a %}'.repeat(60)}`;
  test.each<[string, string, CellValue]>([
    ['a range of a hundred million', withProperties('{ "a": {{ (1..100000000) | size }} }'), 'n'],
    [
      'a range as long as a cell says',
      withProperties('{ "a": {{ (1..row.note) | size }} }'),
      1e308,
    ],
    [
      'a range that is joined',
      withProperties('{ "a": "{{ (1..4000000) | join: row.note }}" }'),
      'nnnnnnnnnn',
    ],
    ['sixty doublings', `${doubled}${withProperties('{ "a": "{{ a }}" }')}`, 'xxxxxxxx'],
    [
      'each letter replaced by all of them',
      withProperties('{ "a": "{{ row.note | replace: \'a\', row.note }}" }'),
      'a'.repeat(LONGEST),
    ],
    [
      'each gap filled with the whole',
      withProperties('{ "a": "{{ row.note | split: \'\' | join: row.note }}" }'),
      'a'.repeat(LONGEST),
    ],
    [
      'a date as wide as a book',
      withProperties('{ "a": "{{ row.at | date: \'%999999999d\' }}" }'),
      'n',
    ],
    [
      'a fraction with a billion digits',
      withProperties('{ "a": "{{ row.at | date: \'%999999999N\' }}" }'),
      'n',
    ],
    [
      'a long cell written nine hundred times',
      withProperties(`{ "a": "${'{{ row.note }}'.repeat(900)}" }`),
      'a'.repeat(LONGEST),
    ],
    [
      'the same as values',
      withProperties(`{ "a": [${'{{ row.note }},'.repeat(900)} 1] }`),
      'a'.repeat(LONGEST),
    ],
    [
      'a filter two thousand times',
      withProperties(`{ "a": "{{ row.note${' | append: row.note'.repeat(2_000)} }}" }`),
      'a'.repeat(LONGEST),
    ],
  ])('holds the row of %s, with a sentence', (_, text, note) => {
    expect(compiled(text).render(cellsOf({ note }), berlin)).toMatchObject({
      problems: [
        {
          code: 'row.render',
          message:
            'The template fails for this row: it makes far more text than an event can hold.',
        },
      ],
    });
  });

  test.each<[string, CellValue]>([
    ['rstrip', `${' '.repeat(LONGEST - 1)}x`],
    ['lstrip', `x${' '.repeat(LONGEST - 1)}`],
    ['strip', `${' '.repeat(LONGEST - 1)}x`],
    ['split: " " | size', ' x'.repeat(LONGEST / 2)],
    ['replace: "aa", "a"', 'a'.repeat(LONGEST)],
    ['replace: "(a+)+$", "x"', `${'a'.repeat(LONGEST - 1)}!`],
    ['remove: ".*.*.*=.*"', 'x='.repeat(LONGEST / 2)],
    ['truncate: 100000', 'a'.repeat(LONGEST)],
  ])(
    'takes a cell of 50,000 characters through %s: no cell or argument is a pattern',
    (filter, note) => {
      const { properties } = eventOf(
        withProperties(`{ "a": "{{ row.note | ${filter} }}" }`),
        cellsOf({ note }),
      );
      expect(String(properties['a']).length).toBeLessThanOrEqual(LONGEST);
    },
  );

  test.each<[string, string]>([
    ['number: "."', `1${' '.repeat(LONGEST - 2)}x`],
    ['number: ","', `1${'.111'.repeat(12_000)}x`],
    ['number: "."', `${'1'.repeat(LONGEST - 1)}e`],
    ['unix', `2026-01-01 ${'1'.repeat(LONGEST - 20)}`],
    ['unix', `${' '.repeat(LONGEST - 1)}x`],
    ['plus: 1', `${'1'.repeat(LONGEST - 1)}x`],
  ])(
    'refuses a cell of 50,000 characters that %s cannot read, in a message that can be shown',
    (filter, note) => {
      const reading = compiled(withProperties(`{ "a": {{ row.note | ${filter} }} }`)).render(
        cellsOf({ note }),
        berlin,
      );
      const [found] = 'problems' in reading ? reading.problems : [];
      expect(['row.not-a-number', 'row.not-a-time']).toContain(found?.code);
      expect(found?.message.length).toBeLessThan(400);
    },
  );
});

describe('a template that is too large', () => {
  const nested = (open: string, close: string, depth: number): string =>
    open.repeat(depth) + close.repeat(depth);
  test.each<[string, string]>([
    ['more than 100,000 characters', withProperties(`{ "a": "${'x'.repeat(LONGEST_TEMPLATE)}" }`)],
    ['a million characters of Liquid', '{{ row.note }}'.repeat(70_000)],
    ['lists within lists', withProperties(`{ "a": ${nested('[', ']', 20_000)} }`)],
    [
      'objects within objects',
      withProperties(`{ "a": ${'{"b":'.repeat(8_000)}1${'}'.repeat(8_000)} }`),
    ],
    ['objects that are never closed', '{"a":'.repeat(9_000)],
    [
      'branches within branches',
      withProperties(`{ "a": "${'{% if row.plan %}'.repeat(400)}${'{% endif %}'.repeat(400)}" }`),
    ],
    [
      'brackets within brackets',
      withProperties(`{ "a": "{{ row${'[row'.repeat(5_000)}${']'.repeat(5_000)} }}" }`),
    ],
    ['parentheses within parentheses', withProperties(`{ "a": "{{ ${'('.repeat(20_000)} }}" }`)],
    ['thousands of outputs', withProperties(`{ "a": "${'{{ row.note }}'.repeat(1_001)}" }`)],
    ['thousands of tags', '{% nope %}'.repeat(9_000)],
    [
      'a thousand branches of a long text',
      withProperties(
        `{ "a": "{% case row.plan %}${'{% when 1 %}x'.repeat(900)}{% endcase %}${'y'.repeat(30_000)}" }`,
      ),
    ],
  ])('is told so where it has %s, by the compiler and in the editor', (_, text) => {
    expect(codesOf(text)).toEqual(['template.too-large']);
    const problems = checkTemplate(text, columns);
    expect(problems.map(({ code }) => code)).toEqual(['template.too-large']);
    for (const { from, to } of problems)
      expect([from >= 0, from < to, to <= text.length]).toEqual([true, true, true]);
  });

  test.each<[string, string]>([
    ['columns that are not there', withProperties(`{ "a": "${'{{ row.nope }}'.repeat(900)}" }`)],
    [
      'filters that do not exist',
      withProperties(`{ "a": "${'{{ row.note | nope }}'.repeat(900)}" }`),
    ],
    [
      'fields that Lago drops',
      `{ ${Array.from({ length: 6_000 }, (_, index) => `"f${index}": 1`).join(',')} }`,
    ],
    ['fields that stand there twice', withProperties(`{ ${'"a":1,'.repeat(14_000)}"b": 1 }`)],
  ])('tells 300 problems of far more, such as %s', (what, text) => {
    expect(codesOf(text)).toHaveLength(MOST_PROBLEMS);
    // The editor looks for what repairs each of them, for as long as there is time.
    if (IS_LONG || what === 'fields that stand there twice')
      expect(checkTemplate(text, columns)).toHaveLength(MOST_PROBLEMS);
  });

  test.each<[string, string]>([
    ['95,000 spaces before a mistake', withProperties(`{ "b": ${' '.repeat(95_000)}x }`)],
    [
      '95,000 spaces before what is left out',
      `{ ${' '.repeat(95_000)} "code": "x", "external_customer_id": "y" }`,
    ],
    ['a pasted recipe behind 95,000 spaces', `${' '.repeat(95_000)}"event": x`],
    ['95,000 quotes', withProperties(`{ "a": ${'"'.repeat(95_000)} }`)],
    ['95,000 commas', withProperties(`{ "a": [${','.repeat(95_000)}] }`)],
    ['outputs that are never closed', '{{'.repeat(47_000)],
    ['tags that are never closed', '{%'.repeat(47_000)],
    ['a text that is never closed', withProperties(`{ "a": "{{ '${'x'.repeat(95_000)} }}" }`)],
    ['comments that are never closed', '{% comment %}'.repeat(900)],
  ])('is read to its end where it has %s', (_, text) => {
    const problems = checkTemplate(text, columns);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(MOST_PROBLEMS);
  });

  test('is none with 300 branches, 900 outputs or 40 levels', () => {
    const whens = Array.from({ length: 300 }, (_, index) => `{% when 'p${index}' %}m${index}`).join(
      '',
    );
    expect(codesOf(withProperties(`{ "a": "{% case row.plan %}${whens}{% endcase %}" }`))).toEqual(
      [],
    );
    expect(codesOf(withProperties(`{ "a": "${'{{ row.note }}'.repeat(900)}" }`))).toEqual([]);
    expect(codesOf(withProperties(`{ "a": ${nested('[', ']', 40)} }`))).toEqual([]);
    const whole = withProperties(`{ "a": "${'{{ row.note }}'.repeat(900)}${'x'.repeat(80_000)}" }`);
    expect(compileTemplate(whole, columns).problems).toEqual([]);
  });
});

describe('a cell of 50,000 characters', () => {
  test.each(['"', '\\', '\u0001', '👍', 'a\u2028'])('of %j comes through whole', (letter) => {
    const note = letter.repeat(LONGEST / letter.length);
    expect(
      eventOf(withProperties('{ "a": "{{ row.note }}" }'), cellsOf({ note })).properties,
    ).toEqual({ a: note });
  });

  test('as an id is held', () => {
    expect(refusalOf(withProperties('{}'), cellsOf({ key: 'k'.repeat(LONGEST) }))).toEqual([
      'event.long-id',
    ]);
  });
});
