import { readFileSync } from 'node:fs';
import {
  createFakeLago,
  type FakeLago,
  type FakeLagoOptions,
  type LagoResponse,
} from '../../sandbox/lago';
import {
  createGoogle,
  type ExecutionOptions,
  type ExecutionReport,
  type FakeGoogle,
  type GoogleOptions,
  type TransportAnswer,
  type TransportRequest,
} from '../../sandbox/runtime';
import type {
  Argument,
  ConnectionView,
  Method,
  Reply,
  Schedule,
  Value,
} from '../../src/rpc/contract';
import type { ChangedPolicy, RemovedPolicy } from '../../src/sync/sync';
import { callText } from '../page-token';

export const API_KEY = 'f00dfeed-1111-4222-8333-abcdefabcdef';
export const TAB = 'usage';
export const START = Date.UTC(2026, 10, 20, 12, 0, 0);
export const TEMPLATE = `{ "event": {
  "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.subscription }}", "code": "calls",
  "timestamp": {{ row.time | unix }}, "properties": { "amount": {{ row.amount }} } } }`;

/** A sheet with `count` complete rows: `r1` … with 1, 2, 3 … units. */
export function usageRows(count: number): string[][] {
  return Array.from({ length: count }, (_, index) => [
    `r${index + 1}`,
    index % 2 === 0 ? 'acme' : 'globex',
    '2026-11-03 10:00',
    String(index + 1),
  ]);
}

export const HEADERS = ['id', 'subscription', 'time', 'amount'];

const csv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => row.map((cell) => `"${cell.replace(/"/g, '""')}"`).join(',')).join('\n');

export interface WorldOptions {
  readonly store?: FakeLagoOptions['eventsStore'];
  readonly headers?: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly lago?: Partial<FakeLagoOptions>;
  readonly google?: Partial<GoogleOptions>;
  readonly textColumns?: readonly string[];
  /** The script; the built one unless told. */
  readonly code?: string;
  /** In which order Lago gets the requests of a wave, as indices; as they were made unless told. */
  readonly order?: (requests: number) => readonly number[];
  /** Told every request that reaches the network, with its answer. */
  readonly overhear?: (request: TransportRequest, answer: TransportAnswer) => void;
  /** Further metrics, each charged by the plan of all subscriptions. */
  readonly metrics?: readonly {
    readonly name: string;
    readonly code: string;
    readonly [property: string]: string;
  }[];
}

/** A spreadsheet with the built bundle, a fake Lago that fits it, and one clock for both; everything in this process. */
export interface World {
  readonly google: FakeGoogle;
  readonly lago: FakeLago;
  readonly time: { now: number };
  /** Answers that the network gives in place of Lago's, asked before each request. */
  intercept: ((request: TransportRequest) => TransportAnswer | undefined) | undefined;
  call<M extends Method>(
    method: M,
    argument: Argument<M>,
    options?: Omit<ExecutionOptions, 'trigger'>,
  ): Reply<M>;
  ask<M extends Method>(method: M, argument: Argument<M>): Value<M>;
  execution(): ExecutionReport;
}

const builtCode = readFileSync('dist/Code.js', 'utf8');
const page = readFileSync('dist/sidebar.html', 'utf8');
const about = readFileSync('dist/about.html', 'utf8');

/** Two customers with a subscription each, on a plan that charges for calls and for further metrics. */
export const catalogOf = (metrics: NonNullable<WorldOptions['metrics']>) => ({
  metrics: [
    { name: 'Calls', code: 'calls', aggregation_type: 'sum_agg', field_name: 'amount' },
    ...metrics,
  ],
  plans: [
    {
      name: 'P',
      code: 'p',
      interval: 'monthly',
      amount_cents: 0,
      amount_currency: 'EUR',
      pay_in_advance: false,
      charges: ['calls', ...metrics.map(({ code }) => code)].map((code) => ({
        billable_metric_code: code,
        charge_model: 'standard',
        pay_in_advance: false,
        properties: { amount: '1' },
      })),
    },
  ],
  customers: ['acme', 'globex'].map((id) => ({
    external_id: `c-${id}`,
    currency: 'EUR',
    timezone: 'UTC',
  })),
  subscriptions: ['acme', 'globex'].map((id) => ({
    external_customer_id: `c-${id}`,
    plan_code: 'p',
    external_id: id,
    subscription_at: '2026-09-01T00:00:00Z',
  })),
});

/** What Lago makes of an overheard request, without the way over the network. */
export function lagoAnswer(
  lago: FakeLago,
  { method, url, headers, body }: TransportRequest,
): LagoResponse {
  const { pathname, search } = new URL(url);
  return lago.handle({
    method: method.toUpperCase(),
    url: pathname + search,
    headers: { ...headers },
    body,
  });
}

const toTransport = (response: LagoResponse): TransportAnswer =>
  response.lost === undefined
    ? {
        status: response.status,
        headers: response.headers,
        body: response.body,
        ...(response.delayMs === undefined ? {} : { delayMs: response.delayMs }),
      }
    : { error: response.lost === 'timeout' ? 'timeout' : 'reset' };

