import { inOrderOfNeed } from '../../health';
import { opening } from '../../navigation';
import { Button } from '../../parts/button';
import { NoRights } from '../../parts/no-rights';
import { Page } from '../../parts/page';
import { ProblemCard } from '../../parts/problem-card';
import { withoutScheme } from '../../parts/regions';
import type { ScreenProps } from '../../screen-props';
import { accountWords } from '../../words/account';
import { soon } from '../../words/moments';
import { CopyNotice, FirstStep } from './beginning';
import { NewestEvents } from './newest-events';
import { useRefreshOnReturn } from './refresh-on-return';
import { SyncCard } from './sync-card';

/** The first screen: how all syncs of the file are, and what to do next. */
export function HomeScreen(props: ScreenProps) {
  const { home } = props;
  const { connection, syncs, canEdit } = home;
  useRefreshOnReturn(props);
  return (
    <Page title="Syncs">
      {!canEdit && <NoRights home={home} />}
      {home.problem !== undefined && <ProblemCard problem={home.problem} />}
      {home.isCopy && <CopyNotice {...props} />}
      {syncs.length === 0 && canEdit && <FirstStep {...props} />}
      {syncs.length > 0 && <SyncList {...props} />}
      {connection !== undefined && syncs.some(({ sync }) => sync.organization !== undefined) && (
        <NewestEvents />
      )}
      {(connection !== undefined || syncs.length > 0) && <ConnectionSection {...props} />}
      <p class="hint">
        You act as <bdi>{accountWords(home.account)}</bdi>.
      </p>
    </Page>
  );
}

/** All syncs, those that need somebody first, with how old this is. */
function SyncList(props: ScreenProps) {
  const { home, dispatch, refresh, refreshing, refreshProblem } = props;
  const { syncs } = home;
  const onlyDrafts = syncs.every(({ sync }) => sync.state === 'draft');
  return (
    <>
      <div class="as-of">
        <span class="hint">As of {soon(home.at, home.at)}</span>
        <Button busy={refreshing} onClick={refresh}>
          Refresh
        </Button>
      </div>
      {refreshProblem !== undefined && !refreshing && <ProblemCard problem={refreshProblem} mild />}
      <ul class="cards">
        {inOrderOfNeed(syncs).map((view, index) => (
          <SyncCard key={view.sync.id} {...props} view={view} isNext={index === 0 && onlyDrafts} />
        ))}
      </ul>
      <div class="buttons">
        {home.canEdit && (
          <Button onClick={() => dispatch({ type: 'setup-began' })}>New sync</Button>
        )}
        <Button onClick={opening(dispatch, { name: 'activity' })}>Activity</Button>
      </div>
    </>
  );
}

/** Which organization the file sends to, and the way to change that. */
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
            {withoutScheme(connection.address)}
            {connection.keyEnding !== '' && ` \u00b7 key ends in ${connection.keyEnding}`}
          </span>
        </p>
      )}
      {canEdit && (
        <Button onClick={opening(dispatch, { name: 'connection' })}>
          {connection === undefined ? 'Connect to Lago' : 'Change connection'}
        </Button>
      )}
    </section>
  );
}
