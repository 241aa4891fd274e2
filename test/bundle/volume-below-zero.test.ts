import type { JsonObject } from '../../sandbox/lago/json';
import type { RunReport } from '../../src/rpc/contract';
import { played } from './long';
import {
  API_KEY,
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HOUR,
  MINUTE,
  START,
  TAB,
  type World,
} from './world';

const STORES = ['postgres', 'clickhouse'] as const;
type Store = (typeof STORES)[number];
const DAY = 24 * HOUR;
const HEADERS = ['id', 'subscription', 'time', 'code', 'amount', 'region'] as const;
const TEMPLATE = `{ "event": {
  "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.subscription }}", "code": "{{ row.code }}",
  "timestamp": {{ row.time | unix }},
  "properties": { "amount": {{ row.amount }}, "region": "{{ row.region }}" } } }`;
const volume_ranges = [
  { from_value: 0, to_value: 10, per_unit_amount: '2', flat_amount: '1' },
  { from_value: 11, to_value: null, per_unit_amount: '0.5', flat_amount: '3' },
];
const volume = { charge_model: 'volume', properties: { volume_ranges } };
const CHARGES: Readonly<Record<string, JsonObject>> = {
  whole: volume,
  filtered: {
    ...volume,
    filters: [{ values: { region: ['eu'] }, properties: { volume_ranges } }],
  },
  grouped: {
    charge_model: 'volume',
    properties: { volume_ranges, pricing_group_keys: ['region'] },
  },
  plain: { charge_model: 'standard', properties: { amount: '1' } },
};
const METRICS: Readonly<Record<string, JsonObject>> = {
  lasting: { recurring: true },
  highest: { aggregation_type: 'max_agg' },
  timed: { aggregation_type: 'weighted_sum_agg', weighted_interval: 'seconds' },
};
const CODES = [...Object.keys(CHARGES), ...Object.keys(METRICS)];
const SUBSCRIPTIONS = ['acme', 'globex'];

const catalog = {
  metrics: CODES.map((code) => ({
    name: code,
    code,
    aggregation_type: 'sum_agg',
    field_name: 'amount',
    filters: [{ key: 'region', values: ['eu', 'us'] }],
    ...METRICS[code],
  })),
  plans: [
    {
      name: 'V',
      code: 'v',
      interval: 'monthly',
      amount_cents: 0,
      amount_currency: 'EUR',
      charges: CODES.map((code) => ({ billable_metric_code: code, ...(CHARGES[code] ?? volume) })),
    },
  ],
  customers: SUBSCRIPTIONS.map((id) => ({
    external_id: `customer-${id}`,
    currency: 'EUR',
    timezone: 'UTC',
  })),
  subscriptions: SUBSCRIPTIONS.map((id) => ({
    external_customer_id: `customer-${id}`,
    plan_code: 'v',
    external_id: `${id}-v`,
    subscription_at: '2026-09-01T00:00:00Z',
  })),
};

/** `-3`, of acme and the code `whole` unless told, on the third of the month. */
type Row = readonly [id: string, amount: string, more?: Partial<Record<Column, string>>];
type Column = 'subscription' | 'time' | 'code' | 'region';

const cells = ([id, amount, more = {}]: Row): string[] => [
  id,
  more.subscription ?? 'acme-v',
  more.time ?? '2026-11-03 10:00',
  more.code ?? 'whole',
  amount,
  more.region ?? 'eu',
];

interface Sheet {
  readonly world: World;
  readonly id: string;
  /** The requests for lists of events. */
  readonly listings: string[];
  /** Moments at which Lago could make no invoice of a subscription. */
  readonly broken: string[];
  /** Ids in the order in which Lago took them, a list for each request. */
  readonly batches: string[][];
}

/** Whether Lago can work out what a subscription would pay now. */
function isBroken({ lago }: World, subscription: string): boolean {
  try {
    lago.usage(`customer-${subscription}`, `${subscription}-v`);
    return false;
  } catch {
    return true;
  }
}

