import type { ColumnView, MetricView } from '../../../rpc/contract';
import { COUNT, SUM, UNIQUE_COUNT } from '../../../value/aggregation';
import {
  columnFor,
  columnForMetric,
  isNumeric,
  namesakesOf,
  SUBSCRIPTION,
  TIMESTAMP,
  type TypedColumn,
} from '../../../value/column-guess';
import { parsedJson } from '../../../value/json';
import { PLACEHOLDER_CODE, readsAs } from '../../../value/template-language';

/**
 * A column that the sync reads, under the name that it has in the template, with what is known of
 * its values.
 */
export type PickedColumn = Pick<ColumnView, 'name' | 'header' | 'type'> &
  Partial<Pick<ColumnView, 'filled' | 'missing' | 'repeated'>> &
  Pick<TypedColumn, 'twice'>;

/** Names of the columns that a person chose; what is undefined is guessed. */
export interface ChosenColumns {
  readonly subscription?: string | undefined;
  readonly time?: string | undefined;
}

/** What of a metric decides how its event is written. */
export type MetricShape = Pick<MetricView, 'code' | 'aggregation' | 'field'> &
  Partial<Pick<MetricView, 'hasExpression'>>;

export interface ExampleOptions extends ChosenColumns {
  /** Undefined before one is chosen: the code is left open then. */
  readonly metric?: MetricShape | undefined;
  /** Name of the column that the metric reads; guessed where it is undefined. */
  readonly column?: string | undefined;
  /**
   * Whether the code becomes part of the transaction_id, as it must where a row has several
   * metrics.
   */
  readonly codeInId?: boolean | undefined;
}

/**
 * Whether the metric reads one property of an event: it does not where it counts events, or where
 * Lago computes what it reads from several.
 */
export const readsOne = ({ aggregation, field, hasExpression }: MetricShape): boolean =>
  aggregation !== COUNT && field !== undefined && hasExpression !== true;

/**
 * Texts that come from Lago are JSON strings here, so that a quotation mark in a code breaks
 * nothing.
 */
const quoted = (text: string): string => JSON.stringify(text.replace(/[{}]/g, ''));

/**
 * The one column that is called like the metric's property, or else like its code; undefined where
 * several are, or none.
 */
export function onlyNamesake(
  columns: readonly PickedColumn[],
  metric: MetricShape,
): PickedColumn | undefined {
  const found = namesakesOf(columns, metric);
  return found.length === 1 ? found[0] : undefined;
}

interface Roles {
  readonly subscription: PickedColumn | undefined;
  readonly time: PickedColumn | undefined;
  /** Columns that none of the others is made of. */
  readonly rest: readonly PickedColumn[];
}

/**
 * Whether texts stand in several rows each, as subscriptions do; and in nearly all rows, as a
 * comment does not.
 */
const isShared = ({ type, filled = 0, missing = 0, repeated = [] }: PickedColumn): boolean =>
  type === 'text' && repeated.length > 0 && missing * 10 <= filled;

function rolesOf(columns: readonly PickedColumn[], key: string, chosen: ChosenColumns): Roles {
  const others = columns.filter(({ name }) => name !== key);
  const byName = (name: string | undefined): PickedColumn | undefined =>
    columns.find((column) => column.name === name);
  const shared = others.filter(isShared);
  const subscription =
    byName(chosen.subscription) ??
    columnFor(
      SUBSCRIPTION,
      others.filter(({ name }) => name !== chosen.time),
    ) ??
    (shared.length === 1 ? shared[0] : undefined);
  const left = others.filter(({ name }) => name !== subscription?.name);
  const time = byName(chosen.time) ?? columnFor(TIMESTAMP, left);
  return {
    subscription,
    time,
    rest: others.filter(({ name }) => name !== subscription?.name && name !== time?.name),
  };
}

/**
 * The columns that the event's subscription and time are read from, chosen or guessed; undefined
 * if nothing fits.
 */
export function rolesIn(
  columns: readonly PickedColumn[],
  key: string,
  chosen: ChosenColumns = {},
): ChosenColumns {
  const { subscription, time } = rolesOf(columns, key, chosen);
  return { subscription: subscription?.name, time: time?.name };
}

/** The column that a metric most likely reads; undefined if it reads none or nothing fits. */
export function guessColumn(
  columns: readonly PickedColumn[],
  key: string,
  metric: MetricShape | undefined,
  chosen: ChosenColumns = {},
): string | undefined {
  if (metric !== undefined && !readsOne(metric)) return undefined;
  return columnForMetric(rolesOf(columns, key, chosen).rest, metric)?.name;
}

/** The unit of a duration, by what the metric's property or the column is called. */
function unitOf(name: string): string {
  if (/min/i.test(name)) return 'minutes';
  return /se[ck]/i.test(name) ? 'seconds' : 'hours';
}

/** How a column is read; a duration is a number only in a unit. */
function expressionOf(columns: readonly PickedColumn[], name: string, field: string): string {
  const type = columns.find((column) => column.name === name)?.type;
  return type === 'duration' ? `${readsAs(name)} | ${unitOf(`${field} ${name}`)}` : readsAs(name);
}

