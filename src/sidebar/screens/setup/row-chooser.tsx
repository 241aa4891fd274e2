import { useState } from 'preact/hooks';
import type { RowChoice } from '../../../rpc/contract';
import { Button } from '../../parts/button';

interface RowChooserProps {
  /** Number of the row that is shown (1-based); undefined before the first answer. */
  readonly row: number | undefined;
  /** Number of the first row below the column names. */
  readonly first: number;
  /** Whether no other row can be chosen now. */
  readonly busy: boolean;
  /** Gets a row number (1-based), or that the selected row is wanted. */
  readonly onChoose: (row: RowChoice) => void;
}

/** Chooses a row: the one that is selected in the sheet, one by its number, or a neighbour. */
export function RowChooser({ row, first, busy, onChoose }: RowChooserProps) {
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const shown = typed ?? (row === undefined ? '' : String(row));
  const number = Number(shown);
  const usable = Number.isInteger(number) && number >= first;
  const choose = (choice: RowChoice): void => {
    setTyped(undefined);
    onChoose(choice);
  };
  return (
    <form
      class="row-chooser"
      onSubmit={(event) => {
        event.preventDefault();
        if (usable) choose(number);
      }}
    >
      <label for="row-number">Row</label>
      <div class="line">
        <button
          type="button"
          class="button step"
          aria-label="Previous row"
          disabled={busy || row === undefined || row <= first}
          onClick={() => row !== undefined && choose(row - 1)}
        >
          {'\u2039'}
        </button>
        <input
          id="row-number"
          type="number"
          min={first}
          step={1}
          value={shown}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <button
          type="button"
          class="button step"
          aria-label="Next row"
          disabled={busy}
          onClick={() => choose(row === undefined ? first : row + 1)}
        >
          {'\u203a'}
        </button>
        {typed !== undefined ? (
          <Button key="show" submit disabled={!usable || busy}>
            Show
          </Button>
        ) : (
          <Button key="selected" onClick={() => choose('selected')} disabled={busy}>
            Selected row
          </Button>
        )}
      </div>
    </form>
  );
}
