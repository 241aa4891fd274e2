import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { servePage } from '../../sandbox/page/server';
import { problem } from '../../src/problem/problem';
import { CannedServer, cannedBackend, connection, LONG, MARKUP, report, sync, tab, template } from './canned-backend';
import { browserForTests } from './chromium';
import { readCounts, sidebarIn, walkFromKeyToEvents } from './walk';

const WIDTH = 300;
const SCHEMES = ['light', 'dark'] as const;
const html = readFileSync('dist/sidebar.html', 'utf8');

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await browserForTests();
}, 120_000);
afterAll(() => browser?.close());

interface Scene {
  readonly server: CannedServer;
  readonly page: Page;
  readonly url: string;
}

/** A sidebar of its own with a canned server; every error of the page fails the test. */
async function inSidebar(
  server: CannedServer,
  play: (scene: Scene) => Promise<void>,
  colorScheme: 'light' | 'dark' = 'light',
  path = 'sidebar',
): Promise<void> {
  if (browser === undefined) return;
  const served = await servePage(cannedBackend(server, html));
  const page = await browser.newPage({ viewport: path === '' ? { width: 1280, height: 800 } : { width: WIDTH, height: 640 }, colorScheme });
  page.setDefaultTimeout(5000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  try {
    await page.goto(served.url + path);
    await play({ server, page, url: served.url });
    expect(errors).toEqual([]);
  } finally {
    await page.close();
    await served.stop();
  }
}

const go = (page: Page, name: string | RegExp): Promise<void> =>
  page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click();

/** What sticks out of the sidebar, if anything does. */
const overflowing = (page: Page): Promise<string[]> =>
  page.evaluate((width) => {
    const wide = [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > width + 0.5);
    return [
      ...(document.documentElement.scrollWidth > width ? ['the page scrolls sideways'] : []),
      ...wide.map((element) => `${element.tagName} ${element.className}: ${(element.textContent ?? '').slice(0, 40)}`),
    ];
  }, WIDTH);

/** Controls without a name for a screen reader. */
const nameless = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLInputElement | HTMLButtonElement | HTMLSelectElement | HTMLTextAreaElement>(
        'button, input, select, textarea',
      ),
    ]
      .filter(
        (control) =>
          (control.labels?.length ?? 0) === 0 && !control.getAttribute('aria-label') && (control.textContent ?? '').trim() === '',
      )
      .map((control) => control.outerHTML),
  );

async function expectTidy(page: Page): Promise<void> {
  expect(await overflowing(page)).toEqual([]);
  expect(await nameless(page)).toEqual([]);
  expect(await page.locator('.button.primary').count()).toBeLessThanOrEqual(1);
}

function ready(): CannedServer {
  const server = new CannedServer();
  server.connection = connection;
  server.put({ state: 'active', organization: 'org-1', changed: 'flag', removed: 'flag' }, { lastRun: report });
  return server;
}

