import type { Browser } from 'playwright-core';
import { problem } from '../../src/problem/problem';
import type { Finding, FindingKind } from '../../src/rpc/contract';
import { CannedServer, connection, finding, reconciled } from './canned-backend';
import { browserForTests } from './chromium';
import { expectTidy, go, inSidebar } from './scene';

type Play = Parameters<typeof inSidebar>[2];

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await browserForTests();
});
afterAll(() => browser?.close());

function active(): CannedServer {
  const server = new CannedServer();
  server.connection = connection;
  server.put({ state: 'active', organization: 'org-1', changed: 'flag', removed: 'flag' });
  return server;
}

/** The menu offers also a sync that is paused, and none that has sent nothing. */
function several(): CannedServer {
  const server = active();
  server.put({ id: 's2', name: 'Seats', state: 'paused', organization: 'org-1' });
  server.put({ id: 's3', name: 'Storage', state: 'draft' });
  return server;
}

test('a person reconciles a month in parts, sends again what is missing, and sees why something is left', () => {
  const play: Play = async ({ server, page }) => {
    const next = {
      at: 1,
      size: 2,
      asked: 0,
      codes: ['compute_hours'],
      inLago: [],
      events: 0,
      inSheet: [],
      rows: 0,
      eventless: 0,
      explained: [],
      usage: [],
      unread: [],
      counts: reconciled.counts,
      others: 0,
      unrecorded: [],
      missing: [],
      moved: [],
      sheet: '7~',
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
        return {
          ok: true,
          value: {
            ...reconciled,
            findings: reconciled.findings.slice(0, 1),
            totals: [],
            share: 0.5,
            next,
          },
        };
      return { ok: true, value: { ...reconciled, findings: reconciled.findings.slice(1) } };
    };
    server.answers.fixFindings = ({ ids }) => ({
      ok: true,
      value: {
        done: ids.filter((id) => id !== 'tool-1'),
        left: ids
          .filter((id) => id === 'tool-1')
          .map((id) => ({ id, why: 'Its billing period is closed.' })),
      },
    });
    await go(page, /^Open /);
    await go(page, 'Reconcile with Lago');
    await page.getByLabel('Month').selectOption('2026-10');
    await go(page, 'Reconcile');
    await page.getByText('compared so far').waitFor();
    await page.clock.runFor(6_000);
    await page.getByText('18 differences in October 2026').waitFor();
    expect(asked).toEqual([
      { id: 's1', month: '2026-10' },
      { id: 's1', month: '2026-10', next },
      { id: 's1', month: '2026-10', next },
    ]);
    await page.getByRole('button', { name: 'Send again: 2' }).click();
    await page.getByText('The next run sends it, once.').first().waitFor();
    expect(
      server.calls.filter(({ method }) => method === 'fixFindings').map(({ argument }) => argument),
    ).toEqual([{ id: 's1', fix: 'send', ids: ['U-1004', 'U-1007'] }]);
    await page.getByRole('button', { name: 'Take back tool-1' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Take back' }).click();
    await page.getByText('Left as it is. Its billing period is closed.').waitFor();
    await expectTidy(page);
  };
  return inSidebar(browser, active(), play, { clock: true });
});

test('the menu item opens the comparison, and lets a paused sync be chosen', () =>
  inSidebar(
    browser,
    several(),
    async ({ server, page }) => {
      await page.getByRole('heading', { name: 'Reconcile with Lago' }).waitFor();
      expect(await page.getByLabel('Sync').locator('option').allTextContents()).toEqual([
        'Compute hours',
        'Seats',
      ]);
      expect(await page.getByLabel('Sync').inputValue()).toBe('s1');
      await page.getByLabel('Sync').selectOption('Seats');
      await go(page, 'Reconcile');
      await page.getByText('18 differences').waitFor();
      expect(
        server.calls.filter(({ method }) => method === 'reconcile').map(({ argument }) => argument),
      ).toEqual([{ id: 's2', month: '2026-11' }]);
      // What was found belongs to the other sync.
      await page.getByLabel('Sync').selectOption('Compute hours');
      expect(await page.getByText('18 differences').count()).toBe(0);
      await expectTidy(page);
      await go(page, 'Back');
      await page.getByRole('heading', { name: 'Syncs' }).waitFor();
    },
    { start: 'reconcile' },
  ));

test('the menu item opens the home screen where nothing was sent yet', () => {
  const server = new CannedServer();
  server.connection = connection;
  server.put({ state: 'draft' });
  return inSidebar(
    browser,
    server,
    async ({ page }) => {
      await page.getByRole('heading', { name: 'Syncs' }).waitFor();
      await page.getByText('Compute hours').first().waitFor();
    },
    { start: 'reconcile' },
  );
});

test('each kind of finding offers its action, or says why there is none', () =>
  inSidebar(browser, active(), async ({ server, page }) => {
    const kinds: readonly (readonly [FindingKind, Finding['fix'], string])[] = [
      ['missing', 'send', 'Send again K-missing'],
      ['different', undefined, 'Show the row K-different'],
      ['unrecorded', 'adopt', 'Take into the ledger K-unrecorded'],
      ['foreign', 'take-back', 'Take back K-foreign'],
      ['twice', undefined, ''],
      ['changed', 'rule', 'Choose what corrects them'],
      ['unsent', 'row', 'Decide at the row K-unsent'],
      ['open', 'run', 'Run now: Not settled yet'],
    ];
    const findings = kinds.map(([kind, fix]) =>
      finding(kind, `K-${kind}`, { fix, advice: `Advice for ${kind}.` }),
    );
    const counts = Object.fromEntries(kinds.map(([kind]) => [kind, 1])) as Record<
      FindingKind,
      number
    >;
    server.answers.reconcile = () => ({ ok: true, value: { ...reconciled, findings, counts } });
    await go(page, /^Open /);
    await go(page, 'Reconcile with Lago');
    await go(page, 'Reconcile');
    await page.getByText('8 differences').waitFor();
    for (const [kind, , button] of kinds) {
      await page.getByText(`Advice for ${kind}.`).waitFor();
      if (button !== '') await page.getByRole('button', { name: button, exact: true }).waitFor();
    }
    await go(page, 'Show the row K-different');
    await page.getByText('is selected in the sheet').waitFor();
    expect(
      server.calls.filter(({ method }) => method === 'showRow').map(({ argument }) => argument),
    ).toEqual([{ id: 's1', key: 'K-different' }]);
    await expectTidy(page);
    await go(page, 'Decide at the row K-unsent');
    await page.getByRole('heading', { name: 'K-unsent' }).waitFor();
  }));

test('the totals come first, and each list says when it is cut and where the whole is', () =>
  inSidebar(browser, active(), async ({ server, page }) => {
    const total = {
      code: 'compute_hours',
      by: 'sum',
      sheet: '809.5',
      lago: '789',
      difference: '20.5',
      current: '789.0',
    } as const;
    const findings = Array.from({ length: 200 }, (_, index) =>
      finding('gone', `K-${index}`, { advice: 'The next run takes it back.', fix: 'run' }),
    );
    server.answers.reconcile = () => ({
      ok: true,
      value: {
        ...reconciled,
        findings,
        counts: { ...reconciled.counts, gone: 1_530 },
        totals: Array.from({ length: 50 }, (_, index) => ({
          ...total,
          subscription: `sub-${index}`,
          unexplained: index === 0 ? '3' : '0',
        })),
        compared: 312,
      },
    });
    await go(page, /^Open /);
    await go(page, 'Reconcile with Lago');
    await go(page, 'Reconcile');
    await page
      .getByText(
        'Sum in the sheet 809.5, in Lago 789, difference 20.5. 3 of it is not explained by the findings. Lago would bill 789.0 now.',
      )
      .waitFor();
    await page.getByText('5 of 312. All are in Lago reconciliation 2026-11.').waitFor();
    await page.getByText('200 of 1,530. All are in Lago reconciliation 2026-11.').waitFor();
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(
      expect.arrayContaining(['Sheet and Lago', 'In Lago, not in the sheet: 1,530']),
    );
    await expectTidy(page);
  }));

test('findings of one kind that differ in what can be done each say their own', () =>
  inSidebar(browser, active(), async ({ server, page }) => {
    const findings = [
      finding('foreign', 'kept', { key: undefined, advice: 'It cannot be taken back.' }),
      finding('foreign', 'stray', {
        key: undefined,
        fix: 'take-back',
        advice: 'Else take it back.',
      }),
    ];
    server.answers.reconcile = () => ({
      ok: true,
      value: { ...reconciled, findings, counts: { ...reconciled.counts, foreign: 2 } },
    });
    await go(page, /^Open /);
    await go(page, 'Reconcile with Lago');
    await go(page, 'Reconcile');
    await page.getByText('It cannot be taken back.').waitFor();
    await page.getByText('Else take it back.').waitFor();
    expect(await page.getByRole('button', { name: /^Take back/ }).count()).toBe(1);
    await go(page, 'Take back stray');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Take back' }).click();
    // What is taken back goes out with a run.
    await page.getByText('The next run takes it back.').waitFor();
    await go(page, 'Run now: Only in Lago');
    await page.getByRole('heading', { name: 'Run' }).waitFor();
  }));

test('a person exports a statement and sees whether Lago has the same', () =>
  inSidebar(browser, active(), async ({ server, page }) => {
    await go(page, /^Open /);
    await go(page, 'Export a statement');
    await page.getByLabel('Customer or subscription').selectOption('globex');
    await page
      .getByLabel('Month')
      .getByText('October 2026, 12 events')
      .waitFor({ state: 'attached' });
    await go(page, 'Export');
    await page.getByText('Lago has 788 in 119 events').waitFor();
    expect(
      server.calls.filter(({ method }) => method === 'statement').map(({ argument }) => argument),
    ).toEqual([{ id: 's1', subscription: 'globex', month: '2026-10' }]);
    await expectTidy(page);
  }));

test('a person exports a statement of a customer, with each of the subscriptions', () =>
  inSidebar(browser, active(), async ({ server, page }) => {
    await go(page, /^Open /);
    await go(page, 'Export a statement');
    const choice = page.getByLabel('Customer or subscription');
    await choice.waitFor();
    expect(await choice.locator('optgroup[label="Customers"] option').allTextContents()).toEqual([
      'Acme',
    ]);
    expect(
      await choice.locator('optgroup[label="Subscriptions"] option').allTextContents(),
    ).toEqual(['acme-eu', 'acme-us', 'globex']);
    await go(page, 'Export');
    await page.getByText('170 events listed').waitFor();
    await page.getByText('acme-us, compute_hours: 96 in 50 events').waitFor();
    await page.getByText('acme-eu, compute_hours: 800.5 in 120 events').waitFor();
    expect(
      server.calls.filter(({ method }) => method === 'statement').map(({ argument }) => argument),
    ).toEqual([{ id: 's1', customer: 'Acme', month: '2026-11' }]);
  }));

test('a statement says why its total is not what the events come to', () => {
  const server = active();
  const note = 'Of region “us” the events come to -3: Lago bills nothing for it.';
  server.answers.statement = () => ({
    ok: true,
    value: {
      sheetName: 'Statement',
      lines: 2,
      totals: [
        {
          subscription: 'globex',
          code: 'calls',
          events: 2,
          total: '7',
          notes: ['All events together come to 4.', note],
          lago: { events: 2, total: '7', copied: 0 },
        },
      ],
      next: undefined,
    },
  });
  return inSidebar(browser, server, async ({ page }) => {
    await go(page, /^Open /);
    await go(page, 'Export a statement');
    await go(page, 'Export');
    await page.getByText('globex, calls: 7 in 2 events').waitFor();
    await page.getByText('All events together come to 4.').waitFor();
    await page.getByText(note).waitFor();
    await page.getByText('Lago has the same.').waitFor();
    await expectTidy(page);
  });
});

test('a statement offers the subscriptions alone where nobody knows whose they are', () => {
  const server = active();
  server.answers.statementChoices = () => ({
    ok: true,
    value: {
      choices: [{ of: 'subscription', name: 'globex', months: [{ month: '2026-11', events: 1 }] }],
    },
  });
  return inSidebar(browser, server, async ({ page }) => {
    await go(page, /^Open /);
    await go(page, 'Export a statement');
    await page.getByLabel('Subscription', { exact: true }).waitFor();
    await go(page, 'Export');
    await page.getByText('events listed').waitFor();
    expect(
      server.calls.filter(({ method }) => method === 'statement').map(({ argument }) => argument),
    ).toEqual([{ id: 's1', subscription: 'globex', month: '2026-11' }]);
  });
});
