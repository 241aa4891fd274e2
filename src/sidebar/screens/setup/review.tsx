import { useEffect, useRef, useState } from 'preact/hooks';
import type { DryRun } from '../../../rpc/contract';
import { opening } from '../../navigation';
import { Button } from '../../parts/button';
import { ProblemCard } from '../../parts/problem-card';
import { Resolution } from '../../parts/resolution';
import { Busy } from '../../parts/status';
import { type Request, useRequest } from '../../server/request';
import { isUnsaved } from '../../setup';
import { ActivationForm } from './activation';
import { Conflict, isConflict } from './conflict';
import { DryRunView } from './dry-run';
import type { StepProps } from './step-props';
import { UnsavedCard } from './unsaved-card';

/** Exactly what would be sent, and what a person decides before it is sent by itself. */
export function ReviewStep(props: StepProps) {
  const { home, setup, saving, draft, dispatch } = props;
  const id = draft.id ?? '';
  const [found, setFound] = useState<DryRun | undefined>(undefined);
  const isSaved = setup.savesItself ? saving.saved : !isUnsaved(setup);
  const isConnected = home.connection !== undefined;
  const dryRun = useDryRun(props, isSaved && isConnected, found, setFound);
  const isWaiting =
    found === undefined && setup.savesItself && !isSaved && saving.problem === undefined;
  return (
    <>
      {!setup.savesItself && !isSaved && (
        <UnsavedCard saving={saving} isMain={found === undefined} />
      )}
      {!isConnected && (
        <>
          <p class="obstacle">Connect to Lago first.</p>
          <Button onClick={opening(dispatch, { name: 'connection', review: id })}>
            Connect to Lago
          </Button>
        </>
      )}
      {(dryRun.busy || isWaiting) && <Busy words="Checking every row" />}
      <DryRunProblem {...props} dryRun={dryRun} />
      {found !== undefined && <DryRunView {...props} id={id} found={found} />}
      {found !== undefined && (
        <Button disabled={dryRun.busy} onClick={() => dryRun.send({ id })}>
          Check again
        </Button>
      )}
      {found === undefined && isConflict(saving) && <Conflict {...props} />}
      {found !== undefined && (
        <ActivationForm {...props} found={found} checking={dryRun.busy} onFound={setFound} />
      )}
    </>
  );
}

/** Whether rows are changed or removed, or may be: then the policies change the numbers. */
const isAboutSent = ({ changes, checksOff }: DryRun): boolean =>
  changes.changed + changes.removed > 0 || checksOff.some(({ code }) => code === 'row.missing');

/**
 * The dry run, made when the review opens and again when what is chosen about late, changed or
 * removed rows changes the numbers that a person sees and approves.
 * @param isReady whether it can be made: the server counts with what it has, so that the last
 *   changes have to be there first
 */
function useDryRun(
  { draft }: StepProps,
  isReady: boolean,
  found: DryRun | undefined,
  onFound: (found: DryRun) => void,
): Request<'dryRun'> {
  const dryRun = useRequest('dryRun', onFound);
  const late = draft.late ?? 'hold';
  const policies = `${draft.changed} ${draft.removed}`;
  const looked = useRef<{ readonly late: string; readonly policies: string } | undefined>(
    undefined,
  );
  useEffect(() => {
    const last = looked.current;
    const isOld =
      last?.late !== late ||
      (last.policies !== policies && found !== undefined && isAboutSent(found));
    if (!isReady || (!isOld && (found !== undefined || dryRun.busy))) return;
    looked.current = { late, policies };
    dryRun.send({ id: draft.id ?? '' });
  }, [isReady, late, policies]);
  return dryRun;
}

/** Why the dry run failed, and the ways out. */
function DryRunProblem({
  draft,
  dispatch,
  refresh,
  dryRun: { problem, send },
}: StepProps & { readonly dryRun: Request<'dryRun'> }) {
  const { id = '' } = draft;
  if (problem === undefined) return null;
  const repeat = (): void => send({ id });
  return (
    <>
      <ProblemCard problem={problem} />
      <Resolution
        problem={problem}
        id={id}
        dispatch={dispatch}
        refresh={refresh}
        onResolved={repeat}
      />
      <Button onClick={repeat}>Try again</Button>
    </>
  );
}
