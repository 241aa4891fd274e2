import type { Browser, Page } from 'playwright-core';
import { problem } from '../../src/problem/problem';
import type {
  Argument,
  MetricView,
  Reply,
  SyncDraft,
  TabView,
  Value,
} from '../../src/rpc/contract';
import { played } from '../bundle/long';
import { CannedServer, connection, dryRun, event, LONG, MARKUP, sync, tab } from './canned-backend';
import { browserForTests } from './chromium';
import { expectTidy, go, inSidebar, rewrite, until } from './scene';
import { enterOtherKey, withOtherOrganization } from './screens';
import { readCounts } from './walk';

type Preview = Value<'preview'>;

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await browserForTests();
});
afterAll(() => browser?.close());

/** A server with a connection, and that checks revisions as the real one does. */
function connected(): CannedServer {
  const server = new CannedServer();
  server.connection = connection;
  checkRevisions(server);
  return server;
}

const contentOf = (draft: Partial<SyncDraft>): string => {
  const { name, source, key, template, dateOnly, step, ready, changed, removed, late } = draft;
  return JSON.stringify({
    name,
    source,
    key,
    template,
    dateOnly,
    step,
    ready,
    changed,
    removed,
    late,
  });
};

/** Refuses what was made from an older revision, unless it is what is stored already: a call that is repeated. */
function checkRevisions(server: CannedServer): void {
  server.answers.saveSync = ({ draft }: Argument<'saveSync'>): Reply<'saveSync'> => {
    const before = server.syncs.find((view) => view.sync.id === draft.id)?.sync;
    if (before !== undefined && before.revision !== draft.revision)
      return contentOf(before) === contentOf(draft)
        ? { ok: true, value: before }
        : { ok: false, problem: problem('settings.stale') };
    return {
      ok: true,
      value: server.put({
        ...draft,
        id: draft.id ?? 's1',
        revision: draft.revision + 1,
        state: 'draft',
      }).sync,
    };
  };
}

const savedOf = (server: CannedServer): Value<'saveSync'> => {
  const [view] = server.syncs;
  if (view === undefined) throw new Error('nothing is saved');
  return view.sync;
};

const heading = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });

const template = (page: Page): Promise<string> =>
  field(page, 'Template of the event')
    .locator('.cm-line')
    .evaluateAll((lines) => lines.map((line) => line.textContent ?? '').join('\n'));

/** The columns are folded where all that the event needs is guessed. */
async function openColumns(page: Page): Promise<void> {
  const columns = page.locator('details', { hasText: 'Columns for the template' });
  await columns.waitFor();
  if ((await columns.getAttribute('open')) === null) await columns.locator('summary').click();
}

async function nameHours(page: Page, name: string): Promise<void> {
  await openColumns(page);
  await field(page, 'Name of Hours in the template').fill(name);
}

async function toRows(page: Page): Promise<void> {
  await go(page, 'New sync');
  await field(page, 'Column that identifies a row').waitFor();
}

async function toEvent(page: Page): Promise<void> {
  await toRows(page);
  await go(page, 'Next: make the event');
  await field(page, 'What the rows count for').waitFor();
  // What is typed before the editor has its first text would stand before that.
  await field(page, 'Template of the event').getByText('transaction_id').first().waitFor();
}

async function toTest(page: Page): Promise<void> {
  await toEvent(page);
  await field(page, 'What the rows count for').selectOption('compute_hours');
  await page.getByText('The template is in order.').waitFor();
  await go(page, 'Next: test a row');
  await page.getByRole('button', { name: 'Send row 2' }).waitFor();
}

/** A sync in state draft whose review is open. */
async function toReview(page: Page): Promise<void> {
  await go(page, /^Continue: /);
  await readCounts(page);
}

const atReview = (): CannedServer => {
  const server = connected();
  server.put({ state: 'draft', step: 'review' });
  return server;
};

const columns = (count: number): TabView['columns'] =>
  Array.from({ length: count }, (_, index) => ({
    header: `Column ${index + 1}`,
    name: `column_${index + 1}`,
    samples: ['x'],
    type: 'text' as const,
    odd: { count: 0, rows: [] },
    filled: 240,
    missing: 0,
    repeated: [],
    unique: false,
  }));

