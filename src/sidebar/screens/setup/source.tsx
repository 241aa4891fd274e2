import { useEffect, useState } from 'preact/hooks';
import type { Argument, SyncDraft, Tab, TabView } from '../../../rpc/contract';
import { counted } from '../../../value/count';
import { Field } from '../../parts/field';
import { SelectField } from '../../parts/select-field';

interface SourceSectionProps {
  /** All tabs of the file. */
  readonly tabs: readonly Tab[];
  /** Id of the tab that is read before one is chosen. */
  readonly firstTab: number | undefined;
  /** Undefined until the first tab was read. */
  readonly draft: SyncDraft | undefined;
  /** The tab as it was read; undefined before the first answer. */
  readonly tab: TabView | undefined;
  /** Whether a tab is being read. */
  readonly busy: boolean;
  /** Reads a tab. */
  readonly describe: (argument: Argument<'describeTab'>) => void;
}

/** Which tab the rows come from, and which of its rows holds the column names. */
export function SourceSection({ tabs, firstTab, draft, tab, busy, describe }: SourceSectionProps) {
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  const described = draft?.source.tabId ?? tab?.tab.id;
  // A tab that cannot be read stays chosen, so that the row with its column names can be given.
  const tabId = chosen ?? described ?? firstTab;
  const known = tabs.some(({ id }) => id === tabId);
  useEffect(() => setChosen(undefined), [described]);
  return (
    <div class="source">
      <SelectField
        id="tab"
        label="Tab"
        value={tabId ?? ''}
        options={tabs.map(({ id, name }) => [id, name])}
        onChoose={(value) => {
          const id = Number(value);
          setChosen(id);
          describe({ tabId: id });
        }}
      >
        {!known && (
          <option value={tabId ?? ''}>
            {draft === undefined ? 'Choose a tab' : `${draft.source.tabName} (gone)`}
          </option>
        )}
      </SelectField>
      <HeaderRowField
        tabId={tabId}
        headerRow={tab?.headerRow ?? draft?.source.headerRow}
        hint={
          busy
            ? 'Reading the tab\u2026'
            : tab === undefined
              ? 'Row number'
              : `${counted(tab.rows, 'row')} below it.`
        }
        describe={describe}
      />
    </div>
  );
}

/** A tab is read once nothing was typed for this long. */
const REST_MS = 600;

interface HeaderRowFieldProps extends Pick<SourceSectionProps, 'describe'> {
  /** Id of the tab in the spreadsheet; undefined if none is chosen. */
  readonly tabId: number | undefined;
  /** Row number (1-based); undefined if not known yet. */
  readonly headerRow: number | undefined;
  /** How many rows are below it, or what is being done. */
  readonly hint: string;
}

function HeaderRowField({ tabId, headerRow, hint, describe }: HeaderRowFieldProps) {
  const [typed, setTyped] = useState<string | undefined>(undefined);
  useEffect(() => {
    const row = Number(typed);
    if (typed === undefined || tabId === undefined || !Number.isInteger(row) || row < 1)
      return undefined;
    const timer = setTimeout(() => {
      setTyped(undefined);
      describe({ tabId, headerRow: row });
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <Field id="header-row" label="Row with the column names" hint={hint}>
      <input
        id="header-row"
        class="short"
        type="number"
        min={1}
        step={1}
        value={typed ?? String(headerRow ?? '')}
        aria-describedby="header-row-hint"
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
    </Field>
  );
}
