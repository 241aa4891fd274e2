import { clipboardCells } from './csv';
import { shownText } from './display';
import { type Cell, type CellRule, requireCellLength, typedCell } from './entry';
import { GoogleException } from './exception';
import { NumberNotation } from './notation';
import type { Area, Grid, SheetChart, Workbook } from './workbook';

/** What Google hands to an on-edit trigger, before it becomes an event object. */
export interface PendingEdit extends Area {
  readonly sheetId: number;
  /** Only for one typed cell; pasting leaves it out (google: edit.range). */
  readonly value?: string;
}

export interface SheetOverview {
  readonly id: number;
  readonly name: string;
  readonly hidden: boolean;
  readonly frozenRows: number;
  readonly rows: number;
  readonly columns: number;
}

/** Google keeps no more of these waiting; later ones are lost (simple-triggers page, onEdit). */
export const MAX_PENDING_EDITS = 2;

type SortOrder = 'ascending' | 'descending';

/** The spreadsheet in the hands of a person in front of it. */
export class OpenSpreadsheet {
  readonly #workbook: Workbook;
  readonly #edited: (edit: PendingEdit) => void;

  constructor(workbook: Workbook, edited: (edit: PendingEdit) => void) {
    this.#workbook = workbook;
    this.#edited = edited;
  }

  get id(): string {
    return this.#workbook.id;
  }

  get name(): string {
    return this.#workbook.name;
  }

  get timeZone(): string {
    return this.#workbook.timeZone;
  }

  /** Such as `en_US`. */
  get locale(): string {
    return this.#workbook.notation.locale;
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#workbook.revision;
  }

