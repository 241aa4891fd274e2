import { Settings } from 'luxon';
import { readEvent } from '../../src/template/read-event';
import { compileTemplate } from '../../src/template/template';
import type { Json } from '../../src/value/json';
import { instantOf, isoText, type TimeRule, toMilliseconds } from '../../src/value/time';
import {
  berlin,
  cellsOf,
  codesOf,
  columns,
  compiled,
  instant,
  propertiesOf,
  refusalOf,
  withField,
  withProperties,
} from './fixture';

describe('an hour that a clock change repeats is the first of the two, whenever it is read', () => {
  const { now } = Settings;
  afterEach(() => {
    Settings.now = now;
  });

  it.each([
    ['in winter', '2026-01-15', 'Europe/Berlin', '2026-10-25 02:30', '2026-10-25T00:30:00.000Z'],
    ['in summer', '2026-07-15', 'Europe/Berlin', '2026-10-25 02:30', '2026-10-25T00:30:00.000Z'],
    ['in winter', '2026-01-15', 'America/Havana', '2026-11-01', '2026-11-01T04:00:00.000Z'],
    ['in summer', '2026-07-15', 'America/Havana', '2026-11-01', '2026-11-01T04:00:00.000Z'],
  ])('%s (%s), %s: %s', (_, today, zone, text, expected) => {
    Settings.now = () => Date.parse(today);
    const rule: TimeRule = { sheetZone: zone, periodZone: zone, dateOnly: 'start-of-day' };
    expect(isoText(toMilliseconds(text, rule) ?? 0)).toBe(expected);
  });
});

describe('a date without a time', () => {
  it.each([
    [
      'noon east of the sheet',
      {
        sheetZone: 'America/Los_Angeles',
        periodZone: 'Pacific/Auckland',
        dateOnly: 'noon',
      } as const,
      '2026-03-02T08:00:00Z',
    ],
    [
      'the start of the day in UTC',
      { sheetZone: 'America/New_York', periodZone: 'UTC', dateOnly: 'start-of-day' } as const,
      '2026-03-02T05:00:00Z',
    ],
  ])('is printed as the date that the cell shows, at %s', (_, rule, midnight) => {
    const text = `{ "a": "{{ row.at | date: '%Y-%m-%d' }}" }`;
    expect(propertiesOf(text, cellsOf({ at: '2026-03-02' }), rule)).toEqual({ a: '2026-03-02' });
    expect(propertiesOf(text, cellsOf({ at: instant(midnight, true) }), rule)).toEqual({
      a: '2026-03-02',
    });
  });

  it('is one on a day whose midnight a clock change skips', () => {
    expect(
      instantOf(Date.parse('2026-09-06T04:00:00Z'), '06/09/2026', 'America/Santiago').dateOnly,
    ).toBe(true);
  });
});

describe('a time in a text', () => {
  it('is rounded to the second, as everywhere', () => {
    expect(
      propertiesOf(
        '{ "a": "{{ row.at }}", "b": "{{ row.at | append: \'\' }}" }',
        cellsOf({ at: instant('2026-03-02T09:59:59.999Z') }),
      ),
    ).toEqual({
      a: '2026-03-02 11:00:00',
      b: '2026-03-02 11:00:00',
    });
  });
});

describe('arithmetic', () => {
  it.each(['1,234', '12 GB', 'n/a', '$5'])(
    'holds the row where %j is no number, and does not bill 0',
    (note) => {
      expect(
        refusalOf(withProperties('{ "a": {{ row.note | times: 2 }} }'), cellsOf({ note })),
      ).not.toEqual([]);
      expect(
        refusalOf(withProperties('{ "a": {{ row.note | round }} }'), cellsOf({ note })),
      ).not.toEqual([]);
      expect(
        refusalOf(
          withProperties('{ "a": {{ row.quantity | minus: row.note }} }'),
          cellsOf({ note }),
        ),
      ).not.toEqual([]);
    },
  );

  it('holds the row where a date is counted with', () => {
    expect(
      refusalOf(
        withProperties('{ "a": {{ row.at | plus: 3600 }} }'),
        cellsOf({ at: instant('2026-03-02T09:00:00Z') }),
      ),
    ).not.toEqual([]);
  });
});

