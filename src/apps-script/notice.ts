import { type Health, mustTell, told } from '../sync/memory/health';
import type { SyncState } from '../sync/memory/sync-state';
import { monthToRemind } from '../sync/month/reminder';
import type { Clock } from '../sync/ports';
import type { Sync } from '../sync/sync';
import { sendAlert, sendMonthReminder } from './alert';
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
 * Stores the state after a run, and mails the person who activated the sync if that is due. The
 * state is stored before the mail leaves, and again after it. So nobody is mailed every hour, and
 * if Google fails in between, one mail too many is sent, not one too few.
 */
export function storeAndNotify(
  { runtime, clock, settings, deadline }: Notifying,
  sync: Sync,
  state: SyncState,
): void {
  const { health } = state;
  const now = clock.now();
  const isDue = sync.state === 'active' && mustTell(health, now) && now < deadline;
  // What is no longer due needs no mail, so that it has none is no news either.
  const before: Health = isDue ? { ...health, telling: true } : { ...health, unmailed: undefined };
  settings.putState(sync.id, { ...state, health: before });
  if (!isDue) return;
  const unmailed = sendAlert(runtime, sync, health);
  const after = unmailed === undefined ? told(health, clock.now()) : { ...health, unmailed };
  settings.putState(sync.id, { ...state, health: after });
}

/**
 * Reminds the person of the former month with the first hourly run of another one.
 * @param before the month (`2026-11`) of the last hourly run
 * @returns the month of this run; the former one while the person could not be reminded
 */
export function monthAfter(
  { runtime, clock }: Pick<Notifying, 'runtime' | 'clock'>,
  sync: Sync,
  before: string | undefined,
): string | undefined {
  const zone = (): string => readConnection(runtime)?.zone ?? 'UTC';
  const { month, over } = monthToRemind(before, clock.now() / 1000, zone);
  if (over === undefined) return month;
  return sendMonthReminder(runtime, sync, over) ? month : before;
}
