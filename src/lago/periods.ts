import type { EndedPeriod, MissedPeriod, Period, Span } from '../sync/billing/period';
import { canBeBooked } from '../value/aggregation';
import { DAY_MS } from '../value/duration';
import { lengthBefore } from '../value/time';
import type { UsageEvent } from '../value/usage-event';
import type { Catalog, Metric, Subscription } from './catalog';
import { isPaidAtOnce } from './in-advance';
import { countsFromThenOn, isCarriedOver } from './recurring';

/**
 * The last moment of a subscription that is certain (ms): its end, or the one before what is
 * planned. Undefined if nothing is.
 */
export const endOf = ({ endedAt, endsAt, planned }: Subscription): number | undefined =>
  endedAt ?? (planned === undefined ? endsAt : planned.from - 1);

const isBeforeEnd = (each: Subscription, ms: number): boolean =>
  ms <= (endOf(each) ?? Number.POSITIVE_INFINITY);

/**
 * Usage counts from the exact millisecond of the start to that of the end (lago:
 * periods.boundaries). Nobody knows the start of a pending subscription (lago: jobs.start).
 */
const isRunning = (each: Subscription, ms: number): boolean =>
  each.startedAt !== undefined && each.startedAt <= ms && isBeforeEnd(each, ms);

/**
 * The subscriptions of an id whose next invoice counts usage of a time (ms). Recurring usage is
 * never too early: it counts in any subscription that has not ended (lago:
 * catalog.subscriptions-follow). A subscription that is over counts only if no other does, because
 * its last invoice is made.
 */
export function countingOf(
  subscriptions: readonly Subscription[],
  ms: number,
  isRecurring: boolean,
): Subscription[] {
  const isStarted = subscriptions.some(
    ({ startedAt, isOver }) => startedAt !== undefined && !isOver,
  );
  const counting = subscriptions.filter((each) =>
    // Recurring usage counts in the subscription that has started, not in one that is still
    // pending.
    isRecurring && !(isStarted && each.startedAt === undefined)
      ? isBeforeEnd(each, ms)
      : isRunning(each, ms),
  );
  const lasting = counting.filter(({ isOver }) => !isOver);
  return lasting.length > 0 ? lasting : counting;
}

/**
 * What became of a period that has ended. Of one that is `invoiced`, or may be, `booksFrom` is
 * until when (ms) its usage is not booked elsewhere.
 */
export type Ended =
  | EndedPeriod
  | { readonly state: 'invoiced'; readonly booksFrom?: number | undefined };

/** Finds out what became of the period in which usage of a subscription lies. In ms. */
export type EndedOf = (subscription: string, ms: number) => Ended;

/** Subscriptions that have started and are not over. */
export const activeOf = (subscriptions: readonly Subscription[]): Subscription[] =>
  subscriptions.filter(({ startedAt, isOver }) => startedAt !== undefined && !isOver);

/** Whether a time (ms) lies in the running period, which includes both its ends. */
export const isIn = ({ periodFrom, periodTo }: Subscription, ms: number): boolean =>
  periodFrom !== undefined && periodTo !== undefined && periodFrom <= ms && ms <= periodTo;

/** The last moment (ms) of the running period, or of what of it is certain. */
export const lastOf = (each: Subscription): number | undefined =>
  each.periodTo === undefined ? undefined : Math.min(each.periodTo, endOf(each) ?? each.periodTo);

/**
 * When the running period that counts an event ends, or a planned end in it comes (ms); undefined
 * if none does or Lago does not say.
 */
export function openUntil(
  catalog: Catalog,
  { code, external_subscription_id, timestamp }: UsageEvent,
): number | undefined {
  const active = activeOf(catalog.subscriptions?.get(external_subscription_id) ?? []);
  const isRecurring = countsFromThenOn(catalog.metrics?.get(code));
  const ms = timestamp * 1000;
  const counting = active.find((each) => isBeforeEnd(each, ms) && (isRecurring || isIn(each, ms)));
  return counting && lastOf(counting);
}

/** A running period up to this long is a week (ms). */
const LONGEST_WEEK_MS = 8 * DAY_MS;
/** One from this length on is a month or several (ms). */
const SHORTEST_MONTH_MS = 27 * DAY_MS;

