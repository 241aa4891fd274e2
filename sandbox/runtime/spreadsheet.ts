import type {
  CellImage,
  Chart,
  ChartBuilder,
  DataValidation,
  Protection,
  Range,
  Sheet,
  SheetValue,
  Spreadsheet,
  SpreadsheetService,
  Ui,
} from '../../src/apps-script/runtime';
import type { Caller } from './caller';
import { FakeChart, FakeChartBuilder } from './chart';
import { isDateFormat, shownText } from './display';
import { type Cell, type CellRule, isRejected, requireCellLength, writtenCell } from './entry';
import { Enumeration } from './enumeration';
import { GoogleException } from './exception';
import { volatileValue } from './formula';
import { FakeUi } from './html';
import { inFile } from './open-file';
import { FakeDataValidation, FakeRuleBuilder } from './rules';
import { SERVICE } from './service-object';
import { type Area, FIRST_CELL, type Grid, overlap, type SheetProtection } from './workbook';
import { instantOfSerial, serialOfInstant } from './zone';

/* The texts of this file are those of docs/platform.md, unless said otherwise. */
const PROTECTED =
  'You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove protection if you need to edit.';
/** For those who may only look at the file; Google documents no text. */
const VIEWER = 'You do not have permission to perform that action.';
const TYPED = 'This operation is not allowed on cells in typed columns.';
const ROWS_OUT_OF_BOUNDS = 'Those rows are out of bounds.';
const COLUMNS_OUT_OF_BOUNDS = 'Those columns are out of bounds.';

/** Google documents no text. */
const NO_CELLS = 'This operation is not supported on sheets without cells.';

const SHEET_TYPE = { GRID: new Enumeration('GRID'), OBJECT: new Enumeration('OBJECT') };

