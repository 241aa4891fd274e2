import fc from 'fast-check';
import type { TemplateMetric } from '../../../src/template/help/draft';
import { checkTemplate, type TemplateProblem } from '../../../src/template/help/repair';
import { compileTemplate } from '../../../src/template/template';
import type { Cells } from '../../../src/value/cell';
import type { TypedColumn } from '../../../src/value/column-guess';
import { applyEdits, type Fix } from '../../../src/value/text-edit';
import { tries } from '../../bundle/long';
import { berlin, instant } from '../fixture';

const named = (...names: readonly string[]): TypedColumn[] =>
  names.map((name) => ({ name, header: name }));

/** A usage sheet as somebody has looked at it. */
const sheet: readonly TypedColumn[] = [
  { name: 'usage_id', header: 'Usage ID', type: 'text', unique: true },
  { name: 'customer_id', header: 'Customer ID', type: 'text', unique: false },
  { name: 'subscription', header: 'Subscription', type: 'text', unique: false },
  { name: 'date', header: 'Date', type: 'date', unique: false },
  { name: 'gb', header: 'GB', type: 'number', unique: false },
  { name: 'ms', header: 'ms', type: 'number', unique: false },
  { name: 'approved', header: 'Approved', type: 'tick box', unique: false },
];

const metric = (
  code: string,
  field: string | undefined = 'gb',
  aggregation = 'sum_agg',
): TemplateMetric => ({
  code,
  aggregation,
  field,
  hasExpression: false,
});
const metrics: readonly TemplateMetric[] = [
  metric('storage_gb'),
  metric('api_calls', undefined, 'count_agg'),
];

const event = (fields: Readonly<Record<string, string | undefined>> = {}): string => {
  const whole: Readonly<Record<string, string | undefined>> = {
    transaction_id: '"{{ row.usage_id }}"',
    external_subscription_id: '"{{ row.subscription }}"',
    code: '"storage_gb"',
    timestamp: '{{ row.date | unix }}',
    properties: '{ "gb": {{ row.gb }} }',
    ...fields,
  };
  return `{ ${Object.entries(whole)
    .flatMap(([name, value]) => (value === undefined ? [] : [`"${name}": ${value}`]))
    .join(', ')} }`;
};

const RECIPE = `{ "event": { "transaction_id": "{{ row.transactionId }}", "external_customer_id": "{{ row.customerId }}", "code": "invoice_created", "properties": { "invoice_id": "{{ row.invoiceId }}" } } }`;
const PASTED = `{
  "event": {
    "transaction_id": "{{row.transactionId}}",
    "external_customer_id": "{{row.customerId}}",
    "code": "invoice_created",
    "properties": {
      "invoice_id": "{{row.invoiceId}}"
    }
  }
}`;
const withoutBraces = (text: string): string => text.trim().slice(1, -1);

type Case = readonly [
  name: string,
  text: string,
  code: string,
  about: string,
  labels: readonly string[],
  columns: readonly TypedColumn[],
];

