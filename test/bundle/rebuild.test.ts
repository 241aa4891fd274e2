import type { Value } from '../../src/rpc/contract';
import { callText } from '../page-token';
import { IS_LONG, played } from './long';
import {
  API_KEY,
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HOUR,
  inLago,
  MINUTE,
  TAB,
  usageRows,
  type World,
  type WorldOptions,
} from './world';

const STORES = ['postgres', 'clickhouse'] as const;
/** Lago shows events on ClickHouse after this; the fake removes no duplicates, so that each would be seen. */
const VISIBLE_AFTER = 90_000;
/** What one call may do ends with this; the page asks for the next part. */
const MOST_PARTS = 20;
type Part = Value<'rebuildLedger'>;

/** The sheet of the ledger; a call that was killed while it made one may have left an empty one. */
const ledgerOf = ({ google }: World): string =>
  google.spreadsheet.sheets.find(
    ({ name }) => name.startsWith('Lago ledger') && google.spreadsheet.table(name).length > 0,
  )?.name ?? '';
const statesIn = (world: World): string[] =>
  world.google.spreadsheet
    .table(ledgerOf(world))
    .slice(1)
    .map((line) => `${line[5] ?? ''} ${line[3] ?? ''}`);
const stoppedBy = (world: World): string | undefined =>
  world.ask('open', {}).syncs[0]?.lastRun?.stopped?.code;

const worldWith = (rows: number, options: Partial<WorldOptions> = {}): World =>
  createWorld({
    rows: usageRows(rows),
    lago: { visibilityDelayMs: VISIBLE_AFTER, duplicateRemoval: false },
    ...options,
  });

/** A sync whose rows were all sent an hour ago. */
function sent(rows: number, options: Partial<WorldOptions> = {}): { world: World; id: string } {
  const world = worldWith(rows, options);
  const id = activate(world);
  fireHourly(world);
  world.time.now += HOUR;
  return { world, id };
}

const addRow = (world: World, row: number, amount = row - 1): void =>
  world.google.spreadsheet.paste(TAB, row, 1, [
    [`r${row - 1}`, 'acme', '2026-11-03 10:00', String(amount)],
  ]);

/** As the page does: part after part; where Lago needs minutes, it is asked again after them. */
function rebuilt(world: World, id: string): Part[] {
  const parts: Part[] = [];
  for (
    let from: number | undefined;
    parts.length < MOST_PARTS;
    from = parts[parts.length - 1]?.next
  ) {
    const argument = from === undefined ? { id } : { id, from };
    const reply = world.call('rebuildLedger', argument);
    if (!reply.ok && reply.problem.code === 'ledger.not-visible') world.time.now += 5 * MINUTE;
    parts.push(reply.ok ? reply.value : world.ask('rebuildLedger', argument));
    if (parts[parts.length - 1]?.next === undefined) return parts;
  }
  throw new Error('The rebuilding does not end.');
}

function resume(world: World, id: string): void {
  const view = world.ask('open', {}).syncs.find(({ sync }) => sync.id === id);
  world.ask('activate', {
    id,
    revision: view?.sync.revision ?? 0,
    changed: 'flag',
    removed: 'flag',
    onEdit: false,
  });
  world.time.now += HOUR;
  fireHourly(world);
}

