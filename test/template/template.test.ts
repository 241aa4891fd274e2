import { compileTemplate } from '../../src/template/template';
import type { CellValue } from '../../src/value/cell';
import {
  berlin,
  cellsOf,
  codesOf,
  columns,
  compiled,
  eventOf,
  instant,
  propertiesOf,
  refusalOf,
  withField,
  withProperties,
} from './fixture';

describe('a template', () => {
  it('makes an event of a row', () => {
    expect(
      eventOf(withProperties('{ "n": {{ row.quantity }}, "note": "{{ row.note }}" }')),
    ).toEqual({
      transaction_id: 'k1',
      external_subscription_id: 's1',
      code: 'units',
      timestamp: Date.parse('2026-03-02T10:00:00+01:00') / 1000,
      properties: { n: 5, note: 'n' },
    });
  });

  it('means the same with and without the outer event', () => {
    const bare = withProperties('{ "n": {{ row.quantity }} }');
    expect(eventOf(`{ "event": ${bare} }`)).toEqual(eventOf(bare));
  });

  it('takes a recipe as it is pasted from Hightouch', () => {
    const recipe = `{
      "event": {
        "transaction_id": "{{row.key}}",
        "external_subscription_id": "{{ row['customer'] }}",
        "code": "units",
        "timestamp": {{ row.at | date: "%s" }},
        "properties": {
          "n": "{{row.quantity}}"
        }
      }
    }`;
    expect(eventOf(recipe)).toEqual({
      transaction_id: 'k1',
      external_subscription_id: 's1',
      code: 'units',
      timestamp: Date.parse('2026-03-02T10:00:00+01:00') / 1000,
      properties: { n: '5' },
    });
    expect(compileTemplate(recipe.trim().slice(1, -1), columns).problems).toMatchObject([
      { code: 'template.missing-braces', place: { line: 1, character: 1 } },
    ]);
  });

  it('says that external_customer_id of Lago’s own recipe is ignored', () => {
    const recipe = withProperties('{}').replace('external_subscription_id', 'external_customer_id');
    expect(codesOf(recipe).sort()).toEqual(['template.customer-field', 'template.missing-field']);
  });

  it('reads columns by name, by header, and lists them in the order of the columns', () => {
    const template = compiled(
      withProperties(
        `{ "q": {{ row["Quantity"] }}, "n": "{{ row.note | default: row['Plan'] }}" }`,
      ),
    );
    expect(template.reads).toEqual(columns);
  });

  it('does not read columns of comments', () => {
    expect(
      compiled(withProperties('{} {% comment %} {{ row.note }} {% endcomment %}')).reads.map(
        ({ name }) => name,
      ),
    ).toEqual(['key', 'customer', 'at']);
  });

  it('reads columns that stand only in conditions', () => {
    expect(
      compiled(withProperties(`{ {% if row.plan == 'x' %}"a": 1{% endif %} }`)).reads.map(
        ({ name }) => name,
      ),
    ).toContain('plan');
  });
});