describe('connecting', () => {
  test('shows the organization, its region and event store, what Lago has, and the next step', async () => {
    const server = new CannedServer();
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Connect to Lago');
      await field(page, 'Where is your Lago?').selectOption({
        label: 'Lago Cloud, EU (api.eu.getlago.com)',
      });
      await field(page, 'API key').fill('key');
      await go(page, 'Connect');
      await page.getByText('EU (api.eu.getlago.com)').waitFor();
      await page.getByText('PostgreSQL').waitFor();
      await page.getByText('3 billable metrics').waitFor();
      await page.getByText('1 plan', { exact: true }).waitFor();
      await page.getByText('12 subscriptions').waitFor();
      await expect(page.locator('.top .environment').textContent()).resolves.toBe(
        'LiveAcme Metering GmbH',
      );
      await go(page, 'Next: choose the rows');
      await heading(page, 'Choose the rows');
      await expect(page.locator('[aria-current=step]').textContent()).resolves.toBe('Rows');
    });
  });

  test('the label is changed by one click and stands on every screen', async () => {
    const server = connected();
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Change connection');
      await page.getByText('3 billable metrics').waitFor();
      await field(page, 'Test').check();
      await page.locator('.top .environment-word.test').waitFor();
      expect(server.callsOf('labelConnection')).toEqual([{ environment: 'test' }]);
      await go(page, 'Next: choose the rows');
      await heading(page, 'Choose the rows');
      await expect(page.locator('.top .environment').textContent()).resolves.toBe(
        'TestAcme Metering GmbH',
      );
    });
  });

  test('by keyboard, the focus goes to the title, and the guessed label asks to be checked until it is chosen', async () => {
    const server = new CannedServer();
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Connect to Lago');
      await field(page, 'API key').fill('key');
      await field(page, 'API key').press('Enter');
      await heading(page, 'Connection');
      await until(page, () => server.callsOf('prerequisites').length === 1);
      await expect(page.evaluate(() => document.activeElement?.textContent)).resolves.toBe(
        'Connection',
      );
      await page.getByText('Guessed from the name; please check.').waitFor();
      await expectTidy(page);
      await field(page, 'Test').check();
      await page.getByText('Guessed from the name; please check.').waitFor({ state: 'detached' });
    });
  });

  test('what is missing in Lago is told with where to create it, and nothing waits for it', async () => {
    const server = connected();
    server.prerequisites = [
      { what: 'metrics', count: 0, problem: problem('lago.no-metrics') },
      {
        what: 'plans',
        count: 0,
        problem: problem('lago.no-plans', { metrics: 'any billable metric' }),
      },
      {
        what: 'subscriptions',
        count: undefined,
        problem: problem('lago.unchecked', { what: 'subscriptions' }),
      },
    ];
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Change connection');
      await page.getByText('open \u201cBillable metrics\u201d').waitFor();
      await page.getByText('0 plans').waitFor();
      await page.getByText('Each subscription: not readable').waitFor();
      await expectTidy(page);
      server.prerequisites = [{ what: 'metrics', count: 1, problem: undefined }];
      await go(page, 'Look again');
      await page.getByText('1 billable metric').waitFor();
      await go(page, 'Next: choose the rows');
      await heading(page, 'Choose the rows');
    });
  });

  test('a problem of the connection is shown with its remedy, and the form stays', async () => {
    const server = new CannedServer();
    server.answers.connect = () => ({ ok: false, problem: problem('lago.unauthorized') });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Connect to Lago');
      await field(page, 'API key').fill('wrong');
      await go(page, 'Connect');
      await expect(page.getByRole('alert').textContent()).resolves.toContain('Enter a valid key');
      await expect(field(page, 'API key').inputValue()).resolves.toBe('wrong');
      await expectTidy(page);
    });
  });

  test('a key of another organization is saved only after a question that says what becomes of each sync', async () => {
    const server = withOtherOrganization(connection.organization);
    const asked = () =>
      server.calls.filter(({ method }) => method === 'connect').map(({ argument }) => argument);
    await inSidebar(browser, server, async ({ page }) => {
      await enterOtherKey(page);
      const question = page.getByRole('alertdialog');
      for (const words of [
        'the same name',
        'Key ends in a1b2',
        'ID 1a90',
        'Key ends in c3d4',
        'ID 2b80',
        'Compute usage has sent to another organization. It stops',
        'Storage has sent nothing yet',
        'Traffic has sent to',
      ])
        await expect(question.textContent()).resolves.toContain(words);
      await expectTidy(page);
      await go(page, 'Keep the stored key');
      await question.waitFor({ state: 'detached' });
      expect(server.connection).toBe(connection);
      await go(page, 'Check and save');
      await go(page, 'Save this key');
      await heading(page, 'Connection');
      await page.getByText('12 subscriptions').waitFor();
      const entered = { address: connection.address, apiKey: 'secret-key-c3d4' };
      const accepted = server.otherOrganization?.to.organizationId;
      expect(asked()).toMatchObject([entered, entered, { ...entered, accepted }]);
      expect(await page.content()).not.toContain('secret-key');
    });
  });

  test('headers of a proxy are entered as lines, and dots stand for their stored values', async () => {
    const server = new CannedServer();
    server.connection = { ...connection, headers: ['CF-Access-Client-Id'] };
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Change connection');
      await go(page, 'Change connection');
      await page.getByText('Speed and proxy').click();
      const lines = field(page, 'Headers that a proxy asks for');
      await expect(lines.inputValue()).resolves.toBe('CF-Access-Client-Id: •••');
      await lines.press('Control+End');
      await lines.pressSequentially('\nX-Token: secret:1');
      await expectTidy(page);
      await go(page, 'Check and save');
      await heading(page, 'Connection');
      expect(server.callsOf('connect')).toMatchObject([
        {
          apiKey: '',
          headers: [
            { name: 'CF-Access-Client-Id', value: '' },
            { name: 'X-Token', value: 'secret:1' },
          ],
        },
      ]);
      expect(await page.content()).not.toContain('secret:1');
    });
  });

  test('while Lago is away the prerequisites can be asked for again', async () => {
    const server = connected();
    server.answers.prerequisites = () => ({
      ok: false,
      problem: problem('lago.unavailable', { status: 503 }),
    });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Change connection');
      await page.getByText('Lago answered 503').waitFor();
      server.answers = {};
      await go(page, 'Try again');
      await page.getByText('12 subscriptions').waitFor();
    });
  });
});

