import type { DryRun } from '../../rpc/contract';
import { ACTIONS, count, counted } from '../words';
import { Button } from './button';

interface RowListProps {
  readonly rows: DryRun['rows'];
  readonly busy: boolean;
  readonly onSendAgain: (key: string) => void;
}

/** Rows that need somebody, each with its reasons. */
export function RowList({ rows, busy, onSendAgain }: RowListProps) {
  if (rows.length === 0) return <p>No row needs you.</p>;
  return (
    <>
      <p class="hint">{rows.length >= 200 ? 'The first 200 rows that need somebody.' : `${counted(rows.length, 'row')}.`}</p>
      <ul class="rows">
        {rows.map((row) => (
          <li key={`${row.row ?? ''} ${row.key ?? ''}`}>
            <p class="row-title">
              <span>{row.row === undefined ? 'Gone from the sheet' : `Row ${count(row.row)}`}</span>
              <span class="tag">{ACTIONS[row.action]}</span>
            </p>
            {row.key !== undefined && <p class="key">{row.key}</p>}
            {row.problems.map((problem) => (
              <p key={`${problem.code} ${problem.message}`}>
                {problem.message} <span class="hint">{problem.remedy}</span>
              </p>
            ))}
            {row.action === 'refused' && row.key !== undefined && (
              <Button disabled={busy} onClick={() => row.key !== undefined && onSendAgain(row.key)} label={`Send ${row.key} again`}>
                Send again
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
