import type { Problem } from '../../problem/problem';
import { type ColumnRole, columnFor, columnsFor, type TypedColumn } from '../../value/column-guess';
import { ownValue } from '../../value/json';
import { wordsOf } from '../../value/name-words';
import { nearest } from '../../value/nearest';
import {
  PLACEHOLDER_CODE,
  readsAs as readsInTemplate,
  TAG_NAMES,
} from '../../value/template-language';
import { applyEdits, type Fix, fixBetween, type TextEdit } from '../../value/text-edit';
import {
  EVENT_FIELDS,
  isEventField,
  REQUIRED_FIELDS,
  type RequiredField,
} from '../../value/usage-event';
import type { Column } from '../columns';
import { findOutputs } from '../outputs';
import { pieces } from '../pieces';
import { placeAt } from '../place';
import { compileTemplate } from '../template';
import { FILTER_NAMES } from '../vocabulary';
import { DECIMAL_MARKS } from '../written-number';
import { advise, type TemplateMetric } from './advice';
import {
  type EventText,
  type Field,
  fieldAt,
  fieldsAround,
  insertion,
  isUnconditional,
  readEventTexts,
  removal,
} from './event-fields';
import { CERTAIN, columnForProperty, columnsLike, ROLES } from './guess';

/** A problem of a template with the characters that it is about (0-based, `to` exclusive) and what repairs it. */
export interface TemplateProblem extends Problem {
  readonly from: number;
  readonly to: number;
  readonly fixes: readonly Fix[];
}

type Located = Omit<TemplateProblem, 'fixes'>;

/** A fix that may be worth offering. */
interface Candidate extends Fix {
  /** One of several that only a person can choose between. */
  readonly choice?: boolean | undefined;
  /** Name of a property that it gives up. */
  readonly without?: string | undefined;
}

interface Draft {
  readonly text: string;
  readonly columns: readonly TypedColumn[];
  readonly metrics: readonly TemplateMetric[] | undefined;
  /** The event as each branch makes it. */
  readonly events: readonly EventText[];
}

/** Behind these, other problems are not looked for yet and may appear when they are gone. */
const HIDING: ReadonlySet<string> = new Set([
  'template.empty',
  'template.too-large',
  'template.liquid',
  'template.unknown-tag',
  'template.unknown-filter',
  'template.empty-case',
  'template.branch-in-text',
  'template.not-json',
  'template.not-an-object',
  'template.missing-braces',
]);

/** What `advise` finds. The template compiles with it, so a fix may lead to it. */
const ADVICE: ReadonlySet<string> = new Set([
  'template.timestamp',
  'template.placeholder-code',
  'template.unknown-code',
  'event.missing-property',
]);

const edit = (from: number, to: number, insert: string): TextEdit => ({ from, to, insert });
const fix = (label: string, ...edits: readonly TextEdit[]): Candidate => ({
  label,
  edits: [...edits].sort((left, right) => left.from - right.from),
});

const readsAs = ({ name }: Column): string => readsInTemplate(name, '"');

// Where a problem is

function offsetOf(text: string, { line = 1, character = 1 }: Problem['place']): number {
  let start = 0;
  for (let number = 1; number < line; number++) {
    const end = text.indexOf('\n', start);
    if (end < 0) break;
    start = end + 1;
  }
  return Math.min(start + character - 1, Math.max(0, text.length - 1));
}

/** A reference as it is written: `row.name`, `row["name"]`, or another path. */
const REFERENCE = /^[\p{L}_][\p{L}\p{N}_-]*(?:\s*\.\s*[\p{L}\p{N}_-]+\??|\s*\[[^\]]*\])*/u;
const NAME_IN_REFERENCE = /^row\s*(?:\.\s*([\p{L}\p{N}_-]+\??)|\[\s*(?:"([^"]*)"|'([^']*)')\s*\])/u;

const referenceAt = (text: string, offset: number): string =>
  REFERENCE.exec(text.slice(offset))?.[0] ?? '';

const fieldIn = (
  events: readonly EventText[],
  offset: number,
): { readonly event: EventText; readonly field: Field } | undefined => {
  for (const event of events) {
    const field = fieldAt(event.fields, offset);
    if (field !== undefined) return { event, field };
  }
  return undefined;
};

/** Where the output or tag that begins before a character ends, or the line. */
function endOfLiquid(text: string, from: number): number {
  const end = /\}\}|%\}/.exec(text.slice(from));
  const line = text.indexOf('\n', from);
  const atLine = line < 0 ? text.length : line;
  return end === null ? atLine : Math.min(from + end.index + 2, Math.max(atLine, from + 1));
}

