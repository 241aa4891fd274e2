import type { ColumnView, TabView } from '../rpc/contract';
import { isBlank, keyText, type SheetReading, type TickBox, tickBoxesOf } from '../sync/rows/model';
import { type CellValue, isDuration, isEmpty, isInstant } from '../value/cell';

const SAMPLES = 3;
const SAMPLE_CHARACTERS = 60;
/**
 * How many rows from the top may be the header row; titles, notes and empty rows may precede it.
 */
const HEADER_SEARCH_ROWS = 20;
/**
 * How many rows below a label are searched for a value; the first ones may hold units or be empty.
 */
const ROWS_BELOW = 3;
const LONGEST_LABEL = 200;
/** Share of a row's texts that must be labels; some headers are years or dates. */
const LEAST_LABELS = 0.8;

/**
 * What usage cells show and headers do not: numbers with signs, currencies and separators, dates,
 * times, tick boxes, errors, missing values.
 */
const VALUES = [
  /^[-+(]?\s*(?:\p{Sc}\s*)?\d[\d.,'’\s]*(?:[%)]\s*)?\p{Sc}?$/u,
  /^\d[\d./:TZ+ -]*$/,
  /^\d{1,2}[. -]+\p{L}{3,9}[.,]?[ -]+\d{2,4}\b/u,
  /^\p{L}{3,9}\.? \d{1,2}, \d{4}\b/u,
  /^(?:TRUE|FALSE|NULL|N\/A|-|#[A-Z/0]+[!?]?)$/i,
];

const isLabel = (text: string): boolean =>
  text.length <= LONGEST_LABEL && !VALUES.some((value) => value.test(text));

/**
 * How many columns a row names: its distinct labels with something below them. 0 for a row of
 * values.
 */
function namedColumns(shown: readonly (readonly string[])[], index: number): number {
  const texts = (shown[index] ?? [])
    .map((text, column) => ({ text: text.trim(), column }))
    .filter(({ text }) => text !== '');
  const labels = texts.filter(({ text }) => isLabel(text));
  if (labels.length < LEAST_LABELS * texts.length) return 0;
  const below = shown.slice(index + 1, index + 1 + ROWS_BELOW);
  return new Set(
    labels
      .filter(({ column }) => below.some((row) => (row[column] ?? '').trim() !== ''))
      .map(({ text }) => text),
  ).size;
}

const filledCells = (row: readonly string[]): number =>
  row.filter((text) => text.trim() !== '').length;

/**
 * The row (1-based) that looks like the header: among the first rows the one that names the most
 * columns; of two the upper one, because units stand below names. If nothing stands below any row,
 * the one with the most texts.
 */
export function findHeaderRow(shown: readonly (readonly string[])[]): number {
  const first = shown.slice(0, HEADER_SEARCH_ROWS);
  const indexOfMost = (counts: readonly number[], least: number): number => {
    const most = Math.max(0, ...counts);
    return most < least ? -1 : counts.indexOf(most);
  };
  const named = indexOfMost(
    first.map((_, index) => namedColumns(shown, index)),
    2,
  );
  const found = named >= 0 ? named : indexOfMost(first.map(filledCells), 1);
  return Math.max(0, found) + 1;
}

/**
 * A column's name in templates: the header itself if Liquid can write it after a dot, else its
 * words joined by underscores, with a number if the name is taken.
 */
export function templateName(header: string, taken: ReadonlySet<string>): string {
  const words = header
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
  const base = /^[A-Za-z_]\w*$/.test(header)
    ? header
    : /^[A-Za-z_]/.test(words)
      ? words.toLowerCase()
      : `column_${words.toLowerCase()}`.replace(/_$/, '');
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}_${number}`;
  return name;
}

type ValueType = Exclude<ColumnView['type'], 'empty'>;

function typeOf(value: CellValue): ValueType {
  if (typeof value === 'boolean') return 'tick box';
  if (isInstant(value)) return 'date';
  if (isDuration(value)) return 'duration';
  return typeof value === 'number' ? 'number' : 'text';
}

/**
 * Share of the values that decides a column's type: a few odd rows must not hide what the column
 * is.
 */
const CLEAR_MAJORITY = 2 / 3;
const LISTED_ROWS = 5;
const LISTED_VALUES = 3;

interface CellInRow {
  /** The sheet's own row number (1-based). */
  readonly row: number;
  readonly value: CellValue;
  readonly shown: string;
}

/**
 * The type of the clear majority of the values. A column of mixed types counts as text, which takes
 * any value.
 */
function commonType(types: readonly ValueType[]): ColumnView['type'] {
  if (types.length === 0) return 'empty';
  const counts = new Map<ValueType, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].find(([, count]) => count >= CLEAR_MAJORITY * types.length)?.[0] ?? 'text';
}

function describeColumn(header: string, name: string, cells: readonly CellInRow[]): ColumnView {
  const filled = cells.filter(({ value }) => !isEmpty(value));
  const types = filled.map(({ value }) => typeOf(value));
  const type = commonType(types);
  const odd = filled.filter((_, index) => types[index] !== type);
  // The first rows of each value, in order of first appearance.
  const rows = new Map<string, { readonly shown: string; readonly rows: number[] }>();
  for (const { row, value, shown } of filled) {
    const key = keyText(value);
    const found = rows.get(key);
    if (found === undefined) rows.set(key, { shown, rows: [row] });
    else if (found.rows.length < LISTED_ROWS) found.rows.push(row);
  }
  return {
    header,
    name,
    samples: cells
      .filter(({ shown }) => shown !== '')
      .slice(0, SAMPLES)
      .map(({ shown }) => shown.slice(0, SAMPLE_CHARACTERS)),
    type,
    odd: { count: odd.length, rows: odd.slice(0, LISTED_ROWS).map(({ row }) => row) },
    filled: filled.length,
    missing: cells.length - filled.length,
    repeated: [...rows.values()]
      .filter((each) => each.rows.length > 1)
      .slice(0, LISTED_VALUES)
      .map((each) => ({ value: each.shown.slice(0, SAMPLE_CHARACTERS), rows: each.rows })),
    unique: filled.length > 0 && filled.length === cells.length && rows.size === filled.length,
  };
}

/** What a person sees of a tab before choosing columns. Columns without a header are left out. */
export function describeTab(tab: TabView['tab'], reading: SheetReading): TabView {
  const headers = reading.shown[0] ?? [];
  const filled = (boxes: ReadonlyMap<number, TickBox>): number[] =>
    reading.values
      .map((_, index) => index)
      .slice(1)
      .filter((index) => !isBlank(reading.values[index] ?? [], (place) => boxes.get(place)));
  const last = filled(new Map()).slice(-1);
  const boxes = tickBoxesOf(
    reading,
    last.map((index) => reading.firstRow + index),
  );
  const below = filled(boxes);
  const taken = new Set<string>();
  const columns = headers.flatMap((raw, column) => {
    const header = raw.trim();
    if (header === '') return [];
    const name = templateName(header, taken);
    taken.add(name);
    return [
      describeColumn(
        header,
        name,
        below.map((index) => ({
          row: reading.firstRow + index,
          value: reading.values[index]?.[column] ?? '',
          shown: reading.shown[index]?.[column] ?? '',
        })),
      ),
    ];
  });
  return { tab, headerRow: reading.firstRow, rows: below.length, columns };
}
