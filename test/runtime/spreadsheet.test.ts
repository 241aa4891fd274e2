import type { Runtime, Sheet } from '../../src/apps-script/runtime';
import { cells, newGoogle, refusal } from './google';

const sheetOf = (runtime: Runtime, name = 'Sheet1'): Sheet => {
  const sheet = runtime.SpreadsheetApp.getActiveSpreadsheet().getSheetByName(name);
  if (!sheet) throw new Error(name);
  return sheet;
};

describe('a range', () => {
  test.each([
    [[0, 1, 1, 1], 'The starting row of the range is too small.'],
    [[1, 0, 1, 1], 'The starting column of the range is too small.'],
    [[1, 1, 0, 1], 'The number of rows in the range must be at least 1.'],
    [[1, 1, 1, 0], 'The number of columns in the range must be at least 1.'],
    [[1000, 1, 2, 1], 'The coordinates of the range are outside the dimensions of the sheet.'],
    [[1, 27, 1, 1], 'The coordinates of the range are outside the dimensions of the sheet.'],
  ])('of %j is refused', ([row = 0, column = 0, rows = 0, columns = 0], text) => {
    expect(
      refusal(newGoogle(), (runtime) => sheetOf(runtime).getRange(row, column, rows, columns)),
    ).toBe(`Exception: ${text}`);
  });

  test('takes data of its own size only', () => {
    const google = newGoogle();
    expect(refusal(google, (runtime) => cells(runtime, 1, 1, 2).setValues([['a']]))).toBe(
      'Exception: The number of rows in the data does not match the number of rows in the range. The data has 1 but the range has 2.',
    );
    expect(refusal(google, (runtime) => cells(runtime, 1, 1).setValues([['a', 'b']]))).toBe(
      'Exception: The number of columns in the data does not match the number of columns in the range. The data has 2 but the range has 1.',
    );
  });

  test('gives what is in hidden columns too', () => {
    const google = newGoogle();
    google.spreadsheet.paste('Sheet1', 1, 1, [['a', 'b', 'c']]);
    google.spreadsheet.hideColumns('Sheet1', 2);
    expect(
      google.run((runtime) => [
        cells(runtime, 1, 1, 1, 3).getValues(),
        cells(runtime, 1, 1, 1, 3).getDisplayValues(),
      ]).result,
    ).toEqual([[['a', 'b', 'c']], [['a', 'b', 'c']]]);
  });

  test('gives what a filter hides too', () => {
    const google = newGoogle();
    google.spreadsheet.paste('Sheet1', 1, 1, [['name'], ['a'], ['b'], ['a']]);
    google.spreadsheet.filter('Sheet1', 1, 'a');
    expect(google.run((runtime) => cells(runtime, 1, 1, 4, 1).getValues()).result).toEqual([
      ['name'],
      ['a'],
      ['b'],
      ['a'],
    ]);
  });

  test('refuses what is no table of values', () => {
    const google = newGoogle();
    expect(refusal(google, (runtime) => cells(runtime, 1, 1).setValues('a' as never))).toBe(
      "Exception: The parameters (String) don't match the method signature for SpreadsheetApp.Range.setValues.",
    );
    expect(
      refusal(google, (runtime) => sheetOf(runtime).getRange('1' as never, 1, 1, null as never)),
    ).toBe(
      "Exception: The parameters (String,number,number,null) don't match the method signature for SpreadsheetApp.Sheet.getRange.",
    );
  });

  test('refuses more than 50,000 characters in a cell', () => {
    const google = newGoogle();
    expect(
      refusal(google, (runtime) => cells(runtime, 1, 1).setValues([['x'.repeat(50_000)]])),
    ).toBe('no error');
    expect(
      refusal(google, (runtime) => cells(runtime, 1, 1).setValues([['x'.repeat(50_001)]])),
    ).toBe(
      'Exception: Your input contains more than the maximum of 50000 characters in a single cell.',
    );
  });
});