/** The end of what a problem is about. */
function endOf(found: Problem, from: number, { text, events }: Draft): number {
  switch (found.code) {
    case 'template.empty':
      return text.length;
    case 'template.unknown-column':
    case 'template.unknown-variable':
    case 'template.computed-column':
      return from + referenceAt(text, from).length;
    case 'template.unknown-filter':
    case 'template.shown':
    case 'template.number-mark':
      return from + (/^[\w-]+/.exec(text.slice(from))?.[0].length ?? 1);
    case 'template.unknown-tag':
    case 'template.empty-case':
    case 'template.branch-in-text':
    case 'template.liquid':
      return endOfLiquid(text, from);
    case 'template.missing-braces':
      return text.indexOf(':', from);
    case 'template.duplicate-field':
      return fieldIn(events, from)?.field.keyTo ?? from + 1;
    case 'template.constant-id':
      return fieldIn(events, from)?.field.to ?? from + 1;
    default:
      return from + 1;
  }
}

function locate(found: Problem, draft: Draft): Located {
  const { text, events } = draft;
  const at = offsetOf(text, found.place);
  // A field that Lago drops is reported where its value is; what a person reads is its name.
  const dropped =
    found.code === 'template.customer-field' || found.code === 'template.unknown-field'
      ? fieldIn(events, at)
      : undefined;
  const open =
    found.code === 'template.liquid'
      ? (ONE_BRACE.exec(text) ?? NO_BRACE.exec(text))?.index
      : undefined;
  // Liquid reports an output that is not closed where it gives up.
  if (open !== undefined && open < at)
    return { ...found, place: placeAt(text, open), from: open, to: endOfLiquid(text, open) };
  const [from, end] =
    dropped === undefined
      ? [at, endOf(found, at, draft)]
      : [dropped.field.from, dropped.field.keyTo];
  return { ...found, from, to: Math.min(text.length, Math.max(end, from + 1)) };
}

// What would repair it

const LISTED = 3;
const LISTED_METRICS = 5;

/** The role of the field that a character stands in, if it is a field of the event itself. */
function roleAt({ events }: Draft, offset: number): ColumnRole | undefined {
  const [field] = events
    .map((event) => fieldsAround(event.fields, offset)[0])
    .filter((each) => each !== undefined);
  if (field === undefined) return undefined;
  return ownValue<ColumnRole>(
    ROLES,
    field.name === 'external_customer_id' ? 'external_subscription_id' : field.name,
  );
}

/** Takes the property away in which a character stands, where it is one of a list that can do without it. */
function withoutProperty({ events }: Draft, offset: number): Candidate[] {
  const [event] = events;
  if (events.length !== 1 || event === undefined) return [];
  const [outer, property] = fieldsAround(event.fields, offset);
  const taken =
    outer?.name === 'properties' && property !== undefined ? removal(event, property) : undefined;
  return taken === undefined || property === undefined
    ? []
    : [{ ...fix(`Remove “${property.name}”`, taken), without: property.name }];
}

/** Other columns in the place of a reference: those that are called alike, then those that suit the field. */
function otherColumns(draft: Draft, { from, to }: Located, name: string): Candidate[] {
  const role = roleAt(draft, from);
  const alike = columnsLike(name, draft.columns, 2);
  const suitable =
    role === undefined ? [] : columnsFor(role, draft.columns).map(({ column }) => column);
  const columns = [...new Set([...alike, ...suitable])].slice(0, LISTED);
  return columns.map((column) => fix(`Use ${readsAs(column)}`, edit(from, to, readsAs(column))));
}

