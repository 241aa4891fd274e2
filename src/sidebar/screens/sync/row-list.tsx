import type { DryRun, RowView } from '../../../rpc/contract';
import { counted } from '../../../value/count';
import { Button } from '../../parts/button';
import { Hint } from '../../parts/hint';
import { RequestState } from '../../parts/request-state';
import { useRowJump } from '../../parts/row-jump';
import { useRequest } from '../../server/request';
import { actionWords } from '../../words/rows';

interface RowListProps {
  /** Id of the sync whose rows they are. */
  readonly id: string;
  /** Rows that need somebody, with their problems. */
  readonly rows: DryRun['rows'];
  /** Whether a row is being sent again. */
  readonly busy: boolean;
  /** Gets the key of a row that is to be sent again. */
  readonly onSendAgain: (key: string) => void;
  /** Gets the key of a row whose invoice a person has looked at. */
  readonly onConfirm: (key: string) => void;
}

/** The server lists at most this number of rows. */
const MOST_ROWS = 200;

/** Rows that need somebody, each with its reasons. */
export function RowList({ id, rows, onSendAgain, ...rest }: RowListProps) {
  const { jump, note } = useRowJump(id);
  const ledger = useRequest('showInLedger');
  if (rows.length === 0) return <p>No row needs you.</p>;
  return (
    <>
      <Hint>
        {rows.length >= MOST_ROWS
          ? `The first ${MOST_ROWS} rows that need somebody.`
          : `${counted(rows.length, 'row')}.`}
      </Hint>
      <ul class="rows">
        {rows.map((row) => (
          <RowItem
            key={`${row.row ?? ''} ${row.key ?? ''}`}
            row={row}
            {...rest}
            onShow={() =>
              jump({ key: row.key, row: row.row, column: row.problems[0]?.place.column })
            }
            onShowInLedger={(key) => ledger.send({ id, key })}
            onSendAgain={onSendAgain}
          />
        ))}
      </ul>
      <RequestState request={ledger} />
      {note}
    </>
  );
}

interface RowItemProps extends Pick<RowListProps, 'busy' | 'onSendAgain' | 'onConfirm'> {
  readonly row: RowView;
  /** Selects the row in the sheet, and the cell that its first problem is about. */
  readonly onShow: () => void;
  /** Selects the newest line of the row with this key. */
  readonly onShowInLedger: (key: string) => void;
}

/** One row: where it is, what is wrong with it, and what a person can do. */
function RowItem(props: RowItemProps) {
  const { row } = props;
  const { key } = row;
  return (
    <li>
      <p class="row-title">
        <span>{row.row === undefined ? 'Gone from the sheet' : `Row ${row.row}`}</span>
        <span class="tag">{actionWords(row)}</span>
      </p>
      {key !== undefined && <p class="key">{key}</p>}
      {row.problems.map((problem) => (
        <p key={`${problem.code} ${problem.message}`}>
          {problem.message} <span class="hint">{problem.remedy}</span>
        </p>
      ))}
      <RowItemButtons {...props} />
    </li>
  );
}

function RowItemButtons(props: RowItemProps) {
  const { busy, onShow, onShowInLedger, onSendAgain, onConfirm } = props;
  const { row, key, again, problems } = props.row;
  const isUntold = problems.some(({ code }) => code === 'event.untold');
  return (
    <div class="buttons">
      {row !== undefined && (
        <Button onClick={onShow} label={`Show row ${row}`}>
          Show
        </Button>
      )}
      {row === undefined && key !== undefined && (
        <Button onClick={() => onShowInLedger(key)} label={`Show in ledger: ${key}`}>
          Show in ledger
        </Button>
      )}
      {again && key !== undefined && (
        <Button disabled={busy} onClick={() => onSendAgain(key)} label={`Send again: ${key}`}>
          Send again
        </Button>
      )}
      {isUntold && key !== undefined && (
        <Button disabled={busy} onClick={() => onConfirm(key)} label={`I have checked: ${key}`}>
          I have checked
        </Button>
      )}
    </div>
  );
}
