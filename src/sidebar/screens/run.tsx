import { useEffect } from 'preact/hooks';
import type { Value } from '../../rpc/contract';
import { Button } from '../parts/button';
import { Counts } from '../parts/counts';
import { Page } from '../parts/page';
import { ProblemCard } from '../parts/problem-card';
import { ProblemGroups } from '../parts/problem-groups';
import { Section } from '../parts/section';
import { Busy } from '../parts/status';
import { useRequest } from '../request';
import { counted, runSentence } from '../words';
import { Resolution } from './resolution';
import { RowSection } from './rows';
import type { SyncScreenProps } from './screen-props';

/** Runs the sync and shows what came of it. */
export function RunScreen({ view, dispatch, refresh }: SyncScreenProps) {
  const { id } = view.sync;
  const run = useRequest('runNow', refresh);
  useEffect(() => run.send({ id }), []);
  return (
    <Page title="Run" onBack={() => dispatch({ type: 'left' })}>
      {run.busy && (
        <>
          <Busy words="Sending rows" />
          <p class="hint">This can take a few minutes. If you close the sidebar the run goes on, and nothing is sent twice.</p>
        </>
      )}
      {run.problem !== undefined && <ProblemCard problem={run.problem} onRepeat={run.repeat} />}
      {run.problem !== undefined && (
        <Resolution code={run.problem.code} id={id} dispatch={dispatch} refresh={refresh} onResolved={() => run.send({ id })} />
      )}
      {run.value !== undefined && <Report report={run.value} id={id} dispatch={dispatch} refresh={refresh} />}
      {run.value !== undefined && (
        <div class="buttons end">
          {run.value.left > 0 && <Button onClick={() => run.send({ id })}>Go on</Button>}
          <Button kind="primary" onClick={() => dispatch({ type: 'left' })}>
            Done
          </Button>
        </div>
      )}
    </Page>
  );
}

/** What came of the last run. */
export function ReportScreen({ view, dispatch, refresh }: SyncScreenProps) {
  return (
    <Page title="Last run" onBack={() => dispatch({ type: 'left' })}>
      {view.lastRun === undefined ? (
        <p>It has not run yet.</p>
      ) : (
        <Report report={view.lastRun} id={view.sync.id} dispatch={dispatch} refresh={refresh} />
      )}
    </Page>
  );
}

function Report({
  report,
  id,
  dispatch,
  refresh,
}: Pick<SyncScreenProps, 'dispatch' | 'refresh'> & { readonly report: Value<'runNow'>; readonly id: string }) {
  const { hold, refused, flag, wait } = report.rows;
  return (
    <>
      <p class="headline">{counted(report.delivered, 'event')} sent</p>
      <p class="hint">{runSentence(report)}</p>
      {report.stopped !== undefined && <ProblemCard problem={report.stopped} />}
      {report.stopped !== undefined && <Resolution code={report.stopped.code} id={id} dispatch={dispatch} refresh={refresh} />}
      {Object.values(report.rows).some((amount) => amount > 0) && <Counts counts={report.rows} done />}
      {report.checksOff.map((off) => (
        <ProblemCard key={off.message} problem={off} mild />
      ))}
      {report.problems.length > 0 && (
        <Section title="What needs attention">
          <ProblemGroups groups={report.problems} />
        </Section>
      )}
      {hold + refused + flag + wait > 0 && <RowSection id={id} refresh={refresh} />}
    </>
  );
}
