import { useState } from 'preact/hooks';
import type { Approval, Value } from '../../../rpc/contract';
import { ApprovalButtons } from '../../parts/approval';
import { Counts } from '../../parts/counts';
import { GroupWay } from '../../parts/group-way';
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
  readonly report: Value<'runNow'>;
  readonly id: string;
  /** Whether it has just ended: then the refused rows are listed at once, and its time goes without saying. */
  readonly fresh?: boolean | undefined;
  /** Whether a person cancelled it: that it was stopped is no news then. */
  readonly cancelled?: boolean | undefined;
  /** Lets a run go on that waits for numbers to be approved; left out where there is nothing to decide any more. */
  readonly onApprove?: ((approved: Approval) => void) | undefined;
}

/** What came of a run: one sentence, what is to be done, and the numbers. */
export function Report({
  report,
  id,
  home,
  dispatch,
  refresh,
  fresh = false,
  cancelled = false,
  onApprove,
}: ReportProps) {
  const { hold, refused, flag, wait } = report.rows;
  const [listed] = useState(fresh && refused > 0);
  const stopped = cancelled && report.stopped?.code === 'run.time' ? undefined : report.stopped;
  const rest = restWords(report);
  return (
    <>
      <p class="run-summary" role={fresh ? 'status' : undefined}>
        <span class="headline">{sentWords(report)}</span>
        {rest.length > 0 && `, ${rest.join(', ')}`}
      </p>
      {!fresh && (
        <p class="hint">
          {runTimeWords(report)}, {TRIGGERS[report.trigger]}
        </p>
      )}
      {stopped !== undefined && <ProblemCard problem={stopped} mild={asksFor(stopped)} />}
      {stopped !== undefined && report.asks !== undefined && onApprove !== undefined && (
        <ApprovalButtons
          problem={stopped}
          asks={report.asks}
          takesBack={findSync(home, id)?.sync.removed === 'correct'}
          onApprove={onApprove}
          onLook={() => dispatch({ type: 'opened', screen: { name: 'dry-run', id } })}
        />
      )}
      {stopped !== undefined && (
        <Resolution code={stopped.code} id={id} dispatch={dispatch} refresh={refresh} />
      )}
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
