import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Argument } from '../../rpc/contract';
import { count } from '../../value/count';
import { useRequest } from '../server/request';
import { jumpWords } from '../words/rows';
import { ProblemCard } from './problem-card';

/** A row by its key, or by its number (1-based) if it has none; and the header of a column. */
type Target = Omit<Argument<'showRow'>, 'id'>;

/** What a screen uses to select rows in the sheet. */
export interface RowJump {
  /** Selects a row, and the cell of a column if one is given. */
  readonly jump: (target: Target) => void;
  /** How the last jump went. It stays in sight at the lower edge of the sidebar. */
  readonly note: ComponentChildren;
}

/** Selects rows of a sync in the sheet. @param id id of the sync */
export function useRowJump(id: string): RowJump {
  const show = useRequest('showRow');
  const [wanted, setWanted] = useState<Target>({});
  return {
    jump: (target) => {
      setWanted(target);
      show.send({ id, ...target });
    },
    note: (
      <div class="toast" role="status">
        {show.busy && <p class="toast-words">Looking for the row</p>}
        {show.value !== undefined && <p class="toast-words">{jumpWords(wanted, show.value.row)}</p>}
        {show.problem !== undefined && (
          <ProblemCard problem={show.problem} onRepeat={show.repeat} />
        )}
      </div>
    ),
  };
}

interface RowButtonsProps {
  /** Row numbers (1-based), the first few. */
  readonly rows: readonly number[];
  /** Number of all rows that this is about. */
  readonly total: number;
  /** Header of the column whose cells are selected; undefined for whole rows. */
  readonly column: string | undefined;
  readonly jump: RowJump['jump'];
  /**
   * The key of a row, if it is known: the row may have moved since it was counted.
   * `index` is its place in `rows` (0-based).
   */
  readonly keyOf: (row: number, index: number) => string | undefined;
}

/** Rows to press. Each jumps to its cell: by its key, or by its number if no key is known. */
export function RowButtons({ rows, total, column, jump, keyOf }: RowButtonsProps) {
  if (rows.length === 0) return null;
  const more = total - rows.length;
  const targets = rows.map((row, index) => ({ row, key: keyOf(row, index) }));
  return (
    <p class="row-buttons">
      <span>{total === 1 ? 'Row' : 'Rows'}</span>
      {targets.map(({ row, key }) => (
        <button
          type="button"
          class="row-button"
          key={row}
          aria-label={key === undefined ? `Show row ${row}` : `Show ${key} \u00b7 row ${row}`}
          title={key === undefined ? undefined : `${key}, row ${row}`}
          onClick={() => jump({ row, key, column })}
        >
          {key === undefined ? (
            row
          ) : (
            <>
              <bdi class="row-key">{key}</bdi> <span class="row-number">{`\u00b7 row ${row}`}</span>
            </>
          )}
        </button>
      ))}
      {more > 0 && <span>and {count(more)} more</span>}
    </p>
  );
}
