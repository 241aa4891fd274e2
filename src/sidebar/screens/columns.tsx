import type { ColumnView, SyncDraft, TabView } from '../../rpc/contract';
import {
  headerOf,
  isDouble,
  missingColumns,
  nameOf,
  usableColumns,
  withColumn,
  withKey,
  withName,
  withoutColumn,
  withReady,
} from '../draft';
import { Field } from '../parts/field';
import { Section } from '../parts/section';
import { count } from '../words';

interface ColumnSectionProps {
  readonly draft: SyncDraft;
  readonly tab: TabView;
  readonly onChange: (draft: SyncDraft) => void;
}

const FEW_COLUMNS = 8;

/** What identifies a row, what makes it ready, and which columns the template may read. */
export function ColumnSection({ draft, tab, onChange }: ColumnSectionProps) {
  const columns = usableColumns(tab);
  const doubles = [...new Set(tab.columns.map(({ header }) => header).filter((header) => isDouble(tab, header)))];
  const find = (header: string): ColumnView | undefined => columns.find((column) => column.header === header);
  const missing = missingColumns(draft, tab);
  const keyHeader = headerOf(draft, draft.key);
  const key = find(keyHeader);
  const ready = headerOf(draft, draft.ready);
  const tickBoxes = columns.filter(({ type, header }) => type === 'tick box' || header === ready);
  return (
    <Section title="Columns">
      <Field
        id="key"
        label="Column that identifies a row"
        hint={
          key === undefined ? (
            'A row is known by it, wherever it is moved or sorted to.'
          ) : key.unique ? (
            'Every row has a value of its own here.'
          ) : (
            <strong class="warning">Some rows have no value here, or share one. Those are held.</strong>
          )
        }
      >
        <select
          id="key"
          value={keyHeader}
          aria-describedby="key-hint"
          onChange={(event) => onChange(withKey(draft, tab, find(event.currentTarget.value)))}
        >
          <option value="">Choose a column</option>
          {key === undefined && keyHeader !== '' && <option value={keyHeader}>{`${keyHeader} (missing)`}</option>}
          {columns.map(({ header, unique }) => (
            <option key={header} value={header}>
              {unique ? `${header} (unique)` : header}
            </option>
          ))}
        </select>
      </Field>
      <Field
        id="ready"
        label="Only send rows that are ticked in"
        hint={
          tickBoxes.length === 0
            ? 'This tab has no column of tick boxes.'
            : ready === ''
              ? 'With a column, rows wait until they are ticked.'
              : 'Rows that are not ticked are held.'
        }
      >
        <select
          id="ready"
          value={ready}
          disabled={tickBoxes.length === 0}
          aria-describedby="ready-hint"
          onChange={(event) => onChange(withReady(draft, tab, find(event.currentTarget.value)))}
        >
          <option value="">No column: send every complete row</option>
          {tickBoxes.map(({ header }) => (
            <option key={header} value={header}>
              {header}
            </option>
          ))}
        </select>
      </Field>
      <details open={columns.length <= FEW_COLUMNS || missing.length > 0}>
        <summary>
          Columns for the template{' '}
          <span class="hint">
            {count(draft.source.columns.length)} of {count(columns.length)}
          </span>
        </summary>
        {doubles.length > 0 && (
          <p class="obstacle">
            Several columns are called {doubles.map((header) => `\u201c${header}\u201d`).join(', ')}. They can be chosen when each has a
            name of its own.
          </p>
        )}
        <ul class="columns">
          {missing.map(({ header }) => (
            <li key={header}>
              <div class="column-title">
                <input type="checkbox" id={`missing-${header}`} checked onChange={() => onChange(withoutColumn(draft, tab, header))} />
                <label for={`missing-${header}`}>{header}</label>
                <span class="tag">{isDouble(tab, header) ? 'Twice in the tab' : 'Not in the tab'}</span>
              </div>
            </li>
          ))}
          {columns.map((column) => (
            <ColumnLine key={column.header} column={column} draft={draft} tab={tab} onChange={onChange} />
          ))}
        </ul>
      </details>
    </Section>
  );
}

const TYPES: Readonly<Record<ColumnView['type'], string>> = {
  number: 'Number',
  date: 'Date',
  text: 'Text',
  'tick box': 'Tick box',
  empty: 'Empty',
};

function ColumnLine({ column, draft, tab, onChange }: ColumnSectionProps & { readonly column: ColumnView }) {
  const { header, samples, type, unique } = column;
  const name = nameOf(draft, header);
  const id = `column-${tab.columns.indexOf(column)}`;
  return (
    <li>
      <div class="column-title">
        <input
          type="checkbox"
          id={id}
          checked={name !== undefined}
          onChange={(event) => onChange(event.currentTarget.checked ? withColumn(draft, tab, column) : withoutColumn(draft, tab, header))}
        />
        <label for={id} title={header}>
          {header}
        </label>
        <span class="tag">{unique ? `${TYPES[type]}, unique` : TYPES[type]}</span>
      </div>
      <p class="samples" title={samples.join(' \u00b7 ')}>
        {samples.length === 0 ? 'No values' : samples.join(' \u00b7 ')}
      </p>
      {name !== undefined && (
        <div class="column-name">
          <span aria-hidden="true">row.</span>
          <input
            type="text"
            aria-label={`Name of ${header} in the template`}
            spellcheck={false}
            value={name}
            onInput={(event) => onChange(withName(draft, tab, header, event.currentTarget.value))}
          />
        </div>
      )}
    </li>
  );
}
