import { cells, newGoogle } from './google';

/** What is entered | what a script reads | what is shown. Dates are read as instants; the spreadsheet is in New York. */
const ENTRIES = `
7                    | 7                        | 7
007                  | 7                        | 7
+5                   | 5                        | 5
-0.50                | -0.5                     | -0.5
.5                   | 0.5                      | 0.5
1,234                | 1234                     | 1,234
1,234,567.5          | 1234567.5                | 1,234,567.50
12,34                | "12,34"                  | 12,34
1e3                  | 1000                     | 1.00E+03
12%                  | 0.12                     | 12%
12.5%                | 0.125                    | 12.50%
TRUE                 | true                     | TRUE
false                | false                    | FALSE
hello                | "hello"                  | hello
'007                 | "007"                    | 007
'=1+1                | "=1+1"                   | =1+1
=1+1                 | 2                        | 2
=2*(3+4)/7           | 2                        | 2
=1/0                 | "#DIV/0!"                | #DIV/0!
="a ""b"""           | "a \\"b\\""                | a "b"
=HYPERLINK("https://x","see") | "see"           | see
=VLOOKUP(A1,B:C,2)   | "#NAME?"                 | #NAME?
=NA()                | "#N/A"                   | #N/A
2026-11-03           | 2026-11-03T05:00:00.000Z | 2026-11-03
2026-11-03 10:00     | 2026-11-03T15:00:00.000Z | 2026-11-03 10:00
2026-07-03 9:05:07   | 2026-07-03T13:05:07.000Z | 2026-07-03 9:05:07
2026-02-30           | "2026-02-30"             | 2026-02-30
2026-11-03T10:00:00Z | "2026-11-03T10:00:00Z"   | 2026-11-03T10:00:00Z
11/3/2026            | 2026-11-03T05:00:00.000Z | 11/3/2026
1/2/2026             | 2026-01-02T05:00:00.000Z | 1/2/2026
1/2/2026 3:04 PM     | 2026-01-02T20:04:00.000Z | 1/2/2026 15:04:00
13/2/2026            | "13/2/2026"              | 13/2/2026
10:30                | 1899-12-30T15:30:00.000Z | 10:30:00
1:05 PM              | 1899-12-30T18:04:59.999Z | 1:05 PM
26:30                | 1899-12-31T07:30:00.000Z | 26:30:00
-1:30:15             | 1899-12-30T03:29:45.000Z | -1:30:15
10:75                | "10:75"                  | 10:75
{"a":1}              | "{\\"a\\":1}"              | {"a":1}
12345678901234567    | 12345678901234568        | 1.23457E+16
123456789012345      | 123456789012345          | 123456789012345
0.0000001453         | 1.453e-7                 | 1.453E-07
0.00012              | 0.00012                  | 0.00012
`;

const rows = ENTRIES.trim()
  .split('\n')
  .map((line) => line.split('|').map((part) => part.trim()) as [string, string, string]);

const readable = (text: string): string => text.replaceAll('\\\\', '\\');

describe('a text that is entered', () => {
  test.each(rows)('by a script: %s', (entered, read, shown) => {
    const google = newGoogle();
    const { result } = google.run(
      (runtime) =>
        cells(runtime, 1, 1)
          .setValues([[entered]])
          .getValues()[0]?.[0],
    );
    expect(result instanceof Date ? result.toISOString() : JSON.stringify(result)).toBe(
      readable(read),
    );
    expect(google.spreadsheet.shown('Sheet1', 1, 1)).toBe(shown);
  });

  test.each(rows)('by a person, to the same effect: %s', (entered, _, shown) => {
    const google = newGoogle();
    google.spreadsheet.edit('Sheet1', 1, 1, entered);
    expect(google.spreadsheet.shown('Sheet1', 1, 1)).toBe(shown);
  });

  test('stays as it is in a cell formatted as plain text', () => {
    const google = newGoogle();
    const { result } = google.run((runtime) => {
      const range = cells(runtime, 1, 1, 1, 4).setNumberFormat('@');
      return range.setValues([['007', '2026-11-03', 'TRUE', '1e3']]).getValues();
    });
    expect(result).toEqual([['007', '2026-11-03', 'TRUE', '1e3']]);
  });

  test('is a formula even in a plain-text cell when a script writes it, by option', () => {
    const written = (formulasInTextCells: boolean) =>
      newGoogle({ formulasInTextCells }).run((runtime) =>
        cells(runtime, 1, 1)
          .setNumberFormat('@')
          .setValues([['=1+1']])
          .getValues(),
      ).result;
    expect([written(true), written(false)]).toEqual([[[2]], [['=1+1']]]);
  });
});

