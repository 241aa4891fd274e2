import type { LagoView, SandboxBackend } from '../../sandbox/page/backend';
import { problem } from '../../src/problem/problem';
import type { Call, ConnectionView, DryRun, Home, Method, Reply, SyncView, TabView, Value } from '../../src/rpc/contract';

type Sync = Value<'saveSync'>;
type RunReport = Value<'runNow'>;
type Answers = { [M in Method]: (argument: Call<M>['argument']) => Reply<M> | 'lost' };

const NOW = Date.UTC(2026, 10, 20, 9, 30);
const ok = <M extends Method>(value: Value<M>): Reply<M> => ({ ok: true, value });

export const connection: ConnectionView = {
  address: 'https://api.eu.getlago.com',
  keyEnding: 'a1b2',
  organization: 'Acme Metering GmbH',
  store: 'postgres',
  requestsPerSecond: 25,
};

export const template = `{
  "transaction_id": "{{ row.usage_id }}",
  "external_subscription_id": "{{ row.subscription }}",
  "code": "compute_hours",
  "timestamp": {{ row.day | unix }},
  "properties": {
    "hours": "{{ row.hours }}"
  }
}`;

export const sync: Sync = {
  id: 's1',
  name: 'Compute hours',
  revision: 3,
  source: {
    tabId: 1,
    tabName: 'Usage November',
    headerRow: 1,
    columns: [
      { name: 'usage_id', header: 'Usage ID' },
      { name: 'subscription', header: 'Subscription' },
      { name: 'day', header: 'Day' },
      { name: 'hours', header: 'Hours' },
    ],
  },
  key: 'usage_id',
  template,
  templateRevision: 1,
  dateOnly: 'noon',
  restMinutes: 5,
  unattendedEvents: 10_000,
  state: 'draft',
};

export const tab: TabView = {
  tab: { id: 1, name: 'Usage November' },
  headerRow: 1,
  rows: 240,
  columns: [
    { header: 'Usage ID', name: 'usage_id', samples: ['U-1001', 'U-1002', 'U-1003'], type: 'text', filled: 240, unique: true },
    { header: 'Subscription', name: 'subscription', samples: ['acme-eu', 'acme-us', 'globex'], type: 'text', filled: 240, unique: false },
    { header: 'Day', name: 'day', samples: ['2026-11-03', '2026-11-04'], type: 'date', filled: 239, unique: false },
    { header: 'Hours', name: 'hours', samples: ['12.5', '3', '0.25'], type: 'number', filled: 238, unique: false },
    { header: 'Checked', name: 'checked', samples: ['TRUE', 'FALSE'], type: 'tick box', filled: 240, unique: false },
    { header: 'Comment', name: 'comment', samples: [], type: 'empty', filled: 0, unique: false },
  ],
};

const groups: DryRun['problems'] = [
  {
    action: 'hold',
    alike: true,
    problem: problem('row.empty-cell', { column: 'Hours' }, { row: 17, column: 'Hours' }),
    count: 3,
    rows: [17, 88, 120],
  },
  {
    action: 'hold',
    alike: true,
    problem: problem('event.unknown-subscription', { value: 'globex-trial', suggestion: 'Did you mean \u201cglobex\u201d?' }, { row: 44 }),
    count: 14,
    rows: [44, 45, 46, 47, 48, 49, 50, 51, 52, 53],
  },
  {
    action: 'refused',
    alike: true,
    problem: problem('event.rejected', { answer: 'invalid_timestamp_format' }, { row: 61 }),
    count: 1,
    rows: [61],
  },
  { action: 'wait', alike: true, problem: problem('row.resting', { minutes: 5 }, { row: 239 }), count: 1, rows: [239] },
];

