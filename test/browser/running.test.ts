import type { Browser, Page } from 'playwright-core';
import { type Problem, problem } from '../../src/problem/problem';
import type { ProblemGroup, Reply, SyncView, Value } from '../../src/rpc/contract';
import { played } from '../bundle/long';
import { CannedServer, connection, event, LONG, MARKUP, report, sync } from './canned-backend';
import { browserForTests } from './chromium';
import { expectTidy, go, inSidebar, type Scene, until } from './scene';

type RunReport = Value<'runNow'>;

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await browserForTests();
});
afterAll(() => browser?.close());

const HOME_DAYS = [
  { day: '2026-11-01', sent: 40, refused: 0 },
  { day: '2026-11-19', sent: 120, refused: 4 },
  { day: '2026-11-20', sent: 1_234_567, refused: 1 },
];
const NOW = Date.UTC(2026, 10, 20, 9, 30);
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

function active(more: Partial<SyncView> = {}): CannedServer {
  const server = new CannedServer();
  server.connection = connection;
  server.put(
    {
      state: 'active',
      organization: 'org-1',
      changed: 'flag',
      removed: 'flag',
      activatedBy: 'finance@example.com',
    },
    { lastRun: report, days: HOME_DAYS, nextRun: NOW + 1_800_000, ...more },
  );
  return server;
}

const stoppedBy = (found: Problem): Partial<SyncView> => ({
  health: { ...healthy, state: 'stopped', problem: found },
});

/** Answers of a run, one for each slice; the last one is repeated. */
const slices = (server: CannedServer, answers: readonly (Reply<'runNow'> | 'lost')[]): void => {
  let next = 0;
  server.answers.runNow = () => answers[Math.min(next++, answers.length - 1)] ?? 'lost';
};

const slice = (
  delivered: number,
  left: number,
  more: Partial<RunReport> = {},
): Reply<'runNow'> => ({
  ok: true,
  value: {
    ...(left > 0 ? clean : report),
    trigger: 'person',
    delivered,
    rejected: 0,
    left,
    stopped: left > 0 ? problem('run.time', { events: left }) : undefined,
    ...more,
  },
});

const refusal = (found: Problem) => ({ ok: false as const, problem: found });

/** Puts the page's clock forward until something is there. */
async function forwardUntil(page: Page, text: string | RegExp, ms = 5_000): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await page.getByText(text).first().isVisible()) return;
    await page.clock.fastForward(ms);
    await page.waitForTimeout(20);
  }
  throw new Error(`${String(text)} does not come`);
}

/** Holds back the questions for slices from the given one on (1-based), until they are let go. */
async function holdSlices(
  page: Page,
  from: number,
): Promise<{ readonly held: Promise<void>; letGo(): void }> {
  let letGo = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let arrived = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  let asked = 0;
  await page.route('**/rpc', async (route) => {
    if (route.request().postData()?.includes('runNow') === true && ++asked >= from) {
      arrived();
      await released;
    }
    // The page may be gone by then.
    await route.continue().catch(() => undefined);
  });
  return { held, letGo };
}

