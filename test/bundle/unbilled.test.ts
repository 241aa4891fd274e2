import { IS_LONG } from './long';
import {
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HOUR,
  inLago,
  MINUTE,
  START,
  TAB,
  TEMPLATE,
  usageRows,
  type World,
} from './world';

const held = (world: World, id: string): string[] =>
  world
    .ask('dryRun', { id })
    .rows.filter(({ action }) => action === 'hold')
    .map(({ row, problems }) => `${row} ${problems.map(({ code }) => code).join()}`);

describe.each(['postgres', 'clickhouse'] as const)(
  'usage that Lago on %s would take and not bill',
  (store) => {
    test('is held where it lies before the subscription starts or after it ended', () => {
      const world = createWorld({
        store,
        rows: [
          ...usageRows(1),
          ['early', 'acme', '2026-08-31 23:59', '5'],
          ['late', 'gone', '2026-11-19 10:00', '7'],
        ],
      });
      world.lago.seed.catalog({
        subscriptions: [
          {
            external_customer_id: 'c-acme',
            plan_code: 'p',
            external_id: 'gone',
            subscription_at: '2026-09-01T00:00:00Z',
            ending_at: '2026-11-10T00:00:00Z',
            terminated_at: '2026-11-10T00:05:00Z',
          },
        ],
      });
      const id = activate(world);
      fireHourly(world);
      expect(inLago(world)).toEqual(['r1 = 1']);
      expect(held(world, id)).toEqual(['3 event.before-start', '4 event.after-end']);
    });

    test('is held where the plan has no charge for the metric, and goes by itself once the row names another', () => {
      const world = createWorld({
        store,
        rows: usageRows(1),
        headers: ['id', 'subscription', 'time', 'amount', 'code'],
      });
      world.lago.seed.metric({
        name: 'Free',
        code: 'free',
        aggregation_type: 'sum_agg',
        field_name: 'amount',
      });
      world.google.spreadsheet.edit(TAB, 2, 5, 'free');
      const template = TEMPLATE.replace('"calls"', '"{{ row.code }}"');
      const id = activate(world, {
        headers: ['id', 'subscription', 'time', 'amount', 'code'],
        template,
      });
      fireHourly(world);
      expect(held(world, id)).toEqual(['2 event.not-charged']);
      world.google.spreadsheet.edit(TAB, 2, 5, 'calls');
      world.time.now += HOUR;
      fireHourly(world);
      expect(inLago(world)).toEqual(['r1 = 1']);
    });
  },
);

const CATALOG = /\/(subscriptions|plans|billable_metrics|customers)\?/;
const listed = (world: World): string[] =>
  world.lago.requests.entries.flatMap(({ url }) => CATALOG.exec(url)?.[1] ?? []);

