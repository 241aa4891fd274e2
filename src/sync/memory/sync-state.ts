import { DAY_MS, HOUR_MS } from '../../value/duration';
import {
  type ClockRate,
  dueAfter,
  EVERY_HOUR,
  nextRun,
  overdue,
  type Schedule,
} from '../clock/schedule';
import { type Approval, countGone } from '../plan/guard';
import { firstAhead } from '../plan/period-end';
import type { Plan } from '../plan/planned-row';
import type { RunReport, RunResult } from '../report';
import type { RunRequest } from '../run-request';
import type { Sync } from '../sync';
import type { BegunRun } from './begun';
import { addToDays, type DayCount } from './days';
import { type Health, healthAfter, newHealth } from './health';
import { type Standstill, standstillAfter } from './standstill';

/** A person's approval for the numbers of a run. */
export interface GivenApproval extends Approval {
  /** When it was given (ms). */
  readonly at: number;
}

/** What is remembered of a sync from run to run. */
export interface SyncState {
  /** How it is, and what was reported. */
  readonly health: Health;
  /** Report of the last run. */
  readonly lastRun: RunReport | undefined;
  /**
   * What is left of a person's approval, given by activating after the review or by confirming the
   * numbers of a stopped run.
   */
  readonly approved: GivenApproval | undefined;
  /** Sent rows that were missing from the tab after the last run; undefined before the first. */
  readonly removed: number | undefined;
  /** What happened on the last days. */
  readonly days: readonly DayCount[];
  /** When the clock has to run it next (ms); at once if undefined. */
  readonly dueAt?: number | undefined;
  /** The first end of a billing period of its rows that was ahead after the last run (ms). */
  readonly endsAt?: number | undefined;
  /** How long (ms) the last run over all rows took that had nothing to send. */
  readonly lookMs?: number | undefined;
  /** What the last run over all rows saw, if nothing is due until that changes. */
  readonly standstill?: Standstill | undefined;
  /** The run that is at work, or was killed. */
  readonly begun?: BegunRun | undefined;
  /**
   * The month (`2026-11`, in the organization's zone) of the last run of the clock. The first one
   * of another month reminds the person of the month that is over.
   */
  readonly month?: string | undefined;
  /** When a reminder was tried of which nobody knows whether it left (ms). */
  readonly remindedAt?: number | undefined;
}

/** The state of a sync that has not run. */
export const NEW_STATE: SyncState = {
  health: newHealth,
  lastRun: undefined,
  approved: undefined,
  removed: undefined,
  days: [],
};

/** Approvals expire after a day, because the tab may have changed. */
const APPROVED_MS = DAY_MS;

/** What is left of an approval. @param now in ms */
export const approvedNow = ({ approved }: SyncState, now: number): Approval | undefined =>
  approved !== undefined && now - approved.at < APPROVED_MS ? approved : undefined;

/**
 * Joins the reports of two slices of a run: what they sent together, and where the rows stand after
 * the second.
 */
export const joinSlices = (before: RunReport, after: RunReport): RunReport => ({
  ...after,
  startedAt: before.startedAt,
  delivered: before.delivered + after.delivered,
  rejected: before.rejected + after.rejected,
});

/**
 * Google's daily limits cannot keep a trigger from firing for this long
 * (google: trigger.daily-time).
 */
const SILENT_MS = 26 * HOUR_MS;

/** A run has been due for too long and has not begun. */
export interface Silence {
  /** How long (ms). */
  readonly ms: number;
  /** Whether no limit explains it: the trigger must be off. */
  readonly isOff: boolean;
}

/**
 * Whether a run has been due for too long. Google begins none once the trigger time of a day is
 * used up (google: trigger.daily-time), and disables triggers silently and goes on listing them
 * (google: trigger.disabled).
 */
export const silenceOf = (
  { state, schedule = EVERY_HOUR }: Sync,
  { dueAt }: SyncState,
  now: number,
): Silence | undefined => {
  const ms = state === 'active' ? overdue(schedule, dueAt, now) : undefined;
  return ms === undefined ? undefined : { ms, isOff: ms > SILENT_MS };
};

