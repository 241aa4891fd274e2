import { type Cell, restoredCell, type SavedCell, savedCell } from './entry';
import { GoogleException } from './exception';
import type { CustomFunction } from './formula';
import { NumberNotation } from './notation';

/** Sheets' limit and its text (google: sheet.cells). */
export const MAX_CELLS = 10_000_000;
export const MAX_NAME_CHARACTERS = 100;
export const DEFAULT_ROWS = 1000;
export const DEFAULT_COLUMNS = 26;
const TOO_MANY_CELLS = `This action would increase the number of cells in the workbook above the limit of ${MAX_CELLS} cells.`;
export const OUTSIDE = 'The coordinates of the range are outside the dimensions of the sheet.';

/** A rectangle of cells; 1-based. */
export interface Area {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

export interface SheetProtection {
  description: string;
  warningOnly: boolean;
  /** The only one who may edit. */
  readonly owner: string;
  /** The protected cells; the whole sheet if absent. */
  area?: Area;
}

/** A chart as it lies on a sheet; it shows what stands in its ranges now. */
export interface SheetChart {
  readonly type: string;
  readonly title: string;
  /** Each with the sheet that it is of. */
  readonly ranges: readonly (Area & { readonly sheetId: number })[];
  readonly headers: number;
  readonly row: number;
  readonly column: number;
}

export const FIRST_CELL: Area = { row: 1, column: 1, rows: 1, columns: 1 };

export const overlap = (a: Area, b: Area): boolean =>
  a.row < b.row + b.rows &&
  b.row < a.row + a.rows &&
  a.column < b.column + b.columns &&
  b.column < a.column + a.columns;

/**
 * What becomes of `size` cells from `start` on when `howMany` are put after the position `after`.
 */
function widened(
  start: number,
  size: number,
  after: number,
  howMany: number,
): { start: number; size: number } {
  if (start > after) return { start: start + howMany, size };
  return { start, size: start + size - 1 > after ? size + howMany : size };
}

/**
 * What is left of `size` cells from `start` on when `howMany` are deleted from the position `first`
 * on.
 */
function narrowed(
  start: number,
  size: number,
  first: number,
  howMany: number,
): { start: number; size: number } {
  const before = Math.max(0, Math.min(first + howMany, start) - first);
  const within = Math.max(0, Math.min(first + howMany, start + size) - Math.max(first, start));
  return { start: start - before, size: size - within };
}

type Change = (start: number, size: number) => { start: number; size: number };

/** The number of the last one that has content, 0 if none has. */
function lastFilled<T>(items: readonly T[], filled: (item: T) => boolean): number {
  let last = items.length;
  while (last > 0 && !filled(items[last - 1] as T)) last -= 1;
  return last;
}

const hasContent = (cell: Cell | undefined): boolean =>
  cell !== undefined && (cell.value !== '' || cell.formula !== undefined);

/** A tab as JSON can hold it. */
export interface SavedGrid {
  readonly id: number;
  readonly name: string;
  readonly type: 'GRID' | 'OBJECT';
  readonly hidden: boolean;
  readonly frozenRows: number;
  readonly rowCount: number;
  readonly columnCount: number;
  readonly protections: readonly SheetProtection[];
  readonly hiddenColumns: readonly number[];
  readonly filteredRows: readonly number[];
  readonly charts: readonly SheetChart[];
  readonly rows: readonly (readonly SavedCell[])[];
}

/** A spreadsheet file as JSON can hold it. */
export interface SavedWorkbook {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  /** Such as `en_US`. */
  readonly locale: string;
  readonly sheets: readonly SavedGrid[];
  /** How many there ever were, by which the next one gets its id. */
  readonly sheetsMade: number;
  readonly activeSheetId: number;
}

/** One tab of the file. */
export class Grid {
  readonly id: number;
  name: string;
  /** OBJECT for a chart on a sheet of its own, which has no cells. */
  type: 'GRID' | 'OBJECT' = 'GRID';
  hidden = false;
  frozenRows = 0;
  rowCount: number;
  columnCount: number;
  readonly protections: SheetProtection[] = [];
  readonly hiddenColumns = new Set<number>();
  /** Rows (1-based) that a filter hides: from people only. */
  readonly filteredRows = new Set<number>();
  readonly charts: SheetChart[] = [];
  /** Whether any cell may have a rule. */
  isRuled = false;
  #rows: (Cell | undefined)[][] = [];
  readonly #changed: () => void;

  constructor(
    id: number,
    name: string,
    changed: () => void,
    rowCount = DEFAULT_ROWS,
    columnCount = DEFAULT_COLUMNS,
  ) {
    this.id = id;
    this.name = name;
    this.#changed = changed;
    this.rowCount = rowCount;
    this.columnCount = columnCount;
  }

  copy(changed: () => void): Grid {
    const copy = new Grid(this.id, this.name, changed, this.rowCount, this.columnCount);
    copy.type = this.type;
    copy.hidden = this.hidden;
    copy.frozenRows = this.frozenRows;
    copy.protections.push(...this.protections.map((protection) => ({ ...protection })));
    for (const column of this.hiddenColumns) copy.hiddenColumns.add(column);
    for (const row of this.filteredRows) copy.filteredRows.add(row);
    copy.charts.push(...this.charts);
    copy.isRuled = this.isRuled;
    copy.#rows = this.#rows.map((row) => row.slice());
    return copy;
  }

