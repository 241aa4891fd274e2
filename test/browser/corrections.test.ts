import type { Browser, Page } from 'playwright-core';
import { problem } from '../../src/problem/problem';
import type { Argument, DryRun, Reply, Value } from '../../src/rpc/contract';
import {
  CannedServer,
  connection,
  corrections,
  dryRun,
  event,
  NOW,
  report,
  undoOf,
} from './canned-backend';
import { browserForTests } from './chromium';
import { expectTidy, go, inSidebar, until } from './scene';
import { readCounts } from './walk';

/** How rows that were changed or removed after they were sent, or sent with an older template, are set right in Lago. */

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await browserForTests();
});
afterAll(() => browser?.close());

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const heading = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
const inDialog = (page: Page, name: string): Promise<void> =>
  page.getByRole('alertdialog').getByRole('button', { name, exact: true }).click();

/** The hint of a choice, as a screen reader reads it with the choice. */
const hintOf = async (page: Page, label: string): Promise<string> =>
  (await page
    .locator(`#${await field(page, label).getAttribute('aria-describedby')}`)
    .textContent()) ?? '';

const nothingSent: DryRun = {
  ...dryRun,
  changes: { added: 231, changed: 0, unchanged: 0, removed: 0 },
};
const corrected: DryRun = {
  ...dryRun,
  corrected: 25,
  corrections,
  summary: { ...dryRun.summary, events: 37 },
};

const answering = (
  server: CannedServer,
  answer: (argument: Argument<'dryRun'>) => DryRun,
): CannedServer => {
  server.answers.dryRun = (argument) => ({ ok: true, value: answer(argument) });
  return server;
};

function atReview(found: DryRun): CannedServer {
  const server = new CannedServer();
  server.connection = connection;
  server.put({ state: 'draft', step: 'review' });
  return answering(server, () => found);
}

function active(): CannedServer {
  const server = new CannedServer();
  server.connection = connection;
  server.put(
    {
      state: 'active',
      organization: 'org-1',
      changed: 'flag',
      removed: 'flag',
      templateRevision: 2,
    },
    { lastRun: { ...report, problems: [] } },
  );
  return server;
}

const slice = (delivered: number, left: number): Reply<'runNow'> => ({
  ok: true,
  value: {
    ...report,
    trigger: 'person',
    // Of refused rows the report would ask for a list.
    rows: { ...report.rows, hold: 0, refused: 0, flag: 0 },
    problems: [],
    delivered,
    rejected: 0,
    left,
    stopped: left > 0 ? problem('run.time', { events: left }) : undefined,
  },
});

async function toReview(page: Page): Promise<void> {
  await go(page, /^Continue: /);
  await readCounts(page);
}

