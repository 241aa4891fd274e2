import { ProblemError, problem } from '../problem/problem';
import type { TriggerView } from '../rpc/contract';
import type { Runtime, Trigger } from './runtime';

/** The functions that triggers call; main.ts exports them. */
export const HOURLY = 'runDueSyncs';
export const ON_EDIT = 'onSheetEdit';

const named = (triggers: readonly Trigger[], handler: string): Trigger[] =>
  triggers.filter((trigger) => trigger.getHandlerFunction() === handler);

/** This person's triggers of this file. */
export function readTriggers({ ScriptApp }: Runtime): TriggerView {
  const handlers = ScriptApp.getProjectTriggers().map((trigger) => trigger.getHandlerFunction());
  return { hourly: handlers.includes(HOURLY), onEdit: handlers.includes(ON_EDIT) };
}

/**
 * Creates the triggers that are wanted and removes the others; safe to repeat. One trigger of each
 * kind, because an add-on may not have a second.
 * @throws ProblemError if Google refuses
 */
export function setTriggers(runtime: Runtime, wanted: TriggerView): void {
  const { ScriptApp, SpreadsheetApp } = runtime;
  const existing = ScriptApp.getProjectTriggers();
  try {
    adjust(runtime, named(existing, HOURLY), wanted.hourly, () =>
      ScriptApp.newTrigger(HOURLY).timeBased().everyHours(1).create(),
    );
    adjust(runtime, named(existing, ON_EDIT), wanted.onEdit, () =>
      ScriptApp.newTrigger(ON_EDIT)
        .forSpreadsheet(SpreadsheetApp.getActiveSpreadsheet())
        .onEdit()
        .create(),
    );
  } catch (error) {
    throw new ProblemError(
      problem('settings.triggers', {
        detail: error instanceof Error ? error.message : String(error),
      }),
    );
  }
}

function adjust(
  { ScriptApp }: Runtime,
  existing: readonly Trigger[],
  wanted: boolean,
  create: () => Trigger,
): void {
  const [kept, ...surplus] = existing;
  for (const trigger of wanted ? surplus : existing) ScriptApp.deleteTrigger(trigger);
  if (wanted && kept === undefined) create();
}
