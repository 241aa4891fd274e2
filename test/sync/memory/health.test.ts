import type { ProblemCode } from '../../../src/problem/catalogue';
import { problem } from '../../../src/problem/problem';
import {
  type Health,
  healthAfter,
  mustTell,
  newHealth,
  told,
  tried,
} from '../../../src/sync/memory/health';
import type { RunReport } from '../../../src/sync/report';

const DAY = 24 * 3_600_000;

const report = (stopped?: ProblemCode, problems: readonly ProblemCode[] = []): RunReport => ({
  sync: 's',
  trigger: 'clock',
  startedAt: 0,
  endedAt: 1,
  rows: { send: 0, hold: 0, wait: 0, sent: 0, flag: 0, refused: 0, elsewhere: 0 },
  delivered: 0,
  rejected: 0,
  left: 0,
  problems: problems.map((code) => ({
    action: 'hold',
    alike: true,
    problem: problem(code),
    count: 1,
    rows: [2],
  })),
  checksOff: [],
  stopped: stopped === undefined ? undefined : problem(stopped),
});

const following = (...reports: RunReport[]): Health =>
  reports.reduce((health, each) => healthAfter(each, health), newHealth);
const inWords = ({ state, failures, problem: found }: Health): string =>
  `${state} ${failures} ${found?.code ?? ''}`.trim();

describe('the health after', () => {
  it.each<[string, RunReport[], string]>([
    ['a good run', [report()], 'healthy 0'],
    ['rows that wait', [report(undefined, ['row.resting', 'row.unsettled'])], 'healthy 0'],
    ['totals below zero', [report(undefined, ['total.below-zero'])], 'healthy 0'],
    [
      'a period that closes with totals below zero',
      [report(undefined, ['period.below-zero', 'total.below-zero'])],
      'needs-you 0 period.below-zero',
    ],
    ['rows that are not ready', [report(undefined, ['row.not-ready'])], 'healthy 0'],
    [
      'rows that need a person',
      [report(undefined, ['row.resting', 'row.empty-cell'])],
      'needs-you 0 row.empty-cell',
    ],
    [
      'checks that are off',
      [{ ...report(), checksOff: [problem('lago.unchecked')] }],
      'needs-you 0 lago.unchecked',
    ],
    ['rows that were put right', [report(undefined, ['row.empty-cell']), report()], 'healthy 0'],
    ['a refused key', [report('lago.unauthorized')], 'stopped 0 lago.unauthorized'],
    ['a refused key that was replaced', [report('lago.unauthorized'), report()], 'healthy 0'],
    [
      'a refused key and then a run without Lago, which is the newest reason',
      [report('lago.unauthorized'), report('lago.unavailable')],
      'stopped 1 lago.unavailable',
    ],
    ['one run without Lago', [report('lago.unavailable')], 'healthy 1'],
    [
      'two runs without Lago',
      [report('lago.unavailable'), report('lago.unreachable')],
      'healthy 2',
    ],
    [
      'three runs without Lago',
      [report('lago.unavailable'), report('lago.unreachable'), report('lago.rate-limit')],
      'stopped 3 lago.rate-limit',
    ],
    [
      'three runs with a good one between',
      [
        report('lago.unavailable'),
        report('lago.unavailable'),
        report(),
        report('lago.unavailable'),
      ],
      'healthy 1',
    ],
    [
      'many runs that ended at the time limit',
      Array<RunReport>(5).fill(report('run.time')),
      'healthy 0',
    ],
    [
      'a long outage that ended',
      [...Array<RunReport>(5).fill(report('lago.unavailable')), report()],
      'healthy 0',
    ],
    [
      'an outage while rows need a person',
      [report(undefined, ['row.empty-cell']), report('lago.unavailable')],
      'needs-you 1 row.empty-cell',
    ],
  ])('%s', (_, reports, expected) => {
    expect(inWords(following(...reports))).toBe(expected);
  });
});