/** Names that are as bad as a person can make them. */
function awkward(): CannedServer {
  const server = ready();
  server.connection = { ...connection, organization: LONG, address: `https://${LONG.toLowerCase().replace(/_/g, '-')}.example.com` };
  server.tab = {
    ...tab,
    tab: { id: 1, name: LONG },
    columns: [
      { header: LONG, name: LONG, samples: [LONG, LONG], type: 'text', filled: 1, unique: true },
      { header: MARKUP, name: 'script', samples: [MARKUP], type: 'number', filled: 1, unique: false },
      ...tab.columns,
    ],
  };
  server.put(
    { name: LONG, source: { ...sync.source, tabName: LONG }, key: LONG, ready: LONG },
    {
      health: {
        state: 'needs-you',
        failures: 0,
        problem: problem('event.unknown-subscription', { value: LONG, suggestion: MARKUP }),
        told: 'healthy',
        toldAt: 0,
      },
    },
  );
  server.put({ id: 's2', name: MARKUP, state: 'draft' });
  server.answers.preview = () => ({
    ok: true,
    value: {
      row: 12_345_678,
      key: LONG,
      event: JSON.stringify({ transaction_id: LONG, [LONG]: MARKUP }, null, 2),
      problems: [problem('key.duplicate', { key: LONG, rows: '2, 3' }, { row: 12_345_678, column: LONG })],
      time: LONG,
    },
  });
  server.answers.testSend = () => ({
    ok: true,
    value: {
      row: 2,
      key: LONG,
      sent: LONG,
      state: 'conflict',
      answer: LONG,
      stored: MARKUP,
      problems: [problem('event.conflict', { id: LONG }, { row: 2 })],
    },
  });
  const counts = { send: 1_234_567, hold: 2_345_678, wait: 3_456_789, sent: 4_567_890, flag: 5_678_901, refused: 6_789_012 };
  const found = {
    action: 'refused' as const,
    alike: true,
    problem: problem('event.rejected', { answer: LONG }),
    count: 6_789_012,
    rows: [1_000_001, 1_000_002],
  };
  server.answers.dryRun = () => ({
    ok: true,
    value: {
      counts,
      changes: { added: 1, changed: 9_999_999, unchanged: 1, removed: 9_999_999 },
      problems: [found],
      checksOff: [problem('lago.unchecked', { what: LONG })],
      rows: [{ row: 1_000_001, key: LONG, change: 'added', action: 'refused', problems: [found.problem] }],
    },
  });
  server.answers.runNow = () => ({
    ok: true,
    value: { ...report, rows: counts, problems: [found], left: 1_234_567, stopped: problem('lago.other-organization', { name: LONG }) },
  });
  return server;
}

/** Visits every screen of the sidebar. */
async function visitAll({ page }: Scene, look: (screen: string) => Promise<void>): Promise<void> {
  const at = async (screen: string): Promise<void> => {
    await page.locator('.busy').waitFor({ state: 'detached' });
    await look(screen);
  };
  const back = (): Promise<void> => go(page, 'Back');
  await page.getByText('Change connection').waitFor();
  await at('home');
  await go(page, 'Change connection');
  await page.getByLabel('Where is your Lago?').selectOption('own');
  await at('connection');
  await back();
  await go(page, /^Open /);
  await at('sync');
  await go(page, 'Delete');
  await at('delete');
  await go(page, 'Keep');
  await go(page, 'Edit');
  await page.locator('summary').waitFor();
  await page.locator('details').evaluate((details) => details.setAttribute('open', ''));
  await page.getByLabel('Template of the event').fill('{ "customer": 1 }');
  await page.getByText('Lago ignores').waitFor();
  await at('settings');
  await back();
  await at('unsaved');
  await go(page, 'Leave');
  await go(page, 'Preview events');
  await page.locator('pre').waitFor();
  await at('preview');
  await back();
  await go(page, 'Send a test event');
  await page.locator('pre').waitFor();
  await at('test');
  await go(page, /^Send row/);
  await page.getByText('As Lago has it').waitFor();
  await at('test-result');
  await go(page, 'Done');
  await go(page, 'Do a dry run');
  await readCounts(page);
  await go(page, 'List these rows');
  await at('dry-run');
  await back();
  await go(page, 'Run now');
  await page.locator('.headline').waitFor();
  await at('run');
  await back();
  await go(page, 'Pause');
  await go(page, 'Activate');
  await readCounts(page);
  await at('activation');
}

