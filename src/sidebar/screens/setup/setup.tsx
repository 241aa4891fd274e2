import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { SyncDraft, TabView } from '../../../rpc/contract';
import type { Saving } from '../../autosave';
import { obstacle } from '../../draft';
import { Button } from '../../parts/button';
import { Confirmation } from '../../parts/confirmation';
import { Page } from '../../parts/page';
import { ProblemCard } from '../../parts/problem-card';
import { Busy } from '../../parts/status';
import { Steps } from '../../parts/steps';
import { WayOn } from '../../parts/way-on';
import { type Request, useRequest } from '../../request';
import { findSync, isUnsaved, type Setup, type Step, stepBefore } from '../../state';
import { NoRights } from '../no-rights';
import type { ScreenProps } from '../screen-props';
import { EventStep } from './event';
import { ReviewStep } from './review';
import { RowsStep } from './rows';
import { canGoTo } from './steps';
import { TestStep } from './test';

export interface SetupScreenProps extends ScreenProps {
  readonly setup: Setup;
  readonly saving: Saving;
}

/** What each step of the guided way gets. */
export interface StepProps extends SetupScreenProps {
  readonly draft: SyncDraft;
  readonly vocabulary: Request<'vocabulary'>;
  readonly describe: Request<'describeTab'>;
  readonly edit: (draft: SyncDraft) => void;
  readonly goTo: (step: Step) => void;
}

const TITLES: Readonly<Record<Step, string>> = {
  rows: 'Choose the rows',
  event: 'Make the event',
  test: 'Test a row',
  review: 'Review and activate',
};

/** The guided way from the rows to the activated sync, one step at a time; and the settings of a sync that is active already. */
export function SetupScreen(props: SetupScreenProps) {
  const { home, dispatch, setup } = props;
  const { draft, tab, step } = setup;
  const describe = useRequest('describeTab', (described) =>
    dispatch({ type: 'tab-described', tab: described, newId: crypto.randomUUID() }),
  );
  const vocabulary = useRequest('vocabulary');
  const known = findSync(home, draft?.id ?? '')?.sync;
  const [began] = useState(known);
  const isNewer =
    !setup.savesItself &&
    !isUnsaved(setup) &&
    (known?.templateRevision ?? 0) > (began?.templateRevision ?? 0);
  const readsTab = step === 'rows' || step === 'event';
  const needsTab = readsTab && tab === undefined;
  const firstTab = home.tabs.some(({ id }) => id === home.activeTab)
    ? home.activeTab
    : home.tabs[0]?.id;
  useEffect(() => {
    if (!needsTab) return;
    if (draft !== undefined)
      describe.send({ tabId: draft.source.tabId, headerRow: draft.source.headerRow });
    else if (firstTab !== undefined) describe.send({ tabId: firstTab });
  }, [needsTab]);
  // Asked for before it is needed, so that the metrics are there when the event is made.
  useEffect(() => {
    if (readsTab && vocabulary.value === undefined) vocabulary.send({});
  }, [readsTab, home.connection?.organization, home.connection?.address]);

  const stepProps = {
    ...props,
    vocabulary,
    describe,
    edit: (changed: SyncDraft) => dispatch({ type: 'edited', draft: changed }),
    goTo: (next: Step) => dispatch({ type: 'stepped', step: next }),
  };
  return (
    <SetupPage key={step} {...props}>
      {isNewer && (
        <div class="card warning" role="status">
          <p class="message">The changed template is saved.</p>
          <p>Sent rows keep the event that Lago has of them, until they are billed again.</p>
          <Button
            onClick={() =>
              dispatch({
                type: 'opened',
                screen: { name: 'rebill', id: known?.id ?? '', rebill: 'all' },
              })
            }
          >
            Bill sent rows again
          </Button>
        </div>
      )}
      {step === 'rows' && <RowsStep {...stepProps} draft={draft} firstTab={firstTab} />}
      {step === 'event' && draft !== undefined && tab !== undefined && (
        <EventStep {...stepProps} draft={draft} tab={tab} />
      )}
      {step === 'event' && tab === undefined && <Reading describe={describe} />}
      {step === 'test' && draft !== undefined && <TestStep {...stepProps} draft={draft} />}
      {step === 'review' && draft !== undefined && <ReviewStep {...stepProps} draft={draft} />}
    </SetupPage>
  );
}

function Reading({ describe }: { readonly describe: Request<'describeTab'> }) {
  return describe.problem === undefined ? (
    <Busy words="Reading the tab" />
  ) : (
    <ProblemCard problem={describe.problem} onRepeat={describe.repeat} />
  );
}

