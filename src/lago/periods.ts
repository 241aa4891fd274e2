import type { Period } from '../sync/billing/period';
import { canBeBooked } from '../value/aggregation';
import type { UsageEvent } from '../value/usage-event';
import type { Catalog, Subscription } from './catalog';

/**
 * When a subscription starts, or will. One that waits for the end of the running one under the same id, as a downgrade does, begins after that period, whatever
 * date it bears.
 */
function startOf(
  { startedAt, startsAt }: Subscription,
  all: readonly Subscription[],
): number | undefined {
  if (startedAt !== undefined) return startedAt;
  const running = all.find((each) => each.startedAt !== undefined && !each.isOver);
  if (running === undefined || startsAt === undefined) return startsAt;
  return Math.max(startsAt, (running.periodTo ?? running.endedAt ?? Number.POSITIVE_INFINITY) + 1);
}

/** Usage counts from the very millisecond of the start to that of the end (lago: periods.boundaries), also where the start is still to come. */
function isRunning(each: Subscription, ms: number, all: readonly Subscription[]): boolean {
  const start = startOf(each, all);
  return start !== undefined && start <= ms && (each.endedAt === undefined || ms <= each.endedAt);
}

/**
 * The subscriptions of an id whose next invoice counts usage of a time. What recurs has no past that is too old: it attaches to what has not ended
 * (lago: catalog.subscriptions-follow). One that is over counts only where no other does: its last invoice is made.
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
    // What recurs does not wait for a subscription that waits itself.
    isRecurring && !(isStarted && each.startedAt === undefined)
      ? each.endedAt === undefined || ms <= each.endedAt
      : isRunning(each, ms, subscriptions),
  );
  const lasting = counting.filter(({ isOver }) => !isOver);
  return lasting.length > 0 ? lasting : counting;
}

/** Whether a draft invoice of the subscription still takes usage of this time (ms). */
export type HasDraft = (subscription: string, ms: number) => boolean;

export const activeOf = (subscriptions: readonly Subscription[]): Subscription[] =>
  subscriptions.filter(({ startedAt, isOver }) => startedAt !== undefined && !isOver);

export const isIn = ({ periodFrom, periodTo }: Subscription, ms: number): boolean =>
  periodFrom !== undefined && periodTo !== undefined && periodFrom <= ms && ms <= periodTo;

/** When the running period that counts an event ends (ms); undefined where none does, or where Lago does not tell. */
export function openUntil(
  catalog: Catalog,
  { code, external_subscription_id, timestamp }: UsageEvent,
): number | undefined {
  const active = activeOf(catalog.subscriptions?.get(external_subscription_id) ?? []);
  const isRecurring = catalog.metrics?.get(code)?.recurring === true;
  return active.find((each) => isRecurring || isIn(each, timestamp * 1000))?.periodTo;
}

/**
 * Where an event that has no problems lies in the billing of its subscription (lago: periods.boundaries, periods.late); undefined where that cannot be told.
 * @param hasDraft asked only for times before the running period
 */
export function periodOf(
  catalog: Catalog,
  event: UsageEvent,
  hasDraft: HasDraft,
): Period | undefined {
  const ms = event.timestamp * 1000;
  const id = event.external_subscription_id;
  const subscriptions = catalog.subscriptions?.get(id) ?? [];
  const metric = catalog.metrics?.get(event.code);
  const counting = countingOf(subscriptions, ms, metric?.recurring === true);
  if (counting.length === 0) return undefined;
  if (metric?.recurring === true) return periodOfRecurring(counting, (at) => hasDraft(id, at));
  const active = activeOf(subscriptions);
  for (const { periodFrom, periodTo, isOver } of counting) {
    if (isOver) continue;
    if (periodFrom === undefined) return undefined;
    if (ms >= periodFrom)
      return periodTo !== undefined && ms > periodTo ? { state: 'later' } : { state: 'open' };
  }
  if (hasDraft(id, ms)) return { state: 'draft' };
  const running = active.find(({ periodFrom }) => periodFrom !== undefined);
  // Periods are told in whole seconds: after a change of plan the new one begins within the last second of the former.
  const current =
    running?.periodFrom === undefined
      ? undefined
      : Math.max(running.periodFrom, running.startedAt ?? running.periodFrom);
  const adds =
    metric !== undefined && canBeBooked(metric.aggregation) && metric.expression === undefined;
  return { state: 'invoiced', current, canBook: current !== undefined && adds };
}

/** What recurs is counted by the next invoice of a subscription that goes on, or by the last one while that is a draft. */
function periodOfRecurring(
  counting: readonly Subscription[],
  hasDraftAt: (ms: number) => boolean,
): Period | undefined {
  if (counting.some(({ isOver }) => !isOver))
    return activeOf(counting).length > 0 ? { state: 'open' } : undefined;
  if (counting.some(({ endedAt }) => endedAt !== undefined && hasDraftAt(endedAt)))
    return { state: 'draft' };
  return { state: 'invoiced', current: undefined, canBook: false };
}
