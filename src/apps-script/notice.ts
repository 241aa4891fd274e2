import { type Health, mustTell, told, tried } from '../sync/memory/health';
import type { SyncState } from '../sync/memory/sync-state';
import { monthToRemind } from '../sync/month/reminder';
import type { Clock } from '../sync/ports';
import type { Sync } from '../sync/sync';
import { DAY_MS } from '../value/duration';
import { isUnsure, sendAlert, sendMonthReminder } from './alert';
import { readConnection } from './connection';
import type { Runtime } from './runtime';
import type { Settings } from './settings';

/** What notifying a person needs of an execution. */
interface Notifying {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly settings: Settings;
  /** No mail leaves after this moment (ms). */
  readonly deadline: number;
}

/**
 * Stores the state after a run, and mails the person who activated the sync if that is due. That a
 * mail is tried is stored before it leaves: if Google fails in between, or says that it failed
 * although the mail left, the same news is not mailed again by each run but a day later.
 */
export function storeAndNotify(
  { runtime, clock, settings, deadline }: Notifying,
  sync: Sync,
  state: SyncState,
): void {
  const { health } = state;
  const now = clock.now();
  const isDue = sync.state === 'active' && mustTell(health, now) && now < deadline;
  const put = (after: Health): void => settings.putState(sync.id, { ...state, health: after });
  if (!isDue) {
    // What is no longer due needs no mail, so that it has none is no news either.
    const isOpen = health.triedAt !== undefined;
    put(isOpen ? health : { ...health, unmailed: undefined });
    return;
  }
  put(tried(health, now));
  const unmailed = sendAlert(runtime, sync, health);
  if (unmailed === undefined) put(told(health, clock.now()));
  else put({ ...(isUnsure(unmailed) ? tried(health, now) : health), unmailed });
}

/** The month of a clock's run, and when its reminder was tried. */
type Reminded = Pick<SyncState, 'month' | 'remindedAt'>;

/**
 * Reminds the person of the former month with the first run of the clock in another one. Stores
 * that before the mail leaves, as above; where it surely did not, the next run tries again.
 */
export function remindOfMonth(
  { runtime, clock, settings }: Omit<Notifying, 'deadline'>,
  sync: Sync,
): void {
  const state = settings.state(sync.id);
  const { remindedAt } = state;
  const now = clock.now();
  const zone = (): string => readConnection(runtime)?.zone ?? 'UTC';
  const { month, over } = monthToRemind(state.month, now / 1000, zone);
  const put = (after: Reminded): void => settings.putState(sync.id, { ...state, ...after });
  if (over === undefined) {
    if (month !== state.month) put({ month });
    return;
  }
  if (remindedAt !== undefined && now - remindedAt < DAY_MS) return;
  put({ remindedAt: now });
  const unsent = sendMonthReminder(runtime, sync, over);
  if (unsent === undefined) put({ month, remindedAt: undefined });
  else if (!isUnsure(unsent)) put({ remindedAt: undefined });
}
