import { ProblemError, problem } from '../problem/problem';
import type { TriggerView } from '../rpc/contract';
import { HOUR_MS, MINUTE_MS } from '../value/duration';
import { fileId } from './file-id';
import { accountOf } from './gate';
import type { ClockTriggerBuilder, Runtime, Trigger } from './runtime';
import type { Settings } from './settings';

/** The functions that triggers call; main.ts exports them. */
export const CLOCK = 'runDueSyncs';
export const ON_EDIT = 'onSheetEdit';

/** What triggers are read and made with. */
interface TriggerScene {
  readonly runtime: Runtime;
  readonly settings: Pick<Settings, 'clocks' | 'putClocks'>;
}

/** Whether the script runs as an add-on, whose triggers of all files are listed together. */
export const isAddOn = ({ ScriptApp }: Runtime): boolean =>
  String(ScriptApp.getInstallationSource()) !== 'NONE';

interface OwnTriggers {
  readonly clock: readonly Trigger[];
  readonly onEdit: readonly Trigger[];
}

/**
 * This person's triggers of this file. Google may list those of other files of an add-on, too, and
 * says of an edit's trigger alone which file it is of (google: trigger.source); so the clock's are
 * told by the ids that this file keeps.
 */
function ownTriggers({ runtime, settings }: TriggerScene): OwnTriggers {
  const all = runtime.ScriptApp.getProjectTriggers();
  const by = (handler: string): Trigger[] =>
    all.filter((trigger) => trigger.getHandlerFunction() === handler);
  const clocks = by(CLOCK);
  const edits = by(ON_EDIT);
  const known = settings.clocks();
  const isKnown = (trigger: Trigger): boolean => known[trigger.getUniqueId()] !== undefined;
  return {
    clock: clocks.every(isKnown) || !isAddOn(runtime) ? clocks : clocks.filter(isKnown),
    onEdit: edits.filter((trigger) => trigger.getTriggerSourceId() === fileId(runtime)),
  };
}

/** Whether this person has triggers in this file. */
export function readTriggers(scene: TriggerScene): TriggerView {
  const { clock, onEdit } = ownTriggers(scene);
  return { clock: clock.length > 0, onEdit: onEdit.length > 0 };
}

/** Which triggers a person has. */
export interface WantedTriggers {
  /** Minutes between the clock's firings; undefined for no clock. */
  readonly clock: 5 | 10 | 60 | undefined;
  readonly onEdit: boolean;
}

const every = (builder: ClockTriggerBuilder, minutes: number): ClockTriggerBuilder =>
  minutes < HOUR_MS / MINUTE_MS ? builder.everyMinutes(minutes) : builder.everyHours(1);

/**
 * Creates the triggers that are wanted and removes this person's others; safe to repeat. One of
 * each kind, because an add-on may not have a second. Only a person's call may do this: a trigger
 * that is made by a trigger may never fire (google: trigger.made-by-trigger).
 * @throws ProblemError if Google refuses
 */
export function setTriggers(scene: TriggerScene, wanted: WantedTriggers): void {
  try {
    const { clock, onEdit } = ownTriggers(scene);
    setClock(scene, clock, wanted.clock);
    setOnEdit(scene, onEdit, wanted.onEdit);
  } catch (error) {
    throw error instanceof ProblemError
      ? error
      : new ProblemError(
          problem('settings.triggers', {
            detail: error instanceof Error ? error.message : String(error),
          }),
        );
  }
}

function setClock(
  { runtime, settings }: TriggerScene,
  existing: readonly Trigger[],
  minutes: number | undefined,
): void {
  const { ScriptApp } = runtime;
  const known = settings.clocks();
  const [kept] = existing.filter((trigger) => known[trigger.getUniqueId()]?.minutes === minutes);
  const left = { ...known };
  for (const trigger of existing) {
    if (trigger === kept) continue;
    delete left[trigger.getUniqueId()];
    ScriptApp.deleteTrigger(trigger);
  }
  if (minutes !== undefined && kept === undefined) {
    const made = every(ScriptApp.newTrigger(CLOCK).timeBased(), minutes).create();
    left[made.getUniqueId()] = { minutes, by: accountOf(runtime) };
  }
  if (JSON.stringify(left) !== JSON.stringify(known)) settings.putClocks(left);
}

function setOnEdit(
  { runtime: { ScriptApp, SpreadsheetApp } }: TriggerScene,
  existing: readonly Trigger[],
  isWanted: boolean,
): void {
  const [kept, ...surplus] = existing;
  for (const trigger of isWanted ? surplus : existing) ScriptApp.deleteTrigger(trigger);
  if (isWanted && kept === undefined)
    ScriptApp.newTrigger(ON_EDIT)
      .forSpreadsheet(SpreadsheetApp.getActiveSpreadsheet())
      .onEdit()
      .create();
}

/** Time (ms) between firings of the fastest clock of a file; an hour if none is known. */
export const tickOf = (settings: Pick<Settings, 'clocks'>): number =>
  Math.min(HOUR_MS, ...Object.values(settings.clocks()).map(({ minutes }) => minutes * MINUTE_MS));
