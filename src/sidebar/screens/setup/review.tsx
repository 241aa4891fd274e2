import { useEffect, useRef, useState } from 'preact/hooks';
import type { DryRun } from '../../../rpc/contract';
import { count, counted, grouped } from '../../../value/count';
import { Button } from '../../parts/button';
import { BarChart } from '../../parts/chart';
import { Corrections } from '../../parts/corrections';
import { Counts } from '../../parts/counts';
import { Facts } from '../../parts/facts';
import { GroupWay } from '../../parts/group-way';
import { ProblemCard } from '../../parts/problem-card';
import { ProblemGroups } from '../../parts/problem-groups';
import { Resolution } from '../../parts/resolution';
import { RowButtons, useRowJump } from '../../parts/row-jump';
import { Section } from '../../parts/section';
import { Busy } from '../../parts/status';
import { useRequest } from '../../server/request';
import { isUnsaved } from '../../setup';
import { findSync } from '../../state';
import { asksFor } from '../../way-out';
import { inWords } from '../../words/lists';
import { momentIn } from '../../words/moments';
import { periodLabel, periodWords } from '../../words/periods';
import { ActivationForm } from './activation';
import { Conflict, isConflict } from './conflict';
import type { StepProps } from './step-props';
import { UnsavedCard } from './unsaved-card';

/** Most bars that fit. */
const MOST_BARS = 31;

/** Exactly what would be sent, and what a person decides before it is sent by itself. */
export function ReviewStep(props: StepProps) {
  const { home, setup, saving, draft, dispatch, refresh } = props;
  const id = draft.id ?? '';
  const [found, setFound] = useState<DryRun | undefined>(undefined);
  const dryRun = useRequest('dryRun', setFound);
  const isSaved = setup.savesItself ? saving.saved : !isUnsaved(setup);
  const isConnected = home.connection !== undefined;
  // The server counts with what it has: the last changes have to be there first.
  // What becomes of late, changed and removed rows changes the numbers that a person sees and approves.
  const late = draft.late ?? 'hold';
  const policies = `${draft.changed} ${draft.removed}`;
  const looked = useRef<{ readonly late: string; readonly policies: string } | undefined>(
    undefined,
  );
  useEffect(() => {
    const last = looked.current;
    const isOld =
      last?.late !== late ||
      (last.policies !== policies && found !== undefined && isAboutSent(found));
    if (!isSaved || !isConnected || (!isOld && (found !== undefined || dryRun.busy))) return;
    looked.current = { late, policies };
    dryRun.send({ id });
  }, [isSaved, isConnected, late, policies]);
  return (
    <>
      {!setup.savesItself && !isSaved && (
        <UnsavedCard saving={saving} isMain={found === undefined} />
      )}
      {!isConnected && (
        <>
          <p class="obstacle">Connect to Lago first.</p>
          <Button
            onClick={() => dispatch({ type: 'opened', screen: { name: 'connection', review: id } })}
          >
            Connect to Lago
          </Button>
        </>
      )}
      {(dryRun.busy ||
        (found === undefined && setup.savesItself && !isSaved && saving.problem === undefined)) && (
        <Busy words="Checking every row" />
      )}
      {dryRun.problem !== undefined && (
        <>
          <ProblemCard problem={dryRun.problem} />
          <Resolution
            code={dryRun.problem.code}
            id={id}
            dispatch={dispatch}
            refresh={refresh}
            onResolved={() => dryRun.send({ id })}
          />
          <Button onClick={() => dryRun.send({ id })}>Try again</Button>
        </>
      )}
      {found !== undefined && <Found {...props} id={id} found={found} />}
      {found !== undefined && (
        <Button disabled={dryRun.busy} onClick={() => dryRun.send({ id })}>
          Check again
        </Button>
      )}
      {found === undefined && isConflict(saving) && (
        <Conflict saving={saving} setup={setup} dispatch={dispatch} />
      )}
      {found !== undefined && (
        <ActivationForm {...props} found={found} checking={dryRun.busy} onFound={setFound} />
      )}
    </>
  );
}

