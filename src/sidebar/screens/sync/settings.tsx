import { useState } from 'preact/hooks';
import { headerOf } from '../../draft/columns';
import { Button } from '../../parts/button';
import { Confirmation } from '../../parts/confirmation';
import { Facts } from '../../parts/facts';
import { RequestState } from '../../parts/request-state';
import { Section } from '../../parts/section';
import type { SyncScreenProps } from '../../screen-props';
import { useRequest } from '../../server/request';

const CHANGED = {
  flag: 'Only flagged',
  add: 'Sent as a new event that adds on top',
  correct: 'Corrected in Lago',
} as const;
const LATE = { hold: 'Held and told', book: 'Counted in the running period' } as const;
const REMOVED = { flag: 'Flagged', ignore: 'Ignored', correct: 'Taken back in Lago' } as const;

/** How the sync is set, with the ways to change that or to delete it. */
export function SettingsSection({ view: { sync }, home, dispatch, refresh }: SyncScreenProps) {
  const [deleting, setDeleting] = useState(false);
  const remove = useRequest('deleteSync', ({ id }) => {
    dispatch({ type: 'deleted', id });
    refresh();
  });
  return (
    <Section title="Settings">
      <SyncFacts sync={sync} />
      {home.canEdit && (
        <div class="buttons">
          <Button onClick={() => dispatch({ type: 'setup-resumed', id: sync.id, step: 'rows' })}>
            Edit
          </Button>
          <Button disabled={deleting} onClick={() => setDeleting(true)}>
            Delete
          </Button>
        </div>
      )}
      {deleting && (
        <Confirmation
          question={
            'Delete this sync? Nothing more is sent. ' +
            'The ledger of what was sent stays in the file.'
          }
          yes="Delete"
          no="Keep"
          busy={remove.busy}
          onYes={() => remove.send({ id: sync.id, revision: sync.revision })}
          onNo={() => setDeleting(false)}
        />
      )}
      <RequestState request={remove} />
    </Section>
  );
}

function SyncFacts({ sync }: Pick<SyncScreenProps['view'], 'sync'>) {
  const { source, key, ready, changed, removed, late = 'hold', state, activatedBy = '' } = sync;
  return (
    <Facts
      facts={[
        ['Rows', `Tab ${source.tabName}, below row ${source.headerRow}`],
        ['Known by', headerOf(sync, key)],
        ready === undefined ? undefined : ['Ready when ticked', headerOf(sync, ready)],
        changed && ['Changed rows', CHANGED[changed]],
        removed && ['Removed rows', REMOVED[removed]],
        state === 'draft' ? undefined : ['Late usage', LATE[late]],
        activatedBy === '' ? undefined : ['Activated by', activatedBy],
      ]}
    />
  );
}
