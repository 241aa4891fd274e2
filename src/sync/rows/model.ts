import { type Problem, type Problems, problem } from '../../problem/problem';
import {
  type Cell,
  type Cells,
  type CellValue,
  isEmpty,
  isError,
  isImprecise,
  plainText,
} from '../../value/cell';
import { count } from '../../value/count';
import { plainDecimal } from '../../value/decimal';
import { addTo } from '../../value/group';
import { ID_HEADER } from '../../value/id-header';
import { nearest } from '../../value/nearest';
import type { Sync } from '../sync';

/** The texts that a tick box holds in place of TRUE and FALSE; unticked it may be empty. */
export interface TickBox {
  readonly ticked: string;
  readonly unticked: string;
}

/**
 * A tab as it was read: the header row and everything below it, with what the sheet displays. The
 * rows of both grids begin with the sheet's first column. Columns that are not picked may be empty
 * or left out below the headers.
 */
export interface SheetReading {
  /** Row number (1-based) of the first grid row, which holds the headers. */
  readonly firstRow: number;
  /** Underlying values, by row and column. */
  readonly values: readonly (readonly CellValue[])[];
  /** Displayed texts, by row and column. */
  readonly shown: readonly (readonly string[])[];
  /**
   * Asks the sheet for the tick boxes of a row (its number, 1-based) that have values of their own,
   * by their place in the grids (0-based). Costs service calls; left out if there are none.
   */
  readonly tickBoxes?: ((row: number) => ReadonlyMap<number, TickBox>) | undefined;
}

/** A row of the tab that has content in a picked column. */
export interface Row {
  /**
   * The sheet's row number (1-based) when it was read. A sort changes it, so it identifies nothing.
   */
  readonly number: number;
  /** The picked cells by template name. */
  readonly cells: Cells;
  /** The key as text; undefined if it cannot be read. */
  readonly key: string | undefined;
  /** Why the key identifies no row. */
  readonly problem: Problem | undefined;
  /** Whether its ready box is ticked; undefined if that box has no values of its own. */
  readonly ticked?: boolean | undefined;
}

/** Whether a row is ticked as ready. */
export const isTicked = ({ cells, ticked }: Row, { ready }: Pick<Sync, 'ready'>): boolean =>
  ticked ?? cells.get(ready ?? '')?.value === true;

/**
 * The tab as the sync understands it. `keysComplete` is false while any key is unreadable or
 * double: then no row counts as removed.
 */
export interface Model {
  /** In the sheet's order. */
  readonly rows: readonly Row[];
  /** Whether every key can be read and none is double. */
  readonly keysComplete: boolean;
}

/** The text by which a key cell identifies its row. */
export const keyText = (value: CellValue): string =>
  typeof value === 'number' ? plainDecimal(value) : String(plainText(value));

/** The header of a column by its name in the template. */
export const headerOf = (sync: Sync, name: string): string =>
  sync.source.columns.find((column) => column.name === name)?.header ?? name;

/**
 * Longest key in characters. Keys stand in the ledger; a longer one means that a column was picked
 * by mistake.
 */
const LONGEST_KEY = 500;

/** Whether a cell holds what a tick box of its column holds unticked. */
const isUnticked = (value: CellValue, box: TickBox | undefined): boolean =>
  value === false || (box !== undefined && keyText(value) === box.unticked);

/**
 * Whether nothing but unticked boxes stands in cells. A column of tick boxes is filled far below
 * the last row, so it makes no row of its own, nor is an id filled in for it.
 * @param boxOf the tick box with values of its own that stands in a cell, by the cell's index
 */
export const isBlank = (
  cells: readonly CellValue[],
  boxOf: (index: number) => TickBox | undefined,
): boolean => cells.every((value, index) => isEmpty(value) || isUnticked(value, boxOf(index)));

/**
 * The tick boxes with values of their own in the first and the last of some rows, by place. A
 * column of boxes is one rule from top to bottom, but may begin below, or end above, single rows.
 * @param rows numbers in the sheet, 1-based
 */
export function tickBoxesOf(
  { tickBoxes }: Pick<SheetReading, 'tickBoxes'>,
  rows: readonly number[],
): ReadonlyMap<number, TickBox> {
  const asked = new Set([...rows.slice(0, 1), ...rows.slice(-1)]);
  return new Map([...asked].flatMap((row) => [...(tickBoxes?.(row) ?? [])]));
}

/** The key that a cell holds, or why it identifies no row. */
export function readKey(
  value: CellValue,
  header: string,
): { readonly key?: string | undefined; readonly problem?: Problem | undefined } {
  if (isEmpty(value) || value === false) {
    const code = header === ID_HEADER ? 'key.no-id' : 'key.empty';
    return { problem: problem(code, { column: header }, { column: header }) };
  }
  if (isError(value))
    return {
      problem: problem(
        'key.unreadable',
        { column: header, value: String(value) },
        { column: header },
      ),
    };
  if (isImprecise(value)) return { problem: problem('key.imprecise', {}, { column: header }) };
  const key = keyText(value);
  if (key.length > LONGEST_KEY)
    return {
      problem: problem(
        'key.long',
        { characters: key.length, limit: LONGEST_KEY },
        { column: header },
      ),
    };
  return { key };
}

