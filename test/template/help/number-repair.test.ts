import fc from 'fast-check';
import { repairNumbers } from '../../../src/template/help/number-repair';
import type { DecimalMark } from '../../../src/template/written-number';
import type { CellValue } from '../../../src/value/cell';
import { LAGO_NUMBER } from '../../../src/value/decimal';
import { applyEdits } from '../../../src/value/text-edit';
import { tries } from '../../bundle/long';
import { berlin, cellsOf, columns, eventOf, instant, withField, withProperties } from '../fixture';

const GB = '{ "gb": {{ row.quantity }} }';

/** What is offered for a row of a metric that counts “gb”: the title of each fix, and the properties or amount that the row then has. */
function offered(
  properties: string,
  values: Readonly<Record<string, CellValue>>,
  mark: DecimalMark = ',',
  field: string | null = 'gb',
) {
  const text = withProperties(properties);
  const cells = cellsOf(values);
  const { notes, fixes } = repairNumbers({
    text,
    columns,
    cells,
    rule: berlin,
    mark,
    fieldOf: () => field ?? undefined,
  });
  return {
    notes: notes.map(({ code }) => code),
    fixes: fixes.map(
      ({ label, edits }) => [label, eventOf(applyEdits(text, edits), cells).properties] as const,
    ),
    texts: fixes.map(({ edits }) => applyEdits(text, edits)),
  };
}

