import { useState } from 'preact/hooks';
import type { DryRun, RowView } from '../../../rpc/contract';
import { counted } from '../../../value/count';
import { Button } from '../../parts/button';
import { Confirmation } from '../../parts/confirmation';
import { ProblemCard } from '../../parts/problem-card';
import { useRowJump } from '../../parts/row-jump';
import { useRequest } from '../../server/request';
import { actionWords } from '../../words/rows';

interface RowListProps {
  /** The sync whose rows they are. */
  readonly id: string;
  readonly rows: DryRun['rows'];
  readonly busy: boolean;
  readonly onSendAgain: (key: string) => void;
}

/** Where a row is, as it is asked for: by its key, since it may have moved, and the cell that its first problem is about. */
function targetOf({ key, row, problems }: RowView): {
  readonly key?: string | undefined;
  readonly row?: number | undefined;
  readonly column?: string | undefined;
} {
  const column = problems[0]?.place.column;
  return {
    ...(key === undefined ? {} : { key }),
    ...(row === undefined ? {} : { row }),
    ...(column === undefined ? {} : { column }),
  };
}

/** Whether sending the row once more could bill it twice. */
const isConflict = ({ problems }: RowView): boolean =>
  problems.some(({ code }) => code === 'event.conflict');

/** Rows that need somebody, each with its reasons. */
export function RowList({ id, rows, busy, onSendAgain }: RowListProps) {
  const { jump, note } = useRowJump(id);
  const ledger = useRequest('showInLedger');
  const [doubtful, setDoubtful] = useState<string | undefined>(undefined);
  if (rows.length === 0) return <p>No row needs you.</p>;
  return (
    <>
      <p class="hint">
        {rows.length >= 200
          ? 'The first 200 rows that need somebody.'
          : `${counted(rows.length, 'row')}.`}
      </p>
      <ul class="rows">
        {rows.map((row) => (
          <li key={`${row.row ?? ''} ${row.key ?? ''}`}>
            <p class="row-title">
              <span>{row.row === undefined ? 'Gone from the sheet' : `Row ${row.row}`}</span>
              <span class="tag">{actionWords(row)}</span>
            </p>
            {row.key !== undefined && <p class="key">{row.key}</p>}
            {row.problems.map((problem) => (
              <p key={`${problem.code} ${problem.message}`}>
                {problem.message} <span class="hint">{problem.remedy}</span>
              </p>
            ))}
            <div class="buttons">
              {row.row !== undefined && (
                <Button onClick={() => jump(targetOf(row))} label={`Show row ${row.row}`}>
                  Show
                </Button>
              )}
              {row.row === undefined && row.key !== undefined && (
                <Button
                  onClick={() => row.key !== undefined && ledger.send({ id, key: row.key })}
                  label={`Show in ledger: ${row.key}`}
                >
                  Show in ledger
                </Button>
              )}
              {row.action === 'refused' && row.key !== undefined && (
                <Button
                  disabled={busy || doubtful === row.key}
                  onClick={() =>
                    row.key !== undefined && (isConflict(row) ? setDoubtful : onSendAgain)(row.key)
                  }
                  label={`Send again: ${row.key}`}
                >
                  Send again
                </Button>
              )}
            </div>
            {row.key !== undefined && row.key === doubtful && isConflict(row) && (
              <Confirmation
                question={`Lago has an event under this row\u2019s id already, and may bill it. Send ${doubtful} as one more event?`}
                yes="Send again"
                no="Leave"
                onYes={() => {
                  setDoubtful(undefined);
                  onSendAgain(doubtful);
                }}
                onNo={() => setDoubtful(undefined)}
              />
            )}
          </li>
        ))}
      </ul>
      {ledger.problem !== undefined && (
        <ProblemCard problem={ledger.problem} onRepeat={ledger.repeat} />
      )}
      {note}
    </>
  );
}
