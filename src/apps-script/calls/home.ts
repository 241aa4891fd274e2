import { type Problem, problem } from '../../problem/problem';
import type { Home, SyncView } from '../../rpc/contract';
import { healthSeen } from '../../sync/memory/begun';
import { type Health, newHealth } from '../../sync/memory/health';
import { NEW_STATE, type SyncState, silenceOf } from '../../sync/memory/sync-state';
import type { Sync } from '../../sync/sync';
import { counted } from '../../value/count';
import { HOUR_MS, MINUTE_MS } from '../../value/duration';
import { dayOf } from '../../value/time';
import { whyUnmailed } from '../alert';
import { mayEdit } from '../authorization';
import { readConnection, viewOf } from '../connection';
import { fileZoneOrUtc, isGrid } from '../sheet-source';
import { damageIn } from '../stored-json';
import type { Execution } from '../sync-runner';
import { readTriggers } from '../triggers';

/** A time in words, in hours once there are two. */
const timeWords = (ms: number): string =>
  ms < 2 * HOUR_MS
    ? counted(Math.floor(ms / MINUTE_MS), 'minute')
    : counted(Math.floor(ms / HOUR_MS), 'hour');

/**
 * The sync's health now. A run that never begins, or never ends, cannot report anything, so both
 * are looked for here.
 */
function healthNow(sync: Sync, state: SyncState, now: number): Health {
  const seen = healthSeen(state, now);
  // Runs that were killed are why the next one has not begun, but not for more than a day.
  const isKilled = seen.problem?.code === 'run.killed';
  const silence = silenceOf(sync, state, now);
  return silence === undefined || (isKilled && !silence.isOff)
    ? seen
    : {
        ...seen,
        state: 'stopped',
        problem: silence.isOff
          ? problem('run.silent', { time: timeWords(silence.ms) })
          : problem('run.late', { time: timeWords(silence.ms) }),
      };
}

/** A damaged state must not keep a person from deleting the sync and setting it up again. */
function stateOf({ settings }: Execution, { id }: Sync): SyncState {
  try {
    return settings.state(id);
  } catch (error) {
    return { ...NEW_STATE, health: { ...newHealth, state: 'stopped', problem: damageIn(error) } };
  }
}

/** A sync with what is remembered of its runs. */
export function viewSync(execution: Execution, sync: Sync): SyncView {
  const now = execution.clock.now();
  const state = stateOf(execution, sync);
  const { lastRun, days, dueAt = 0 } = state;
  return {
    sync,
    health: healthNow(sync, state, now),
    lastRun,
    days,
    nextRun: sync.state === 'active' && dueAt > now ? dueAt : undefined,
  };
}

/** Why nobody is mailed about an active sync. */
const unmailedOf = (syncs: readonly SyncView[]): Problem | undefined =>
  syncs
    .filter(({ sync }) => sync.state === 'active')
    .map(({ sync, health }) => whyUnmailed(sync, health))
    .find((each) => each !== undefined);

/** A sync whose trigger was made by this person, who has none. */
function withoutTrigger(view: SyncView, account: string): SyncView {
  const { sync, health } = view;
  return sync.state !== 'active' || sync.activatedBy !== account
    ? view
    : { ...view, health: { ...health, state: 'stopped', problem: problem('run.no-trigger') } };
}

/**
 * Google shows nobody the triggers of others, so that only their maker can miss them. Another
 * person's clock runs all syncs of the file, unless it is gone: then runs are due for too long.
 */
function withTriggers(
  { settings, clock }: Execution,
  syncs: readonly SyncView[],
  account: string,
): readonly SyncView[] {
  const hasOther = Object.values(settings.clocks()).some(({ by }) => by !== account);
  const now = clock.now();
  const isRun = ({ sync }: SyncView): boolean =>
    hasOther && silenceOf(sync, settings.legibleState(sync.id), now) === undefined;
  return syncs.map((view) => (isRun(view) ? view : withoutTrigger(view, account)));
}

/** Damaged settings must not keep a person from setting up again. */
function syncViews(execution: Execution): Pick<Home, 'syncs' | 'problem'> {
  const { settings } = execution;
  try {
    // In a copied file a sync is paused, whatever is stored.
    const syncs = settings.syncs().map(({ id }) => viewSync(execution, settings.sync(id)));
    return { syncs, problem: unmailedOf(syncs) };
  } catch (error) {
    return { syncs: [], problem: damageIn(error) };
  }
}

/** @param account address of the account that calls; empty if Google does not say it */
export function home(execution: Execution, account: string): Home {
  const { runtime, clock } = execution;
  const spreadsheet = runtime.SpreadsheetApp.getActiveSpreadsheet();
  const connection = readConnection(runtime);
  const active = spreadsheet.getActiveSheet();
  const now = clock.now();
  const triggers = readTriggers(execution);
  const { syncs, problem: damage } = syncViews(execution);
  return {
    spreadsheet: spreadsheet.getName(),
    connection: connection === undefined ? undefined : viewOf(connection),
    syncs: triggers.clock || account === '' ? syncs : withTriggers(execution, syncs, account),
    problem: damage,
    tabs: spreadsheet
      .getSheets()
      .filter((sheet) => !sheet.isSheetHidden() && isGrid(sheet))
      .map((sheet) => ({ id: sheet.getSheetId(), name: sheet.getName() })),
    activeTab: active.getSheetId(),
    triggers,
    isCopy: execution.settings.isCopy(),
    today: dayOf(now / 1000, fileZoneOrUtc(spreadsheet)),
    canEdit: mayEdit(runtime),
    account,
    at: now,
  };
}