export const dryRun: DryRun = {
  counts: { send: 212, hold: 18, wait: 1, sent: 6, flag: 2, refused: 1 },
  changes: { added: 231, changed: 1, unchanged: 7, removed: 1 },
  problems: groups,
  checksOff: [problem('lago.unchecked', { what: 'subscriptions' })],
  rows: [
    { row: 17, key: 'U-1016', change: 'added', action: 'hold', problems: [problem('row.empty-cell', { column: 'Hours' }, { row: 17 })] },
    {
      row: 61,
      key: 'U-1060',
      change: 'added',
      action: 'refused',
      problems: [problem('event.rejected', { answer: 'invalid_timestamp_format' }, { row: 61 })],
    },
    { row: 70, key: 'U-1069', change: 'changed', action: 'flag', problems: [problem('row.changed', {}, { row: 70 })] },
    { row: undefined, key: 'U-0999', change: 'removed', action: 'flag', problems: [problem('row.removed', { key: 'U-0999' })] },
  ],
};

export const report: RunReport = {
  sync: 's1',
  trigger: 'hourly',
  startedAt: NOW - 1_800_000,
  endedAt: NOW - 1_795_000,
  rows: { send: 0, hold: 18, wait: 1, sent: 218, flag: 2, refused: 1 },
  delivered: 212,
  left: 0,
  problems: groups,
  checksOff: [],
  stopped: undefined,
};

const healthy: SyncView['health'] = { state: 'healthy', failures: 0, problem: undefined, told: 'healthy', toldAt: 0 };
export const event = JSON.stringify(
  {
    transaction_id: 'U-1001',
    external_subscription_id: 'acme-eu',
    code: 'compute_hours',
    timestamp: 1_793_707_200,
    properties: { hours: '12.5' },
  },
  null,
  2,
);

/** A long text in which there is nowhere to break, and one that tries to be markup. */
export const LONG = 'Verbrauchsabrechnungsdatenexportzusammenfassung_2026_11_final_v3_really_final';
export const MARKUP = '<script>alert("x")</script> \u{1F4CA} \u0627\u0644\u0627\u0633\u062A\u062E\u062F\u0627\u0645';

/** The server's answers as far as the sidebar can tell, kept in memory. Every value can be replaced, by method. */
export class CannedServer {
  connection: ConnectionView | undefined;
  syncs: SyncView[] = [];
  tab: TabView = tab;
  readonly calls: Call[] = [];
  answers: Partial<Answers> = {};

  home(): Home {
    return {
      spreadsheet: 'Usage 2026',
      connection: this.connection,
      syncs: this.syncs,
      problem: undefined,
      tabs: [this.tab.tab, { id: 2, name: 'Archive' }],
      activeTab: 1,
      triggers: { hourly: this.syncs.some((view) => view.sync.state === 'active'), onEdit: false },
    };
  }

  view(id: string): SyncView {
    return this.syncs.find((each) => each.sync.id === id) ?? { sync, health: healthy, lastRun: undefined };
  }

  put(changed: Partial<Sync>, more: Partial<SyncView> = {}): SyncView {
    const before = this.syncs.find((each) => each.sync.id === (changed.id ?? 's1')) ?? { sync, health: healthy, lastRun: undefined };
    const view: SyncView = { ...before, ...more, sync: { ...before.sync, ...changed } };
    this.syncs = [...this.syncs.filter((each) => each.sync.id !== view.sync.id), view];
    return view;
  }

