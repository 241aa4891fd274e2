import { useEffect, useRef, useState } from 'preact/hooks';
import type { Approval, Rebill } from '../../../rpc/contract';
import { count } from '../../../value/count';
import { Button } from '../../parts/button';
import { Meter } from '../../parts/meter';
import { Page } from '../../parts/page';
import { ProblemCard } from '../../parts/problem-card';
import { Resolution } from '../../parts/resolution';
import type { SyncScreenProps } from '../../screen-props';
import {
  type Doing,
  type Driven,
  type DrivenSlice,
  driveRun,
  joinReports,
} from '../../server/drive-run';
import { progressOf } from '../../server/progress';
import { call, NO_ANSWER } from '../../server/server';
import { rateWords, timeLeftWords } from '../../words/progress';
import { Report } from './report';

/** Short enough that a cancel is soon heard, and long enough that reading the sheet and the ledger anew does not outweigh the sending. */
const SLICE_SECONDS = 20;

interface Driving {
  readonly doing: Doing;
  readonly slices: readonly DrivenSlice[];
  /** Undefined while it goes on. */
  readonly ended: Driven | undefined;
  readonly cancelling: boolean;
  cancel(): void;
  /** Goes on with what is left, as the same run. */
  goOn(): void;
  /** Goes on where it waits for these numbers, as the same run. */
  approve(approved: Approval): void;
}

/** Drives a run as long as the screen is open; leaving it lets the slice at work end and asks for no further one. */
function useDrivenRun(
  id: string,
  approved: Approval | undefined,
  rebill: Rebill | undefined,
  onEnd: () => void,
): Driving {
  const [run] = useState(() => crypto.randomUUID());
  const [step, setStep] = useState<{
    readonly doing: Doing;
    readonly slices: readonly DrivenSlice[];
  }>({ doing: 'slice', slices: [] });
  const [ended, setEnded] = useState<Driven | undefined>(undefined);
  const [cancelling, setCancelling] = useState(false);
  const allowed = useRef(approved);
  const cancelled = useRef(false);
  const left = useRef(false);
  const wake = useRef<() => void>(() => undefined);

  const drive = (before: readonly DrivenSlice[]): void => {
    cancelled.current = false;
    setCancelling(false);
    setEnded(undefined);
    void driveRun(
      {
        ask: () =>
          call('runNow', {
            id,
            run,
            seconds: SLICE_SECONDS,
            ...(allowed.current === undefined ? {} : { approved: allowed.current }),
            ...(rebill === undefined ? {} : { rebill, only: 'corrections' as const }),
          }),
        isLost: (problem) => problem === NO_ANSWER,
        pause: (ms) =>
          new Promise((resolve) => {
            const timer = setTimeout(resolve, ms);
            wake.current = () => {
              clearTimeout(timer);
              resolve();
            };
          }),
        isCancelled: () => cancelled.current,
        now: () => Date.now(),
        onStep: (doing, slices) => {
          if (!left.current) setStep({ doing, slices });
        },
      },
      before,
    ).then((driven) => {
      onEnd();
      if (!left.current) setEnded(driven);
    });
  };
  const cancel = (): void => {
    cancelled.current = true;
    setCancelling(true);
    wake.current();
  };
  useEffect(() => {
    drive([]);
    return () => {
      left.current = true;
      cancelled.current = true;
      wake.current();
    };
  }, []);
  const goOn = (): void => drive(ended?.slices ?? []);
  const approve = (numbers: Approval): void => {
    allowed.current = numbers;
    goOn();
  };
  return { ...step, ended, cancelling, cancel, goOn, approve };
}

interface RunScreenProps extends SyncScreenProps {
  /** The numbers that a person has let go. */
  readonly approved: Approval | undefined;
  /** Sent rows that are billed again; nothing else goes then. */
  readonly rebill: Rebill | undefined;
}

