import type { SyncDraft, TabView, Value } from '../rpc/contract';
import { draftOf } from './draft/draft';

/**
 * The steps of the guided way that are about one sync, in their order. The connection comes before
 * them.
 */
export const STEPS = ['rows', 'event', 'test', 'review'] as const;
/** A step of the guided way. */
export type Step = (typeof STEPS)[number];

/** The sync that is being set up, or whose settings are looked at. */
export interface Setup {
  /** Undefined until its tab was read. */
  readonly draft: SyncDraft | undefined;
  /**
   * As the server has it. Of a new one, as it was proposed, so that nothing is saved before a
   * person does something.
   */
  readonly saved: SyncDraft | undefined;
  /** Its tab as it was described last. */
  readonly tab: TabView | undefined;
  /** The step that is shown. */
  readonly step: Step;
  /** The step from which Back leads out of the setup. */
  readonly entry: Step;
  /** The furthest step that was reached. */
  readonly reached: Step;
  /** Whether changes are saved by themselves: only while no run sends by them. */
  readonly savesItself: boolean;
  /** Names of the syncs that were made together with this one, for the other metrics of a row. */
  readonly siblings: readonly string[];
}

/** Whether a page has handed this over. */
export const isSetup = (value: unknown): value is Setup =>
  typeof value === 'object' && value !== null && 'step' in value;

/** Whether a step comes before another one. */
export const isBefore = (step: Step, other: Step): boolean =>
  STEPS.indexOf(step) < STEPS.indexOf(other);

/** The later one of two steps. */
export const later = (step: Step, other: Step): Step => (isBefore(step, other) ? other : step);

/** The earlier one of two steps. */
export const earlier = (step: Step, other: Step): Step => (isBefore(step, other) ? step : other);

/** The step before this one; the first has none before it but itself. */
export const stepBefore = (step: Step): Step => STEPS[STEPS.indexOf(step) - 1] ?? step;

/** A member that is undefined says the same as one that is missing. */
const textOf = ({ revision: _, ...content }: SyncDraft): string =>
  JSON.stringify(
    Object.entries(content)
      .filter(([, value]) => value !== undefined)
      .sort(),
  );

/** The draft as it is saved: with its step while it is being set up, and never without a name. */
export function draftToSave({ draft, savesItself, step }: Setup): SyncDraft | undefined {
  if (draft === undefined) return undefined;
  const named = draft.name.trim() === '' ? { ...draft, name: draft.source.tabName } : draft;
  return savesItself ? { ...named, step } : named;
}

/** Whether the server does not have what a person sees. */
export function isUnsaved(setup: Setup): boolean {
  const wanted = draftToSave(setup);
  return (
    wanted !== undefined && (setup.saved === undefined || textOf(wanted) !== textOf(setup.saved))
  );
}

/** The setup of a sync that is not there yet. */
export const NEW_SETUP: Setup = {
  draft: undefined,
  saved: undefined,
  tab: undefined,
  step: 'rows',
  entry: 'rows',
  reached: 'rows',
  savesItself: true,
  siblings: [],
};

/** The setup of a sync that the server has, at this step. */
export function setupOf(sync: Value<'saveSync'>, step: Step): Setup {
  const draft = draftOf(sync);
  const savesItself = sync.state === 'draft';
  // A draft goes back to its step when it is saved without another change; the others have none.
  return {
    ...NEW_SETUP,
    draft,
    saved: draft,
    step,
    entry: step,
    reached: savesItself ? later(step, sync.step ?? step) : 'review',
    savesItself,
  };
}