describe('the choices for changed and removed rows', () => {
  test('recommend correcting where Lago can be corrected, and choose nothing', async () => {
    const server = atReview(nothingSent);
    server.answers.runNow = () => slice(1, 0);
    await inSidebar(browser, server, async ({ page }) => {
      await toReview(page);
      expect(await hintOf(page, 'Correct it')).toMatch(
        /^Recommended\. .* the invoice equals the sheet\.$/,
      );
      expect(await hintOf(page, 'Only flag it')).not.toContain('Recommended');
      expect(await hintOf(page, 'Flag it')).toMatch(/^Recommended\. /);
      expect(await hintOf(page, 'Take it back')).not.toContain('Recommended');
      await expect(
        page.locator('input[type=radio]:checked').evaluateAll((all) => all.map(({ id }) => id)),
      ).resolves.toEqual(['late-hold']);
      for (const label of ['Send everything', 'Correct it', 'Take it back'])
        await field(page, label).check();
      await go(page, 'Activate');
      await heading(page, 'Run');
      expect(server.callsOf('activate')).toEqual([
        expect.objectContaining({ changed: 'correct', removed: 'correct' }),
      ]);
      expect(server.callsOf('dryRun')).toHaveLength(1);
    });
  });

  test('say why rows would be held where it cannot, and correcting can be chosen all the same', async () => {
    const server = atReview({
      ...nothingSent,
      rules: [{ code: 'seats', because: 'a lower value does not replace a maximum' }],
    });
    await inSidebar(browser, server, async ({ page }) => {
      await toReview(page);
      const held = 'It is held and shown, because a lower value does not replace a maximum.';
      expect(await hintOf(page, 'Correct it')).toContain(held);
      expect(await hintOf(page, 'Correct it')).not.toContain('Recommended');
      expect(await hintOf(page, 'Take it back')).toContain(held);
      expect(await hintOf(page, 'Only flag it')).toMatch(/^Recommended\. /);
      await field(page, 'Correct it').check();
      await until(page, () => server.view('s1').sync.changed === 'correct');
      await expectTidy(page);
    });
  });

  test('are looked at anew where rows were changed or removed, and the very events stand with each row', async () => {
    const server = answering(atReview(dryRun), () =>
      server.view('s1').sync.changed === 'correct' ? corrected : dryRun,
    );
    await inSidebar(browser, server, async ({ page }) => {
      await toReview(page);
      await field(page, 'Correct it').check();
      await page.getByText('37 events to send').waitFor();
      await page.getByText('What is taken back is subtracted.').waitFor();
      await page.getByText('25 rows, the first 3 of them here.').waitFor();
      await expect(page.getByText('U-1004~r2~x1').isVisible()).resolves.toBe(false);
      await page.getByText('3 events', { exact: true }).click();
      await expect(page.locator('figure:visible figcaption').allInnerTexts()).resolves.toEqual([
        'Takes back',
        'Takes back',
        'New event',
      ]);
      await page.getByText('U-1004~r2~x1').waitFor();
      await page.getByText(/^U-0999 Gone from the sheet/).waitFor();
      await expectTidy(page);
      await go(page, 'Show U-1004 \u00b7 row 5');
      await until(page, () => server.callsOf('showRow').length === 1);
      expect(server.callsOf('showRow')).toEqual([{ id: 's1', row: 5, key: 'U-1004' }]);
      for (const label of ['Send everything', 'Flag it']) await field(page, label).check();
      await go(page, 'Activate');
      await heading(page, 'Run');
      expect(server.callsOf('activate')[0]?.reviewed).toEqual({ events: 37, removed: 1 });
    });
  });

  test('of an active sync are saved with "Save"', async () => {
    const server = answering(active(), () => dryRun);
    server.answers.saveSync = ({ draft }: Argument<'saveSync'>) => ({
      ok: true,
      value: server.put({ ...draft, id: 's1', revision: draft.revision + 1, state: 'active' }).sync,
    });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Open Compute hours');
      await go(page, 'Do a dry run');
      await readCounts(page);
      await field(page, 'Correct it').check();
      expect(server.callsOf('saveSync')).toEqual([]);
      await go(page, 'Save');
      await until(page, () => server.callsOf('dryRun').length === 2);
      expect(server.callsOf('saveSync').map(({ draft }) => draft.changed)).toEqual(['correct']);
      await page.getByRole('button', { name: 'Run now', exact: true }).waitFor();
    });
  });
});

