import { ProblemError, problem, required } from '../../problem/problem';
import type { Argument, SyncView } from '../../rpc/contract';
import { carryOver } from '../../sync/delivery/baseline';
import { silenceOf } from '../../sync/memory/sync-state';
import { identify } from '../../sync/open-ledger';
import type { Sync } from '../../sync/sync';
import { attempted } from '../alert';
import { noteVersion } from '../lago-version';
import { requireTab } from '../sheet-source';
import { addStatusColumn, newStatusHeader } from '../status-column';
import { type Execution, portsOf, requireIdentity, requireReady } from '../sync-runner';
import { readTriggers, setTriggers } from '../triggers';
import { writeColumn } from './column-write';
import { viewSync } from './home';
import { settleLedger } from './ledger';

export function activate(
  execution: Execution,
  { id, revision, changed, removed, late, onEdit, reviewed }: Argument<'activate'>,
): SyncView {
  const { settings, runtime, clock } = execution;
  const before = settings.sync(id);
  const repeated =
    before.revision === revision + 1 &&
    before.state === 'active' &&
    before.changed === changed &&
    before.removed === removed &&
    before.late === late;
  if (before.revision !== revision && !repeated) throw new ProblemError(problem('settings.stale'));
  const sync: Sync = {
    ...before,
    step: undefined,
    revision: revision + 1,
    changed,
    removed,
    late,
    state: 'active',
    activatedBy: runtime.Session.getEffectiveUser().getEmail(),
  };
  const ready = requireReady(sync);
  // What a change or removal does to the invoice is a person's choice, so there is no default.
  if (changed === undefined || removed === undefined)
    throw new ProblemError(
      problem('settings.incomplete', {
        detail: 'what happens to changed and to removed rows is not chosen',
      }),
    );
  const ports = portsOf(execution);
  const identity = required(identify(ports, ready));
  const wanted = readTriggers(runtime);
  const state = settings.state(id);
  // Google still lists a trigger that it has disabled; only a new one fires.
  if (silenceOf(sync, state, clock.now()) !== undefined)
    setTriggers(runtime, { hourly: false, onEdit: false });
  // Another sync of this file may rely on the on-edit trigger. The hourly one is always there.
  setTriggers(runtime, {
    hourly: true,
    onEdit:
      onEdit ||
      (wanted.onEdit &&
        settings.syncs().some((other) => other.id !== id && other.state === 'active')),
  });
  settings.put({ ...sync, organization: identity.organization });
  // The person approved the numbers of the review. Rows that it did not show as gone count as
  // present.
  const approved =
    repeated || reviewed === undefined ? state.approved : { ...reviewed, at: clock.now() };
  settings.putState(id, {
    ...state,
    approved,
    removed: state.removed ?? 0,
    activatedAt: clock.now(),
  });
  // The sync is active by now; a version that cannot be noted must not look like a failure.
  attempted(() => {
    noteVersion(execution, sync, () => ports.destination.version(), 0);
    return true;
  });
  return viewSync(execution, settings.sync(id));
}

/** Without an active sync, triggers would only use up the day's minutes. */
export function removeIdleTriggers({ settings, runtime }: Execution): void {
  if (settings.syncs().every(({ state }) => state !== 'active'))
    setTriggers(runtime, { hourly: false, onEdit: false });
}

export function pause(execution: Execution, id: string): SyncView {
  const { settings } = execution;
  const before = settings.sync(id);
  settings.put({ ...before, state: 'paused', revision: before.revision + 1 });
  removeIdleTriggers(execution);
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

export function changeOrganization(execution: Execution, id: string): SyncView {
  const { settings } = execution;
  const before = settings.sync(id);
  const ports = portsOf(execution);
  const identity = requireIdentity(ports.destination);
  carryOver(ports, before, identity);
  settings.put({ ...before, revision: before.revision + 1, organization: identity.organization });
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
