import type { JsonObject } from '../../sandbox/lago';
import type { RunReport, Undo, Value } from '../../src/rpc/contract';
import type { ChangedPolicy, RemovedPolicy } from '../../src/sync/sync';
import { played } from './long';
import {
  API_KEY,
  activate,
  billedUnits,
  createWorld,
  draftOf,
  fireHourly,
  HEADERS,
  HOUR,
  inLago,
  TAB,
  TEMPLATE,
  usageRows,
  type World,
} from './world';

const STORES = ['postgres', 'clickhouse'] as const;
type Store = (typeof STORES)[number];

/** The newest run that sent something, by when it began. */
const newestRun = (world: World, id: string): number =>
  world
    .ask('activity', { id })
    .runs.map(({ report }) => report)
    .find(({ delivered, undone }) => delivered > 0 && undone === undefined)?.startedAt ?? 0;

const look = (world: World, id: string, run = newestRun(world, id)): Value<'dryRun'> =>
  world.ask('dryRun', { id, undo: run });

const seen = (world: World, id: string, run = newestRun(world, id)): Undo => {
  const { undo, summary } = look(world, id, run);
  return { startedAt: run, events: summary.events, at: undo?.at ?? 0 };
};

const takeBack = (world: World, id: string, run = newestRun(world, id)): RunReport =>
  world.ask('runNow', { id, undo: seen(world, id, run) });

/** In words: action, reason and number of rows of each group. */
const reasons = ({ problems }: Pick<RunReport, 'problems'>): string[] =>
  problems.map(({ action, problem, count }) => `${action} ${count}: ${problem.message}`);

const resume = (world: World, id: string): void => {
  const sync = world.ask('open', {}).syncs.find((view) => view.sync.id === id)?.sync;
  world.ask('activate', {
    id,
    revision: sync?.revision ?? 0,
    changed: sync?.changed ?? 'flag',
    removed: sync?.removed ?? 'flag',
    onEdit: false,
  });
  world.time.now += HOUR;
  fireHourly(world);
};

interface Policies {
  changed?: ChangedPolicy;
  removed?: RemovedPolicy;
}

const sent = (
  store: Store = 'postgres',
  rows = usageRows(4),
  policies: Policies = {},
): { world: World; id: string } => {
  const world = createWorld({ store, rows });
  const id = activate(world, policies);
  fireHourly(world);
  world.time.now += HOUR;
  return { world, id };
};

const later = (world: World): void => {
  fireHourly(world);
  world.time.now += HOUR;
};