describe('a template that cannot be used', () => {
  it.each([
    ['nothing', '', ['template.empty']],
    ['blanks', ' \n ', ['template.empty']],
    ['no JSON', 'hello', ['template.not-json']],
    ['a list', '[1]', ['template.not-an-object']],
    ['a comma at the end', withProperties('{ "a": 1, }'), ['template.not-json']],
    ['a JSON comment', withProperties('{ /* no */ }'), ['template.not-json']],
    ['a line break in a text', withProperties('{ "a": "x\ny" }'), ['template.not-json']],
    ['a second object', `${withProperties('{}')} {}`, ['template.not-json']],
    ['an output that is not closed', withProperties('{ "a": "{{ row.key" }'), ['template.liquid']],
    [
      'a tag that is not closed',
      withProperties('{ "a": "{% if row.key %}x" }'),
      ['template.liquid'],
    ],
    [
      'a column that is not there',
      withProperties('{ "a": {{ row.amount }} }'),
      ['template.unknown-column'],
    ],
    [
      'a variable that is not there',
      withProperties('{ "a": {{ now }} }'),
      ['template.unknown-variable'],
    ],
    ['the row itself', withProperties('{ "a": {{ row }} }'), ['template.unknown-variable']],
    [
      'a part of a cell',
      withProperties('{ "a": {{ row.key.size }} }'),
      ['template.unknown-variable'],
    ],
    [
      'a computed column',
      withProperties(`{% assign k = 'key' %}{ "a": {{ row[k] }} }`),
      ['template.computed-column'],
    ],
    [
      'an unknown filter',
      withProperties('{ "a": "{{ row.key | upcas }}" }'),
      ['template.unknown-filter'],
    ],
    [
      'a filter that Liquid has and we do not',
      withProperties('{ "a": "{{ row.key | escape }}" }'),
      ['template.unknown-filter'],
    ],
    [
      'JSON inside of a text',
      withProperties('{ "a": "{{ row.key | json }}" }'),
      ['template.json-in-text'],
    ],
    [
      'curly quotes in a condition',
      withProperties('{ "a": {% if row.plan == “pro” %}1{% else %}2{% endif %} }'),
      ['template.stray-letter'],
    ],
    [
      'a no-break space in an output',
      withProperties('{ "a": "{{ row.key\u00a0| upcase }}" }'),
      ['template.stray-letter'],
    ],
    [
      'our own inner filter',
      withProperties('{ "a": "{{ row.key | output_as_is: 0 }}" }'),
      ['template.unknown-filter'],
    ],
    ['an unknown tag', withProperties('{ "a": "{% render x %}" }'), ['template.unknown-tag']],
    ['shown of a literal', withProperties(`{ "a": "{{ 'x' | shown }}" }`), ['template.shown']],
    [
      'shown behind another filter',
      withProperties('{ "a": "{{ row.key | upcase | shown }}" }'),
      ['template.shown'],
    ],
    ['a field twice', withProperties('{ "a": 1, "a": 2 }'), ['template.duplicate-field']],
    [
      'a field twice in a list',
      withProperties('{ "a": [{ "b": 1, "b": 2 }] }'),
      ['template.duplicate-field'],
    ],
    [
      'the code twice',
      withProperties('{}').replace('"code"', '"code": "x", "code"'),
      ['template.duplicate-field'],
    ],
    ['a field that Lago drops', withProperties('{}, "metadata": 1'), ['template.unknown-field']],
    ['a constant id', withField('transaction_id', '"fixed"'), ['template.constant-id']],
    [
      'a constant id in each branch',
      withField('transaction_id', '"{% if row.plan %}a{% else %}b{% endif %}"'),
      ['template.constant-id'],
    ],
    [
      'a missing field in one branch',
      withProperties('{}').replace(
        '"code": "units",',
        `{% if row.plan == 'x' %}"code": "a",{% else %}{% endif %}`,
      ),
      ['template.missing-field'],
    ],
  ])('has %s', (_, text, codes) => {
    expect(codesOf(text)).toEqual(codes);
  });

  it.each(['transaction_id', 'external_subscription_id', 'code', 'timestamp'])(
    'has no %s',
    (field) => {
      const text = withProperties('{}').replace(
        new RegExp(`"${field}": ("[^"]*"|\\{\\{[^}]*\\}\\}),`),
        '',
      );
      expect(compileTemplate(text, columns).problems).toMatchObject([
        { code: 'template.missing-field', message: `The event has no “${field}”.` },
      ]);
    },
  );

  it('is told with line and character, and with what was probably meant', () => {
    const text = withProperties('{\n  "a": {{ row.custmer }}\n}');
    expect(compileTemplate(text, columns).problems).toMatchObject([
      {
        code: 'template.unknown-column',
        place: { line: 2, character: 11 },
        remedy: 'Did you mean “customer”?',
      },
    ]);
    expect(
      compileTemplate(withProperties('{ "a": {{ row.zzzzzzzz }} }'), columns).problems,
    ).toMatchObject([{ remedy: 'Choose one of: key, customer, at, quantity, note, plan.' }]);
    expect(
      compileTemplate(withProperties('{ "a": "{{ row.key | upcas }}" }'), columns).problems,
    ).toMatchObject([{ remedy: 'Did you mean “upcase”?' }]);
  });

  it('is told all its unknown columns at once, each once', () => {
    expect(
      codesOf(withProperties('{ "a": {{ row.x1 }}, "b": {{ row.x2 }}, "c": [{{ row.x3 }}] }')),
    ).toEqual(Array(3).fill('template.unknown-column'));
  });

  it.each([
    ['an if', `"a{% if row.plan == 'x' %}"{% endif %}`],
    ['an else', `{% if row.plan == 'x' %}"a{% else %}b"{% endif %}`],
    ['a when', `{% case row.plan %}{% when 'x' %}"a{% when 'y' %}"b"{% endcase %}`],
    ['an unless', `"a{% unless row.plan == 'x' %}" {% endunless %}`],
  ])('has %s that begins inside of a text and ends outside', (_, value) => {
    expect(codesOf(withProperties(`{ "a": ${value} }`))).toContain('template.branch-in-text');
  });
});