describe('choosing the rows', () => {
  test('a key is measured at once, and says which rows are at fault', async () => {
    const server = connected();
    const [id, ...rest] = tab.columns;
    if (id === undefined) throw new Error('no columns');
    server.tab = {
      ...tab,
      columns: [
        {
          ...id,
          unique: false,
          filled: 237,
          missing: 3,
          repeated: [{ value: 'U-12', rows: [4, 9] }],
        },
        ...rest,
      ],
    };
    await inSidebar(browser, server, async ({ page }) => {
      await toRows(page);
      await page
        .getByText('3 rows have no value; \u201cU-12\u201d stands in rows 4 and 9.')
        .waitFor();
      await expect(field(page, 'Column that identifies a row').inputValue()).resolves.toBe(
        'Usage ID',
      );
      await expectTidy(page);
      await go(page, 'Fill the missing ids');
      await page.getByText('240 ids written').waitFor();
      expect(server.callsOf('fillIds')).toEqual([{ tabId: 1, headerRow: 1, header: 'Usage ID' }]);
    });
  });

  test('where no column is unique an ID column is added, and identifies the rows', async () => {
    const server = connected();
    const whole = tab;
    server.tab = { ...tab, columns: tab.columns.slice(1) };
    server.answers.fillIds = () => {
      server.tab = whole;
      return { ok: true, value: { tab: whole, header: 'Usage ID', filled: 240 } };
    };
    await inSidebar(browser, server, async ({ page }) => {
      await toRows(page);
      await page.getByText('Choose the column that identifies a row.').waitFor();
      await expect(
        page.getByRole('button', { name: 'Next: make the event' }).isDisabled(),
      ).resolves.toBe(true);
      await go(page, 'Add an ID column');
      await page.getByText('Every row has a value of its own here.').waitFor();
      await go(page, 'Next: make the event');
      await field(page, 'Template of the event').waitFor();
      expect(await template(page)).toContain('"{{ row.usage_id }}"');
    });
  });

  const UNIQUE = [
    ['dates that all differ', 'date', 'No two rows have the same date so far.'],
    ['numbers that all differ', 'number', 'No two rows have the same number so far.'],
  ] as const;

  test.each(played(UNIQUE, 2))(
    '%s are not proposed, and are warned about when they are chosen',
    async (_, type, words) => {
      const server = connected();
      const [id, ...rest] = tab.columns;
      if (id === undefined) throw new Error('no columns');
      server.tab = { ...tab, columns: [{ ...id, header: 'When', name: 'when', type }, ...rest] };
      await inSidebar(browser, server, async ({ page }) => {
        await toRows(page);
        await expect(field(page, 'Column that identifies a row').inputValue()).resolves.toBe('');
        await page.getByRole('button', { name: 'Add an ID column' }).waitFor();
        await field(page, 'Column that identifies a row').selectOption('When');
        await page.getByText(words).waitFor();
        await page.getByRole('button', { name: 'Add an ID column' }).waitFor();
        await expectTidy(page);
      });
    },
  );

  test('a key with slips offers ids also where another column is unique', async () => {
    const server = connected();
    const [id, ...rest] = tab.columns;
    if (id === undefined) throw new Error('no columns');
    const beleg = { ...id, header: 'Beleg', name: 'beleg', unique: false, filled: 239, missing: 1 };
    server.tab = {
      ...tab,
      columns: [beleg, { ...id, header: 'Comment on it', name: 'comment_on_it' }, ...rest],
    };
    await inSidebar(browser, server, async ({ page }) => {
      await toRows(page);
      await expect(field(page, 'Column that identifies a row').inputValue()).resolves.toBe('Beleg');
      await go(page, 'Add an ID column');
      await until(page, () => server.callsOf('fillIds').length === 1);
      expect(server.callsOf('fillIds')).toEqual([{ tabId: 1, headerRow: 1 }]);
    });
  });

  test('only rows that are ticked are sent where a column of tick boxes is chosen; without one it is said how to get it', async () => {
    const server = connected();
    const { columns: all } = tab;
    server.tab = { ...tab, columns: all.filter(({ type }) => type !== 'tick box') };
    await inSidebar(browser, server, async ({ page }) => {
      await toRows(page);
      await page.getByText('Only send rows that are ticked').click();
      await page.getByText('This tab has no column of tick boxes.').waitFor();
      server.tab = tab;
      await go(page, 'Look again');
      await field(page, 'Only send rows that are ticked in').selectOption('Checked');
      await until(page, () => server.syncs[0]?.sync.ready === 'checked');
      await expectTidy(page);
    });
  });

  test('another sync of the tab is told, and the new one has a name of its own', async () => {
    const server = connected();
    server.put({ id: 'other', name: 'Usage November', state: 'active' });
    await inSidebar(browser, server, async ({ page }) => {
      await toRows(page);
      await page
        .getByText(
          'That is right for another metric; for the same one every row would be billed twice.',
        )
        .waitFor();
      await page.getByText('Usage November 2').waitFor();
      await expectTidy(page);
      await go(page, 'Next: make the event');
      await until(page, () =>
        server.syncs.some(({ sync: { name } }) => name === 'Usage November 2'),
      );
    });
  });

  test('200 columns: some are picked, and the others are found by a part of their name', async () => {
    const server = connected();
    server.tab = { ...tab, columns: [...tab.columns, ...columns(194)] };
    await inSidebar(browser, server, async ({ page }) => {
      await toRows(page);
      await page.getByText('4 of 200').click();
      await page.getByText('176 more that are not picked: search for them.').waitFor();
      await expectTidy(page);
      await field(page, 'Search the columns').fill('column 194');
      await field(page, 'Column 194').check();
      await page.getByText('5 of 200').waitFor();
      await field(page, 'Search the columns').fill('nowhere');
      await page.getByText('No column is called like this.').waitFor();
    });
  });

  test('another row with column names is read after a pause', async () => {
    const server = connected();
    server.answers.describeTab = ({ headerRow = 1 }: Argument<'describeTab'>) => ({
      ok: true,
      value: { ...tab, headerRow },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await toRows(page);
      await field(page, 'Row with the column names').fill('3');
      await until(page, () =>
        server.callsOf('describeTab').some(({ headerRow }) => headerRow === 3),
      );
      await until(page, () => server.syncs.length > 0);
      expect(savedOf(server).source.headerRow).toBe(3);
    });
  });

  test('a tab without column names says what to do, and another one can be chosen', async () => {
    const server = connected();
    server.answers.describeTab = ({ tabId }: Argument<'describeTab'>) =>
      tabId === 1
        ? {
            ok: false,
            problem: problem('sheet.no-header', { headerRow: 1, name: 'Usage November' }),
          }
        : { ok: true, value: { ...tab, tab: { id: 2, name: 'Archive' } } };
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'New sync');
      await page.getByText('Write a name above each column').waitFor();
      await expectTidy(page);
      await field(page, 'Tab').selectOption({ label: 'Archive' });
      await page.getByText('240 rows below it.').waitFor();
    });
  });

  test('a column that was renamed in the sheet is named and can be given up', async () => {
    const server = connected();
    server.put({ state: 'active' });
    server.tab = {
      ...tab,
      columns: tab.columns.map((column) =>
        column.header === 'Hours' ? { ...column, header: 'Hours used' } : column,
      ),
    };
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, /^Open /);
      await go(page, 'Edit');
      await page.getByText('Not in the tab').waitFor();
      await field(page, 'Hours').click();
      await page.getByText('Not in the tab').waitFor({ state: 'detached' });
      await field(page, 'Hours used').check();
      await go(page, 'Save');
      await until(page, () => server.callsOf('saveSync').length === 1);
      expect(
        server.callsOf('saveSync')[0]?.draft.source.columns.map(({ header }) => header),
      ).toEqual(['Usage ID', 'Subscription', 'Day', 'Hours used']);
    });
  });
});