describe.each(played(STORES, 2, 1))('what a run sent, on %s,', (store) => {
  test('is taken back after a preview that shows the very events; then its rows are new again', () => {
    const { world, id } = sent(store);
    const preview = look(world, id);
    expect(preview.undo).toMatchObject({ rows: 4, events: 4, earlier: 0 });
    expect(preview.summary).toMatchObject({
      events: 4,
      metrics: [{ code: 'calls', events: 4, quantity: '-10', field: 'amount' }],
    });
    const shown = preview.corrections.map(({ key, row, events }) => [
      key,
      row,
      ...events.map((event) => JSON.parse(event)),
    ]);
    expect(shown[1]).toEqual([
      'r2',
      3,
      expect.objectContaining({
        transaction_id: 'r2~x1',
        external_subscription_id: 'globex',
        properties: { amount: -2 },
      }),
    ]);
    const before = world.lago.events().length;
    const report = takeBack(world, id);
    expect(report).toMatchObject({ delivered: 4, left: 0, undone: { events: 4 } });
    expect(report.stopped).toBeUndefined();
    expect(
      world.lago
        .events()
        .slice(before)
        .map(({ transactionId, properties }) => [transactionId, Number(properties['amount'])]),
    ).toEqual(shown.map(([, , event]) => [event.transaction_id, event.properties.amount]));
    expect(billedUnits(world)).toEqual(['acme 0.0', 'globex 0.0']);
    expect(world.ask('dryRun', { id }).changes).toMatchObject({ added: 4, unchanged: 0 });
    expect(report.rows).toMatchObject({ send: 4, sent: 0 });
  });

  test('is taken back also while the tab cannot be read', () => {
    const { world, id } = sent(store);
    world.google.spreadsheet.edit(TAB, 1, 4, 'quantity');
    expect(look(world, id).corrected).toBe(4);
    expect(takeBack(world, id)).toMatchObject({
      undone: { events: 4 },
      checksOff: [{ code: 'sheet.header-missing' }],
    });
    expect(billedUnits(world)).toEqual(['acme 0.0', 'globex 0.0']);
    world.google.spreadsheet.edit(TAB, 1, 4, 'amount');
    resume(world, id);
    expect(billedUnits(world)).toEqual(['acme 4.0', 'globex 6.0']);
  });

  test('is not sent again before a person resumes the sync; then each row is billed once', () => {
    const { world, id } = sent(store);
    takeBack(world, id);
    expect(world.ask('open', {}).syncs[0]?.sync.state).toBe('paused');
    expect(world.google.fireHourly()).toEqual([]);
    expect(inLago(world)).toHaveLength(8);
    resume(world, id);
    expect(billedUnits(world)).toEqual(['acme 4.0', 'globex 6.0']);
    expect(inLago(world)).toHaveLength(12);
    world.time.now += HOUR;
    fireHourly(world);
    expect(inLago(world)).toHaveLength(12);
  });

  test('is taken back alone: what other runs sent stays', () => {
    const { world, id } = sent(store, usageRows(2));
    const first = newestRun(world, id);
    world.google.spreadsheet.paste(TAB, 4, 1, usageRows(4).slice(2));
    later(world);
    expect(takeBack(world, id, newestRun(world, id)).undone?.events).toBe(2);
    expect(billedUnits(world)).toEqual(['acme 1.0', 'globex 2.0']);
    expect(takeBack(world, id, first).undone?.events).toBe(2);
    expect(billedUnits(world)).toEqual(['acme 0.0', 'globex 0.0']);
  });

  test('is taken back whatever became of the rows: edited, deleted, with a double or no key', () => {
    const { world, id } = sent(store, usageRows(6));
    const { spreadsheet } = world.google;
    spreadsheet.edit(TAB, 2, 4, '100');
    spreadsheet.edit(TAB, 3, 1, 'r3');
    spreadsheet.edit(TAB, 5, 1, '');
    spreadsheet.deleteRows(TAB, 7, 1);
    expect(takeBack(world, id)).toMatchObject({ undone: { events: 6 } });
    expect(billedUnits(world)).toEqual(['acme 0.0', 'globex 0.0']);
  });

  test.each<[ChangedPolicy, RemovedPolicy]>([
    ['flag', 'flag'],
    ['flag', 'ignore'],
    ['add', 'flag'],
    ['add', 'correct'],
    ['correct', 'flag'],
    ['correct', 'correct'],
  ])('is taken back where changed rows are “%s” and removed ones “%s”', (changed, removed) => {
    const { world, id } = sent(store, usageRows(4), { changed, removed });
    world.google.spreadsheet.edit(TAB, 2, 4, '10');
    world.google.spreadsheet.deleteRows(TAB, 5, 1);
    expect(takeBack(world, id).undone?.events).toBe(4);
    expect(billedUnits(world)).toEqual(['acme 0.0', 'globex 0.0']);
    resume(world, id);
    expect(billedUnits(world)).toEqual(['acme 13.0', 'globex 2.0']);
  });

  test('in the place of another value leaves nothing billed: the earlier value is not restored', () => {
    const { world, id } = sent(store, usageRows(2), { changed: 'correct' });
    world.google.spreadsheet.edit(TAB, 2, 4, '7');
    later(world);
    expect(billedUnits(world)).toEqual(['acme 7.0', 'globex 2.0']);
    expect(reasons(look(world, id))).toEqual([
      'send 1: “r1” was 1 before this run and 7 after it. Neither is billed until the row is sent again.',
    ]);
    takeBack(world, id);
    expect(billedUnits(world)).toEqual(['acme 0.0', 'globex 2.0']);
    resume(world, id);
    expect(billedUnits(world)).toEqual(['acme 7.0', 'globex 2.0']);
  });

  test('on top of an earlier event leaves that one billed', () => {
    const { world, id } = sent(store, usageRows(2), { changed: 'add' });
    const first = newestRun(world, id);
    world.google.spreadsheet.edit(TAB, 2, 4, '7');
    later(world);
    expect(billedUnits(world)).toEqual(['acme 8.0', 'globex 2.0']);
    takeBack(world, id);
    expect(billedUnits(world)).toEqual(['acme 1.0', 'globex 2.0']);
    takeBack(world, id, first);
    expect(billedUnits(world)).toEqual(['acme 0.0', 'globex 0.0']);
  });

  test('to take back a removed row stays, and is counted with the reason', () => {
    const { world, id } = sent(store, usageRows(3), { removed: 'correct' });
    world.google.spreadsheet.deleteRows(TAB, 2, 1);
    later(world);
    const preview = look(world, id);
    expect(preview.corrected).toBe(0);
    expect(reasons(preview)).toEqual([expect.stringMatching(/^flag 1: .* it took back what had/)]);
    expect(takeBack(world, id)).toMatchObject({ delivered: 0, undone: { events: 0 } });
    expect(billedUnits(world)).toEqual(['acme 3.0', 'globex 2.0']);
  });

  test('and that was taken back already is left alone', () => {
    const { world, id } = sent(store);
    const run = newestRun(world, id);
    takeBack(world, id, run);
    expect(look(world, id, run)).toMatchObject({ corrected: 0, undo: { rows: 0 } });
    expect(takeBack(world, id, run)).toMatchObject({ delivered: 0 });
    resume(world, id);
    expect(takeBack(world, id, run)).toMatchObject({ delivered: 0 });
    expect(billedUnits(world)).toEqual(['acme 4.0', 'globex 6.0']);
    expect(takeBack(world, id).undone?.events).toBe(4);
    expect(billedUnits(world)).toEqual(['acme 0.0', 'globex 0.0']);
  });

  test('is not taken back if that would be another number of events than the person saw', () => {
    const { world, id } = sent(store, usageRows(4), { changed: 'correct' });
    const order = seen(world, id);
    world.google.spreadsheet.edit(TAB, 2, 4, '7');
    later(world);
    const report = world.ask('runNow', { id, undo: order });
    expect(report).toMatchObject({ delivered: 0, stopped: { code: 'run.undo-changed' } });
    expect(billedUnits(world)).toEqual(['acme 10.0', 'globex 6.0']);
    expect(takeBack(world, id, order.startedAt).undone?.events).toBe(3);
    expect(billedUnits(world)).toEqual(['acme 7.0', 'globex 0.0']);
  });

  test('is taken back in slices, each going on where the one before ended', () => {
    const world = createWorld({ store, rows: usageRows(600) });
    const id = activate(world);
    later(world);
    const undo = seen(world, id);
    world.intercept = () => {
      world.time.now += 6_000;
      return undefined;
    };
    const reports: RunReport[] = [];
    while (reports.length < 30 && reports.at(-1)?.left !== 0)
      reports.push(world.ask('runNow', { id, undo, run: 'undo', seconds: 5 }));
    expect(reports.length).toBeGreaterThan(1);
    expect(reports.at(-1)).toMatchObject({ left: 0, undone: { events: 600 } });
    expect(billedUnits(world)).toEqual(['acme 0.0', 'globex 0.0']);
    expect(world.ask('activity', { id }).runs.map(({ report }) => report.undone?.events)).toEqual([
      600,
      undefined,
    ]);
  });

  test('before it died without a report belongs to the run that follows it', () => {
    const rows = usageRows(3);
    const rehearsal = createWorld({ store, rows });
    activate(rehearsal);
    const { order } = fireHourly(rehearsal).serviceCalls;
    const world = createWorld({ store, rows });
    const id = activate(world);
    // The sheet of runs is the last one that a first run makes.
    const killAtCall = order.lastIndexOf('Spreadsheet.insertSheet') + 1;
    fireHourly(world, { killAtCall, killWhen: 'before' });
    expect(world.ask('activity', { id }).runs).toEqual([]);
    world.google.spreadsheet.paste(TAB, 5, 1, usageRows(4).slice(3));
    world.time.now += HOUR;
    later(world);
    expect(billedUnits(world)).toEqual(['acme 4.0', 'globex 6.0']);
    expect(look(world, id).undo).toMatchObject({ rows: 4, events: 4, earlier: 3 });
    takeBack(world, id);
    expect(billedUnits(world)).toEqual(['acme 0.0', 'globex 0.0']);
  });

  test('as a test is taken back likewise', () => {
    const world = createWorld({ store, rows: usageRows(2) });
    world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
    const { id } = world.ask('saveSync', { draft: draftOf(world) });
    world.ask('testSend', { id, row: 2 });
    expect(takeBack(world, id)).toMatchObject({ trigger: 'test', undone: { events: 1 } });
    expect(world.ask('open', {}).syncs[0]?.sync.state).toBe('draft');
    expect(billedUnits(world)).toEqual(['acme 0.0', 'globex 0.0']);
  });

  test('stays where its month is invoiced', () => {
    const rows = [...usageRows(2), ['r3', 'acme', '2026-12-01 08:00', '3']];
    const world = createWorld({ store, rows: rows.slice(0, 2) });
    const id = activate(world);
    world.time.now = Date.UTC(2026, 10, 30, 23);
    fireHourly(world);
    world.time.now = Date.UTC(2026, 11, 1, 12);
    const preview = look(world, id);
    expect(preview.undo).toMatchObject({ rows: 0, events: 0 });
    expect(reasons(preview)).toEqual([
      'flag 2: What this run sent for the row stays as it is: its period is closed.',
    ]);
    expect(takeBack(world, id)).toMatchObject({ delivered: 0 });
  });
});

