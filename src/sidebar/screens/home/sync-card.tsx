import type { SyncView } from '../../../rpc/contract';
import { count } from '../../../value/count';
import { KEPT_DAYS } from '../../../value/duration';
import { dayBars, sentOn } from '../../days';
import { wholeRun } from '../../health';
import { opener } from '../../navigation';
import { Button } from '../../parts/button';
import { BarChart } from '../../parts/chart';
import { usePausing } from '../../parts/pausing';
import { Remedy } from '../../parts/remedy';
import { RequestState } from '../../parts/request-state';
import { Status } from '../../parts/status';
import type { SyncScreenProps } from '../../screen-props';
import { healthWords } from '../../words/health';
import { soon } from '../../words/moments';
import { runWords } from '../../words/runs';
import { stepWords } from '../../words/steps';

const LEGEND = [
  { tone: 'good', label: 'Sent' },
  { tone: 'bad', label: 'Refused' },
] as const;

interface SyncCardProps extends SyncScreenProps {
  /** Whether setting it up further is the next thing to do. */
  readonly isNext: boolean;
}

/** How one sync is: its state, what it needs, its numbers of today and of the last 30 days. */
export function SyncCard(props: SyncCardProps) {
  const { view, home } = props;
  const { sync, days } = view;
  const { words, tone } = healthWords(view);
  return (
    <li class="sync-card">
      <h2 title={sync.name}>
        <bdi>{sync.name}</bdi>
      </h2>
      <Status words={words} tone={tone} />
      <Remedy {...props} />
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

/** @param today the day in the spreadsheet's time zone, as `2026-11-21` */
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
          title={name === 'Differs' ? 'Changed or removed after they were sent' : undefined}
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

/** When the sync last ran, and when it will run next. @param at now, in ms */
function Runs({ view, at }: { readonly view: SyncView; readonly at: number }) {
  const { sync, lastRun, nextRun } = view;
  return (
    <div class="hint">
      {lastRun !== undefined && (
        <p>
          Last {lastRun.trigger === 'test' ? 'test' : 'run'} {soon(lastRun.startedAt, at)}:{' '}
          {runWords(lastRun)}
        </p>
      )}
      {sync.state === 'active' && (
        <p>Next run {nextRun === undefined ? 'soon' : soon(nextRun, at)}</p>
      )}
      {sync.state === 'paused' && <p>Nothing is sent by itself while it is paused.</p>}
    </div>
  );
}

function CardButtons(props: SyncCardProps) {
  const { view, isNext, home, dispatch } = props;
  const { sync } = view;
  const pausing = usePausing(props);
  const open = opener(dispatch, sync.id);
  return (
    <>
      <RequestState request={pausing} />
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
        {home.canEdit && sync.state !== 'draft' && (
          <Button
            busy={pausing.busy}
            onClick={pausing.press}
            label={`${pausing.words} ${sync.name}`}
          >
            {pausing.words}
          </Button>
        )}
      </div>
    </>
  );
}
