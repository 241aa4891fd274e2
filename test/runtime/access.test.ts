import { type FakeGoogle, type Scope, servedHtml } from '../../sandbox/runtime';
import type { Range, Runtime, Sheet } from '../../src/apps-script/runtime';
import { cells, newGoogle, refusal } from './google';

const NO_EDITOR = 'Exception: You do not have permission to perform that action.';
const PROTECTED =
  'Exception: You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove protection if you need to edit.';
const BUNDLE = `
  function onOpen() { SpreadsheetApp.getUi().createAddonMenu().addItem('Open', 'show').addToUi(); }
  function show() { SpreadsheetApp.getUi().showSidebar(HtmlService.createHtmlOutputFromFile('Sidebar')); }
  function ping() { console.log('ran'); return 'pong'; }
  function hourly() { return UrlFetchApp.fetch('https://example.com').getResponseCode(); }
  function install() { ScriptApp.newTrigger('hourly').timeBased().everyHours(1).create(); }
`;

const sheet = (runtime: Runtime): Sheet =>
  runtime.SpreadsheetApp.getActiveSpreadsheet().getActiveSheet();

function loaded(google: FakeGoogle): FakeGoogle {
  google.load(BUNDLE);
  google.addHtml('Sidebar', servedHtml('<p>hello</p>'));
  return google;
}

describe('a viewer of the file', () => {
  test.each<[string, (runtime: Runtime) => unknown]>([
    ['write values', (runtime) => cells(runtime, 1, 1).setValues([['x']])],
    ['set a format', (runtime) => cells(runtime, 1, 1).setNumberFormat('@')],
    ['make tick boxes', (runtime) => cells(runtime, 1, 1).insertCheckboxes()],
    ['add a sheet', (runtime) => runtime.SpreadsheetApp.getActiveSpreadsheet().insertSheet('New')],
    ['add rows', (runtime) => sheet(runtime).insertRowsAfter(1, 1)],
    ['add columns', (runtime) => sheet(runtime).insertColumnsAfter(1, 1)],
    ['show a sheet', (runtime) => sheet(runtime).showSheet()],
    ['freeze rows', (runtime) => sheet(runtime).setFrozenRows(1)],
    ['protect a sheet', (runtime) => sheet(runtime).protect()],
  ])('cannot %s', (_, work) => {
    const google = newGoogle({ role: 'viewer' });
    expect(refusal(google, work)).toBe(NO_EDITOR);
    expect([google.spreadsheet.table('Sheet1'), google.spreadsheet.sheets.length]).toEqual([[], 1]);
  });

  test('is told so in the language of the person', () => {
    expect(
      refusal(newGoogle({ role: 'viewer', locale: 'fr' }), (runtime) =>
        cells(runtime, 1, 1).setValues([['x']]),
      ),
    ).not.toMatch(/permission/);
  });

  test('reads, selects, takes the lock and writes properties all the same: they belong to the script, not to the file', () => {
    const google = newGoogle({ role: 'viewer' });
    google.spreadsheet.edit('Sheet1', 1, 1, 'x');
    const { result, error } = google.run((runtime) => {
      runtime.PropertiesService.getDocumentProperties().setProperty('key', 'value');
      return [
        cells(runtime, 1, 1).activate().getValues(),
        runtime.LockService.getDocumentLock().tryLock(0),
      ];
    });
    expect([result, error, google.documentProperties.get('key')]).toEqual([
      [[['x']], true],
      undefined,
      'value',
    ]);
  });

  test('is known by a range that cannot be edited', () => {
    const google = newGoogle({ role: 'viewer' });
    const canEdit = () => google.run((runtime) => cells(runtime, 1, 1).canEdit()).result;
    expect(canEdit()).toBe(false);
    google.access.setRole(google.user, 'editor');
    expect(canEdit()).toBe(true);
  });

  test('gets no menu, because the simple trigger does not run', () => {
    const google = loaded(newGoogle());
    google.open();
    google.access.setRole(google.user, 'viewer');
    expect([google.open().serviceCalls.total, google.menu]).toEqual([0, []]);
  });

  test('is refused when the writes land, where Google looks at them only then', () => {
    const google = newGoogle({ role: 'viewer', refusedAt: 'flush' });
    const calls: string[] = [];
    const { error } = google.run(
      (runtime) => {
        cells(runtime, 1, 1).setValues([['x']]);
        runtime.SpreadsheetApp.flush();
      },
      { onCall: ({ name }) => void calls.push(name) },
    );
    expect([error?.message, calls.at(-1)]).toEqual([
      NO_EDITOR.replace('Exception: ', ''),
      'SpreadsheetApp.flush',
    ]);
    expect(refusal(google, (runtime) => cells(runtime, 1, 1).setValues([['x']]))).toBe(NO_EDITOR);
    expect(google.spreadsheet.table('Sheet1')).toEqual([]);
  });
});

