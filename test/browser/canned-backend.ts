import type { LagoView, SandboxBackend } from '../../sandbox/page/backend';
import { problem } from '../../src/problem/problem';
import type {
  Argument,
  Call,
  ConnectionView,
  DryRun,
  Finding,
  Home,
  LagoEvent,
  Method,
  OrganizationChange,
  Reply,
  RowHistory,
  SyncView,
  TabView,
  Value,
} from '../../src/rpc/contract';
import { scheduleOptions } from '../../src/sync/clock/cost';

type Sync = Value<'saveSync'>;
type RunReport = Value<'runNow'>;
type Answers = { [M in Method]: (argument: Call<M>['argument']) => Reply<M> | 'lost' };

export const NOW = Date.UTC(2026, 10, 20, 9, 30);
const ok = <M extends Method>(value: Value<M>): Reply<M> => ({ ok: true, value });

export const connection: ConnectionView = {
  address: 'https://api.eu.getlago.com',
  keyEnding: 'a1b2',
  organization: 'Acme Metering GmbH',
  organizationId: '1a901a90-1a90-1a90-1a90-1a901a901a90',
  store: 'postgres',
  requestsPerSecond: 25,
  environment: 'live',
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

const whole = { odd: { count: 0, rows: [] }, missing: 0, repeated: [] } as const;

export const tab: TabView = {
  tab: { id: 1, name: 'Usage November' },
  headerRow: 1,
  rows: 240,
  columns: [
    {
      header: 'Usage ID',
      name: 'usage_id',
      samples: ['U-1001', 'U-1002', 'U-1003'],
      type: 'text',
      filled: 240,
      unique: true,
      ...whole,
    },
    {
      header: 'Subscription',
      name: 'subscription',
      samples: ['acme-eu', 'acme-us', 'globex'],
      type: 'text',
      filled: 240,
      unique: false,
      ...whole,
    },
    {
      header: 'Day',
      name: 'day',
      samples: ['2026-11-03', '2026-11-04'],
      type: 'date',
      filled: 239,
      unique: false,
      ...whole,
    },
    {
      header: 'Hours',
      name: 'hours',
      samples: ['12.5', '3', '0.25'],
      type: 'number',
      filled: 238,
      unique: false,
      ...whole,
    },
    {
      header: 'Checked',
      name: 'checked',
      samples: ['TRUE', 'FALSE'],
      type: 'tick box',
      filled: 240,
      unique: false,
      ...whole,
    },
    {
      header: 'Comment',
      name: 'comment',
      samples: [],
      type: 'empty',
      filled: 0,
      unique: false,
      ...whole,
    },
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
    problem: problem(
      'event.unknown-subscription',
      { value: 'globex-trial', suggestion: 'Did you mean \u201cglobex\u201d?' },
      { row: 44 },
    ),
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
  {
    action: 'wait',
    alike: true,
    problem: problem('row.resting', { minutes: 5 }, { row: 239 }),
    count: 1,
    rows: [239],
  },
];

export const dryRun: DryRun = {
  lookMs: 2_600,
  schedules: scheduleOptions(2_600, [], false),
  counts: { send: 212, hold: 18, wait: 1, sent: 6, flag: 2, refused: 1, elsewhere: 0 },
  changes: { added: 231, changed: 1, unchanged: 7, removed: 1 },
  problems: groups,
  checksOff: [problem('lago.unchecked', { what: 'subscriptions' })],
  rows: [
    {
      row: 17,
      key: 'U-1016',
      change: 'added',
      action: 'hold',
      problems: [problem('row.empty-cell', { column: 'Hours' }, { row: 17 })],
      again: false,
    },
    {
      row: 61,
      key: 'U-1060',
      change: 'added',
      action: 'refused',
      problems: [problem('event.rejected', { answer: 'invalid_timestamp_format' }, { row: 61 })],
      again: true,
    },
    {
      row: 70,
      key: 'U-1069',
      change: 'changed',
      action: 'flag',
      problems: [problem('row.changed', {}, { row: 70 })],
      again: false,
    },
    {
      row: undefined,
      key: 'U-0999',
      change: 'removed',
      action: 'flag',
      problems: [problem('row.removed', { key: 'U-0999' })],
      again: false,
    },
  ],
  summary: {
    events: 212,
    metrics: [{ code: 'compute_hours', events: 212, quantity: '1250.75', field: 'hours' }],
    unit: 'day',
    periods: Array.from({ length: 12 }, (_, index) => ({
      period: `2026-11-${String(index + 1).padStart(2, '0')}`,
      events: 10 + index,
      quantity: String(80 + index * 4),
    })),
    biggest: [
      { subscription: 'acme-eu', events: 120, quantity: '800.5' },
      { subscription: 'acme-us', events: 80, quantity: '400.25' },
      { subscription: 'globex', events: 12, quantity: '50' },
    ],
    subscriptions: 3,
    first: NOW - 20 * 86_400_000,
    last: NOW - 86_400_000,
    future: 0,
    booked: 0,
    zone: 'Europe/Berlin',
  },
  testedBefore: [],
  otherSyncs: [],
  corrected: 0,
  corrections: [],
  rules: [{ code: 'compute_hours', because: undefined }],
};

export const report: RunReport = {
  sync: 's1',
  trigger: 'clock',
  startedAt: NOW - 1_800_000,
  endedAt: NOW - 1_795_000,
  rows: { send: 0, hold: 18, wait: 1, sent: 218, flag: 2, refused: 1, elsewhere: 0 },
  delivered: 212,
  rejected: 1,
  left: 0,
  problems: groups,
  checksOff: [],
  stopped: undefined,
};

export const finding = (
  kind: Finding['kind'],
  id: string,
  more: Partial<Finding> = {},
): Finding => ({
  kind,
  subscription: 'acme-eu',
  code: 'compute_hours',
  id,
  key: id,
  row: undefined,
  time: NOW - 86_400_000,
  ours: 'hours: "12.5"',
  theirs: 'not there',
  difference: '12.5',
  advice: 'Send it again: the very event that was accepted goes out with the next run, once.',
  fix: undefined,
  ...more,
});

export const reconciled: Value<'reconcile'> = {
  counts: {
    missing: 2,
    different: 1,
    unrecorded: 0,
    gone: 0,
    foreign: 14,
    twice: 0,
    changed: 0,
    unsent: 1,
    open: 0,
    booked: 0,
    elsewhere: 0,
  },
  findings: [
    finding('missing', 'U-1004', { fix: 'send' }),
    finding('missing', 'U-1007', { fix: 'send' }),
    finding('different', 'U-1012', {
      theirs: 'hours: "3"',
      difference: '9.5',
      advice:
        'Lago keeps the event that it has under an id, and takes none in its place. Find out who sent it; then change the row, so that the difference is corrected, or correct the bill in Lago by hand.',
    }),
    ...Array.from({ length: 14 }, (_, index) =>
      finding('foreign', `tool-${index}`, {
        key: undefined,
        ours: 'no row makes it',
        theirs: 'hours: "1"',
        difference: '-1',
        fix: 'take-back',
        advice:
          'Leave it if another tool sends it on purpose. Else take it back: the next run sends its negative.',
      }),
    ),
    finding('unsent', 'U-1016', {
      ours: '\u201cHours\u201d is empty.',
      difference: '0',
      row: 17,
      advice: 'Fill in the cell; the row goes out with the next run.',
    }),
  ],
  rows: 212,
  eventless: 1,
  events: 225,
  others: 40,
  share: 1,
  sheetName: 'Lago reconciliation 2026-11',
  totals: [
    {
      code: 'compute_hours',
      subscription: 'acme-eu',
      by: 'sum',
      sheet: '809.5',
      lago: '789',
      difference: '20.5',
      unexplained: '0',
      current: '789.0',
    },
  ],
  compared: 1,
  different: 1,
  checksOff: [],
  zone: 'Europe/Berlin',
  next: undefined,
};

const healthy: SyncView['health'] = {
  state: 'healthy',
  failures: 0,
  problem: undefined,
  told: 'healthy',
  toldAt: 0,
};
const fresh: SyncView = { sync, health: healthy, lastRun: undefined, days: [], nextRun: undefined };
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

/** What taking a run back would do: most of it goes, some of it stays for two reasons. */
export const undoOf = (): DryRun => ({
  ...dryRun,
  undo: { at: NOW, rows: 212, events: 212, earlier: 30 },
  summary: {
    ...dryRun.summary,
    events: 212,
    metrics: [{ code: 'compute_hours', events: 212, quantity: '-3184.25', field: 'hours' }],
  },
  corrected: 212,
  corrections: corrections.map(({ events, ...row }) => ({ ...row, events: events.slice(0, 1) })),
  problems: [
    {
      action: 'flag',
      problem: problem('row.not-undone', { because: 'its period is closed' }, { row: 7 }),
      alike: true,
      count: 18,
      rows: [7, 8, 9],
      keys: ['U-1006', 'U-1007', 'U-1008'],
    },
    {
      action: 'flag',
      problem: problem(
        'row.not-undone',
        { because: 'a lower value does not replace a maximum' },
        { row: 12 },
      ),
      alike: true,
      count: 4,
      rows: [12],
      keys: ['U-1011'],
    },
    {
      action: 'send',
      problem: problem(
        'row.undone-correction',
        { key: 'U-1001', was: '12.5', is: '14' },
        { row: 2 },
      ),
      alike: false,
      count: 3,
      rows: [2, 5, 6],
      keys: ['U-1001', 'U-1004', 'U-1005'],
    },
  ],
});

/** Rows that would be corrected: a changed one, one that was added on top before, and one that is gone. */
export const corrections: DryRun['corrections'] = (
  [
    [
      'U-1001',
      2,
      [
        ['U-1001~x1', '-12.5'],
        ['U-1001~r2', '14'],
      ],
    ],
    [
      'U-1004',
      5,
      [
        ['U-1004~x1', '-3'],
        ['U-1004~r2~x1', '-0.5'],
        ['U-1004~r3', '3.5'],
      ],
    ],
    ['U-0999', undefined, [['U-0999~x1', '-0.25']]],
  ] as const
).map(([key, row, events]) => ({
  key,
  row,
  events: events.map(([id, hours]) =>
    event.replace('U-1001', id).replace('"12.5"', JSON.stringify(hours)),
  ),
}));

/** A long text in which there is nowhere to break, and one that tries to be markup. */
export const LONG = 'Verbrauchsabrechnungsdatenexportzusammenfassung_2026_11_final_v3_really_final';
export const MARKUP =
  '<script>alert("x")</script> \u{1F4CA} \u0627\u0644\u0627\u0633\u062A\u062E\u062F\u0627\u0645';

/** The server's answers as far as the sidebar can tell, kept in memory. Every value can be replaced, by method. */
export class CannedServer {
  connection: ConnectionView | undefined;
  /** What a key that is entered would change; undefined if it is of the stored organization. */
  otherOrganization: OrganizationChange | undefined;
  syncs: SyncView[] = [];
  tab: TabView = tab;
  prerequisites: Value<'prerequisites'>['prerequisites'] = [
    { what: 'metrics', count: 3, problem: undefined },
    { what: 'plans', count: 1, problem: undefined },
    { what: 'subscriptions', count: 12, problem: undefined },
  ];
  metrics: Value<'vocabulary'>['metrics'] = [
    {
      code: 'compute_hours',
      name: 'Compute hours',
      aggregation: 'sum_agg',
      field: 'hours',
      hasExpression: false,
    },
    { code: 'seats', name: 'Seats', aggregation: 'max_agg', field: 'seats', hasExpression: false },
    {
      code: 'calls',
      name: 'API calls',
      aggregation: 'count_agg',
      field: undefined,
      hasExpression: false,
    },
  ];
  lines: RowHistory['lines'] = [
    {
      id: 'U-1001',
      kind: 'usage',
      revision: 1,
      state: 'accepted',
      answer: '200',
      event,
      at: NOW - 3_600_000,
    },
  ];
  events: readonly LagoEvent[] = [
    {
      transactionId: 'U-1001',
      subscription: 'acme-eu',
      code: 'compute_hours',
      time: NOW - 86_400_000,
      receivedAt: NOW - 3_600_000,
      properties: '{"hours":"12.5"}',
    },
  ];
  readonly calls: Call[] = [];
  answers: Partial<Answers> = {};
  /** What the work of a call waits for, by method. */
  waits: Partial<Record<Method, Promise<unknown>>> = {};

  /** What a method was called with, in the order of the calls. */
  callsOf<M extends Method>(method: M): Argument<M>[] {
    return this.calls
      .filter((call) => call.method === method)
      .map(({ argument }) => argument as Argument<M>);
  }

  home(): Home {
    return {
      spreadsheet: 'Usage 2026',
      connection: this.connection,
      syncs: this.syncs,
      problem: undefined,
      tabs: [this.tab.tab, { id: 2, name: 'Archive' }],
      activeTab: 1,
      triggers: { clock: this.syncs.some((view) => view.sync.state === 'active'), onEdit: false },
      isCopy: false,
      today: '2026-11-20',
      canEdit: true,
      account: 'finance@example.com',
      at: NOW,
    };
  }

  view(id: string): SyncView {
    return this.syncs.find((each) => each.sync.id === id) ?? fresh;
  }

  put(changed: Partial<Sync>, more: Partial<SyncView> = {}): SyncView {
    const before = this.syncs.find((each) => each.sync.id === (changed.id ?? 's1')) ?? fresh;
    const view: SyncView = { ...before, ...more, sync: { ...before.sync, ...changed } };
    this.syncs = [...this.syncs.filter((each) => each.sync.id !== view.sync.id), view];
    return view;
  }

  #normally(): Answers {
    return {
      open: () => ok<'open'>(this.home()),
      confirmBilled: () => ok<'confirmBilled'>(undefined),
      connect: ({ address, accepted }) => {
        if (
          this.otherOrganization !== undefined &&
          accepted !== this.otherOrganization.to.organizationId
        )
          return ok<'connect'>({ unconfirmed: this.otherOrganization });
        this.connection = { ...connection, address };
        return ok<'connect'>(this.connection);
      },
      describeTab: ({ tabId }) =>
        ok<'describeTab'>({
          ...this.tab,
          tab: this.home().tabs.find(({ id }) => id === tabId) ?? this.tab.tab,
        }),
      resolveFormer: ({ former }) => {
        const left = this.tab.former?.filter(({ sync }) => sync !== former);
        this.tab = { ...this.tab, former: left };
        return ok<'resolveFormer'>(this.tab);
      },
      checkTemplate: ({ template: text }) =>
        ok<'checkTemplate'>({
          problems: text.includes('customer')
            ? [
                {
                  ...problem('template.customer-field', {}, { line: 3, character: 3 }),
                  from: text.indexOf('external_customer'),
                  to: text.indexOf('external_customer') + 'external_customer_id'.length,
                  fixes: [
                    {
                      label: 'Use external_subscription_id',
                      edits: [
                        {
                          from: text.indexOf('external_customer'),
                          to: text.indexOf('external_customer') + 'external_customer_id'.length,
                          insert: 'external_subscription_id',
                        },
                      ],
                    },
                  ],
                },
                {
                  ...problem(
                    'template.missing-field',
                    { field: 'timestamp', suggestion: 'Add "timestamp": {{ row.\u2026 | unix }}.' },
                    { line: 1, character: 1 },
                  ),
                  from: 0,
                  to: 1,
                  fixes: [],
                },
              ]
            : [],
        }),
      labelConnection: ({ environment }) => {
        this.connection = { ...(this.connection ?? connection), environment };
        return ok<'labelConnection'>(this.connection);
      },
      prerequisites: () => ok<'prerequisites'>({ prerequisites: this.prerequisites }),
      vocabulary: () =>
        ok<'vocabulary'>({
          metrics: this.metrics,
          filters: [{ name: 'unix', hint: 'Unix seconds of a date' }],
        }),
      fillIds: ({ header = 'Usage ID' }) => ok<'fillIds'>({ tab: this.tab, header, filled: 240 }),
      saveSyncs: ({ drafts }) =>
        ok<'saveSyncs'>({
          syncs: drafts.map(
            (draft) => this.put({ ...draft, id: draft.id ?? 's1', revision: 1 }).sync,
          ),
        }),
      takeAsBilled: () => ok<'takeAsBilled'>({ taken: 212, dryRun }),
      rebuildLedger: ({ id }) =>
        ok<'rebuildLedger'>({
          kept: 240,
          found: 60,
          different: 0,
          absent: 12,
          next: undefined,
          rows: 312,
          view: this.put({ id, state: 'paused' }),
        }),
      reconcile: () => ok<'reconcile'>(reconciled),
      fixFindings: ({ ids }) => ok<'fixFindings'>({ done: ids, left: [] }),
      statementChoices: () =>
        ok<'statementChoices'>({
          choices: [
            { of: 'customer', name: 'Acme', months: [{ month: '2026-11', events: 170 }] },
            { of: 'subscription', name: 'acme-eu', months: [{ month: '2026-11', events: 120 }] },
            { of: 'subscription', name: 'acme-us', months: [{ month: '2026-11', events: 50 }] },
            { of: 'subscription', name: 'globex', months: [{ month: '2026-10', events: 12 }] },
          ],
        }),
      statement: ({ subscription, customer = '', month }) =>
        ok<'statement'>({
          sheetName: `Statement ${subscription ?? customer} ${month}`,
          lines: subscription === undefined ? 170 : 120,
          totals: [
            ...(subscription === undefined
              ? [
                  {
                    subscription: 'acme-us',
                    code: 'compute_hours',
                    events: 50,
                    total: '96',
                    notes: [],
                    lago: { events: 50, total: '96', copied: 0 },
                  },
                ]
              : []),
            {
              subscription: subscription ?? 'acme-eu',
              code: 'compute_hours',
              events: 120,
              total: '800.5',
              notes: [],
              lago: { events: 119, total: '788', copied: 0 },
            },
          ],
          next: undefined,
        }),
      showRow: ({ row = 2 }) => ok<'showRow'>({ row }),
      showInLedger: () => ok<'showInLedger'>({ line: 2 }),
      activity: () => ok<'activity'>({ runs: [{ sync: 's1', syncName: 'Compute hours', report }] }),
      findRow: ({ key }) =>
        ok<'findRow'>({
          key,
          row: 2,
          lines: this.lines,
          standing: { action: 'sent', problems: [] },
        }),
      newestEvents: () => ok<'newestEvents'>({ events: this.events }),
      setStatusColumn: ({ id, column }) =>
        ok<'setStatusColumn'>(this.put({ id, statuses: column === 'new' ? 'Lago status' : '' })),
      saveSync: ({ draft }) =>
        ok<'saveSync'>(
          this.put({ ...draft, id: draft.id ?? 's1', revision: draft.revision + 1 }).sync,
        ),
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
          time: { at: Date.UTC(2026, 10, 3, 12), zone: 'Europe/Berlin' },
          meaning: 'Lago counts 12.5 hours for subscription acme-eu in November 2026.',
          fixes: [],
          held: false,
          done: undefined,
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
      activate: ({ id, changed, removed, late }) =>
        ok<'activate'>(
          this.put({
            id,
            changed,
            removed,
            ...(late === undefined ? {} : { late }),
            state: 'active',
            organization: 'org-1',
            activatedBy: 'finance@example.com',
          }),
        ),
      pause: ({ id }) => ok<'pause'>(this.put({ id, state: 'paused' })),
      runNow: ({ id }) => {
        this.put({ id }, { lastRun: { ...report, trigger: 'person' } });
        return ok<'runNow'>({ ...report, trigger: 'person' });
      },
      sendAgain: () => ok<'sendAgain'>(report),
      resolveLedger: ({ id }) => ok<'resolveLedger'>(this.put({ id }, { health: healthy })),
      changeOrganization: ({ id }) =>
        ok<'changeOrganization'>(this.put({ id }, { health: healthy })),
    };
  }

  async answer(text: string): Promise<string | null> {
    const call = JSON.parse(text) as Call;
    this.calls.push(call);
    await this.waits[call.method];
    const handler = { ...this.#normally(), ...this.answers }[call.method] as (
      argument: Call['argument'],
    ) => Reply | 'lost';
    const reply = handler(call.argument);
    return reply === 'lost' ? null : JSON.stringify(reply);
  }
}

const lago: LagoView = {
  organization: 'Acme Metering GmbH',
  store: 'postgres',
  total: 2,
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
  usage: [
    {
      subscription: 'acme-eu',
      metric: 'compute_hours',
      events: 1,
      units: '12.5',
      amountCents: 1875,
      currency: 'EUR',
    },
  ],
  requests: { 'POST /api/v1/events/batch': 3, 'GET /api/v1/events/:id': 1 },
};

/** A sandbox without a fake Google and a fake Lago behind it. */
export function cannedBackend(
  server: CannedServer | (() => CannedServer),
  html: string,
): SandboxBackend {
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
    grid: (sheetId) => ({
      rows: 1000,
      columns: 26,
      shown: sheetId === 1 ? shown : [['{"ledger":1}'], ['U-1001', 'accepted']],
    }),
    edit: (_sheet, row, column, text) => {
      const line = shown[row - 1] ?? [];
      line[column - 1] = text;
    },
    select: () => undefined,
    loadCsv: () => undefined,
    saveCsv: () => shown.map((row) => row.join(',')).join('\r\n'),
    sidebarHtml: () => html,
    rpc: async (_name, [text]) => ({
      value: await (typeof server === 'function' ? server() : server).answer(String(text)),
    }),
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
