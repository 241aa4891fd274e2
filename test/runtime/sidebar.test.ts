import type { HtmlOutput } from '../../src/apps-script/runtime';
import { newGoogle, refusal } from './google';

const BUNDLE = `
  function onOpen() { SpreadsheetApp.getUi().createAddonMenu().addItem('Open', 'show').addToUi(); }
  function show() { SpreadsheetApp.getUi().showSidebar(HtmlService.createHtmlOutputFromFile('Sidebar').setTitle('Usage')); }
  function echo(value) { console.log(value instanceof Array); return value; }
  function withDate() { return { rows: [{ at: new Date() }] }; }
  function withFunction() { return [function () {}]; }
  function withCycle() { var a = {}; a.a = a; return a; }
  function withGaps() { return [undefined, { a: undefined, b: null }]; }
  function nothing() {}
  function fails() { throw new Error('no'); }
  function private_() {}
  globalThis.assigned = function () {};
  var object = { method: function () {} };
`;

function served(html: string): string | undefined {
  const google = newGoogle();
  google.load(BUNDLE);
  google.addHtml('Sidebar', html);
  google.execute('show');
  return google.shownSidebar?.html;
}

describe('the menu', () => {
  test('is built when the file is opened, and its item shows the sidebar', () => {
    const google = newGoogle();
    google.load(BUNDLE);
    google.addHtml('Sidebar', '<p>hello</p>');
    expect(google.open().error).toBeUndefined();
    expect(google.menu).toEqual([{ caption: 'Open', functionName: 'show' }]);
    google.clickMenu('Open');
    expect(google.shownSidebar).toEqual({ title: 'Usage', html: '<p>hello</p>' });
  });

  test('can be built without any authority, which suffices for little else', () => {
    const google = newGoogle();
    google.load(BUNDLE);
    expect(google.open({ authority: 'NONE' }).error).toBeUndefined();
    google.load('function onOpen() { PropertiesService.getDocumentProperties(); }');
    expect(google.open().error).toBeUndefined();
    expect(google.open({ authority: 'NONE' }).error?.message).toBe(
      'Specified permissions are not sufficient to call PropertiesService.getDocumentProperties.',
    );
    google.load("function onOpen() { UrlFetchApp.fetch('https://example.com'); }");
    expect(google.open().error?.message).toBe(
      'Specified permissions are not sufficient to call UrlFetchApp.fetch.',
    );
  });
});

describe('a page', () => {
  test('must exist', () => {
    expect(
      refusal(newGoogle(), (runtime) => runtime.HtmlService.createHtmlOutputFromFile('Missing')),
    ).toBe('Exception: No HTML file named Missing was found.');
  });

  test.each([
    ["<script>let a = 'https://x.y';\nb()</script>", "<script>let a = 'https:\nb()</script>"],
    ['<script>let a = `/* kept? */`;</script>', '<script>let a = ``;</script>'],
    ['<script>a();b() // c\n</script>', '<script>a();b() \n</script>'],
    ['<p>a<!-- b -->c</p>', '<p>ac</p>'],
    ["<script>let a = '<!-- x -->'</script>", "<script>let a = ''</script>"],
    ['<p>ü</p>', '<p>Ã¼</p>'],
    ['<p><? if ?></p>', '<p><? if ?></p>'],
    ['<a href="https://x.y">x</a>', '<a href="https://x.y">x</a>'],
  ])('%s is served as %s', (html, expected) => {
    expect(served(html)).toBe(expected);
  });
});

describe('a dialog', () => {
  test('stands beside the sidebar, with its own title', () => {
    const google = newGoogle();
    google.load(BUNDLE);
    google.addHtml('Sidebar', '<p>hello</p>');
    google.execute('show');
    google.load(
      'function about() { SpreadsheetApp.getUi().showModalDialog(HtmlService.createHtmlOutput("<p>é</p>"), "About"); }',
    );
    expect(google.execute('about').error).toBeUndefined();
    expect(google.shownDialog).toEqual({ title: 'About', html: '<p>Ã©</p>' });
    expect(google.shownSidebar).toEqual({ title: 'Usage', html: '<p>hello</p>' });
    expect(
      refusal(newGoogle(), ({ SpreadsheetApp }) =>
        SpreadsheetApp.getUi().showModalDialog({} as HtmlOutput, 'About'),
      ),
    ).toContain('The parameters (Object');
  });
});

describe('google.script.run', () => {
  const google = newGoogle();
  google.load(BUNDLE);

  test('copies arguments and answers', () => {
    const value = { list: [1, 'a', true, null], nested: { deep: [[]] } };
    const report = google.rpc('echo', value);
    expect(report.result).toEqual(value);
    expect(report.result).not.toBe(value);
    expect(google.rpc('echo', [1]).logs).toEqual(['true']);
  });

  test.each(['withDate', 'withFunction', 'withCycle', 'nothing'])(
    'answers null, without an error, for %s',
    (name) => {
      expect(google.rpc(name)).toMatchObject({ result: null });
      expect(google.rpc(name).error).toBeUndefined();
    },
  );

  test('answers null in the place of undefined', () => {
    expect(google.rpc('withGaps').result).toEqual([null, { b: null }]);
  });

  test('refuses dates, functions and cycles as arguments', () => {
    const cycle: { self?: object } = {};
    cycle.self = cycle;
    for (const argument of [new Date(), () => {}, cycle, { a: [new Date()] }]) {
      expect(() => google.rpc('echo', 1, argument)).toThrow(
        'Failed due to illegal value in property: 1',
      );
    }
  });

  test.each(['private_', 'assigned', 'object.method', 'missing', 'toString'])(
    'does not see %s',
    (name) => {
      expect(() => google.rpc(name)).toThrow(`google.script.run.${name} is not a function`);
    },
  );

  test('shows another sidebar', () => {
    const shown = newGoogle();
    shown.load(
      'function show(text) { SpreadsheetApp.getUi().showSidebar(HtmlService.createHtmlOutput(text)); }',
    );
    expect(shown.rpc('show', '<p>1</p>').error).toBeUndefined();
    shown.rpc('show', '<p>2</p>');
    expect(shown.shownSidebar?.html).toBe('<p>2</p>');
  });

  test('reports a failure', () => {
    expect(google.rpc('fails')).toMatchObject({
      result: undefined,
      error: { name: 'Error', message: 'no' },
    });
  });
});
