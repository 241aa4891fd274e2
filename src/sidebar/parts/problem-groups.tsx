import type { DryRun } from '../../rpc/contract';
import { ACTIONS, actorWords, count, listed } from '../words';

/** Problems by kind, the most frequent first; where the rows' messages differ, that of the first row stands as the example. */
export function ProblemGroups({ groups }: { readonly groups: DryRun['problems'] }) {
  return (
    <ul class="problems">
      {groups.map(({ action, problem, alike, count: amount, rows }) => (
        <li key={`${action} ${problem.code}`} class={problem.actor === 'wait' ? 'quiet' : 'warning'}>
          <span class="place">
            <span>
              {ACTIONS[action]}
              {problem.actor !== 'wait' && `, ${actorWords(problem.actor)}`}
            </span>
            <span class="amount">{count(amount)}</span>
          </span>
          <p class="message">
            {!alike && `For example, row ${rows[0] ?? ''}: `}
            {problem.message}
          </p>
          <p>{problem.remedy}</p>
          <p class="hint">{listed(rows, amount)}</p>
        </li>
      ))}
    </ul>
  );
}
