import type { Problem } from '../../problem/problem';
import type { DryRun, SyncView } from '../../rpc/contract';
import { draftOf } from '../draft';
import { Button } from '../parts/button';
import { ProblemCard } from '../parts/problem-card';
import { RowButtons, useRowJump } from '../parts/row-jump';
import { counted, mainProblem, otherProblems, type WayOut, wayOut } from '../words';
import { Resolution } from './resolution';
import type { ScreenProps } from './screen-props';

interface RemedyProps extends Pick<ScreenProps, 'home' | 'dispatch' | 'refresh'> {
  readonly view: SyncView;
}

const LABELS: Readonly<Record<Exclude<WayOut, 'choice'>, string>> = {
  connection: 'Fix the connection',
  settings: 'Fix the settings',
  statuses: 'Choose the status column',
  activation: 'Activate again',
  'dry-run': 'Look at the dry run',
  rows: 'See what to do',
};

/** What a sync needs a person for before anything else: what happened, in which rows, what to do, and the way there. */
export function Remedy({ view, home, dispatch, refresh }: RemedyProps) {
  const found = mainProblem(view);
  if (found === undefined) return null;
  const { problem, group } = found;
  const way = wayOut(problem);
  const others = otherProblems(view);
  return (
    <div class="remedy">
      <ProblemCard problem={problem} mild={view.health.state !== 'stopped'} />
      {group !== undefined && <GroupRows group={group} id={view.sync.id} />}
      {home.canEdit && !(way === 'rows' && others > 0) && (
        <WayButton view={view} way={way} problem={problem} dispatch={dispatch} refresh={refresh} />
      )}
      {others > 0 && <OtherProblems view={view} others={others} dispatch={dispatch} />}
    </div>
  );
}

/** So many fit into a card beside everything else; the others are behind its button. */
const MOST_ROWS = 5;

function GroupRows({ group, id }: { readonly group: DryRun['problems'][number]; readonly id: string }) {
  const { jump, note } = useRowJump(id);
  return (
    <>
      <RowButtons
        rows={group.rows.slice(0, MOST_ROWS)}
        total={group.count}
        column={group.problem.place.column}
        jump={jump}
        keyOf={(_, index) => group.keys?.[index] ?? undefined}
      />
      {note}
    </>
  );
}

/** The way to all problems of the last run, also to those of the main one. */
function OtherProblems({ view, others, dispatch }: Pick<RemedyProps, 'view' | 'dispatch'> & { readonly others: number }) {
  const { id, name } = view.sync;
  const words = `and ${counted(others, 'more kind', 'more kinds')} of problems`;
  return (
    <Button onClick={() => dispatch({ type: 'opened', screen: { name: 'report', id } })} label={`See what to do ${words}: ${name}`}>
      {words}
    </Button>
  );
}

interface WayButtonProps extends Pick<ScreenProps, 'dispatch' | 'refresh'> {
  readonly view: SyncView;
  readonly way: WayOut | undefined;
  readonly problem: Problem;
}

function WayButton({ view, way, problem, dispatch, refresh }: WayButtonProps) {
  const { id } = view.sync;
  if (way === undefined) return null;
  if (way === 'choice') return <Resolution code={problem.code} id={id} dispatch={dispatch} refresh={refresh} />;
  const go = (): void => {
    if (way === 'settings') dispatch({ type: 'editing-began', draft: draftOf(view.sync) });
    else if (way === 'connection') dispatch({ type: 'opened', screen: { name: 'connection' } });
    else dispatch({ type: 'opened', screen: { name: way === 'rows' ? 'report' : way, id } });
  };
  return (
    <Button onClick={go} label={`${LABELS[way]}: ${view.sync.name}`}>
      {LABELS[way]}
    </Button>
  );
}