  /** The tab that `saved()` gave. */
  static restored(saved: SavedGrid, changed: () => void): Grid {
    const grid = new Grid(saved.id, saved.name, changed, saved.rowCount, saved.columnCount);
    grid.type = saved.type;
    grid.hidden = saved.hidden;
    grid.frozenRows = saved.frozenRows;
    grid.protections.push(...saved.protections);
    for (const column of saved.hiddenColumns) grid.hiddenColumns.add(column);
    for (const row of saved.filteredRows) grid.filteredRows.add(row);
    grid.charts.push(...saved.charts);
    grid.#rows = saved.rows.map((row) => row.map(restoredCell));
    grid.isRuled = grid.#rows.some((row) => row.some((cell) => cell?.rule !== undefined));
    return grid;
  }

  /** All that there is of it, as JSON can hold it. */
  saved(): SavedGrid {
    const { id, name, type, hidden, frozenRows, rowCount, columnCount, protections, charts } = this;
    return {
      id,
      name,
      type,
      hidden,
      frozenRows,
      rowCount,
      columnCount,
      protections,
      hiddenColumns: [...this.hiddenColumns],
      filteredRows: [...this.filteredRows],
      charts,
      rows: this.#rows.map((row) => row.map(savedCell)),
    };
  }

  /** Empties it, formats included, and gives it this size. */
  reset(rowCount: number, columnCount: number): void {
    this.#rows = [];
    this.rowCount = rowCount;
    this.columnCount = columnCount;
    this.#changed();
  }

  cell(row: number, column: number): Cell | undefined {
    return this.#rows[row - 1]?.[column - 1];
  }

  format(row: number, column: number): string {
    return this.cell(row, column)?.format ?? '';
  }

