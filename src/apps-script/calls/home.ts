import { problem } from '../../problem/problem';
import type { Home, SyncView } from '../../rpc/contract';
import { type Health, newHealth } from '../../sync/memory/health';
import { NEW_STATE, type SyncState, silenceOf } from '../../sync/memory/sync-state';
import type { Sync } from '../../sync/sync';
import { HOUR_MS } from '../../value/duration';
import { dayOf } from '../../value/time';
import { mayEdit } from '../authorization';
import { readConnection, viewOf } from '../connection';
import { fileZoneOrUtc, isGrid } from '../sheet-source';
import { damageIn } from '../stored-json';
import type { Execution } from '../sync-runner';
import { readTriggers } from '../triggers';

/**
 * The sync's health now. A run that never begins cannot report anything, so silence is checked
 * here.
 */
function healthNow(sync: Sync, state: SyncState, now: number): Health {
  const silence = silenceOf(sync, state, now);
  if (silence === undefined) return state.health;
  return {
    ...state.health,
    state: 'stopped',
    problem: problem('run.silent', { hours: Math.floor(silence / HOUR_MS) }),
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
  const { clock } = execution;
  const state = stateOf(execution, sync);
  const { lastRun, days, hourlyAt } = state;
  const next = sync.state === 'active' && hourlyAt !== undefined ? hourlyAt + HOUR_MS : undefined;
  return {
    sync,
    health: healthNow(sync, state, clock.now()),
    lastRun,
    days,
    nextRun: next !== undefined && next > clock.now() ? next : undefined,
  };
}

/** Damaged settings must not keep a person from setting up again. */
function syncViews(execution: Execution): Pick<Home, 'syncs' | 'problem'> {
  const { settings } = execution;
  try {
    return {
      // In a copied file a sync is paused, whatever is stored.
      syncs: settings.syncs().map(({ id }) => viewSync(execution, settings.sync(id))),
      problem: undefined,
    };
  } catch (error) {
    return { syncs: [], problem: damageIn(error) };
  }
}

export function home(execution: Execution): Home {
  const { runtime, clock } = execution;
  const spreadsheet = runtime.SpreadsheetApp.getActiveSpreadsheet();
  const connection = readConnection(runtime);
  const active = spreadsheet.getActiveSheet();
  const now = clock.now();
  return {
    spreadsheet: spreadsheet.getName(),
    connection: connection === undefined ? undefined : viewOf(connection),
    ...syncViews(execution),
    tabs: spreadsheet
      .getSheets()
      .filter((sheet) => !sheet.isSheetHidden() && isGrid(sheet))
      .map((sheet) => ({ id: sheet.getSheetId(), name: sheet.getName() })),
    activeTab: active.getSheetId(),
    triggers: readTriggers(runtime),
    isCopy: execution.settings.isCopy(),
    today: dayOf(now / 1000, fileZoneOrUtc(spreadsheet)),
    canEdit: mayEdit(runtime),
    at: now,
  };
}
