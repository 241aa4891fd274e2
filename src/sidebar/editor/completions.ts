import type { MetricView, Vocabulary } from '../../rpc/contract';
import { type JsonText, type LiquidBlock, type Scan, scan, type Token } from './tokens';

/** A column as a template may name it. */
export interface TemplateColumn {
  readonly name: string;
  readonly header: string;
  readonly samples?: readonly string[] | undefined;
}

/** What there is to be named in a template. */
export interface Known {
  readonly columns: readonly TemplateColumn[];
  /** Undefined where they could not be read. */
  readonly metrics: readonly MetricView[] | undefined;
  readonly filters: Vocabulary['filters'];
}

/** Something that could stand at a place: what is shown of it, and the text that takes the place of the characters from `from` up to `to` (0-based). */
export interface Proposal {
  readonly label: string;
  readonly detail: string;
  readonly from: number;
  readonly to: number;
  readonly insert: string;
  /** Where the cursor stands in `insert` afterwards; at its end where it is undefined. */
  readonly cursor?: number | undefined;
}

/** What could stand at a place. What is typed from `from` on narrows the proposals by their labels. */
export interface Proposals {
  readonly from: number;
  readonly proposals: readonly Proposal[];
}

type Labelled = Pick<Proposal, 'label' | 'detail'>;

const TAGS: readonly Labelled[] = [
  { label: 'if', detail: 'Writes what follows only if something is so' },
  { label: 'elsif', detail: 'Otherwise, if something else is so' },
  { label: 'else', detail: 'Otherwise' },
  { label: 'endif', detail: 'Ends if' },
  { label: 'unless', detail: 'Writes what follows only if something is not so' },
  { label: 'endunless', detail: 'Ends unless' },
  { label: 'case', detail: 'Chooses by a value' },
  { label: 'when', detail: 'For this value' },
  { label: 'endcase', detail: 'Ends case' },
  { label: 'assign', detail: 'Gives a value a name' },
  { label: 'comment', detail: 'A note that is not sent' },
  { label: 'endcomment', detail: 'Ends comment' },
];
const TAGS_WITH_EXPRESSION = new Set(['if', 'elsif', 'unless', 'case', 'when', 'assign']);

/** Lago's event (lago: event.mandatory). */
const EVENT_FIELDS: readonly Labelled[] = [
  { label: 'transaction_id', detail: 'The id of the event; never the same twice' },
  { label: 'external_subscription_id', detail: 'The subscription that is billed' },
  { label: 'code', detail: 'The code of the billable metric' },
  { label: 'timestamp', detail: 'When it was used, in Unix seconds' },
  { label: 'properties', detail: 'What the metric counts' },
  { label: 'precise_total_amount_cents', detail: 'The amount, for dynamic charges' },
];

const IDENTIFIER = /^[A-Za-z_]\w*$/;
const SAMPLE_CHARACTERS = 24;
/** So many metrics are named where several read one property. */
const NAMED_METRICS = 3;

const inBrackets = (name: string): string =>
  name.includes("'") ? `row["${name}"]` : `row['${name}']`;
const reads = (name: string): string => (IDENTIFIER.test(name) ? `row.${name}` : inBrackets(name));

function columnDetail({ header, samples }: TemplateColumn): string {
  const sample = samples?.find((each) => each.trim() !== '');
  if (sample === undefined) return header;
  return `${header}, such as ${sample.length > SAMPLE_CHARACTERS ? `${sample.slice(0, SAMPLE_CHARACTERS)}\u2026` : sample}`;
}

/** Names of Lago's aggregations come as `sum_agg`. */
const metricDetail = ({ name, aggregation }: MetricView): string =>
  `${name}, ${aggregation.replace(/_agg$/, '').replace(/_/g, ' ')}`;

// Inside of Liquid

/** What is put around an insertion, so that a block which is not closed gets closed and its content has spaces around it. */
interface Surroundings {
  readonly before: string;
  readonly after: string;
  /** How much of `after` the cursor goes over: a block that was closed already is written on in. */
  readonly passed: number;
}