describe('the editor', () => {
  it.each(['{{ row.key | }}', '{{ row.key | upcase | }}'])(
    'says what is wrong with %s instead of failing',
    (output) => {
      expect(codesOf(withProperties(`{ "a": "${output}" }`))).toEqual(['template.liquid']);
    },
  );

  it.each([
    ['for', '{% for i in row.key %}x{% endfor %}'],
    ['raw', '{% raw %}x{% endraw %}'],
    ['capture', '{% capture x %}x{% endcapture %}'],
  ])('says that the tag %s is unknown', (name, tag) => {
    const { problems } = compileTemplate(withProperties(`{ "a": "${tag}" }`), columns);
    expect(problems[0]).toMatchObject({
      code: 'template.unknown-tag',
      message: `The tag “${name}” is not available.`,
    });
  });

  it.each([
    ['an argument', '"{{ row.key | shown: 3 }}"'],
    ['a place in a condition', '"{% if row.note | shown %}x{% endif %}"'],
    ['a place in a case', `"{% case row.note | shown %}{% when 'x' %}x{% endcase %}"`],
  ])('refuses shown with %s, which would read nothing', (_, value) => {
    expect(codesOf(withProperties(`{ "a": ${value} }`))).toEqual(['template.shown']);
  });

  it('refuses our own filters in conditions', () => {
    expect(
      codesOf(withProperties('{ "a": "{% if row.note | output_as_is: 0 %}x{% endif %}" }')),
    ).toEqual(['template.unknown-filter']);
  });

  it('takes two properties that are named by columns of equally long names', () => {
    expect(codesOf(withProperties('{ "{{ row.note }}": 1, "{{ row.plan }}": 2 }'))).toEqual([]);
  });
});

describe('columns', () => {
  it('are read by name before header, in the check and in the row', () => {
    const crossed = [
      ...columns,
      { name: 'usage', header: 'First' },
      { name: 'other', header: 'usage' },
    ];
    const reading = compiled(withProperties('{ "a": "{{ row.usage }}" }'), crossed).render(
      new Map([
        ...cellsOf(),
        ['usage', { value: 'by name', shown: '' }],
        ['other', { value: 'by header', shown: '' }],
      ]),
      berlin,
    );
    expect(reading).toMatchObject({ event: { properties: { a: 'by name' } } });
  });

  it('may be called __proto__', () => {
    const odd = [...columns, { name: '__proto__', header: 'Odd' }];
    const reading = compiled(withProperties('{ "a": "{{ row.__proto__ }}" }'), odd).render(
      new Map([...cellsOf(), ['__proto__', { value: 'mine', shown: 'mine' }]]),
      berlin,
    );
    expect(reading).toMatchObject({ event: { properties: { a: 'mine' } } });
  });
});

describe('a row', () => {
  it('whose date cannot be read is not told about an empty cell of a branch that it does not take', () => {
    const text = withProperties(`{ {% if row.plan == 'pro' %}"a": "{{ row.note }}"{% endif %} }`);
    expect(refusalOf(text, cellsOf({ at: 'garbage', note: '' }))).toEqual(['row.not-a-time']);
  });

  it('with an empty cell takes no branch that asks whether the cell is filled', () => {
    expect(
      refusalOf(
        withProperties('{ {% if row.note %}"a": "{{ row.note }}"{% endif %} }'),
        cellsOf({ note: '' }),
      ),
    ).toEqual([]);
  });

  it.each([
    [
      'is not equal to an empty text',
      `{ {% if row.note != '' %}"a": "{{ row.note }}"{% else %}"a": "none"{% endif %} }`,
    ],
    [
      'equals an empty text',
      `{ {% if row.note == '' %}"a": "none"{% else %}"a": "{{ row.note }}"{% endif %} }`,
    ],
  ])(
    'with an empty cell takes the right branch of a template that asks whether it %s',
    (_, properties) => {
      expect(propertiesOf(properties, cellsOf({ note: '' }))).toEqual({ a: 'none' });
    },
  );

  it.each(["''", 'nil', 'empty', 'blank'])('with an empty cell is the case of %s', (nothing) => {
    const asked = `{ {% case row.note %}{% when ${nothing} %}"a": "none"{% else %}"a": "{{ row.note }}"{% endcase %} }`;
    expect(propertiesOf(asked, cellsOf({ note: '' }))).toEqual({ a: 'none' });
    expect(propertiesOf(asked, cellsOf({ note: 'x' }))).toEqual({ a: 'x' });
  });

  it('with an id that was assigned from a number of more than 15 digits is refused', () => {
    const text = `{% assign id = row.key %}${withProperties('{}').replace('row.key', 'id')}`;
    expect(refusalOf(text, cellsOf({ key: 1234567890123456 }))).toEqual(['row.imprecise']);
  });
});

