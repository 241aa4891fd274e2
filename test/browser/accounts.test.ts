import type { Browser } from 'playwright-core';
import { sandboxBackend } from '../../sandbox/backend';
import type { Sandbox } from '../../sandbox/sandbox';
import { CannedServer, connection } from './canned-backend';
import { browserForTests } from './chromium';
import { inSandbox } from './sandbox-scene';
import { go, inSidebar } from './scene';

/** As whom a page acts, what it says when Google passes its calls on as somebody else, and what becomes of one that was left open for days. */

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await browserForTests();
});
afterAll(() => browser?.close());

const OTHER = 'other@example.com';
const DAY_MS = 86_400_000;

/** From now on Google passes the calls of pages on as another account. */
const asOther = ({ google }: Sandbox): void => {
  google.rpc = (name, ...args) => google.rpcWith({ user: OTHER }, name, ...args);
};

describe('the account', () => {
  test('stands at the start, and where a sync is activated', async () => {
    await inSandbox(browser, { job: true }, async ({ page, person }) => {
      await page.getByText('You act as finance@example.com.').waitFor();
      await person.press(/^Open /);
      await person.press('Do a dry run');
      await page
        .getByText('It runs as finance@example.com. A mail tells you when it stops')
        .waitFor();
    });
  });

  test('that Google does not name is called unnamed', async () => {
    const server = new CannedServer();
    server.answers.open = () => ({ ok: true, value: { ...server.home(), account: '' } });
    await inSidebar(browser, server, async ({ page }) => {
      await page.getByText('You act as an unnamed account.').waitFor();
    });
  });

  test('that takes over from another one is asked first, once', async () => {
    const server = new CannedServer();
    server.connection = connection;
    server.put({
      state: 'paused',
      changed: 'flag',
      removed: 'flag',
      organization: 'org-1',
      activatedBy: OTHER,
    });
    await inSidebar(browser, server, async ({ page }) => {
      await page.getByRole('button', { name: /^Open / }).click();
      await go(page, 'Resume');
      await page.getByRole('button', { name: 'Activate', exact: true }).click();
      const question = page.getByRole('alertdialog');
      await question.getByText(`It ran as ${OTHER}. Run it as finance@example.com?`).waitFor();
      expect(server.callsOf('activate')).toEqual([]);
      await question.getByRole('button', { name: 'Activate', exact: true }).click();
      await question.waitFor({ state: 'detached' });
      await page.getByText('finance@example.com').first().waitFor();
      expect(server.callsOf('activate')).toHaveLength(1);
    });
  });
});

describe('a browser that is signed in to several accounts', () => {
  test('is told so where Google passes calls on as another account', async () => {
    await inSandbox(browser, { prepare: asOther }, async ({ page }) => {
      await page
        .getByText(
          `opened by finance@example.com, but Google passes its calls on as ${OTHER}: this browser is signed in to several Google accounts`,
        )
        .waitFor();
      await page.getByText('open the spreadsheet in a private window').waitFor();
    });
  });

  test.each([
    ['a refusal', undefined],
    ['an empty one', ''],
  ])('is told of one account only where Google answers with %s', async (_, message) => {
    const prepare = (sandbox: Sandbox): void => {
      sandbox.google.access.shutOut(OTHER, message);
      asOther(sandbox);
    };
    await inSandbox(browser, { prepare }, async ({ page }) => {
      await page.getByText('No answer came from Google.').waitFor();
      await page
        .getByText('reload the spreadsheet in a window with one Google account only')
        .waitFor();
    });
  });

  test('finds Google’s own words in the activity', async () => {
    await inSandbox(browser, { job: true }, async ({ sandbox, page, person }) => {
      await page.getByText('You act as').waitFor();
      const { google } = sandbox;
      const { rpc } = google;
      sandbox.google.access.shutOut(OTHER);
      asOther(sandbox);
      await person.press('Refresh');
      await page.getByText('No answer came from Google.', { exact: true }).waitFor();
      google.rpc = rpc;
      await person.press('Activity');
      await page
        .getByText(/no answer\. We're sorry.* PERMISSION_DENIED\./)
        .first()
        .waitFor();
    });
  });
});

test('a page that was left open for days opens itself again, with what was being typed', async () => {
  await inSandbox(browser, { job: true }, async ({ sandbox, page, person, inLago }) => {
    await person.press('New sync');
    await person.field('Column that identifies a row').waitFor();
    const before = await inLago();
    await sandboxBackend(sandbox).advance(3 * DAY_MS);
    await page.getByText('Name of the sync').click();
    await person.type('Name', 'Typed after days');
    await page.waitForURL(/\?shown$/);
    await page.getByText('Name of the sync').click();
    await expect(person.field('Name').inputValue()).resolves.toBe('Typed after days');
    await page.getByText('Saved').first().waitFor();
    await person.press('Back');
    await page.getByText('Typed after days').waitFor();
    expect(await inLago()).toBe(before);
  });
});
