import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describeTab, findHeaderRow, templateName } from '../../src/apps-script/tab-view';
import type { ColumnView } from '../../src/rpc/contract';
import type { SheetReading } from '../../src/sync/rows/model';
import { type CellValue, type Instant, isInstant } from '../../src/value/cell';

const HEADER = ['Date', 'Customer', 'GB', 'Note'];
const DATA = [
  ['2026-11-01', 'acme', '12.5', 'first'],
  ['2026-11-02', 'globex', '1,234.5', ''],
  ['2026-11-03', 'acme', '7', 'late'],
];

describe('the header row', () => {
  it.each<[string, string[][], number]>([
    ['at the top', [HEADER, ...DATA], 1],
    ['below a title', [['Usage report November 2026', '', '', ''], HEADER, ...DATA], 2],
    [
      'below a title and empty rows',
      [['Usage report', '', '', ''], ['', '', '', ''], ['', '', '', ''], HEADER, ...DATA],
      4,
    ],
    [
      'below names and values of the report',
      [
        ['Customer', 'Acme', '', ''],
        ['Period', 'November', '', ''],
        ['', '', '', ''],
        HEADER,
        ...DATA,
      ],
      4,
    ],
    ['below the names of its groups', [['', 'Who', 'How much', ''], HEADER, ...DATA], 2],
    ['below totals', [['', 'Total', '1254', ''], HEADER, ...DATA], 2],
    ['above units', [HEADER, ['UTC', '', 'GB', ''], ...DATA], 1],
    ['above units of every column', [HEADER, ['UTC', 'id', 'GB', 'text'], ...DATA], 1],
    ['above an empty row', [HEADER, ['', '', '', ''], ...DATA], 1],
    ['with a column that has no name', [['Date', '', 'GB', 'Note'], ...DATA], 1],
    ['with a name that stands twice', [['Date', 'Note', 'GB', 'Note'], ...DATA], 1],
    [
      'with an empty column in between',
      [['Date', '', 'Customer', 'GB'], ...DATA.map(([a = '', b = '', c = '']) => [a, '', b, c])],
      1,
    ],
    [
      'of two columns below a title',
      [
        ['Usage', ''],
        ['Id', 'GB'],
        ['a', '1'],
        ['b', '2'],
      ],
      2,
    ],
    ['of one column', [['Id'], ['a-1'], ['a-2']], 1],
    [
      'above dates that are written out',
      [
        ['When', 'Who'],
        ['30 November 2026', 'a'],
        ['Nov 30, 2026', 'b'],
      ],
      1,
    ],
    [
      'above money, percentages, errors and tick boxes',
      [
        ['A', 'B', 'C', 'D'],
        ['€1,000.00', '12%', '#N/A', 'TRUE'],
      ],
      1,
    ],
    [
      'above texts alone',
      [
        ['Id', 'Customer', 'Plan'],
        ['a', 'acme', 'pro'],
        ['b', 'globex', 'pro'],
      ],
      1,
    ],
    ['that has no rows yet', [['Date', 'Customer', 'GB']], 1],
    [
      'that has no rows yet, below a title',
      [
        ['Usage', '', ''],
        ['Date', 'Customer', 'GB'],
      ],
      2,
    ],
    [
      'nowhere: only values',
      [
        ['1', '2'],
        ['3', '4'],
      ],
      1,
    ],
    ['nowhere: nothing', [], 1],
    [
      'nowhere: empty rows',
      [
        ['', ''],
        ['', ''],
      ],
      1,
    ],
  ])('is found %s', (_, shown, row) => {
    expect(findHeaderRow(shown)).toBe(row);
  });
});

const at = (iso: string): Instant => ({
  ms: Date.parse(iso),
  dateOnly: true,
  wall: iso.slice(0, 10),
});
const textOf = (value: CellValue): string => String(isInstant(value) ? value.wall : value);

function columnOf(values: readonly CellValue[], firstRow = 1): ColumnView {
  const reading: SheetReading = {
    firstRow,
    values: [['Id', 'Value'], ...values.map((value, index) => [`r${index}`, value])],
    shown: [['Id', 'Value'], ...values.map((value, index) => [`r${index}`, textOf(value)])],
  };
  const column = describeTab({ id: 1, name: 'Usage' }, reading).columns[1];
  if (column === undefined) throw new Error('no column');
  return column;
}
const times = (count: number, value: (index: number) => CellValue): CellValue[] =>
  Array.from({ length: count }, (_, index) => value(index));