describe('a newer template', () => {
  const kept: DryRun = {
    ...corrected,
    problems: [
      ...dryRun.problems,
      {
        action: 'flag',
        alike: true,
        problem: problem(
          'row.changed-uncorrected',
          { because: 'its period is closed' },
          { row: 9 },
        ),
        count: 1,
        rows: [9],
      },
    ],
  };

  test('bills sent rows again after a dry run and a question that name the number, in slices that send nothing else', async () => {
    const server = answering(active(), ({ rebill }) => (rebill === 'all' ? kept : dryRun));
    const slices = [slice(30, 20), slice(20, 0)];
    server.answers.runNow = () => slices.shift() ?? slice(0, 0);
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Open Compute hours');
      await go(page, 'Bill sent rows again');
      await page.getByText('its period is closed').waitFor();
      await expect(page.getByText('Hours is empty').count()).resolves.toBe(0);
      await expectTidy(page);
      await go(page, 'Bill 25 rows again');
      await page.getByRole('alertdialog').waitFor();
      await expectTidy(page);
      await inDialog(page, 'Not yet');
      expect(server.callsOf('runNow')).toEqual([]);
      await go(page, 'Bill 25 rows again');
      await inDialog(page, 'Bill 25 rows again');
      await page.getByText('50 events sent').waitFor();
      expect(server.callsOf('runNow')).toEqual(
        [1, 2].map(() =>
          expect.objectContaining({
            id: 's1',
            rebill: 'all',
            only: 'corrections',
            seconds: expect.any(Number),
          }),
        ),
      );
      await go(page, 'Done');
      await page.getByText('Look before you send').waitFor();
    });
  });

  test('that changes nothing of the bill has no button', async () => {
    await inSidebar(
      browser,
      answering(active(), () => dryRun),
      async ({ page }) => {
        await go(page, 'Open Compute hours');
        await go(page, 'Bill sent rows again');
        await page.getByText('No row would be billed again. Nothing is sent.').waitFor();
        await expect(page.getByRole('button', { name: /^Bill / }).count()).resolves.toBe(0);
        await expectTidy(page);
      },
    );
  });

  test('is offered for the sent rows once it is saved', async () => {
    const server = active();
    server.answers.saveSync = ({ draft }: Argument<'saveSync'>) => ({
      ok: true,
      value: server.put({
        ...draft,
        id: 's1',
        revision: draft.revision + 1,
        state: 'active',
        templateRevision: 3,
      }).sync,
    });
    await inSidebar(
      browser,
      answering(server, () => corrected),
      async ({ page }) => {
        await go(page, 'Open Compute hours');
        await go(page, 'Preview events');
        await field(page, 'Template of the event').click();
        await page.keyboard.press('Control+End');
        await page.keyboard.type(' ');
        await go(page, 'Save');
        await page.getByText('The changed template is saved.').waitFor();
        await expectTidy(page);
        await go(page, 'Bill sent rows again');
        await page.getByRole('button', { name: 'Bill 25 rows again' }).waitFor();
        await go(page, 'Back');
        await heading(page, 'Make the event');
      },
    );
  });

  test('corrects the tested rows alone, before the sync is activated', async () => {
    const tested: DryRun['testedBefore'] = [
      { row: 4, key: 'U-1003' },
      { row: 5, key: 'U-1004' },
    ];
    const server = answering(atReview(dryRun), ({ rebill }) =>
      rebill === undefined ? { ...dryRun, testedBefore: tested } : { ...corrected, corrected: 2 },
    );
    server.answers.runNow = () => slice(4, 0);
    await inSidebar(browser, server, async ({ page }) => {
      await toReview(page);
      await go(page, 'Correct the tested rows');
      await go(page, 'Bill 2 rows again');
      await inDialog(page, 'Bill 2 rows again');
      await page.getByText('4 events sent').waitFor();
      const rebill = ['U-1003', 'U-1004'];
      expect(server.callsOf('dryRun').map((asked) => asked.rebill)).toEqual([undefined, rebill]);
      expect(server.callsOf('runNow')).toEqual([
        expect.objectContaining({ rebill, only: 'corrections' }),
      ]);
      await go(page, 'Done');
      await heading(page, 'Review and activate');
      await until(page, () => server.callsOf('dryRun').length === 3);
    });
  });

  test('whose run is cancelled says that the rest waits for a person', async () => {
    const server = answering(active(), () => corrected);
    let letGo = (): void => undefined;
    server.waits.runNow = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    server.answers.runNow = () => slice(30, 20);
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Open Compute hours');
      await go(page, 'Bill sent rows again');
      await go(page, 'Bill 25 rows again');
      await inDialog(page, 'Bill 25 rows again');
      await go(page, 'Cancel');
      letGo();
      await page
        .getByText(
          'Nothing is lost, and nothing is sent twice. The rest goes when you run it again.',
        )
        .waitFor();
    });
  });
});

