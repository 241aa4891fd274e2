import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Argument, SyncDraft } from '../../../rpc/contract';
import { Confirmation } from '../../parts/confirmation';
import { NoRights } from '../../parts/no-rights';
import { Notice } from '../../parts/notice';
import { Page } from '../../parts/page';
import { ProblemCard } from '../../parts/problem-card';
import { RebillOffer } from '../../parts/rebill-offer';
import { Busy } from '../../parts/status';
import { type Request, useRequest } from '../../server/request';
import { isUnsaved, type Step, stepBefore } from '../../setup';
import { findSync } from '../../state';
import { isConflict } from './conflict';
import { EventStep } from './event';
import { canGoTo } from './open-steps';
import { ReviewStep } from './review';
import { RowsStep } from './rows';
import type { SetupScreenProps } from './step-props';
import { Steps } from './steps';
import { TestStep } from './test';

const TITLES: Readonly<Record<Step, string>> = {
  rows: 'Choose the rows',
  event: 'Make the event',
  test: 'Test a row',
  review: 'Review and activate',
};

/**
 * The guided way from the rows to the activated sync, one step at a time; and the settings of a
 * sync that is active already.
 */
export function SetupScreen(props: SetupScreenProps) {
  const { home, dispatch, setup } = props;
  const { draft, tab, step } = setup;
  const known = findSync(home, draft?.id ?? '')?.sync.templateRevision ?? 0;
  const [before] = useState(known);
  const firstTab = home.tabs.some(({ id }) => id === home.activeTab)
    ? home.activeTab
    : home.tabs[0]?.id;
  const stepProps = {
    ...props,
    describe: useTab(props, firstTab),
    vocabulary: useVocabulary(props),
    edit: (changed: SyncDraft) => dispatch({ type: 'edited', draft: changed }),
    goTo: (next: Step) => dispatch({ type: 'stepped', step: next }),
  };
  return (
    <SetupPage key={step} {...props}>
      {!setup.savesItself && !isUnsaved(setup) && known > before && (
        <NewerTemplate id={draft?.id ?? ''} dispatch={dispatch} />
      )}
      {step === 'rows' && <RowsStep {...stepProps} draft={draft} firstTab={firstTab} />}
      {step === 'event' && draft !== undefined && tab !== undefined && (
        <EventStep {...stepProps} draft={draft} tab={tab} />
      )}
      {step === 'event' && tab === undefined && <Reading describe={stepProps.describe} />}
      {step === 'test' && draft !== undefined && <TestStep {...stepProps} draft={draft} />}
      {step === 'review' && draft !== undefined && <ReviewStep {...stepProps} draft={draft} />}
    </SetupPage>
  );
}

const readsTab = (step: Step): boolean => step === 'rows' || step === 'event';

/** Reads the tab for the steps that need it. @param firstTab id of the tab to begin with */
function useTab(
  { dispatch, setup: { draft, tab, step } }: SetupScreenProps,
  firstTab: number | undefined,
): Request<'describeTab'> {
  const describe = useRequest('describeTab', (described) =>
    dispatch({ type: 'tab-described', tab: described, newId: crypto.randomUUID() }),
  );
  const send = (asked: Argument<'describeTab'>): void =>
    describe.send({ ...asked, sync: draft?.id ?? '' });
  const needsTab = readsTab(step) && tab === undefined;
  useEffect(() => {
    if (!needsTab) return;
    if (draft !== undefined) send({ tabId: draft.source.tabId, headerRow: draft.source.headerRow });
    else if (firstTab !== undefined) send({ tabId: firstTab });
  }, [needsTab]);
  return { ...describe, send };
}

/** Asks for Lago's metrics one step before they are needed. */
function useVocabulary({ home: { connection }, setup }: SetupScreenProps): Request<'vocabulary'> {
  const vocabulary = useRequest('vocabulary');
  const isNeeded = readsTab(setup.step);
  useEffect(() => {
    if (isNeeded && vocabulary.value === undefined) vocabulary.send({});
  }, [isNeeded, connection?.organization, connection?.address]);
  return vocabulary;
}

/** From before the request is sent until the tab is there. */
function Reading({ describe }: { readonly describe: Request<'describeTab'> }) {
  return describe.problem === undefined ? (
    <Busy words="Reading the tab" />
  ) : (
    <ProblemCard problem={describe.problem} onRepeat={describe.repeat} />
  );
}

interface NewerTemplateProps extends Pick<SetupScreenProps, 'dispatch'> {
  /** Id of the sync. */
  readonly id: string;
}

/** After a changed template of an active sync was saved: the way to bill sent rows again. */
function NewerTemplate({ id, dispatch }: NewerTemplateProps) {
  return (
    <Notice message="The changed template is saved." isNews>
      <RebillOffer id={id} dispatch={dispatch} />
    </Notice>
  );
}
/** The frame of each step: the way back, the steps, and why nothing is saved. */
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
    else if (isLost) setLeaving(true);
    else dispatch({ type: 'left' });
  };
  const discard = (): void => {
    dispatch({ type: 'left' });
    // What is being saved is on its way already, and is needed if the save fails.
    if (saving.busy) return;
    saving.forget();
    dispatch({ type: 'changes-discarded' });
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
          onYes={discard}
          onNo={() => setLeaving(false)}
        />
      )}
      {!home.canEdit && <NoRights home={home} />}
      <SavingProblem saving={saving} />
      {children}
    </Page>
  );
}

/** Why the newest changes are not saved, if saving them again may help. */
function SavingProblem({ saving }: Pick<SetupScreenProps, 'saving'>) {
  if (saving.problem === undefined || isConflict(saving)) return null;
  return <ProblemCard problem={saving.problem} onRepeat={() => saving.save()} />;
}
