import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { servePage } from '../../sandbox/page/server';
import { problem } from '../../src/problem/problem';
import { CannedServer, cannedBackend, connection, report } from './canned-backend';
import { browserForTests } from './chromium';
import { expectTidy, go, inSidebar, WIDTH } from './scene';
import { sidebarIn, walkFromKeyToEvents } from './walk';

const html = readFileSync('dist/sidebar.html', 'utf8');

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await browserForTests();
});
afterAll(() => browser?.close());

function ready(): CannedServer {
  const server = new CannedServer();
  server.connection = connection;
  server.put(
    { state: 'active', organization: 'org-1', changed: 'flag', removed: 'flag' },
    { lastRun: report },
  );
  return server;
}

test('the whole way from the API key to the first run', async () => {
  const server = new CannedServer();
  await inSidebar(browser, server, async ({ page }) => {
    const apiKey = 'secret-key-a1b2';
    const walked = await walkFromKeyToEvents(page, {
      apiKey,
      metric: 'compute_hours',
      testRow: 4,
      changed: 'flag',
      removed: 'ignore',
      onEdit: true,
      serverCalls: () => server.calls.length,
    });
    expect(walked.test).toBe('Lago has the event');
    expect(walked.toFirstEvent.clicks).toBeLessThanOrEqual(12);
    expect(walked.toFirstEvent.typedFields).toBeLessThanOrEqual(3);
    expect(walked.headline).toBe('212 events sent');
    expect(walked.dryRun).toMatchObject({ 'To send': 212, Held: 18 });
    const argumentOf = (method: string): unknown =>
      server.calls.find((call) => call.method === method)?.argument;
    expect(argumentOf('connect')).toEqual({
      address: 'https://api.getlago.com',
      apiKey,
      headers: [],
    });
    expect(argumentOf('testSend')).toEqual({ id: expect.any(String), row: 4 });
    expect(argumentOf('activate')).toMatchObject({
      changed: 'flag',
      removed: 'ignore',
      onEdit: true,
    });
    expect(await page.content()).not.toContain(apiKey);
  });
});

test.each([
  ['ledger.copied', 'Go on with what was sent', 'resolveLedger', { id: 's1', choice: 'adopt' }],
  ['ledger.found', 'Go on with what was sent', 'resolveLedger', { id: 's1', choice: 'adopt' }],
  [
    'ledger.other-metric',
    'Go on with what was sent',
    'resolveLedger',
    { id: 's1', choice: 'adopt' },
  ],
  ['lago.other-address', 'Send to the new address', 'changeOrganization', { id: 's1' }],
] as const)('for %s a person can choose: %s', async (code, button, method, argument) => {
  const server = ready();
  server.put(
    {},
    {
      health: {
        state: 'stopped',
        failures: 0,
        problem: problem(code, { rows: '12 rows', name: 'Other GmbH' }),
        told: 'stopped',
        toldAt: 0,
      },
    },
  );
  await inSidebar(browser, server, async ({ page }) => {
    await page.getByText('Stopped').waitFor();
    await go(page, /^Open /);
    await expectTidy(page);
    await go(page, button);
    await page.getByText('Needs you').waitFor();
    expect(server.calls.find((call) => call.method === method)?.argument).toEqual(argument);
  });
});

test.each([
  ['ledger.found', 'Start empty', 'resolveLedger', { id: 's1', choice: 'empty' }],
  [
    'lago.other-organization',
    'Start anew in this organization',
    'changeOrganization',
    { id: 's1' },
  ],
] as const)(
  'for %s, “%s” asks first, and names how many rows were sent',
  async (code, words, method, argument) => {
    const server = ready();
    const found = problem(code, { name: 'Calls', rows: '300 rows' });
    const health = { state: 'stopped', failures: 0, told: 'stopped', toldAt: 0 } as const;
    server.put({}, { health: { ...health, problem: found } });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, /^Open /);
      await go(page, words);
      const dialog = page.getByRole('alertdialog');
      await expect(dialog.textContent()).resolves.toContain('300 rows');
      expect(server.callsOf(method)).toEqual([]);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await dialog.waitFor({ state: 'detached' });
      await go(page, words);
      await dialog.getByRole('button', { name: words }).click();
      await page.getByText('Needs you').waitFor();
      expect(server.callsOf(method)).toEqual([argument]);
    });
  },
);

describe('a tab that deleted syncs have sent', () => {
  const left = (name: string, key: string) => ({
    sync: `id of ${name}`,
    key,
    problem: problem('ledger.found', { name, rows: `300 rows for “${name}”`, column: `“${key}”` }),
  });
  const server = (): CannedServer => {
    const canned = new CannedServer();
    canned.connection = connection;
    canned.tab = {
      ...canned.tab,
      former: [left('calls', 'Subscription'), left('seats', 'Subscription')],
    };
    return canned;
  };

  test('offers each on the first step, begins with its column, and goes on with the chosen one', async () => {
    const canned = server();
    await inSidebar(browser, canned, async ({ page }) => {
      await go(page, 'New sync');
      await page.getByText('300 rows for “calls”').waitFor();
      await page.getByText('300 rows for “seats”').waitFor();
      await expectTidy(page);
      await expect(page.getByLabel('Column that identifies a row').inputValue()).resolves.toBe(
        'Subscription',
      );
      await page.getByRole('button', { name: 'Go on with what was sent' }).first().click();
      await page.getByText('300 rows for “calls”').waitFor({ state: 'detached' });
      expect(canned.callsOf('resolveFormer')).toEqual([
        {
          tabId: 1,
          headerRow: 1,
          sync: expect.any(String),
          former: 'id of calls',
          choice: 'adopt',
        },
      ]);
    });
  });
});

test('everything can be reached by keyboard', async () => {
  await inSidebar(browser, ready(), async ({ page }) => {
    await page.getByText('Needs you').waitFor();
    await page.keyboard.press('Tab');
    await expect(page.evaluate(() => document.activeElement?.textContent)).resolves.toBe('Refresh');
    await page.getByRole('button', { name: /^Open / }).focus();
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
    select: (_sheet: number, row: number, column: number): void =>
      void selected.push([row, column]),
  };
  const served = await servePage(backend);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    await page.goto(served.url);
    await sidebarIn(page).getByText('Needs you').waitFor();
    await expect(
      page.locator('iframe').evaluate((frame) => frame.getBoundingClientRect().width),
    ).resolves.toBe(WIDTH);
    await page.getByText('U-1003', { exact: true }).first().click();
    await page.waitForFunction(
      () =>
        document.querySelector('.tabulator-range-cell-active, .tabulator-range-selected') !== null,
    );
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
});

test('the page answers nobody else', async () => {
  const served = await servePage(cannedBackend(ready(), html));
  const foreign = await fetch(`${served.url}rpc`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: '{}',
  });
  expect(foreign.status).toBe(403);
  expect((await fetch(`${served.url}nothing`)).status).toBe(404);
  await served.stop();
});
