import { type Problem, problem } from '../../problem/problem';
import { COUNT } from '../../value/aggregation';
import type { TypedColumn } from '../../value/column-guess';
import { LAGO_NUMBER } from '../../value/decimal';
import { parsedJson } from '../../value/json';
import { wordsOf } from '../../value/name-words';
import { nearest } from '../../value/nearest';
import { PLACEHOLDER_CODE } from '../../value/template-language';
import { FIRST_MILLISECONDS } from '../../value/time';
import type { Column } from '../columns';
import type { AppliedFilter, Output } from '../outputs';
import { placeAt } from '../place';
import type { EventText, Field } from './event-fields';

/** A billable metric, as far as a template depends on it. */
export interface TemplateMetric {
  readonly code: string;
  readonly aggregation: string;
  /** The property that it reads. */
  readonly field: string | undefined;
  /** Where Lago computes that property itself, the event need not have it; undefined where that is not known. */
  readonly hasExpression?: boolean | undefined;
}

/** A problem with its characters (0-based, `to` exclusive). */
type Located = Problem & { readonly from: number; readonly to: number };

const placed = (text: string, found: Problem, from: number, to: number): Located => ({
  ...found,
  place: placeAt(text, from),
  from,
  to,
});

const fieldNamed = (fields: readonly Field[], name: string): Field | undefined =>
  fields.find((field) => field.name === name);

/** The text of a field that neither an output nor a tag takes part in; undefined where one does, or where it is no text. */
function literalText(
  { text, outputs }: EventText,
  { kind, valueFrom, to }: Field,
): string | undefined {
  const written = text.slice(valueFrom, to);
  if (
    kind !== 'text' ||
    written.includes('{%') ||
    outputs.some(({ begin, end }) => begin >= valueFrom && end <= to)
  )
    return undefined;
  const literal = parsedJson(written);
  return typeof literal === 'string' ? literal : undefined;
}

const DATE_WORDS = ['date', 'datetime', 'day', 'month', 'period', 'at', 'when'];
const MILLISECOND_WORDS = ['ms', 'millis', 'millisecond', 'milliseconds'];
const UNIX_WORDS = ['timestamp', 'unix', 'epoch', 'seconds'];

/** What a column holds in place of seconds, as far as its type or name tells. */
function unitOfColumn({ name, header, type }: TypedColumn): string | undefined {
  const words = wordsOf(`${name} ${header}`);
  const has = (some: readonly string[]): boolean => words.some((word) => some.includes(word));
  if (type === 'date') return 'a date';
  if (type === 'text') return has(UNIX_WORDS) ? undefined : 'a text';
  if (has(MILLISECOND_WORDS)) return 'in milliseconds';
  return type === undefined && has(DATE_WORDS) && !has(UNIX_WORDS) ? 'a date' : undefined;
}