describe('an output', () => {
  it.each([
    ['a text', 'abc', 'abc'],
    ['quotes', '", "code": "evil', '", "code": "evil'],
    ['a backslash at the end', 'C:\\', 'C:\\'],
    ['line breaks and tabs', 'a\r\nb\tc', 'a\r\nb\tc'],
    ['braces', '{{ row.note }}{% if %}', '{{ row.note }}{% if %}'],
    ['emoji', '👩‍👩‍👧 naïve ﷽', '👩‍👩‍👧 naïve ﷽'],
    ['line separators', 'a\u2028\u2029b', 'a\u2028\u2029b'],
    ['names of prototypes', '__proto__', '__proto__'],
    ['constructor', 'constructor', 'constructor'],
    ['a formula', '=SUM(A1)', '=SUM(A1)'],
    ['true', true, 'true'],
    ['a small number', 0.0000001453, '0.0000001453'],
    ['a number of 15 digits', 123_456_789_012_345, '123456789012345'],
    ['a negative number', -0.5, '-0.5'],
    ['a date and time', instant('2026-03-02T09:00:00Z'), '2026-03-02 10:00:00'],
  ])('inside a text keeps %s as content', (_, value, expected) => {
    expect(propertiesOf('{ "a": "<{{ row.note }}>" }', cellsOf({ note: value }))).toEqual({
      a: `<${expected}>`,
    });
  });

  it.each([
    ['half an emoji', '\ud83d'],
    ['a NUL character', 'a\u0000'],
  ])('inside a text is refused with %s, which Lago does not take', (_, value) => {
    const text = withProperties('{ "a": "<{{ row.note }}>" }');
    expect(refusalOf(text, cellsOf({ note: value }))).toEqual(['event.text']);
  });

  it.each([
    ['a text', 'abc', 'abc'],
    ['quotes', '1, "code": "evil"', '1, "code": "evil"'],
    ['a number', 5, 5],
    ['a text of digits', '007', '007'],
    ['a small number', 0.0000001453, '0.0000001453'],
    ['a number of 15 digits', 123_456_789_012_345, 123_456_789_012_345],
    ['true', true, true],
    ['false', false, false],
    ['null as text', 'null', 'null'],
    ['names of prototypes', '__proto__', '__proto__'],
    ['a date and time', instant('2026-03-02T09:00:00Z'), '2026-03-02 10:00:00'],
  ])('outside of a text becomes %s', (_, value, expected) => {
    expect(propertiesOf('{ "a": {{ row.note }} }', cellsOf({ note: value }))).toEqual({
      a: expected,
    });
  });

  it('takes a cell of 50,000 characters', () => {
    const note = '"\\\n👍'.repeat(10_000);
    expect(
      propertiesOf('{ "a": "{{ row.note }}", "b": {{ row.note }} }', cellsOf({ note })),
    ).toEqual({ a: note, b: note });
  });

  it('names a property', () => {
    expect(propertiesOf('{ "{{ row.note }}": 1 }', cellsOf({ note: 'a"b' }))).toEqual({ 'a"b': 1 });
    expect(
      JSON.stringify(propertiesOf('{ "{{ row.note }}": 1 }', cellsOf({ note: '__proto__' }))),
    ).toBe('{"__proto__":1}');
  });

  it('keeps its place when white space around it is removed', () => {
    expect(propertiesOf('{ "a": "x {{- row.note -}} y", "b": {{- row.quantity -}} }')).toEqual({
      a: 'xny',
      b: 5,
    });
  });

  it('is refused for the row where it divides by zero', () => {
    for (const filter of ['divided_by', 'modulo'])
      expect(refusalOf(withProperties(`{ "a": {{ row.quantity | ${filter}: 0 }} }`))).toEqual([
        'row.divided-by-zero',
      ]);
  });

  it('is refused for the row where it makes the JSON wrong', () => {
    expect(refusalOf(withProperties('{ "a": -{{ row.quantity }} }'))).toEqual([]);
    expect(
      refusalOf(withProperties('{ "a": -{{ row.quantity }} }'), cellsOf({ quantity: -5 })),
    ).toEqual(['row.render']);
    expect(
      refusalOf(withProperties('{ "a": -{{ row.quantity }} }'), cellsOf({ quantity: '1, "b": 2' })),
    ).toEqual(['row.render']);
  });
});

