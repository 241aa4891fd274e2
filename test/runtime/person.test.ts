import { cells, newGoogle, START } from './google';

const BUNDLE = `
  function install() { ScriptApp.newTrigger('edited').forSpreadsheet(SpreadsheetApp.getActiveSpreadsheet()).onEdit().create(); }
  function edited(e) {
    var range = e.range;
    return [range.getSheet().getName(), range.getRow(), range.getColumn(), range.getLastRow(), range.getLastColumn(), e.value, e.authMode, e.triggerUid];
  }
`;

function edited() {
  const google = newGoogle();
  google.load(BUNDLE);
  google.execute('install');
  return google;
}

describe('an edit by a person', () => {
  test('reaches the trigger with its range, and with its value as text if one cell was typed', () => {
    const google = edited();
    google.spreadsheet.edit('Sheet1', 3, 2, '2026-11-03');
    google.spreadsheet.paste('Sheet1', 5, 1, [
      ['a', 'b'],
      ['c', 'd'],
    ]);
    const [id] = google.triggers.map((trigger) => trigger.id);
    expect(google.runEditQueue().map(({ result }) => result)).toEqual([
      ['Sheet1', 3, 2, 3, 2, '46329', 'FULL', id],
      ['Sheet1', 5, 1, 6, 2, undefined, 'FULL', id],
    ]);
    expect(google.pendingEdits).toEqual([]);
  });

  test('is lost to the trigger if two others are waiting', () => {
    const google = edited();
    for (const text of ['one', 'two', 'three']) google.spreadsheet.edit('Sheet1', 1, 1, text);
    expect(google.runEditQueue().map(({ result }) => (result as unknown[])[5])).toEqual([
      'one',
      'two',
    ]);
    expect(google.spreadsheet.shown('Sheet1', 1, 1)).toBe('three');
  });

  test('runs the trigger as its creator', () => {
    const google = newGoogle();
    google.load(`${BUNDLE} function edited() { return Session.getEffectiveUser().getEmail(); }`);
    google.execute('install', [], { user: 'creator@example.com' });
    google.spreadsheet.edit('Sheet1', 1, 1, 'x');
    expect(google.runEditQueue().map(({ result }) => result)).toEqual(['creator@example.com']);
  });
});

describe('no edit is reported', () => {
  test('when rows or columns come, go or move, or a script writes', () => {
    const google = edited();
    google.load(
      `${BUNDLE} function write() { SpreadsheetApp.getActiveSpreadsheet().getActiveSheet().getRange(1, 1, 1, 1).setValues([['x']]); }`,
    );
    const { spreadsheet } = google;
    spreadsheet.insertRows('Sheet1', 1);
    spreadsheet.deleteRows('Sheet1', 1);
    spreadsheet.insertColumns('Sheet1', 1);
    spreadsheet.deleteColumns('Sheet1', 1);
    spreadsheet.sort('Sheet1', 1);
    spreadsheet.renameSheet('Sheet1', 'Usage');
    google.execute('write');
    expect(google.pendingEdits).toEqual([]);
    expect(spreadsheet.table('Usage')).toEqual([['x']]);
  });
});

