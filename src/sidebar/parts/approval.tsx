import { useState } from 'preact/hooks';
import type { Problem } from '../../problem/problem';
import type { Approval } from '../../rpc/contract';
import { approvalWords } from '../words/approval';
import { Button } from './button';
import { Confirmation } from './confirmation';

interface ApprovalButtonsProps {
  /** Why the run waits. */
  readonly problem: Problem;
  /** The numbers to approve: events, and rows that are gone. */
  readonly asks: Approval;
  /** Whether removed rows are taken back in Lago. */
  readonly takesBack: boolean;
  /** Plain in a list of several syncs. */
  readonly kind?: 'primary' | 'plain' | undefined;
  /** Name of the sync, if several are on the screen. */
  readonly name?: string | undefined;
  /** Lets the run go on with these numbers. */
  readonly onApprove: (approved: Approval) => void;
  /** Opens the dry run. */
  readonly onLook: () => void;
}

/**
 * Lets a run do what is far beyond the usual. The button names the numbers, and asks once more
 * before anything is approved.
 */
export function ApprovalButtons({
  problem,
  asks,
  takesBack,
  kind = 'primary',
  name,
  onApprove,
  onLook,
}: ApprovalButtonsProps) {
  const [asking, setAsking] = useState(false);
  const { button, question } = approvalWords(problem, asks, takesBack);
  const labelOf = (words: string): string | undefined =>
    name === undefined ? undefined : `${words}: ${name}`;
  if (asking)
    return (
      <Confirmation
        question={question}
        yes={button}
        no="Not yet"
        onYes={() => onApprove(asks)}
        onNo={() => setAsking(false)}
      />
    );
  const look = 'Look at the dry run';
  return (
    <div class="buttons">
      <Button kind={kind} onClick={() => setAsking(true)} label={labelOf(button)}>
        {button}
      </Button>
      <Button onClick={onLook} label={labelOf(look)}>
        {look}
      </Button>
    </div>
  );
}
