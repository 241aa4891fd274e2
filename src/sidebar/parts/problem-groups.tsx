import type { ComponentChildren } from 'preact';
import type { Problem } from '../../problem/problem';
import type { DryRun } from '../../rpc/contract';
import { count } from '../../value/count';
import { listed } from '../words/lists';
import { groupWords, toDoWords } from '../words/problems';
import { ACTIONS } from '../words/rows';
import { RowButtons, useRowJump } from './row-jump';

type Group = DryRun['problems'][number];

interface ProblemGroupsProps {
  readonly groups: readonly Group[];
  /** The sync whose rows they are; with it each row number jumps to its cell. */
  readonly id?: string | undefined;
  /** The key of a row where the group itself does not have it: groups that older versions kept. */
  readonly keyOf?: (row: number) => string | undefined;
  /** A way out that stands below a kind of problems, where there is one. */
  readonly wayOf?: WayOf | undefined;
}

type WayOf = (problem: Problem) => ComponentChildren;

/** Problems by kind, the most frequent first; where the rows' messages differ, that of the first row stands as the example. */
export function ProblemGroups({ groups, id, keyOf, wayOf = () => null }: ProblemGroupsProps) {
  return id === undefined ? (
    <GroupList
      groups={groups}
      wayOf={wayOf}
      rowsOf={({ rows, count: amount }) => <p class="hint">{listed(rows, amount)}</p>}
    />
  ) : (
    <JumpingGroups
      groups={groups}
      id={id}
      wayOf={wayOf}
      {...(keyOf === undefined ? {} : { keyOf })}
    />
  );
}

function JumpingGroups({
  groups,
  id,
  keyOf,
  wayOf,
}: ProblemGroupsProps & { readonly id: string; readonly wayOf: WayOf }) {
  const { jump, note } = useRowJump(id);
  return (
    <>
      <GroupList
        groups={groups}
        wayOf={wayOf}
        rowsOf={({ rows, keys, count: amount, problem }) =>
          rows.length === 0 ? (
            <p class="hint">{listed(rows, amount)}</p>
          ) : (
            <RowButtons
              rows={rows}
              total={amount}
              column={problem.place.column}
              jump={jump}
              keyOf={(row, index) => keys?.[index] ?? keyOf?.(row)}
            />
          )
        }
      />
      {note}
    </>
  );
}

interface GroupListProps {
  readonly groups: readonly Group[];
  readonly rowsOf: (group: Group) => ComponentChildren;
  readonly wayOf: WayOf;
}

function GroupList({ groups, rowsOf, wayOf }: GroupListProps) {
  return (
    <ul class="problems">
      {groups.map((group) => {
        const { action, problem, count: amount } = group;
        return (
          <li
            key={`${action} ${problem.code}`}
            class={problem.actor === 'wait' ? 'quiet' : 'warning'}
          >
            <span class="place">
              <span>
                {problem.code === 'period.closing' ? 'Closes soon' : ACTIONS[action]}
                {problem.actor !== 'wait' && `, ${toDoWords(problem)}`}
              </span>
              <span class="amount">{count(amount)}</span>
            </span>
            <p class="message">{groupWords(group)}</p>
            <p>{problem.remedy}</p>
            {rowsOf(group)}
            {wayOf(problem)}
          </li>
        );
      })}
    </ul>
  );
}