/** Whether there are changed or removed rows, or what may be some: what is done about them depends on the choices. */
const isAboutSent = ({ changes, checksOff }: DryRun): boolean =>
  changes.changed + changes.removed > 0 || checksOff.some(({ code }) => code === 'row.missing');

interface FoundProps extends Pick<StepProps, 'home' | 'dispatch'> {
  readonly id: string;
  readonly found: DryRun;
}

/** The dry run in numbers and pictures. */
function Found({ id, found, home, dispatch }: FoundProps) {
  const isActive = findSync(home, id)?.sync.state === 'active';
  const asked = found.problems.find(({ problem }) => asksFor(problem))?.problem;
  const { counts, changes, problems, checksOff, summary, testedBefore, otherSyncs } = found;
  const keys = new Map(found.rows.map(({ row, key }) => [row, key]));
  const groups = problems.filter(({ problem }) => !asksFor(problem));
  return (
    <>
      <p class="run-summary">
        <span class="headline">{counted(summary.events, 'event')} to send</span>
      </p>
      <p class="hint">
        {isActive
          ? 'What a run would do now. Nothing is sent by looking.'
          : 'Nothing is sent before you activate.'}
      </p>
      {asked !== undefined && (
        <div class="card warning" role="status">
          <p class="message">{asked.message}</p>
          <p>
            {isActive
              ? asked.remedy
              : 'If it is right, activating the sync approves these numbers.'}
          </p>
        </div>
      )}
      <Counts
        counts={counts}
        done={false}
        changes={changes}
        waits={asked !== undefined && isActive}
      />
      <OtherTimes summary={summary} />
      {otherSyncs.length > 0 && (
        <div class="card warning">
          <p class="message">
            {otherSyncs.length === 1 ? 'Another sync reads' : 'Other syncs read'} this tab:{' '}
            <bdi>{inWords(otherSyncs.map(quoted))}</bdi>.
          </p>
          <p>
            If two of them send the same usage, it is billed twice. Go on only if they count
            different things.
          </p>
        </div>
      )}
      {testedBefore.length > 0 && <TestedBefore id={id} rows={testedBefore} dispatch={dispatch} />}
      {checksOff.map((off) => (
        <ProblemCard key={off.message} problem={off} mild />
      ))}
      <Totals summary={summary} corrected={found.corrected} />
      <Corrections id={id} {...found} />
      {groups.length > 0 && (
        <Section title="What needs attention">
          <ProblemGroups
            groups={groups}
            id={id}
            keyOf={(row) => keys.get(row)}
            wayOf={(problem) => (
              <GroupWay problem={problem} id={id} home={home} dispatch={dispatch} isReview />
            )}
          />
        </Section>
      )}
    </>
  );
}

/** Usage that does not count in the period that runs now, or not in that of its date. */
function OtherTimes({ summary: { future, booked } }: Pick<DryRun, 'summary'>) {
  if (future + booked === 0) return null;
  return (
    <div class="card">
      {future > 0 && (
        <p>
          {counted(future, 'event is', 'events are')} dated in the future:{' '}
          {future === 1 ? 'it counts' : 'they count'} in the period of{' '}
          {future === 1 ? 'its' : 'their'} date.
        </p>
      )}
      {booked > 0 && (
        <p>
          {counted(booked, 'event', 'events')} of closed periods {booked === 1 ? 'is' : 'are'}{' '}
          booked into the running period; the date stays in the property usage_date.
        </p>
      )}
    </div>
  );
}

const quoted = (name: string): string => `\u201c${name}\u201d`;

function TestedBefore({
  id,
  rows,
  dispatch,
}: Pick<FoundProps, 'id' | 'dispatch'> & { readonly rows: DryRun['testedBefore'] }) {
  const { jump, note } = useRowJump(id);
  const numbers = rows.flatMap(({ row }) => (row === undefined ? [] : [row]));
  const keys = new Map(rows.map(({ row, key }) => [row, key]));
  return (
    <div class="card warning">
      <p class="message">{counted(rows.length, 'row')} tested with an older template.</p>
      <p>
        Lago keeps the events that it has of {rows.length === 1 ? 'it' : 'them'}; the new template
        changes nothing there.
      </p>
      <RowButtons
        rows={numbers}
        total={rows.length}
        column={undefined}
        jump={jump}
        keyOf={(row) => keys.get(row)}
      />
      <Button
        onClick={() =>
          dispatch({
            type: 'opened',
            screen: { name: 'rebill', id, rebill: rows.flatMap(({ key }) => key ?? []) },
          })
        }
      >
        Correct the tested rows
      </Button>
      {note}
    </div>
  );
}