describe.each(SCHEMES)('in %s colours', (scheme) => {
  test('every screen fits into 300 pixels, has named controls and one primary button', async () => {
    const screens: string[] = [];
    await inSidebar(
      ready(),
      (scene) =>
        visitAll(scene, async (screen) => {
          screens.push(screen);
          await expectTidy(scene.page);
        }),
      scheme,
    );
    if (browser !== undefined) expect(screens).toHaveLength(12);
  }, 30_000);

  test('names without a place to break, markup and large numbers fit too', async () => {
    await inSidebar(awkward(), (scene) => visitAll(scene, () => expectTidy(scene.page)), scheme);
  }, 30_000);

  test('the first screen leads to the connection', async () => {
    await inSidebar(
      new CannedServer(),
      async ({ page }) => {
        await page.getByText('Bill what is in this sheet').waitFor();
        await expectTidy(page);
        await go(page, 'Connect to Lago');
        await page.getByLabel('API key').waitFor();
        await expectTidy(page);
      },
      scheme,
    );
  });
});

const WALK = {
  address: 'https://lago.example.com',
  apiKey: 'secret-key-a1b2',
  tab: 'Usage November',
  key: 'Usage ID',
  template,
  changed: 'flag',
  removed: 'ignore',
} as const;

test('the whole way from the API key to the first run', async () => {
  const server = new CannedServer();
  await inSidebar(server, async ({ page }) => {
    const walked = await walkFromKeyToEvents(page, { ...WALK, testRow: 4, onEdit: true });
    expect(walked.test).toBe('Lago has the event');
    expect(walked.headline).toBe('212 events sent');
    expect(walked.dryRun).toMatchObject({ 'To send': 212, Held: 18 });
    expect(server.calls.find(({ method }) => method === 'connect')?.argument).toEqual({ address: WALK.address, apiKey: WALK.apiKey });
    expect(server.calls.find(({ method }) => method === 'testSend')?.argument).toEqual({ id: expect.any(String), row: 4 });
    expect(server.calls.find(({ method }) => method === 'activate')?.argument).toMatchObject({
      changed: 'flag',
      removed: 'ignore',
      onEdit: true,
    });
    expect(await page.content()).not.toContain(WALK.apiKey);
  });
}, 30_000);

test('without a selected row the first one is shown, and the person is told when asking for the selected one', async () => {
  const server = ready();
  const normal = { row: 2, key: 'U-1001', event: '{}', problems: [], time: undefined };
  server.answers.preview = ({ row }) =>
    row === 'selected' ? { ok: false, problem: problem('test.no-row', { name: 'Usage' }) } : { ok: true, value: { ...normal, row } };
  await inSidebar(server, async ({ page }) => {
    await go(page, /^Open /);
    await go(page, 'Preview events');
    await page.getByText('This row can be sent').waitFor();
    await expect(page.getByLabel('Row', { exact: true }).inputValue()).resolves.toBe('2');
    await go(page, 'Next row');
    await page.getByText('This row can be sent').waitFor();
    await expect(page.getByLabel('Row', { exact: true }).inputValue()).resolves.toBe('3');
    await go(page, 'Selected row');
    await expect(page.getByRole('alert').textContent()).resolves.toContain('Select a row of the tab');
  });
});

test('a problem of the connection is shown with its remedy, and the form stays', async () => {
  const server = new CannedServer();
  server.answers.connect = () => ({ ok: false, problem: problem('lago.unauthorized') });
  await inSidebar(server, async ({ page }) => {
    await go(page, 'Connect to Lago');
    await page.getByLabel('API key').fill('wrong');
    await go(page, 'Connect');
    await expect(page.getByRole('alert').textContent()).resolves.toContain('Enter a valid key');
    await expect(page.getByLabel('API key').inputValue()).resolves.toBe('wrong');
    await expectTidy(page);
  });
});

test('a lost answer can be asked for again', async () => {
  const server = ready();
  server.answers.open = () => 'lost';
  await inSidebar(server, async ({ page }) => {
    await page.getByText('No answer came from Google.').waitFor();
    await expectTidy(page);
    server.answers = {};
    await go(page, 'Try again');
    await page.getByText('Healthy').waitFor();
  });
});