function surroundings(
  text: string,
  { kind, closed }: LiquidBlock,
  from: number,
  to: number,
): Surroundings {
  const closer = kind === 'output' ? '}}' : '%}';
  const before = /[{%]$/.test(text.slice(0, from)) ? ' ' : '';
  if (!closed) return { before, after: ` ${closer}`, passed: closer.length + 1 };
  return { before, after: text.startsWith(closer, to) ? ' ' : '', passed: 0 };
}

/** Proposals for the word that ends at the cursor. */
function words(
  text: string,
  block: LiquidBlock,
  from: number,
  to: number,
  pairs: readonly (readonly [Labelled, string])[],
): Proposals {
  const { before, after, passed } = surroundings(text, block, from, to);
  return {
    from,
    proposals: pairs.map(([{ label, detail }, word]) => {
      const insert = before + word;
      return { label, detail, from, to, insert: insert + after, cursor: insert.length + passed };
    }),
  };
}

function inLiquid(
  text: string,
  at: number,
  block: LiquidBlock,
  known: Known,
): Proposals | undefined {
  const begin = block.from + 2;
  const content = text.slice(begin, at).replace(/^-/, ' ');
  const bracket = /\brow\[\s*(["'])([^"'[\]]*)$/.exec(content);
  if (bracket !== null)
    return columnsInBrackets(text, at, bracket[1] ?? '', bracket[2] ?? '', known);
  // Inside of a text there is nothing to name.
  const open = content.replace(/"[^"]*"|'[^']*'/g, (quoted) => ' '.repeat(quoted.length));
  if (/["']/.test(open)) return undefined;
  const typed = /[\w-]*$/.exec(open)?.[0] ?? '';
  const from = at - typed.length;
  const to = at + (/^\w*/.exec(text.slice(at, block.to))?.[0].length ?? 0);
  const before = open.slice(0, open.length - typed.length);
  if (/(^|[^\w.\]])row\.$/.test(before)) return columnsBehindDot(text, block, from, to, known);
  if (/[.\])]\s*$/.test(before)) return undefined;
  const tag = block.kind === 'tag' ? /^\s*(\w+)\s/.exec(before)?.[1] : undefined;
  if (block.kind === 'tag' && tag === undefined)
    return before.trim() === '' ? tags(text, block, from, to) : undefined;
  if (/\|\s*$/.test(before)) {
    // A filter in a condition would escape nothing; the server refuses it.
    if (block.kind === 'tag' && tag !== 'assign') return undefined;
    return words(
      text,
      block,
      from,
      to,
      known.filters.map(({ name, hint }) => [{ label: name, detail: hint }, name]),
    );
  }
  return isValuePlace(before, tag) ? values(text, block, from, to, known) : undefined;
}

/** Whether a value begins behind these characters of a block. */
function isValuePlace(before: string, tag: string | undefined): boolean {
  if (tag === undefined) return before.trim() === '' || /[:,([]\s*$/.test(before);
  if (tag === 'assign') return /[=:,]\s*$/.test(before);
  return (
    TAGS_WITH_EXPRESSION.has(tag) &&
    (/^\s*\w+\s+$/.test(before) || /([=<>,(]|\b(and|or|contains)\s)\s*$/.test(before))
  );
}

const tags = (text: string, block: LiquidBlock, from: number, to: number): Proposals => {
  const { before, after } = surroundings(text, block, from, to);
  return {
    from,
    proposals: TAGS.map(({ label, detail }) => {
      const insert = before + label + (TAGS_WITH_EXPRESSION.has(label) ? ' ' : '');
      return { label, detail, from, to, insert: insert + after, cursor: insert.length };
    }),
  };
};

const values = (
  text: string,
  block: LiquidBlock,
  from: number,
  to: number,
  { columns }: Known,
): Proposals =>
  words(
    text,
    block,
    from,
    to,
    columns.map((column) => [
      { label: reads(column.name), detail: columnDetail(column) },
      reads(column.name),
    ]),
  );

function columnsBehindDot(
  text: string,
  block: LiquidBlock,
  from: number,
  to: number,
  { columns }: Known,
): Proposals {
  const { after, passed } = surroundings(text, block, from, to);
  return {
    from,
    proposals: columns.map((column) => {
      const plain = IDENTIFIER.test(column.name);
      const insert = plain ? column.name : inBrackets(column.name);
      // A name that is no identifier cannot stand behind a dot.
      return {
        label: column.name,
        detail: columnDetail(column),
        from: plain ? from : from - 'row.'.length,
        to,
        insert: insert + after,
        cursor: insert.length + passed,
      };
    }),
  };
}

function columnsInBrackets(
  text: string,
  at: number,
  quote: string,
  typed: string,
  { columns }: Known,
): Proposals {
  const from = at - typed.length;
  const rest = new RegExp(`^[^"'\\n\\[\\]{}|]*(${quote}\\]?)?`).exec(text.slice(at))?.[0] ?? '';
  const closes = rest.endsWith(quote) || rest.endsWith(`${quote}]`);
  return {
    from,
    proposals: columns
      .filter(({ name }) => !name.includes(quote))
      .map((column) => ({
        label: column.name,
        detail: columnDetail(column),
        from,
        to: closes ? at + rest.length : at,
        insert: `${column.name}${quote}]`,
      })),
  };
}

// Inside of JSON

/** An object or list around a place: the names on the way to it from the outermost one, and the names of its properties. */
interface Frame {
  readonly path: readonly string[];
  readonly kind: 'object' | 'list';
  readonly keys: string[];
  key: string | undefined;
  /** Whether a property's name comes next, rather than its value or a comma. */
  expects: 'name' | 'value' | 'comma';
}

interface JsonPlace {
  readonly frame: Frame;
  /** As they were at the place: the frame itself goes on to the end of the template. */
  readonly key: string | undefined;
  readonly expects: Frame['expects'];
}

const contentOf = (text: string, { from, to, closed }: JsonText): string =>
  text.slice(from + 1, closed ? to - 1 : to);

/** Where a place that is inside of no text stands in the JSON around it. Both branches of an `if` count, one after the other. */
function jsonPlace(text: string, { tokens, texts }: Scan, at: number): JsonPlace | undefined {
  const stack: Frame[] = [];
  let found: JsonPlace | undefined;
  const look = (): void => {
    const frame = stack[stack.length - 1];
    if (found === undefined && frame !== undefined)
      found = { frame, key: frame.key, expects: frame.expects };
  };
  const scalars = tokens.filter(
    ({ kind }) => kind === 'punctuation' || kind === 'number' || kind === 'literal',
  );
  // It goes on behind the place, for the names that follow there.
  for (const piece of inOrder(scalars, texts)) {
    if (piece.from >= at) look();
    if ('kind' in piece) punctuate(stack, text.slice(piece.from, piece.to));
    else read(stack, contentOf(text, piece));
  }
  look();
  return found;
}

const inOrder = (
  tokens: readonly Token[],
  texts: readonly JsonText[],
): readonly (Token | JsonText)[] =>
  [...tokens, ...texts].sort((left, right) => left.from - right.from);

function punctuate(stack: Frame[], mark: string): void {
  const top = stack[stack.length - 1];
  if (mark === '{' || mark === '[') {
    const path =
      top === undefined ? [] : [...top.path, ...(top.key === undefined ? [] : [top.key])];
    stack.push({
      path,
      kind: mark === '{' ? 'object' : 'list',
      keys: [],
      key: undefined,
      expects: mark === '{' ? 'name' : 'value',
    });
  } else if (mark === '}' || mark === ']') {
    stack.pop();
    const outer = stack[stack.length - 1];
    if (outer !== undefined) outer.expects = 'comma';
  } else if (top === undefined) return;
  else if (mark === ',') {
    top.key = undefined;
    top.expects = top.kind === 'object' ? 'name' : 'value';
  } else top.expects = mark === ':' ? 'value' : 'comma';
}

function read(stack: Frame[], content: string): void {
  const top = stack[stack.length - 1];
  if (top === undefined) return;
  if (top.expects === 'name') {
    top.key = content;
    top.keys.push(content);
  }
  top.expects = 'comma';
}

/** The event itself: the outermost object, or the one that Hightouch's form calls `event`. */
const isEvent = ({ path }: Frame): boolean =>
  path.length === 0 || (path.length === 1 && path[0] === 'event');
const isProperties = ({ path }: Frame): boolean =>
  path[path.length - 1] === 'properties' && path.length <= 2;

function inJson(
  text: string,
  at: number,
  scanned: Scan,
  known: Known,
  asked: boolean,
): Proposals | undefined {
  const around = scanned.texts.find(
    ({ from, to, closed }) => from < at && at <= (closed ? to - 1 : to),
  );
  if (around === undefined && !asked) return undefined;
  const place = jsonPlace(text, scanned, around?.from ?? at);
  if (place === undefined) return undefined;
  const { frame, key, expects } = place;
  if (expects === 'name')
    return around?.hasLiquid === true ? undefined : names(text, at, around, frame, known, asked);
  if (expects !== 'value') return undefined;
  if (key === 'code' && isEvent(frame))
    return around?.hasLiquid === true ? undefined : codes(text, at, around, known, asked);
  return asked ? outputs(at, around, key, known) : undefined;
}

/** Takes the place of a whole JSON text, or is put in with quotes where there is none. */
function quoted(
  at: number,
  around: JsonText | undefined,
  { label, detail }: Labelled,
  more = '',
): Proposal {
  const content = JSON.stringify(label).slice(1, -1);
  if (around === undefined)
    return { label, detail, from: at, to: at, insert: `"${content}"${more}` };
  return { label, detail, from: around.from + 1, to: around.to, insert: `${content}"${more}` };
}

/** Where the typing begins that narrows the proposals. Asked at a text that is one of them or like none of them, all are shown. */
function narrowedFrom(
  text: string,
  at: number,
  around: JsonText | undefined,
  proposals: readonly Proposal[],
  asked: boolean,
): number {
  if (around === undefined) return at;
  const typed = text.slice(around.from + 1, at).toLowerCase();
  const narrows = proposals.some(
    ({ label }) => label.toLowerCase() !== typed && label.toLowerCase().includes(typed),
  );
  return asked && !narrows ? at : around.from + 1;
}

function names(
  text: string,
  at: number,
  around: JsonText | undefined,
  frame: Frame,
  known: Known,
  asked: boolean,
): Proposals {
  const labelled = isProperties(frame)
    ? fields(text, known.metrics)
    : isEvent(frame)
      ? EVENT_FIELDS
      : [];
  const own = around === undefined ? undefined : contentOf(text, around);
  const taken = new Set(frame.keys.filter((key) => key !== own));
  const proposals = labelled
    .filter(({ label }) => !taken.has(label))
    .map((each) => quoted(at, around, each, around?.property === true ? '' : ': '));
  return { from: narrowedFrom(text, at, around, proposals, asked), proposals };
}

/** The properties that Lago's metrics read, the one of the template's own metric first. */
function fields(text: string, metrics: Known['metrics']): readonly Labelled[] {
  const code = /"code"\s*:\s*"([^"{}]*)"/.exec(text)?.[1];
  const readers = new Map<string, string[]>();
  const own = metrics?.filter((metric) => metric.code === code) ?? [];
  for (const { field, name, hasExpression } of [...own, ...(metrics ?? [])]) {
    // Lago writes the field of an expression itself.
    if (field === undefined || field === '' || hasExpression) continue;
    const known = readers.get(field) ?? [];
    if (!known.includes(name)) readers.set(field, [...known, name]);
  }
  return [...readers].map(([label, metricNames]) => ({
    label,
    detail: `Read by ${metricNames.slice(0, NAMED_METRICS).join(', ')}${metricNames.length > NAMED_METRICS ? '\u2026' : ''}`,
  }));
}

function codes(
  text: string,
  at: number,
  around: JsonText | undefined,
  { metrics = [] }: Known,
  asked: boolean,
): Proposals {
  const proposals = metrics.map((metric) =>
    quoted(at, around, { label: metric.code, detail: metricDetail(metric) }),
  );
  return { from: narrowedFrom(text, at, around, proposals, asked), proposals };
}

/** Outputs where a value is expected: only when they are asked for, since anything may be typed there. */
function outputs(
  at: number,
  around: JsonText | undefined,
  key: string | undefined,
  { columns }: Known,
): Proposals {
  const filter = key === 'timestamp' ? ' | unix' : '';
  const opening = around === undefined && key !== 'timestamp' ? '"' : '';
  return {
    from: at,
    proposals: columns.map((column) => ({
      label: `{{ ${reads(column.name)}${filter} }}`,
      detail: columnDetail(column),
      from: at,
      to: at,
      insert: `${opening}{{ ${reads(column.name)}${filter} }}${opening}`,
    })),
  };
}

/**
 * What could stand at a place of a template (0-based offset), or undefined. `asked` says that a person asked for it by a key, so that it may be offered where
 * it would be in the way of typing.
 */
export function proposalsAt(
  text: string,
  at: number,
  known: Known,
  asked: boolean,
): Proposals | undefined {
  const scanned = scan(text);
  if (scanned.tokens.some(({ kind, from, to }) => kind === 'comment' && from < at && at < to))
    return undefined;
  const block = scanned.blocks.find(
    ({ from, to, closed }) => from + 2 <= at && at <= (closed ? to - 2 : to),
  );
  const found =
    block === undefined
      ? inJson(text, at, scanned, known, asked)
      : inLiquid(text, at, block, known);
  return found === undefined || found.proposals.length === 0 ? undefined : found;
}
