import type { ComponentChildren } from 'preact';
import { WayOn } from '../../parts/way-on';
import { Conflict, type ConflictProps, isConflict } from './conflict';

interface StepWayProps extends ConflictProps {
  /** What has to be done first, in one sentence; undefined if nothing. */
  readonly missing?: string | undefined;
  /** Shown in a conflict, in front of the way out. */
  readonly inConflict?: ComponentChildren | undefined;
  /** The buttons that lead on. */
  readonly children: ComponentChildren;
}

/** The buttons of a step; in their place the way out of a conflict, while there is one. */
export function StepWay(props: StepWayProps) {
  return isConflict(props.saving) ? (
    <Conflict {...props}>{props.inConflict}</Conflict>
  ) : (
    <WayOn missing={props.missing}>{props.children}</WayOn>
  );
}
