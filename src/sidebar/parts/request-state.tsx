import type { Method } from '../../rpc/contract';
import type { Request } from '../server/request';
import { ProblemCard } from './problem-card';
import { Busy } from './status';

interface RequestStateProps {
  readonly request: Pick<Request<Method>, 'busy' | 'problem' | 'repeat'>;
  /** What is being done, shown while it lasts. Left out if a button shows that already. */
  readonly words?: string | undefined;
  /** Whether nothing on the screen depends on the answer. */
  readonly mild?: boolean | undefined;
}

/** Where a request stands: what is waited for, or why it failed and the way to make it again. */
export function RequestState({
  request: { busy, problem, repeat },
  words,
  mild,
}: RequestStateProps) {
  if (problem !== undefined) return <ProblemCard problem={problem} onRepeat={repeat} mild={mild} />;
  return busy && words !== undefined ? <Busy words={words} /> : null;
}
