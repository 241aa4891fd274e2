import type { Browser, Page } from 'playwright-core';
import { type Problem, problem } from '../../src/problem/problem';
import type { Reply, SyncView, Value } from '../../src/rpc/contract';
import { CannedServer, connection, dryRun, report, tab } from './canned-backend';
import { browserForTests } from './chromium';
import { expectTidy, go, inSidebar } from './scene';
import { Person, readCounts } from './walk';

type RunReport = Value<'runNow'>;
type Group = RunReport['problems'][number];

/** What keeps usage from being billed wrongly and needs a person's word: approvals, periods that close, copies of a file, ledgers, the tab of the next month. */

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await browserForTests();
});
afterAll(() => browser?.close());

const healthy: SyncView['health'] = {
  state: 'healthy',
  failures: 0,
  problem: undefined,
  told: 'healthy',
  toldAt: 0,
};
const clean: RunReport = {
  ...report,
  rows: { ...report.rows, hold: 0, refused: 0, flag: 0 },
  problems: [],
};
const stoppedBy = (found: Problem): Partial<SyncView> => ({
  health: { ...healthy, state: 'stopped', problem: found },
});
const refusal = (found: Problem) => ({ ok: false as const, problem: found });

function active(more: Partial<SyncView> = {}): CannedServer {
  const server = new CannedServer();
  server.connection = connection;
  server.put(
    { state: 'active', organization: 'org-1', changed: 'flag', removed: 'flag' },
    { lastRun: clean, health: healthy, ...more },
  );
  return server;
}

const asking = (found: Problem, asks: NonNullable<RunReport['asks']>): RunReport => ({
  ...clean,
  trigger: 'person',
  rows: { ...clean.rows, send: asks.events },
  delivered: 0,
  left: asks.events,
  stopped: found,
  asks,
});

const slice = (delivered: number, left: number): Reply<'runNow'> => ({
  ok: true,
  value: {
    ...clean,
    trigger: 'person',
    rows: { ...clean.rows, send: left },
    delivered,
    left,
    stopped: left > 0 ? problem('run.time', { events: left }) : undefined,
  },
});

/** Runs in two slices once its numbers are approved. */
function asksUntilApproved(server: CannedServer, waiting: RunReport): void {
  const answers = [slice(8_000, 4_000), slice(4_000, 0)];
  server.answers.runNow = ({ approved }) =>
    approved?.events === waiting.asks?.events && approved?.removed === waiting.asks?.removed
      ? (answers.shift() ?? slice(0, 0))
      : { ok: true, value: waiting };
}

const inDialog = (page: Page, name: string): Promise<void> =>
  page.getByRole('alertdialog').getByRole('button', { name, exact: true }).click();
const heading = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

const VOLUME = problem('run.volume', { events: 12_000, limit: 10_000 });
const REMOVALS = problem('run.removals', { removed: 300, events: 280, name: 'Usage November' });

