import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { SyncView } from '../../../rpc/contract';
import { count } from '../../../value/count';
import { KEPT_DAYS } from '../../../value/duration';
import { dayBars, sentOn } from '../../days';
import { inOrderOfNeed, wholeRun } from '../../health';
import { Button } from '../../parts/button';
import { BarChart } from '../../parts/chart';
import { NoRights } from '../../parts/no-rights';
import { Page } from '../../parts/page';
import { ProblemCard } from '../../parts/problem-card';
import { Remedy } from '../../parts/remedy';
import { Status } from '../../parts/status';
import type { ScreenProps } from '../../screen-props';
import { useRequest } from '../../server/request';
import { healthWords, stepWords } from '../../words/health';
import { soon } from '../../words/moments';
import { restWords, sentWords } from '../../words/runs';
import { NewestEvents } from './newest-events';

/** What is older than this is asked for anew when the sidebar gets the focus again. */
const FRESH_MS = 60_000;

/** Refreshes what is shown when somebody comes back to the sidebar, as far as it is old by then. */
function useRefreshOnReturn({ home, refresh }: Pick<ScreenProps, 'home' | 'refresh'>): void {
  const shownAt = useRef(0);
  // At once: a busy browser runs other effects long after it has shown the screen, which would then count as newer than it is.
  useLayoutEffect(() => {
    shownAt.current = Date.now();
  }, [home]);
  const look = useRef(refresh);
  look.current = refresh;
  useEffect(() => {
    const returned = (): void => {
      if (document.visibilityState === 'hidden' || Date.now() - shownAt.current <= FRESH_MS) return;
      // Asked once, however many events announce the return.
      shownAt.current = Date.now();
      look.current();
    };
    window.addEventListener('focus', returned);
    document.addEventListener('visibilitychange', returned);
    return () => {
      window.removeEventListener('focus', returned);
      document.removeEventListener('visibilitychange', returned);
    };
  }, []);
}

export function HomeScreen(props: ScreenProps) {
  const { home, dispatch, refresh, refreshing, refreshProblem } = props;
  const { connection, syncs, canEdit } = home;
  useRefreshOnReturn(props);
  const onlyDrafts = syncs.every(({ sync }) => sync.state === 'draft');
  return (
    <Page title="Syncs">
      {!canEdit && <NoRights home={home} />}
      {home.problem !== undefined && <ProblemCard problem={home.problem} />}
      {home.isCopy && <CopyNotice {...props} />}
      {syncs.length === 0 && canEdit && <FirstStep {...props} />}
      {syncs.length > 0 && (
        <>
          <div class="as-of">
            <span class="hint">As of {soon(home.at, home.at)}</span>
            <Button busy={refreshing} onClick={refresh}>
              Refresh
            </Button>
          </div>
          {refreshProblem !== undefined && !refreshing && (
            <ProblemCard problem={refreshProblem} mild />
          )}
          <ul class="cards">
            {inOrderOfNeed(syncs).map((view, index) => (
              <SyncCard
                key={view.sync.id}
                {...props}
                view={view}
                isNext={index === 0 && onlyDrafts}
              />
            ))}
          </ul>
          <div class="buttons">
            {canEdit && (
              <Button onClick={() => dispatch({ type: 'editing-began', draft: undefined })}>
                New sync
              </Button>
            )}
            <Button onClick={() => dispatch({ type: 'opened', screen: { name: 'activity' } })}>
              Activity
            </Button>
          </div>
        </>
      )}
      {connection !== undefined && syncs.some(({ sync }) => sync.organization !== undefined) && (
        <NewestEvents />
      )}
      {(connection !== undefined || syncs.length > 0) && <ConnectionSection {...props} />}
    </Page>
  );
}

/** That the settings came with the file from another one, which may send the same rows; and the way to send from here. */
function CopyNotice({ home: { connection, syncs, canEdit }, dispatch }: ScreenProps) {
  const [first] = syncs.filter(({ sync }) => sync.state === 'paused');
  const id = first?.sync.id;
  return (
    <div class="card warning" role="status">
      <p class="message">This spreadsheet is a copy of another one. Its syncs are paused.</p>
      <p>
        Send from one of the two only, or the same rows are billed twice. To send from here, pause
        them in the other one first, then review and activate them here. Otherwise leave them paused
        here, or delete them.
      </p>
      {connection === undefined && <p>The API key did not come with the copy; enter it anew.</p>}
      {canEdit && id !== undefined && (
        <Button
          kind="primary"
          onClick={() =>
            dispatch({
              type: 'opened',
              screen:
                connection === undefined
                  ? { name: 'connection', review: id }
                  : { name: 'activation', id },
            })
          }
        >
          {connection === undefined ? 'Enter the API key' : 'Review and activate here'}
        </Button>
      )}
    </div>
  );
}

function FirstStep({ home: { connection, problem }, dispatch }: ScreenProps) {
  if (connection === undefined) {
    return (
      <div class="empty">
        <h2>Bill what is in this sheet</h2>
        <p>
          Each row becomes a usage event in Lago, sent exactly once. First connect to your Lago
          organization; nothing is sent until you say so.
        </p>
        <Button
          kind="primary"
          onClick={() => dispatch({ type: 'opened', screen: { name: 'connection' } })}
        >
          Connect to Lago
        </Button>
      </div>
    );
  }
  return (
    <div class="empty">
      <h2>{problem === undefined ? 'Set up the first sync' : 'Set the sync up again'}</h2>
      <p>
        {problem === undefined
          ? 'Choose the tab with your usage and what each of its rows becomes in Lago. You see every event before it is sent.'
          : 'Choose the same tab and the same template; then adopt the ledger that is found, so that nothing is sent again.'}
      </p>
      <Button kind="primary" onClick={() => dispatch({ type: 'editing-began', draft: undefined })}>
        New sync
      </Button>
    </div>
  );
}

