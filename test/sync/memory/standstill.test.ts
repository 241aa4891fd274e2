import { problem } from '../../../src/problem/problem';
import { indexEntries } from '../../../src/sync/ledger/entries';
import type { LineOutcome } from '../../../src/sync/ledger/entry';
import { reportOfStandstill, standstillAfter } from '../../../src/sync/memory/standstill';
import { NO_ACTIONS } from '../../../src/sync/plan/planned-row';
import { type RunReport, type RunResult, stoppedReport } from '../../../src/sync/report';
import { freshEntries, NOW } from '../fixture';

const HOUR = 3_600_000;
const RUN = { sync: 's', trigger: 'clock', startedAt: NOW - 1_000, endedAt: NOW } as const;
const STOPPED = problem('lago.rate-limit');

const TOLD: RunReport['problems'] = [
  { action: 'sent', problem: STOPPED, alike: true, count: 1, rows: [3], keys: ['r2'] },
];

/** A run over two rows that were sent, with what is different about it. */
function result(
  report: Partial<RunReport> = {},
  outcome: Partial<LineOutcome> = { state: 'accepted' },
): RunResult {
  const rows = { ...NO_ACTIONS, sent: 2 };
  return {
    report: { ...stoppedReport(RUN, STOPPED), stopped: undefined, rows, ...report },
    plan: { rows: [] } as unknown as RunResult['plan'],
    ledger: indexEntries(
      freshEntries(2).map((entry, place) => ({
        ...entry,
        line: place + 3,
        outcome: { ...entry.outcome, ...outcome },
      })),
    ),
  };
}

const after = (run: RunResult, seen: string | undefined = 'a') => standstillAfter(run, () => seen);

test('a run that found all rows sent, or billed elsewhere, leaves a standstill', () => {
  const rows = { ...NO_ACTIONS, sent: 2, elsewhere: 1 };
  expect(after(result({ rows }))).toEqual({ seen: 'a', since: NOW, rows });
});

test.each<[string, RunResult]>([
  ['something was left', result({ left: 1 })],
  ['it was stopped', result({ stopped: STOPPED })],
  ['it has a problem to tell', result({ problems: TOLD })],
  ['a check was off', result({ checksOff: [STOPPED] })],
  ['it asks a person', result({ asks: { events: 1, removed: 0 } })],
  ['it has not planned', { ...result(), plan: undefined }],
  ...(['send', 'hold', 'wait', 'flag', 'refused'] as const).map((action): [string, RunResult] => [
    `a row stands at “${action}”`,
    result({ rows: { ...NO_ACTIONS, sent: 2, [action]: 1 } }),
  ]),
  ['a line has no answer', result({}, { state: 'pending' })],
  ['a line is stuck', result({}, { state: 'stuck' })],
])('a run leaves none where %s', (_, run) => {
  expect(after(run)).toBeUndefined();
});

test('a run leaves none where it cannot say what it saw', () => {
  expect(standstillAfter(result(), () => undefined)).toBeUndefined();
});

describe('a later run', () => {
  const standstill = { seen: 'a', since: NOW, rows: { ...NO_ACTIONS, sent: 2 } };
  const at = (hours: number) => ({ ...RUN, startedAt: NOW + hours * HOUR });

  test('that sees the same says that nothing has changed', () => {
    expect(reportOfStandstill(standstill, 'a', at(23))).toEqual({
      ...at(23),
      rows: standstill.rows,
      delivered: 0,
      rejected: 0,
      left: 0,
      problems: [],
      checksOff: [],
      stopped: undefined,
    });
  });

  test.each([
    ['sees something else', 'b', 1],
    ['cannot see', undefined, 1],
    ['comes a day later', 'a', 24],
  ])('that %s looks at everything', (_, seen, hours) => {
    expect(reportOfStandstill(standstill, seen, at(hours))).toBeUndefined();
  });
});
