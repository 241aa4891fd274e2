import type { FrameLocator, Locator, Page } from 'playwright-core';

/** The sidebar: a page of its own, or the frame in the sandbox's page. */
export type Sidebar = Page | FrameLocator;

export interface Walk {
  /** Address of Lago's API. */
  readonly address: string;
  readonly apiKey: string;
  /** Name of the tab, and header of the column that identifies a row. */
  readonly tab: string;
  readonly key: string;
  readonly template: string;
  readonly name?: string;
  /** Header of a tick-box column. */
  readonly ready?: string;
  /** Row that is test-sent; the one that is selected in the sheet where it is undefined. */
  readonly testRow?: number;
  readonly changed: 'flag' | 'add';
  readonly removed: 'flag' | 'ignore';
  readonly onEdit?: boolean;
  /** Called on each screen, for pictures and measurements. */
  readonly onScreen?: (name: string) => Promise<void>;
}

/** What the sidebar said on the way. */
export interface Walked {
  /** What Lago said to the test event, such as “Lago has the event”. */
  readonly test: string;
  /** Rows of the dry run and after the run, by the label that stands beside the number. */
  readonly dryRun: Readonly<Record<string, number>>;
  readonly run: Readonly<Record<string, number>>;
  /** Such as “212 events sent”. */
  readonly headline: string;
}

export const sidebarIn = (page: Page): FrameLocator => page.frameLocator('iframe[title="Sidebar"]');

const press = (sidebar: Sidebar, name: string | RegExp): Promise<void> =>
  sidebar
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click();

const heading = (sidebar: Sidebar, name: string): Locator => sidebar.getByRole('heading', { level: 1, name, exact: true });

const textOf = async (locator: Locator): Promise<string> => ((await locator.textContent()) ?? '').trim();

/** The counts on the screen by their labels. */
export async function readCounts(sidebar: Sidebar): Promise<Record<string, number>> {
  const table = sidebar.locator('table.counts');
  await table.waitFor();
  const rows = await table.locator('tr:not(.note)').all();
  const pairs = await Promise.all(
    rows.map(async (row) => {
      const amount = await textOf(row.locator('td'));
      return [await textOf(row.locator('.label')), Number(amount.replace(/,/g, ''))] as const;
    }),
  );
  return Object.fromEntries(pairs);
}

export async function connect(sidebar: Sidebar, { address, apiKey }: Pick<Walk, 'address' | 'apiKey'>): Promise<void> {
  await press(sidebar, /^(Connect to Lago|Change connection)$/);
  await sidebar.getByLabel('Where is your Lago?').selectOption('own');
  await sidebar.getByLabel('Address of its API').fill(address);
  await sidebar.getByLabel('API key').fill(apiKey);
  await press(sidebar, /^(Connect|Check and save)$/);
  await sidebar.getByText('Change connection').waitFor();
}

export async function setUp(sidebar: Sidebar, { tab, key, template, name = tab, ready }: Walk): Promise<void> {
  await press(sidebar, 'New sync');
  await sidebar.getByLabel('Template of the event').waitFor();
  const tabs = sidebar.getByLabel('Tab', { exact: true });
  if ((await textOf(tabs.locator('option:checked'))) !== tab) {
    await tabs.selectOption({ label: tab });
    await sidebar
      .getByLabel('Name of the sync')
      .and(sidebar.locator(`[value="${tab}"]`))
      .waitFor();
  }
  await sidebar.getByLabel('Column that identifies a row').selectOption({ value: key });
  if (ready !== undefined) await sidebar.getByLabel('Only send rows that are ticked in').selectOption({ value: ready });
  await sidebar.getByLabel('Template of the event').fill(template);
  await sidebar.getByText('The template is in order.').waitFor();
  await sidebar.getByLabel('Name of the sync').fill(name);
}

export async function save(sidebar: Sidebar, name: string): Promise<void> {
  await press(sidebar, 'Save');
  await heading(sidebar, name).waitFor();
}

export async function testSend(sidebar: Sidebar, row: number | undefined): Promise<string> {
  await press(sidebar, 'Send a test event');
  // The row of the sheet's selection, or else the first one, is shown before another can be chosen.
  await sidebar.getByRole('button', { name: /^Send row \d+$/ }).waitFor();
  if (row !== undefined) {
    await sidebar.getByLabel('Row', { exact: true }).fill(String(row));
    await press(sidebar, 'Show');
  }
  const send = sidebar.getByRole('button', { name: row === undefined ? /^Send row \d+$/ : `Send row ${row}`, exact: true });
  await send.click();
  await sidebar.getByRole('button', { name: 'Done' }).waitFor();
  return textOf(sidebar.locator('.state-line'));
}

const CHANGED = { flag: 'Only flag it', add: 'Send it as a new event' } as const;
const REMOVED = { flag: 'Flag it', ignore: 'Ignore it' } as const;

export async function activate(
  sidebar: Sidebar,
  { changed, removed, onEdit = false }: Pick<Walk, 'changed' | 'removed' | 'onEdit'>,
): Promise<void> {
  await press(sidebar, 'Activate');
  await sidebar.getByLabel(CHANGED[changed], { exact: true }).check();
  await sidebar.getByLabel(REMOVED[removed], { exact: true }).check();
  await sidebar.getByLabel('Also soon after a row is edited').setChecked(onEdit);
  await press(sidebar, 'Activate');
  await sidebar.getByRole('button', { name: 'Run now', exact: true }).waitFor();
}

/** From the API key to events in Lago, as a person does it. The sidebar stands on its home screen before, and on the run's report after. */
export async function walkFromKeyToEvents(sidebar: Sidebar, walk: Walk): Promise<Walked> {
  const name = walk.name ?? walk.tab;
  const seen = async (screen: string): Promise<void> => walk.onScreen?.(screen);

  await heading(sidebar, 'Syncs').waitFor();
  await seen('start');
  await connect(sidebar, walk);
  await seen('connected');
  await setUp(sidebar, walk);
  await seen('settings');
  await save(sidebar, name);
  await seen('saved');
  const test = await testSend(sidebar, walk.testRow);
  await seen('tested');
  await press(sidebar, 'Done');
  await press(sidebar, 'Do a dry run');
  const dryRun = await readCounts(sidebar);
  await seen('dry-run');
  await activate(sidebar, walk);
  await seen('active');
  await press(sidebar, 'Run now');
  const headline = await textOf(sidebar.locator('.headline'));
  const run = await readCounts(sidebar);
  await seen('report');
  return { test, dryRun, run, headline };
}
