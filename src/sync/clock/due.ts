import { MINUTE_MS } from '../../value/duration';
import type { SyncState } from '../memory/sync-state';
import { hasRested, type Touched } from '../rows/resting';
import type { Sync } from '../sync';

/** What is due of a sync: a run of all rows, or one of those that have rested after an edit. */
export type Due = 'all' | 'rested';

/** What of a sync is due at a moment (ms); undefined if nothing is. */
export function dueOf(
  { state, restMinutes }: Pick<Sync, 'state' | 'restMinutes'>,
  { dueAt = 0 }: Pick<SyncState, 'dueAt'>,
  touched: Touched,
  now: number,
): Due | undefined {
  if (state !== 'active') return undefined;
  if (now >= dueAt) return 'all';
  return hasRested(touched, restMinutes * MINUTE_MS, now) ? 'rested' : undefined;
}