export function createWorld({
  store = 'postgres',
  headers = HEADERS,
  rows,
  lago: lagoOptions,
  google: googleOptions,
  textColumns,
  code = builtCode,
  order = (requests) => Array.from({ length: requests }, (_, index) => index),
  overhear,
  metrics = [],
}: WorldOptions): World {
  const time = { now: START };
  const lago = createFakeLago({ now: () => time.now, eventsStore: store, ...lagoOptions });
  lago.seed.organization({
    name: 'Test Inc.',
    apiKey: API_KEY,
    timezone: 'UTC',
    eventsStore: store,
  });
  time.now = START - 90 * 86_400_000;
  lago.seed.catalog(catalogOf(metrics));
  time.now = START;
  let last: ExecutionReport | undefined;
  const google = createGoogle({
    now: () => time.now,
    advance: (ms) => {
      time.now += ms;
    },
    transport: (requests) => {
      const answers: TransportAnswer[] = [];
      for (const index of order(requests.length)) {
        const request = requests[index];
        if (request === undefined) throw new Error(`There is no request ${index} in this wave.`);
        const answer = world.intercept?.(request) ?? toTransport(lagoAnswer(lago, request));
        overhear?.(request, answer);
        answers[index] = answer;
      }
      return answers;
    },
    timeZone: 'Etc/UTC',
    userEmail: 'finance@example.com',
    ...googleOptions,
  });
  google.spreadsheet.renameSheet('Sheet1', TAB);
  google.loadCsv(TAB, csv([headers, ...rows]), textColumns === undefined ? {} : { textColumns });
  google.load(code);
  google.addHtml('sidebar', page);
  google.addHtml('about', about);
  const call = <M extends Method>(
    method: M,
    argument: Argument<M>,
    options: Omit<ExecutionOptions, 'trigger'> = {},
  ): Reply<M> => {
    last = google.rpcWith(options, 'rpc', callText(google, method, argument, options.user));
    if (last.killed || last.error !== undefined) throw new Error(last.error?.message ?? 'killed');
    return JSON.parse(String(last.result)) as Reply<M>;
  };
  const world: World = {
    google,
    lago,
    time,
    intercept: undefined,
    call,
    ask: (method, argument) => {
      const reply = call(method, argument);
      if (!reply.ok) throw new Error(`${reply.problem.code}: ${reply.problem.message}`);
      return reply.value;
    },
    execution: () => {
      if (last === undefined) throw new Error('Nothing was executed yet.');
      return last;
    },
  };
  return world;
}

/** What the sync of a world is made with; `id` is added by the server. */
export const draftOf = (
  world: World,
  headers: readonly string[] = HEADERS,
  template = TEMPLATE,
) => ({
  revision: 0,
  name: 'Usage',
  source: {
    tabId: world.google.spreadsheet.sheets.find(({ name }) => name === TAB)?.id ?? -1,
    tabName: TAB,
    headerRow: 1,
    columns: headers.map((header) => ({ header, name: header })),
  },
  key: 'id',
  template,
  dateOnly: 'noon' as const,
});

/** Connects a key like a person who accepts the organization that it belongs to, whichever it is. */
export function connectAccepting(world: World, apiKey: string): ConnectionView {
  const entered = { address: 'https://lago.example', apiKey };
  const answer = world.ask('connect', entered);
  if (!('unconfirmed' in answer)) return answer;
  const connected = world.ask('connect', {
    ...entered,
    accepted: answer.unconfirmed.to.organizationId,
  });
  if ('unconfirmed' in connected) throw new Error('What was accepted is asked about again.');
  return connected;
}

/** Connects, saves and activates a sync, without running it. */
export function activate(
  world: World,
  choice: {
    changed?: ChangedPolicy;
    removed?: RemovedPolicy;
    late?: 'hold' | 'book';
    onEdit?: boolean;
    schedule?: Schedule | undefined;
    ready?: string;
    headers?: readonly string[];
    template?: string;
  } = {},
): string {
  world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
  const draft = {
    ...draftOf(world, choice.headers, choice.template),
    ...(choice.ready === undefined ? {} : { ready: choice.ready }),
  };
  const sync = world.ask('saveSync', { draft });
  world.ask('activate', {
    id: sync.id,
    revision: sync.revision,
    changed: choice.changed ?? 'flag',
    removed: choice.removed ?? 'flag',
    ...(choice.late === undefined ? {} : { late: choice.late }),
    schedule: choice.schedule,
    onEdit: choice.onEdit ?? false,
  });
  return sync.id;
}

/** `r1 = 1` …: each event in Lago by id, with its amount; an event that is there twice appears twice. */
export const inLago = ({ lago }: World): string[] =>
  lago
    .events()
    .map(({ transactionId, properties }) => `${transactionId} = ${String(properties['amount'])}`)
    .sort((left, right) => left.localeCompare(right, 'en', { numeric: true }));

/** Units of calls that Lago bills now, by subscription. */
export const billedUnits = ({ lago }: World): string[] =>
  ['acme', 'globex'].map((id) => {
    const [charge] = lago.usage(`c-${id}`, id)['charges_usage'] as { units: string }[];
    return `${id} ${charge?.units}`;
  });

/** A run of all active syncs is due at the next firing of the clock. */
export const makeDue = ({ documentProperties }: FakeGoogle): void =>
  documentProperties.set('wish', '1');

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/**
 * The clock fires when a run of all active syncs is due, whatever the time: as if somebody had asked
 * for one. What is due by the time alone: `world.google.fireHourly()`.
 */
export function fireHourly(
  world: World,
  options: Omit<ExecutionOptions, 'trigger' | 'user'> = {},
): ExecutionReport {
  makeDue(world.google);
  const [report] = world.google.fireHourly(options);
  if (report === undefined) throw new Error('There is no hourly trigger.');
  return report;
}
