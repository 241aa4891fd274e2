import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Argument, DryRun, ProblemGroup } from '../../../rpc/contract';
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
import type { RunOrder } from './driven-run';

/** What a dry run has found, as it is shown and asked about. */
interface Matter {
  /** What is done, on the button. */
  readonly words: string;
  /** What follows from that, behind the question. */
  readonly effect: string;
  /** Numbers above the events. */
  readonly facts?: ComponentChildren;
  /** What stays as it is, and why. */
  readonly kept: readonly ProblemGroup[];
  /** The run that does it. */
  readonly order: Omit<RunOrder, 'id'>;
}

interface CorrectionProps extends SyncScreenProps {
  readonly title: string;
  /** What is done, in two sentences. */
  readonly intro: string;
  /** Said if there is nothing to do. */
  readonly nothing: string;
  /** What the dry run is asked beside the sync. */
  readonly asked: Omit<Argument<'dryRun'>, 'id'>;
  readonly matterOf: (found: DryRun) => Matter;
}

/** Corrects what Lago has: first what that would do, then a button that says for how many rows. */
export function Correction(props: CorrectionProps) {
  const { view, home, dispatch, refresh, title, intro, nothing, asked, matterOf } = props;
  const { id } = view.sync;
  const [asking, setAsking] = useState(false);
  const dryRun = useRequest('dryRun');
  const look = (): void => dryRun.send({ id, ...asked });
  useEffect(look, []);
  const found = dryRun.value;
  const matter = found && matterOf(found);
  return (
    <Page title={title} onBack={leaving(dispatch)}>
      <p>{intro}</p>
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
      {found?.corrected === 0 && <p role="status">{nothing} Nothing is sent.</p>}
      {matter?.facts}
      {found !== undefined && <Corrections id={id} {...found} />}
      {matter !== undefined && matter.kept.length > 0 && (
        <Section title="What stays as it is">
          <ProblemGroups groups={matter.kept} id={id} />
        </Section>
      )}
      {asking && matter !== undefined && (
        <Confirmation
          question={`${matter.words}? ${matter.effect}`}
          yes={matter.words}
          no="Not yet"
          onYes={opening(dispatch, { name: 'run', id, ...matter.order })}
          onNo={() => setAsking(false)}
        />
      )}
      {found !== undefined && found.corrected > 0 && (
        <WayOn>
          <Button kind="primary" disabled={asking || !home.canEdit} onClick={() => setAsking(true)}>
            {matter?.words}
          </Button>
        </WayOn>
      )}
    </Page>
  );
}
