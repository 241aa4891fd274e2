import type { Sheet } from '../../../src/apps-script/runtime';
import { type Answer, type Area, refusal, UNDOCUMENTED } from './fact';

const TEXTS = 'RomainVialard/ErrorHandler: catalogue of errors';
const BATCHING = 'reference: SpreadsheetApp.flush';

/** Rows and columns up to which a sheet has content, and those of its grid. */
const size = (sheet: Sheet): Answer => [
  sheet.getLastRow(),
  sheet.getLastColumn(),
  sheet.getMaxRows(),
  sheet.getMaxColumns(),
];

export const spreadsheet: Area = {
  title: 'Spreadsheet, sheets and ranges',
  facts: [
    {
      id: 'spreadsheet.identity',
      says: 'A spreadsheet has an id, which is part of its address, and a name.',
      source: 'reference: Spreadsheet.getId, getUrl, getName',
      probe: ({ spreadsheet: file }) => {
        const id = file.getId();
        return [
          id.length > 0,
          file.getUrl().startsWith('https://'),
          file.getUrl().includes(id),
          typeof file.getName(),
        ];
      },
      expected: [true, true, true, 'string'],
    },
    {
      id: 'spreadsheet.zone',
      says: 'Its time zone is an IANA name that Intl knows; its locale is like en_US.',
      source: 'reference: Spreadsheet.getSpreadsheetTimeZone, getSpreadsheetLocale',
      probe: ({ spreadsheet: file }) => [
        refusal(
          () => new Intl.DateTimeFormat('en-US', { timeZone: file.getSpreadsheetTimeZone() }),
        ),
        file.getSpreadsheetLocale(),
      ],
      expected: ['no error', 'en_US'],
    },
    {
      id: 'sheet.new',
      says: 'A new sheet is empty: its last row and column are 0, its grid has 1,000 rows and 26 columns.',
      source: 'reference: Sheet.getLastRow; of the size of a new grid nobody documents it',
      probe: ({ newSheet }) => size(newSheet()),
      expected: [0, 0, 1000, 26],
    },
    {
      id: 'sheet.new-place',
      says: 'A new sheet stands after the active one, and is active.',
      source:
        'reference: Spreadsheet.insertSheet; gas-fakes: tests that also run on live Apps Script',
      probe: ({ spreadsheet: file, newSheet }) => {
        const before = newSheet();
        const after = newSheet();
        const ids = file.getSheets().map((sheet) => sheet.getSheetId());
        return [
          ids.indexOf(after.getSheetId()) - ids.indexOf(before.getSheetId()),
          file.getActiveSheet().getSheetId() === after.getSheetId(),
        ];
      },
      expected: [1, true],
    },
    {
      id: 'sheet.name-taken',
      says: 'A name that another sheet has is refused.',
      source: TEXTS,
      probe: ({ newSheet }) => {
        newSheet('Self-test scratch twice');
        return refusal(() => newSheet('Self-test scratch twice'));
      },
      expected:
        'Exception: A sheet with the name “Self-test scratch twice” already exists. Please enter another name.',
      tolerated: [
        'Exception: A sheet with the name "Self-test scratch twice" already exists. Please enter another name.',
      ],
    },
    {
      id: 'sheet.name-case',
      says: 'A name that another sheet has in another case is not found, and refused all the same.',
      source: 'socialpoint-labs/sheetfu-apps-script, pull request 26; reports in public code',
      probe: ({ spreadsheet: file, newSheet }) => {
        newSheet('Self-test scratch case');
        const name = 'Self-test scratch CASE';
        return [
          file.getSheetByName(name)?.getName() ?? null,
          refusal(() => newSheet(name)) === 'no error',
        ];
      },
      expected: [null, false],
      tolerated: [
        ['Self-test scratch case', false],
        [null, true],
      ],
    },
    {
      id: 'sheet.name-length',
      says: 'A name has 100 characters at most.',
      source: 'getodk/collect, issue 2918 (answer of the Sheets API)',
      probe: ({ newSheet }) =>
        [100, 101].map((length) =>
          refusal(() => newSheet('Self-test scratch '.padEnd(length, 'x'))),
        ),
      expected: ['no error', 'Exception: The sheet name cannot be greater than 100 characters.'],
    },
    {
      id: 'sheet.missing',
      says: 'No sheet of a name, or of an id, is null.',
      source: 'reference: Spreadsheet.getSheetByName, getSheetById',
      probe: ({ spreadsheet: file }) => [
        file.getSheetByName('Self-test scratch missing') === null,
        file.getSheetById(123_456_789) === null,
      ],
      expected: [true, true],
    },
    {
      id: 'sheet.found',
      says: 'A sheet is found by its id and by its name, and is among all sheets, also when it is hidden.',
      source: 'reference: Spreadsheet.getSheetById, getSheets',
      probe: ({ spreadsheet: file, newSheet }) => {
        const sheet = newSheet().hideSheet();
        const id = sheet.getSheetId();
        return [
          file.getSheetById(id)?.getName() === sheet.getName(),
          file.getSheetByName(sheet.getName())?.getSheetId() === id,
          file.getSheets().some((each) => each.getSheetId() === id),
        ];
      },
      expected: [true, true, true],
    },
    {
      id: 'sheet.renamed',
      says: 'The id of a sheet stays when a person renames it; it is gone with the sheet.',
      source: 'reference: Sheet.getSheetId',
      heldBy:
        'runtime/spreadsheet.test.ts > a sheet > is found by its id under any name, and null by an id that is gone',
    },
    {
      id: 'sheet.type',
      says: 'A sheet of cells has the type GRID, an enumeration.',
      source: 'reference: Sheet.getType, SheetType',
      probe: ({ newSheet }) => {
        const type: unknown = newSheet().getType();
        return [String(type), type === 'GRID'];
      },
      expected: ['GRID', false],
    },
    {
      id: 'sheet.chart',
      says: 'A chart on a sheet of its own is among all sheets, of the type OBJECT, and has no cells to ask for.',
      source:
        'reference: SheetType, Spreadsheet.moveChartToObjectSheet; what is refused there, nobody documents',
      heldBy:
        'runtime/spreadsheet.test.ts > a sheet > that a chart has for itself is of another type, and has no cells to ask for',
    },
    {
      id: 'sheet.last-content',
      says: 'The last row and column are those with content; a formula that shows nothing is content, an emptied cell is not.',
      source: 'reference: Sheet.getLastRow; reports in public code',
      probe: ({ newSheet }) => {
        const sheet = newSheet();
        sheet.getRange(4, 3, 1, 1).setValues([['=""']]);
        sheet
          .getRange(9, 9, 1, 1)
          .setValues([['x']])
          .setValues([['']]);
        return [sheet.getLastRow(), sheet.getLastColumn()];
      },
      expected: [4, 3],
    },
    {
      id: 'sheet.tick-boxes',
      says: 'Tick boxes that are not ticked are read as false, and are content.',
      source: 'reference: Range.insertCheckboxes',
      probe: ({ newSheet }) => {
        const sheet = newSheet();
        const values = sheet.getRange(1, 2, 3, 1).insertCheckboxes().getValues();
        return [values.map(([value]) => value === false), sheet.getLastRow()];
      },
      expected: [[true, true, true], 3],
    },
    {
      id: 'sheet.grows',
      says: 'A full grid grows by rows and columns that are inserted after its last.',
      source: 'reference: Sheet.insertRowsAfter, insertColumnsAfter',
      probe: ({ newSheet }) => {
        const sheet = newSheet().insertRowsAfter(1000, 2).insertColumnsAfter(26, 1);
        sheet.getRange(1002, 27, 1, 1).setValues([['x']]);
        return size(sheet);
      },
      expected: [1002, 27, 1002, 27],
    },
    {
      id: 'sheet.narrowed',
      says: 'A new sheet has 26 columns; those that are deleted are gone from its size.',
      source: 'reference: Sheet.deleteColumns',
      probe: ({ newSheet }) => {
        const sheet = newSheet();
        sheet.deleteColumns(9, 18);
        return size(sheet);
      },
      expected: [0, 0, 1000, 8],
    },
    {
      id: 'sheet.cells',
      says: 'A file has ten million cells at most.',
      source: `Google Drive help: file limits; ${TEXTS}`,
      heldBy: 'runtime/spreadsheet.test.ts > a sheet > cannot grow beyond ten million cells',
    },
    {
      id: 'sheet.hidden',
      says: 'A sheet can be hidden and shown again; hidden, it is read and written like any other.',
      source: 'reference: Sheet.hideSheet, showSheet, isSheetHidden',
      probe: ({ newSheet }) => {
        const sheet = newSheet();
        const states = [sheet.hideSheet().isSheetHidden()];
        const value =
          sheet
            .getRange(1, 1, 1, 1)
            .setValues([['written']])
            .getValues()[0]?.[0] === 'written';
        return [...states, value, sheet.showSheet().isSheetHidden()];
      },
      expected: [true, true, false],
    },
    {
      id: 'sheet.last-visible',
      says: 'The only visible sheet cannot be hidden.',
      source: 'gas-fakes: tests that also run on live Apps Script',
      heldBy:
        'runtime/spreadsheet.test.ts > a sheet > cannot be hidden if it is the last visible one',
    },
    {
      id: 'sheet.deleted-meanwhile',
      says: 'A sheet that a person deletes while the script has it is not found any more.',
      source: 'reports in public code',
      heldBy:
        'runtime/spreadsheet.test.ts > a sheet > that a person has deleted meanwhile is not found',
    },
    {
      id: 'sheet.frozen',
      says: 'Rows at the top can be frozen.',
      source: 'reference: Sheet.setFrozenRows',
      probe: ({ newSheet }) => refusal(() => newSheet().setFrozenRows(1)),
      expected: 'no error',
    },
    {
      id: 'range.too-small',
      says: 'Rows and columns are counted from 1, and a range has at least one of each.',
      source: TEXTS,
      probe: ({ newSheet }) => {
        const sheet = newSheet();
        const areas = [
          [0, 1, 1, 1],
          [1, 0, 1, 1],
          [1, 1, 0, 1],
          [1, 1, 1, 0],
        ] as const;
        return areas.map(([row, column, rows, columns]) =>
          refusal(() => sheet.getRange(row, column, rows, columns)),
        );
      },
      expected: [
        'Exception: The starting row of the range is too small.',
        'Exception: The starting column of the range is too small.',
        'Exception: The number of rows in the range must be at least 1.',
        'Exception: The number of columns in the range must be at least 1.',
      ],
    },
    {
      id: 'range.outside',
      says: 'A range beyond the grid is refused.',
      source: TEXTS,
      probe: ({ newSheet }) => {
        const sheet = newSheet();
        return [
          refusal(() => sheet.getRange(1000, 1, 2, 1).getValues()),
          refusal(() => sheet.getRange(1, 27, 1, 1).getValues()),
        ];
      },
      expected: [
        'Exception: The coordinates of the range are outside the dimensions of the sheet.',
        'Exception: The coordinates of the range are outside the dimensions of the sheet.',
      ],
    },
    {
      id: 'range.other-size',
      says: 'Data of another size than the range is refused.',
      source: TEXTS,
      probe: ({ cells }) => [
        refusal(() => cells(2, 1).setValues([['a']])),
        refusal(() => cells(1, 1).setValues([['a', 'b']])),
      ],
      expected: [
        'Exception: The number of rows in the data does not match the number of rows in the range. The data has 1 but the range has 2.',
        'Exception: The number of columns in the data does not match the number of columns in the range. The data has 2 but the range has 1.',
      ],
    },
    {
      id: 'range.place',
      says: 'A range knows its sheet, its first and its last row and column.',
      source: 'reference: Range.getRow, getLastRow, getColumn, getLastColumn, getSheet',
      probe: ({ newSheet }) => {
        const sheet = newSheet();
        const range = sheet.getRange(2, 3, 4, 5);
        return [
          range.getRow(),
          range.getLastRow(),
          range.getColumn(),
          range.getLastColumn(),
          range.getSheet().getSheetId() === sheet.getSheetId(),
        ];
      },
      expected: [2, 5, 3, 7, true],
    },
    {
      id: 'range.volatile',
      says: 'A formula such as RAND gives another value after any change of the file; NOW and IMPORTRANGE may at every reading.',
      source: 'Google Docs Editors help: RAND, NOW, IMPORTRANGE',
      probe: ({ google, cells }) => {
        const formula = cells(1, 1).setValues([['=RAND()']]);
        const before = formula.getValues()[0]?.[0];
        cells(1, 1).setValues([['changed']]);
        google.SpreadsheetApp.flush();
        return [typeof before, formula.getValues()[0]?.[0] === before];
      },
      expected: ['number', false],
    },
    {
      id: 'range.read-after-write',
      says: 'A script reads what it has written before, flushed or not.',
      source: BATCHING,
      probe: ({ google, cells }) => {
        const range = cells(1, 2);
        const before =
          range
            .setValues([['a', 'b']])
            .getValues()[0]
            ?.join() ?? null;
        range.setValues([['c', 'd']]);
        google.SpreadsheetApp.flush();
        return [before, range.getDisplayValues()[0]?.join() ?? null];
      },
      expected: ['a,b', 'c,d'],
    },
    {
      id: 'range.batched',
      says: 'Others see a write after a flush, a read, or the end of the script.',
      source: `${BATCHING}; reference: Lock.releaseLock`,
      heldBy:
        'runtime/spreadsheet.test.ts > a write > is seen by others only after a flush, a read or the end',
    },
    {
      id: 'range.failed-script',
      says: 'What a script wrote before it failed is kept.',
      source: UNDOCUMENTED,
      heldBy: 'runtime/spreadsheet.test.ts > a write > of an execution that fails is kept',
    },
    {
      id: 'range.coordinates',
      says: 'A write lands on the coordinates of its range, not on the rows that a person has moved meanwhile.',
      source: UNDOCUMENTED,
      heldBy:
        'runtime/spreadsheet.test.ts > a write > lands on its coordinates, not on the row that a person moved meanwhile',
    },
    {
      id: 'range.everything',
      says: 'Reading gives all rows and columns, hidden ones too.',
      source: 'reports in public code',
      heldBy: 'runtime/spreadsheet.test.ts > a range > gives what is in hidden columns too',
    },
    {
      id: 'range.activate',
      says: 'Activating a range opens its sheet and selects it.',
      source: 'reference: Range.activate, Sheet.getActiveRange',
      probe: ({ spreadsheet: file, newSheet }) => {
        const sheet = newSheet();
        newSheet();
        sheet.getRange(4, 2, 3, 1).activate();
        const selected = sheet.getActiveRange();
        return [
          file.getActiveSheet().getSheetId() === sheet.getSheetId(),
          selected?.getRow() ?? null,
          selected?.getLastRow() ?? null,
          selected?.getColumn() ?? null,
        ];
      },
      expected: [true, 4, 6, 2],
    },
    {
      id: 'sheet.restore-selection',
      says: 'A sheet that is made active again has the selection that it had, if that is asked for.',
      source: 'reference: Spreadsheet.setActiveSheet(sheet, restoreSelection)',
      probe: ({ spreadsheet: file, newSheet }) => {
        const sheet = newSheet();
        sheet.getRange(7, 3, 1, 1).activate();
        newSheet();
        file.setActiveSheet(sheet, true);
        return [
          file.getActiveSheet().getSheetId() === sheet.getSheetId(),
          sheet.getActiveRange()?.getRow() ?? null,
        ];
      },
      expected: [true, 7],
    },
    {
      id: 'sheet.no-selection',
      says: 'Behind a time trigger nothing is selected, and nothing can be shown to anybody.',
      source: UNDOCUMENTED,
      heldBy:
        'runtime/person.test.ts > the sheet > gives its selection to a script, but not to a time trigger',
    },
    {
      id: 'sheet.hidden-not-shown',
      says: 'Activating a range of a hidden sheet shows nothing until the sheet is shown.',
      source: UNDOCUMENTED,
      heldBy:
        'runtime/spreadsheet.test.ts > an activation > of a hidden sheet shows nothing until the sheet is shown',
    },
    {
      id: 'protection.warning',
      says: 'A protection that only warns keeps no script out.',
      source: 'reference: Protection.setWarningOnly',
      probe: ({ newSheet }) => {
        const sheet = newSheet();
        sheet.protect().setDescription('Self-test').setWarningOnly(true);
        const range = sheet.getRange(1, 1, 1, 1);
        return [range.canEdit(), refusal(() => range.setValues([['x']]).getValues())];
      },
      expected: [true, 'no error'],
    },
    {
      id: 'protection.others',
      says: 'A protection of somebody else refuses what touches its cells, and nothing else.',
      source: TEXTS,
      heldBy:
        'runtime/access.test.ts > a protected range of somebody else > refuses what touches it and nothing else',
    },
    {
      id: 'protection.at-flush',
      says: 'A write into protected cells may be refused only when it is applied.',
      source: UNDOCUMENTED,
      heldBy:
        'runtime/access.test.ts > a protected range of somebody else > refuses at the flush and loses the write, where Google looks only then',
    },
    {
      id: 'rule.refuses',
      says: 'A data validation that rejects input refuses scripts too, at the latest when the write is applied. The sentence names the cell.',
      source: 'a production record of 2026; reference: DataValidation.getAllowInvalid',
      probe: ({ google, cells }) => {
        const { SpreadsheetApp } = google;
        const rule = SpreadsheetApp.newDataValidation()
          .requireValueInList(['open', 'done'])
          .setAllowInvalid(false)
          .build();
        const range = cells(1, 1);
        range.setDataValidation(rule);
        SpreadsheetApp.flush();
        const said = refusal(() => {
          range.setValues([['Sent']]);
          SpreadsheetApp.flush();
        });
        return [
          said.replace(/[A-Z]+[0-9]+/, 'A1'),
          range.getDataValidations()[0]?.[0]?.getAllowInvalid() ?? null,
        ];
      },
      expected: [
        'Exception: The data you entered in cell A1 violates the data validation rules set on this cell.',
        false,
      ],
    },
    {
      id: 'rule.typed-column',
      says: 'A typed column of a table refuses scripts: formats, rules and tick boxes, and perhaps plain values.',
      source: 'reports in public code (seven projects; of plain values one)',
      heldBy:
        'runtime/rules.test.ts > a typed column of a table > refuses what a script writes, and has no rule to look at',
    },
    {
      id: 'rule.tick-box-values',
      says: 'A tick box with values of its own holds these, unticked too; its rule has both.',
      source:
        'gas-fakes: tests that also run on live Apps Script; reference: DataValidationBuilder.requireCheckbox',
      probe: ({ google, cells }) => {
        const { SpreadsheetApp } = google;
        const rule = SpreadsheetApp.newDataValidation().requireCheckbox('YES', 'NO').build();
        const range = cells(1, 2);
        range.setDataValidation(rule);
        range.setValues([['YES', 'NO']]);
        const found = range.getDataValidations()[0]?.[0];
        return [
          range.getValues()[0]?.map(String) ?? null,
          String(found?.getCriteriaType()),
          found?.getCriteriaValues().map(String) ?? null,
        ];
      },
      expected: [['YES', 'NO'], 'CHECKBOX', ['YES', 'NO']],
    },
    {
      id: 'access.editor',
      says: 'An editor may edit what nobody has protected.',
      source: 'reference: Range.canEdit',
      probe: ({ cells }) => cells(1, 1).canEdit(),
      expected: true,
    },
    {
      id: 'access.viewer',
      says: 'A viewer’s script may write nothing into the file.',
      source: 'Google Drive help: roles of editor, commenter and viewer; the text is undocumented',
      heldBy: 'runtime/access.test.ts > a viewer of the file > cannot %s',
    },
    {
      id: 'access.viewer-known',
      says: 'A viewer is known by ranges that cannot be edited.',
      source: 'reference: Range.canEdit',
      heldBy:
        'runtime/access.test.ts > a viewer of the file > is known by a range that cannot be edited',
    },
    {
      id: 'access.viewer-properties',
      says: 'A viewer’s script reads, takes the lock and writes properties all the same.',
      source: UNDOCUMENTED,
      heldBy:
        'runtime/access.test.ts > a viewer of the file > reads, selects, takes the lock and writes properties all the same: they belong to the script, not to the file',
    },
    {
      id: 'chart.insert',
      says: 'A column chart is built of a range with its header row, and inserted at a cell.',
      source: 'reference: EmbeddedChartBuilder, Sheet.insertChart',
      probe: ({ newSheet }) => {
        const sheet = newSheet();
        const table = sheet.getRange(1, 1, 2, 2).setValues([
          ['Customer', 'Events'],
          ['acme', 3],
        ]);
        const chart = sheet
          .newChart()
          .asColumnChart()
          .setTitle('Self-test')
          .addRange(table)
          .setNumHeaders(1)
          .setPosition(2, 4, 0, 0)
          .build();
        return [refusal(() => sheet.insertChart(chart)), chart.getRanges().length];
      },
      expected: ['no error', 1],
    },
    {
      id: 'copy.of-the-file',
      says: 'A copy of the file has its sheets and its bound script, another id, and neither script properties nor triggers.',
      source: 'reports in public code',
      heldBy:
        'runtime/person.test.ts > a copy of the file > has the sheets and the script, but another id, no properties and no triggers',
    },
    {
      id: 'copy.document-properties',
      says: 'A copy of the file may or may not have its document properties.',
      source: UNDOCUMENTED,
      heldBy:
        'runtime/person.test.ts > a copy of the file > may have its document properties %s, and its own from then on; script properties are always lost',
    },
    {
      id: 'version.restored',
      says: 'An old version that is restored brings back sheets and cells; properties, caches and triggers stay as they are.',
      source:
        'Google Docs Editors help: Find what’s changed in a file; of properties nobody documents it',
      heldBy:
        'runtime/person.test.ts > the sheet > comes back as it was from the version history, properties, caches, triggers and the name of the file do not',
    },
  ],
};
