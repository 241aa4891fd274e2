import type { ProblemGroup, SyncView } from '../../rpc/contract';
import { counted } from '../../value/count';
import { announcements, mainProblem, otherProblems, wholeRun } from '../health';
import { opener } from '../navigation';
import type { ScreenProps } from '../screen-props';
import { asksFor, wayOut } from '../way-out';
import { groupWords } from '../words/problems';
import { Button } from './button';
import { FillMissingIds } from './fill-ids';
import { ProblemCard } from './problem-card';
import { RowButtons, useRowJump } from './row-jump';
import { WayButton } from './way-button';
import { WAY_LABELS } from './ways';

interface RemedyProps extends Pick<ScreenProps, 'home' | 'dispatch' | 'refresh'> {
  /** The sync that may need somebody. */
  readonly view: SyncView;
  /** Whether what the sync waits for is the one thing to do on the screen. */
  readonly isMain?: boolean | undefined;
}

/**
 * What a sync needs a person for first: what happened, in which rows, what to do, and the way
 * there. A period that is about to close, and totals below zero, come before the main problem.
 */
export function Remedy(props: RemedyProps) {
  const { view, home } = props;
  const found = mainProblem(view);
  const lacksIds = wholeRun(view)?.problems.some(({ problem }) => problem.code === 'key.no-id');
  return (
    <>
      {announcements(view, home.at).map((group) => (
        <Announcement key={group.problem.code} {...props} group={group} />
      ))}
      {found !== undefined && <MainProblem {...props} found={found} />}
      {home.canEdit && lacksIds === true && <FillMissingIds sync={view.sync} />}
    </>
  );
}

/** An announcement with its rows; if a period closes without some, with the way to them. */
function Announcement({
  view: { sync },
  home,
  dispatch,
  group,
}: RemedyProps & { readonly group: ProblemGroup }) {
  const open = opener(dispatch, sync.id);
  return (
    <div class="remedy closing">
      <ProblemCard problem={group.problem} mild />
      <GroupRows group={group} id={sync.id} />
      {group.problem.code === 'period.closing' && (
        <div class="buttons">
          <Button
            onClick={open('report')}
            label={`See what to do before the period closes: ${sync.name}`}
          >
            See what to do
          </Button>
          {home.canEdit && sync.state !== 'draft' && (
            <Button onClick={open('next-tab')} label={`${WAY_LABELS['next-tab']}: ${sync.name}`}>
              {WAY_LABELS['next-tab']}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

interface MainProblemProps extends RemedyProps {
  readonly found: NonNullable<ReturnType<typeof mainProblem>>;
}

function MainProblem(props: MainProblemProps) {
  const { view, found, home, dispatch } = props;
  const { problem, group } = found;
  const known = wayOut(problem);
  // If late usage is booked already, what is left of it can only be put right in the rows.
  const way = known === 'late' && view.sync.late === 'book' ? 'rows' : known;
  const others = otherProblems(view);
  // The message of one row stands as an example for several rows.
  const shown =
    group === undefined || group.alike ? problem : { ...group.problem, message: groupWords(group) };
  return (
    <div class="remedy">
      <ProblemCard problem={shown} mild={view.health.state !== 'stopped' || asksFor(problem)} />
      {group !== undefined && <GroupRows group={group} id={view.sync.id} />}
      {home.canEdit && !(way === 'rows' && others > 0) && (
        <WayButton {...props} way={way} problem={problem} />
      )}
      {others > 0 && <OtherProblems view={view} others={others} dispatch={dispatch} />}
    </div>
  );
}

/** Rows that fit into a card beside everything else; the card's button leads to the others. */
const MOST_ROWS = 5;

function GroupRows({ group, id }: { readonly group: ProblemGroup; readonly id: string }) {
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

interface OtherProblemsProps extends Pick<RemedyProps, 'view' | 'dispatch'> {
  /** Number of kinds of problems besides the main one. */
  readonly others: number;
}

/** The way to all problems of the last run, also to those of the main kind. */
function OtherProblems({ view, others, dispatch }: OtherProblemsProps) {
  const { id, name } = view.sync;
  const words = `and ${counted(others, 'more kind', 'more kinds')} of problems`;
  return (
    <Button onClick={opener(dispatch, id)('report')} label={`See what to do ${words}: ${name}`}>
      {words}
    </Button>
  );
}