const code = (template: string, metric: string): string =>
  template.replace('"calls"', `"${metric}"`);

const unitsOf = (world: World, metric: string): unknown =>
  (world.lago.usage('c-acme', 'acme')['charges_usage'] as JsonObject[]).find(
    ({ billable_metric }) => (billable_metric as JsonObject)['code'] === metric,
  )?.['units'];

/** A sync of rows that another metric counts, after its first run. */
const counted = (
  store: Store,
  aggregation: string,
  rows: readonly (readonly string[])[],
  policies: Policies,
): { world: World; id: string } => {
  const metrics = [
    {
      name: 'Other',
      code: 'other',
      aggregation_type: aggregation,
      ...(aggregation === 'count_agg' ? {} : { field_name: 'amount' }),
    },
  ];
  const world = createWorld({ store, rows, metrics });
  const value = aggregation === 'unique_count_agg' ? '"{{ row.amount }}"' : '{{ row.amount }}';
  const template = code(TEMPLATE, 'other').replace('{{ row.amount }}', value);
  const id = activate(world, { template, ...policies });
  later(world);
  return { world, id };
};

interface Case {
  readonly aggregation: string;
  /** What the rows of acme say: of the first run, and of the second. */
  readonly first: readonly string[];
  readonly second: readonly string[];
  /** Units before the undo of the second run, after it, and after resuming. */
  readonly units: readonly [string, string, string];
  /** What stays, with the number of rows. */
  readonly stays: readonly string[];
}

