import { useEffect, useState } from 'preact/hooks';
import type { RunView } from '../../../rpc/contract';
import { leaving, opening } from '../../navigation';
import { Button } from '../../parts/button';
import { Hint } from '../../parts/hint';
import { Page } from '../../parts/page';
import { RequestState } from '../../parts/request-state';
import type { ScreenProps } from '../../screen-props';
import { useRequest } from '../../server/request';
import { failures } from '../../server/server';
import { findSync } from '../../state';
import { runTimeWords, runWords, TRIGGERS } from '../../words/runs';
import { Report } from './report';
import { RowSearch } from './row-search';

interface ActivityScreenProps extends ScreenProps {
  /** Id of the sync whose runs are listed; undefined for those of all syncs. */
  readonly id: string | undefined;
}

/** The runs of one sync or of all, the newest first; and a search for a row by its key. */
export function ActivityScreen({ home, dispatch, id }: ActivityScreenProps) {
  const request = useRequest('activity');
  useEffect(() => request.send({ id }), []);
  const syncs = id === undefined ? home.syncs : home.syncs.filter(({ sync }) => sync.id === id);
  const name = id === undefined ? undefined : findSync(home, id)?.sync.name;
  return (
    <Page title="Activity" onBack={leaving(dispatch)}>
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
      <RequestState request={request} words="Reading the runs" />
      {request.value !== undefined && (
        <RunList
          runs={request.value.runs}
          named={id === undefined}
          onOpen={(run) => dispatch({ type: 'opened', screen: { name: 'past-run', run } })}
        />
      )}
      {failures.map((failure) => (
        <p class="hint">{failure}</p>
      ))}
    </Page>
  );
}

/** The server answers with at most this number of runs. */
const MOST_RUNS = 100;

interface RunListProps {
  /** The newest first. */
  readonly runs: readonly RunView[];
  /** Whether each run names its sync, in a list of several syncs. */
  readonly named: boolean;
  /** Opens the report of the run. */
  readonly onOpen: (run: RunView) => void;
}

function RunList({ runs, named, onOpen }: RunListProps) {
  if (runs.length === 0)
    return (
      <p>
        No run yet. An active sync runs within the hour, or when somebody presses{' '}
        {'\u201cRun now\u201d'}.
      </p>
    );
  return (
    <section aria-label="Runs">
      {runs.some(({ report }) => report.repeats !== undefined) && (
        <Hint>Runs that find the same and send nothing share one line.</Hint>
      )}
      {runs.length >= MOST_RUNS && (
        <Hint>
          The newest {MOST_RUNS} runs. All of them stand in the hidden sheet{' '}
          {'\u201cLago runs\u201d'}.
        </Hint>
      )}
      <ul class="runs">
        {runs.map((run) => (
          <RunItem
            key={`${run.sync} ${run.report.startedAt} ${run.report.trigger}`}
            run={run}
            named={named}
            onOpen={() => onOpen(run)}
          />
        ))}
      </ul>
    </section>
  );
}

interface RunItemProps extends Pick<RunListProps, 'named'> {
  /** The run with its report, as the sheet of runs keeps it. */
  readonly run: RunView;
  readonly onOpen: () => void;
}

function RunItem({ run: { report, syncName }, named, onOpen }: RunItemProps) {
  const stopped =
    report.stopped !== undefined && report.stopped.code !== 'run.time' ? report.stopped : undefined;
  return (
    <li>
      <button type="button" class="run" onClick={onOpen}>
        <span class="run-time">{runTimeWords(report)}</span>
        {named && (
          <span>
            <bdi>{syncName}</bdi>
          </span>
        )}
        <span>{runWords(report)}</span>
        <span class="run-how">{TRIGGERS[report.trigger]}</span>
        {stopped !== undefined && <span class="run-stopped">{stopped.message}</span>}
      </button>
    </li>
  );
}

interface PastRunScreenProps extends ScreenProps {
  readonly run: RunView;
}

/** A run of the past with its counts and problems. */
export function PastRunScreen({ home, dispatch, refresh, run }: PastRunScreenProps) {
  const { report, sync: id } = run;
  const [there] = useState(() => findSync(home, id) !== undefined);
  return (
    <Page title="Run" onBack={leaving(dispatch)}>
      <p class="message">
        <bdi>{run.syncName}</bdi>
      </p>
      <Hint>
        {there
          ? 'Row numbers are those of then. A row is found by its key, wherever it is now; ' +
            'one without a key by its number.'
          : 'This sync was deleted; its ledger stays in the file.'}
      </Hint>
      <Report report={report} id={id} home={home} dispatch={dispatch} refresh={refresh} />
      {there &&
        home.canEdit &&
        report.undone === undefined &&
        report.delivered + report.rows.wait > 0 && (
          <Button onClick={opening(dispatch, { name: 'undo', id, startedAt: report.startedAt })}>
            Take this run back
          </Button>
        )}
    </Page>
  );
}
