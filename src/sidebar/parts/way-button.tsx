import type { Problem } from '../../problem/problem';
import type { SyncView } from '../../rpc/contract';
import { pendingApproval } from '../health';
import { opener } from '../opener';
import type { ScreenProps } from '../screen-props';
import type { WayOut } from '../way-out';
import { ApprovalButtons } from './approval';
import { Button } from './button';
import { Resolution } from './resolution';
import { actionOf, WAY_LABELS } from './ways';

interface WayButtonProps extends Pick<ScreenProps, 'dispatch' | 'refresh'> {
  readonly view: SyncView;
  /** Where the problem is put right; undefined if nothing in the sidebar helps. */
  readonly way: WayOut | undefined;
  readonly problem: Problem;
  /** Whether it is the one thing to do on the screen. */
  readonly isMain: boolean;
}

/** What leads out of the problem of a sync: one button, or the choices that a person has. */
export function WayButton({ view, way, problem, dispatch, refresh, isMain }: WayButtonProps) {
  const { id, name } = view.sync;
  if (way === undefined) return null;
  if (way === 'choice')
    return <Resolution code={problem.code} id={id} dispatch={dispatch} refresh={refresh} />;
  if (way === 'approval') return <ApprovalWay view={view} dispatch={dispatch} isMain={isMain} />;
  return (
    <Button
      onClick={() => dispatch(actionOf(way, view.sync))}
      label={`${WAY_LABELS[way]}: ${name}`}
    >
      {WAY_LABELS[way]}
    </Button>
  );
}

/** Approving the numbers of the last run. Reports of older versions lack them; the dry run has them. */
function ApprovalWay({
  view,
  dispatch,
  isMain,
}: Pick<WayButtonProps, 'view' | 'dispatch' | 'isMain'>) {
  const { id, name, removed } = view.sync;
  const pending = pendingApproval(view);
  const look = opener(dispatch, id)('dry-run');
  if (pending === undefined)
    return (
      <Button onClick={look} label={`Look at the dry run: ${name}`}>
        Look at the dry run
      </Button>
    );
  return (
    <ApprovalButtons
      {...pending}
      takesBack={removed === 'correct'}
      kind={isMain ? 'primary' : 'plain'}
      name={name}
      onApprove={(approved) => dispatch({ type: 'opened', screen: { name: 'run', id, approved } })}
      onLook={look}
    />
  );
}
