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

/**
 * A tab as it was read: the header row and everything below it, with what the sheet displays. Both
 * grids have the same shape.
 */
export interface SheetReading {
  /** Row number (1-based) of the first grid row, which holds the headers. */
  readonly firstRow: number;
  /** Underlying values, by row and column. */
  readonly values: readonly (readonly CellValue[])[];
  /** Displayed texts, by row and column. */
  readonly shown: readonly (readonly string[])[];
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
}

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

/** The key that a cell holds, or why it identifies no row. */
export function readKey(
  value: CellValue,
  header: string,
): { readonly key?: string | undefined; readonly problem?: Problem | undefined } {
  if (isEmpty(value)) {
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
  const positions = [...located.positions];
  const keyHeader = headerOf(sync, sync.key);
  const rows: Row[] = [];
  for (let index = 1; index < reading.values.length; index++) {
    const values = reading.values[index] ?? [];
    const shown = reading.shown[index] ?? [];
    const cells = new Map<string, Cell>(
      positions.map(([name, position]) => [
        name,
        { value: values[position] ?? '', shown: shown[position] ?? '' },
      ]),
    );
    // A column of tick boxes is filled with FALSE far below the last row, so it makes no row of its
    // own, nor is an id filled for it.
    if ([...cells.values()].every(({ value }) => isEmpty(value) || value === false)) continue;
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
  return { model: refuseDoubles(rows, keyHeader) };
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
