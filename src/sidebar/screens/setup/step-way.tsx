import type { ComponentChildren } from 'preact';
import { WayOn } from '../../parts/way-on';
import { Conflict, type ConflictProps, isConflict } from './conflict';

interface StepWayProps extends ConflictProps {
  /** What has to be done first, in one sentence; undefined if nothing. */
  readonly missing?: string | undefined;
  /** Shown instead of the buttons' place in a conflict, in front of the way out. */
  readonly inConflict?: ComponentChildren | undefined;
  /** The buttons that lead on. */
  readonly children: ComponentChildren;
}

/** The buttons of a step; in their place the way out of a conflict, while there is one. */
export function StepWay({ saving, setup, dispatch, missing, inConflict, children }: StepWayProps) {
  return isConflict(saving) ? (
    <Conflict saving={saving} setup={setup} dispatch={dispatch}>
      {inConflict}
    </Conflict>
  ) : (
    <WayOn missing={missing}>{children}</WayOn>
  );
}
