import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Template as LiquidTemplate } from 'liquidjs';
import { type Place, type Problem, problem } from '../problem/problem';
import {
  type Cells,
  type CellValue,
  isEmpty,
  isError,
  isImprecise,
  isInstant,
} from '../value/cell';
import type { Json } from '../value/json';
import { nearest } from '../value/nearest';
import { TAG_NAMES } from '../value/template-language';
import type { TimeRule } from '../value/time';
import { isEventField, REQUIRED_FIELDS, type RequiredField } from '../value/usage-event';
import {
  AS_IS,
  AS_JSON,
  AS_TEXT,
  EmptyCell,
  FILTER_NAMES,
  liquid,
  type RenderState,
  STATE,
  UnusableValue,
} from './liquid';
import {
  blockDepth,
  expressionDepth,
  filtersInConditions,
  findOutputs,
  instrument,
  jsonDepth,
  mostBranches,
  type Output,
  pieces,
  skeleton,
} from './outputs';
import { type EventReading, readEvent } from './read-event';
import { numberAdvice } from './written-number';

/** A column as the template sees it: by its name, or by its header. */
export interface Column {
  readonly name: string;
  readonly header: string;
}

/** A template that was compiled for certain columns. */
export interface Template {
  /** The columns that it reads, in their order: what decides whether a row was changed. */
  readonly reads: readonly Column[];
  /** The columns that transaction_id and external_subscription_id are made from. */
  readonly idColumns: readonly Column[];
  /** The event of a row, or why there is none; times are read by the rule. */
  render(cells: Cells, rule: TimeRule): EventReading;
}

export type Compilation =
  | { readonly template: Template; readonly problems: readonly [] }
  | { readonly template?: undefined; readonly problems: readonly Problem[] };

/** A cell's date in Liquid's hands: filters for text see it as ISO 8601. */
class TimeValue {
  constructor(
    readonly ms: number,
    readonly dateOnly: boolean,
    readonly wall: string,
  ) {}

  toString(): string {
    return this.wall;
  }
}

const liquidValue = (value: CellValue): CellValue | TimeValue | EmptyCell => {
  if (isInstant(value)) return new TimeValue(value.ms, value.dateOnly, value.wall);
  return isEmpty(value) ? new EmptyCell() : value;
};

/** The line and character (1-based) of a 0-based character of the text. */
export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, character: (before[before.length - 1] ?? '').length + 1 };
}

interface Reference {
  readonly segments: readonly (string | number | readonly unknown[])[];
  readonly offset: number;
}

/** Every variable that the template reads and does not assign itself. */
function references(text: string, parsed: LiquidTemplate[]): Reference[] {
  const lineStarts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1))
    lineStarts.push(end + 1);
  return Object.values(liquid().analyzeSync(parsed).globals)
    .flat()
    .map(({ segments, location }) => ({
      segments: segments as Reference['segments'],
      offset: (lineStarts[location.row - 1] ?? 0) + location.col - 1,
    }));
}

function checkReference(
  { segments, offset }: Reference,
  text: string,
  columns: readonly Column[],
): Problem | undefined {
  const [root, name, ...rest] = segments;
  const place = placeAt(text, offset);
  if (root !== 'row' || name === undefined || rest.length > 0)
    return problem('template.unknown-variable', { name: segments.map(String).join('.') }, place);
  if (typeof name !== 'string') return problem('template.computed-column', {}, place);
  if (columnIndex(columns, name) >= 0) return undefined;
  const candidate = nearest(
    name,
    columns.map((column) => column.name),
  );
  const suggestion =
    candidate === undefined
      ? `Choose one of: ${columns.map((column) => column.name).join(', ')}.`
      : `Did you mean “${candidate}”?`;
  return problem('template.unknown-column', { name, suggestion }, place);
}

function columnIndex(columns: readonly Column[], name: string): number {
  const byName = columns.findIndex((column) => column.name === name);
  return byName >= 0 ? byName : columns.findIndex((column) => column.header === name);
}

/** More than anybody writes by hand. */
const MOST_CHARACTERS = 100_000;
/** Outputs and tags. */
const MOST_PIECES = 1_000;
/** Characters in all branches together, each of which is read as the whole text. */
const MOST_READ = 5_000_000;
const DEEPEST = 50;

