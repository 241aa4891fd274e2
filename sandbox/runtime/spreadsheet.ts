import type { Protection, Range, Sheet, SheetValue, Spreadsheet, SpreadsheetService, Ui } from '../../src/apps-script/runtime';
import { type Caller, SERVICE } from './caller';
import { isDateFormat, shownText } from './display';
import { type Cell, requireCellLength, writtenCell } from './entry';
import { GoogleException } from './exception';
import { FakeUi } from './html';
import type { Area, Grid, SheetProtection } from './workbook';
import { instantOfSerial } from './zone';

/* The texts of this file are those of apps-script.md, section 6, unless said otherwise. */
const PROTECTED =
  'You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove protection if you need to edit.';
const ROWS_OUT_OF_BOUNDS = 'Those rows are out of bounds.';
const COLUMNS_OUT_OF_BOUNDS = 'Those columns are out of bounds.';

export class FakeSpreadsheetApp implements SpreadsheetService {
  readonly [SERVICE] = 'SpreadsheetApp';
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  getActiveSpreadsheet(): Spreadsheet {
    return new FakeSpreadsheet(this.#caller);
  }

  flush(): void {
    this.#caller.writes.flush();
  }

  getUi(): Ui {
    if (this.#caller.trigger === 'time') throw new GoogleException('Cannot call SpreadsheetApp.getUi() from this context.');
    return new FakeUi(this.#caller);
  }
}

export class FakeSpreadsheet implements Spreadsheet {
  readonly [SERVICE] = 'Spreadsheet';
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  getId(): string {
    return this.#caller.world.workbook.id;
  }

  getUrl(): string {
    return `https://docs.google.com/spreadsheets/d/${this.#caller.world.workbook.id}/edit`;
  }

  getName(): string {
    return this.#caller.world.workbook.name;
  }

  getSpreadsheetTimeZone(): string {
    return this.#caller.world.workbook.timeZone;
  }

  getSheets(): Sheet[] {
    return this.#caller.world.workbook.grids.map((grid) => new FakeSheet(this.#caller, grid.id));
  }

  getSheetByName(name: string): Sheet | null {
    const grid = this.#caller.world.workbook.byName(name);
    return grid ? new FakeSheet(this.#caller, grid.id) : null;
  }

  /** After the active sheet, and active itself. */
  insertSheet(name: string): Sheet {
    this.#caller.writes.flush();
    const { workbook } = this.#caller.world;
    const grid = workbook.insert(name, workbook.grids.indexOf(workbook.active()) + 1);
    workbook.activeSheetId = grid.id;
    return new FakeSheet(this.#caller, grid.id);
  }

  getActiveSheet(): Sheet {
    return new FakeSheet(this.#caller, this.#caller.world.workbook.active().id);
  }

  setActiveSheet(sheet: Sheet): Sheet {
    this.#caller.world.workbook.activeSheetId = sheet.getSheetId();
    return sheet;
  }
}

export class FakeSheet implements Sheet {
  readonly [SERVICE] = 'Sheet';
  readonly #caller: Caller;
  readonly #id: number;

  constructor(caller: Caller, id: number) {
    this.#caller = caller;
    this.#id = id;
  }

  getSheetId(): number {
    return this.#id;
  }

  /** Every sheet of the sandbox is a grid; Google's enumeration prints its name. */
  getType(): string {
    return 'GRID';
  }

  getName(): string {
    return this.#grid().name;
  }

  getLastRow(): number {
    this.#caller.writes.flush();
    return this.#grid().lastRow();
  }

  getLastColumn(): number {
    this.#caller.writes.flush();
    return this.#grid().lastColumn();
  }

  getMaxRows(): number {
    return this.#grid().rowCount;
  }

  getMaxColumns(): number {
    return this.#grid().columnCount;
  }

  getRange(row: number, column: number, rows: number, columns: number): Range {
    const area = { row: Math.trunc(row), column: Math.trunc(column), rows: Math.trunc(rows), columns: Math.trunc(columns) };
    if (!(area.row >= 1)) throw new GoogleException('The starting row of the range is too small.');
    if (!(area.column >= 1)) throw new GoogleException('The starting column of the range is too small.');
    if (!(area.rows >= 1)) throw new GoogleException('The number of rows in the range must be at least 1.');
    if (!(area.columns >= 1)) throw new GoogleException('The number of columns in the range must be at least 1.');
    this.#grid().requireInside(area);
    return new FakeRange(this.#caller, this.#id, area);
  }

  /** Without a person in front there is no selection. */
  getActiveRange(): Range | null {
    const { selection } = this.#caller.world.workbook;
    if (this.#caller.trigger === 'time' || selection?.sheetId !== this.#id) return null;
    return new FakeRange(this.#caller, this.#id, selection);
  }

  insertRowsAfter(row: number, howMany: number): Sheet {
    const grid = this.#changeable();
    if (!(row >= 1 && row <= grid.rowCount && howMany >= 1)) throw new GoogleException(ROWS_OUT_OF_BOUNDS);
    this.#caller.world.workbook.requireRoom(howMany * grid.columnCount);
    grid.insertRows(row, howMany);
    return this;
  }

  insertColumnsAfter(column: number, howMany: number): Sheet {
    const grid = this.#changeable();
    if (!(column >= 1 && column <= grid.columnCount && howMany >= 1)) throw new GoogleException(COLUMNS_OUT_OF_BOUNDS);
    this.#caller.world.workbook.requireRoom(howMany * grid.rowCount);
    grid.insertColumns(column, howMany);
    return this;
  }

  /** Text of the refusal: not documented. */
  hideSheet(): Sheet {
    const grid = this.#changeable();
    const { workbook } = this.#caller.world;
    if (!workbook.grids.some((other) => other !== grid && !other.hidden))
      throw new GoogleException("You can't hide all the sheets in a document.");
    grid.hidden = true;
    if (workbook.activeSheetId === grid.id) workbook.activeSheetId = workbook.grids.find(({ hidden }) => !hidden)?.id ?? grid.id;
    workbook.changed();
    return this;
  }

  showSheet(): Sheet {
    this.#changeable().hidden = false;
    this.#caller.world.workbook.changed();
    return this;
  }

  isSheetHidden(): boolean {
    return this.#grid().hidden;
  }

  setFrozenRows(rows: number): void {
    const grid = this.#changeable();
    if (!(rows >= 0 && rows < grid.rowCount)) throw new GoogleException(ROWS_OUT_OF_BOUNDS);
    grid.frozenRows = rows;
    this.#caller.world.workbook.changed();
  }

  /** A sheet has one protection; asking again gives the same. */
  protect(): Protection {
    const grid = this.#changeable();
    const protection = grid.protections[0] ?? { description: '', warningOnly: false, owner: this.#caller.user };
    if (grid.protections.length === 0) grid.protections.push(protection);
    return new FakeProtection(protection);
  }

  #grid(): Grid {
    return existingGrid(this.#caller, this.#id);
  }

  /** Changes of structure land at once, and after the writes that were made before them. */
  #changeable(): Grid {
    this.#caller.writes.flush();
    const grid = this.#grid();
    requireUnprotected(grid, this.#caller);
    return grid;
  }
}

/** The text for a sheet that is gone is the one people report; section 6 does not have it. */
function existingGrid(caller: Caller, id: number): Grid {
  const grid = caller.world.workbook.byId(id);
  if (!grid) throw new GoogleException(`Sheet ${id} not found`);
  return grid;
}

/** A protection that only warns stops no script. */
function requireUnprotected(grid: Grid, { user }: Caller): void {
  if (grid.protections.some(({ warningOnly, owner }) => !warningOnly && owner !== user)) throw new GoogleException(PROTECTED);
}

class FakeProtection implements Protection {
  readonly [SERVICE] = 'Protection';
  readonly #protection: SheetProtection;

  constructor(protection: SheetProtection) {
    this.#protection = protection;
  }

  setDescription(description: string): Protection {
    this.#protection.description = description;
    return this;
  }

  setWarningOnly(warningOnly: boolean): Protection {
    this.#protection.warningOnly = warningOnly;
    return this;
  }
}

/** A rectangle by its coordinates: what a person moves meanwhile is elsewhere. */
export class FakeRange implements Range {
  readonly [SERVICE] = 'Range';
  readonly #caller: Caller;
  readonly #sheetId: number;
  readonly #area: Area;

  constructor(caller: Caller, sheetId: number, area: Area) {
    this.#caller = caller;
    this.#sheetId = sheetId;
    this.#area = area;
  }

  getRow(): number {
    return this.#area.row;
  }

  getLastRow(): number {
    return this.#area.row + this.#area.rows - 1;
  }

  getColumn(): number {
    return this.#area.column;
  }

  getLastColumn(): number {
    return this.#area.column + this.#area.columns - 1;
  }

  getSheet(): Sheet {
    return new FakeSheet(this.#caller, this.#sheetId);
  }

  getValues(): SheetValue[][] {
    const { zone } = this.#caller.world.rules;
    return this.#read((cell): SheetValue => {
      if (cell === undefined) return '';
      return typeof cell.value === 'number' && isDateFormat(cell.format) ? new Date(instantOfSerial(cell.value, zone)) : cell.value;
    });
  }

  getDisplayValues(): string[][] {
    return this.#read((cell) => (cell === undefined ? '' : shownText(cell)));
  }

  setValues(values: SheetValue[][]): Range {
    const grid = this.#requireWritable();
    const { rows, columns } = this.#area;
    requireCount('rows', values.length, rows);
    for (const row of values) requireCount('columns', row.length, columns);
    for (const row of values) for (const value of row) requireCellLength(value);
    const { rules } = this.#caller.world;
    this.#write(grid, (row, column, format) => writtenCell(values[row]?.[column], format, rules));
    return this;
  }

  setNumberFormat(format: string): Range {
    const grid = this.#requireWritable();
    const { row, column } = this.#area;
    const kept = format.toLowerCase() === 'general' ? '' : format;
    this.#write(grid, (r, c) => ({ ...(grid.cell(row + r, column + c) ?? { value: '' }), format: kept }));
    return this;
  }

  activate(): Range {
    const { workbook } = this.#caller.world;
    workbook.activeSheetId = existingGrid(this.#caller, this.#sheetId).id;
    workbook.selection = { ...this.#area, sheetId: this.#sheetId };
    return this;
  }

  #read<T>(value: (cell: Cell | undefined) => T): T[][] {
    this.#caller.writes.flush();
    const grid = existingGrid(this.#caller, this.#sheetId);
    grid.requireInside(this.#area);
    const { row, column, rows, columns } = this.#area;
    return Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (__, c) => value(grid.cell(row + r, column + c))));
  }

  #requireWritable(): Grid {
    const grid = existingGrid(this.#caller, this.#sheetId);
    requireUnprotected(grid, this.#caller);
    grid.requireInside(this.#area);
    return grid;
  }

  /** Lands later, on the same coordinates, whatever a person has moved there by then. */
  #write(grid: Grid, cell: (row: number, column: number, format: string) => Cell): void {
    const { row, column, rows, columns } = this.#area;
    this.#caller.writes.add(() => {
      if (!this.#caller.world.workbook.grids.includes(grid)) throw new GoogleException(`Sheet ${grid.id} not found`);
      grid.requireInside(this.#area);
      for (let r = 0; r < rows; r += 1) {
        for (let c = 0; c < columns; c += 1) grid.put(row + r, column + c, cell(r, c, grid.format(row + r, column + c)));
      }
    });
  }
}

function requireCount(what: 'rows' | 'columns', data: number, range: number): void {
  if (data === range) return;
  throw new GoogleException(
    `The number of ${what} in the data does not match the number of ${what} in the range. The data has ${data} but the range has ${range}.`,
  );
}
