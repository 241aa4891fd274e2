import {
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HOUR,
  inLago,
  TAB,
  usageRows,
  type World,
} from './world';

const names = (world: World): string[] =>
  world.google.spreadsheet.sheets
    .map(({ name }) => name)
    .sort((one, two) => one.localeCompare(two, 'en'));

/** A second sync of the tab, whose events have ids of their own. */
function activateSecond(world: World, name: string): string {
  const template = `{ "event": { "transaction_id": "second-{{ row.id }}",
    "external_subscription_id": "{{ row.subscription }}", "code": "calls",
    "timestamp": {{ row.time | unix }}, "properties": { "amount": {{ row.amount }} } } }`;
  const draft = { ...draftOf(world, undefined, template), name };
  const { id, revision } = world.ask('saveSync', { draft });
  world.ask('activate', { id, revision, changed: 'flag', removed: 'flag', onEdit: false });
  return id;
}

test.each(['USAGE', 'usage', 'Usage'])('a second sync named %s beside Usage sends too', (name) => {
  const world = createWorld({ rows: usageRows(2) });
  activate(world);
  activateSecond(world, name);
  fireHourly(world);
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'second-r1 = 1', 'second-r2 = 2']);
  expect(names(world).filter((each) => /ledger/i.test(each))).toHaveLength(2);
  world.time.now += HOUR;
  fireHourly(world);
  expect(inLago(world)).toHaveLength(4);
});

test('a ledger gets a name that no tab has in any case, however many have it', () => {
  const world = createWorld({ rows: usageRows(2) });
  for (const taken of ['LAGO LEDGER USAGE', 'lago ledger usage 2', 'Lago Ledger Usage 3'])
    world.google.spreadsheet.insertSheet(taken);
  activate(world);
  fireHourly(world);
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
  expect(names(world)).toContain('Lago ledger Usage 4');
});

describe('a person’s own tab “lago runs”', () => {
  const started = (...taken: readonly string[]): { world: World; id: string } => {
    const world = createWorld({ rows: usageRows(2) });
    for (const name of taken) {
      world.google.spreadsheet.insertSheet(name);
      world.google.spreadsheet.edit(name, 1, 1, 'mine');
    }
    const id = activate(world);
    fireHourly(world);
    return { world, id };
  };

  test.each([[['lago runs']], [['LAGO RUNS', 'lago RUNS 2']]])(
    '%j does not silence the activity',
    (taken) => {
      const { world, id } = started(...taken);
      const [view] = world.ask('open', {}).syncs;
      expect(view?.lastRun).toMatchObject({ delivered: 2 });
      expect(world.ask('activity', { id }).runs.map(({ report }) => report.delivered)).toEqual([2]);
      for (const name of taken) expect(world.google.spreadsheet.table(name)).toEqual([['mine']]);
    },
  );

  test('keeps its runs apart, which go on in the one sheet of runs', () => {
    const { world, id } = started('lago runs');
    const before = names(world);
    world.google.spreadsheet.paste(TAB, 4, 1, [['r3', 'acme', '2026-11-03 10:00', '3']]);
    world.time.now += HOUR;
    fireHourly(world);
    expect(names(world)).toEqual(before);
    expect(world.ask('activity', { id }).runs.map(({ report }) => report.delivered)).toEqual([
      1, 2,
    ]);
  });
});

test.each(['before', 'after'])(
  'a sheet that Google makes and says it has not, %s its effect',
  (when) => {
    const world = createWorld({ rows: usageRows(2) });
    const id = activate(world);
    world.google.faults.add({
      call: 'Spreadsheet.insertSheet',
      message: 'Service Spreadsheets failed while accessing document with id file-1.',
      afterEffect: when === 'after',
      nth: 2,
    });
    fireHourly(world);
    world.time.now += HOUR;
    fireHourly(world);
    world.time.now += HOUR;
    fireHourly(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
    expect(world.ask('activity', { id }).runs.length).toBeGreaterThan(0);
  },
);
