import { useEffect, useRef, useState } from 'preact/hooks';
import { count, counted } from '../../../value/count';
import { leaving, opener } from '../../navigation';
import { Button } from '../../parts/button';
import { CountTable } from '../../parts/count-table';
import { Headline } from '../../parts/headline';
import { Hint } from '../../parts/hint';
import { Meter } from '../../parts/meter';
import { Notice } from '../../parts/notice';
import { Page } from '../../parts/page';
import { RequestState } from '../../parts/request-state';
import { RESTORE } from '../../parts/resolution';
import { Section } from '../../parts/section';
import type { SyncScreenProps } from '../../screen-props';
import { useRequest } from '../../server/request';
import { isRebuilding } from '../../way-out';
import { type Rebuilding, rebuiltRows, unfinished, withPart } from './rebuild';

interface LedgerScreenProps extends SyncScreenProps {
  /** How far a rebuilding has come, of whichever sync; undefined if none has begun. */
  readonly rebuilding: Rebuilding | undefined;
}

/** Rebuilds the ledger of a sync in parts, each with what the one before it left. */
function useRebuild({ view, dispatch, refresh, rebuilding }: LedgerScreenProps) {
  const { id } = view.sync;
  const [progress, setProgress] = useState(() => unfinished(rebuilding, id));
  const latest = useRef(progress);
  const request = useRequest('rebuildLedger', (part) => {
    // Also kept beside the screens, so that one that is left and opened again goes on after the
    // last answer.
    latest.current = withPart(latest.current, id, part);
    setProgress(latest.current);
    dispatch({ type: 'ledger-rebuilt', rebuilding: latest.current });
    dispatch({ type: 'sync-changed', view: part.view });
    if (part.next !== undefined) request.send({ id, from: part.next });
    else refresh();
  });
  useEffect(() => {
    // The first part has paused the sync by then, which the other screens have to show.
    if (request.problem !== undefined) refresh();
  }, [request.problem]);
  return { request, progress };
}

/** Two ways to a whole ledger: the version history of the file, or a new one from what Lago has. */
export function LedgerScreen(props: LedgerScreenProps) {
  const { view, home, dispatch } = props;
  const { sync, health } = view;
  const { id } = sync;
  const { request, progress } = useRebuild(props);
  const next = progress?.next;
  const isDone = progress !== undefined && next === undefined;
  const isHalf =
    next !== undefined || (health.problem !== undefined && isRebuilding(health.problem.code));
  return (
    <Page title="Ledger" onBack={leaving(dispatch)}>
      <p class="message">
        <bdi>{sync.name}</bdi>
      </p>
      {!isDone && (
        <>
          {!isHalf && <Restoring />}
          <Section title="Rebuild from Lago">
            <p>
              Lago is asked for the event of each row; whole lines of the ledger are kept. Nothing
              is sent, and the sync is paused until you activate it again.
            </p>
            {(request.busy || progress !== undefined) && (
              <Progress progress={progress} busy={request.busy} />
            )}
            <RequestState request={request} />
            {!request.busy && home.canEdit && (
              <Button kind="primary" onClick={() => request.send({ id, from: next })}>
                {isHalf ? 'Go on rebuilding' : 'Rebuild from Lago'}
              </Button>
            )}
          </Section>
        </>
      )}
      {isDone && <Result progress={progress} onReview={opener(dispatch, id)('activation')} />}
    </Page>
  );
}

function Restoring() {
  return (
    <Section title="Restore it">
      <p>{RESTORE} The next run notices by itself and goes on: nothing else has to be done.</p>
      <Hint>
        The best way: it brings back every line as it was written. Other changes of the file since
        then go back, too.
      </Hint>
    </Section>
  );
}

interface ProgressProps {
  /** Undefined before the first answer. */
  readonly progress: Rebuilding | undefined;
  /** Whether a part is under way. */
  readonly busy: boolean;
}

function Progress({ progress, busy }: ProgressProps) {
  const done = progress === undefined ? 0 : rebuiltRows(progress);
  const total = progress?.rows ?? 0;
  const percent = total === 0 ? 0 : Math.floor((100 * done) / total);
  return (
    <Meter
      name="Rows looked up"
      words={busy ? 'Looking up rows in Lago' : 'Not complete yet'}
      percent={progress && percent}
      amount={`${count(done)} of ${counted(total, 'row')}`}
    >
      <Hint>You can leave this screen and go on later.</Hint>
    </Meter>
  );
}

interface ResultProps {
  readonly progress: Rebuilding;
  /** Opens the review, where the paused sync is activated again. */
  readonly onReview: () => void;
}

/** What the new ledger was made of, and what that means for the next run. */
function Result({ progress, onReview }: ResultProps) {
  const { kept, found, different, absent } = progress;
  const lines = [
    { label: 'Kept', amount: kept, hint: 'lines of the former ledger that are whole' },
    { label: 'Found in Lago', amount: found, hint: 'rows whose very event Lago has' },
    {
      label: 'Different in Lago',
      amount: different,
      hint: 'rows under whose id Lago has another event',
    },
    {
      label: 'Not in Lago',
      amount: absent,
      hint: 'rows that the next run would send, unless it holds them',
    },
  ];
  return (
    <>
      <Headline words="The ledger is complete" isNews />
      <CountTable caption="What it was made of" lines={lines} />
      {absent > 0 && (
        <Notice
          message={
            `${counted(absent, 'row is', 'rows are')} not in Lago. ` +
            'The next run sends what it does not hold.'
          }
        >
          <p>
            Rows taken as billed elsewhere are among them if their lines are gone. Look at the
            review before you activate, and take billed rows out of the tab.
          </p>
        </Notice>
      )}
      {different > 0 && (
        <p>Rows that differ are not sent before you decide. Compare them with Lago first.</p>
      )}
      <p>The sync is paused. Review what it would send, then activate it.</p>
      <div class="buttons end">
        <Button kind="primary" onClick={onReview}>
          Review
        </Button>
      </div>
    </>
  );
}
