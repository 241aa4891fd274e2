import type { ColumnView, SyncDraft, TabView } from '../../../rpc/contract';
import { counted } from '../../../value/count';
import { withKey, withReady } from '../../draft/changes';
import { headerOf, isDouble, usableColumns } from '../../draft/columns';
import { Field } from '../../parts/field';
import { ProblemCard } from '../../parts/problem-card';
import { Busy } from '../../parts/status';
import { useRequest } from '../../server/request';
import type { Action } from '../../state';
import { keyCaution, keyObstacle } from '../../words/columns';

interface SectionProps {
  readonly draft: SyncDraft;
  readonly tab: TabView;
  readonly edit: (draft: SyncDraft) => void;
}

/** The header of the column that the server adds (apps-script, calls/tab). */
const ID_HEADER = 'Usage ID';

/** What identifies a row, measured at once; and stable ids where nothing does. */
export function KeySection({
  draft,
  tab,
  edit,
  dispatch,
}: SectionProps & { readonly dispatch: (action: Action) => void }) {
  const columns = usableColumns(tab);
  const find = (header: string): ColumnView | undefined =>
    columns.find((column) => column.header === header);
  const keyHeader = headerOf(draft, draft.key);
  const key = find(keyHeader);
  const problem = key === undefined ? undefined : keyObstacle(key);
  const fill = useRequest('fillIds', ({ tab: filled, header }) =>
    dispatch({ type: 'ids-filled', tab: filled, header }),
  );
  const caution = key === undefined ? undefined : keyCaution(key);
  const ids = find(ID_HEADER);
  // Where all cells of the ids are filled, copied ones are put right in the sheet.
  const canFill = ids === undefined ? !isDouble(tab, ID_HEADER) : ids.missing > 0 || key !== ids;
  const wantsIds = canFill && (key === undefined || problem !== undefined || caution !== undefined);
  const place = { tabId: draft.source.tabId, headerRow: draft.source.headerRow };
  return (
    <div class="stack">
      <Field
        id="key"
        label="Column that identifies a row"
        hint={
          key === undefined ? (
            'A row is known by it, wherever it is moved or sorted to.'
          ) : problem === undefined && caution !== undefined ? (
            <strong class="warning">{caution}</strong>
          ) : problem === undefined ? (
            <span class="good">Every row has a value of its own here.</span>
          ) : (
            <>
              <strong class="warning">{problem}</strong> Such rows are held, not sent.
            </>
          )
        }
      >
        <select
          id="key"
          value={keyHeader}
          aria-describedby="key-hint"
          onChange={(event) => edit(withKey(draft, tab, find(event.currentTarget.value)))}
        >
          <option value="">Choose a column</option>
          {key === undefined && keyHeader !== '' && (
            <option value={keyHeader}>{`${keyHeader} (missing)`}</option>
          )}
          {columns.map((column) => (
            <option key={column.header} value={column.header}>
              {column.unique && keyCaution(column) === undefined
                ? `${column.header} (unique)`
                : column.header}
            </option>
          ))}
        </select>
      </Field>
      {wantsIds && (
        <div>
          <button
            type="button"
            class="place"
            disabled={fill.busy}
            aria-describedby="ids-hint"
            onClick={() => fill.send(ids === undefined ? place : { ...place, header: ID_HEADER })}
          >
            {ids === undefined
              ? 'Add an ID column'
              : ids.missing > 0
                ? 'Fill the missing ids'
                : `Use the column \u201c${ID_HEADER}\u201d`}
          </button>
          <p class="hint" id="ids-hint">
            {ids === undefined
              ? `A column \u201c${ID_HEADER}\u201d at the right of the tab`
              : `The column \u201c${ID_HEADER}\u201d`}{' '}
            holds an id for each row; the ids stay, also when rows are sorted.
          </p>
        </div>
      )}
      {fill.busy && <Busy words="Writing the ids" />}
      {fill.problem !== undefined && <ProblemCard problem={fill.problem} onRepeat={fill.repeat} />}
      {fill.value !== undefined && (
        <p class="good" role="status">
          {counted(fill.value.filled, 'id')} written into the column {'\u201c'}
          <bdi>{fill.value.header}</bdi>
          {'\u201d'}.
        </p>
      )}
    </div>
  );
}

/** The tick boxes without which a row waits, if there are any. */
export function ReadySection({
  draft,
  tab,
  edit,
  onLook,
}: SectionProps & { readonly onLook: () => void }) {
  const columns = usableColumns(tab);
  const ready = headerOf(draft, draft.ready);
  const tickBoxes = columns.filter(({ type, header }) => type === 'tick box' || header === ready);
  if (tickBoxes.length === 0)
    return (
      <details>
        <summary>Only send rows that are ticked</summary>
        <p class="hint">
          This tab has no column of tick boxes. In Google Sheets: select the cells, then Insert,
          Checkbox, with a column name above.
        </p>
        <button type="button" class="place" onClick={onLook}>
          Look again
        </button>
      </details>
    );
  return (
    <Field
      id="ready"
      label="Only send rows that are ticked in"
      hint={
        ready === ''
          ? 'With a column, rows wait until they are ticked.'
          : 'Rows that are not ticked are held.'
      }
    >
      <select
        id="ready"
        value={ready}
        aria-describedby="ready-hint"
        onChange={(event) =>
          edit(
            withReady(
              draft,
              tab,
              columns.find(({ header }) => header === event.currentTarget.value),
            ),
          )
        }
      >
        <option value="">Send every complete row</option>
        {tickBoxes.map(({ header }) => (
          <option key={header} value={header}>
            {header}
          </option>
        ))}
      </select>
    </Field>
  );
}
