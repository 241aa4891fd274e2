import { ProblemError, problem } from '../../problem/problem';
import { ruleAgainst } from '../cell-rules';
import type { Sheet } from '../runtime';
import { type Execution, explained } from '../sync-runner';

/**
 * Writes into a column what a person has asked for, and applies it: Google may refuse a write only
 * then, and no later run does it again.
 * @param header what stands above the column
 * @throws ProblemError why it is refused: by a rule, the type of the column, a protection
 */
export function writeColumn<Result>(
  { runtime }: Execution,
  sheet: Sheet,
  header: string,
  write: () => Result,
): Result {
  try {
    const result = write();
    runtime.SpreadsheetApp.flush();
    return result;
  } catch (error) {
    const reason = ruleAgainst(sheet, header, error) ?? explained(runtime, error);
    throw new ProblemError(
      reason.code === 'run.google'
        ? problem('cell.unwritable', { column: header, detail: reason.message })
        : reason,
    );
  }
}
