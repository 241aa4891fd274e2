import { problem } from '../../src/problem/problem';
import { healthAfter, mustTell, newHealth, told } from '../../src/sync/memory/health';
import { NO_ACTIONS } from '../../src/sync/plan/planned-row';
import type { RunReport } from '../../src/sync/report';
import { activate, createWorld, fireHourly, TAB, usageRows, type World } from './world';

const TWO_DAYS_BEFORE = Date.UTC(2026, 10, 29, 9);
const DAY = 24 * 3_600_000;

const report = (changes: Partial<RunReport>): RunReport => ({
  sync: 's',
  trigger: 'clock',
  startedAt: 0,
  endedAt: 1,
  rows: NO_ACTIONS,
  delivered: 0,
  rejected: 0,
  left: 0,
  problems: [],
  checksOff: [],
  stopped: undefined,
  ...changes,
});

const closing = (end: string): RunReport['problems'] => [
  {
    action: 'hold',
    problem: problem('period.closing', { end, rows: 1 }),
    alike: true,
    count: 1,
    rows: [2],
  },
];

const announced = (world: World): boolean =>
  (world.ask('open', {}).syncs[0]?.lastRun?.problems ?? []).some(
    ({ problem: { code } }) => code === 'period.closing',
  );

const closingMails = ({ google }: World): number =>
  google.mails.filter(({ body }) => body.includes('A billing period ends')).length;

describe('that a period is about to close', () => {
  test('is told by mail also where the key may not read everything', () => {
    const health = healthAfter(
      report({
        checksOff: [problem('lago.no-zones')],
        problems: closing('2026-11-30 23:59 (UTC)'),
      }),
      newHealth,
    );
    expect(health.closing?.code).toBe('period.closing');
    expect(mustTell(health, 90_000_000)).toBe(true);
  });

  test('is told anew for the next end, where periods end all the time', () => {
    const known = told(
      healthAfter(report({ problems: closing('2026-11-10 23:59 (UTC)') }), newHealth),
      DAY,
    );
    const next = healthAfter(report({ problems: closing('2026-11-13 23:59 (UTC)') }), known);
    expect(mustTell(next, 4 * DAY)).toBe(true);
  });

  test('is told while a run waits for an approval: its rows are not billed either', () => {
    const stopped = told(
      healthAfter(
        report({ stopped: problem('run.volume', { events: 101, limit: 100 }) }),
        newHealth,
      ),
      DAY,
    );
    const later = healthAfter(
      report({
        stopped: problem('run.volume', { events: 101, limit: 100 }),
        problems: closing('2026-11-30 23:59 (UTC)'),
      }),
      stopped,
    );
    expect(mustTell(later, 10 * DAY)).toBe(true);
  });

  test('is told where no row of the tab was sent yet because none is ticked', () => {
    const world = createWorld({
      headers: ['id', 'subscription', 'time', 'amount', 'done'],
      rows: usageRows(3).map((row) => [...row, 'FALSE']),
    });
    world.google.spreadsheet.edit(TAB, 2, 5, 'FALSE');
    activate(world, { headers: ['id', 'subscription', 'time', 'amount', 'done'], ready: 'done' });
    world.time.now = TWO_DAYS_BEFORE;
    fireHourly(world);
    expect(world.ask('open', {}).syncs[0]?.lastRun?.rows.hold).toBe(3);
    expect(announced(world)).toBe(true);
    expect(closingMails(world)).toBe(1);
  });

  test('is told where no row of the tab was sent yet because none is complete', () => {
    const world = createWorld({
      rows: usageRows(3).map(([id = '', subscription = '', time = '']) => [
        id,
        subscription,
        time,
        '',
      ]),
    });
    activate(world);
    world.time.now = TWO_DAYS_BEFORE;
    fireHourly(world);
    expect(announced(world)).toBe(true);
  });

  test('is nobody’s business while a row only rests after an edit', () => {
    const world = createWorld({ rows: usageRows(2) });
    activate(world, { onEdit: true });
    fireHourly(world);
    world.time.now = TWO_DAYS_BEFORE;
    world.google.spreadsheet.paste(TAB, 4, 1, [['r3', 'acme', '2026-11-20 10:00', '3']]);
    world.google.runEditQueue();
    world.time.now += 60_000;
    fireHourly(world);
    expect(
      world.ask('open', {}).syncs[0]?.lastRun?.problems.map(({ problem: { code } }) => code),
    ).toContain('row.resting');
    expect(announced(world)).toBe(false);
    expect(closingMails(world)).toBe(0);
  });

  test('counts no row whose date says that it belongs to another period', () => {
    const world = createWorld({
      rows: [
        ...usageRows(2),
        ['r3', 'acme', '2027-02-03 10:00', '3'],
        ['r4', 'acme', '2026-08-03 10:00', '4'],
      ],
    });
    activate(world);
    world.time.now = TWO_DAYS_BEFORE;
    fireHourly(world);
    expect(world.ask('open', {}).syncs[0]?.lastRun?.rows.hold).toBe(2);
    expect(announced(world)).toBe(false);
  });
});

