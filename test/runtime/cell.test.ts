import type { FakeGoogle, GoogleOptions } from '../../sandbox/runtime';
import { newGoogle } from './google';

const BUNDLE = `
  function twice(value) { return value * 2; }
  function keep(text) { PropertiesService.getScriptProperties().setProperty('kept', text); return text; }
  function remember() { CacheService.getScriptCache().put('a', 'b'); return CacheService.getScriptCache().get('a'); }
  function lock() { return LockService.getDocumentLock().tryLock(0); }
  function fetched() { return UrlFetchApp.fetch('https://example.com').getResponseCode(); }
  function look() { return SpreadsheetApp.getActiveSpreadsheet().getActiveSheet().getRange(1, 1, 1, 1).getValues(); }
  function write() { SpreadsheetApp.getActiveSpreadsheet().getActiveSheet().getRange(1, 1, 1, 1).setValues([['x']]); }
  function add() { SpreadsheetApp.getActiveSpreadsheet().insertSheet('New'); }
  function triggers() { return ScriptApp.getProjectTriggers().length; }
  function install() { ScriptApp.newTrigger('twice').timeBased().everyHours(1).create(); }
  function scopes() { ScriptApp.requireAllScopes(ScriptApp.AuthMode.FULL); }
  function ui() { SpreadsheetApp.getUi().createAddonMenu().addItem('Open', 'twice').addToUi(); }
  function mail() { MailApp.sendEmail('a@example.com', 'subject', 'body'); }
  function who() { return Session.getEffectiveUser().getEmail(); }
  function slow() { Utilities.sleep(40000); return 'done'; }
  function shape(value) { return [typeof value, Array.isArray(value), value instanceof Date, Object(value).triggerUid].join(); }
`;

function loaded(options: Partial<GoogleOptions> = {}): FakeGoogle {
  const google = newGoogle({
    transport: (requests) => requests.map(() => ({ status: 204, headers: {}, body: '' })),
    ...options,
  });
  google.load(BUNDLE);
  return google;
}

describe('a formula', () => {
  test.each([
    ['=twice(21)', '42'],
    ['=keep("a ""b""")', 'a "b"'],
    ['=remember()', 'b'],
    ['=lock()', 'TRUE'],
    ['=fetched()', '204'],
    ['=look()', '1'],
    ['=twice( 2 )', '4'],
    ['=missing("x")', '#NAME?'],
    ['=twice(A1)', '#NAME?'],
  ])('%s shows %s', (formula, shown) => {
    const google = loaded();
    google.spreadsheet.edit('Sheet1', 1, 1, '1');
    google.spreadsheet.edit('Sheet1', 2, 1, formula);
    expect(google.spreadsheet.table('Sheet1')[1]?.[0]).toBe(shown);
  });

  test.each([
    ['typed', (google: FakeGoogle) => google.spreadsheet.edit('Sheet1', 1, 1, '=keep("x")')],
    ['imported', (google: FakeGoogle) => google.loadCsv('Sheet1', '"=keep(""x"")"')],
    [
      'written by a script, once the write has landed,',
      (google: FakeGoogle) =>
        google.run(({ SpreadsheetApp }) =>
          SpreadsheetApp.getActiveSpreadsheet()
            .getActiveSheet()
            .getRange(1, 1, 1, 1)
            .setValues([['=keep("x")']]),
        ),
    ],
  ])('that is %s is computed', (_, put) => {
    const google = loaded();
    put(google);
    expect([google.spreadsheet.table('Sheet1'), google.scriptProperties.get('kept')]).toEqual([
      [['x']],
      'x',
    ]);
  });

  test.each(['write', 'add', 'triggers', 'install', 'scopes', 'ui', 'mail'])(
    'may not %s',
    (name) => {
      const google = loaded();
      expect(google.cell(name).error?.message).toMatch(/^You do not have permission to call /);
      expect([google.spreadsheet.table('Sheet1'), google.triggers, google.mails]).toEqual([
        [],
        [],
        [],
      ]);
    },
  );

  test('is told nobody’s address', () => expect(loaded().cell('who').result).toBe(''));

  test('needs nobody’s consent', () => {
    const google = loaded({ authorization: 'expired' });
    expect(google.cell('fetched').result).toBe(204);
    google.access.authorize(google.user, { withheld: ['script.external_request'] });
    expect(google.cell('fetched').result).toBe(204);
  });

  test('ends after 30 seconds', () => {
    let now = 0;
    const google = loaded({
      now: () => now,
      advance: (ms) => {
        now += ms;
      },
    });
    expect(google.cell('slow')).toMatchObject({ killed: true, result: undefined });
  });

  test('passes no object', () => {
    const google = loaded();
    expect(
      ['x', 1, true, new Date(0), [['triggerUid', 1]]].map(
        (value) => google.cell('shape', value).result,
      ),
    ).toEqual([
      'string,false,false,',
      'number,false,false,',
      'boolean,false,false,',
      'object,false,true,',
      'object,true,false,',
    ]);
    expect(() => google.cell('shape', { triggerUid: '1' })).toThrow(TypeError);
    expect(() => google.cell('shape', [[{ triggerUid: '1' }]])).toThrow(TypeError);
  });

  test('may do everything where a test of attacks says so', () => {
    const google = loaded({ cells: 'unrestricted' });
    expect(['write', 'install', 'ui', 'mail'].map((name) => google.cell(name).error)).toEqual(
      Array(4).fill(undefined),
    );
    expect([google.triggers.length, google.mails.length, google.cell('who').result]).toEqual([
      1,
      1,
      google.user,
    ]);
  });
});
