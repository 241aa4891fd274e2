import type { ConnectionView } from '../../../rpc/contract';
import { obstacle } from '../../draft/draft';
import { isBefore, type Setup } from '../../setup';
import type { StepName } from './steps';

/**
 * Whether a person can go to a step of the guided way: it was reached before, and the steps before
 * it are done.
 */
export function canGoTo(
  step: StepName,
  setup: Setup | undefined,
  connection: ConnectionView | undefined,
): boolean {
  if (step === 'connect') return true;
  if (setup === undefined) return false;
  if (step === 'rows') return true;
  const isReached = !isBefore(setup.reached, step);
  const needsConnection = step === 'test' || step === 'review';
  return (
    isReached &&
    setup.draft !== undefined &&
    obstacle(setup.draft) === undefined &&
    (!needsConnection || connection !== undefined)
  );
}
