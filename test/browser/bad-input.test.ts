import type { Browser, Page } from 'playwright-core';
import { setRights } from '../../sandbox/failure-states';
import type { Sandbox } from '../../sandbox/sandbox';
import { IS_LONG } from '../bundle/long';
import { browserForTests } from './chromium';
import { inSandbox } from './sandbox-scene';
import { expectTidy, go } from './scene';
import { connect, makeEvent, readCounts, testSend } from './walk';

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await browserForTests();
});
afterAll(() => browser?.close());

const says = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByText(text).first().waitFor();

const enterKey = async (page: Page, { address, apiKey }: Sandbox): Promise<void> => {
  await go(page, 'Connect to Lago');
  await page.getByLabel('Where is your Lago?').selectOption('own');
  await page.getByLabel('Address of its API').fill(address);
  await page.getByLabel('API key').fill(apiKey);
  await go(page, 'Connect');
};

const runNow = (page: Page): Promise<void> => go(page, /^Run now/);

/** A sheet in place of the sample's, with the companies and the metric that the sandbox's Lago has. */
const replaceSheet = (
  { google, tab }: Sandbox,
  rows: readonly (readonly string[])[],
  name = tab,
): void => {
  const cells = rows.map((row) => row.map((cell) => `"${cell.replace(/"/g, '""')}"`).join(','));
  google.loadCsv(tab, cells.join('\n'));
  if (name !== tab) google.spreadsheet.renameSheet(tab, name);
};

describe("a proxy's page in the place of Lago", () => {
  test.each([
    ['200', 'a web page, \u201cSign in\u201d', 'a proxy or a sign-in page stands in the way'],
    ['502', 'Lago answered 502', 'Wait a few minutes and try again'],
  ])(
    'under %s is told while connecting, without its markup, and what was typed stays',
    async (status, message, remedy) => {
      await inSandbox(
        browser,
        { args: ['--fresh', '--proxy', status] },
        async ({ page, sandbox }) => {
          await enterKey(page, sandbox);
          await says(page, message);
          await says(page, remedy);
          expect(await page.getByRole('alert').textContent()).not.toContain('<');
          await expect(page.getByLabel('Address of its API').inputValue()).resolves.toBe(
            sandbox.address,
          );
          await expectTidy(page);
        },
      );
    },
  );

  test('stops a run, and the home screen leads to the connection', async () => {
    await inSandbox(browser, { args: ['--proxy', '200'], job: true }, async ({ page }) => {
      await runNow(page);
      await says(page, 'a proxy or a sign-in page stands in the way');
      await says(page, '0 events sent');
      await go(page, 'Done');
      await page.getByRole('button', { name: /^Fix the connection/ }).waitFor();
      await expectTidy(page);
    });
  });
});

test('a Lago that takes 30 s for each answer is waited for, and that waiting is right is said', async () => {
  await inSandbox(
    browser,
    { args: ['--fresh', '--slow', '30'], clock: true },
    async ({ page, sandbox, hold }) => {
      await page.getByRole('button', { name: 'Connect to Lago' }).waitFor();
      const letGo = hold();
      await enterKey(page, sandbox);
      await says(page, 'Asking Lago whose key this is');
      await expect(page.getByText('It takes longer than usual').count()).resolves.toBe(0);
      await page.clock.fastForward(30_000);
      await says(
        page,
        'It takes longer than usual. You can wait, or try again later: nothing is lost.',
      );
      await expectTidy(page);
      letGo();
      await says(page, 'Sandbox Inc.');
      await says(page, '10 subscriptions');
    },
  );
});

test('names with markup, quotes, emoji and right-to-left text are shown and sent as they are, and nothing of them runs', async () => {
  const markup = '<img src=x onerror="window.ran=1">';
  const header = `Usage "ID" <script>window.ran=1</script>`;
  const arabic = '\u0627\u0644\u0627\u0634\u062a\u0631\u0627\u0643';
  const keys = [`${markup} ${arabic}`, 'U-"2"', `${arabic}-3`, '\u{1f98a}-4'];
  const rows = [
    [header, `subscription ${arabic}`, 'time \u{1f4c5}', 'gigabytes'],
    ...keys.map((key, index) => [key, 'acme-eu', '2026-11-03 10:00', String(index + 1)]),
  ];
  const tab = `\u{1f4ca} "${arabic}" <b>`;
  await inSandbox(
    browser,
    { args: ['--fresh'], prepare: (sandbox) => replaceSheet(sandbox, rows, tab) },
    async ({ page, person, sandbox }) => {
      const looksRight = async (): Promise<void> => {
        expect(
          await page.evaluate(() => [
            (window as { ran?: number }).ran,
            document.querySelectorAll('main img, main script, main b').length,
          ]),
        ).toEqual([undefined, 0]);
        await expectTidy(page);
      };
      await connect(person, sandbox);
      await person.press('Next: choose the rows');
      await person.field('Column that identifies a row').waitFor();
      await expect(person.field('Column that identifies a row').inputValue()).resolves.toBe(header);
      await looksRight();
      await person.press('Next: make the event');
      await makeEvent(person, {});
      await says(page, 'This row can be sent');
      await looksRight();
      await person.press('Next: test a row');
      expect(await testSend(person, 2)).toBe('Lago has the event');
      await says(page, keys[0] ?? '');
      await looksRight();
      await person.press('Next: review');
      await expect(readCounts(page)).resolves.toMatchObject({ 'To send': 3, 'Already sent': 1 });
      await looksRight();
      const [sent] = await sandbox.reader.events(sandbox.world.code);
      expect(sent?.id).toContain(markup);
    },
  );
});

