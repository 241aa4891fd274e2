import { MINUTE_MS } from '../../value/duration';
import { type BegunRun, isSurelyOver } from '../memory/begun';
import type { SyncState } from '../memory/sync-state';
import { hasRested, type Touched } from '../rows/resting';
import type { Sync } from '../sync';

/** What is due of a sync: a run of all rows, or one of those that have rested after an edit. */
export type Due = 'all' | 'rested';

/**
 * Whether an edit's run was killed. Its rows are no longer new to the clock, or never were. Where
 * more than one run was killed in a row, the next is due within the hour anyway.
 */
const isKilledEdit = (begun: BegunRun | undefined, now: number): boolean =>
  begun?.trigger === 'edit' && begun.before === 0 && isSurelyOver(begun, now);

/**
 * Whether all rows are due for those of an edit. After a killed run the next one is due within the
 * hour, so that runs that are killed do not take all minutes of the day.
 */
const isDueAgain = ({ againAt }: Touched, begun: BegunRun | undefined, now: number): boolean =>
  againAt !== undefined && now >= againAt && begun === undefined;

/** What of a sync is due at a moment (ms); undefined if nothing is. */
export function dueOf(
  { state, restMinutes }: Pick<Sync, 'state' | 'restMinutes'>,
  { dueAt = 0, begun }: Pick<SyncState, 'dueAt' | 'begun'>,
  touched: Touched,
  now: number,
): Due | undefined {
  if (state !== 'active') return undefined;
  if (now >= dueAt || isKilledEdit(begun, now) || isDueAgain(touched, begun, now)) return 'all';
  return hasRested(touched, restMinutes * MINUTE_MS, now) ? 'rested' : undefined;
}
