import { activate, createWorld, fireHourly, HOUR, MINUTE, usageRows } from '../test/bundle/world';

/**
 * How many calls of Google's services, and requests to Lago, does a run cost, by the number of
 * rows? Each call costs a user about a tenth of a second.
 */
for (const rows of [10, 100, 1_000, 10_000]) {
  const world = createWorld({ rows: usageRows(rows) });
  activate(world);
  world.lago.requests.clear();
  const first = fireHourly(world);
  const requests = Object.values(world.lago.requests.counts()).reduce(
    (total, count) => total + count,
    0,
  );
  world.time.now += HOUR;
  const [second] = world.google.fireHourly();
  world.time.now += 10 * MINUTE;
  const [idle] = world.google.fireHourly();
  process.stdout.write(
    `${String(rows).padStart(6)} rows: first run ${first.serviceCalls.total} service calls, ${requests} requests; a run with nothing to send ${second?.serviceCalls.total} service calls; a firing with nothing due ${idle?.serviceCalls.total}\n`,
  );
}