  #normally(): Answers {
    return {
      open: () => ok<'open'>(this.home()),
      connect: ({ address }) => {
        this.connection = { ...connection, address };
        return ok<'connect'>(this.connection);
      },
      describeTab: () => ok<'describeTab'>(this.tab),
      checkTemplate: ({ template: text }) =>
        ok<'checkTemplate'>({
          problems: text.includes('customer')
            ? [
                problem('template.customer-field', {}, { line: 3, character: 31 }),
                problem(
                  'template.missing-field',
                  { field: 'timestamp', suggestion: 'Add "timestamp": {{ row.\u2026 | unix }}.' },
                  { line: 1, character: 1 },
                ),
              ]
            : [],
        }),
      saveSync: ({ draft }) => ok<'saveSync'>(this.put({ ...draft, id: draft.id ?? 's1', revision: draft.revision + 1 }).sync),
      deleteSync: ({ id }) => {
        this.syncs = this.syncs.filter((each) => each.sync.id !== id);
        return ok<'deleteSync'>({ id });
      },
      preview: ({ row }) =>
        ok<'preview'>({
          row: row === 'selected' ? 2 : row,
          key: 'U-1001',
          event,
          problems: [],
          time: '2026-11-03T12:00:00Z (2026-11-03 13:00 in Europe/Berlin)',
        }),
      testSend: ({ row }) => {
        this.put({ organization: 'org-1' });
        return ok<'testSend'>({
          row: row === 'selected' ? 2 : row,
          key: 'U-1001',
          sent: event,
          state: 'accepted',
          answer: '200',
          stored: event,
          problems: [],
        });
      },
      dryRun: () => ok<'dryRun'>(dryRun),
      activate: ({ changed, removed }) =>
        ok<'activate'>(this.put({ changed, removed, state: 'active', organization: 'org-1', activatedBy: 'finance@example.com' })),
      pause: ({ id }) => ok<'pause'>(this.put({ id, state: 'paused' })),
      runNow: ({ id }) => {
        this.put({ id }, { lastRun: { ...report, trigger: 'person' } });
        return ok<'runNow'>({ ...report, trigger: 'person' });
      },
      sendAgain: () => ok<'sendAgain'>(report),
      resolveLedger: ({ id }) => ok<'resolveLedger'>(this.put({ id }, { health: healthy })),
      changeOrganization: ({ id }) => ok<'changeOrganization'>(this.put({ id }, { health: healthy })),
    };
  }

  answer(text: string): string | null {
    const call = JSON.parse(text) as Call;
    this.calls.push(call);
    const handler = { ...this.#normally(), ...this.answers }[call.method] as (argument: Call['argument']) => Reply | 'lost';
    const reply = handler(call.argument);
    return reply === 'lost' ? null : JSON.stringify(reply);
  }
}

const lago: LagoView = {
  organization: 'Acme Metering GmbH',
  store: 'postgres',
  events: [
    {
      transactionId: 'U-1001',
      subscription: 'acme-eu',
      code: 'compute_hours',
      time: NOW - 86_400_000,
      receivedAt: NOW,
      properties: '{"hours":"12.5"}',
    },
    {
      transactionId: 'U-1002',
      subscription: 'acme-us',
      code: 'compute_hours',
      time: NOW - 86_400_000,
      receivedAt: NOW,
      properties: '{"hours":"3"}',
    },
  ],
  usage: [{ subscription: 'acme-eu', metric: 'compute_hours', events: 1, units: '12.5', amountCents: 1875, currency: 'EUR' }],
  requests: { 'POST /api/v1/events/batch': 3, 'GET /api/v1/events/:id': 1 },
};

/** A sandbox without a fake Google and a fake Lago behind it. */
export function cannedBackend(server: CannedServer, sidebarHtml: string): SandboxBackend {
  let now = NOW;
  const shown = [
    ['Usage ID', 'Subscription', 'Day', 'Hours', 'Checked', 'Comment'],
    ...Array.from({ length: 240 }, (_, row) => [
      `U-${1001 + row}`,
      row % 3 === 0 ? 'acme-eu' : 'acme-us',
      '2026-11-03',
      String(row / 4),
      'TRUE',
      '',
    ]),
  ];
  return {
    sheets: () => [
      { id: 1, name: 'Usage November', hidden: false, active: true },
      { id: 2, name: 'Archive', hidden: false, active: false },
      { id: 3, name: 'Lago ledger: Compute hours', hidden: true, active: false },
    ],
    grid: (sheetId) => ({ rows: 1000, columns: 26, shown: sheetId === 1 ? shown : [['{"ledger":1}'], ['U-1001', 'accepted']] }),
    edit: (_sheet, row, column, text) => {
      const line = shown[row - 1] ?? [];
      line[column - 1] = text;
    },
    select: () => undefined,
    loadCsv: () => undefined,
    saveCsv: () => shown.map((row) => row.join(',')).join('\r\n'),
    sidebarHtml: () => sidebarHtml,
    rpc: (_name, [text]) => ({ value: server.answer(String(text)) }),
    advance: (ms) => {
      now += ms;
    },
    now: () => now,
    lago: () => lago,
    mails: () => [
      {
        to: 'finance@example.com',
        subject: 'Lago usage sync: \u201cCompute hours\u201d needs you',
        body: 'Open the sidebar to see what to do.',
      },
    ],
  };
}
