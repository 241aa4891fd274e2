import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { servePage } from '../../sandbox/page/server';
import { type Problem, problem } from '../../src/problem/problem';
import type {
  Method,
  MetricView,
  Prerequisite,
  Reply,
  SyncView,
  TabView,
  Value,
} from '../../src/rpc/contract';
import {
  CannedServer,
  cannedBackend,
  connection,
  corrections,
  dryRun,
  event,
  finding,
  reconciled,
  report,
  tab,
  undoOf,
} from './canned-backend';
import { go, rewrite, shortenRests, WIDTH } from './scene';
import { readCounts } from './walk';

/** A screen of the sidebar: what the server has, and how a person comes there. Every test that is about all screens, and the pictures, take them from here. */
export interface SidebarScreen {
  readonly name: string;
  readonly server: () => CannedServer;
  readonly reach: (page: Page, server: CannedServer) => Promise<void>;
}

type Group = Value<'runNow'>['problems'][number];

const NOW = Date.UTC(2026, 10, 20, 9, 30);
const DAY_MS = 86_400_000;
const healthy: SyncView['health'] = {
  state: 'healthy',
  failures: 0,
  problem: undefined,
  told: 'healthy',
  toldAt: 0,
};
const clean: Value<'runNow'> = {
  ...report,
  rows: { ...report.rows, hold: 0, refused: 0, flag: 0 },
  problems: [],
  rejected: 0,
};
const days: SyncView['days'] = Array.from({ length: 26 }, (_, index) => ({
  day: new Date(NOW - (25 - index) * DAY_MS).toISOString().slice(0, 10),
  sent: 90 + ((index * 53) % 130),
  refused: index % 9 === 4 ? 6 : 0,
}));
const never = new Promise<never>(() => undefined);

function connected(): CannedServer {
  const server = new CannedServer();
  server.connection = connection;
  return server;
}

/** A sync that runs, and what it is like. */
function active(more: Partial<SyncView> = {}): CannedServer {
  const server = connected();
  server.put(
    {
      state: 'active',
      organization: 'org-1',
      changed: 'flag',
      removed: 'flag',
      activatedBy: 'finance@example.com',
    },
    { lastRun: report, days, nextRun: NOW + 1_800_000, health: healthy, ...more },
  );
  return server;
}

const inTrouble = (state: SyncView['health']['state'], found: Problem): CannedServer =>
  active({ health: { ...healthy, state, problem: found, told: state, toldAt: NOW } });

const closingGroup: Group = {
  action: 'hold',
  problem: problem('period.closing', { end: '2026-11-30 23:59 (Europe/Berlin)', rows: 21 }),
  alike: true,
  count: 21,
  rows: [17, 44, 45, 46, 47, 48, 49, 50, 51, 52],
  keys: [
    'U-1016',
    'U-1043',
    'U-1044',
    null,
    'U-1046',
    'U-1047',
    'U-1048',
    'U-1049',
    'U-1050',
    'U-1051',
  ],
};

const lateGroups: readonly Group[] = [
  {
    action: 'hold',
    problem: problem(
      'event.late',
      { value: 'acme-eu', date: '2026-10-30', suggestion: 'Bill it by hand in Lago.' },
      { row: 90 },
    ),
    alike: false,
    count: 2,
    rows: [90, 91],
  },
  {
    action: 'flag',
    problem: problem('key.reused', { key: 'U-1001', period: '2026-10' }, { row: 2 }),
    alike: true,
    count: 1,
    rows: [2],
  },
];

/** A sync with a period that is about to close while rows of it are not billed. */
function closing(): CannedServer {
  const lastRun = { ...report, problems: [closingGroup, ...lateGroups, ...report.problems] };
  return active({
    lastRun,
    health: { ...healthy, state: 'needs-you', problem: closingGroup.problem },
  });
}

/** A sync whose last run waits for numbers to be approved. */
function waiting(found: Problem, events: number, removed: number): CannedServer {
  const lastRun = {
    ...clean,
    rows: { ...clean.rows, send: events },
    delivered: 0,
    left: events,
    stopped: found,
    asks: { events, removed },
  };
  return active({ lastRun, health: { ...healthy, state: 'stopped', problem: found } });
}

/** A copy of a file in which a sync ran. */
function copied(): CannedServer {
  const server = homeWith(active(), { isCopy: true });
  server.connection = undefined;
  server.put({ state: 'paused' }, { nextRun: undefined });
  return server;
}

/** A sync that is being set up, as far as the given step. */
function draft(step: NonNullable<SyncView['sync']['step']>): CannedServer {
  const server = connected();
  server.put({ state: 'draft', step });
  return server;
}

function answering<M extends Method>(
  server: CannedServer,
  method: M,
  reply: Reply<M> | 'lost',
): CannedServer {
  server.answers = { ...server.answers, [method]: () => reply };
  return server;
}

const refusal = (found: Problem) => ({ ok: false as const, problem: found });

const homeWith = (server: CannedServer, more: Partial<Value<'open'>>): CannedServer => {
  const home = server.home.bind(server);
  server.home = () => ({ ...home(), ...more });
  return server;
};

const withMetrics = (
  server: CannedServer,
  metrics: readonly MetricView[] | undefined,
): CannedServer => {
  server.metrics = metrics;
  return server;
};

