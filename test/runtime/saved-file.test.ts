import { type FakeGoogle, noNetwork, restoreGoogle } from '../../sandbox/runtime';
import { newGoogle, START } from './google';

const CODE = `function install() {
  ScriptApp.newTrigger('hourly').timeBased().everyHours(1).create();
  PropertiesService.getDocumentProperties().setProperty('settings', '{"syncs":1}');
  PropertiesService.getScriptProperties().setProperty('connection', 'ü');
}
function hourly() { SpreadsheetApp.getActiveSpreadsheet().getActiveSheet().getRange(9, 1, 1, 1).setValues([['ran']]); }
function halfway() {
  SpreadsheetApp.getActiveSpreadsheet().getActiveSheet().getRange(8, 1, 1, 1).setValues([['unflushed']]);
  Utilities.sleep(1);
}`;

/** A file with something of everything that lasts. */
function usedFile(): FakeGoogle {
  const google = newGoogle({ fileId: 'file-7', fileName: 'Usage', spreadsheetLocale: 'de_DE' });
  const { spreadsheet } = google;
  google.loadCsv('Sheet1', 'key,n,at,sum\n007,"1,5",2026-11-03 10:00,=1+1\n', {
    textColumns: ['key'],
  });
  spreadsheet.insertSheet('Gone');
  spreadsheet.insertSheet('Ledger');
  spreadsheet.deleteSheet('Gone');
  spreadsheet.edit('Ledger', 3, 2, 'line');
  spreadsheet.hideSheet('Ledger');
  spreadsheet.hideColumns('Sheet1', 4);
  spreadsheet.protect('Ledger', google.user);
  google.load(CODE);
  google.execute('install');
  return google;
}

/** Through JSON, as a file on a disk holds it. */
function restored(google: FakeGoogle): FakeGoogle {
  const options = { now: () => START, transport: noNetwork };
  const again = restoreGoogle(options, JSON.parse(JSON.stringify(google.saved())));
  again.load(CODE);
  return again;
}

describe('a saved file', () => {
  test('comes back with everything that lasts', () => {
    const google = usedFile();
    const again = restored(google);
    expect(again.saved()).toEqual(google.saved());
    for (const { name } of google.spreadsheet.sheets)
      expect(again.spreadsheet.table(name)).toEqual(google.spreadsheet.table(name));
    const { id, name, locale, timeZone } = again.spreadsheet;
    expect([id, name, locale, timeZone]).toEqual(['file-7', 'Usage', 'de_DE', 'America/New_York']);
    expect(again.documentProperties.all()).toEqual({ settings: '{"syncs":1}' });
    expect(again.scriptProperties.all()).toEqual({ connection: 'ü' });
  });

  test('fires its triggers, and names what is made later as nothing before', () => {
    const google = usedFile();
    const again = restored(google);
    expect(again.fireHourly()).toHaveLength(1);
    expect(again.spreadsheet.shown('Sheet1', 9, 1)).toBe('ran');
    again.execute('install');
    again.spreadsheet.insertSheet('Later');
    google.spreadsheet.insertSheet('Later');
    const ids = (file: FakeGoogle) => file.spreadsheet.sheets.map((sheet) => sheet.id);
    expect(ids(again)).toEqual(ids(google));
    expect(new Set(again.triggers.map((trigger) => trigger.id)).size).toBe(2);
  });

  test('has no write that was not flushed, and another revision after each that was', () => {
    const google = usedFile();
    const [revisions, texts]: [string[], string[]] = [[], []];
    google.execute('halfway', [], {
      onCall: () => {
        revisions.push(google.revision);
        texts.push(JSON.stringify(google.saved()));
      },
    });
    expect(texts.some((text) => text.includes('unflushed'))).toBe(false);
    expect(new Set(revisions).size).toBe(1);
    expect(JSON.stringify(google.saved())).toContain('unflushed');
    expect(revisions).not.toContain(google.revision);
  });

  test.each<[string, (google: FakeGoogle) => void]>([
    ['a cell', ({ spreadsheet }) => spreadsheet.edit('Sheet1', 1, 1, 'x')],
    ['a document property', ({ documentProperties }) => documentProperties.set('a', 'b')],
    ['a property that is deleted', ({ scriptProperties }) => scriptProperties.delete('connection')],
    ['a trigger', (google) => void google.run(deleteTriggers)],
    ['a hidden sheet', ({ spreadsheet }) => spreadsheet.showSheet('Ledger')],
  ])('has another revision with %s', (_, change) => {
    const google = usedFile();
    const before = google.revision;
    change(google);
    expect(google.revision).not.toBe(before);
  });
});

const deleteTriggers: Parameters<FakeGoogle['run']>[0] = ({ ScriptApp }) => {
  for (const trigger of ScriptApp.getProjectTriggers()) ScriptApp.deleteTrigger(trigger);
};
