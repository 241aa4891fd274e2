import { opening } from '../../navigation';
import { Button } from '../../parts/button';
import { Notice } from '../../parts/notice';
import type { ScreenProps } from '../../screen-props';

/** For a copied spreadsheet, whose original may send the same rows: the way to send from it. */
export function CopyNotice({ home: { connection, syncs, canEdit }, dispatch }: ScreenProps) {
  const id = syncs.find(({ sync }) => sync.state === 'paused')?.sync.id;
  return (
    <Notice message="This spreadsheet is a copy of another one. Its syncs are paused." isNews>
      <p>
        Send from one of the two only, or rows are billed twice. To send from here, pause them in
        the original, then review and activate them here.
      </p>
      {connection === undefined && <p>The API key did not come with the copy.</p>}
      {canEdit && id !== undefined && (
        <Button
          kind="primary"
          onClick={opening(
            dispatch,
            connection === undefined
              ? { name: 'connection', review: id }
              : { name: 'activation', id },
          )}
        >
          {connection === undefined ? 'Enter the API key' : 'Review and activate here'}
        </Button>
      )}
    </Notice>
  );
}

/** What to do first in a file without syncs: connect to Lago, then set one up. */
export function FirstStep({ home: { connection, problem }, dispatch }: ScreenProps) {
  if (connection === undefined) {
    return (
      <div class="empty">
        <h2>Bill what is in this sheet</h2>
        <p>
          Each row becomes a usage event in Lago, sent exactly once. First connect to Lago; nothing
          is sent until you say so.
        </p>
        <Button kind="primary" onClick={opening(dispatch, { name: 'connection' })}>
          Connect to Lago
        </Button>
      </div>
    );
  }
  return (
    <div class="empty">
      <h2>{problem === undefined ? 'Set up the first sync' : 'Set the sync up again'}</h2>
      <p>
        {problem === undefined
          ? 'Choose the tab with your usage and what each of its rows becomes in Lago. ' +
            'You see every event before it is sent.'
          : 'Choose the same tab and the same template, and go on with what was sent.'}
      </p>
      <Button kind="primary" onClick={() => dispatch({ type: 'setup-began' })}>
        New sync
      </Button>
    </div>
  );
}
