import type { Finding, ReconcileNext, ReconcilePart } from '../../src/rpc/contract';
import { NO_FINDINGS } from '../../src/sync/month/finding';
import { IS_LONG, played } from './long';
import {
  API_KEY,
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HEADERS,
  HOUR,
  inLago,
  MINUTE,
  TAB,
  TEMPLATE,
  usageRows,
  type World,
} from './world';

interface Reconciled {
  readonly parts: readonly ReconcilePart[];
  readonly findings: readonly Finding[];
  readonly last: ReconcilePart;
  readonly serviceCalls: readonly number[];
}

/** As the page does it: part after part, each handed what the one before has said. */
function reconcile(world: World, id: string, month = '2026-11'): Reconciled {
  const parts: ReconcilePart[] = [];
  const serviceCalls: number[] = [];
  let next: ReconcileNext | undefined;
  do {
    const part: ReconcilePart = world.ask('reconcile', {
      id,
      month,
      ...(next === undefined ? {} : { next }),
    });
    parts.push(part);
    // What an answer holds has come with it.
    serviceCalls.push(
      world.execution().serviceCalls.order.filter((call) => !call.startsWith('HTTPResponse.'))
        .length,
    );
    next = part.next;
  } while (next !== undefined);
  return {
    parts,
    findings: parts.flatMap(({ findings }) => findings),
    last: parts[parts.length - 1] as ReconcilePart,
    serviceCalls,
  };
}

const said = ({ findings }: Reconciled): string[] =>
  findings.map(({ kind, id, key }) => `${kind} ${id === '' ? key : id}`).sort();

/** The findings as they stand in the result sheet: what is found, and the transaction id. */
const written = (world: World, sheet: string): string[][] => {
  const [, ...lines] = world.google.spreadsheet.table(sheet);
  return lines
    .slice(
      0,
      lines.findIndex((line) => line.join('') === ''),
    )
    .map((line) => [line[0] ?? '', line[3] ?? '', line[4] ?? '']);
};

const started = (
  store: 'postgres' | 'clickhouse',
  rows = usageRows(4),
): { world: World; id: string } => {
  const world = createWorld({ store, rows, lago: { visibilityDelayMs: 1_000 } });
  const id = activate(world);
  fireHourly(world);
  world.time.now += HOUR;
  return { world, id };
};

/** What another tool sends to Lago. */
function post(
  world: World,
  events: readonly {
    readonly id: string;
    readonly subscription?: string;
    readonly code?: string;
    readonly time?: number;
    readonly amount?: number;
  }[],
): void {
  for (let start = 0; start < events.length; start += 100) {
    const body = JSON.stringify({
      events: events
        .slice(start, start + 100)
        .map(
          ({
            id,
            subscription = 'acme',
            code = 'calls',
            time = Date.UTC(2026, 10, 4, 9),
            amount = 7,
          }) => ({
            transaction_id: id,
            external_subscription_id: subscription,
            code,
            timestamp: time / 1000,
            properties: { amount },
          }),
        ),
    });
    const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
    const { status } = world.lago.handle({
      method: 'POST',
      url: '/api/v1/events/batch',
      headers,
      body,
    });
    if (status !== 200) throw new Error(`Lago answered ${status}`);
  }
  world.time.now += 10_000;
}

const lose = (world: World, ...ids: string[]): void =>
  world.lago.rewriteEvents((event) => (ids.includes(event.transactionId ?? '') ? [] : [event]));

const alter = (world: World, id: string, amount: string): void =>
  world.lago.rewriteEvents((event) =>
    event.transactionId === id
      ? [{ ...event, properties: { amount }, billedProperties: { amount } }]
      : [event],
  );

