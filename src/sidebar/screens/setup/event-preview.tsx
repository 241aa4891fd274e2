import type { Fix, Preview } from '../../../rpc/contract';
import { Facts } from '../../parts/facts';
import { Hint } from '../../parts/hint';
import { JsonView } from '../../parts/json-view';
import { ProblemCard, ProblemList } from '../../parts/problem-card';
import { Busy, Status } from '../../parts/status';
import { timeWords } from '../../words/moments';
import type { Tone } from '../../words/tone';
import { RowChooser } from './row-chooser';
import type { RowPreview } from './row-preview';

interface EventPreviewProps {
  /** The row that is looked at, with its event. */
  readonly preview: RowPreview;
  /** Whether no other row can be chosen now. */
  readonly blocked?: boolean | undefined;
  /**
   * Applies a repair to the template that is edited right above, where its problems are shown
   * already; undefined if it cannot be edited here.
   */
  readonly onFix?: ((fix: Fix) => void) | undefined;
}

/** Chooses a row, and shows the event that it would become. */
export function EventPreview({ preview, blocked = false, onFix }: EventPreviewProps) {
  const { busy, problem, value, repeat } = preview.request;
  const isToldAbove = onFix !== undefined && problem?.actor === 'template';
  return (
    <>
      <RowChooser
        row={preview.row}
        first={preview.first}
        busy={busy || blocked}
        onChoose={preview.show}
      />
      {busy && <Busy words="Reading the row" />}
      {isToldAbove && <Hint>The event is shown when the template is in order.</Hint>}
      {problem !== undefined && !isToldAbove && <ProblemCard problem={problem} onRepeat={repeat} />}
      {value !== undefined && <Event preview={value} fixes={preview.fixes} onFix={onFix} />}
    </>
  );
}

function standingWords({ held, done }: Preview): { readonly words: string; readonly tone: Tone } {
  if (done === 'elsewhere') return { words: 'Taken as billed elsewhere', tone: 'quiet' };
  if (done === 'sent') return { words: 'Lago has this row already', tone: 'quiet' };
  return held
    ? { words: 'This row would be held', tone: 'warning' }
    : { words: 'This row can be sent', tone: 'good' };
}

interface EventProps {
  readonly preview: Preview;
  /** Changes of the template by which the row's number would be read. */
  readonly fixes: readonly Fix[];
  readonly onFix: EventPreviewProps['onFix'];
}

function Event({ preview, fixes, onFix }: EventProps) {
  const { problems, key, time, event, meaning } = preview;
  return (
    <>
      <p class="state-line">
        <Status {...standingWords(preview)} />
      </p>
      {meaning !== undefined && (
        <p class="meaning">
          <bdi>{meaning}</bdi>
        </p>
      )}
      {problems.length > 0 && <ProblemList problems={problems} fixes={fixes} onFix={onFix} />}
      {event !== undefined && <JsonView title="Event" text={event} />}
      <Facts
        facts={[
          ['Key', <bdi key="key">{key ?? 'None'}</bdi>],
          time && ['Time', <Time key="time" time={time} />],
        ]}
      />
    </>
  );
}

/** Dates, none of which is broken over two lines. */
function Time({ time }: { readonly time: NonNullable<Preview['time']> }) {
  return (
    <>
      {timeWords(time).map((words) => (
        <span key={words} class="moment">
          {words}
        </span>
      ))}
    </>
  );
}
