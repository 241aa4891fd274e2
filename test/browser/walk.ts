import type { FrameLocator, Locator, Page } from 'playwright-core';

/** The sidebar: a page of its own, or the frame in the sandbox's page. */
export type Sidebar = Page | FrameLocator;

export interface Walk {
  /** Address of Lago's API; undefined for the one that is proposed. */
  readonly address?: string;
  readonly apiKey: string;
  /** Name of the tab where it is not the one that is proposed. */
  readonly tab?: string;
  /** Header of the column that identifies a row, where it is not the one that is guessed. */
  readonly key?: string;
  /** Code of the metric to choose; undefined where Lago has only one. */
  readonly metric?: string;
  /** Typed in the place of the one that is written for the metric. */
  readonly template?: string;
  /** Header of a tick-box column. */
  readonly ready?: string;
  /** Row that is test-sent; the one that is selected in the sheet where it is undefined. */
  readonly testRow?: number;
  readonly first?: 'everything' | 'now';
  readonly changed: 'flag' | 'add' | 'correct';
  readonly removed: 'flag' | 'ignore' | 'correct';
  readonly onEdit?: boolean;
  /** Called on each screen, for pictures and measurements. */
  readonly onScreen?: (name: string) => Promise<void>;
  /** How many questions the server was asked so far. */
  readonly serverCalls?: () => number;
}

/** What a person had to do, from the empty file on. */
export interface Effort {
  /** Also each choice in a list, and each tick. */
  readonly clicks: number;
  readonly typedFields: number;
  readonly serverCalls: number;
}

/** What the sidebar said on the way. */
export interface Walked {
  /** What Lago said to the test event, such as “Lago has the event”. */
  readonly test: string;
  /** Up to there. */
  readonly toFirstEvent: Effort;
  readonly toFirstRun: Effort;
  /** Rows of the dry run and after the run, by the label that stands beside the number. */
  readonly dryRun: Readonly<Record<string, number>>;
  readonly run: Readonly<Record<string, number>>;
  /** Such as “212 events sent”. */
  readonly headline: string;
}

export const sidebarIn = (page: Page): FrameLocator => page.frameLocator('iframe[title="Sidebar"]');

const textOf = async (locator: Locator): Promise<string> =>
  ((await locator.textContent()) ?? '').trim();

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

/** Somebody at the sidebar, whose clicks and typed fields are counted. */
export class Person {
  #clicks = 0;
  #typedFields = 0;

  constructor(
    readonly sidebar: Sidebar,
    readonly serverCalls: () => number = () => 0,
  ) {}

  effort(): Effort {
    return {
      clicks: this.#clicks,
      typedFields: this.#typedFields,
      serverCalls: this.serverCalls(),
    };
  }

  button(name: string | RegExp): Locator {
    return this.sidebar.getByRole('button', { name, exact: typeof name === 'string' }).first();
  }

  heading(name: string): Locator {
    return this.sidebar.getByRole('heading', { level: 1, name, exact: true });
  }

  field(label: string): Locator {
    return this.sidebar.getByLabel(label, { exact: true });
  }

  async press(name: string | RegExp): Promise<void> {
    await this.button(name).click();
    this.#clicks++;
  }

  /** Two clicks: one opens the list. */
  async choose(
    label: string,
    option: { readonly value: string } | { readonly label: string },
  ): Promise<void> {
    await this.field(label).selectOption(option);
    this.#clicks += 2;
  }

  async type(label: string, text: string): Promise<void> {
    await this.field(label).fill(text);
    this.#typedFields++;
  }

  async tick(label: string): Promise<void> {
    await this.field(label).check();
    this.#clicks++;
  }
}

export async function connect(
  person: Person,
  { address, apiKey }: Pick<Walk, 'address' | 'apiKey'>,
): Promise<void> {
  await person.press('Connect to Lago');
  if (address !== undefined) {
    await person.choose('Where is your Lago?', { value: 'own' });
    await person.type('Address of its API', address);
  }
  await person.type('API key', apiKey);
  await person.press('Connect');
  await person.button('Next: choose the rows').waitFor();
}