describe('far more than usual', () => {
  test('is let go from the home screen by its numbers, after a question, and each slice of the run names them', async () => {
    const asks = { events: 12_000, removed: 1 };
    const server = active({ ...stoppedBy(VOLUME), lastRun: asking(VOLUME, asks) });
    asksUntilApproved(server, asking(VOLUME, asks));
    await inSidebar(browser, server, async ({ page }) => {
      await page.getByText('Waits for your approval').waitFor();
      await page.getByText('12,000 waiting for your approval').waitFor();
      await go(page, 'Send 12,000 events: Compute hours');
      await page.getByRole('alertdialog').waitFor();
      await expectTidy(page);
      await inDialog(page, 'Not yet');
      expect(server.callsOf('runNow')).toEqual([]);
      await go(page, 'Send 12,000 events: Compute hours');
      await inDialog(page, 'Send 12,000 events');
      await page.getByText('12,000 events sent').waitFor();
      expect(server.callsOf('runNow').map(({ approved }) => approved)).toEqual([asks, asks]);
    });
  });

  test('that a run finds is let go on the spot, as the same run', async () => {
    const asks = { events: 12_000, removed: 0 };
    const server = active();
    asksUntilApproved(server, asking(VOLUME, asks));
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Run now: Compute hours');
      await page.getByText('12,000 waiting for your approval').waitFor();
      await page.getByText('wait for your approval').waitFor();
      await expectTidy(page);
      await expect(page.getByRole('button', { name: 'Go on', exact: true }).count()).resolves.toBe(
        0,
      );
      await go(page, 'Send 12,000 events');
      await inDialog(page, 'Send 12,000 events');
      await page.getByText('12,000 events sent').waitFor();
      const calls = server.callsOf('runNow');
      expect(calls.map(({ approved }) => approved)).toEqual([undefined, asks, asks]);
      expect(new Set(calls.map(({ run }) => run)).size).toBe(1);
    });
  });

  test('is asked for anew where the numbers have grown meanwhile', async () => {
    const server = active({
      ...stoppedBy(VOLUME),
      lastRun: asking(VOLUME, { events: 12_000, removed: 0 }),
    });
    asksUntilApproved(
      server,
      asking(problem('run.volume', { events: 13_000, limit: 12_000 }), {
        events: 13_000,
        removed: 0,
      }),
    );
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Open Compute hours');
      await go(page, 'Send 12,000 events: Compute hours');
      await inDialog(page, 'Send 12,000 events');
      await go(page, 'Send 13,000 events');
      await inDialog(page, 'Send 13,000 events');
      await page.getByText('12,000 events sent').waitFor();
      expect(server.callsOf('runNow').map(({ approved }) => approved?.events)).toEqual([
        12_000, 13_000, 13_000,
      ]);
    });
  });

  test('rows that are gone are named on the sync\u2019s screen, and the dry run is beside it', async () => {
    const asks = { events: 280, removed: 300 };
    const server = active({ ...stoppedBy(REMOVALS), lastRun: asking(REMOVALS, asks) });
    server.answers.dryRun = () => ({
      ok: true,
      value: {
        ...dryRun,
        counts: { ...dryRun.counts, send: 280 },
        problems: [
          { action: 'hold', problem: REMOVALS, alike: true, count: 300, rows: [] },
          ...dryRun.problems,
        ],
        asks,
      },
    });
    asksUntilApproved(server, asking(REMOVALS, asks));
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Open Compute hours');
      await page
        .locator('.button.primary', { hasText: 'Yes, 300 rows are gone; send 280 events' })
        .waitFor();
      await page.getByText('bring them back').waitFor();
      await expectTidy(page);
      await go(page, 'Look at the dry run: Compute hours');
      await readCounts(page);
      await expectTidy(page);
      await expect(page.getByText(REMOVALS.message).count()).resolves.toBe(1);
      await page
        .locator('.way-on')
        .getByRole('button', { name: 'Yes, 300 rows are gone; send 280 events' })
        .click();
      await inDialog(page, 'Yes, 300 rows are gone; send 280 events');
      await page.getByText('12,000 events sent').waitFor();
      expect(server.callsOf('runNow')[0]?.approved).toEqual(asks);
      expect(server.callsOf('activate')).toEqual([]);
    });
  });

  test('in a run of the past there is nothing to approve any more', async () => {
    const server = active();
    const past = asking(VOLUME, { events: 12_000, removed: 0 });
    server.answers.activity = () => ({
      ok: true,
      value: { runs: [{ sync: 's1', syncName: 'Compute hours', report: past }] },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Activity');
      await page.locator('.run').first().click();
      await page.getByText(VOLUME.message).waitFor();
      await expect(page.getByRole('button', { name: /^Send/ }).count()).resolves.toBe(0);
    });
  });
});

const CLOSING: Group = {
  action: 'hold',
  problem: problem('period.closing', { end: '2026-11-30 23:59 (Europe/Berlin)', rows: 7 }),
  alike: true,
  count: 7,
  rows: [17, 44],
  keys: ['U-1016', 'U-1043'],
};
const BELOW_ZERO: Group = {
  action: 'sent',
  problem: problem('total.below-zero', {
    period: 'the running period',
    totals: 1,
    named: '-3 for acme, calls, region “us”',
  }),
  alike: true,
  count: 1,
  rows: [44],
  keys: ['U-1043'],
};
const LATE: Group = {
  action: 'hold',
  problem: problem(
    'event.late',
    { value: 'acme-eu', date: '2026-10-30', suggestion: 'Bill it by hand in Lago.' },
    { row: 90 },
  ),
  alike: true,
  count: 1,
  rows: [90],
};