describe('the person', () => {
  it('is told of a change once', () => {
    const bad = following(report('lago.unauthorized'));
    expect(mustTell(newHealth, DAY)).toBe(false);
    expect(mustTell(bad, 2 * DAY)).toBe(true);
    const known = told(bad, 2 * DAY);
    expect(mustTell(known, 9 * DAY)).toBe(false);
    expect(mustTell(healthAfter(report('lago.unauthorized'), known), 9 * DAY)).toBe(false);
  });

  it('is told of another problem too, while the state stays the same', () => {
    const known = told(following(report(undefined, ['row.empty-cell'])), 2 * DAY);
    const other = healthAfter(report(undefined, ['event.rejected']), known);
    expect(mustTell(healthAfter(report(undefined, ['row.empty-cell']), known), 9 * DAY)).toBe(
      false,
    );
    expect(mustTell(other, 2 * DAY + 1)).toBe(false);
    expect(mustTell(other, 3 * DAY)).toBe(true);
  });

  it('is told at most once a day', () => {
    const good = healthAfter(report(), told(following(report('lago.unauthorized')), 2 * DAY));
    expect(mustTell(good, 3 * DAY - 1)).toBe(false);
    expect(mustTell(good, 3 * DAY)).toBe(true);
  });

  it('is told once more, a day later, where nobody knows whether the last mail left', () => {
    const found = following(report(undefined, ['row.empty-cell']));
    const unclear = tried(found, 2 * DAY);
    const same = healthAfter(report(undefined, ['row.empty-cell']), unclear);
    expect([mustTell(same, 3 * DAY - 1), mustTell(same, 3 * DAY)]).toEqual([false, true]);
    expect(mustTell(told(same, 3 * DAY), 9 * DAY)).toBe(false);
    expect(mustTell(healthAfter(report('lago.unauthorized'), unclear), 2 * DAY + 1)).toBe(true);
  });

  it('is told at once that it stops, also on the day of a lesser mail, and of stops at most once a day', () => {
    const lesser = told(following(report(undefined, ['row.empty-cell'])), 2 * DAY);
    const stopped = healthAfter(report('lago.unauthorized'), lesser);
    expect(mustTell(stopped, 2 * DAY + 1)).toBe(true);
    const again = healthAfter(
      report('lago.unauthorized'),
      healthAfter(report(), told(stopped, 2 * DAY + 1)),
    );
    expect(mustTell(again, 3 * DAY)).toBe(false);
  });

  it('is told once of totals below zero when a period closes, also beside another problem', () => {
    const closing = report(undefined, ['period.below-zero', 'row.empty-cell']);
    const known = told(following(report(undefined, ['row.empty-cell'])), 100 * DAY);
    const found = healthAfter(closing, known);
    expect(mustTell(found, 100 * DAY + 1)).toBe(true);
    const later = healthAfter(closing, told(found, 100 * DAY + 1));
    expect(mustTell(later, 101.5 * DAY)).toBe(false);
    expect(mustTell(later, 102 * DAY)).toBe(false);
    const next = healthAfter(closing, healthAfter(report(undefined, ['row.empty-cell']), later));
    expect(mustTell(next, 130 * DAY)).toBe(true);
  });

  it('is told at once, and daily, of a customer without an invoice, also beside another problem', () => {
    const broken = report(undefined, ['row.empty-cell', 'total.breaks']);
    const known = told(following(report(undefined, ['row.empty-cell'])), 100 * DAY);
    const found = healthAfter(broken, known);
    expect(mustTell(found, 100 * DAY + 1)).toBe(true);
    const later = healthAfter(broken, told(found, 100 * DAY + 1));
    expect(mustTell(later, 100.9 * DAY)).toBe(false);
    expect(mustTell(later, 101.1 * DAY)).toBe(true);
    expect(following(report(undefined, ['total.breaks']))).toMatchObject({
      state: 'needs-you',
      problem: { code: 'total.breaks' },
    });
  });

  it('is not told of totals below zero before that', () => {
    expect(mustTell(following(report(undefined, ['total.no-invoice'])), 100 * DAY)).toBe(false);
  });
});