describe.each(['postgres', 'clickhouse'] as const)('a month on %s', (store) => {
  test('that agrees has no findings, equal totals and a chart', () => {
    const { world, id } = started(store);
    const reconciled = reconcile(world, id);
    expect(said(reconciled)).toEqual([]);
    expect(reconciled.last).toMatchObject({
      rows: 4,
      eventless: 0,
      events: 4,
      others: 0,
      different: 0,
      share: 1,
      sheetName: 'Lago reconciliation 2026-11',
    });
    expect(reconciled.last.totals).toEqual([
      {
        code: 'calls',
        subscription: 'globex',
        by: 'sum',
        sheet: '6',
        lago: '6',
        difference: '0',
        unexplained: '0',
        current: '6.0',
      },
      {
        code: 'calls',
        subscription: 'acme',
        by: 'sum',
        sheet: '4',
        lago: '4',
        difference: '0',
        unexplained: '0',
        current: '4.0',
      },
    ]);
    const [chart] = world.google.spreadsheet.charts('Lago reconciliation 2026-11');
    expect(chart).toMatchObject({
      type: 'COLUMN',
      headers: 1,
      ranges: [
        [
          ['Subscription', 'In the sheet', 'In Lago'],
          ['globex', '6', '6'],
          ['acme', '4', '4'],
        ],
      ],
    });
    expect(world.google.spreadsheet.activeSheet).toBe('Lago reconciliation 2026-11');
    expect(reconcile(world, id).last.sheetName).toBe('Lago reconciliation 2026-11 2');
  });

  test('tells an event that Lago has lost, and sends it again, once', () => {
    const { world, id } = started(store);
    lose(world, 'r2');
    const reconciled = reconcile(world, id);
    expect(reconciled.findings).toMatchObject([
      { kind: 'missing', id: 'r2', key: 'r2', ours: 'amount: 2', theirs: 'not there', fix: 'send' },
    ]);
    expect(written(world, 'Lago reconciliation 2026-11')).toEqual([
      ['Missing in Lago', 'r2', 'r2'],
    ]);
    expect(world.ask('fixFindings', { id, fix: 'send', ids: ['r2'] })).toEqual({
      done: ['r2'],
      left: [],
    });
    expect(world.ask('fixFindings', { id, fix: 'send', ids: ['r2', 'r1', 'r9'] })).toEqual({
      done: ['r2'],
      left: [
        { id: 'r1', why: 'Lago has it now.' },
        { id: 'r9', why: 'The ledger does not have it any more. Reconcile again.' },
      ],
    });
    expect(said(reconcile(world, id))).toEqual(['open r2']);
    world.time.now += HOUR;
    fireHourly(world);
    world.time.now += HOUR;
    fireHourly(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4']);
    expect(said(reconcile(world, id))).toEqual([]);
  });

  test('tells an event with another content', () => {
    const { world, id } = started(store);
    alter(world, 'r3', '30');
    const { findings, last } = reconcile(world, id);
    expect(findings).toMatchObject([{ kind: 'different', id: 'r3', ours: 'amount: 3' }]);
    expect(findings[0]?.theirs).toBe('amount: "30"');
    expect(last.totals[0]).toMatchObject({
      subscription: 'acme',
      sheet: '4',
      lago: '31',
      difference: '-27',
      unexplained: '0',
    });
    expect(last.different).toBe(1);
  });

  test('takes an event that another tool has sent for a row into the ledger', () => {
    const { world, id } = started(store);
    world.google.spreadsheet.paste(TAB, 6, 1, [
      ['n1', 'acme', '2026-11-04 09:00', '7'],
      ['n2', 'acme', '2026-11-04 09:00', '8'],
    ]);
    post(world, [{ id: 'n1' }, { id: 'n2' }]);
    expect(said(reconcile(world, id))).toEqual(['unrecorded n1', 'unrecorded n2']);
    expect(world.ask('fixFindings', { id, fix: 'adopt', ids: ['n1', 'n2'] }).done).toEqual([
      'n1',
      'n2',
    ]);
    fireHourly(world);
    expect(inLago(world)).toHaveLength(6);
    // The second row says 8 where Lago has 7: a change of a sent row, which this sync only flags.
    expect(reconcile(world, id).findings).toMatchObject([
      {
        kind: 'changed',
        key: 'n2',
        ours: expect.stringContaining('amount: 8'),
        theirs: expect.stringContaining('7'),
      },
    ]);
  });

  test('shows what Lago would bill a customer whose id has dots', () => {
    const world = createWorld({
      store,
      rows: [...usageRows(1), ['r2', 'dotted', '2026-11-03 10:00', '2']],
    });
    world.lago.seed.subscription({
      external_customer_id: 'bob@acme.com',
      external_id: 'dotted',
      plan_code: 'p',
      subscription_at: '2026-09-01T00:00:00Z',
    });
    const id = activate(world);
    fireHourly(world);
    world.time.now += HOUR;
    const { last } = reconcile(world, id);
    expect(last.totals.map(({ subscription, current }) => [subscription, current])).toEqual([
      ['dotted', '2.0'],
      ['acme', '1.0'],
    ]);
    expect(last.checksOff).toEqual([]);
  });

  test('names the customers whose current usage could not be read', () => {
    const { world, id } = started(store);
    world.intercept = ({ url }) =>
      url.includes('/customers/c-globex/')
        ? { status: 404, headers: {}, body: '{"status":404,"code":"resource_not_found"}' }
        : undefined;
    const { last } = reconcile(world, id);
    expect(last.totals.map(({ current }) => current)).toEqual([undefined, '4.0']);
    expect(last.checksOff.map(({ message }) => message)).toEqual([
      'Lago did not show what it would bill now for globex. Their events are compared.',
    ]);
  });

  test('takes back what no row makes', () => {
    const { world, id } = started(store);
    post(world, [
      { id: 'stray' },
      { id: 'other metric', code: 'unknown' },
      { id: 'other customer', subscription: 'initech' },
    ]);
    const reconciled = reconcile(world, id);
    expect(said(reconciled)).toEqual(['foreign stray']);
    expect(reconciled.last.others).toBe(1);
    expect(world.ask('fixFindings', { id, fix: 'take-back', ids: ['stray'] })).toEqual({
      done: ['stray'],
      left: [],
    });
    for (let hour = 0; hour < 2; hour++) {
      fireHourly(world);
      world.time.now += HOUR;
    }
    expect(inLago(world)).toContain('stray~x1 = -7');
    expect(said(reconcile(world, id))).toEqual([]);
    expect(reconcile(world, id).last.totals.map(({ current }) => current)).toEqual(['6.0', '4.0']);
  });

  const isDeepText = store === 'clickhouse';
  test.each<readonly [string, string, string, boolean]>([
    ['almost as deep as Lago takes it', 'n', `${'['.repeat(95)}${']'.repeat(95)}`, isDeepText],
    // Postgres takes no NUL.
    ...(store === 'clickhouse'
      ? ([
          ['with NUL', 'n', '"a\\u0000b"', true],
          ['with NUL in a name', '\\u0000', '1', true],
        ] as const)
      : []),
  ])('finds what another tool sent %s, beside the others', (_, name, value, canBeTakenBack) => {
    const { world, id } = started(store);
    const time = Date.UTC(2026, 10, 4, 9) / 1000;
    const { status } = world.lago.handle({
      method: 'POST',
      url: '/api/v1/events',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: `{"event":{"transaction_id":"odd","external_subscription_id":"acme","code":"calls","timestamp":${time},"properties":{"amount":7,"${name}":${value}}}}`,
    });
    expect(status).toBe(200);
    world.time.now += HOUR;
    lose(world, 'r2');
    const reconciled = reconcile(world, id);
    expect(said(reconciled)).toEqual(['foreign odd', 'missing r2']);
    const fixed = world.ask('fixFindings', { id, fix: 'take-back', ids: ['odd'] });
    expect(fixed.done).toEqual(canBeTakenBack ? ['odd'] : []);
    expect(fixed.left.map(({ why }) => why)).toEqual(
      canBeTakenBack
        ? []
        : ['It cannot be taken back: it has more levels of objects and lists than a batch takes.'],
    );
    for (let hour = 0; hour < 2; hour++) {
      fireHourly(world);
      world.time.now += HOUR;
    }
    expect(inLago(world)).toHaveLength(4 + fixed.done.length);
  });

  test('takes back what no row makes, also where a proxy refuses its address', () => {
    const { world, id } = started(store);
    post(world, [{ id: 'tool/7' }]);
    world.intercept = ({ url }) =>
      url.includes('%2F') ? { status: 400, headers: {}, body: '<html>Bad Request' } : undefined;
    expect(said(reconcile(world, id))).toEqual(['foreign tool/7']);
    const events = { ids: ['tool/7'], subscriptions: ['acme'] };
    expect(world.ask('fixFindings', { id, fix: 'take-back', ...events })).toEqual({
      done: ['tool/7'],
      left: [],
    });
    for (let hour = 0; hour < 2; hour++) {
      fireHourly(world);
      world.time.now += HOUR;
    }
    expect(inLago(world)).toContain('tool/7~x1 = -7');
  });

  test('tells rows that are held, changed or removed with their reasons, those of other months not', () => {
    const { world, id } = started(store);
    world.google.spreadsheet.paste(TAB, 6, 1, [
      ['n1', 'initech', '2026-11-04 09:00', '7'],
      ['n2', 'acme', '2026-10-04 09:00', '7'],
      ['n3', 'acme', '', '7'],
      ['n4', 'acme', '2026-11-04 09:00', '7'],
    ]);
    world.google.spreadsheet.edit(TAB, 2, 4, '10');
    world.google.spreadsheet.deleteRows(TAB, 3, 1);
    const { findings } = reconcile(world, id);
    expect(findings.map(({ kind, key }) => `${kind} ${key}`)).toEqual([
      'gone r2',
      'changed r1',
      'unsent n1',
      'unsent n3',
      'unsent n4',
    ]);
    expect(findings.map(({ ours }) => ours)).toEqual([
      'the row is gone',
      expect.stringContaining('amount: 10'),
      expect.stringContaining('initech'),
      expect.stringMatching(/empty/),
      'amount: 7',
    ]);
  });

  test('leaves a result sheet in which no text of Lago’s becomes a formula', () => {
    const { world, id } = started(store);
    post(world, [{ id: '=HYPERLINK("https://evil.example","click")' }]);
    reconcile(world, id);
    const sheet = 'Lago reconciliation 2026-11';
    expect(world.google.spreadsheet.cell(sheet, 2, 4)).toMatchObject({
      value: '=HYPERLINK("https://evil.example","click")',
    });
    expect(world.google.spreadsheet.cell(sheet, 2, 4).formula).toBeUndefined();
  });
});

const LEDGER = 'Lago ledger Usage';

/** Writes another state into the ledger's line of a row of `usageRows`, as its run would have. */
function setState(world: World, number: number, state: string): void {
  const sheet = world.google.spreadsheet;
  const outcome = JSON.parse(String(sheet.cell(LEDGER, number + 1, 3).value)) as {
    readonly id: string;
  };
  if (outcome.id !== `r${number}`) throw new Error(`line ${number + 1} is that of ${outcome.id}`);
  sheet.edit(LEDGER, number + 1, 3, JSON.stringify({ ...outcome, state }));
}

describe('each line', () => {
  test('offers an action, or says why none is possible, on the page as in the result sheet', () => {
    const { world, id } = started('clickhouse', usageRows(8));
    lose(world, 'r1', 'r7');
    alter(world, 'r2', '30');
    setState(world, 6, 'pending');
    setState(world, 7, 'rejected');
    setState(world, 8, 'conflict');
    world.google.spreadsheet.paste(TAB, 10, 1, [
      ['n1', 'acme', '2026-11-04 09:00', '7'],
      ['n2', 'initech', '2026-11-04 09:00', '7'],
      ['n3', 'acme', '2026-11-04 09:00', '7'],
    ]);
    post(world, [
      { id: 'n1' },
      { id: 'stray' },
      { id: 'r3', time: Date.UTC(2026, 10, 3, 10), amount: 3 },
    ]);
    world.google.spreadsheet.edit(TAB, 5, 4, '10');
    world.google.spreadsheet.deleteRows(TAB, 6, 1);
    const { findings, last } = reconcile(world, id);
    expect(
      findings
        .map(
          ({ kind, key, id: event, fix, advice }) =>
            `${kind} ${key ?? event} -> ${fix ?? advice.split('.')[0]}`,
        )
        .sort(),
    ).toEqual([
      'changed r4 -> rule',
      'different r2 -> Lago keeps the event that it has under an id, and takes none in its place',
      'different r8 -> row',
      'foreign stray -> take-back',
      'gone r5 -> rule',
      'missing r1 -> send',
      'open r6 -> run',
      'twice r3 -> No event takes back one of two copies',
      'unrecorded n1 -> adopt',
      'unsent n2 -> Create the subscription in Lago, or correct the id',
      'unsent n3 -> run',
      'unsent r7 -> row',
    ]);
    const [headers = [], ...lines] = world.google.spreadsheet.table(last.sheetName);
    const column = headers.indexOf('What to do');
    expect(lines.slice(0, findings.length).map((line) => line[column])).toEqual(
      expect.arrayContaining(findings.map(({ advice }) => advice)),
    );
    expect(findings.filter(({ advice }) => advice === '')).toEqual([]);
  });

  test('of an invoiced month says that nothing is billed there any more, and so does the attempt', () => {
    const { world, id } = started('postgres');
    lose(world, 'r1');
    post(world, [{ id: 'stray' }]);
    world.time.now = Date.UTC(2026, 11, 3);
    const invoiced = 'Its billing period is closed, so Lago would not bill it any more.';
    expect(reconcile(world, id).findings).toMatchObject([
      { kind: 'missing', id: 'r1', advice: `${invoiced} Correct the bill in Lago by hand.` },
      { kind: 'foreign', id: 'stray', advice: expect.stringContaining(invoiced) },
    ]);
    expect(reconcile(world, id).findings.filter((each) => 'fix' in each)).toEqual([]);
    expect(world.ask('fixFindings', { id, fix: 'send', ids: ['r1'] })).toEqual({
      done: [],
      left: [{ id: 'r1', why: invoiced }],
    });
    expect(world.ask('fixFindings', { id, fix: 'take-back', ids: ['stray'] })).toEqual({
      done: [],
      left: [{ id: 'stray', why: invoiced }],
    });
  });

  test('of a metric whose values cannot be taken back says so', () => {
    const rows = usageRows(2);
    const world = createWorld({
      rows,
      metrics: [{ name: 'Peak', code: 'peak', aggregation_type: 'max_agg', field_name: 'amount' }],
    });
    const id = activate(world, { template: TEMPLATE.replace('calls', 'peak') });
    fireHourly(world);
    world.time.now += HOUR;
    post(world, [{ id: 'stray', code: 'peak' }]);
    const why = 'It cannot be taken back: a lower value does not replace a maximum.';
    expect(reconcile(world, id).findings).toEqual([
      expect.objectContaining({ kind: 'foreign', advice: expect.stringContaining(why) }),
    ]);
    expect(reconcile(world, id).findings.filter((each) => 'fix' in each)).toEqual([]);
    expect(world.ask('fixFindings', { id, fix: 'take-back', ids: ['stray'] }).left).toEqual([
      { id: 'stray', why },
    ]);
  });
});

test('a changed row that makes no event says nothing that it does not hold', () => {
  const world = createWorld({ rows: usageRows(2) });
  const id = activate(world, { changed: 'correct' });
  fireHourly(world);
  world.google.spreadsheet.edit(TAB, 3, 4, '');
  expect(reconcile(world, id).findings).toMatchObject([
    { kind: 'changed', key: 'r2', ours: '“amount” is empty.', theirs: 'amount: 2' },
  ]);
});

/** Rows 2 and 3 were changed and deleted after they were sent, and corrected; then the ledger was lost, and made anew. */
function correctedAndRebuilt(): { world: World; id: string } {
  const world = createWorld({ rows: usageRows(4) });
  const id = activate(world, { changed: 'correct', removed: 'correct' });
  fireHourly(world);
  world.google.spreadsheet.edit(TAB, 3, 4, '20');
  world.google.spreadsheet.deleteRows(TAB, 4, 1);
  world.time.now += HOUR;
  fireHourly(world);
  world.google.spreadsheet.deleteSheet(LEDGER);
  world.ask('rebuildLedger', { id });
  return { world, id };
}

test('corrections that a rebuilt ledger does not know are left as they are', () => {
  const { world, id } = correctedAndRebuilt();
  const before = ['r1 = 1', 'r2 = 2', 'r2~r2 = 20', 'r2~x1 = -2', 'r3 = 3', 'r3~x1 = -3', 'r4 = 4'];
  expect(inLago(world)).toEqual(before);
  const { findings } = reconcile(world, id);
  expect(
    findings.map(({ kind, id: event, advice }) => `${kind} ${event}: ${advice}`).sort(),
  ).toEqual([
    'foreign r2: Leave it: “r2~x1” takes it back already.',
    'foreign r2~x1: Leave it: it takes back “r2”, as a sync does that corrects a row.',
    'foreign r3: Leave it: “r3~x1” takes it back already.',
    'foreign r3~x1: Leave it: it takes back “r3”, as a sync does that corrects a row.',
  ]);
  expect(findings.filter((each) => 'fix' in each)).toEqual([]);
  const ids = findings.map(({ id: event }) => event);
  expect(world.ask('fixFindings', { id, fix: 'take-back', ids })).toMatchObject({ done: [] });
  const { sync } = world.ask('open', {}).syncs[0] ?? {};
  world.ask('activate', {
    id,
    revision: sync?.revision ?? 0,
    changed: 'correct',
    removed: 'correct',
    onEdit: false,
  });
  world.time.now += HOUR;
  fireHourly(world);
  expect(inLago(world)).toEqual(before);
});

test('a copy on ClickHouse is told as such', () => {
  const { world, id } = started('clickhouse');
  post(world, [{ id: 'r1', time: Date.UTC(2026, 10, 3, 10), amount: 1 }]);
  expect(reconcile(world, id).findings).toMatchObject([
    { kind: 'twice', id: 'r1', key: 'r1', theirs: '2 copies' },
  ]);
});

test('events of another sync of the file are no findings', () => {
  const { world, id } = started('postgres');
  const other = world.google.spreadsheet.sheets.map(({ name }) => name);
  expect(other).toContain(TAB);
  world.google.loadCsv(
    'second',
    [HEADERS, ['s1', 'acme', '2026-11-05 10:00', '5']].map((row) => row.join(',')).join('\n'),
  );
  const tabId = world.google.spreadsheet.sheets.find(({ name }) => name === 'second')?.id ?? -1;
  const first = world.ask('open', {}).syncs[0]?.sync;
  if (first === undefined) throw new Error('no sync');
  const saved = world.ask('saveSync', {
    draft: {
      revision: 0,
      name: 'Second',
      source: { ...first.source, tabId, tabName: 'second' },
      key: 'id',
      template: first.template,
      dateOnly: 'noon',
    },
  });
  world.ask('activate', {
    id: saved.id,
    revision: saved.revision,
    changed: 'flag',
    removed: 'flag',
    onEdit: false,
  });
  fireHourly(world);
  expect(inLago(world)).toContain('s1 = 5');
  const reconciled = reconcile(world, id);
  expect(said(reconciled)).toEqual([]);
  expect(reconciled.last.others).toBe(1);
});

/** Numbers from 0 to `below`, always the same ones. */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const ALL_ROWS = 5_200;
/** A short run has a fifth of the rows, on as many pages where these are small. */
const [ROWS, SMALL_PAGE] = IS_LONG ? [ALL_ROWS, 50] : [ALL_ROWS / 10, 5];
const DAY = 24 * HOUR;
const FIRST = Date.UTC(2026, 10, 1);

const minuteText = (ms: number): string =>
  new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

/**
 * Changes a fifth of the rows, in Lago, in the ledger or in the sheet. Where the planted differences
 * are found by a person: what the sheet calls them, the transaction id and the row key.
 * @param rows a multiple of 104, at most 5,200
 */
function plantDifferences(
  world: World,
  store: 'postgres' | 'clickhouse',
  rows: number,
  random: (below: number) => number,
): string[] {
  const share = (ofAll: number): number => (ofAll * rows) / ALL_ROWS;
  const sheet = world.google.spreadsheet;
  const untouched = Array.from({ length: rows }, (_, index) => index + 1);
  const take = (count: number): number[] =>
    Array.from({ length: count }, () => untouched.splice(random(untouched.length), 1)[0] ?? 0);
  const idsOf = (numbers: readonly number[]): Set<string> =>
    new Set(numbers.map((number) => `r${number}`));
  const [lost, worth, moved, late, open, changed] = [
    take(share(200)),
    take(share(150)),
    take(share(100)),
    take(share(100)),
    take(share(50)),
    take(share(50)),
  ];
  const copied = store === 'clickhouse' ? take(share(50)) : [];
  const alsoLost = store === 'clickhouse' ? [] : take(share(50));
  const [gone, dearer, elsewhere, later, copies] = [
    idsOf([...lost, ...alsoLost]),
    idsOf(worth),
    idsOf(moved),
    idsOf(late),
    idsOf(copied),
  ];
  world.lago.rewriteEvents((event) => {
    const id = event.transactionId ?? '';
    if (gone.has(id)) return [];
    if (dearer.has(id)) {
      const amount = store === 'clickhouse' ? '99999.5' : 99_999.5;
      return [{ ...event, properties: { amount }, billedProperties: { amount } }];
    }
    if (elsewhere.has(id))
      return [
        {
          ...event,
          externalSubscriptionId: event.externalSubscriptionId === 'acme' ? 'globex' : 'acme',
        },
      ];
    // Always another moment of the month.
    if (later.has(id)) {
      const ms = Number(event.timestamp / 1000n);
      return [
        {
          ...event,
          timestamp: BigInt(FIRST + ((ms - FIRST + (1 + random(17)) * DAY) % (19 * DAY))) * 1000n,
        },
      ];
    }
    return copies.has(id) ? [event, event] : [event];
  });
  for (const number of open) setState(world, number, 'pending');
  for (const number of changed) sheet.edit(TAB, number + 1, 4, '123456');
  const someTimes = (count: number): number[] =>
    Array.from({ length: count }, () => FIRST + random(19 * 24) * HOUR);
  const usual = someTimes(share(100));
  const held = someTimes(share(50));
  const added = [
    ...usual.map((time, index) => [
      `u${index}`,
      'acme',
      minuteText(time),
      index < share(50) ? '7' : '8',
    ]),
    ...held.map((time, index) => [`h${index}`, 'unknown', minuteText(time), '7']),
  ];
  sheet.paste(TAB, rows + 2, 1, added);
  post(
    world,
    usual.map((time, index) => ({ id: `u${index}`, time })),
  );
  const foreign = Array.from({ length: share(150) }, (_, index) => ({
    id: `f${index}`,
    time: FIRST + random(19 * 24) * HOUR,
  }));
  post(world, foreign);
  const both = (ids: Iterable<string>): string[] => [...ids, ...ids];
  const lines = (kind: string, ids: Iterable<string>): string[] =>
    [...ids].map((id) => `${kind} ${id}`);
  return [
    ...lines('Missing in Lago', gone),
    // What Lago has at another place or time is listed where each of the two counts.
    ...lines('Different in Lago', [...dearer, ...both(elsewhere), ...both(later)]),
    ...lines('Not settled yet', idsOf(open)),
    ...lines('Changed since it was sent', idsOf(changed)),
    ...lines('Twice in Lago', copies),
    ...lines(
      'In Lago, not in the ledger',
      usual.map((_, index) => `u${index}`),
    ),
    ...lines(
      'Not sent',
      held.map((_, index) => `h${index}`),
    ),
    ...lines(
      'Only in Lago',
      foreign.map(({ id }) => id),
    ),
  ].sort();
}

describe('of thousands of events', () => {
  test.each(
    played(
      [
        [ROWS, 'postgres', 500],
        [ROWS, 'clickhouse', SMALL_PAGE],
      ] as const,
      2,
      1,
    ),
  )(
    'all differences that are planted in %i rows are found on %s, and no others, with pages of %i',
    (count, store, maxPerPage) => {
      const random = sequence(maxPerPage);
      const rows = Array.from({ length: count }, (_, index) => [
        `r${index + 1}`,
        random(2) === 0 ? 'acme' : 'globex',
        minuteText(FIRST + random(19 * 24 * 60) * MINUTE),
        String(1 + random(10_000) / 100),
      ]);
      const world = createWorld({ store, rows, lago: { visibilityDelayMs: 1_000, maxPerPage } });
      const id = activate(world);
      fireHourly(world);
      world.time.now += HOUR;
      expect(said(reconcile(world, id))).toEqual([]);
      const planted = plantDifferences(world, store, count, random);
      expect(planted).toHaveLength((count / ALL_ROWS) * 1_200);
      // Lago takes its time for a page, so that small ones make several parts.
      world.intercept = ({ url }) => {
        if (url.includes('/events?')) world.time.now += 250;
        return undefined;
      };
      const { parts, last, serviceCalls } = reconcile(world, id);
      expect(parts.length > 1).toBe(maxPerPage < 500);
      expect(Math.max(...serviceCalls)).toBeLessThan(100);
      expect(
        written(world, last.sheetName)
          .map(([kind, event]) => `${kind} ${event}`)
          .sort(),
      ).toEqual(planted);
      expect(Object.values(last.counts).reduce((sum, found) => sum + found, 0)).toBe(
        planted.length,
      );
    },
  );
});

test.each(['', `~${'0'.repeat(64)}`])(
  'a page names no sheet of its own for the results (%s)',
  (seal) => {
    const { world, id } = started('postgres');
    const before = world.google.spreadsheet.table(TAB);
    const sheet = `${draftOf(world).source.tabId}${seal}`;
    const next = {
      at: 0,
      size: 0,
      asked: 0,
      codes: [],
      inLago: [],
      events: 0,
      inSheet: [],
      rows: 0,
      eventless: 0,
      explained: [],
      usage: [],
      unread: [],
      counts: NO_FINDINGS,
      others: 0,
      unrecorded: [],
      missing: [],
      moved: [],
      sheet,
      row: 2,
    };
    const month = '2026-11';
    const refused = { ok: false, problem: { code: 'request.unknown' } };
    expect(world.call('reconcile', { id, month, next })).toMatchObject(refused);
    const statement = { id, month, subscription: 'acme', next: { sheet, from: 0 } };
    expect(world.call('statement', statement)).toMatchObject(refused);
    expect(world.google.spreadsheet.table(TAB)).toEqual(before);
  },
);

describe('the first hourly run of a month', () => {
  const reminders = ({ google }: World): string[] =>
    google.mails.map(({ subject }) => subject).filter((subject) => subject.includes('reconcile'));

  test('reminds the person who activated the sync, once, that the former month can be reconciled', () => {
    const { world } = started('postgres');
    fireHourly(world);
    expect(reminders(world)).toEqual([]);
    world.time.now = Date.UTC(2026, 10, 30, 23, 30);
    fireHourly(world);
    expect(reminders(world)).toEqual([]);
    for (let hour = 0; hour < 3; hour++) {
      world.time.now += HOUR;
      fireHourly(world);
    }
    expect(reminders(world)).toEqual(['Lago usage sync: reconcile November 2026']);
    expect(world.google.mails.find(({ subject }) => subject.includes('reconcile'))?.body).toContain(
      'November 2026 is over. The sync “Usage”',
    );
  });

  test('reminds with the next run where no mail could be sent', () => {
    const { world } = started('postgres');
    fireHourly(world);
    world.time.now = Date.UTC(2026, 11, 1, 0, 30);
    world.google.quotas.mailRecipients = 0;
    fireHourly(world);
    expect(reminders(world)).toEqual([]);
    world.google.quotas.mailRecipients = 10;
    world.time.now += HOUR;
    fireHourly(world);
    expect(reminders(world)).toEqual(['Lago usage sync: reconcile November 2026']);
  });

  test('reminds a day later, not with each run, where the mail may have left', () => {
    const { world } = started('postgres');
    fireHourly(world);
    world.time.now = Date.UTC(2026, 11, 1, 0, 30);
    world.google.faults.add({
      call: 'MailApp.sendEmail',
      message: 'Service unavailable: Mail',
      afterEffect: true,
    });
    for (let hour = 0; hour < 24; hour++) {
      fireHourly(world);
      world.time.now += HOUR;
    }
    expect(reminders(world)).toHaveLength(1);
    fireHourly(world);
    fireHourly(world);
    expect(reminders(world)).toHaveLength(2);
  });
});

describe('a statement', () => {
  const table = (world: World, sheet: string): string[][] =>
    world.google.spreadsheet
      .table(sheet)
      .map((line) => line.filter((_, index) => index !== 1 && index !== 8));

  test('lists the events behind the invoice line in the order of time, with a running total that equals Lago’s', () => {
    const world = createWorld({
      rows: [
        ['r1', 'acme', '2026-11-05 10:00', '1.5'],
        ['r2', 'acme', '2026-11-03 10:00', '2'],
        ['r3', 'globex', '2026-11-04 10:00', '3'],
        ['r4', 'acme', '2026-10-31 10:00', '4'],
      ],
    });
    const id = activate(world, { changed: 'correct' });
    fireHourly(world);
    world.google.spreadsheet.edit(TAB, 2, 4, '10');
    world.time.now += HOUR;
    fireHourly(world);
    expect(world.ask('statementChoices', { id })).toEqual({
      choices: [
        { of: 'customer', name: 'c-acme', months: [{ month: '2026-11', events: 4 }] },
        { of: 'customer', name: 'c-globex', months: [{ month: '2026-11', events: 1 }] },
        { of: 'subscription', name: 'acme', months: [{ month: '2026-11', events: 4 }] },
        { of: 'subscription', name: 'globex', months: [{ month: '2026-11', events: 1 }] },
      ],
    });
    expect(world.ask('statement', { id, subscription: 'acme', month: '2026-11' })).toEqual({
      sheetName: 'Statement acme 2026-11',
      lines: 4,
      totals: [
        {
          subscription: 'acme',
          code: 'calls',
          events: 4,
          total: '12',
          notes: [],
          lago: { events: 4, total: '12', copied: 0 },
        },
      ],
      next: undefined,
    });
    expect(table(world, 'Statement acme 2026-11')).toEqual([
      ['Subscription', 'Time', 'Row key', 'Entry', 'Value', 'Running total', 'Transaction id'],
      ['acme', '2026-11-03 10:00', 'r2', 'Usage', '2', '2', 'r2'],
      ['acme', '2026-11-05 10:00', 'r1', 'Usage', '1.5', '3.5', 'r1'],
      ['acme', '2026-11-05 10:00', 'r1', 'Taken back', '-1.5', '2', 'r1~x1'],
      ['acme', '2026-11-05 10:00', 'r1', 'Usage', '10', '12', 'r1~r2'],
      ['acme', '', '', 'Total of 4 events', '', '12', ''],
    ]);
  });

  test('of a customer has a section for each of the subscriptions', () => {
    const world = createWorld({
      store: 'clickhouse',
      rows: [...usageRows(3), ['r4', 'second', '2026-11-03 10:00', '4']],
      lago: { visibilityDelayMs: 1_000 },
    });
    world.lago.seed.subscription({
      external_customer_id: 'c-globex',
      plan_code: 'p',
      external_id: 'second',
      subscription_at: '2026-09-01T00:00:00Z',
    });
    const id = activate(world);
    fireHourly(world);
    world.time.now += HOUR;
    const november = (events: number) => [{ month: '2026-11', events }];
    expect(world.ask('statementChoices', { id }).choices).toEqual([
      { of: 'customer', name: 'c-acme', months: november(2) },
      { of: 'customer', name: 'c-globex', months: november(2) },
      { of: 'subscription', name: 'acme', months: november(2) },
      { of: 'subscription', name: 'globex', months: november(1) },
      { of: 'subscription', name: 'second', months: november(1) },
    ]);
    const { sheetName, lines, totals } = world.ask('statement', {
      id,
      customer: 'c-globex',
      month: '2026-11',
    });
    expect([sheetName, lines]).toEqual(['Statement c-globex 2026-11', 2]);
    expect(totals).toEqual([
      {
        subscription: 'globex',
        code: 'calls',
        events: 1,
        total: '2',
        notes: [],
        lago: { events: 1, total: '2', copied: 0 },
      },
      {
        subscription: 'second',
        code: 'calls',
        events: 1,
        total: '4',
        notes: [],
        lago: { events: 1, total: '4', copied: 0 },
      },
    ]);
    expect(
      table(world, sheetName).map(([subscription, , , entry, value, total]) => [
        subscription,
        entry,
        value,
        total,
      ]),
    ).toEqual([
      ['Subscription', 'Entry', 'Value', 'Running total'],
      ['globex', 'Usage', '2', '2'],
      ['globex', 'Total of 1 event', '', '2'],
      ['', '', '', ''],
      ['second', 'Usage', '4', '4'],
      ['second', 'Total of 1 event', '', '4'],
    ]);
  });

  test('offers the subscriptions alone where Lago does not say whose they are', () => {
    const { world, id } = started('postgres');
    world.time.now += HOUR;
    world.intercept = () => ({ status: 503, headers: {}, body: '' });
    expect(
      world.ask('statementChoices', { id }).choices.map(({ of, name }) => `${of} ${name}`),
    ).toEqual(['subscription acme', 'subscription globex']);
  });

  test('says what Lago has where that is something else', () => {
    const { world, id } = started('postgres');
    lose(world, 'r3');
    const { totals } = world.ask('statement', { id, subscription: 'acme', month: '2026-11' });
    expect(totals).toMatchObject([{ total: '4', lago: { events: 1, total: '1' } }]);
  });
});