/** The column that an expression is, and nothing else: `row.name` or `row["name"]`. */
export function columnRead<C extends Column>(
  expression: string,
  columns: readonly C[],
): C | undefined {
  const [, dotted, quoted] =
    /^row\s*(?:\.\s*([\p{L}\p{N}_-]+)|\[\s*["'](.+)["']\s*\])$/u.exec(expression.trim()) ?? [];
  const name = dotted ?? quoted;
  return columns.find((each) => each.name === name) ?? columns.find((each) => each.header === name);
}

const isUnix = (text: string, { name, begin, end }: AppliedFilter): boolean =>
  name === 'unix' || (name === 'date' && /:\s*(?:"%s"|'%s')\s*$/.test(text.slice(begin, end)));
const makesMilliseconds = (text: string, { name, begin, end }: AppliedFilter): boolean =>
  name === 'times' && /:\s*1000(?:\.0*)?\s*$/.test(text.slice(begin, end));

/** What the only output of a timestamp makes in place of seconds. */
function unitOfOutput(
  text: string,
  { filters, valueBegin, valueEnd }: Output,
  columns: readonly TypedColumn[],
): string | undefined {
  const last = filters[filters.length - 1];
  if (filters.some((filter) => isUnix(text, filter)))
    return last !== undefined && makesMilliseconds(text, last) ? 'in milliseconds' : undefined;
  if (last?.name === 'date') return 'a text';
  // Other filters may make seconds of anything.
  if (filters.length > 0) return undefined;
  const value = text.slice(valueBegin, valueEnd).trim();
  if (/^-?\d+(\.\d+)?$/.test(value))
    return Math.abs(Number(value)) >= FIRST_MILLISECONDS ? 'in milliseconds' : undefined;
  if (/^(["']).*\1$/.test(value))
    return LAGO_NUMBER.test(value.slice(1, -1)) ? undefined : 'a text';
  const column = columnRead(value, columns);
  return column === undefined ? undefined : unitOfColumn(column);
}

/** A timestamp that Lago would refuse, or take for a day in another age. */
function adviseTimestamp(event: EventText, columns: readonly TypedColumn[]): Located[] {
  const { text, outputs } = event;
  const field = fieldNamed(event.fields, 'timestamp');
  if (field === undefined) return [];
  const written = text.slice(field.valueFrom, field.to);
  const inside = outputs.filter(({ begin, end }) => begin >= field.valueFrom && end <= field.to);
  const [only] = inside;
  const literal =
    literalText(event, field) ??
    (inside.length === 0 && field.kind === 'number' ? written : undefined);
  const isWhole =
    only !== undefined && written.replace(/^"|"$/g, '').trim() === text.slice(only.begin, only.end);
  const what =
    literal !== undefined
      ? !LAGO_NUMBER.test(literal)
        ? 'a text'
        : Math.abs(Number(literal)) >= FIRST_MILLISECONDS
          ? 'in milliseconds'
          : undefined
      : inside.length === 1 && isWhole
        ? unitOfOutput(text, only, columns)
        : undefined;
  return what === undefined
    ? []
    : [
        placed(
          text,
          problem('template.timestamp', { value: written, what }),
          field.valueFrom,
          field.to,
        ),
      ];
}

/** A code that no metric has, or that is still to be chosen. */
function adviseCode(event: EventText, metrics: readonly TemplateMetric[] | undefined): Located[] {
  const field = fieldNamed(event.fields, 'code');
  const code = field && literalText(event, field);
  if (field === undefined || code === undefined) return [];
  const at = (found: Problem): Located[] => [placed(event.text, found, field.valueFrom, field.to)];
  const codes = metrics?.map((metric) => metric.code);
  if (codes?.includes(code)) return [];
  if (code === PLACEHOLDER_CODE) return at(problem('template.placeholder-code', { code }));
  if (codes === undefined) return [];
  const candidate = nearest(code, codes);
  const suggestion =
    candidate === undefined
      ? 'Create the metric in Lago, or correct the code.'
      : `Did you mean “${candidate}”? Capital letters count.`;
  return at(problem('template.unknown-code', { code, suggestion }));
}

/** A metric whose property the event does not have, so that Lago would count nothing. */
function adviseProperty(event: EventText, metrics: readonly TemplateMetric[]): Located[] {
  const field = fieldNamed(event.fields, 'code');
  const code = field && literalText(event, field);
  const metric = metrics.find((each) => each.code === code);
  if (
    field === undefined ||
    metric?.field === undefined ||
    metric.hasExpression !== false ||
    metric.aggregation === COUNT
  )
    return [];
  const properties = fieldNamed(event.fields, 'properties');
  if (properties !== undefined) {
    // A name that is made by an output, or a property in a branch, may be the one.
    const isMade = properties.fields.some(({ from, keyTo }) =>
      event.outputs.some(({ begin }) => begin > from && begin < keyTo),
    );
    const isThere = fieldNamed(properties.fields, metric.field) !== undefined;
    if (
      properties.kind !== 'object' ||
      isMade ||
      isThere ||
      event.text.slice(properties.from, properties.to).includes('{%')
    )
      return [];
  }
  const found = problem('event.missing-property', { code: metric.code, field: metric.field });
  return [placed(event.text, found, field.valueFrom, field.to)];
}

/** What a template that compiles would still do wrong in Lago, as far as that can be told without a row. */
export function advise(
  events: readonly EventText[],
  columns: readonly TypedColumn[],
  metrics: readonly TemplateMetric[] | undefined,
): Located[] {
  const found = events.flatMap((event) => [
    ...adviseTimestamp(event, columns),
    ...adviseCode(event, metrics),
    // With branches, another one may add it.
    ...(metrics === undefined || events.length > 1 ? [] : adviseProperty(event, metrics)),
  ]);
  return found.filter(
    (each, index) =>
      found.findIndex((other) => other.code === each.code && other.from === each.from) === index,
  );
}
