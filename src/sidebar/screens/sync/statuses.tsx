import { useEffect, useState } from 'preact/hooks';
import type { ColumnView, StatusColumn } from '../../../rpc/contract';
import { count } from '../../../value/count';
import { usableColumns } from '../../draft/columns';
import { Button } from '../../parts/button';
import { Choice, Field } from '../../parts/field';
import { Page } from '../../parts/page';
import { ProblemCard } from '../../parts/problem-card';
import { Busy } from '../../parts/status';
import type { SyncScreenProps } from '../../screen-props';
import { useRequest } from '../../server/request';

type Where = 'none' | 'new' | 'existing';

/** Chooses the column of the sheet that says of each row where it stands. */
export function StatusesScreen({ view, dispatch, refresh }: SyncScreenProps) {
  const { sync } = view;
  const [where, setWhere] = useState<Where>(sync.statuses === undefined ? 'none' : 'existing');
  const [header, setHeader] = useState(sync.statuses ?? '');
  const tab = useRequest('describeTab');
  const save = useRequest('setStatusColumn', (changed) => {
    dispatch({ type: 'sync-changed', view: changed });
    refresh();
    dispatch({ type: 'left' });
  });
  useEffect(() => tab.send({ tabId: sync.source.tabId, headerRow: sync.source.headerRow }), []);
  const read = new Set(sync.source.columns.map((column) => column.header));
  const offered =
    tab.value === undefined
      ? []
      : usableColumns(tab.value).filter((column) => !read.has(column.header));
  const chosen = offered.find((column) => column.header === header);
  const lost =
    where !== 'existing' || chosen === undefined || chosen.header === sync.statuses
      ? 0
      : chosen.filled;
  const column: StatusColumn | undefined =
    where !== 'existing' ? where : chosen === undefined ? undefined : { header: chosen.header };
  return (
    <Page title="Statuses in the sheet" onBack={() => dispatch({ type: 'left' })}>
      <p>
        Each row can say in a column of its own where it stands: sent with the time, waiting, held
        or refused, with the reason. It is written with every run, beside the right row even if the
        sheet was sorted meanwhile.
      </p>
      <Choice<Where>
        name="status-column"
        legend="Where are they written?"
        value={where}
        onChange={setWhere}
        options={[
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
        ]}
      />
      {where === 'existing' && tab.busy && <Busy words="Reading the columns" />}
      {tab.problem !== undefined && <ProblemCard problem={tab.problem} onRepeat={tab.repeat} />}
      {where === 'existing' && tab.value !== undefined && (
        <Existing offered={offered} header={chosen?.header ?? ''} onChange={setHeader} />
      )}
      {lost > 0 && (
        <div class="card warning" role="status">
          <p class="message">
            {lost === 1
              ? 'A cell of this column is filled.'
              : `${count(lost)} cells of this column are filled.`}
          </p>
          <p>
            What they hold is overwritten with the next run. Choose an empty column or a new one if
            you need it.
          </p>
        </div>
      )}
      {where !== 'none' && lost === 0 && (
        <p class="obstacle">
          The cells of the column below its header are overwritten with each run.
        </p>
      )}
      {save.problem !== undefined && <ProblemCard problem={save.problem} onRepeat={save.repeat} />}
      <div class="buttons end">
        <Button onClick={() => dispatch({ type: 'left' })}>Leave as it is</Button>
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
  readonly offered: readonly ColumnView[];
  readonly header: string;
  readonly onChange: (header: string) => void;
}

function Existing({ offered, header, onChange }: ExistingProps) {
  if (offered.length === 0) return <p>Every column is read by the sync. Choose a new column.</p>;
  return (
    <Field id="status-header" label="Column">
      <select
        id="status-header"
        value={header}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        <option value="" disabled>
          Choose a column
        </option>
        {offered.map((column) => (
          <option key={column.header} value={column.header}>
            {column.header}
          </option>
        ))}
      </select>
    </Field>
  );
}