function sheetOf(
  store: Store,
  rows: readonly Row[],
  policies: Parameters<typeof activate>[1] = {},
): Sheet {
  const [listings, broken, batches]: [string[], string[], string[][]] = [[], [], []];
  let delay = 0;
  const world: World = createWorld({
    store,
    headers: HEADERS,
    rows: rows.map(cells),
    // Each event by itself, and a later one before an earlier one.
    lago: { visibilityDelayMs: () => [90_000, 1_000, 50_000][delay++ % 3] ?? 0 },
    overhear: ({ method, url, body }) => {
      const { pathname, search } = new URL(url);
      if (method.toLowerCase() === 'get' && pathname === '/api/v1/events') listings.push(search);
      if (method.toLowerCase() !== 'post') return;
      const { events = [] } = JSON.parse(body ?? '{}') as { events?: JsonObject[] };
      if (events.length === 0) return;
      batches.push(events.map(({ transaction_id: id }) => String(id)));
      look();
    },
  });
  const look = (): void => {
    for (const name of SUBSCRIPTIONS) if (isBroken(world, name)) broken.push(name);
  };
  world.time.now = START - 90 * DAY;
  world.lago.seed.catalog(catalog);
  world.time.now = START;
  const id = activate(world, { headers: HEADERS, template: TEMPLATE, ...policies });
  return { world, id, listings, broken, batches };
}

/** An hourly run, and an hour in which somebody looks while events become visible. */
function run({ world, broken }: Sheet, options: Parameters<typeof fireHourly>[1] = {}): void {
  fireHourly(world, options);
  for (let passed = 0; passed < 3 * MINUTE; passed += 20_000) {
    world.time.now += 20_000;
    for (const name of SUBSCRIPTIONS) if (isBroken(world, name)) broken.push(name);
  }
  world.time.now += HOUR - 3 * MINUTE;
}

/** What somebody else sends. */
function others({ world }: Sheet, id: string, amount: string, code = 'whole'): void {
  const event = {
    transaction_id: id,
    external_subscription_id: 'acme-v',
    code,
    timestamp: Date.UTC(2026, 10, 2) / 1000,
    properties: { amount, region: 'eu' },
  };
  world.lago.handle({
    method: 'POST',
    url: '/api/v1/events/batch',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ events: [event] }),
  });
  world.time.now += 5 * MINUTE;
}

const inLago = ({ world }: Sheet): string[] =>
  world.lago.events().map(({ transactionId }) => String(transactionId));

const lastRun = ({ world }: Sheet): RunReport | undefined =>
  world.ask('open', {}).syncs[0]?.lastRun;

/** Action, rows and sentence of what the last run says. */
const said = (sheet: Sheet): string[] =>
  (lastRun(sheet)?.problems ?? []).map(
    ({ action, problem, count }) => `${action} ${count} ${problem.code}: ${problem.message}`,
  );

/** Whether November's invoices of both customers are made once it is over. */
function invoices({ world }: Sheet): string[] {
  world.time.now = Date.UTC(2026, 11, 2, 12);
  return world.lago
    .invoices()
    .flatMap(({ billing_periods }) => billing_periods as { [name: string]: string }[])
    .filter(({ charges_from_datetime: from }) => from?.startsWith('2026-11'))
    .map(({ external_subscription_id: id }) => String(id))
    .filter((id) => id.endsWith('-v'))
    .sort();
}

const BOTH = ['acme-v', 'globex-v'];
const wouldBe = (total: string, code = 'whole', words = ''): string =>
  `With it the total of “${code}” of the subscription “acme-v”${words} would be ${total} under a volume price. Below zero Lago makes no invoice at all for the customer.`;