/** Every kind of problem, the characters that it is about, and what is offered for it. */
const CASES = (
  [
    [
      'an unknown column',
      event({ properties: '{ "gb": {{ row.gbb }} }' }),
      'template.unknown-column',
      'row.gbb',
      ['Use row.gb'],
    ],
    [
      'a column under its header',
      event({ properties: `{ "gb": {{ row["Usage Id"] }} }` }),
      'template.unknown-column',
      'row["Usage Id"]',
      ['Use row.usage_id'],
    ],
    [
      'a column that is spelt in another way',
      event({ transaction_id: '"{{ row.usageId }}"' }),
      'template.unknown-column',
      'row.usageId',
      ['Use row.usage_id'],
    ],
    [
      'an unknown column in a field that another column suits',
      event({ timestamp: '{{ row.occurred | unix }}' }),
      'template.unknown-column',
      'row.occurred',
      ['Use row.date'],
    ],
    [
      'an unknown column of a property that nothing resembles',
      event({ properties: '{ "gb": {{ row.gb }}, "colour": "{{ row.colour }}" }' }),
      'template.unknown-column',
      'row.colour',
      ['Remove “colour”'],
    ],
    [
      'a column whose name needs brackets',
      event({ properties: '{ "gb": {{ row.used_gb }} }' }),
      'template.unknown-column',
      'row.used_gb',
      ['Use row["used (gb)"]'],
      [
        ...sheet.filter(({ name }) => name !== 'gb'),
        { name: 'used (gb)', header: 'Used (GB)', type: 'number' },
      ],
    ],
    [
      'a column without row',
      event({ properties: '{ "gb": {{ gb }} }' }),
      'template.unknown-variable',
      'gb',
      ['Use row.gb'],
    ],
    [
      'a misspelt row',
      event({ properties: '{ "gb": {{ rows.gb }} }' }),
      'template.unknown-variable',
      'rows.gb',
      ['Use row.gb'],
    ],
    [
      'a part of a cell',
      event({ properties: '{ "gb": {{ row.gb.value }} }' }),
      'template.unknown-variable',
      'row.gb.value',
      ['Use row.gb'],
    ],
    [
      'the present',
      event({ timestamp: '{{ now | unix }}' }),
      'template.unknown-variable',
      'now',
      ['Use row.date'],
    ],
    [
      'a misspelt filter',
      event({ timestamp: '{{ row.date | unx }}' }),
      'template.unknown-filter',
      'unx',
      ['Use unix'],
    ],
    [
      'a filter under another name',
      event({ transaction_id: '"{{ row.usage_id | lower }}"' }),
      'template.unknown-filter',
      'lower',
      ['Use downcase'],
    ],
    [
      'a filter that is not needed',
      event({ transaction_id: '"{{ row.usage_id | strip | escape }}"' }),
      'template.unknown-filter',
      'escape',
      ['Remove escape'],
    ],
    [
      'JSON inside of quotes',
      event({ transaction_id: '"{{ row.usage_id | strip | json }}"' }),
      'template.json-in-text',
      'json',
      ['Remove json'],
    ],
    [
      'curly quotes in a tag',
      event({ properties: '{ "gb": {% if row.customer_id == “c1” %}1{% else %}2{% endif %} }' }),
      'template.stray-letter',
      '“',
      ['Use plain quotes and spaces'],
    ],
    [
      'no-break spaces in an output',
      event({ properties: '{ "gb": {{ row.gb\u00a0| round }} }' }),
      'template.stray-letter',
      '\u00a0',
      ['Use plain quotes and spaces'],
    ],
    [
      'no-break spaces in the JSON',
      event({ properties: '{\u00a0"gb": {{ row.gb }} }' }),
      'template.not-json',
      '\u00a0',
      ['Use plain spaces'],
    ],
    [
      'a misspelt tag',
      event({ properties: '{ "gb": {% if row.gb %}1{% elseif row.ms %}2{% endif %} }' }),
      'template.unknown-tag',
      '{% elseif row.ms %}',
      ['Use elsif'],
    ],
    [
      'a number without its decimal mark',
      event({ properties: '{ "gb": {{ row.gb | number | times: 2 }} }' }),
      'template.number-mark',
      'number',
      ['Use number: "."', 'Use number: ","'],
    ],
    [
      'a number with another mark',
      event({ properties: '{ "gb": {{ row.gb | number: ";" }} }' }),
      'template.number-mark',
      'number',
      ['Use number: "."', 'Use number: ","'],
    ],
    [
      'a comma too many',
      event({ properties: '{ "gb": 1, }' }),
      'template.not-json',
      '}',
      ['Remove the comma'],
    ],
    [
      'a comma that is missing',
      event({ properties: '{ "gb": 1 "b": 2 }' }),
      'template.not-json',
      '"',
      ['Add a comma'],
    ],
    [
      'a brace that is missing',
      event().slice(0, -2),
      'template.not-json',
      '}',
      ['Close the braces'],
    ],
    [
      'curly quotes',
      event({ code: '“storage_gb”' }),
      'template.not-json',
      '“',
      ['Use straight quotes'],
    ],
    [
      'a semicolon at the end',
      `${event()};`,
      'template.not-json',
      ';',
      ['Remove what stands behind the event'],
    ],
    [
      'an output with one brace',
      event({ transaction_id: '"{{ row.usage_id }"' }),
      'template.liquid',
      '{{ row.usage_id }", "external_subscription_id": "{{ row.subscription }}',
      ['Close it with }}'],
    ],
    [
      'a recipe without its braces',
      withoutBraces(`{"event": ${event()} }`),
      'template.missing-braces',
      '"event"',
      ['Add the outer braces'],
    ],
    [
      'no transaction_id',
      event({ transaction_id: undefined }),
      'template.missing-field',
      '{',
      ['Add "transaction_id": "{{ row.usage_id }}"'],
    ],
    [
      'no subscription',
      event({ external_subscription_id: undefined }),
      'template.missing-field',
      '{',
      [
        'Add "external_subscription_id": "{{ row.subscription }}"',
        'Add "external_subscription_id": "{{ row.customer_id }}"',
      ],
    ],
    [
      'no code',
      event({ code: undefined }),
      'template.missing-field',
      '{',
      ['Add "code": "storage_gb"', 'Add "code": "api_calls"', 'Add "code": "metric_code"'],
    ],
    [
      'no timestamp',
      event({ timestamp: undefined }),
      'template.missing-field',
      '{',
      ['Add "timestamp": {{ row.date | unix }}'],
    ],
    [
      'a field under another name',
      event({ timestamp: undefined, time: '{{ row.date | unix }}' }),
      'template.missing-field',
      '{',
      ['Rename “time” to “timestamp”', 'Add "timestamp": {{ row.date | unix }}'],
    ],
    [
      'nothing but braces',
      '{}',
      'template.missing-field',
      '{',
      ['Add "transaction_id": "{{ row.usage_id }}"'],
    ],
    [
      'a field twice',
      event({ properties: '{ "gb": {{ row.gb }}, "a": 1, "gb": 2 }' }),
      'template.duplicate-field',
      '"gb"',
      ['Remove the second one'],
    ],
    [
      'a field that Lago drops',
      event({ region: '"eu"' }),
      'template.unknown-field',
      '"region"',
      ['Move it into “properties”', 'Remove it'],
    ],
    [
      'a field that Lago drops, and no properties',
      event({ code: '"api_calls"', properties: undefined, region: '"{{ row.gb }}"' }),
      'template.unknown-field',
      '"region"',
      ['Move it into “properties”', 'Remove it'],
    ],
    [
      'a subscription under a shorter name',
      event({ external_subscription_id: undefined, subscriptionId: '"{{ row.subscription }}"' }),
      'template.unknown-field',
      '"subscriptionId"',
      [
        'Rename “subscriptionId” to “external_subscription_id”',
        'Move it into “properties”',
        'Remove it',
      ],
    ],
    [
      'a customer in place of a subscription',
      event({
        external_subscription_id: undefined,
        external_customer_id: '"{{ row.customer_id }}"',
      }),
      'template.customer-field',
      '"external_customer_id"',
      [
        'Use “external_subscription_id” with row.subscription',
        'Rename it to “external_subscription_id”',
      ],
    ],
    [
      'a customer beside a subscription',
      event({ external_customer_id: '"{{ row.customer_id }}"' }),
      'template.customer-field',
      '"external_customer_id"',
      ['Remove “external_customer_id”'],
    ],
    [
      'an id that is always the same',
      event({ transaction_id: '"fixed"' }),
      'template.constant-id',
      '"fixed"',
      ['Use row.usage_id'],
    ],
    [
      'a timestamp that is a date',
      event({ timestamp: '"{{ row.date }}"' }),
      'template.timestamp',
      '"{{ row.date }}"',
      ['Use the filter unix'],
    ],
    [
      'a timestamp that is a formatted date',
      event({ timestamp: `"{{ row.date | default: row.ms | date: '%Y-%m-%d' }}"` }),
      'template.timestamp',
      `"{{ row.date | default: row.ms | date: '%Y-%m-%d' }}"`,
      ['Use the filter unix', 'Use {{ row.date | unix }}'],
    ],
    [
      'a timestamp in a column of milliseconds',
      event({ timestamp: '{{ row.ms }}' }),
      'template.timestamp',
      '{{ row.ms }}',
      ['Use the filter unix', 'Use {{ row.date | unix }}'],
    ],
    [
      'a timestamp that is made milliseconds',
      event({ timestamp: '{{ row.date | unix | times: 1000 }}' }),
      'template.timestamp',
      '{{ row.date | unix | times: 1000 }}',
      ['Remove the multiplication'],
    ],
    [
      'a timestamp of the moment of sending',
      event({ timestamp: `{{ 'now' | date: '%s' }}` }),
      'template.timestamp',
      `{{ 'now' | date: '%s' }}`,
      ['Use {{ row.date | unix }}'],
    ],
    [
      'a timestamp written in milliseconds',
      event({ timestamp: '1795795200123' }),
      'template.timestamp',
      '1795795200123',
      ['Write it in seconds', 'Use {{ row.date | unix }}'],
    ],
    [
      'a timestamp output in milliseconds',
      event({ timestamp: '{{ 1795795200123 }}' }),
      'template.timestamp',
      '{{ 1795795200123 }}',
      ['Use the filter unix', 'Use {{ row.date | unix }}'],
    ],
    [
      'a timestamp written as a date',
      event({ timestamp: '"2026-11-30T12:00:00Z"' }),
      'template.timestamp',
      '"2026-11-30T12:00:00Z"',
      ['Use {{ row.date | unix }}', 'Use the filter unix'],
    ],
    [
      'a code that is still to be chosen',
      event({ code: '"metric_code"' }),
      'template.placeholder-code',
      '"metric_code"',
      ['Use storage_gb', 'Use api_calls'],
    ],
    [
      'a misspelt code',
      event({ code: '"storage-gb"' }),
      'template.unknown-code',
      '"storage-gb"',
      ['Use storage_gb'],
    ],
    [
      'no property for the metric',
      event({ properties: '{ "region": "eu" }' }),
      'event.missing-property',
      '"storage_gb"',
      ['Add "gb": {{ row.gb }}'],
    ],
    [
      'no properties for the metric',
      event({ properties: undefined }),
      'event.missing-property',
      '"storage_gb"',
      ['Add "gb": {{ row.gb }}'],
    ],
  ] as readonly (readonly [
    string,
    string,
    string,
    string,
    readonly string[],
    (readonly TypedColumn[])?,
  ])[]
).map(
  ([name, text, code, about, labels, columns]): Case => [
    name,
    text,
    code,
    about,
    labels,
    columns ?? sheet,
  ],
);