  put(row: number, column: number, cell: Cell): void {
    while (this.#rows.length < row) this.#rows.push([]);
    const cells = this.#rows[row - 1] ?? [];
    // Sparse arrays are slow; a row is filled up to its last used cell.
    while (cells.length < column - 1) cells.push(undefined);
    const rule = cell.rule ?? cells[column - 1]?.rule;
    cells[column - 1] = rule === undefined ? cell : { ...cell, rule };
    this.isRuled ||= rule !== undefined;
    this.#changed();
  }

  requireInside({ row, column, rows, columns }: Area): void {
    if (row + rows - 1 > this.rowCount || column + columns - 1 > this.columnCount)
      throw new GoogleException(OUTSIDE);
  }

  lastRow(): number {
    return lastFilled(this.#rows, (row) => row.some(hasContent));
  }

  lastColumn(): number {
    return this.#rows.reduce((last, row) => Math.max(last, lastFilled(row, hasContent)), 0);
  }

  /** New rows take the formats of `like`, as in Sheets. */
  insertRows(after: number, howMany: number, like = after): void {
    const formats = (this.#rows[like - 1] ?? []).map((cell): Cell | undefined =>
      cell?.format ? { value: '', format: cell.format } : undefined,
    );
    while (this.#rows.length < after) this.#rows.push([]);
    this.#rows.splice(after, 0, ...Array.from({ length: howMany }, () => formats.slice()));
    this.rowCount += howMany;
    this.#moveProtections('rows', (start, size) => widened(start, size, after, howMany));
    this.#changed();
  }

  deleteRows(row: number, howMany: number): void {
    this.#rows.splice(row - 1, howMany);
    this.rowCount -= howMany;
    this.#moveProtections('rows', (start, size) => narrowed(start, size, row, howMany));
    this.#changed();
  }

  insertColumns(after: number, howMany: number): void {
    for (const row of this.#rows) {
      if (row.length <= after) continue;
      const format = row[after - 1]?.format;
      row.splice(
        after,
        0,
        ...Array.from({ length: howMany }, (): Cell | undefined =>
          format ? { value: '', format } : undefined,
        ),
      );
    }
    this.columnCount += howMany;
    this.#moveProtections('columns', (start, size) => widened(start, size, after, howMany));
    this.#changed();
  }

  deleteColumns(column: number, howMany: number): void {
    for (const row of this.#rows) row.splice(column - 1, howMany);
    this.columnCount -= howMany;
    this.#moveProtections('columns', (start, size) => narrowed(start, size, column, howMany));
    this.#changed();
  }

  /**
   * Rows from `first` to the last one with content, in the new order; formats travel with their
   * cells.
   */
  sortRows(
    first: number,
    compare: (a: (Cell | undefined)[], b: (Cell | undefined)[]) => number,
  ): void {
    const last = this.lastRow();
    const sorted = this.#rows.slice(first - 1, last).sort(compare);
    this.#rows.splice(first - 1, sorted.length, ...sorted);
    this.#changed();
  }

  /** Protected cells move with their neighbours; one without cells is gone. */
  #moveProtections(axis: 'rows' | 'columns', change: Change): void {
    for (const protection of [...this.protections]) {
      const { area } = protection;
      if (area === undefined) continue;
      const { start, size } =
        axis === 'rows' ? change(area.row, area.rows) : change(area.column, area.columns);
      if (size === 0) this.protections.splice(this.protections.indexOf(protection), 1);
      protection.area =
        axis === 'rows'
          ? { ...area, row: start, rows: size }
          : { ...area, column: start, columns: size };
    }
  }
}

/** The spreadsheet file: what survives every execution. */
export class Workbook {
  readonly id: string;
  name: string;
  /** Usually an IANA name; files that came from elsewhere may have any text. */
  timeZone: string;
  notation: NumberNotation;
  /** Calls a function of the script for a formula. */
  customFunction: CustomFunction | undefined;
  grids: Grid[] = [];
  activeSheetId = 0;
  selection: (Area & { readonly sheetId: number }) | undefined;
  /** How often a script has moved the person's screen or selection. */
  moves = 0;
  /** Grows with every change, so that a page can ask "anything new?". */
  revision = 0;
  #made = 0;
  readonly #selections = new Map<number, Area>();

  constructor(id: string, name: string, timeZone: string, notation: NumberNotation) {
    this.id = id;
    this.name = name;
    this.timeZone = timeZone;
    this.notation = notation;
  }

  copy(id: string, name: string): Workbook {
    const copy = new Workbook(id, name, this.timeZone, this.notation);
    copy.takeOver(this);
    return copy;
  }

  /** The file that `saved()` gave. */
  static restored(saved: SavedWorkbook): Workbook {
    const { id, name, timeZone, locale, sheets, sheetsMade, activeSheetId } = saved;
    const workbook = new Workbook(id, name, timeZone, new NumberNotation(locale));
    workbook.grids = sheets.map((sheet) => Grid.restored(sheet, workbook.changed));
    workbook.activeSheetId = activeSheetId;
    workbook.#made = sheetsMade;
    return workbook;
  }

  /** The file without what a person has selected in it. */
  saved(): SavedWorkbook {
    const { id, name, timeZone, grids, activeSheetId } = this;
    const sheets = grids.map((grid) => grid.saved());
    const { locale } = this.notation;
    return { id, name, timeZone, locale, sheets, sheetsMade: this.#made, activeSheetId };
  }

  /** Becomes what `other` is now, sheet ids included; also how an old version is restored. */
  takeOver(other: Workbook): void {
    this.grids = other.grids.map((grid) => grid.copy(this.changed));
    this.activeSheetId = other.activeSheetId;
    this.#made = Math.max(this.#made, other.#made);
    this.changed();
  }

  readonly changed = (): void => {
    this.revision += 1;
  };

  byName(name: string): Grid | undefined {
    return this.grids.find((grid) => grid.name === name);
  }

  byId(id: number): Grid | undefined {
    return this.grids.find((grid) => grid.id === id);
  }

  active(): Grid {
    const active =
      this.byId(this.activeSheetId) ?? this.grids.find((grid) => !grid.hidden) ?? this.grids[0];
    if (!active) throw new Error('A spreadsheet has at least one sheet.');
    return active;
  }

  select(sheetId: number, { row, column, rows, columns }: Area): void {
    const area = { row, column, rows, columns };
    this.activeSheetId = sheetId;
    this.selection = { sheetId, ...area };
    this.#selections.set(sheetId, area);
  }

  /** What was last selected on a sheet. */
  lastSelection(sheetId: number): Area {
    return this.#selections.get(sheetId) ?? FIRST_CELL;
  }

  insert(name: string, position: number, rows = DEFAULT_ROWS, columns = DEFAULT_COLUMNS): Grid {
    this.requireFreeName(name);
    this.requireRoom(rows * columns);
    const grid = new Grid(this.#newId(), name, this.changed, rows, columns);
    this.grids.splice(position, 0, grid);
    this.changed();
    return grid;
  }

  remove(grid: Grid): void {
    if (this.grids.length === 1)
      throw new GoogleException("You can't remove all the sheets in a document.");
    this.grids.splice(this.grids.indexOf(grid), 1);
    this.changed();
  }

  /** Sheets compares names without regard to case here, though it finds them only as written. */
  requireFreeName(name: string): void {
    if (name.length > MAX_NAME_CHARACTERS)
      throw new GoogleException(
        `The sheet name cannot be greater than ${MAX_NAME_CHARACTERS} characters.`,
      );
    if (this.grids.some((grid) => grid.name.toLowerCase() === name.toLowerCase())) {
      throw new GoogleException(
        `A sheet with the name “${name}” already exists. Please enter another name.`,
      );
    }
  }

  requireRoom(moreCells: number): void {
    const cells = this.grids.reduce((sum, grid) => sum + grid.rowCount * grid.columnCount, 0);
    if (cells + moreCells > MAX_CELLS) throw new GoogleException(TOO_MANY_CELLS);
  }

  /** The first sheet of a file has the id 0, later ones scattered numbers. */
  #newId(): number {
    const id = (this.#made * 1_640_531_527) % 2 ** 31;
    this.#made += 1;
    return id;
  }
}