describe('making the event', () => {
  test('a metric writes the template for its aggregation and property', async () => {
    const server = connected();
    await inSidebar(browser, server, async ({ page }) => {
      await toEvent(page);
      await expect(
        page.getByRole('button', { name: 'Next: test a row' }).isDisabled(),
      ).resolves.toBe(true);
      await field(page, 'What the rows count for').selectOption('seats');
      await until(page, () =>
        server.callsOf('checkTemplate').some((asked) => asked.template.includes('"code": "seats"')),
      );
      expect(await template(page)).toContain('"seats": "{{ row.hours }}"');
      await page.getByText('Lago takes the highest of seats.').waitFor();
      await field(page, 'What the rows count for').selectOption('calls');
      await page.getByText('Lago counts events.').waitFor();
      expect(await template(page)).toContain('"properties": {\n  }');
    });
  });

  test('the only metric of Lago is chosen by itself', async () => {
    const server = connected();
    server.metrics = server.metrics?.slice(0, 1);
    await inSidebar(browser, server, async ({ page }) => {
      await toEvent(page);
      await page.getByText('Lago adds up hours.').waitFor();
      await expect(field(page, 'What the rows count for').inputValue()).resolves.toBe(
        'compute_hours',
      );
    });
  });

  test('a template that was changed by hand is replaced only after a question', async () => {
    const server = connected();
    await inSidebar(browser, server, async ({ page }) => {
      await toEvent(page);
      await rewrite(field(page, 'Template of the event'), '{ "mine": 1 }');
      await field(page, 'What the rows count for').selectOption('seats');
      await page.getByText('You have changed the template by hand.').waitFor();
      await go(page, 'Keep mine');
      expect(await template(page)).toBe('{ "mine": 1 }');
      await field(page, 'What the rows count for').selectOption('calls');
      await go(page, 'Write it anew');
      await page.getByText('Lago counts events.').waitFor();
      expect(await template(page)).toContain('"code": "calls"');
    });
  });

  test('"Start from the example" writes the event of the metric that was chosen, and asks for one where none was', async () => {
    const server = connected();
    await inSidebar(browser, server, async ({ page }) => {
      await toEvent(page);
      await rewrite(field(page, 'Template of the event'), '{ "mine": 1 }');
      await go(page, 'Start from the example');
      await page.getByText('Choose what the rows count for first').waitFor();
      await field(page, 'What the rows count for').selectOption('seats');
      await go(page, 'Write it anew');
      await until(page, () =>
        server.callsOf('checkTemplate').some((asked) => asked.template.includes('"code": "seats"')),
      );
      await rewrite(field(page, 'Template of the event'), '{ "mine": 2 }');
      await go(page, 'Start from the example');
      await go(page, 'Replace');
      await page.getByText('Lago takes the highest of seats.').waitFor();
      expect(await template(page)).toContain('"code": "seats"');
    });
  });

  test('a tab with other headers: the subscription and the date are chosen from lists, and the template follows', async () => {
    const server = connected();
    const named = (
      header: string,
      type: TabView['columns'][number]['type'],
    ): TabView['columns'][number] => ({
      header,
      name: header.toLowerCase(),
      samples: ['x'],
      type,
      odd: { count: 0, rows: [] },
      filled: 240,
      missing: 0,
      repeated: [],
      unique: false,
    });
    server.tab = {
      ...tab,
      columns: [
        { ...named('Beleg', 'text'), unique: true },
        named('Wer', 'text'),
        named('Wann', 'text'),
        named('Menge', 'number'),
      ],
    };
    server.answers.checkTemplate = () => ({
      ok: true,
      value: {
        problems: [
          {
            ...problem(
              'template.unknown-column',
              { name: 'time', suggestion: '' },
              { line: 1, character: 1 },
            ),
            from: 0,
            to: 1,
            fixes: [],
          },
        ],
      },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await toEvent(page);
      await field(page, 'What the rows count for').selectOption('compute_hours');
      await page.getByText('Choose the column with the subscription.').waitFor();
      await page.getByText('The template is checked when everything above is chosen.').waitFor();
      await expect(page.locator('.problems').count()).resolves.toBe(0);
      await field(page, 'Column with the subscription').selectOption('Wer');
      await page.getByText('Choose the column with the date.').waitFor();
      await expectTidy(page);
      await field(page, 'Column with the date').selectOption('Wann');
      await page.getByText('Put the template right first.').waitFor();
      await page
        .locator('.problems')
        .getByRole('button', { name: 'Line 1', exact: true })
        .waitFor();
      const written = await template(page);
      expect(written).toContain('"external_subscription_id": "{{ row.wer }}"');
      expect(written).toContain('"timestamp": {{ row.wann | unix }}');
      expect(written).toContain('"hours": "{{ row.menge }}"');
    });
  });

  test('a problem is repaired by one click, and then nothing stands in the way', async () => {
    const server = connected();
    await inSidebar(browser, server, async ({ page }) => {
      await toEvent(page);
      await rewrite(
        field(page, 'Template of the event'),
        '{ "external_customer_id": "{{ row.subscription }}" }',
      );
      await page.getByText('Put the template right first.').waitFor();
      await go(page, 'Use external_subscription_id');
      await page.getByText('The template is in order.').waitFor();
      expect(await template(page)).toBe('{ "external_subscription_id": "{{ row.subscription }}" }');
      await expect(
        page.getByRole('button', { name: 'Next: test a row' }).isDisabled(),
      ).resolves.toBe(false);
    });
  });

  test('typing asks once after a pause: for the check and for the event, and says what Lago makes of it', async () => {
    const server = connected();
    await inSidebar(
      browser,
      server,
      async ({ page }) => {
        const asked = (): number[] => [
          server.callsOf('checkTemplate').length,
          server.callsOf('preview').length,
        ];
        await toEvent(page);
        await page
          .getByText('Lago counts 12.5 hours for subscription acme-eu in November 2026.')
          .waitFor();
        await until(page, () => server.callsOf('checkTemplate').length > 0);
        await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 60_000);
        const before = asked();
        await field(page, 'Template of the event').press('Control+End');
        for (const letter of '   x') {
          await page.keyboard.type(letter);
          await page.clock.runFor(500);
        }
        expect(asked()).toEqual(before);
        await page.clock.runFor(500);
        await until(page, () => server.callsOf('preview').length > (before[1] ?? 0));
        expect(asked()).toEqual(before.map((count) => count + 1));
        expect(server.callsOf('preview').at(-1)).toMatchObject({ row: 2 });
        expect(server.callsOf('preview').at(-1)?.draft.template).toMatch(/x$/);
      },
      { clock: true },
    );
  });

  test('without a selected row the first one is shown, and the person is told when asking for the selected one', async () => {
    const server = connected();
    const shown: Preview = {
      row: 2,
      key: 'U-1001',
      event,
      problems: [],
      time: undefined,
      meaning: undefined,
      fixes: [],
      held: false,
      done: undefined,
    };
    server.answers.preview = ({ row }: Argument<'preview'>) =>
      row === 'selected'
        ? { ok: false, problem: problem('test.no-row', { name: 'Usage' }) }
        : { ok: true, value: { ...shown, row } };
    await inSidebar(browser, server, async ({ page }) => {
      await toEvent(page);
      await page.getByText('This row can be sent').waitFor();
      await expect(field(page, 'Row').inputValue()).resolves.toBe('2');
      await go(page, 'Next row');
      await until(page, () => server.callsOf('preview').some(({ row }) => row === 3));
      await page.getByText('This row can be sent').waitFor();
      await go(page, 'Selected row');
      await page.getByText('Select a row of the tab').waitFor();
    });
  });

  test('2,000 metrics are searched by typing', async () => {
    const server = connected();
    const many: MetricView[] = Array.from({ length: 2000 }, (_, index) => ({
      code: `metric_${index}`,
      name: `Metric ${index}`,
      aggregation: 'sum_agg',
      field: 'hours',
      hasExpression: false,
    }));
    server.metrics = many;
    await inSidebar(browser, server, async ({ page }) => {
      await toEvent(page);
      await page.getByText('Type a part of its name or code; Lago has 2,000.').waitFor();
      await field(page, 'What the rows count for').fill('metric_1999');
      await page.getByText('Metric 1999 (metric_1999): Lago adds up hours.').waitFor();
      await field(page, 'What the rows count for').fill('Metric 1998');
      await page.getByText('Press Enter to choose it.').waitFor();
      await field(page, 'What the rows count for').press('Enter');
      await page.getByText('Metric 1998 (metric_1998): Lago adds up hours.').waitFor();
      await field(page, 'What the rows count for').fill('metric_1999');
      await page.getByText('Metric 1999 (metric_1999): Lago adds up hours.').waitFor();
      expect(await template(page)).toContain('"code": "metric_1999"');
      await expectTidy(page);
    });
  });

  test.each([
    ['no metric', [], 'Lago has no billable metric yet.'],
    ['no right to read them', undefined, 'cannot be read with this API key'],
  ] as const)('with %s the code is typed', async (_, metrics, words) => {
    const server = connected();
    server.metrics = metrics;
    await inSidebar(browser, server, async ({ page }) => {
      await toRows(page);
      await go(page, 'Next: make the event');
      await page.getByText(words).waitFor();
      await field(page, 'Code of the billable metric').fill('gigabytes');
      await until(page, () =>
        server
          .callsOf('checkTemplate')
          .some((asked) => asked.template.includes('"code": "gigabytes"')),
      );
      await expectTidy(page);
    });
  });

  test('no two metrics of a row get the same column by themselves, and a person who wants it is warned', async () => {
    const server = connected();
    await inSidebar(browser, server, async ({ page }) => {
      await toEvent(page);
      await page.getByText('A row with several metrics').click();
      const make = page.getByRole('button', { name: 'Make 2 syncs' });
      await field(page, 'Metric 1').selectOption('compute_hours');
      await expect(field(page, 'Column of metric 1').inputValue()).resolves.toBe('hours');
      await field(page, 'Metric 2').selectOption('seats');
      await expect(field(page, 'Column of metric 2').inputValue()).resolves.toBe('');
      await page.getByText('Choose the column that each metric reads.').waitFor();
      await expect(make.isDisabled()).resolves.toBe(true);
      await field(page, 'Column of metric 2').selectOption('Hours');
      await page.getByText('It would be billed under both.').waitFor();
      await expectTidy(page);
      await expect(make.isDisabled()).resolves.toBe(false);
    });
  });

  test('a row with several metrics becomes one sync per metric in one step, also when the answer is lost', async () => {
    const server = connected();
    await inSidebar(browser, server, async ({ page }) => {
      await toEvent(page);
      await field(page, 'What the rows count for').selectOption('compute_hours');
      await page.getByText('A row with several metrics').click();
      await page.getByText('Choose a metric in each line.').waitFor();
      await field(page, 'Metric 2').selectOption('calls');
      await expectTidy(page);
      const put = server.answers.saveSync;
      server.answers.saveSyncs = ({ drafts }: Argument<'saveSyncs'>) => {
        for (const draft of drafts)
          server.put({
            ...draft,
            id: draft.id ?? '',
            revision: draft.revision + 1,
            state: 'draft',
          });
        return 'lost';
      };
      await go(page, 'Make 2 syncs');
      await page.getByText('No answer came from Google.').waitFor();
      server.answers = { ...(put === undefined ? {} : { saveSync: put }) };
      server.answers.saveSyncs = ({ drafts }: Argument<'saveSyncs'>) => ({
        ok: true,
        value: { syncs: drafts.map((draft) => server.view(draft.id ?? '').sync) },
      });
      await go(page, 'Try again');
      await page.getByText('2 syncs are made, one for each metric.').waitFor();
      const asked = server.callsOf('saveSyncs');
      expect(asked).toHaveLength(2);
      expect(asked[0]).toEqual(asked[1]);
      expect(asked[0]?.drafts.map(({ name }) => name)).toEqual(['Compute hours', 'API calls']);
      expect(
        asked[0]?.drafts.map((draft) => /"transaction_id": "(.*)"/.exec(draft.template)?.[1]),
      ).toEqual(['{{ row.usage_id }}-compute_hours', '{{ row.usage_id }}-calls']);
      expect(server.syncs).toHaveLength(2);
      await go(page, 'Next: test a row');
      await until(page, () => server.syncs.some((view) => view.sync.step === 'test'));
    });
  });
});