describe('what Lago knows, kept in Google’s cache', () => {
  const started = (rows = usageRows(2)): { readonly world: World; readonly id: string } => {
    const world = createWorld({ rows });
    const id = activate(world);
    fireHourly(world);
    world.lago.requests.clear();
    world.time.now += MINUTE;
    return { world, id };
  };

  test('spares whoever only looks within five minutes the listings', () => {
    const { world, id } = started();
    fireHourly(world);
    world.ask('dryRun', { id });
    world.ask('preview', { draft: draftOf(world), row: 2 });
    expect(listed(world)).toEqual([]);
    world.time.now += 5 * MINUTE;
    world.ask('dryRun', { id });
    expect(listed(world).sort()).toEqual(['billable_metrics', 'plans', 'subscriptions']);
  });

  test('is not what a row is sent by: that asks Lago itself', () => {
    const { world } = started();
    world.google.spreadsheet.edit(TAB, 4, 1, 'r3');
    for (const [column, value] of ['acme', '2026-11-03 10:00', '3'].entries())
      world.google.spreadsheet.edit(TAB, 4, column + 2, value);
    fireHourly(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
    expect(listed(world).sort()).toEqual(['billable_metrics', 'plans', 'subscriptions']);
  });

  test.each<[string, (key: string) => boolean]>([
    ['gone', () => true],
    ['gone in part, its first half', (key) => /\.\w+\.0$/.test(key)],
    ['gone but for the parts', (key) => !/\.\w+\.\d+$/.test(key)],
  ])('is read anew where it is %s', (_, chosen) => {
    const { world, id } = started();
    let evicted = 0;
    world.google.evictCache(({ key }) => {
      if (chosen(key)) evicted++;
      return chosen(key);
    });
    expect(evicted).toBeGreaterThan(0);
    world.ask('dryRun', { id });
    expect(listed(world).sort()).toEqual(['billable_metrics', 'plans', 'subscriptions']);
  });

  test('is not the last word: a row of a subscription that is new in Lago is sent within the same minutes, and another one is held', () => {
    const { world, id } = started();
    const row = (line: number, cells: readonly string[]): void => {
      for (const [column, value] of cells.entries())
        world.google.spreadsheet.edit(TAB, line, column + 1, value);
    };
    row(4, ['r3', 'new', '2026-11-20 12:01', '3']);
    row(5, ['r4', 'newer', '2026-11-20 12:01', '4']);
    world.lago.seed.catalog({
      subscriptions: [
        {
          external_customer_id: 'c-new',
          plan_code: 'p',
          external_id: 'new',
          subscription_at: '2026-11-20T00:00:00Z',
        },
      ],
    });
    fireHourly(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
    // Subscriptions that were never active are asked for, too, because of the other one.
    expect(listed(world).sort()).toEqual([
      'billable_metrics',
      'plans',
      'subscriptions',
      'subscriptions',
    ]);
    expect(held(world, id)).toEqual(['5 event.unknown-subscription']);
  });

  const CROWD = IS_LONG ? 10_000 : 2_000;

  test(`holds ${CROWD} subscriptions, which are read in waves of pages`, () => {
    const world = createWorld({
      rows: [...usageRows(1), ['last', `subscription-${CROWD}`, '2026-11-20 11:59', '5']],
    });
    world.time.now = Date.UTC(2026, 10, 1);
    world.lago.seed.catalog({ crowd: { metrics: 1, subscriptions: CROWD } });
    world.time.now = START;
    const template = TEMPLATE.replace('"calls"', '"metric-1"').replace('"amount"', '"value"');
    const id = activate(world, { template });
    world.lago.requests.clear();
    fireHourly(world);
    expect(listed(world)).toEqual([
      'subscriptions',
      'plans',
      'billable_metrics',
      ...Array.from({ length: CROWD / 500 }, () => 'subscriptions'),
    ]);
    expect(held(world, id)).toEqual(['2 event.not-charged']);
    expect(
      world.lago
        .billing()
        .map(({ transactionId, billed, priced }) => [transactionId, billed, priced]),
    ).toEqual([['last', true, true]]);
    world.lago.requests.clear();
    world.time.now += MINUTE;
    world.google.spreadsheet.edit(TAB, 2, 2, `subscription-${CROWD - 1}`);
    fireHourly(world);
    world.lago.requests.clear();
    expect(world.ask('dryRun', { id }).counts).toMatchObject({ sent: 2 });
    expect(listed(world)).toEqual([]);
    expect(
      world.lago.billing().map(({ transactionId, billed }) => [transactionId, billed]),
    ).toEqual([
      ['last', true],
      ['r1', true],
    ]);
  });

  test('gives a date without a time the zone of a customer that is new in Lago', () => {
    const { world } = started();
    for (const [column, value] of ['r3', 'new', '2026-11-21', '3'].entries())
      world.google.spreadsheet.edit(TAB, 4, column + 1, value);
    world.lago.seed.catalog({
      customers: [{ external_id: 'c-new', currency: 'EUR', timezone: 'Pacific/Auckland' }],
      subscriptions: [
        {
          external_customer_id: 'c-new',
          plan_code: 'p',
          external_id: 'new',
          subscription_at: '2026-11-20T00:00:00Z',
        },
      ],
    });
    fireHourly(world);
    const [sent] = world.lago.events().filter(({ transactionId }) => transactionId === 'r3');
    expect(sent?.timestampMs).toBe(Date.UTC(2026, 10, 20, 23));
  });

  test('does not send for a subscription that was terminated, and invoiced for the last time, while it was in the cache', () => {
    const { world } = started();
    world.lago.seed.terminate('acme');
    for (const [column, value] of ['r3', 'acme', '2026-11-20 11:00', '3'].entries())
      world.google.spreadsheet.edit(TAB, 4, column + 1, value);
    fireHourly(world);
    const unbilled = world.lago.billing().filter(({ billed }) => !billed);
    expect(unbilled.map(({ transactionId }) => transactionId)).toEqual([]);
  });
});

test.each([
  ['postgres', []],
  ['clickhouse', ['2 event.too-large']],
] as const)(
  'a number of 13 digits is held only where Lago on %s would count it as nothing',
  (store, expected) => {
    const world = createWorld({
      store,
      rows: [
        ['r1', 'acme', '2026-11-03 10:00', '1000000000000'],
        ['r2', 'acme', '2026-11-03 10:00', '999999999999'],
      ],
    });
    const id = activate(world);
    fireHourly(world);
    expect(held(world, id)).toEqual(expected);
    world.time.now += MINUTE;
    expect(world.lago.billing().map(({ billed }) => billed)).not.toContain(false);
  },
);
