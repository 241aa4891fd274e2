import { isTicked, keyText, listRows, readModel, type TickBox } from '../../../src/sync/rows/model';
import type { Sync } from '../../../src/sync/sync';
import { syncOf } from '../fixture';
import { sheet } from '../sheet-table';

const HEADER = '| id | sub | date | qty |';

function rowsOf(
  rows: string,
  changes: Partial<Sync> = {},
): { rows: string[]; keysComplete: boolean } {
  const table = `${HEADER}\n${rows}`;
  const read = readModel(syncOf(table, changes), sheet(table));
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const { model } = read;
  return {
    rows: model.rows.map(({ number, key, problem }) =>
      [number, key ?? '-', ...(problem === undefined ? [] : [problem.code])].join(' '),
    ),
    keysComplete: model.keysComplete,
  };
}

/** Reads a tab with other headers than the sync picked. */
function problemsOf(header: string, picked = HEADER): string[] {
  const read = readModel(syncOf(picked), sheet(`${header}\n${header.replace(/[^|]+/g, ' x ')}`));
  return 'problems' in read
    ? read.problems.map(({ code, message, remedy }) => `${code}: ${message} ${remedy}`)
    : [];
}

describe('a tab', () => {
  it('is its rows with their numbers and keys, without blank ones', () => {
    expect(rowsOf('| a | s | | 1 |\n(blank)\n| b | | | |\n(blank)')).toEqual({
      rows: ['2 a', '4 b'],
      keysComplete: true,
    });
  });

  it('may begin anywhere', () => {
    const table = `${HEADER}\n| a | s | | 1 |`;
    const read = readModel(syncOf(table), sheet(table, 5));
    expect(read).toMatchObject({ model: { rows: [{ number: 6, key: 'a' }] } });
  });

  it('may be empty', () => {
    const read = readModel(syncOf(HEADER), sheet(HEADER));
    expect(read).toEqual({ model: { rows: [], keysComplete: true } });
  });

  it('may have its columns in any order, and others between them', () => {
    const read = readModel(
      syncOf(HEADER),
      sheet('| qty | extra | sub | id | date |\n| 1 | x | s | a | d |'),
    );
    expect(
      'model' in read &&
        [...(read.model.rows[0]?.cells ?? [])].map(([name, { value }]) => `${name}=${value}`),
    ).toEqual(['id=a', 'sub=s', 'date=d', 'qty=1']);
  });

  it('has blank rows where only columns that were not picked are filled', () => {
    const read = readModel(
      syncOf(HEADER),
      sheet('| id | sub | date | qty | note |\n|  |  |  |  | a comment |'),
    );
    expect(read).toMatchObject({ model: { rows: [] } });
  });

  it.each(['ok', undefined])('has no rows of a column of tick boxes (ready: %s)', (ready) => {
    const table =
      '| id | sub | date | qty | ok |\n| a | s | | 1 | TRUE |\n| | | | | FALSE |\n| b | s | | 1 | FALSE |';
    const read = readModel(syncOf(table, { ready }), sheet(table));
    expect('model' in read && read.model.rows.map(({ key }) => key)).toEqual(['a', 'b']);
  });

  it('has a row where a tick box is ticked and the key is missing', () => {
    const table = '| id | sub | date | qty | ok |\n| | | | | TRUE |';
    expect(readModel(syncOf(table, { ready: 'ok' }), sheet(table))).toMatchObject({
      model: { rows: [{ problem: { code: 'key.empty' } }], keysComplete: false },
    });
  });
});

describe('a key', () => {
  it.each([
    ['is missing', '| | s | | 1 |', ['2 - key.empty']],
    ['is blank', "| '  | s | | 1 |", ['2 - key.empty']],
    ['is an error', '| #N/A | s | | 1 |', ['2 - key.unreadable']],
    ['is being loaded', '| Loading... | s | | 1 |', ['2 - key.unreadable']],
    ['is a number of too many digits', '| 1234567890123456 | s | | 1 |', ['2 - key.imprecise']],
    ['is a long text of digits', "| '1234567890123456 | s | | 1 |", ['2 1234567890123456']],
    ['is a number', '| 12 | s | | 1 |', ['2 12']],
    ['is a small number', '| 0.0000001 | s | | 1 |', ['2 0.0000001']],
    ['is zero', '| 0 | s | | 1 |', ['2 0']],
    ['is a date', '| @2026-03-02 | s | | 1 |', ['2 2026-03-02']],
    [
      'is the name of a prototype',
      '| __proto__ | s | | 1 |\n| constructor | s | | 1 |',
      ['2 __proto__', '3 constructor'],
    ],
    [
      'stands twice',
      '| a | s | | 1 |\n| b | s | | 1 |\n| a | s | | 2 |',
      ['2 a key.duplicate', '3 b', '4 a key.duplicate'],
    ],
    [
      'stands twice, as number and as text',
      "| 7 | s | | 1 |\n| '7 | s | | 1 |",
      ['2 7 key.duplicate', '3 7 key.duplicate'],
    ],
    ['differs in capital letters', '| a | s | | 1 |\n| A | s | | 1 |', ['2 a', '3 A']],
  ])('%s', (_, rows, expected) => {
    const read = rowsOf(rows);
    expect(read.rows).toEqual(expected);
    expect(read.keysComplete).toBe(!expected.some((row) => row.includes('key.')));
  });

  it('of a column of ids that the product adds is told as a row without an id', () => {
    const table = '| Usage ID | sub | date | qty |\n|  | s | | 1 |';
    const read = readModel(syncOf(table, { key: 'Usage ID' }), sheet(table));
    expect('model' in read && read.model.rows[0]?.problem).toMatchObject({
      code: 'key.no-id',
      place: { row: 2, column: 'Usage ID' },
    });
  });

  it('that stands twice is told with its rows and the place', () => {
    const table = `${HEADER}\n${'| a | s | | 1 |\n'.repeat(8)}`;
    const read = readModel(syncOf(table), sheet(table));
    expect('model' in read && read.model.rows[7]?.problem).toMatchObject({
      message: 'The key “a” stands in the rows 2, 3, 4, 5, 6 and 3 more.',
      place: { row: 9, column: 'id' },
    });
  });

  it('as text is what the cell holds', () => {
    expect(keyText(true)).toBe('true');
    expect(keyText(1e21)).toBe('1000000000000000000000');
    expect(listRows([2, 3])).toBe('2, 3');
  });
});

