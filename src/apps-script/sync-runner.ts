import { type LagoDestination, lagoDestination } from '../lago/destination';
import { type Problem, ProblemError, problem, required } from '../problem/problem';
import { approvedNow, stateAfter } from '../sync/memory/sync-state';
import { sentRows } from '../sync/open-ledger';
import type { Plan } from '../sync/plan/planned-row';
import type { Clock, Identity, Ports } from '../sync/ports';
import { type RunResult, stoppedReport } from '../sync/report';
import { isTracked, restingRule, touch } from '../sync/rows/resting';
import { run } from '../sync/run';
import type { RunRequest } from '../sync/run-request';
import { prepare, type ReadySync, type Sync } from '../sync/sync';
import { counted } from '../value/count';
import { MINUTE_MS } from '../value/duration';
import { dayOf } from '../value/time';
import { attempted } from './alert';
import { mayEdit, missingAuthorization } from './authorization';
import { catalogCache } from './catalog-cache';
import { requireConnection } from './connection';
import { noteVersion } from './lago-version';
import { LedgerSheets } from './ledger/ledger-sheet';
import { monthAfter, storeAndNotify } from './notice';
import { writeRun } from './run-journal';
import type { Runtime } from './runtime';
import { documentSettings, type Settings } from './settings';
import { fileZoneOrUtc, sheetSource } from './sheet-source';
import { writeStatuses } from './status-column';
import { urlFetchHttp } from './url-fetch-http';

/**
 * Google ends an execution after six minutes without a word (google: execution.six-minutes); no
 * request leaves after this.
 */
const WORKING_MS = 4.5 * MINUTE_MS;
/** A second look, if somebody asked for a run in the meantime, needs at least this long. */
const SECOND_LOOK_MS = MINUTE_MS;
const WISH = 'wish';

/** Everything that one execution works with. */
export interface Execution {
  /** Google's services. */
  readonly runtime: Runtime;
  /** Time. */
  readonly clock: Clock;
  /** The settings of this file. */
  readonly settings: Settings;
  /** No request leaves after this moment (ms). */
  readonly deadline: number;
  /**
   * Whether the hourly trigger began it. Only then does it show when the next hourly run is due.
   */
  readonly isHourly?: boolean | undefined;
}

export function beginExecution(runtime: Runtime): Execution {
  const clock: Clock = {
    now: () => Date.now(),
    sleep: (ms) => runtime.Utilities.sleep(ms),
    random: () => Math.random(),
  };
  return {
    runtime,
    clock,
    settings: documentSettings(runtime),
    deadline: clock.now() + WORKING_MS,
  };
}

export interface SyncPorts extends Ports {
  /** Lago, with what only the adapters ask of it. */
  readonly destination: LagoDestination;
  /** The ledgers of this file. */
  readonly ledger: LedgerSheets;
}

/** @param connection as it is stored, if it was read already */
export function portsOf(
  { runtime, clock, settings, deadline }: Execution,
  connection = requireConnection(runtime),
): SyncPorts {
  return {
    clock,
    source: sheetSource(runtime),
    ledger: new LedgerSheets(
      runtime,
      settings.syncs().map(({ id }) => id),
    ),
    destination: lagoDestination(
      urlFetchHttp(runtime, connection, clock),
      clock,
      connection.requestsPerSecond,
      { cache: catalogCache(runtime, connection), store: connection.store, readUntil: deadline },
    ),
  };
}

/**
 * The organization that the key belongs to.
 * @throws ProblemError if Lago does not say
 */
export const requireIdentity = (lago: Pick<LagoDestination, 'identify'>): Identity =>
  required(lago.identify());

/** @throws ProblemError with the first thing that is missing. */
export function requireReady(sync: Sync): ReadySync {
  const ready = prepare(sync);
  if ('problems' in ready)
    throw new ProblemError(
      ready.problems[0] ?? problem('settings.incomplete', { detail: sync.name }),
    );
  return ready;
}

/** What a person did not catch: Google's own errors, in words that can be shown. */
export const problemOf = (error: unknown): Problem => {
  if (error instanceof ProblemError) return error.problem;
  // Google ends its sentences itself.
  const detail = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
  // Google's errors are named Exception; anything else is ours (google: realm.exceptions).
  return problem(error instanceof Error && error.name !== 'Exception' ? 'internal' : 'run.google', {
    detail,
  });
};

