import { activate, createWorld, fireHourly, inLago, usageRows, type World } from './world';

const ROWS = 250;

const ledgerStates = ({ google }: World): string[] => {
  const ledger = google.spreadsheet.sheets.find(
    ({ name }) => name.startsWith('Lago ledger') && google.spreadsheet.table(name).length > 0,
  );
  return ledger === undefined
    ? []
    : google.spreadsheet
        .table(ledger.name)
        .slice(1)
        .map((line) => line[3] ?? '');
};

test.each(['postgres', 'clickhouse'] as const)(
  'a first run of 250 rows puts each of them into Lago once, with three requests, on %s',
  (store) => {
    const world = createWorld({
      rows: usageRows(ROWS),
      store,
      lago: { visibilityDelayMs: 90_000, duplicateRemoval: false },
    });
    activate(world);
    world.lago.requests.clear();
    const report = fireHourly(world);
    expect(report.error).toBeUndefined();
    expect(inLago(world)).toEqual(usageRows(ROWS).map(([id, , , amount]) => `${id} = ${amount}`));
    expect(ledgerStates(world)).toEqual(Array(ROWS).fill('accepted'));
    expect(world.lago.requests.counts()['POST /api/v1/events/batch']).toBe(3);
  },
);
