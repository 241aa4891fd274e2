import type { Argument, Method, Reply, Value } from '../../src/rpc/contract';
import { callText } from '../page-token';
import {
  API_KEY,
  activate,
  billedUnits,
  createWorld,
  draftOf,
  fireHourly,
  HOUR,
  inLago,
  MINUTE,
  TAB,
  usageRows,
  type World,
} from './world';

const AT = Date.UTC(2026, 10, 3, 10) / 1000;

interface Foreign {
  readonly id: string;
  readonly subscription?: string;
  readonly timestamp?: number;
  readonly amount: number;
}

/** What another file, or another tool, sends with the same key. */
function otherSends(world: World, ...events: readonly Foreign[]): void {
  const body = {
    events: events.map(({ id, subscription = 'acme', timestamp = AT, amount }) => ({
      transaction_id: id,
      external_subscription_id: subscription,
      code: 'calls',
      timestamp,
      properties: { amount },
    })),
  };
  const { status } = world.lago.handle({
    method: 'POST',
    url: '/api/v1/events/batch',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(status).toBe(200);
}

const clickhouse = (rows = usageRows(4), removesDuplicates = true): World =>
  createWorld({
    store: 'clickhouse',
    rows,
    lago: { visibilityDelayMs: 90_000, duplicateRemoval: removesDuplicates },
  });

function hourLater(world: World): void {
  world.time.now += HOUR;
  fireHourly(world);
}

const toldIn = (world: World, id: string): string[] =>
  world
    .ask('dryRun', { id })
    .rows.filter(({ problems }) => problems.length > 0)
    .map(({ key, action, problems }) =>
      [key, action, ...problems.map(({ code }) => code)].join(' '),
    );

const homeOf = (world: World) => world.ask('open', {}).syncs[0];
const groupsOf = (world: World): string[] =>
  (homeOf(world)?.lastRun?.problems ?? []).map(
    ({ problem, rows }) => `${problem.code} in rows ${rows}`,
  );

/** Units that Lago bills once all is visible. */
function units(world: World): string[] {
  world.time.now += HOUR;
  return billedUnits(world);
}

/** What the page of another file asks. */
const callsOf = (google: World['google']) => ({
  ask: <M extends Method>(method: M, argument: Argument<M>): Value<M> => {
    const { result } = google.rpc('rpc', callText(google, method, argument));
    const reply = JSON.parse(String(result)) as Reply<M>;
    if (!reply.ok) throw new Error(reply.problem.message);
    return reply.value;
  },
});

/** Requests for Lago's list of events. */
function listings(world: World): string[] {
  const asked: string[] = [];
  world.intercept = ({ url }) => {
    if (url.includes('/events?')) asked.push(url);
    return undefined;
  };
  return asked;
}

describe('on ClickHouse, where Lago refuses no event', () => {
  test('the first run asks for one list, and sends all rows where none of their ids is taken', () => {
    const world = clickhouse(usageRows(300));
    otherSends(world, { id: 'other', amount: 7 });
    world.time.now += HOUR;
    activate(world);
    const asked = listings(world);
    fireHourly(world);
    expect(asked).toHaveLength(1);
    expect(inLago(world)).toHaveLength(301);
    hourLater(world);
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['at the same time, which it would replace', AT],
    ['at a later time, to which it would add', AT + 86_400],
    ['at the start of the day before all rows, to which it would add', AT - 34 * 3_600],
    ['at the time of sending, to which it would add', undefined],
  ])('a row is not sent whose id another file used %s', (_, timestamp) => {
    const world = clickhouse();
    const at = timestamp ?? Math.floor(world.time.now / 1000);
    otherSends(world, { id: 'r1', amount: 50, timestamp: at });
    world.time.now += HOUR;
    const id = activate(world);
    fireHourly(world);
    expect(units(world)).toEqual(['acme 53.0', 'globex 6.0']);
    expect(toldIn(world, id)).toEqual(['r1 refused event.conflict']);
    expect(groupsOf(world)).toEqual(['event.conflict in rows 2']);
    expect(homeOf(world)?.health.state).toBe('needs-you');
  });

  test('a row is not sent again that another file has sent as it is', () => {
    const world = clickhouse(usageRows(4), false);
    otherSends(world, { id: 'r1', amount: 1 });
    world.time.now += HOUR;
    const id = activate(world);
    fireHourly(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4']);
    expect(toldIn(world, id)).toEqual([]);
  });

  test('a row is sent whose id another file used for another subscription', () => {
    const world = clickhouse();
    otherSends(world, { id: 'r1', subscription: 'globex', amount: 50 });
    world.time.now += HOUR;
    const id = activate(world);
    fireHourly(world);
    expect(units(world)).toEqual(['acme 4.0', 'globex 56.0']);
    expect(toldIn(world, id)).toEqual([]);
  });

  test('a row that the first run holds is asked for when it goes, and then no more', () => {
    const rows = usageRows(4);
    const world = clickhouse(rows.map((row) => (row[0] === 'r1' ? [...row.slice(0, 3), ''] : row)));
    otherSends(world, { id: 'r1', amount: 50 });
    world.time.now += HOUR;
    const id = activate(world);
    fireHourly(world);
    world.google.spreadsheet.edit(TAB, 2, 4, '1');
    hourLater(world);
    expect(units(world)).toEqual(['acme 53.0', 'globex 6.0']);
    expect(toldIn(world, id)).toEqual(['r1 refused event.conflict']);
    const asked = listings(world);
    for (const key of ['r5', 'r6']) {
      world.google.spreadsheet.paste(TAB, key === 'r5' ? 6 : 7, 1, [
        [key, 'acme', '2026-11-03 10:00', '5'],
      ]);
      hourLater(world);
    }
    expect(inLago(world)).toContain('r6 = 5');
    expect(asked).toHaveLength(1);
  });

  test.each(['kept', 'lost'] as const)(
    'a copy of the file asks for what the other file has sent since, its document properties %s',
    (documentProperties) => {
      const world = clickhouse();
      activate(world);
      fireHourly(world);
      const copy = world.google.copyFile({ documentProperties });
      world.google.spreadsheet.paste(TAB, 6, 1, [['r5', 'acme', '2026-11-03 10:00', '5']]);
      hourLater(world);
      copy.spreadsheet.paste(TAB, 6, 1, [['r5', 'acme', '2026-11-03 10:00', '50']]);
      world.time.now += HOUR;
      const inCopy = callsOf(copy);
      inCopy.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
      const kept = inCopy.ask('open', {}).syncs[0]?.sync;
      const { id, revision } = kept ?? inCopy.ask('saveSync', { draft: draftOf(world) });
      inCopy.ask('activate', { id, revision, changed: 'flag', removed: 'flag', onEdit: false });
      inCopy.ask('resolveLedger', { id, choice: 'adopt' });
      expect(inCopy.ask('runNow', { id }).problems.map(({ problem }) => problem.code)).toEqual([
        'event.conflict',
      ]);
      expect(units(world)).toEqual(['acme 9.0', 'globex 6.0']);
    },
  );

  test('the test of a row asks too, and does not stand for the first run', () => {
    const world = clickhouse();
    otherSends(world, { id: 'r1', amount: 50 }, { id: 'r2', subscription: 'globex', amount: 60 });
    world.time.now += HOUR;
    world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
    const sync = world.ask('saveSync', { draft: draftOf(world) });
    expect(world.ask('testSend', { id: sync.id, row: 2 }).state).toBe('conflict');
    world.ask('activate', {
      id: sync.id,
      revision: sync.revision,
      changed: 'flag',
      removed: 'flag',
      onEdit: false,
    });
    fireHourly(world);
    expect(units(world)).toEqual(['acme 53.0', 'globex 64.0']);
    expect(toldIn(world, sync.id)).toEqual([
      'r1 refused event.conflict',
      'r2 refused event.conflict',
    ]);
  });

  test('nothing is sent while Lago shows no list', () => {
    const world = clickhouse();
    activate(world);
    world.intercept = ({ url }) =>
      url.includes('/events?') ? { status: 500, headers: {}, body: '{}' } : undefined;
    fireHourly(world);
    expect(inLago(world)).toEqual([]);
    expect(homeOf(world)?.lastRun?.stopped?.code).toBe('lago.unavailable');
    world.intercept = undefined;
    hourLater(world);
    expect(inLago(world)).toHaveLength(4);
  });
});

describe('on ClickHouse, the correction of a row', () => {
  const corrected = (): { world: World; id: string } => {
    const world = clickhouse();
    const id = activate(world, { changed: 'correct', removed: 'correct' });
    fireHourly(world);
    world.time.now += HOUR;
    return { world, id };
  };

  test('that another file has replaced is told and not sent', () => {
    const { world } = corrected();
    otherSends(world, { id: 'r1', amount: 50 });
    world.google.spreadsheet.edit(TAB, 2, 4, '10');
    world.google.spreadsheet.edit(TAB, 3, 4, '20');
    hourLater(world);
    expect(inLago(world).filter((event) => event.includes('~'))).toEqual([
      'r2~r2 = 20',
      'r2~x1 = -2',
    ]);
    expect(units(world)).toEqual(['acme 53.0', 'globex 24.0']);
    expect(groupsOf(world)).toEqual(['row.replaced in rows 2']);
    expect(homeOf(world)?.health.state).toBe('needs-you');
  });

  test('is sent where another file only added to the row, at another time', () => {
    const { world } = corrected();
    world.google.spreadsheet.paste(TAB, 6, 1, [['r5', 'acme', '2026-11-03 12:00', '5']]);
    hourLater(world);
    otherSends(world, { id: 'r1', amount: 50, timestamp: AT + 3_600 });
    world.google.spreadsheet.edit(TAB, 2, 4, '10');
    world.google.spreadsheet.edit(TAB, 6, 4, '6');
    hourLater(world);
    expect(groupsOf(world)).toEqual([]);
    expect(units(world)).toEqual(['acme 69.0', 'globex 6.0']);
  });

  test('whose removal another file has made untrue is told and not sent', () => {
    const { world } = corrected();
    otherSends(world, { id: 'r1', amount: 50 });
    world.google.spreadsheet.deleteRows(TAB, 2, 1);
    hourLater(world);
    expect(units(world)).toEqual(['acme 53.0', 'globex 6.0']);
    expect(groupsOf(world)).toEqual(['row.replaced in rows ']);
  });

  test('is sent within minutes, though Lago does not show yet what it takes back', () => {
    const world = createWorld({
      store: 'clickhouse',
      rows: usageRows(4),
      lago: { visibilityDelayMs: 4 * MINUTE },
    });
    const id = activate(world, { changed: 'correct', removed: 'correct' });
    fireHourly(world);
    world.time.now += MINUTE;
    world.google.spreadsheet.edit(TAB, 2, 4, '10');
    world.ask('runNow', { id });
    expect(units(world)).toEqual(['acme 13.0', 'globex 6.0']);
  });
});
