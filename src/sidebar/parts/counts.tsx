import type { DryRun } from '../../rpc/contract';
import { count } from '../../value/count';
import { countLines, rowsWords } from '../words/rows';
import { CountTable } from './count-table';

interface CountsProps {
  /** Number of rows by what was done with them, or would be. */
  readonly counts: DryRun['counts'];
  /** Whether a run has ended with these counts; otherwise they say what a run would do. */
  readonly done: boolean;
  /** Number of rows by how they changed since they were sent; undefined if not known. */
  readonly changes?: DryRun['changes'] | undefined;
  /** Number of counted rows that are gone from the sheet, if `changes` does not say so. */
  readonly gone?: number | undefined;
  /** Whether the rows to be sent wait for an approval. */
  readonly waits?: boolean | undefined;
}

/** Where the rows stand. The first two lines are always shown, the others unless they are 0. */
export function Counts({
  counts,
  done,
  changes,
  gone = changes?.removed ?? 0,
  waits = false,
}: CountsProps) {
  const all = countLines(counts, done, waits);
  const lines = all.filter(({ amount }, index) => amount > 0 || index < 2);
  const total = all.reduce((sum, { amount }) => sum + amount, 0);
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
