import { useEffect, useState } from 'preact/hooks';
import type { Argument, SyncDraft, Tab, TabView } from '../../../rpc/contract';
import { counted } from '../../../value/count';
import { Field } from '../../parts/field';

interface SourceSectionProps {
  readonly tabs: readonly Tab[];
  /** The tab that is read before one is chosen. */
  readonly firstTab: number | undefined;
  readonly draft: SyncDraft | undefined;
  readonly tab: TabView | undefined;
  readonly busy: boolean;
  readonly describe: (argument: Argument<'describeTab'>) => void;
}

const WAIT_MS = 600;

/** Which tab the rows come from, and which of its rows holds the column names. */
export function SourceSection({ tabs, firstTab, draft, tab, busy, describe }: SourceSectionProps) {
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  const described = draft?.source.tabId ?? tab?.tab.id;
  // A tab that cannot be read stays chosen, so that the row with its column names can be told.
  const tabId = chosen ?? described ?? firstTab;
  const known = tabs.some(({ id }) => id === tabId);
  useEffect(() => setChosen(undefined), [described]);
  useEffect(() => {
    const headerRow = Number(typed);
    if (typed === undefined || tabId === undefined || !Number.isInteger(headerRow) || headerRow < 1)
      return undefined;
    const timer = setTimeout(() => {
      setTyped(undefined);
      describe({ tabId, headerRow });
    }, WAIT_MS);
    return () => clearTimeout(timer);
  }, [typed]);

  return (
    <div class="source">
      <Field id="tab" label="Tab">
        <select
          id="tab"
          value={tabId ?? ''}
          onChange={(event) => {
            const id = Number(event.currentTarget.value);
            setChosen(id);
            describe({ tabId: id });
          }}
        >
          {!known && (
            <option value={tabId ?? ''}>
              {draft === undefined ? 'Choose a tab' : `${draft.source.tabName} (gone)`}
            </option>
          )}
          {tabs.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      <Field
        id="header-row"
        label="Row with the column names"
        hint={
          busy
            ? 'Reading the tab\u2026'
            : tab === undefined
              ? 'Row number'
              : `${counted(tab.rows, 'row')} below it.`
        }
      >
        <input
          id="header-row"
          class="short"
          type="number"
          min={1}
          step={1}
          value={typed ?? String(tab?.headerRow ?? draft?.source.headerRow ?? '')}
          aria-describedby="header-row-hint"
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </Field>
    </div>
  );
}
