import { ownValue } from '../../../value/json';
import { nearest } from '../../../value/nearest';
import { TAG_NAMES } from '../../../value/template-language';
import { type AppliedFilter, findOutputs } from '../../outputs';
import { pieces } from '../../pieces';
import { strayLettersIn } from '../../stray-letters';
import { FILTER_NAMES } from '../../vocabulary';
import { DATE_ORDERS } from '../../written-date';
import { DECIMAL_MARKS } from '../../written-number';
import { NO_BRACE, ONE_BRACE } from '../location';
import { type Candidate, edit, fix, type Repair } from './candidate';

/** What people call filters that have another name here. */
const SYNONYMS: Readonly<Record<string, string>> = {
  add: 'plus',
  divide: 'divided_by',
  epoch: 'unix',
  lower: 'downcase',
  lowercase: 'downcase',
  multiply: 'times',
  subtract: 'minus',
  timestamp: 'unix',
  to_i: 'unix',
  to_unix: 'unix',
  trim: 'strip',
  unix_timestamp: 'unix',
  unixtime: 'unix',
  upper: 'upcase',
  uppercase: 'upcase',
};

/** Needed in other services; here every output is escaped anyway. */
const NEEDLESS: ReadonlySet<string> = new Set(['escape', 'escape_once', 'jsonify', 'to_json']);

/** The filter of an output that begins at a character; undefined if it stands in a condition. */
const filterAt = (text: string, from: number): AppliedFilter | undefined =>
  findOutputs(text)
    .outputs.flatMap(({ filters }) => filters)
    .find(({ begin }) => begin === from);

const without = (text: string, { name, begin, end }: AppliedFilter): Candidate => {
  const bar = text.lastIndexOf('|', begin);
  return fix(`Remove ${name}`, edit(text.slice(0, bar).trimEnd().length, end, ''));
};

/** A filter `json` inside of quotes, where values are escaped anyway. */
export const jsonInText: Repair = ({ text }, { from }) => {
  const applied = filterAt(text, from);
  return applied === undefined ? [] : [without(text, applied)];
};

/** The filter that was probably meant, or none. */
export const unknownFilter: Repair = ({ text }, { from, to }) => {
  const name = text.slice(from, to);
  const applied = filterAt(text, from);
  if (NEEDLESS.has(name.toLowerCase()) && applied !== undefined) return [without(text, applied)];
  const names = [ownValue(SYNONYMS, name.toLowerCase()), nearest(name, FILTER_NAMES)];
  return [...new Set(names.flatMap((each) => each ?? []))].map((each) =>
    fix(`Use ${each}`, edit(from, to, each)),
  );
};

/** Offers a filter with each way in which its value may be written; a person says which. */
const writtenAs =
  (filter: string, ways: readonly string[]): Repair =>
  ({ text }, { from }) => {
    const applied = filterAt(text, from);
    if (applied === undefined) return [];
    const end = from + text.slice(from, applied.end).trimEnd().length;
    return ways.map((way) => {
      const written = `${filter}: "${way}"`;
      return { ...fix(`Use ${written}`, edit(from, end, written)), choice: true };
    });
  };

/** A filter `number` with each decimal mark. */
export const numberMark = writtenAs('number', DECIMAL_MARKS);

/** A filter `parse_date` with each order of a date. */
export const dateOrders = writtenAs('parse_date', DATE_ORDERS);

/** A filter whose number has a comma: it takes the two halves for two values. */
export const filterValues: Repair = ({ text }, { from }) => {
  const begin = /^\w+\s*:\s*/.exec(text.slice(from))?.[0].length;
  return begin === undefined ? [] : numbersAt(text, from + begin);
};

/** The tag that was probably meant. */
export const unknownTag: Repair = ({ text }, { from, to }) => {
  const tag = pieces(text).find(({ begin }) => begin === from);
  if (tag === undefined) return [];
  const name = nearest(tag.name, TAG_NAMES);
  const at = text.slice(0, to).indexOf(tag.name, from);
  return name === undefined || at < 0
    ? []
    : [fix(`Use ${name}`, edit(at, at + tag.name.length, name))];
};

/** Plain letters for those that came in when the template was copied. */
export const strayLetters: Repair = ({ text }) => [
  fix(
    'Use plain quotes and spaces',
    ...strayLettersIn(text).map(({ at, plain }) => edit(at, at + 1, plain)),
  ),
];

const GROUPED = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)/;
const DECIMAL_COMMA = /^[+-]?\d+,\d+(?!\d)/;

/** A number as Liquid reads it; what its comma means is for a person to say. */
function numbersAt(text: string, from: number): readonly Candidate[] {
  const rest = text.slice(from);
  const use = (written: string | undefined, plain: string): Candidate[] =>
    written === undefined
      ? []
      : [{ ...fix(`Use ${plain}`, edit(from, from + written.length, plain)), choice: true }];
  const [grouped, decimal] = [GROUPED.exec(rest)?.[0], DECIMAL_COMMA.exec(rest)?.[0]];
  return [
    ...use(grouped, grouped?.replace(/,/g, '') ?? ''),
    ...use(decimal, decimal?.replace(',', '.') ?? ''),
  ];
}

/** What a person means that Liquid writes in another way. */
function respelled(text: string, from: number): readonly Candidate[] {
  const rest = text.slice(from);
  // Liquid reads `<>` as two signs, and reports the second one.
  const isUnequal = text.slice(from - 1, from + 1) === '<>';
  const long = /^[+-]?\d+(?:\.\d+)?(?![\d,])/.exec(rest)?.[0];
  return [
    ...(isUnequal ? [fix('Use !=', edit(from - 1, from + 1, '!='))] : []),
    ...numbersAt(text, from),
    ...(long === undefined
      ? []
      : [fix('Put it in quotes', edit(from, from + long.length, `"${long}"`))]),
  ];
}

/** The braces that close an output, or what was meant. */
export const brokenLiquid: Repair = ({ text }, { from }) => {
  const rest = text.slice(from);
  const close = (match: RegExpExecArray | null, piece: string): Candidate[] => {
    if (match === null) return [];
    const at = from + match.index + match[0].trimEnd().length;
    return [fix('Close it with }}', edit(at, at, piece))];
  };
  return [
    ...close(ONE_BRACE.exec(rest), '}'),
    ...close(NO_BRACE.exec(rest), ' }}'),
    ...respelled(text, from),
  ];
};
