import { useEffect } from 'preact/hooks';
import type { RowHistory } from '../../../rpc/contract';
import { count } from '../../../value/count';
import { leaving } from '../../navigation';
import { Button } from '../../parts/button';
import { Page } from '../../parts/page';
import { ProblemList } from '../../parts/problem-card';
import { RequestState } from '../../parts/request-state';
import { useRowJump } from '../../parts/row-jump';
import { Section } from '../../parts/section';
import { Status } from '../../parts/status';
import type { SyncScreenProps } from '../../screen-props';
import { useRequest } from '../../server/request';
import { standingWords } from '../../words/rows';
import { LedgerLines } from './ledger-lines';
import { isBilled } from './row-history';
import { RowSearch } from './row-search';

interface RowScreenProps extends SyncScreenProps {
  /** Key of the row to find at once; undefined if a person has to type it. */
  readonly wanted: string | undefined;
}

/** Everything that is known of one row: where it is now, and what Lago was told about it. */
export function RowScreen({ view: { sync }, dispatch, wanted }: RowScreenProps) {
  const request = useRequest('findRow');
  useEffect(() => {
    if (wanted !== undefined) request.send({ id: sync.id, key: wanted });
  }, []);
  return (
    <Page title="Find a row" onBack={leaving(dispatch)}>
      <p class="message">
        <bdi>{sync.name}</bdi>
      </p>
      <RowSearch
        syncs={[sync]}
        first={wanted}
        busy={request.busy}
        onSearch={(id, key) => request.send({ id, key })}
      />
      <RequestState request={request} words="Looking into the sheet and the ledger" />
      {request.value !== undefined && (
        <Found key={request.value.key} history={request.value} sync={sync} />
      )}
    </Page>
  );
}

interface FoundProps {
  /** What the sheet and the ledger have of the row. */
  readonly history: RowHistory;
  readonly sync: SyncScreenProps['view']['sync'];
}

function Found({ history, sync }: FoundProps) {
  const { key, row, lines } = history;
  const { id, source } = sync;
  const { jump, note } = useRowJump(id);
  const ledger = useRequest('showInLedger');
  if (row === undefined && lines.length === 0) {
    return (
      <Section title={key}>
        <p role="status">No row and no event has this key. Capital letters count.</p>
      </Section>
    );
  }
  return (
    <>
      <Section title={key}>
        <p>
          {row === undefined
            ? 'Not in the sheet now: it was deleted, or has another key.'
            : `Now row ${row} of the tab ${source.tabName}.`}
        </p>
        <Standing history={history} sync={sync} />
        {lines.length === 0 && <p>Nothing was sent for it so far.</p>}
        <div class="buttons">
          {row !== undefined && <Button onClick={() => jump({ key })}>Show in sheet</Button>}
          {lines.length > 0 && (
            <Button busy={ledger.busy} onClick={() => ledger.send({ id, key })}>
              Show in ledger
            </Button>
          )}
        </div>
        {ledger.value !== undefined && (
          <p class="hint" role="status">
            Line {count(ledger.value.line)} of the ledger is selected. Please change nothing there.
          </p>
        )}
        <RequestState request={ledger} />
      </Section>
      {lines.length > 0 && <LedgerLines lines={lines} />}
      {note}
    </>
  );
}

/** What a run would do with the row as it is now, and what a person can do about it. */
function Standing({ history: { standing, lines }, sync: { state, changed } }: FoundProps) {
  if (standing === undefined) return null;
  const again = isBilled(lines) ? (changed === 'add' ? 'added' : 'corrected') : undefined;
  return (
    <>
      <p class="state-line">
        <Status {...standingWords(standing.action, state === 'active', again)} />
      </p>
      {standing.problems.length > 0 && <ProblemList problems={standing.problems} />}
    </>
  );
}