function ConnectionSection({ home: { connection, canEdit }, dispatch }: ScreenProps) {
  return (
    <section class="connection">
      <h2>Connection</h2>
      {connection === undefined ? (
        <p class="message">No API key is stored here: nothing can be sent.</p>
      ) : (
        <p>
          <strong>
            <bdi>{connection.organization}</bdi>
          </strong>
          <span class="hint">
            {connection.address.replace(/^https?:[/]{2}/, '')}
            {connection.keyEnding !== '' && ` \u00b7 key ends in ${connection.keyEnding}`}
          </span>
        </p>
      )}
      {canEdit && (
        <Button onClick={() => dispatch({ type: 'opened', screen: { name: 'connection' } })}>
          {connection === undefined ? 'Connect to Lago' : 'Change connection'}
        </Button>
      )}
    </section>
  );
}

const LEGEND = [
  { tone: 'good', label: 'Sent' },
  { tone: 'bad', label: 'Refused' },
] as const;

interface SyncCardProps extends ScreenProps {
  readonly view: SyncView;
  /** Whether going on with it is what is to be done next. */
  readonly isNext: boolean;
}

function SyncCard(props: SyncCardProps) {
  const { view, home, dispatch } = props;
  const { sync, days } = view;
  const { words, tone } = healthWords(view);
  return (
    <li class="sync-card">
      <h2 title={sync.name}>
        <bdi>{sync.name}</bdi>
      </h2>
      <Status words={words} tone={tone} />
      <Remedy view={view} home={home} dispatch={dispatch} refresh={props.refresh} />
      {sync.state !== 'draft' && <Numbers view={view} today={home.today} />}
      <Runs view={view} at={home.at} />
      {days.length > 0 && (
        <BarChart
          caption={`Last ${KEPT_DAYS} days`}
          bars={dayBars(days, home.today)}
          legend={LEGEND}
        />
      )}
      <CardButtons {...props} />
    </li>
  );
}

const NO_ROWS = { hold: 0, refused: 0, flag: 0 };

function Numbers({ view, today }: { readonly view: SyncView; readonly today: string }) {
  const last = wholeRun(view);
  // A run that was stopped before it read the sheet knows of no row.
  const rows =
    last?.stopped === undefined || Object.values(last.rows).some((amount) => amount > 0)
      ? (last?.rows ?? NO_ROWS)
      : undefined;
  const numbers = [
    ['Sent today', sentOn(view.days, today), 'plain'],
    ['Held', rows?.hold, 'warning'],
    ['Refused', rows?.refused, 'bad'],
    ['Differs', rows?.flag, 'warning'],
  ] as const;
  return (
    <dl class="numbers">
      {numbers.map(([name, amount, tone]) => (
        <div
          key={name}
          class="number"
          {...(name === 'Differs' ? { title: 'Changed or removed after they were sent' } : {})}
        >
          <dt>{name}</dt>
          <dd class={(amount ?? 0) > 0 ? `number-value ${tone}` : 'number-value'}>
            {amount === undefined ? '\u2013' : count(amount)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Runs({ view, at }: { readonly view: SyncView; readonly at: number }) {
  const { sync, lastRun, nextRun } = view;
  const parts = lastRun === undefined ? [] : [sentWords(lastRun), ...restWords(lastRun)];
  return (
    <div class="hint">
      {lastRun !== undefined && (
        <p>
          Last {lastRun.trigger === 'test' ? 'test' : 'run'} {soon(lastRun.startedAt, at)}:{' '}
          {parts.join(', ')}
        </p>
      )}
      {sync.state === 'active' && (
        <p>Next run {nextRun === undefined ? 'within the hour' : soon(nextRun, at)}</p>
      )}
      {sync.state === 'paused' && <p>Nothing is sent by itself while it is paused.</p>}
    </div>
  );
}

function CardButtons({ view: { sync }, isNext, home, dispatch, refresh }: SyncCardProps) {
  const pause = useRequest('pause', (changed) => {
    dispatch({ type: 'sync-changed', view: changed });
    refresh();
  });
  const open = (name: 'sync' | 'run' | 'activation') => () =>
    dispatch({ type: 'opened', screen: { name, id: sync.id } });
  return (
    <>
      {pause.problem !== undefined && (
        <ProblemCard problem={pause.problem} onRepeat={pause.repeat} />
      )}
      <div class="buttons">
        {home.canEdit && sync.state === 'draft' && (
          <Button
            kind={isNext ? 'primary' : 'plain'}
            onClick={() => dispatch({ type: 'setup-resumed', id: sync.id })}
            label={`Continue: ${stepWords(sync)}, ${sync.name}`}
          >
            Continue: {stepWords(sync)}
          </Button>
        )}
        <Button onClick={open('sync')} label={`Open ${sync.name}`}>
          Open
        </Button>
        {home.canEdit && sync.state !== 'draft' && (
          <Button onClick={open('run')} label={`Run now: ${sync.name}`}>
            Run now
          </Button>
        )}
        {home.canEdit && sync.state === 'active' && (
          <Button
            busy={pause.busy}
            onClick={() => pause.send({ id: sync.id })}
            label={`Pause ${sync.name}`}
          >
            Pause
          </Button>
        )}
        {home.canEdit && sync.state === 'paused' && (
          <Button onClick={open('activation')} label={`Activate ${sync.name}`}>
            Activate
          </Button>
        )}
      </div>
    </>
  );
}
