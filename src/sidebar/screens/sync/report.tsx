import { useState } from 'preact/hooks';
import type { Problem } from '../../../problem/problem';
import type { Approval, Value } from '../../../rpc/contract';
import { opener } from '../../navigation';
import { ApprovalButtons } from '../../parts/approval';
import { Counts } from '../../parts/counts';
import { GroupWay } from '../../parts/group-way';
import { Headline } from '../../parts/headline';
import { Hint } from '../../parts/hint';
import { ProblemCard } from '../../parts/problem-card';
import { ProblemGroups } from '../../parts/problem-groups';
import { Resolution } from '../../parts/resolution';
import { Section } from '../../parts/section';
import type { SyncScreenProps } from '../../screen-props';
import { findSync } from '../../state';
import { asksFor } from '../../way-out';
import { goneRows } from '../../words/rows';
import { restWords, runTimeWords, sentWords, TRIGGERS } from '../../words/runs';
import { RowSection } from './rows';

interface ReportProps extends Pick<SyncScreenProps, 'home' | 'dispatch' | 'refresh'> {
  /** What the run did, and where the rows stand after it. */
  readonly report: Value<'runNow'>;
  /** Id of the sync. */
  readonly id: string;
  /** Whether the run has just ended: then refused rows are listed, and its time is not shown. */
  readonly fresh?: boolean | undefined;
  /** Whether a person cancelled it, who knows why it stopped. */
  readonly cancelled?: boolean | undefined;
  /** Approves the numbers that the run waits for; undefined if nothing is to be decided here. */
  readonly onApprove?: ((approved: Approval) => void) | undefined;
}

/** What came of a run: one sentence, what to do, and the numbers. */
export function Report(props: ReportProps) {
  const { report, id, home, dispatch, refresh, fresh = false, cancelled = false } = props;
  const { hold, refused, flag, wait } = report.rows;
  const [listed] = useState(fresh && refused > 0);
  const stopped = cancelled && report.stopped?.code === 'run.time' ? undefined : report.stopped;
  const rest = restWords(report);
  return (
    <>
      <Headline words={sentWords(report)} isNews={fresh}>
        {rest.length > 0 && `, ${rest.join(', ')}`}
      </Headline>
      {!fresh && (
        <Hint>
          {runTimeWords(report)}, {TRIGGERS[report.trigger]}
        </Hint>
      )}
      {stopped !== undefined && <Stopped {...props} problem={stopped} />}
      {report.checksOff.map((off) => (
        <ProblemCard key={off.message} problem={off} mild />
      ))}
      {report.problems.length > 0 && (
        <Section title="What to do">
          <ProblemGroups
            groups={report.problems}
            id={id}
            wayOf={(problem) => (
              <GroupWay problem={problem} id={id} home={home} dispatch={dispatch} />
            )}
          />
        </Section>
      )}
      {hold + refused + flag + wait > 0 && <RowSection id={id} refresh={refresh} listed={listed} />}
      {Object.values(report.rows).some((amount) => amount > 0) && (
        <Section title="Where the rows stand">
          <Counts
            counts={report.rows}
            done
            gone={goneRows(report)}
            waits={report.asks !== undefined}
          />
        </Section>
      )}
    </>
  );
}

/** Why the run stopped, with the approval or the choice that lets it go on. */
function Stopped(props: ReportProps & { readonly problem: Problem }) {
  const { report, id, home, dispatch, onApprove, problem } = props;
  const { asks } = report;
  return (
    <>
      <ProblemCard problem={problem} mild={asksFor(problem)} />
      {asks !== undefined && onApprove !== undefined && (
        <ApprovalButtons
          problem={problem}
          asks={asks}
          takesBack={findSync(home, id)?.sync.removed === 'correct'}
          onApprove={onApprove}
          onLook={opener(dispatch, id)('dry-run')}
        />
      )}
      <Resolution {...props} />
    </>
  );
}