type Choice = Pick<RunRequest, 'trigger'> & Partial<Pick<RunRequest, 'only' | 'approved' | 'undo'>>;

/** Whether a run had chosen rows only, which says nothing about the others. */
const isPassing = ({ trigger, only, undo }: Choice): boolean =>
  trigger === 'test' || trigger === 'edit' || only !== undefined || undo !== undefined;

/**
 * An approval lasts while the run is stopped only by what waiting solves. It ends when all is done
 * or a person is needed. Events that were sent use it up.
 */
function approvalAfter(
  state: SyncState,
  choice: Choice,
  { report }: RunResult,
  isContinued: boolean,
): GivenApproval | undefined {
  if (isPassing(choice)) return state.approved;
  const before =
    choice.approved !== undefined && !(isContinued && state.approved !== undefined)
      ? { ...choice.approved, at: report.startedAt }
      : state.approved;
  return before === undefined || report.stopped?.actor !== 'wait'
    ? undefined
    : { ...before, events: Math.max(0, before.events - report.delivered) };
}

/** The ends of the running periods of the rows of a plan, and of their subscriptions (ms). */
const endsIn = ({ rows, runningEnds = [] }: Plan): readonly number[] =>
  [...rows.map(({ periodEndsAt = Number.NaN }) => periodEndsAt), ...runningEnds].filter((end) =>
    Number.isFinite(end),
  );

/**
 * What the clock has to know after a run. What an edit could not send for something that passes by
 * itself goes within the hour: the rows are no longer new to the clock.
 */
function clockAfter(
  { dueAt, endsAt, lookMs }: SyncState,
  choice: Choice,
  { report, plan }: RunResult,
  { schedule = EVERY_HOUR, ...rate }: RunEnd,
): Pick<SyncState, 'dueAt' | 'endsAt' | 'lookMs'> {
  const { startedAt, endedAt, stopped, delivered, rejected } = report;
  const ends = plan === undefined ? [endsAt ?? 0] : endsIn(plan);
  const isIdle = plan !== undefined && !isPassing(choice) && delivered + rejected === 0;
  const goesOn = stopped?.actor === 'wait';
  const dueBefore =
    goesOn && choice.trigger === 'edit'
      ? Math.min(dueAt ?? startedAt, nextRun(EVERY_HOUR, startedAt, rate))
      : dueAt;
  return {
    dueAt:
      choice.trigger === 'clock'
        ? dueAfter(schedule, { startedAt, goesOn, ends }, rate)
        : dueBefore,
    endsAt: firstAhead(
      ends.filter((end) => end > endedAt),
      endedAt,
    ),
    lookMs: isIdle ? endedAt - startedAt : lookMs,
  };
}

/** When a run ended, and by which clock the next one is due. */
export interface RunEnd extends ClockRate {
  /** The day on which it ended, in the spreadsheet's zone, such as `2026-11-21`. */
  readonly day: string;
  /** The schedule of the sync. */
  readonly schedule: Schedule | undefined;
  /** Makes the digest of what it saw; undefined if it saw no tab. */
  readonly seen: () => string | undefined;
}

/** The state after a run. */
export function stateAfter(
  state: SyncState,
  choice: Choice,
  result: RunResult,
  end: RunEnd,
): SyncState {
  const { report, plan } = result;
  const continued =
    report.run !== undefined && state.lastRun?.run === report.run ? state.lastRun : undefined;
  const isUntold = plan === undefined || isPassing(choice) || report.asks !== undefined;
  return {
    // An undo says nothing about how the rows are sent, and the sync is paused.
    health:
      choice.trigger === 'test' || choice.undo !== undefined
        ? state.health
        : healthAfter(report, state.health),
    lastRun: continued === undefined ? report : joinSlices(continued, report),
    approved: approvalAfter(state, choice, result, continued !== undefined),
    removed: isUntold ? state.removed : countGone(plan),
    days: choice.trigger === 'test' ? state.days : addToDays(state.days, end.day, report),
    // An older one holds as long as all is as it was then.
    standstill:
      (isPassing(choice) ? undefined : standstillAfter(result, end.seen)) ?? state.standstill,
    ...clockAfter(state, choice, result, end),
  };
}
