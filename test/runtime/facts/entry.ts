import type { SheetValue } from '../../../src/apps-script/runtime';
import { type Answer, type Area, refusal, type Scratch, UNDOCUMENTED } from './fact';

const WRITING =
  'gas-fakes: notes/oddities.md (setValues is user-entered, compared with live Apps Script)';

/** The clock that a person sees in the file's time zone, whatever that is. */
function wallClock({ spreadsheet }: Scratch, date: Date): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: spreadsheet.getSpreadsheetTimeZone(),
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    // A serial number can lie a millisecond below the full minute.
  }).formatToParts(new Date(date.getTime() + 1));
  const part = (wanted: string): string => parts.find(({ type }) => type === wanted)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`;
}

function answered(scratch: Scratch, value: SheetValue | undefined): Answer {
  if (value instanceof Date) return `date ${wallClock(scratch, value)}`;
  return typeof value === 'object' ? String(value) : (value ?? null);
}

/** What is read of one cell after it was written: its value, and what it shows. */
function written(scratch: Scratch, value: SheetValue, format?: string): [Answer, string] {
  const range = scratch.cells(1, 1);
  if (format !== undefined) range.setNumberFormat(format);
  range.setValues([[value]]);
  return [answered(scratch, range.getValues()[0]?.[0]), range.getDisplayValues()[0]?.[0] ?? ''];
}

const value = (scratch: Scratch, entered: SheetValue, format?: string): Answer =>
  written(scratch, entered, format)[0];

/** Texts that would become something else without their apostrophe. */
const TEXTS = [
  '007',
  '=1+1',
  '+1',
  '2026-11-03 10:00:00',
  '1/2/2026',
  'TRUE',
  '1.453e-7',
  '12%',
  '#N/A',
  "O'Hara",
];
const JSON_TEXT = '{"id":"007","at":1762164000,"sum":"=1+1","name":"Größe \\u00e9 😀"}';

/** As a frozen event may be, which is compared with its digest. */
const EXACT = '{"a":"e\u0301 \u00e9 \u2028\u2029 \u200b\ufeff \u{1f600} \u202e\u00a0  "}  ';

export const entry: Area = {
  title: 'What becomes of a written value',
  facts: [
    {
      id: 'entry.leading-zeros',
      says: 'A text of digits becomes a number.',
      source: WRITING,
      probe: (scratch) => written(scratch, '007'),
      expected: [7, '7'],
    },
    {
      id: 'entry.exact',
      says: 'A text that begins with a brace is read back character for character, whatever its characters: accents in two parts, line separators, emoji, spaces at its end.',
      source: UNDOCUMENTED,
      probe: (scratch) => value(scratch, EXACT) === EXACT,
      expected: true,
    },
    {
      id: 'entry.american-date',
      says: 'A text like 1/2/2026 becomes a date, at midnight in the time zone of the file.',
      source: WRITING,
      probe: (scratch) => value(scratch, '1/2/2026'),
      expected: 'date 2026-01-02 00:00',
    },
    {
      id: 'entry.iso-date',
      says: 'So does a text like 2026-11-03, and one with a time of day.',
      source: WRITING,
      probe: (scratch) => [value(scratch, '2026-11-03'), value(scratch, '2026-11-03 10:00')],
      expected: ['date 2026-11-03 00:00', 'date 2026-11-03 10:00'],
    },
    {
      id: 'entry.iso-instant',
      says: 'A text like 2026-11-03T10:00:00Z stays a text.',
      source: UNDOCUMENTED,
      probe: (scratch) => value(scratch, '2026-11-03T10:00:00Z'),
      expected: '2026-11-03T10:00:00Z',
    },
    {
      id: 'entry.no-such-date',
      says: 'A text like 2026-02-30 stays a text.',
      source: UNDOCUMENTED,
      probe: (scratch) => value(scratch, '2026-02-30'),
      expected: '2026-02-30',
    },
    {
      id: 'entry.clock',
      says: 'A text like 10:30 becomes a time of day: a date on 30 December 1899.',
      source: 'reports in public code (eight repositories write out “Sat Dec 30 1899”)',
      probe: (scratch) => value(scratch, '10:30'),
      expected: 'date 1899-12-30 10:30',
    },
    {
      id: 'entry.number-formats',
      says: 'A number under a format with a currency or a colour in brackets is read as a number, one under hours in brackets as a date.',
      source: 'Sheets API guide: Date and number formats; of what is read nobody documents it',
      probe: (scratch) => [
        value(scratch, 1.5, '[$CHF] 0.00'),
        value(scratch, 1.5, '[Red]0.00'),
        value(scratch, 1.5, '[$€-407]#,##0.00'),
        value(scratch, 1.5, '"month" 0'),
        value(scratch, 1.5, '[h]:mm'),
      ],
      expected: [1.5, 1.5, 1.5, 1.5, 'date 1899-12-31 12:00'],
    },
    {
      id: 'entry.image',
      says: 'An image in a cell is read as an object whose text is CellImage, and shows no text.',
      source: 'reference: CellImage; gas-fakes: tests that also run on live Apps Script',
      heldBy:
        'runtime/rules.test.ts > an image in a cell > is read as an object, and shows no text',
    },
    {
      id: 'entry.exponent',
      says: 'A text like 1e3 becomes a number.',
      source: WRITING,
      probe: (scratch) => value(scratch, '1e3'),
      expected: 1000,
    },
    {
      id: 'entry.percent',
      says: 'A text like 12% becomes the hundredth, shown as before.',
      source: WRITING,
      probe: (scratch) => written(scratch, '12%'),
      expected: [0.12, '12%'],
    },
    {
      id: 'entry.grouped',
      says: 'A text like 1,234.5 becomes a number, shown with its comma.',
      source: WRITING,
      probe: (scratch) => written(scratch, '1,234.5'),
      expected: [1234.5, '1,234.50'],
      tolerated: [[1234.5, '1,234.5']],
    },
    {
      id: 'entry.boolean-text',
      says: 'The texts TRUE and false become booleans.',
      source: WRITING,
      probe: (scratch) => [value(scratch, 'TRUE'), value(scratch, 'false')],
      expected: [true, false],
    },
    {
      id: 'entry.formula',
      says: 'A text that begins with = becomes a formula.',
      source: 'reference: Range.setValues, Range.setFormula',
      probe: (scratch) => value(scratch, '=1+1'),
      expected: 2,
    },
    {
      id: 'entry.apostrophe',
      says: 'A leading apostrophe makes a text of anything, and is not part of it.',
      source: UNDOCUMENTED,
      probe: (scratch) => TEXTS.map((text) => value(scratch, `'${text}`)),
      expected: TEXTS,
    },
    {
      id: 'entry.apostrophe-shown',
      says: 'Nor does the cell show the apostrophe.',
      source: UNDOCUMENTED,
      probe: (scratch) => TEXTS.map((text) => written(scratch, `'${text}`)[1]),
      expected: TEXTS,
    },
    {
      id: 'entry.two-apostrophes',
      says: 'Of two apostrophes the second is part of the text.',
      source: UNDOCUMENTED,
      probe: (scratch) => value(scratch, "''x"),
      expected: "'x",
    },
    {
      id: 'entry.apostrophe-in-plain-text',
      says: 'In a cell formatted as plain text, too, the apostrophe is not part of the text.',
      source: UNDOCUMENTED,
      probe: (scratch) => written(scratch, "'Sent", '@'),
      expected: ['Sent', 'Sent'],
    },
    {
      id: 'entry.plain-text',
      says: 'In a cell formatted as plain text (@), texts of digits, dates and booleans stay as they are.',
      source: 'gas-fakes: notes/oddities.md',
      probe: (scratch) =>
        ['007', '2026-11-03', 'TRUE', '1e3'].map((text) => value(scratch, text, '@')),
      expected: ['007', '2026-11-03', 'TRUE', '1e3'],
    },
    {
      id: 'entry.formula-in-plain-text',
      says: 'In a cell formatted as plain text, too, a script’s text that begins with = becomes a formula.',
      source: UNDOCUMENTED,
      probe: (scratch) => value(scratch, '=1+1', '@'),
      expected: 2,
      tolerated: ['=1+1'],
    },
    {
      id: 'entry.json',
      says: 'A text that begins with { stays as it is, character by character.',
      source: UNDOCUMENTED,
      probe: (scratch) => written(scratch, JSON_TEXT),
      expected: [JSON_TEXT, JSON_TEXT],
    },
    {
      id: 'entry.long-json',
      says: 'So does one of 45,000 characters.',
      source: 'RomainVialard/ErrorHandler: catalogue of errors (50,000 characters)',
      probe: (scratch) => {
        const text = `{"answer":"${'x'.repeat(44_987)}"}`;
        return [text.length, value(scratch, text) === text];
      },
      expected: [45_000, true],
    },
    {
      id: 'entry.too-long',
      says: 'More than 50,000 characters in a cell are refused.',
      source: 'RomainVialard/ErrorHandler: catalogue of errors',
      probe: ({ google, cells }) =>
        refusal(() => {
          cells(1, 1).setValues([['x'.repeat(50_001)]]);
          google.SpreadsheetApp.flush();
        }),
      expected:
        'Exception: Your input contains more than the maximum of 50000 characters in a single cell.',
    },
    {
      id: 'entry.line-breaks',
      says: 'Line breaks, tabs and characters of any script stay in a text.',
      source: UNDOCUMENTED,
      probe: (scratch) => value(scratch, "'a\nb\tc € 😀"),
      expected: 'a\nb\tc € 😀',
    },
    {
      id: 'entry.types',
      says: 'Numbers and booleans are read as they were written.',
      source: 'reference: Range.getValues',
      probe: (scratch) =>
        [1234.5, -7, 0, 1.453e-7, 123_456_789_012_345, true, false].map((each) =>
          value(scratch, each),
        ),
      expected: [1234.5, -7, 0, 1.453e-7, 123_456_789_012_345, true, false],
    },
    {
      id: 'entry.exact-number',
      says: 'A number keeps all of its digits, also those that the cell does not show.',
      source: UNDOCUMENTED,
      probe: (scratch) => written(scratch, 0.1 + 0.2),
      expected: [0.1 + 0.2, '0.3'],
      tolerated: [[0.3, '0.3']],
    },
    {
      id: 'entry.empty',
      says: 'An empty text empties the cell, and an empty cell is read as an empty text.',
      source: 'reference: Range.getValues',
      probe: ({ cells }) => {
        const range = cells(1, 2);
        range.setValues([['before', 'beside']]).setValues([['', 'beside']]);
        return [range.getValues()[0]?.[0] === '', range.getDisplayValues()[0]?.[0] === ''];
      },
      expected: [true, true],
    },
    {
      id: 'entry.long-digits',
      says: 'A text of 17 digits becomes a number that has lost its end; one of 15 digits is kept.',
      source: 'IEEE 754',
      probe: (scratch) =>
        ['12345678901234567', '123456789012345'].map(
          (text) => String(value(scratch, text)) === text,
        ),
      expected: [false, true],
    },
    {
      id: 'entry.shown-numbers',
      says: 'Very large and very small numbers are shown with an exponent.',
      source: UNDOCUMENTED,
      probe: (scratch) => [
        written(scratch, '12345678901234567')[1],
        written(scratch, '0.0000001453')[1],
        written(scratch, 0.00012)[1],
      ],
      expected: ['1.23457E+16', '1.453E-07', '0.00012'],
    },
    {
      id: 'entry.errors',
      says: 'A cell with an error is read as its token.',
      source: 'reports in public code',
      probe: (scratch) =>
        ['=NA()', '=1/0', '=NOSUCHFUNCTION()'].map((formula) => value(scratch, formula)),
      expected: ['#N/A', '#DIV/0!', '#NAME?'],
    },
    {
      id: 'entry.instants',
      says: 'A date and time is read back to the millisecond, or a millisecond early.',
      source: UNDOCUMENTED,
      probe: ({ cells }) => {
        const start = Date.UTC(2026, 10, 3, 9);
        const instants = Array.from(
          { length: 26 },
          (_, column) => new Date(start + column * 1_001_000),
        );
        const read = cells(1, 26).setValues([instants]).getValues()[0] ?? [];
        const late = read.map((each, column) => Number(each) - start - column * 1_001_000);
        return [late.length, late.every((ms) => ms === 0 || ms === -1)];
      },
      expected: [26, true],
    },
    {
      id: 'entry.zone',
      says: 'What a person enters is in the time zone of the file, through both changes of the clock.',
      source:
        'reference: Spreadsheet.getSpreadsheetTimeZone; of skipped and repeated hours nobody documents it',
      heldBy:
        'runtime/entry.test.ts > an instant in a cell > lies in the zone of the spreadsheet, through both changes of the clock',
    },
    {
      id: 'entry.locale',
      says: 'Numbers are entered and shown by the locale of the file: 1,5 is a number in de_DE and a text in en_US.',
      source:
        'reference: Spreadsheet.getSpreadsheetLocale; of the signs of each locale nobody documents it',
      heldBy:
        'runtime/locale.test.ts > a number that is entered in a file of its locale > %s, by a script: %s',
    },
    {
      id: 'entry.locale-changed',
      says: 'When a person changes the locale of the file, numbers stay and are shown anew, texts stay texts.',
      source: UNDOCUMENTED,
      heldBy:
        'runtime/locale.test.ts > the locale of a file > can be changed by a person: numbers stay and are shown anew, texts stay',
    },
    {
      id: 'entry.date-format-stays',
      says: 'A number that is written into a cell which was formatted as a date is read as a date.',
      source: 'Sheets API guide: Date and number formats (a date is a number with a format)',
      heldBy:
        'runtime/entry.test.ts > a value that a script writes > reads back as a date if the cell was formatted as a date before',
    },
  ],
};