describe('periods', () => {
  test('one that is about to close comes before everything else, with its rows, at home and on the sync\u2019s screen', async () => {
    const server = active({
      lastRun: { ...clean, problems: [CLOSING, LATE] },
      health: { ...healthy, state: 'needs-you', problem: CLOSING.problem },
    });
    await inSidebar(browser, server, async ({ page }) => {
      const closing = page.locator('.closing');
      await closing
        .getByText('Rows that may belong to it and are not billed as the sheet says: 7.')
        .waitFor();
      await go(page, 'Show U-1043 \u00b7 row 44');
      await page.getByText('Row 44 is selected in the sheet.').waitFor();
      expect(server.callsOf('showRow')).toEqual([{ id: 's1', key: 'U-1043', row: 44 }]);
      await page.getByText('The usage of 2026-10-30 lies in a billing period').waitFor();
      await go(page, 'Open Compute hours');
      await closing.waitFor();
      await go(page, 'See what to do before the period closes: Compute hours');
      await page.getByText('Closes soon, to do in the sheet').waitFor();
      await page.getByRole('button', { name: 'Use next month\u2019s tab' }).waitFor();
      await expectTidy(page);
    });
  });

  test('totals below zero are named at home beside “Healthy”, with their rows, and in the report', async () => {
    const server = active({
      lastRun: { ...clean, problems: [BELOW_ZERO] },
      health: { ...healthy, state: 'healthy' },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await page.getByText('Healthy', { exact: true }).waitFor();
      await page.getByText('-3 for acme, calls, region “us”').waitFor();
      await go(page, 'Show U-1043 \u00b7 row 44');
      await page.getByText('Row 44 is selected in the sheet.').waitFor();
      expect(server.callsOf('showRow')).toEqual([{ id: 's1', key: 'U-1043', row: 44 }]);
      await expectTidy(page);
      await go(page, 'Open Compute hours');
      await page.getByText('-3 for acme, calls, region “us”').waitFor();
    });
  });

  test('late usage leads to the choice, which is saved by itself only with "Save"', async () => {
    const server = active({
      lastRun: { ...clean, problems: [LATE] },
      health: { ...healthy, state: 'needs-you', problem: LATE.problem },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Decide about late usage: Compute hours');
      await readCounts(page);
      const hold = page.getByLabel('Hold it and tell');
      await expect(hold.isChecked()).resolves.toBe(true);
      await page.getByLabel('Count it in the running period').check();
      await page.getByText('Your changes are not saved yet.').waitFor();
      await expectTidy(page);
      expect(server.callsOf('saveSync')).toEqual([]);
      await go(page, 'Save');
      await page.getByText('Your changes are not saved yet.').waitFor({ state: 'detached' });
      expect(server.callsOf('saveSync').map(({ draft }) => draft.late)).toEqual(['book']);
      await page.locator('.way-on').getByRole('button', { name: 'Run now' }).waitFor();
      await go(page, 'Back');
      await go(page, 'Open Compute hours');
      await page.getByText('Counted in the running period').waitFor();
    });
  });
});

test('a copy of a file is told, and is sent from after five clicks, the API key included', async () => {
  const server = active();
  server.put({ state: 'paused' });
  server.connection = undefined;
  const home = server.home.bind(server);
  server.home = () => ({ ...home(), isCopy: server.view('s1').sync.state === 'paused' });
  let adopted = false;
  server.answers.dryRun = () =>
    adopted ? { ok: true, value: dryRun } : refusal(problem('ledger.copied'));
  server.answers.resolveLedger = ({ id, choice }) => {
    adopted = choice === 'adopt';
    return { ok: true, value: server.put({ id }) };
  };
  await inSidebar(browser, server, async ({ page }) => {
    const person = new Person(page);
    await page
      .getByText('This spreadsheet is a copy of another one. Its syncs are paused.')
      .waitFor();
    await expectTidy(page);
    await person.press('Enter the API key');
    await person.type('API key', 'key');
    await person.press('Connect');
    await person.press('Next: review');
    await person.press('Go on with what was sent');
    await readCounts(page);
    await person.press('Activate');
    await heading(page, 'Compute hours');
    expect(person.effort().clicks).toBe(5);
    expect(server.callsOf('resolveLedger')).toEqual([{ id: 's1', choice: 'adopt' }]);
    await go(page, 'Back');
    await page.locator('.sync-card').waitFor();
    await expect(page.getByText('is a copy of another one').count()).resolves.toBe(0);
  });
});