describe.each(STORES)('a ledger on %s', (store) => {
  const damages: readonly (readonly [string, (world: World) => void, string])[] = [
    [
      'with deleted lines',
      (world) => world.google.spreadsheet.deleteRows(ledgerOf(world), 3, 2),
      'ledger.vanished',
    ],
    [
      'of which every line was deleted',
      (world) => world.google.spreadsheet.deleteRows(ledgerOf(world), 2, 4),
      'ledger.vanished',
    ],
    [
      'with an altered event',
      (world) => world.google.spreadsheet.edit(ledgerOf(world), 3, 2, 'oops'),
      'ledger.damaged',
    ],
    [
      'with cleared lines',
      (world) => world.google.spreadsheet.clear(ledgerOf(world), 3, 1, 2, 8),
      'ledger.damaged',
    ],
    [
      'whose sheet was deleted',
      (world) => world.google.spreadsheet.deleteSheet(ledgerOf(world)),
      'ledger.missing',
    ],
    [
      'whose first row was written over',
      (world) => world.google.spreadsheet.edit(ledgerOf(world), 1, 1, 'Ledger'),
      'ledger.missing',
    ],
    [
      'whose first row was deleted',
      (world) => world.google.spreadsheet.deleteRows(ledgerOf(world), 1, 1),
      'ledger.missing',
    ],
  ];

  test.each(damages)(
    '%s is rebuilt; then nothing is sent twice, and what is new is sent',
    (_, damage, code) => {
      const { world, id } = sent(4, { store });
      damage(world);
      addRow(world, 6);
      fireHourly(world);
      expect(stoppedBy(world)).toBe(code);
      const [part] = rebuilt(world, id);
      expect(part).toMatchObject({ different: 0, absent: 1, rows: 5 });
      expect((part?.kept ?? 0) + (part?.found ?? 0)).toBe(4);
      expect(part?.view).toMatchObject({ sync: { state: 'paused' }, health: { state: 'healthy' } });
      expect(world.google.triggers).toEqual([]);
      expect(inLago(world)).toHaveLength(4);
      resume(world, id);
      expect(stoppedBy(world)).toBeUndefined();
      expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4', 'r5 = 5']);
      expect(
        statesIn(world)
          .filter((line) => line.endsWith('accepted'))
          .sort(),
      ).toEqual(['r1 accepted', 'r2 accepted', 'r3 accepted', 'r4 accepted', 'r5 accepted']);
    },
  );

  test('of an old version of the file, which was restored, is rebuilt with what was sent since', () => {
    const { world, id } = sent(2, { store });
    const before = world.google.spreadsheet.version();
    addRow(world, 4);
    fireHourly(world);
    world.google.spreadsheet.restore(before);
    world.time.now += HOUR;
    fireHourly(world);
    expect(stoppedBy(world)).toBe('ledger.vanished');
    // The row is back before the ledger is rebuilt, and another one is new.
    addRow(world, 4);
    addRow(world, 5);
    expect(rebuilt(world, id)).toMatchObject([{ kept: 2, found: 1, absent: 1 }]);
    resume(world, id);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4']);
  });

  test('that is restored by the version history in the middle of its rebuilding is taken as it is then', () => {
    const { world, id } = sent(3, { store });
    const whole = world.google.spreadsheet.version();
    world.google.spreadsheet.deleteSheet(ledgerOf(world));
    world.lago.faults.add({
      method: 'GET',
      path: '/api/v1/events*',
      kind: 'answer',
      status: 500,
      times: 1_000,
    });
    world.time.now += HOUR;
    world.call('rebuildLedger', { id });
    world.google.spreadsheet.restore(whole);
    world.lago.faults.clear();
    resume(world, id);
    expect(stoppedBy(world)).toBe('ledger.rebuilding');
    expect(rebuilt(world, id)).toMatchObject([{ kept: 3, found: 0, absent: 0 }]);
    resume(world, id);
    expect(stoppedBy(world)).toBeUndefined();
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
  });

  test('makes a conflict of an event that another sync or program has sent under the same id, and of a row that moved to another subscription', () => {
    const { world, id } = sent(2, { store });
    const other = {
      transaction_id: 'r3',
      external_subscription_id: 'globex',
      code: 'calls',
      timestamp: 1_793_000_000,
      properties: { amount: 1 },
    };
    const answer = world.lago.handle({
      method: 'POST',
      url: '/api/v1/events',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ event: other }),
    });
    expect(answer.status).toBe(200);
    world.google.spreadsheet.deleteSheet(ledgerOf(world));
    addRow(world, 4);
    world.google.spreadsheet.edit(TAB, 2, 2, 'globex');
    world.time.now += HOUR;
    expect(rebuilt(world, id)).toMatchObject([{ kept: 0, found: 1, different: 2, absent: 0 }]);
    resume(world, id);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 1']);
    expect(statesIn(world).sort()).toEqual(['r1 conflict', 'r2 accepted', 'r3 conflict']);
  });

  test('leaves conflicts of which only those that Lago cannot bill may be sent again', () => {
    const { world, id } = sent(1, { store });
    const foreign = (transaction_id: string, code: string): number =>
      world.lago.handle({
        method: 'POST',
        url: '/api/v1/events',
        headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          event: {
            transaction_id,
            external_subscription_id: 'globex',
            code,
            timestamp: 1_793_000_000,
            properties: { amount: 1 },
          },
        }),
      }).status;
    expect([foreign('r2', 'calls'), foreign('r3', 'mistyped')]).toEqual([200, 200]);
    world.google.spreadsheet.deleteSheet(ledgerOf(world));
    addRow(world, 3);
    addRow(world, 4);
    world.time.now += HOUR;
    rebuilt(world, id);
    resume(world, id);
    expect(statesIn(world).sort()).toEqual(['r1 accepted', 'r2 conflict', 'r3 conflict']);
    const { rows } = world.ask('dryRun', { id });
    expect(rows.map(({ key, again }) => [key, again])).toEqual([
      ['r2', false],
      ['r3', true],
    ]);
    expect(world.call('sendAgain', { id, key: 'r2' })).toMatchObject({
      ok: false,
      problem: { code: 'event.conflict' },
    });
    expect(world.ask('sendAgain', { id, key: 'r3' })).toMatchObject({ delivered: 1 });
    expect(inLago(world)).toContain('r3~r2 = 3');
    expect(inLago(world).filter((line) => line.startsWith('r2'))).toEqual(['r2 = 1']);
  });

  test('keeps the whole lines of rows that were taken as billed elsewhere, also altered ones that can be read', () => {
    const world = worldWith(4, { store });
    world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
    const { id, revision } = world.ask('saveSync', { draft: draftOf(world) });
    expect(world.ask('takeAsBilled', { id, revision, incomplete: [] }).taken).toBe(4);
    world.time.now += MINUTE;
    world.google.spreadsheet.edit(ledgerOf(world), 3, 2, 'oops');
    addRow(world, 6);
    expect(rebuilt(world, id)).toMatchObject([{ kept: 3, found: 0, absent: 1 }]);
    expect(world.ask('open', {}).syncs[0]?.sync.state).toBe('draft');
    resume(world, id);
    expect(inLago(world)).toEqual(['r5 = 5']);
  });
});

