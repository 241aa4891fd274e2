import { API_KEY, activate, createWorld, fireHourly, HOUR, TAB } from './world';

const TEMPLATE = `{ "event": {
  "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.subscription }}", "code": "seats",
  "timestamp": {{ row.time | unix }}, "properties": { "amount": {{ row.amount }} } } }`;

const A = ['a', 'acme', '2026-11-03 10:00', '5'];
const B = ['b', 'acme', '2026-11-07 10:00', '6'];

const GRACE = { external_id: 'c-acme', billing_configuration: { invoice_grace_period: 5 } };

/** The problems of the row `b`, which was taken back in November, once it comes back in December. */
function shownInDraft(store: 'postgres' | 'clickhouse', aggregation: string, back: string[]) {
  const world = createWorld({
    store,
    rows: [A, B],
    metrics: [
      { name: 'Seats', code: 'seats', aggregation_type: aggregation, field_name: 'amount' },
    ],
  });
  world.lago.handle({
    method: 'POST',
    url: '/api/v1/customers',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ customer: GRACE }),
  });
  const id = activate(world, { template: TEMPLATE, changed: 'correct', removed: 'correct' });
  fireHourly(world);
  world.time.now += HOUR;
  world.google.spreadsheet.deleteRows(TAB, 3, 1);
  fireHourly(world);
  world.time.now = Date.UTC(2026, 11, 2, 12);
  fireHourly(world);
  world.google.spreadsheet.paste(TAB, 3, 1, [back]);
  world.time.now += HOUR;
  fireHourly(world);
  world.time.now += HOUR;
  return {
    shown: world
      .ask('dryRun', { id })
      .rows.flatMap(({ key, problems }) => problems.map(({ code }) => `${key} ${code}`)),
    ids: world.lago.events().map(({ transactionId }) => transactionId),
  };
}

describe.each(['postgres', 'clickhouse'] as const)('on %s', (store) => {
  test.each(['unique_count_agg', 'latest_agg'])(
    'a row of a %s that was taken back and comes back into the draft is not sent to where it would not count',
    (aggregation) => {
      const { shown, ids } = shownInDraft(store, aggregation, B);
      expect(shown).toEqual(['b row.uncorrected']);
      expect(ids).not.toContain('b~r2');
    },
  );

  test('another unique value is sent into the draft', () => {
    const { shown, ids } = shownInDraft(store, 'unique_count_agg', [...B.slice(0, 3), '7']);
    expect(shown).toEqual([]);
    expect(ids).toContain('b~r2');
  });
});