test('without a network it says what to do instead of an exception', async () => {
  await inSidebar(ready(), async ({ page }) => {
    await page.getByText('Healthy').waitFor();
    await page.route('**/rpc', (route) => route.abort());
    await go(page, /^Open /);
    await go(page, 'Do a dry run');
    await expect(page.getByRole('alert').textContent()).resolves.toContain('internet connection');
    await page.unroute('**/rpc');
    await go(page, 'Try again');
    await readCounts(page);
  });
});

test('nothing is chosen for changed and removed rows before a person chooses', async () => {
  const server = new CannedServer();
  server.connection = connection;
  server.put({ organization: 'org-1' });
  await inSidebar(server, async ({ page }) => {
    await go(page, /^Activate /);
    await readCounts(page);
    await expect(page.locator('input[type=radio]:checked').count()).resolves.toBe(0);
    const activate = page.getByRole('button', { name: 'Activate', exact: true });
    await expect(activate.isDisabled()).resolves.toBe(true);
    await page.getByLabel('Only flag it').check();
    await expect(activate.isDisabled()).resolves.toBe(true);
    await page.getByLabel('Flag it', { exact: true }).check();
    await expect(activate.isDisabled()).resolves.toBe(false);
  });
});

test('a refused row can be sent again', async () => {
  const server = ready();
  await inSidebar(server, async ({ page }) => {
    await go(page, /^Open /);
    await go(page, 'Show the last run');
    await go(page, 'List these rows');
    await go(page, 'Send U-1060 again');
    await page.getByText('212 events sent.', { exact: true }).waitFor();
    expect(server.calls.filter(({ method }) => method === 'sendAgain').map(({ argument }) => argument)).toEqual([
      { id: 's1', key: 'U-1060' },
    ]);
  });
});

test.each([
  ['ledger.copied', 'Go on here', 'resolveLedger', { id: 's1', choice: 'adopt' }],
  ['ledger.found', 'Start empty', 'resolveLedger', { id: 's1', choice: 'empty' }],
  ['lago.other-organization', 'Start anew in this organization', 'changeOrganization', { id: 's1' }],
] as const)('for %s a person can choose: %s', async (code, button, method, argument) => {
  const server = ready();
  server.put(
    {},
    { health: { state: 'stopped', failures: 0, problem: problem(code, { lines: 12, name: 'Other GmbH' }), told: 'stopped', toldAt: 0 } },
  );
  await inSidebar(server, async ({ page }) => {
    await page.getByText('Stopped').waitFor();
    await go(page, /^Open /);
    await expectTidy(page);
    await go(page, button);
    await page.getByText('Healthy').waitFor();
    expect(server.calls.find((call) => call.method === method)?.argument).toEqual(argument);
  });
});

test('typing never waits for the check, and only the newest answer counts', async () => {
  const server = ready();
  await inSidebar(server, async ({ page }) => {
    await go(page, /^Open /);
    await go(page, 'Edit');
    const area = page.getByLabel('Template of the event');
    await page.getByText('The template is in order.').waitFor();
    const before = server.calls.filter(({ method }) => method === 'checkTemplate').length;
    await area.press('End');
    await area.pressSequentially('customer', { delay: 10 });
    await page.getByText('Line 3:31').waitFor();
    expect(server.calls.filter(({ method }) => method === 'checkTemplate').length - before).toBe(1);
    await area.press('Tab');
    await expect(area.inputValue()).resolves.toContain('customer  ');
    await area.press('Escape');
    await area.press('Tab');
    await expect(area.evaluate((element) => element === document.activeElement)).resolves.toBe(false);
  });
}, 15_000);

test('the example follows the columns until somebody types in it', async () => {
  const server = new CannedServer();
  server.connection = connection;
  await inSidebar(server, async ({ page }) => {
    await go(page, 'New sync');
    const area = page.getByLabel('Template of the event');
    await expect(area.inputValue()).resolves.toContain('"hours": "{{ row.hours }}"');
    await page.getByLabel('Name of Hours in the template').fill('compute');
    await expect(area.inputValue()).resolves.toContain('"compute": "{{ row.compute }}"');
    await area.fill('{}');
    await page.getByLabel('Hours', { exact: true }).uncheck();
    await expect(area.inputValue()).resolves.toBe('{}');
  });
});

