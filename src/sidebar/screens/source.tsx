import { useEffect, useState } from 'preact/hooks';
import type { Argument, SyncDraft, Tab, TabView } from '../../rpc/contract';
import { Field } from '../parts/field';
import { Section } from '../parts/section';
import { counted } from '../words';

interface SourceSectionProps {
  readonly tabs: readonly Tab[];
  readonly draft: SyncDraft | undefined;
  readonly tab: TabView | undefined;
  readonly busy: boolean;
  readonly describe: (argument: Argument<'describeTab'>) => void;
}

const WAIT_MS = 600;

/** Which tab the rows come from, and which of its rows holds the column names. */
export function SourceSection({ tabs, draft, tab, busy, describe }: SourceSectionProps) {
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const tabId = draft?.source.tabId ?? tab?.tab.id;
  const known = tabs.some(({ id }) => id === tabId);
  useEffect(() => {
    const headerRow = Number(typed);
    if (typed === undefined || tabId === undefined || !Number.isInteger(headerRow) || headerRow < 1) return undefined;
    const timer = setTimeout(() => {
      setTyped(undefined);
      describe({ tabId, headerRow });
    }, WAIT_MS);
    return () => clearTimeout(timer);
  }, [typed]);

  return (
    <Section title="Rows">
      <Field id="tab" label="Tab">
        <select
          id="tab"
          value={tabId ?? ''}
          disabled={busy && tab === undefined}
          onChange={(event) => describe({ tabId: Number(event.currentTarget.value) })}
        >
          {!known && <option value={tabId ?? ''}>{draft === undefined ? 'Choose a tab' : `${draft.source.tabName} (gone)`}</option>}
          {tabs.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      {tab !== undefined && (
        <Field
          id="header-row"
          label="Row with the column names"
          hint={busy ? 'Reading the tab\u2026' : `${counted(tab.rows, 'row')} below it.`}
        >
          <input
            id="header-row"
            class="short"
            type="number"
            min={1}
            step={1}
            value={typed ?? String(tab.headerRow)}
            aria-describedby="header-row-hint"
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </Field>
      )}
    </Section>
  );
}
