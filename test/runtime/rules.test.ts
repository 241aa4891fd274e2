import type { Runtime } from '../../src/apps-script/runtime';
import { cells, newGoogle, refusal } from './google';

const SHEET = 'Sheet1';
const area = (row: number, column: number, rows = 1, columns = 1) => ({
  row,
  column,
  rows,
  columns,
});
const LIST = { kind: 'list', values: ['open', 'done'], rejects: true } as const;

const write = (runtime: Runtime, ...texts: readonly string[]) =>
  cells(runtime, 2, 21, texts.length).setValues(texts.map((text) => [text]));

describe('a data validation', () => {
  test('that rejects input refuses a script too, and writes nothing of the range', () => {
    const google = newGoogle();
    google.spreadsheet.setRule(SHEET, area(3, 21), LIST);
    expect(refusal(google, (runtime) => write(runtime, 'first', 'Sent'))).toBe(
      'Exception: The data you entered in cell U3 violates the data validation rules set on this cell.',
    );
    expect(google.spreadsheet.table(SHEET)).toEqual([]);
  });

  test('may refuse only when the write is applied', () => {
    const google = newGoogle({ refusedAt: 'flush' });
    google.spreadsheet.setRule(SHEET, area(2, 21), LIST);
    const calls: string[] = [];
    const said = refusal(google, (runtime) => {
      write(runtime, 'Sent');
      calls.push('written');
      runtime.SpreadsheetApp.flush();
    });
    expect([calls, said]).toEqual([['written'], expect.stringContaining('cell U2')]);
  });

  test('names the cell in every language', () => {
    const google = newGoogle({ locale: 'de' });
    google.spreadsheet.setRule(SHEET, area(2, 21), LIST);
    expect(refusal(google, (runtime) => write(runtime, 'Sent'))).toMatch(/ céll U2 /);
  });

  test.each([
    ['a value of the list', LIST, 'done'],
    ['nothing', LIST, ''],
    ['another value, if it only warns', { ...LIST, rejects: false }, 'Sent'],
  ])('takes %s', (_, rule, text) => {
    const google = newGoogle();
    google.spreadsheet.setRule(SHEET, area(2, 21), rule);
    expect(refusal(google, (runtime) => write(runtime, text))).toBe('no error');
    expect(google.spreadsheet.shown(SHEET, 2, 21)).toBe(text);
  });

  test('stays when its cell is written, sorted, copied and kept', () => {
    const google = newGoogle();
    google.spreadsheet.setRule(SHEET, area(2, 1), LIST);
    google.spreadsheet.paste(SHEET, 2, 1, [['open'], ['done']]);
    google.spreadsheet.sort(SHEET, 1);
    const ruled = (each: ReturnType<typeof newGoogle>) =>
      [2, 3].map((row) => each.spreadsheet.cell(SHEET, row, 1).rule?.kind ?? 'none');
    expect(ruled(google)).toEqual(['none', 'list']);
    expect(ruled(google.copyFile())).toEqual(['none', 'list']);
    expect(google.saved().workbook.sheets[0]?.rows[2]).toEqual([
      { value: 'open', format: '', rule: LIST },
    ]);
  });
});

describe('a typed column of a table', () => {
  test('refuses what a script writes, and has no rule to look at', () => {
    const google = newGoogle();
    google.spreadsheet.setRule(SHEET, area(2, 21), { kind: 'typed' });
    const typed = 'Exception: This operation is not allowed on cells in typed columns.';
    expect(refusal(google, (runtime) => write(runtime, 'Sent'))).toBe(typed);
    expect(refusal(google, (runtime) => cells(runtime, 2, 21).setNumberFormat('@'))).toBe(typed);
    expect(refusal(google, (runtime) => cells(runtime, 2, 21).insertCheckboxes())).toBe(typed);
    const { result } = google.run((runtime) => cells(runtime, 2, 21).getDataValidations());
    expect(result).toEqual([[null]]);
  });
});

describe('tick boxes', () => {
  const asked = (runtime: Runtime) => {
    const range = cells(runtime, 2, 1, 2);
    const rule = range.getDataValidations()[0]?.[0];
    return [range.getValues(), String(rule?.getCriteriaType()), rule?.getCriteriaValues()];
  };

  test('with values of their own hold these, unticked down to the last one', () => {
    const google = newGoogle();
    google.spreadsheet.edit(SHEET, 2, 1, 'YES');
    google.spreadsheet.insertTickBoxes(SHEET, area(2, 1, 2), 'YES', 'NO');
    expect(google.run(asked).result).toEqual([[['YES'], ['NO']], 'CHECKBOX', ['YES', 'NO']]);
  });

  test('without hold TRUE and FALSE, which their rule does not say', () => {
    const google = newGoogle();
    google.spreadsheet.edit(SHEET, 2, 1, 'TRUE');
    google.spreadsheet.insertTickBoxes(SHEET, area(2, 1, 2));
    expect(google.run(asked).result).toEqual([[[true], [false]], 'CHECKBOX', []]);
  });
});

describe('an image in a cell', () => {
  test('is read as an object, and shows no text', () => {
    const google = newGoogle();
    google.spreadsheet.insertImage(SHEET, 2, 1);
    const { result } = google.run((runtime) => {
      const range = cells(runtime, 2, 1);
      const image = range.getValues()[0]?.[0];
      return [typeof image, String(image), JSON.stringify(image), range.getDisplayValues()];
    });
    expect(result).toEqual(['object', 'CellImage', '{}', [['']]]);
  });
});

describe('a formula that never rests', () => {
  test.each(['=RAND()', '=NOW()', '=IMPORTRANGE("other", "A1")'])(
    '%s gives another value at every reading',
    (formula) => {
      const google = newGoogle();
      google.spreadsheet.edit(SHEET, 1, 1, formula);
      const { result } = google.run((runtime) =>
        [1, 2, 3].map(() => cells(runtime, 1, 1).getValues()[0]?.[0]),
      );
      expect(new Set(result).size).toBe(3);
    },
  );

  test('is content that others can be computed beside', () => {
    const google = newGoogle();
    google.spreadsheet.paste(SHEET, 1, 1, [['=RAND()', '=1+1']]);
    const { result } = google.run((runtime) => cells(runtime, 1, 1, 1, 2).getDisplayValues()[0]);
    expect(result?.[1]).toBe('2');
  });
});

describe('a number format with brackets', () => {
  test.each([
    ['[$CHF] 0.00', '1.5', 'CHF 1.50'],
    ['[Red]0.0', '1.5', '1.5'],
    ['[$€-407]#,##0.00', '1234.5', '€1,234.50'],
    ['0 "hours"', '3', '3 hours'],
  ])('%s shows %s as %s, which is read as a number', (format, typed, shown) => {
    const google = newGoogle();
    google.spreadsheet.edit(SHEET, 1, 1, typed);
    google.spreadsheet.setNumberFormat(SHEET, 1, 1, 1, 1, format);
    const { result } = google.run((runtime) => [
      cells(runtime, 1, 1).getValues()[0]?.[0],
      cells(runtime, 1, 1).getDisplayValues()[0]?.[0],
    ]);
    expect(result).toEqual([Number(typed), shown]);
  });
});
