import Big from 'big.js';
import type { ReconcileNext, ReconcilePart } from '../../src/rpc/contract';
import type { ChangedPolicy, RemovedPolicy } from '../../src/sync/sync';
import { IS_LONG, played } from './long';
import {
  API_KEY,
  activate,
  createWorld,
  fireHourly,
  HOUR,
  inLago,
  TAB,
  TEMPLATE,
  usageRows,
  type World,
} from './world';

const MONTH = '2026-11';
const SUBSCRIPTIONS = ['acme', 'globex'];
const STORES = ['postgres', 'clickhouse'] as const;

/** The last part of a reconciliation; each part is handed what the one before has said. */
function reconcile(world: World, id: string): ReconcilePart {
  let next: ReconcileNext | undefined;
  for (;;) {
    const part: ReconcilePart = world.ask('reconcile', {
      id,
      month: MONTH,
      ...(next === undefined ? {} : { next }),
    });
    if (part.next === undefined) return part;
    next = part.next;
  }
}

/** The lines of the result sheet by their headers, without the totals below them. */
function listed(world: World, sheet: string): Readonly<Record<string, string>>[] {
  const [headers = [], ...lines] = world.google.spreadsheet.table(sheet);
  const end = lines.findIndex((line) => line.join('') === '');
  return lines
    .slice(0, end)
    .map((line) => Object.fromEntries(headers.map((header, place) => [header, line[place] ?? ''])));
}

const worded = (world: World, sheet: string): string[] =>
  listed(world, sheet)
    .map((line) => `${line['Finding']} ${line['Row key']}: ${line['Difference']}`)
    .sort();

interface SheetRow {
  readonly key: string;
  readonly subscription: string;
  /** In ms; undefined if it is none. */
  readonly time: number | undefined;
  /** Undefined if it is none. */
  readonly amount: Big | undefined;
}

/** What a person reads in the tab. */
const rowsOf = (world: World): SheetRow[] =>
  world.google.spreadsheet
    .table(TAB)
    .slice(1)
    .filter((line) => line.join('') !== '')
    .map(([key = '', subscription = '', time = '', amount = '']) => ({
      key,
      subscription,
      time: /^\d{4}-/.test(time) ? Date.parse(`${time.replace(' ', 'T')}Z`) : undefined,
      amount: /^-?\d/.test(amount) ? new Big(amount) : undefined,
    }));

const isInMonth = (ms: number): boolean => new Date(ms).toISOString().startsWith(MONTH);

const added = (amounts: readonly Big[]): string =>
  amounts.reduce((sum, each) => sum.plus(each), new Big(0)).toFixed();

/** The sum of the sheet's cells of a subscription. */
const sumOfSheet = (world: World, subscription: string): string =>
  added(
    rowsOf(world).flatMap((row) =>
      row.subscription === subscription && row.time !== undefined && isInMonth(row.time)
        ? (row.amount ?? [])
        : [],
    ),
  );

const storedIn = (world: World) =>
  world.lago.events().map((event) => ({
    id: event.transactionId ?? '',
    subscription: event.externalSubscriptionId ?? '',
    time: event.timestampMs,
    amount: new Big(String(event.properties['amount'])),
  }));

/** The sum of the events that Lago keeps of a subscription. */
const sumOfLago = (world: World, subscription: string): string =>
  added(
    storedIn(world)
      .filter((event) => event.subscription === subscription && isInMonth(event.time))
      .map(({ amount }) => amount),
  );

/** Whatever happened: sheet - Lago = the sum of the listed differences. */
function expectToAddUp(world: World, { sheetName, totals }: ReconcilePart): void {
  const lines = listed(world, sheetName);
  for (const subscription of SUBSCRIPTIONS) {
    const [sheet, lago] = [sumOfSheet(world, subscription), sumOfLago(world, subscription)];
    const total = totals.find((each) => each.subscription === subscription);
    expect([subscription, total?.sheet ?? '0', total?.lago ?? '0']).toEqual([
      subscription,
      sheet,
      lago,
    ]);
    const explained = lines
      .filter((line) => line['Subscription'] === subscription)
      .map((line) => new Big(line['Difference'] ?? ''));
    expect([subscription, added(explained)]).toEqual([
      subscription,
      new Big(sheet).minus(lago).toFixed(),
    ]);
    expect(total?.unexplained ?? '0').toBe('0');
  }
}