/** Why Google refused, if that can be found out. */
export function explained(runtime: Runtime, error: unknown): Problem {
  const found = problemOf(error);
  if (found.code !== 'run.google') return found;
  try {
    const missing = missingAuthorization(runtime);
    if (missing !== undefined) return missing;
    return mayEdit(runtime) ? found : problem('google.view-only');
  } catch {
    // If nothing is allowed, nothing can be asked either.
    return found;
  }
}

/**
 * Does work while no other execution of this file does.
 * @param waitMs how long to wait for another one
 * @throws ProblemError run.busy
 */
export function withLock<Result>(
  { runtime, settings }: Execution,
  waitMs: number,
  work: () => Result,
): Result {
  const lock = runtime.LockService.getDocumentLock();
  if (!lock.tryLock(waitMs)) throw new ProblemError(problem('run.busy'));
  try {
    settings.refresh();
    return work();
  } finally {
    try {
      // Writes must be applied before somebody else may read (google: range.batched).
      runtime.SpreadsheetApp.flush();
    } finally {
      // Google may refuse to release a lock (google: lock.too-many). That must not replace what was
      // done: the lock ends with its execution.
      attempted(() => {
        lock.releaseLock();
        return true;
      });
    }
  }
}

/**
 * Runs something while no other execution of this file does. If the lock is busy, the wish is
 * noted, and the run that holds the lock looks at all active syncs once more before it ends.
 * @param goesOn of a slice: whether another one follows. The page asks for it, and asks again if it
 * was busy. So a slice notes no wish, and only the last one looks once more; otherwise a slice of
 * seconds would send everything as somebody else's run.
 * @throws ProblemError run.busy, after the wish was noted
 */
export function withRunLock<Result>(
  execution: Execution,
  waitMs: number,
  work: () => Result,
  goesOn?: (result: Result) => boolean,
): Result {
  try {
    return withLock(execution, waitMs, () => {
      const result = work();
      if (goesOn?.(result) === true) return result;
      while (takeWish(execution) && execution.clock.now() + SECOND_LOOK_MS < execution.deadline)
        runActive(execution);
      return result;
    });
  } catch (error) {
    if (isBusy(error) && goesOn === undefined)
      execution.runtime.PropertiesService.getDocumentProperties().setProperty(WISH, '1');
    throw error;
  }
}

export const isBusy = (error: unknown): boolean =>
  error instanceof ProblemError && error.problem.code === 'run.busy';

function takeWish({ runtime }: Execution): boolean {
  const properties = runtime.PropertiesService.getDocumentProperties();
  if (properties.getProperty(WISH) === null) return false;
  properties.deleteProperty(WISH);
  return true;
}

/** What a run is asked beyond its sync and its trigger. */
export type RunChoice = Pick<RunRequest, 'trigger'> &
  Partial<
    Pick<
      RunRequest,
      'only' | 'again' | 'resting' | 'run' | 'deliveryMs' | 'approved' | 'rebill' | 'undo'
    >
  >;

/**
 * Runs one sync, stores how it went and notifies somebody if that is due. The caller holds the
 * lock. Never throws for what happens in the run.
 */
export function runSync(execution: Execution, sync: Sync, choice: RunChoice): RunResult {
  const attempted = attempt(execution, sync, choice);
  const { plan } = attempted;
  const unwritten =
    plan === undefined || sync.statuses === undefined
      ? undefined
      : showStatuses(execution, sync, plan, attempted.report.stopped);
  const result: RunResult =
    unwritten === undefined
      ? attempted
      : {
          ...attempted,
          report: { ...attempted.report, checksOff: [...attempted.report.checksOff, unwritten] },
        };
  const { report } = result;
  try {
    remember(execution, sync, choice, result);
  } catch (error) {
    // What was sent stands in the ledger; a state or journal that Google did not take must not keep
    // the other syncs from running.
    return { ...result, report: { ...report, stopped: report.stopped ?? problemOf(error) } };
  }
  return result;
}

/** Says why the statuses could not be written; that stops nothing. */
function showStatuses(
  { runtime }: Execution,
  sync: Sync,
  plan: Plan,
  stopped: Problem | undefined,
): Problem | undefined {
  try {
    return writeStatuses(runtime, sync, plan, stopped);
  } catch (error) {
    return problem('status.unwritable', {
      column: sync.statuses ?? '',
      detail: problemOf(error).message,
      suggestion:
        'Look whether the column is protected, has a rule (Data, Data validation) or belongs to ' +
        'a table, or choose another one in the settings of the sync.',
    });
  }
}