function SetupPage({
  home,
  dispatch,
  setup,
  saving,
  children,
}: SetupScreenProps & { readonly children: ComponentChildren }) {
  const { step, entry, savesItself } = setup;
  const [leaving, setLeaving] = useState(false);
  const isLost = !savesItself && isUnsaved(setup);
  const back = (): void => {
    if (step !== entry) dispatch({ type: 'stepped', step: stepBefore(step) });
    else if (isLost && !leaving) setLeaving(true);
    else dispatch({ type: 'left' });
  };
  return (
    <Page
      title={TITLES[step]}
      onBack={back}
      above={
        <Steps
          current={step}
          isOpen={(each) => canGoTo(each, setup, home.connection)}
          onGo={(each) =>
            each === 'connect'
              ? dispatch({ type: 'opened', screen: { name: 'connection' } })
              : dispatch({ type: 'stepped', step: each })
          }
        />
      }
    >
      {leaving && (
        <Confirmation
          question="Leave without saving your changes?"
          yes="Leave"
          no="Stay"
          onYes={back}
          onNo={() => setLeaving(false)}
        />
      )}
      {!home.canEdit && <NoRights home={home} />}
      <SavingProblem saving={saving} />
      {children}
    </Page>
  );
}

/** Whether what is shown cannot be saved because the server has something newer, or nothing at all. */
export const isConflict = ({ problem }: Saving): boolean =>
  problem?.code === 'settings.stale' || problem?.code === 'settings.no-sync';

/** Why the newest changes are not saved, where saving them again may help. */
function SavingProblem({ saving }: Pick<SetupScreenProps, 'saving'>) {
  if (saving.problem === undefined || isConflict(saving)) return null;
  return <ProblemCard problem={saving.problem} onRepeat={() => saving.save()} />;
}

type ConflictProps = Pick<SetupScreenProps, 'saving' | 'setup' | 'dispatch'>;

/** That the newest changes are not saved and cannot be, with the way out; it stands at the lower edge, where one always sees it. */
export function Conflict({
  saving,
  setup,
  dispatch,
  children,
}: ConflictProps & { readonly children?: ComponentChildren }) {
  const open = useRequest('open', (home) => {
    saving.forget();
    dispatch({ type: 'loaded', home });
    const id = setup.draft?.id;
    if (id !== undefined) dispatch({ type: 'setup-resumed', id, step: setup.step });
  });
  const isStale = saving.problem?.code === 'settings.stale';
  return (
    <WayOn>
      <p class="conflict" role="alert">
        {isStale
          ? 'Not saved: changed in another window.'
          : 'Not saved: this sync does not exist any more.'}
        {open.problem !== undefined && ` ${open.problem.message}`}
      </p>
      {children}
      <Button kind="primary" busy={open.busy} onClick={() => open.send({})}>
        {isStale ? 'Load the newer one' : 'Go to the list'}
      </Button>
    </WayOn>
  );
}

interface StepButtonsProps extends ConflictProps {
  /** What has to be done before it goes on, in one sentence. */
  readonly missing: string | undefined;
  readonly next: string;
  readonly onNext: () => void;
}

/** The way on. Changed settings of a sync that is active are saved here first. */
export function StepButtons({ setup, saving, dispatch, missing, next, onNext }: StepButtonsProps) {
  if (isConflict(saving))
    return (
      <Conflict saving={saving} setup={setup} dispatch={dispatch}>
        <Button disabled>{next}</Button>
      </Conflict>
    );
  const savesFirst = !setup.savesItself && isUnsaved(setup);
  return (
    <WayOn missing={missing}>
      {setup.savesItself && setup.saved !== undefined && setup.saved.revision > 0 && (
        <span class="hint saved">
          {saving.saved ? 'Saved' : saving.problem === undefined ? 'Saving\u2026' : 'Not saved'}
        </span>
      )}
      {savesFirst ? (
        <>
          <Button onClick={onNext} disabled={missing !== undefined}>
            {next}
          </Button>
          <Button
            kind="primary"
            busy={saving.busy}
            disabled={missing !== undefined}
            onClick={() => saving.save()}
          >
            Save
          </Button>
        </>
      ) : (
        <Button kind="primary" onClick={onNext} disabled={missing !== undefined}>
          {next}
        </Button>
      )}
    </WayOn>
  );
}

/** For a step that works with what is saved: the settings of an active sync are only saved by a person. */
export function UnsavedCard({
  saving,
  disabled = false,
  isMain = true,
}: {
  readonly saving: Saving;
  readonly disabled?: boolean;
  readonly isMain?: boolean;
}) {
  return (
    <div class="card warning">
      <p class="message">Your changes are not saved yet.</p>
      <p>What is sent follows the saved settings.</p>
      <Button
        kind={isMain ? 'primary' : 'plain'}
        busy={saving.busy}
        disabled={disabled}
        onClick={() => saving.save()}
      >
        Save
      </Button>
    </div>
  );
}

export const rowsObstacle = (
  draft: SyncDraft | undefined,
  tab: TabView | undefined,
): string | undefined =>
  draft === undefined || tab === undefined ? 'Choose a tab with rows.' : obstacle(draft);
