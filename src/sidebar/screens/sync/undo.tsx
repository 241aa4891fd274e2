import type { DryRun } from '../../../rpc/contract';
import { count, counted, grouped } from '../../../value/count';
import { CountTable } from '../../parts/count-table';
import { Hint } from '../../parts/hint';
import type { SyncScreenProps } from '../../screen-props';
import { Correction } from './correction';

interface UndoScreenProps extends SyncScreenProps {
  /** When the run began (ms) that is taken back. */
  readonly startedAt: number;
}

/** Takes back what a run sent. */
export function UndoScreen(props: UndoScreenProps) {
  const { startedAt } = props;
  return (
    <Correction
      {...props}
      title="Take a run back"
      intro="What this run sent is taken back; its rows are new again."
      nothing="Nothing can be taken back."
      asked={{ undo: startedAt }}
      matterOf={(found) => {
        const { rows = 0, at = 0 } = found.undo ?? {};
        return {
          words: `Take back ${counted(rows, 'row')}`,
          effect: 'The sync is paused, so they are not sent again.',
          facts: <UndoFacts {...found} />,
          kept: found.problems,
          order: { undo: { startedAt, at, events: found.summary.events } },
        };
      }}
    />
  );
}

/** How much is taken back. */
function UndoFacts({ undo, summary }: Pick<DryRun, 'undo' | 'summary'>) {
  if (undo === undefined || undo.rows === 0) return null;
  const { events, earlier } = undo;
  return (
    <>
      <CountTable
        caption={`Events taken back: ${count(events)}`}
        lines={summary.metrics.map(({ code, events: amount, quantity = '', field = '' }) => ({
          label: code,
          amount,
          hint: `${grouped(quantity)} ${field}`,
        }))}
      />
      {earlier > 0 && <Hint>{count(earlier)} of them by an earlier run without a report.</Hint>}
    </>
  );
}