/** Runs the sync in slices and shows what comes of it. */
export function RunScreen({ view, home, dispatch, refresh, approved, rebill }: RunScreenProps) {
  const { id, state } = view.sync;
  const driving = useDrivenRun(id, approved, rebill, refresh);
  const { ended } = driving;
  const last = ended?.slices[ended.slices.length - 1];
  const left = last?.left ?? 0;
  const asks = last?.report.asks !== undefined;
  // No other run bills again.
  const next =
    state === 'active' && rebill === undefined
      ? 'The rest goes with the next hourly run.'
      : 'The rest goes when you run it again.';
  return (
    <Page title="Run" onBack={() => dispatch({ type: 'left' })}>
      {ended === undefined && <Running driving={driving} next={next} />}
      {ended !== undefined && (
        <>
          {ended.cancelled && (
            <div class="card warning" role="status">
              <p class="message">Cancelled</p>
              <p>Nothing is lost, and nothing is sent twice. {next}</p>
            </div>
          )}
          {ended.problem !== undefined && (
            <ProblemCard problem={ended.problem} onRepeat={driving.goOn} />
          )}
          {ended.problem !== undefined && (
            <Resolution
              code={ended.problem.code}
              id={id}
              dispatch={dispatch}
              refresh={refresh}
              onResolved={driving.goOn}
            />
          )}
          <Ended
            view={view}
            home={home}
            driven={ended}
            dispatch={dispatch}
            refresh={refresh}
            onApprove={driving.approve}
          />
          <div class="buttons end">
            {(ended.cancelled || left > 0) && !asks && (
              <Button onClick={driving.goOn}>Go on</Button>
            )}
            <Button kind={asks ? 'plain' : 'primary'} onClick={() => dispatch({ type: 'left' })}>
              Done
            </Button>
          </div>
        </>
      )}
    </Page>
  );
}

const DOING: Readonly<Record<Exclude<Doing, 'slice'>, string>> = {
  again: 'No answer came from Google. Asking again; nothing is sent twice.',
  'other-run': 'Another run is at work in this file. Waiting for its end.',
};

function Running({ driving, next }: { readonly driving: Driving; readonly next: string }) {
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
          <p class="hint">
            Reading the sheet and asking Lago; the numbers come in about {SLICE_SECONDS} seconds.
          </p>
        )}
        {progress?.perSecond !== undefined && progress.secondsLeft !== undefined && (
          <p class="hint">
            {rateWords(progress.perSecond)}, {timeLeftWords(progress.secondsLeft)}
          </p>
        )}
      </Meter>
      <Button busy={cancelling} disabled={cancelling} onClick={driving.cancel}>
        Cancel
      </Button>
      <p class="hint">
        You can cancel or close the sidebar at any time: nothing is lost, and nothing is sent twice.{' '}
        {next}
      </p>
    </>
  );
}

interface EndedProps extends Pick<SyncScreenProps, 'view' | 'home' | 'dispatch' | 'refresh'> {
  readonly driven: Driven;
  readonly onApprove: (approved: Approval) => void;
}

/** The whole run as the server has it, once it was asked; it knows of slices whose answers were lost. */
function Ended({ view, home, driven, dispatch, refresh, onApprove }: EndedProps) {
  const seen = joinReports(driven.slices);
  const { lastRun } = view;
  const report =
    seen !== undefined && seen.run !== undefined && lastRun?.run === seen.run ? lastRun : seen;
  if (report === undefined) return null;
  return (
    <Report
      key={driven.slices.length}
      report={report}
      id={view.sync.id}
      home={home}
      dispatch={dispatch}
      refresh={refresh}
      onApprove={onApprove}
      fresh
      cancelled={driven.cancelled}
    />
  );
}

/** What came of the last run. */
export function ReportScreen({ view, home, dispatch, refresh }: SyncScreenProps) {
  const { id } = view.sync;
  return (
    <Page title="Last run" onBack={() => dispatch({ type: 'left' })}>
      {view.lastRun === undefined ? (
        <p>It has not run yet.</p>
      ) : (
        <Report
          report={view.lastRun}
          id={id}
          home={home}
          dispatch={dispatch}
          refresh={refresh}
          {...(home.canEdit
            ? {
                onApprove: (approved: Approval) =>
                  dispatch({ type: 'opened', screen: { name: 'run', id, approved } }),
              }
            : {})}
        />
      )}
    </Page>
  );
}
