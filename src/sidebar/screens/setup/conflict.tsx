import type { ComponentChildren } from 'preact';
import { Button } from '../../parts/button';
import { WayOn } from '../../parts/way-on';
import { useRequest } from '../../server/request';
import type { Saving } from './autosave';
import type { SetupScreenProps } from './step-props';
/** Whether what is shown cannot be saved because the server has something newer, or nothing at all. */
export const isConflict = ({ problem }: Saving): boolean =>
  problem?.code === 'settings.stale' || problem?.code === 'settings.no-sync';

export type ConflictProps = Pick<SetupScreenProps, 'saving' | 'setup' | 'dispatch'>;

/** That the newest changes are not saved and cannot be, with the way out; it stands at the lower edge, where one always sees it. */
export function Conflict({
  saving,
  setup,
  dispatch,
  children,
}: ConflictProps & { readonly children?: ComponentChildren | undefined }) {
  const open = useRequest('open', (home) => {
    saving.forget();
    dispatch({ type: 'loaded', home });
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
