import { activate, createWorld, fireHourly, HOUR, TAB, type World } from './world';

const TEMPLATE = `{ "event": {
  "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.subscription }}", "code": "seats",
  "timestamp": {{ row.time | unix }}, "properties": { "amount": {{ row.amount }} } } }`;
const SEATS = { name: 'Seats', code: 'seats', aggregation_type: 'max_agg', field_name: 'amount' };

function hourLater(world: World): void {
  world.time.now += HOUR;
  fireHourly(world);
}

function sent(store: 'postgres' | 'clickhouse'): { world: World; id: string } {
  const rows = [
    ['r1', 'acme', '2026-11-03 10:00', '5'],
    ['r2', 'acme', '2026-11-04 10:00', '3'],
  ];
  const world = createWorld({ store, rows, metrics: [SEATS] });
  const id = activate(world, { template: TEMPLATE, changed: 'correct', removed: 'correct' });
  fireHourly(world);
  return { world, id };
}

/** Seats that Lago bills, and rows that are not as they should be. */
function outcome(world: World, id: string): string {
  hourLater(world);
  world.time.now += HOUR;
  const charges = world.lago.usage('c-acme', 'acme')['charges_usage'] as {
    units: string;
    billable_metric: { code: string };
  }[];
  const units = charges.find((each) => each.billable_metric.code === 'seats')?.units;
  const told = world
    .ask('dryRun', { id })
    .rows.flatMap(({ key, problems }) => problems.map(({ code }) => `${key} ${code}`));
  return [units, ...told].join(', ');
}

describe.each(['postgres', 'clickhouse'] as const)('on %s, a maximum', (store) => {
  test('that is raised is a new event, and nothing is taken back', () => {
    const { world, id } = sent(store);
    world.google.spreadsheet.edit(TAB, 2, 4, '8');
    expect(outcome(world, id)).toBe('8.0');
    expect(world.lago.events().map(({ transactionId }) => transactionId)).toEqual([
      'r1',
      'r2',
      'r1~r2',
    ]);
    world.google.spreadsheet.edit(TAB, 2, 4, '9');
    expect(outcome(world, id)).toBe('9.0');
  });

  test('that is raised below that of another row changes no bill', () => {
    const { world, id } = sent(store);
    world.google.spreadsheet.edit(TAB, 3, 4, '4');
    expect(outcome(world, id)).toBe('5.0');
  });

  test('that is lowered, moved to another customer or out of its month is told', () => {
    const { world, id } = sent(store);
    world.google.spreadsheet.edit(TAB, 2, 4, '4');
    world.google.spreadsheet.edit(TAB, 3, 2, 'globex');
    expect(outcome(world, id)).toBe('5.0, r1 row.changed-uncorrected, r2 row.changed-uncorrected');
    world.google.spreadsheet.edit(TAB, 2, 4, '6');
    world.google.spreadsheet.edit(TAB, 3, 2, 'acme');
    world.google.spreadsheet.edit(TAB, 2, 3, '2026-12-01 10:00');
    expect(outcome(world, id)).toBe('5.0, r1 key.reused');
  });
});
