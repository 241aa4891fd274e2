import type { Home, SyncDraft } from '../../../rpc/contract';
import { Field } from '../../parts/field';
import { ProblemCard } from '../../parts/problem-card';
import { Busy } from '../../parts/status';
import { inWords } from '../../words/lists';
import { ColumnList } from './columns';
import { KeySection, ReadySection } from './key';
import { rowsObstacle } from './rows-obstacle';
import { SourceSection } from './source';
import { StepButtons } from './step-buttons';
import type { StepProps } from './step-props';

interface RowsStepProps extends Omit<StepProps, 'draft'> {
  /** Undefined until the first tab was read. */
  readonly draft: SyncDraft | undefined;
  /** Id of the tab that is read first; undefined where the file has none. */
  readonly firstTab: number | undefined;
}

/** Which rows become events: tab, header row, what identifies a row, and which columns the event may be made of. */
export function RowsStep({
  home,
  setup,
  saving,
  draft,
  firstTab,
  describe,
  dispatch,
  edit,
  goTo,
}: RowsStepProps) {
  const { tab } = setup;
  return (
    <>
      <SourceSection
        tabs={home.tabs}
        firstTab={firstTab}
        draft={draft}
        tab={tab}
        busy={describe.busy}
        describe={describe.send}
      />
      {describe.problem !== undefined && (
        <ProblemCard problem={describe.problem} onRepeat={describe.repeat} />
      )}
      {describe.busy && tab === undefined && <Busy words="Reading the tab" />}
      {home.tabs.length === 0 && (
        <p>
          This file has no tab with rows. Enter your usage in a sheet first: one row for each use,
          with column names above.
        </p>
      )}
      {draft !== undefined && tab !== undefined && (
        <>
          <SameTab home={home} draft={draft} />
          <KeySection draft={draft} tab={tab} edit={edit} dispatch={dispatch} />
          <ReadySection
            draft={draft}
            tab={tab}
            edit={edit}
            onLook={() => describe.send({ tabId: tab.tab.id, headerRow: tab.headerRow })}
          />
          <ColumnList key={`${tab.tab.id} ${tab.headerRow}`} draft={draft} tab={tab} edit={edit} />
          <details>
            <summary>
              Name of the sync{' '}
              <span class="hint">
                <bdi>{draft.name}</bdi>
              </span>
            </summary>
            <Field id="sync-name" label="Name" hint="It stands on the start screen and in mails.">
              <input
                id="sync-name"
                type="text"
                dir="auto"
                maxLength={100}
                value={draft.name}
                aria-describedby="sync-name-hint"
                onInput={(event) => edit({ ...draft, name: event.currentTarget.value })}
              />
            </Field>
          </details>
        </>
      )}
      <StepButtons
        setup={setup}
        saving={saving}
        dispatch={dispatch}
        missing={rowsObstacle(draft, tab)}
        next="Next: make the event"
        onNext={() => goTo('event')}
      />
    </>
  );
}

/** Two syncs of one tab are right only where they count different things. */
function SameTab({ home, draft }: { readonly home: Home; readonly draft: SyncDraft }) {
  const others = home.syncs.filter(
    ({ sync }) => sync.id !== draft.id && sync.source.tabId === draft.source.tabId,
  );
  if (others.length === 0) return null;
  return (
    <p class="hint">
      The {others.length === 1 ? 'sync' : 'syncs'}{' '}
      <bdi>{inWords(others.map(({ sync }) => `\u201c${sync.name}\u201d`))}</bdi>{' '}
      {others.length === 1 ? 'reads' : 'read'} this tab too. That is right for another metric; for
      the same one every row would be billed twice.
    </p>
  );
}
