import { type LagoDestination, lagoDestination } from '../lago/destination';
import { Pace } from '../lago/pace';
import { isProblem, type Problem, ProblemError, problem, required } from '../problem/problem';
import { aheadOfEnd, dueAfter, EVERY_HOUR, nextRun } from '../sync/clock/schedule';
import { begin, type Doing } from '../sync/memory/begun';
import type { Health } from '../sync/memory/health';
import { reportOfStandstill } from '../sync/memory/standstill';
import { approvedNow, stateAfter } from '../sync/memory/sync-state';
import { identify, sentRows } from '../sync/open-ledger';
import type { Plan } from '../sync/plan/planned-row';
import type { Clock, Identity, Ports } from '../sync/ports';
import { type RunReport, type RunResult, stoppedReport } from '../sync/report';
import { digest } from '../sync/rows/content';
import { hasRested, isTracked, NONE_RESTS, restingRule, touch } from '../sync/rows/resting';
import { run } from '../sync/run';
import type { RunRequest } from '../sync/run-request';
import { decidingHeaders, prepare, type ReadySync, type Sync } from '../sync/sync';
import { counted } from '../value/count';
import { MINUTE_MS } from '../value/duration';
import { dayOf } from '../value/time';
import { attempted } from './attempted';
import { mayEdit, missingAuthorization } from './authorization';
import { catalogCache } from './catalog-cache';
import { type Connection, requireConnection } from './connection';
import { LedgerSheets } from './ledger/ledger-sheet';
import { remindOfMonth, storeAndNotify } from './notice';
import { quotaProblem } from './quota';
import { writeRun } from './run-journal';
import type { Runtime } from './runtime';
import { documentSettings, type Settings, WISH } from './settings';
import { fileZoneOrUtc, type SheetSource, sheetSource } from './sheet-source';
import { writeStatuses } from './status-column';
import { tickOf } from './triggers';
import { urlFetchHttp } from './url-fetch-http';

/**
 * Google ends an execution after six minutes without a word (google: execution.six-minutes); no
 * request leaves after this.
 */
const WORKING_MS = 4.5 * MINUTE_MS;
/** A second look, if somebody asked for a run in the meantime, needs at least this long. */
const SECOND_LOOK_MS = MINUTE_MS;

/** How long (ms) a person's call waits for a run that is at work. */
export const LOCK_WAIT_MS = 10_000;

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
  /** What has left for Lago: all syncs of a file share its rate. */
  readonly pace: Pace;
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
    pace: new Pace(),
  };
}

export interface SyncPorts extends Ports {
  /** The sheet. */
  readonly source: SheetSource;
  /** Lago, with what only the adapters ask of it. */
  readonly destination: LagoDestination;
  /** The ledgers of this file. */
  readonly ledger: LedgerSheets;
}

/** @param connection as it is stored, if it was read already */
export function portsOf(
  { runtime, clock, settings, deadline, pace }: Execution,
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
      {
        cache: catalogCache(runtime, connection),
        store: connection.store,
        readUntil: deadline,
        pace,
      },
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
  const text = error instanceof Error ? error.message : String(error);
  // Google ends its sentences itself.
  const detail = text.replace(/\.$/, '');
  // Google's errors are named Exception; anything else is ours (google: realm.exceptions).
  if (error instanceof Error && error.name !== 'Exception') return problem('internal', { detail });
  return quotaProblem(text) ?? problem('run.google', { detail });
};

/** Why Google refused, if that can be found out. */
export function explained(runtime: Runtime, error: unknown): Problem {
  const found = problemOf(error);
  if (found.code !== 'run.google') return found;
  try {
    const missing = missingAuthorization(runtime);
    if (missing !== undefined) return missing;
    if (!mayEdit(runtime)) return problem('google.view-only');
    return isFull(runtime) ? problem('google.settings-full') : found;
  } catch {
    // If nothing is allowed, nothing can be asked either.
    return found;
  }
}

/**
 * Characters of all document properties from which a new value may not fit: Google stores 500 KB,
 * and a value has up to 9 (google: properties.store-full, properties.too-large).
 */
const NEARLY_FULL = 480_000;

/** Whether the settings leave no room; Google says so in its own language only. */
const isFull = ({ PropertiesService }: Runtime): boolean =>
  Object.entries(PropertiesService.getDocumentProperties().getProperties()).join('').length >
  NEARLY_FULL;

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
      attempted(() => lock.releaseLock());
    }
  }
}