describe('a ledger whose first cell was damaged and still begins like one', () => {
  const TAKEN = ['r1', 'r2', 'r3', 'r4'].map((key) => `${key} accepted`);
  /** Four rows are marked as billed elsewhere, then the first cell is written over. */
  function damaged(damage: (header: string) => string): { world: World; id: string } {
    const world = worldWith(4);
    world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
    const { id, revision } = world.ask('saveSync', { draft: draftOf(world) });
    world.ask('takeAsBilled', { id, revision, incomplete: [] });
    const header = String(world.google.spreadsheet.table(ledgerOf(world))[0]?.[0]);
    world.google.spreadsheet.edit(ledgerOf(world), 1, 1, damage(header));
    world.time.now += MINUTE;
    return { world, id };
  }

  function expectLeftAlone({ world, id }: { world: World; id: string }): void {
    const name = ledgerOf(world);
    const before = world.google.spreadsheet.table(name);
    world.ask('rebuildLedger', { id });
    expect(world.google.spreadsheet.table(name)).toEqual(before);
  }

  test.each<[string, (header: string) => string]>([
    ['was cut off', (header) => header.slice(0, -1)],
    ['begins with a space', (header) => ` ${header}`],
    ['has a text for the tab', (header) => header.replace(/"tab":(\d+)/, '"tab":"$1"')],
    ['lacks the file', (header) => header.replace(/"file":"[^"]*",/, '')],
    ['lacks the sync', (header) => header.replace(/"sync":"[^"]*",/, '')],
    ['was cut off within its organization', (header) => header.slice(0, -9)],
    ['is cut off after the format', () => '{"ledger":1'],
  ])('that %s is rebuilt with the rows that were billed elsewhere', (_, damage) => {
    const { world, id } = damaged(damage);
    expect(rebuilt(world, id)).toMatchObject([{ kept: 4, absent: 0 }]);
    expect(statesIn(world)).toEqual(TAKEN);
    resume(world, id);
    expect(inLago(world)).toEqual([]);
  });

  test.each<[string, (header: string) => string]>([
    ['of another format', (header) => header.replace('"ledger":1', '"ledger":2')],
    ['that was put aside', (header) => header.replace('"ledger":1', '"ledger":"put aside"')],
    [
      'of another organization',
      (header) => header.replace(/"organization":"[^"]*"/, '"organization":"x"'),
    ],
    [
      'of another organization, cut off',
      (header) => header.replace(/"organization":"[^"]*"\}/, '"organization":"x"'),
    ],
  ])('is left alone if it is one %s', (_, damage) => {
    expectLeftAlone(damaged(damage));
  });

  test('is left alone if it names another sync of the file', () => {
    const { world, id } = damaged((header) => header);
    const other = world.ask('saveSync', { draft: { ...draftOf(world), name: 'Other' } });
    const name = ledgerOf(world);
    const header = String(world.google.spreadsheet.table(name)[0]?.[0]);
    world.google.spreadsheet.edit(name, 1, 1, header.replace(id, other.id).slice(0, -1));
    expectLeftAlone({ world, id });
  });

  test('is rebuilt for the sync that was set up again after the one it names was deleted', () => {
    const { world, id } = damaged((header) => header.slice(0, -1));
    const revision = world.ask('open', {}).syncs[0]?.sync.revision ?? 0;
    world.ask('deleteSync', { id, revision });
    const again = world.ask('saveSync', { draft: draftOf(world) });
    expect(rebuilt(world, again.id)).toMatchObject([{ kept: 4, absent: 0 }]);
    expect(statesIn(world)).toEqual(TAKEN);
  });
});

/** Fails for lists of more than one subscription. */
const isListOfAll: World['intercept'] = ({ url }) =>
  url.includes('/events?') && !url.includes('external_subscription_id')
    ? { status: 503, headers: {}, body: '' }
    : undefined;

/** Requests for events of Lago since they were last counted. */
const eventRequests = ({ lago }: World): number =>
  Object.entries(lago.requests.counts()).reduce(
    (sum, [path, count]) => (path.includes('/events') ? sum + count : sum),
    0,
  );

describe.each(STORES)('a ledger that is gone is rebuilt on %s', (store) => {
  test('by a request for each 20 rows at most, whether or not Lago has their events', () => {
    const [SENT, NEW] = [200, 200];
    const { world, id } = sent(SENT, { store });
    world.google.spreadsheet.deleteRows(ledgerOf(world), 2, SENT);
    world.google.spreadsheet.insertRows(TAB, SENT + 2, NEW);
    world.google.spreadsheet.paste(TAB, SENT + 2, 1, usageRows(SENT + NEW).slice(SENT));
    world.lago.requests.clear();
    expect(rebuilt(world, id)).toMatchObject([{ found: SENT, different: 0, absent: NEW }]);
    expect(eventRequests(world)).toBeGreaterThan(0);
    expect(eventRequests(world)).toBeLessThanOrEqual((SENT + NEW) / 20);
  });

  test('by a look-up for each row only once somebody has read what that costs', () => {
    const ROWS = 200;
    const { world, id } = sent(2, { store });
    world.google.spreadsheet.deleteRows(ledgerOf(world), 2, 2);
    world.google.spreadsheet.insertRows(TAB, 4, ROWS);
    world.google.spreadsheet.paste(TAB, 4, 1, usageRows(ROWS + 2).slice(2));
    world.intercept = isListOfAll;
    const codes: string[] = [];
    for (let reply = world.call('rebuildLedger', { id }); !reply.ok; ) {
      codes.push(reply.problem.code);
      world.time.now += 5 * MINUTE;
      if (reply.problem.code === 'ledger.rebuild-long')
        expect(reply.problem.message).toMatch(/20[0-2] rows are looked up .*: up to 60\d requests/);
      reply = world.call('rebuildLedger', { id });
    }
    expect(codes).toEqual([
      ...(store === 'clickhouse' ? ['ledger.not-visible'] : []),
      'ledger.rebuild-long',
    ]);
  });
});

describe('while a ledger is rebuilt', () => {
  /** Of rows that were sent, two of three have no line any more; some more are new. The fewer pages they are in Lago, the slower is each. */
  const [SENT, NEW, PAGE_MS] = IS_LONG ? [1_500, 100, 2_000] : [600, 40, 10_000];
  test(`a ledger of ${SENT} rows is rebuilt in parts where Lago’s list cannot be read`, () => {
    const { world, id } = sent(SENT);
    world.intercept = isListOfAll;
    world.google.spreadsheet.deleteRows(ledgerOf(world), 2, (SENT / 3) * 2);
    world.google.spreadsheet.insertRows(TAB, SENT + 2, 300);
    world.google.spreadsheet.paste(TAB, SENT + 2, 1, usageRows(SENT + NEW).slice(SENT));
    world.lago.faults.add({
      method: 'GET',
      path: '/api/v1/events*',
      kind: 'slow',
      delayMs: PAGE_MS,
      times: 1_000_000,
    });
    const parts: Part[] = [];
    rebuilt(world, id).forEach((part) => {
      parts.push(part);
      expect(part.rows).toBe(SENT + NEW);
    });
    expect(parts.length).toBeGreaterThan(1);
    const sum = (name: 'found' | 'absent' | 'different'): number =>
      parts.reduce((total, part) => total + part[name], 0);
    expect([parts[0]?.kept, sum('found'), sum('different'), sum('absent')]).toEqual([
      SENT / 3,
      (SENT / 3) * 2,
      0,
      NEW,
    ]);
    world.lago.faults.clear();
    resume(world, id);
    expect(stoppedBy(world)).toBeUndefined();
    expect(inLago(world)).toEqual(
      usageRows(SENT + NEW).map(([row, , , amount]) => `${row} = ${amount}`),
    );
  });

  test('no run, test, row that is sent again, or “start from now” touches it, and what does not say goes on', () => {
    const { world, id } = sent(3, { store: 'clickhouse' });
    world.google.spreadsheet.deleteRows(ledgerOf(world), 3, 1);
    addRow(world, 5);
    expect(world.call('rebuildLedger', { id })).toMatchObject({
      ok: false,
      problem: { code: 'ledger.not-visible' },
    });
    const lines = statesIn(world);
    expect(world.ask('runNow', { id }).stopped?.code).toBe('ledger.rebuilding');
    expect(world.ask('sendAgain', { id, key: 'r1' }).stopped?.code).toBe('ledger.rebuilding');
    expect(world.call('testSend', { id, row: 5 })).toMatchObject({
      ok: false,
      problem: { code: 'ledger.rebuilding' },
    });
    expect(world.call('dryRun', { id })).toMatchObject({
      ok: false,
      problem: { code: 'ledger.rebuilding' },
    });
    const revision = world.ask('open', {}).syncs[0]?.sync.revision ?? 0;
    const taking = world.call('takeAsBilled', { id, revision, incomplete: [] });
    expect(taking).toMatchObject({ ok: false, problem: { code: 'ledger.rebuilding' } });
    expect(statesIn(world)).toEqual(lines);
    expect(inLago(world)).toHaveLength(3);
  });

  test('it does not become whole by being adopted by another sync', () => {
    const { world, id } = sent(3, { store: 'clickhouse' });
    world.google.spreadsheet.deleteRows(ledgerOf(world), 3, 1);
    world.call('rebuildLedger', { id });
    const revision = world.ask('open', {}).syncs[0]?.sync.revision ?? 0;
    world.ask('deleteSync', { id, revision });
    const again = activate(world);
    expect(world.ask('runNow', { id: again }).stopped?.code).toBe('ledger.found');
    world.ask('resolveLedger', { id: again, choice: 'adopt' });
    expect(world.ask('runNow', { id: again }).stopped?.code).toBe('ledger.rebuilding');
    expect(rebuilt(world, again)).toMatchObject([{ kept: 2, found: 1 }]);
    resume(world, again);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
  });
});

const KILLED = [
  ['clickhouse', 'lines', 'after', 'applied'],
  ['postgres', 'sheet', 'before', 'lost'],
  ['postgres', 'lines', 'before', 'lost'],
  ['postgres', 'lines', 'after', 'applied'],
  ['clickhouse', 'sheet', 'after', 'lost'],
] as const;

describe.each(played(KILLED, KILLED.length))(
  'on %s, the rebuilding of a ledger whose %s is gone',
  (store, gone, killWhen, unflushed) => {
    /** Four rows were sent and one is new. On ClickHouse the rebuilding has begun a while ago, and what is killed is the call that compares. */
    const damaged = (): { world: World; id: string } => {
      const world = worldWith(4, { store, google: { unflushed } });
      world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
      const { id } = world.ask('saveSync', { draft: draftOf(world) });
      world.ask('runNow', { id });
      world.time.now += HOUR;
      if (gone === 'sheet') world.google.spreadsheet.deleteSheet(ledgerOf(world));
      else {
        world.google.spreadsheet.edit(ledgerOf(world), 2, 2, 'oops');
        world.google.spreadsheet.deleteRows(ledgerOf(world), 4, 1);
      }
      addRow(world, 6);
      if (store === 'clickhouse') world.call('rebuildLedger', { id });
      world.time.now += HOUR;
      forgetCaches(world);
      return { world, id };
    };
    /** So that every killed call makes the same service calls. */
    const forgetCaches = ({ google }: World): void => google.documentCache.evict(() => true);
    const requestOf = ({ google }: World, id: string): string =>
      callText(google, 'rebuildLedger', { id });

    /** The calls after which something else is left than after any before. */
    function tellingCalls(): number[] {
      const { world, id } = damaged();
      const { google, time } = world;
      const now = time.now;
      const version = google.spreadsheet.version();
      const properties = Object.entries(google.documentProperties.all());
      const back = (): void => {
        google.spreadsheet.restore(version);
        google.documentProperties.clear();
        for (const [name, text] of properties) google.documentProperties.set(name, text);
        time.now = now;
        forgetCaches(world);
      };
      const left = (): string =>
        JSON.stringify([
          google.spreadsheet.sheets.map(({ name }) => [name, google.spreadsheet.table(name)]),
          Object.entries(google.documentProperties.all()).sort(),
        ]);
      back();
      world.ask('rebuildLedger', { id });
      const calls = world.execution().serviceCalls.total;
      expect(calls).toBeGreaterThan(20);
      const seen = new Set<string>();
      const telling: number[] = [];
      for (let killAtCall = 1; killAtCall <= calls; killAtCall += IS_LONG ? 1 : 5) {
        back();
        expect(google.rpcWith({ killAtCall, killWhen }, 'rpc', requestOf(world, id)).killed).toBe(
          true,
        );
        if (!seen.has(left())) telling.push(killAtCall);
        seen.add(left());
      }
      return telling;
    }

    test(`survives being killed ${killWhen} each of its service calls, or in a short run every fifth, with unflushed writes ${unflushed}`, () => {
      const telling = tellingCalls();
      expect(telling.length).toBeGreaterThan(2);
      const broken: string[] = [];
      for (const killAtCall of telling) {
        const { world, id } = damaged();
        expect(
          world.google.rpcWith({ killAtCall, killWhen }, 'rpc', requestOf(world, id)).killed,
        ).toBe(true);
        // Whoever runs it at once must not get through to what is half made.
        world.ask('runNow', { id });
        const early = inLago(world);
        rebuilt(world, id);
        world.ask('runNow', { id });
        const states = statesIn(world).filter((line) => line.endsWith('accepted'));
        const got = inLago(world).join();
        if (
          new Set(early).size !== early.length ||
          got !== 'r1 = 1,r2 = 2,r3 = 3,r4 = 4,r5 = 5' ||
          new Set(states).size !== 5
        )
          broken.push(`call ${killAtCall}: ${early.join()} | ${got} | ${states.join()}`);
      }
      expect(broken).toEqual([]);
    });
  },
);

test.each(['postgres', 'clickhouse'] as const)(
  'on %s a reversal whose line is lost is found in Lago, so that nothing is taken back twice',
  (store) => {
    const world = createWorld({ store, rows: usageRows(4), lago: { duplicateRemoval: false } });
    const id = activate(world, { changed: 'correct', removed: 'correct' });
    fireHourly(world);
    world.google.spreadsheet.edit(TAB, 2, 4, '10');
    world.time.now += HOUR;
    fireHourly(world);
    const before = ['r1 = 1', 'r1~r2 = 10', 'r1~x1 = -1', 'r2 = 2', 'r3 = 3', 'r4 = 4'];
    expect(inLago(world)).toEqual(before);
    const ledger =
      world.google.spreadsheet.sheets.find(({ name }) => name.startsWith('Lago ledger'))?.name ??
      '';
    const line = world.google.spreadsheet
      .table(ledger)
      .findIndex((cells) => String(cells[0]).includes('"r1~x1"'));
    world.google.spreadsheet.deleteRows(ledger, line + 1, 1);
    const rebuilt = (): { next?: number | undefined } => {
      const reply = world.call('rebuildLedger', { id });
      if (reply.ok) return reply.value;
      world.time.now += 6 * MINUTE;
      return world.ask('rebuildLedger', { id });
    };
    expect(rebuilt().next).toBeUndefined();
    const made = world.google.spreadsheet
      .table(ledger)
      .find((cells) => String(cells[0]).includes('"id":"r1~x1"'));
    expect(made?.[1]).toContain('"properties":{"amount":-1}');
    const [view] = world.ask('open', {}).syncs;
    world.ask('activate', {
      id,
      revision: view?.sync.revision ?? 0,
      changed: 'correct',
      removed: 'correct',
      onEdit: false,
    });
    world.google.spreadsheet.edit(TAB, 2, 4, '20');
    world.time.now += HOUR;
    fireHourly(world);
    expect(inLago(world)).toEqual([
      'r1 = 1',
      'r1~r2 = 10',
      'r1~r2~x1 = -10',
      'r1~r3 = 20',
      'r1~x1 = -1',
      'r2 = 2',
      'r3 = 3',
      'r4 = 4',
    ]);
  },
);
