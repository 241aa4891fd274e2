import type { Browser, Page } from 'playwright-core';
import { sandboxBackend } from '../../sandbox/backend';
import { readOptions } from '../../sandbox/options';
import type { RpcAnswer, SandboxBackend } from '../../sandbox/page/backend';
import { servePage } from '../../sandbox/page/server';
import { openSandbox, type Sandbox } from '../../sandbox/sandbox';
import { browserForTests } from './chromium';

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await browserForTests();
});
afterAll(() => browser?.close());

async function onPage(
  backend: SandboxBackend,
  path: string,
  work: (page: Page) => Promise<void>,
): Promise<void> {
  if (browser === undefined) return;
  const served = await servePage(backend);
  const page = await browser.newPage({ viewport: { width: 1400, height: 800 } });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  try {
    await page.goto(served.url + path);
    await work(page);
    expect(errors).toEqual([]);
  } finally {
    await page.close();
    await served.stop();
  }
}

describe('the top of the sandbox page', () => {
  const top = async (realLago: string | undefined): Promise<unknown[]> => {
    const found: unknown[] = [];
    const sandbox = await openSandbox(readOptions([], {}));
    const backend = { ...sandboxBackend(sandbox), realLago: () => realLago };
    try {
      await onPage(backend, '', async (page) => {
        const banner = page.locator('.banner');
        await banner.waitFor();
        found.push((await banner.textContent()) ?? '', await page.locator('.clock button').count());
      });
    } finally {
      await sandbox.stop();
    }
    return found;
  };

  test('says that nothing is real, and moves the time', async () => {
    if (browser === undefined) return;
    expect(await top(undefined)).toEqual([expect.stringContaining('no real Lago'), 3]);
  });

  test('says that Lago is real where it is, and does not move its time', async () => {
    if (browser === undefined) return;
    expect(await top('https://api.lago.example')).toEqual([
      expect.stringContaining(
        'a real Lago at https://api.lago.example: what is sent is real and cannot be taken back.',
      ),
      0,
    ]);
  });
});

describe('the sheet of the sandbox page', () => {
  let sandbox: Sandbox;
  const backend = (): SandboxBackend => ({
    ...sandboxBackend(sandbox),
    sidebarHtml: () => '<!DOCTYPE html><html><head></head></html>',
  });
  const table = (): string[][] => sandbox.google.spreadsheet.table('T');
  const cell = (page: Page, row: number, column: number) =>
    page.locator(
      `.tabulator-row:has(.row-number:text-is("${row}")) [tabulator-field="c${column}"]`,
    );
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const select = async (page: Page, row: number, column: number, name: string): Promise<void> => {
    await cell(page, row, column).click();
    await page.getByLabel('Selected cells').getByText(name, { exact: true }).waitFor();
  };

  beforeEach(async () => {
    sandbox = await openSandbox(readOptions([], {}));
    const { google } = sandbox;
    google.loadCsv('T', 'key,n\nc,3\na,1\nb,2\n');
    google.spreadsheet.select('T', 1, 1);
    // The page starts on the sheet that is open.
    google.spreadsheet.deleteSheet('usage');
  });
  afterEach(() => sandbox.stop());

  test('takes and loses rows and columns, and is sorted, at the selected cell', async () => {
    await onPage(backend(), '', async (page) => {
      await select(page, 2, 2, 'B2');
      await button(page, 'Row above').click();
      await cell(page, 3, 1).getByText('c', { exact: true }).waitFor();
      expect(table()).toEqual([
        ['key', 'n'],
        ['', ''],
        ['c', '3'],
        ['a', '1'],
        ['b', '2'],
      ]);
      await select(page, 2, 1, 'A2');
      await button(page, 'Delete row').click();
      await cell(page, 2, 1).getByText('c', { exact: true }).waitFor();
      await button(page, 'Sort A\u2192Z').click();
      await cell(page, 2, 1).getByText('a', { exact: true }).waitFor();
      await button(page, 'Column right').click();
      await cell(page, 2, 3).getByText('1', { exact: true }).waitFor();
      expect(table()).toEqual([
        ['key', '', 'n'],
        ['a', '', '1'],
        ['b', '', '2'],
        ['c', '', '3'],
      ]);
      await select(page, 2, 2, 'B2');
      await button(page, 'Delete column').click();
      await cell(page, 2, 2).getByText('1', { exact: true }).waitFor();
      expect(sandbox.google.pendingEdits).toEqual([]);
    });
  });

  test('takes pasted cells at the selected one, as one edit', async () => {
    const { google } = sandbox;
    google.load(`
      function install() { ScriptApp.newTrigger('edited').forSpreadsheet(SpreadsheetApp.getActiveSpreadsheet()).onEdit().create(); }
      function edited(e) {
        var range = e.range;
        PropertiesService.getDocumentProperties().setProperty('edits', (PropertiesService.getDocumentProperties().getProperty('edits') || '')
          + [range.getRow(), range.getColumn(), range.getLastRow(), range.getLastColumn()].join() + ';');
      }
    `);
    google.execute('install');
    await onPage(backend(), '', async (page) => {
      await select(page, 5, 1, 'A5');
      await page.evaluate(() => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', 'd\t4\r\n"two\nlines"\t5\r\n');
        document.body.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
        );
      });
      await cell(page, 5, 2).getByText('4', { exact: true }).waitFor();
      expect(table().slice(4)).toEqual([
        ['d', '4'],
        ['two\nlines', '5'],
      ]);
      expect(google.documentProperties.get('edits')).toBe('5,1,6,2;');
    });
  });

  test('follows the add-on to the cell that it selects, on another sheet and far below', async () => {
    const { google } = sandbox;
    google.loadCsv(
      'Long',
      `key\n${Array.from({ length: 400 }, (_, row) => `row ${row + 2}`).join('\n')}\n`,
    );
    await onPage(backend(), '', async (page) => {
      const answered = () =>
        page.evaluate(() => window.postMessage({ sandbox: 'answered' }, window.location.origin));
      await cell(page, 2, 1).getByText('c', { exact: true }).waitFor();
      google.run((runtime) =>
        runtime.SpreadsheetApp.getActiveSpreadsheet()
          .getSheetByName('Long')
          ?.getRange(300, 1, 1, 1)
          .activate(),
      );
      await answered();
      await page.getByLabel('Selected cells').getByText('A300', { exact: true }).waitFor();
      await page.getByRole('tab', { name: 'Long', selected: true }).waitFor();
      const target = cell(page, 300, 1);
      await target.getByText('row 300', { exact: true }).waitFor();
      await page.waitForFunction(
        (element) => {
          const box = element?.getBoundingClientRect();
          const holder = element?.closest('.tabulator-tableholder')?.getBoundingClientRect();
          return (
            box !== undefined &&
            holder !== undefined &&
            box.top >= holder.top &&
            box.bottom <= holder.bottom
          );
        },
        await target.elementHandle(),
      );
      await select(page, 299, 1, 'A299');
      await answered();
      google.run((runtime) =>
        runtime.SpreadsheetApp.getActiveSpreadsheet()
          .getSheetByName('T')
          ?.getRange(3, 2, 1, 1)
          .activate(),
      );
      await answered();
      await page.getByLabel('Selected cells').getByText('B3', { exact: true }).waitFor();
      await page.getByRole('tab', { name: 'T', selected: true, exact: true }).waitFor();
    });
  });

  test('is only looked at by a viewer', async () => {
    sandbox.failures = { ...sandbox.failures, as: 'viewer' };
    await onPage(backend(), '', async (page) => {
      await select(page, 2, 1, 'A2');
      await button(page, 'Delete row').click();
      await page.getByRole('alert').getByText('only look').waitFor();
      expect(table()[1]).toEqual(['c', '3']);
    });
  });
});

