import type { Template as LiquidTemplate } from 'liquidjs';
import { type Problem, problem } from '../problem/problem';
import type { Cells } from '../value/cell';
import type { TimeRule } from '../value/time';
import { type Column, checkReference, columnIndex, type Reference, references } from './columns';
import { type EventShape, eventShapes, MOST_PROBLEMS, within } from './event-shape';
import { unreadExpression } from './expressions';
import { checkJson, checkMarks, checkShown, checkValues, unknownFilters } from './filters';
import { AS_IS, AS_JSON, AS_TEXT, liquid } from './liquid';
import { offsetOf, shortMessage } from './liquid-error';
import { findOutputs, instrument, type Output } from './outputs';
import { placeAt } from './place';
import type { EventReading } from './read-event';
import { type RenderPlan, renderRow } from './rendering';
import { checkLength, checkSize } from './size';
import { strayLetters } from './stray-letters';
import { unknownTags } from './tags';

export type { Column } from './columns';

/** A template that was compiled for certain columns. */
export interface Template {
  /** The columns that it reads, in their order. They decide whether a row has changed. */
  readonly reads: readonly Column[];
  /** The columns that transaction_id and external_subscription_id are made from. */
  readonly idColumns: readonly Column[];
  /** The event of a row, or why there is none. Times are read by the rule. */
  render(cells: Cells, rule: TimeRule): EventReading;
}

/** A compiled template, or all problems that can be found without a row. */
export type Compilation =
  | { readonly template: Template; readonly problems: readonly [] }
  | { readonly template?: undefined; readonly problems: readonly Problem[] };

/** A template whose Liquid can be read. */
interface ReadTemplate {
  /** As it was written. */
  readonly text: string;
  /** The columns that it may name. */
  readonly columns: readonly Column[];
  /** liquidjs' reading of the text. */
  readonly parsed: LiquidTemplate[];
  /** In the order of the text. */
  readonly outputs: readonly Output[];
}

/** A template with what it reads and makes. */
interface CheckedTemplate extends Omit<ReadTemplate, 'parsed'> {
  /** What it reads of a row. */
  readonly references: readonly Reference[];
  /** The event, by branch. */
  readonly shapes: readonly EventShape[];
}

const liquidProblem = (text: string, error: unknown, offset: number): Problem =>
  problem('template.liquid', { detail: shortMessage(error) }, placeAt(text, offset));

/**
 * Cuts and parses a template.
 * @throws LiquidError if liquidjs cannot read it
 */
function readLiquid(
  text: string,
  columns: readonly Column[],
): ReadTemplate | { readonly problems: readonly Problem[] } {
  const large = checkSize(text);
  if (large !== undefined) return { problems: [large] };
  const { outputs, unbalanced } = findOutputs(text);
  const stray = strayLetters(text);
  if (stray !== undefined) return { problems: [stray] };
  const names = [...unknownTags(text), ...unknownFilters(text, outputs)];
  if (names.length > 0) return { problems: names };
  if (unbalanced !== undefined)
    return { problems: [problem('template.branch-in-text', {}, placeAt(text, unbalanced))] };
  const parsed = liquid().parse(text);
  const unread = unreadExpression(text);
  return unread === undefined ? { text, columns, outputs, parsed } : { problems: [unread] };
}

/** A transaction_id that no output takes part in. */
function checkId({ text, outputs, shapes }: CheckedTemplate): readonly Problem[] {
  const id = shapes[0]?.fields.get('transaction_id');
  return id === undefined || outputs.some((output) => within(id, output))
    ? []
    : [problem('template.constant-id', {}, placeAt(text, id.offset))];
}

const isSame = (left: Problem, right: Problem): boolean =>
  left.message === right.message &&
  left.place.line === right.place.line &&
  left.place.character === right.place.character;

const unique = (problems: readonly Problem[]): Problem[] =>
  problems.filter((found, index) => problems.findIndex((other) => isSame(found, other)) === index);