const started = (
  store: (typeof STORES)[number],
  rows: readonly (readonly string[])[],
  policies: { readonly changed?: ChangedPolicy; readonly removed?: RemovedPolicy } = {},
): { world: World; id: string } => {
  const world = createWorld({ store, rows, lago: { visibilityDelayMs: 1_000 } });
  const id = activate(world, policies);
  fireHourly(world);
  world.time.now += HOUR;
  return { world, id };
};

/** What another tool sends to Lago for a subscription. */
function post(world: World, id: string, subscription: string, amount: number): void {
  const { status } = world.lago.handle({
    method: 'POST',
    url: '/api/v1/events',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      event: {
        transaction_id: id,
        external_subscription_id: subscription,
        code: 'calls',
        timestamp: Date.UTC(2026, 10, 4, 9) / 1000,
        properties: { amount },
      },
    }),
  });
  if (status !== 200) throw new Error(`Lago answered ${status}`);
  world.time.now += 10_000;
}

// The histories below are played on both in a short run too.
describe.each(played(STORES, 2, 1))('on %s', (store) => {
  const KEY = 1;
  const edit = (world: World, row: number, column: number, text: string): void =>
    world.google.spreadsheet.edit(TAB, row, column, text);

  test('a sent row that was removed is listed, and with what becomes of it', () => {
    const advices = (['flag', 'ignore', 'correct'] as const).map((removed) => {
      const { world, id } = started(store, usageRows(4), { removed });
      world.google.spreadsheet.deleteRows(TAB, 3, 1);
      const last = reconcile(world, id);
      expect(worded(world, last.sheetName)).toEqual(['In Lago, not in the sheet r2: -2']);
      expectToAddUp(world, last);
      return last.findings[0]?.advice;
    });
    expect(advices).toEqual([
      'Bring it back, or enter the correction as a new row. Or let the sync correct such rows, where Lago’s billing allows it.',
      'The sync leaves in Lago what was sent for removed rows.',
      'The next run takes it back.',
    ]);
  });

  test('removed rows are listed as uncertain while a key is double, and nothing is taken back', () => {
    const { world, id } = started(store, usageRows(6), { removed: 'correct' });
    edit(world, 2, KEY, 'r3');
    world.google.spreadsheet.deleteRows(TAB, 6, 2);
    post(world, 'stray', 'acme', 7);
    const last = reconcile(world, id);
    expect(worded(world, last.sheetName)).toEqual([
      'In Lago, not in the sheet r1: -1',
      'In Lago, not in the sheet r5: -5',
      'In Lago, not in the sheet r6: -6',
      'Not sent r3: 1',
      'Only in Lago : -7',
    ]);
    expectToAddUp(world, last);
    const uncertain = last.findings.filter(({ kind }) => kind === 'gone' || kind === 'foreign');
    expect(new Set(uncertain.map(({ ours }) => ours))).toEqual(
      new Set([
        'No row is known for it. It may belong to one of the rows 2, 4, whose keys are empty, double or unreadable.',
      ]),
    );
    expect(uncertain.filter((each) => 'fix' in each)).toEqual([]);
    // Nor does a page that was opened before take anything back.
    expect(world.ask('fixFindings', { id, fix: 'take-back', ids: ['stray'] })).toMatchObject({
      done: [],
      left: [{ id: 'stray', why: expect.stringContaining('rows 2, 4') }],
    });
    fireHourly(world);
    expect(inLago(world)).toHaveLength(7);
  });

  test('what two rows may have made, or one that makes no event, is not taken back', () => {
    const rows = usageRows(3).map(([key = '', ...cells], index) =>
      index === 2 ? [key, ...cells.slice(0, 2), ''] : [key, ...cells],
    );
    const world = createWorld({ store, rows, lago: { visibilityDelayMs: 1_000 } });
    const id = activate(world, {
      template: TEMPLATE.replace('{{ row.id }}', '{{ row.time | date: "%d" }}-{{ row.amount }}'),
    });
    for (const [row, text] of ['1', '1', ''].entries()) edit(world, row + 2, 4, text);
    post(world, '03-1', 'acme', 1);
    post(world, 'r3', 'acme', 7);
    const last = reconcile(world, id);
    const strays = last.findings.filter(({ kind }) => kind === 'foreign');
    expect(strays.map(({ id: each, ours }) => `${each}: ${ours}`).sort()).toEqual([
      '03-1: The transaction_id “03-1” is made by the rows 2, 3.',
      'r3: It may belong to the row 4, which makes no event now.',
    ]);
    expect(strays.filter((each) => each.fix !== undefined)).toEqual([]);
    const ids = strays.map((each) => each.id);
    expect(world.ask('fixFindings', { id, fix: 'take-back', ids }).done).toEqual([]);
  });

  test.each([
    ['empty', ''],
    ['an error', '=NA()'],
  ])('a sent row whose key is %s afterwards is listed, as a row and as what Lago has', (_, key) => {
    const { world, id } = started(store, usageRows(4));
    edit(world, 3, KEY, key);
    const last = reconcile(world, id);
    expect(worded(world, last.sheetName)).toEqual([
      'In Lago, not in the sheet r2: -2',
      'Not sent : 2',
    ]);
    expect(last.findings).toMatchObject([
      { kind: 'gone', key: 'r2', ours: expect.stringContaining('rows 3,') },
      { kind: 'unsent', row: 3, ours: expect.stringMatching(/amount: 2\. The key/) },
    ]);
    expect(last.different).toBe(0);
    expectToAddUp(world, last);
  });

  test('a row under another key is listed with what Lago has under the former one', () => {
    const { world, id } = started(store, usageRows(4), { removed: 'correct' });
    edit(world, 3, KEY, 'other');
    const last = reconcile(world, id);
    expect(worded(world, last.sheetName)).toEqual([
      'In Lago, not in the sheet r2: -2',
      'Not sent other: 2',
    ]);
    expectToAddUp(world, last);
  });

  test('a row that now counts for another subscription or month is listed where each has it', () => {
    const { world, id } = started(store, usageRows(4));
    edit(world, 2, 2, 'globex');
    edit(world, 3, 3, '2026-10-03 10:00');
    const last = reconcile(world, id);
    expect(worded(world, last.sheetName)).toEqual([
      'Changed since it was sent r1: -1',
      'Changed since it was sent r2: -2',
      'Not sent r1: 1',
    ]);
    expectToAddUp(world, last);
  });

  test('rows that make no event are counted, and listed whether or not they were sent', () => {
    const { world, id } = started(store, usageRows(4));
    edit(world, 2, 4, '=1/0');
    world.google.spreadsheet.paste(TAB, 6, 1, [['n1', 'acme', '2026-11-04 09:00', '']]);
    const last = reconcile(world, id);
    expect(last).toMatchObject({ rows: 3, eventless: 2 });
    expect(worded(world, last.sheetName)).toEqual([
      'Changed since it was sent r1: -1',
      'Not sent n1: 0',
    ]);
    expectToAddUp(world, last);
  });

  test('further events of a changed row are listed as what they add', () => {
    const { world, id } = started(store, usageRows(2), { changed: 'add' });
    edit(world, 2, 4, '10');
    fireHourly(world);
    fireHourly(world);
    world.time.now += HOUR;
    const last = reconcile(world, id);
    expect(last.findings).toMatchObject([
      { kind: 'changed', key: 'r1', theirs: 'amount: 1 and amount: 10', difference: '-1' },
    ]);
    expectToAddUp(world, last);
  });

  test('a corrected row is no difference', () => {
    const { world, id } = started(store, usageRows(4), { changed: 'correct', removed: 'correct' });
    edit(world, 2, 4, '10.75');
    world.google.spreadsheet.deleteRows(TAB, 3, 1);
    fireHourly(world);
    world.time.now += HOUR;
    const last = reconcile(world, id);
    expect(worded(world, last.sheetName)).toEqual([]);
    expect(last.totals.map(({ difference }) => difference)).toEqual(['0', '0']);
    expectToAddUp(world, last);
  });
});

