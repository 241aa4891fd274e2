import { useEffect } from 'preact/hooks';
import { Button } from '../parts/button';
import { Counts } from '../parts/counts';
import { Page } from '../parts/page';
import { ProblemCard } from '../parts/problem-card';
import { ProblemGroups } from '../parts/problem-groups';
import { Section } from '../parts/section';
import { Busy } from '../parts/status';
import { useRequest } from '../request';
import { Resolution } from './resolution';
import { RowSection } from './rows';
import type { SyncScreenProps } from './screen-props';

export function DryRunScreen({ view, dispatch, refresh }: SyncScreenProps) {
  const { id, state } = view.sync;
  const dryRun = useRequest('dryRun');
  useEffect(() => dryRun.send({ id }), []);
  const found = dryRun.value;
  return (
    <Page title="Dry run" onBack={() => dispatch({ type: 'left' })}>
      <p class="hint">What a run would do now. Nothing is sent.</p>
      {dryRun.busy && <Busy words="Checking every row" />}
      {dryRun.problem !== undefined && <ProblemCard problem={dryRun.problem} onRepeat={dryRun.repeat} />}
      {dryRun.problem !== undefined && (
        <Resolution code={dryRun.problem.code} id={id} dispatch={dispatch} refresh={refresh} onResolved={() => dryRun.send({ id })} />
      )}
      {found !== undefined && (
        <>
          <Counts counts={found.counts} done={false} changes={found.changes} />
          {found.checksOff.map((off) => (
            <ProblemCard key={off.message} problem={off} mild />
          ))}
          {found.problems.length > 0 && (
            <Section title="What needs attention">
              <ProblemGroups groups={found.problems} />
            </Section>
          )}
          <RowSection id={id} rows={found.rows} refresh={refresh} />
          <div class="buttons end">
            <Button onClick={() => dryRun.send({ id })}>Check again</Button>
            {state === 'active' ? (
              <Button kind="primary" onClick={() => dispatch({ type: 'opened', screen: { name: 'run', id } })}>
                Run now
              </Button>
            ) : (
              <Button kind="primary" onClick={() => dispatch({ type: 'opened', screen: { name: 'activation', id } })}>
                Activate
              </Button>
            )}
          </div>
        </>
      )}
    </Page>
  );
}
