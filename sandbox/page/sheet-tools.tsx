import type { SheetChange } from './backend';
import { address, type Selection } from './selection';

interface SheetToolsProps {
  readonly selection: Selection;
  readonly onChange: (change: SheetChange) => void;
}

const many = (count: number, one: string): string => (count === 1 ? one : `${count} ${one}s`);

/** What a person does to whole rows and columns, on what is selected. */
export function SheetTools({ selection, onChange }: SheetToolsProps) {
  const { row, column, rows, columns } = selection;
  const tools: readonly {
    readonly label: string;
    readonly hint: string;
    readonly change: SheetChange;
  }[] = [
    {
      label: 'Row above',
      hint: 'Insert above the selection',
      change: { kind: 'insert', what: 'rows', after: row - 1, count: rows },
    },
    {
      label: 'Row below',
      hint: 'Insert below the selection',
      change: { kind: 'insert', what: 'rows', after: row + rows - 1, count: rows },
    },
    {
      label: `Delete ${many(rows, 'row')}`,
      hint: 'Delete the selected rows',
      change: { kind: 'delete', what: 'rows', first: row, count: rows },
    },
    {
      label: 'Column left',
      hint: 'Insert left of the selection',
      change: { kind: 'insert', what: 'columns', after: column - 1, count: columns },
    },
    {
      label: 'Column right',
      hint: 'Insert right of the selection',
      change: { kind: 'insert', what: 'columns', after: column + columns - 1, count: columns },
    },
    {
      label: `Delete ${many(columns, 'column')}`,
      hint: 'Delete the selected columns',
      change: { kind: 'delete', what: 'columns', first: column, count: columns },
    },
    {
      label: 'Sort A\u2192Z',
      hint: 'Sort the sheet by this column',
      change: { kind: 'sort', column, order: 'ascending' },
    },
    {
      label: 'Sort Z\u2192A',
      hint: 'Sort the sheet by this column, backwards',
      change: { kind: 'sort', column, order: 'descending' },
    },
  ];
  return (
    <div class="sheet-tools" role="toolbar" aria-label="Rows and columns">
      <output aria-label="Selected cells">{address(selection)}</output>
      {tools.map(({ label, hint, change }) => (
        <button type="button" key={hint} title={hint} onClick={() => onChange(change)}>
          {label}
        </button>
      ))}
      <span class="hint">Ctrl+V pastes at the selected cell</span>
    </div>
  );
}