describe.each(STORES)('under a volume price, on %s,', (store) => {
  test('a return goes after Lago has what it takes from, and the invoice is made', () => {
    const sheet = sheetOf(store, [
      ['back', '-7'],
      ['bought', '10'],
    ]);
    run(sheet);
    expect(sheet.batches).toEqual(store === 'postgres' ? [['bought'], ['back']] : [['bought']]);
    run(sheet);
    expect(inLago(sheet).sort()).toEqual(['back', 'bought']);
    expect(sheet.broken).toEqual([]);
    expect(invoices(sheet)).toEqual(BOTH);
  });

  test('a return that nothing covers is held, says so, and goes as soon as others cover it', () => {
    const sheet = sheetOf(store, [
      ['back', '-7'],
      ['bought', '3'],
      ['other', '4', { subscription: 'globex-v' }],
    ]);
    run(sheet);
    run(sheet);
    expect(inLago(sheet).sort()).toEqual(['bought', 'other']);
    expect(said(sheet)).toEqual([`hold 1 row.uncovered: ${wouldBe('-4')}`]);
    expect(sheet.world.ask('open', {}).syncs[0]?.health.state).toBe('healthy');
    expect(sheet.world.ask('dryRun', { id: sheet.id }).counts).toMatchObject({ hold: 1, send: 0 });
    others(sheet, 'from another tool', '4');
    expect(sheet.world.ask('dryRun', { id: sheet.id }).counts).toMatchObject({ hold: 0, send: 1 });
    run(sheet);
    expect(inLago(sheet)).toContain('back');
    expect(sheet.broken).toEqual([]);
    expect(invoices(sheet)).toEqual(BOTH);
  });

  test('what somebody else takes back counts', () => {
    const sheet = sheetOf(store, [['bought', '10']]);
    run(sheet);
    others(sheet, 'returned elsewhere', '-8');
    sheet.world.google.spreadsheet.paste(TAB, 3, 1, [cells(['back', '-3'])]);
    run(sheet);
    expect(said(sheet)).toEqual([`hold 1 row.uncovered: ${wouldBe('-1')}`]);
    expect(sheet.broken).toEqual([]);
    expect(invoices(sheet)).toEqual(BOTH);
  });

  test.each<[code: string, words: string]>([
    ['filtered', ' (any other region)'],
    ['grouped', ' (region “us”)'],
  ])('each filter and group has a total of its own: %s', (code, words) => {
    const sheet = sheetOf(store, [
      ['eu', '10', { code, region: 'eu' }],
      ['us', '-2', { code, region: 'us' }],
    ]);
    run(sheet);
    run(sheet);
    expect(said(sheet)).toEqual([`hold 1 row.uncovered: ${wouldBe('-2', code, words)}`]);
    expect(sheet.broken).toEqual([]);
    sheet.world.google.spreadsheet.paste(TAB, 4, 1, [cells(['more', '2', { code, region: 'us' }])]);
    run(sheet);
    run(sheet);
    expect(inLago(sheet).sort()).toEqual(['eu', 'more', 'us']);
    expect(sheet.broken).toEqual([]);
    expect(invoices(sheet)).toEqual(BOTH);
  });

  test('what recurs is covered by what came in earlier months', () => {
    const sheet = sheetOf(store, [['before', '5', { code: 'lasting' }]]);
    run(sheet);
    sheet.world.time.now = Date.UTC(2026, 11, 3, 12);
    const later = { code: 'lasting', time: '2026-12-02 10:00' };
    sheet.world.google.spreadsheet.paste(TAB, 3, 1, [
      cells(['back', '-4', later]),
      cells(['too much', '-2', later]),
    ]);
    run(sheet);
    expect(inLago(sheet).sort()).toEqual(['back', 'before']);
    expect(said(sheet)).toEqual([`hold 1 row.uncovered: ${wouldBe('-1', 'lasting')}`]);
    expect(sheet.broken).toEqual([]);
  });

  test.each([
    ['highest', '2026-11-03 10:00', '2026-11-02 10:00'],
    ['timed', '2026-11-10 10:00', '2026-11-02 10:00'],
  ])('the total is that of the metric: %s', (code, after, before) => {
    const sheet = sheetOf(store, [
      ['below', '-5', { code, time: after }],
      ['above', '5', { code, time: before }],
    ]);
    run(sheet);
    expect(sheet.batches[0]).toEqual(['above']);
    run(sheet);
    expect(inLago(sheet).sort()).toEqual(['above', 'below']);
    expect(sheet.broken).toEqual([]);
    expect(invoices(sheet)).toEqual(BOTH);
  });

  test('a correction whose rest is below zero goes only where Lago takes both halves as one', () => {
    const sheet = sheetOf(
      store,
      [
        ['bought', '10'],
        ['back', '-8'],
      ],
      { changed: 'correct', removed: 'correct' },
    );
    run(sheet);
    run(sheet);
    expect(inLago(sheet).sort()).toEqual(['back', 'bought']);
    sheet.world.google.spreadsheet.edit(TAB, 2, 5, '9');
    run(sheet);
    const isOne = store === 'postgres';
    expect(inLago(sheet)).toHaveLength(isOne ? 4 : 2);
    if (!isOne) expect(said(sheet)).toEqual([`flag 1 row.uncovered: ${wouldBe('-8')}`]);
    sheet.world.google.spreadsheet.edit(TAB, 2, 5, '7');
    run(sheet);
    expect(said(sheet)[0]).toContain(isOne ? 'would be -1 under' : 'would be -8 under');
    others(sheet, 'more', '9');
    run(sheet);
    expect(said(sheet)).toEqual(
      isOne ? [expect.stringContaining('total.no-invoice')] : [expect.stringContaining('total.')],
    );
    expect(inLago(sheet).filter((each) => each.startsWith('bought~'))).toHaveLength(isOne ? 4 : 2);
    expect(sheet.broken).toEqual([]);
    expect(invoices(sheet)).toEqual(BOTH);
  });

  test('a removed row is taken back once others cover it', () => {
    const sheet = sheetOf(
      store,
      [
        ['bought', '10'],
        ['back', '-8'],
      ],
      { changed: 'correct', removed: 'correct' },
    );
    run(sheet);
    run(sheet);
    sheet.world.google.spreadsheet.paste(TAB, 2, 1, [
      cells(['back', '-8']),
      ['', '', '', '', '', ''],
    ]);
    run(sheet);
    expect(inLago(sheet)).toHaveLength(2);
    expect(said(sheet)).toEqual([`flag 1 row.uncovered: ${wouldBe('-8')}`]);
    sheet.world.google.spreadsheet.paste(TAB, 3, 1, [cells(['again', '8'])]);
    run(sheet);
    run(sheet);
    expect(inLago(sheet).sort()).toEqual(['again', 'back', 'bought', 'bought~x1']);
    expect(sheet.broken).toEqual([]);
    expect(invoices(sheet)).toEqual(BOTH);
  });

  test('taking a run back holds what nothing covers, and says so before', () => {
    const sheet = sheetOf(store, [['bought', '10']]);
    run(sheet);
    const undo = lastRun(sheet)?.startedAt ?? 0;
    others(sheet, 'returned elsewhere', '-8');
    const preview = sheet.world.ask('dryRun', { id: sheet.id, undo });
    expect(preview.undo).toMatchObject({ rows: 0, events: 0 });
    expect(preview.problems.map(({ action, problem }) => `${action} ${problem.message}`)).toEqual([
      'flag What this run sent for the row stays as it is: the total of “whole” of “acme-v” would be -8 under a volume price, and Lago would make no invoice at all for the customer.',
    ]);
    others(sheet, 'more', '8');
    const again = sheet.world.ask('dryRun', { id: sheet.id, undo });
    expect(again.undo).toMatchObject({ rows: 1, events: 1 });
    sheet.world.ask('runNow', {
      id: sheet.id,
      undo: { startedAt: undo, events: again.summary.events, at: again.undo?.at ?? 0 },
    });
    expect(inLago(sheet)).toContain('bought~x1');
    expect(sheet.broken).toEqual([]);
    expect(invoices(sheet)).toEqual(BOTH);
  });

  test('late usage that is booked into the running period obeys, too', () => {
    const sheet = sheetOf(store, [['late', '-4', { time: '2026-10-03 10:00' }]], { late: 'book' });
    run(sheet);
    expect(said(sheet)).toEqual([`hold 1 row.uncovered: ${wouldBe('-4')}`]);
    others(sheet, 'more', '4');
    run(sheet);
    expect(inLago(sheet)).toContain('late');
    expect(sheet.broken).toEqual([]);
    expect(invoices(sheet)).toEqual(BOTH);
  });

  test('what is below zero in Lago already is an alarm at once, which names the customer', () => {
    const sheet = sheetOf(store, [['bought', '3']]);
    run(sheet);
    others(sheet, 'returned elsewhere', '-8');
    expect(isBroken(sheet.world, 'acme')).toBe(true);
    sheet.world.google.spreadsheet.paste(TAB, 3, 1, [cells(['back', '-1'])]);
    run(sheet);
    const alarm =
      'Lago can make no invoice at all for the customer “customer-acme”: by its own list of events a total under a volume price is below zero there already (“whole”).';
    expect(said(sheet)).toEqual([
      `hold 0 total.breaks: ${alarm}`,
      `hold 1 row.uncovered: ${wouldBe('-6')}`,
    ]);
    expect(sheet.world.ask('open', {}).syncs[0]?.health).toMatchObject({
      state: 'needs-you',
      problem: { code: 'total.breaks' },
    });
    expect(sheet.world.google.mails.map(({ body }) => body)).toEqual([
      expect.stringContaining(alarm),
    ]);
    expect(inLago(sheet)).not.toContain('back');
  });

  test('a run that dies after the cover was written goes on, and takes nothing for granted', () => {
    const rows: readonly Row[] = [
      ['back', '-7'],
      ['bought', '10'],
    ];
    const kills = [36, 46, 56].flatMap((killAtCall) =>
      (['before', 'after'] as const).map((killWhen) => ({ killAtCall, killWhen })),
    );
    for (const kill of played(kills, 3, STORES.indexOf(store))) {
      const sheet = sheetOf(store, rows);
      run(sheet, kill);
      for (let hour = 0; hour < 3; hour++) run(sheet);
      expect(inLago(sheet).sort()).toEqual(['back', 'bought']);
      expect(sheet.broken).toEqual([]);
    }
  });

  test('a return waits where its cover had no answer', () => {
    const sheet = sheetOf(store, [
      ['back', '-7'],
      ['bought', '10'],
    ]);
    sheet.world.lago.faults.add({
      method: 'POST',
      path: '/api/v1/events/batch',
      kind: 'answer',
      status: 500,
      committed: false,
      times: 9,
    });
    fireHourly(sheet.world);
    sheet.world.lago.faults.clear();
    expect(sheet.batches.flat().every((each) => each === 'bought')).toBe(true);
    expect(inLago(sheet)).toEqual([]);
    sheet.world.time.now += HOUR;
    for (let hour = 0; hour < 3; hour++) run(sheet);
    expect(inLago(sheet).sort()).toEqual(['back', 'bought']);
    expect(sheet.broken).toEqual([]);
  });

  test('a return whose cover Lago does not take is held in that very run, and says so', () => {
    const sheet = sheetOf(store, [
      ['back', '-7'],
      ['bought', '10'],
    ]);
    others(sheet, 'bought', '3');
    fireHourly(sheet.world);
    expect(sheet.batches.flat()).not.toContain('back');
    expect(said(sheet)).toContain(`hold 1 row.uncovered: ${wouldBe('-4')}`);
    expect(lastRun(sheet)?.rows).toMatchObject({ send: 0, hold: 1, refused: 1 });
  });

  test('with a key that may not list events what is below zero waits, and says who can help', () => {
    const sheet = sheetOf(store, [['bought', '10']]);
    run(sheet);
    sheet.world.google.spreadsheet.paste(TAB, 3, 1, [
      cells(['back', '-3']),
      cells(['plain', '-3', { code: 'plain' }]),
    ]);
    sheet.world.intercept = ({ method, url }) =>
      method.toLowerCase() === 'get' && new URL(url).pathname === '/api/v1/events'
        ? { status: 403, headers: {}, body: '{"status":403,"error":"Forbidden"}' }
        : undefined;
    run(sheet);
    expect(inLago(sheet).sort()).toEqual(['bought', 'plain']);
    expect(said(sheet)).toContain(
      'hold 1 row.total-unknown: It lowers “whole” of the subscription “acme-v” under a volume price, and what the total would be cannot be known: the key may not list events. Below zero Lago makes no invoice at all for the customer.',
    );
    expect(sheet.world.ask('open', {}).syncs[0]?.health.state).toBe('needs-you');
    sheet.world.intercept = undefined;
    run(sheet);
    expect(inLago(sheet)).toContain('back');
  });

  test('Lago’s events are listed only where something below zero goes into a volume price', () => {
    const sheet = sheetOf(store, [
      ['bought', '10'],
      ['plain', '-3', { code: 'plain' }],
    ]);
    run(sheet);
    const first = sheet.listings.length;
    // A first run on ClickHouse asks, by metric, for ids that somebody else may have used.
    expect(first).toBe(store === 'postgres' ? 0 : 2);
    sheet.world.google.spreadsheet.paste(TAB, 4, 1, [cells(['more', '2'])]);
    run(sheet);
    expect(sheet.listings).toHaveLength(first);
    sheet.world.google.spreadsheet.paste(TAB, 5, 1, [
      cells(['b1', '-1']),
      cells(['b2', '-1']),
      cells(['b3', '-1', { code: 'grouped' }]),
    ]);
    run(sheet);
    expect(sheet.listings.slice(first)).toHaveLength(2);
  });
});