describe('a sheet', () => {
  test('is 1,000 rows by 26 columns and empty', () => {
    const { result } = newGoogle().run((runtime) => {
      const sheet = sheetOf(runtime);
      return [sheet.getMaxRows(), sheet.getMaxColumns(), sheet.getLastRow(), sheet.getLastColumn()];
    });
    expect(result).toEqual([1000, 26, 0, 0]);
  });

  test('is a grid by its enumeration, which equals no text', () => {
    const type = (work: (runtime: Runtime) => unknown) => newGoogle().run(work).result;
    expect([
      type((runtime) => String(sheetOf(runtime).getType())),
      type((runtime) => sheetOf(runtime).getType() === 'GRID'),
    ]).toEqual(['GRID', false]);
  });

  test('that a chart has for itself is of another type, and has no cells to ask for', () => {
    const google = newGoogle();
    google.spreadsheet.insertChartSheet('Chart');
    const asked = (work: (sheet: Sheet) => unknown) =>
      refusal(google, (runtime) => work(sheetOf(runtime, 'Chart')));
    const none = 'Exception: This operation is not supported on sheets without cells.';
    expect(
      google.run((runtime) => [
        String(sheetOf(runtime, 'Chart').getType()),
        sheetOf(runtime, 'Chart').getName(),
      ]).result,
    ).toEqual(['OBJECT', 'Chart']);
    expect([
      asked((sheet) => sheet.getLastRow()),
      asked((sheet) => sheet.getLastColumn()),
      asked((sheet) => sheet.getMaxRows()),
      asked((sheet) => sheet.getMaxColumns()),
      asked((sheet) => sheet.getRange(1, 1, 1, 1)),
      asked((sheet) => sheet.insertRowsAfter(1, 1)),
    ]).toEqual(Array(6).fill(none));
    expect(asked((sheet) => sheet.hideSheet())).toBe('no error');
  });

  test('ends at its last content, a formula that shows nothing included', () => {
    const google = newGoogle();
    google.spreadsheet.edit('Sheet1', 4, 3, '=""');
    google.spreadsheet.edit('Sheet1', 9, 9, 'x');
    google.spreadsheet.clear('Sheet1', 9, 9);
    expect(
      google.run((runtime) => [sheetOf(runtime).getLastRow(), sheetOf(runtime).getLastColumn()])
        .result,
    ).toEqual([4, 3]);
  });

  test('grows by inserted rows, which take the format above them', () => {
    const { result } = newGoogle().run((runtime) => {
      const sheet = sheetOf(runtime);
      sheet.getRange(1000, 1, 1, 1).setNumberFormat('@');
      sheet.insertRowsAfter(1000, 2).insertColumnsAfter(26, 4);
      return [
        sheet.getMaxRows(),
        sheet.getMaxColumns(),
        sheet
          .getRange(1002, 1, 1, 1)
          .setValues([['007']])
          .getValues(),
      ];
    });
    expect(result).toEqual([1002, 30, [['007']]]);
  });

  test('cannot grow beyond ten million cells', () => {
    expect(refusal(newGoogle(), (runtime) => sheetOf(runtime).insertRowsAfter(1, 400_000))).toBe(
      'Exception: This action would increase the number of cells in the workbook above the limit of 10000000 cells.',
    );
    expect(refusal(newGoogle(), (runtime) => sheetOf(runtime).insertRowsAfter(1001, 1))).toBe(
      'Exception: Those rows are out of bounds.',
    );
  });

  test('is null if there is none of that name, and is not made twice', () => {
    const google = newGoogle();
    expect(
      google.run((runtime) =>
        runtime.SpreadsheetApp.getActiveSpreadsheet().getSheetByName('sheet1'),
      ).result,
    ).toBeNull();
    expect(
      refusal(google, (runtime) =>
        runtime.SpreadsheetApp.getActiveSpreadsheet().insertSheet('Sheet1'),
      ),
    ).toBe('Exception: A sheet with the name “Sheet1” already exists. Please enter another name.');
  });

  test('is found by its id under any name, and null by an id that is gone', () => {
    const google = newGoogle();
    google.spreadsheet.insertSheet('Usage');
    const id = google.spreadsheet.sheets[1]?.id ?? -1;
    google.spreadsheet.renameSheet('Usage', 'November');
    const name = () =>
      google.run(
        (runtime) =>
          runtime.SpreadsheetApp.getActiveSpreadsheet().getSheetById(id)?.getName() ?? null,
      ).result;
    expect(name()).toBe('November');
    google.spreadsheet.deleteSheet('November');
    expect(name()).toBeNull();
    expect(
      refusal(google, (runtime) =>
        runtime.SpreadsheetApp.getActiveSpreadsheet().getSheetById('0' as never),
      ),
    ).toBe(
      "Exception: The parameters (String) don't match the method signature for SpreadsheetApp.Spreadsheet.getSheetById.",
    );
  });

  test('has a name of 100 characters at most, whoever gives it', () => {
    const google = newGoogle();
    const text = 'The sheet name cannot be greater than 100 characters.';
    const insert = (length: number) =>
      refusal(google, (runtime) =>
        runtime.SpreadsheetApp.getActiveSpreadsheet().insertSheet('x'.repeat(length)),
      );
    expect([insert(100), insert(101)]).toEqual(['no error', `Exception: ${text}`]);
    expect(() => google.spreadsheet.renameSheet('Sheet1', 'y'.repeat(101))).toThrow(text);
  });

  test('that is new stands after the active one and is active', () => {
    const google = newGoogle();
    google.spreadsheet.insertSheet('Last');
    const { result } = google.run((runtime) => {
      const spreadsheet = runtime.SpreadsheetApp.getActiveSpreadsheet();
      spreadsheet.insertSheet('New');
      return [
        spreadsheet.getSheets().map((sheet) => sheet.getName()),
        spreadsheet.getActiveSheet().getName(),
      ];
    });
    expect(result).toEqual([['Sheet1', 'New', 'Last'], 'New']);
  });

  test('cannot be hidden if it is the last visible one', () => {
    const google = newGoogle();
    expect(refusal(google, (runtime) => sheetOf(runtime).hideSheet())).toBe(
      "Exception: You can't hide all the sheets in a document.",
    );
    google.spreadsheet.insertSheet('Other');
    expect(google.run((runtime) => sheetOf(runtime).hideSheet().isSheetHidden()).result).toBe(true);
  });

  test('that a person has deleted meanwhile is not found', () => {
    const google = newGoogle();
    google.spreadsheet.insertSheet('Other');
    const onCall = ({ name }: { name: string }): void => {
      if (name === 'Range.getValues') google.spreadsheet.deleteSheet('Other');
    };
    expect(
      google.run((runtime) => sheetOf(runtime, 'Other').getRange(1, 1, 1, 1).getValues(), {
        onCall,
      }).error?.message,
    ).toMatch(/^Sheet \d+ not found$/);
  });
});

