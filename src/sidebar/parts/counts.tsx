import type { DryRun } from '../../rpc/contract';
import { count } from '../../value/count';
import { countLines, rowsWords } from '../words/rows';
import { CountTable } from './count-table';

interface CountsProps {
  readonly counts: DryRun['counts'];
  /** Whether these are counts after a run; otherwise of what a run would do. */
  readonly done: boolean;
  readonly changes?: DryRun['changes'] | undefined;
  /** Counted rows that are gone from the sheet, where `changes` does not tell it. */
  readonly gone?: number | undefined;
  /** Whether what is to be sent waits for an approval. */
  readonly waits?: boolean | undefined;
}

/** Where the rows stand, the two first lines always, the others where they count something. */
export function Counts({
  counts,
  done,
  changes,
  gone = changes?.removed ?? 0,
  waits = false,
}: CountsProps) {
  const lines = countLines(counts, done, waits).filter(
    ({ amount }, index) => amount > 0 || index < 2,
  );
  const total = countLines(counts, done).reduce((sum, { amount }) => sum + amount, 0);
  return (
    <CountTable caption={rowsWords(total, gone)} lines={lines}>
      {changes !== undefined && changes.changed + changes.removed > 0 && (
        <tr class="note">
          <td colSpan={2}>
            Since they were sent: {count(changes.changed)} changed, {count(changes.removed)}{' '}
            removed.
          </td>
        </tr>
      )}
    </CountTable>
  );
}
