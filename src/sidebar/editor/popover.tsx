import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Fix, TemplateProblem } from '../../rpc/contract';
import { count } from '../../value/count';
import { FixButtons } from '../parts/fix-buttons';
import { entryId, listId } from './aria';
import type { Proposal } from './completion/proposal';
import type { ProposalList } from './completion/proposal-list';

interface ProposalsProps {
  /** Id of the text field. */
  readonly id: string;
  readonly list: ProposalList;
  /** Called with the proposal that a person clicks. */
  readonly onTake: (proposal: Proposal) => void;
}

/** What can be written at the cursor. The focus stays in the text field. */
export function Proposals({ id, list: { shown, more, selected }, onTake }: ProposalsProps) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() =>
    box.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }),
  );
  return (
    <div class="template-proposals">
      <div
        class="entries"
        id={listId(id)}
        role="listbox"
        aria-label="What can be written here"
        tabIndex={-1}
        ref={box}
      >
        {shown.map((proposal, index) => (
          <div
            key={proposal.label}
            id={entryId(id, index)}
            class="entry"
            role="option"
            tabIndex={-1}
            aria-selected={index === selected}
            onMouseDown={() => onTake(proposal)}
          >
            <span class="name">{proposal.label}</span>
            <span class="detail">{proposal.detail}</span>
          </div>
        ))}
      </div>
      {more > 0 && <p class="detail">{count(more)} more. Type to find them.</p>}
    </div>
  );
}

interface ProblemWordsProps {
  readonly problems: readonly TemplateProblem[];
  /** Called with the fix that a person clicks. */
  readonly onRepair: (fix: Fix) => void;
}

/** What is wrong at a place, and what repairs it in one click. */
export function ProblemWords({ problems, onRepair }: ProblemWordsProps) {
  return (
    <ul class="template-words">
      {problems.map((problem) => (
        <li key={`${problem.code} ${problem.message}`}>
          <p class="message">{problem.message}</p>
          <p>{problem.remedy}</p>
          <FixButtons fixes={problem.fixes} onFix={onRepair} />
        </li>
      ))}
    </ul>
  );
}