/**
 * Runs something while no other execution of this file does. If the lock is busy, the wish is
 * noted, and the run that holds the lock looks at all active syncs once more before it ends.
 * @param goesOn of a slice: whether another one follows. The page asks for it, and asks again if it
 * was busy. So a slice notes no wish, and only the last one looks once more; otherwise a slice of
 * seconds would send everything as somebody else's run. Nor does a firing of the clock note one.
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
      while (execution.clock.now() + SECOND_LOOK_MS < execution.deadline && takeWish(execution))
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

/** Whether a run of all active syncs was asked for, which is forgotten then. */
export function takeWish({ runtime }: Execution): boolean {
  const properties = runtime.PropertiesService.getDocumentProperties();
  if (properties.getProperty(WISH) === null) return false;
  // Where Google takes no write, the wish stays for another execution.
  return attempted(() => {
    properties.deleteProperty(WISH);
  });
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
  noteBegin(execution, sync, choice);
  const { seen, ...tried } = attempt(execution, sync, choice);
  const { plan } = tried;
  if (sync.statuses !== undefined && plan !== undefined) mark(execution, sync, 'statuses');
  const unwritten =
    plan === undefined || sync.statuses === undefined
      ? undefined
      : showStatuses(execution, sync, plan, tried.report.stopped);
  const result: RunResult =
    unwritten === undefined
      ? tried
      : {
          ...tried,
          report: { ...tried.report, checksOff: [...tried.report.checksOff, unwritten] },
        };
  const { report } = result;
  try {
    remember(execution, sync, choice, { ...result, seen });
  } catch (error) {
    // What was sent stands in the ledger; a state or journal that Google did not take must not keep
    // the other syncs from running.
    const stopped = report.stopped ?? explained(execution.runtime, error);
    attempted(() => noteUnremembered(execution, sync, choice, { ...report, stopped }));
    return { ...result, report: { ...report, stopped } };
  }
  return result;
}

/**
 * Notes that how a run went could not be stored, so that the sync does not look healthy. Without
 * the last run's report this is shorter than what it replaces, so it fits into a full store too.
 */
function noteUnremembered(
  execution: Execution,
  sync: Sync,
  { trigger }: RunChoice,
  { stopped, startedAt, endedAt }: RunReport,
): void {
  const { settings } = execution;
  settings.refresh();
  const former = settings.state(sync.id);
  // Then only the journal was refused.
  if (former.lastRun?.endedAt === endedAt) return;
  const health: Health = { ...former.health, state: 'stopped', problem: stopped };
  const next = nextRun(EVERY_HOUR, startedAt, { tickMs: tickOf(settings), zone: 'UTC' });
  const dueAt = trigger === 'clock' ? next : former.dueAt;
  const state = { ...former, health, lastRun: undefined, begun: undefined, dueAt };
  // It did end, and is not tried again at each firing.
  storeAndNotify(execution, sync, state);
}

/**
 * Notes that a run begins, before it reads anything: one that is killed leaves no other trace. The
 * next run is put off by an hour, or to the end of a period, so that runs that are killed do not
 * take all minutes of the day. Somebody is mailed from the second run in a row on that never ended.
 */
function noteBegin(execution: Execution, sync: Sync, { trigger }: RunChoice): void {
  const { settings, clock } = execution;
  // Damaged state or a full store stop the run itself, if anything.
  attempted(() => {
    const now = clock.now();
    const before = settings.state(sync.id);
    const begun = begin(before, now, trigger);
    const ended = { startedAt: now, goesOn: false, ends: [before.endsAt ?? 0] };
    const next = dueAfter(EVERY_HOUR, ended, { tickMs: tickOf(settings), zone: 'UTC' });
    const { dueAt } = before;
    // After a killed run the clock looks at all rows soon, whatever the schedule: an edit's run was
    // not of all.
    const isSooner = before.begun !== undefined && dueAt !== undefined && dueAt > next;
    const state = { ...begun, dueAt: trigger === 'clock' || isSooner ? next : dueAt };
    // What else there is to mail is for the run to say.
    if (state.health.problem?.code === 'run.killed') storeAndNotify(execution, sync, state);
    else settings.putState(sync.id, state);
  });
}