const problemOf = (
  text: string,
  code: string,
  columns: readonly TypedColumn[] = sheet,
): TemplateProblem => {
  const found = checkTemplate(text, columns, metrics).find((each) => each.code === code);
  if (found === undefined)
    throw new Error(`no ${code} in ${JSON.stringify(checkTemplate(text, columns, metrics))}`);
  return found;
};
const isWhole = ({ label }: Fix): boolean => label.startsWith('Repair the whole template');
const repairedBy = (text: string, fix: Fix | undefined): string => {
  if (fix === undefined) throw new Error('no fix');
  return applyEdits(text, fix.edits);
};

describe('a problem of a template', () => {
  it.each(CASES)('with %s is found where it is', (_, text, code, about, __, columns) => {
    const { from, to } = problemOf(text, code, columns);
    expect(text.slice(from, to)).toBe(about);
  });

  it.each(CASES)('with %s is offered its repairs', (_, text, code, __, labels, columns) => {
    const { fixes } = problemOf(text, code, columns);
    expect(fixes.filter((fix) => !isWhole(fix)).map(({ label }) => label)).toEqual(labels);
  });

  it.each(CASES)('with %s is gone after each of them', (_, text, code, __, ___, columns) => {
    const { fixes, message, from } = problemOf(text, code, columns);
    const count = (of: string): number =>
      checkTemplate(of, columns, metrics).filter(
        (each) => each.code === code && (each.message === message || each.from === from),
      ).length;
    for (const fix of fixes) expect(count(repairedBy(text, fix))).toBeLessThan(count(text));
  });

  it.each(CASES)(
    'with %s has edits that do not overlap and stand in order',
    (_, text, __, ___, ____, columns) => {
      for (const { from, to, fixes } of checkTemplate(text, columns, metrics)) {
        expect([from >= 0, from < to, to <= text.length]).toEqual([true, true, true]);
        for (const { edits } of fixes) {
          expect(edits.length).toBeGreaterThan(0);
          edits.forEach((edit, index) => {
            expect(edit.from).toBeGreaterThanOrEqual(edits[index - 1]?.to ?? 0);
            expect(edit.to).toBeGreaterThanOrEqual(edit.from);
          });
        }
      }
    },
  );

  it.each(CASES)(
    'with %s is the only one, or comes with those that the compiler reports',
    (_, text, __, ___, ____, columns) => {
      const codes = checkTemplate(text, columns, metrics).map((each) => each.code);
      for (const { code } of compileTemplate(text, columns).problems) expect(codes).toContain(code);
    },
  );

  it('that a template does not have is not found', () => {
    expect(checkTemplate(event(), sheet, metrics)).toEqual([]);
    expect(checkTemplate(event(), sheet)).toEqual([]);
    expect(checkTemplate(`{ "event": ${event()} }`, sheet, metrics)).toEqual([]);
  });
});