describe('a ledger with missing lines', () => {
  const VANISHED = problem('ledger.vanished', { lines: 12, recorded: 240 });
  const parts: readonly Omit<Value<'rebuildLedger'>, 'view'>[] = [
    { kept: 12, found: 90, different: 0, absent: 10, next: 100, rows: 250 },
    { kept: 12, found: 98, different: 1, absent: 1, next: 200, rows: 250 },
    { kept: 12, found: 48, different: 0, absent: 2, next: undefined, rows: 250 },
  ];
  const rebuilt = (server: CannedServer, from = 0): Reply<'rebuildLedger'> => {
    const part = parts[from / 100];
    const view = server.put({ id: 's1', state: 'paused' });
    return part === undefined
      ? refusal(problem('internal', { detail: 'no such part' }))
      : { ok: true, value: { ...part, view } };
  };

  test('is restored by the version history, or made anew part by part; what would be sent is said before the review', async () => {
    const server = active(stoppedBy(VANISHED));
    server.answers.rebuildLedger = ({ from }) => rebuilt(server, from);
    await inSidebar(browser, server, async ({ page }) => {
      await page.getByText('See version history').waitFor();
      await go(page, 'Rebuild from Lago');
      await heading(page, 'Ledger');
      await page.getByText('The next run notices by itself').waitFor();
      await go(page, 'Rebuild from Lago');
      await page.getByText('The ledger is complete').waitFor();
      expect(server.callsOf('rebuildLedger')).toEqual([
        { id: 's1' },
        { id: 's1', from: 100 },
        { id: 's1', from: 200 },
      ]);
      expect(await readCounts(page)).toEqual({
        Kept: 12,
        'Found in Lago': 236,
        'Different in Lago': 1,
        'Not in Lago': 13,
      });
      await page
        .getByText('13 rows are not in Lago. The next run sends what it does not hold.')
        .waitFor();
      await page.getByText('taken as billed elsewhere').waitFor();
      await go(page, 'Review');
      await heading(page, 'Review and activate');
      await readCounts(page);
      await page.getByRole('button', { name: 'Activate', exact: true }).waitFor();
    });
  });

  test('can be left half made anew and taken up where it was, also after no answer came', async () => {
    const server = active(stoppedBy(VANISHED));
    let letGo = (): void => undefined;
    server.answers.rebuildLedger = ({ from }) => {
      server.waits.rebuildLedger = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      return rebuilt(server, from);
    };
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Rebuild from Lago');
      await go(page, 'Rebuild from Lago');
      await page.getByText('100 of 250 rows').waitFor();
      expect(await page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('40');
      await go(page, 'Back');
      letGo();
      await page
        .getByText('Paused', { exact: true })
        .or(page.getByText('Stopped'))
        .first()
        .waitFor();
      server.waits = {};
      server.answers.rebuildLedger = () => 'lost';
      await go(page, 'Rebuild from Lago');
      await page.getByText('100 of 250 rows').waitFor();
      await go(page, 'Go on rebuilding');
      await page.getByText('No answer came from Google.').waitFor();
      await expectTidy(page);
      server.answers.rebuildLedger = ({ from }) => rebuilt(server, from);
      await go(page, 'Try again');
      await page.getByText('The ledger is complete').waitFor();
      expect(await readCounts(page)).toMatchObject({ 'Found in Lago': 236, 'Not in Lago': 13 });
    });
  });
});