describe('google.script.run', () => {
  const never = (): never => {
    throw new Error('Nobody asks for this here.');
  };
  const backendThat = (rpc: () => RpcAnswer): SandboxBackend => ({
    sheets: () => [],
    grid: never,
    edit: never,
    select: never,
    loadCsv: never,
    saveCsv: never,
    sidebarHtml: () =>
      '<!DOCTYPE html><html><head><title>Sidebar</title></head><body></body></html>',
    rpc,
    advance: never,
    now: () => 0,
    lago: never,
    mails: () => [],
  });
  const outcome = (page: Page): Promise<unknown> =>
    page.evaluate(
      () =>
        new Promise((resolve) => {
          interface Run {
            withSuccessHandler(handler: (value: unknown) => void): Run;
            withFailureHandler(handler: (error: Error) => void): Run;
            ask(): void;
          }
          const { google } = window as unknown as { google: { script: { run: Run } } };
          google.script.run
            .withSuccessHandler((value) => resolve({ value }))
            .withFailureHandler((error) => resolve({ error: String(error) }))
            .ask();
        }),
    );

  test.each<[string, () => RpcAnswer, object]>([
    ['an answer', () => ({ value: '{"ok":true}' }), { value: '{"ok":true}' }],
    ['a lost answer', () => ({ value: null }), { value: null }],
    [
      'a missing authorization',
      () => ({ error: 'Authorization is required to perform that action.' }),
      { error: 'ScriptError: Authorization is required to perform that action.' },
    ],
    [
      'a page of Google in its place',
      () => ({ html: '<!DOCTYPE html><p>Sorry' }),
      {
        error:
          "ScriptError: We're sorry, a server error occurred. Please wait a bit and try again.",
      },
    ],
    [
      'a server that fails',
      never,
      { error: 'Error: NetworkError: Connection failure due to HTTP 500' },
    ],
  ])('hands over %s as Google does', async (_, rpc, expected) => {
    await onPage(backendThat(rpc), 'sidebar', async (page) => {
      expect(await outcome(page)).toEqual(expected);
    });
  });
});