const CASES: readonly Case[] = [
  {
    aggregation: 'sum_agg',
    first: ['1', '2'],
    second: ['5', '6'],
    units: ['14.0', '3.0', '14.0'],
    stays: [],
  },
  {
    aggregation: 'sum_agg',
    first: [],
    second: ['5', '6'],
    units: ['11.0', '0.0', '11.0'],
    stays: [],
  },
  {
    aggregation: 'unique_count_agg',
    first: ['a', 'b'],
    second: ['c', 'c', 'd'],
    units: ['4.0', '2.0', '4.0'],
    stays: [],
  },
  {
    aggregation: 'unique_count_agg',
    first: ['a', 'b'],
    second: ['b', 'c'],
    units: ['3.0', '2.0', '3.0'],
    stays: ['1: what counts is the value of another row'],
  },
  {
    aggregation: 'latest_agg',
    first: ['3'],
    second: ['5', '6'],
    units: ['6.0', '3.0', '6.0'],
    stays: [],
  },
  {
    aggregation: 'latest_agg',
    first: [],
    second: ['5', '6'],
    units: ['6.0', '6.0', '6.0'],
    stays: ['1: what counts is the value of another row', '1: no other row of the period'],
  },
  {
    aggregation: 'max_agg',
    first: ['3'],
    second: ['5', '6'],
    units: ['6.0', '6.0', '6.0'],
    stays: ['2: a lower value does not replace a maximum'],
  },
  {
    aggregation: 'count_agg',
    first: ['3'],
    second: ['5', '6'],
    units: ['3.0', '3.0', '3.0'],
    stays: ['2: an event that was counted'],
  },
];