describe('the home screen', () => {
  test('tells one of several rows that differ as an example, with its number if it has one', async () => {
    const problems = report.problems.map((group) => ({ ...group, alike: false }));
    const gone = {
      action: 'flag' as const,
      alike: false,
      problem: problem('row.removed', { key: 'U-0999' }),
      count: 2,
      rows: [],
    };
    const server = active({
      health: { ...healthy, state: 'needs-you', problem: report.problems[1]?.problem },
      lastRun: { ...report, problems: [...problems, gone] },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await page
        .getByText(/^For example, row \d+: Lago has no subscription \u201cglobex-trial\u201d/)
        .waitFor();
      await go(page, /more kinds? of problems/);
      await page
        .getByText('For example: The row \u201cU-0999\u201d was sent and is gone')
        .waitFor();
      await expectTidy(page);
    });
  });

  test('does not say that no row is held where the last run could not read the sheet', async () => {
    const unread = Object.fromEntries(
      Object.keys(report.rows).map((action) => [action, 0]),
    ) as typeof report.rows;
    const stopped = problem('lago.unavailable', { status: '502' });
    const server = active({
      health: { ...healthy, state: 'stopped', problem: stopped },
      lastRun: { ...report, rows: unread, problems: [], stopped },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await page.getByText('Stopped', { exact: true }).waitFor();
      expect(await page.locator('.number').allTextContents()).toEqual([
        'Sent today1,234,567',
        'Held\u2013',
        'Refused\u2013',
        'Differs\u2013',
      ]);
    });
  });

  test('is usable after one call and says how every sync is', async () => {
    const server = active({
      health: { ...healthy, state: 'needs-you', problem: report.problems[1]?.problem },
    });
    server.put(
      { id: 's2', name: 'Seats', state: 'active' },
      { lastRun: undefined, days: [], nextRun: undefined, health: healthy },
    );
    server.put(
      { id: 's3', name: 'Calls', state: 'draft', step: 'test' },
      { lastRun: undefined, days: [], health: healthy },
    );
    // Lago's list of events comes never.
    server.waits.newestEvents = new Promise(() => undefined);
    await inSidebar(browser, server, async ({ page }) => {
      await page.getByText('Needs you').waitFor();
      expect(
        server.calls.map(({ method }) => method).filter((method) => method !== 'newestEvents'),
      ).toEqual(['open']);
      const card = page.locator('.sync-card').first();
      await card.getByText('Lago has no subscription \u201cglobex-trial\u201d').waitFor();
      await card.getByText('Did you mean').waitFor();
      expect(await card.locator('.number').allTextContents()).toEqual([
        'Sent today1,234,567',
        'Held18',
        'Refused1',
        'Differs2',
      ]);
      await card.getByText(/^Next run/).waitFor();
      await page.getByText('Active: not run yet').waitFor();
      await page.getByText('Next run soon').waitFor();
      await page.getByText('Being set up: Test').waitFor();
      await page.getByRole('button', { name: 'Continue: Test, Calls' }).waitFor();
    });
  });

  test('what stands still comes first, drafts come last, and only where there is nothing else going on with them is the next thing', async () => {
    const server = new CannedServer();
    server.connection = connection;
    server.put({ id: 'd', name: 'Draft', state: 'draft', step: 'event' });
    await inSidebar(browser, server, async ({ page }) => {
      await page.locator('.button.primary', { hasText: 'Continue: Event' }).waitFor();
      server.put({ id: 'f', name: 'Fine', state: 'active' }, { lastRun: clean });
      server.put(
        { id: 's', name: 'Standing', state: 'active' },
        { ...stoppedBy(problem('lago.unauthorized')) },
      );
      await go(page, 'Refresh');
      await page.getByText('Stopped').waitFor();
      expect(await page.locator('.sync-card h2').allTextContents()).toEqual([
        'Standing',
        'Fine',
        'Draft',
      ]);
      expect(await page.locator('.button.primary').count()).toBe(0);
    });
  });

  test('a row of the main problem is one click away', async () => {
    const server = active({
      health: { ...healthy, state: 'needs-you', problem: report.problems[0]?.problem },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Show row 88');
      await page.getByText('Row 88 is selected in the sheet.').waitFor();
      expect(server.callsOf('showRow')).toEqual([{ id: 's1', row: 88, column: 'Hours' }]);
      server.answers.showRow = () =>
        refusal(problem('sheet.tab-missing', { name: 'Usage November' }));
      await go(page, 'Show row 17');
      await page.getByText('is gone').waitFor();
    });
  });

  test('a row is jumped to by its key where it has one, and it is said where it is now', async () => {
    const [group] = report.problems;
    const keyed = group === undefined ? [] : [{ ...group, keys: ['U-0016', LONG, null] }];
    const server = active({
      lastRun: { ...report, problems: [...keyed, ...report.problems.slice(1)] },
      health: { ...healthy, state: 'needs-you', problem: group?.problem },
    });
    server.answers.showRow = ({ key, row = 2 }) => ({
      ok: true,
      value: { row: key === undefined ? row : 43 },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await page.getByText('U-0016 \u00b7 row 17', { exact: true }).waitFor();
      await go(page, 'Show U-0016 \u00b7 row 17');
      await page.getByText('Row 43 is selected in the sheet: it was row 17 before.').waitFor();
      await go(page, `Show ${LONG} \u00b7 row 88`);
      await page.getByText('it was row 88 before.').waitFor();
      await go(page, 'Show row 120');
      await page.getByText('It was looked for by its number').waitFor();
      const column = 'Hours';
      expect(server.callsOf('showRow')).toEqual([
        { id: 's1', key: 'U-0016', row: 17, column },
        { id: 's1', key: LONG, row: 88, column },
        { id: 's1', row: 120, column },
      ]);
      await expectTidy(page);
      await page.getByText('and 2 more kinds of problems', { exact: true }).click();
      await page.getByText('What to do', { exact: true }).waitFor();
      await go(page, 'Show U-0016 \u00b7 row 17');
      await page.getByText('it was row 17 before.').waitFor();
      expect(server.callsOf('showRow').slice(3)).toEqual([
        { id: 's1', key: 'U-0016', row: 17, column },
      ]);
      await expectTidy(page);
    });
  });

  test('a screen reader reads the chart as a table of 30 days', async () => {
    await inSidebar(browser, active(), async ({ page }) => {
      const chart = page.getByRole('table', { name: 'Last 30 days' });
      await chart.waitFor();
      expect(await chart.getByRole('row').count()).toBe(30);
      expect(await chart.getByRole('row', { name: /Nov 19/ }).textContent()).toContain(
        '120 sent, 4 refused',
      );
      expect(await chart.getByRole('row', { name: /Nov 18/ }).textContent()).toContain('nothing');
      expect(await page.locator('.bar-column').count()).toBe(30);
      expect(await page.locator('.bar-part.good').count()).toBe(HOME_DAYS.length + 1);
    });
  });

  test('a person without edit rights sees who can help, and no button that would fail', async () => {
    const server = active(stoppedBy(problem('ledger.copied')));
    const home = server.home.bind(server);
    server.home = () => ({ ...home(), canEdit: false });
    await inSidebar(browser, server, async ({ page }) => {
      await page.getByText('not edit it').waitFor();
      await page.getByRole('status').getByText('finance@example.com').waitFor();
      await expectTidy(page);
      const failing =
        /Run|Pause|Activate|New sync|Change connection|Go on here|Start empty|Edit|Delete|dry run|test event|Choose/;
      await expect(page.getByRole('button', { name: failing }).count()).resolves.toBe(0);
      await go(page, 'Open Compute hours');
      await page.getByRole('button', { name: 'Find a row' }).waitFor();
      await expect(page.getByRole('button', { name: failing }).count()).resolves.toBe(0);
    });
  });

  test('a sync is paused, and resumed with what was chosen before, by one click each', async () => {
    const server = active();
    // The trigger goes with the pause, but not what was chosen.
    server.put({ changed: 'flag', removed: 'correct', onEdit: true });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Pause Compute hours');
      await page.getByText('Paused', { exact: true }).waitFor();
      await go(page, 'Resume Compute hours');
      await until(page, () => server.callsOf('activate').length === 1);
      expect(server.callsOf('activate')).toEqual([
        expect.objectContaining({ id: 's1', changed: 'flag', removed: 'correct', onEdit: true }),
      ]);
      await page.getByRole('button', { name: 'Pause Compute hours' }).waitFor();
    });
  });

  test('one whose run was taken back is resumed by the review: its rows are new again', async () => {
    const server = active({
      lastRun: { ...report, undone: { startedAt: NOW, events: 3 } },
    });
    server.put({ state: 'paused' });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Resume Compute hours');
      await page.getByRole('heading', { name: 'Review and activate' }).waitFor();
      expect(server.callsOf('activate')).toEqual([]);
    });
  });

  test('somebody who comes back after more than a minute sees it anew', async () => {
    const server = active();
    await inSidebar(
      browser,
      server,
      async ({ page }) => {
        await page.getByText('Needs you').waitFor();
        const comeBack = (): Promise<boolean> =>
          page.evaluate(() => window.dispatchEvent(new Event('focus')));
        await page.clock.fastForward(30_000);
        await comeBack();
        expect(server.callsOf('open')).toHaveLength(1);
        server.put({}, { lastRun: clean });
        await page.clock.fastForward(40_000);
        await comeBack();
        await comeBack();
        await page.getByText('Healthy').waitFor();
        expect(server.callsOf('open')).toHaveLength(2);
        server.put({ state: 'paused' });
        await go(page, 'Refresh');
        await page.getByText('Paused', { exact: true }).waitFor();
      },
      { clock: true },
    );
  });

  test('what is shown is as old as it is, also where a busy browser puts off everything else', async () => {
    const server = active();
    await inSidebar(browser, server, async ({ page }) => {
      await page.getByText('Needs you').waitFor();
      await page.evaluate(() => {
        const { now } = Date;
        const late = new MutationObserver(() => {
          if (document.querySelector('main')?.textContent?.includes('Healthy') === true)
            Date.now = () => now() + 70_000;
        });
        late.observe(document.body, { childList: true, subtree: true, characterData: true });
      });
      server.put({}, { lastRun: clean });
      await go(page, 'Refresh');
      await page.getByText('Healthy').waitFor();
      server.put({ state: 'paused' });
      await page.evaluate(() => window.dispatchEvent(new Event('focus')));
      await page.getByText('Paused', { exact: true }).waitFor();
    });
  });

  test('a refresh that fails says so and keeps what is shown', async () => {
    const server = active();
    await inSidebar(browser, server, async ({ page }) => {
      await page.getByText('Needs you').waitFor();
      server.answers.open = () => 'lost';
      await go(page, 'Refresh');
      await page.getByText('No answer came from Google.').waitFor();
      await page.getByText('Needs you').waitFor();
      await page.getByText('allow what Google asks for').waitFor();
    });
  });

  test('the newest events come after the rest, and can fail without harm', async () => {
    const server = active();
    server.answers.newestEvents = () => refusal(problem('lago.unavailable', { status: 503 }));
    await inSidebar(browser, server, async ({ page }) => {
      await page.getByText('They cannot be shown now.').waitFor();
      await expectTidy(page);
      const [first = server.events[0]] = server.events;
      if (first !== undefined)
        server.events = Array.from({ length: 5 }, (_, index) => ({
          ...first,
          transactionId: `U-${index}`,
        }));
      server.answers = {};
      await go(page, 'Ask Lago again');
      await page.getByText('U-4', { exact: true }).waitFor();
      await expect(page.locator('.event-list > li').count()).resolves.toBe(5);
    });
  });

  test('damaged settings are told, with the way to set up again', async () => {
    const server = new CannedServer();
    server.connection = connection;
    const home = server.home.bind(server);
    server.home = () => ({ ...home(), problem: problem('settings.unreadable') });
    await inSidebar(browser, server, async ({ page }) => {
      await page.getByText('The stored settings are damaged.').waitFor();
      await page.getByText('go on with what was sent').waitFor();
      await page.getByRole('button', { name: 'New sync' }).waitFor();
      await expectTidy(page);
    });
  });

  const WAYS_OUT = [
    ['lago.not-lago', { answer: 'an HTML page' }, 'Fix the connection: Compute hours', 'API key'],
    ['lago.unauthorized', {}, 'Fix the connection: Compute hours', 'API key'],
    [
      'run.volume',
      { events: 20_000, limit: 10_000 },
      'Look at the dry run: Compute hours',
      'What a run would do',
    ],
    [
      'status.missing',
      { column: 'Status' },
      'Choose the status column: Compute hours',
      'Where are they written?',
    ],
    [
      'event.late',
      { value: 'acme-eu' },
      'Decide about late usage: Compute hours',
      'Count it in the running period',
    ],
    [
      'event.id-elsewhere',
      { id: 'U-1' },
      'Change the event: Compute hours',
      'What the rows count for',
    ],
    [
      'key.reused',
      { key: 'U-1' },
      'Use next month\u2019s tab: Compute hours',
      'A new sync is made for another tab',
    ],
    ['ledger.missing', { name: 'Lago ledger' }, 'Rebuild from Lago', 'Lago is asked for the event'],
  ] as const;

  test.each(played(WAYS_OUT, 3))(
    '%s leads to where it is put right',
    async (code, details, button, place) => {
      await inSidebar(
        browser,
        active(stoppedBy(problem(code, { address: 'https://lago.example.com', ...details }))),
        async ({ page }) => {
          await page.getByText(/^(Stopped|Waits for your approval)$/).waitFor();
          await page.getByText(problem(code).remedy.slice(0, 12)).first().waitFor();
          await expectTidy(page);
          await go(page, button);
          await page.getByText(place).first().waitFor();
        },
      );
    },
  );

  test('rows that came without an id get one in one click', async () => {
    const lacking: ProblemGroup = {
      action: 'hold',
      problem: problem('key.no-id', { column: 'Usage ID' }, { column: 'Usage ID' }),
      alike: true,
      count: 3,
      rows: [4, 5, 6],
    };
    const server = active({
      lastRun: { ...report, stopped: undefined, problems: [...report.problems, lacking] },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Fill the missing ids');
      await page.getByText('240 ids written into the column').waitFor();
      await expectTidy(page);
      const asked = { tabId: 1, headerRow: 1, header: 'Usage ID', sync: 's1' };
      expect(server.callsOf('fillIds')).toEqual([asked]);
      await go(page, /^Open /);
      await go(page, 'Fill the missing ids');
      await page.getByText('240 ids written into the column').waitFor();
    });
  });

  test('a copied ledger is decided on where it is told', async () => {
    const server = active(stoppedBy(problem('ledger.copied')));
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Go on with what was sent');
      await page.getByText('Stopped').waitFor({ state: 'detached' });
      expect(server.callsOf('resolveLedger')).toEqual([{ id: 's1', choice: 'adopt' }]);
    });
  });

  test('while Lago is away it says that nothing has to be done', async () => {
    const away = problem('lago.unavailable', { status: 503 });
    const server = active({
      health: { ...healthy, failures: 1 },
      lastRun: { ...clean, delivered: 0, stopped: away },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await page.getByText('Trying again').waitFor();
      await page.getByText('Lago answered 503 several times.').waitFor();
      await expect(page.getByText('Healthy').count()).resolves.toBe(0);
    });
  });
});

