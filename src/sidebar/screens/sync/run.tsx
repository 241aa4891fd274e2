import type { Approval } from '../../../rpc/contract';
import { count } from '../../../value/count';
import { leaving } from '../../navigation';
import { Button } from '../../parts/button';
import { Hint } from '../../parts/hint';
import { Meter } from '../../parts/meter';
import { Notice } from '../../parts/notice';
import { Page } from '../../parts/page';
import { ProblemCard } from '../../parts/problem-card';
import { Resolution } from '../../parts/resolution';
import type { SyncScreenProps } from '../../screen-props';
import { type Doing, type Driven, joinReports } from '../../server/drive-run';
import { progressOf } from '../../server/progress';
import { rateWords, timeLeftWords } from '../../words/progress';
import { type Driving, type RunOrder, SLICE_SECONDS, useDrivenRun } from './driven-run';
import { Report } from './report';

interface RunScreenProps extends SyncScreenProps, Omit<RunOrder, 'id'> {}

/** Runs the sync in slices, and shows what comes of it. */
export function RunScreen(props: RunScreenProps) {
  const { view, dispatch, refresh, rebill, undo } = props;
  const { id, state } = view.sync;
  const driving = useDrivenRun({ ...props, id }, refresh);
  // The clock's run does not bill again, so that what is left of such a run waits for a person.
  const next =
    undo !== undefined
      ? 'The rest goes when you go on.'
      : state === 'active' && rebill === undefined
        ? 'The rest goes with the next run.'
        : 'The rest goes when you run it again.';
  return (
    <Page title="Run" onBack={leaving(dispatch)}>
      {driving.ended === undefined ? (
        <Running driving={driving} next={next} />
      ) : (
        <Ended {...props} driving={driving} ended={driving.ended} next={next} />
      )}
    </Page>
  );
}

const DOING: Readonly<Record<Exclude<Doing, 'slice'>, string>> = {
  again: 'No answer came from Google. Asking again; nothing is sent twice.',
  'other-run': 'Another run is at work in this file. Waiting for its end.',
};

interface RunningProps {
  /** The run as this screen drives it. */
  readonly driving: Driving;
  /** When the rest is sent if the run ends early, as a sentence. */
  readonly next: string;
}

function Running({ driving, next }: RunningProps) {
  const { doing, slices, cancelling } = driving;
  const progress = progressOf(slices);
  const words = cancelling
    ? 'Cancelling: what is on its way to Lago is being finished'
    : doing === 'slice'
      ? 'Sending rows'
      : DOING[doing];
  return (
    <>
      <Meter
        name="Rows sent"
        words={words}
        percent={progress?.percent}
        amount={progress && `${count(progress.handled)} of ${count(progress.total)} rows`}
      >
        {progress === undefined && doing === 'slice' && (
          <Hint>
            Reading the sheet and asking Lago; the numbers come in about {SLICE_SECONDS} seconds.
          </Hint>
        )}
        {progress?.perSecond !== undefined && progress.secondsLeft !== undefined && (
          <Hint>
            {rateWords(progress.perSecond)}, {timeLeftWords(progress.secondsLeft)}
          </Hint>
        )}
      </Meter>
      <Button busy={cancelling} disabled={cancelling} onClick={driving.cancel}>
        Cancel
      </Button>
      <Hint>
        You can cancel or close the sidebar at any time: nothing is lost, and nothing is sent{' '}
        {`twice. ${next}`}
      </Hint>
    </>
  );
}

interface EndedProps extends RunScreenProps, RunningProps {
  /** How the run ended. */
  readonly ended: Driven;
}

/** How the run ended, and how to go on. */
function Ended(props: EndedProps) {
  const { view, dispatch, driving, ended, next, undo } = props;
  const { id } = view.sync;
  const last = ended.slices[ended.slices.length - 1];
  const asks = last?.report.asks !== undefined;
  const isLeft = ended.cancelled || (last?.left ?? 0) > 0;
  const report = reportOf(ended, view);
  return (
    <>
      {ended.cancelled && (
        <Notice message="Cancelled" isNews>
          <p>Nothing is lost, and nothing is sent twice. {next}</p>
        </Notice>
      )}
      {ended.problem !== undefined && (
        <>
          <ProblemCard problem={ended.problem} onRepeat={driving.goOn} />
          <Resolution {...props} problem={ended.problem} id={id} onResolved={driving.goOn} />
        </>
      )}
      {report !== undefined && (
        <Report
          {...props}
          key={ended.slices.length}
          report={report}
          id={id}
          onApprove={driving.approve}
          fresh
          cancelled={ended.cancelled}
        />
      )}
      {undo !== undefined && !isLeft && (
        <p>Mend the template or the sheet, test a row, then activate the sync.</p>
      )}
      <div class="buttons end">
        {isLeft && !asks && <Button onClick={driving.goOn}>Go on</Button>}
        <Button kind={asks ? 'plain' : 'primary'} onClick={leaving(dispatch)}>
          Done
        </Button>
      </div>
    </>
  );
}

/**
 * The report of the whole run: as the server has it, once it was asked, since it knows of slices
 * whose answers were lost; before that, of the slices that answered.
 */
function reportOf({ slices }: Driven, { lastRun }: SyncScreenProps['view']) {
  const seen = joinReports(slices);
  return seen?.run !== undefined && lastRun?.run === seen.run ? lastRun : seen;
}

/** What came of the last run. */
export function ReportScreen(props: SyncScreenProps) {
  const { view, home, dispatch } = props;
  const { id } = view.sync;
  const approve = (approved: Approval): void =>
    dispatch({ type: 'opened', screen: { name: 'run', id, approved } });
  return (
    <Page title="Last run" onBack={leaving(dispatch)}>
      {view.lastRun === undefined ? (
        <p>It has not run yet.</p>
      ) : (
        <Report
          {...props}
          report={view.lastRun}
          id={id}
          onApprove={home.canEdit ? approve : undefined}
        />
      )}
    </Page>
  );
}
