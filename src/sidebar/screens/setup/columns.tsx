import { useState } from 'preact/hooks';
import type { ColumnView, SyncDraft, TabView } from '../../../rpc/contract';
import { count } from '../../../value/count';
import { withColumn, withName, withoutColumn } from '../../draft/changes';
import { headerOf, isDouble, missingColumns, nameOf, usableColumns } from '../../draft/columns';
import { readColumns } from '../../draft/event';
import { Field } from '../../parts/field';
import { keyObstacle, oddRows, typeWords } from '../../words/columns';

interface ColumnListProps {
  readonly draft: SyncDraft;
  readonly tab: TabView;
  readonly edit: (draft: SyncDraft) => void;
}

/** From so many columns on they are searched, and of those that are not picked only some are listed. */
const MANY_COLUMNS = 12;
const LISTED_UNPICKED = 20;

const contains = ({ header, name }: ColumnView, search: string): boolean =>
  `${header} ${name}`.toLowerCase().includes(search.trim().toLowerCase());

/** Whether the key, the subscription, the date and a number are found, so that nobody has to look at the columns. */
function isAllGuessed(draft: SyncDraft, tab: TabView): boolean {
  const key = usableColumns(tab).find(({ header }) => header === headerOf(draft, draft.key));
  const { subscription, time, column } = readColumns(draft, tab, {});
  const isFound = [subscription, time, column].every((name) => name !== undefined);
  return (
    key !== undefined &&
    keyObstacle(key) === undefined &&
    isFound &&
    tab.columns.every((each) => each.odd.count === 0)
  );
}

/** The columns that the event may be made of: those that are picked with their values and name, the others in one line each. */
export function ColumnList({ draft, tab, edit }: ColumnListProps) {
  const [search, setSearch] = useState('');
  const columns = usableColumns(tab);
  const isMany = columns.length >= MANY_COLUMNS;
  const doubles = [
    ...new Set(tab.columns.map(({ header }) => header).filter((header) => isDouble(tab, header))),
  ];
  const missing = missingColumns(draft, tab);
  const found = columns.filter((column) => contains(column, search));
  const isPicked = ({ header }: ColumnView): boolean => nameOf(draft, header) !== undefined;
  const unpicked = found.filter((column) => !isPicked(column));
  const hidden = isMany ? unpicked.slice(LISTED_UNPICKED) : [];
  const shown = found.filter((column) => !hidden.includes(column));
  // Folded on the first way through; who comes back wants to change something. And what a person ticks must not fold the list.
  const [isOpen] = useState(!isMany && (draft.revision > 0 || !isAllGuessed(draft, tab)));
  return (
    <details open={isOpen || missing.length > 0}>
      <summary>
        Columns for the template{' '}
        <span class="hint">
          {count(draft.source.columns.length)} of {count(columns.length)}
        </span>
      </summary>
      {doubles.length > 0 && (
        <p class="obstacle">
          Several columns are called {doubles.map((header) => `\u201c${header}\u201d`).join(', ')}.
          They can be chosen when each has a name of its own.
        </p>
      )}
      {isMany && (
        <Field id="column-search" label="Search the columns">
          <input
            id="column-search"
            type="text"
            autocomplete="off"
            spellcheck={false}
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </Field>
      )}
      <ul class="columns">
        {missing.map(({ header }) => (
          <li key={header}>
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
              <span class="tag">
                {isDouble(tab, header) ? 'Twice in the tab' : 'Not in the tab'}
              </span>
            </div>
          </li>
        ))}
        {shown.map((column) => (
          <ColumnLine key={column.header} column={column} draft={draft} tab={tab} edit={edit} />
        ))}
      </ul>
      {found.length === 0 && search !== '' && <p class="hint">No column is called like this.</p>}
      {hidden.length > 0 && (
        <p class="hint">{count(hidden.length)} more that are not picked: search for them.</p>
      )}
    </details>
  );
}

function ColumnLine({
  column,
  draft,
  tab,
  edit,
}: ColumnListProps & { readonly column: ColumnView }) {
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
