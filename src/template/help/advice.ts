import { type Problem, problem } from '../../problem/problem';
import { readsField } from '../../value/aggregation';
import type { TypedColumn } from '../../value/column-guess';
import { LAGO_NUMBER } from '../../value/decimal';
import { parsedJson } from '../../value/json';
import { wordsOf } from '../../value/name-words';
import { nearest } from '../../value/nearest';
import { PLACEHOLDER_CODE } from '../../value/template-language';
import { FIRST_MILLISECONDS } from '../../value/time';
import type { AppliedFilter, Output } from '../outputs';
import { placeAt } from '../place';
import type { LocatedProblem, TemplateMetric } from './draft';
import { type EventText, type Field, fieldNamed, outputsIn } from './event-fields';
import { columnRead, isNow } from './references';

const placed = (text: string, found: Problem, { valueFrom, to }: Field): LocatedProblem => ({
  ...found,
  place: placeAt(text, valueFrom),
  from: valueFrom,
  to,
});

/** The text of a field that no output and no tag takes part in; undefined for all other fields. */
function literalText({ text, outputs }: EventText, field: Field): string | undefined {
  const written = text.slice(field.valueFrom, field.to);
  if (field.kind !== 'text' || written.includes('{%') || outputsIn(outputs, field).length > 0)
    return undefined;
  const literal = parsedJson(written);
  return typeof literal === 'string' ? literal : undefined;
}

const DATE_WORDS = ['date', 'datetime', 'day', 'month', 'period', 'at', 'when'];
const MILLISECOND_WORDS = ['ms', 'millis', 'millisecond', 'milliseconds'];
const UNIX_WORDS = ['timestamp', 'unix', 'epoch', 'seconds'];

/** What a column holds instead of seconds, as far as its type or name says. */
function unitOfColumn({ name, header, type }: TypedColumn): string | undefined {
  const words = wordsOf(`${name} ${header}`);
  const has = (some: readonly string[]): boolean => words.some((word) => some.includes(word));
  if (type === 'date') return 'a date';
  if (type === 'text') return has(UNIX_WORDS) ? undefined : 'a text';
  if (has(MILLISECOND_WORDS)) return 'in milliseconds';
  return type === undefined && has(DATE_WORDS) && !has(UNIX_WORDS) ? 'a date' : undefined;
}

const isUnix = (text: string, { name, begin, end }: AppliedFilter): boolean =>
  name === 'unix' || (name === 'date' && /:\s*(?:"%s"|'%s')\s*$/.test(text.slice(begin, end)));

const makesMilliseconds = (text: string, { name, begin, end }: AppliedFilter): boolean =>
  name === 'times' && /:\s*1000(?:\.0*)?\s*$/.test(text.slice(begin, end));

