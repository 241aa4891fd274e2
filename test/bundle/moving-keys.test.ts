import { played } from './long';
import {
  activate,
  billedUnits,
  createWorld,
  fireHourly,
  HEADERS,
  HOUR,
  TAB,
  type World,
} from './world';

const ROWS = 300;
const POLICIES = ['flag', 'add', 'correct'] as const;
const STORES = ['postgres', 'clickhouse'] as const;

/** Rows whose id is their position, each with an amount of its own. */
const numbered = (amounts: readonly number[]): string[][] =>
  amounts.map((amount, place) => [
    `r${place + 1}`,
    place % 2 === 0 ? 'acme' : 'globex',
    '2026-11-03 10:00',
    String(amount),
  ]);

const AMOUNTS = Array.from({ length: ROWS }, (_, place) => 1_000 + place);

function hourLater(world: World): void {
  world.time.now += HOUR;
  fireHourly(world);
}

function sent(
  store: (typeof STORES)[number],
  changed: (typeof POLICIES)[number],
  rows = numbered(AMOUNTS),
): { world: World; id: string } {
  const world = createWorld({ store, rows });
  const id = activate(world, { changed, removed: changed === 'correct' ? 'correct' : 'flag' });
  fireHourly(world);
  expect(world.lago.events()).toHaveLength(rows.length);
  return { world, id };
}

/** Units that Lago bills for both subscriptions together. */
function units(world: World): number {
  world.time.now += HOUR;
  return billedUnits(world).reduce((sum, each) => sum + Number(each.split(' ')[1]), 0);
}

const groupsOf = (world: World): string[] => {
  const { lastRun } = world.ask('open', {}).syncs[0] ?? {};
  return [
    ...(lastRun?.stopped === undefined ? [] : [lastRun.stopped.code]),
    ...(lastRun?.problems ?? []).map(({ problem, count }) => `${problem.code} ${count}`),
  ];
};

/** Rows that are held because their usage is billed under another key. */
const movingIn = (world: World): number =>
  (world.ask('open', {}).syncs[0]?.lastRun?.problems ?? [])
    .filter(({ problem }) => problem.code === 'key.moving')
    .reduce((sum, { count }) => sum + count, 0);

/** The sheet as it is after somebody inserted a row at the top; the ids stay with their positions. */
const shifted = (): string[][] =>
  numbered([7, ...AMOUNTS]).map(([id, , time, amount], place) => [
    id ?? '',
    // The subscription moves with the usage.
    place === 0 ? 'acme' : (place - 1) % 2 === 0 ? 'acme' : 'globex',
    time ?? '',
    amount ?? '',
  ]);

// Ids are compared before anything is sent: the stores share the facts.
describe.each(played(STORES, 2, 1))('on %s, ids that move with their position', (store) => {
  test.each(POLICIES)('bill nothing twice where changed rows are to be: %s', (changed) => {
    const { world } = sent(store, changed);
    const before = units(world);
    world.google.spreadsheet.paste(TAB, 2, 1, shifted());
    for (let run = 0; run < 3; run++) hourLater(world);
    // The inserted row may be billed or told, what was there before is billed once.
    expect([before, before + 7]).toContain(units(world));
    expect(movingIn(world)).toBeGreaterThanOrEqual(ROWS);
    expect(world.ask('open', {}).syncs[0]?.health.state).toBe('needs-you');
  });

  test('are told as one problem that names the cause', () => {
    const { world, id } = sent(store, 'flag');
    world.google.spreadsheet.paste(TAB, 2, 1, shifted());
    hourLater(world);
    const codes = world.ask('dryRun', { id }).problems.map(({ problem }) => problem);
    expect([...new Set(codes.map(({ code }) => code))]).toEqual(['key.moving', 'row.changed']);
    expect(codes[0]?.message).toContain('the keys move with the rows');
    expect(movingIn(world)).toBe(ROWS);
  });
});

describe.each(played(STORES, 2))('on %s, equal rows', (store) => {
  test('that all still stand are usages of their own, and go', () => {
    const twins = numbered(AMOUNTS.map(() => 5));
    const { world } = sent(store, 'flag', twins);
    const more = twins.map((row, place) => [`twin${place}`, ...row.slice(1)]);
    world.google.spreadsheet.paste(TAB, 2 + ROWS, 1, more);
    hourLater(world);
    expect(world.lago.events()).toHaveLength(2 * ROWS);
    expect(groupsOf(world)).toEqual([]);
  });
});

test('further events for a fifth of the sent rows wait for an approval of their number', () => {
  const { world, id } = sent('postgres', 'add');
  const changed = numbered(AMOUNTS.map((amount, place) => (place < 100 ? amount * 10 : amount)));
  world.google.spreadsheet.paste(TAB, 2, 1, changed);
  hourLater(world);
  expect(groupsOf(world)[0]).toBe('run.repeats');
  expect(world.lago.events()).toHaveLength(ROWS);
  world.ask('runNow', { id, approved: { events: 100, removed: 0 } });
  expect(world.lago.events()).toHaveLength(ROWS + 100);
});

test('further events for a few rows go', () => {
  const { world } = sent('postgres', 'add');
  world.google.spreadsheet.edit(TAB, 2, HEADERS.indexOf('amount') + 1, '9');
  hourLater(world);
  expect(world.lago.events()).toHaveLength(ROWS + 1);
});