/**
 * The week or month of an ended period in which a moment (ms) lies. Periods of several months, and
 * those of charges that are billed monthly, end where one of these months ends (lago:
 * periods.intervals).
 */
function endedSpan(
  subscription: Subscription,
  ms: number,
  zoneOf: () => string | undefined,
): Span | undefined {
  const { startedAt, endedAt, endsAt, periodFrom, periodTo } = subscription;
  if (startedAt === undefined || periodFrom === undefined || periodTo === undefined)
    return undefined;
  // A period that a planned end shortens does not tell how long the others were.
  if ((endedAt ?? endsAt) !== undefined || ms >= periodFrom) return undefined;
  const length = periodTo - periodFrom;
  const isWeek = length <= LONGEST_WEEK_MS;
  const zone = isWeek || length >= SHORTEST_MONTH_MS ? zoneOf() : undefined;
  const unit = isWeek ? 'weeks' : 'months';
  const found = zone && lengthBefore(periodFrom, { unit, count: 1 }, ms, zone);
  return found ? { from: Math.max(found.from, startedAt), to: found.to } : undefined;
}

/**
 * A span around an event in which Lago counts all usage of its subscription on the same invoice;
 * undefined if none is certain, as for a period that is still to come.
 * @param zoneOf the zone of its customer; asked only for ended periods
 */
export function spanOf(
  { subscriptions }: Catalog,
  { external_subscription_id: id, timestamp }: UsageEvent,
  zoneOf: () => string | undefined,
): Span | undefined {
  const ms = timestamp * 1000;
  const [counting, ...others] = countingOf(subscriptions?.get(id) ?? [], ms, false);
  if (counting === undefined || others.length > 0 || counting.isOver) return undefined;
  const { startedAt, periodFrom, periodTo } = counting;
  if (periodFrom === undefined || periodTo === undefined || !isIn(counting, ms))
    return endedSpan(counting, ms, zoneOf);
  return {
    from: Math.max(periodFrom, startedAt ?? periodFrom),
    to: Math.min(periodTo, endOf(counting) ?? periodTo),
  };
}

/**
 * The running period whose invoice counts an event; undefined if none does or Lago does not say.
 * Recurring usage of any earlier time is counted, too.
 */
export function runningPeriodOf(
  catalog: Catalog,
  { code, external_subscription_id, timestamp }: UsageEvent,
): Span | undefined {
  const isRecurring = countsFromThenOn(catalog.metrics?.get(code));
  const ms = timestamp * 1000;
  for (const each of activeOf(catalog.subscriptions?.get(external_subscription_id) ?? [])) {
    const { periodFrom: from } = each;
    const to = lastOf(each);
    if (from === undefined || to === undefined || ms > to) continue;
    if (isIn(each, ms) || isRecurring) return { from, to };
  }
  return undefined;
}

/**
 * The running or a later period that takes usage of a time (ms), by the subscriptions that count
 * it; undefined if the usage lies before all of their running periods, `unknown` if Lago names
 * none.
 */
function takingPeriodOf(
  counting: readonly Subscription[],
  ms: number,
): Period | 'unknown' | undefined {
  for (const { periodFrom, periodTo, isOver } of counting) {
    if (isOver) continue;
    if (periodFrom === undefined) return 'unknown';
    if (ms >= periodFrom)
      return periodTo !== undefined && ms > periodTo ? { state: 'later' } : { state: 'open' };
  }
  return undefined;
}

/**
 * The first moment (ms) at which the running period of a subscription takes usage. Lago gives
 * periods in whole seconds, and after a change of plan the new one begins within the last second of
 * the old one.
 */
function currentFrom(subscriptions: readonly Subscription[]): number | undefined {
  const running = activeOf(subscriptions).find(({ periodFrom }) => periodFrom !== undefined);
  return running?.periodFrom === undefined
    ? undefined
    : Math.max(running.periodFrom, running.startedAt ?? running.periodFrom);
}

/** Whether usage counts the same for a metric in another period. */
const addsAnywhere = (metric: Metric | undefined): boolean =>
  metric !== undefined && canBeBooked(metric.aggregation) && metric.expression === undefined;

