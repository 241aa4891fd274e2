import { ProblemError, problem } from '../../problem/problem';
import type { Argument, SyncDraft } from '../../rpc/contract';
import { DEFAULT_REST_MINUTES, DEFAULT_UNATTENDED_EVENTS, type Sync } from '../../sync/sync';
import { type Execution, requireReady } from '../sync-runner';
import { slowTriggers } from './schedules';

const newSync = (id: string, edited: Omit<SyncDraft, 'id' | 'revision'>): Sync => ({
  ...edited,
  id,
  revision: 1,
  templateRevision: 1,
  restMinutes: DEFAULT_REST_MINUTES,
  unattendedEvents: DEFAULT_UNATTENDED_EVENTS,
  state: 'draft',
});

/**
 * The sync that a draft describes: a new one, or the stored one with the draft's changes. If the
 * draft is already stored, the stored sync itself.
 * @throws ProblemError if somebody else has saved or deleted the sync in the meantime
 */
export function syncOf({ settings, runtime }: Execution, draft: SyncDraft): Sync {
  const { id, revision, ...edited } = draft;
  const before = settings.find(id);
  if (before === undefined && revision > 0) throw new ProblemError(problem('settings.no-sync'));
  if (before === undefined) return newSync(id ?? runtime.Utilities.getUuid(), edited);
  const { ready: _ready, step: _step, ...kept } = before;
  const templateRevision = before.templateRevision + (before.template === edited.template ? 0 : 1);
  const after: Sync = { ...kept, ...edited, revision: revision + 1, templateRevision };
  if (before.revision === revision) return after;
  // The page repeats a call whose answer was lost. What it asked for has already happened.
  if (sameSettings({ ...after, revision: before.revision }, before)) return before;
  throw new ProblemError(problem('settings.stale'));
}

const settingsText = (sync: Sync): string =>
  JSON.stringify(
    Object.entries(sync)
      .filter(([, value]) => value !== undefined)
      .sort(),
  );

const sameSettings = (left: Sync, right: Sync): boolean =>
  settingsText(left) === settingsText(right);

/** A draft may be incomplete; an active sync may not. */
function checkedSync(execution: Execution, draft: SyncDraft): Sync {
  const sync = syncOf(execution, draft);
  if (sync.name.trim() === '')
    throw new ProblemError(problem('settings.incomplete', { detail: 'it has no name' }));
  if (sync.state === 'active') requireReady(sync);
  if (
    sync.statuses !== undefined &&
    sync.source.columns.some(({ header }) => header === sync.statuses)
  )
    throw new ProblemError(problem('status.in-use', { column: sync.statuses }));
  return sync;
}

/** The caller holds the lock. */
export function saveSync(execution: Execution, draft: SyncDraft): Sync {
  const sync = checkedSync(execution, draft);
  execution.settings.put(sync);
  return sync;
}

/** Saves all or none. The caller holds the lock. */
export function saveSyncs(execution: Execution, drafts: readonly SyncDraft[]): Sync[] {
  const syncs = drafts.map((draft) => checkedSync(execution, draft));
  execution.settings.put(...syncs);
  return syncs;
}

export function remove(
  execution: Execution,
  { id, revision }: Argument<'deleteSync'>,
): { id: string } {
  const { settings } = execution;
  const before = settings.find(id);
  if (before === undefined) return { id };
  if (before.revision !== revision) throw new ProblemError(problem('settings.stale'));
  settings.remove(id);
  slowTriggers(execution);
  return { id };
}
