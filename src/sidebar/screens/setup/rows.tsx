import type { FormerLedgerView, SyncDraft } from '../../../rpc/contract';
import { Field } from '../../parts/field';
import { Hint } from '../../parts/hint';
import { otherSyncsOf } from '../../parts/other-syncs';
import { ProblemCard } from '../../parts/problem-card';
import { LedgerWays } from '../../parts/resolution';
import { Busy } from '../../parts/status';
import { useRequest } from '../../server/request';
import { inWords, quoted } from '../../words/lists';
import { doubleHeaders } from './column-list';
import { ColumnList } from './columns';
import { KeySection } from './key';
import { ReadySection } from './ready';
import { rowsObstacle } from './rows-obstacle';
import { SourceSection } from './source';
import { StepButtons } from './step-buttons';
import type { EventStepProps, StepProps } from './step-props';

interface RowsStepProps extends Omit<StepProps, 'draft'> {
  /** Undefined until the first tab was read. */
  readonly draft: SyncDraft | undefined;
  /** Id of the tab that is read first; undefined if the file has none. */
  readonly firstTab: number | undefined;
}

/**
 * Which rows become events: the tab, the row with the column names, what identifies a row, and the
 * columns that the event may be made of.
 */
export function RowsStep(props: RowsStepProps) {
  const { home, setup, draft, firstTab, describe, goTo } = props;
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
      {draft !== undefined && tab !== undefined && <ReadTab {...props} draft={draft} tab={tab} />}
      <StepButtons
        {...props}
        missing={rowsObstacle(draft, tab)}
        next="Next: make the event"
        onNext={() => goTo('event')}
      />
    </>
  );
}

/** What is chosen of a tab that was read. */
function ReadTab(props: EventStepProps) {
  const { home, setup, draft, tab, describe, dispatch, edit } = props;
  const { id: tabId } = tab.tab;
  const { headerRow } = tab;
  const doubles = doubleHeaders(tab);
  return (
    <>
      {setup.savesItself &&
        tab.former?.map((former) => <Former key={former.sync} {...props} former={former} />)}
      <SameTab names={otherSyncsOf(home, draft.source.tabId, draft.id)} />
      {doubles.length > 0 && (
        <p class="obstacle">
          Several columns are called {doubles.map(quoted).join(', ')}. Give each a name of its own.
        </p>
      )}
      <KeySection draft={draft} tab={tab} edit={edit} dispatch={dispatch} />
      <ReadySection
        draft={draft}
        tab={tab}
        edit={edit}
        onLook={() => describe.send({ tabId, headerRow })}
      />
      <ColumnList key={`${tabId} ${headerRow}`} draft={draft} tab={tab} edit={edit} />
      <NameField draft={draft} edit={edit} />
    </>
  );
}

/** What a deleted sync of the tab has sent, to go on with. If nobody chooses, a run asks. */
function Former({
  former: { sync, problem },
  draft: { id = '' },
  tab,
  dispatch,
}: EventStepProps & { readonly former: FormerLedgerView }) {
  const request = useRequest('resolveFormer', (described) =>
    dispatch({ type: 'tab-described', tab: described, newId: id }),
  );
  const { headerRow } = tab;
  return (
    <>
      <ProblemCard problem={problem} mild />
      <LedgerWays
        problem={problem}
        request={request}
        onChoose={(choice) =>
          request.send({ tabId: tab.tab.id, headerRow, sync: id, former: sync, choice })
        }
      />
    </>
  );
}

/** Two syncs of one tab are right only if they count different things. */
function SameTab({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <Hint>
      The {names.length === 1 ? 'sync' : 'syncs'} <bdi>{inWords(names)}</bdi>{' '}
      {names.length === 1 ? 'reads' : 'read'} this tab too. That is right for another metric; for
      the same one every row would be billed twice.
    </Hint>
  );
}

function NameField({ draft, edit }: Pick<StepProps, 'draft' | 'edit'>) {
  return (
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
  );
}