describe('the sheet', () => {
  test('is sorted below its header: numbers, texts, booleans, blanks', () => {
    const google = newGoogle();
    google.loadCsv('Usage', 'key,n\na,TRUE\nb,\nc,x\nd,10\ne,9\n');
    google.spreadsheet.sort('Usage', 2);
    expect(google.saveCsv('Usage')).toBe('key,n\ne,9\nd,10\nc,x\na,TRUE\nb,\n');
    google.spreadsheet.sort('Usage', 2, 'descending');
    expect(google.saveCsv('Usage')).toBe('key,n\na,TRUE\nc,x\nd,10\ne,9\nb,\n');
  });

  test('keeps leading zeros of the text columns of a CSV only', () => {
    const google = newGoogle();
    google.loadCsv('Usage', 'key,code,at\n007,007,2026-11-03 10:00\n', { textColumns: ['key'] });
    expect(google.saveCsv('Usage')).toBe('key,code,at\n007,7,2026-11-03 10:00\n');
  });

  test('gives its selection to a script, but not to a time trigger', () => {
    const google = newGoogle();
    google.spreadsheet.select('Sheet1', 2, 3, 4, 5);
    const rowOf = (trigger: 'menu' | 'time') =>
      google.run(
        (runtime) =>
          runtime.SpreadsheetApp.getActiveSpreadsheet()
            .getActiveSheet()
            .getActiveRange()
            ?.getLastRow() ?? null,
        {
          trigger,
        },
      ).result;
    expect([rowOf('menu'), rowOf('time')]).toEqual([5, null]);
  });

  test('comes back with its id, name, state and formats, and pushes out what was made since', () => {
    const google = newGoogle();
    google.spreadsheet.insertSheet('Ledger');
    google.spreadsheet.setNumberFormat('Ledger', 1, 1, 1, 1, '@');
    google.spreadsheet.edit('Ledger', 1, 1, '007');
    google.spreadsheet.hideSheet('Ledger');
    const [then, version] = [google.spreadsheet.sheets, google.spreadsheet.version()];
    google.spreadsheet.showSheet('Ledger');
    google.spreadsheet.setNumberFormat('Ledger', 1, 1, 1, 1, '0.00');
    google.spreadsheet.renameSheet('Ledger', 'Old ledger');
    google.spreadsheet.deleteSheet('Sheet1');
    google.spreadsheet.insertSheet('Later');
    const later = google.spreadsheet.sheets.at(-1)?.id;
    google.spreadsheet.restore(version);
    expect(google.spreadsheet.sheets).toEqual(then);
    expect(google.spreadsheet.cell('Ledger', 1, 1)).toEqual({ value: '007', format: '@' });
    google.spreadsheet.insertSheet('Latest');
    expect([...then.map(({ id }) => id), later]).not.toContain(
      google.spreadsheet.sheets.at(-1)?.id,
    );
  });

  test('can be restored more than once from the same version', () => {
    const google = newGoogle();
    const version = google.spreadsheet.version();
    for (const text of ['one', 'two']) {
      google.spreadsheet.edit('Sheet1', 1, 1, text);
      google.spreadsheet.restore(version);
      expect(google.spreadsheet.table('Sheet1')).toEqual([]);
    }
  });

  test('restored under a running script takes its unflushed writes all the same: they go by the id', () => {
    const google = newGoogle();
    const version = google.spreadsheet.version();
    const { error } = google.run(
      (runtime) =>
        cells(runtime, 1, 1)
          .setValues([['written']])
          .getValues(),
      {
        onCall: ({ name }) =>
          void (name === 'Range.getValues' && google.spreadsheet.restore(version)),
      },
    );
    expect([error, google.spreadsheet.table('Sheet1')]).toEqual([undefined, [['written']]]);
  });

  test('comes back as it was from the version history, properties, caches, triggers and the name of the file do not', () => {
    const google = newGoogle();
    google.load(BUNDLE);
    google.spreadsheet.edit('Sheet1', 1, 1, 'old');
    const version = google.spreadsheet.version();
    google.execute('install');
    google.spreadsheet.edit('Sheet1', 1, 1, 'new');
    google.spreadsheet.renameFile('Renamed');
    google.documentProperties.set('lines', '2');
    google.documentCache.put('cached', '3');
    google.pendingEdits.splice(0);
    google.spreadsheet.restore(version);
    expect([google.spreadsheet.table('Sheet1'), google.spreadsheet.name]).toEqual([
      [['old']],
      'Renamed',
    ]);
    expect([google.documentProperties.get('lines'), google.documentCache.get('cached')]).toEqual([
      '2',
      '3',
    ]);
    expect([google.triggers.length, google.pendingEdits]).toEqual([1, []]);
  });
});

