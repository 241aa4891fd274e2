import { useState } from 'preact/hooks';
import type { ColumnView } from '../../../rpc/contract';
import { count } from '../../../value/count';
import { withColumn, withName, withoutColumn } from '../../draft/changes';
import { isDouble, missingColumns, nameOf } from '../../draft/columns';
import { Field } from '../../parts/field';
import { Hint } from '../../parts/hint';
import { oddRows, typeWords } from '../../words/columns';
import { isAllGuessed, listColumns } from './column-list';
import type { TabDraftProps } from './step-props';

/** The columns that the event may be made of. Those that are picked show their values and name. */
export function ColumnList({ draft, tab, edit }: TabDraftProps) {
  const [search, setSearch] = useState('');
  const { isMany, total, shown, hidden } = listColumns(draft, tab, search);
  const missing = missingColumns(draft, tab);
  // Folded on the first way through; whoever comes back wants to change something. Decided once, so
  // that ticking a column does not fold the list.
  const [isOpen] = useState(() => !isMany && (draft.revision > 0 || !isAllGuessed(draft, tab)));
  return (
    <details open={isOpen || missing.length > 0}>
      <summary>
        Columns for the template{' '}
        <span class="hint">
          {count(draft.source.columns.length)} of {count(total)}
        </span>
      </summary>
      {isMany && <ColumnSearch value={search} onType={setSearch} />}
      <ul class="columns">
        {missing.map(({ header }) => (
          <MissingLine key={header} header={header} draft={draft} tab={tab} edit={edit} />
        ))}
        {shown.map((column) => (
          <ColumnLine key={column.header} column={column} draft={draft} tab={tab} edit={edit} />
        ))}
      </ul>
      {shown.length === 0 && search !== '' && <Hint>No column is called like this.</Hint>}
      {hidden > 0 && <Hint>{count(hidden)} more that are not picked: search for them.</Hint>}
    </details>
  );
}

interface ColumnSearchProps {
  readonly value: string;
  readonly onType: (value: string) => void;
}

function ColumnSearch({ value, onType }: ColumnSearchProps) {
  return (
    <Field id="column-search" label="Search the columns">
      <input
        id="column-search"
        type="text"
        autocomplete="off"
        spellcheck={false}
        value={value}
        onInput={(event) => onType(event.currentTarget.value)}
      />
    </Field>
  );
}

/** A picked column that the tab does not have any more, or has twice. It can only be given up. */
function MissingLine({ header, draft, tab, edit }: TabDraftProps & { readonly header: string }) {
  return (
    <li>
      <div class="column-title">
        <input
          type="checkbox"
          id={`missing-${header}`}
          checked
          onChange={() => edit(withoutColumn(draft, tab, header))}
        />
        <label for={`missing-${header}`}>
          <bdi>{header}</bdi>
        </label>
        <span class="tag">{isDouble(tab, header) ? 'Twice in the tab' : 'Not in the tab'}</span>
      </div>
    </li>
  );
}

/** A column to pick; of one that is picked also its values, what is odd, and its name. */
function ColumnLine({ column, draft, tab, edit }: TabDraftProps & { readonly column: ColumnView }) {
  const { header, samples } = column;
  const name = nameOf(draft, header);
  const id = `column-${tab.columns.indexOf(column)}`;
  return (
    <li>
      <div class="column-title">
        <input
          type="checkbox"
          id={id}
          checked={name !== undefined}
          onChange={(event) =>
            edit(
              event.currentTarget.checked
                ? withColumn(draft, tab, column)
                : withoutColumn(draft, tab, header),
            )
          }
        />
        <label for={id} title={header}>
          <bdi>{header}</bdi>
        </label>
        <span class="tag" title={oddRows(column)}>
          {typeWords(column)}
        </span>
      </div>
      {name !== undefined && (
        <>
          <p class="samples" dir="auto" title={samples.join(' \u00b7 ')}>
            {samples.length === 0 ? 'No values' : samples.join(' \u00b7 ')}
          </p>
          {oddRows(column) !== undefined && <p class="odd-rows">Differs: {oddRows(column)}</p>}
          <div class="column-name">
            <span aria-hidden="true">row.</span>
            <input
              type="text"
              aria-label={`Name of ${header} in the template`}
              spellcheck={false}
              value={name}
              onInput={(event) => edit(withName(draft, tab, header, event.currentTarget.value))}
            />
          </div>
        </>
      )}
    </li>
  );
}