describe('a header row', () => {
  it('is fine with spaces around its names', () => {
    expect(problemsOf('|  id  | sub | date | qty |')).toEqual([]);
  });

  it('may hold doubles of columns that were not picked', () => {
    expect(problemsOf('| id | sub | date | qty | x | x |')).toEqual([]);
  });

  it('is told where a picked column is double', () => {
    expect(problemsOf('| id | sub | date | qty | qty |')).toEqual([
      'sheet.header-twice: Two columns are called “qty”. Give each column that the sync reads a name of its own.',
    ]);
  });

  it('is told where a column is missing, with the nearest that was not picked', () => {
    expect(problemsOf('| id | sub | date | qtty |')).toEqual([
      'sheet.header-missing: The column “qty” is gone or was renamed. Name it “qty” again, or choose “qtty” in its place.',
    ]);
    expect(problemsOf('| id | sub | date | amount of it |')).toEqual([
      'sheet.header-missing: The column “qty” is gone or was renamed. Bring it back, or choose the columns anew in the settings.',
    ]);
  });

  it('is told with all that is missing', () => {
    expect(problemsOf('| id | aaaaaa | bbbbbb | qty |')).toHaveLength(2);
  });

  it('is told where it is blank', () => {
    expect(readModel(syncOf(HEADER), sheet('| | |\n| a | b |'))).toMatchObject({
      problems: [
        {
          code: 'sheet.no-header',
          message: 'Row 1 of “Usage” holds no column names.',
          place: { row: 1 },
        },
      ],
    });
    expect(readModel(syncOf(HEADER), { firstRow: 1, values: [], shown: [] })).toMatchObject({
      problems: [{ code: 'sheet.no-header' }],
    });
  });
});

describe('a tick box with values of its own', () => {
  const YES: TickBox = { ticked: 'YES', unticked: 'NO' };

  /** The rows of a tab with tick boxes in columns (0-based), and which rows the sheet is asked for. */
  function read(rows: string, boxes: readonly (readonly [number, TickBox])[], ready?: string) {
    const table = `| id | sub | ok |\n${rows}`;
    const sync = syncOf(table, { ready });
    const asked: number[] = [];
    const tickBoxes = (row: number): ReadonlyMap<number, TickBox> => {
      asked.push(row);
      return new Map(boxes);
    };
    const found = readModel(sync, { ...sheet(table), tickBoxes });
    if ('problems' in found) throw new Error(JSON.stringify(found.problems));
    const ticked = found.model.rows.map(
      (row) => `${row.number} ${row.key ?? '-'} ${isTicked(row, sync) ? 'ticked' : 'not'}`,
    );
    return { rows: ticked, asked };
  }

  it('makes no row where nothing else stands', () => {
    const rows = '| a | s | YES |\n| | | NO |\n| | s | NO |\n| | | NO |';
    expect(read(rows, [[2, YES]])).toEqual({ rows: ['2 a not', '4 - not'], asked: [3, 5] });
  });

  it('makes one where it is ticked', () => {
    expect(read('| | | YES |', [[2, YES]]).rows).toEqual(['2 - not']);
  });

  it('says by its ticked value that a row is ready', () => {
    const rows = '| a | s | YES |\n| b | s | NO |\n| c | s | |\n| d | s | maybe |';
    expect(read(rows, [[2, YES]], 'ok')).toEqual({
      rows: ['2 a ticked', '3 b not', '4 c not', '5 d not'],
      asked: [2, 5],
    });
  });

  it('may be a number, and may be empty unticked', () => {
    expect(read('| a | s | 1 |', [[2, { ticked: '1', unticked: '' }]], 'ok').rows).toEqual([
      '2 a ticked',
    ]);
  });

  it('does not change what TRUE says, should its rule name that in another way', () => {
    const box = { ticked: 'WAHR', unticked: 'FALSCH' };
    const rows = '| a | s | TRUE |\n| b | s | FALSE |\n| | s | |';
    expect(read(rows, [[2, box]], 'ok').rows).toEqual(['2 a ticked', '3 b not', '4 - not']);
  });

  it('is not asked for where every row has a key and every ready box is TRUE or FALSE', () => {
    const rows = '| a | s | TRUE |\n| b | s | FALSE |\n| | | FALSE |';
    expect(read(rows, [], 'ok')).toEqual({ rows: ['2 a ticked', '3 b not'], asked: [] });
  });
});

test('an unticked box is no key', () => {
  expect(rowsOf('| FALSE | s | | 1 |').rows).toEqual(['2 - key.empty']);
});
