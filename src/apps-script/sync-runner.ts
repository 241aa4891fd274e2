import { type LagoDestination, lagoDestination } from '../lago/destination';
import { isProblem, type Problem, ProblemError, problem } from '../problem/problem';
import { healthAfter, mustTell, told } from '../sync/health';
import type { Clock, Identity, Ports } from '../sync/ports';
import { isTracked, restingRule, touch } from '../sync/resting';
import { type RunReport, type RunRequest, type RunResult, run } from '../sync/run';
import { prepare, type ReadySync, type Sync } from '../sync/sync';
import { sendAlert } from './alert';
import { requireConnection } from './connection';
import { type LedgerSheets, ledgerSheets } from './ledger-sheet';
import { writeRun } from './run-journal';
import type { Runtime } from './runtime';
import { documentSettings, type Settings } from './settings';
import { sheetSource } from './sheet-source';
import { urlFetchHttp } from './url-fetch-http';

/** Google ends an execution after six minutes without a word (apps-script.md, section 2); no request leaves after this. */
const WORKING_MS = 4.5 * 60_000;
/** A second look, when somebody wished a run meanwhile, needs at least so much time. */
const SECOND_LOOK_MS = 60_000;
const MINUTE_MS = 60_000;
const WISH = 'wish';

/** Everything that one execution works with. */
export interface Execution {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly deadline: number;
}

export function beginExecution(runtime: Runtime): Execution {
  const clock: Clock = { now: () => Date.now(), sleep: (ms) => runtime.Utilities.sleep(ms), random: () => Math.random() };
  return { runtime, clock, settings: documentSettings(runtime), deadline: clock.now() + WORKING_MS };
}

export interface SyncPorts extends Ports {
  readonly destination: LagoDestination;
  readonly ledger: LedgerSheets;
}

export function portsOf({ runtime, clock, settings }: Execution): SyncPorts {
  const connection = requireConnection(runtime);
  return {
    clock,
    source: sheetSource(runtime),
    ledger: ledgerSheets(
      runtime,
      settings.syncs().map(({ id }) => id),
    ),
    destination: lagoDestination(urlFetchHttp(runtime, connection, clock), clock, connection.requestsPerSecond),
  };
}

/** @throws ProblemError where Lago does not say whose key it is. */
export function requireIdentity({ identify }: Pick<LagoDestination, 'identify'>): Identity {
  const identity = identify();
  if (isProblem(identity)) throw new ProblemError(identity);
  return identity;
}

/** @throws ProblemError with the first thing that is missing. */
export function requireReady(sync: Sync): ReadySync {
  const ready = prepare(sync);
  if ('problems' in ready) throw new ProblemError(ready.problems[0] ?? problem('settings.incomplete', { detail: sync.name }));
  return ready;
}

/** What a person did not catch: Google's own errors, in words that can be shown. */
export const problemOf = (error: unknown): Problem => {
  if (error instanceof ProblemError) return error.problem;
  // Google ends its sentences itself.
  const detail = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
  // Google's errors are named Exception; anything else is ours (apps-script.md, section 6).
  return problem(error instanceof Error && error.name !== 'Exception' ? 'internal' : 'run.google', { detail });
};

/**
 * Does work while no other execution of this file does.
 * @param waitMs how long to wait for another one
 * @throws ProblemError run.busy
 */
export function withLock<Result>({ runtime, settings }: Execution, waitMs: number, work: () => Result): Result {
  const lock = runtime.LockService.getDocumentLock();
  if (!lock.tryLock(waitMs)) throw new ProblemError(problem('run.busy'));
  try {
    settings.refresh();
    return work();
  } finally {
    // Writes must be applied before somebody else may read (apps-script.md, section 6).
    runtime.SpreadsheetApp.flush();
    lock.releaseLock();
  }
}

/**
 * Runs something while no other execution of this file does. A busy lock is no error: the wish is noted, and the run that holds the lock looks at
 * all active syncs once more before it ends.
 * @throws ProblemError run.busy, after the wish was noted
 */
export function withRunLock<Result>(execution: Execution, waitMs: number, work: () => Result): Result {
  try {
    return withLock(execution, waitMs, () => {
      const result = work();
      while (takeWish(execution) && execution.clock.now() + SECOND_LOOK_MS < execution.deadline) runActive(execution);
      return result;
    });
  } catch (error) {
    if (isBusy(error)) execution.runtime.PropertiesService.getDocumentProperties().setProperty(WISH, '1');
    throw error;
  }
}

export const isBusy = (error: unknown): boolean => error instanceof ProblemError && error.problem.code === 'run.busy';

function takeWish({ runtime }: Execution): boolean {
  const properties = runtime.PropertiesService.getDocumentProperties();
  if (properties.getProperty(WISH) === null) return false;
  properties.deleteProperty(WISH);
  return true;
}

