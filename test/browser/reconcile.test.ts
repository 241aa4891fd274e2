import type { Browser } from 'playwright-core';
import { problem } from '../../src/problem/problem';
import { CannedServer, connection, reconciled } from './canned-backend';
import { browserForTests } from './chromium';
import { expectTidy, go, inSidebar } from './scene';

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await browserForTests();
}, 120_000);
afterAll(() => browser?.close());

function active(): CannedServer {
  const server = new CannedServer();
  server.connection = connection;
  server.put({ state: 'active', organization: 'org-1', changed: 'flag', removed: 'flag' });
  return server;
}

test('a person reconciles a month in parts, sends again what is missing, and sees why something is left', () =>
  inSidebar(browser, active(), async ({ server, page }) => {
    const next = {
      at: 1,
      size: 2,
      asked: 0,
      codes: ['compute_hours'],
      totals: [],
      usage: [],
      counts: reconciled.counts,
      others: 0,
      unrecorded: [],
      missing: [],
      moved: [],
      sheet: 7,
      row: 9,
    };
    const asked: unknown[] = [];
    let busy = true;
    server.answers.reconcile = (argument) => {
      asked.push(argument);
      // Another run holds the lock once: the page waits and asks again.
      if (asked.length === 2 && busy) {
        busy = false;
        return { ok: false, problem: problem('run.busy') };
      }
      if (!('next' in argument))
        return { ok: true, value: { ...reconciled, findings: reconciled.findings.slice(0, 1), totals: [], share: 0.5, next } };
      return { ok: true, value: { ...reconciled, findings: reconciled.findings.slice(1) } };
    };
    server.answers.fixFindings = ({ ids }) => ({
      ok: true,
      value: {
        done: ids.filter((id) => id !== 'tool-1'),
        left: ids.filter((id) => id === 'tool-1').map((id) => ({ id, why: 'Its billing period is invoiced already.' })),
      },
    });
    await go(page, /^Open /);
    await go(page, 'Reconcile with Lago');
    await page.getByLabel('Month').selectOption('2026-10');
    await go(page, 'Reconcile');
    await page.getByText('18 differences in October 2026').waitFor();
    expect(asked).toEqual([
      { id: 's1', month: '2026-10' },
      { id: 's1', month: '2026-10', next },
      { id: 's1', month: '2026-10', next },
    ]);
    await page.getByRole('button', { name: 'Send again: 2' }).click();
    await page.getByText('The next run sends it, once.').first().waitFor();
    expect(server.calls.filter(({ method }) => method === 'fixFindings').map(({ argument }) => argument)).toEqual([
      { id: 's1', fix: 'send', ids: ['U-1004', 'U-1007'] },
    ]);
    await page.getByRole('button', { name: 'Take back tool-1' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Take back' }).click();
    await page.getByText('Left as it is. Its billing period is invoiced already.').waitFor();
    await expectTidy(page);
  }));

test('a person exports a statement and sees whether Lago has the same', () =>
  inSidebar(browser, active(), async ({ server, page }) => {
    await go(page, /^Open /);
    await go(page, 'Export a statement');
    await page.getByLabel('Subscription').selectOption('globex');
    await page.getByLabel('Month').getByText('October 2026, 12 events').waitFor({ state: 'attached' });
    await go(page, 'Export');
    await page.getByText('Lago has 788 in 119 events').waitFor();
    expect(server.calls.filter(({ method }) => method === 'statement').map(({ argument }) => argument)).toEqual([
      { id: 's1', subscription: 'globex', month: '2026-10' },
    ]);
    await expectTidy(page);
  }));