describe.each(STORES)('by what the metric counts, on %s,', (store) => {
  test.each(played(CASES, 2, STORES.indexOf(store)))(
    'a $aggregation of $first, then of $second, is taken back as far as Lago lets it',
    ({ aggregation, first, second, units, stays }) => {
      const all = [...first, ...second].map((value, place) => [
        `r${place + 1}`,
        'acme',
        `2026-11-03 1${place}:00`,
        value,
      ]);
      const { world, id } = counted(store, aggregation, all.slice(0, first.length), {
        changed: 'correct',
        removed: 'correct',
      });
      world.google.spreadsheet.paste(TAB, first.length + 2, 1, all.slice(first.length));
      later(world);
      const now = [unitsOf(world, 'other')];
      const preview = look(world, id);
      const kept = reasons(preview);
      expect(kept).toHaveLength(stays.length);
      for (const [place, text] of stays.entries()) {
        const [count = '', because = ''] = text.split(': ');
        expect(kept[place]).toContain(`flag ${count}: `);
        expect(kept[place]).toContain(because);
      }
      const undone = takeBack(world, id);
      expect(undone.undone?.events).toBe(preview.undo?.events);
      expect(reasons(undone)).toEqual(kept);
      now.push(unitsOf(world, 'other'));
      resume(world, id);
      now.push(unitsOf(world, 'other'));
      expect(now).toEqual(units);
    },
  );
});

const of = (key: string, day: string, value: string): string[] => [
  key,
  'acme',
  `2026-11-${day} 10:00`,
  value,
];