// A short run has as many metrics in setup.test.ts, and pages of subscriptions in test/bundle.
(IS_LONG ? test : test.skip)(
  'with 2,000 metrics and 10,000 subscriptions in Lago a metric is found by typing, and a row is checked against all of them',
  async () => {
    await inSandbox(
      browser,
      { args: ['--fresh', '--crowd'] },
      async ({ page, person, sandbox }) => {
        await connect(person, sandbox);
        await says(page, '2,000 billable metrics');
        await says(page, '10,010 subscriptions');
        await person.press('Next: choose the rows');
        await person.field('Column that identifies a row').waitFor();
        await person.press('Next: make the event');
        await says(page, /Type a part of its name or code; Lago has 2,\d{3}/);
        await person.type('What the rows count for', 'storage_gb');
        await says(page, 'The template is in order.');
        await says(page, 'This row can be sent');
        await expectTidy(page);
        await person.press('Next: test a row');
        await person.button('Send row 2').waitFor();
        await person.press('Next: review');
        const { 'To send': toSend = 0, Held: held = 0 } = await readCounts(page);
        expect([toSend > 0, held > 0]).toEqual([true, true]);
        await says(page, 'Lago has no subscription \u201cacme-ue\u201d');
        await expectTidy(page);
      },
    );
  },
);

test('a sheet with 200 columns offers the ones that matter, the others by a search', async () => {
  const more = Array.from({ length: 196 }, (_, index) => `Column ${index + 5}`);
  const rows = [
    ['usage_id', 'subscription', 'time', 'gigabytes', ...more],
    ...Array.from({ length: 20 }, (_, row) => [
      `U-${row}`,
      'acme-eu',
      '2026-11-03 10:00',
      String(row),
      ...more.map((name) => `${name} of row ${row}`),
    ]),
  ];
  await inSandbox(
    browser,
    { args: ['--fresh'], prepare: (sandbox) => replaceSheet(sandbox, rows) },
    async ({ page, person, sandbox }) => {
      await connect(person, sandbox);
      await person.press('Next: choose the rows');
      await page.getByText(/of 200$/).click();
      await says(page, 'search for them');
      await person.type('Search the columns', 'column 200');
      await person.tick('Column 200');
      await expectTidy(page);
      await person.press('Next: make the event');
      await makeEvent(person, {});
      await says(page, 'This row can be sent');
      await person.press('Next: test a row');
      expect(await testSend(person, 2)).toBe('Lago has the event');
    },
  );
});

describe('a person without edit rights', () => {
  test('sees how the syncs are, who can help, and no button that would fail', async () => {
    await inSandbox(browser, { args: ['--as', 'viewer'], job: true }, async ({ page }) => {
      await says(page, 'You may look at this file, but not edit it.');
      await says(page, 'ask the owner of the file for the right to edit');
      await expect(
        page.getByRole('button', { name: /Run|Pause|New sync|Change connection/ }).count(),
      ).resolves.toBe(0);
      await expectTidy(page);
    });
  });

  test('who loses them while the sidebar is open is told what to do, and nothing is sent', async () => {
    // A row that was held becomes complete, so that there is something to send.
    const prepare = ({ google, tab, clock }: Sandbox): void => {
      google.spreadsheet.edit(tab, 18, 4, '12');
      clock.set(clock.now() + 3_600_000);
    };
    await inSandbox(browser, { job: true, prepare }, async ({ page, sandbox }) => {
      await page.getByRole('button', { name: /^Run now/ }).waitFor();
      const before = (await sandbox.reader.events(sandbox.world.code)).length;
      setRights(sandbox.google, { as: 'viewer', authorization: 'granted' });
      await runNow(page);
      await says(page, 'Ask its owner for the right to edit');
      await expectTidy(page);
      expect(await sandbox.reader.events(sandbox.world.code)).toHaveLength(before);
    });
  });
});

describe('an authorization', () => {
  test('that has expired before the sidebar asks says how to allow the add-on again', async () => {
    await inSandbox(
      browser,
      { args: ['--authorization', 'expired'], job: true },
      async ({ page, sandbox }) => {
        await says(
          page,
          'reload the spreadsheet in a window with one Google account only and allow what Google asks for',
        );
        await expectTidy(page);
        setRights(sandbox.google, { as: 'editor', authorization: 'granted' });
        await go(page, 'Try again');
        await page.locator('.sync-card').waitFor();
      },
    );
  });

  test('that expires while the sidebar is open says it too, and keeps what is shown', async () => {
    await inSandbox(browser, { job: true }, async ({ page, sandbox }) => {
      await page.locator('.sync-card').waitFor();
      setRights(sandbox.google, { as: 'editor', authorization: 'expired' });
      await go(page, 'Refresh');
      await says(page, 'one Google account only and allow what Google asks for');
      await page.locator('.sync-card').waitFor();
      await expectTidy(page);
    });
  });

  test('without other servers says that Google needs permission again, and how to give it', async () => {
    await inSandbox(
      browser,
      { args: ['--authorization', 'partial'], job: true },
      async ({ page }) => {
        await runNow(page);
        await says(page, 'Google needs your permission again');
        await says(page, 'allow everything that Google asks for');
        await expectTidy(page);
      },
    );
  });
});