describe('a value that Lago would not count', () => {
  it.each<[string, DecimalMark, string, number, string]>([
    ['1.234,5', ',', 'Read “1.234,5” as 1234.5', 1234.5, '| number: ","'],
    ['1,234', ',', 'Read “1,234” as 1.234', 1.234, '| number: ","'],
    ['1,234', '.', 'Read “1,234” as 1234', 1234, '| number: "."'],
    ['1,234.5', ',', 'Read “1,234.5” as 1234.5', 1234.5, '| number: "."'],
    ['1.234,5', '.', 'Read “1.234,5” as 1234.5', 1234.5, '| number: ","'],
    ['.5', '.', 'Read “.5” as 0.5', 0.5, '| number: "."'],
    ['1e3', ',', 'Read “1e3” as 1000', 1000, '| number: ","'],
    [' 12', '.', 'Read “12” as 12', 12, '| number: "."'],
    ['$12', '.', 'Read “$12” as 12', 12, '| remove: "$" | number: "."'],
    ['12,50 €', ',', 'Read “12,50 €” as 12.5', 12.5, '| remove: "€" | number: ","'],
    ['12%', '.', 'Read “12%” as 12', 12, '| remove: "%" | number: "."'],
  ])(
    'such as %j in a spreadsheet with %j is repaired: %s',
    (quantity, mark, title, gb, filters) => {
      const { fixes, texts, notes } = offered(GB, { quantity }, mark);
      expect(fixes).toEqual([[title, { gb }]]);
      expect(texts).toEqual([withProperties(`{ "gb": {{ row.quantity ${filters} }} }`)]);
      expect(notes).toEqual([]);
    },
  );

  it.each(['many', 'INV001', '1,2,3', '1.2.3', '$', '1$2', '0,12.3'])(
    'such as %j is left to a person',
    (quantity) => {
      expect(offered(GB, { quantity })).toEqual({ notes: [], fixes: [], texts: [] });
    },
  );

  it.each<CellValue>([5, 1.5, true, '', 'x', '5', '12.5', instant('2026-03-02T10:00:00Z')])(
    'is not %j, which has nothing that could be repaired so',
    (quantity) => {
      expect(offered(GB, { quantity })).toEqual({ notes: [], fixes: [], texts: [] });
    },
  );

  it('keeps all of its digits', () => {
    expect(
      offered(GB, { quantity: '12.345.678.901.234.567,89' }).fixes.map(
        ([, properties]) => properties,
      ),
    ).toEqual([{ gb: '12345678901234567.89' }]);
  });

  it.each([
    ['a quoted text', '{ "gb": "{{ row.quantity }}" }', { gb: '1234.5' }],
    ['a column in brackets', `{ "gb": {{ row["Quantity"] }} }`, { gb: 1234.5 }],
    ['no spaces', '{ "gb": {{row.quantity}} }', { gb: 1234.5 }],
    ['a default', '{ "gb": {{ row.quantity | default: 0 }} }', { gb: 1234.5 }],
    ['an arithmetic filter', '{ "gb": {{ row.quantity | times: 2 }} }', { gb: 2469 }],
    ['shown', '{ "gb": {{ row.quantity | shown }} }', { gb: 1234.5 }],
    ['a name', '{% assign q = row.quantity %}{ "gb": {{ q }} }', { gb: 1234.5 }],
    [
      'a name that is calculated',
      '{% assign q = row.quantity | times: 2 %}{ "gb": {{ q }} }',
      { gb: 2469 },
    ],
    [
      'a branch',
      '{ {% if row.plan == "basic" %}"gb": {{ row.quantity }}{% else %}"gb": 0{% endif %} }',
      { gb: 1234.5 },
    ],
    [
      'a second use',
      '{ "gb": {{ row.quantity | times: 2 }}, "half": {{ row.quantity | divided_by: 2 }} }',
      { gb: 2469, half: 617.25 },
    ],
    [
      'a use that counts nothing',
      '{ "gb": {{ row.quantity }}, "said": "{{ row.quantity }}" }',
      { gb: 1234.5, said: '1.234,5' },
    ],
  ])('is repaired where it is written with %s', (_, properties, expected) => {
    expect(offered(properties, { quantity: '1.234,5' }).fixes.map(([, made]) => made)).toEqual([
      expected,
    ]);
  });

  it('is read behind what the template removes already', () => {
    const { texts } = offered('{ "gb": {{ row.quantity | remove: " GB" }} }', {
      quantity: '1.234,5 GB',
    });
    expect(texts).toEqual([
      withProperties('{ "gb": {{ row.quantity | remove: " GB" | number: "," }} }'),
    ]);
    const calculated = offered('{ "gb": {{ row.quantity | remove: " GB" | times: 2 }} }', {
      quantity: '1.234,5 GB',
    });
    expect(calculated.texts).toEqual([
      withProperties('{ "gb": {{ row.quantity | remove: " GB" | number: "," | times: 2 }} }'),
    ]);
  });

  it('is repaired together with others of the row, by one fix that names them all', () => {
    const { fixes } = offered(
      '{ "gb": {{ row.quantity }}, "cents": {{ row.note | times: 100 }} }',
      { quantity: '1.234,5', note: '2,5' },
    );
    expect(fixes).toEqual([
      ['Read “2,5” as 2.5 and “1.234,5” as 1234.5', { gb: 1234.5, cents: 250 }],
    ]);
  });

  it('is not repaired while another value of the row cannot be', () => {
    expect(
      offered('{ "gb": {{ row.quantity }}, "cents": {{ row.note | times: 100 }} }', {
        quantity: '1.234,5',
        note: 'x',
      }).fixes,
    ).toEqual([]);
  });

  it('is repaired before a filter calculates with it, also where the metric is not known', () => {
    expect(
      offered('{ "gb": {{ row.quantity | plus: 1 }} }', { quantity: '1.234,5' }, ',', null).fixes,
    ).toEqual([['Read “1.234,5” as 1234.5', { gb: 1235.5 }]]);
    expect(offered(GB, { quantity: '1.234,5' }, ',', null).fixes).toEqual([]);
  });

  it('is not looked for in a template that does not compile, or in a row that has another problem', () => {
    const values = { quantity: '1.234,5', customer: '' };
    const row = {
      columns,
      cells: cellsOf(values),
      rule: berlin,
      mark: ',' as const,
      fieldOf: () => 'gb',
    };
    expect(repairNumbers({ ...row, text: withProperties(GB) })).toEqual({ notes: [], fixes: [] });
    expect(repairNumbers({ ...row, text: withField('timestamp', '{{ row.nothing }}') })).toEqual({
      notes: [],
      fixes: [],
    });
  });

  it('is not searched for without bound', () => {
    const many = Array.from(
      { length: 400 },
      (_, index) => `"p${index}": {{ row.quantity | times: 2 }}`,
    ).join(', ');
    const text = withProperties(`{ ${many}, "gb": {{ row.note }} }`);
    let looks = 0;
    const cells = new Map(cellsOf({ quantity: '1,5', note: 'x1,5' }));
    const counting = Object.assign(Object.create(cells), {
      get: (name: string) => {
        looks++;
        return cells.get(name);
      },
    });
    expect(
      repairNumbers({
        text,
        columns,
        cells: counting,
        rule: berlin,
        mark: ',',
        fieldOf: () => 'gb',
      }).fixes,
    ).toEqual([]);
    expect(looks).toBeLessThan(50_000);
  });

  it('is counted after every fix that is offered, whatever the cell says', () => {
    const part = fc.constantFrom('1', '12', '234', '.', ',', ' ', '$', '%', '-', 'e', 'x');
    const properties = fc.constantFrom(
      GB,
      '{ "gb": "{{ row.quantity }}" }',
      '{ "gb": {{ row.quantity | times: 2 }} }',
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 6 }),
        properties,
        fc.constantFrom<DecimalMark>('.', ','),
        (parts, template, mark) => {
          for (const [, { gb }] of offered(template, { quantity: parts.join('') }, mark).fixes)
            expect(String(gb)).toMatch(LAGO_NUMBER);
        },
      ),
      { numRuns: tries(200) },
    );
  });
});