test('rows that were marked as billed elsewhere belong to the sheet, and are listed as such', () => {
  const world = createWorld({ rows: usageRows(4) });
  const id = activate(world);
  const revision = world.ask('open', {}).syncs[0]?.sync.revision ?? 0;
  world.ask('takeAsBilled', { id, revision, incomplete: [] });
  fireHourly(world);
  const last = reconcile(world, id);
  expect(worded(world, last.sheetName)).toEqual([
    'Billed elsewhere r1: 1',
    'Billed elsewhere r2: 2',
    'Billed elsewhere r3: 3',
    'Billed elsewhere r4: 4',
  ]);
  expectToAddUp(world, last);
});

test('late usage is listed in the month of the sheet, and in the one in which Lago counts it', () => {
  const world = createWorld({
    rows: [
      ['r1', 'acme', '2026-10-15 10:00', '5'],
      ['r2', 'acme', '2026-11-03 10:00', '2'],
    ],
  });
  const id = activate(world, { late: 'book' });
  fireHourly(world);
  const november = reconcile(world, id);
  expect(worded(world, november.sheetName)).toEqual(['Counted in another month r1: -5']);
  expectToAddUp(world, november);
  const october = world.ask('reconcile', { id, month: '2026-10' });
  expect(worded(world, october.sheetName)).toEqual(['Counted in another month r1: 5']);
  expect(october.totals).toMatchObject([
    { sheet: '5', lago: '0', difference: '5', unexplained: '0' },
  ]);
});

