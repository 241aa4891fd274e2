import { activate, createWorld, fireHourly, HOUR, inLago, TAB, TEMPLATE, usageRows, type World } from './world';

const held = (world: World, id: string): string[] =>
  world
    .ask('dryRun', { id })
    .rows.filter(({ action }) => action === 'hold')
    .map(({ row, problems }) => `${row} ${problems.map(({ code }) => code).join()}`);

describe.each(['postgres', 'clickhouse'] as const)('usage that Lago on %s would take and not bill', (store) => {
  test('is held where it lies before the subscription starts or after it ended', () => {
    const world = createWorld({
      store,
      rows: [...usageRows(1), ['early', 'acme', '2026-08-31 23:59', '5'], ['late', 'gone', '2026-11-19 10:00', '7']],
    });
    world.lago.seed.catalog({
      subscriptions: [
        {
          external_customer_id: 'c-acme',
          plan_code: 'p',
          external_id: 'gone',
          subscription_at: '2026-09-01T00:00:00Z',
          ending_at: '2026-11-10T00:00:00Z',
        },
      ],
    });
    const id = activate(world);
    fireHourly(world);
    expect(inLago(world)).toEqual(['r1 = 1']);
    expect(held(world, id)).toEqual(['3 event.before-start', '4 event.after-end']);
  });

  test('is held where the plan has no charge for the metric, and goes by itself once the row names another', () => {
    const world = createWorld({ store, rows: usageRows(1), headers: ['id', 'subscription', 'time', 'amount', 'code'] });
    world.lago.seed.metric({ name: 'Free', code: 'free', aggregation_type: 'sum_agg', field_name: 'amount' });
    world.google.spreadsheet.edit(TAB, 2, 5, 'free');
    const template = TEMPLATE.replace('"calls"', '"{{ row.code }}"');
    const id = activate(world, { headers: ['id', 'subscription', 'time', 'amount', 'code'], template });
    fireHourly(world);
    expect(held(world, id)).toEqual(['2 event.not-charged']);
    world.google.spreadsheet.edit(TAB, 2, 5, 'calls');
    world.time.now += HOUR;
    fireHourly(world);
    expect(inLago(world)).toEqual(['r1 = 1']);
  });
});
