import { useEffect } from 'preact/hooks';
import type { LineView, RowHistory } from '../../../rpc/contract';
import { count } from '../../../value/count';
import { Button } from '../../parts/button';
import { Facts } from '../../parts/facts';
import { Page } from '../../parts/page';
import { ProblemCard, ProblemList } from '../../parts/problem-card';
import { useRowJump } from '../../parts/row-jump';
import { Section } from '../../parts/section';
import { Busy, Status } from '../../parts/status';
import type { SyncScreenProps } from '../../screen-props';
import { useRequest } from '../../server/request';
import { answerWords, KINDS, STATES } from '../../words/events';
import { moment } from '../../words/moments';
import { standingWords } from '../../words/rows';
import { TRIGGERS } from '../../words/runs';
import { RowSearch } from './row-search';

/** Everything that is known of one row: where it is now, and what Lago was told about it. */
export function RowScreen({
  view,
  dispatch,
  wanted,
}: SyncScreenProps & { readonly wanted: string | undefined }) {
  const { sync } = view;
  const request = useRequest('findRow');
  useEffect(() => {
    if (wanted !== undefined) request.send({ id: sync.id, key: wanted });
  }, []);
  return (
    <Page title="Find a row" onBack={() => dispatch({ type: 'left' })}>
      <p class="message">
        <bdi>{sync.name}</bdi>
      </p>
      <RowSearch
        syncs={[sync]}
        first={wanted ?? ''}
        busy={request.busy}
        onSearch={(id, key) => request.send({ id, key })}
      />
      {request.busy && <Busy words="Looking into the sheet and the ledger" />}
      {request.problem !== undefined && (
        <ProblemCard problem={request.problem} onRepeat={request.repeat} />
      )}
      {request.value !== undefined && (
        <Found key={request.value.key} history={request.value} sync={sync} />
      )}
    </Page>
  );
}

interface FoundProps {
  readonly history: RowHistory;
  readonly sync: SyncScreenProps['view']['sync'];
}

function Found({ history, sync }: FoundProps) {
  const { key, row, lines } = history;
  const { id, source } = sync;
  const { jump, note } = useRowJump(id);
  const ledger = useRequest('showInLedger');
  if (row === undefined && lines.length === 0) {
    return (
      <Section title={key}>
        <p role="status">No row and no event has this key. Capital letters count.</p>
      </Section>
    );
  }
  return (
    <>
      <Section title={key}>
        <p>
          {row === undefined
            ? 'Not in the sheet now: it was deleted, or has another key.'
            : `Now row ${row} of the tab ${source.tabName}.`}
        </p>
        <Standing history={history} sync={sync} />
        {lines.length === 0 && <p>Nothing was sent for it so far.</p>}
        <div class="buttons">
          {row !== undefined && <Button onClick={() => jump({ key })}>Show in sheet</Button>}
          {lines.length > 0 && (
            <Button busy={ledger.busy} onClick={() => ledger.send({ id, key })}>
              Show in ledger
            </Button>
          )}
        </div>
        {ledger.value !== undefined && (
          <p class="hint" role="status">
            Line {count(ledger.value.line)} of the ledger is selected. Please change nothing there.
          </p>
        )}
        {ledger.problem !== undefined && (
          <ProblemCard problem={ledger.problem} onRepeat={ledger.repeat} />
        )}
      </Section>
      {lines.length > 0 && (
        <Section
          title={
            lines.every(({ kind }) => kind === 'baseline') ? 'What was noted' : 'What Lago was told'
          }
        >
          <ul class="lines">
            {lines.map((line) => (
              <Line key={line.id} line={line} takenBack={takenBackBy(line, lines)} />
            ))}
          </ul>
        </Section>
      )}
      {note}
    </>
  );
}

/** What a run would do with the row as it is now, and what there is to do about it. */
function Standing({ history: { standing, lines }, sync: { state, changed } }: FoundProps) {
  if (standing === undefined) return null;
  const isBilled = lines.some(
    (line) => isOwn(line) && line.state === 'accepted' && takenBackBy(line, lines) === undefined,
  );
  const again = isBilled ? (changed === 'add' ? 'added' : 'corrected') : undefined;
  return (
    <>
      <p class="state-line">
        <Status {...standingWords(standing.action, state === 'active', again)} />
      </p>
      {standing.problems.length > 0 && <ProblemList problems={standing.problems} />}
    </>
  );
}

/** Whether it is an event of the row itself. */
const isOwn = ({ kind }: LineView): boolean => kind === 'usage' || kind === 'adopted';

/** The accepted event that took this one back. */
const takenBackBy = ({ id }: LineView, lines: readonly LineView[]): string | undefined =>
  lines.find(({ undoes, state }) => undoes === id && state === 'accepted')?.id;

function Line({
  line,
  takenBack,
}: {
  readonly line: LineView;
  readonly takenBack: string | undefined;
}) {
  const { words, tone } = STATES[line.state];
  const baseline = line.kind === 'baseline';
  return (
    <li>
      {baseline ? (
        <Status words={KINDS.baseline} tone="quiet" />
      ) : takenBack === undefined ? (
        <Status words={words} tone={tone} />
      ) : (
        <Status words="Taken back" tone="quiet" />
      )}
      <Facts
        facts={[
          [baseline ? 'Noted' : 'Handed over', moment(line.at)],
          ...(line.run === undefined
            ? []
            : [
                [
                  'By',
                  `the run of ${moment(line.run.startedAt)}, ${TRIGGERS[line.run.trigger]}`,
                ] as const,
              ]),
          ...(baseline
            ? []
            : [
                [
                  'Kind',
                  line.revision > 1 && isOwn(line)
                    ? `${KINDS[line.kind]}, ${count(line.revision)}. of this row`
                    : KINDS[line.kind],
                ] as const,
              ]),
          ...(takenBack === undefined
            ? []
            : [['Taken back by', <bdi key="taken">{takenBack}</bdi>] as const]),
          ...(line.undoes === undefined
            ? []
            : [['Takes back', <bdi key="undoes">{line.undoes}</bdi>] as const]),
          ['Id', <bdi key="id">{line.id}</bdi>],
          ...(baseline ? [] : [['Answer', answerWords(line)] as const]),
          ...(baseline || line.answeredAt === undefined
            ? []
            : [['Answered', moment(line.answeredAt)] as const]),
        ]}
      />
      {line.event !== '' && (
        <details>
          <summary>Event</summary>
          <pre>{line.event}</pre>
        </details>
      )}
    </li>
  );
}
