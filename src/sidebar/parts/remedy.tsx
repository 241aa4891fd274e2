import type { Problem } from '../../problem/problem';
import type { DryRun, Home, SyncView } from '../../rpc/contract';
import { counted } from '../../value/count';
import { draftOf } from '../draft/draft';
import { closingPeriod, mainProblem, otherProblems, pendingApproval } from '../health';
import type { ScreenProps } from '../screen-props';
import { findSync } from '../state';
import { asksFor, type WayOut, wayOut } from '../way-out';
import { groupWords } from '../words/problems';
import { ApprovalButtons } from './approval';
import { Button } from './button';
import { ProblemCard } from './problem-card';
import { Resolution } from './resolution';
import { RowButtons, useRowJump } from './row-jump';

interface RemedyProps extends Pick<ScreenProps, 'home' | 'dispatch' | 'refresh'> {
  readonly view: SyncView;
  /** Whether what it waits for is the one thing to do on the screen. */
  readonly isMain?: boolean | undefined;
}

const LABELS: Readonly<Record<Exclude<WayOut, 'choice' | 'approval'>, string>> = {
  connection: 'Fix the connection',
  settings: 'Fix the settings',
  statuses: 'Choose the status column',
  event: 'Change the event',
  activation: 'Activate again',
  late: 'Decide about late usage',
  'next-tab': 'Use next month\u2019s tab',
  rows: 'See what to do',
};

/** What a sync needs a person for before anything else: what happened, in which rows, what to do, and the way there. A period that is about to close comes first. */
export function Remedy({ view, home, dispatch, refresh, isMain = false }: RemedyProps) {
  const closing = closingPeriod(view, home.at);
  const found = mainProblem(view);
  return (
    <>
      {closing !== undefined && (
        <Closing view={view} group={closing} canEdit={home.canEdit} dispatch={dispatch} />
      )}
      {found !== undefined && (
        <MainProblem
          view={view}
          found={found}
          home={home}
          dispatch={dispatch}
          refresh={refresh}
          isMain={isMain}
        />
      )}
    </>
  );
}

interface ClosingProps extends Pick<RemedyProps, 'view' | 'dispatch'> {
  readonly group: Group;
  readonly canEdit: Home['canEdit'];
}

/** That a period is about to close while rows of it are not billed, with the way to these rows. */
function Closing({ view: { sync }, group, canEdit, dispatch }: ClosingProps) {
  const open = (name: 'report' | 'next-tab') => () =>
    dispatch({ type: 'opened', screen: { name, id: sync.id } });
  return (
    <div class="remedy closing">
      <ProblemCard problem={group.problem} mild />
      <GroupRows group={group} id={sync.id} />
      <div class="buttons">
        <Button
          onClick={open('report')}
          label={`See what to do before the period closes: ${sync.name}`}
        >
          See what to do
        </Button>
        {canEdit && sync.state !== 'draft' && (
          <Button onClick={open('next-tab')} label={`${LABELS['next-tab']}: ${sync.name}`}>
            {LABELS['next-tab']}
          </Button>
        )}
      </div>
    </div>
  );
}

type Group = DryRun['problems'][number];

interface MainProblemProps extends RemedyProps {
  readonly found: NonNullable<ReturnType<typeof mainProblem>>;
}

function MainProblem({
  view,
  found: { problem, group },
  home,
  dispatch,
  refresh,
  isMain = false,
}: MainProblemProps) {
  const known = wayOut(problem);
  // What is booked already where that is possible is about the rows.
  const way = known === 'late' && view.sync.late === 'book' ? 'rows' : known;
  const others = otherProblems(view);
  // Beside several rows one row's words stand as an example.
  const told =
    group === undefined || group.alike ? problem : { ...group.problem, message: groupWords(group) };
  return (
    <div class="remedy">
      <ProblemCard problem={told} mild={view.health.state !== 'stopped' || asksFor(problem)} />
      {group !== undefined && <GroupRows group={group} id={view.sync.id} />}
      {home.canEdit && !(way === 'rows' && others > 0) && (
        <WayButton
          view={view}
          way={way}
          problem={problem}
          dispatch={dispatch}
          refresh={refresh}
          isMain={isMain}
        />
      )}
      {others > 0 && <OtherProblems view={view} others={others} dispatch={dispatch} />}
    </div>
  );
}

