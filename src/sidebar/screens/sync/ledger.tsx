import { useEffect, useRef, useState } from 'preact/hooks';
import { count, counted } from '../../../value/count';
import { Button } from '../../parts/button';
import { CountTable } from '../../parts/count-table';
import { Meter } from '../../parts/meter';
import { Page } from '../../parts/page';
import { ProblemCard } from '../../parts/problem-card';
import { RESTORE } from '../../parts/resolution';
import { Section } from '../../parts/section';
import type { SyncScreenProps } from '../../screen-props';
import { useRequest } from '../../server/request';
import { isRebuilding } from '../../way-out';
import { type Rebuilding, rebuiltRows, unfinished, withPart } from './rebuild';

interface LedgerScreenProps extends SyncScreenProps {
  /** Of whichever sync, as far as it went. */
  readonly rebuilding: Rebuilding | undefined;
}

/** Two ways to a whole ledger: the file's version history, or anew from what Lago has. */
export function LedgerScreen({ view, home, dispatch, refresh, rebuilding }: LedgerScreenProps) {
  const { sync, health } = view;
  const { id } = sync;
  const [progress, setProgress] = useState(() => unfinished(rebuilding, id));
  const latest = useRef(progress);
  const request = useRequest('rebuildLedger', (part) => {
    // Kept beside the screens: one that is left and opened again goes on with the part after the last answer.
    latest.current = withPart(latest.current, id, part);
    setProgress(latest.current);
    dispatch({ type: 'ledger-rebuilt', rebuilding: latest.current });
    dispatch({ type: 'sync-changed', view: part.view });
    if (part.next !== undefined) request.send({ id, from: part.next });
    else refresh();
  });
  useEffect(() => {
    // The sync is paused already then.
    if (request.problem !== undefined) refresh();
  }, [request.problem]);
  const next = progress?.next;
  const isDone = progress !== undefined && next === undefined;
  const isHalf =
    next !== undefined || (health.problem !== undefined && isRebuilding(health.problem.code));
  const begin = (): void => request.send(next === undefined ? { id } : { id, from: next });
  return (
    <Page title="Ledger" onBack={() => dispatch({ type: 'left' })}>
      <p class="message">
        <bdi>{sync.name}</bdi>
      </p>
      {!isDone && (
        <>
          {!isHalf && (
            <Section title="Restore it">
              <p>
                {RESTORE} The next run notices by itself and goes on: nothing else has to be done.
              </p>
              <p class="hint">
                This is the best way: it brings back every line as it was written. What else was
                changed in the file since then goes back, too.
              </p>
            </Section>
          )}
          <Section title="Rebuild from Lago">
            <p>
              For each row of the tab Lago is asked whether it has the event; lines of the ledger
              that are whole are kept. Nothing is sent, and the sync is paused until you activate it
              again.
            </p>
            {(request.busy || progress !== undefined) && (
              <Progress progress={progress} busy={request.busy} />
            )}
            {request.problem !== undefined && (
              <ProblemCard problem={request.problem} onRepeat={request.repeat} />
            )}
            {!request.busy && home.canEdit && (
              <Button kind="primary" onClick={begin}>
                {isHalf ? 'Go on rebuilding' : 'Rebuild from Lago'}
              </Button>
            )}
          </Section>
        </>
      )}
      {isDone && (
        <Result
          progress={progress}
          onReview={() => dispatch({ type: 'opened', screen: { name: 'activation', id } })}
        />
      )}
    </Page>
  );
}

function Progress({
  progress,
  busy,
}: {
  readonly progress: Rebuilding | undefined;
  readonly busy: boolean;
}) {
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
      <p class="hint">You can leave this screen and go on later.</p>
    </Meter>
  );
}

function Result({
  progress,
  onReview,
}: {
  readonly progress: Rebuilding;
  readonly onReview: () => void;
}) {
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
      <p class="run-summary" role="status">
        <span class="headline">The ledger is complete</span>
      </p>
      <CountTable caption="What it was made of" lines={lines} />
      {absent > 0 && (
        <div class="card warning">
          <p class="message">
            {`${counted(absent, 'row')} ${absent === 1 ? 'is' : 'are'} not in Lago. The next run sends what it does not hold.`}
          </p>
          <p>
            Rows that were taken as billed elsewhere are among them if their lines are gone. Look at
            the review before you activate, and take rows that are billed already out of the tab.
          </p>
        </div>
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