describe('a text that Lago counts and the spreadsheet would read as another number', () => {
  it.each([
    [GB, '1.234', { gb: 1234 }],
    ['{ "gb": "{{ row.quantity }}" }', '12.345', { gb: '12345' }],
    ['{ "gb": {{ row.quantity | times: 2 }} }', '1.234', { gb: 2468 }],
    ['{% assign q = row.quantity %}{ "gb": {{ q }} }', '1.234', { gb: 1234 }],
  ])('in %s is said and not changed, with a fix', (properties, quantity, expected) => {
    const { notes, fixes } = offered(properties, { quantity });
    expect(notes).toEqual(['row.ambiguous-number']);
    expect(fixes).toEqual([[`Read “${quantity}” as ${quantity.replace('.', '')}`, expected]]);
  });

  it('is told by its column, with both readings', () => {
    const cells = cellsOf({ quantity: '1.234' });
    const { notes } = repairNumbers({
      text: withProperties(GB),
      columns,
      cells,
      rule: berlin,
      mark: ',',
      fieldOf: () => 'gb',
    });
    expect(notes).toMatchObject([
      {
        place: { column: 'Quantity' },
        message: '“1.234” counts as 1.234; in this spreadsheet it may mean 1234.',
        remedy:
          'If 1234 is meant, add | number: "," behind the column in the template. Nothing is held for this.',
      },
    ]);
  });

  it.each<[string, CellValue, DecimalMark, string | null]>([
    [GB, '1.234', '.', 'gb'],
    [GB, 1.234, ',', 'gb'],
    [GB, '12.5', ',', 'gb'],
    [GB, '0.123', ',', 'gb'],
    [GB, '1234', ',', 'gb'],
    [GB, '1.234', ',', null],
    ['{ "gb": 1, "said": "{{ row.quantity }}" }', '1.234', ',', 'gb'],
    ['{ "gb": {{ row.quantity | number: "." }} }', '1.234', ',', 'gb'],
    ['{ "gb": {{ row.quantity | number: "," }} }', '1.234', ',', 'gb'],
  ])(
    'is not in %s with %j in a spreadsheet with %j that counts %s',
    (properties, quantity, mark, field) => {
      expect(offered(properties, { quantity }, mark, field)).toEqual({
        notes: [],
        fixes: [],
        texts: [],
      });
    },
  );
});