describe('a protected range of somebody else', () => {
  const column = (runtime: Runtime, number: number): Range => cells(runtime, 2, number, 3, 1);
  const write = (google: FakeGoogle, number: number) =>
    refusal(google, (runtime) => column(runtime, number).setValues([['x'], ['x'], ['x']]));

  function withStatuses(options: Parameters<typeof newGoogle>[0] = {}): FakeGoogle {
    const google = newGoogle(options);
    google.spreadsheet.protect('Sheet1', 'boss@example.com', {
      row: 1,
      column: 3,
      rows: 1000,
      columns: 1,
    });
    return google;
  }

  test('refuses what touches it and nothing else', () => {
    const google = withStatuses();
    expect([write(google, 2), write(google, 3)]).toEqual(['no error', PROTECTED]);
    expect(
      google.run((runtime) => [column(runtime, 2).canEdit(), column(runtime, 3).canEdit()]).result,
    ).toEqual([true, false]);
    expect(refusal(google, (runtime) => cells(runtime, 2, 2, 1, 2).setValues([['x', 'y']]))).toBe(
      PROTECTED,
    );
  });

  test('lets its owner write', () => {
    const google = withStatuses();
    const { error, result } = google.run(
      (runtime) =>
        column(runtime, 3)
          .setValues([['x'], ['x'], ['x']])
          .canEdit(),
      {
        user: 'boss@example.com',
      },
    );
    expect([error, result]).toEqual([undefined, true]);
  });

  test('refuses at the flush and loses the write, where Google looks only then', () => {
    const google = withStatuses({ refusedAt: 'flush' });
    expect(write(google, 3)).toBe(PROTECTED);
    expect(google.spreadsheet.table('Sheet1')).toEqual([]);
  });

  test('moves with its column and is gone with it', () => {
    const google = withStatuses();
    google.spreadsheet.insertColumns('Sheet1', 1, 2);
    google.spreadsheet.deleteColumns('Sheet1', 3);
    expect([write(google, 3), write(google, 4)]).toEqual(['no error', PROTECTED]);
    google.spreadsheet.insertRows('Sheet1', 1000, 1);
    google.spreadsheet.deleteColumns('Sheet1', 4);
    expect([1, 2, 3, 4, 5].map((number) => write(google, number))).toEqual(
      Array(5).fill('no error'),
    );
  });

  test('grows with rows that are inserted into it', () => {
    const google = newGoogle();
    google.spreadsheet.protect('Sheet1', 'boss@example.com', {
      row: 2,
      column: 1,
      rows: 2,
      columns: 1,
    });
    google.spreadsheet.insertRows('Sheet1', 2, 3);
    const editable = (row: number) =>
      google.run((runtime) => cells(runtime, row, 1).canEdit()).result;
    expect([1, 2, 4, 6, 7].map(editable)).toEqual([true, false, false, false, true]);
    google.spreadsheet.deleteRows('Sheet1', 1, 4);
    expect([1, 2, 3].map(editable)).toEqual([false, false, true]);
  });

  test('does not keep its sheet from a protection of its own', () => {
    const google = withStatuses();
    google.run((runtime) => sheet(runtime).protect().setWarningOnly(true));
    expect([write(google, 2), write(google, 3)]).toEqual(['no error', PROTECTED]);
  });
});

