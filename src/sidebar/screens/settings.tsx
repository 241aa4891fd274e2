import { useEffect, useState } from 'preact/hooks';
import { obstacle } from '../draft';
import { Button } from '../parts/button';
import { Confirmation } from '../parts/confirmation';
import { Choice, Field } from '../parts/field';
import { Page } from '../parts/page';
import { ProblemCard } from '../parts/problem-card';
import { Section } from '../parts/section';
import { Busy } from '../parts/status';
import { useRequest } from '../request';
import { type Editing, isUnsaved } from '../state';
import { ColumnSection } from './columns';
import type { ScreenProps } from './screen-props';
import { SourceSection } from './source';
import { TemplateSection } from './template';

const DATE_ONLY = [
  { value: 'noon', label: 'At noon', hint: 'Stays on its day in every time zone near yours.' },
  { value: 'start-of-day', label: 'At the start of the day', hint: 'In the time zone in which Lago\u2019s billing period ends.' },
] as const;

export function SettingsScreen({ home, editing, dispatch, refresh }: ScreenProps & { readonly editing: Editing }) {
  const { draft, tab } = editing;
  const [leaving, setLeaving] = useState(false);
  const describe = useRequest('describeTab', (described) =>
    dispatch({ type: 'tab-described', tab: described, newId: crypto.randomUUID() }),
  );
  const save = useRequest('saveSync', (sync) => {
    dispatch({ type: 'saved', sync });
    refresh();
  });
  useEffect(() => {
    if (tab !== undefined) return;
    const known = home.tabs.some(({ id }) => id === home.activeTab) ? home.activeTab : home.tabs[0]?.id;
    if (draft !== undefined) describe.send({ tabId: draft.source.tabId, headerRow: draft.source.headerRow });
    else if (known !== undefined) describe.send({ tabId: known });
  }, []);

  const missing = draft === undefined ? undefined : obstacle(draft);
  const leave = (): void => {
    if (draft !== undefined && isUnsaved(editing) && editing.saved !== undefined && !leaving) setLeaving(true);
    else dispatch({ type: 'left' });
  };

  return (
    <Page title={draft === undefined || draft.revision === 0 ? 'New sync' : 'Settings'} onBack={leave}>
      {leaving && (
        <Confirmation question="Leave without saving your changes?" yes="Leave" no="Stay" onYes={leave} onNo={() => setLeaving(false)} />
      )}
      <SourceSection tabs={home.tabs} draft={draft} tab={tab} busy={describe.busy} describe={describe.send} />
      {describe.problem !== undefined && <ProblemCard problem={describe.problem} onRepeat={describe.repeat} />}
      {describe.busy && tab === undefined && <Busy words="Reading the tab" />}
      {draft !== undefined && tab !== undefined && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (missing === undefined) save.send({ draft });
          }}
        >
          <ColumnSection draft={draft} tab={tab} onChange={(changed) => dispatch({ type: 'edited', draft: changed })} />
          <Choice
            name="date-only"
            legend="A date without a time counts"
            value={draft.dateOnly}
            options={DATE_ONLY}
            onChange={(dateOnly) => dispatch({ type: 'edited', draft: { ...draft, dateOnly } })}
          />
          <TemplateSection draft={draft} tab={tab} onChange={(changed) => dispatch({ type: 'edited', draft: changed })} />
          <Section title="Name">
            <Field id="sync-name" label="Name of the sync">
              <input
                id="sync-name"
                type="text"
                value={draft.name}
                onInput={(event) => dispatch({ type: 'edited', draft: { ...draft, name: event.currentTarget.value } })}
              />
            </Field>
          </Section>
          {save.problem !== undefined && <ProblemCard problem={save.problem} onRepeat={save.repeat} />}
          {missing !== undefined && (
            <p class="obstacle" role="status">
              {missing}
            </p>
          )}
          <div class="buttons end">
            <Button onClick={() => dispatch({ type: 'opened', screen: { name: 'preview', draft } })} disabled={missing !== undefined}>
              Preview
            </Button>
            <Button kind="primary" submit busy={save.busy} disabled={missing !== undefined}>
              Save
            </Button>
          </div>
        </form>
      )}
    </Page>
  );
}