describe('columns with names of prototypes', () => {
  it.each(['constructor', 'toString', 'hasOwnProperty', 'size', 'first', 'last'])(
    '%s is read as the cell that it is',
    (name) => {
      const text = withProperties(`{ "a": "{{ row.${name} }}" }`);
      expect(codesOf(text)).toEqual(['template.unknown-column']);
      const template = compiled(text, [...columns, { name, header: 'Odd' }]);
      const reading = template.render(
        new Map([...cellsOf(), [name, { value: 'mine', shown: 'mine' }]]),
        berlin,
      );
      expect(reading).toMatchObject({ event: { properties: { a: 'mine' } } });
    },
  );
});

describe('an empty cell', () => {
  it.each(['', ' ', '\u00a0\t'])('of a needed column (%j) holds the row', (note) => {
    const reading = compiled(withProperties('{ "a": "{{ row.note }}" }')).render(
      cellsOf({ note }),
      berlin,
    );
    expect(reading).toMatchObject({
      problems: [
        { code: 'row.empty-cell', place: { column: 'Note' }, message: '“Note” is empty.' },
      ],
    });
  });

  it('is told for every needed column at once', () => {
    expect(
      refusalOf(
        withProperties('{ "a": "{{ row.note }}", "b": {{ row.quantity }} }'),
        cellsOf({ note: '', quantity: '', at: '' }),
      ),
    ).toEqual(Array(3).fill('row.empty-cell'));
  });

  it('of a column with default is replaced', () => {
    expect(
      propertiesOf(
        '{ "a": {{ row.quantity | default: 1 }}, "b": "{{ row.note | default: row.plan }}" }',
        cellsOf({ quantity: '', note: '' }),
      ),
    ).toEqual({
      a: 1,
      b: 'basic',
    });
  });

  it('of a column in a branch that is not taken is not needed', () => {
    const text = withProperties(`{ {% if row.plan == 'pro' %}"a": "{{ row.note }}"{% endif %} }`);
    expect(refusalOf(text, cellsOf({ note: '' }))).toEqual([]);
    expect(refusalOf(text, cellsOf({ note: '', plan: 'pro' }))).toEqual(['row.empty-cell']);
  });

  it('of a column in a condition is not needed', () => {
    expect(
      propertiesOf(`{ {% if row.note != blank %}"a": 1{% endif %} }`, cellsOf({ note: '' })),
    ).toEqual({});
    expect(
      propertiesOf('{ {% if row.quantity > 3 %}"a": 1{% endif %} }', cellsOf({ quantity: '' })),
    ).toEqual({});
  });

  it('that is assigned is needed', () => {
    expect(
      refusalOf(
        `{% assign n = row.note %}${withProperties('{ "a": "{{ n }}" }')}`,
        cellsOf({ note: '' }),
      ),
    ).toEqual(['row.empty-cell']);
    expect(
      refusalOf(
        `{% assign n = row.note | default: 'x' %}${withProperties('{ "a": "{{ n }}" }')}`,
        cellsOf({ note: '' }),
      ),
    ).toEqual([]);
  });

  it('is told instead of the filter that stumbles over it', () => {
    expect(refusalOf(withProperties('{}'), cellsOf({ at: '' }))).toEqual(['row.empty-cell']);
  });

  it('of a column that the template does not read is nothing', () => {
    expect(refusalOf(withProperties('{}'), cellsOf({ note: '', quantity: '#N/A' }))).toEqual([]);
  });
});

