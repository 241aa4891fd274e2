import { useEffect, useRef } from 'preact/hooks';
import { TabulatorFull } from 'tabulator-tables';
import type { GridView } from './backend';

interface GridProps {
  readonly grid: GridView;
  readonly onEdit: (row: number, column: number, text: string) => void;
  readonly onSelect: (row: number, column: number) => void;
}

/** Empty rows and columns offered beyond what is filled, as far as the sheet has them. */
const SPARE_ROWS = 15;
const SPARE_COLUMNS = 2;
const LETTERS = 26;

function letters(column: number): string {
  const rest = (column - 1) % LETTERS;
  const before = Math.floor((column - 1) / LETTERS);
  return (before === 0 ? '' : letters(before)) + String.fromCharCode(65 + rest);
}

const widthOf = ({ rows, shown, columns }: GridView): { readonly rows: number; readonly columns: number } => ({
  rows: Math.min(rows, shown.length + SPARE_ROWS),
  columns: Math.min(columns, shown.reduce((most, row) => Math.max(most, row.length), 0) + SPARE_COLUMNS),
});

function dataOf(grid: GridView): object[] {
  const { rows, columns } = widthOf(grid);
  return Array.from({ length: rows }, (_, row) => ({
    row: row + 1,
    ...Object.fromEntries(Array.from({ length: columns }, (_cell, column) => [`c${column + 1}`, grid.shown[row]?.[column] ?? ''])),
  }));
}

const isHeaderLike = (grid: GridView): boolean => (grid.shown[0] ?? []).some((text) => text !== '');

function optionsFor(grid: GridView): { readonly data: readonly object[] } & Readonly<Record<string, unknown>> {
  const { columns } = widthOf(grid);
  return {
    data: dataOf(grid),
    index: 'row',
    height: '100%',
    layout: 'fitData',
    rowHeight: 25,
    selectableRange: 1,
    selectableRangeColumns: true,
    selectableRangeRows: true,
    editTriggerEvent: 'dblclick',
    headerSortClickElement: 'icon',
    rowHeader: {
      field: 'row',
      title: '',
      headerSort: false,
      resizable: false,
      frozen: true,
      width: 48,
      minWidth: 40,
      hozAlign: 'center',
      cssClass: 'row-number',
    },
    columnDefaults: { headerSort: false, editor: 'input', minWidth: 90, maxInitialWidth: 220, tooltip: true, headerHozAlign: 'center' },
    columns: Array.from({ length: columns }, (_, column) => ({ title: letters(column + 1), field: `c${column + 1}` })),
    rowFormatter: (row: { getData(): { row: number }; getElement(): HTMLElement }) =>
      row.getElement().classList.toggle('header-like', row.getData().row === 1 && isHeaderLike(grid)),
  };
}

interface Selection {
  readonly row: number;
  readonly column: number;
}

function restore(table: TabulatorFull, { row, column }: Selection): void {
  const line = table.getRow(row);
  const cell = line === false ? undefined : line.getCell(`c${column}`);
  if (cell !== undefined && cell !== false) table.getRanges()[0]?.setBounds(cell, cell);
}

/** One sheet as a person sees it: a click selects, a double click or Enter edits. */
export function Grid({ grid, onEdit, onSelect }: GridProps) {
  const element = useRef<HTMLDivElement>(null);
  const table = useRef<TabulatorFull | undefined>(undefined);
  const selection = useRef<Selection>({ row: 1, column: 1 });
  const shown = useRef<readonly object[]>([]);
  const updating = useRef(false);
  const newest = useRef({ grid, onEdit, onSelect });
  newest.current = { grid, onEdit, onSelect };
  const { rows, columns } = widthOf(grid);

  useEffect(() => {
    if (element.current === null) return undefined;
    const options = optionsFor(newest.current.grid);
    const made = new TabulatorFull(element.current, options);
    shown.current = options.data;
    made.on('tableBuilt', () => {
      table.current = made;
      restore(made, selection.current);
    });
    made.on('cellEdited', (cell) => newest.current.onEdit(cell.getData().row, Number(cell.getField().slice(1)), cell.getValue()));
    // One selection changes the range several times, by way of the first row; only where it ends is where the person is.
    made.on('rangeChanged', () =>
      queueMicrotask(() => {
        const range = table.current?.getRanges()[0];
        if (range === undefined || updating.current) return;
        // The edges are 0-based, and the first column is that of the row numbers.
        const chosen = { row: range.getTopEdge() + 1, column: Math.max(1, range.getLeftEdge()) };
        if (chosen.row === selection.current.row && chosen.column === selection.current.column) return;
        selection.current = chosen;
        newest.current.onSelect(chosen.row, chosen.column);
      }),
    );
    return () => {
      table.current = undefined;
      made.destroy();
    };
  }, [rows, columns]);

  useEffect(() => {
    // Only what is different, so that scrolling and selection stay as they are.
    const data = dataOf(grid);
    const different = data.filter((row, index) => JSON.stringify(row) !== JSON.stringify(shown.current[index]));
    if (table.current === undefined || different.length === 0) return;
    shown.current = data;
    const updated = table.current;
    // While it takes new data the grid selects its first cell, which no person did.
    updating.current = true;
    void updated.updateData(different).then(() => {
      if (table.current === updated) restore(updated, selection.current);
      updating.current = false;
    });
  }, [grid]);

  return <div class="grid" ref={element} />;
}
