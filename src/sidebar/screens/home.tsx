import type { SyncView } from '../../rpc/contract';
import { Button } from '../parts/button';
import { Page } from '../parts/page';
import { ProblemCard } from '../parts/problem-card';
import { Status } from '../parts/status';
import { useRequest } from '../request';
import { healthWords, runSentence } from '../words';
import type { ScreenProps } from './screen-props';

export function HomeScreen({ home, dispatch, refresh }: ScreenProps) {
  const { connection, syncs } = home;
  return (
    <Page title="Syncs">
      {home.problem !== undefined && <ProblemCard problem={home.problem} />}
      {connection === undefined && syncs.length === 0 && (
        <div class="empty">
          <h2>Bill what is in this sheet</h2>
          <p>
            Each row becomes a usage event in Lago, sent exactly once. First connect to your Lago organization; nothing is sent until you
            say so.
          </p>
          <Button kind="primary" onClick={() => dispatch({ type: 'opened', screen: { name: 'connection' } })}>
            Connect to Lago
          </Button>
        </div>
      )}
      {connection !== undefined && syncs.length === 0 && (
        <div class="empty">
          <h2>Set up the first sync</h2>
          <p>Choose the tab with your usage and what each of its rows becomes in Lago. You see every event before it is sent.</p>
          <Button kind="primary" onClick={() => dispatch({ type: 'editing-began', draft: undefined })}>
            New sync
          </Button>
        </div>
      )}
      {syncs.length > 0 && (
        <>
          <ul class="cards">
            {syncs.map((view) => (
              <SyncCard key={view.sync.id} view={view} home={home} dispatch={dispatch} refresh={refresh} />
            ))}
          </ul>
          <Button onClick={() => dispatch({ type: 'editing-began', draft: undefined })}>New sync</Button>
        </>
      )}
      {(connection !== undefined || syncs.length > 0) && (
        <section class="connection">
          <h2>Connection</h2>
          {connection === undefined ? (
            <p class="message">No API key is stored here: nothing can be sent.</p>
          ) : (
            <p>
              <strong>{connection.organization}</strong>
              <span class="hint">
                {connection.address.replace(/^https?:[/]{2}/, '')}
                {connection.keyEnding !== '' && ` \u00b7 key ends in ${connection.keyEnding}`}
              </span>
            </p>
          )}
          <Button onClick={() => dispatch({ type: 'opened', screen: { name: 'connection' } })}>
            {connection === undefined ? 'Connect to Lago' : 'Change connection'}
          </Button>
        </section>
      )}
    </Page>
  );
}

function SyncCard({ view, dispatch, refresh }: ScreenProps & { readonly view: SyncView }) {
  const { sync, health, lastRun } = view;
  const { words, tone } = healthWords(view);
  const pause = useRequest('pause', (changed) => {
    dispatch({ type: 'sync-changed', view: changed });
    refresh();
  });
  const open = (name: 'sync' | 'run' | 'activation') => () => dispatch({ type: 'opened', screen: { name, id: sync.id } });
  return (
    <li class="sync-card">
      <h2 title={sync.name}>{sync.name}</h2>
      <Status words={words} tone={tone} />
      {health.problem !== undefined && (
        <p class="reason">
          {health.problem.message} <span class="hint">{health.problem.remedy}</span>
        </p>
      )}
      {lastRun !== undefined && <p class="hint">Last run: {runSentence(lastRun)}</p>}
      {pause.problem !== undefined && <ProblemCard problem={pause.problem} onRepeat={pause.repeat} />}
      <div class="buttons">
        <Button onClick={open('sync')} label={`Open ${sync.name}`}>
          Open
        </Button>
        {sync.state !== 'draft' && (
          <Button onClick={open('run')} label={`Run ${sync.name} now`}>
            Run now
          </Button>
        )}
        {sync.state === 'active' ? (
          <Button busy={pause.busy} onClick={() => pause.send({ id: sync.id })} label={`Pause ${sync.name}`}>
            Pause
          </Button>
        ) : (
          <Button onClick={open('activation')} label={`Activate ${sync.name}`}>
            Activate
          </Button>
        )}
      </div>
    </li>
  );
}