describe('the tab of the next month', () => {
  const withTabs = (server: CannedServer, activeTab: number): CannedServer => {
    const home = server.home.bind(server);
    server.home = () => ({
      ...home(),
      tabs: [tab.tab, { id: 2, name: 'Archive' }, { id: 3, name: 'Usage December' }],
      activeTab,
    });
    return server;
  };

  test('that is open is proposed; its sync is a copy at its review, and the former one stays', async () => {
    const server = withTabs(active(), 3);
    server.put({ late: 'book' });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Open Compute hours');
      await go(page, 'Use next month\u2019s tab');
      await page.getByText('All 4 columns of the sync are in this tab.').waitFor();
      expect(server.callsOf('describeTab')).toEqual([{ tabId: 3, headerRow: 1 }]);
      await page.getByText('late corrections in its tab are still told').waitFor();
      await go(page, 'Next: review');
      await heading(page, 'Review and activate');
      await readCounts(page);
      const [saved] = server.callsOf('saveSync');
      expect(saved?.draft).toMatchObject({
        revision: 0,
        name: 'Compute hours \u2013 Usage December',
        source: { tabId: 3, tabName: 'Usage December' },
        key: 'usage_id',
        changed: 'flag',
        removed: 'flag',
        late: 'book',
        step: 'review',
      });
      expect(saved?.draft.id).not.toBe('s1');
      expect(server.callsOf('dryRun')).toEqual([{ id: saved?.draft.id }]);
      await expect(page.getByLabel('Count it in the running period').isChecked()).resolves.toBe(
        true,
      );
      expect(server.view('s1').sync).toMatchObject({ state: 'active', source: { tabId: 1 } });
      await go(page, 'Back');
      await heading(page, 'Compute hours');
    });
  });

  test('is read where its column names stand, also in another row than in the former tab', async () => {
    const server = withTabs(active(), 3);
    server.answers.describeTab = ({ headerRow = 4 }) => ({
      ok: true,
      value: {
        ...tab,
        tab: { id: 3, name: 'Usage December' },
        headerRow,
        columns: headerRow === 4 ? tab.columns : [],
      },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Open Compute hours');
      await go(page, 'Use next month\u2019s tab');
      await page.getByText('All 4 columns of the sync are in this tab.').waitFor();
      expect(server.callsOf('describeTab')).toEqual([{ tabId: 3, headerRow: 1 }, { tabId: 3 }]);
      await go(page, 'Next: review');
      await heading(page, 'Review and activate');
      expect(server.callsOf('saveSync')[0]?.draft.source.headerRow).toBe(4);
      server.answers.describeTab = ({ headerRow = 2 }) => ({
        ok: true,
        value: { ...tab, tab: { id: 3, name: 'Usage December' }, headerRow, columns: [] },
      });
      await go(page, 'Back');
      await go(page, 'Use next month\u2019s tab');
      await page
        .getByText('4 columns of the sync cannot be read from row 2 of this tab.')
        .waitFor();
      await expectTidy(page);
    });
  });

  test('is chosen from the list where the sync\u2019s own tab is open, and lacks columns until they are there', async () => {
    const server = withTabs(active(), 1);
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Open Compute hours');
      await go(page, 'Use next month\u2019s tab');
      await page.getByText('Choose the tab.').waitFor();
      await expect(
        page.getByLabel('Tab', { exact: true }).locator('option').allTextContents(),
      ).resolves.toEqual(['Choose a tab', 'Archive', 'Usage December']);
      server.tab = {
        ...tab,
        columns: tab.columns.map((each) =>
          each.header === 'Hours' ? { ...each, header: 'Hous' } : each,
        ),
      };
      await page.getByLabel('Tab', { exact: true }).selectOption({ label: 'Usage December' });
      await page.getByText('Rename \u201cHous\u201d if that is the one.').waitFor();
      await page.getByText('Give the tab the missing columns first.').waitFor();
      await expect(page.getByRole('button', { name: 'Next: review' }).isDisabled()).resolves.toBe(
        true,
      );
      server.tab = tab;
      await go(page, 'Look again');
      await page.getByText('All 4 columns of the sync are in this tab.').waitFor();
      await page.getByLabel(/in front of each id/).check();
      await expectTidy(page);
      await go(page, 'Next: review');
      await heading(page, 'Review and activate');
      expect(server.callsOf('saveSync')[0]?.draft.template).toContain(
        '"usage-december-{{ row.usage_id }}"',
      );
    });
  });
});
