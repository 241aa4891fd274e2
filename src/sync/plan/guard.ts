import { type Problem, problem } from '../../problem/problem';
import type { DayCount } from '../memory/days';
import { DEFAULT_UNATTENDED_TIMES, type Sync } from '../sync';
import { isCorrected, type Plan } from './planned-row';

/**
 * What a person has approved: at most this many events, and this many rows missing from the tab.
 */
export interface Approval {
  /** Most events that a run may send. */
  readonly events: number;
  /** Most sent rows that may be missing from the tab. */
  readonly removed: number;
}

/** What is usual for a sync, as far as earlier runs tell. */
export interface Usual {
  /** The last days on which Lago accepted or refused something, the oldest first. */
  readonly days: readonly DayCount[];
  /**
   * Sent rows that were missing from the tab after the last run; undefined if that is not known.
   */
  readonly removed: number | undefined;
}

/** Why a run waits for a person, and the numbers that an approval must name. */
export interface Asked extends Approval {
  /** What the person reads. */
  readonly problem: Problem;
}

/** Fewer days than this do not show what is usual. */
const TELLING_DAYS = 3;
/** However quiet the last days were, this many events are nothing to ask about. */
const HARMLESS_EVENTS = 100;
/**
 * Removing, or sending once more, at least this many rows and more than this share of the sent ones
 * is for a person to approve. Emptying a tab always is.
 */
const MASS_ROWS = 10;
const MASS_SHARE = 0.2;

/**
 * Most events that a run may send without an approval: a multiple of the second busiest day, since
 * the busiest may have been an approved exception.
 */
export function usualLimit(
  { unattendedEvents, unattendedTimes = DEFAULT_UNATTENDED_TIMES }: Sync,
  days: readonly DayCount[],
): number {
  if (days.length < TELLING_DAYS) return unattendedEvents;
  const [, second = 0] = days.map(({ sent }) => sent).sort((left, right) => right - left);
  return Math.min(unattendedEvents, Math.max(HARMLESS_EVENTS, unattendedTimes * second));
}

/**
 * Number of sent rows that are missing from the tab, also if they do not count as removed because
 * some key is unreadable or double.
 */
export const countGone = ({ rows, missing = 0 }: Plan): number =>
  rows.filter(({ change }) => change === 'removed').length + missing;

function isMassRemoval({ rows }: Plan, removed: number, usual: number): boolean {
  const more = removed - usual;
  if (more <= 0) return false;
  const present = rows.filter(({ change }) => change !== 'removed');
  return present.length === 0 || isMass(more, countSent(present) + more);
}

const countSent = (rows: Plan['rows']): number =>
  rows.filter(({ change }) => change !== 'added' && change !== 'removed').length;

const isMass = (some: number, sent: number): boolean =>
  some >= MASS_ROWS && some > MASS_SHARE * sent;

/**
 * Number of changed rows that would be sent as a further event, beside what Lago bills for them: a
 * sheet whose ids move with their rows would be billed a second time.
 */
const countRepeated = ({ rows }: Plan): number =>
  rows.filter((row) => row.change === 'changed' && row.entry !== undefined && !isCorrected(row))
    .length;

/** What a run may do without asking. */
export interface Allowance {
  /** The sync with its limits. */
  readonly sync: Sync;
  /** What is usual for it. */
  readonly usual: Usual;
  /** What a person has approved beyond that. */
  readonly approved: Approval | undefined;
}

/**
 * What a person must approve because the run would do far more than usual; undefined if it may go
 * on.
 * @param events number that it would send
 */
export function guard(
  plan: Plan,
  events: number,
  { sync, usual, approved }: Allowance,
): Asked | undefined {
  const removed = countGone(plan);
  if (isMassRemoval(plan, removed, usual.removed ?? removed) && removed > (approved?.removed ?? 0))
    return {
      events,
      removed,
      problem: problem('run.removals', { removed, events, name: sync.source.tabName }),
    };
  const repeated = sync.changed === 'add' ? countRepeated(plan) : 0;
  if (isMass(repeated, countSent(plan.rows)) && events > (approved?.events ?? 0))
    return {
      events,
      removed,
      problem: problem('run.repeats', { repeated, events, name: sync.source.tabName }),
    };
  const limit = Math.max(usualLimit(sync, usual.days), approved?.events ?? 0);
  return events > limit
    ? { events, removed, problem: problem('run.volume', { events, limit }) }
    : undefined;
}

/**
 * The plan without the rows that are gone: until a person approves, they do not count as removed.
 */
export const withoutRemoved = (plan: Plan): Plan => ({
  ...plan,
  rows: plan.rows.filter(({ change }) => change !== 'removed'),
});