const stoppedReport = (sync: Sync, trigger: RunRequest['trigger'], now: number, stopped: Problem): RunReport => ({
  sync: sync.id,
  trigger,
  startedAt: now,
  endedAt: now,
  rows: { send: 0, hold: 0, wait: 0, sent: 0, flag: 0, refused: 0 },
  delivered: 0,
  left: 0,
  problems: [],
  checksOff: [],
  stopped,
});

/** What a run is asked beyond its sync and its trigger. */
export type RunChoice = Pick<RunRequest, 'trigger'> & Partial<Pick<RunRequest, 'only' | 'again' | 'resting'>>;

/** Runs one sync, remembers how it went, and tells somebody where that is due. The caller holds the lock. Never throws for what happens in the run. */
export function runSync(execution: Execution, sync: Sync, choice: RunChoice): RunResult {
  const result = attempt(execution, sync, choice);
  const { report } = result;
  try {
    remember(execution, sync, choice.trigger, report);
  } catch (error) {
    // What was sent stands in the ledger; a state or journal that Google did not take must not keep the other syncs from running.
    return { ...result, report: { ...report, stopped: report.stopped ?? problemOf(error) } };
  }
  return result;
}

function remember(execution: Execution, sync: Sync, trigger: RunRequest['trigger'], report: RunReport): void {
  const { clock, settings, deadline, runtime } = execution;
  const state = settings.state(sync.id);
  const health = trigger === 'test' ? state.health : healthAfter(report, state.health);
  const tell = sync.state === 'active' && mustTell(health, clock.now()) && clock.now() < deadline;
  // What a person let go goes on until it is through; test sends and edits neither give nor use up that word.
  const passing = trigger === 'test' || trigger === 'edit';
  const approved = passing ? state.approved : report.stopped?.code === 'run.time' && (state.approved || trigger === 'person');
  settings.putState(sync.id, {
    health: tell && tellPerson(execution, sync, health) ? told(health, clock.now()) : health,
    lastRun: report,
    approved,
  });
  if (report.delivered > 0 || report.stopped !== undefined || trigger === 'person') writeRun(runtime, sync.name, report);
}

function tellPerson({ runtime }: Execution, sync: Sync, health: Parameters<typeof sendAlert>[2]): boolean {
  try {
    return sendAlert(runtime, sync, health);
  } catch {
    // A mail that cannot be sent must not undo a run that was done; it is tried again by the next run.
    return false;
  }
}

function attempt(execution: Execution, sync: Sync, choice: RunChoice): RunResult {
  const { clock, settings, deadline } = execution;
  try {
    const ports = portsOf(execution);
    const approved = choice.trigger === 'person' || settings.state(sync.id).approved;
    const request: RunRequest = { ready: requireReady(sync), deadline, approved, resting: () => false, again: new Set(), ...choice };
    const pinned = sync.organization === undefined ? pinOrganization(ports, settings, sync) : sync;
    return run(ports, { ...request, ready: { ...request.ready, sync: pinned } });
  } catch (error) {
    return { report: stoppedReport(sync, choice.trigger, clock.now(), problemOf(error)), plan: undefined, ledger: undefined };
  }
}

/** The first run decides which organization the sync belongs to. */
function pinOrganization({ destination }: SyncPorts, settings: Settings, sync: Sync): Sync {
  const pinned = { ...sync, organization: requireIdentity(destination).organization };
  settings.put(pinned);
  return pinned;
}

/** The hourly run of all active syncs: the truth, whatever the edits said. */
export function runDueSyncs(execution: Execution): void {
  try {
    withRunLock(execution, 0, () => runActive(execution));
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
}

function runActive(execution: Execution): void {
  const { clock, settings, deadline } = execution;
  for (const sync of settings.syncs().filter(({ state }) => state === 'active')) if (clock.now() < deadline) runHourly(execution, sync);
}

function runHourly(execution: Execution, sync: Sync): void {
  const { clock, settings } = execution;
  const touched = settings.touched(sync.id);
  const result = runSync(execution, sync, { trigger: 'hourly', resting: restingRule(touched, sync.restMinutes * MINUTE_MS, clock.now()) });
  const tracked = isTracked(touched);
  const waiting = (result.plan?.rows ?? [])
    .filter(({ problems }) => problems.some(({ code }) => code === 'row.resting'))
    .flatMap(({ key, content }) => (key === undefined || content === undefined || tracked(key, content) ? [] : [{ key, content }]));
  // A row whose edit Google forgot rests with the whole tab; noted now, it goes by its own age next time, however busy the tab is.
  if (waiting.length === 0) return;
  settings.refresh();
  settings.putTouched(sync.id, touch(settings.touched(sync.id), waiting, clock.now(), false));
}
