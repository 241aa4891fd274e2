import { useState } from 'preact/hooks';
import type { Problem } from '../../problem/problem';
import type { Approval } from '../../rpc/contract';
import { approvalWords } from '../words/approval';
import { Button } from './button';
import { Confirmation } from './confirmation';

interface ApprovalButtonsProps {
  readonly problem: Problem;
  readonly asks: Approval;
  /** Whether removed rows are taken back in Lago. */
  readonly takesBack: boolean;
  /** Plain in a list of several syncs. */
  readonly kind?: 'primary' | 'plain' | undefined;
  /** Name of the sync, where several are on the screen. */
  readonly name?: string | undefined;
  readonly onApprove: (approved: Approval) => void;
  readonly onLook?: (() => void) | undefined;
}

/** Lets a run do what is far beyond the usual: the button names the numbers, and a further question stands before it. */
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
  const labelled = (words: string) => (name === undefined ? {} : { label: `${words}: ${name}` });
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
      <Button kind={kind} onClick={() => setAsking(true)} {...labelled(button)}>
        {button}
      </Button>
      {onLook !== undefined && (
        <Button onClick={onLook} {...labelled(look)}>
          {look}
        </Button>
      )}
    </div>
  );
}