/** A second plan for the same metric, whose weeks end on Sundays, with one subscription. */
function withWeekly(world: World, ended?: string): void {
  world.lago.seed.plan({
    name: 'W',
    code: 'w',
    interval: 'weekly',
    charges: [
      { billable_metric_code: 'calls', charge_model: 'standard', properties: { amount: '1' } },
    ],
  });
  world.lago.seed.subscription({
    external_customer_id: 'c-acme',
    plan_code: 'w',
    external_id: 'weekly',
    subscription_at: '2026-09-01T00:00:00Z',
    ...(ended === undefined ? {} : { status: 'terminated', terminated_at: ended }),
  });
}

const notices = (world: World): string[] =>
  (world.ask('open', {}).syncs[0]?.lastRun?.problems ?? [])
    .filter(({ problem: { code } }) => code === 'period.closing')
    .map(({ problem: { message } }) => message);

describe.each(['postgres', 'clickhouse'] as const)('the announcement on %s', (store) => {
  const sent = ['a', 'weekly', '2026-11-24 10:00', '1'];
  const ofWeek = ['b', 'weekly', '2026-11-24 10:00', ''];
  const ofMonth = ['c', 'acme', '2026-11-24 10:00', ''];
  const ofAny = ['d', '', '2026-11-24 10:00', '4'];

  /** Runs on the 29th, a Sunday, with rows that stand in the tab since then. */
  function ran(rows: readonly string[][], ended?: string): World {
    const world = createWorld({ store, rows });
    withWeekly(world, ended);
    activate(world, { changed: 'correct', removed: 'correct' });
    world.time.now = TWO_DAYS_BEFORE;
    fireHourly(world);
    return world;
  }

  test('goes by the end of a row’s own period, whatever ends before it', () => {
    expect(notices(ran([sent, ofMonth]))).toEqual([
      'A billing period ends at 2026-11-30 23:59 (Etc/UTC). Rows that may belong to it and are not billed as the sheet says: 1.',
    ]);
  });

  test('says of several ends how many rows the first one has, in one mail', () => {
    const world = ran([sent, ofWeek, ofMonth, ofAny]);
    const sentence =
      'A billing period ends at 2026-11-29 23:59 (Etc/UTC). Rows that may belong to it and are not billed as the sheet says: 2. Of periods that end later, until 2026-11-30 23:59 (Etc/UTC): 1.';
    expect(notices(world)).toEqual([sentence]);
    expect(world.google.mails.filter(({ body }) => body.includes(sentence))).toHaveLength(1);
    expect(closingMails(world)).toBe(1);
  });

  test('leaves out rows of a subscription that has ended', () => {
    expect(
      notices(ran([ofWeek, ['e', 'acme', '2026-11-24 10:00', '5']], '2026-11-26T10:00:00Z')),
    ).toEqual([]);
  });

  test('has rows whose correction is held, changed or gone', () => {
    const world = ran([
      ['e', 'acme', '2026-11-24 10:00', '5'],
      ['f', 'acme', '2026-11-24 11:00', '6'],
    ]);
    expect(notices(world)).toEqual([]);
    world.google.spreadsheet.edit(TAB, 2, 4, '');
    world.time.now += 3_600_000;
    fireHourly(world);
    const sentence =
      'A billing period ends at 2026-11-30 23:59 (Etc/UTC). Rows that may belong to it and are not billed as the sheet says: 1.';
    expect(notices(world)).toEqual([sentence]);
    world.google.spreadsheet.edit(TAB, 2, 4, '7');
    world.time.now += 3_600_000;
    fireHourly(world);
    expect(notices(world)).toEqual([]);
  });

  test('has rows that are gone and wait for an approval: their events can be taken back until then', () => {
    const rows = Array.from({ length: 12 }, (_, place) => [
      `e${place}`,
      'acme',
      `2026-11-24 10:${place + 10}`,
      '5',
    ]);
    const world = ran(rows);
    world.google.spreadsheet.deleteRows(TAB, 2, 11);
    world.time.now += 3_600_000;
    fireHourly(world);
    expect(world.ask('open', {}).syncs[0]?.lastRun?.stopped?.code).toBe('run.removals');
    expect(notices(world)).toEqual([
      'A billing period ends at 2026-11-30 23:59 (Etc/UTC). Rows that may belong to it and are not billed as the sheet says: 11.',
    ]);
  });
});

test('a mail names the menu as an add-on and as a bound script have it', () => {
  const world = createWorld({ rows: usageRows(1) });
  activate(world);
  world.google.spreadsheet.setTimeZone('Mars/Olympus');
  fireHourly(world);
  world.time.now += DAY;
  fireHourly(world);
  expect(world.google.mails.map(({ body }) => body)).toEqual([
    expect.stringContaining(
      'Extensions, Lago usage sync (or the name of your Apps Script project), Open: https://',
    ),
  ]);
});
