import { CLOSING_NOTICE_MS, HOUR_MS, SECOND_MS } from '../value/duration';
import { isZone, startOfDay } from '../value/time';
import type { Catalog, PlannedChange, Subscription } from './catalog';

/** What the days of planned changes depend on. */
export interface Calendar {
  /** Now, in ms. */
  readonly now: number;
  /**
   * The zone of a customer; undefined if it is not known. Asked only for times that lie within a
   * day of a planned one.
   */
  readonly zoneOf: (customer: string) => string | undefined;
}

/** Where clocks are set back, a day has 25 hours; a few zones have once moved by more. In ms. */
const LONGEST_DAY_MS = 26 * HOUR_MS;

/**
 * The first moment (ms) of the day of a planned one, where the customer is: Lago's jobs go by the
 * day (lago: jobs.start, jobs.end). If nobody knows the zone, the earliest that it may be.
 * @param isNear whether the times that are compared lie within a day before the planned one;
 *   any others compare with the planned moment as they do with the start of its day
 */
function dayOf(
  { customer }: Subscription,
  planned: number,
  isNear: (planned: number) => boolean,
  { zoneOf }: Calendar,
): number {
  if (!isNear(planned)) return planned;
  const zone = zoneOf(customer);
  return zone !== undefined && isZone(zone) ? startOfDay(planned, zone) : planned - LONGEST_DAY_MS;
}

type DayOf = (subscription: Subscription, planned: number) => number;

/**
 * Whether a pending subscription waits for the end of another one's period, not for its own day:
 * its own date is that of the first of them all, and had passed when it was made (lago:
 * jobs.downgrade).
 */
const isNextPlan = ({ startsAt, startedAt, createdAt }: Subscription): boolean =>
  startedAt === undefined &&
  (startsAt === undefined || createdAt === undefined || startsAt <= createdAt);

const isActive = ({ startedAt, isOver }: Subscription): boolean =>
  startedAt !== undefined && !isOver;

/**
 * When the plan changes: with the job that invoices the running period. Between midnight and the
 * job Lago already shows the next period as the running one, and the job changes the plan even if
 * that was asked for a minute before. If it has not on that day, the change waits for the next end
 * of a period.
 */
function changeOfPlan(running: Subscription, now: number): PlannedChange | undefined {
  const { periodFrom, periodTo } = running;
  if (periodFrom !== undefined && now < periodFrom + LONGEST_DAY_MS)
    return { kind: 'plan', at: periodFrom, from: periodFrom };
  if (periodTo === undefined) return undefined;
  const from = (Math.floor(periodTo / SECOND_MS) + 1) * SECOND_MS;
  return { kind: 'plan', at: from, from };
}

function startOf(pending: Subscription, day: DayOf): PlannedChange | undefined {
  const { startsAt, createdAt } = pending;
  if (startsAt === undefined) return undefined;
  const from = Math.max(day(pending, startsAt), createdAt ?? Number.NEGATIVE_INFINITY);
  return { kind: 'start', at: startsAt, from };
}

function endOf(running: Subscription, day: DayOf): PlannedChange | undefined {
  const { startedAt, endsAt } = running;
  if (startedAt === undefined || endsAt === undefined) return undefined;
  return { kind: 'end', at: endsAt, from: Math.max(day(running, endsAt), startedAt) };
}

const earlier = (
  one: PlannedChange | undefined,
  other: PlannedChange | undefined,
): PlannedChange | undefined => {
  if (one === undefined || other === undefined) return one ?? other;
  return other.from < one.from ? other : one;
};

/** What a subscription waits for first; undefined if for nothing. */
function changeOf(
  each: Subscription,
  all: readonly Subscription[],
  day: DayOf,
  now: number,
): PlannedChange | undefined {
  if (each.isOver) return undefined;
  const own = all.filter(({ customer }) => customer === each.customer);
  if (isActive(each)) {
    const next = own.find(isNextPlan);
    return earlier(endOf(each, day), next && changeOfPlan(each, now));
  }
  const running = isNextPlan(each) ? own.find(isActive) : undefined;
  return running === undefined ? startOf(each, day) : changeOfPlan(running, now);
}

/** A job that changes the plan ends one subscription and starts the next at one moment. In ms. */
const ONE_JOB_MS = 60 * SECOND_MS;

/**
 * The moment (ms) up to which the last invoice of a subscription counts, if a job has put a smaller
 * plan in its place: what is dated between midnight and the job is in neither (lago:
 * jobs.downgrade). Undefined if it counts up to its end.
 */
function countedUntil(
  former: Subscription,
  all: readonly Subscription[],
  day: DayOf,
): number | undefined {
  const { endedAt, customer } = former;
  if (!former.isOver || endedAt === undefined) return undefined;
  const next = all.find(
    ({ startedAt, startsAt, createdAt, customer: other }) =>
      other === customer &&
      startedAt !== undefined &&
      createdAt !== undefined &&
      Math.abs(startedAt - endedAt) < ONE_JOB_MS &&
      createdAt < startedAt - ONE_JOB_MS &&
      (startsAt ?? startedAt) <= createdAt,
  );
  return next && day(next, endedAt) - 1;
}

/** Whether something is planned for one of them, or may have been done by a job. */
const mayChange = (all: readonly Subscription[]): boolean =>
  all.length > 1 ||
  all.some(
    ({ isOver, startedAt, endsAt }) => !isOver && (startedAt === undefined || endsAt !== undefined),
  );

/**
 * The subscriptions of an id with what they wait for; themselves if they wait for nothing.
 * @param isNear whether the start of a planned day is needed exactly
 */
function planned(
  all: readonly Subscription[],
  isNear: (planned: number) => boolean,
  calendar: Calendar,
): readonly Subscription[] {
  if (!mayChange(all)) return all;
  const day: DayOf = (each, at) => dayOf(each, at, isNear, calendar);
  const found = all.map((each): Subscription => {
    const change = changeOf(each, all, day, calendar.now);
    const until = countedUntil(each, all, day);
    return change === undefined && until === undefined
      ? each
      : { ...each, planned: change, countedUntil: until };
  });
  return found.some((each, place) => each !== all[place]) ? found : all;
}

/**
 * The catalog for what concerns one external id, with what its subscriptions wait for.
 * @param asked the time (ms) that is compared with planned ones; `exactly` if the planned ones
 *   matter by themselves, `soon` if only those do whose end may have to be announced
 */
export function withPlanned(
  catalog: Catalog,
  id: string,
  asked: number | 'exactly' | 'soon',
  calendar: Calendar,
): Catalog {
  const all = catalog.subscriptions?.get(id);
  if (all === undefined) return catalog;
  const isNear = (at: number): boolean => {
    if (asked === 'exactly') return true;
    if (asked === 'soon') return at - calendar.now <= CLOSING_NOTICE_MS + LONGEST_DAY_MS;
    return at - LONGEST_DAY_MS <= asked && asked <= at;
  };
  const found = planned(all, isNear, calendar);
  // Of the others nothing is asked for together with this one.
  return found === all ? catalog : { ...catalog, subscriptions: new Map([[id, found]]) };
}