/** What the only output of a timestamp makes instead of seconds; undefined if seconds, perhaps. */
function unitOfOutput(
  text: string,
  { filters, valueBegin, valueEnd }: Output,
  columns: readonly TypedColumn[],
): string | undefined {
  const last = filters[filters.length - 1];
  if (isNow(text.slice(valueBegin, valueEnd))) return 'the moment of sending';
  if (filters.some((filter) => isUnix(text, filter)))
    return last !== undefined && makesMilliseconds(text, last) ? 'in milliseconds' : undefined;
  if (last?.name === 'date') return 'a text';
  // Other filters may make seconds of anything.
  if (filters.length > 0) return undefined;
  const value = text.slice(valueBegin, valueEnd).trim();
  if (LAGO_NUMBER.test(value)) return unitOfLiteral(value);
  if (/^(["']).*\1$/.test(value))
    return LAGO_NUMBER.test(value.slice(1, -1)) ? undefined : 'a text';
  const column = columnRead(value, columns);
  return column === undefined ? undefined : unitOfColumn(column);
}

/** What a number or text in a template is instead of seconds; undefined if it is seconds. */
function unitOfLiteral(literal: string): string | undefined {
  if (!LAGO_NUMBER.test(literal)) return 'a text';
  return Math.abs(Number(literal)) >= FIRST_MILLISECONDS ? 'in milliseconds' : undefined;
}

/** What a timestamp is instead of seconds; undefined if it is seconds, or nobody can say. */
function unitOfTimestamp(
  event: EventText,
  field: Field,
  columns: readonly TypedColumn[],
): string | undefined {
  const written = event.text.slice(field.valueFrom, field.to);
  const outputs = outputsIn(event.outputs, field);
  const literal =
    literalText(event, field) ??
    (outputs.length === 0 && field.kind === 'number' ? written : undefined);
  if (literal !== undefined) return unitOfLiteral(literal);
  const [only] = outputs;
  if (only === undefined || outputs.length > 1) return undefined;
  const isWhole = written.replace(/^"|"$/g, '').trim() === event.text.slice(only.begin, only.end);
  return isWhole ? unitOfOutput(event.text, only, columns) : undefined;
}

/** A timestamp that Lago would refuse, or take for a day in another age. */
function adviseTimestamp(event: EventText, columns: readonly TypedColumn[]): LocatedProblem[] {
  const field = fieldNamed(event.fields, 'timestamp');
  const what = field && unitOfTimestamp(event, field, columns);
  if (field === undefined || what === undefined) return [];
  const value = event.text.slice(field.valueFrom, field.to);
  return [placed(event.text, problem('template.timestamp', { value, what }), field)];
}

/** A code that no metric has, or that is still to be chosen. */
function adviseCode(
  event: EventText,
  metrics: readonly TemplateMetric[] | undefined,
): LocatedProblem[] {
  const field = fieldNamed(event.fields, 'code');
  const code = field && literalText(event, field);
  if (field === undefined || code === undefined) return [];
  const at = (found: Problem): LocatedProblem[] => [placed(event.text, found, field)];
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

/** Whether Lago reads a property of the events of a metric, and does not compute it. */
const readsProperty = ({ field, hasExpression, aggregation }: TemplateMetric): boolean =>
  field !== undefined && hasExpression === false && readsField(aggregation);

/** Whether the properties of an event have this one, or may have it. */
function mayHave({ text, outputs }: EventText, properties: Field, name: string): boolean {
  // An output in a name may make this one, and a branch may hold it.
  const isMade = properties.fields.some(({ from, keyTo }) =>
    outputs.some(({ begin }) => begin > from && begin < keyTo),
  );
  return (
    isMade ||
    properties.kind !== 'object' ||
    fieldNamed(properties.fields, name) !== undefined ||
    text.slice(properties.from, properties.to).includes('{%')
  );
}

/** A metric whose property the event does not have, so that Lago would count nothing. */
function adviseProperty(event: EventText, metrics: readonly TemplateMetric[]): LocatedProblem[] {
  const field = fieldNamed(event.fields, 'code');
  const code = field && literalText(event, field);
  const metric = metrics.find((each) => each.code === code);
  if (field === undefined || metric?.field === undefined || !readsProperty(metric)) return [];
  const properties = fieldNamed(event.fields, 'properties');
  if (properties !== undefined && mayHave(event, properties, metric.field)) return [];
  const found = problem('event.missing-property', { code: metric.code, field: metric.field });
  return [placed(event.text, found, field)];
}

/** What a template that compiles would still do wrong in Lago, as far as it shows without a row. */
export function advise(
  events: readonly EventText[],
  columns: readonly TypedColumn[],
  metrics: readonly TemplateMetric[] | undefined,
): LocatedProblem[] {
  const found = events.flatMap((event) => [
    ...adviseTimestamp(event, columns),
    ...adviseCode(event, metrics),
    // With branches, another one may add the property.
    ...(metrics === undefined || events.length > 1 ? [] : adviseProperty(event, metrics)),
  ]);
  return found.filter(
    (each, index) =>
      found.findIndex((other) => other.code === each.code && other.from === each.from) === index,
  );
}
