import { mustTell, told } from '../sync/memory/health';
import type { SyncState } from '../sync/memory/sync-state';
import { monthToRemind } from '../sync/month/reminder';
import type { Clock } from '../sync/ports';
import type { Sync } from '../sync/sync';
import { attempted, sendAlert, sendMonthReminder } from './alert';
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
  settings.putState(sync.id, isDue ? { ...state, health: { ...health, telling: true } } : state);
  if (!isDue) return;
  const isSent = attempted(() => sendAlert(runtime, sync, health));
  settings.putState(sync.id, isSent ? { ...state, health: told(health, clock.now()) } : state);
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
  return attempted(() => sendMonthReminder(runtime, sync, over)) ? month : before;
}