/** Nobody reads more of them at once. */
const MOST_PROBLEMS = 300;

const tooLarge = (text: string, what: string, most: number, offset = 0): Problem =>
  problem('template.too-large', { what, most }, placeAt(text, offset));

/** Why a template is more than is read of one; what is nested without end would not end in a problem but in an exception. */
function checkSize(text: string): Problem | undefined {
  const active = pieces(text).filter(({ kind }) => kind !== 'html');
  if (active.length > MOST_PIECES)
    return tooLarge(
      text,
      `${active.length} outputs and tags`,
      MOST_PIECES,
      active[MOST_PIECES]?.token.begin,
    );
  const branches = mostBranches(text);
  const most = Math.floor(MOST_READ / text.length);
  if (branches > most)
    return tooLarge(text, `${branches} branches of ${text.length} characters`, most);
  const [blocks, brackets] = [blockDepth(text), expressionDepth(text)];
  if (blocks > DEEPEST) return tooLarge(text, `${blocks} tags within each other`, DEEPEST);
  return brackets > DEEPEST
    ? tooLarge(text, `${brackets} brackets within each other`, DEEPEST)
    : undefined;
}

/** liquidjs' message without its location and its excerpt of the text, which a person sees in the editor. */
function shortMessage(error: unknown): string {
  const message =
    error instanceof Error ? (error.message.split(', line:')[0] ?? '') : String(error);
  return message.startsWith('memory alloc')
    ? 'it makes far more text than an event can hold'
    : message;
}

const offsetOf = (error: unknown): number => {
  const token = (error as { token?: { begin?: number } }).token;
  return typeof token?.begin === 'number' ? token.begin : 0;
};

const TAGS: ReadonlySet<string> = new Set(TAG_NAMES);

/** The problems that liquidjs would only raise one by one: unknown tags and filters, all of them at once. */
function checkNames(text: string, outputs: readonly Output[]): Problem[] {
  const tags = pieces(text)
    .filter(({ kind, name }) => kind === 'tag' && !TAGS.has(name))
    .map(({ token, name }) =>
      problem('template.unknown-tag', { name }, placeAt(text, token.begin)),
    );
  const filters = [...outputs.map((output) => output.filters), filtersInConditions(text)].flatMap(
    (applied) =>
      applied
        .filter(({ name }) => !FILTER_NAMES.includes(name))
        .map(({ name, begin }) => {
          const candidate = nearest(name, FILTER_NAMES);
          const suggestion =
            candidate === undefined
              ? `These exist: ${FILTER_NAMES.join(', ')}.`
              : `Did you mean “${candidate}”?`;
          return problem('template.unknown-filter', { name, suggestion }, placeAt(text, begin));
        }),
  );
  // liquidjs compares a case by value, and an empty cell has none; the row would silently take the branch behind “else”.
  const emptyCases = pieces(text)
    .filter(
      ({ token, name }) =>
        name === 'when' &&
        /(?:^|[\s,])(?:''|"")(?=[\s,]|$)/.test(text.slice(token.begin, token.end)),
    )
    .map(({ token }) => problem('template.empty-case', {}, placeAt(text, token.begin)));
  return [...tags, ...filters, ...emptyCases];
}

function checkShown(
  text: string,
  outputs: readonly Output[],
  found: readonly Reference[],
): Problem[] {
  const misplaced = outputs.flatMap((output) =>
    output.filters.filter(
      (filter, index) =>
        filter.arguments > 0 ||
        index > 0 ||
        found.filter(({ offset }) => offset >= output.valueBegin && offset < output.valueEnd)
          .length !== 1,
    ),
  );
  return [...misplaced, ...filtersInConditions(text)]
    .filter(({ name }) => name === 'shown')
    .map(({ begin }) => problem('template.shown', {}, placeAt(text, begin)));
}

/** Its mark is a text in the template: a mark that a cell holds would let a row decide what it is billed. */
const HAS_MARK = /^number\s*:\s*(?:"[.,]"|'[.,]')\s*$/;

const checkMarks = (text: string, outputs: readonly Output[]): Problem[] =>
  [...outputs.flatMap(({ filters }) => filters), ...filtersInConditions(text)]
    .filter(({ name, begin, end }) => name === 'number' && !HAS_MARK.test(text.slice(begin, end)))
    .map(({ begin }) => problem('template.number-mark', {}, placeAt(text, begin)));