/** From the home screen into a run. */
const startRun = (page: Page): Promise<void> => go(page, 'Run now: Compute hours');

describe('a run', () => {
  test('goes in slices of one run, shows how far it is, and ends with a sentence', async () => {
    const server = active();
    slices(server, [slice(4_000, 6_000), slice(4_000, 2_000), slice(2_000, 0)]);
    await inSidebar(browser, server, async ({ page }) => {
      const second = await holdSlices(page, 2);
      await startRun(page);
      await second.held;
      const bar = page.getByRole('progressbar');
      await page.getByText('4,000 of 10,000 rows').waitFor();
      await expect(bar.getAttribute('aria-valuenow')).resolves.toBe('40');
      await page.getByText(/per second, .* left/).waitFor();
      await expectTidy(page);
      second.letGo();
      const summary = page.locator('.run-summary');
      await summary.waitFor();
      expect(await summary.textContent()).toBe(
        '10,000 events sent, 18 rows held, 1 refused, 2 changed or removed after sending',
      );
      const asked = server.callsOf('runNow');
      expect(asked).toHaveLength(3);
      expect(new Set(asked.map(({ run }) => run)).size).toBe(1);
      expect(asked.map(({ seconds }) => seconds)).toEqual([20, 20, 20]);
    });
  });

  test('says nothing of rate and time before the first slice has ended', async () => {
    const server = active();
    await inSidebar(browser, server, async ({ page }) => {
      const first = await holdSlices(page, 1);
      await startRun(page);
      await first.held;
      const bar = page.getByRole('progressbar');
      await bar.waitFor();
      await expect(bar.getAttribute('aria-valuenow')).resolves.toBeNull();
      await expect(page.getByText('per second').count()).resolves.toBe(0);
      first.letGo();
      await page.locator('.headline').waitFor();
    });
  });

  test('asks for the same slice again when its answer is lost, by itself', async () => {
    const server = active();
    slices(server, ['lost', 'lost', slice(5, 3), 'lost', slice(3, 0)]);
    await inSidebar(
      browser,
      server,
      async ({ page }) => {
        await startRun(page);
        await page.getByText('Asking again').waitFor();
        await forwardUntil(page, '8 events sent');
        const asked = server.callsOf('runNow');
        expect(asked).toHaveLength(5);
        expect(new Set(asked.map(({ run }) => run)).size).toBe(1);
      },
      { clock: true },
    );
  });

  test('tells a person when no answer comes at all, and goes on as the same run', async () => {
    const server = active();
    slices(server, [slice(5, 3), 'lost', 'lost', 'lost', 'lost', slice(3, 0)]);
    await inSidebar(
      browser,
      server,
      async ({ page }) => {
        await startRun(page);
        await forwardUntil(page, 'allow what Google asks for');
        await page.getByText('5 events sent').waitFor();
        await expectTidy(page);
        await go(page, 'Try again');
        await page.getByText('8 events sent').waitFor();
        expect(new Set(server.callsOf('runNow').map(({ run }) => run)).size).toBe(1);
      },
      { clock: true },
    );
  });

  test('a slice whose answer was lost counts in the end, as the server has it', async () => {
    const server = active();
    let asked = 0;
    server.answers.runNow = ({ id, run }) => {
      asked++;
      // The server has done the slice; only its answer is lost.
      const done = { ...clean, trigger: 'person' as const, run: run ?? '', delivered: asked * 50 };
      server.put({ id }, { lastRun: done });
      return asked === 1 ? 'lost' : { ok: true, value: { ...done, delivered: 50 } };
    };
    await inSidebar(
      browser,
      server,
      async ({ page }) => {
        await startRun(page);
        await forwardUntil(page, '100 events sent');
        expect(asked).toBe(2);
      },
      { clock: true },
    );
  });

  test('cancelled, lets its slice end and sends no further one', async () => {
    const server = active();
    slices(server, [slice(4_000, 6_000), slice(4_000, 2_000), slice(2_000, 0)]);
    await inSidebar(browser, server, async ({ page }) => {
      const second = await holdSlices(page, 2);
      await startRun(page);
      await second.held;
      await go(page, 'Cancel');
      await page.getByText('is being finished').waitFor();
      expect(server.callsOf('runNow')).toHaveLength(1);
      second.letGo();
      await page.getByText('Nothing is lost').waitFor();
      await page.getByText('The rest goes with the next run.').waitFor();
      await page.getByText('8,000 events sent').waitFor();
      await expect(page.getByText('before Google\u2019s time limit').count()).resolves.toBe(0);
      await expectTidy(page);
      expect(server.callsOf('runNow')).toHaveLength(2);
      await go(page, 'Go on');
      await page.getByText('10,000 events sent').waitFor();
      expect(server.callsOf('runNow')).toHaveLength(3);
    });
  });

  test('of a paused sync says that the rest waits for a person', async () => {
    const server = active();
    server.put({ state: 'paused' });
    await inSidebar(browser, server, async ({ page }) => {
      const first = await holdSlices(page, 1);
      await startRun(page);
      await first.held;
      await page.getByText('The rest goes when you run it again.').waitFor();
      first.letGo();
      await page.locator('.headline').waitFor();
    });
  });

  test('with the sidebar closed in the middle is not asked on, and can be run again', async () => {
    const server = active();
    slices(server, [slice(4_000, 6_000), slice(6_000, 0)]);
    await inSidebar(browser, server, async ({ page }) => {
      const second = await holdSlices(page, 2);
      await startRun(page);
      await second.held;
      await page.unroute('**/rpc');
      await page.reload();
      second.letGo();
      await page.getByText('Needs you').waitFor();
      await startRun(page);
      await page.getByText('6,000 events sent').waitFor();
      const runs = server.callsOf('runNow').map(({ run }) => run);
      // The slice that was on its way when the sidebar was closed may still arrive; none follows it.
      expect(runs.filter((run) => run === runs[0]).length).toBeLessThanOrEqual(2);
      expect(new Set(runs).size).toBe(2);
    });
  });

  test('left by the way back, lets its slice end and asks for no further one', async () => {
    const server = active();
    slices(server, [slice(4_000, 6_000), slice(6_000, 0)]);
    await inSidebar(browser, server, async ({ page }) => {
      const first = await holdSlices(page, 1);
      await startRun(page);
      await first.held;
      await go(page, 'Back');
      const opened = server.callsOf('open').length;
      first.letGo();
      await page.getByText('Needs you').waitFor();
      await until(page, () => server.callsOf('open').length > opened);
      expect(server.callsOf('runNow')).toHaveLength(1);
    });
  });

  test('in a second sidebar waits for the end of the first', async () => {
    const server = active();
    let running = true;
    server.answers.runNow = () => (running ? refusal(problem('run.busy')) : slice(0, 0));
    await inSidebar(
      browser,
      server,
      async ({ page, another }) => {
        const other = await another();
        await startRun(page);
        await startRun(other);
        await page.getByText('Another run is at work in this file.').waitFor();
        await other.getByText('Another run is at work in this file.').waitFor();
        running = false;
        await forwardUntil(page, '0 events sent');
        await forwardUntil(other, '0 events sent');
      },
      { clock: true },
    );
  });

  const FAILURES = [
    ['google.authorization', 'Reload the spreadsheet'],
    ['google.view-only', 'Ask its owner'],
    ['settings.no-sync', 'Open the list of syncs again'],
    ['run.google', 'the next run goes on where this one ended'],
  ] as const;

  test.each(played(FAILURES, 2))('that fails with %s says what to do', async (code, words) => {
    const server = active();
    server.answers.runNow = () => refusal(problem(code, { detail: 'Service unavailable' }));
    await inSidebar(browser, server, async ({ page }) => {
      await startRun(page);
      await page.getByText(words).waitFor();
      await expectTidy(page);
      expect(server.callsOf('runNow')).toHaveLength(1);
    });
  });

  test('that Lago stopped says why, and keeps what was sent', async () => {
    const server = active();
    slices(server, [
      slice(100, 900, {
        stopped: problem('lago.not-lago', { address: 'https://x.example', answer: 'HTML' }),
      }),
    ]);
    await inSidebar(browser, server, async ({ page }) => {
      await startRun(page);
      await page.getByText('answers, but not as Lago does').waitFor();
      await page.getByText('100 events sent').waitFor();
      await page.getByRole('button', { name: 'Go on' }).waitFor();
      await expectTidy(page);
    });
  });

  test('its problems lead to the cells, and refused rows of which Lago can bill nothing can be sent again there', async () => {
    const server = active();
    const conflict = {
      change: 'added',
      action: 'refused',
      problems: [problem('event.conflict', { id: 'U-1200' })],
    } as const;
    server.answers.dryRun = () => ({
      ok: true,
      value: {
        ...dryRunWith([
          {
            row: 17,
            key: 'U-1016',
            change: 'added',
            action: 'hold',
            problems: [problem('row.empty-cell', {}, { row: 17, column: 'Hours' })],
            again: false,
          },
          { ...conflict, row: 200, key: 'U-1199', again: false },
          { ...conflict, row: 201, key: 'U-1200', again: true },
          {
            row: undefined,
            key: 'U-0999',
            change: 'removed',
            action: 'flag',
            problems: [problem('row.removed', { key: 'U-0999' })],
            again: false,
          },
          {
            row: 12,
            key: 'U-1011',
            change: 'unchanged',
            action: 'hold',
            problems: [problem('event.untold', { value: 'acme', end: '2026-11-30' })],
            again: false,
          },
          { row: 5, key: 'U-1004', change: 'changed', action: 'send', problems: [], again: false },
        ]),
      },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await startRun(page);
      await go(page, 'Show row 44');
      await page.getByText('Row 44 is selected in the sheet.').waitFor();
      await page.getByText('To send as a new event').waitFor();
      const first = page.locator('.rows > li').first();
      await first.getByText('U-1199', { exact: true }).waitFor();
      await expectTidy(page);
      expect(await page.getByRole('button', { name: 'Send again: U-1199' }).count()).toBe(0);
      await go(page, 'Send again: U-1200');
      await page.locator('.good').getByText('212 events sent.').waitFor();
      expect(server.callsOf('sendAgain')).toEqual([{ id: 's1', key: 'U-1200' }]);
      await page.locator('.rows').getByRole('button', { name: 'Show row 17', exact: true }).click();
      await page.getByText('Row 17 is selected in the sheet.').waitFor();
      expect(server.callsOf('showRow')).toEqual([
        { id: 's1', row: 44 },
        { id: 's1', key: 'U-1016', row: 17, column: 'Hours' },
      ]);
      expect(await page.getByRole('button', { name: /^I have checked/ }).count()).toBe(1);
      await go(page, 'I have checked: U-1011');
      await until(page, () => server.callsOf('confirmBilled').length > 0);
      expect(server.callsOf('confirmBilled')).toEqual([{ id: 's1', key: 'U-1011' }]);
      await go(page, 'Show in ledger: U-0999');
      await until(page, () => server.callsOf('showInLedger').length > 0);
      expect(server.callsOf('showInLedger')).toEqual([{ id: 's1', key: 'U-0999' }]);
    });
  });
});

