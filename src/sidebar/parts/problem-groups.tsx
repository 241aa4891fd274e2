import type { ComponentChildren } from 'preact';
import type { DryRun } from '../../rpc/contract';
import { ACTIONS, count, listed, toDoWords } from '../words';
import { RowButtons, useRowJump } from './row-jump';

type Group = DryRun['problems'][number];

interface ProblemGroupsProps {
  readonly groups: readonly Group[];
  /** The sync whose rows they are; with it each row number jumps to its cell. */
  readonly id?: string;
  /** The key of a row where the group itself does not have it: groups that older versions kept. */
  readonly keyOf?: (row: number) => string | undefined;
}

/** Problems by kind, the most frequent first; where the rows' messages differ, that of the first row stands as the example. */
export function ProblemGroups({ groups, id, keyOf }: ProblemGroupsProps) {
  return id === undefined ? (
    <GroupList groups={groups} rowsOf={({ rows, count: amount }) => <p class="hint">{listed(rows, amount)}</p>} />
  ) : (
    <JumpingGroups groups={groups} id={id} {...(keyOf === undefined ? {} : { keyOf })} />
  );
}

function JumpingGroups({ groups, id, keyOf }: ProblemGroupsProps & { readonly id: string }) {
  const { jump, note } = useRowJump(id);
  return (
    <>
      <GroupList
        groups={groups}
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

function GroupList({ groups, rowsOf }: { readonly groups: readonly Group[]; readonly rowsOf: (group: Group) => ComponentChildren }) {
  return (
    <ul class="problems">
      {groups.map((group) => {
        const { action, problem, alike, count: amount, rows } = group;
        return (
          <li key={`${action} ${problem.code}`} class={problem.actor === 'wait' ? 'quiet' : 'warning'}>
            <span class="place">
              <span>
                {ACTIONS[action]}
                {problem.actor !== 'wait' && `, ${toDoWords(problem)}`}
              </span>
              <span class="amount">{count(amount)}</span>
            </span>
            <p class="message">
              {!alike && `For example, row ${rows[0] ?? ''}: `}
              {problem.message}
            </p>
            <p>{problem.remedy}</p>
            {rowsOf(group)}
          </li>
        );
      })}
    </ul>
  );
}