describe('a column', () => {
  it.each<[ColumnView['type'], readonly CellValue[], readonly number[]]>([
    ['number', [1, 2.5, -3], []],
    ['date', [at('2026-11-01'), at('2026-11-02')], []],
    [
      'duration',
      [
        { seconds: 5400, clock: '01:30:00' },
        { seconds: 60, clock: '00:01:00' },
      ],
      [],
    ],
    ['text', ['a', 'b'], []],
    ['tick box', [true, false], []],
    ['empty', ['', ' '], []],
    ['number', [...times(9, (index) => index), '1,234'], [11]],
    ['date', ['2026-11-31', ...times(9, () => at('2026-11-01'))], [2]],
    ['number', [...times(90, (index) => index), ...times(10, () => '#N/A')], [92, 93, 94, 95, 96]],
    ['text', [...times(9, () => 'a'), ...times(2, (index) => index)], [11, 12]],
    ['date', [...times(5, () => at('2026-11-01')), '06.11.2026'], [7]],
    ['number', [1, 2, 'three'], [4]],
    ['text', [1, 2, 3, 'four', 'five'], [2, 3, 4]],
  ])('is of the type %s that the clear majority of %j has', (type, values, odd) => {
    const column = columnOf(values);
    expect(column.type).toBe(type);
    expect(column.odd.rows).toEqual(odd);
  });

  it('says how many values are of another type', () => {
    expect(columnOf([...times(90, (index) => index), ...times(10, () => '#N/A')]).odd.count).toBe(
      10,
    );
    expect(columnOf([1, 'a']).type).toBe('text');
  });

  it('does not count empty cells among its types', () => {
    expect(columnOf([1, '', '', '', 2])).toMatchObject({
      type: 'number',
      odd: { count: 0, rows: [] },
      filled: 2,
      missing: 3,
      unique: false,
    });
  });

  it('names the first values that stand in several rows, by the rows of the sheet', () => {
    const column = columnOf(
      ['a', 'b', 'a', 'c', 'b', 'd', 'c', 'd', 'e', ...times(7, () => 'a')],
      5,
    );
    expect(column.repeated).toEqual([
      { value: 'a', rows: [6, 8, 15, 16, 17] },
      { value: 'b', rows: [7, 10] },
      { value: 'c', rows: [9, 12] },
    ]);
    expect(column.unique).toBe(false);
  });

  it('has no value twice where each row has one of its own', () => {
    expect(columnOf(['a', 'b', 7])).toMatchObject({ repeated: [], missing: 0, unique: true });
  });

  it('shows values as the sheet does, shortened', () => {
    const column = columnOf([at('2026-11-01'), at('2026-11-01')]);
    expect(column).toMatchObject({
      samples: ['2026-11-01', '2026-11-01'],
      repeated: [{ value: '2026-11-01', rows: [2, 3] }],
    });
    expect(columnOf(['x'.repeat(500), 'x'.repeat(500)]).repeated[0]?.value).toHaveLength(60);
  });
});

describe('a tab', () => {
  it('leaves out columns without a header, and rows that hold nothing but empty tick boxes', () => {
    const values: CellValue[][] = [
      ['Id', '', 'Ready'],
      ['a', 'x', false],
      ['', '', false],
      ['b', '', true],
    ];
    const view = describeTab(
      { id: 7, name: 'Usage' },
      { firstRow: 3, values, shown: values.map((row) => row.map(String)) },
    );
    expect(view).toMatchObject({ tab: { id: 7, name: 'Usage' }, headerRow: 3, rows: 2 });
    expect(view.columns.map(({ header, filled, odd }) => [header, filled, odd.count])).toEqual([
      ['Id', 2, 0],
      ['Ready', 2, 0],
    ]);
  });

  it('of 200 columns and 2,000 rows has its last column described like its first', () => {
    const headers = times(200, (index) => `Column ${index}`) as string[];
    const values: CellValue[][] = [
      headers,
      ...Array.from({ length: 2_000 }, (_, row) => headers.map((_, column) => row * 200 + column)),
    ];
    const view = describeTab(
      { id: 1, name: 'Wide' },
      { firstRow: 1, values, shown: values.map((row) => row.map(String)) },
    );
    expect(view.columns).toHaveLength(200);
    for (const column of [view.columns[0], view.columns[199]])
      expect(column).toMatchObject({ type: 'number', filled: 2_000, unique: true });
  });

  it('gives every column a name of its own, also where 200 headers are the same', () => {
    const headers = Array.from({ length: 200 }, () => 'Note');
    const view = describeTab(
      { id: 1, name: 'Same' },
      { firstRow: 1, values: [headers], shown: [headers] },
    );
    expect(new Set(view.columns.map(({ name }) => name)).size).toBe(200);
  });
});

test.each([
  ['customer_id', 'customer_id'],
  ['Customer ID', 'customer_id'],
  ['Über GB (used)', 'u_ber_gb_used'],
  ['2026', 'column_2026'],
  ['数量', 'column'],
])('the header %s is called %s in the template', (header, name) => {
  expect(templateName(header, new Set())).toBe(name);
});

const FOCUS = '../shared/data/focus_sample.csv';
(existsSync(FOCUS) ? describe : describe.skip)(
  'real cloud usage (skipped where the file is not there)',
  () => {
    const shown = existsSync(FOCUS)
      ? (parse(readFileSync(FOCUS, 'utf8'), { relax_column_count: true }) as string[][])
      : [];

    it('has its header found, also below a title and above units', () => {
      expect(findHeaderRow(shown)).toBe(1);
      expect(findHeaderRow([['Cloud usage, September 2024'], [], ...shown])).toBe(3);
      const units = (shown[0] ?? []).map((header) => (/Cost|Price/.test(header) ? 'USD' : ''));
      expect(findHeaderRow([['Cloud usage'], ...shown.slice(0, 1), units, ...shown.slice(1)])).toBe(
        2,
      );
    });

    it('has an id of its own in every row', () => {
      const view = describeTab({ id: 1, name: 'Focus' }, { firstRow: 1, values: shown, shown });
      expect(view.columns).toHaveLength(44);
      expect(view.columns.find(({ header }) => header === 'Id')).toMatchObject({
        unique: true,
        missing: 0,
        repeated: [],
      });
      expect(view.columns.find(({ header }) => header === 'SubAccountId')).toMatchObject({
        unique: false,
      });
    });
  },
);
