import { activate, createWorld, fireHourly, inLago, usageRows } from './world';

test.each(['postgres', 'clickhouse'] as const)(
  'rows whose request is too large for a proxy in front of Lago on %s go in smaller ones within the same run, each once',
  (store) => {
    const world = createWorld({ rows: usageRows(40), store });
    world.lago.faults.add({
      kind: 'answer',
      status: 413,
      body: 'html',
      longerThan: 1_500,
      times: Number.POSITIVE_INFINITY,
    });
    activate(world);
    expect(fireHourly(world).error).toBeUndefined();
    expect(inLago(world)).toEqual(usageRows(40).map(([id, , , amount]) => `${id} = ${amount}`));
    expect(world.lago.faults.injected()['413 html before commit']).toBeGreaterThan(1);
    expect(world.ask('open', {}).syncs[0]?.health.state).toBe('healthy');
  },
);

test('a single row that is too large for a proxy is told, and holds up no other', () => {
  const long = 'x'.repeat(200);
  const rows = [...usageRows(3), [long, 'acme', '2026-11-03 10:00', '4']];
  const world = createWorld({ rows });
  world.lago.faults.add({
    kind: 'answer',
    status: 413,
    body: 'html',
    longerThan: 330,
    times: Number.POSITIVE_INFINITY,
  });
  activate(world);
  fireHourly(world);
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
  expect(
    world
      .ask('open', {})
      .syncs[0]?.lastRun?.problems.map(({ problem, rows: at }) => [problem.code, at]),
  ).toEqual([['event.stuck', [5]]]);
});