export async function chooseRows(
  person: Person,
  { tab, key, ready }: Pick<Walk, 'tab' | 'key' | 'ready'>,
): Promise<void> {
  await person.field('Column that identifies a row').waitFor();
  if (tab !== undefined) {
    await person.choose('Tab', { label: tab });
    await person.sidebar.getByText(/rows? below it/).waitFor();
  }
  if (key !== undefined) await person.choose('Column that identifies a row', { value: key });
  if (ready !== undefined)
    await person.choose('Only send rows that are ticked in', { value: ready });
}

export async function makeEvent(
  person: Person,
  { metric, template }: Pick<Walk, 'metric' | 'template'>,
): Promise<void> {
  await person.field('What the rows count for').waitFor();
  if (metric !== undefined) await person.choose('What the rows count for', { value: metric });
  if (template !== undefined) await person.type('Template of the event', template);
  await person.sidebar.getByText('The template is in order.').waitFor();
}

export async function testSend(person: Person, row: number | undefined): Promise<string> {
  // The row of the sheet's selection, or else the first one, is shown before another can be chosen.
  await person.button(/^Send row \d+$/).waitFor();
  if (row !== undefined) {
    const field = person.field('Row');
    if ((await field.inputValue()) !== String(row)) {
      await person.type('Row', String(row));
      await person.press('Show');
    }
  }
  await person.press(row === undefined ? /^Send row \d+$/ : `Send row ${row}`);
  await person.button('Test another row').waitFor();
  return textOf(person.sidebar.locator('.state-line'));
}

const FIRST = { everything: 'Send everything', now: 'Start from now' } as const;
const CHANGED = {
  flag: 'Only flag it',
  add: 'Send it as a new event',
  correct: 'Correct it',
} as const;
const REMOVED = { flag: 'Flag it', ignore: 'Ignore it', correct: 'Take it back' } as const;

export async function activate(
  person: Person,
  {
    first,
    changed,
    removed,
    onEdit = false,
  }: Pick<Walk, 'first' | 'changed' | 'removed' | 'onEdit'>,
): Promise<void> {
  await readCounts(person.sidebar);
  if (first !== undefined) await person.tick(FIRST[first]);
  if (first === 'now') {
    await person.press(/^Take .* as billed$/);
    await person.press('Take as billed');
    await person.field(FIRST.now).waitFor({ state: 'detached' });
  }
  await person.tick(CHANGED[changed]);
  await person.tick(REMOVED[removed]);
  if (onEdit) await person.tick('Also soon after a row is edited');
  await person.press('Activate');
}

/** From the API key to events in Lago, as a person does it. The sidebar stands on its first screen before, and on the run's report after. */
export async function walkFromKeyToEvents(sidebar: Sidebar, walk: Walk): Promise<Walked> {
  const person = new Person(sidebar, walk.serverCalls);
  const seen = async (screen: string): Promise<void> => walk.onScreen?.(screen);

  await person.heading('Syncs').waitFor();
  await seen('start');
  await connect(person, walk);
  await seen('connect');
  await person.press('Next: choose the rows');
  await chooseRows(person, walk);
  await seen('rows');
  await person.press('Next: make the event');
  await makeEvent(person, walk);
  await seen('event');
  await person.press('Next: test a row');
  const test = await testSend(person, walk.testRow);
  const toFirstEvent = person.effort();
  await seen('test');
  await person.press('Next: review');
  const dryRun = await readCounts(sidebar);
  await seen('review');
  await activate(person, { first: 'everything', ...walk });
  await person.heading('Run').waitFor();
  const headline = await textOf(sidebar.locator('.headline'));
  const run = await readCounts(sidebar);
  await seen('report');
  return { test, toFirstEvent, toFirstRun: person.effort(), dryRun, run, headline };
}
