import { DAY_MS, HOUR_MS, SECOND_MS } from '../value/duration';
import { calendarBefore, dayOfMonth, nextDay } from '../value/time';
import type { Subscription } from './catalog';
import { countingOf, endOf } from './periods';

/** The end of a period, on the day on which Lago's job makes its invoice. Times in ms. */
export interface Border {
  /** External id of the customer. */
  readonly customer: string;
  /** The last moment of the period that has ended. */
  readonly end: number;
  /** From when on its invoice may have been made. */
  readonly since: number;
  /** The end of that local day: what no job has invoiced by then never is (lago: jobs.missed). */
  readonly until: number;
  /**
   * Whether plan or subscription changed there too. Then nobody knows what Lago bills of the period
   * (lago: jobs.upgrade, jobs.downgrade, jobs.ended-first-day).
   */
  readonly isChanged: boolean;
  /** Whether the subscription itself ended there, and some drafts of it may be older. */
  readonly isOver: boolean;
}

/** A week with a clock change in it. */
const SHORTEST_WEEK_MS = 7 * DAY_MS - HOUR_MS;
const LONGEST_WEEK_MS = 8 * DAY_MS;
/** A month of 28 days with a clock change in it. */
const SHORTEST_MONTH_MS = 28 * DAY_MS - HOUR_MS;
const MONTH_MS = 30.44 * DAY_MS;
/** From this day on not every month has the day on which a period begins. */
const RARE_DAY = 28;
/** A day on which clocks are put forward. */
const SHORTEST_DAY_MS = 23 * HOUR_MS;
/** A day on which they are put back. */
const LONGEST_DAY_MS = 25 * HOUR_MS;

/**
 * When the period before the running one began (ms), or a later moment if that is not certain:
 * then its first days count as those of an older period.
 */
function beginningBefore(from: number, to: number, zone: string | undefined): number {
  const length = to - from;
  const isWeek = length <= LONGEST_WEEK_MS;
  if (zone === undefined) return from - (isWeek ? SHORTEST_WEEK_MS : SHORTEST_MONTH_MS);
  if (isWeek) return calendarBefore(from, 'weeks', 1, zone);
  const before = calendarBefore(from, 'months', Math.max(1, Math.round(length / MONTH_MS)), zone);
  return dayOfMonth(from, zone) < RARE_DAY ? before : before + 3 * DAY_MS;
}

/** Whether another subscription of the id, or an end of this one, comes within these times (ms). */
function changesWithin(
  subscription: Subscription,
  all: readonly Subscription[],
  from: number,
  until: number,
): boolean {
  const isWithin = (ms: number | undefined): boolean =>
    ms !== undefined && from <= ms && ms <= until;
  return (
    isWithin(endOf(subscription)) ||
    all.some(
      (each) =>
        each !== subscription &&
        ((each.startedAt === undefined && !each.isOver) ||
          isWithin(each.startedAt) ||
          isWithin(each.endedAt)),
    )
  );
}

/**
 * The border of the period in which usage lies, while its day lasts; undefined if the usage does
 * not lie in the period that ended last, or if that day is over.
 * @param all the subscriptions of an external id
 * @param ms the time of the usage
 * @param zoneOf the zone of its customer; asked only near a border
 */
export function borderOf(
  all: readonly Subscription[],
  ms: number,
  now: number,
  zoneOf: () => string | undefined,
): Border | undefined {
  const [subscription, ...others] = countingOf(all, ms, false);
  if (subscription === undefined || others.length > 0) return undefined;
  return subscription.isOver
    ? lastBorderOf(subscription, now, zoneOf)
    : runningBorderOf(subscription, all, { ms, now, zoneOf });
}

/** Whether a day that began at or before a moment (ms) may last yet. */
const mayLast = (moment: number, now: number): boolean =>
  moment <= now && now < moment + 2 * DAY_MS;

/** The end of a subscription that has ended today. */
function lastBorderOf(
  { customer, endedAt: end }: Subscription,
  now: number,
  zoneOf: () => string | undefined,
): Border | undefined {
  if (end === undefined || !mayLast(end, now)) return undefined;
  const zone = zoneOf();
  const until = zone === undefined ? end + DAY_MS : nextDay(end, zone);
  return now < until
    ? { customer, end, since: until - LONGEST_DAY_MS, until, isChanged: true, isOver: true }
    : undefined;
}

/** The end of the period before the running one. */
function runningBorderOf(
  subscription: Subscription,
  all: readonly Subscription[],
  usage: {
    readonly ms: number;
    readonly now: number;
    readonly zoneOf: () => string | undefined;
  },
): Border | undefined {
  const { customer, periodFrom, periodTo, startedAt, createdAt } = subscription;
  if (periodFrom === undefined || periodTo === undefined || startedAt === undefined)
    return undefined;
  const { ms, now, zoneOf } = usage;
  if (ms >= periodFrom || !mayLast(periodFrom, now)) return undefined;
  // What ended before Lago knew of the subscription is never invoiced.
  if (startedAt >= periodFrom || (createdAt !== undefined && createdAt >= periodFrom))
    return undefined;
  const zone = zoneOf();
  const until = zone === undefined ? periodFrom + SHORTEST_DAY_MS : nextDay(periodFrom, zone);
  if (now >= until || ms < beginningBefore(periodFrom, periodTo, zone)) return undefined;
  const end = periodFrom - 1;
  const isChanged = changesWithin(subscription, all, periodFrom - SECOND_MS, until);
  return { customer, end, since: end, until, isChanged, isOver: false };
}