describe('a rendered event', () => {
  it.each([
    ['an object as id', { transaction_id: { a: 1 } }],
    ['a list as subscription', { external_subscription_id: ['s'] }],
    ['an object as code', { code: { a: 1 } }],
    ['a list as time', { timestamp: [1_772_442_000] }],
    ['a list as amount', { precise_total_amount_cents: [5] }],
  ])('with %s is refused', (_, fields) => {
    const whole = {
      transaction_id: 't',
      external_subscription_id: 's',
      code: 'c',
      timestamp: 1_772_442_000,
    };
    expect(readEvent({ ...whole, ...fields } as Json)).toHaveProperty('problems');
  });
});

describe('a number beyond what can be sent', () => {
  it.each([
    ['as time', withField('timestamp', '1e999')],
    ['as code', withField('code', '1e999')],
    ['as subscription', withField('external_subscription_id', '-1e999')],
    ['as a property', withProperties('{ "gb": 1e999 }')],
    ['deep in a property', withProperties('{ "gb": [{ "a": 1e999 }] }')],
  ])('%s is refused, and not thrown or sent as nothing', (_, text) => {
    expect(refusalOf(text)).toEqual(['row.render']);
  });
});

describe('a comment', () => {
  it.each([
    [
      'with a branch stands within a block',
      '{ "gb": {% if row.note == "no" %}1{% comment %}{% elsif row.note == "x" %}2{% endcomment %}{% else %}3{% endif %} }',
      { gb: 3 },
    ],
    [
      'with half of a block stands before a field',
      '{ {% comment %}{% if row.note %}x{% else %}{% endcomment %}"gb": 3 }',
      { gb: 3 },
    ],
    [
      'with another in it ends with the first end',
      '{ {% comment %}{% comment %}{% endcomment %}"gb": {{ row.quantity }} }',
      { gb: 5 },
    ],
  ])('%s', (_, properties, expected) => {
    expect(propertiesOf(properties, cellsOf({ note: 'yes', quantity: 5 }))).toEqual(expected);
  });
});

describe('a text with a time', () => {
  it.each([
    ['2026-11-30 14:05:00.7', '%H:%M:%S.%L', '14:05:00.700'],
    ['2026-11-30T23:59:59.999Z', '%d %H:%M:%S.%L', '01 00:59:59.999'],
    ['2026-11-30 14:05:59.999', '%s', '1796043959'],
    ['2026-11-30 14:05', '%H:%M:%S.%L', '14:05:00.000'],
  ])('%s is written by %s with its milliseconds: %s', (at, format, expected) => {
    expect(
      propertiesOf(`{ "a": "{{ row.note | date: '${format}' }}" }`, cellsOf({ note: at })),
    ).toEqual({
      a: expected,
    });
  });

  it.each(['2026-11-30 14:05 +99:00', '2026-11-30 14:05 +14:75', '2026-11-30 14:05 +1500'])(
    'of a zone that does not exist holds the row: %s',
    (note) => {
      expect(
        refusalOf(withProperties('{ "a": {{ row.note | unix }} }'), cellsOf({ note })),
      ).toEqual(['row.not-a-time']);
    },
  );
});