describe('a repaired text', () => {
  const repaired = (text: string, code: string, label: string, columns = sheet): string =>
    repairedBy(
      text,
      problemOf(text, code, columns).fixes.find((fix) => fix.label === label),
    );

  it('has the new field on a line of its own where the others are', () => {
    const text = event({ timestamp: undefined }).replace(/([{,]) "/g, '$1\n  "');
    expect(
      repaired(text, 'template.missing-field', 'Add "timestamp": {{ row.date | unix }}'),
    ).toContain('"storage_gb",\n  "timestamp": {{ row.date | unix }},\n  "properties"');
  });

  it('has a moved field in the properties, with its outputs', () => {
    const text = event({ region: '"{{ row.customer_id | upcase }}"' });
    expect(repaired(text, 'template.unknown-field', 'Move it into “properties”')).toBe(
      event({ properties: '{ "gb": {{ row.gb }}, "region": "{{ row.customer_id | upcase }}" }' }),
    );
  });

  it('keeps what stands between braces when the only property goes', () => {
    const text = event({ code: '"api_calls"', properties: '{ "colour": "{{ row.colour }}" }' });
    expect(repaired(text, 'template.unknown-column', 'Remove “colour”')).toBe(
      event({ code: '"api_calls"', properties: '{}' }),
    );
  });

  it('has outer braces on lines of their own where the recipe has lines', () => {
    const text = event().replace(/^/, '"event": ').replace(/, /g, ',\n');
    expect(repaired(text, 'template.missing-braces', 'Add the outer braces')).toBe(`{\n${text}\n}`);
  });

  it('has no field moved out of a branch', () => {
    const text = `${event().slice(0, -2)} {% if row.approved %}, "region": "eu"{% endif %} }`;
    expect(problemOf(text, 'template.unknown-field').fixes).toEqual([]);
  });
});

describe('the Hightouch recipe', () => {
  const RECIPES = [RECIPE, PASTED, withoutBraces(RECIPE), withoutBraces(PASTED)];

  it.each(RECIPES)('%j becomes right in one click where the columns are called alike', (recipe) => {
    const columns = named('transaction_id', 'subscription_id', 'invoice_id', 'date');
    const [first] = checkTemplate(recipe, columns);
    const [whole] = first?.fixes ?? [];
    expect(whole?.label).toBe('Repair the whole template');
    const text = repairedBy(recipe, whole);
    expect(checkTemplate(text, columns)).toEqual([]);
    const row: Cells = new Map(
      Object.entries({
        transaction_id: 't1',
        subscription_id: 's1',
        invoice_id: 'i1',
        date: instant('2026-11-30T11:00:00Z'),
      }).map(([name, value]) => [name, { value, shown: String(value) }]),
    );
    expect(compileTemplate(text, columns).template?.render(row, berlin)).toEqual({
      event: {
        transaction_id: 't1',
        external_subscription_id: 's1',
        code: 'invoice_created',
        timestamp: Date.parse('2026-11-30T11:00:00Z') / 1000,
        properties: { invoice_id: 'i1' },
      },
    });
  });

  it.each(RECIPES)('%j says what it gives up where a sheet has nothing for it', (recipe) => {
    const [first] = checkTemplate(recipe, sheet, metrics);
    expect(first?.fixes[0]?.label).toBe('Repair the whole template (without “invoice_id”)');
    const text = repairedBy(recipe, first?.fixes[0]);
    expect(compileTemplate(text, sheet).problems).toEqual([]);
    expect(text).toMatch(/"transaction_id": "\{\{ ?row\.usage_id ?\}\}"/);
    expect(text).toContain('"external_subscription_id": "{{ row.subscription }}"');
    expect(text).not.toContain('external_customer_id');
  });

  it.each(RECIPES)('%j is not repaired whole where the columns do not allow it', (recipe) => {
    const labels = checkTemplate(recipe, named('alpha', 'beta')).flatMap(({ fixes }) =>
      fixes.filter(isWhole),
    );
    expect(labels).toEqual([]);
  });

  it('keeps the customer column where nothing looks more like a subscription', () => {
    const text = repairedBy(
      RECIPE,
      checkTemplate(RECIPE, named('transaction_id', 'customer_id', 'invoice_id', 'date'))[0]
        ?.fixes[0],
    );
    expect(text).toContain('"external_subscription_id": "{{ row.customer_id }}"');
  });
});

describe('the repair of a whole template', () => {
  const wholeOf = (text: string, columns = sheet, of = metrics): Fix | undefined =>
    checkTemplate(text, columns, of)[0]?.fixes.find(isWhole);

  it('takes several problems away at once', () => {
    const text = event({
      timestamp: '{{ row.dat }}',
      code: '"storage-gb"',
      region: '"eu"',
      properties: '{ "gb": {{ gb | trim }} }',
    });
    expect(checkTemplate(repairedBy(text, wholeOf(text)), sheet, metrics)).toEqual([]);
  });

  it('takes two mistakes in the JSON away one after the other', () => {
    const text = event({ properties: '{ "gb": {{ row.gb }} "a": 1, }' });
    expect(checkTemplate(repairedBy(text, wholeOf(text)), sheet, metrics)).toEqual([]);
  });

  it('is not offered where one repair does the same', () => {
    const [first] = checkTemplate(event({ timestamp: undefined }), sheet, metrics);
    expect(first?.fixes.map(({ label }) => label)).toEqual([
      'Add "timestamp": {{ row.date | unix }}',
    ]);
  });

  it('leaves the choice between metrics to a person', () => {
    const text = event({ timestamp: undefined, code: '"metric_code"', region: '"eu"' });
    expect(
      checkTemplate(repairedBy(text, wholeOf(text)), sheet, metrics).map(({ code }) => code),
    ).toEqual(['template.placeholder-code']);
    expect(repairedBy(text, wholeOf(text, sheet, [metric('storage_gb')]))).toContain(
      '"storage_gb"',
    );
  });
});

describe('the metrics of Lago', () => {
  const codesOf = (text: string, of?: readonly TemplateMetric[]): string[] =>
    checkTemplate(text, sheet, of).map(({ code }) => code);

  it('are needed to call a code unknown', () => {
    expect(codesOf(event({ code: '"other"' }))).toEqual([]);
    expect(codesOf(event({ code: '"other"' }), metrics)).toEqual(['template.unknown-code']);
    expect(codesOf(event({ code: '"{{ row.customer_id }}"' }), metrics)).toEqual([]);
    expect(codesOf(event({ code: '"{% if row.gb %}a{% else %}b{% endif %}"' }), metrics)).toEqual(
      [],
    );
  });

  it('offer up to five codes in place of the one that is still to be chosen', () => {
    const many = Array.from({ length: 9 }, (_, index) => metric(`metric_${index}`));
    expect(
      problemOf(event({ code: '"metric_code"' }), 'template.placeholder-code').fixes,
    ).toHaveLength(2);
    expect(checkTemplate(event({ code: '"metric_code"' }), sheet, many)[0]?.fixes).toHaveLength(5);
    expect(checkTemplate(event({ code: '"metric_code"' }), sheet)[0]?.fixes).toEqual([]);
  });

  it.each<[string, TemplateMetric, string]>([
    ['computes its property', { ...metric('storage_gb'), hasExpression: true }, '{}'],
    ['may compute its property', { code: 'storage_gb', aggregation: 'sum_agg', field: 'gb' }, '{}'],
    ['counts events', metric('storage_gb', 'gb', 'count_agg'), '{}'],
    [
      'has its property in a branch',
      metric('storage_gb'),
      '{ {% if row.gb %}"gb": {{ row.gb }}{% endif %} }',
    ],
    [
      'may have its property under a made name',
      metric('storage_gb'),
      '{ "{{ row.customer_id }}": 1 }',
    ],
  ])('need no property where one %s', (_, of, properties) => {
    expect(codesOf(event({ properties }), [of])).toEqual([]);
  });
});

describe('a timestamp', () => {
  const found = (timestamp: string, columns: readonly TypedColumn[]): string[] =>
    checkTemplate(event({ timestamp }), [
      ...sheet.filter(({ name }) => name !== 'ms'),
      ...columns,
    ]).map(({ code }) => code);
  const column = (name: string, type?: TypedColumn['type']): TypedColumn => ({
    name,
    header: name,
    type,
  });

  it.each<[string, TypedColumn]>([
    ['{{ row.moment }}', column('moment', 'date')],
    ['{{ row.moment }}', column('moment', 'text')],
    ['{{ row.used_at }}', column('used_at')],
    ['"{{ row.usage_day }}"', column('usage_day')],
    ['{{ row.created_ms }}', column('created_ms')],
    [`{{ row['usage date'] }}`, column('usage date')],
    ['{% if row.x %}{{ row.x }}{% else %}1{% endif %}', column('x', 'date')],
  ])('%s of %j is not in seconds', (timestamp, of) => {
    expect(found(timestamp, [of])).toEqual(['template.timestamp']);
  });

  it.each<[string, TypedColumn]>([
    ['{{ row.moment | unix }}', column('moment', 'date')],
    ['"{{ row.moment | unix }}"', column('moment', 'date')],
    [`{{ row.moment | date: '%s' }}`, column('moment', 'date')],
    ['{{ row.moment }}', column('moment', 'number')],
    ['{{ row.timestamp }}', column('timestamp')],
    ['{{ row.unix }}', column('unix', 'text')],
    ['{{ row.ms | divided_by: 1000 }}', column('ms', 'number')],
    ['1795795200', column('x')],
    ['"1795795200.5"', column('x')],
    ['"{% if row.x %}{{ row.x }}{% else %}1{% endif %}"', column('x', 'date')],
  ])('%s of %j may be', (timestamp, of) => {
    expect(found(timestamp, [of])).toEqual([]);
  });
});

describe('a template that somebody is writing', () => {
  it('may be anything at all', () => {
    const text = `{% assign s = "x" %}${PASTED.replace('}}', '} }')}${event({ properties: '[{% if %}' })}`;
    for (let end = 0; end <= text.length; end += 3) {
      const written = text.slice(0, end);
      for (const { from, to } of checkTemplate(written, sheet, metrics)) {
        expect(from).toBeLessThanOrEqual(to);
        expect(to).toBeLessThanOrEqual(written.length);
      }
    }
  });

  it('is told of every problem even where there are too many to repair', () => {
    const properties = Array.from(
      { length: 300 },
      (_, index) => `"p${index}": "{{ row.usage_i${index} }}"`,
    ).join(', ');
    const problems = checkTemplate(
      event({ properties: `{ "gb": {{ row.gb }}, ${properties} }` }),
      sheet,
      metrics,
    );
    expect(problems).toHaveLength(300);
    expect(problems[0]?.fixes).not.toEqual([]);
    expect(problems[299]?.fixes).toEqual([]);
  });
});

describe('any mixture of mistakes', () => {
  const field = (...values: readonly (string | undefined)[]) => fc.constantFrom(...values);
  const mixture = fc
    .record({
      transaction_id: field(
        '"{{ row.usage_id }}"',
        '"{{ row.usageId }}"',
        '"fixed"',
        '"{{ usage_id }}"',
        undefined,
      ),
      external_subscription_id: field('"{{ row.subscription }}"', '"{{ row.nobody }}"', undefined),
      external_customer_id: field(undefined, '"{{ row.customer_id }}"', '"{{row.customerId}}"'),
      code: field('"storage_gb"', '"storage-gb"', '"metric_code"', undefined),
      timestamp: field(
        '{{ row.date | unix }}',
        '"{{ row.date }}"',
        '1795795200123',
        '{{ row.dat | unx }}',
        undefined,
      ),
      region: field(undefined, '"eu"', '"{{ row.region }}"'),
      properties: field(
        '{ "gb": {{ row.gb }} }',
        '{ "gb": {{ row.gb | escape }} }',
        '{}',
        '{ "gb": 1, }',
        '{ {% if row.gb %}"gb": 1{% endif %} }',
        undefined,
      ),
    })
    .chain((fields) =>
      fc.constantFrom(
        event(fields),
        `{ "event": ${event(fields)} }`,
        `"event": ${event(fields)}`,
        event(fields).slice(0, -2),
      ),
    );

  it('has fixes that each take their own problem away', () => {
    fc.assert(
      fc.property(mixture, (text) => {
        for (const { code, message, from, fixes } of checkTemplate(text, sheet, metrics))
          for (const { edits } of fixes) {
            const left = checkTemplate(applyEdits(text, edits), sheet, metrics);
            const same = left.filter((each) => each.code === code && each.message === message);
            const before = checkTemplate(text, sheet, metrics).filter(
              (each) => each.code === code && each.message === message,
            );
            // Of broken JSON and Liquid the first mistake is told; the next one stands further behind.
            const isNext =
              (code === 'template.not-json' || code === 'template.liquid') &&
              same.every((each) => each.from > from);
            expect(isNext || same.length < before.length).toBe(true);
          }
      }),
      { seed: 20261121, numRuns: tries(60) },
    );
  });

  it('is repaired as a whole, up to the choice of a metric, wherever that is offered', () => {
    const texts = fc.sample(mixture, { seed: 20261122, numRuns: tries(80) });
    const offered = texts.flatMap((text) => {
      const whole = checkTemplate(text, sheet, metrics)[0]?.fixes.find(isWhole);
      return whole === undefined ? [] : [applyEdits(text, whole.edits)];
    });
    expect(offered.length).toBeGreaterThan(texts.length / 2);
    for (const text of offered) expect(compileTemplate(text, sheet).problems).toEqual([]);
  });
});

describe('a metric without its property', () => {
  const without = event({ properties: '{ "region": "eu" }' });
  const calls: TypedColumn = { name: 'calls', header: 'API calls', type: 'number' };
  const offered = (columns: readonly TypedColumn[]): string[] =>
    problemOf(without, 'event.missing-property', [...sheet.slice(0, 4), ...columns]).fixes.map(
      ({ label }) => label,
    );

  it('gets the column that is called like it, also if it holds texts', () => {
    expect(offered([calls, { name: 'amount', header: 'Gigabytes', type: 'text' }])).toEqual([
      'Add "gb": "{{ row.amount }}"',
    ]);
  });

  it('is not given another column in the place of two of that name', () => {
    const double: TypedColumn = { name: 'gb', header: 'GB', twice: true };
    expect(offered([calls, double, double])).toEqual([]);
  });
});

describe('two columns of one name', () => {
  const double: TypedColumn = { name: 'date', header: 'Date', type: 'date', twice: true };
  const others = sheet.filter(({ name }) => name !== 'date');
  const made: TypedColumn = { name: 'made', header: 'Made at', type: 'date' };

  it.each(['row.date', 'row["Date"]'])('are told where one is read: %s', (written) => {
    const text = event({ timestamp: `{{ ${written} | unix }}` });
    const found = checkTemplate(text, [...others, made, double, double], metrics);
    expect(found.map(({ code, message, fixes }) => [code, message, fixes])).toEqual([
      ['sheet.header-twice', 'Two columns are called “Date”.', []],
    ]);
    expect(text.slice(found[0]?.from, found[0]?.to)).toBe(written);
  });

  it('keep a missing field from being read from another column', () => {
    const text = event({ timestamp: undefined });
    expect(problemOf(text, 'template.missing-field', [...others, made, double]).fixes).toEqual([]);
    expect(problemOf(text, 'template.missing-field', [...others, made]).fixes).toHaveLength(1);
  });
});