describe('an authorization that has expired', () => {
  const REQUIRED = 'Authorization is required to perform that action.';

  test('fails a call of the sidebar before its function runs', () => {
    const google = loaded(newGoogle());
    expect(google.rpc('ping').result).toBe('pong');
    google.access.authorize(google.user, 'expired');
    expect(google.rpc('ping')).toMatchObject({
      result: undefined,
      error: { message: REQUIRED },
      logs: [],
    });
  });

  test('fails menu items and triggers, of this person only, and leaves the menu', () => {
    const google = loaded(newGoogle());
    google.execute('install');
    google.execute('install', [], { user: 'other@example.com' });
    google.access.authorize(google.user, 'expired');
    expect(google.open().error).toBeUndefined();
    expect(google.clickMenu('Open').error?.message).toBe(REQUIRED);
    expect(google.fireHourly().map(({ error }) => error?.message)).toEqual([
      REQUIRED,
      'DNS error: https://example.com',
    ]);
  });

  test('is told in the language of the person', () => {
    const google = loaded(newGoogle({ authorization: 'expired', locale: 'de' }));
    expect(google.rpc('ping').error?.message).not.toMatch(/Authorization/);
  });
});

describe('a scope that was not allowed', () => {
  const withheld = (...scopes: Scope[]) => newGoogle({ authorization: { withheld: scopes } });
  const AUTH = 'https://www.googleapis.com/auth/';

  test.each<[Scope, string, string, (runtime: Runtime) => unknown]>([
    [
      'spreadsheets.currentonly',
      'SpreadsheetApp.getActiveSpreadsheet',
      `(${AUTH}spreadsheets.currentonly || ${AUTH}spreadsheets)`,
      (runtime) => runtime.SpreadsheetApp.getActiveSpreadsheet(),
    ],
    [
      'script.external_request',
      'UrlFetchApp.fetch',
      `${AUTH}script.external_request`,
      (runtime) => runtime.UrlFetchApp.fetch('https://example.com', {}),
    ],
    [
      'script.scriptapp',
      'ScriptApp.getProjectTriggers',
      `${AUTH}script.scriptapp`,
      (runtime) => runtime.ScriptApp.getProjectTriggers(),
    ],
    [
      'script.send_mail',
      'MailApp.sendEmail',
      `${AUTH}script.send_mail`,
      (runtime) => runtime.MailApp.sendEmail('a@example.com', 'subject', 'body'),
    ],
    [
      'userinfo.email',
      'Session.getEffectiveUser',
      `${AUTH}userinfo.email`,
      (runtime) => runtime.Session.getEffectiveUser(),
    ],
  ])('%s is missed by %s alone', (scope, call, permissions, work) => {
    expect(refusal(withheld(scope), work)).toBe(
      `Exception: You do not have permission to call ${call}. Required permissions: ${permissions}`,
    );
    const others: Scope[] = [
      'spreadsheets.currentonly',
      'script.external_request',
      'script.scriptapp',
      'script.send_mail',
      'userinfo.email',
    ];
    expect(refusal(withheld(...others.filter((other) => other !== scope)), work)).not.toMatch(
      /permission/,
    );
  });

  test('of the user interface is missed by the sidebar, not by the menu', () => {
    const google = loaded(withheld('script.container.ui'));
    google.open();
    expect(google.clickMenu('Open').error?.message).toBe(
      `You do not have permission to call Ui.showSidebar. Required permissions: ${AUTH}script.container.ui`,
    );
  });

  test('ends what requires all of them, but for who has allowed them', () => {
    const all = ({ ScriptApp }: Runtime) => ScriptApp.requireAllScopes?.(ScriptApp.AuthMode.FULL);
    expect(refusal(withheld('script.send_mail'), all)).toBe(
      'Exception: Authorization is required to perform that action.',
    );
    expect(refusal(newGoogle(), all)).toBe('no error');
  });

  test('is not among those that are told', () => {
    const told = (google: FakeGoogle) =>
      google.run(({ ScriptApp }) =>
        ScriptApp.getAuthorizationInfo(ScriptApp.AuthMode.FULL).getAuthorizedScopes?.(),
      ).result;
    expect(told(newGoogle())).toHaveLength(6);
    expect(told(withheld('script.send_mail'))).not.toContain(`${AUTH}script.send_mail`);
    expect(told(withheld('script.send_mail'))).toContain(`${AUTH}userinfo.email`);
  });

  test('stops a trigger at the first call that needs it', () => {
    const google = loaded(withheld('script.external_request'));
    google.execute('install');
    expect(google.fireHourly().map(({ error }) => error?.message)).toEqual([
      `You do not have permission to call UrlFetchApp.fetch. Required permissions: ${AUTH}script.external_request`,
    ]);
  });
});