type Summary = DryRun['summary'];

const amountWords = (
  { quantity, events }: { readonly quantity: string | undefined; readonly events: number },
  field: string | undefined,
): string =>
  quantity === undefined
    ? counted(events, 'event')
    : `${grouped(quantity)} ${field ?? ''} in ${counted(events, 'event')}`;

/** What is billed: per metric, over time, and to whom. Quantities are exact decimals and stay texts. */
function Totals({ summary, corrected }: { readonly summary: Summary; readonly corrected: number }) {
  const { metrics, periods, unit, biggest, subscriptions, first, last, zone } = summary;
  const [main] = metrics;
  if (main === undefined) return null;
  const shown = periods.slice(-MOST_BARS);
  // A number is exact enough for the height of a bar; what is read is the text.
  const heightOf = ({ quantity, events }: Summary['periods'][number]): number =>
    Math.max(0, quantity === undefined ? events : Number(quantity));
  const highest = shown.reduce<Summary['periods'][number] | undefined>(
    (most, each) => (most === undefined || heightOf(each) > heightOf(most) ? each : most),
    undefined,
  );
  const what = main.quantity === undefined ? 'Events' : (main.field ?? 'Quantity');
  return (
    <Section title="What would be billed">
      {corrected > 0 && <p class="hint">What is taken back is subtracted.</p>}
      <ul class="totals">
        {metrics.map(({ code, events, quantity, field }) => (
          <li key={code}>
            <span class="total-name">
              <bdi>{code}</bdi>
            </span>
            <span class="total-amount">
              {quantity === undefined ? count(events) : grouped(quantity)}
            </span>
            <span class="total-note hint">
              {quantity === undefined
                ? events === 1
                  ? 'event'
                  : 'events'
                : `${field ?? ''}, ${counted(events, 'event')}`}
            </span>
          </li>
        ))}
      </ul>
      {shown.length > 1 && (
        <BarChart
          caption={`${what} per ${unit}${metrics.length > 1 ? ` (${main.code})` : ''}`}
          {...(highest === undefined
            ? {}
            : {
                most:
                  highest.quantity === undefined
                    ? count(highest.events)
                    : grouped(highest.quantity),
              })}
          bars={shown.map((each) => ({
            label: periodLabel(each.period),
            title: `${periodWords(each.period)}: ${amountWords(each, main.field)}`,
            parts: [{ tone: 'good', value: heightOf(each) }],
          }))}
        />
      )}
      {shown.length < periods.length && (
        <p class="hint">
          The last {count(shown.length)} of {counted(periods.length, unit)}.
        </p>
      )}
      <h3>Biggest subscriptions</h3>
      <ol class="totals">
        {biggest.map(({ subscription, events, quantity }) => (
          <li key={subscription}>
            <span class="total-name">
              <bdi>{subscription}</bdi>
            </span>
            <span class="total-amount">
              {quantity === undefined ? count(events) : grouped(quantity)}
            </span>
            <span class="total-note hint">
              {quantity === undefined
                ? events === 1
                  ? 'event'
                  : 'events'
                : counted(events, 'event')}
            </span>
          </li>
        ))}
      </ol>
      {subscriptions > biggest.length && (
        <p class="hint">{counted(subscriptions, 'subscription')} in all.</p>
      )}
      {first !== undefined && last !== undefined && (
        <Facts
          facts={[
            ['First usage', momentIn(first, zone)],
            ['Last usage', momentIn(last, zone)],
            ['Time zone', zone],
          ]}
        />
      )}
    </Section>
  );
}