/** Where the picked columns stand, or what is wrong with the header row. */
function locate(
  sync: Sync,
  headers: readonly string[],
): { positions: ReadonlyMap<string, number> } | { problems: Problems } {
  const row = sync.source.headerRow;
  if (headers.every((header) => header.trim() === ''))
    return {
      problems: [
        problem('sheet.no-header', { headerRow: String(row), name: sync.source.tabName }, { row }),
      ],
    };
  const positions = new Map<string, number>();
  const problems: Problem[] = [];
  const picked = new Set(sync.source.columns.map(({ header }) => header));
  for (const { name, header } of sync.source.columns) {
    const position = headers.indexOf(header);
    if (position < 0) {
      const candidate = nearest(
        header,
        headers.filter((other) => other !== '' && !picked.has(other)),
      );
      const suggestion =
        candidate === undefined
          ? 'Bring it back, or choose the columns anew in the settings.'
          : `Name it “${header}” again, or choose “${candidate}” in its place.`;
      problems.push(
        problem('sheet.header-missing', { name: header, suggestion }, { row, column: header }),
      );
    } else if (headers.indexOf(header, position + 1) >= 0)
      problems.push(problem('sheet.header-twice', { name: header }, { row, column: header }));
    else positions.set(name, position);
  }
  const [first, ...more] = problems;
  return first === undefined ? { positions } : { problems: [first, ...more] };
}

/** The picked cells of a row of a reading, by template name. */
const cellsAt = (
  { values, shown }: SheetReading,
  positions: ReadonlyMap<string, number>,
  index: number,
): Map<string, Cell> =>
  new Map(
    [...positions].map(([name, position]) => [
      name,
      { value: values[index]?.[position] ?? '', shown: shown[index]?.[position] ?? '' },
    ]),
  );

const valuesOf = (cells: Cells): CellValue[] => [...cells.values()].map(({ value }) => value);

/**
 * The tick boxes with values of their own, by template name. The sheet is asked only if rows have
 * no key but something else in them, which may be unticked boxes, or if a ready cell holds neither
 * true nor false.
 */
function ownTickBoxes(
  sync: Sync,
  rows: readonly Row[],
  reading: SheetReading,
  positions: ReadonlyMap<string, number>,
): ReadonlyMap<string, TickBox> {
  const isKeyless = ({ cells }: Row): boolean => isEmpty(cells.get(sync.key)?.value ?? '');
  const isOdd = ({ cells }: Row): boolean => {
    const value = cells.get(sync.ready ?? '')?.value ?? '';
    return typeof value !== 'boolean' && !isEmpty(value);
  };
  const asked = rows.filter((row) => isKeyless(row) || isOdd(row)).map(({ number }) => number);
  const boxes = tickBoxesOf(reading, asked);
  return new Map(
    [...positions].flatMap(([name, position]) => {
      const box = boxes.get(position);
      return box === undefined ? [] : [[name, box] as const];
    }),
  );
}

/** The rows without those in which only unticked boxes stand, each with whether it is ticked. */
function ticked(
  rows: readonly Row[],
  sync: Sync,
  boxes: ReadonlyMap<string, TickBox>,
): readonly Row[] {
  if (boxes.size === 0) return rows;
  const ready = boxes.get(sync.ready ?? '');
  const isTickedBy = ({ cells }: Row, box: TickBox): boolean => {
    const value = cells.get(sync.ready ?? '')?.value ?? '';
    return value === true || keyText(value) === box.ticked;
  };
  return rows
    .filter(({ cells }) => {
      const names = [...cells.keys()];
      return !isBlank(valuesOf(cells), (index) => boxes.get(names[index] ?? ''));
    })
    .map((row) => (ready === undefined ? row : { ...row, ticked: isTickedBy(row, ready) }));
}

/**
 * Finds the rows of a tab with their keys, leaving out empty ones; problems if the header row lacks
 * a picked column or has one twice.
 */
export function readModel(
  sync: Sync,
  reading: SheetReading,
): { readonly model: Model } | { readonly problems: Problems } {
  const headers = (reading.shown[0] ?? []).map((header) => header.trim());
  const located = locate(sync, headers);
  if ('problems' in located) return located;
  const { positions } = located;
  const keyHeader = headerOf(sync, sync.key);
  const rows: Row[] = [];
  for (let index = 1; index < reading.values.length; index++) {
    const cells = cellsAt(reading, positions, index);
    if (isBlank(valuesOf(cells), () => undefined)) continue;
    const number = reading.firstRow + index;
    const { key, problem: found } = readKey(cells.get(sync.key)?.value ?? '', keyHeader);
    rows.push({
      number,
      cells,
      key,
      problem:
        found === undefined ? undefined : { ...found, place: { ...found.place, row: number } },
    });
  }
  const boxes = ownTickBoxes(sync, rows, reading, positions);
  return { model: refuseDoubles(ticked(rows, sync, boxes), keyHeader) };
}

/** The rows as a tab, each with a problem if another one has its key, and without if none has. */
export function refuseDoubles(rows: readonly Row[], keyHeader: string): Model {
  const places = new Map<string, number[]>();
  for (const { key, number } of rows) if (key !== undefined) addTo(places, key, number);
  const marked = rows.map((row) => {
    const numbers = row.key === undefined ? [] : (places.get(row.key) ?? []);
    if (row.key === undefined) return row;
    if (numbers.length < 2) return { ...row, problem: undefined };
    return {
      ...row,
      problem: problem(
        'key.duplicate',
        { key: row.key, rows: listRows(numbers) },
        { row: row.number, column: keyHeader },
      ),
    };
  });
  return { rows: marked, keysComplete: marked.every((row) => row.problem === undefined) };
}

const LISTED_ROWS = 5;

/** Row numbers for a sentence: the first five, as the sheet shows them, and how many more. */
export const listRows = (numbers: readonly number[]): string =>
  numbers.length <= LISTED_ROWS
    ? numbers.join(', ')
    : `${numbers.slice(0, LISTED_ROWS).join(', ')} and ${count(numbers.length - LISTED_ROWS)} more`;