/** What is wrong with a template whose Liquid can be read. */
function problemsOf(template: CheckedTemplate): readonly Problem[] {
  const { text, columns, outputs, references, shapes } = template;
  return unique([
    ...references.flatMap((reference) => checkReference(reference, text, columns) ?? []),
    ...checkShown(text, outputs, references),
    ...checkMarks(text, outputs),
    ...checkValues(text, outputs),
    ...checkJson(text, outputs),
    ...shapes.flatMap(({ problems }) => problems),
    ...checkId(template),
  ]);
}

const isIn = ({ offset }: Reference, { begin, end }: Pick<Output, 'begin' | 'end'>): boolean =>
  offset >= begin && offset < end;

/** The columns (by index) that an output reads. */
const columnsIn = (
  { columns, references }: CheckedTemplate,
  output: Output,
  exceptIn: Output['optional'] = [],
): readonly number[] =>
  references
    .filter((each) => isIn(each, output) && !exceptIn.some((range) => isIn(each, range)))
    .map(({ segments }) => columnIndex(columns, String(segments[1])));

/** The columns (by index) that the ids of the event are made from. */
function idColumns(template: CheckedTemplate): readonly number[] {
  const { outputs, shapes } = template;
  const read = (output: Output): readonly number[] => columnsIn(template, output);
  const inIds = outputs.filter((output) =>
    shapes.some(
      ({ fields }) =>
        within(fields.get('transaction_id'), output) ||
        within(fields.get('external_subscription_id'), output),
    ),
  );
  // An id may be made of assigned names. Then whatever any of them is made from counts as well.
  const assigned = inIds.some((output) => read(output).length === 0)
    ? outputs.filter(({ kind }) => kind === 'assigned')
    : [];
  return [...inIds, ...assigned].flatMap(read);
}

function planOf(template: CheckedTemplate): RenderPlan {
  const { text, columns, outputs, references } = template;
  const read = new Set(references.map(({ segments }) => columnIndex(columns, String(segments[1]))));
  const readBy = outputs.map((output) => columnsIn(template, output));
  const needed = outputs.map((output) => columnsIn(template, output, output.optional));
  return {
    columns,
    parsed: liquid().parse(
      instrument(
        text,
        outputs,
        { text: AS_TEXT, json: AS_JSON, assigned: AS_IS },
        (output) => columnsIn(template, output)[0] ?? -1,
      ),
    ),
    reads: columns.flatMap((_, column) => (read.has(column) ? [column] : [])),
    ids: idColumns(template),
    outputs: readBy,
    needed,
    alwaysNeeded: needed.filter((_, output) => outputs[output]?.inBranch === false).flat(),
  };
}

function templateOf(plan: RenderPlan): Template {
  const { columns, reads, ids } = plan;
  return {
    reads: columns.filter((_, column) => reads.includes(column)),
    idColumns: columns.filter((_, column) => ids.includes(column)),
    render: (cells, rule) => renderRow(plan, cells, rule),
  };
}

const refused = (...problems: readonly Problem[]): Compilation => ({
  problems: problems.slice(0, MOST_PROBLEMS),
});

/**
 * Compiles a template for the columns of a sync, once per run.
 * @returns the template, or all problems that can be found without a row, each with its place in
 * the text
 */
export function compileTemplate(text: string, columns: readonly Column[]): Compilation {
  if (text.trim() === '') return refused(problem('template.empty', {}, placeAt(text, 0)));
  const long = checkLength(text);
  if (long !== undefined) return refused(long);
  let read: ReturnType<typeof readLiquid>;
  try {
    read = readLiquid(text, columns);
  } catch (error) {
    return refused(liquidProblem(text, error, offsetOf(error)));
  }
  if ('problems' in read) return refused(...read.problems);
  const { parsed, outputs } = read;
  const checked: CheckedTemplate = {
    text,
    columns,
    outputs,
    references: references(text, parsed),
    shapes: eventShapes(text, outputs),
  };
  const problems = problemsOf(checked);
  if (problems.length > 0) return refused(...problems);
  try {
    return { template: templateOf(planOf(checked)), problems: [] };
  } catch (error) {
    // A text that parses by itself may not parse with a filter appended, such as an output that
    // ends in a bar.
    return refused(liquidProblem(text, error, 0));
  }
}
