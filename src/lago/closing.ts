import type { UsageEvent } from '../value/usage-event';
import type { Catalog, Subscription } from './catalog';
import { isPaidAtOnce } from './in-advance';
import { activeOf, countingOf, openUntil } from './periods';
import { countsFromThenOn } from './recurring';

/**
 * When the period closes that an event belongs to (ms): a time that has passed if it has ended,
 * infinite if it has not begun, or if each event is billed at once, so that none is too late.
 * Undefined if nobody knows: Lago does not list the subscription, so
 * that the usage may belong to any, or does not say which period runs.
 */
export function closesAt(catalog: Catalog, event: UsageEvent): number | undefined {
  const known = catalog.subscriptions?.get(event.external_subscription_id);
  if (known === undefined) return undefined;
  const { code, timestamp } = event;
  const isRecurring = countsFromThenOn(catalog.metrics?.get(code));
  if (isPaidAtOnce(catalog, code, countingOf(known, timestamp * 1000, isRecurring)))
    return Number.POSITIVE_INFINITY;
  const open = openUntil(catalog, event);
  if (open !== undefined) return open;
  const active = activeOf(known);
  if (active.length === 0) return lastEndOf(known);
  const [from] = active.flatMap(({ periodFrom }) => periodFrom ?? []);
  if (from === undefined) return undefined;
  return timestamp * 1000 < from ? from - 1 : Number.POSITIVE_INFINITY;
}

/** When the last subscription of an id ended, none of which runs; infinite if one will start. */
function lastEndOf(subscriptions: readonly Subscription[]): number {
  const ends = subscriptions.map(({ endedAt, isOver }) =>
    isOver ? (endedAt ?? 0) : Number.POSITIVE_INFINITY,
  );
  return ends.reduce((last, end) => Math.max(last, end), 0);
}