const withTab = (server: CannedServer, changed: Partial<TabView>): CannedServer => {
  server.tab = { ...tab, ...changed };
  return server;
};

const column = (
  header: string,
  more: Partial<TabView['columns'][number]> = {},
): TabView['columns'][number] => ({
  header,
  name: header.toLowerCase().replace(/\W+/g, '_'),
  samples: ['1', '2'],
  type: 'number',
  odd: { count: 0, rows: [] },
  filled: 240,
  missing: 0,
  repeated: [],
  unique: false,
  ...more,
});

const columnsWithProblems = (): TabView['columns'] => [
  column('Reading', {
    type: 'text',
    samples: ['R-1', 'R-2'],
    filled: 237,
    missing: 3,
    repeated: [
      { value: 'R-12', rows: [4, 9, 17] },
      { value: 'R-40', rows: [44, 45] },
      { value: 'R-41', rows: [46, 47] },
    ],
  }),
  column('Subscription', { type: 'text', samples: ['acme-eu', 'globex'] }),
  column('Day', {
    type: 'date',
    samples: ['2026-11-03'],
    odd: { count: 14, rows: [17, 18, 22, 30, 31] },
  }),
  column('Hours', { odd: { count: 1, rows: [88] } }),
  column('Amount'),
  column('Amount'),
];

