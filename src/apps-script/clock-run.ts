import { type Due, dueOf } from '../sync/clock/due';
import type { Sync } from '../sync/sync';
import { DAY_MS } from '../value/duration';
import { attempted } from './attempted';
import { runRested } from './edit-run';
import { requireClock } from './gate';
import { noteVersion } from './lago-version';
import {
  type Execution,
  isBusy,
  portsOf,
  runActive,
  runWhole,
  takeWish,
  withRunLock,
} from './sync-runner';

/** A sync, and what of it is due. */
interface DueSync {
  readonly sync: Sync;
  readonly due: Due;
}

/**
 * What is due now, what has waited longest first: a sync that takes all the time of an execution
 * must not keep the others from theirs. Reads properties only.
 */
function dueSyncs({ clock, settings }: Execution): readonly DueSync[] {
  return settings
    .syncs()
    .flatMap((sync) => {
      const state = settings.legibleState(sync.id);
      const due = dueOf(sync, state, settings.touched(sync.id), clock.now());
      return due === undefined ? [] : [{ sync, due, dueAt: state.dueAt ?? 0 }];
    })
    .sort((left, right) => left.dueAt - right.dueAt);
}

const isActive = ({ state }: Sync): boolean => state === 'active';

/** Whether the syncs were not looked at for a day but by their schedules. */
const isLookDue = ({ clock, settings }: Execution): boolean =>
  clock.now() - settings.lookedAt() >= DAY_MS;

/**
 * The firing of the clock's trigger: runs what is due. If nothing is, it leaves within three
 * service calls and writes nothing.
 * @param event what Google says of the firing
 * @throws ProblemError google.view-only
 */
export function runDueSyncs(execution: Execution, event: object): void {
  const { settings } = execution;
  if (!settings.syncs().some(isActive)) return;
  const isWished = settings.isWished();
  const isLook = isLookDue(execution);
  if (!isWished && !isLook && dueSyncs(execution).length === 0) return;
  requireClock(execution, event);
  const run = (): void => {
    if (settings.isWished() && takeWish(execution)) runActive(execution);
    else for (const due of dueSyncs(execution)) runDue(execution, due);
  };
  try {
    // Where somebody else is at work, what is due stays due: no wish is needed.
    withRunLock(execution, 0, run, () => false);
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
  if (isLook) takeDailyLook(execution);
}

function runDue(execution: Execution, { sync, due }: DueSync): void {
  const { clock, deadline } = execution;
  if (clock.now() >= deadline) return;
  // A tab that cannot be read is told by a run over all rows, which also ends the looking.
  if (due === 'all' || !runRested(execution, sync)) runWhole(execution, sync);
}

/** Looks once a day whether Lago was updated. */
function takeDailyLook(execution: Execution): void {
  const { clock, settings, deadline } = execution;
  if (clock.now() >= deadline) return;
  // Whatever goes wrong here must not look like a failed run.
  attempted(() => {
    settings.putLookedAt(clock.now());
    const sync = settings.syncs().find(isActive);
    if (sync !== undefined)
      noteVersion(execution, sync, () => portsOf(execution).destination.version());
  });
}
