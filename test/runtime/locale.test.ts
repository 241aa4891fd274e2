import { cells, newGoogle } from './google';

/** Locale | what is entered | what a script reads | what is shown. */
const ENTRIES = `
de_DE | 7           | 7          | 7
de_DE | 1,5         | 1.5        | 1,5
de_DE | -0,50       | -0.5       | -0,5
de_DE | ,5          | 0.5        | 0,5
de_DE | 1.234       | 1234       | 1.234
de_DE | 1.234,50    | 1234.5     | 1.234,50
de_DE | 1.234.567   | 1234567    | 1.234.567
de_DE | 1,234       | 1.234      | 1,234
de_DE | 1,234,567   | "1,234,567" | 1,234,567
de_DE | 1,234.50    | "1,234.50" | 1,234.50
de_DE | 12.34       | "12.34"    | 12.34
de_DE | 12,5%       | 0.125      | 12,50%
de_DE | 1,5e3       | 1500       | 1,50E+03
de_DE | 1e3         | 1000       | 1,00E+03
de_DE | '1,5        | "1,5"      | 1,5
de_DE | =1/4        | 0.25       | 0,25
de_DE | 12345678901234567 | 12345678901234568 | 1,23457E+16
en_US | 1,234       | 1234       | 1,234
en_US | 1,5         | "1,5"      | 1,5
en_US | ,5          | ",5"       | ,5
en_GB | 1,234.50    | 1234.5     | 1,234.50
fr_FR | 1,5         | 1.5        | 1,5
fr_FR | 1 234,50    | 1234.5     | 1\u202f234,50
fr_FR | 1.5         | "1.5"      | 1.5
de_CH | 1'234.50    | 1234.5     | 1\u2019234.50
`;

const rows = ENTRIES.trim()
  .split('\n')
  .map((line) => line.split('|').map((part) => part.trim()) as [string, string, string, string]);

describe('a number that is entered in a file of its locale', () => {
  test.each(rows)('%s, by a script: %s', (spreadsheetLocale, entered, read, shown) => {
    const { result } = newGoogle({ spreadsheetLocale }).run((runtime) => {
      const range = cells(runtime, 1, 1).setValues([[entered]]);
      return [JSON.stringify(range.getValues()[0]?.[0]), range.getDisplayValues()[0]?.[0]];
    });
    expect(result).toEqual([read, shown]);
  });

  test.each(rows)(
    '%s, by a person, to the same effect: %s',
    (spreadsheetLocale, entered, read, shown) => {
      const google = newGoogle({ spreadsheetLocale });
      google.spreadsheet.edit('Sheet1', 1, 1, entered);
      expect([
        JSON.stringify(google.spreadsheet.cell('Sheet1', 1, 1).value),
        google.spreadsheet.shown('Sheet1', 1, 1),
      ]).toEqual([read, shown]);
    },
  );

  test('stays as it is in a cell formatted as plain text', () => {
    const google = newGoogle({ spreadsheetLocale: 'de_DE' });
    google.spreadsheet.setNumberFormat('Sheet1', 1, 1, 1, 1, '@');
    google.spreadsheet.edit('Sheet1', 1, 1, '1.234,50');
    expect(google.spreadsheet.cell('Sheet1', 1, 1)).toEqual({ value: '1.234,50', format: '@' });
  });
});

describe('the locale of a file', () => {
  test('is en_US unless told, and is not the language of the person', () => {
    const locales = (google: ReturnType<typeof newGoogle>) =>
      google.run((runtime) => [
        runtime.SpreadsheetApp.getActiveSpreadsheet().getSpreadsheetLocale(),
        runtime.Session.getActiveUserLocale(),
      ]).result;
    expect([
      locales(newGoogle()),
      locales(newGoogle({ spreadsheetLocale: 'de_DE', locale: 'fr' })),
    ]).toEqual([
      ['en_US', 'en'],
      ['de_DE', 'fr'],
    ]);
  });

  test('is how a CSV is read and written', () => {
    const google = newGoogle({ spreadsheetLocale: 'de_DE' });
    google.loadCsv('Usage', 'key,n,code\na,"1,5","1,5"\nb,1.234,1.234\n', {
      textColumns: ['code'],
    });
    expect(
      [2, 3].map((row) =>
        [2, 3].map((column) => google.spreadsheet.cell('Usage', row, column).value),
      ),
    ).toEqual([
      [1.5, '1,5'],
      [1234, '1.234'],
    ]);
    expect(google.saveCsv('Usage')).toBe('key,n,code\na,"1,5","1,5"\nb,1.234,1.234\n');
  });

  test('is how a number that a script writes is shown, never what it is', () => {
    const { result } = newGoogle({ spreadsheetLocale: 'de_DE' }).run((runtime) => {
      const range = cells(runtime, 1, 1, 1, 3)
        .setNumberFormat('#,##0.00')
        .setValues([[-1234.5, 0.125, 1e6]]);
      return [range.getValues(), range.getDisplayValues()];
    });
    expect(result).toEqual([[[-1234.5, 0.125, 1e6]], [['-1.234,50', '0,13', '1.000.000,00']]]);
  });

  test('can be changed by a person: numbers stay and are shown anew, texts stay', () => {
    const google = newGoogle();
    google.spreadsheet.paste('Sheet1', 1, 1, [['1,234.5', '1,5']]);
    google.spreadsheet.setLocale('de_DE');
    expect(google.spreadsheet.table('Sheet1')).toEqual([['1.234,50', '1,5']]);
    expect(google.run((runtime) => cells(runtime, 1, 1, 1, 2).getValues()).result).toEqual([
      [1234.5, '1,5'],
    ]);
  });

  test('leaves dates of the ISO form what they are, and those of the American form to American files', () => {
    const entered = (spreadsheetLocale: string, text: string) => {
      const google = newGoogle({ spreadsheetLocale });
      google.spreadsheet.edit('Sheet1', 1, 1, text);
      return typeof google.spreadsheet.cell('Sheet1', 1, 1).value;
    };
    expect(
      ['2026-11-03', '11/3/2026', '3.11.2026'].map((text) => [
        entered('en_US', text),
        entered('de_DE', text),
      ]),
    ).toEqual([
      ['number', 'number'],
      ['number', 'string'],
      ['string', 'string'],
    ]);
  });

  test.each(['de', 'de-DE', 'xx_XX', ''])('is not %j', (spreadsheetLocale) => {
    expect(() => newGoogle({ spreadsheetLocale })).toThrow(/^Unknown locale/);
  });
});