test('the history of a row says what was taken back, and by what', async () => {
  const server = active();
  const line = {
    kind: 'usage',
    revision: 1,
    state: 'accepted',
    answer: '200',
    event,
    at: report.startedAt,
  } as const;
  const lines: Value<'findRow'>['lines'] = [
    { ...line, id: 'U-1001~r2', revision: 2 },
    { ...line, id: 'U-1001~x1', kind: 'reversal', undoes: 'U-1001' },
    { ...line, id: 'U-1001' },
  ];
  server.answers.findRow = ({ key }) => ({
    ok: true,
    value: { key, row: 2, lines, standing: { action: 'send', problems: [] } },
  });
  await inSidebar(browser, server, async ({ page }) => {
    await go(page, 'Open Compute hours');
    await go(page, 'Find a row');
    await page.getByLabel(/^Find a row by its key/).fill('U-1001');
    await go(page, 'Find');
    await page.getByText('Goes out with the next run, in the place of what Lago has').waitFor();
    const items = await page.locator('.lines > li').allInnerTexts();
    expect(items.map((text) => /Taken back by\s+U-1001~x1/.test(text))).toEqual([
      false,
      false,
      true,
    ]);
    expect(items.map((text) => /Takes back\s+U-1001\s/.test(text))).toEqual([false, true, false]);
    expect(items[1]).toContain('Reversal');
    await expectTidy(page);
  });
});

describe('what a run sent', () => {
  test('is taken back from the activity, as its preview showed it, after a question; nothing else is sent', async () => {
    const server = answering(active(), ({ undo }) => (undo === undefined ? dryRun : undoOf()));
    const undone = { startedAt: report.startedAt, events: 212 };
    server.answers.runNow = () => ({ ok: true, value: { ...report, delivered: 212, undone } });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Activity');
      await page.locator('.run').first().click();
      await go(page, 'Take this run back');
      await page.getByText('-3,184.25 hours').waitFor();
      for (const text of [
        'its period is closed',
        'a lower value does not replace a maximum',
        '“U-1001” was 12.5 before this run and 14 after it.',
        '30 of them by an earlier run',
      ])
        await page.getByText(text).waitFor();
      await expect(page.getByText('New event').count()).resolves.toBe(0);
      await expectTidy(page);
      expect(server.callsOf('dryRun')).toEqual([{ id: 's1', undo: report.startedAt }]);
      await go(page, 'Take back 212 rows');
      await page.getByText('The sync is paused').waitFor();
      await expectTidy(page);
      expect(server.callsOf('runNow')).toEqual([]);
      await inDialog(page, 'Take back 212 rows');
      await page.getByText('Took back 212 events of the run of').waitFor();
      await page.getByText('then activate the sync').waitFor();
      await expectTidy(page);
      expect(server.callsOf('runNow')).toEqual([
        expect.objectContaining({
          id: 's1',
          undo: { startedAt: report.startedAt, events: 212, at: NOW },
        }),
      ]);
      await go(page, 'Done');
      await heading(page, 'Run');
    });
  });

  test('cannot be taken back where it was the undoing of another run', async () => {
    const server = active();
    const undone = { startedAt: report.startedAt, events: 212 };
    server.answers.activity = () => ({
      ok: true,
      value: { runs: [{ sync: 's1', syncName: 'Compute hours', report: { ...report, undone } }] },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Activity');
      await page.getByText('Took back 212 events of the run of').click();
      await heading(page, 'Run');
      await expect(page.getByRole('button', { name: 'Take this run back' }).count()).resolves.toBe(
        0,
      );
    });
  });
});