describe('testing a row', () => {
  test('says before where it goes; shows what was sent and what Lago has; then the review is next', async () => {
    const server = connected();
    await inSidebar(browser, server, async ({ page }) => {
      await toTest(page);
      await expect(page.locator('.card.warning').textContent()).resolves.toContain(
        'It goes to Acme Metering GmbH Live and is billed there.',
      );
      await expectTidy(page);
      await go(page, 'Send row 2');
      await page.getByText('As Lago has it').waitFor();
      await expectTidy(page);
      await expect(page.locator('.button.primary').textContent()).resolves.toBe('Next: review');
      await go(page, 'Test another row');
      await until(page, () => server.callsOf('preview').some(({ row }) => row === 3));
    });
  });

  test('a row that would be held cannot be sent, and the reason is said', async () => {
    const server = connected();
    server.answers.preview = ({ row }: Argument<'preview'>) => ({
      ok: true,
      value: {
        row: row === 'selected' ? 2 : row,
        key: 'U-1001',
        event,
        problems: [problem('event.unknown-subscription', { value: 'globex', suggestion: '' })],
        time: undefined,
        meaning: undefined,
        fixes: [],
        held: true,
        done: undefined,
      },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await toTest(page);
      await page.getByText('This row cannot be tested').waitFor();
      await page.getByText('Lago has no subscription \u201cglobex\u201d').waitFor();
      await expect(page.getByRole('button', { name: 'Send row 2' }).isDisabled()).resolves.toBe(
        true,
      );
    });
  });

  test('of a row that Lago has already it shows that event, and offers another row', async () => {
    const server = connected();
    server.answers.testSend = ({ row }: Argument<'testSend'>) => ({
      ok: true,
      value: {
        row: row === 'selected' ? 2 : row,
        key: 'U-1001',
        sent: event,
        state: 'accepted',
        answer: '200',
        stored: event,
        problems: [problem('test.already-sent', { id: 'U-1001' })],
      },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await toTest(page);
      await go(page, 'Send row 2');
      await page.getByText('Lago already has this row; nothing was sent now.').waitFor();
      await page.getByText('As it was sent before').waitFor();
      await expect(page.locator('.button.primary').textContent()).resolves.toBe('Test another row');
      await go(page, 'Test another row');
      await page.getByRole('button', { name: 'Send row 3' }).waitFor();
    });
  });

  test('a lost answer is asked for again, with the same row', async () => {
    const server = connected();
    server.answers.testSend = () => 'lost';
    await inSidebar(browser, server, async ({ page }) => {
      await toTest(page);
      await go(page, 'Send row 2');
      await page.getByText('No answer came from Google.').waitFor();
      delete server.answers.testSend;
      await go(page, 'Try again');
      await page.getByText('As Lago has it').waitFor();
      expect(server.callsOf('testSend')).toEqual([
        { id: savedOf(server).id, row: 2 },
        { id: savedOf(server).id, row: 2 },
      ]);
    });
  });
});

