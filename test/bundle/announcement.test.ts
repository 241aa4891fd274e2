import { problem } from '../../src/problem/problem';
import { healthAfter, mustTell, newHealth, told } from '../../src/sync/memory/health';
import { NO_ACTIONS } from '../../src/sync/plan/planned-row';
import type { RunReport } from '../../src/sync/report';
import { activate, createWorld, fireHourly, TAB, usageRows, type World } from './world';

const TWO_DAYS_BEFORE = Date.UTC(2026, 10, 29, 9);
const DAY = 24 * 3_600_000;

const report = (changes: Partial<RunReport>): RunReport => ({
  sync: 's',
  trigger: 'hourly',
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
