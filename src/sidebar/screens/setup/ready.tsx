import { withReady } from '../../draft/changes';
import { headerOf, usableColumns } from '../../draft/columns';
import { Hint } from '../../parts/hint';
import { SelectField } from '../../parts/select-field';
import type { TabDraftProps } from './step-props';

interface ReadySectionProps extends TabDraftProps {
  /** Reads the tab again. */
  readonly onLook: () => void;
}

/** The tick boxes without which a row waits, if the tab has any. */
export function ReadySection({ draft, tab, edit, onLook }: ReadySectionProps) {
  const columns = usableColumns(tab);
  const ready = headerOf(draft, draft.ready);
  const tickBoxes = columns.filter(({ type, header }) => type === 'tick box' || header === ready);
  if (tickBoxes.length === 0)
    return (
      <details>
        <summary>Only send rows that are ticked</summary>
        <Hint>
          This tab has no column of tick boxes. In Google Sheets: select the cells, then Insert,
          Checkbox, with a column name above.
        </Hint>
        <button type="button" class="place" onClick={onLook}>
          Look again
        </button>
      </details>
    );
  return (
    <SelectField
      id="ready"
      label="Only send rows that are ticked in"
      hint={
        ready === ''
          ? 'With a column, rows wait until they are ticked.'
          : 'Rows that are not ticked are held.'
      }
      value={ready}
      options={[
        ['', 'Send every complete row'],
        ...tickBoxes.map(({ header }) => [header, header] as const),
      ]}
      onChoose={(chosen) =>
        edit(
          withReady(
            draft,
            tab,
            columns.find(({ header }) => header === chosen),
          ),
        )
      }
    />
  );
}
