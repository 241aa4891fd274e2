import { mainProblem, pendingApproval } from '../../health';
import { leaving, opener } from '../../navigation';
import { Button } from '../../parts/button';
import { Hint } from '../../parts/hint';
import { NoRights } from '../../parts/no-rights';
import { Page } from '../../parts/page';
import { usePausing } from '../../parts/pausing';
import { RebillOffer } from '../../parts/rebill-offer';
import { Remedy } from '../../parts/remedy';
import { RequestState } from '../../parts/request-state';
import { Section } from '../../parts/section';
import { Status } from '../../parts/status';
import type { SyncScreenProps } from '../../screen-props';
import { wayOut } from '../../way-out';
import { healthWords } from '../../words/health';
import { runSentence } from '../../words/runs';
import { stepWords } from '../../words/steps';
import { SettingsSection } from './settings';

/** One sync: how it is, what a person can do with it, and its settings. */
export function SyncScreen(props: SyncScreenProps) {
  const { view, home, dispatch } = props;
  const { sync } = view;
  return (
    <Page title={sync.name} onBack={leaving(dispatch)}>
      <p class="state-line">
        <Status {...healthWords(view)} />
      </p>
      {!home.canEdit && <NoRights home={home} />}
      <Remedy {...props} isMain />
      {sync.state === 'draft' && <p>Nothing is sent by itself before you activate the sync.</p>}
      {home.canEdit && (
        <>
          <OthersTrigger {...props} />
          <Controls {...props} />
          <LookSection {...props} />
        </>
      )}
      <SentSection {...props} />
      {home.canEdit && (
        <>
          <MonthSection {...props} />
          <RebillSection {...props} />
        </>
      )}
      <StatusSection {...props} />
      <SettingsSection {...props} />
    </Page>
  );
}

/** Whether approving what the last run has asked for is the one thing to do. */
const asks = (view: SyncScreenProps['view']): boolean => {
  const main = mainProblem(view);
  return (
    main !== undefined && wayOut(main.problem) === 'approval' && pendingApproval(view) !== undefined
  );
};

/** Whether the sync has sent something, if only a test. */
const isTested = ({ sync }: SyncScreenProps['view']): boolean => sync.organization !== undefined;

/** Whether the sync is active without a trigger of this person. */
const lacksTrigger = ({ view, home }: SyncScreenProps): boolean =>
  view.sync.state === 'active' && !home.triggers.clock;

/** Google shows nobody the triggers of others, so that nobody knows whether one exists. */
function OthersTrigger(props: SyncScreenProps) {
  const { activatedBy = '' } = props.view.sync;
  if (!lacksTrigger(props) || activatedBy === props.home.account) return null;
  return (
    <Hint>
      It runs by the trigger of {activatedBy || 'whoever activated it'}: only they can change it.
    </Hint>
  );
}

/** What starts and stops the sync. */
function Controls(props: SyncScreenProps) {
  const { view, dispatch } = props;
  const { sync } = view;
  const pausing = usePausing(props);
  const open = opener(dispatch, sync.id);
  const { state } = sync;
  const waits = asks(view);
  const main = (isMain: boolean) => (isMain && !waits ? 'primary' : 'plain');
  return (
    <>
      <div class="buttons">
        {state === 'draft' ? (
          <>
            <Button kind={main(isTested(view))} onClick={open('activation')}>
              Activate
            </Button>
            <Button onClick={() => dispatch({ type: 'setup-resumed', id: sync.id })}>
              Continue: {stepWords(sync)}
            </Button>
          </>
        ) : (
          <>
            <Button kind={main(state === 'active')} onClick={open('run')}>
              Run now
            </Button>
            <Button kind={main(state === 'paused')} busy={pausing.busy} onClick={pausing.press}>
              {pausing.words}
            </Button>
          </>
        )}
        {lacksTrigger(props) && <Button onClick={open('activation')}>Activate again</Button>}
      </div>
      <RequestState request={pausing} />
    </>
  );
}

/** What can be seen before anything is sent. */
function LookSection({ view, dispatch }: SyncScreenProps) {
  const { sync } = view;
  const open = opener(dispatch, sync.id);
  const isMain = !isTested(view) && sync.state !== 'active' && !asks(view);
  return (
    <Section title="Look before you send">
      <div class="stack">
        <Button onClick={open('preview')}>Preview events</Button>
        <Button kind={isMain ? 'primary' : 'plain'} onClick={open('test')}>
          Send a test event
        </Button>
        <Button onClick={open('dry-run')}>Do a dry run</Button>
      </div>
    </Section>
  );
}

/** The last run in one sentence, and the ways to the other runs and to a row. */
function SentSection({ view: { sync, lastRun }, dispatch }: SyncScreenProps) {
  const open = opener(dispatch, sync.id);
  return (
    <Section title="What was sent">
      <p>{lastRun === undefined ? 'It has not run yet.' : runSentence(lastRun)}</p>
      <div class="buttons">
        {lastRun !== undefined && <Button onClick={open('report')}>Show the last run</Button>}
        <Button onClick={open('activity')}>Activity</Button>
        <Button onClick={open('row')}>Find a row</Button>
      </div>
    </Section>
  );
}

/** What a person does when a month is over. */
function MonthSection({ view, dispatch }: SyncScreenProps) {
  const { sync } = view;
  const open = opener(dispatch, sync.id);
  if (!isTested(view)) return null;
  return (
    <Section title="Month end">
      <div class="stack">
        <Button onClick={open('reconcile')}>Reconcile with Lago</Button>
        <Button onClick={open('statement')}>Export a statement</Button>
        {sync.state !== 'draft' && (
          <Button onClick={open('next-tab')}>Use next month{'\u2019'}s tab</Button>
        )}
      </div>
    </Section>
  );
}

/** For a sync whose template was changed after rows were sent. */
function RebillSection({ view: { sync, lastRun }, dispatch }: SyncScreenProps) {
  if (sync.state === 'draft' || lastRun === undefined || sync.templateRevision <= 1) return null;
  return (
    <Section title="Changed template">
      <RebillOffer id={sync.id} dispatch={dispatch} />
    </Section>
  );
}

/** Whether each row says in the sheet where it stands. */
function StatusSection({ view: { sync }, home, dispatch }: SyncScreenProps) {
  return (
    <Section title="Statuses in the sheet">
      <p>
        {sync.statuses === undefined
          ? 'They are not written.'
          : `Written into the column ${sync.statuses} with each run.`}
      </p>
      {home.canEdit && (
        <Button onClick={opener(dispatch, sync.id)('statuses')}>Choose the column</Button>
      )}
    </Section>
  );
}