describe('a value that a script writes', () => {
  const written = (value: unknown): unknown =>
    newGoogle().run(
      (runtime) =>
        cells(runtime, 1, 1)
          .setValues([['before']])
          .setValues([[value as string]])
          .getValues()[0]?.[0],
    ).result;

  test('keeps its type', () => {
    expect([written(7.25), written(false), written(new Date(0))]).toEqual([
      7.25,
      false,
      new Date(0),
    ]);
  });

  test('clears the cell if it is null, undefined or empty', () => {
    expect([written(null), written(undefined), written('')]).toEqual(['', '', '']);
  });

  test('becomes an error token if it is no number', () => {
    expect(written(Number.NaN)).toBe('#NUM!');
  });

  test('shows as number, date and time', () => {
    const google = newGoogle();
    const { result } = google.run((runtime) =>
      cells(runtime, 1, 1, 1, 5)
        .setValues([
          [
            0.1 + 0.2,
            1 / 3,
            new Date('2026-11-03T05:00:00Z'),
            new Date('2026-11-03T15:04:05Z'),
            1.234567e15,
          ],
        ])
        .getDisplayValues(),
    );
    expect(result).toEqual([
      ['0.3', '0.3333333333', '11/3/2026', '11/3/2026 10:04:05', '1.23457E+15'],
    ]);
  });

  test('reads back as a date if the cell was formatted as a date before', () => {
    const google = newGoogle();
    google.spreadsheet.edit('Sheet1', 1, 1, '2026-11-03');
    expect(
      google.run((runtime) =>
        cells(runtime, 1, 1)
          .setValues([[7]])
          .getValues(),
      ).result?.[0]?.[0],
    ).toBeInstanceOf(Date);
  });
});

describe('an instant in a cell', () => {
  test('may come back a millisecond early', () => {
    const google = newGoogle();
    const start = Date.UTC(2026, 10, 3);
    const seconds = Array.from({ length: 1000 }, (_, second) => [new Date(start + second * 1000)]);
    const { result = [] } = google.run((runtime) =>
      cells(runtime, 1, 1, 1000).setValues(seconds).getValues(),
    );
    const errors = new Set(
      result.map(([date], index) => Number(date) - Number(seconds[index]?.[0])),
    );
    expect(errors).toEqual(new Set([0, -1]));
  });

  test('lies in the zone of the spreadsheet, through both changes of the clock', () => {
    const google = newGoogle();
    const typed = [
      '2026-03-08 01:59',
      '2026-03-08 02:30',
      '2026-03-08 03:00',
      '2026-11-01 01:30',
      '2026-11-01 02:00',
    ];
    google.spreadsheet.paste(
      'Sheet1',
      1,
      1,
      typed.map((text) => [text]),
    );
    const { result = [] } = google.run((runtime) => cells(runtime, 1, 1, 5).getValues());
    expect(
      result.map(([date]) => new Date(Math.round(Number(date) / 1000) * 1000).toISOString()),
    ).toEqual([
      '2026-03-08T06:59:00.000Z',
      '2026-03-08T07:30:00.000Z',
      '2026-03-08T07:00:00.000Z',
      '2026-11-01T05:30:00.000Z',
      '2026-11-01T07:00:00.000Z',
    ]);
  });
});