function dryRunWith(rows: Value<'dryRun'>['rows']): Value<'dryRun'> {
  const summary = {
    events: 0,
    metrics: [],
    unit: 'day' as const,
    periods: [],
    biggest: [],
    subscriptions: 0,
    future: 0,
    booked: 0,
    zone: 'UTC',
  };
  return {
    lookMs: 0,
    schedules: [],
    counts: report.rows,
    changes: { added: 0, changed: 0, unchanged: 0, removed: 0 },
    problems: [],
    checksOff: [],
    rows,
    summary: { ...summary, first: undefined, last: undefined },
    testedBefore: [],
    otherSyncs: [],
    corrected: 0,
    corrections: [],
    rules: [],
  };
}

describe('activity', () => {
  test('lists the runs, and each opens into its counts and problems', async () => {
    const server = active();
    server.answers.activity = () => ({
      ok: true,
      value: {
        runs: [
          { sync: 's1', syncName: 'Compute hours', report },
          {
            sync: 'gone',
            syncName: MARKUP,
            report: {
              ...clean,
              startedAt: NOW - 90_000_000,
              delivered: 0,
              stopped: problem('lago.unauthorized'),
            },
          },
        ],
      },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Activity');
      await page.getByText('Lago does not accept the API key').waitFor();
      await expectTidy(page);
      expect(server.callsOf('activity')).toEqual([{}]);
      await page.locator('.run').first().click();
      await page.locator('table.counts').waitFor();
      await page.getByText('To send', { exact: false }).first().waitFor();
      await go(page, 'Show row 120');
      await page.getByText('Row 120 is selected in the sheet.').waitFor();
      await expectTidy(page);
      await go(page, 'Back');
      await page.locator('.run').nth(1).click();
      await page.getByText('This sync was deleted').waitFor();
    });
  });

  test('runs that found the same hour after hour are one line', async () => {
    const server = active();
    server.answers.activity = () => ({
      ok: true,
      value: {
        runs: [
          {
            sync: 's1',
            syncName: 'Compute hours',
            report: { ...clean, delivered: 0, repeats: 23 },
          },
        ],
      },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Activity');
      await page.getByText('Runs that find the same').waitFor();
      await page.getByText(/, 24 runs$/).waitFor();
      await expectTidy(page);
      await page.locator('.run').click();
      await page.getByText(/, 24 runs, by the schedule$/).waitFor();
    });
  });

  test('of one sync asks for its runs alone; without any it says when one comes', async () => {
    const server = active();
    server.answers.activity = () => ({ ok: true, value: { runs: [] } });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Open Compute hours');
      await go(page, 'Activity');
      await page.getByText('No run yet.').waitFor();
      expect(server.callsOf('activity')).toEqual([{ id: 's1' }]);
    });
  });

  test('a row is found by its key: where it is, every line, in the sheet and in the ledger', async () => {
    const server = active();
    const line = {
      kind: 'usage',
      revision: 1,
      state: 'accepted',
      answer: '200',
      event,
      at: NOW,
    } as const;
    server.lines = [
      { ...line, id: 'U-1001~r2', revision: 2, state: 'rejected', answer: 'invalid_timestamp' },
      { ...line, id: 'U-1001' },
      { ...line, id: 'b', kind: 'baseline', answer: '', event: '' },
    ];
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Activity');
      await page.getByLabel(/^Find a row by its key/).fill(' U-1001 ');
      await page.keyboard.press('Enter');
      await page.getByText('Now row 2 of the tab Usage November.').waitFor();
      await page.getByText('Lago refused the event').waitFor();
      await page.getByText('Lago refused it (invalid_timestamp)', { exact: true }).waitFor();
      await page.getByText('Sent, and as it was sent').waitFor();
      await page.getByText('Taken as billed elsewhere').waitFor();
      await page.getByText('Event', { exact: true }).locator('visible=true').first().click();
      await expectTidy(page);
      await go(page, 'Show in sheet');
      await page.getByText('Row 2 is selected in the sheet.').waitFor();
      await go(page, 'Show in ledger');
      await page.getByText('Line 2 of the ledger is selected.').waitFor();
      expect(server.callsOf('findRow')).toEqual([{ id: 's1', key: 'U-1001' }]);
      expect(server.callsOf('showRow')).toEqual([{ id: 's1', key: 'U-1001' }]);
      expect(server.callsOf('showInLedger')).toEqual([{ id: 's1', key: 'U-1001' }]);
    });
  });

  test('a row that is held says why and what to do, and one that is gone that it is', async () => {
    const server = active();
    const empty = problem('row.empty-cell', { column: 'Hours' }, { row: 17, column: 'Hours' });
    server.answers.findRow = ({ key }) => ({
      ok: true,
      value: { key, row: 17, lines: [], standing: { action: 'hold', problems: [empty] } },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Open Compute hours');
      await go(page, 'Find a row');
      await page.getByLabel(/^Find a row by its key/).fill('U-1016');
      await go(page, 'Find');
      await page.getByText('Held: it is not sent before this is put right').waitFor();
      await page.getByText(empty.message).waitFor();
      await page.getByText(empty.remedy).waitFor();
      await page.getByText('Nothing was sent for it so far.').waitFor();
      await expectTidy(page);
      server.answers.findRow = ({ key }) => ({
        ok: true,
        value: { key, row: undefined, lines: server.lines, standing: undefined },
      });
      await go(page, 'Find');
      await page.getByText('Not in the sheet now').waitFor();
      await page.getByText('Lago accepted it (200)').waitFor();
      await expectTidy(page);
    });
  });

  test('a key that is nowhere is told without an alarm', async () => {
    const server = active();
    server.answers.findRow = ({ key }) => ({
      ok: true,
      value: { key, row: undefined, lines: [], standing: undefined },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Open Compute hours');
      await go(page, 'Find a row');
      await page.getByLabel(/^Find a row by its key/).fill(MARKUP);
      await go(page, 'Find');
      await page.getByText('No row and no event has this key. Capital letters count.').waitFor();
      await expect(page.getByRole('button', { name: /^Show in/ }).count()).resolves.toBe(0);
      await expectTidy(page);
    });
  });
});