/** The properties of the event, one per line. */
function properties(
  columns: readonly PickedColumn[],
  key: string,
  { metric, column, ...chosen }: ExampleOptions,
): string {
  const line = (field: string, name: string): string =>
    `    ${quoted(field)}: "{{ ${expressionOf(columns, name, field)} }}"`;
  // What an expression reads is not known: every number may be part of it.
  if (metric?.hasExpression === true)
    return numbersOf(columns, key, chosen)
      .map((name) => line(name, name))
      .join(',\n');
  if (metric !== undefined && !readsOne(metric)) return '';
  const name = column ?? guessColumn(columns, key, metric, chosen);
  // A metric that reads a property is never left without one: a name that no column has is pointed
  // at by the check.
  const field = metric?.field ?? name;
  return field === undefined ? '' : line(field, name ?? field);
}

/**
 * An event of the picked columns to start from: guesses that a person corrects. Columns that cannot
 * be guessed keep a name that the check will point at.
 */
export function exampleTemplate(
  columns: readonly PickedColumn[],
  key: string,
  options: ExampleOptions = {},
): string {
  const { subscription, time } = rolesOf(columns, key, options);
  const code = options.metric?.code ?? PLACEHOLDER_CODE;
  const ending = options.codeInId === true ? `-${quoted(code).slice(1, -1)}` : '';
  const body = properties(columns, key, options);
  return [
    '{',
    `  "transaction_id": "{{ ${readsAs(key === '' ? 'key' : key)} }}${ending}",`,
    `  "external_subscription_id": "{{ ${readsAs(subscription?.name ?? 'subscription')} }}",`,
    `  "code": ${quoted(code)},`,
    `  "timestamp": {{ ${readsAs(time?.name ?? 'time')} | unix }},`,
    '  "properties": {',
    ...(body === '' ? [] : [body]),
    '  }',
    '}',
  ].join('\n');
}

const numbersOf = (
  columns: readonly PickedColumn[],
  key: string,
  chosen: ChosenColumns,
): string[] =>
  rolesOf(columns, key, chosen)
    .rest.filter((column) => isNumeric(column) && column.twice !== true)
    .map(({ name }) => name);

/** The columns that the example would be made of. */
export function exampleColumns(columns: readonly PickedColumn[], key: string): readonly string[] {
  const { subscription, time } = rolesIn(columns, key);
  return [key, subscription, time, ...numbersOf(columns, key, {})].filter(
    (name): name is string => name !== undefined && name !== '',
  );
}

const AGGREGATIONS = [COUNT, SUM, UNIQUE_COUNT] as const;

/**
 * Which columns are read as subscription and time, as far as they are not those that are guessed
 * anyway.
 */
function chosenIn(template: string, columns: readonly PickedColumn[], key: string): ChosenColumns {
  const read = (pattern: RegExp): string | undefined => {
    const expression = pattern.exec(template)?.[1];
    return columns.find(({ name }) => readsAs(name) === expression)?.name;
  };
  const subscription = read(/^ {2}"external_subscription_id": "\{\{ (.*) \}\}",$/m);
  const time = read(/^ {2}"timestamp": \{\{ (.*) \| unix \}\},$/m);
  const guessed = rolesIn(columns, key);
  // A choice of one may change what would be guessed for the other: then both are kept.
  if (subscription === guessed.subscription && time === guessed.time) return {};
  return { subscription, time };
}

/** The text that a JSON text stands for; undefined if it is not one. */
function textIn(json: string): string | undefined {
  const text = parsedJson(json);
  return typeof text === 'string' ? text : undefined;
}

/** With which choices an example was written; undefined for a text that a person has changed. */
export function optionsOf(
  template: string,
  columns: readonly PickedColumn[],
  key: string,
): ExampleOptions | undefined {
  const codeText = /^ {2}"code": (".*"),$/m.exec(template)?.[1];
  const [, fieldText, expression] = /^ {4}(".*"): "\{\{ (.*) \}\}",?$/m.exec(template) ?? [];
  if (codeText === undefined) return undefined;
  const code = textIn(codeText);
  if (code === undefined) return undefined;
  const field = fieldText === undefined ? undefined : textIn(fieldText);
  const metrics: (MetricShape | undefined)[] =
    code === PLACEHOLDER_CODE
      ? [undefined]
      : [
          ...AGGREGATIONS.map((aggregation) => ({ code, aggregation, field })),
          { code, aggregation: '', field, hasExpression: true },
        ];
  const chosen = chosenIn(template, columns, key);
  const read = columns.flatMap(({ name }) =>
    expressionOf(columns, name, field ?? '') === expression ? [name] : [],
  );
  for (const codeInId of [false, true]) {
    for (const metric of metrics) {
      for (const column of [undefined, ...read]) {
        const options = { metric, column, codeInId, ...chosen };
        if (exampleTemplate(columns, key, options) === template) return options;
      }
    }
  }
  return undefined;
}