/** Notes what the run does now. */
function mark({ settings }: Execution, { id }: Sync, doing: Doing): void {
  attempted(() => {
    const state = settings.state(id);
    if (state.begun !== undefined)
      settings.putState(id, { ...state, begun: { ...state.begun, doing } });
  });
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
function remember(execution: Execution, sync: Sync, choice: RunChoice, result: Tried): void {
  const { settings, runtime } = execution;
  const { report } = result;
  const zone = fileZoneOrUtc(runtime.SpreadsheetApp.getActiveSpreadsheet());
  const before = settings.state(sync.id);
  const after = stateAfter(before, choice, result, {
    day: dayOf(report.endedAt / 1000, zone),
    schedule: sync.schedule,
    tickMs: tickOf(settings),
    zone,
    seen: result.seen,
  });
  const { month, remindedAt } = before;
  storeAndNotify(execution, sync, { ...after, month, remindedAt });
  // An edit that sends nothing only looked at the rows where somebody typed.
  if (choice.trigger !== 'edit' || report.delivered > 0 || report.stopped !== undefined)
    writeRun(runtime, sync, report);
  // The run is remembered by now; a reminder must not look like a failure of it.
  if (sync.state === 'active' && choice.trigger === 'clock')
    attempted(() => remindOfMonth(execution, sync));
}

/** Why a sync whose settings came with a copy of the file waits, with what was sent until then. */
function copiedProblem({ runtime }: Execution, sync: Sync): Problem {
  const rows = sentRows(new LedgerSheets(runtime, []), sync);
  return problem('ledger.copied', { rows: counted(rows, 'row') });
}

/** A run with what it saw. */
interface Tried extends RunResult {
  /** Makes the digest of all that could change what a later run finds. */
  readonly seen: () => string | undefined;
}

const unseen = (): undefined => undefined;

/** Makes the digest of all that could change what a run of a sync finds, but Lago. */
const seenBy =
  ({ source, ledger }: SyncPorts, ready: ReadySync, { address, organizationId }: Connection) =>
  (): string | undefined => {
    const { sync } = ready;
    const lines = ledger.standing(sync.id, organizationId);
    const rows = lines && source.seen(sync.source, decidingHeaders(ready));
    return rows && digest(JSON.stringify([sync, address, organizationId, lines, rows]));
  };

function attempt(execution: Execution, sync: Sync, choice: RunChoice): Tried {
  const { runtime, clock, settings, deadline } = execution;
  const startedAt = clock.now();
  let ports: SyncPorts | undefined;
  try {
    if (settings.isCopy()) throw new ProblemError(copiedProblem(execution, sync));
    const connection = requireConnection(runtime);
    ports = portsOf(execution, connection);
    const state = settings.state(sync.id);
    const { days, removed, standstill } = state;
    const ready = requireReady(sync);
    const seen = seenBy(ports, ready, connection);
    // Whose key it is is asked all the same: one that was revoked must not look healthy.
    const still =
      choice.trigger !== 'clock' || standstill === undefined || isProblem(identify(ports, ready))
        ? undefined
        : reportOfStandstill(standstill, seen(), {
            sync: sync.id,
            trigger: choice.trigger,
            startedAt,
            endedAt: clock.now(),
          });
    if (still !== undefined) return { report: still, plan: undefined, ledger: undefined, seen };
    const request: RunRequest = {
      ready,
      startedAt,
      deadline,
      usual: { days, removed },
      resting: NONE_RESTS,
      again: new Set(),
      ...choice,
      approved: choice.approved ?? approvedNow(state, clock.now()),
    };
    const pinned =
      sync.organization === undefined
        ? settings.pin(sync, requireIdentity(ports.destination))
        : sync;
    const marking = { ...ports, mark: (doing: Doing) => mark(execution, sync, doing) };
    const pinnedReady = { ...ready, sync: pinned };
    return {
      ...run(marking, { ...request, ready: pinnedReady }),
      seen: seenBy(ports, pinnedReady, connection),
    };
  } catch (error) {
    const { trigger, run: id } = choice;
    const begun = { sync: sync.id, trigger, run: id, startedAt, endedAt: clock.now() };
    return {
      report: {
        ...stoppedReport(begun, explained(execution.runtime, error)),
        // Google may refuse a call in the middle of a delivery.
        ...ports?.ledger.settled(),
      },
      plan: undefined,
      ledger: undefined,
      seen: unseen,
    };
  }
}

/**
 * Runs all active syncs over all of their rows: the truth, whatever the edits said. Those for which
 * no time is left are due at once.
 */
export function runActive(execution: Execution): void {
  const { clock, settings, deadline } = execution;
  for (const sync of settings.syncs().filter(({ state }) => state === 'active'))
    if (clock.now() < deadline) runWhole(execution, sync);
    else
      attempted(() => {
        settings.putState(sync.id, { ...settings.state(sync.id), dueAt: undefined });
      });
}

/** A run by the clock over all rows of a sync. The caller holds the lock. */
export function runWhole(execution: Execution, sync: Sync): void {
  const { clock, settings } = execution;
  const touched = settings.touched(sync.id);
  const now = clock.now();
  const restMs = sync.restMinutes * MINUTE_MS;
  const result = runSync(execution, sync, {
    trigger: 'clock',
    resting: restingRule(touched, restMs, now, aheadOfEnd(tickOf(settings))),
  });
  const tracked = isTracked(touched);
  const waiting = (result.plan?.rows ?? [])
    .filter(({ problems }) => problems.some(({ code }) => code === 'row.resting'))
    .flatMap(({ key, content }) =>
      key === undefined || content === undefined || tracked(key, content) ? [] : [{ key, content }],
    );
  const isUnread = result.plan === undefined;
  if (waiting.length === 0 && touched.againAt === undefined && !hasRested(touched, restMs, now))
    return;
  // Full settings must not keep the other syncs from running.
  attempted(() => {
    settings.refresh();
    const newest = settings.touched(sync.id);
    const isSame = newest.againAt === touched.againAt;
    const againAt = isUnread ? withinHour(execution) : isSame ? undefined : newest.againAt;
    // A row whose edit Google forgot rests with the whole tab; noted now, it goes by its own age
    // next time, however busy the tab is.
    const after = touch(newest, waiting, clock.now(), false);
    settings.putTouched(sync.id, { ...after, lookedAt: now, againAt });
  });
}

/** When what cannot be done now is tried again (ms), whatever the schedule. */
export const withinHour = ({ clock, settings }: Pick<Execution, 'clock' | 'settings'>): number =>
  nextRun(EVERY_HOUR, clock.now(), { tickMs: tickOf(settings), zone: 'UTC' });