describe('statuses in the sheet', () => {
  const openStatuses = async ({ page }: Scene): Promise<void> => {
    await go(page, 'Open Compute hours');
    await go(page, 'Choose the column');
    await page.getByText('Where are they written?').waitFor();
  };

  test('go into a column that no event is made from, with a word on what is overwritten', async () => {
    const server = active();
    await inSidebar(browser, server, async (scene) => {
      const { page } = scene;
      await openStatuses(scene);
      await page.getByLabel('In a column that is there').check();
      const columns = page.getByLabel('Column', { exact: true });
      await columns.waitFor();
      expect(await columns.locator('option:not([disabled])').allInnerTexts()).toEqual([
        'Checked',
        'Comment',
      ]);
      await expect(page.getByRole('button', { name: 'Save' }).isDisabled()).resolves.toBe(true);
      await columns.selectOption('Checked');
      await page.getByText('240 cells of this column are filled.').waitFor();
      await columns.selectOption('Comment');
      await page.getByText('overwritten with each run').waitFor();
      await expectTidy(page);
      await go(page, 'Save');
      await page.getByText('Look before you send').waitFor();
      expect(server.callsOf('setStatusColumn')).toEqual([
        { id: 's1', revision: sync.revision, column: { header: 'Comment' } },
      ]);
    });
  });

  test('go into a new column, or nowhere any more', async () => {
    const server = active();
    server.answers.setStatusColumn = ({ column }) => {
      const { statuses: _, ...before } = server.view('s1').sync;
      const changed = {
        ...server.view('s1'),
        sync: column === 'none' ? before : { ...before, statuses: 'Lago status' },
      };
      server.syncs = [changed];
      return { ok: true, value: changed };
    };
    await inSidebar(browser, server, async (scene) => {
      const { page } = scene;
      await openStatuses(scene);
      await page.getByLabel('In a new column at the right').check();
      await go(page, 'Save');
      await page.getByText('Written into the column Lago status').waitFor();
      await go(page, 'Choose the column');
      await page.getByLabel('Nowhere').check();
      await go(page, 'Save');
      await page.getByText('They are not written.').waitFor();
      expect(server.callsOf('setStatusColumn').map(({ column }) => column)).toEqual([
        'new',
        'none',
      ]);
    });
  });

  test('a column that is refused keeps the choice and says why', async () => {
    const server = active();
    server.answers.setStatusColumn = () => refusal(problem('status.in-use', { column: 'Comment' }));
    await inSidebar(browser, server, async (scene) => {
      await openStatuses(scene);
      await scene.page.getByLabel('In a new column at the right').check();
      await go(scene.page, 'Save');
      await scene.page.getByText('The sync reads the column').waitFor();
      await expectTidy(scene.page);
    });
  });
});

test('deleting asks once more where one looks, and the question has the focus', async () => {
  const server = active();
  await inSidebar(browser, server, async ({ page }) => {
    await go(page, 'Open Compute hours');
    await go(page, 'Delete');
    const question = page.getByRole('alertdialog');
    await question.waitFor();
    await expect(question.evaluate((element) => element === document.activeElement)).resolves.toBe(
      true,
    );
    await expect(
      question.evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return top >= 0 && bottom <= window.innerHeight;
      }),
    ).resolves.toBe(true);
    await go(page, 'Keep');
    expect(server.callsOf('deleteSync')).toEqual([]);
  });
});
