import type { DryRun, Home, Schedule, SyncDraft, SyncView } from '../../../rpc/contract';
import type { Setup } from '../../setup';

/** What becomes of the rows that are there at first: all are sent, or taken as billed. */
export type First = 'everything' | 'now';

/** Whether a person has to say what becomes of the rows that are there now. */
export const asksForFirst = (state: 'draft' | 'active' | 'paused', { counts }: DryRun): boolean =>
  state === 'draft' && counts.send > 0;

/**
 * What a person has to choose before the sync can be activated, in one sentence; undefined if all
 * is chosen.
 * @param isFirst whether the choice about the first rows has to be made
 */
export function missingChoice(
  isFirst: boolean,
  first: First | undefined,
  { changed, removed }: Pick<SyncDraft, 'changed' | 'removed'>,
): string | undefined {
  if (isFirst && first === undefined)
    return 'Choose what happens with the rows that are there now.';
  if (isFirst && first === 'now')
    return 'Take the rows as billed first, or choose to send everything.';
  return changed === undefined || removed === undefined
    ? 'Choose what happens with changed and with removed rows.'
    : undefined;
}

/** When rows are sent. */
export interface Times {
  readonly schedule: Schedule;
  /** Whether rows are also sent soon after an edit. */
  readonly onEdit: boolean;
}

/** When the rows of a sync are sent now, or would be if nobody chose. */
export const timesOf = ({ triggers }: Home, sync: SyncView['sync'] | undefined): Times => ({
  schedule: sync?.schedule ?? { every: 60 },
  onEdit: sync?.onEdit ?? triggers.onEdit,
});

/** Whether rows are sent at the same times. */
export const isSameTimes = (one: Times, other: Times): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** Whether the policies of a sync are those with which it was activated. */
export const isAsChosen = ({ changed, removed, late }: SyncDraft, saved: Setup['saved']): boolean =>
  changed === saved?.changed &&
  removed === saved?.removed &&
  (late ?? 'hold') === (saved?.late ?? 'hold');