describe('an error cell', () => {
  it.each([
    '#N/A',
    '#REF!',
    '#VALUE!',
    '#DIV/0!',
    '#NAME?',
    '#NUM!',
    '#NULL!',
    '#ERROR!',
    '#BUSY!',
    '#CONNECT!',
    '#GETTING_DATA',
    '#NV',
    '#N/D',
    '#Н/Д',
    '#WERT!',
    '#BEZUG!',
    '#ÜBERLAUF!',
    '#NOM?',
    '#¡VALOR!',
    '#¿NOMBRE?',
    '#IMAGE!',
    'Loading...',
    'Wird geladen...',
    'Chargement...',
  ])('%s holds the row', (value) => {
    const reading = compiled(withProperties('{ "a": "{{ row.note | default: 1 }}" }')).render(
      cellsOf({ note: value }),
      berlin,
    );
    expect(reading).toMatchObject({
      problems: [
        { code: 'row.error-cell', place: { column: 'Note' }, message: `“Note” shows ${value}.` },
      ],
    });
  });

  it.each(['N/A', '# N/A', '#N/A!', '#N/A now', 'Loading…', '#hashtag'])('%s is none', (value) => {
    expect(propertiesOf('{ "a": "{{ row.note }}" }', cellsOf({ note: value }))).toEqual({
      a: value,
    });
  });
});

describe('ids', () => {
  it.each([
    ['transaction_id', 'key'],
    ['external_subscription_id', 'customer'],
  ])('%s of a number with more than 15 digits is refused', (_, column) => {
    const cells = cellsOf({ [column]: 1234567890123456 });
    expect(refusalOf(withProperties('{}'), cells)).toEqual(['row.imprecise']);
    expect(refusalOf(withProperties('{}'), cellsOf({ [column]: 999999999999999 }))).toEqual([]);
    expect(refusalOf(withProperties('{}'), cellsOf({ [column]: '1234567890123456' }))).toEqual([]);
  });

  it.each([
    ['a property', '{ "q": {{ row.quantity }} }'],
    ['a text', '{ "q": "account {{ row.quantity }}" }'],
    ['a calculation', '{ "q": {{ row.quantity | divided_by: 10 }} }'],
    ['an assigned name', '{% assign q = row.quantity %}{ "q": {{ q }} }'],
    ['what has a default', '{ "q": {{ row.quantity | default: 0 }} }'],
  ])('numbers with more than 15 digits hold the row in %s too', (_, properties) => {
    const text = withProperties(properties);
    expect(refusalOf(text, cellsOf({ quantity: 1234567890123456 }))).toEqual(['row.imprecise']);
    expect(refusalOf(text, cellsOf({ quantity: '1234567890123456' }))).toEqual([]);
  });

  it('numbers with more than 15 digits hold no row that does not use them', () => {
    const text = withProperties(
      '{ {% if row.plan == "by account" %}"q": {{ row.quantity }}{% endif %} }',
    );
    expect(refusalOf(text, cellsOf({ quantity: 1234567890123456 }))).toEqual([]);
  });

  it('may be numbers', () => {
    expect(eventOf(withProperties('{}'), cellsOf({ key: 7, customer: 8 }))).toMatchObject({
      transaction_id: '7',
      external_subscription_id: '8',
    });
  });

  it.each([
    [500, []],
    [1501, ['event.long-id']],
  ])('of %i characters give %j', (length, codes) => {
    expect(refusalOf(withProperties('{}'), cellsOf({ key: 'x'.repeat(length) }))).toEqual(codes);
  });
});