/** A length of billing periods, and that of the longest one in ms (lago: periods.intervals). */
const LENGTHS = [
  { longest: LONGEST_WEEK_MS, unit: 'weeks', count: 1 },
  { longest: 32 * DAY_MS, unit: 'months', count: 1 },
  { longest: 93 * DAY_MS, unit: 'months', count: 3 },
  { longest: 185 * DAY_MS, unit: 'months', count: 6 },
  { longest: 367 * DAY_MS, unit: 'months', count: 12 },
] as const;

/**
 * Whether usage lies in a period that had ended before its subscription was made, so that it never
 * had an invoice (lago: periods.backdated); false if that is not certain.
 * @param ms before the running period
 */
function isBeforeFirstInvoice(
  { createdAt, periodFrom, periodTo, isOver }: Subscription,
  ms: number,
  zoneOf: () => string | undefined,
): boolean {
  if (createdAt === undefined || periodFrom === undefined || isOver || ms >= createdAt)
    return false;
  if (createdAt >= periodFrom) return true;
  const length = LENGTHS.find(({ longest }) => (periodTo ?? periodFrom) - periodFrom <= longest);
  if (length === undefined) return false;
  if (ms < createdAt - length.longest) return true;
  const zone = zoneOf();
  const first = zone && lengthBefore(periodFrom, length, createdAt, zone);
  return first ? ms < first.from : false;
}

/** Why usage is not billed any more, by the subscriptions that counted it. */
function whyMissed(
  counting: readonly Subscription[],
  ms: number,
  zoneOf: () => string | undefined,
): MissedPeriod['state'] {
  if (counting.some(({ countedUntil }) => countedUntil !== undefined && ms > countedUntil))
    return 'between-plans';
  return counting.every((each) => isBeforeFirstInvoice(each, ms, zoneOf))
    ? 'before-first-invoice'
    : 'invoiced';
}

/**
 * Where an event without problems lies in the billing of its subscription; undefined if unknown
 * (lago: periods.boundaries, periods.late).
 * @param endedOf asked only for times before the running period
 * @param zoneOf the zone of its customer; asked only for times around that at which its
 *   subscription was made
 */
export function periodOf(
  catalog: Catalog,
  event: UsageEvent,
  endedOf: EndedOf,
  zoneOf: () => string | undefined = () => undefined,
): Period | undefined {
  const ms = event.timestamp * 1000;
  const id = event.external_subscription_id;
  const subscriptions = catalog.subscriptions?.get(id) ?? [];
  const metric = catalog.metrics?.get(event.code);
  const isRecurring = countsFromThenOn(metric);
  const counting = countingOf(subscriptions, ms, isRecurring);
  if (counting.length === 0) return undefined;
  if (isRecurring) return periodOfRecurring(counting, (at) => endedOf(id, at));
  if (isPaidAtOnce(catalog, event.code, counting)) return { state: 'in-advance' };
  const running = takingPeriodOf(counting, ms);
  if (running !== undefined) return running === 'unknown' ? undefined : running;
  const ended = endedOf(id, ms);
  if (ended.state === 'unbilled' || ended.state === 'unasked') return ended;
  if (metric !== undefined && isCarriedOver(metric))
    return { state: 'passed', inDraft: ended.state === 'draft' };
  if (ended.state === 'draft') return ended;
  const current = currentFrom(subscriptions);
  const canBook = current !== undefined && addsAnywhere(metric);
  const state = whyMissed(counting, ms, zoneOf);
  // Only an invoice of the period itself could have the usage after all.
  const booksFrom = state === 'invoiced' ? ended.booksFrom : undefined;
  return { state, current, canBook, booksFrom };
}

/**
 * Recurring usage is counted by the next invoice of a subscription that goes on, or by the last
 * invoice while that is a draft.
 */
function periodOfRecurring(
  counting: readonly Subscription[],
  endedAt: (ms: number) => Ended,
): Period | undefined {
  if (counting.some(({ isOver }) => !isOver))
    return activeOf(counting).length > 0 ? { state: 'open' } : undefined;
  const ended = counting.flatMap((each) => endOf(each) ?? []).map(endedAt);
  const draft = ended.find(({ state }) => state === 'draft');
  if (draft?.state === 'draft') return draft;
  return { state: 'invoiced', current: undefined, canBook: false };
}