describe('another account of the browser', () => {
  const OTHER = 'other@example.com';
  const who = `function who() { return Session.getEffectiveUser().getEmail(); }`;

  test('is who a call of the page goes on as', () => {
    const google = newGoogle();
    google.load(who);
    expect([google.rpc('who').result, google.rpcWith({ user: OTHER }, 'who').result]).toEqual([
      google.user,
      OTHER,
    ]);
    google.access.hideAddress(OTHER);
    expect(google.rpcWith({ user: OTHER }, 'who').result).toBe('');
  });

  test('is refused what is not its own, with or without a word', () => {
    const google = newGoogle();
    google.load(who);
    google.access.shutOut(OTHER);
    const { result, error } = google.rpcWith({ user: OTHER }, 'who');
    expect([result, error?.message]).toEqual([
      undefined,
      expect.stringMatching(/Error code PERMISSION_DENIED\.$/),
    ]);
    google.access.shutOut(OTHER, '');
    expect(google.rpcWith({ user: OTHER }, 'who').error?.message).toBe('');
    expect(google.rpc('who').result).toBe(google.user);
  });
});

describe('what is authorized', () => {
  const asked = (google: FakeGoogle) =>
    google.run((runtime) => {
      const info = runtime.ScriptApp.getAuthorizationInfo(runtime.ScriptApp.AuthMode.FULL);
      return [String(info.getAuthorizationStatus()), info.getAuthorizationUrl()];
    }).result;

  test('is told with the page on which the rest can be allowed', () => {
    const google = newGoogle();
    expect(asked(google)).toEqual(['NOT_REQUIRED', null]);
    google.access.authorize(google.user, { withheld: ['script.send_mail'] });
    expect(asked(google)).toEqual(['REQUIRED', expect.stringMatching(/^https:/)]);
    google.access.authorize(google.user, { withheld: [] });
    expect(asked(google)).toEqual(['NOT_REQUIRED', null]);
  });

  test('is told as an enumeration, which equals no text', () => {
    const google = newGoogle();
    google.load(`function status() {
      var mode = ScriptApp.AuthMode.FULL;
      var status = ScriptApp.getAuthorizationInfo(mode).getAuthorizationStatus();
      var again = ScriptApp.getAuthorizationInfo(mode).getAuthorizationStatus();
      return [status === 'NOT_REQUIRED', status === again, String(status), JSON.stringify([mode]), status instanceof Object];
    }`);
    expect(google.execute('status').result).toEqual([
      false,
      true,
      'NOT_REQUIRED',
      '["FULL"]',
      true,
    ]);
    expect(refusal(google, (runtime) => runtime.ScriptApp.getAuthorizationInfo('FULL'))).toBe(
      "Exception: The parameters (String) don't match the method signature for ScriptApp.getAuthorizationInfo.",
    );
  });

  test('can be asked for by the simple trigger, which may do little else', () => {
    const google = newGoogle();
    google.load(
      `function onOpen() { return String(ScriptApp.getAuthorizationInfo(ScriptApp.AuthMode.FULL).getAuthorizationStatus()); }`,
    );
    expect(google.open().result).toBe('NOT_REQUIRED');
  });
});