describe('the review', () => {
  test('shows the dry run in numbers and pictures', async () => {
    await inSidebar(browser, atReview(), async ({ page }) => {
      await toReview(page);
      await page.getByText('212 events to send').waitFor();
      await page.getByText('1,250.75').waitFor();
      const chart = page.getByRole('table', { name: 'hours per day' });
      expect(await chart.getByRole('row').count()).toBe(12);
      expect(await chart.getByRole('row').first().textContent()).toContain(
        '1 Nov 2026: 80 hours in 10 events',
      );
      await page.getByText('acme-us').waitFor();
      await page.getByText('31 Oct 2026').waitFor();
      await go(page, /^Show .*row 17$/);
      await page.getByText('Row 17 is selected in the sheet.').waitFor();
    });
  });

  test('a row that has moved is found by its key', async () => {
    const server = atReview();
    await inSidebar(browser, server, async ({ page }) => {
      await toReview(page);
      await go(page, /^Show .*row 17$/);
      await until(page, () => server.callsOf('showRow').length === 1);
      expect(server.callsOf('showRow')).toEqual([
        { id: 's1', row: 17, key: 'U-1016', column: 'Hours' },
      ]);
    });
  });

  test('long decimals keep all their digits', async () => {
    const server = atReview();
    server.answers.dryRun = () => ({
      ok: true,
      value: {
        ...dryRun,
        summary: {
          ...dryRun.summary,
          metrics: [
            { code: 'gb', events: 3, quantity: '9007199254740993.000000000000000001', field: 'gb' },
          ],
        },
      },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await toReview(page);
      await page.getByText('9,007,199,254,740,993.000000000000000001').waitFor();
      await expectTidy(page);
    });
  });

  test('rows that were tested with an older template, and other syncs of the tab, are told', async () => {
    const server = atReview();
    server.answers.dryRun = () => ({
      ok: true,
      value: {
        ...dryRun,
        testedBefore: [
          { row: 4, key: 'U-1003', change: 'unchanged', action: 'sent', problems: [] },
        ],
        otherSyncs: ['Seats', MARKUP],
      },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await toReview(page);
      await page.getByText('1 row tested with an older template.').waitFor();
      await page.getByText('Other syncs read this tab').waitFor();
      await go(page, /^Show .*row 4$/);
      await until(page, () => server.callsOf('showRow').length === 1);
      expect(server.callsOf('showRow')).toEqual([{ id: 's1', row: 4, key: 'U-1003' }]);
    });
  });

  test('nothing is chosen for a person but what holds; "Send everything" is followed by the run', async () => {
    const server = atReview();
    await inSidebar(browser, server, async ({ page }) => {
      await toReview(page);
      await expect(
        page.locator('input[type=radio]:checked').evaluateAll((all) => all.map(({ id }) => id)),
      ).resolves.toEqual(['late-hold']);
      const button = page.getByRole('button', { name: 'Activate', exact: true });
      for (const label of ['Send everything', 'Only flag it', 'Flag it']) {
        await expect(button.isDisabled()).resolves.toBe(true);
        await field(page, label).check();
      }
      await button.click();
      await heading(page, 'Run');
      await page.getByText('212 events sent').waitFor();
      expect(server.callsOf('activate')).toEqual([
        {
          id: 's1',
          revision: savedOf(server).revision,
          changed: 'flag',
          removed: 'flag',
          schedule: { every: 60 },
          lookMs: dryRun.lookMs,
          onEdit: false,
          reviewed: { events: 212, removed: 1 },
        },
      ]);
    });
  });

  test('a schedule is chosen with what it costs beside it, and the hour of a daily one', async () => {
    const server = atReview();
    await inSidebar(browser, server, async ({ page }) => {
      await toReview(page);
      const schedules = field(page, 'The whole tab');
      expect(await schedules.locator('option').allTextContents()).toContain(
        'Every 5 minutes (18 of your 90 minutes a day)',
      );
      await expect(page.locator('#hour').count()).resolves.toBe(0);
      await schedules.selectOption({ label: 'Daily (5 of your 90 minutes a day)' });
      await field(page, 'At').selectOption('9:00');
      await expectTidy(page);
      for (const label of ['Send everything', 'Only flag it', 'Flag it'])
        await field(page, label).check();
      await go(page, 'Activate');
      await heading(page, 'Run');
      expect(server.callsOf('activate')[0]?.schedule).toEqual({ every: 'day', hour: 9 });
    });
  });

  test('what is chosen for late usage is saved, and what would be sent is looked at anew before it is activated', async () => {
    const server = atReview();
    const value = {
      ...dryRun,
      counts: { ...dryRun.counts, send: 215, hold: 15 },
      summary: { ...dryRun.summary, events: 215, future: 1, booked: 3 },
    };
    server.answers.dryRun = () => ({
      ok: true,
      value: savedOf(server).late === 'book' ? value : dryRun,
    });
    await inSidebar(browser, server, async ({ page }) => {
      await toReview(page);
      for (const label of [
        'Send everything',
        'Only flag it',
        'Flag it',
        'Count it in the running period',
      ])
        await field(page, label).check();
      await page.getByText('215 events to send').waitFor();
      await page
        .getByText('3 events of closed periods are booked into the running period')
        .waitFor();
      await page
        .getByText('1 event is dated in the future: it counts in the period of its date.')
        .waitFor();
      await expectTidy(page);
      await go(page, 'Activate');
      await heading(page, 'Run');
      const asked = { late: 'book', reviewed: { events: 215, removed: 1 } };
      expect(server.callsOf('activate')).toEqual([expect.objectContaining(asked)]);
      await go(page, 'Done');
      await page.getByText('Counted in the running period').waitFor();
    });
  });

  test('far more than usual is approved by activating, with the numbers that were shown', async () => {
    const server = atReview();
    const found = problem('run.volume', { events: 212, limit: 100 });
    server.answers.dryRun = () => ({
      ok: true,
      value: {
        ...dryRun,
        problems: [
          { action: 'hold', problem: found, alike: true, count: 1, rows: [] },
          ...dryRun.problems,
        ],
        asks: { events: 212, removed: 1 },
      },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await toReview(page);
      await page.getByText('activating the sync approves these numbers').waitFor();
      await expect(page.getByText(found.message).count()).resolves.toBe(1);
      for (const label of ['Send everything', 'Only flag it', 'Flag it'])
        await field(page, label).check();
      await go(page, 'Activate');
      await heading(page, 'Run');
      expect(server.callsOf('activate')[0]?.reviewed).toEqual({ events: 212, removed: 1 });
    });
  });

  test('without a connection the way to it is there, and leads back', async () => {
    const server = atReview();
    server.connection = undefined;
    server.put({ state: 'paused', changed: 'flag', removed: 'flag' });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, 'Resume Compute hours');
      await go(page, 'Connect to Lago');
      await field(page, 'API key').fill('key');
      await go(page, 'Connect');
      await go(page, 'Next: review');
      await readCounts(page);
      await expectTidy(page);
    });
  });

  test('"Start from now" says what it means, takes the ticked incomplete rows too, and no run follows', async () => {
    const server = atReview();
    server.answers.takeAsBilled = () => ({
      ok: true,
      value: {
        taken: 213,
        dryRun: {
          ...dryRun,
          counts: { ...dryRun.counts, send: 0, sent: 219 },
          summary: { ...dryRun.summary, events: 0 },
        },
      },
    });
    await inSidebar(browser, server, async ({ page }) => {
      await toReview(page);
      await field(page, 'Start from now').check();
      await field(page, 'Only flag it').check();
      await field(page, 'Flag it').check();
      await page.getByText('Take the rows as billed first').waitFor();
      const incomplete = field(page, 'Row 17: U-1016');
      await expect(incomplete.isChecked()).resolves.toBe(false);
      await incomplete.check();
      await go(page, 'Take 213 rows as billed');
      await page.getByText('They will never be sent to Lago').waitFor();
      await expectTidy(page);
      await go(page, 'Take as billed');
      await page.getByText('No row waits to be sent').waitFor();
      expect(server.callsOf('takeAsBilled')).toEqual([
        { id: 's1', revision: savedOf(server).revision, incomplete: ['U-1016'] },
      ]);
      await go(page, 'Activate');
      await page.getByText('Look before you send').waitFor();
      expect(server.callsOf('runNow')).toEqual([]);
    });
  });

  test('a ticked row that is complete by the next look is counted and taken once', async () => {
    const server = atReview();
    await inSidebar(browser, server, async ({ page }) => {
      await toReview(page);
      await field(page, 'Start from now').check();
      await field(page, 'Row 17: U-1016').check();
      await page.getByRole('button', { name: 'Take 213 rows as billed' }).waitFor();
      server.answers.dryRun = () => ({
        ok: true,
        value: { ...dryRun, counts: { ...dryRun.counts, send: 213, hold: 17 }, rows: [] },
      });
      await go(page, 'Check again');
      await page.getByText('213 complete rows are taken as billed.').waitFor();
      await go(page, 'Take 213 rows as billed');
      await go(page, 'Take as billed');
      await until(page, () => server.callsOf('takeAsBilled').length === 1);
      expect(server.callsOf('takeAsBilled')[0]?.incomplete).toEqual([]);
    });
  });

  test('while Lago is away it can be asked for again', async () => {
    const server = atReview();
    server.answers.dryRun = () => ({
      ok: false,
      problem: problem('lago.unreachable', { address: 'api.getlago.com', answer: 'time-out' }),
    });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, /^Continue: /);
      await page.getByText('cannot be reached').waitFor();
      await expectTidy(page);
      delete server.answers.dryRun;
      await go(page, 'Try again');
      await readCounts(page);
    });
  });

  test('an activation whose answer is lost is repeated as it was', async () => {
    const server = atReview();
    await inSidebar(browser, server, async ({ page }) => {
      await toReview(page);
      for (const label of ['Send everything', 'Only flag it', 'Ignore it'])
        await field(page, label).check();
      server.answers.activate = () => 'lost';
      await go(page, 'Activate');
      await page.getByText('No answer came from Google.').waitFor();
      delete server.answers.activate;
      await go(page, 'Try again');
      await heading(page, 'Run');
      const asked = server.callsOf('activate');
      expect(asked).toHaveLength(2);
      expect(asked[0]).toEqual(asked[1]);
    });
  });

  test.each([
    ['got no answer', 'lost'],
    ['failed', { ok: false, problem: problem('lago.unreachable', { address: 'x', answer: '' }) }],
  ] as const)(
    'an activation that %s is tried again with the choices that are on the screen by then',
    async (_, refused) => {
      const server = atReview();
      await inSidebar(browser, server, async ({ page }) => {
        await toReview(page);
        for (const label of ['Send everything', 'Only flag it', 'Ignore it'])
          await field(page, label).check();
        server.answers.activate = () => refused;
        await go(page, 'Activate');
        await page.getByRole('button', { name: 'Try again' }).waitFor();
        const revision = savedOf(server).revision;
        await field(page, 'Flag it').check();
        await field(page, 'Also soon after a row is edited').check();
        if (refused !== 'lost') {
          await until(page, () => savedOf(server).revision > revision);
          await page
            .locator('.way-on .button:not([aria-busy="true"])', { hasText: 'Activate' })
            .waitFor();
        }
        delete server.answers.activate;
        await go(page, 'Try again');
        await heading(page, 'Run');
        const asked = server.callsOf('activate');
        expect(asked[0]).toMatchObject({ removed: 'ignore', onEdit: false, revision });
        expect(asked[1]).toMatchObject({
          removed: 'flag',
          onEdit: true,
          revision: savedOf(server).revision,
        });
      });
    },
  );
});

