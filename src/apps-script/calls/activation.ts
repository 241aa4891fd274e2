import { ProblemError, problem, required } from '../../problem/problem';
import type { Argument, SyncView } from '../../rpc/contract';
import { EVERY_HOUR, firstRun } from '../../sync/clock/schedule';
import { carryOver } from '../../sync/delivery/baseline';
import { silenceOf } from '../../sync/memory/sync-state';
import { identify } from '../../sync/open-ledger';
import type { Sync } from '../../sync/sync';
import { sendHandover } from '../alert';
import { attempted } from '../attempted';
import { accountOf } from '../gate';
import { noteVersion } from '../lago-version';
import { fileZoneOrUtc, requireTab } from '../sheet-source';
import { addStatusColumn, newStatusHeader } from '../status-column';
import { type Execution, portsOf, requireIdentity, requireReady } from '../sync-runner';
import { readTriggers } from '../triggers';
import { writeColumn } from './column-write';
import { viewSync } from './home';
import { settleLedger } from './ledger';
import { otherSchedules, requireAffordable, slowTriggers, startTriggers } from './schedules';

export function activate(execution: Execution, asked: Argument<'activate'>): SyncView {
  const { settings, runtime, clock } = execution;
  const { id, revision, changed, removed, late, reviewed } = asked;
  const before = settings.sync(id);
  const schedule = asked.schedule ?? before.schedule ?? EVERY_HOUR;
  const repeated =
    before.revision === revision + 1 &&
    before.state === 'active' &&
    before.changed === changed &&
    before.removed === removed &&
    before.late === late &&
    (before.schedule?.every ?? EVERY_HOUR.every) === schedule.every &&
    before.schedule?.hour === schedule.hour;
  if (before.revision !== revision && !repeated) throw new ProblemError(problem('settings.stale'));
  const sync: Sync = {
    ...before,
    step: undefined,
    revision: revision + 1,
    changed,
    removed,
    late,
    schedule,
    onEdit: asked.onEdit,
    state: 'active',
    activatedBy: accountOf(runtime),
  };
  requireReady(sync);
  // What a change or removal does to the invoice is a person's choice, so there is no default.
  if (changed === undefined || removed === undefined)
    throw new ProblemError(
      problem('settings.incomplete', {
        detail: 'what happens to changed and to removed rows is not chosen',
      }),
    );
  const ports = portsOf(execution);
  // By the stored sync: who has activated it so far confirms another address.
  const identity = required(identify(ports, { sync: before }));
  const state = settings.state(id);
  // Another sync of this file may rely on the on-edit trigger. The clock is always there.
  const others = otherSchedules(execution, id);
  const onEdit = asked.onEdit || (others.length > 0 && readTriggers(execution).onEdit);
  const lookMs = asked.lookMs ?? state.lookMs ?? 0;
  // One that was taken before is not weighed again by what the last run happened to take: a sync
  // must always come back by itself.
  if (asked.schedule !== undefined || before.schedule === undefined)
    requireAffordable(execution, id, { schedule, lookMs }, onEdit);
  startTriggers(
    execution,
    [schedule, ...others.map((other) => other.schedule)],
    onEdit,
    silenceOf(sync, state, clock.now()) !== undefined,
  );
  const { organization, address } = identity;
  settings.put({ ...sync, organization, address });
  // The person approved the numbers of the review. Rows that it did not show as gone count as
  // present.
  const approved =
    repeated || reviewed === undefined ? state.approved : { ...reviewed, at: clock.now() };
  const zone = fileZoneOrUtc(runtime.SpreadsheetApp.getActiveSpreadsheet());
  settings.putState(id, {
    ...state,
    approved,
    removed: state.removed ?? 0,
    lookMs,
    dueAt: firstRun(schedule, clock.now(), zone),
  });
  // Only the person who activated it may send it elsewhere, and gets its mails.
  attempted(() => sendHandover(runtime, before, sync));
  // The sync is active by now; a version that cannot be noted must not look like a failure.
  attempted(() => {
    settings.putLookedAt(clock.now());
    noteVersion(execution, sync, () => ports.destination.version());
  });
  return viewSync(execution, settings.sync(id));
}

export function pause(execution: Execution, id: string): SyncView {
  const { settings } = execution;
  const before = settings.sync(id);
  settings.put({ ...before, state: 'paused', revision: before.revision + 1 });
  slowTriggers(execution);
  return viewSync(execution, settings.sync(id));
}

export function resolveLedger(
  execution: Execution,
  { id, choice }: Argument<'resolveLedger'>,
): SyncView {
  const { settings } = execution;
  const sync = settings.sync(id);
  const { ledger, destination } = portsOf(execution);
  settleLedger(ledger, sync, requireIdentity(destination).organization, choice);
  // A person has chosen the file that sends, so the settings are this file's from now on.
  if (settings.isCopy()) settings.claim();
  return viewSync(execution, settings.sync(id));
}

/** @throws ProblemError settings.not-yours if somebody else has activated the sync */
function requireActivator({ runtime }: Execution, { activatedBy: person = '' }: Sync): void {
  if (person !== '' && person !== accountOf(runtime))
    throw new ProblemError(problem('settings.not-yours', { person }));
}

/** Sends a sync to the organization and address of the connection (see Api). */
export function changeOrganization(execution: Execution, id: string): SyncView {
  const { settings } = execution;
  const before = settings.sync(id);
  requireActivator(execution, before);
  const ports = portsOf(execution);
  const identity = requireIdentity(ports.destination);
  carryOver(ports, before, identity);
  const { organization, address } = identity;
  settings.put({ ...before, revision: before.revision + 1, organization, address });
  return viewSync(execution, settings.sync(id));
}

/**
 * Chooses the column for statuses (see Api). The next run writes them. The caller holds the lock.
 */
export function setStatusColumn(
  execution: Execution,
  { id, revision, column }: Argument<'setStatusColumn'>,
): SyncView {
  const { settings, runtime } = execution;
  const { statuses, ...before } = settings.sync(id);
  const others = settings
    .syncs()
    .filter((other) => other.id !== id && other.source.tabId === before.source.tabId);
  const taken = new Set(
    [before, ...others].flatMap(({ source }) => source.columns.map(({ header }) => header)),
  );
  const ofOthers = others.map((other) => other.statuses);
  const own = new Set(before.source.columns.map(({ header }) => header));
  const wanted =
    column === 'none'
      ? undefined
      : column === 'new'
        ? newStatusHeader((header) => own.has(header) || ofOthers.includes(header))
        : column.header;
  if (before.revision === revision + 1 && statuses === wanted)
    return viewSync(execution, settings.sync(id));
  if (before.revision !== revision) throw new ProblemError(problem('settings.stale'));
  // Statuses would overwrite another sync's usage or statuses.
  if (wanted !== undefined && column !== 'new' && (taken.has(wanted) || ofOthers.includes(wanted)))
    throw new ProblemError(problem('status.in-use', { column: wanted }));
  if (wanted !== undefined && column === 'new') {
    const sheet = requireTab(runtime, before.source);
    writeColumn(execution, sheet, wanted, () => addStatusColumn(sheet, before, wanted));
  }
  settings.put({
    ...before,
    revision: revision + 1,
    statuses: wanted,
  });
  return viewSync(execution, settings.sync(id));
}
