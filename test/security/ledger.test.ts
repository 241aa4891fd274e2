import { createHash } from 'node:crypto';
import {
  activate,
  createWorld,
  fireHourly,
  HOUR,
  inLago,
  MINUTE,
  usageRows,
  type World,
} from '../bundle/world';

/*
 * Whoever may edit the file may unhide its ledger and change what stands there, or write a line of
 * his own. Columns A to C are the machine's: index, frozen event, outcome.
 */

const STORES = ['postgres', 'clickhouse'] as const;
/** The line of the first row. */
const LINE = 2;

const ledgerOf = ({ google }: World): string =>
  google.spreadsheet.sheets.find(({ name }) => name.startsWith('Lago ledger'))?.name ?? '';

const textIn = (world: World, column: number, line = LINE): string =>
  world.google.spreadsheet.shown(ledgerOf(world), line, column);

const type = (world: World, column: number, text: string, line = LINE): void =>
  world.google.spreadsheet.edit(ledgerOf(world), line, column, text);

/** Changes the event of a line, as somebody does who knows nothing of digests. */
function alter(world: World, from: string, to: string): void {
  const altered = textIn(world, 2).replace(from, to);
  expect(altered).not.toBe(textIn(world, 2));
  type(world, 2, altered);
}

/** Changes the event of a line, with the digest that belongs to it. */
function forge(world: World, change: (event: object) => object): void {
  const changed = change(JSON.parse(textIn(world, 2)) as object);
  const { transaction_id: id } = changed as { readonly transaction_id: string };
  const event = JSON.stringify(changed);
  const digest = createHash('sha256').update(event).digest('hex').slice(0, 32);
  const index = JSON.parse(textIn(world, 1)) as object;
  type(world, 1, JSON.stringify({ ...index, id, digest }));
  type(world, 2, event);
  type(world, 3, JSON.stringify({ ...(JSON.parse(textIn(world, 3)) as object), id }));
}

/** A world in which two rows were handed over, and no answer came. */
function handedOver(store: (typeof STORES)[number], arrives = false): { world: World; id: string } {
  const world = createWorld({ store, rows: usageRows(2), lago: { visibilityDelayMs: MINUTE } });
  const id = activate(world);
  world.lago.faults.add({
    method: 'POST',
    path: '/api/v1/events/batch',
    kind: 'reset',
    committed: arrives,
    times: 20,
  });
  fireHourly(world);
  world.lago.faults.clear();
  world.time.now += HOUR;
  expect(textIn(world, 4)).toBe('pending');
  return { world, id };
}

const hourly = (world: World, times = 1): void => {
  for (let run = 0; run < times; run++) {
    fireHourly(world);
    world.time.now += HOUR;
  }
};

const stopped = (world: World) => world.ask('open', {}).syncs[0]?.lastRun?.stopped;

describe.each(STORES)('a pending line whose event was altered, on %s,', (store) => {
  test('stops the sync, is named, and nothing of the ledger is sent', () => {
    const { world } = handedOver(store);
    alter(world, '"amount":1', '"amount":1000000');
    hourly(world, 2);
    expect(stopped(world)).toMatchObject({
      code: 'ledger.damaged',
      message: 'Lines of the ledger were altered (line 2).',
    });
    expect(inLago(world)).toEqual([]);
  });

  test('stops the sync too if its outcome was taken away with it', () => {
    const { world } = handedOver(store);
    alter(world, '"external_subscription_id":"acme"', '"external_subscription_id":"globex"');
    type(world, 3, '');
    hourly(world, 2);
    expect(stopped(world)?.code).toBe('ledger.damaged');
    expect(inLago(world)).toEqual([]);
  });

  test('goes out as it was once it is put back', () => {
    const { world } = handedOver(store);
    alter(world, '"amount":1', '"amount":7');
    hourly(world);
    alter(world, '"amount":7', '"amount":1');
    hourly(world, 2);
    expect([stopped(world), inLago(world)]).toEqual([undefined, ['r1 = 1', 'r2 = 2']]);
  });

  test('is made again from the sheet and Lago by a rebuild: each row is billed once, as it stands', () => {
    const { world, id } = handedOver(store, true);
    alter(world, '"amount":1', '"amount":7');
    hourly(world);
    for (let part = 0; part < 4; part++) {
      world.time.now += 10 * MINUTE;
      world.call('rebuildLedger', { id });
    }
    const { revision = 0 } = world.ask('open', {}).syncs[0]?.sync ?? {};
    world.ask('activate', { id, revision, changed: 'flag', removed: 'flag', onEdit: false });
    hourly(world, 2);
    expect(stopped(world)).toBeUndefined();
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
  });
});

const FAR = 40 * 24 * 3600;
const LONG_ID = 'x'.repeat(3_000);
const forgeries: readonly (readonly [string, (event: object) => object])[] = [
  ['names a metric that Lago does not have', (event) => ({ ...event, code: 'evil' })],
  [
    'names a subscription that Lago does not have',
    (event) => ({ ...event, external_subscription_id: 'evil' }),
  ],
  ['lies far ahead', (event) => ({ ...event, timestamp: Date.UTC(2026, 10, 20) / 1000 + FAR })],
  ['has its time in milliseconds', (event) => ({ ...event, timestamp: Date.UTC(2026, 10, 3) })],
  ['has a NUL', (event) => ({ ...event, properties: { amount: 1, note: '\u0000' } })],
  ['has an id that no address holds', (event) => ({ ...event, transaction_id: LONG_ID })],
  ['is larger than an event can be', (event) => ({ ...event, note: 'x'.repeat(46_000) })],
  ['has an amount that is no number', (event) => ({ ...event, precise_total_amount_cents: 'x' })],
];

