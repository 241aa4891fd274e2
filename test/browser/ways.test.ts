import type { Browser, Page } from 'playwright-core';
import { sandboxBackend } from '../../sandbox/backend';
import type { Sandbox } from '../../sandbox/sandbox';
import { browserForTests } from './chromium';
import { inSandbox } from './sandbox-scene';
import { go } from './scene';
import {
  activate,
  chooseRows,
  connect,
  makeEvent,
  type Person,
  readCounts,
  testSend,
} from './walk';

/** The ways through the sidebar with nothing canned: the built page, the built script, a sheet and a Lago. */

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await browserForTests();
});
afterAll(() => browser?.close());

/** Only where every key can be read is it known that a row is gone. */
function withoutBrokenKeys({ google: { spreadsheet }, tab }: Sandbox): void {
  const keys = spreadsheet.table(tab).map(([key = '']) => key);
  for (let row = keys.length; row > 1; row--)
    if (!/^U-\d+$/.test(keys[row - 1] ?? '') || keys.indexOf(keys[row - 1] ?? '') < row - 1)
      spreadsheet.deleteRows(tab, row);
}

async function toEvent(person: Person, { address, apiKey }: Sandbox): Promise<void> {
  await connect(person, { address, apiKey });
  await person.press('Next: choose the rows');
  await chooseRows(person, {});
  await person.press('Next: make the event');
  await makeEvent(person, { metric: 'storage_gb' });
}

test('“start from now” sends nothing that was there, at once or later, and what comes afterwards is sent', async () => {
  await inSandbox(
    browser,
    { args: ['--fresh'] },
    async ({ sandbox, page, person, inLago, anHourLater }) => {
      await toEvent(person, sandbox);
      await person.press('Next: test a row');
      await person.press('Next: review');
      await activate(person, { first: 'now', changed: 'flag', removed: 'flag' });
      await page.getByText('Active').first().waitFor();
      await anHourLater();
      expect(await inLago()).toBe(0);
      const rows = sandbox.google.spreadsheet.table(sandbox.tab).length;
      const [, , time = ''] = sandbox.google.spreadsheet.table(sandbox.tab)[1] ?? [];
      ['U-9001', 'acme-eu', time, '12.5'].forEach((text, column) => {
        sandbox.google.spreadsheet.edit(sandbox.tab, rows + 1, column + 1, text);
      });
      await anHourLater();
      expect(await inLago()).toBe(1);
    },
  );
});

test('a tab without anything that identifies a row gets ids, and its first event carries one', async () => {
  await inSandbox(
    browser,
    { args: ['--fresh'], prepare: ({ google, tab }) => google.spreadsheet.deleteColumns(tab, 1) },
    async ({ sandbox, page, person, inLago }) => {
      await connect(person, sandbox);
      await person.press('Next: choose the rows');
      await person.field('Column that identifies a row').waitFor();
      await person.press('Add an ID column');
      await page.getByText('Every row has a value of its own here.').waitFor();
      const [headers = [], first = []] = sandbox.google.spreadsheet.table(sandbox.tab);
      expect(headers).toContain('Usage ID');
      await person.press('Next: make the event');
      await makeEvent(person, { metric: 'storage_gb' });
      await person.press('Next: test a row');
      expect(await testSend(person, 2)).toBe('Lago has the event');
      expect(await inLago()).toBe(1);
      const { events } = await sandboxBackend(sandbox).lago();
      expect(events[0]?.transactionId).toBe(first[headers.indexOf('Usage ID')]);
    },
  );
});

test('a sidebar that is closed while the event is made goes on there, and two sidebars do not undo each other', async () => {
  await inSandbox(browser, { args: ['--fresh'] }, async ({ sandbox, page, person, another }) => {
    await toEvent(person, sandbox);
    await page.reload();
    await go(page, /^Continue: Event/);
    await person.field('Template of the event').waitFor();
    await page.getByText('The template is in order.').waitFor();
    const second = await another();
    await go(second, /^Continue: Event/);
    await second.getByText('The template is in order.').waitFor();
    const append = async (to: Page, text: string): Promise<void> => {
      await to.getByLabel('Template of the event', { exact: true }).click();
      await to.keyboard.press('Control+End');
      await to.keyboard.insertText(text);
    };
    await append(page, ' ');
    await page.getByText('Saved', { exact: true }).waitFor();
    await append(second, '  ');
    await second.getByText('Not saved: changed in another window.').waitFor();
    await go(second, 'Load the newer one');
    await second.getByText('The template is in order.').waitFor();
  });
});

test('what was sent for a row is found by its key after the tab was sorted, in the sheet and in the ledger', async () => {
  await inSandbox(browser, { job: true }, async ({ sandbox, page }) => {
    sandbox.google.spreadsheet.sort(sandbox.tab, 1, 'descending');
    await page.getByRole('button', { name: 'Activity' }).click();
    await page.getByLabel(/^Find a row by its key/).fill('U-0003');
    await page.keyboard.press('Enter');
    await page.getByText('Lago accepted it').first().waitFor();
    await go(page, 'Show in sheet');
    const row =
      sandbox.google.spreadsheet.table(sandbox.tab).findIndex(([key]) => key === 'U-0003') + 1;
    await page.getByText(`Row ${row} is selected in the sheet.`).waitFor();
    expect(sandbox.google.spreadsheet.selection).toMatchObject({ row });
    await go(page, 'Show in ledger');
    await page.getByText(/Line \d+ of the ledger is selected\./).waitFor();
    expect(sandbox.google.spreadsheet.activeSheet).toContain('Lago ledger');
  });
});

