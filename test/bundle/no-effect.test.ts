import { activate, createWorld, fireHourly, HEADERS, HOUR, TAB, type World } from './world';

const TEMPLATE = `{ "event": {
  "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.subscription }}", "code": "seats",
  "timestamp": {{ row.time | unix }}, "properties": { "amount": {{ row.amount }} } } }`;

const DECEMBER = Date.UTC(2026, 11, 2, 12);

/** Two rows of one customer that were sent in November, counted in some way. */
function sent(store: 'postgres' | 'clickhouse', aggregation: string): { world: World; id: string } {
  const counts = { name: 'Seats', code: 'seats', aggregation_type: aggregation };
  const world = createWorld({
    store,
    rows: [
      ['r1', 'acme', '2026-11-03 10:00', '5'],
      ['r2', 'acme', '2026-11-04 10:00', '3'],
    ],
    metrics: [aggregation === 'count_agg' ? counts : { ...counts, field_name: 'amount' }],
  });
  const id = activate(world, { template: TEMPLATE, changed: 'correct', removed: 'correct' });
  const [kept] = world.ask('open', {}).syncs;
  world.ask('setStatusColumn', { id, revision: kept?.sync.revision ?? 0, column: 'new' });
  fireHourly(world);
  return { world, id };
}

function hourLater(world: World): void {
  world.time.now += HOUR;
  fireHourly(world);
  world.time.now += HOUR;
}

/** Rows that are not as they should be. */
const shown = (world: World, id: string): string[] =>
  world
    .ask('dryRun', { id })
    .rows.flatMap(({ key, problems }) => problems.map(({ code }) => `${key} ${code}`));

const found = (world: World, id: string): readonly unknown[] =>
  world.ask('reconcile', { id, month: '2026-11' }).findings;

const ids = (world: World): unknown[] =>
  world.lago.events().map(({ transactionId }) => transactionId);

type Charges = readonly { units: string; billable_metric: { code: string } }[];

/** Units of November, once that is invoiced. */
function invoiced(world: World): string | undefined {
  const november = world.lago.invoices().find((invoice) => {
    const periods = JSON.stringify(invoice['billing_periods']);
    return periods.includes('2026-11-01') && periods.includes('"acme"');
  });
  const charges: unknown = november?.['charges_usage'];
  return (charges as Charges).find(({ billable_metric: { code } }) => code === 'seats')?.units;
}

describe.each(['postgres', 'clickhouse'] as const)('on %s', (store) => {
  test('another date of a count is no news for Lago: the row says that it was changed, and nothing differs', () => {
    const { world, id } = sent(store, 'count_agg');
    world.google.spreadsheet.edit(TAB, 2, 3, '2026-11-10 10:00');
    hourLater(world);
    expect(ids(world)).toEqual(['r1', 'r2']);
    expect(shown(world, id)).toEqual([]);
    expect(found(world, id)).toEqual([]);
    const status = (): string | undefined =>
      world.google.spreadsheet.table(TAB)[1]?.[HEADERS.length];
    expect(status()).toBe('Sent 2026-11-20 12:00. Changed since; the bill stays the same.');
    world.google.spreadsheet.edit(TAB, 2, 3, '2026-11-03 10:00');
    hourLater(world);
    expect(status()).toBe('Sent 2026-11-20 12:00');

    world.google.spreadsheet.edit(TAB, 2, 3, '2026-11-11 10:00');
    world.time.now = DECEMBER;
    hourLater(world);
    expect(shown(world, id)).toEqual([]);
    expect(found(world, id)).toEqual([]);
    expect(invoiced(world)).toBe('2.0');
  });

  test.each([
    ['max_agg', '5.0'],
    ['latest_agg', '3.0'],
  ])(
    'a row that goes below another one of a %s needs nothing, in its month and after it',
    (aggregation, units) => {
      const { world, id } = sent(store, aggregation);
      const isMaximum = aggregation === 'max_agg';
      world.google.spreadsheet.deleteRows(TAB, isMaximum ? 3 : 2, 1);
      hourLater(world);
      expect(shown(world, id)).toEqual([]);
      // Lago still has it, as an event that bills nothing.
      expect(found(world, id)).toMatchObject([
        {
          kind: 'gone',
          key: isMaximum ? 'r2' : 'r1',
          advice: 'Nothing: what Lago counts is the value of other rows.',
        },
      ]);
      world.time.now = DECEMBER;
      hourLater(world);
      expect(shown(world, id)).toEqual([]);
      expect(ids(world)).toEqual(['r1', 'r2']);
      expect(invoiced(world)).toBe(units);
    },
  );

  test('a maximum that is lowered below another row is sent as it is, and the other row may not go any more', () => {
    const { world, id } = sent(store, 'max_agg');
    world.google.spreadsheet.edit(TAB, 3, 4, '1');
    hourLater(world);
    expect([...ids(world), ...shown(world, id)]).toEqual(['r1', 'r2', 'r2~r2']);
    world.google.spreadsheet.deleteRows(TAB, 2, 1);
    hourLater(world);
    expect(shown(world, id)).toEqual(['r1 row.removed-uncorrected']);
    expect(ids(world)).toEqual(['r1', 'r2', 'r2~r2']);
  });
});
