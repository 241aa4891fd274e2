import { useState } from 'preact/hooks';
import { headerOf } from '../../draft/columns';
import { draftOf } from '../../draft/draft';
import { mainProblem, pendingApproval } from '../../health';
import { Button } from '../../parts/button';
import { Confirmation } from '../../parts/confirmation';
import { Facts } from '../../parts/facts';
import { NoRights } from '../../parts/no-rights';
import { Page } from '../../parts/page';
import { ProblemCard } from '../../parts/problem-card';
import { Remedy } from '../../parts/remedy';
import { Section } from '../../parts/section';
import { Status } from '../../parts/status';
import type { SyncScreenProps } from '../../screen-props';
import { useRequest } from '../../server/request';
import { wayOut } from '../../way-out';
import { healthWords, stepWords } from '../../words/health';
import { runSentence } from '../../words/runs';

const CHANGED = {
  flag: 'Only flagged',
  add: 'Sent as a new event that adds on top',
  correct: 'Corrected in Lago',
} as const;
const LATE = { hold: 'Held and told', book: 'Counted in the running period' } as const;
const REMOVED = { flag: 'Flagged', ignore: 'Ignored', correct: 'Taken back in Lago' } as const;

export function SyncScreen(props: SyncScreenProps) {
  const { view, home, dispatch, refresh } = props;
  const { sync, lastRun } = view;
  const { words, tone } = healthWords(view);
  const open =
    (
      name:
        | 'test'
        | 'dry-run'
        | 'report'
        | 'statuses'
        | 'row'
        | 'activity'
        | 'next-tab'
        | 'reconcile'
        | 'statement',
    ) =>
    () =>
      dispatch({ type: 'opened', screen: { name, id: sync.id } });
  const tested = sync.organization !== undefined;

  return (
    <Page title={sync.name} onBack={() => dispatch({ type: 'left' })}>
      <p class="state-line">
        <Status words={words} tone={tone} />
      </p>
      {!home.canEdit && <NoRights home={home} />}
      <Remedy view={view} home={home} dispatch={dispatch} refresh={refresh} isMain />
      {sync.state === 'draft' && <p>Nothing is sent by itself before you activate the sync.</p>}
      {sync.state === 'active' && home.canEdit && !home.triggers.hourly && (
        <p class="hint">
          You have no hourly trigger in this file. Google runs that of the person who activated the
          sync
          {sync.activatedBy === undefined || sync.activatedBy === ''
            ? ''
            : ` (${sync.activatedBy})`}
          ; if nobody has one, activate it again.
        </p>
      )}
      {home.canEdit && <Controls {...props} />}
      {home.canEdit && (
        <Section title="Look before you send">
          <div class="stack">
            <Button
              onClick={() =>
                dispatch({ type: 'opened', screen: { name: 'preview', draft: draftOf(sync) } })
              }
            >
              Preview events
            </Button>
            <Button
              kind={tested || sync.state === 'active' || asks(view) ? 'plain' : 'primary'}
              onClick={open('test')}
            >
              Send a test event
            </Button>
            <Button onClick={open('dry-run')}>Do a dry run</Button>
          </div>
        </Section>
      )}
      <Section title="What was sent">
        <p>{lastRun === undefined ? 'It has not run yet.' : runSentence(lastRun)}</p>
        <div class="buttons">
          {lastRun !== undefined && <Button onClick={open('report')}>Show the last run</Button>}
          <Button onClick={open('activity')}>Activity</Button>
          <Button onClick={open('row')}>Find a row</Button>
        </div>
      </Section>
      {home.canEdit && tested && (
        <Section title="Month end">
          <div class="stack">
            <Button onClick={open('reconcile')}>Reconcile with Lago</Button>
            <Button onClick={open('statement')}>Export a statement</Button>
            {sync.state !== 'draft' && (
              <Button onClick={open('next-tab')}>Use next month{'\u2019'}s tab</Button>
            )}
          </div>
        </Section>
      )}
      {home.canEdit &&
        sync.state !== 'draft' &&
        lastRun !== undefined &&
        sync.templateRevision > 1 && (
          <Section title="Changed template">
            <p>Sent rows keep the event that Lago has of them, until they are billed again.</p>
            <Button
              onClick={() =>
                dispatch({ type: 'opened', screen: { name: 'rebill', id: sync.id, rebill: 'all' } })
              }
            >
              Bill sent rows again
            </Button>
          </Section>
        )}
      <Section title="Statuses in the sheet">
        <p>
          {sync.statuses === undefined
            ? 'They are not written.'
            : `Written into the column ${sync.statuses} with each run.`}
        </p>
        {home.canEdit && <Button onClick={open('statuses')}>Choose the column</Button>}
      </Section>
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

/** What starts and stops the sync. */
function Controls({ view, home, dispatch, refresh }: SyncScreenProps) {
  const { sync } = view;
  const pause = useRequest('pause', (changed) => {
    dispatch({ type: 'sync-changed', view: changed });
    refresh();
  });
  const open = (name: 'activation' | 'run') => () =>
    dispatch({ type: 'opened', screen: { name, id: sync.id } });
  const tested = sync.organization !== undefined;
  const waits = asks(view);
  return (
    <>
      <div class="buttons">
        {sync.state === 'active' ? (
          <Button kind={waits ? 'plain' : 'primary'} onClick={open('run')}>
            Run now
          </Button>
        ) : (
          <Button kind={tested && !waits ? 'primary' : 'plain'} onClick={open('activation')}>
            Activate
          </Button>
        )}
        {sync.state === 'draft' && (
          <Button onClick={() => dispatch({ type: 'setup-resumed', id: sync.id })}>
            Continue: {stepWords(sync)}
          </Button>
        )}
        {sync.state === 'active' && (
          <Button busy={pause.busy} onClick={() => pause.send({ id: sync.id })}>
            Pause
          </Button>
        )}
        {sync.state === 'active' && !home.triggers.hourly && (
          <Button onClick={open('activation')}>Activate again</Button>
        )}
        {sync.state === 'paused' && <Button onClick={open('run')}>Run now</Button>}
      </div>
      {pause.problem !== undefined && (
        <ProblemCard problem={pause.problem} onRepeat={pause.repeat} />
      )}
    </>
  );
}

function SettingsSection({ view: { sync }, home, dispatch, refresh }: SyncScreenProps) {
  const [deleting, setDeleting] = useState(false);
  const draft = draftOf(sync);
  const remove = useRequest('deleteSync', ({ id }) => {
    dispatch({ type: 'deleted', id });
    refresh();
  });
  return (
    <Section title="Settings">
      <Facts
        facts={[
          ['Rows', `Tab ${sync.source.tabName}, below row ${sync.source.headerRow}`],
          ['Known by', headerOf(draft, sync.key)],
          ...(sync.ready === undefined
            ? []
            : [['Ready when ticked', headerOf(draft, sync.ready)] as const]),
          ...(sync.changed === undefined ? [] : [['Changed rows', CHANGED[sync.changed]] as const]),
          ...(sync.removed === undefined ? [] : [['Removed rows', REMOVED[sync.removed]] as const]),
          ...(sync.state === 'draft' ? [] : [['Late usage', LATE[sync.late ?? 'hold']] as const]),
          ...(sync.activatedBy === undefined || sync.activatedBy === ''
            ? []
            : [['Activated by', sync.activatedBy] as const]),
        ]}
      />
      {home.canEdit && (
        <div class="buttons">
          <Button onClick={() => dispatch({ type: 'editing-began', draft })}>Edit</Button>
          <Button disabled={deleting} onClick={() => setDeleting(true)}>
            Delete
          </Button>
        </div>
      )}
      {deleting && (
        <Confirmation
          question="Delete this sync? Nothing more is sent. The ledger of what was sent stays in the file."
          yes="Delete"
          no="Keep"
          busy={remove.busy}
          onYes={() => remove.send({ id: sync.id, revision: sync.revision })}
          onNo={() => setDeleting(false)}
        />
      )}
      {remove.problem !== undefined && (
        <ProblemCard problem={remove.problem} onRepeat={remove.repeat} />
      )}
    </Section>
  );
}