/** Stores what is known after a run, notifies a person if that is due, and writes the journal. */
function remember(execution: Execution, sync: Sync, choice: RunChoice, result: RunResult): void {
  const { settings, runtime } = execution;
  const { report } = result;
  const zone = fileZoneOrUtc(runtime.SpreadsheetApp.getActiveSpreadsheet());
  const day = dayOf(report.endedAt / 1000, zone);
  const before = settings.state(sync.id);
  const after = stateAfter(before, choice, result, { day, isHourly: execution.isHourly === true });
  const countsMonths = sync.state === 'active' && choice.trigger === 'hourly';
  const month = countsMonths ? monthAfter(execution, sync, before.month) : before.month;
  storeAndNotify(execution, sync, { ...after, month });
  // An edit that sends nothing only looked at the rows where somebody typed.
  if (choice.trigger !== 'edit' || report.delivered > 0 || report.stopped !== undefined)
    writeRun(runtime, sync, report);
}

/** Why a sync whose settings came with a copy of the file waits, with what was sent until then. */
function copiedProblem({ runtime }: Execution, sync: Sync): Problem {
  const rows = sentRows(new LedgerSheets(runtime, []), sync);
  return problem('ledger.copied', { rows: counted(rows, 'row') });
}

function attempt(execution: Execution, sync: Sync, choice: RunChoice): RunResult {
  const { clock, settings, deadline } = execution;
  try {
    if (settings.isCopy()) throw new ProblemError(copiedProblem(execution, sync));
    const ports = portsOf(execution);
    const state = settings.state(sync.id);
    const { days, removed } = state;
    const request: RunRequest = {
      ready: requireReady(sync),
      deadline,
      usual: { days, removed },
      resting: () => false,
      again: new Set(),
      ...choice,
      approved: choice.approved ?? approvedNow(state, clock.now()),
    };
    const pinned =
      sync.organization === undefined
        ? settings.pin(sync, requireIdentity(ports.destination).organization)
        : sync;
    return run(ports, { ...request, ready: { ...request.ready, sync: pinned } });
  } catch (error) {
    const now = clock.now();
    return {
      report: stoppedReport(
        { sync: sync.id, trigger: choice.trigger, run: choice.run, startedAt: now, endedAt: now },
        explained(execution.runtime, error),
      ),
      plan: undefined,
      ledger: undefined,
    };
  }
}

/** The hourly run of all active syncs: the truth, whatever the edits said. */
export function runDueSyncs(execution: Execution): void {
  const hourly = { ...execution, isHourly: true };
  try {
    withRunLock(hourly, 0, () => runActive(hourly));
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
  watchVersion(execution);
}

/** Looks once a day whether Lago was updated. */
function watchVersion(execution: Execution): void {
  const { clock, settings, deadline } = execution;
  // Whatever goes wrong here must not look like a failed run.
  attempted(() => {
    const sync = settings.syncs().find(({ state }) => state === 'active');
    if (sync !== undefined && clock.now() < deadline)
      noteVersion(execution, sync, () => portsOf(execution).destination.version());
    return true;
  });
}

function runActive(execution: Execution): void {
  const { clock, settings, deadline } = execution;
  for (const sync of settings.syncs().filter(({ state }) => state === 'active'))
    if (clock.now() < deadline) runHourly(execution, sync);
}

function runHourly(execution: Execution, sync: Sync): void {
  const { clock, settings } = execution;
  const touched = settings.touched(sync.id);
  const result = runSync(execution, sync, {
    trigger: 'hourly',
    resting: restingRule(touched, sync.restMinutes * MINUTE_MS, clock.now()),
  });
  const tracked = isTracked(touched);
  const waiting = (result.plan?.rows ?? [])
    .filter(({ problems }) => problems.some(({ code }) => code === 'row.resting'))
    .flatMap(({ key, content }) =>
      key === undefined || content === undefined || tracked(key, content) ? [] : [{ key, content }],
    );
  // A row whose edit Google forgot rests with the whole tab; noted now, it goes by its own age next
  // time, however busy the tab is.
  if (waiting.length === 0) return;
  settings.refresh();
  settings.putTouched(sync.id, touch(settings.touched(sync.id), waiting, clock.now(), false));
}