const SUGGESTIONS: Readonly<Record<RequiredField, string>> = {
  transaction_id:
    'Add "transaction_id": "{{ row.… }}" with a column that is different in every row.',
  external_subscription_id:
    'Add "external_subscription_id": "{{ row.… }}" with the id of the subscription in Lago.',
  code: 'Add "code": "…" with the code of the billable metric in Lago.',
  timestamp: 'Add "timestamp": {{ row.… | unix }}: without it Lago takes the moment of sending.',
};

interface Skeleton {
  readonly problems: readonly Problem[];
  /** The nodes of the event's fields in this skeleton, by name. */
  readonly fields: ReadonlyMap<string, Node>;
}

const property = (node: Node | undefined, name: string): Node | undefined =>
  node?.children?.find((child) => child.children?.[0]?.value === name)?.children?.[1];

function duplicates(node: Node | undefined, text: string, outputs: readonly Output[]): Problem[] {
  const children = node?.type === 'object' ? (node.children ?? []) : [];
  const seen = new Set<string>();
  const here = children
    .filter((child) => {
      const name = String(child.children?.[0]?.value);
      const isRepeated = seen.has(name);
      seen.add(name);
      return isRepeated;
    })
    // A name that is made by an output is a filler here; outputs of one length would look the same.
    .filter((child) => !outputs.some((output) => within(child.children?.[0], output)))
    .slice(0, MOST_PROBLEMS)
    .map((child) =>
      problem(
        'template.duplicate-field',
        { field: String(child.children?.[0]?.value) },
        placeAt(text, child.offset),
      ),
    );
  return [
    ...here,
    ...(node?.children ?? []).flatMap((child) =>
      duplicates(node?.type === 'object' ? child.children?.[1] : child, text, outputs),
    ),
  ];
}

function readSkeleton(text: string, json: string, outputs: readonly Output[]): Skeleton {
  if (jsonDepth(json) > DEEPEST)
    return {
      problems: [tooLarge(text, `${jsonDepth(json)} objects and lists within each other`, DEEPEST)],
      fields: new Map(),
    };
  if (/^\s*"event"\s*:/.test(json)) return withoutBraces(text, json);
  const errors: ParseError[] = [];
  const root = parseTree(json, errors, { disallowComments: true, allowTrailingComma: false });
  const [error] = errors;
  if (error !== undefined)
    return {
      problems: [
        problem('template.not-json', { detail: detailOf(error) }, placeAt(text, error.offset)),
      ],
      fields: new Map(),
    };
  if (root?.type !== 'object')
    return {
      problems: [problem('template.not-an-object', {}, placeAt(text, root?.offset ?? 0))],
      fields: new Map(),
    };
  const wrapped = property(root, 'event');
  const event = wrapped?.type === 'object' ? wrapped : root;
  const fields = new Map(
    (event.children ?? []).map((child) => [
      String(child.children?.[0]?.value),
      child.children?.[1] ?? child,
    ]),
  );
  const at = (node: Node | undefined): Place => placeAt(text, node?.offset ?? event.offset);
  const missing = REQUIRED_FIELDS.filter((field) => !fields.has(field)).map((field) =>
    problem('template.missing-field', { field, suggestion: SUGGESTIONS[field] }, at(event)),
  );
  const dropped = [...fields.keys()]
    .filter((field) => !isEventField(field))
    .slice(0, MOST_PROBLEMS)
    .map((field) =>
      field === 'external_customer_id'
        ? problem('template.customer-field', {}, at(fields.get(field)))
        : problem('template.unknown-field', { field }, at(fields.get(field))),
    );
  return { problems: [...dropped, ...missing, ...duplicates(root, text, outputs)], fields };
}

/** The template as each branch makes it; where the first ones say enough, the others are not read. */
function readBranches(text: string, outputs: readonly Output[]): Skeleton[] {
  const read: Skeleton[] = [];
  let found = 0;
  for (let branch = 0; branch < mostBranches(text) && found < MOST_PROBLEMS; branch++) {
    const each = readSkeleton(text, skeleton(text, outputs, branch), outputs);
    found += each.problems.length;
    read.push(each);
  }
  return read;
}

