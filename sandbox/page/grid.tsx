import { useEffect, useRef } from 'preact/hooks';
import { type Cell, TabulatorFull } from 'tabulator-tables';
import type { GridView } from './backend';
import { FIRST_CELL, letters, type Selection } from './selection';

/** Where the add-on has taken the person; `moves` tells one such jump from the next. */
export interface Jump extends Selection {
  readonly moves: number;
}

interface GridProps {
  readonly grid: GridView;
  readonly jump: Jump | undefined;
  readonly onEdit: (row: number, column: number, text: string) => void;
  readonly onSelect: (selection: Selection) => void;
  readonly onPaste: (at: Selection, text: string) => void;
}

/** Empty rows and columns offered beyond what is filled, as far as the sheet has them. */
const SPARE_ROWS = 15;
const SPARE_COLUMNS = 2;

const widthOf = ({
  rows,
  shown,
  columns,
}: GridView): { readonly rows: number; readonly columns: number } => ({
  rows: Math.min(rows, shown.length + SPARE_ROWS),
  columns: Math.min(
    columns,
    shown.reduce((most, row) => Math.max(most, row.length), 0) + SPARE_COLUMNS,
  ),
});

function dataOf(grid: GridView): object[] {
  const { rows, columns } = widthOf(grid);
  return Array.from({ length: rows }, (_, row) => ({
    row: row + 1,
    ...Object.fromEntries(
      Array.from({ length: columns }, (_cell, column) => [
        `c${column + 1}`,
        grid.shown[row]?.[column] ?? '',
      ]),
    ),
  }));
}

const isHeaderLike = (grid: GridView): boolean => (grid.shown[0] ?? []).some((text) => text !== '');

function optionsFor(
  grid: GridView,
): { readonly data: readonly object[] } & Readonly<Record<string, unknown>> {
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
    columnDefaults: {
      headerSort: false,
      editor: 'input',
      minWidth: 90,
      maxInitialWidth: 220,
      tooltip: true,
      headerHozAlign: 'center',
    },
    columns: Array.from({ length: columns }, (_, column) => ({
      title: letters(column + 1),
      field: `c${column + 1}`,
    })),
    rowFormatter: (row: { getData(): { row: number }; getElement(): HTMLElement }) =>
      row
        .getElement()
        .classList.toggle('header-like', row.getData().row === 1 && isHeaderLike(grid)),
  };
}

const cellOf = (table: TabulatorFull, row: number, column: number): Cell | undefined => {
  const line = table.getRow(row);
  const cell = line === false ? false : line.getCell(`c${column}`);
  return cell === false ? undefined : cell;
};

function restore(table: TabulatorFull, { row, column, rows, columns }: Selection): void {
  const first = cellOf(table, row, column);
  const last = cellOf(table, row + rows - 1, column + columns - 1) ?? first;
  if (first !== undefined && last !== undefined) table.getRanges()[0]?.setBounds(first, last);
}

/** The grid refuses rows and columns that it does not have; then there is nothing to scroll to. */
async function scrollTo(table: TabulatorFull, { row, column }: Selection): Promise<void> {
  try {
    await table.scrollToRow(row, 'center', false);
    await table.scrollToColumn(`c${column}`, 'middle', false);
  } catch {
    return;
  }
}

const isSame = (a: Selection, b: Selection): boolean =>
  a.row === b.row && a.column === b.column && a.rows === b.rows && a.columns === b.columns;

/**
 * One sheet as a person sees it: a click selects, a double click or Enter edits, and what is pasted
 * goes to the selected cell.
 */
export function Grid({ grid, jump, onEdit, onSelect, onPaste }: GridProps) {
  const element = useRef<HTMLDivElement>(null);
  const table = useRef<TabulatorFull | undefined>(undefined);
  const selection = useRef<Selection>(jump ?? FIRST_CELL);
  const jumped = useRef(jump?.moves);
  const shown = useRef<readonly object[]>([]);
  const updating = useRef(false);
  const newest = useRef({ grid, onEdit, onSelect, onPaste });
  newest.current = { grid, onEdit, onSelect, onPaste };
  const { rows, columns } = widthOf(grid);

  useEffect(() => {
    if (element.current === null) return undefined;
    const options = optionsFor(newest.current.grid);
    const made = new TabulatorFull(element.current, options);
    shown.current = options.data;
    made.on('tableBuilt', () => {
      table.current = made;
      restore(made, selection.current);
      void scrollTo(made, selection.current);
    });
    made.on('cellEdited', (cell) =>
      newest.current.onEdit(cell.getData().row, Number(cell.getField().slice(1)), cell.getValue()),
    );
    // One selection changes the range several times, by way of the first row; only where it ends is
    // where the person is.
    made.on('rangeChanged', () =>
      queueMicrotask(() => {
        const range = table.current?.getRanges()[0];
        if (range === undefined || updating.current) return;
        // The edges are 0-based, and the first column is that of the row numbers.
        const [row, column] = [range.getTopEdge() + 1, Math.max(1, range.getLeftEdge())];
        const chosen = {
          row,
          column,
          rows: range.getBottomEdge() + 2 - row,
          columns: Math.max(1, range.getRightEdge() + 1 - column),
        };
        if (isSame(chosen, selection.current)) return;
        selection.current = chosen;
        newest.current.onSelect(chosen);
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
    const different = data.filter(
      (row, index) => JSON.stringify(row) !== JSON.stringify(shown.current[index]),
    );
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

  useEffect(() => {
    if (jump === undefined || jump.moves === jumped.current) return;
    jumped.current = jump.moves;
    selection.current = jump;
    if (table.current === undefined) return;
    restore(table.current, jump);
    void scrollTo(table.current, jump);
  }, [jump]);

  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (text === '' || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      newest.current.onPaste(selection.current, text);
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, []);

  return <div class="grid" ref={element} />;
}
