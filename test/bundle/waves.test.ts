import {
  API_KEY,
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HOUR,
  TEMPLATE,
  usageRows,
  type World,
} from './world';

/** Requests that leave in the busiest second. @param left when each left (ms), in order */
const busiest = (left: readonly number[]): number =>
  Math.max(...left.map((at) => left.filter((other) => other >= at && other < at + 1000).length));

/** Activates a sync that sends each row under an id of its own. */
function activateAs(world: World, name: string): void {
  const template = TEMPLATE.replace('{{ row.id }}', `{{ row.id }}-${name}`);
  const { id, revision } = world.ask('saveSync', {
    draft: { ...draftOf(world, undefined, template), name },
  });
  world.ask('activate', { id, revision, changed: 'flag', removed: 'flag', onEdit: false });
}

test('further waves of 2,000 events cost four calls each beside getRange and what asks for answers', () => {
  const costOf = (rows: number) => {
    const world = createWorld({ rows: usageRows(rows) });
    activate(world);
    // Lago takes a second for twenty batches, so that no pause is needed.
    world.intercept = () => {
      world.time.now += 50;
      return undefined;
    };
    const { byName } = fireHourly(world).serviceCalls;
    expect(world.lago.events()).toHaveLength(rows);
    return byName;
  };
  const [few, many] = [costOf(3_500), costOf(5_500)];
  const grown = Object.entries(many)
    .map(([name, calls]) => [name, calls - (few[name] ?? 0)] as const)
    .filter(([name, calls]) => calls !== 0 && !/^HTTPResponse|getRange$/.test(name));
  expect(Object.fromEntries(grown)).toEqual({
    'Range.setValues': 2,
    'SpreadsheetApp.flush': 1,
    'Properties.setProperty': 1,
    'UrlFetchApp.fetchAll': 1,
  });
});

test('a ledger has no more cells than it uses, so that 300,000 events fit beside their rows', () => {
  const world = createWorld({ rows: usageRows(5) });
  activate(world);
  fireHourly(world);
  const ledger = world.google.spreadsheet.sheets.find(({ name }) => name === 'Lago ledger Usage');
  expect([ledger?.rows, ledger?.columns]).toEqual([1_000, 8]);
});

test('in no second more requests leave than were set, whatever the number of syncs', () => {
  const world = createWorld({ rows: usageRows(900) });
  const address = 'https://lago.example';
  world.ask('connect', { address, apiKey: API_KEY, requestsPerSecond: 5 });
  for (const name of ['one', 'two', 'three']) activateAs(world, name);
  const left: number[] = [];
  world.intercept = () => {
    left.push(world.time.now);
    return undefined;
  };
  world.time.now += HOUR;
  fireHourly(world);
  expect(world.lago.events()).toHaveLength(2_700);
  expect(left.length).toBeGreaterThan(27);
  expect(busiest(left)).toBeLessThanOrEqual(5);
});

test('a run in which Google refuses a call in the middle of a delivery says what was sent', () => {
  const world = createWorld({ rows: usageRows(2_000) });
  activate(world);
  const text = 'Service Spreadsheets timed out while accessing document.';
  // The requests of the first wave have been answered by then.
  world.intercept = () => {
    if (world.lago.events().length === 400)
      world.google.faults.add({ call: 'SpreadsheetApp.flush', message: text });
    return undefined;
  };
  fireHourly(world);
  const [view] = world.ask('open', {}).syncs;
  expect(view?.lastRun).toMatchObject({ delivered: 500, stopped: { code: 'run.google' } });
  expect(world.lago.events()).toHaveLength(500);
  world.intercept = undefined;
  world.time.now += HOUR;
  fireHourly(world);
  expect(world.ask('open', {}).syncs[0]?.lastRun).toMatchObject({ left: 0, delivered: 1_500 });
  expect(world.lago.events()).toHaveLength(2_000);
});
