import { useEffect, useState } from 'preact/hooks';
import type { RunView } from '../../../rpc/contract';
import { Page } from '../../parts/page';
import { ProblemCard } from '../../parts/problem-card';
import { Busy } from '../../parts/status';
import type { ScreenProps } from '../../screen-props';
import { useRequest } from '../../server/request';
import { findSync } from '../../state';
import { restWords, runTimeWords, sentWords, TRIGGERS } from '../../words/runs';
import { Report } from './report';
import { RowSearch } from './row-search';

const MOST_RUNS = 100;

/** All runs, of one sync or of all, the newest first; and a search by row key. */
export function ActivityScreen({
  home,
  dispatch,
  id,
}: ScreenProps & { readonly id: string | undefined }) {
  const request = useRequest('activity');
  useEffect(() => request.send(id === undefined ? {} : { id }), []);
  const runs = request.value?.runs;
  const syncs = id === undefined ? home.syncs : home.syncs.filter(({ sync }) => sync.id === id);
  const name = id === undefined ? undefined : findSync(home, id)?.sync.name;
  return (
    <Page title="Activity" onBack={() => dispatch({ type: 'left' })}>
      {name !== undefined && (
        <p class="message">
          <bdi>{name}</bdi>
        </p>
      )}
      <RowSearch
        syncs={syncs.map(({ sync }) => sync)}
        onSearch={(sync, key) =>
          dispatch({ type: 'opened', screen: { name: 'row', id: sync, key } })
        }
      />
      {request.busy && <Busy words="Reading the runs" />}
      {request.problem !== undefined && (
        <ProblemCard problem={request.problem} onRepeat={request.repeat} />
      )}
      {runs !== undefined && runs.length === 0 && (
        <p>
          No run yet. An active sync runs within the hour, or when somebody presses{' '}
          {'\u201cRun now\u201d'}.
        </p>
      )}
      {runs !== undefined && runs.length > 0 && (
        <section aria-label="Runs">
          {runs.some(({ report }) => report.repeats !== undefined) && (
            <p class="hint">Hourly runs that find the same and send nothing share one line.</p>
          )}
          {runs.length >= MOST_RUNS && (
            <p class="hint">
              The newest {MOST_RUNS} runs. All of them stand in the hidden sheet{' '}
              {'\u201cLago runs\u201d'}.
            </p>
          )}
          <ul class="runs">
            {runs.map((run) => (
              <RunItem
                key={`${run.sync} ${run.report.startedAt} ${run.report.trigger}`}
                run={run}
                named={id === undefined}
                onOpen={() => dispatch({ type: 'opened', screen: { name: 'past-run', run } })}
              />
            ))}
          </ul>
        </section>
      )}
    </Page>
  );
}

interface RunItemProps {
  readonly run: RunView;
  /** Whether its sync is named: in a list of several syncs. */
  readonly named: boolean;
  readonly onOpen: () => void;
}

function RunItem({ run: { report, syncName }, named, onOpen }: RunItemProps) {
  const rest = restWords(report);
  const stopped =
    report.stopped !== undefined && report.stopped.code !== 'run.time' ? report.stopped : undefined;
  return (
    <li>
      <button type="button" class="run" onClick={onOpen}>
        <span class="run-time">{runTimeWords(report)}</span>
        {named && (
          <span class="run-sync">
            <bdi>{syncName}</bdi>
          </span>
        )}
        <span>{[sentWords(report), ...rest].join(', ')}</span>
        <span class="run-how">{TRIGGERS[report.trigger]}</span>
        {stopped !== undefined && <span class="run-stopped">{stopped.message}</span>}
      </button>
    </li>
  );
}

/** A run of the past with its counts and problems. */
export function PastRunScreen({
  home,
  dispatch,
  refresh,
  run,
}: ScreenProps & { readonly run: RunView }) {
  const [there] = useState(() => findSync(home, run.sync) !== undefined);
  return (
    <Page title="Run" onBack={() => dispatch({ type: 'left' })}>
      <p class="message">
        <bdi>{run.syncName}</bdi>
      </p>
      <p class="hint">
        {there
          ? 'Rows have the numbers that they had then. A row is found by its key, wherever it is now; only rows without a key are found by their number.'
          : 'This sync was deleted; its ledger stays in the file.'}
      </p>
      <Report report={run.report} id={run.sync} home={home} dispatch={dispatch} refresh={refresh} />
    </Page>
  );
}
