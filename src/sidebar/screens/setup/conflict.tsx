import type { ComponentChildren } from 'preact';
import { Button } from '../../parts/button';
import { WayOn } from '../../parts/way-on';
import { useRequest } from '../../server/request';
import type { Saving } from './autosave';
import type { SetupScreenProps } from './step-props';

/** Whether the draft cannot be saved because the server has a newer one, or none any more. */
export const isConflict = ({ problem }: Saving): boolean =>
  problem?.code === 'settings.stale' || problem?.code === 'settings.no-sync';

/** What a step passes on for the case that its draft cannot be saved. */
export type ConflictProps = Pick<SetupScreenProps, 'saving' | 'setup' | 'dispatch'>;

/**
 * Says that the newest changes cannot be saved, with the way out. It takes the place of the buttons
 * at the lower edge, where it is always in sight; `children` are buttons that stay.
 */
export function Conflict({
  saving,
  setup,
  dispatch,
  children,
}: ConflictProps & { readonly children?: ComponentChildren | undefined }) {
  const open = useRequest('open', (home) => {
    saving.forget();
    dispatch({ type: 'loaded', home });
    dispatch({ type: 'changes-discarded' });
    const id = setup.draft?.id;
    if (id !== undefined) dispatch({ type: 'setup-resumed', id, step: setup.step });
  });
  const isStale = saving.problem?.code === 'settings.stale';
  return (
    <WayOn>
      <p class="conflict" role="alert">
        {isStale
          ? 'Not saved: changed in another window.'
          : 'Not saved: this sync does not exist any more.'}
        {open.problem !== undefined && ` ${open.problem.message}`}
      </p>
      {children}
      <Button kind="primary" busy={open.busy} onClick={() => open.send({})}>
        {isStale ? 'Load the newer one' : 'Go to the list'}
      </Button>
    </WayOn>
  );
}
