import type { Problem } from '../../problem/problem';
import { isProblem } from '../../problem/problem';
import type { UsageEvent } from '../../value/usage-event';
import type { LedgerEntry } from '../ledger/entry';
import type { Destination, EventCheck, EventStore, Found } from '../ports';

/** What decides whether a conflict may be sent again. */
export interface ConflictScene {
  /** Lago. */
  readonly destination: Destination;
  /** What Lago would do with an event. */
  readonly check: EventCheck;
  /** Where it keeps events. */
  readonly store: EventStore;
}

/**
 * Ids of conflicts under which Lago has nothing that it could bill: only these rows may be sent
 * once more, under ids of their own. Any other would perhaps be billed twice.
 * @returns a problem if the key may not look
 */
export function unbilledConflicts(
  { destination, check, store }: ConflictScene,
  entries: readonly LedgerEntry[],
): ReadonlySet<string> | Problem {
  const conflicts = entries.filter(({ outcome }) => outcome.state === 'conflict');
  if (conflicts.length === 0) return new Set();
  const found = destination.find(conflicts.map(({ event }) => event));
  if (isProblem(found)) return found;
  const shown = destination.eventsOf(conflicts.map(({ index }) => index.id));
  const isUnbilled = (stored: UsageEvent | undefined | 'unknown', own: Found, sent: UsageEvent) => {
    if (stored === 'unknown') return false;
    if (stored === undefined) return own === 'absent';
    // Only Postgres keeps one event of a subscription under an id, so only there the one that is
    // shown is all that there is.
    const isAll =
      own === 'absent' ||
      (store === 'postgres' && stored.external_subscription_id === sent.external_subscription_id);
    return isAll && check.problemsOf(stored).length > 0;
  };
  return new Set(
    conflicts
      .filter(({ event }, place) => isUnbilled(shown[place], found[place] ?? 'unknown', event))
      .map(({ index }) => index.id),
  );
}
