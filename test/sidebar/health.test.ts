import { type Problem, problem } from '../../src/problem/problem';
import type { SyncView } from '../../src/rpc/contract';
import {
  announcements,
  conditionOf,
  inOrderOfNeed,
  mainProblem,
  otherProblems,
  pendingApproval,
} from '../../src/sidebar/health';
import { report } from '../browser/canned-backend';
import { clean, group, view } from './sync-view';

describe('the main problem of a sync', () => {
  const empty = group(problem('row.empty-cell', { column: 'Hours' }), 3);

  test('is that of its health, with the rows that have it', () => {
    const shown = view(
      { ...report, problems: [empty] },
      { state: 'needs-you', problem: empty.problem },
    );
    expect(mainProblem(shown)).toEqual({ problem: empty.problem, group: empty });
  });

  test('is why it stopped, without rows', () => {
    const stopped = problem('lago.unauthorized');
    expect(
      mainProblem(view({ ...report, problems: [empty] }, { state: 'stopped', problem: stopped })),
    ).toEqual({
      problem: stopped,
      group: undefined,
    });
  });

  test('is what the last run waits for while it tries again', () => {
    const stopped = problem('lago.unavailable', { status: 503 });
    expect(mainProblem(view({ ...clean, stopped }, { failures: 1 }))?.problem).toBe(stopped);
  });

  test('is no row that solves itself or waits for its tick', () => {
    const waiting = [
      group(problem('row.resting', { minutes: 5 }), 1, 'wait'),
      group(problem('row.not-ready'), 2),
    ];
    expect(mainProblem(view({ ...clean, problems: waiting }))).toBeUndefined();
  });
});

describe('the other problems of a sync', () => {
  test('are counted by kind, without the main one and without those that need nobody', () => {
    const problems = [
      group(problem('row.empty-cell'), 3),
      group(problem('row.empty-cell'), 1, 'flag'),
      group(problem('event.rejected'), 1, 'refused'),
      group(problem('row.not-ready'), 5),
      group(problem('row.resting'), 1, 'wait'),
    ];
    const last = {
      ...clean,
      problems,
      checksOff: [
        problem('lago.unchecked', { what: 'plans' }),
        problem('lago.unchecked', { what: 'x' }),
      ],
    };
    expect(
      otherProblems(view(last, { state: 'needs-you', problem: problem('row.empty-cell') })),
    ).toBe(2);
    expect(otherProblems(view(clean))).toBe(0);
    expect(otherProblems(view({ ...last, trigger: 'test' }))).toBe(0);
  });
});

describe('a run that waits for an approval', () => {
  const volume = problem('run.volume', { events: 12_000, limit: 10_000 });
  const asks = { events: 12_000, removed: 1 };
  const waiting = (found: Problem): SyncView =>
    view({ ...clean, left: 12_000, stopped: found, asks }, { state: 'stopped', problem: found });

  test('has its numbers in the last run, unless that stopped for something else', () => {
    expect(pendingApproval(waiting(volume))).toEqual({ problem: volume, asks });
    expect(pendingApproval(waiting(problem('lago.unauthorized')))).toBeUndefined();
    expect(pendingApproval(view({ ...clean, stopped: volume }))).toBeUndefined();
    expect(pendingApproval(view(undefined))).toBeUndefined();
  });
});

describe('a period that is about to close', () => {
  const closing = group(problem('period.closing', { end: '2026-11-30', rows: 3 }), 3);
  const last = { ...clean, problems: [closing, group(problem('key.duplicate'), 2)] };
  const HOUR_MS = 3_600_000;

  test('is told apart from what is wrong with its rows', () => {
    const shown = view(last, { state: 'needs-you', problem: closing.problem });
    expect(announcements(shown, last.endedAt)).toEqual([closing]);
    expect(mainProblem(shown)?.problem.code).toBe('key.duplicate');
    expect(otherProblems(shown)).toBe(0);
  });

  test('is the only thing to tell where nothing is wrong with the rows', () => {
    const shown = view(
      { ...last, problems: [closing] },
      { state: 'needs-you', problem: closing.problem },
    );
    expect(mainProblem(shown)).toBeUndefined();
  });

  test('is over two days after the run that found it', () => {
    expect(announcements(view(last), last.endedAt + 48 * HOUR_MS)).toEqual([closing]);
    expect(announcements(view(last), last.endedAt + 49 * HOUR_MS)).toEqual([]);
    expect(announcements(view({ ...last, trigger: 'test' }), last.endedAt)).toEqual([]);
    expect(announcements(view(undefined), 0)).toEqual([]);
  });
});

describe('totals below zero', () => {
  const found = group(problem('total.below-zero', { totals: 1, named: '-3 for acme' }), 2);
  const healthy = view({ ...clean, problems: [found] });

  test('are announced while the sync is healthy, and are no problem of its rows', () => {
    expect(conditionOf(healthy)).toBe('healthy');
    expect(announcements(healthy, clean.endedAt)).toEqual([found]);
    expect(mainProblem(healthy)).toBeUndefined();
    expect(otherProblems(healthy)).toBe(0);
  });

  test('are announced with the period that closes, whose mail calls for somebody', () => {
    const closing = group(problem('period.below-zero', { end: '2026-11-30', totals: 1 }), 2);
    const shown = view(
      { ...clean, problems: [closing, found] },
      { state: 'needs-you', problem: closing.problem },
    );
    expect(announcements(shown, clean.endedAt)).toEqual([closing, found]);
    expect(mainProblem(shown)).toBeUndefined();
  });
});

describe('the order of syncs', () => {
  test('begins with what stands still and ends with what is being set up', () => {
    const named = (name: string, shown: SyncView): SyncView => ({
      ...shown,
      sync: { ...shown.sync, name },
    });
    const ordered = inOrderOfNeed([
      named('draft', view(undefined, {}, { state: 'draft' })),
      named('fine', view(clean)),
      named('paused', view(clean, {}, { state: 'paused' })),
      named('needs somebody', view(report)),
      named('stopped', view(clean, { state: 'stopped' })),
      named('fine too', view(clean)),
    ]);
    expect(ordered.map(({ sync: { name } }) => name)).toEqual([
      'stopped',
      'needs somebody',
      'fine',
      'paused',
      'fine too',
      'draft',
    ]);
  });
});
