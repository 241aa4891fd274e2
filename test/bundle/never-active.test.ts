import { played } from './long';
import {
  activate,
  billedUnits,
  createWorld,
  fireHourly,
  HOUR,
  inLago,
  TAB,
  usageRows,
} from './world';

const STORES = ['postgres', 'clickhouse'] as const;

// Subscriptions are the same whichever store has the events.
describe.each(played(STORES, 2))('on %s a row of a subscription that was never active', (store) => {
  const ran = () => {
    const world = createWorld({
      store,
      rows: [
        ...usageRows(2),
        ['r3', 'half', '2026-11-03 10:00', '3'],
        ['r4', 'off', '2026-11-03 10:00', '4'],
        ['r5', 'nobody', '2026-11-03 10:00', '5'],
      ],
    });
    for (const [external_id, status] of [
      ['half', 'incomplete'],
      ['off', 'canceled'],
    ] as const)
      world.lago.seed.subscription({
        external_customer_id: 'c-acme',
        plan_code: 'p',
        external_id,
        status,
        subscription_at: '2026-09-01T00:00:00Z',
      });
    const id = activate(world);
    world.lago.requests.clear();
    fireHourly(world);
    return { world, id };
  };
  const reportOf = (world: ReturnType<typeof ran>['world']) =>
    world.ask('open', {}).syncs[0]?.lastRun;

  test('is held and told as what it is, and the others go', () => {
    const { world } = ran();
    const problems = reportOf(world)?.problems ?? [];
    expect(problems.map(({ problem, rows }) => [problem.code, rows])).toEqual([
      ['event.incomplete-subscription', [4]],
      ['event.canceled-subscription', [5]],
      ['event.unknown-subscription', [6]],
    ]);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
    expect(billedUnits(world).map((units) => units.replace(/\.0$/, ''))).toEqual([
      'acme 1',
      'globex 2',
    ]);
  });

  test('is told so in its preview, too', () => {
    const { world, id } = ran();
    const { sync } = world.ask('open', {}).syncs[0] ?? { sync: undefined };
    if (sync === undefined) throw new Error('no sync');
    const { revision, name, source, key, template, dateOnly } = sync;
    const draft = { id, revision, name, source, key, template, dateOnly };
    const { problems } = world.ask('preview', { draft, row: 4, sync: id });
    expect(problems.map(({ code }) => code)).toEqual(['event.incomplete-subscription']);
  });

  test('goes out by itself once the subscription is active', () => {
    const { world } = ran();
    world.google.spreadsheet.deleteRows(TAB, 5, 2);
    world.lago.seed.subscription({
      external_customer_id: 'c-globex',
      plan_code: 'p',
      external_id: 'half',
      subscription_at: '2026-09-01T00:00:00Z',
    });
    world.time.now += HOUR;
    fireHourly(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
    expect(reportOf(world)?.rows).toMatchObject({ hold: 0, sent: 3 });
  });
});
