import { type Problem, problem } from '../problem/problem';
import { nearest } from '../value/nearest';
import type { Reference } from './columns';
import { type AppliedFilter, filtersInConditions, type Output } from './outputs';
import { placeAt } from './place';
import { FILTER_NAMES, filterNamed, type ValueCount } from './vocabulary';

/** The filters of all outputs, then those in the conditions of tags. */
const filtersIn = (text: string, outputs: readonly Output[]): readonly AppliedFilter[] => [
  ...outputs.flatMap(({ filters }) => filters),
  ...filtersInConditions(text),
];

/** The filters that do not exist, all at once; liquidjs would report them one by one. */
export const unknownFilters = (text: string, outputs: readonly Output[]): readonly Problem[] =>
  filtersIn(text, outputs)
    .filter(({ name }) => !FILTER_NAMES.includes(name))
    .map(({ name, begin }) => {
      const candidate = nearest(name, FILTER_NAMES);
      const suggestion =
        candidate === undefined
          ? `These exist: ${FILTER_NAMES.join(', ')}.`
          : `Did you mean “${candidate}”?`;
      return problem('template.unknown-filter', { name, suggestion }, placeAt(text, begin));
    });

/** Filters `shown` that stand elsewhere than first behind one column. */
export function checkShown(
  text: string,
  outputs: readonly Output[],
  found: readonly Reference[],
): readonly Problem[] {
  const misplaced = outputs.flatMap(({ filters, valueBegin, valueEnd }) => {
    const read = found.filter(({ offset }) => offset >= valueBegin && offset < valueEnd);
    return filters.filter(
      (filter, index) => filter.arguments > 0 || index > 0 || read.length !== 1,
    );
  });
  return [...misplaced, ...filtersInConditions(text)]
    .filter(({ name }) => name === 'shown')
    .map(({ begin }) => problem('template.shown', {}, placeAt(text, begin)));
}

/** The mark is a text in the template. In a cell, it would let a row decide how it is billed. */
const HAS_MARK = /^number\s*:\s*(?:"[.,]"|'[.,]')\s*$/;

/** So is the order of a date. */
const HAS_ORDER = /^parse_date\s*:\s*(["'])(?:dmy|mdy|ymd)\1\s*$/;

/** Filters whose values are checked by themselves. */
const MARKED: ReadonlySet<string> = new Set(['number', 'parse_date', 'shown']);

/** Filters that do not say how what they read is written: decimal mark, or order of a date. */
export const checkMarks = (text: string, outputs: readonly Output[]): readonly Problem[] =>
  filtersIn(text, outputs).flatMap(({ name, begin, end }) => {
    const written = text.slice(begin, end);
    if (name === 'number' && !HAS_MARK.test(written))
      return [problem('template.number-mark', {}, placeAt(text, begin))];
    return name === 'parse_date' && !HAS_ORDER.test(written)
      ? [problem('template.date-order', {}, placeAt(text, begin))]
      : [];
  });

const COUNTS = ['no value', 'one value', 'two values'];

const inWords = ([least, most]: ValueCount): string =>
  `${least < most ? 'at most ' : ''}${COUNTS[most] ?? most}`;

/**
 * Filters with too few or too many values behind their colon. liquidjs takes `times: 1,000` for
 * times 1, and a missing number would be 0.
 */
export const checkValues = (text: string, outputs: readonly Output[]): readonly Problem[] =>
  filtersIn(text, outputs).flatMap(({ name, begin, arguments: has }) => {
    const filter = filterNamed(name);
    if (filter === undefined || MARKED.has(name)) return [];
    const [least, most] = filter.values;
    if (has >= least && has <= most) return [];
    const { hint } = filter;
    const takes = inWords(filter.values);
    return [problem('template.filter-values', { name, takes, has, hint }, placeAt(text, begin))];
  });

/** Filters `json` of outputs that stand inside a JSON text already. */
export const checkJson = (text: string, outputs: readonly Output[]): readonly Problem[] =>
  outputs
    .filter(({ kind }) => kind === 'text')
    .flatMap(({ filters }) => filters)
    .filter(({ name }) => name === 'json')
    .map(({ begin }) => problem('template.json-in-text', {}, placeAt(text, begin)));