test('a column that was renamed in the sheet is named and can be given up', async () => {
  const server = ready();
  server.tab = { ...tab, columns: tab.columns.map((column) => (column.header === 'Hours' ? { ...column, header: 'Hours used' } : column)) };
  await inSidebar(server, async ({ page }) => {
    await go(page, /^Open /);
    await go(page, 'Edit');
    await page.getByText('Not in the tab').waitFor();
    await page.getByLabel('Hours', { exact: true }).click();
    await page.getByText('Not in the tab').waitFor({ state: 'detached' });
    await page.getByLabel('Hours used', { exact: true }).check();
    await go(page, 'Save');
    await page.getByText('Look before you send').waitFor();
    const saved = server.calls.find(({ method }) => method === 'saveSync')?.argument;
    expect(saved).toMatchObject({
      draft: { source: { columns: [{ header: 'Usage ID' }, { header: 'Subscription' }, { header: 'Day' }, { header: 'Hours used' }] } },
    });
  });
});

test('everything can be reached by keyboard', async () => {
  await inSidebar(ready(), async ({ page }) => {
    await page.getByText('Healthy').waitFor();
    await page.keyboard.press('Tab');
    await expect(page.evaluate(() => document.activeElement?.textContent)).resolves.toBe('Open');
    await page.keyboard.press('Enter');
    await page.getByText('Look before you send').waitFor();
    await expect(page.evaluate(() => document.activeElement?.tagName)).resolves.toBe('H1');
  });
});

test('the sandbox page shows the sheet, the sidebar and what Lago has', async () => {
  const server = ready();
  const selected: number[][] = [];
  if (browser === undefined) return;
  const backend = {
    ...cannedBackend(server, html),
    select: (_sheet: number, row: number, column: number): void => void selected.push([row, column]),
  };
  const served = await servePage(backend);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    await page.goto(served.url);
    await sidebarIn(page).getByText('Healthy').waitFor();
    await expect(page.locator('iframe').evaluate((frame) => frame.getBoundingClientRect().width)).resolves.toBe(WIDTH);
    await page.getByText('U-1003', { exact: true }).first().click();
    await page.waitForFunction(() => document.querySelector('.tabulator-range-cell-active, .tabulator-range-selected') !== null);
    expect(selected).toEqual([[4, 1]]);
    await page.getByText('2.75', { exact: true }).dblclick();
    // Before the cell's input has the focus, the keys would be the grid's.
    await page.locator('.tabulator-editing input:focus').fill('99');
    await page.keyboard.press('Enter');
    await page.getByText('99', { exact: true }).first().waitFor();
    const before = await page.getByLabel('Time in the sandbox').textContent();
    await page.getByRole('button', { name: '+1 hour' }).click();
    await page.getByText('10:30 UTC').waitFor();
    expect(before).toContain('09:30 UTC');
    expect(selected.at(-1)?.[0]).not.toBe(1);
    await page.getByLabel('Hidden sheets').check();
    await page.getByRole('tab', { name: /Lago ledger/ }).click();
    await page.getByText('{"ledger":1}').waitFor();
    await page.getByRole('tab', { name: /Current usage/ }).click();
    await page.getByText('18.75 EUR').waitFor();
    await page.getByRole('tab', { name: /Mails/ }).click();
    await page.getByText('Open the sidebar to see what to do.').waitFor();
  } finally {
    await page.close();
    await served.stop();
  }
}, 20_000);

test('the page answers nobody else', async () => {
  const served = await servePage(cannedBackend(ready(), html));
  const foreign = await fetch(`${served.url}rpc`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' });
  expect(foreign.status).toBe(403);
  expect((await fetch(`${served.url}nothing`)).status).toBe(404);
  await served.stop();
});
