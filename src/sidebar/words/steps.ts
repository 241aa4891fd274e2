import type { SyncView } from '../../rpc/contract';
import type { Step } from '../setup';

/** Names of the steps of the guided way, as short as they stand above each of them. */
export const STEP_NAMES: Readonly<Record<Step, string>> = {
  rows: 'Rows',
  event: 'Event',
  test: 'Test',
  review: 'Review',
};

/** Name of the step at which the setup of a sync was left. */
export const stepWords = ({ step = 'rows' }: SyncView['sync']): string => STEP_NAMES[step];
