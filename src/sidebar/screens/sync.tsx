import { useState } from 'preact/hooks';
import { draftOf, headerOf } from '../draft';
import { Button } from '../parts/button';
import { Confirmation } from '../parts/confirmation';
import { Facts } from '../parts/facts';
import { Page } from '../parts/page';
import { ProblemCard } from '../parts/problem-card';
import { Section } from '../parts/section';
import { Status } from '../parts/status';
import { useRequest } from '../request';
import { healthWords, runSentence } from '../words';
import { Resolution } from './resolution';
import type { SyncScreenProps } from './screen-props';

const CHANGED = { flag: 'Only flagged', add: 'Sent as a new event that adds on top' } as const;
const REMOVED = { flag: 'Flagged', ignore: 'Ignored' } as const;

export function SyncScreen({ view, home, dispatch, refresh }: SyncScreenProps) {
  const { sync, health, lastRun } = view;
  const [deleting, setDeleting] = useState(false);
  const { words, tone } = healthWords(view);
  const pause = useRequest('pause', (changed) => {
    dispatch({ type: 'sync-changed', view: changed });
    refresh();
  });
  const remove = useRequest('deleteSync', ({ id }) => {
    dispatch({ type: 'deleted', id });
    refresh();
  });
  const open = (name: 'test' | 'dry-run' | 'activation' | 'run' | 'report') => () =>
    dispatch({ type: 'opened', screen: { name, id: sync.id } });
  const tested = sync.organization !== undefined;
  const draft = draftOf(sync);

  return (
    <Page title={sync.name} onBack={() => dispatch({ type: 'left' })}>
      <p class="state-line">
        <Status words={words} tone={tone} />
      </p>
      {health.problem !== undefined && <ProblemCard problem={health.problem} mild={health.state !== 'stopped'} />}
      {health.problem !== undefined && <Resolution code={health.problem.code} id={sync.id} dispatch={dispatch} refresh={refresh} />}
      {sync.state === 'draft' && <p>Nothing is sent by itself before you activate the sync.</p>}
      {sync.state === 'active' && !home.triggers.hourly && (
        <p class="hint">
          You have no hourly trigger in this file. Google runs that of the person who activated the sync
          {sync.activatedBy === undefined || sync.activatedBy === '' ? '' : ` (${sync.activatedBy})`}; if nobody has one, activate it again.
        </p>
      )}
      <div class="buttons">
        {sync.state === 'active' ? (
          <Button kind="primary" onClick={open('run')}>
            Run now
          </Button>
        ) : (
          <Button kind={tested ? 'primary' : 'plain'} onClick={open('activation')}>
            Activate
          </Button>
        )}
        {sync.state === 'active' && (
          <Button busy={pause.busy} onClick={() => pause.send({ id: sync.id })}>
            Pause
          </Button>
        )}
        {sync.state === 'active' && !home.triggers.hourly && <Button onClick={open('activation')}>Activate again</Button>}
        {sync.state === 'paused' && <Button onClick={open('run')}>Run now</Button>}
      </div>
      {pause.problem !== undefined && <ProblemCard problem={pause.problem} onRepeat={pause.repeat} />}
      <Section title="Look before you send">
        <div class="stack">
          <Button onClick={() => dispatch({ type: 'opened', screen: { name: 'preview', draft } })}>Preview events</Button>
          <Button kind={tested || sync.state === 'active' ? 'plain' : 'primary'} onClick={open('test')}>
            Send a test event
          </Button>
          <Button onClick={open('dry-run')}>Do a dry run</Button>
        </div>
      </Section>
      <Section title="Last run">
        <p>{lastRun === undefined ? 'It has not run yet.' : runSentence(lastRun)}</p>
        {lastRun !== undefined && <Button onClick={open('report')}>Show the last run</Button>}
      </Section>
      <Section title="Settings">
        <Facts
          facts={[
            ['Rows', `Tab ${sync.source.tabName}, below row ${sync.source.headerRow}`],
            ['Known by', headerOf(draft, sync.key)],
            ...(sync.ready === undefined ? [] : [['Ready when ticked', headerOf(draft, sync.ready)] as const]),
            ...(sync.changed === undefined ? [] : [['Changed rows', CHANGED[sync.changed]] as const]),
            ...(sync.removed === undefined ? [] : [['Removed rows', REMOVED[sync.removed]] as const]),
          ]}
        />
        <div class="buttons">
          <Button onClick={() => dispatch({ type: 'editing-began', draft })}>Edit</Button>
          <Button onClick={() => setDeleting(true)}>Delete</Button>
        </div>
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
        {remove.problem !== undefined && <ProblemCard problem={remove.problem} onRepeat={remove.repeat} />}
      </Section>
    </Page>
  );
}