describe('tags', () => {
  it.each([
    ['basic', 'B'],
    ['pro', 'P'],
    ['max', 'P'],
    ['other', '-'],
  ])('case takes the branch of %s', (plan, expected) => {
    expect(
      propertiesOf(
        `{ "a": "{% case row.plan %}{% when 'basic' %}B{% when 'pro', 'max' %}P{% else %}-{% endcase %}" }`,
        cellsOf({ plan }),
      ),
    ).toEqual({ a: expected });
  });

  it.each([
    [0, 'none'],
    [5, 'some'],
    [50, 'many'],
  ])('if, elsif and else tell %i apart', (quantity, expected) => {
    const text = `{ "a": {% if row.quantity > 10 %}"many"{% elsif row.quantity > 0 %}"some"{% else %}"none"{% endif %} }`;
    expect(propertiesOf(text, cellsOf({ quantity }))).toEqual({ a: expected });
  });

  it('may stand in one another', () => {
    const text = `{ {% if row.plan == 'pro' %}{% unless row.quantity > 10 %}"a": 1{% endunless %}{% else %}"b": 2{% endif %} }`;
    expect(propertiesOf(text)).toEqual({ b: 2 });
    expect(propertiesOf(text, cellsOf({ plan: 'pro' }))).toEqual({ a: 1 });
    expect(propertiesOf(text, cellsOf({ plan: 'pro', quantity: 11 }))).toEqual({});
  });

  it('may choose the text of an id, if a column is in it', () => {
    const text = withField(
      'transaction_id',
      `"{% if row.plan == 'pro' %}p{% else %}b{% endif %}-{{ row.key }}"`,
    );
    expect(eventOf(text).transaction_id).toBe('b-k1');
  });
});

describe('shown', () => {
  it('gives what the sheet displays, in a text and outside of one, and through an assignment', () => {
    const cells = cellsOf({ quantity: 7, note: 3 }, { quantity: '007', note: '$3.00' });
    const text = `{% assign s = row.quantity | shown | append: '!' %}${withProperties('{ "a": "{{ row.quantity | shown }}", "b": {{ row.note | shown }}, "c": "{{ s }}", "d": {{ row.quantity }} }')}`;
    expect(eventOf(text, cells).properties).toEqual({ a: '007', b: '$3.00', c: '007!', d: 7 });
  });
});

describe('what a default does not stand in for', () => {
  const held = (output: string, values: Readonly<Record<string, CellValue>>) => {
    const reading = compiled(withProperties(`{ "n": ${output} }`)).render(cellsOf(values), berlin);
    return 'event' in reading
      ? reading.event.properties['n']
      : reading.problems.map(({ code, place }) => `${code} in ${place.column}`).join();
  };

  it.each<[string, CellValue, CellValue, unknown]>([
    ['"{{ row.plan | default: "x" | append: row.note }}"', '', '', 'row.empty-cell in Note'],
    ['{{ row.plan | default: 1 | plus: row.note }}', '', '', 'row.empty-cell in Note'],
    ['{{ row.plan | plus: row.note | default: 1 }}', 5, '', 'row.empty-cell in Note'],
    ['{{ row.plan | default: row.note }}', '', '', 'row.empty-cell in Note'],
    ['"{{ row.plan | default: row.note }}"', '', '', 'row.empty-cell in Note'],
    ['{{ row.plan | default: row.note | times: 2 }}', '', '', 'row.empty-cell in Note'],
    ['"{{ row.plan | default: row.note | upcase }}"', '', '', 'row.empty-cell in Note'],
    ['{% assign n = row.plan | default: row.note %}{{ n }}', '', '', 'row.empty-cell in Note'],
    ['{{ row.plan | default: row.note }}', '', 7, 7],
    ['{{ row.plan | default: row.note | default: 0 }}', '', '', 0],
    ['"{{ row.plan | append: "-eu" | default: "none" }}"', '', 'n', 'none'],
    ['{{ row.plan | size | default: 7 }}', '', 'n', 7],
    ['{{ row.plan | unix | default: 7 }}', '', 'n', 7],
    ['{{ row.plan | default: "" }}', '', 'n', ''],
    ['{{ row.plan | default: nil }}', '', 'n', null],
    ['"{{ row.plan | default: nil }}"', '', 'n', ''],
  ])('%s with %j and %j is %j', (output, plan, note, expected) => {
    expect(held(output, { plan, note })).toBe(expected);
  });
});
