import type { JsonObject } from '../../sandbox/lago/json';
import {
  API_KEY,
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HOUR,
  TAB,
  type World,
} from './world';

const HEADERS = ['id', 'subscription', 'time', 'code', 'amount', 'operation'];
const TEMPLATE = `{ "event": {
  "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.subscription }}", "code": "{{ row.code }}",
  "timestamp": {{ row.time | unix }},
  "properties": { "amount": {{ row.amount }}
    {% if row.operation != "" %}, "operation_type": "{{ row.operation }}"{% endif %} } } }`;

const advance = { charge_model: 'standard', pay_in_advance: true, properties: { amount: '1' } };
const arrears = { ...advance, pay_in_advance: false };

/** Plans by name, each with a customer and a subscription of the same name. */
const PLANS: Readonly<Record<string, JsonObject[]>> = {
  advance: [
    { billable_metric_code: 'pages', ...advance },
    { billable_metric_code: 'users', ...advance },
  ],
  ended: [{ billable_metric_code: 'pages', ...advance }],
  both: [
    { billable_metric_code: 'pages', ...advance },
    { billable_metric_code: 'pages', ...arrears },
  ],
};

const catalog = {
  metrics: [
    { name: 'Pages', code: 'pages', aggregation_type: 'sum_agg', field_name: 'amount' },
    { name: 'Users', code: 'users', aggregation_type: 'unique_count_agg', field_name: 'amount' },
  ],
  plans: Object.entries(PLANS).map(([code, charges]) => ({
    name: code,
    code,
    interval: 'monthly',
    amount_cents: 0,
    amount_currency: 'EUR',
    charges,
  })),
  customers: Object.keys(PLANS).map((id) => ({
    external_id: `c-${id}`,
    currency: 'EUR',
    timezone: 'UTC',
  })),
  subscriptions: Object.keys(PLANS).map((id) => ({
    external_customer_id: `c-${id}`,
    plan_code: id,
    external_id: id,
    subscription_at: '2026-09-01T00:00:00Z',
    created_at: '2026-09-01T00:00:00Z',
    ...(id === 'ended' ? { status: 'terminated', terminated_at: '2026-11-10T12:00:00Z' } : {}),
  })),
};

type Row = readonly [
  id: string,
  subscription: string,
  time: string,
  amount: string,
  code?: string,
  operation?: string,
];

interface Scene {
  readonly world: World;
  readonly id: string;
}

const choice = {
  headers: HEADERS,
  template: TEMPLATE,
  changed: 'correct',
  removed: 'correct',
} as const;

function scene(store: 'postgres' | 'clickhouse', rows: readonly Row[]): Scene {
  const world = createWorld({
    store,
    headers: HEADERS,
    rows: rows.map(([id, subscription, time, amount, code = 'pages', operation = '']) => [
      id,
      subscription,
      time,
      code,
      amount,
      operation,
    ]),
  });
  world.lago.seed.catalog(catalog);
  return { world, id: activate(world, choice) };
}

function sent(store: 'postgres' | 'clickhouse', rows: readonly Row[]): Scene {
  const made = scene(store, rows);
  fireHourly(made.world);
  made.world.time.now += HOUR;
  return made;
}

const shown = ({ world, id }: Scene): string[] =>
  world
    .ask('dryRun', { id })
    .rows.map(
      ({ key, action, problems }) => `${key} ${action} ${problems.map(({ code }) => code).join()}`,
    );

/** `a 300`: the fees that Lago lists of events that it billed at once, in cents. */
function paid({ world }: Scene): string[] {
  const { body } = world.lago.handle({
    method: 'GET',
    url: '/api/v1/fees?per_page=100',
    headers: { authorization: `Bearer ${API_KEY}` },
    body: '',
  });
  const { fees } = JSON.parse(body) as { fees: JsonObject[] };
  return fees
    .filter(({ pay_in_advance }) => pay_in_advance === true)
    .map(({ event_transaction_id, amount_cents }) => `${event_transaction_id} ${amount_cents}`)
    .sort();
}

