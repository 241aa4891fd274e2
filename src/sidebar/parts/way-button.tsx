import type { Problem } from '../../problem/problem';
import type { SyncView } from '../../rpc/contract';
import { pendingApproval } from '../health';
import { opener } from '../navigation';
import type { ScreenProps } from '../screen-props';
import type { WayOut } from '../way-out';
import { ApprovalButtons } from './approval';
import { Button } from './button';
import { Resolution } from './resolution';
import { actionOf, WAY_LABELS } from './ways';

interface WayButtonProps extends Pick<ScreenProps, 'dispatch' | 'refresh'> {
  /** The sync that has the problem. */
  readonly view: SyncView;
  /** Where the problem is put right; undefined if nothing in the sidebar helps. */
  readonly way: WayOut | undefined;
  readonly problem: Problem;
  /** Whether it is the one thing to do on the screen. */
  readonly isMain?: boolean | undefined;
}

/** What leads out of the problem of a sync: one button, or the choices that a person has. */
export function WayButton(props: WayButtonProps) {
  const { view, way, dispatch } = props;
  const { id, name } = view.sync;
  if (way === undefined) return null;
  if (way === 'choice') return <Resolution {...props} id={id} />;
  if (way === 'approval') return <ApprovalWay {...props} />;
  return (
    <Button onClick={() => dispatch(actionOf(way, id))} label={`${WAY_LABELS[way]}: ${name}`}>
      {WAY_LABELS[way]}
    </Button>
  );
}

/** Approves the numbers of the last run. If an older version wrote it, the dry run has them. */
function ApprovalWay({ view, dispatch, isMain = false }: WayButtonProps) {
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
