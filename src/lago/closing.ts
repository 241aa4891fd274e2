import type { UsageEvent } from '../value/usage-event';
import type { Catalog, Subscription } from './catalog';
import { activeOf, openUntil } from './periods';

/**
 * When the period closes that an event belongs to (ms): a time that has passed if it has ended,
 * infinite if it has not begun. Undefined if nobody knows: Lago does not list the subscription, so
 * that the usage may belong to any, or does not say which period runs.
 */
export function closesAt(catalog: Catalog, event: UsageEvent): number | undefined {
  const open = openUntil(catalog, event);
  if (open !== undefined) return open;
  const known = catalog.subscriptions?.get(event.external_subscription_id);
  if (known === undefined) return undefined;
  const active = activeOf(known);
  if (active.length === 0) return lastEndOf(known);
  const [from] = active.flatMap(({ periodFrom }) => periodFrom ?? []);
  if (from === undefined) return undefined;
  return event.timestamp * 1000 < from ? from - 1 : Number.POSITIVE_INFINITY;
}

/** When the last subscription of an id ended, none of which runs; infinite if one will start. */
function lastEndOf(subscriptions: readonly Subscription[]): number {
  const ends = subscriptions.map(({ endedAt, isOver }) =>
    isOver ? (endedAt ?? 0) : Number.POSITIVE_INFINITY,
  );
  return ends.reduce((last, end) => Math.max(last, end), 0);
}
