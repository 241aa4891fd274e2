import { DAILY_HOUR, DAY_MS, HOUR_MS, MINUTE_MS } from '../../value/duration';
import { nextHour } from '../../value/time';

/** When the clock runs a sync: every so many minutes, or on days at an hour. */
export interface Schedule {
  /** Minutes from run to run, or the days; working days are Monday to Friday. */
  readonly every: 5 | 15 | 30 | 60 | 240 | 'day' | 'working-day';
  /** Hour (0–23) in the spreadsheet's zone, for days; `DAILY_HOUR` if undefined. */
  readonly hour?: number | undefined;
}

/** The schedule of a sync for which nobody has chosen one. */
export const EVERY_HOUR: Schedule = { every: 60 };

/** What a moment is due by: how often the trigger fires, and the zone of the hours. */
export interface ClockRate {
  /** Time (ms) from one firing of the trigger to the next. */
  readonly tickMs: number;
  /** IANA zone of the spreadsheet. */
  readonly zone: string;
}

/**
 * When a run is due after one that began at a moment (both ms). Google's trigger fires a little
 * early or late, so a run is due half a firing early: at the firing that is nearest.
 */
export function nextRun(
  { every, hour = DAILY_HOUR }: Schedule,
  begun: number,
  { tickMs, zone }: ClockRate,
): number {
  if (typeof every !== 'number')
    return nextHour(begun, hour, zone, (weekday) => every === 'day' || weekday <= 5);
  const interval = every * MINUTE_MS;
  return begun + interval - Math.min(tickMs, interval) / 2;
}

/** When a sync is first due after somebody has activated it (both ms). */
export const firstRun = (schedule: Schedule, now: number, zone: string): number =>
  typeof schedule.every === 'number' ? now : nextRun(schedule, now, { tickMs: 0, zone });

/** Runs a day, at most. */
export const runsADay = ({ every }: Schedule): number =>
  typeof every === 'number' ? DAY_MS / (every * MINUTE_MS) : 1;

/** Google's trigger may be late by this much (google: trigger.inexact). */
const LATE_MS = 15 * MINUTE_MS;

/**
 * How long (ms) before the end of a billing period its last run may begin, so that one does begin.
 * What is typed from then on has no time left to rest.
 */
export const aheadOfEnd = (tickMs: number): number =>
  tickMs < LATE_MS ? LATE_MS : tickMs + LATE_MS;

/** What of a run decides when the next one is due. */
export interface EndedRun {
  /** In ms. */
  readonly startedAt: number;
  /** Whether it ended early for something that passes by itself. */
  readonly goesOn: boolean;
  /** Ends of the billing periods of its rows (ms), in any order; some may have passed. */
  readonly ends: readonly number[];
}

/**
 * When the next run is due (ms): by the schedule; within the hour if this one has to go on; and
 * before the end of a billing period that this run was too early for.
 */
export function dueAfter(
  schedule: Schedule,
  { startedAt, goesOn, ends }: EndedRun,
  rate: ClockRate,
): number {
  const ahead = aheadOfEnd(rate.tickMs);
  return ends
    .map((end) => end - ahead)
    .filter((at) => at > startedAt)
    .reduce(
      (first, at) => Math.min(first, at),
      Math.min(
        nextRun(schedule, startedAt, rate),
        goesOn ? nextRun(EVERY_HOUR, startedAt, rate) : Number.POSITIVE_INFINITY,
      ),
    );
}

/**
 * For how long (ms) a run has been due that Google has not begun: a third interval, or hour, after
 * the last one, and not before Google may be late twice. Undefined before that.
 */
export function overdue(
  { every }: Schedule,
  dueAt: number | undefined,
  now: number,
): number | undefined {
  const interval = typeof every === 'number' ? Math.min(every * MINUTE_MS, HOUR_MS) : HOUR_MS;
  const patience = 2 * Math.max(interval, LATE_MS);
  return dueAt !== undefined && now - dueAt > patience ? now - dueAt : undefined;
}