function unknownColumn(draft: Draft, found: Located): Candidate[] {
  const reference = draft.text.slice(found.from, found.to);
  const [, dotted, doubled, single] = NAME_IN_REFERENCE.exec(reference) ?? [];
  const name = dotted ?? doubled ?? single ?? '';
  const others = otherColumns(draft, found, name);
  return others.length > 0 ? others : withoutProperty(draft, found.from);
}

function unknownVariable(draft: Draft, found: Located): Candidate[] {
  const parts = draft.text
    .slice(found.from, found.to)
    .split(/[\s.[\]"']+/)
    .filter((part) => part !== '');
  const names = draft.columns.flatMap(({ name, header }) => [name, header]);
  // rows.x or record.x means row.x; row.x.y means row.x; a bare x means row.x.
  const known = parts.find((part) => names.includes(part));
  return otherColumns(draft, found, known ?? parts[parts.length - 1] ?? '');
}

/** What people call filters that are named differently here. */
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
/** Needed elsewhere; here every output is escaped by itself. */
const NEEDLESS = new Set(['escape', 'escape_once', 'json', 'jsonify', 'to_json']);

function unknownFilter({ text }: Draft, { from, to }: Located): Candidate[] {
  const name = text.slice(from, to);
  const [first, second] = [ownValue(SYNONYMS, name.toLowerCase()), nearest(name, FILTER_NAMES)];
  const names = [...new Set([first, second].filter((each) => each !== undefined))];
  const fixes = names.map((each) => fix(`Use ${each}`, edit(from, to, each)));
  const applied = findOutputs(text)
    .outputs.flatMap(({ filters }) => filters)
    .find(({ begin }) => begin === from);
  if (!NEEDLESS.has(name.toLowerCase()) || applied === undefined) return fixes;
  const bar = text.lastIndexOf('|', from);
  return [fix(`Remove ${name}`, edit(text.slice(0, bar).trimEnd().length, applied.end, ''))];
}

/** How the numbers are written is for a person to say. */
function numberMark({ text }: Draft, { from }: Located): Candidate[] {
  const applied = findOutputs(text)
    .outputs.flatMap(({ filters }) => filters)
    .find(({ begin }) => begin === from);
  if (applied === undefined) return [];
  return DECIMAL_MARKS.map((mark) => ({
    ...fix(
      `Use number: "${mark}"`,
      edit(from, from + text.slice(from, applied.end).trimEnd().length, `number: "${mark}"`),
    ),
    choice: true,
  }));
}

function unknownTag({ text }: Draft, { from, to }: Located): Candidate[] {
  const tag = pieces(text).find(({ begin }) => begin === from);
  const name = tag === undefined ? undefined : nearest(tag.name, TAG_NAMES);
  const at = tag === undefined ? -1 : text.slice(0, to).indexOf(tag.name, from);
  return name === undefined || tag === undefined || at < 0
    ? []
    : [fix(`Use ${name}`, edit(at, at + tag.name.length, name))];
}

function emptyCase({ text }: Draft, { from, to }: Located): Candidate[] {
  const edits = [...text.slice(from, to).matchAll(/''|""/g)].map(({ index }) =>
    edit(from + index, from + index + 2, 'nil'),
  );
  return [fix('Use when nil', ...edits)];
}

function missingBraces({ text }: Draft): Candidate[] {
  const end = text.trimEnd().replace(/,$/, '').length;
  const isOnLines = text.trim().includes('\n');
  const opening = /^\s/.test(text) ? '{' : isOnLines ? '{\n' : '{ ';
  return [
    fix(
      'Add the outer braces',
      edit(0, 0, opening),
      edit(end, text.length, isOnLines ? '\n}' : ' }'),
    ),
  ];
}

/** Where a text ends without the letters at its end; one by one, since a pattern would begin anew at each of a thousand spaces. */
function endWithout(text: string, letter: RegExp): number {
  let end = text.length;
  while (end > 0 && letter.test(text[end - 1] ?? '')) end--;
  return end;
}

/** What is mostly wrong with JSON that somebody wrote or pasted; each is tried, and what does not help is not offered. */
function brokenJson({ text }: Draft, { from }: Located): Candidate[] {
  const curly = [...text.matchAll(/[“”„‟]/g)].map(({ index }) => edit(index, index + 1, '"'));
  const before = text.slice(0, from).trimEnd().length;
  // At the very end the place is the last character, which may be the last one of the event.
  const end = text.trimEnd().length;
  const behind = text.slice(endWithout(text, /[\s,;}]/));
  return [
    ...(curly.length === 0 ? [] : [fix('Use straight quotes', ...curly)]),
    ...(text[before - 1] === ',' ? [fix('Remove the comma', edit(before - 1, before, ''))] : []),
    ...(before > 0 ? [fix('Add a comma', edit(before, before, ','))] : []),
    ...[' }', ' } }', ' } } }'].map((closing) => fix('Close the braces', edit(end, end, closing))),
    ...(behind.length > 1 && from >= text.length - behind.length
      ? [
          fix(
            'Remove what stands behind the event',
            edit(Math.max(from, text.length - behind.length), text.length, ''),
          ),
        ]
      : []),
  ];
}

/** An output that one brace closes, and one that a quote or the end of its line ends. */
const ONE_BRACE = /\{\{[^{}\n]*\}(?!\})/;
const NO_BRACE = /\{\{[^{}\n"]*(?=["\n]|$)/;

function brokenLiquid({ text }: Draft, { from }: Located): Candidate[] {
  const rest = text.slice(from);
  const close = (match: RegExpExecArray | null, piece: string): Candidate[] => {
    if (match === null) return [];
    const at = from + match.index + match[0].trimEnd().length;
    return [fix('Close it with }}', edit(at, at, piece))];
  };
  return [...close(ONE_BRACE.exec(rest), '}'), ...close(NO_BRACE.exec(rest), ' }}')];
}

function customerField(draft: Draft, event: EventText, field: Field): Candidate[] {
  const name = 'external_subscription_id';
  if (event.fields.some((each) => each.name === name)) {
    const taken = removal(event, field);
    return taken === undefined ? [] : [fix('Remove “external_customer_id”', taken)];
  }
  const value = draft.text.slice(field.valueFrom, field.to);
  const at = value.indexOf('row');
  const [, dotted, doubled, single] = NAME_IN_REFERENCE.exec(at < 0 ? '' : value.slice(at)) ?? [];
  const written = dotted ?? doubled ?? single;
  const isKnown = draft.columns.some(
    (column) => column.name === written || column.header === written,
  );
  const [best] = columnsFor(ROLES[name], draft.columns);
  const like = written === undefined ? undefined : columnsLike(written, draft.columns, 1)[0];
  const rename = fix(`Rename it to “${name}”`, edit(field.from, field.keyTo, `"${name}"`));
  const withColumn = (column: Column): Candidate =>
    fix(
      `Use “${name}” with ${readsAs(column)}`,
      edit(field.from, field.to, `"${name}": "{{ ${readsAs(column)} }}"`),
    );
  const other = best?.column ?? like;
  if (best !== undefined && best.points >= CERTAIN)
    return best.column.name === written ? [rename] : [withColumn(best.column), rename];
  return isKnown || other === undefined ? [rename] : [withColumn(like ?? other), rename];
}

/** What other services call the fields that Lago needs. */
const FIELD_SYNONYMS: Readonly<Record<string, RequiredField>> = {
  date: 'timestamp',
  event_id: 'transaction_id',
  event_name: 'code',
  event_time: 'timestamp',
  id: 'transaction_id',
  idempotency_key: 'transaction_id',
  metric: 'code',
  metric_code: 'code',
  billable_metric_code: 'code',
  subscription: 'external_subscription_id',
  time: 'timestamp',
};

/** The field that is missing and meant by another name. */
function meantField(name: string, missing: readonly RequiredField[]): RequiredField | undefined {
  const words = wordsOf(name).join('_');
  const synonym = ownValue(FIELD_SYNONYMS, words);
  if (synonym !== undefined && missing.includes(synonym)) return synonym;
  return (
    missing.find((field) => words.includes('_') && field.endsWith(`_${words}`)) ??
    nearest(name, missing)
  );
}

const missingIn = (event: EventText): RequiredField[] =>
  REQUIRED_FIELDS.filter((name) => !event.fields.some((field) => field.name === name));
const isDropped = ({ name }: Field): boolean =>
  !isEventField(name) && name !== 'external_customer_id';

const renamed = (field: Field, name: string): Candidate =>
  fix(`Rename “${field.name}” to “${name}”`, edit(field.from, field.keyTo, `"${name}"`));

/** The properties at their end, or made around the field itself where there are none. */
function movedIntoProperties(draft: Draft, event: EventText, field: Field): Candidate[] {
  const { text } = draft;
  const properties = event.fields.find(({ name }) => name === 'properties');
  const written = text.slice(field.from, field.to);
  const label = 'Move it into “properties”';
  if (properties === undefined)
    return [fix(label, edit(field.from, field.to, `"properties": { ${written} }`))];
  const taken = removal(event, field);
  if (
    taken === undefined ||
    properties.kind !== 'object' ||
    !isUnconditional(text, properties.from)
  )
    return [];
  if (properties.fields.some(({ name }) => name === field.name)) return [];
  const last = properties.fields[properties.fields.length - 1];
  return [
    fix(label, taken, insertion(text, properties.fields, properties.valueFrom, written, last)),
  ];
}

function unknownField(draft: Draft, event: EventText, field: Field): Candidate[] {
  const meant = meantField(field.name, missingIn(event));
  const taken = removal(event, field);
  return [
    ...(meant === undefined ? [] : [renamed(field, meant)]),
    ...(draft.events.length === 1 ? movedIntoProperties(draft, event, field) : []),
    ...(taken === undefined ? [] : [fix('Remove it', taken)]),
  ];
}

/** What may be written for a field that is not there. */
function newFields(draft: Draft, name: RequiredField): Candidate[] {
  const { columns, metrics } = draft;
  if (name === 'code') {
    const listed = (metrics ?? []).slice(0, LISTED_METRICS);
    const choice = listed.length > 1;
    const named = listed.map(({ code }) => ({
      ...fix(`Add "code": "${code}"`, edit(0, 0, `"code": ${JSON.stringify(code)}`)),
      choice,
    }));
    const column = columnFor(ROLES.code, columns);
    const other =
      column === undefined ? `"code": "${PLACEHOLDER_CODE}"` : `"code": "{{ ${readsAs(column)} }}"`;
    return listed.length === 1 ? named : [...named, fix(`Add ${other}`, edit(0, 0, other))];
  }
  const write = (column: Column): string =>
    name === 'timestamp'
      ? `"timestamp": {{ ${readsAs(column)} | unix }}`
      : `"${name}": "{{ ${readsAs(column)} }}"`;
  return columnsFor(ROLES[name], columns)
    .slice(0, 2)
    .map(({ column }) => fix(`Add ${write(column)}`, edit(0, 0, write(column))));
}

/** Puts a field where it stands in Lago's own order. */
function added({ text }: Draft, event: EventText, name: string, candidate: Candidate): Candidate {
  const order = EVENT_FIELDS as readonly string[];
  const before = event.fields.filter((field) => {
    const place = order.indexOf(field.name);
    return place >= 0 && place < order.indexOf(name) && isUnconditional(text, field.from);
  });
  const behind = before[before.length - 1];
  return {
    ...candidate,
    edits: [insertion(text, event.fields, event.braceAt, candidate.edits[0]?.insert ?? '', behind)],
  };
}

function missingField(draft: Draft, found: Located): Candidate[] {
  const event = draft.events.find(
    (each) =>
      each.braceAt === found.from &&
      missingIn(each).some((name) => found.message.includes(`“${name}”`)),
  );
  const name = event && missingIn(event).find((each) => found.message.includes(`“${each}”`));
  if (event === undefined || name === undefined) return [];
  const customer = event.fields.find((field) => field.name === 'external_customer_id');
  if (name === 'external_subscription_id' && customer !== undefined)
    return customerField(draft, event, customer);
  const lookalike = event.fields.find(
    (field) => isDropped(field) && meantField(field.name, missingIn(event)) === name,
  );
  return [
    ...(lookalike === undefined ? [] : [renamed(lookalike, name)]),
    ...newFields(draft, name).map((candidate) => added(draft, event, name, candidate)),
  ];
}

function constantId(draft: Draft, { from, to }: Located): Candidate[] {
  const columns = columnsFor(ROLES.transaction_id, draft.columns).slice(0, 2);
  return columns.map(({ column }) =>
    fix(`Use ${readsAs(column)}`, edit(from, to, `"{{ ${readsAs(column)} }}"`)),
  );
}

/** The only output of a value, its `unix` filter in place of what else made a text of the time. */
function timestampFixes(draft: Draft, { from, to }: Located): Candidate[] {
  const { text, columns, events } = draft;
  const output = events[0]?.outputs.find(({ begin, end }) => begin >= from && end <= to);
  const column = columnFor(ROLES.timestamp, columns);
  const fromColumn =
    column === undefined
      ? []
      : [
          fix(
            `Use {{ ${readsAs(column)} | unix }}`,
            edit(from, to, `{{ ${readsAs(column)} | unix }}`),
          ),
        ];
  if (output === undefined) {
    const literal = text.slice(from, to).replace(/^"|"$/g, '');
    const seconds = Number(literal) / 1000;
    return [
      ...(Number.isFinite(seconds)
        ? [fix('Write it in seconds', edit(from, to, String(Math.round(seconds))))]
        : []),
      ...fromColumn,
      ...(/^\d{4}-\d{2}-\d{2}[^"'\\{}%]*$/.test(literal)
        ? [fix('Use the filter unix', edit(from, to, `{{ "${literal}" | unix }}`))]
        : []),
    ];
  }
  const last = output.filters[output.filters.length - 1];
  const head = text
    .slice(
      output.valueBegin,
      last === undefined ? output.valueEnd : text.lastIndexOf('|', last.begin),
    )
    .trim();
  // What is in seconds already was multiplied.
  const own =
    last?.name === 'times'
      ? fix('Remove the multiplication', edit(from, to, `{{ ${head} }}`))
      : fix('Use the filter unix', edit(from, to, `{{ ${head} | unix }}`));
  return [own, ...fromColumn];
}

function placeholderCode({ metrics }: Draft, { from, to }: Located): Candidate[] {
  const listed = (metrics ?? []).slice(0, LISTED_METRICS);
  return listed.map(({ code }) => ({
    ...fix(`Use ${code}`, edit(from, to, JSON.stringify(code))),
    choice: listed.length > 1,
  }));
}

function unknownCode({ text, metrics }: Draft, { from, to }: Located): Candidate[] {
  const codes = (metrics ?? []).map(({ code }) => code);
  const near =
    nearest(text.slice(from + 1, to - 1), codes) ?? (codes.length === 1 ? codes[0] : undefined);
  return near === undefined ? [] : [fix(`Use ${near}`, edit(from, to, JSON.stringify(near)))];
}

function missingProperty(draft: Draft, found: Located): Candidate[] {
  const { text, columns, metrics, events } = draft;
  const [event] = events;
  const code = text.slice(found.from + 1, found.to - 1);
  const field = (metrics ?? []).find((metric) => metric.code === code)?.field;
  if (event === undefined || field === undefined) return [];
  const used = new Set(
    columns.filter((column) => text.includes(readsAs(column))).map(({ name }) => name),
  );
  const likely = columnForProperty(field, columns, used);
  const numbers = columns
    .filter(({ type, name }) => type === 'number' && !used.has(name))
    .slice(0, LISTED);
  const properties = event.fields.find(({ name }) => name === 'properties');
  return (likely === undefined ? numbers : [likely]).map((column) => {
    const written = `${JSON.stringify(field)}: {{ ${readsAs(column)} }}`;
    const candidate = { ...fix(`Add ${written}`), choice: likely === undefined };
    if (properties === undefined)
      return added(draft, event, 'properties', {
        ...candidate,
        edits: [edit(0, 0, `"properties": { ${written} }`)],
      });
    const last = properties.fields[properties.fields.length - 1];
    return {
      ...candidate,
      edits: [insertion(text, properties.fields, properties.valueFrom, written, last)],
    };
  });
}

function ofField(
  draft: Draft,
  { from }: Located,
  repair: (draft: Draft, event: EventText, field: Field) => Candidate[],
): Candidate[] {
  const at = fieldIn(draft.events, from);
  return at === undefined ? [] : repair(draft, at.event, at.field);
}

const CANDIDATES: Readonly<Record<string, (draft: Draft, found: Located) => Candidate[]>> = {
  'template.not-json': brokenJson,
  'template.liquid': brokenLiquid,
  'template.missing-braces': missingBraces,
  'template.unknown-column': unknownColumn,
  'template.unknown-variable': unknownVariable,
  'template.unknown-filter': unknownFilter,
  'template.unknown-tag': unknownTag,
  'template.empty-case': emptyCase,
  'template.number-mark': numberMark,
  'template.missing-field': missingField,
  'template.duplicate-field': (draft, found) =>
    ofField(draft, found, (_, event, field) => {
      const taken = removal(event, field);
      return taken === undefined ? [] : [fix('Remove the second one', taken)];
    }),
  'template.customer-field': (draft, found) => ofField(draft, found, customerField),
  'template.unknown-field': (draft, found) => ofField(draft, found, unknownField),
  'template.constant-id': constantId,
  'template.timestamp': timestampFixes,
  'template.placeholder-code': placeholderCode,
  'template.unknown-code': unknownCode,
  'event.missing-property': missingProperty,
};

// What is offered

interface Checked {
  readonly draft: Draft;
  readonly found: readonly Located[];
}

function check(
  text: string,
  columns: readonly TypedColumn[],
  metrics: readonly TemplateMetric[] | undefined,
): Checked {
  const { problems } = compileTemplate(text, columns);
  const isTooLarge = problems.some(({ code }) => code === 'template.too-large');
  const draft: Draft = { text, columns, metrics, events: isTooLarge ? [] : readEventTexts(text) };
  const found = problems.map((each) => locate(each, draft));
  const isReadable = problems.every(
    ({ code }) => !HIDING.has(code) || code === 'template.missing-braces',
  );
  return {
    draft,
    found: isReadable ? [...found, ...advise(draft.events, columns, metrics)] : found,
  };
}

const isSame = (left: Located, right: Located): boolean =>
  left.code === right.code && left.message === right.message;

/** Whether a fix does what it says: the problem is there once less, and nothing else has come up that was not hidden by it. */
function isRepaired(before: Checked, problem: Located, after: Checked): boolean {
  if (problem.code === 'template.not-json' || problem.code === 'template.liquid') {
    const again = after.found.find(({ code }) => code === problem.code);
    const grown = after.draft.text.length - before.draft.text.length;
    // The next one of several mistakes stands further behind.
    return again === undefined || again.from > problem.from + Math.max(0, grown);
  }
  const count = ({ found }: Checked): number =>
    found.filter((each) => isSame(each, problem)).length;
  return (
    count(after) < count(before) &&
    (HIDING.has(problem.code) ||
      after.found.every(
        (each) => ADVICE.has(each.code) || before.found.some((old) => isSame(old, each)),
      ))
  );
}

type Tries = (text: string) => Checked | undefined;

/** The fixes of a problem that hold when they are tried, each with what it leads to. */
function* provenFixes(
  before: Checked,
  problem: Located,
  tries: Tries,
): Generator<{ readonly fix: Candidate; readonly after: Checked }> {
  const results = new Set<string>();
  for (const candidate of CANDIDATES[problem.code]?.(before.draft, problem) ?? []) {
    const after = tries(applyEdits(before.draft.text, candidate.edits));
    if (after === undefined || results.has(after.draft.text) || !isRepaired(before, problem, after))
      continue;
    results.add(after.draft.text);
    yield { fix: candidate, after };
  }
}

/** Steps of one whole repair; each takes away at least one problem of a template that a person wrote. */
const MOST_STEPS = 40;

/** Repairs one problem after the other until the template compiles; undefined where that needs a person. */
function repairWhole(before: Checked, tries: Tries): Fix | undefined {
  let current = before;
  const without: string[] = [];
  for (let step = 0; step < MOST_STEPS && current.found.length > 0; step++) {
    const next = nextStep(current, tries);
    if (next === undefined) break;
    if (next.fix.without !== undefined) without.push(`“${next.fix.without}”`);
    current = next.after;
  }
  if (current.found.some(({ code }) => !ADVICE.has(code))) return undefined;
  if (current === before) return undefined;
  const label = 'Repair the whole template';
  return fixBetween(
    without.length === 0 ? label : `${label} (without ${without.join(', ')})`,
    before.draft.text,
    current.draft.text,
  );
}

/** What the field should be comes before what a column in it should be called. */
const FIRST = [
  'template.missing-braces',
  'template.customer-field',
  'template.unknown-field',
  'template.missing-field',
];
const rank = ({ code }: Located): number =>
  FIRST.includes(code) ? FIRST.indexOf(code) : FIRST.length;
const byRank = (found: readonly Located[]): Located[] =>
  [...found].sort((left, right) => rank(left) - rank(right));

function nextStep(
  current: Checked,
  tries: Tries,
): { readonly fix: Candidate; readonly after: Checked } | undefined {
  for (const problem of byRank(current.found))
    for (const proven of provenFixes(current, problem, tries))
      if (proven.fix.choice !== true) return proven;
  return undefined;
}

/** Each try of a fix is a compilation, and somebody is waiting: characters that are tried in all, some hundred events as people write them. */
const MOST_CHARACTERS = 150_000;

/** Checks a text at most once, and as much text as there is time for; what is left over then is told without a fix. */
function limited(check: (text: string) => Checked): Tries {
  const known = new Map<string, Checked>();
  let left = MOST_CHARACTERS;
  return (text) => {
    const before = known.get(text);
    if (before !== undefined || left < text.length) return before;
    left -= text.length;
    const checked = check(text);
    known.set(text, checked);
    return checked;
  };
}

const shown = ({ label, edits }: Candidate): Fix => ({ label, edits });

/**
 * Everything that can be told of a template without a row: what the compiler refuses, and what Lago would misread. In the order of the text,
 * but what is wrong with the event as a whole comes first. Every fix was tried: in the text that it makes, its problem is gone.
 * Where a template needs several repairs that need no choice, the first fix of the first problem makes them all at once.
 * @param columns of the sync, with the type of their values where somebody has looked
 * @param metrics of Lago, undefined where they are not known
 */
export function checkTemplate(
  text: string,
  columns: readonly TypedColumn[],
  metrics?: readonly TemplateMetric[],
): readonly TemplateProblem[] {
  const checked = check(text, columns, metrics);
  const tries = limited((changed) => check(changed, columns, metrics));
  const { found } = checked;
  const main = found.indexOf(byRank(found)[0] as Located);
  const problems = found.map((problem) => ({
    ...problem,
    fixes: [...provenFixes(checked, problem, tries)].map((proven) => shown(proven.fix)),
  }));
  const whole = found.length > 0 ? repairWhole(checked, tries) : undefined;
  const repaired = whole === undefined ? text : applyEdits(text, whole.edits);
  const isOffered = problems.some(({ fixes }) =>
    fixes.some(({ edits }) => applyEdits(text, edits) === repaired),
  );
  const [first, rest] = [
    problems[main],
    problems.filter((_, index) => index !== main).sort((left, right) => left.from - right.from),
  ];
  if (first === undefined) return [];
  return [
    whole === undefined || isOffered ? first : { ...first, fixes: [whole, ...first.fixes] },
    ...rest,
  ];
}
