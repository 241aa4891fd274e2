import type { ComponentChildren } from 'preact';
import type { Problem } from '../../problem/problem';
import type { ProblemGroup } from '../../rpc/contract';
import { count, counted } from '../../value/count';
import { groupWords, toDoWords } from '../words/problems';
import { ACTIONS } from '../words/rows';
import { Hint } from './hint';
import { RowButtons, type RowJump, useRowJump } from './row-jump';

/** What says more than the action of the rows, by a code or its first part. */
const LABELS: { readonly [CodeOrPart in string]?: string } = {
  period: 'Closes soon',
  total: 'Below zero',
  'row.not-undone': 'Stays',
  'row.undone-correction': 'Not restored',
};

interface ProblemGroupsProps {
  /** Kinds of problems with their rows, in the order in which they are shown. */
  readonly groups: readonly ProblemGroup[];
  /** Id of the sync whose rows they are. */
  readonly id: string;
  /**
   * The key of a row (1-based), for groups that do not say it themselves: older versions kept none.
   */
  readonly keyOf?: ((row: number) => string | undefined) | undefined;
  /** A button that helps with a problem, shown below its group. */
  readonly wayOf?: ((problem: Problem) => ComponentChildren) | undefined;
}

/**
 * Problems by kind, the most frequent first. If the messages of the rows differ, that of the first
 * row is the example.
 */
export function ProblemGroups({ groups, id, keyOf, wayOf }: ProblemGroupsProps) {
  const { jump, note } = useRowJump(id);
  return (
    <>
      <ul class="problems">
        {groups.map((group) => {
          const { action, problem, count: amount } = group;
          return (
            <li
              key={`${action} ${problem.message}`}
              class={problem.actor === 'wait' ? 'quiet' : 'warning'}
            >
              <span class="place">
                <span>
                  {LABELS[problem.code] ??
                    LABELS[problem.code.split('.')[0] ?? ''] ??
                    ACTIONS[action]}
                  {problem.actor !== 'wait' && `, ${toDoWords(problem)}`}
                </span>
                <span class="amount">{count(amount)}</span>
              </span>
              <p class="message">{groupWords(group)}</p>
              <p>{problem.remedy}</p>
              <GroupRows group={group} jump={jump} keyOf={keyOf} />
              {wayOf?.(problem)}
            </li>
          );
        })}
      </ul>
      {note}
    </>
  );
}

interface GroupRowsProps extends Pick<ProblemGroupsProps, 'keyOf'> {
  readonly group: ProblemGroup;
  readonly jump: RowJump['jump'];
}

/** The rows of a group to press; in words if none of them has a number. */
function GroupRows({ group, jump, keyOf }: GroupRowsProps) {
  const { rows, keys, count: amount, problem } = group;
  if (rows.length === 0) return <Hint>{counted(amount, 'row')}</Hint>;
  return (
    <RowButtons
      rows={rows}
      total={amount}
      column={problem.place.column}
      jump={jump}
      keyOf={(row, index) => keys?.[index] ?? keyOf?.(row)}
    />
  );
}