export class FakeSpreadsheetApp implements SpreadsheetService {
  readonly [SERVICE] = 'SpreadsheetApp';
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  getActiveSpreadsheet(): Spreadsheet {
    return inFile(this.#caller, () => new FakeSpreadsheet(this.#caller));
  }

  flush(): void {
    this.#caller.writes.flush();
  }

  /** Not of the product's slice: the platform self-test makes rules to see what they refuse. */
  newDataValidation(): FakeRuleBuilder {
    return new FakeRuleBuilder();
  }

  getUi(): Ui {
    if (this.#caller.trigger === 'time')
      throw new GoogleException('Cannot call SpreadsheetApp.getUi() from this context.');
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

  getSpreadsheetLocale(): string {
    return this.#caller.world.workbook.notation.locale;
  }

  getSheets(): Sheet[] {
    return this.#caller.world.workbook.grids.map((grid) => new FakeSheet(this.#caller, grid.id));
  }

  getSheetByName(name: string): Sheet | null {
    const grid = this.#caller.world.workbook.byName(name);
    return grid ? new FakeSheet(this.#caller, grid.id) : null;
  }

  /** Newer than most of Google's service: null for an unknown id, as for an unknown name. */
  getSheetById(id: number): Sheet | null {
    return this.#caller.world.workbook.byId(id) ? new FakeSheet(this.#caller, id) : null;
  }

  /** After the active sheet, and active itself. */
  insertSheet(name: string): Sheet {
    this.#caller.writes.flush();
    requireEditor(this.#caller);
    const { workbook } = this.#caller.world;
    const grid = workbook.insert(name, workbook.grids.indexOf(workbook.active()) + 1);
    show(this.#caller, grid.id, FIRST_CELL);
    return new FakeSheet(this.#caller, grid.id);
  }

  /** Not of the product's slice: the platform self-test removes what it has made. */
  deleteSheet(sheet: Sheet): void {
    this.#caller.writes.flush();
    requireEditor(this.#caller);
    this.#caller.world.workbook.remove(existingGrid(this.#caller, sheet.getSheetId()));
  }

  getActiveSheet(): Sheet {
    return new FakeSheet(this.#caller, this.#caller.world.workbook.active().id);
  }

  setActiveSheet(sheet: Sheet, restoreSelection = false): Sheet {
    const id = existingGrid(this.#caller, sheet.getSheetId()).id;
    if (restoreSelection) show(this.#caller, id, this.#caller.world.workbook.lastSelection(id));
    else open(this.#caller, id);
    return sheet;
  }

  setActiveRange(range: Range): Range {
    return range.activate();
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

  getType(): Enumeration {
    return SHEET_TYPE[this.#grid().type];
  }

  getName(): string {
    return this.#grid().name;
  }

  getLastRow(): number {
    this.#caller.writes.flush();
    return this.#cells().lastRow();
  }

  getLastColumn(): number {
    this.#caller.writes.flush();
    return this.#cells().lastColumn();
  }

  getMaxRows(): number {
    return this.#cells().rowCount;
  }

  getMaxColumns(): number {
    return this.#cells().columnCount;
  }

  getRange(row: number, column: number, rows: number, columns: number): Range {
    const area = {
      row: Math.trunc(row),
      column: Math.trunc(column),
      rows: Math.trunc(rows),
      columns: Math.trunc(columns),
    };
    if (!(area.row >= 1)) throw new GoogleException('The starting row of the range is too small.');
    if (!(area.column >= 1))
      throw new GoogleException('The starting column of the range is too small.');
    if (!(area.rows >= 1))
      throw new GoogleException('The number of rows in the range must be at least 1.');
    if (!(area.columns >= 1))
      throw new GoogleException('The number of columns in the range must be at least 1.');
    this.#cells().requireInside(area);
    return new FakeRange(this.#caller, this.#id, area);
  }

  /** Without a person in front there is no selection. */
  getActiveRange(): Range | null {
    const { selection } = this.#caller.world.workbook;
    if (this.#caller.trigger === 'time' || selection?.sheetId !== this.#id) return null;
    return new FakeRange(this.#caller, this.#id, selection);
  }

  insertRowsAfter(row: number, howMany: number): Sheet {
    const grid = this.#changeableCells();
    if (!(row >= 1 && row <= grid.rowCount && howMany >= 1))
      throw new GoogleException(ROWS_OUT_OF_BOUNDS);
    this.#caller.world.workbook.requireRoom(howMany * grid.columnCount);
    grid.insertRows(row, howMany);
    return this;
  }

  insertColumnsAfter(column: number, howMany: number): Sheet {
    const grid = this.#changeableCells();
    if (!(column >= 1 && column <= grid.columnCount && howMany >= 1))
      throw new GoogleException(COLUMNS_OUT_OF_BOUNDS);
    this.#caller.world.workbook.requireRoom(howMany * grid.rowCount);
    grid.insertColumns(column, howMany);
    return this;
  }

  deleteColumns(column: number, howMany: number): void {
    const grid = this.#changeableCells();
    if (!(column >= 1 && howMany >= 1 && column + howMany - 1 <= grid.columnCount))
      throw new GoogleException(COLUMNS_OUT_OF_BOUNDS);
    if (howMany === grid.columnCount)
      throw new GoogleException("You can't delete all the columns on the sheet.");
    grid.deleteColumns(column, howMany);
  }

  /** Text of the refusal: not documented. */
  hideSheet(): Sheet {
    const grid = this.#changeable();
    const { workbook } = this.#caller.world;
    if (!workbook.grids.some((other) => other !== grid && !other.hidden))
      throw new GoogleException("You can't hide all the sheets in a document.");
    grid.hidden = true;
    if (workbook.activeSheetId === grid.id)
      show(this.#caller, workbook.grids.find(({ hidden }) => !hidden)?.id ?? grid.id, FIRST_CELL);
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
    const grid = this.#changeableCells();
    if (!(rows >= 0 && rows < grid.rowCount)) throw new GoogleException(ROWS_OUT_OF_BOUNDS);
    grid.frozenRows = rows;
    this.#caller.world.workbook.changed();
  }

  activate(): Sheet {
    open(this.#caller, this.#grid().id);
    return this;
  }

  /** A sheet has one protection as a whole; asking again gives the same. */
  protect(): Protection {
    const grid = this.#changeable();
    const known = grid.protections.find(({ area }) => area === undefined);
    const protection = known ?? { description: '', warningOnly: false, owner: this.#caller.user };
    if (known === undefined) grid.protections.push(protection);
    this.#caller.world.workbook.changed();
    return new FakeProtection(protection);
  }

  newChart(): ChartBuilder {
    this.#grid();
    return new FakeChartBuilder();
  }

  insertChart(chart: Chart): void {
    const grid = this.#changeable();
    // A builder that was not built is no chart.
    if (!(chart instanceof FakeChart))
      throw new GoogleException(
        "The parameters (SpreadsheetApp.EmbeddedChartBuilder) don't match the method signature for SpreadsheetApp.Sheet.insertChart.",
      );
    grid.charts.push(chart.placedIn(grid));
    this.#caller.world.workbook.changed();
  }

  #grid(): Grid {
    return existingGrid(this.#caller, this.#id);
  }

  #cells(): Grid {
    return withCells(this.#grid());
  }

  #changeableCells(): Grid {
    return withCells(this.#changeable());
  }

  /** Changes of structure land at once, and after the writes that were made before them. */
  #changeable(): Grid {
    this.#caller.writes.flush();
    requireEditor(this.#caller);
    const grid = this.#grid();
    if (isProtected(grid, this.#caller)) throw new GoogleException(PROTECTED);
    return grid;
  }
}

/** The text for a sheet that is gone is the one people report. */
function existingGrid(caller: Caller, id: number): Grid {
  const grid = caller.world.workbook.byId(id);
  if (!grid) throw new GoogleException(`Sheet ${id} not found`);
  return grid;
}

/** A chart on a sheet of its own has none. */
function withCells(grid: Grid): Grid {
  if (grid.type !== 'GRID') throw new GoogleException(NO_CELLS);
  return grid;
}

function requireEditor({ world, user }: Caller): void {
  if (world.access.isViewer(user)) throw new GoogleException(VIEWER);
}

/**
 * Whether a protection of somebody else is in the way: of the sheet, or of cells in `area`. One
 * that only warns stops no script.
 */
const isProtected = (grid: Grid, { user }: Caller, within?: Area): boolean =>
  grid.protections.some(
    ({ warningOnly, owner, area }) =>
      !warningOnly &&
      owner !== user &&
      (area === undefined || (within !== undefined && overlap(area, within))),
  );

/**
 * Moves the person's screen and selection. There is none behind a time trigger, and what Google
 * does with a hidden sheet is not
 * documented: here the screen stays where it is, so that whoever forgets `showSheet` notices.
 */
function show({ world, trigger }: Caller, sheetId: number, area: Area): void {
  const { workbook } = world;
  if (trigger === 'time' || workbook.byId(sheetId)?.hidden) return;
  workbook.select(sheetId, area);
  workbook.moves += 1;
}

/** Another sheet starts at its first cell; the one that is open already stays as it is. */
function open(caller: Caller, sheetId: number): void {
  if (caller.world.workbook.active().id !== sheetId) show(caller, sheetId, FIRST_CELL);
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

/** As a text it is the name of its class, and as JSON nothing. */
class FakeCellImage implements CellImage {
  readonly [SERVICE] = 'CellImage';

  getContentUrl(): string {
    return 'https://lh3.googleusercontent.com/image';
  }

  toString(): string {
    return 'CellImage';
  }
}

const LETTERS = 26;

/** The name of a cell by its row and column (1-based): `U2`. */
function cellName(row: number, column: number): string {
  let letters = '';
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / LETTERS))
    letters = String.fromCharCode(65 + ((rest - 1) % LETTERS)) + letters;
  return letters + String(row);
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
      if (cell.isImage === true) return new FakeCellImage();
      return typeof cell.value === 'number' && isDateFormat(cell.format)
        ? new Date(instantOfSerial(cell.value, zone))
        : cell.value;
    });
  }

  getDisplayValues(): string[][] {
    const { notation } = this.#caller.world.rules;
    return this.#read((cell) => (cell === undefined ? '' : shownText(cell, notation)));
  }

  getDataValidations(): (DataValidation | null)[][] {
    return this.#read((cell) =>
      cell?.rule === undefined || cell.rule.kind === 'typed'
        ? null
        : new FakeDataValidation(cell.rule),
    );
  }

  /** Not of the product's slice, as `newDataValidation`. A tick box fills empty cells. */
  setDataValidation(validation: FakeDataValidation): Range {
    const { rule } = validation;
    const unticked = rule.kind === 'tick box' ? (rule.values[1] ?? '') : '';
    this.#write((_row, _column, cell) => ({
      ...cell,
      value: cell.value === '' ? unticked : cell.value,
      rule,
    }));
    return this;
  }

  setValues(values: SheetValue[][]): Range {
    this.#requireWritable();
    const { rows, columns } = this.#area;
    requireCount('rows', values.length, rows);
    for (const row of values) requireCount('columns', row.length, columns);
    for (const row of values) for (const value of row) requireCellLength(value);
    const { rules } = this.#caller.world;
    this.#write((row, column, { format }) => writtenCell(values[row]?.[column], format, rules));
    return this;
  }

  setNumberFormat(format: string): Range {
    this.#requireWritable();
    const kept = format.toLowerCase() === 'general' ? '' : format;
    this.#write((_row, _column, cell) => ({ ...cell, format: kept }));
    return this;
  }

  insertCheckboxes(): Range {
    this.#requireWritable();
    const rule: CellRule = { kind: 'tick box', values: [] };
    this.#write((_row, _column, { format }) => ({ value: false, format, rule }));
    return this;
  }

  canEdit(): boolean {
    const { world, user } = this.#caller;
    return (
      !world.access.isViewer(user) &&
      !isProtected(existingGrid(this.#caller, this.#sheetId), this.#caller, this.#area)
    );
  }

  activate(): Range {
    const grid = existingGrid(this.#caller, this.#sheetId);
    grid.requireInside(this.#area);
    show(this.#caller, grid.id, this.#area);
    return this;
  }

  #read<T>(value: (cell: Cell | undefined) => T): T[][] {
    this.#caller.writes.flush();
    const grid = existingGrid(this.#caller, this.#sheetId);
    grid.requireInside(this.#area);
    const { row, column, rows, columns } = this.#area;
    this.#caller.cellsRead += rows * columns;
    return Array.from({ length: rows }, (_, r) =>
      Array.from({ length: columns }, (__, c) => value(this.#now(grid.cell(row + r, column + c)))),
    );
  }

  /** A cell as it is at this look: some formulas never rest. */
  #now(cell: Cell | undefined): Cell | undefined {
    if (cell?.formula === undefined) return cell;
    const { world } = this.#caller;
    const now = serialOfInstant(world.settings.now(), world.rules.zone);
    const value = volatileValue(cell.formula, now, world.looks + 1);
    if (value === undefined) return cell;
    world.looks += 1;
    return { ...cell, value };
  }

  #requireWritable(): void {
    const grid = existingGrid(this.#caller, this.#sheetId);
    if (this.#caller.world.settings.refusedAt === 'call') this.#requireRights(grid);
    grid.requireInside(this.#area);
  }

  #requireRights(grid: Grid): void {
    requireEditor(this.#caller);
    if (isProtected(grid, this.#caller, this.#area)) throw new GoogleException(PROTECTED);
  }

  /**
   * Lands later, on the same coordinates of the sheet of this id, whatever a person has moved or
   * restored there by then.
   */
  #write(cell: (row: number, column: number, before: Cell) => Cell): void {
    const { row, column, rows, columns } = this.#area;
    this.#caller.writes.add(() => {
      const grid = existingGrid(this.#caller, this.#sheetId);
      grid.requireInside(this.#area);
      this.#requireRights(grid);
      const written: [number, number, Cell][] = [];
      for (let r = row; r < row + rows; r += 1) {
        for (let c = column; c < column + columns; c += 1) {
          const before = grid.cell(r, c) ?? { value: '', format: '' };
          const after = cell(r - row, c - column, before);
          requireTaken(before.rule, after, cellName(r, c));
          written.push([r, c, after]);
        }
      }
      for (const [r, c, after] of written) grid.put(r, c, after);
    });
    if (this.#caller.world.settings.refusedAt === 'call' && this.#meetsRules())
      this.#caller.writes.flush();
  }

  /** Whether a rule stands in a cell that is written. */
  #meetsRules(): boolean {
    const { row, column, rows, columns } = this.#area;
    const grid = existingGrid(this.#caller, this.#sheetId);
    if (!grid.isRuled) return false;
    for (let r = row; r < row + rows; r += 1)
      for (let c = column; c < column + columns; c += 1)
        if (grid.cell(r, c)?.rule !== undefined) return true;
    return false;
  }
}

/** A rule refuses scripts as it refuses people, and then nothing of the range is written. */
function requireTaken(rule: CellRule | undefined, cell: Cell, name: string): void {
  if (rule?.kind === 'typed') throw new GoogleException(TYPED);
  if (isRejected(rule, cell))
    throw new GoogleException(
      `The data you entered in cell ${name} violates the data validation rules set on this cell.`,
    );
}

function requireCount(what: 'rows' | 'columns', data: number, range: number): void {
  if (data === range) return;
  throw new GoogleException(
    `The number of ${what} in the data does not match the number of ${what} in the range. The data has ${data} but the range has ${range}.`,
  );
}
