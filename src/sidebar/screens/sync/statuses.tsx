import { useEffect, useState } from 'preact/hooks';
import type { ColumnView } from '../../../rpc/contract';
import { count } from '../../../value/count';
import { changing, leaving } from '../../navigation';
import { Button } from '../../parts/button';
import { Choice, type Option } from '../../parts/field';
import { Notice } from '../../parts/notice';
import { Page } from '../../parts/page';
import { RequestState } from '../../parts/request-state';
import { SelectField } from '../../parts/select-field';
import type { SyncScreenProps } from '../../screen-props';
import { useRequest } from '../../server/request';
import { freeColumns, lostCells, statusColumn, type Where } from './status-column';

const WHERE: readonly Option<Where>[] = [
  {
    value: 'none',
    label: 'Nowhere',
    hint: 'Texts that are there already stay, and grow old.',
  },
  {
    value: 'new',
    label: 'In a new column at the right',
    hint: 'It is called \u201cLago status\u201d, with a number where another sync has that.',
  },
  {
    value: 'existing',
    label: 'In a column that is there',
    hint: 'Columns that events are made from are not offered.',
  },
];

/** Chooses the column of the sheet that says of each row where it stands. */
export function StatusesScreen(props: SyncScreenProps) {
  const { view, dispatch } = props;
  const { sync } = view;
  const { tabId, headerRow } = sync.source;
  const [where, setWhere] = useState<Where>(sync.statuses === undefined ? 'none' : 'existing');
  const [header, setHeader] = useState(sync.statuses ?? '');
  const tab = useRequest('describeTab');
  const save = useRequest('setStatusColumn', (changed) => {
    changing(props)(changed);
    dispatch({ type: 'left' });
  });
  useEffect(() => tab.send({ tabId, headerRow }), []);
  const offered = freeColumns(sync, tab.value);
  const chosen = offered.find((column) => column.header === header);
  const column = statusColumn(where, chosen);
  return (
    <Page title="Statuses in the sheet" onBack={leaving(dispatch)}>
      <p>
        Each row can show its status in a column: sent with the time, waiting, held or refused, with
        the reason. Every run writes it beside the right row, however the sheet was sorted.
      </p>
      <Choice<Where>
        name="status-column"
        legend="Where are they written?"
        value={where}
        onChange={setWhere}
        options={WHERE}
      />
      <RequestState
        request={tab}
        words={where === 'existing' ? 'Reading the columns' : undefined}
      />
      {where === 'existing' && tab.value !== undefined && (
        <Existing offered={offered} header={chosen?.header ?? ''} onChoose={setHeader} />
      )}
      {where !== 'none' && <Overwritten cells={lostCells(where, chosen, sync.statuses)} />}
      <RequestState request={save} />
      <div class="buttons end">
        <Button onClick={leaving(dispatch)}>Leave as it is</Button>
        <Button
          kind="primary"
          busy={save.busy}
          disabled={column === undefined}
          onClick={() =>
            column !== undefined && save.send({ id: sync.id, revision: sync.revision, column })
          }
        >
          Save
        </Button>
      </div>
    </Page>
  );
}

interface ExistingProps {
  /** The columns that can be chosen. */
  readonly offered: readonly ColumnView[];
  /** Header of the chosen column; empty if none is chosen. */
  readonly header: string;
  /** Gets the header of the column. */
  readonly onChoose: (header: string) => void;
}

function Existing({ offered, header, onChoose }: ExistingProps) {
  if (offered.length === 0) return <p>Every column is read by the sync. Choose a new column.</p>;
  return (
    <SelectField
      id="status-header"
      label="Column"
      value={header}
      options={offered.map((column) => [column.header, column.header])}
      onChoose={onChoose}
    >
      <option value="" disabled>
        Choose a column
      </option>
    </SelectField>
  );
}

/** What becomes of the column's cells. @param cells number of filled ones that are overwritten */
function Overwritten({ cells }: { readonly cells: number }) {
  if (cells === 0)
    return (
      <p class="obstacle">
        The cells of the column below its header are overwritten with each run.
      </p>
    );
  return (
    <Notice
      message={
        cells === 1
          ? 'A cell of this column is filled.'
          : `${count(cells)} cells of this column are filled.`
      }
      isNews
    >
      <p>The next run overwrites what they hold. Choose an empty or a new column if you need it.</p>
    </Notice>
  );
}