describe('where nothing is corrected by itself,', () => {
  test.each<[Store, ChangedPolicy, RemovedPolicy, string, string, string]>([
    ['postgres', 'flag', 'flag', 'unique_count_agg', 'a b c', '1.0 3.0'],
    ['clickhouse', 'add', 'ignore', 'unique_count_agg', 'a b c', '1.0 3.0'],
    ['postgres', 'add', 'ignore', 'latest_agg', '3 5 6', '3.0 6.0'],
    ['clickhouse', 'flag', 'flag', 'latest_agg', '3 5 6', '3.0 6.0'],
  ])('on %s (%s, %s) a %s of %s counts again once its rows are sent again', (...example) => {
    const [store, changed, removed, aggregation, values, units] = example;
    const [first = '', ...others] = values.split(' ');
    const policies = { changed, removed };
    const { world, id } = counted(store, aggregation, [of('r1', '03', first)], policies);
    const rows = others.map((value, place) => of(`s${place}`, `0${place + 4}`, value));
    world.google.spreadsheet.paste(TAB, 3, 1, rows);
    later(world);
    takeBack(world, id);
    const undone = unitsOf(world, 'other');
    resume(world, id);
    expect(`${undone} ${unitsOf(world, 'other')}`).toBe(units);
  });

  test.each<[Store, string, string, string]>([
    ['postgres', 'unique_count_agg', 'a b c', '1.0 3.0'],
    ['clickhouse', 'unique_count_agg', 'a b c', '1.0 3.0'],
    ['postgres', 'latest_agg', '3 5 6', '3.0 6.0'],
  ])('on %s a %s of %s counts again after a rebuild, too', (store, aggregation, values, units) => {
    const [first = '', ...others] = values.split(' ');
    const { world, id } = counted(store, aggregation, [of('r1', '03', first)], {});
    const { spreadsheet } = world.google;
    const rows = others.map((value, place) => of(`s${place}`, `0${place + 4}`, value));
    spreadsheet.paste(TAB, 3, 1, rows);
    later(world);
    takeBack(world, id);
    const ledger = spreadsheet.sheets.find(({ name }) => name.startsWith('Lago ledger'))?.name;
    spreadsheet.deleteSheet(ledger ?? '');
    world.call('rebuildLedger', { id });
    world.time.now += HOUR;
    expect(world.ask('rebuildLedger', { id }).next).toBeUndefined();
    const undone = unitsOf(world, 'other');
    resume(world, id);
    expect(`${undone} ${unitsOf(world, 'other')}`).toBe(units);
  });

  test('a unique value counts again whose row was not in the tab while the ledger was rebuilt', () => {
    const { world, id } = counted('clickhouse', 'unique_count_agg', [of('r1', '03', 'a')], {});
    const { spreadsheet } = world.google;
    spreadsheet.paste(TAB, 3, 1, [of('r2', '04', 'b')]);
    later(world);
    takeBack(world, id);
    spreadsheet.deleteRows(TAB, 3, 1);
    const ledger = spreadsheet.sheets.find(({ name }) => name.startsWith('Lago ledger'))?.name;
    spreadsheet.deleteSheet(ledger ?? '');
    world.call('rebuildLedger', { id });
    world.time.now += HOUR;
    expect(world.ask('rebuildLedger', { id }).next).toBeUndefined();
    spreadsheet.paste(TAB, 3, 1, [of('r2', '04', 'b')]);
    resume(world, id);
    world.time.now += HOUR;
    later(world);
    expect(unitsOf(world, 'other')).toBe('2.0');
  });

  test('the values of a unique count that a row has added at other times stay', () => {
    const rows = [of('r1', '03', 'a')];
    const { world, id } = counted('postgres', 'unique_count_agg', rows, { changed: 'add' });
    world.google.spreadsheet.edit(TAB, 2, 4, 'b');
    later(world);
    world.google.spreadsheet.paste(TAB, 3, 1, [of('r2', '04', 'c')]);
    later(world);
    expect(unitsOf(world, 'other')).toBe('3.0');
    expect(takeBack(world, id).delivered).toBe(1);
    expect(unitsOf(world, 'other')).toBe('2.0');
  });

  test('the latest value stays that of the time, whichever event of its row was sent last', () => {
    const rows = [of('r1', '05', '4')];
    const { world, id } = counted('postgres', 'latest_agg', rows, { changed: 'add' });
    world.google.spreadsheet.paste(TAB, 2, 1, [of('r1', '03', '9')]);
    later(world);
    world.google.spreadsheet.paste(TAB, 3, 1, [of('r2', '06', '7')]);
    later(world);
    takeBack(world, id);
    expect(unitsOf(world, 'other')).toBe('4.0');
  });
});

test('on ClickHouse nothing is taken back that another sender has replaced', () => {
  const { world, id } = sent('clickhouse', usageRows(2));
  world.lago.handle({
    method: 'POST',
    url: '/api/v1/events/batch',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      events: [
        {
          transaction_id: 'r1',
          external_subscription_id: 'acme',
          code: 'calls',
          timestamp: Date.UTC(2026, 10, 3, 10) / 1000,
          properties: { amount: 50 },
        },
      ],
    }),
  });
  world.time.now += HOUR;
  const report = takeBack(world, id);
  expect(report).toMatchObject({ delivered: 1, undone: { events: 1 } });
  expect(report.problems.map(({ problem }) => problem.code)).toEqual(['row.replaced']);
  expect(billedUnits(world)).toEqual(['acme 50.0', 'globex 0.0']);
});