test('a run lists in 200 requests, and rows of further subscriptions wait for the next', () => {
  const world = createWorld({ headers: HEADERS, rows: [] });
  world.time.now = START - 90 * DAY;
  const names = Array.from({ length: 201 }, (_, at) => `s${at}`);
  world.lago.seed.catalog({
    metrics: catalog.metrics,
    plans: catalog.plans,
    customers: names.map((id) => ({ external_id: `customer-${id}`, currency: 'EUR' })),
    subscriptions: names.map((id) => ({
      external_customer_id: `customer-${id}`,
      plan_code: 'v',
      external_id: id,
      subscription_at: '2026-09-01T00:00:00Z',
    })),
  });
  world.time.now = START;
  let listings = 0;
  world.intercept = ({ method, url }) => {
    if (method.toLowerCase() === 'get' && new URL(url).pathname === '/api/v1/events') listings++;
    return undefined;
  };
  const rows = names.flatMap((subscription) => [
    cells([`${subscription} more`, '5', { subscription }]),
    cells([`${subscription} back`, '-2', { subscription }]),
  ]);
  world.google.spreadsheet.paste(TAB, 2, 1, rows);
  world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
  const sync = world.ask('saveSync', { draft: draftOf(world, HEADERS, TEMPLATE) });
  world.ask('activate', {
    id: sync.id,
    revision: sync.revision,
    changed: 'flag',
    removed: 'flag',
    onEdit: false,
  });
  listings = 0;
  fireHourly(world);
  expect(listings).toBe(200);
  expect(world.lago.events()).toHaveLength(401);
  const [group] = world.ask('open', {}).syncs[0]?.lastRun?.problems ?? [];
  expect(group).toMatchObject({ count: 1, problem: { code: 'row.total-unread' } });
  world.time.now += HOUR;
  listings = 0;
  fireHourly(world);
  expect(listings).toBe(1);
  expect(world.lago.events()).toHaveLength(402);
});
