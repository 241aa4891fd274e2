import { isProblem, type Problem } from '../../problem/problem';
import type { UsageEvent } from '../../value/usage-event';
import type { EventStore } from '../event-store';
import type { LedgerEntry } from '../ledger/entry';
import type { Destination, EventCheck, Found } from '../ports';

/** What decides whether a row may be sent again. */
export interface SendAgainScene {
  /** Lago. */
  readonly destination: Destination;
  /** What Lago would do with an event. */
  readonly check: EventCheck;
  /** Where it keeps events. */
  readonly store: EventStore;
}

/**
 * Ids of refused events whose rows may be sent once more, under ids of their own: Lago keeps
 * nothing of what it rejected. What an invoice was made without may be booked. Of another event
 * under the same id Lago must not bill anything, since that may be the row's usage already.
 * @returns a problem if the key may not look
 */
export function sendableAgain(
  { destination, check, store }: SendAgainScene,
  refused: readonly LedgerEntry[],
): ReadonlySet<string> | Problem {
  const rejected = refused.filter(({ outcome }) => outcome.state === 'rejected');
  const conflicts = refused.filter(({ outcome }) => outcome.state === 'conflict');
  const sendable = new Set([...rejected, ...bookable(check, refused)].map(({ index }) => index.id));
  if (conflicts.length === 0) return sendable;
  const found = destination.find(conflicts.map(({ event }) => event));
  if (isProblem(found)) return found;
  const shown = destination.eventsOf(conflicts.map(({ event }) => event));
  const isUnbilled = (event: UsageEvent): boolean => check.problemsOf(event).length > 0;
  for (const [place, { index, event }] of conflicts.entries())
    if (isAllUnbilled(event, found[place], shown[place], { store, isUnbilled }))
      sendable.add(index.id);
  return sendable;
}

/** What invoices were made without, as far as it counts the same in the running period. */
function bookable(
  { periodOf, askUnasked }: EventCheck,
  refused: readonly LedgerEntry[],
): LedgerEntry[] {
  const unbilled = refused.filter(({ outcome }) => outcome.bill === 'not-billed');
  const periods = () => unbilled.map(({ event }) => periodOf?.(event));
  const first = periods();
  const known = askUnasked?.() === true ? periods() : first;
  return unbilled.filter((_, place) => {
    const period = known[place];
    return period?.state === 'invoiced' && period.canBook;
  });
}

/**
 * Whether nothing that Lago has under the id of an event is billed.
 * @param own what Lago has of it for the subscription of the event
 * @param shown the one event that Lago shows under the id
 */
function isAllUnbilled(
  { external_subscription_id: subscription }: UsageEvent,
  own: Found | undefined,
  shown: UsageEvent | undefined | 'unknown',
  lago: { readonly store: EventStore; readonly isUnbilled: (event: UsageEvent) => boolean },
): boolean {
  if (shown === 'unknown') return false;
  if (shown === undefined) return own === 'absent';
  // Only Postgres keeps a single event of a subscription under an id, so only there the one that
  // is shown is all that the subscription has.
  const isAll =
    own === 'absent' ||
    (lago.store === 'postgres' && shown.external_subscription_id === subscription);
  return isAll && lago.isUnbilled(shown);
}
