import type { Argument } from '../../rpc/contract';
import { isCorrected } from '../../sync/plan/planned-row';
import type { RunReport } from '../../sync/report';
import { type Execution, runSync } from '../sync-runner';
import { isRebilled } from './review';

/** A run, or a slice of one, for a person. The caller holds the run's lock. */
export function runNow(
  execution: Execution,
  { id, run, seconds, approved, rebill, only }: Argument<'runNow'>,
): RunReport {
  const sync = execution.settings.sync(id);
  return runSync(execution, sync, {
    // What was sent of a draft were tests, and so is what corrects them.
    trigger: only !== undefined && sync.state === 'draft' ? 'test' : 'person',
    only: only === undefined ? undefined : (_, row) => isCorrected(row),
    run,
    approved,
    rebill: rebill && isRebilled(rebill),
    deliveryMs: seconds === undefined ? undefined : seconds * 1000,
  }).report;
}

/** Sends a refused row again. The caller holds the run's lock. */
export const sendAgain = (execution: Execution, { id, key }: Argument<'sendAgain'>): RunReport =>
  runSync(execution, execution.settings.sync(id), {
    trigger: 'person',
    only: (each) => each === key,
    again: new Set([key]),
  }).report;
