import {
  activate,
  createWorld,
  fireHourly,
  HEADERS,
  HOUR,
  MINUTE,
  TAB,
  usageRows,
} from '../test/bundle/world';

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

/** Columns beside the usage that no sync reads. */
const OTHERS = Array.from({ length: 26 }, (_, index) => `other ${index + 1}`);

/** What does an edit cost that touches no usage, in a tab of thirty columns? */
for (const rows of [100, 1_000, 10_000]) {
  const wide = usageRows(rows).map((row) => [...row, ...OTHERS]);
  const world = createWorld({ headers: [...HEADERS, ...OTHERS], rows: wide });
  activate(world, { onEdit: true });
  fireHourly(world);
  world.time.now += HOUR;
  world.google.spreadsheet.edit(TAB, 2, HEADERS.length + OTHERS.length, 'x');
  for (const { serviceCalls } of world.google.runEditQueue())
    process.stdout.write(
      `${String(rows).padStart(6)} rows: an edit that touches no usage ${serviceCalls.total} service calls, ${serviceCalls.cellsRead} cells read\n`,
    );
}
