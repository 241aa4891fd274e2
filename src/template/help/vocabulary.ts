/** A filter with what it makes of a value, in one line, for completion in the editor. */
export interface FilterHint {
  readonly name: string;
  readonly hint: string;
}

/** The filters that a template may use, in alphabetical order. */
export const FILTER_HINTS: readonly FilterHint[] = [
  { name: 'abs', hint: 'The number without its minus' },
  { name: 'append', hint: 'Adds a text at the end: append: "-eu"' },
  { name: 'at_least', hint: 'The number, or the given one if it is larger: at_least: 0' },
  { name: 'at_most', hint: 'The number, or the given one if it is smaller: at_most: 100' },
  { name: 'capitalize', hint: 'First letter large, the others small' },
  { name: 'ceil', hint: 'Rounds the number up' },
  { name: 'date', hint: 'Writes a date in a format: date: "%Y-%m"' },
  { name: 'default', hint: 'Stands in for an empty cell: default: 0' },
  { name: 'divided_by', hint: 'Divides the number: divided_by: 1000' },
  { name: 'downcase', hint: 'Small letters' },
  { name: 'first', hint: 'The first part of a list, such as one made by split' },
  { name: 'floor', hint: 'Rounds the number down' },
  { name: 'join', hint: 'Makes one text of a list: join: ", "' },
  { name: 'last', hint: 'The last part of a list, such as one made by split' },
  { name: 'lstrip', hint: 'Without spaces at the beginning' },
  { name: 'minus', hint: 'Subtracts a number: minus: 1' },
  { name: 'modulo', hint: 'The remainder of a division: modulo: 12' },
  { name: 'number', hint: 'Reads a number written with this decimal mark: number: ","' },
  { name: 'plus', hint: 'Adds a number: plus: 1' },
  { name: 'prepend', hint: 'Adds a text at the beginning: prepend: "sub-"' },
  { name: 'remove', hint: 'Without every occurrence of a text: remove: " GB"' },
  { name: 'remove_first', hint: 'Without the first occurrence of a text' },
  { name: 'replace', hint: 'Exchanges every occurrence of a text: replace: ",", "."' },
  { name: 'replace_first', hint: 'Exchanges the first occurrence of a text' },
  { name: 'round', hint: 'Rounds the number, to decimals if given: round: 2' },
  { name: 'rstrip', hint: 'Without spaces at the end' },
  { name: 'shown', hint: 'What the sheet displays in the cell' },
  { name: 'size', hint: 'How many characters or parts there are' },
  { name: 'slice', hint: 'A piece from a place on (0 is the first): slice: 0, 7' },
  { name: 'split', hint: 'Cuts the text into a list: split: "-"' },
  { name: 'strip', hint: 'Without spaces at both ends' },
  { name: 'times', hint: 'Multiplies the number: times: 1024' },
  { name: 'truncate', hint: 'At most so many characters: truncate: 40' },
  { name: 'unix', hint: 'A date or time in Unix seconds, for the timestamp' },
  { name: 'upcase', hint: 'Large letters' },
];
