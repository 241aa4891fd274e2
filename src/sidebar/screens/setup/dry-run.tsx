import type { DryRun } from '../../../rpc/contract';
import { counted } from '../../../value/count';
import { opening } from '../../navigation';
import { Button } from '../../parts/button';
import { Corrections } from '../../parts/corrections';
import { Counts } from '../../parts/counts';
import { GroupWay } from '../../parts/group-way';
import { Headline } from '../../parts/headline';
import { Hint } from '../../parts/hint';
import { Notice } from '../../parts/notice';
import { ProblemCard } from '../../parts/problem-card';
import { ProblemGroups } from '../../parts/problem-groups';
import { RowButtons, useRowJump } from '../../parts/row-jump';
import { Section } from '../../parts/section';
import { findSync } from '../../state';
import { askedIn, asksFor } from '../../way-out';
import { inWords, quoted } from '../../words/lists';
import type { StepProps } from './step-props';
import { Totals } from './totals';

interface DryRunProps extends Pick<StepProps, 'home' | 'dispatch'> {
  /** Id of the sync. */
  readonly id: string;
  /** What a run would do. */
  readonly found: DryRun;
}

/** What a run would do, in numbers and pictures, and what stands in its way. */
export function DryRunView(props: DryRunProps) {
  const { id, found, home, dispatch } = props;
  const keys = new Map(found.rows.map(({ row, key }) => [row, key]));
  const groups = found.problems.filter(({ problem }) => !asksFor(problem));
  return (
    <>
      <Planned {...props} />
      <OtherTimes summary={found.summary} />
      <OtherSyncs names={found.otherSyncs} />
      <TestedBefore {...props} />
      {found.checksOff.map((off) => (
        <ProblemCard key={off.message} problem={off} mild />
      ))}
      <Totals summary={found.summary} corrected={found.corrected} />
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

/** How much would be sent, whether a person has to approve that, and where the rows stand. */
function Planned({ id, found, home }: DryRunProps) {
  const isActive = findSync(home, id)?.sync.state === 'active';
  const asked = askedIn(found.problems);
  return (
    <>
      <Headline words={`${counted(found.summary.events, 'event')} to send`} isNews={false} />
      <Hint>
        {isActive
          ? 'What a run would do now. Nothing is sent by looking.'
          : 'Nothing is sent before you activate.'}
      </Hint>
      {asked !== undefined && (
        <Notice message={asked.message} isNews>
          <p>
            {isActive
              ? asked.remedy
              : 'If it is right, activating the sync approves these numbers.'}
          </p>
        </Notice>
      )}
      <Counts
        counts={found.counts}
        done={false}
        changes={found.changes}
        waits={asked !== undefined && isActive}
      />
    </>
  );
}

/** Usage that counts in another period than the running one, or than that of its date. */
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
          {counted(booked, 'event')} of closed periods {booked === 1 ? 'is' : 'are'} booked into the
          running period; the date stays in the property usage_date.
        </p>
      )}
    </div>
  );
}

/** Other syncs of the same tab, which may send the same usage. */
function OtherSyncs({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <Notice
      message={
        <>
          {names.length === 1 ? 'Another sync reads' : 'Other syncs read'} this tab:{' '}
          <bdi>{inWords(names.map(quoted))}</bdi>.
        </>
      }
    >
      <p>The same usage would be billed twice. Go on only if they count different things.</p>
    </Notice>
  );
}

/** Rows that were tested with an older template, and the way to correct them. */
function TestedBefore({ id, found: { testedBefore: rows }, dispatch }: DryRunProps) {
  const { jump, note } = useRowJump(id);
  const keys = new Map(rows.map(({ row, key }) => [row, key]));
  if (rows.length === 0) return null;
  return (
    <Notice message={`${counted(rows.length, 'row')} tested with an older template.`}>
      <p>
        Lago keeps the events that it has of {rows.length === 1 ? 'it' : 'them'}; the new template
        changes nothing there.
      </p>
      <RowButtons
        rows={rows.flatMap(({ row }) => row ?? [])}
        total={rows.length}
        column={undefined}
        jump={jump}
        keyOf={(row) => keys.get(row)}
      />
      <Button
        onClick={opening(dispatch, {
          name: 'rebill',
          id,
          rebill: rows.flatMap(({ key }) => key ?? []),
        })}
      >
        Correct the tested rows
      </Button>
      {note}
    </Notice>
  );
}
