/** A filter with what it makes of a value, in one line, for completion in the editor. */
export interface FilterHint {
  /** As templates write it. */
  readonly name: string;
  /** One line, without a full stop. */
  readonly hint: string;
}

/**
 * Where a filter comes from: those for `texts` are liquidjs' own, those for `numbers` calculate
 * exactly (arithmetic), `own` ones are made in liquid.
 */
type FilterKind = 'texts' | 'numbers' | 'own';

/** How many values a filter takes behind its colon, at least and at most. */
export type ValueCount = readonly [least: number, most: number];

const NONE: ValueCount = [0, 0];
const ONE: ValueCount = [1, 1];

/**
 * The filters that a template may use, in alphabetical order. Those of liquidjs are pure, bounded
 * by their input, and need nothing that Apps Script lacks (google: realm.no-timers, realm.syntax).
 */
const FILTERS: readonly (readonly [
  name: string,
  kind: FilterKind,
  values: ValueCount,
  hint: string,
])[] = [
  ['abs', 'numbers', NONE, 'The number without its minus'],
  ['append', 'texts', ONE, 'Adds a text at the end: append: "-eu"'],
  ['at_least', 'numbers', ONE, 'The number, or the given one if it is larger: at_least: 0'],
  ['at_most', 'numbers', ONE, 'The number, or the given one if it is smaller: at_most: 100'],
  ['capitalize', 'texts', NONE, 'First letter large, the others small'],
  ['ceil', 'numbers', NONE, 'Rounds the number up'],
  ['date', 'own', [1, 2], 'Writes a date in a format: date: "%Y-%m"'],
  ['default', 'own', ONE, 'Stands in for an empty cell: default: 0'],
  ['divided_by', 'numbers', ONE, 'Divides the number: divided_by: 1000'],
  ['downcase', 'texts', NONE, 'Small letters'],
  ['first', 'texts', NONE, 'The first part of a list, such as one made by split'],
  ['floor', 'numbers', NONE, 'Rounds the number down'],
  ['hours', 'own', NONE, 'A duration or time of day in hours, such as 1.5'],
  ['join', 'texts', [0, 1], 'Makes one text of a list: join: ", "'],
  ['json', 'own', NONE, 'Writes the value, or a list, as JSON, outside of quotes'],
  ['last', 'texts', NONE, 'The last part of a list, such as one made by split'],
  ['lstrip', 'texts', [0, 1], 'Without spaces at the beginning'],
  ['minus', 'numbers', ONE, 'Subtracts a number: minus: 1'],
  ['minutes', 'own', NONE, 'A duration or time of day in minutes, such as 90'],
  ['modulo', 'numbers', ONE, 'The remainder of a division: modulo: 12'],
  ['number', 'own', ONE, 'Reads a number written with this decimal mark: number: ","'],
  ['parse_date', 'own', ONE, 'Reads a date written in this order: parse_date: "dmy"'],
  ['plus', 'numbers', ONE, 'Adds a number: plus: 1'],
  ['prepend', 'texts', ONE, 'Adds a text at the beginning: prepend: "sub-"'],
  ['remove', 'texts', ONE, 'Without every occurrence of a text: remove: " GB"'],
  ['remove_first', 'texts', ONE, 'Without the first occurrence of a text'],
  ['replace', 'texts', [1, 2], 'Exchanges every occurrence of a text: replace: ",", "."'],
  ['replace_first', 'texts', [1, 2], 'Exchanges the first occurrence of a text'],
  ['round', 'numbers', [0, 1], 'Rounds the number, to decimals if given: round: 2'],
  ['rstrip', 'texts', [0, 1], 'Without spaces at the end'],
  ['seconds', 'own', NONE, 'A duration or time of day in seconds, such as 5400'],
  ['shown', 'own', NONE, 'What the sheet displays in the cell'],
  ['size', 'texts', NONE, 'How many characters or parts there are'],
  ['slice', 'texts', [1, 2], 'A piece from a place on (0 is the first): slice: 0, 7'],
  ['split', 'texts', ONE, 'Cuts the text into a list: split: "-"'],
  ['strip', 'texts', [0, 1], 'Without spaces at both ends'],
  ['times', 'numbers', ONE, 'Multiplies the number: times: 1024'],
  ['truncate', 'texts', [0, 2], 'At most so many characters: truncate: 40'],
  ['unix', 'own', NONE, 'A date or time in Unix seconds, for the timestamp'],
  ['upcase', 'texts', NONE, 'Large letters'],
];

/** All filters with their hints, in alphabetical order. */
export const FILTER_HINTS: readonly FilterHint[] = FILTERS.map(([name, , , hint]) => ({
  name,
  hint,
}));

/** The names of all filters, in alphabetical order. */
export const FILTER_NAMES: readonly string[] = FILTERS.map(([name]) => name);

/** The names of the filters of a kind. */
export const filtersOfKind = (kind: FilterKind): readonly string[] =>
  FILTERS.flatMap(([name, each]) => (each === kind ? [name] : []));

/** A filter by its name: what it takes and what it does; undefined if there is none. */
export function filterNamed(
  wanted: string,
): { readonly values: ValueCount; readonly hint: string } | undefined {
  const found = FILTERS.find(([name]) => name === wanted);
  return found && { values: found[2], hint: found[3] };
}