  get sheets(): SheetOverview[] {
    return this.#workbook.grids.map(({ id, name, hidden, frozenRows, rowCount, columnCount }) => ({
      id,
      name,
      hidden,
      frozenRows,
      rows: rowCount,
      columns: columnCount,
    }));
  }

  get activeSheet(): string {
    return this.#workbook.active().name;
  }

  get selection(): (Area & { readonly sheetId: number }) | undefined {
    return this.#workbook.selection;
  }

  /** How often a script has moved the person's screen or selection. */
  get moves(): number {
    return this.#workbook.moves;
  }

  /** The shown texts from A1 to the last cell with content. */
  table(sheet: string): string[][] {
    const grid = this.#grid(sheet);
    const columns = grid.lastColumn();
    return Array.from({ length: grid.lastRow() }, (_, row) =>
      Array.from({ length: columns }, (__, column) => this.#shown(grid, row + 1, column + 1)),
    );
  }

  /** The charts that lie on a sheet, each with the texts of its ranges as they are shown now. */
  charts(sheet: string): (Omit<SheetChart, 'ranges'> & {
    readonly ranges: readonly (readonly (readonly string[])[])[];
  })[] {
    return this.#grid(sheet).charts.map(({ ranges, ...chart }) => ({
      ...chart,
      ranges: ranges.map(({ sheetId, row, column, rows, columns }) => {
        const grid = this.#workbook.byId(sheetId);
        return Array.from({ length: rows }, (_, r) =>
          Array.from({ length: columns }, (__, c) =>
            grid === undefined ? '' : this.#shown(grid, row + r, column + c),
          ),
        );
      }),
    }));
  }

  shown(sheet: string, row: number, column: number): string {
    return this.#shown(this.#grid(sheet), row, column);
  }

  /** The stored cell, for the formula bar and for tests. */
  cell(sheet: string, row: number, column: number): Cell {
    return this.#grid(sheet).cell(row, column) ?? { value: '', format: '' };
  }

  edit(sheet: string, row: number, column: number, text: string): void {
    const grid = this.#grid(sheet);
    this.#type(grid, row, column, text);
    const { value } = grid.cell(row, column) ?? { value: '' };
    this.#edited({
      sheetId: grid.id,
      row,
      column,
      rows: 1,
      columns: 1,
      ...(value === '' ? {} : { value: eventValue(value) }),
    });
  }

  /** The sheet grows where the pasted cells go beyond it. */
  paste(sheet: string, row: number, column: number, texts: readonly (readonly string[])[]): void {
    const grid = this.#grid(sheet);
    const columns = Math.max(0, ...texts.map((line) => line.length));
    const [below, right] = [
      row + texts.length - 1 - grid.rowCount,
      column + columns - 1 - grid.columnCount,
    ];
    this.#workbook.requireRoom(
      Math.max(0, below) * grid.columnCount + Math.max(0, right) * grid.rowCount,
    );
    if (below > 0) grid.insertRows(grid.rowCount, below);
    if (right > 0) grid.insertColumns(grid.columnCount, right);
    for (const [r, line] of texts.entries())
      for (const [c, text] of line.entries()) this.#type(grid, row + r, column + c, text);
    this.#edited({ sheetId: grid.id, row, column, rows: texts.length, columns });
  }

  /** Pastes what another spreadsheet or a text editor has put on the clipboard. */
  pasteText(sheet: string, row: number, column: number, text: string): void {
    this.paste(sheet, row, column, clipboardCells(text));
  }

  clear(sheet: string, row: number, column: number, rows = 1, columns = 1): void {
    const grid = this.#grid(sheet);
    for (let r = row; r < row + rows; r += 1)
      for (let c = column; c < column + columns; c += 1) this.#type(grid, r, c, '');
    this.#edited({ sheetId: grid.id, row, column, rows, columns });
  }

  /* From here on nothing fires an on-edit trigger: Google reports no change of structure, format or order as an edit. */

  setNumberFormat(
    sheet: string,
    row: number,
    column: number,
    rows: number,
    columns: number,
    format: string,
  ): void {
    const grid = this.#grid(sheet);
    for (let r = row; r < row + rows; r += 1) {
      for (let c = column; c < column + columns; c += 1)
        grid.put(r, c, { ...(grid.cell(r, c) ?? { value: '' }), format });
    }
  }

  /** Below `headerRows` rows; numbers before texts before booleans, blanks last, as in Sheets. */
  sort(sheet: string, column: number, order: SortOrder = 'ascending', headerRows = 1): void {
    const sign = order === 'ascending' ? 1 : -1;
    this.#grid(sheet).sortRows(headerRows + 1, (a, b) =>
      compareCells(a[column - 1], b[column - 1], sign),
    );
  }

  insertRows(sheet: string, after: number, howMany = 1): void {
    this.#grid(sheet).insertRows(after, howMany);
  }

  /** A sheet keeps a row and a column. */
  deleteRows(sheet: string, row: number, howMany = 1): void {
    const grid = this.#grid(sheet);
    if (howMany >= grid.rowCount)
      throw new GoogleException("You can't delete all the rows on the sheet.");
    grid.deleteRows(row, howMany);
  }

  insertColumns(sheet: string, after: number, howMany = 1): void {
    this.#grid(sheet).insertColumns(after, howMany);
  }

  deleteColumns(sheet: string, column: number, howMany = 1): void {
    const grid = this.#grid(sheet);
    if (howMany >= grid.columnCount)
      throw new GoogleException("You can't delete all the columns on the sheet.");
    grid.deleteColumns(column, howMany);
  }

  /**
   * "Protect range": from now on only `owner` may edit these cells, or the whole sheet without an
   * area.
   */
  protect(sheet: string, owner: string, area?: Area): void {
    this.#grid(sheet).protections.push({
      description: '',
      warningOnly: false,
      owner,
      ...(area === undefined ? {} : { area }),
    });
  }

  /** "Data validation": what these cells take from now on. What is in them stays. */
  setRule(sheet: string, { row, column, rows, columns }: Area, rule: CellRule): void {
    const grid = this.#grid(sheet);
    for (let r = row; r < row + rows; r += 1)
      for (let c = column; c < column + columns; c += 1)
        grid.put(r, c, { ...(grid.cell(r, c) ?? { value: '', format: '' }), rule });
  }

  /**
   * "Insert, Tick box", with values of their own (ticked, unticked) or without. Boxes in empty cells
   * are not ticked, down to the last one.
   */
  insertTickBoxes(sheet: string, area: Area, ...values: readonly (string | number)[]): void {
    this.setRule(sheet, area, { kind: 'tick box', values });
    const grid = this.#grid(sheet);
    const unticked = values.length === 0 ? false : (values[1] ?? '');
    for (let r = area.row; r < area.row + area.rows; r += 1)
      for (let c = area.column; c < area.column + area.columns; c += 1)
        if (grid.cell(r, c)?.value === '') grid.put(r, c, { value: unticked, format: '' });
  }

  /** "Insert, Image, Insert image in cell". */
  insertImage(sheet: string, row: number, column: number): void {
    this.#grid(sheet).put(row, column, { value: 'CellImage', format: '', isImage: true });
  }

  hideColumns(sheet: string, column: number, howMany = 1): void {
    const grid = this.#grid(sheet);
    for (let c = column; c < column + howMany; c += 1) grid.hiddenColumns.add(c);
    this.#workbook.changed();
  }

  /** Shows only the rows below the header whose cell of that column shows this text. */
  filter(sheet: string, column: number, text: string): void {
    const grid = this.#grid(sheet);
    grid.filteredRows.clear();
    for (let row = 2; row <= grid.lastRow(); row += 1)
      if (this.#shown(grid, row, column) !== text) grid.filteredRows.add(row);
    this.#workbook.changed();
  }

  insertSheet(name: string): void {
    this.#workbook.insert(name, this.#workbook.grids.length);
  }

  /** "Move to own sheet", of a chart. */
  insertChartSheet(name: string): void {
    this.#workbook.insert(name, this.#workbook.grids.length).type = 'OBJECT';
  }

  renameSheet(sheet: string, name: string): void {
    const grid = this.#grid(sheet);
    if (name.toLowerCase() !== sheet.toLowerCase()) this.#workbook.requireFreeName(name);
    grid.name = name;
    this.#workbook.changed();
  }

  deleteSheet(sheet: string): void {
    this.#workbook.remove(this.#grid(sheet));
  }

  showSheet(sheet: string): void {
    this.#grid(sheet).hidden = false;
    this.#workbook.changed();
  }

  hideSheet(sheet: string): void {
    this.#grid(sheet).hidden = true;
    this.#workbook.changed();
  }

  select(sheet: string, row: number, column: number, rows = 1, columns = 1): void {
    const grid = this.#grid(sheet);
    this.#workbook.select(grid.id, { row, column, rows, columns });
  }

  renameFile(name: string): void {
    this.#workbook.name = name;
    this.#workbook.changed();
  }

  /** File > Settings: what is in the cells stays, what they show goes by the new locale. */
  setLocale(locale: string): void {
    this.#workbook.notation = new NumberNotation(locale);
    this.#workbook.changed();
  }

  /** File > Settings: dates stay as they are shown, and mean other moments. */
  setTimeZone(timeZone: string): void {
    this.#workbook.timeZone = timeZone;
    this.#workbook.changed();
  }

  /** An entry of the version history. */
  version(): Workbook {
    return this.#workbook.copy(this.#workbook.id, this.#workbook.name);
  }

  /**
   * Brings back the sheets of then, with their ids, names, cells and formats; the file's id, name,
   * time zone and locale, properties, caches and triggers stay as they are now. No edit is
   * reported.
   */
  restore(version: Workbook): void {
    this.#workbook.takeOver(version);
  }

  #grid(name: string): Grid {
    const grid = this.#workbook.byName(name);
    if (!grid)
      throw new Error(
        `There is no sheet "${name}", only ${this.#workbook.grids.map((other) => `"${other.name}"`).join(', ')}.`,
      );
    return grid;
  }

  #shown(grid: Grid, row: number, column: number): string {
    const cell = grid.cell(row, column);
    return cell === undefined ? '' : shownText(cell, this.#workbook.notation);
  }

  #type(grid: Grid, row: number, column: number, text: string): void {
    grid.requireInside({ row, column, rows: 1, columns: 1 });
    requireCellLength(text);
    grid.put(row, column, typedCell(text, grid.format(row, column), this.#workbook));
  }
}

/** Always text; a date comes as its serial number. */
const eventValue = (value: string | number | boolean): string =>
  typeof value === 'boolean' ? String(value).toUpperCase() : String(value);

const RANK = { number: 0, string: 1, boolean: 2 };

function compareCells(a: Cell | undefined, b: Cell | undefined, sign: number): number {
  const [left, right] = [a?.value ?? '', b?.value ?? ''];
  if (left === '' || right === '') return Number(left === '') - Number(right === '');
  const byType = RANK[typeof left as keyof typeof RANK] - RANK[typeof right as keyof typeof RANK];
  if (byType !== 0) return sign * byType;
  if (typeof left === 'string') return sign * left.localeCompare(String(right), 'en');
  return sign * (Number(left) - Number(right));
}
