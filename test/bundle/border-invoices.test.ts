import { billed, runAt, troubled, typeAt } from './border-world';
import { LIMIT, limit } from './limit';
import { activate, createWorld, fireHourly, HOUR, MINUTE } from './world';

const MIDNIGHT = Date.UTC(2026, 11, 1);
const HEADERS = ['id', 'subscription', 'time', 'code', 'amount'];
const TEMPLATE = `{ "event": {
  "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.subscription }}", "code": "{{ row.code }}",
  "timestamp": {{ row.time | unix }}, "properties": { "amount": {{ row.amount }} } } }`;

const SINCE_SEPTEMBER = '2026-09-01T00:00:00Z';
const charge = { charge_model: 'standard', properties: { amount: '1' } };

/** Usage of November that is billed with the period, and some that is paid in advance. */
const CALLS = ['calls', 's', '2026-11-30 23:00', 'calls', '3'];
const PAGES = ['pages', 's', '2026-11-30 22:00', 'pages', '5'];

/** A subscription that bills calls with the period, and pages in advance. */
function november(customer: object = {}) {
  const rows = [['r0', 's', '2026-11-30 10:00', 'calls', '2']];
  const world = createWorld({ headers: HEADERS, rows, textColumns: HEADERS });
  world.time.now = MIDNIGHT - 12 * HOUR;
  world.lago.seed.catalog({
    metrics: [{ name: 'Pages', code: 'pages', aggregation_type: 'sum_agg', field_name: 'amount' }],
    plans: [
      {
        name: 'both',
        code: 'both',
        interval: 'monthly',
        amount_cents: 0,
        amount_currency: 'EUR',
        charges: [
          { billable_metric_code: 'calls', ...charge },
          { billable_metric_code: 'pages', ...charge, pay_in_advance: true },
        ],
      },
    ],
    customers: [{ external_id: 'c', currency: 'EUR', timezone: 'UTC', ...customer }],
    subscriptions: [
      {
        external_customer_id: 'c',
        plan_code: 'both',
        external_id: 's',
        subscription_at: SINCE_SEPTEMBER,
        created_at: SINCE_SEPTEMBER,
      },
    ],
  });
  const id = activate(world, { headers: HEADERS, template: TEMPLATE });
  fireHourly(world);
  return { world, id };
}

describe('the invoice of an event that is paid in advance', () => {
  test('is not taken for that of its period: rows of the period go until that is made', () => {
    const { world, id } = november();
    typeAt(world, MIDNIGHT + MINUTE, PAGES);
    runAt(world, MIDNIGHT + 2 * MINUTE);
    typeAt(world, MIDNIGHT + 4 * MINUTE, PAGES, CALLS);
    runAt(world, MIDNIGHT + 5 * MINUTE);
    expect(troubled(world, id)).toEqual([]);
    runAt(world, MIDNIGHT + 65 * MINUTE);
    expect(billed(world)).toEqual(['r0 finalized', 'pages finalized', 'calls finalized']);
  });

  test('does not prove that rows of the period are not billed while the job is late', () => {
    const { world, id } = november();
    world.lago.leaveOut('bill');
    typeAt(world, MIDNIGHT + MINUTE, PAGES, CALLS);
    runAt(world, MIDNIGHT + 2 * MINUTE);
    runAt(world, MIDNIGHT + 62 * MINUTE);
    expect(troubled(world, id)).toEqual([]);
    world.lago.bringBack('bill');
    runAt(world, MIDNIGHT + 3 * HOUR);
    expect(troubled(world, id)).toEqual([]);
    expect(billed(world)).toEqual(['r0 finalized', 'pages finalized', 'calls finalized']);
  });
});

test('the last invoice of a subscription proves its rows, although it seems to be older than its end', () => {
  const { world, id } = november({ billing_configuration: { invoice_grace_period: 2 } });
  world.time.now = MIDNIGHT - 4 * HOUR;
  world.lago.seed.terminate('s');
  const evening = MIDNIGHT + 23 * HOUR + 30 * MINUTE;
  typeAt(world, evening, ['r1', 's', '2026-11-30 12:00', 'calls', '3']);
  runAt(world, evening + MINUTE);
  expect(troubled(world, id)).toEqual([]);
  runAt(world, evening + 60 * HOUR);
  expect(billed(world)).toEqual(['r0 finalized', 'r1 finalized']);
  expect(troubled(world, id)).toEqual([]);
});

test('a row that the invoice lacks is told while a run waits for an approval', () => {
  const { world, id } = november();
  typeAt(world, MIDNIGHT + 2 * MINUTE, CALLS);
  world.intercept = (request) => {
    // The batch arrives after the job of ten minutes past.
    if (request.url.includes('/events/batch')) world.time.now = MIDNIGHT + 11 * MINUTE;
    return undefined;
  };
  runAt(world, MIDNIGHT + 9 * MINUTE);
  world.intercept = undefined;
  expect(billed(world)).toEqual(['r0 finalized', 'calls never']);
  limit(world);
  const many = Array.from({ length: LIMIT + 1 }, (_, place) => [
    `q${place}`,
    's',
    '2026-12-01 00:01',
    'calls',
    '1',
  ]);
  typeAt(world, MIDNIGHT + 30 * MINUTE, CALLS, ...many);
  runAt(world, MIDNIGHT + 70 * MINUTE);
  expect(world.ask('open', {}).syncs[0]?.lastRun?.stopped?.code).toBe('run.volume');
  expect(troubled(world, id)).toEqual(['calls refused event.not-billed']);
});
