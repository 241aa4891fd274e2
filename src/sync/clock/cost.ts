import { count } from '../../value/count';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../value/duration';
import { runsADay, type Schedule } from './schedule';

/**
 * Minutes a day that the triggers of a person may run (google: trigger.daily-time). In a Workspace
 * account it is six hours, which no script can find out.
 */
export const DAY_MINUTES = 90;
/** A schedule that takes more than this is refused: edits, and other files, need the rest. */
export const MOST_MINUTES = DAY_MINUTES / 2;
/** What Google counts for a firing with nothing due, whatever the script does (an assumption). */
const FIRING_MS = SECOND_MS;

const ADD_ON_MINUTES = 60;
const SHORT_MINUTES = 5;
const LONG_MINUTES = 10;

/** What the firings of a file's trigger are needed for. */
export interface ClockNeeds {
  /** Of the active syncs. */
  readonly schedules: readonly Schedule[];
  /** Whether rows go soon after an edit: then somebody has to come back when they have rested. */
  readonly soon: boolean;
  /** Google lets an add-on's trigger fire once an hour at most (google: trigger.add-on-hourly). */
  readonly addOn: boolean;
}

/**
 * Minutes between firings: the longest that is short enough. Every ten minutes meets each hour, and
 * the quarter of an hour before a period ends.
 */
export function clockMinutes({ schedules, soon, addOn }: ClockNeeds): 5 | 10 | 60 {
  if (addOn) return ADD_ON_MINUTES;
  const isShort = schedules.some(({ every }) => typeof every === 'number' && every < 30);
  return soon || isShort ? SHORT_MINUTES : LONG_MINUTES;
}

/** A schedule, and how long (ms) a run by it takes that has nothing to send, as measured. */
export interface MeasuredSchedule {
  readonly schedule: Schedule;
  readonly lookMs: number;
}

/** Minutes a day that the trigger of a file runs, with these syncs active. */
export function minutesADay(
  syncs: readonly MeasuredSchedule[],
  soon: boolean,
  addOn: boolean,
): number {
  const minutes = clockMinutes({ schedules: syncs.map(({ schedule }) => schedule), soon, addOn });
  const firings = DAY_MS / (minutes * MINUTE_MS);
  const runs = syncs.reduce((sum, { schedule, lookMs }) => sum + runsADay(schedule) * lookMs, 0);
  return Math.ceil((firings * FIRING_MS + runs) / MINUTE_MS);
}

/** Whether Google fires often enough for a schedule. */
export const isFiredFor = ({ every }: Schedule, addOn: boolean): boolean =>
  !addOn || typeof every !== 'number' || every >= ADD_ON_MINUTES;

const EVERY: readonly (readonly [Schedule['every'], words: string])[] = [
  [5, 'Every 5 minutes'],
  [15, 'Every 15 minutes'],
  [30, 'Every 30 minutes'],
  [60, 'Every hour'],
  [240, 'Every 4 hours'],
  ['day', 'Daily'],
  ['working-day', 'On working days'],
];

/** A schedule that a person may choose. */
export interface ScheduleOption {
  /** Of days, a person chooses the hour. */
  readonly schedule: Schedule;
  /** What it is, and the minutes a day that it would take. */
  readonly words: string;
}

/**
 * The schedules that Google allows here, each with its cost beside the other syncs of the file, and
 * with rows that go soon after an edit.
 * @param lookMs how long a run of this sync takes
 */
export function scheduleOptions(
  lookMs: number,
  others: readonly MeasuredSchedule[],
  addOn: boolean,
): readonly ScheduleOption[] {
  return EVERY.filter(([every]) => isFiredFor({ every }, addOn)).map(([every, words]) => ({
    schedule: { every },
    words: `${words} (${count(
      minutesADay([...others, { schedule: { every }, lookMs }], true, addOn),
    )} of your ${DAY_MINUTES} minutes a day)`,
  }));
}