test('a run that is watched sends what is new, and the status column says of each row where it stands', async () => {
  await inSandbox(browser, { job: true }, async ({ sandbox, page, inLago }) => {
    const before = await inLago();
    await go(page, /^Open /);
    await go(page, 'Choose the column');
    await page.getByLabel('In a new column at the right').check();
    await go(page, 'Save');
    await page.getByText(/Written into the column Lago status/).waitFor();
    const { spreadsheet } = sandbox.google;
    spreadsheet.edit(sandbox.tab, 18, 4, '7.5');
    await go(page, /^Run now/);
    await page.locator('.headline').waitFor();
    expect(await readCounts(page)).toMatchObject({ 'Left to send': 0 });
    expect(await inLago()).toBe(before + 1);
    const [headers = [], ...rows] = spreadsheet.table(sandbox.tab);
    const status = headers.indexOf('Lago status');
    const filled = rows.filter(([key]) => key !== '');
    expect(filled.every((row) => /^(Sent|Held|Waiting)/.test(row[status] ?? ''))).toBe(true);
    expect(rows[16]?.[status]).toMatch(/^Sent /);
  });
});

test('rows that are gone at once wait for a person who names their number, and then the run goes on', async () => {
  await inSandbox(
    browser,
    { job: true, prepare: withoutBrokenKeys },
    async ({ sandbox, page, person, inLago, anHourLater }) => {
      const before = await inLago();
      const { spreadsheet } = sandbox.google;
      const [, first = []] = spreadsheet.table(sandbox.tab);
      const rest = first.slice(1, 4);
      spreadsheet.deleteRows(sandbox.tab, 20, 30);
      spreadsheet.paste(sandbox.tab, spreadsheet.table(sandbox.tab).length + 1, 1, [
        ['U-9001', ...rest],
        ['U-9002', ...rest],
      ]);
      await anHourLater();
      expect(await inLago()).toBe(before);
      await page.reload();
      await page.getByText('Waits for your approval').waitFor();
      const approve = person.button(/^Yes, \d+ rows are gone; send \d+ events: /);
      const words = ((await approve.textContent()) ?? '').trim();
      await approve.click();
      await page.getByRole('alertdialog').getByRole('button', { name: words, exact: true }).click();
      const [, events = ''] = /send (\d+) events$/.exec(words) ?? [];
      await page.getByText(`${events} events sent`).waitFor();
      expect(await inLago()).toBe(before + Number(events));
      await anHourLater();
      await go(page, 'Done');
      await go(page, 'Refresh');
      await page.getByText('Waits for your approval').waitFor({ state: 'detached' });
    },
  );
});

test('a row that is changed after it was sent is corrected in Lago once that is chosen, and Lago’s usage equals the sheet', async () => {
  await inSandbox(browser, { job: true }, async ({ sandbox, page, person, inLago }) => {
    const before = await inLago();
    const { spreadsheet } = sandbox.google;
    const [headers = [], , row = []] = spreadsheet.table(sandbox.tab);
    const quantity = headers.indexOf('gigabytes');
    const unitsOf = async (subscription: string): Promise<number> => {
      const { usage } = await sandboxBackend(sandbox).lago();
      return Number(
        usage.find((each) => each.subscription === subscription && each.metric === 'storage_gb')
          ?.units,
      );
    };
    const subscription = row[1] ?? '';
    const units = await unitsOf(subscription);
    spreadsheet.edit(sandbox.tab, 3, quantity + 1, String(Number(row[quantity]) + 1000));
    await person.press(/^Open /);
    await person.press('Do a dry run');
    await readCounts(page);
    await expect(page.getByText('What would be corrected').count()).resolves.toBe(0);
    await person.tick('Correct it');
    await person.press('Save');
    await page.getByText('What would be corrected').waitFor();
    await page
      .locator('details', { hasText: `${row[0]}~x1` })
      .locator('summary')
      .click();
    await page.getByText(`"transaction_id": "${row[0]}~x1"`).waitFor();
    await person.press('Run now');
    await page.getByText('2 events sent').waitFor();
    expect(await inLago()).toBe(before + 2);
    expect((await unitsOf(subscription)) - units).toBeCloseTo(1000, 6);
  });
});

test('next month’s tab is taken over with a few clicks, and a key of the former tab is held there', async () => {
  await inSandbox(browser, { job: true }, async ({ sandbox, page, person, inLago }) => {
    const before = await inLago();
    const { spreadsheet } = sandbox.google;
    const [headers = [], first = []] = spreadsheet.table(sandbox.tab);
    spreadsheet.insertSheet('December');
    const rest = first.slice(1);
    spreadsheet.paste('December', 1, 1, [
      headers,
      ['D-0001', ...rest],
      ['D-0002', ...rest],
      [first[0] ?? '', ...rest],
    ]);
    spreadsheet.select('December', 2, 1);
    await page.reload();
    await person.press(/^Open /);
    await person.press('Use next month’s tab');
    await page.getByText(/^All \d columns of the sync are in this tab/).waitFor();
    await person.press('Next: review');
    expect(await readCounts(page)).toMatchObject({ 'To send': 2, Held: 1 });
    await page.getByText('was sent already by another sync').waitFor();
    await person.tick('Send everything');
    await person.press('Activate');
    await page.getByText('2 events sent').waitFor();
    expect(await inLago()).toBe(before + 2);
    await go(page, 'Done');
    await person.heading('December').waitFor();
    expect(person.effort()).toMatchObject({ clicks: 5, typedFields: 0 });
  });
});
