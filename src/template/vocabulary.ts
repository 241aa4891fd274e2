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

/**
 * The filters that a template may use, in alphabetical order. Those of liquidjs are pure, bounded
 * by their input, and need nothing that Apps Script lacks (google: realm.no-timers, realm.syntax).
 */
const FILTERS: readonly (readonly [name: string, kind: FilterKind, hint: string])[] = [
  ['abs', 'numbers', 'The number without its minus'],
  ['append', 'texts', 'Adds a text at the end: append: "-eu"'],
  ['at_least', 'numbers', 'The number, or the given one if it is larger: at_least: 0'],
  ['at_most', 'numbers', 'The number, or the given one if it is smaller: at_most: 100'],
  ['capitalize', 'texts', 'First letter large, the others small'],
  ['ceil', 'numbers', 'Rounds the number up'],
  ['date', 'own', 'Writes a date in a format: date: "%Y-%m"'],
  ['default', 'own', 'Stands in for an empty cell: default: 0'],
  ['divided_by', 'numbers', 'Divides the number: divided_by: 1000'],
  ['downcase', 'texts', 'Small letters'],
  ['first', 'texts', 'The first part of a list, such as one made by split'],
  ['floor', 'numbers', 'Rounds the number down'],
  ['hours', 'own', 'A duration or time of day in hours, such as 1.5'],
  ['join', 'texts', 'Makes one text of a list: join: ", "'],
  ['json', 'own', 'Writes the value, or a list, as JSON, outside of quotes'],
  ['last', 'texts', 'The last part of a list, such as one made by split'],
  ['lstrip', 'texts', 'Without spaces at the beginning'],
  ['minus', 'numbers', 'Subtracts a number: minus: 1'],
  ['minutes', 'own', 'A duration or time of day in minutes, such as 90'],
  ['modulo', 'numbers', 'The remainder of a division: modulo: 12'],
  ['number', 'own', 'Reads a number written with this decimal mark: number: ","'],
  ['parse_date', 'own', 'Reads a date written in this order: parse_date: "dmy"'],
  ['plus', 'numbers', 'Adds a number: plus: 1'],
  ['prepend', 'texts', 'Adds a text at the beginning: prepend: "sub-"'],
  ['remove', 'texts', 'Without every occurrence of a text: remove: " GB"'],
  ['remove_first', 'texts', 'Without the first occurrence of a text'],
  ['replace', 'texts', 'Exchanges every occurrence of a text: replace: ",", "."'],
  ['replace_first', 'texts', 'Exchanges the first occurrence of a text'],
  ['round', 'numbers', 'Rounds the number, to decimals if given: round: 2'],
  ['rstrip', 'texts', 'Without spaces at the end'],
  ['seconds', 'own', 'A duration or time of day in seconds, such as 5400'],
  ['shown', 'own', 'What the sheet displays in the cell'],
  ['size', 'texts', 'How many characters or parts there are'],
  ['slice', 'texts', 'A piece from a place on (0 is the first): slice: 0, 7'],
  ['split', 'texts', 'Cuts the text into a list: split: "-"'],
  ['strip', 'texts', 'Without spaces at both ends'],
  ['times', 'numbers', 'Multiplies the number: times: 1024'],
  ['truncate', 'texts', 'At most so many characters: truncate: 40'],
  ['unix', 'own', 'A date or time in Unix seconds, for the timestamp'],
  ['upcase', 'texts', 'Large letters'],
];

/** All filters with their hints, in alphabetical order. */
export const FILTER_HINTS: readonly FilterHint[] = FILTERS.map(([name, , hint]) => ({
  name,
  hint,
}));

/** The names of all filters, in alphabetical order. */
export const FILTER_NAMES: readonly string[] = FILTERS.map(([name]) => name);

/** The names of the filters of a kind. */
export const filtersOfKind = (kind: FilterKind): readonly string[] =>
  FILTERS.flatMap(([name, each]) => (each === kind ? [name] : []));
