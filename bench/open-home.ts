import { servePage } from '../sandbox/page/server';
import { launchBrowser } from '../test/browser/chromium';
import { activate, createWorld, draftOf, fireHourly, HOUR, usageRows } from '../test/bundle/world';

/**
 * How long is it from opening the sidebar to a usable home screen, with 5 syncs and a ledger of
 * 10,000 lines? In Google's own frame each call of a service costs about a tenth of a second
 * besides, and `google.script.run` about a second.
 */
const ROWS = 10_000;
const SYNCS = 5;
const OPENINGS = 10;

const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
const inMs = (value: number): string => `${Math.round(value)} ms`;

async function measure(): Promise<void> {
  const browser = await launchBrowser();
  if (typeof browser === 'string') throw new Error(browser);
  const world = createWorld({ rows: usageRows(ROWS) });
  activate(world);
  do {
    fireHourly(world);
    world.time.now += HOUR;
  } while ((world.ask('open', {}).syncs[0]?.lastRun?.left ?? 0) > 0);
  for (let index = 1; index < SYNCS; index++) {
    const { id, revision } = world.ask('saveSync', {
      draft: { ...draftOf(world), name: `Usage ${index + 1}` },
    });
    world.ask('activate', { id, revision, changed: 'flag', removed: 'flag', onEdit: false });
  }
  const { sheets } = world.google.spreadsheet;
  const hidden = sheets
    .filter((sheet) => sheet.hidden)
    .map(({ name }) => world.google.spreadsheet.table(name).length);
  const ledger = Math.max(...hidden) - 1;

  world.google.open();
  world.google.clickMenu('Open');
  const html = world.google.shownSidebar?.html ?? '';
  const calls: string[] = [];
  const served = await servePage({
    sheets: () => [],
    grid: () => ({ rows: 0, columns: 0, shown: [] }),
    edit: () => undefined,
    select: () => undefined,
    loadCsv: () => undefined,
    saveCsv: () => '',
    sidebarHtml: () => html,
    rpc: (name, given) => {
      const { result, error } = world.google.rpc(name, ...given);
      calls.push(String((JSON.parse(String(given[0])) as { method: string }).method));
      return error === undefined ? { value: result } : { error: error.message };
    },
    advance: () => undefined,
    now: () => world.time.now,
    lago: () => ({ organization: '', store: '', events: [], total: 0, usage: [], requests: {} }),
    mails: () => [],
  });
  const times: number[] = [];
  for (let opening = 0; opening < OPENINGS; opening++) {
    const page = await browser.newPage({ viewport: { width: 300, height: 640 } });
    await page.addInitScript((wanted) => {
      new MutationObserver((_, observer) => {
        if (document.querySelectorAll('.sync-card button:not(:disabled)').length < wanted) return;
        observer.disconnect();
        performance.mark('usable');
      }).observe(document, { childList: true, subtree: true });
    }, SYNCS);
    await page.goto(`${served.url}sidebar`);
    await page
      .locator('.sync-card')
      .nth(SYNCS - 1)
      .waitFor();
    times.push(
      await page.evaluate(() => performance.getEntriesByName('usable')[0]?.startTime ?? Number.NaN),
    );
    await page.close();
  }
  const servers: number[] = [];
  for (let opening = 0; opening < OPENINGS; opening++) {
    const before = performance.now();
    world.ask('open', {});
    servers.push(performance.now() - before);
  }
  const { serviceCalls } = world.execution();
  const perOpening = calls.filter((method) => method === 'open').length / OPENINGS;
  process.stdout.write(
    `${SYNCS} syncs, a ledger of ${ledger} lines: usable ${inMs(median(times))} after opening (${inMs(Math.min(...times))} to ${inMs(Math.max(...times))}, ${OPENINGS} openings), ` +
      `${perOpening} server call before, which takes ${inMs(median(servers))} and ${serviceCalls.total} service calls; the page has ${Math.round(html.length / 1024)} KB\n`,
  );
  await browser.close();
  await served.stop();
}

measure().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