describe.each(STORES)('a forged pending line that today’s checks would hold, on %s,', (store) => {
  test.each(forgeries)('%s: it is given up, and its row goes as it stands', (_, change) => {
    const { world } = handedOver(store);
    forge(world, change);
    hourly(world, 3);
    expect(textIn(world, 4)).toBe('rejected');
    expect(textIn(world, 5)).toContain('Lago did not have it');
    expect(inLago(world).map((line) => line.replace('~r2', ''))).toEqual(['r1 = 1', 'r2 = 2']);
  });
});

test('an event that arrived, and that a check would hold by now, is accepted once it is found', () => {
  for (const store of STORES) {
    const { world } = handedOver(store, true);
    world.lago.seed.terminate('acme');
    world.time.now += 26 * HOUR;
    hourly(world, 2);
    expect([textIn(world, 4), inLago(world)]).toEqual(['accepted', ['r1 = 1', 'r2 = 2']]);
  }
});

describe.each(STORES)('an accepted line whose event was altered, on %s,', (store) => {
  const sent = (): { world: World; id: string } => {
    const world = createWorld({ store, rows: usageRows(2), lago: { visibilityDelayMs: MINUTE } });
    const id = activate(world);
    hourly(world);
    return { world, id };
  };

  test('is found by Reconcile, and the ledger’s own sum differs from Lago’s', () => {
    const { world, id } = sent();
    alter(world, '"amount":1', '"amount":7');
    const { findings } = world.ask('reconcile', { id, month: '2026-11' });
    expect(findings.map(({ id: event, kind }) => `${kind} ${event}`)).toContain('different r1');
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
  });

  test('is not sent again if its outcome is taken away: the sync stops', () => {
    const { world } = sent();
    alter(world, '"amount":1', '"amount":7');
    type(world, 3, '');
    hourly(world, 2);
    expect(stopped(world)?.code).toBe('ledger.damaged');
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
  });
});

describe('of an accepted line whose event was altered', () => {
  const corrected = (): { world: World; id: string; startedAt: number } => {
    const world = createWorld({ rows: usageRows(3) });
    const id = activate(world, { changed: 'correct', removed: 'correct' });
    const { startedAt } = world.ask('runNow', { id });
    world.time.now += HOUR;
    alter(world, '"amount":1', '"amount":1000');
    return { world, id, startedAt };
  };
  const lastRun = ({ world }: { world: World }) => world.ask('open', {}).syncs[0]?.lastRun;
  const flagged = (code: string) => [
    expect.objectContaining({
      action: 'flag',
      problem: expect.objectContaining({
        code,
        message: expect.stringContaining('the line of what was sent was altered in the ledger'),
      }),
    }),
  ];

  test('nothing is taken back when its row changes; other rows are corrected', () => {
    const scene = corrected();
    scene.world.google.spreadsheet.edit('usage', 2, 4, '7');
    scene.world.google.spreadsheet.edit('usage', 3, 4, '8');
    hourly(scene.world);
    expect(lastRun(scene)?.problems).toEqual(flagged('row.changed-uncorrected'));
    expect(inLago(scene.world)).toEqual(['r1 = 1', 'r2 = 2', 'r2~r2 = 8', 'r2~x1 = -2', 'r3 = 3']);
  });

  test('the row goes on once the line is put back', () => {
    const scene = corrected();
    scene.world.google.spreadsheet.edit('usage', 2, 4, '7');
    hourly(scene.world);
    alter(scene.world, '"amount":1000', '"amount":1');
    hourly(scene.world);
    expect(lastRun(scene)?.problems).toEqual([]);
    expect(inLago(scene.world)).toEqual(['r1 = 1', 'r1~r2 = 7', 'r1~x1 = -1', 'r2 = 2', 'r3 = 3']);
  });

  test('nothing is taken back with its run; what else the run has sent is', () => {
    const scene = corrected();
    const { world, id, startedAt } = scene;
    const undo = { startedAt, events: 2, at: world.time.now };
    const report = world.ask('runNow', { id, undo });
    expect(report.problems).toEqual(flagged('row.not-undone'));
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r2~x1 = -2', 'r3 = 3', 'r3~x1 = -3']);
  });
});

test('what stands above the ledger says that a changed line can stop the sync, and no more', () => {
  const world = createWorld({ rows: usageRows(1) });
  activate(world);
  hourly(world);
  const ledger = world.google.saved().workbook.sheets.find(({ name }) => name === ledgerOf(world));
  expect(ledger?.protections.map(({ description }) => description)).toEqual([
    'What was handed to Lago. Leave it as it is: a changed line can stop the sync, or be taken ' +
      'for what was sent.',
  ]);
});