const OTHER_METRICS = [
  { name: 'Orders', code: 'orders', aggregation_type: 'count_agg' },
  { name: 'Peak', code: 'peak', aggregation_type: 'max_agg', field_name: 'amount' },
  { name: 'Level', code: 'level', aggregation_type: 'latest_agg', field_name: 'amount' },
  { name: 'Users', code: 'users', aggregation_type: 'unique_count_agg', field_name: 'amount' },
] as const;

test.each([
  ['orders', 'events', '1 event', '1 event'],
  ['peak', 'rows', 'amount: 1', 'amount: 3'],
  ['level', 'rows', 'amount: 1', 'amount: 3'],
  ['users', 'rows', 'amount: 1', 'amount: 3'],
])('of %s the number of %s is compared', (code, by, ours, theirs) => {
  const world = createWorld({ rows: usageRows(6), metrics: [...OTHER_METRICS] });
  const id = activate(world, { template: TEMPLATE.replace('calls', code) });
  fireHourly(world);
  world.time.now += HOUR;
  world.google.spreadsheet.edit(TAB, 4, 4, '1');
  world.google.spreadsheet.deleteRows(TAB, 2, 1);
  const last = reconcile(world, id);
  expect(last.totals).toMatchObject([
    { subscription: 'acme', by, sheet: '2', lago: '3', difference: '-1', unexplained: '0' },
    { subscription: 'globex', by, sheet: '3', lago: '3', difference: '0', unexplained: '0' },
  ]);
  expect(last.findings).toMatchObject([
    { kind: 'gone', key: 'r1', difference: '-1' },
    {
      kind: 'changed',
      key: 'r3',
      difference: '0',
      ours: expect.stringContaining(ours),
      theirs,
    },
  ]);
});

test('corrections of latest and unique values, and a raised maximum, count as the one row', () => {
  for (const code of ['peak', 'level', 'users']) {
    const world = createWorld({ rows: usageRows(6), metrics: [...OTHER_METRICS] });
    const id = activate(world, {
      template: TEMPLATE.replace('calls', code),
      changed: 'correct',
      removed: 'correct',
    });
    fireHourly(world);
    world.time.now += HOUR;
    world.google.spreadsheet.edit(TAB, 4, 4, '30');
    fireHourly(world);
    world.time.now += HOUR;
    const { totals } = reconcile(world, id);
    expect([code, totals.map(({ sheet, lago }) => `${sheet} ${lago}`)]).toEqual([
      code,
      ['3 3', '3 3'],
    ]);
  }
});