/** The recipe that is often pasted begins at its "event". What else is wrong with it is said at once; its places are one character later. */
function withoutBraces(text: string, json: string): Skeleton {
  const { problems } = readSkeleton(` ${text}`, `{${json}}`, []);
  const missing = problem('template.missing-braces', {}, placeAt(text, 0));
  const inText = ({ place, ...found }: Problem): Problem => ({
    ...found,
    place:
      place.line === 1 && place.character !== undefined
        ? { ...place, character: Math.max(1, place.character - 1) }
        : place,
  });
  return {
    problems: [missing, ...problems.filter(({ code }) => code !== 'template.not-json').map(inText)],
    fields: new Map(),
  };
}

/** jsonc-parser's name of an error in words: `CommaExpected` becomes “comma expected”. */
const detailOf = (error: ParseError): string =>
  printParseErrorCode(error.error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();

const within = (node: Node | undefined, output: Output): boolean =>
  node !== undefined && output.begin >= node.offset && output.end <= node.offset + node.length;

const sameProblem = (left: Problem, right: Problem): boolean =>
  left.message === right.message &&
  left.place.line === right.place.line &&
  left.place.character === right.place.character;
const unique = (problems: readonly Problem[]): Problem[] =>
  problems.filter(
    (found, index) => problems.findIndex((other) => sameProblem(found, other)) === index,
  );

/**
 * Compiles a template for the columns of a sync, once per run.
 * @returns the template, or all problems that can be told without a row, each with its place in the text.
 */
export function compileTemplate(text: string, columns: readonly Column[]): Compilation {
  if (text.trim() === '') return { problems: [problem('template.empty', {}, placeAt(text, 0))] };
  if (text.length > MOST_CHARACTERS)
    return {
      problems: [tooLarge(text, `${text.length} characters`, MOST_CHARACTERS, MOST_CHARACTERS)],
    };
  let parsed: LiquidTemplate[];
  let outputs: readonly Output[];
  try {
    const large = checkSize(text);
    if (large !== undefined) return { problems: [large] };
    const found = findOutputs(text);
    outputs = found.outputs;
    const names = checkNames(text, outputs);
    if (names.length > 0) return { problems: names.slice(0, MOST_PROBLEMS) };
    if (found.unbalanced !== undefined)
      return {
        problems: [problem('template.branch-in-text', {}, placeAt(text, found.unbalanced))],
      };
    parsed = liquid().parse(text);
  } catch (error) {
    return {
      problems: [
        problem('template.liquid', { detail: shortMessage(error) }, placeAt(text, offsetOf(error))),
      ],
    };
  }
  const found = references(text, parsed);
  const skeletons = readBranches(text, outputs);
  const fields = skeletons[0]?.fields ?? new Map<string, Node>();
  const id = fields.get('transaction_id');
  const problems = unique([
    ...found
      .map((reference) => checkReference(reference, text, columns))
      .filter((each) => each !== undefined),
    ...checkShown(text, outputs, found),
    ...checkMarks(text, outputs),
    ...skeletons.flatMap((each) => each.problems),
    ...(id === undefined || outputs.some((output) => within(id, output))
      ? []
      : [problem('template.constant-id', {}, placeAt(text, id.offset))]),
  ]);
  if (problems.length > 0) return { problems: problems.slice(0, MOST_PROBLEMS) };
  try {
    return { template: build(text, columns, outputs, found, skeletons), problems: [] };
  } catch (error) {
    // What parses by itself need not parse with a filter behind it: an output that ends in a bar.
    return {
      problems: [problem('template.liquid', { detail: shortMessage(error) }, placeAt(text, 0))],
    };
  }
}

function build(
  text: string,
  columns: readonly Column[],
  outputs: readonly Output[],
  found: readonly Reference[],
  skeletons: readonly Skeleton[],
): Template {
  const columnOf = ({ segments }: Reference): number => columnIndex(columns, String(segments[1]));
  const columnsIn = (output: Output): number[] =>
    found.filter(({ offset }) => offset >= output.begin && offset < output.end).map(columnOf);
  const reads = columns.filter((_, index) =>
    found.some((reference) => columnOf(reference) === index),
  );
  const needed = outputs.map((output) => (output.optional ? [] : columnsIn(output)));
  const idOutputs = outputs.filter((output) =>
    skeletons.some(
      ({ fields }) =>
        within(fields.get('transaction_id'), output) ||
        within(fields.get('external_subscription_id'), output),
    ),
  );
  // An id may be made of assigned names; what any of them is made from is then looked at as well.
  const assigned = idOutputs.some((output) => columnsIn(output).length === 0)
    ? outputs.filter(({ kind }) => kind === 'assigned')
    : [];
  const idColumns = [...idOutputs, ...assigned].flatMap(columnsIn);
  const instrumented = liquid().parse(
    instrument(
      text,
      outputs,
      { text: AS_TEXT, json: AS_JSON, assigned: AS_IS },
      (output) => columnsIn(output)[0] ?? -1,
    ),
  );

  function render(cells: Cells, rule: TimeRule): EventReading {
    const at = (index: number) => cells.get(columns[index]?.name ?? '');
    const valueAt = (index: number): CellValue => at(index)?.value ?? '';
    const headerAt = (index: number): string => columns[index]?.header ?? '';
    const errors = reads.filter(({ name }) => isError(cells.get(name)?.value ?? ''));
    if (errors.length > 0)
      return {
        problems: errors.map(({ name, header }) =>
          problem(
            'row.error-cell',
            { column: header, value: String(cells.get(name)?.value) },
            { column: header },
          ),
        ),
      };
    const imprecise = idColumns.filter((index) => isImprecise(valueAt(index)));
    if (imprecise.length > 0)
      return {
        problems: imprecise.map((index) =>
          problem('event.imprecise-id', { column: headerAt(index) }, { column: headerAt(index) }),
        ),
      };
    const empty = new Set<number>();
    const used = (output: number): void => {
      for (const index of needed[output] ?? []) if (isEmpty(valueAt(index))) empty.add(index);
    };
    const state: RenderState = { rule, used, shown: (index) => at(index)?.shown ?? '' };
    const row: Record<string, CellValue | TimeValue | EmptyCell> = Object.create(null);
    // A header may equal the name of another column; the name wins, here as where columns are looked up.
    columns.forEach(({ header }, index) => {
      row[header] = liquidValue(valueAt(index));
    });
    columns.forEach(({ name }, index) => {
      row[name] = liquidValue(valueAt(index));
    });
    const text = renderText(instrumented, { row, [STATE]: state });
    // A filter that stumbles over an empty cell says so in its own words; the empty cell is what a person can act on.
    const emptyNeeded = text.failed
      ? unconditional.filter((index) => isEmpty(valueAt(index)))
      : [...empty];
    if (emptyNeeded.length > 0)
      return {
        problems: emptyNeeded.map((index) =>
          problem('row.empty-cell', { column: headerAt(index) }, { column: headerAt(index) }),
        ),
      };
    if (text.failed)
      return {
        problems: [text.problem],
        ...(text.notNumber === undefined ? {} : { notNumber: text.notNumber }),
      };
    try {
      return readEvent(JSON.parse(text.json) as Json);
    } catch {
      return { problems: [problem('row.render', { detail: 'the result is not valid JSON' })] };
    }
  }

  const unconditional = [
    ...new Set(needed.filter((_, output) => outputs[output]?.inBranch !== true).flat()),
  ];
  return { reads, idColumns: columns.filter((_, index) => idColumns.includes(index)), render };
}

type Rendered =
  | { readonly failed: false; readonly json: string }
  | { readonly failed: true; readonly problem: Problem; readonly notNumber?: string | undefined };

function renderText(parsed: LiquidTemplate[], scope: object): Rendered {
  try {
    return { failed: false, json: String(liquid().renderSync(parsed, scope)) };
  } catch (error) {
    const cause = (error as { originalError?: unknown }).originalError;
    if (cause instanceof UnusableValue) {
      const value = cause.message;
      return cause.wanted === 'time'
        ? { failed: true, problem: problem('row.not-a-time', { value }) }
        : {
            failed: true,
            problem: problem('row.not-a-number', { value, suggestion: numberAdvice(value) }),
            notNumber: value,
          };
    }
    return {
      failed: true,
      problem: problem('row.render', { detail: shortMessage(cause ?? error) }),
    };
  }
}