describe.each(['postgres', 'clickhouse'] as const)('what is paid in advance on %s', (store) => {
  test('is never late: each event has an invoice of its own, of ended periods and of some to come', () => {
    const all = sent(store, [
      ['a', 'advance', '2026-11-05 10:00', '1'],
      ['b', 'advance', '2026-09-05 10:00', '2'],
      ['c', 'advance', '2026-12-05 10:00', '3'],
      ['d', 'advance', '2026-11-06 10:00', '0'],
      ['e', 'advance', '2026-11-06 10:00', '7', 'users'],
    ]);
    expect(shown(all)).toEqual([]);
    expect(paid(all)).toEqual(['a 100', 'b 200', 'c 300', 'd 0', 'e 100']);
  });

  test('is held before the start and after the end of its subscription, and billed in between', () => {
    const all = sent(store, [
      ['a', 'advance', '2026-08-05 10:00', '1'],
      ['b', 'ended', '2026-11-10 13:00', '2'],
      ['c', 'ended', '2026-11-10 11:00', '3'],
    ]);
    expect(shown(all)).toEqual(['a hold event.before-start', 'b hold event.after-end']);
    expect(paid(all)).toEqual(['c 300']);
  });

  test('is late where another charge of the metric is in arrears and would miss it', () => {
    const all = sent(store, [
      ['a', 'both', '2026-09-05 10:00', '1'],
      ['b', 'both', '2026-11-05 10:00', '2'],
      ['c', 'both', '2026-11-06 10:00', '-1'],
    ]);
    expect(shown(all)).toEqual(['a hold event.late']);
    expect(paid(all)).toEqual(['b 200', 'c 0']);
  });

  test('is held where it would take something back: no invoice has it, then or later', () => {
    const all = sent(store, [
      ['a', 'advance', '2026-11-05 10:00', '5'],
      ['b', 'advance', '2026-11-06 10:00', '-3'],
      ['c', 'advance', '2026-11-06 10:00', '7', 'users'],
      ['d', 'advance', '2026-11-07 10:00', '7', 'users', 'remove'],
    ]);
    expect(shown(all)).toEqual(['b hold event.no-refund', 'd hold event.no-refund']);
    expect(
      all.world.ask('dryRun', { id: all.id }).problems.map(({ problem: { message } }) => message),
    ).toContain(
      '“pages” is paid in advance, and “amount” is -3: Lago bills each event at once and gives nothing back for one that takes away, neither now nor in a later invoice.',
    );
    expect(paid(all)).toEqual(['a 500', 'c 100']);
  });

  test('is not taken back: changed and removed rows stay billed as they are, and say so', () => {
    const all = sent(store, [
      ['a', 'advance', '2026-11-05 10:00', '5'],
      ['b', 'advance', '2026-11-06 10:00', '3'],
    ]);
    const { world } = all;
    world.google.spreadsheet.edit(TAB, 2, HEADERS.indexOf('amount') + 1, '6');
    world.google.spreadsheet.deleteRows(TAB, 3, 1);
    fireHourly(world);
    world.time.now += HOUR;
    expect(shown(all)).toEqual([
      'a flag row.changed-uncorrected',
      'b flag row.removed-uncorrected',
    ]);
    expect(paid(all)).toEqual(['a 500', 'b 300']);
  });

  test('is explained before it is sent, in the review and beside the event', () => {
    const { world, id } = scene(store, [
      ['a', 'advance', '2026-11-05 10:00', '5'],
      ['b', 'both', '2026-11-05 10:00', '5'],
    ]);
    const told = world
      .ask('dryRun', { id })
      .problems.filter(({ problem: { code } }) => code === 'event.in-advance');
    expect(
      told.map(({ count, action, problem }) => `${action} ${count}: ${problem.message}`),
    ).toEqual([
      'send 2: These rows are paid in advance: Lago bills each at once, by an invoice of its own, and does not take it back when the row is changed or removed.',
    ]);
    const draft = draftOf(world, HEADERS, TEMPLATE);
    const meaning = (row: number): string | undefined =>
      world.ask('preview', { draft, row }).meaning;
    expect(meaning(2)).toBe(
      'Lago counts 5 amount (sum of amount, metric Pages) for subscription advance in November 2026. It is paid in advance: Lago bills it at once, by an invoice of its own, and nothing brings that back.',
    );
    expect(meaning(3)).toMatch(
      /That period runs until 2026-11-30 23:59 \(UTC\)\. One of its charges is paid in advance: Lago bills that one at once, by an invoice of its own, and nothing brings that back\.$/,
    );
  });

  test('is not proved by current usage: Reconcile shows none beside it, and says so', () => {
    const { world, id } = sent(store, [
      ['a', 'advance', '2026-11-05 10:00', '5'],
      ['b', 'both', '2026-11-05 10:00', '6'],
    ]);
    let part = world.ask('reconcile', { id, month: '2026-11' });
    while (part.next !== undefined)
      part = world.ask('reconcile', { id, month: '2026-11', next: part.next });
    expect(
      part.totals.map(({ subscription, lago, current }) => [subscription, lago, current]).sort(),
    ).toEqual([
      ['advance', '5', undefined],
      ['both', '6', '6.0'],
    ]);
    expect(part.checksOff.map(({ message }) => message)).toEqual([
      'What Lago would bill now is not shown for pages of advance: it is paid in advance, so each event has an invoice of its own already.',
    ]);
  });

  test('is no concern of a period that closes: a held row is never too late', () => {
    const { world, id } = sent(store, [
      ['a', 'advance', '2026-11-05 10:00', '5'],
      ['b', 'advance', '2026-11-06 10:00', '-3'],
    ]);
    world.time.now = Date.UTC(2026, 10, 30, 9);
    fireHourly(world);
    expect(shown({ world, id })).toEqual(['b hold event.no-refund']);
    const { lastRun } = world.ask('open', {}).syncs[0] ?? {};
    expect(lastRun?.problems.map(({ problem: { code } }) => code)).toEqual(['event.no-refund']);
  });
});