/** Numbers from 0 to `below`, always the same ones. */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** One thing that a person, another tool or an accident does. */
function happen(world: World, random: (below: number) => number, step: number): void {
  const sheet = world.google.spreadsheet;
  const last = sheet.table(TAB).filter((line) => line.join('') !== '').length;
  const row = 2 + random(Math.max(1, last - 1));
  const key = String(sheet.table(TAB)[row - 1]?.[0] ?? '');
  const times = ['2026-11-05 08:30', '2026-10-30 08:30', '2026-11-28 08:30', 'soon'];
  const stored = world.lago.events();
  const victim = stored[random(Math.max(1, stored.length))]?.transactionId;
  const happenings: readonly (() => void)[] = [
    () => sheet.edit(TAB, row, 4, String(1 + random(100_000) / 1_000)),
    () => sheet.edit(TAB, row, 4, String(1 + random(100_000) / 1_000)),
    () => sheet.edit(TAB, row, 4, random(2) === 0 ? '=1/0' : ''),
    () => sheet.edit(TAB, row, 2, SUBSCRIPTIONS[random(2)] ?? ''),
    () => sheet.edit(TAB, row, 3, times[random(times.length)] ?? ''),
    () => sheet.deleteRows(TAB, row, 1),
    () => sheet.edit(TAB, row, 1, random(2) === 0 ? '' : '=NA()'),
    () => sheet.edit(TAB, row, 1, `k${step}`),
    () => sheet.edit(TAB, 2 + random(last - 1), 1, key),
    () =>
      sheet.paste(TAB, last + 1, 1, [
        [`n${step}`, SUBSCRIPTIONS[random(2)] ?? '', '2026-11-06 11:00', String(random(50))],
      ]),
    () => sheet.sort(TAB, 4),
    () => post(world, `tool-${step}`, SUBSCRIPTIONS[random(2)] ?? '', 3),
    () => post(world, `n${step + 1}`, SUBSCRIPTIONS[random(2)] ?? '', 4),
    () => world.lago.rewriteEvents((event) => (event.transactionId === victim ? [] : [event])),
    () =>
      world.lago.rewriteEvents((event) =>
        event.transactionId === victim
          ? [{ ...event, properties: { amount: '77' }, billedProperties: { amount: '77' } }]
          : [event],
      ),
    () => {
      world.time.now += HOUR;
      fireHourly(world);
      world.time.now += HOUR;
    },
  ];
  happenings[random(happenings.length)]?.();
}

/** Every row of the sheet is in Lago as it stands, or listed. */
function expectEachRowAnswered(world: World, sheetName: string): void {
  const lines = listed(world, sheetName);
  // What is missing in Lago is listed by its key: the ledger knows no row numbers.
  const named = new Set(lines.map((line) => line['Row'] || `key ${line['Row key']}`));
  const amountsByKey = new Map<string, string>();
  for (const { id, amount } of storedIn(world)) {
    const key = id.replace(/~[rx]\d+$/, '');
    amountsByKey.set(key, added([new Big(amountsByKey.get(key) ?? '0'), amount]));
  }
  rowsOf(world).forEach(({ key, amount, time }, index) => {
    const number = String(index + 2);
    const isThere = amount !== undefined && amountsByKey.get(key) === amount.toFixed();
    const isOther = time !== undefined && !isInMonth(time);
    if (!isThere && !isOther && !named.has(number) && !named.has(`key ${key}`))
      throw new Error(`Row ${number} (${key}) is neither in Lago as it stands nor listed.`);
  });
}

/** Every event of Lago's has a row with its key, or a line in the list. */
function expectNothingHidden(world: World, sheetName: string): void {
  const named = new Set(
    listed(world, sheetName).flatMap((line) => [line['Row key'], line['Transaction id']]),
  );
  const keys = new Set(rowsOf(world).map(({ key }) => key));
  const hidden = storedIn(world).filter(({ id, time }) => {
    const key = id.replace(/~[rx]\d+$/, '');
    return isInMonth(time) && !keys.has(key) && !named.has(key) && !named.has(id);
  });
  const left = new Map<string, Big>();
  for (const { id, amount } of hidden) {
    const key = id.replace(/~[rx]\d+$/, '');
    left.set(key, (left.get(key) ?? new Big(0)).plus(amount));
  }
  // What was taken back needs no line.
  expect([...left].filter(([, amount]) => !amount.eq(0)).map(([key]) => key)).toEqual([]);
}

const SEEDS = Array.from({ length: IS_LONG ? 60 : 4 }, (_, seed) => seed + 1);

test.each(SEEDS)(
  'whatever happens to a sent sheet, the list explains the difference (seed %i)',
  (seed) => {
    const random = sequence(seed);
    const rows = Array.from({ length: 12 }, (_, index) => [
      `r${index + 1}`,
      SUBSCRIPTIONS[random(2)] ?? '',
      `2026-11-${String(1 + random(18)).padStart(2, '0')} 10:00`,
      String(1 + random(10_000) / 100),
    ]);
    const { world, id } = started(STORES[seed % 2] ?? 'postgres', rows, {
      changed: (['flag', 'add', 'correct'] as const)[random(3)] ?? 'flag',
      removed: (['flag', 'ignore', 'correct'] as const)[random(3)] ?? 'flag',
    });
    for (let step = 0; step < 14; step++) {
      happen(world, random, step);
      if (step % 3 !== 2) continue;
      world.time.now += HOUR;
      const last = reconcile(world, id);
      expectToAddUp(world, last);
      expectEachRowAnswered(world, last.sheetName);
      expectNothingHidden(world, last.sheetName);
    }
  },
);
