import { isAnnouncement, needsSomebody } from '../problem/needs-somebody';
import type { Problem } from '../problem/problem';
import type { Approval, ProblemGroup, RunReport, SyncView } from '../rpc/contract';
import { CLOSING_NOTICE_MS } from '../value/duration';
import { asksFor } from './way-out';

/** The last run over all rows; undefined if there was none. A test is about one row only. */
export const wholeRun = ({ lastRun }: SyncView): RunReport | undefined =>
  lastRun?.trigger === 'test' ? undefined : lastRun;

const waitsForApproval = ({ health }: SyncView): boolean =>
  health.problem !== undefined && asksFor(health.problem);

/** What a sync waits for a person to approve, if its last run has said the numbers. */
export function pendingApproval(
  view: SyncView,
): { readonly problem: Problem; readonly asks: Approval } | undefined {
  const last = wholeRun(view);
  return last?.asks === undefined || last.stopped === undefined || !asksFor(last.stopped)
    ? undefined
    : { problem: last.stopped, asks: last.asks };
}

/**
 * What the last run announced: periods that are about to close, and totals below zero.
 * @param now in ms
 */
export function announcements(view: SyncView, now: number): readonly ProblemGroup[] {
  const last = wholeRun(view);
  // What an older run has found is over.
  if (last === undefined || now - last.endedAt > CLOSING_NOTICE_MS) return [];
  return last.problems.filter(({ problem }) => isAnnouncement(problem));
}

/**
 * How a sync is, in the order in which the states hide each other: a stopped draft is stopped.
 * `unticked` says that the only rows held are those that nobody has ticked yet.
 */
export type Condition =
  | 'asks'
  | 'stopped'
  | 'draft'
  | 'paused'
  | 'needs-you'
  | 'new'
  | 'retrying'
  | 'unticked'
  | 'healthy';

/** How a sync is. It is healthy only after a run that held and refused nothing. */
export function conditionOf(view: SyncView): Condition {
  const { sync, health } = view;
  const last = wholeRun(view);
  if (health.state === 'stopped') return waitsForApproval(view) ? 'asks' : 'stopped';
  if (sync.state !== 'active') return sync.state;
  if (health.state === 'needs-you') return 'needs-you';
  if (last === undefined) return 'new';
  if (health.failures > 0) return 'retrying';
  return conditionAfter(last);
}

function conditionAfter({ rows: { hold, refused, flag }, problems }: RunReport): Condition {
  if (hold + refused + flag === 0) return 'healthy';
  const unticked = problems
    .filter(({ problem }) => problem.code === 'row.not-ready')
    .reduce((sum, group) => sum + group.count, 0);
  // Ticking rows is part of a person's work, so rows without a tick are nothing to warn about.
  return unticked === hold && refused + flag === 0 ? 'unticked' : 'needs-you';
}

/** Stopped syncs come first, then those that need somebody; those being set up come last. */
const RANKS: { readonly [Each in Condition]?: number } = {
  asks: 0,
  stopped: 0,
  'needs-you': 1,
  retrying: 1,
  draft: 3,
};
const rank = (view: SyncView): number => RANKS[conditionOf(view)] ?? 2;

/** Syncs by how much they need somebody; syncs of equal need keep their order. */
export const inOrderOfNeed = (views: readonly SyncView[]): readonly SyncView[] =>
  [...views].sort((left, right) => rank(left) - rank(right));

/** How many kinds of problems need somebody, besides the main one. */
export function otherProblems(view: SyncView): number {
  const main = mainProblem(view)?.problem.code;
  const last = wholeRun(view);
  const found = [
    ...(last?.checksOff ?? []),
    ...(last?.problems ?? []).map(({ problem }) => problem),
  ].filter(needsSomebody);
  return new Set(found.map(({ code }) => code).filter((code) => code !== main)).size;
}

/**
 * What a sync needs a person for before anything else, with the group of rows that have the problem
 * if it is about rows.
 */
export function mainProblem(
  view: SyncView,
): { readonly problem: Problem; readonly group: ProblemGroup | undefined } | undefined {
  const { health } = view;
  const last = wholeRun(view);
  const groups = last?.problems ?? [];
  if (
    health.problem !== undefined &&
    health.state !== 'healthy' &&
    !isAnnouncement(health.problem)
  ) {
    const { code } = health.problem;
    return { problem: health.problem, group: groups.find(({ problem }) => problem.code === code) };
  }
  if (health.failures > 0 && last?.stopped !== undefined)
    return { problem: last.stopped, group: undefined };
  const group = groups.find(({ problem }) => needsSomebody(problem));
  return group === undefined ? undefined : { problem: group.problem, group };
}
