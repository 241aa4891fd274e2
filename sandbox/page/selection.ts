/** What is selected on a sheet; 1-based. */
export interface Selection {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

export const FIRST_CELL: Selection = { row: 1, column: 1, rows: 1, columns: 1 };

const LETTERS = 26;

/** The letters over a column, from its number. */
export function letters(column: number): string {
  const rest = (column - 1) % LETTERS;
  const before = Math.floor((column - 1) / LETTERS);
  return (before === 0 ? '' : letters(before)) + String.fromCharCode(65 + rest);
}

/** Such as B12 or B12:C20. */
export function address({ row, column, rows, columns }: Selection): string {
  const first = `${letters(column)}${row}`;
  return rows === 1 && columns === 1
    ? first
    : `${first}:${letters(column + columns - 1)}${row + rows - 1}`;
}