describe('a person', () => {
  test.each([
    [
      'a\tb\r\nc\td\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['a\n\nb', [['a'], [''], ['b']]],
    ['"two\nlines"\t"a ""quoted"" word"', [['two\nlines', 'a "quoted" word']]],
    ['5" pipe\t=1+1', [['5" pipe', '2']]],
    [
      '"never closed\tx\ny\tz',
      [
        ['"never closed', 'x'],
        ['y', 'z'],
      ],
    ],
  ])('pastes %j', (text, expected) => {
    const google = newGoogle();
    google.spreadsheet.pasteText('Sheet1', 1, 1, text);
    expect(google.spreadsheet.table('Sheet1')).toEqual(expected);
  });

  test('pastes beyond the end of the sheet, which grows', () => {
    const google = newGoogle();
    google.spreadsheet.pasteText('Sheet1', 1000, 26, 'a\tb\nc\td');
    expect(google.spreadsheet.sheets[0]).toMatchObject({ rows: 1001, columns: 27 });
    expect(google.spreadsheet.shown('Sheet1', 1001, 27)).toBe('d');
  });

  test('cannot delete every row or column', () => {
    const { spreadsheet } = newGoogle();
    expect(() => spreadsheet.deleteRows('Sheet1', 1, 1000)).toThrow(
      "You can't delete all the rows on the sheet.",
    );
    expect(() => spreadsheet.deleteColumns('Sheet1', 1, 26)).toThrow(
      "You can't delete all the columns on the sheet.",
    );
    expect(spreadsheet.sheets[0]).toMatchObject({ rows: 1000, columns: 26 });
  });
});

describe('a copy of the file', () => {
  test('has the sheets and the script, but another id, no properties and no triggers', () => {
    const google = edited();
    google.spreadsheet.edit('Sheet1', 1, 1, 'x');
    google.documentProperties.set('key', 'value');
    const copy = google.copyFile();
    copy.spreadsheet.edit('Sheet1', 1, 2, 'y');
    expect(copy.spreadsheet.id).not.toBe(google.spreadsheet.id);
    expect(copy.spreadsheet.sheets).toEqual(google.spreadsheet.sheets);
    expect([copy.spreadsheet.table('Sheet1'), google.spreadsheet.table('Sheet1')]).toEqual([
      [['x', 'y']],
      [['x']],
    ]);
    expect([copy.triggers, copy.documentProperties.all(), copy.pendingEdits]).toEqual([[], {}, []]);
    expect(copy.execute('install').error).toBeUndefined();
    expect(google.triggers).toHaveLength(1);
  });

  test.each([
    ['kept', { ledger: '4 lines' }],
    ['lost', {}],
  ] as const)(
    'may have its document properties %s, and its own from then on; script properties are always lost',
    (documentProperties, expected) => {
      const google = newGoogle();
      google.documentProperties.set('ledger', '4 lines');
      google.scriptProperties.set('connection', 'secret');
      const copy = google.copyFile({ documentProperties });
      expect([copy.documentProperties.all(), copy.scriptProperties.all()]).toEqual([expected, {}]);
      copy.documentProperties.set('ledger', 'changed');
      google.scriptProperties.set('later', 'x');
      expect([google.documentProperties.get('ledger'), copy.scriptProperties.all()]).toEqual([
        '4 lines',
        {},
      ]);
    },
  );

  test('has no caches of the file it comes from', () => {
    const google = newGoogle();
    google.documentCache.put('key', 'value');
    google.scriptCache.put('key', 'value');
    const copy = google.copyFile({ documentProperties: 'kept' });
    expect([copy.documentCache.all(), copy.scriptCache.all()]).toEqual([{}, {}]);
    copy.evictCache();
    expect([google.documentCache.all(), google.scriptCache.all()]).toEqual([
      { key: 'value' },
      { key: 'value' },
    ]);
  });

  test('has the script store and the script cache in common with it in an add-on, which is one script for all files', () => {
    const google = newGoogle({ addOn: true });
    google.scriptProperties.set('customer', 'one');
    google.documentCache.put('key', 'of the first file');
    const copy = google.copyFile();
    copy.scriptCache.put('key', 'of the script');
    expect([copy.scriptProperties.all(), google.scriptCache.get('key')]).toEqual([
      { customer: 'one' },
      'of the script',
    ]);
    expect([copy.documentCache.get('key'), copy.documentProperties.all(), copy.triggers]).toEqual([
      undefined,
      {},
      [],
    ]);
  });

  test('has the locale and the time zone of the file', () => {
    const copy = newGoogle({ spreadsheetLocale: 'de_DE', timeZone: 'Europe/Berlin' }).copyFile();
    expect([copy.spreadsheet.locale, copy.spreadsheet.timeZone]).toEqual([
      'de_DE',
      'Europe/Berlin',
    ]);
  });
});

test('the clock of the world is the one of the mails', () => {
  const google = newGoogle();
  google.run((runtime) => {
    runtime.Utilities.sleep(1500);
    runtime.MailApp.sendEmail('a@example.com', 'subject', 'body');
  });
  expect(google.mails).toEqual([
    {
      recipient: 'a@example.com',
      subject: 'subject',
      body: 'body',
      sender: 'owner@example.com',
      at: START + 1500,
    },
  ]);
});
