import type { ProblemCode } from '../../problem/catalogue';
import { type Problem, problem } from '../../problem/problem';
import { dayOf, localText } from '../../value/time';
import type { UsageEvent } from '../../value/usage-event';
import { bookedInto, isMissed, type MissedPeriod, type Period } from '../billing/period';
import type { PlanInput } from './plan-input';

const HELD_LATE =
  'Bill it by hand in Lago, or choose in the settings of the sync that late usage is ' +
  'booked into the running period.';
const NOT_BOOKABLE =
  'Bill it by hand in Lago. It cannot be booked into the running period: only sums ' +
  'and counts stay right there, for a subscription that still runs.';

const ONLY_IN_DRAFT = 'on the draft invoice of that period alone, and in no later month';

/** An event as Lago will bill it, or why Lago would not bill it. */
export interface Placed {
  /** The event itself, or the same booked into the running period. */
  readonly event: UsageEvent;
  /** Empty if it can be sent. */
  readonly problems: readonly Problem[];
  /** Where the event lies; undefined if that is not known. */
  readonly period?: Period | undefined;
}

/**
 * Checks an event against what Lago knows. Late usage is held or booked into the running period, by
 * the sync's policy, and booked if a person wants that of this row.
 * @param zone IANA zone of the dates in a problem's sentence
 */
export function placeInPeriod(
  { ready: { sync }, check, now }: PlanInput,
  event: UsageEvent,
  zone: string,
  isWanted: boolean,
): Placed {
  const problems = check.problemsOf(event);
  if (problems.length > 0) return { event, problems };
  const period = check.periodOf?.(event);
  if (period?.state === 'passed') return passed(event, zone, period.inDraft);
  if (period?.state === 'unasked')
    return { event, problems: [problem('row.unasked', { value: event.external_subscription_id })] };
  if (!isMissed(period)) return { event, problems: [], period };
  const held = (suggestion: string): Placed => ({
    event,
    problems: [missed(event, period, zone, suggestion)],
  });
  if (!period.canBook || period.current === undefined) return held(NOT_BOOKABLE);
  if (sync.late !== 'book' && !isWanted) return held(HELD_LATE);
  if (period.booksFrom !== undefined && now < period.booksFrom)
    return { event, problems: [waiting(event, zone, period.booksFrom)] };
  const booked = bookedInto(event, period.current);
  const isTaken =
    check.problemsOf(booked).length === 0 && check.periodOf?.(booked)?.state === 'open';
  return isTaken ? { event: booked, problems: [] } : held(NOT_BOOKABLE);
}

/** Until its own period has an invoice, or surely gets none, usage is not booked into another. */
const waiting = (event: UsageEvent, zone: string, until: number): Problem =>
  problem('event.books-later', {
    value: event.external_subscription_id,
    date: dayOf(event.timestamp, zone),
    until: `${localText(until, zone)} (${zone})`,
  });

const MISSED_CODES: Readonly<Record<MissedPeriod['state'], ProblemCode>> = {
  invoiced: 'event.late',
  'before-first-invoice': 'event.before-first-invoice',
  'between-plans': 'event.between-plans',
};

const missed = (
  { external_subscription_id: value, timestamp }: UsageEvent,
  { state }: MissedPeriod,
  zone: string,
  suggestion: string,
): Problem => problem(MISSED_CODES[state], { value, date: dayOf(timestamp, zone), suggestion });

/** Usage of a recurring weighted sum that comes after its period. */
function passed(event: UsageEvent, zone: string, inDraft: boolean): Placed {
  const { external_subscription_id: value, code } = event;
  const where = inDraft ? ONLY_IN_DRAFT : 'in no month';
  const date = dayOf(event.timestamp, zone);
  return { event, problems: [problem('event.late-level', { value, code, date, where })] };
}