describe('what was entered stays', () => {
  const STEPS = [
    ['rows', 'Choose the rows'],
    ['event', 'Make the event'],
    ['test', 'Test a row'],
    ['review', 'Review and activate'],
  ] as const;

  test.each(played(STEPS, 3))(
    'closed in the step "%s" the sidebar goes on there',
    async (step, title) => {
      const server = connected();
      await inSidebar(browser, server, async ({ page }) => {
        await toRows(page);
        await nameHours(page, 'compute');
        if (step !== 'rows') {
          await go(page, 'Next: make the event');
          await field(page, 'What the rows count for').selectOption('compute_hours');
          await page.getByText('Lago adds up hours.').waitFor();
        }
        if (step === 'test' || step === 'review') {
          await go(page, 'Next: test a row');
          await page.getByRole('button', { name: 'Send row 2' }).waitFor();
        }
        if (step === 'review') {
          await go(page, 'Next: review');
          await readCounts(page);
          await field(page, 'Only flag it').check();
        }
        const isSaved = (): boolean => {
          const [view] = server.syncs;
          if (view?.sync.step !== step || view.sync.source.columns[3]?.name !== 'compute')
            return false;
          if (step === 'review' && view.sync.changed !== 'flag') return false;
          return step === 'rows' || view.sync.template.includes('"code": "compute_hours"');
        };
        await until(page, isSaved);
        await page.reload();
        await go(page, /^Continue: /);
        await heading(page, title);
        if (step === 'rows') await openColumns(page);
        if (step === 'rows')
          await expect(field(page, 'Name of Hours in the template').inputValue()).resolves.toBe(
            'compute',
          );
        if (step === 'event') {
          await field(page, 'Template of the event').waitFor();
          expect(await template(page)).toContain('"hours": "{{ row.compute }}"');
        }
        if (step === 'test') await page.getByRole('button', { name: 'Send row 2' }).waitFor();
        if (step === 'review') {
          await readCounts(page);
          await expect(field(page, 'Only flag it').isChecked()).resolves.toBe(true);
        }
        await expect(
          page.locator('.steps').getByRole('button', { name: 'Connect' }).count(),
        ).resolves.toBe(1);
      });
    },
  );

  test('looking leaves nothing behind', async () => {
    const server = connected();
    await inSidebar(
      browser,
      server,
      async ({ page }) => {
        await toRows(page);
        await page.clock.fastForward(10_000);
        await go(page, 'Back');
        await page.getByText('Set up the first sync').waitFor();
        await page.clock.fastForward(10_000);
        expect(server.callsOf('saveSync')).toEqual([]);
      },
      { clock: true },
    );
  });

  test('a name or column that is changed at first is saved when the pointer leaves the sidebar', async () => {
    const server = connected();
    await inSidebar(
      browser,
      server,
      async ({ page }) => {
        await toRows(page);
        await page.getByText('Name of the sync').click();
        await field(page, 'Name').fill('Mine');
        await page.evaluate(() =>
          document.documentElement.dispatchEvent(new MouseEvent('mouseleave')),
        );
        await until(page, () => server.syncs[0]?.sync.name === 'Mine');
        await field(page, 'Column that identifies a row').selectOption('Day');
        await page.evaluate(() => window.dispatchEvent(new Event('blur')));
        await until(page, () => server.syncs[0]?.sync.key === 'day');
        expect(server.callsOf('saveSync')).toHaveLength(2);
      },
      { clock: true },
    );
  });

  test('what was typed last is saved when the setup is left', async () => {
    const server = connected();
    await inSidebar(browser, server, async ({ page }) => {
      await toRows(page);
      await nameHours(page, 'last');
      await go(page, 'Back');
      await until(page, () => server.syncs[0]?.sync.source.columns[3]?.name === 'last');
      await page.getByRole('button', { name: /^Continue: / }).waitFor();
    });
  });

  test('what could not be saved is there when the setup is opened again', async () => {
    const server = connected();
    const save = server.answers.saveSync;
    server.put({ state: 'draft', step: 'rows' });
    await inSidebar(browser, server, async ({ page }) => {
      server.answers.saveSync = () => ({
        ok: false,
        problem: problem('run.google', {}),
      });
      await go(page, /^Continue: /);
      await nameHours(page, 'typed');
      await go(page, 'Back');
      await until(page, () => server.callsOf('saveSync').length > 0);
      await go(page, /^Continue: /);
      await openColumns(page);
      await expect(field(page, 'Name of Hours in the template').inputValue()).resolves.toBe(
        'typed',
      );
      await page.getByRole('button', { name: 'Try again' }).waitFor();
      if (save !== undefined) server.answers.saveSync = save;
      await go(page, 'Try again');
      await until(page, () => savedOf(server).source.columns[3]?.name === 'typed');
    });
  });

  test('one save is at work at a time, and each is made from the newest revision', async () => {
    const server = connected();
    let atWork = 0;
    let most = 0;
    await inSidebar(browser, server, async ({ page }) => {
      await page.route('**/rpc', async (route) => {
        const isSave = route.request().postData()?.includes('saveSync') === true;
        if (isSave) most = Math.max(most, ++atWork);
        await new Promise((resolve) => setTimeout(resolve, isSave ? 300 : 0));
        const response = await route.fetch().catch(() => undefined);
        // Before the page has the answer, so that its next save is not taken for a second one.
        if (isSave) atWork--;
        if (response !== undefined) await route.fulfill({ response }).catch(() => undefined);
      });
      await toEvent(page);
      await field(page, 'What the rows count for').selectOption('seats');
      await go(page, 'Next: test a row');
      await page.getByRole('button', { name: 'Send row 2' }).waitFor();
      await go(page, 'Back');
      await field(page, 'What the rows count for').selectOption('compute_hours');
      await go(page, 'Next: test a row');
      await until(
        page,
        () =>
          server.syncs[0]?.sync.step === 'test' &&
          savedOf(server).template.includes('compute_hours'),
      );
      expect(most).toBe(1);
      const revisions = server.callsOf('saveSync').map(({ draft }) => draft.revision);
      expect(revisions).toEqual(revisions.map((_, index) => index));
    });
  });

  test('a save whose answer is lost is repeated as it was before the newer one is made', async () => {
    const server = connected();
    const save = server.answers.saveSync;
    await inSidebar(browser, server, async ({ page }) => {
      await toRows(page);
      server.answers.saveSync = (argument: Argument<'saveSync'>) => {
        save?.(argument);
        return 'lost';
      };
      await nameHours(page, 'first');
      await page.getByText('No answer came from Google.').waitFor();
      if (save !== undefined) server.answers.saveSync = save;
      await nameHours(page, 'second');
      await until(page, () => server.syncs[0]?.sync.source.columns[3]?.name === 'second');
      await page.getByText('No answer came from Google.').waitFor({ state: 'detached' });
      const names = server
        .callsOf('saveSync')
        .map(({ draft }) => `${draft.revision} ${draft.source.columns[3]?.name}`);
      expect(names).toEqual(['0 first', '0 first', '1 second']);
    });
  });

  test('in a second sidebar that is older nothing is overwritten, and the newer one is loaded', async () => {
    const server = connected();
    server.put({ state: 'draft', step: 'rows' });
    await inSidebar(browser, server, async ({ page, another }) => {
      const second = await another();
      for (const each of [page, second]) {
        await go(each, /^Continue: /);
        await openColumns(each);
        await field(each, 'Name of Hours in the template').waitFor();
      }
      await nameHours(page, 'mine');
      await until(page, () => savedOf(server).source.columns[3]?.name === 'mine');
      await nameHours(second, 'theirs');
      await second.getByText('Not saved: changed in another window.').waitFor();
      await expect(
        second.getByRole('button', { name: 'Next: make the event' }).isDisabled(),
      ).resolves.toBe(true);
      await expectTidy(second);
      expect(savedOf(server).source.columns[3]?.name).toBe('mine');
      await go(second, 'Load the newer one');
      await second.getByText('changed in another window').waitFor({ state: 'detached' });
      await expect(field(second, 'Name of Hours in the template').inputValue()).resolves.toBe(
        'mine',
      );
      await nameHours(second, 'theirs');
      await until(second, () => savedOf(server).source.columns[3]?.name === 'theirs');
    });
  });

  test('an active sync is changed by "Save" alone, and leaving asks', async () => {
    const server = connected();
    server.put({ state: 'active', changed: 'flag', removed: 'flag' });
    server.answers.saveSync = ({ draft }: Argument<'saveSync'>) => ({
      ok: true,
      value: server.put({ ...draft, id: 's1', revision: draft.revision + 1, state: 'active' }).sync,
    });
    await inSidebar(
      browser,
      server,
      async ({ page }) => {
        await go(page, /^Open /);
        await go(page, 'Edit');
        await nameHours(page, 'compute');
        await page.clock.fastForward(10_000);
        expect(server.callsOf('saveSync')).toEqual([]);
        await go(page, 'Back');
        await page.getByText('Leave without saving your changes?').waitFor();
        await go(page, 'Stay');
        await go(page, 'Next: make the event');
        await go(page, 'Save');
        await until(page, () => server.callsOf('saveSync').length === 1);
        expect(server.callsOf('saveSync')[0]?.draft.step).toBeUndefined();
        await go(page, 'Next: test a row');
        await go(page, 'Back');
        await go(page, 'Back');
        await go(page, 'Back');
        await page.getByText('Look before you send').waitFor();
        await go(page, 'Edit');
        await nameHours(page, 'unwanted');
        await go(page, 'Back');
        await go(page, 'Leave');
        await go(page, 'Edit');
        await openColumns(page);
        await expect(field(page, 'Name of Hours in the template').inputValue()).resolves.toBe(
          'compute',
        );
        expect(server.callsOf('saveSync')).toHaveLength(1);
      },
      { clock: true },
    );
  });

  test('a changed active sync is tested and reviewed only when it is saved', async () => {
    const server = connected();
    server.put({ state: 'active', changed: 'flag', removed: 'flag' });
    await inSidebar(browser, server, async ({ page }) => {
      await go(page, /^Open /);
      await go(page, 'Edit');
      await nameHours(page, 'compute');
      await page.locator('.steps').getByRole('button', { name: 'Test' }).click();
      await page.getByText('Your changes are not saved yet.').waitFor();
      await page.getByRole('button', { name: /^Send / }).waitFor({ state: 'detached' });
      await page.locator('.steps').getByRole('button', { name: 'Review' }).click();
      await page.getByText('Your changes are not saved yet.').waitFor();
      expect(server.callsOf('dryRun')).toEqual([]);
      await expectTidy(page);
    });
  });
});

test('names in all scripts, markup and long texts do no harm', async () => {
  const server = connected();
  const [first] = tab.columns;
  if (first === undefined) throw new Error('no columns');
  server.connection = { ...connection, organization: MARKUP };
  server.tab = {
    ...tab,
    tab: { id: 1, name: LONG },
    columns: [
      ...tab.columns,
      { ...first, header: MARKUP, name: 'odd', samples: [MARKUP], unique: false },
    ],
  };
  await inSidebar(browser, server, async ({ page }) => {
    await toRows(page);
    await openColumns(page);
    await field(page, MARKUP).waitFor();
    await expectTidy(page);
    await go(page, 'Next: make the event');
    await field(page, 'What the rows count for').selectOption('compute_hours');
    await page.getByText('The template is in order.').waitFor();
    await expectTidy(page);
    expect(sync.name).not.toBe(LONG);
    await until(page, () => server.syncs[0]?.sync.name === LONG);
  });
});