const prerequisites: readonly Prerequisite[] = [
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

const slice = (delivered: number, left: number): Reply<'runNow'> => ({
  ok: true,
  value: {
    ...clean,
    trigger: 'person',
    delivered,
    rows: { ...clean.rows, send: left },
    left,
    stopped: left > 0 ? problem('run.time', { events: left }) : undefined,
  },
});

/** Holds the next slice of a run back until it is let go. */
function holdRun(server: CannedServer): () => void {
  let letGo = (): void => undefined;
  server.waits.runNow = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  return () => letGo();
}

const testResult: Value<'testSend'> = {
  row: 2,
  key: 'U-1001',
  sent: event,
  state: 'accepted',
  answer: '200',
  stored: event,
  problems: [],
};

const heldPreview: Value<'preview'> = {
  row: 17,
  key: 'U-1016',
  event: undefined,
  problems: [problem('row.empty-cell', { column: 'Hours' }, { row: 17, column: 'Hours' })],
  time: undefined,
  meaning: undefined,
  fixes: [],
  held: true,
  done: undefined,
};

/** A key that belongs to another organization than the stored one. */
export function withOtherOrganization(name: string): CannedServer {
  const server = connected();
  server.otherOrganization = {
    from: connection,
    to: {
      ...connection,
      organization: name,
      organizationId: '2b802b80-2b80-2b80-2b80-2b802b802b80',
      keyEnding: 'c3d4',
    },
    syncs: [
      { name: 'Compute usage', effect: 'stops' },
      { name: 'Storage', effect: 'moves' },
      { name: 'Traffic', effect: 'returns' },
    ],
  };
  return server;
}

/** Enters the key, up to the question. */
export async function enterOtherKey(page: Page): Promise<void> {
  await go(page, 'Change connection');
  await go(page, 'Change connection');
  await page.getByLabel('API key').fill('secret-key-c3d4');
  await go(page, 'Check and save');
  await page.getByRole('alertdialog').waitFor();
}

/** Until nothing is saved, read or asked any more. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const isSaving = [...document.querySelectorAll('.saved')].some(
      ({ textContent }) => textContent?.startsWith('Saving') === true,
    );
    return !isSaving && document.querySelector('.busy, button[aria-busy=true]') === null;
  });
}

const shows = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByText(text).first().waitFor();

const toStep = (page: Page, step: string): Promise<void> =>
  page
    .getByRole('navigation', { name: 'Setting up' })
    .getByRole('button', { name: step, exact: true })
    .click();

const atHome = async (page: Page): Promise<void> => {
  await page.locator('.sync-card').first().waitFor();
  const newest = page.getByRole('heading', { name: 'Newest events in Lago' });
  if ((await newest.count()) > 0)
    await page.locator('.event-list > li, section:has(.event-list) .button').first().waitFor();
};

const toSync = async (page: Page): Promise<void> => {
  await go(page, /^Open /);
  await shows(page, 'What was sent');
};

const toLedger = async (page: Page): Promise<void> => {
  await go(page, 'Rebuild from Lago');
  await page.getByRole('heading', { level: 1, name: 'Ledger' }).waitFor();
};

const toNextTab = async (page: Page): Promise<void> => {
  await toSync(page);
  await page
    .getByRole('button', { name: /next month/ })
    .last()
    .click();
  await page.getByLabel('Tab', { exact: true }).waitFor();
};

const toRows = async (page: Page): Promise<void> => {
  await go(page, 'New sync');
  await shows(page, /rows? below it/);
};

/** A ledger that was left behind, as the server tells of it. */
const FOUND = {
  name: 'API calls',
  rows: '300 rows for “api_calls”, known by “Usage ID”',
  column: '“Usage ID”',
};

/** The other steps are those of the sync that is being set up. */
const goOn = (page: Page): Promise<void> => go(page, /^Continue: /);

const toEvent = async (page: Page): Promise<void> => {
  await goOn(page);
  await page.getByLabel('Template of the event').waitFor();
  await shows(page, 'This row can be sent');
  await shows(page, 'The template is in order.');
};

const toTest = async (page: Page): Promise<void> => {
  await goOn(page);
  await page.locator('.state-line').waitFor();
};

const toResult = async (page: Page): Promise<void> => {
  await toTest(page);
  await page.getByRole('button', { name: /^Send row/ }).click();
  await page.getByRole('button', { name: 'Test another row' }).waitFor();
};

const toReview = async (page: Page): Promise<void> => {
  await goOn(page);
  await readCounts(page);
};

const toRun = (page: Page): Promise<void> => go(page, /^Run now/);

const ended = async (page: Page): Promise<void> => {
  await toRun(page);
  await shows(page, 'Done');
};

const find = async (page: Page): Promise<void> => {
  await toSync(page);
  await go(page, 'Find a row');
  await page.getByLabel(/^Find a row by its key/).fill('U-1001');
  await go(page, 'Find');
  await shows(page, /Now row|Not in the sheet now|No row and no event/);
};

const uncorrected: Group = {
  action: 'flag',
  problem: problem('row.changed-uncorrected', { because: 'its period is closed' }, { row: 9 }),
  alike: true,
  count: 1,
  rows: [9],
};

/** A sync that runs, whose newer template would bill sent rows otherwise. */
function billedAgain(): CannedServer {
  const server = active();
  server.put({ templateRevision: 2 });
  return answering(server, 'dryRun', {
    ok: true,
    value: { ...dryRun, problems: [uncorrected], corrected: 25, corrections },
  });
}

const toRebill = async (page: Page): Promise<void> => {
  await toSync(page);
  await go(page, 'Bill sent rows again');
  await page.getByRole('button', { name: /^Bill [0-9,]+ rows again$/ }).waitFor();
};

/** A run of the past, and what taking it back would do. */
function undoable(): CannedServer {
  const server = answering(active(), 'runNow', {
    ok: true,
    value: {
      ...clean,
      rows: { ...clean.rows, send: 212, sent: 7, wait: 0 },
      delivered: 212,
      undone: { startedAt: report.startedAt, events: 212 },
    },
  });
  return answering(server, 'dryRun', { ok: true, value: undoOf() });
}

const toUndo = async (page: Page): Promise<void> => {
  await go(page, 'Activity');
  await page.locator('.run').first().click();
  await go(page, 'Take this run back');
  await page.getByRole('button', { name: /^Take back [0-9,]+ rows$/ }).waitFor();
};

const refused = problem('event.rejected', { answer: 'invalid_timestamp_format' }, { row: 2 });

/** Every screen and state of the sidebar. */
export const SCREENS: readonly SidebarScreen[] = [
  {
    name: 'home-empty',
    server: () => new CannedServer(),
    reach: (page) => shows(page, 'Bill what is in this sheet'),
  },
  {
    name: 'home-connected',
    server: connected,
    reach: (page) => shows(page, 'Set up the first sync'),
  },
  {
    name: 'home-drafts',
    server: () => {
      const server = draft('event');
      server.put({ id: 's2', name: 'Seats', state: 'draft', step: 'review' });
      return server;
    },
    reach: atHome,
  },
  { name: 'home-healthy', server: () => active({ lastRun: clean }), reach: atHome },
  {
    name: 'home-needs-you',
    server: () => inTrouble('needs-you', report.problems[1]?.problem ?? problem('row.removed')),
    reach: atHome,
  },
  {
    name: 'home-stopped',
    server: () => {
      const server = inTrouble('stopped', problem('lago.unauthorized'));
      server.put(
        { id: 's2', name: 'Seats', state: 'paused' },
        { lastRun: clean, days: [], nextRun: undefined, health: healthy },
      );
      return server;
    },
    reach: atHome,
  },
  {
    name: 'home-approval',
    server: () => waiting(problem('run.volume', { events: 12_000, limit: 10_000 }), 12_000, 1),
    reach: atHome,
  },
  { name: 'home-closing', server: () => closing(), reach: atHome },
  { name: 'home-copy', server: copied, reach: atHome },
  {
    name: 'home-ledger-vanished',
    server: () => inTrouble('stopped', problem('ledger.vanished', { lines: 12, recorded: 240 })),
    reach: atHome,
  },
  {
    name: 'home-view-only',
    server: () => homeWith(active({ lastRun: clean }), { canEdit: false }),
    reach: atHome,
  },
  {
    name: 'home-lago-away',
    server: () =>
      answering(
        active({
          health: { ...healthy, failures: 1 },
          lastRun: {
            ...clean,
            delivered: 0,
            stopped: problem('lago.unavailable', { status: 503 }),
          },
        }),
        'newestEvents',
        refusal(problem('lago.unavailable', { status: 503 })),
      ),
    reach: (page) => shows(page, 'They cannot be shown now.'),
  },
  {
    name: 'home-ledger-copied',
    server: () => inTrouble('stopped', problem('ledger.copied', { lines: 12 })),
    reach: atHome,
  },
  {
    name: 'home-other-organization',
    server: () =>
      inTrouble(
        'stopped',
        problem('lago.other-organization', { name: 'Other GmbH', rows: '300 rows' }),
      ),
    reach: atHome,
  },
  {
    name: 'home-settings-unreadable',
    server: () => homeWith(connected(), { problem: problem('settings.unreadable') }),
    reach: (page) => shows(page, 'The stored settings are damaged.'),
  },
  {
    name: 'opening-fails',
    server: () => answering(active(), 'open', 'lost'),
    reach: (page) => page.getByRole('button', { name: 'Try again' }).waitFor(),
  },
  {
    name: 'connect-first',
    server: () => new CannedServer(),
    reach: async (page) => {
      await go(page, 'Connect to Lago');
      await page.getByLabel('API key').waitFor();
    },
  },
  {
    name: 'connect-refused',
    server: () => answering(new CannedServer(), 'connect', refusal(problem('lago.unauthorized'))),
    reach: async (page) => {
      await go(page, 'Connect to Lago');
      await page.getByLabel('Where is your Lago?').selectOption('own');
      await page.getByLabel('Address of its API').fill('https://lago.example.com');
      await page.getByLabel('API key').fill('wrong');
      await go(page, 'Connect');
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'connect-other-organization',
    server: () => withOtherOrganization('Other GmbH'),
    reach: enterOtherKey,
  },
  {
    name: 'connect-same-name',
    server: () => withOtherOrganization(connection.organization),
    reach: enterOtherKey,
  },
  {
    name: 'connect-done',
    server: connected,
    reach: async (page) => {
      await go(page, 'Change connection');
      await shows(page, '12 subscriptions');
    },
  },
  {
    name: 'connect-lago-empty',
    server: () => {
      const server = connected();
      server.connection = { ...connection, environment: 'test' };
      server.prerequisites = prerequisites;
      return server;
    },
    reach: async (page) => {
      await go(page, 'Change connection');
      await shows(page, '0 plans');
    },
  },
  { name: 'rows', server: connected, reach: toRows },
  {
    name: 'rows-former',
    server: () =>
      withTab(connected(), {
        former: [
          {
            sync: 's0',
            key: 'Usage ID',
            problem: problem('ledger.found', { ...FOUND, metric: '' }),
          },
        ],
      }),
    reach: async (page) => {
      await toRows(page);
      await go(page, 'Start empty');
      await page.getByRole('alertdialog').waitFor();
    },
  },
  {
    name: 'rows-problems',
    server: () => withTab(connected(), { columns: columnsWithProblems() }),
    reach: toRows,
  },
  {
    name: 'rows-200-columns',
    server: () =>
      withTab(connected(), {
        columns: [
          ...tab.columns,
          ...Array.from({ length: 194 }, (_, index) => column(`Column ${index + 7}`)),
        ],
      }),
    reach: async (page) => {
      await toRows(page);
      await page.getByText('Columns for the template').click();
      await shows(page, 'search for them');
    },
  },
  {
    name: 'rows-no-header',
    server: () =>
      answering(
        connected(),
        'describeTab',
        refusal(problem('sheet.no-header', { headerRow: 1, name: 'Usage November' })),
      ),
    reach: async (page) => {
      await go(page, 'New sync');
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'event-choose',
    server: connected,
    reach: async (page) => {
      await toRows(page);
      await go(page, 'Next: make the event');
      await page.getByLabel('What the rows count for').waitFor();
      await shows(page, 'This row can be sent');
      await shows(page, 'The template is in order.');
    },
  },
  { name: 'event', server: () => draft('event'), reach: toEvent },
  {
    name: 'event-problems',
    server: () => draft('event'),
    reach: async (page) => {
      await toEvent(page);
      await page
        .getByLabel('Template of the event')
        .fill(
          '{\n  "transaction_id": "{{ row.usage_id }}",\n  "external_customer_id": "{{ row.subscription }}"\n}',
        );
      await page.getByRole('button', { name: 'Use external_subscription_id' }).waitFor();
      await page.locator('.template-problem').first().waitFor();
    },
  },
  {
    name: 'event-proposals',
    server: () => draft('event'),
    reach: async (page) => {
      await toEvent(page);
      const editor = page.getByLabel('Template of the event');
      await rewrite(editor, '{\n  "transaction_id": "{{ row.');
      await editor.press('Control+Space');
      await page.locator('.template-proposals .entry').first().waitFor();
    },
  },
  {
    name: 'event-several-metrics',
    server: () => draft('event'),
    reach: async (page) => {
      await toEvent(page);
      await page.getByText('A row with several metrics').click();
      await page.getByLabel('Metric 2').selectOption('seats');
      await page.getByLabel('Column of metric 2').waitFor();
    },
  },
  {
    name: 'event-no-metric',
    server: () => withMetrics(connected(), []),
    reach: async (page) => {
      await toRows(page);
      await go(page, 'Next: make the event');
      await page.getByLabel('Code of the billable metric').fill('gigabytes');
      await shows(page, 'This row can be sent');
      await shows(page, 'The template is in order.');
    },
  },
  {
    name: 'event-2000-metrics',
    server: () =>
      withMetrics(
        draft('event'),
        Array.from({ length: 2_000 }, (_, index) => ({
          code: `metric_${index}`,
          name: `Metric ${index}`,
          aggregation: 'sum_agg',
          field: 'hours',
          hasExpression: false,
        })),
      ),
    reach: toEvent,
  },
  { name: 'test', server: () => draft('test'), reach: toTest },
  {
    name: 'test-held',
    server: () => answering(draft('test'), 'preview', { ok: true, value: heldPreview }),
    reach: async (page) => {
      await toTest(page);
      await shows(page, 'This row would be held');
    },
  },
  { name: 'test-result', server: () => draft('test'), reach: toResult },
  {
    name: 'test-refused',
    server: () =>
      answering(draft('test'), 'testSend', {
        ok: true,
        value: {
          ...testResult,
          state: 'rejected',
          answer: 'invalid_timestamp_format',
          stored: undefined,
          problems: [refused],
        },
      }),
    reach: toResult,
  },
  {
    name: 'test-already-sent',
    server: () =>
      answering(draft('test'), 'testSend', {
        ok: true,
        value: { ...testResult, problems: [problem('test.already-sent', {}, { row: 2 })] },
      }),
    reach: toResult,
  },
  {
    name: 'test-fails',
    server: () =>
      answering(
        draft('test'),
        'testSend',
        refusal(problem('lago.unreachable', { address: 'api.eu.getlago.com', answer: 'time-out' })),
      ),
    reach: async (page) => {
      await toTest(page);
      await page.getByRole('button', { name: /^Send row/ }).click();
      await page.getByRole('button', { name: 'Try again' }).waitFor();
    },
  },
  {
    name: 'review-more-than-usual',
    server: () => {
      const found = problem('run.volume', { events: 12_000, limit: 10_000 });
      return answering(waiting(found, 12_000, 1), 'dryRun', {
        ok: true,
        value: {
          ...dryRun,
          problems: [
            { action: 'hold', problem: found, alike: true, count: 1, rows: [] },
            closingGroup,
            ...lateGroups,
            ...dryRun.problems,
          ],
          summary: { ...dryRun.summary, future: 12, booked: 3 },
          asks: { events: 12_000, removed: 1 },
        },
      });
    },
    reach: async (page) => {
      await go(page, /^Look at the dry run/);
      await readCounts(page);
    },
  },
  { name: 'review', server: () => draft('review'), reach: toReview },
  {
    name: 'review-start-from-now',
    server: () => draft('review'),
    reach: async (page) => {
      await toReview(page);
      await page.getByLabel('Start from now').check();
      await page.getByLabel(/^Row 17/).check();
    },
  },
  {
    name: 'review-take-as-billed',
    server: () => draft('review'),
    reach: async (page) => {
      await toReview(page);
      await page.getByLabel('Start from now').check();
      await go(page, /^Take .* as billed$/);
      await page.getByRole('alertdialog').waitFor();
    },
  },
  {
    name: 'review-warnings',
    server: () =>
      answering(draft('review'), 'dryRun', {
        ok: true,
        value: {
          ...dryRun,
          testedBefore: [{ row: 4, key: 'U-1003' }],
          otherSyncs: ['Seats', 'Storage'],
          summary: {
            ...dryRun.summary,
            metrics: [
              ...dryRun.summary.metrics,
              { code: 'calls', events: 40, quantity: undefined, field: undefined },
            ],
          },
        },
      }),
    reach: toReview,
  },
  {
    name: 'review-corrections',
    server: () =>
      answering(draft('review'), 'dryRun', {
        ok: true,
        value: {
          ...dryRun,
          counts: { ...dryRun.counts, send: 215 },
          problems: [],
          checksOff: [],
          summary: { ...dryRun.summary, events: 218, periods: [] },
          corrected: 3,
          corrections,
        },
      }),
    reach: async (page) => {
      await toReview(page);
      await page.getByText('2 events', { exact: true }).click();
      await page.evaluate(() => window.scrollTo(0, 0));
    },
  },
  {
    name: 'review-held',
    server: () =>
      answering(draft('review'), 'dryRun', {
        ok: true,
        value: {
          ...dryRun,
          problems: [uncorrected],
          rules: [
            { code: 'compute_hours', because: undefined },
            { code: 'seats', because: 'a lower value does not replace a maximum' },
          ],
        },
      }),
    reach: async (page) => {
      await toReview(page);
      await page.getByLabel('Correct it').check();
    },
  },
  { name: 'rebill', server: () => billedAgain(), reach: toRebill },
  {
    name: 'rebill-question',
    server: () => billedAgain(),
    reach: async (page) => {
      await toRebill(page);
      await go(page, /^Bill [0-9,]+ rows again$/);
      await page.getByRole('alertdialog').waitFor();
    },
  },
  {
    name: 'rebill-nothing',
    server: () => answering(billedAgain(), 'dryRun', { ok: true, value: dryRun }),
    reach: async (page) => {
      await toSync(page);
      await go(page, 'Bill sent rows again');
      await shows(page, 'No row would be billed again');
    },
  },
  { name: 'undo', server: undoable, reach: toUndo },
  {
    name: 'undo-question',
    server: undoable,
    reach: async (page) => {
      await toUndo(page);
      await go(page, /^Take back [0-9,]+ rows$/);
      await page.getByRole('alertdialog').waitFor();
    },
  },
  {
    name: 'undo-done',
    server: undoable,
    reach: async (page) => {
      await toUndo(page);
      await go(page, /^Take back [0-9,]+ rows$/);
      await page
        .getByRole('alertdialog')
        .getByRole('button', { name: /^Take back/ })
        .click();
      await shows(page, /^Took back /);
    },
  },
  {
    name: 'settings-newer-template',
    server: () => {
      const server = active();
      server.answers.saveSync = ({ draft: { revision, ...edited } }) => ({
        ok: true,
        value: server.put({ ...edited, id: 's1', revision: revision + 1, templateRevision: 2 })
          .sync,
      });
      return server;
    },
    reach: async (page) => {
      await toSync(page);
      await go(page, 'Preview events');
      await page.getByLabel('Template of the event', { exact: true }).click();
      await page.keyboard.press('Control+End');
      await page.keyboard.type(' ');
      await go(page, 'Save');
      await shows(page, 'The changed template is saved.');
      await shows(page, 'The template is in order.');
    },
  },
  {
    name: 'review-nothing-to-send',
    server: () =>
      answering(draft('review'), 'dryRun', {
        ok: true,
        value: {
          ...dryRun,
          counts: { send: 0, hold: 0, wait: 0, sent: 240, flag: 0, refused: 0, elsewhere: 0 },
          changes: { added: 0, changed: 0, unchanged: 240, removed: 0 },
          problems: [],
          rows: [],
          checksOff: [],
          summary: {
            ...dryRun.summary,
            events: 0,
            metrics: [],
            periods: [],
            biggest: [],
            subscriptions: 0,
            first: undefined,
            last: undefined,
          },
        },
      }),
    reach: toReview,
  },
  {
    name: 'review-fails',
    server: () =>
      answering(
        draft('review'),
        'dryRun',
        refusal(
          problem('lago.not-lago', {
            address: 'api.eu.getlago.com',
            answer: 'a web page, \u201cSign in\u201d',
          }),
        ),
      ),
    reach: async (page) => {
      await goOn(page);
      await page.getByRole('button', { name: 'Try again' }).waitFor();
    },
  },
  {
    name: 'settings-unsaved',
    server: active,
    reach: async (page) => {
      await toSync(page);
      await go(page, 'Edit');
      await page
        .getByLabel('Name of Hours in the template')
        .or(page.getByLabel(/^Name of Hours .* in the template/))
        .fill('compute');
      await toStep(page, 'Review');
      await shows(page, 'Your changes are not saved yet.');
      await toStep(page, 'Rows');
      await shows(page, /rows? below it/);
      await go(page, 'Back');
      await page.getByRole('alertdialog').waitFor();
    },
  },
  {
    name: 'settings-stale',
    server: () => answering(draft('rows'), 'saveSync', refusal(problem('settings.stale'))),
    reach: async (page) => {
      await goOn(page);
      await page.getByLabel(/^Name of Hours/).fill('theirs');
      await page.getByRole('button', { name: 'Load the newer one' }).waitFor();
    },
  },
  { name: 'sync', server: active, reach: toSync },
  {
    name: 'sync-approval',
    server: () =>
      waiting(
        problem('run.removals', { removed: 300, events: 280, name: 'Usage November' }),
        280,
        300,
      ),
    reach: async (page) => {
      await toSync(page);
      await go(page, /^Yes, /);
      await page.getByRole('alertdialog').waitFor();
    },
  },
  { name: 'sync-closing', server: () => closing(), reach: toSync },
  {
    name: 'ledger',
    server: () => inTrouble('stopped', problem('ledger.damaged', { rows: '17, 18' })),
    reach: toLedger,
  },
  {
    name: 'ledger-progress',
    server: () => {
      const server = inTrouble('stopped', problem('ledger.damaged', { rows: '17, 18' }));
      server.answers.rebuildLedger = ({ id }) => {
        server.waits.rebuildLedger = never;
        const view = server.put({ id, state: 'paused' });
        return {
          ok: true,
          value: { kept: 240, found: 60, different: 0, absent: 40, next: 100, rows: 312, view },
        };
      };
      return server;
    },
    reach: async (page) => {
      await toLedger(page);
      await go(page, 'Rebuild from Lago');
      await shows(page, /^[0-9,]+ of [0-9,]+ rows?$/);
    },
  },
  {
    name: 'ledger-done',
    server: () =>
      inTrouble('stopped', problem('ledger.missing', { name: 'Lago ledger: Compute hours' })),
    reach: async (page) => {
      await toLedger(page);
      await go(page, 'Rebuild from Lago');
      await shows(page, 'The ledger is complete');
    },
  },
  { name: 'next-tab', server: () => homeWith(active(), { activeTab: 2 }), reach: toNextTab },
  {
    name: 'next-tab-missing',
    server: () =>
      withTab(homeWith(active(), { activeTab: 2 }), {
        columns: [
          column('Usage-ID'),
          column('Subscription'),
          column('Subscription'),
          column('Day'),
          column('Quantity'),
        ],
      }),
    reach: toNextTab,
  },
  { name: 'sync-draft', server: () => draft('event'), reach: toSync },
  {
    name: 'sync-stopped',
    server: () => inTrouble('stopped', problem('ledger.found', FOUND)),
    reach: toSync,
  },
  {
    name: 'sync-view-only',
    server: () => homeWith(active(), { canEdit: false }),
    reach: toSync,
  },
  {
    name: 'sync-delete',
    server: active,
    reach: async (page) => {
      await toSync(page);
      await go(page, 'Delete');
      await page.getByRole('alertdialog').waitFor();
    },
  },
  {
    name: 'statuses',
    server: active,
    reach: async (page) => {
      await toSync(page);
      await go(page, 'Choose the column');
      await page.getByLabel('In a column that is there').check();
      await page.getByLabel('Column', { exact: true }).selectOption({ index: 1 });
    },
  },
  {
    name: 'reconcile',
    server: () => {
      const server = active();
      server.put({ id: 's2', name: 'Seats', state: 'paused', organization: 'org-1' });
      return server;
    },
    reach: async (page) => {
      await toSync(page);
      await go(page, 'Reconcile with Lago');
      await go(page, 'Reconcile');
      await page.getByText('18 differences').waitFor();
    },
  },
  {
    name: 'reconcile-ways',
    server: () => {
      const findings = [
        finding('different', 'U-1001', {
          theirs: 'another event under this id',
          fix: 'row',
          advice:
            'Lago keeps the event that it has under an id. Compare the two; if the row is usage of its own, give it another key: it is then sent as a new row.',
        }),
        finding('changed', 'U-1002', {
          ours: 'hours: "3"',
          theirs: 'hours: "12.5"',
          difference: '-9.5',
          row: 3,
          fix: 'rule',
          advice:
            'Set it back, or enter the difference as a new row. Or let the sync correct such rows, where Lago\u2019s billing allows it.',
        }),
        finding('gone', 'U-1005', {
          ours: 'the row is gone',
          theirs: 'hours: "4"',
          difference: '-4',
          advice: 'The next run takes it back.',
          fix: 'run',
        }),
        finding('gone', 'U-1006', {
          ours: 'No row is known for it. It may belong to one of the rows 3, 7, 12, 15, 21 and 9 more, whose keys are empty, double or unreadable.',
          theirs: 'hours: "12345678901234567.891"',
          difference: '-12345678901234567.891',
          advice:
            'Give every row a key of its own that can be read, then reconcile again. Until then nothing is taken back for it.',
        }),
        finding('unsent', 'U-1003', { row: 4, fix: 'run', advice: 'The next run sends it.' }),
        finding('unsent', 'U-1016', {
          ours: '\u201cHours\u201d is empty.',
          row: 17,
          advice: 'Fill in the cell; the row goes out with the next run.',
        }),
        finding('open', 'U-1017', {
          theirs: 'not seen yet',
          fix: 'run',
          advice: 'The next runs settle it. Reconcile again after them.',
        }),
        finding('booked', 'U-0907', {
          ours: 'counts in another month. It came late, so Lago counts it in another month',
          theirs: 'hours: "2"',
          difference: '-2',
          row: 8,
          advice: 'Nothing, if that is right.',
        }),
        finding('elsewhere', 'U-0001', {
          ours: 'hours: "6". Marked as billed elsewhere, so it is never sent',
          difference: '6',
          row: 2,
          advice: 'Nothing, if that is right.',
        }),
      ];
      const counts = {
        ...reconciled.counts,
        missing: 0,
        foreign: 0,
        gone: 2,
        changed: 1,
        unsent: 2,
        open: 1,
        booked: 1,
        elsewhere: 1_530,
      };
      const totals = [
        ...reconciled.totals,
        {
          code: 'peak_seats_of_the_whole_organization',
          subscription: 'subscription-of-a-customer-with-a-very-long-name-2026',
          by: 'rows',
          sheet: '1204',
          lago: '1205',
          difference: '-1',
          unexplained: '-1',
          current: undefined,
        } as const,
      ];
      return answering(active(), 'reconcile', {
        ok: true,
        value: { ...reconciled, findings, counts, totals, compared: 312, different: 2, others: 0 },
      });
    },
    reach: async (page) => {
      await toSync(page);
      await go(page, 'Reconcile with Lago');
      await go(page, 'Reconcile');
      await page.getByText('1,538 differences in').waitFor();
    },
  },
  {
    name: 'statement',
    server: active,
    reach: async (page) => {
      await toSync(page);
      await go(page, 'Export a statement');
      await go(page, 'Export');
      await page.getByText('events listed').waitFor();
    },
  },
  {
    name: 'run-first',
    server: () => {
      const server = active();
      server.waits.runNow = never;
      return server;
    },
    reach: async (page) => {
      await toRun(page);
      await page.getByRole('progressbar').waitFor();
    },
  },
  {
    name: 'run-progress',
    server: active,
    reach: async (page, server) => {
      const letGo = holdRun(server);
      server.answers.runNow = () => {
        server.waits.runNow = never;
        return slice(4_000, 6_000);
      };
      const asked = page.waitForRequest(
        (request) => request.postData()?.includes('runNow') === true,
      );
      await toRun(page);
      await asked;
      await page.clock.setFixedTime(NOW + 18_000);
      letGo();
      await shows(page, /[0-9,]+ of [0-9,]+ rows/);
    },
  },
  {
    name: 'run-waits',
    server: () => answering(active(), 'runNow', refusal(problem('run.busy'))),
    reach: async (page) => {
      await toRun(page);
      await shows(page, 'Another run is at work');
    },
  },
  {
    name: 'run-cancelled',
    server: active,
    reach: async (page, server) => {
      const letGo = holdRun(server);
      server.answers.runNow = () => slice(4_000, 6_000);
      await toRun(page);
      await go(page, 'Cancel');
      await shows(page, 'is being finished');
      letGo();
      await shows(page, 'Nothing is lost');
    },
  },
  {
    name: 'run-approval',
    server: () => {
      const server = waiting(problem('run.volume', { events: 12_000, limit: 10_000 }), 12_000, 0);
      const { lastRun } = server.view('s1');
      return lastRun === undefined
        ? server
        : answering(server, 'runNow', { ok: true, value: lastRun });
    },
    reach: ended,
  },
  { name: 'run-ended', server: active, reach: ended },
  {
    name: 'run-stopped',
    server: () =>
      answering(active(), 'runNow', {
        ok: true,
        value: {
          ...clean,
          trigger: 'person',
          rows: { ...clean.rows, send: 900, sent: 100 },
          delivered: 100,
          left: 900,
          stopped: problem('lago.not-lago', {
            address: 'api.eu.getlago.com',
            answer: 'a web page, \u201cSign in\u201d',
          }),
        },
      }),
    reach: ended,
  },
  {
    name: 'run-not-allowed',
    server: () => answering(active(), 'runNow', refusal(problem('google.authorization'))),
    reach: ended,
  },
  {
    name: 'run-view-only',
    server: () => answering(active(), 'runNow', refusal(problem('google.view-only'))),
    reach: ended,
  },
  {
    name: 'run-last',
    server: active,
    reach: async (page) => {
      await toSync(page);
      await go(page, 'Show the last run');
      await readCounts(page);
    },
  },
  {
    name: 'activity',
    server: () => {
      const server = active();
      const at = (hours: number): number => NOW - hours * 3_600_000;
      const stopped = problem('lago.unavailable', { status: 503 });
      const runs = [
        { sync: 's1', syncName: 'Compute hours', report },
        {
          sync: 's1',
          syncName: 'Compute hours',
          report: { ...clean, startedAt: at(2), delivered: 1 },
        },
        {
          sync: 's2',
          syncName: 'Seats',
          report: { ...clean, startedAt: at(3), delivered: 0, stopped },
        },
        {
          sync: 's1',
          syncName: 'Compute hours',
          report: { ...clean, startedAt: at(26), trigger: 'person' as const },
        },
      ];
      return answering(server, 'activity', { ok: true, value: { runs } });
    },
    reach: async (page) => {
      await go(page, 'Activity');
      await page.locator('.run').first().waitFor();
    },
  },
  {
    name: 'activity-empty',
    server: () =>
      answering(active({ lastRun: undefined, days: [] }), 'activity', {
        ok: true,
        value: { runs: [] },
      }),
    reach: async (page) => {
      await go(page, 'Activity');
      await shows(page, 'No run yet.');
    },
  },
  {
    name: 'activity-run',
    server: active,
    reach: async (page) => {
      await go(page, 'Activity');
      await page.locator('.run').first().click();
      await readCounts(page);
      await go(page, /^Show .*row/);
      await shows(page, 'is selected in the sheet');
    },
  },
  {
    name: 'row-found',
    server: () => {
      const server = active();
      const line = {
        kind: 'usage',
        revision: 1,
        state: 'accepted',
        answer: '200',
        event,
        at: NOW - DAY_MS,
      } as const;
      server.lines = [
        {
          ...line,
          id: 'U-1001~r2',
          revision: 2,
          state: 'rejected',
          answer: 'invalid_timestamp_format',
        },
        { ...line, id: 'U-1001' },
        { ...line, id: 'U-1001~b', kind: 'baseline', answer: '', event: '' },
      ];
      return server;
    },
    reach: async (page) => {
      await find(page);
      await page.locator('summary').first().click();
    },
  },
  {
    name: 'row-corrected',
    server: () => {
      const server = active();
      const line = {
        kind: 'usage',
        revision: 1,
        state: 'accepted',
        answer: '200',
        event,
        at: NOW - DAY_MS,
      } as const;
      server.lines = [
        { ...line, id: 'U-1001~r2', revision: 2 },
        { ...line, id: 'U-1001~x1', kind: 'reversal', undoes: 'U-1001' },
        { ...line, id: 'U-1001' },
      ];
      return server;
    },
    reach: find,
  },
  {
    name: 'row-not-found',
    server: () =>
      answering(active(), 'findRow', {
        ok: true,
        value: { key: 'U-1001', row: undefined, lines: [], standing: undefined },
      }),
    reach: find,
  },
];

/** A page that shows one screen after the other; every error of the page is kept. */
export interface Stage {
  readonly page: Page;
  readonly errors: readonly string[];
  show(screen: SidebarScreen, asAnswered?: (text: string) => string): Promise<void>;
  close(): Promise<void>;
}

/** Opens a sidebar at a fixed time, in UTC and English, so that the same screen always looks the same. */
export async function openStage(browser: Browser): Promise<Stage> {
  let server = new CannedServer();
  let change = (text: string): string => text;
  const canned = cannedBackend(() => server, readFileSync('dist/sidebar.html', 'utf8'));
  const served = await servePage({
    ...canned,
    rpc: async (...call) => {
      const answer = await canned.rpc(...call);
      return typeof answer.value === 'string' ? { value: change(answer.value) } : answer;
    },
  });
  const context = await browser.newContext({
    viewport: { width: WIDTH, height: 640 },
    timezoneId: 'UTC',
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await shortenRests(page);
  return {
    page,
    errors,
    async show(screen, asAnswered = (text) => text) {
      server = screen.server();
      change = asAnswered;
      await page.clock.setFixedTime(NOW);
      await page.goto(`${served.url}sidebar`);
      await screen.reach(page, server);
      if (!screen.name.startsWith('run-')) await settled(page);
    },
    async close() {
      await context.close();
      await served.stop();
    },
  };
}
