import type { LineView } from '../../../rpc/contract';
import { count } from '../../../value/count';
import { Facts } from '../../parts/facts';
import { Section } from '../../parts/section';
import { Status } from '../../parts/status';
import { answerWords, KINDS, STATES } from '../../words/events';
import { moment } from '../../words/moments';
import { TRIGGERS } from '../../words/runs';
import { isOwn, takenBackBy } from './row-history';

interface LedgerLinesProps {
  /** All lines of a row, the newest first. */
  readonly lines: readonly LineView[];
}

/** What the ledger has of a row. */
export function LedgerLines({ lines }: LedgerLinesProps) {
  const isNoted = lines.every(({ kind }) => kind === 'baseline');
  return (
    <Section title={isNoted ? 'What was noted' : 'What Lago was told'}>
      <ul class="lines">
        {lines.map((line) => (
          <Line key={line.id} line={line} takenBack={takenBackBy(line, lines)} />
        ))}
      </ul>
    </Section>
  );
}

interface LineProps {
  /** One event of the row, or that it was taken as billed elsewhere. */
  readonly line: LineView;
  /** Id of the event that took it back; undefined if none did. */
  readonly takenBack: string | undefined;
}

function Line(props: LineProps) {
  const { line, takenBack } = props;
  const isBaseline = line.kind === 'baseline';
  return (
    <li>
      {isBaseline ? (
        <Status words={KINDS.baseline} tone="quiet" />
      ) : takenBack === undefined ? (
        <Status {...STATES[line.state]} />
      ) : (
        <Status words="Taken back" tone="quiet" />
      )}
      <LineFacts {...props} />
      {line.event !== '' && (
        <details>
          <summary>Event</summary>
          <pre>{line.event}</pre>
        </details>
      )}
    </li>
  );
}

/** A baseline was never sent, so that it has no answer. */
function LineFacts({ line, takenBack }: LineProps) {
  const { id, kind, at, run, undoes, answeredAt } = line;
  const isBaseline = kind === 'baseline';
  return (
    <Facts
      facts={[
        [isBaseline ? 'Noted' : 'Handed over', moment(at)],
        run && ['By', `the run of ${moment(run.startedAt)}, ${TRIGGERS[run.trigger]}`],
        isBaseline ? undefined : ['Kind', kindWords(line)],
        takenBack === undefined ? undefined : ['Taken back by', <bdi key="taken">{takenBack}</bdi>],
        undoes === undefined ? undefined : ['Takes back', <bdi key="undoes">{undoes}</bdi>],
        ['Id', <bdi key="id">{id}</bdi>],
        isBaseline ? undefined : ['Answer', answerWords(line)],
        isBaseline || answeredAt === undefined ? undefined : ['Answered', moment(answeredAt)],
      ]}
    />
  );
}

/** What kind of event it is, and which of the row's events if it is not the first. */
const kindWords = (line: LineView): string =>
  line.revision > 1 && isOwn(line)
    ? `${KINDS[line.kind]}, ${count(line.revision)}. of this row`
    : KINDS[line.kind];