describe('an undo', () => {
  test('is told as such, and cannot be taken back itself', () => {
    const { world, id } = sent();
    const run = newestRun(world, id);
    takeBack(world, id);
    const [latest] = world.ask('activity', { id }).runs;
    expect(latest?.report.undone).toEqual({ startedAt: run, events: 4 });
    expect(world.call('dryRun', { id, undo: latest?.report.startedAt })).toMatchObject({
      ok: false,
      problem: { code: 'run.not-listed' },
    });
  });

  test('sends nothing else: neither new rows nor corrections', () => {
    const { world, id } = sent('postgres', usageRows(2), {
      changed: 'correct',
      removed: 'correct',
    });
    const first = newestRun(world, id);
    world.google.spreadsheet.paste(TAB, 4, 1, usageRows(4).slice(2));
    later(world);
    const second = newestRun(world, id);
    expect(second).not.toBe(first);
    world.google.spreadsheet.edit(TAB, 2, 4, '70');
    world.google.spreadsheet.deleteRows(TAB, 3, 1);
    world.google.spreadsheet.paste(TAB, 5, 1, usageRows(5).slice(4));
    takeBack(world, id, second);
    expect(inLago(world)).toEqual([
      'r1 = 1',
      'r2 = 2',
      'r3 = 3',
      'r3~x1 = -3',
      'r4 = 4',
      'r4~x1 = -4',
    ]);
  });

  test('leaves rows that were taken as billed elsewhere', () => {
    const world = createWorld({ rows: usageRows(2) });
    world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
    const { id, revision } = world.ask('saveSync', { draft: draftOf(world) });
    world.ask('takeAsBilled', { id, revision, incomplete: [] });
    world.google.spreadsheet.paste(TAB, 4, 1, usageRows(3).slice(2));
    resume(world, id);
    expect(takeBack(world, id).undone?.events).toBe(1);
    expect(world.ask('dryRun', { id }).counts).toMatchObject({ elsewhere: 2, send: 1 });
  });

  test('leaves what a deleted sync had sent whose ledger was taken over', () => {
    const { world, id: deleted } = sent('postgres', usageRows(2));
    const revision = world.ask('open', {}).syncs[0]?.sync.revision ?? 0;
    world.ask('deleteSync', { id: deleted, revision });
    const draft = { ...draftOf(world), id: 'again' };
    world.ask('resolveFormer', {
      tabId: draft.source.tabId,
      headerRow: 1,
      sync: draft.id,
      former: deleted,
      choice: 'adopt',
    });
    const sync = world.ask('saveSync', { draft });
    world.google.spreadsheet.paste(TAB, 4, 1, usageRows(4).slice(2));
    resume(world, sync.id);
    expect(billedUnits(world)).toEqual(['acme 4.0', 'globex 6.0']);
    expect(look(world, sync.id).undo).toMatchObject({ events: 2, earlier: 0 });
    takeBack(world, sync.id);
    expect(billedUnits(world)).toEqual(['acme 1.0', 'globex 2.0']);
  });

  test.each(['a line of it', 'the whole ledger'])(
    'is not forgotten when %s is lost and the ledger is rebuilt',
    (lost) => {
      const { world, id } = sent('postgres', usageRows(3));
      takeBack(world, id);
      const { spreadsheet } = world.google;
      const ledger = spreadsheet.sheets.find(({ name }) => name.startsWith('Lago ledger'))?.name;
      if (lost === 'the whole ledger') spreadsheet.deleteSheet(ledger ?? '');
      else spreadsheet.deleteRows(ledger ?? '', 7, 1);
      expect(world.ask('rebuildLedger', { id }).next).toBeUndefined();
      expect(billedUnits(world)).toEqual(['acme 0.0', 'globex 0.0']);
      resume(world, id);
      expect(billedUnits(world)).toEqual(['acme 4.0', 'globex 2.0']);
    },
  );

  test('says in the sheet that the rows wait again', () => {
    const world = createWorld({
      rows: usageRows(2).map((row) => [...row, '']),
      headers: [...HEADERS, 'status'],
    });
    const id = activate(world);
    const sync = world.ask('open', {}).syncs[0]?.sync;
    world.ask('setStatusColumn', {
      id,
      revision: sync?.revision ?? 0,
      column: { header: 'status' },
    });
    fireHourly(world);
    const statuses = (): (string | undefined)[] =>
      world.google.spreadsheet
        .table(TAB)
        .slice(1)
        .map((row) => row[4]?.slice(0, 7));
    expect(statuses()).toEqual(['Sent 20', 'Sent 20']);
    takeBack(world, id);
    expect(statuses()).toEqual(['Waiting', 'Waiting']);
  });
});
