import { useEffect, useState } from 'preact/hooks';
import type { Rebill } from '../../../rpc/contract';
import { counted } from '../../../value/count';
import { leaving, opening } from '../../navigation';
import { Button } from '../../parts/button';
import { Confirmation } from '../../parts/confirmation';
import { Corrections } from '../../parts/corrections';
import { Page } from '../../parts/page';
import { ProblemGroups } from '../../parts/problem-groups';
import { RequestState } from '../../parts/request-state';
import { Resolution } from '../../parts/resolution';
import { Section } from '../../parts/section';
import { WayOn } from '../../parts/way-on';
import type { SyncScreenProps } from '../../screen-props';
import { useRequest } from '../../server/request';

interface RebillScreenProps extends SyncScreenProps {
  /** Which sent rows are billed again. */
  readonly rebill: Rebill;
}

/**
 * Bills sent rows again by the newer template: first what that would do, then a button that says
 * for how many rows.
 */
export function RebillScreen({ view, home, dispatch, refresh, rebill }: RebillScreenProps) {
  const { id } = view.sync;
  const [asking, setAsking] = useState(false);
  const dryRun = useRequest('dryRun');
  const look = (): void => dryRun.send({ id, rebill });
  useEffect(look, []);
  const found = dryRun.value;
  const words = `Bill ${counted(found?.corrected ?? 0, 'row')} again`;
  const kept = found?.problems.filter(({ action }) => action === 'flag') ?? [];
  return (
    <Page
      title={rebill === 'all' ? 'Bill sent rows again' : 'Correct the tested rows'}
      onBack={leaving(dispatch)}
    >
      <p>
        What Lago has of a row is taken back, and the event of the newer template is sent. What is
        billed alike stays.
      </p>
      <RequestState request={dryRun} words="Checking every row" />
      {dryRun.problem !== undefined && (
        <Resolution
          problem={dryRun.problem}
          id={id}
          dispatch={dispatch}
          refresh={refresh}
          onResolved={look}
        />
      )}
      {found?.corrected === 0 && (
        <p role="status">No row would be billed again. Nothing is sent.</p>
      )}
      {found !== undefined && <Corrections id={id} {...found} />}
      {kept.length > 0 && (
        <Section title="What stays as it is">
          <ProblemGroups groups={kept} id={id} />
        </Section>
      )}
      {asking && (
        <Confirmation
          question={`${words}? Lago bills the new events in place of those that it has.`}
          yes={words}
          no="Not yet"
          onYes={opening(dispatch, { name: 'run', id, rebill })}
          onNo={() => setAsking(false)}
        />
      )}
      {found !== undefined && found.corrected > 0 && (
        <WayOn>
          <Button kind="primary" disabled={asking || !home.canEdit} onClick={() => setAsking(true)}>
            {words}
          </Button>
        </WayOn>
      )}
    </Page>
  );
}