describe('a protection', () => {
  test('stops the scripts of other people, unless it only warns', () => {
    const google = newGoogle();
    google.run((runtime) => sheetOf(runtime).protect().setDescription('ours').setWarningOnly(true));
    const write = () =>
      google.run((runtime) => cells(runtime, 1, 1).setValues([['x']]), {
        user: 'other@example.com',
      }).error?.message;
    expect(write()).toBeUndefined();
    google.run((runtime) => sheetOf(runtime).protect().setWarningOnly(false));
    expect(write()).toBe(
      'You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove protection if you need to edit.',
    );
    expect(refusal(google, (runtime) => cells(runtime, 1, 1).setValues([['x']]))).toBe('no error');
  });
});

describe('a write', () => {
  test('is seen by others only after a flush, a read or the end', () => {
    const google = newGoogle();
    const seen: string[] = [];
    const onCall = ({ name }: { name: string }): void =>
      void seen.push(`${name} ${google.spreadsheet.shown('Sheet1', 1, 1)}`);
    google.run(
      (runtime) => {
        const range = cells(runtime, 1, 1);
        range.setValues([['first']]);
        runtime.Utilities.getUuid();
        range.getValues();
        range.setValues([['second']]);
        runtime.SpreadsheetApp.flush();
        range.setValues([['third']]);
        runtime.Utilities.getUuid();
      },
      { onCall },
    );
    expect(seen.slice(3)).toEqual([
      'Range.setValues ',
      'Utilities.getUuid ',
      'Range.getValues ',
      'Range.setValues first',
      'SpreadsheetApp.flush first',
      'Range.setValues second',
      'Utilities.getUuid second',
    ]);
    expect(google.spreadsheet.shown('Sheet1', 1, 1)).toBe('third');
  });

  test('lands on its coordinates, not on the row that a person moved meanwhile', () => {
    const google = newGoogle();
    google.spreadsheet.paste('Sheet1', 1, 1, [['a'], ['b']]);
    const onCall = ({ name }: { name: string }): void => {
      if (name === 'SpreadsheetApp.flush') google.spreadsheet.insertRows('Sheet1', 1, 1);
    };
    google.run(
      (runtime) => {
        cells(runtime, 2, 2).setValues([['for b']]);
        runtime.SpreadsheetApp.flush();
      },
      { onCall },
    );
    expect(google.spreadsheet.table('Sheet1')).toEqual([
      ['a', ''],
      ['', 'for b'],
      ['b', ''],
    ]);
  });

  test('of an execution that fails is kept', () => {
    const google = newGoogle();
    google.run((runtime) => {
      cells(runtime, 1, 1).setValues([['kept']]);
      throw new Error('boom');
    });
    expect(google.spreadsheet.shown('Sheet1', 1, 1)).toBe('kept');
  });
});