/** So many fit into a card beside everything else; the others are behind its button. */
const MOST_ROWS = 5;

function GroupRows({ group, id }: { readonly group: Group; readonly id: string }) {
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
function OtherProblems({
  view,
  others,
  dispatch,
}: Pick<RemedyProps, 'view' | 'dispatch'> & { readonly others: number }) {
  const { id, name } = view.sync;
  const words = `and ${counted(others, 'more kind', 'more kinds')} of problems`;
  return (
    <Button
      onClick={() => dispatch({ type: 'opened', screen: { name: 'report', id } })}
      label={`See what to do ${words}: ${name}`}
    >
      {words}
    </Button>
  );
}

interface GroupWayProps extends Pick<ScreenProps, 'home' | 'dispatch'> {
  readonly problem: Problem;
  readonly id: string;
  /** Whether the choice about late usage stands on the screen anyway. */
  readonly isReview?: boolean | undefined;
}

/** What of a sync's settings puts right a kind of problems in a report. */
export function GroupWay({
  problem: { code },
  id,
  home,
  dispatch,
  isReview = false,
}: GroupWayProps) {
  const sync = findSync(home, id)?.sync;
  if (!home.canEdit || sync === undefined || sync.state === 'draft') return null;
  if (code === 'period.closing' || code === 'key.reused')
    return (
      <Button onClick={() => dispatch({ type: 'opened', screen: { name: 'next-tab', id } })}>
        {LABELS['next-tab']}
      </Button>
    );
  if (code !== 'event.late' || isReview || sync.late === 'book') return null;
  return (
    <Button onClick={() => dispatch({ type: 'opened', screen: { name: 'activation', id } })}>
      {LABELS.late}
    </Button>
  );
}

interface WayButtonProps extends Pick<ScreenProps, 'dispatch' | 'refresh'> {
  readonly view: SyncView;
  readonly way: WayOut | undefined;
  readonly problem: Problem;
  readonly isMain: boolean;
}

function WayButton({ view, way, problem, dispatch, refresh, isMain }: WayButtonProps) {
  const { id, name } = view.sync;
  if (way === undefined) return null;
  if (way === 'choice')
    return <Resolution code={problem.code} id={id} dispatch={dispatch} refresh={refresh} />;
  if (way === 'approval') return <ApprovalWay view={view} dispatch={dispatch} isMain={isMain} />;
  const go = (): void => {
    if (way === 'settings') dispatch({ type: 'editing-began', draft: draftOf(view.sync) });
    else if (way === 'event')
      dispatch({ type: 'opened', screen: { name: 'preview', draft: draftOf(view.sync) } });
    else if (way === 'connection') dispatch({ type: 'opened', screen: { name: 'connection' } });
    else if (way === 'late') dispatch({ type: 'opened', screen: { name: 'activation', id } });
    else dispatch({ type: 'opened', screen: { name: way === 'rows' ? 'report' : way, id } });
  };
  return (
    <Button onClick={go} label={`${LABELS[way]}: ${name}`}>
      {LABELS[way]}
    </Button>
  );
}

/** Reports of older versions name no numbers: the dry run does. */
function ApprovalWay({
  view,
  dispatch,
  isMain,
}: Pick<WayButtonProps, 'view' | 'dispatch' | 'isMain'>) {
  const { id, name } = view.sync;
  const pending = pendingApproval(view);
  const look = (): void => dispatch({ type: 'opened', screen: { name: 'dry-run', id } });
  if (pending === undefined)
    return (
      <Button onClick={look} label={`Look at the dry run: ${name}`}>
        Look at the dry run
      </Button>
    );
  return (
    <ApprovalButtons
      {...pending}
      takesBack={view.sync.removed === 'correct'}
      kind={isMain ? 'primary' : 'plain'}
      name={name}
      onApprove={(approved) => dispatch({ type: 'opened', screen: { name: 'run', id, approved } })}
      onLook={look}
    />
  );
}