describe('an activation', () => {
  function twoSheets() {
    const google = newGoogle();
    google.spreadsheet.insertSheet('Other');
    return google;
  }

  test('of a range moves the person to its sheet and selects it', () => {
    const google = twoSheets();
    google.run((runtime) =>
      runtime.SpreadsheetApp.getActiveSpreadsheet().setActiveRange(
        sheetOf(runtime, 'Other').getRange(4, 2, 3, 1),
      ),
    );
    const id = google.spreadsheet.sheets[1]?.id;
    expect([google.spreadsheet.activeSheet, google.spreadsheet.selection]).toEqual([
      'Other',
      { sheetId: id, row: 4, column: 2, rows: 3, columns: 1 },
    ]);
    expect(
      google.run((runtime) => sheetOf(runtime, 'Other').getActiveRange()?.getRow()).result,
    ).toBe(4);
  });

  test('of another sheet starts at its first cell unless the selection is to be restored; the open one stays as it is', () => {
    const google = twoSheets();
    google.spreadsheet.select('Sheet1', 7, 3);
    google.run((runtime) => sheetOf(runtime).activate());
    expect(google.spreadsheet.selection).toMatchObject({ row: 7, column: 3 });
    const visit = (restoreSelection?: boolean) =>
      google.run((runtime) => {
        const spreadsheet = runtime.SpreadsheetApp.getActiveSpreadsheet();
        spreadsheet.setActiveSheet(sheetOf(runtime, 'Other'));
        const there = google.spreadsheet.selection;
        spreadsheet.setActiveSheet(sheetOf(runtime), restoreSelection);
        return [there?.row, google.spreadsheet.activeSheet, google.spreadsheet.selection?.row];
      }).result;
    expect([visit(true), visit(false)]).toEqual([
      [1, 'Sheet1', 7],
      [1, 'Sheet1', 1],
    ]);
  });

  test('comes with a new sheet, and with the hiding of the open one', () => {
    const google = twoSheets();
    google.spreadsheet.select('Sheet1', 7, 3);
    google.run((runtime) => runtime.SpreadsheetApp.getActiveSpreadsheet().insertSheet('New'));
    expect([google.spreadsheet.activeSheet, google.spreadsheet.selection]).toMatchObject([
      'New',
      { row: 1 },
    ]);
    google.run((runtime) => sheetOf(runtime, 'New').hideSheet());
    expect([
      google.spreadsheet.activeSheet,
      google.spreadsheet.selection,
      google.spreadsheet.moves,
    ]).toMatchObject(['Sheet1', { row: 1 }, 2]);
  });

  test('of a hidden sheet shows nothing until the sheet is shown', () => {
    const google = twoSheets();
    google.spreadsheet.hideSheet('Other');
    google.spreadsheet.select('Sheet1', 2, 2);
    google.run((runtime) => sheetOf(runtime, 'Other').getRange(1, 1, 1, 1).activate());
    expect([google.spreadsheet.activeSheet, google.spreadsheet.selection]).toMatchObject([
      'Sheet1',
      { row: 2 },
    ]);
    google.run((runtime) => sheetOf(runtime, 'Other').showSheet().getRange(5, 1, 1, 1).activate());
    expect([google.spreadsheet.activeSheet, google.spreadsheet.selection]).toMatchObject([
      'Other',
      { row: 5 },
    ]);
  });

  test('by a time trigger moves nobody', () => {
    const google = twoSheets();
    google.run(
      (runtime) => {
        sheetOf(runtime, 'Other').getRange(1, 1, 1, 1).activate();
        runtime.SpreadsheetApp.getActiveSpreadsheet().insertSheet('New');
      },
      { trigger: 'time' },
    );
    expect([google.spreadsheet.activeSheet, google.spreadsheet.selection]).toEqual([
      'Sheet1',
      undefined,
    ]);
  });
});

test('tick boxes replace what was in their cells and count as content', () => {
  const google = newGoogle();
  google.spreadsheet.edit('Sheet1', 1, 1, 'old');
  const { result } = google.run((runtime) => {
    cells(runtime, 1, 1, 3, 1).insertCheckboxes();
    return [cells(runtime, 1, 1, 3, 1).getValues(), sheetOf(runtime).getLastRow()];
  });
  expect(result).toEqual([[[false], [false], [false]], 3]);
});
