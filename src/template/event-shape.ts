import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { type Place, type Problem, problem } from '../problem/problem';
import { isEventField, REQUIRED_FIELDS, type RequiredField } from '../value/usage-event';
import type { Output } from './outputs';
import { jsonDepth, mostBranches } from './pieces';
import { placeAt } from './place';
import { DEEPEST, tooLarge } from './size';
import { skeleton } from './skeleton';

/** The event as one branch of a template makes it. */
export interface EventShape {
  /** Those of this branch, with places in the template. */
  readonly problems: readonly Problem[];
  /** The JSON of the event's fields, by name; empty if the JSON cannot be read. */
  readonly fields: ReadonlyMap<string, Node>;
}

/** The most problems that are reported of a template; nobody reads more at once. */
export const MOST_PROBLEMS = 300;

const SUGGESTIONS: Readonly<Record<RequiredField, string>> = {
  transaction_id:
    'Add "transaction_id": "{{ row.… }}" with a column that is different in every row.',
  external_subscription_id:
    'Add "external_subscription_id": "{{ row.… }}" with the id of the subscription in Lago.',
  code: 'Add "code": "…" with the code of the billable metric in Lago.',
  timestamp: 'Add "timestamp": {{ row.… | unix }}: without it Lago takes the moment of sending.',
};

const refused = (found: Problem): EventShape => ({ problems: [found], fields: new Map() });

/** Whether an output stands in a piece of JSON. */
export const within = (node: Node | undefined, output: Output): boolean =>
  node !== undefined && output.begin >= node.offset && output.end <= node.offset + node.length;

const nameOf = (property: Node): string => String(property.children?.[0]?.value);

/** The properties of an object that have the name of an earlier one. */
function repeated({ children = [] }: Node): readonly Node[] {
  const seen = new Set<string>();
  return children.filter((child) => {
    const name = nameOf(child);
    const isRepeated = seen.has(name);
    seen.add(name);
    return isRepeated;
  });
}

/** The repeated fields of an object and of all that is in it. */
function duplicates(
  node: Node | undefined,
  text: string,
  outputs: readonly Output[],
): readonly Problem[] {
  if (node === undefined) return [];
  const isObject = node.type === 'object';
  const here = (isObject ? repeated(node) : [])
    // A name that an output makes is a filler here; outputs of one length would look the same.
    .filter((child) => !outputs.some((output) => within(child.children?.[0], output)))
    .slice(0, MOST_PROBLEMS)
    .map((child) =>
      problem('template.duplicate-field', { field: nameOf(child) }, placeAt(text, child.offset)),
    );
  const inner = (node.children ?? []).flatMap((child) =>
    duplicates(isObject ? child.children?.[1] : child, text, outputs),
  );
  return [...here, ...inner];
}

/** The event of a JSON object: the object itself, or the one that it holds as `event`. */
export function eventIn(root: Node): Node {
  const wrapped = root.children?.find((child) => child.children?.[0]?.value === 'event')
    ?.children?.[1];
  return wrapped?.type === 'object' ? wrapped : root;
}

/** Fields of the event that Lago drops, then those that it misses. */
function checkFields(
  text: string,
  event: Node,
  fields: ReadonlyMap<string, Node>,
): readonly Problem[] {
  const at = (node: Node | undefined): Place => placeAt(text, node?.offset ?? event.offset);
  const dropped = [...fields.keys()]
    .filter((field) => !isEventField(field))
    .slice(0, MOST_PROBLEMS)
    .map((field) =>
      field === 'external_customer_id'
        ? problem('template.customer-field', {}, at(fields.get(field)))
        : problem('template.unknown-field', { field }, at(fields.get(field))),
    );
  const missing = REQUIRED_FIELDS.filter((field) => !fields.has(field)).map((field) =>
    problem('template.missing-field', { field, suggestion: SUGGESTIONS[field] }, at(event)),
  );
  return [...dropped, ...missing];
}

/** jsonc-parser's name of an error in words: `CommaExpected` becomes “comma expected”. */
const detailOf = (error: ParseError): string =>
  printParseErrorCode(error.error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();

/** The recipe that is often pasted begins at its "event". */
export const BEGINS_AT_EVENT = /^\s*"event"\s*:/;

/** A recipe without outer braces. What else is wrong with it is reported at once. */
function withoutBraces(text: string, json: string): EventShape {
  // With its brace, everything stands one character later.
  const { problems } = readShape(` ${text}`, `{${json}}`, []);
  const inText = ({ place, ...found }: Problem): Problem => ({
    ...found,
    place:
      place.line === 1 && place.character !== undefined
        ? { ...place, character: Math.max(1, place.character - 1) }
        : place,
  });
  return {
    problems: [
      problem('template.missing-braces', {}, placeAt(text, 0)),
      ...problems.filter(({ code }) => code !== 'template.not-json').map(inText),
    ],
    fields: new Map(),
  };
}

function readShape(text: string, json: string, outputs: readonly Output[]): EventShape {
  const depth = jsonDepth(json);
  if (depth > DEEPEST)
    return refused(tooLarge(text, `${depth} objects and lists within each other`, DEEPEST));
  if (BEGINS_AT_EVENT.test(json)) return withoutBraces(text, json);
  const errors: ParseError[] = [];
  const root = parseTree(json, errors, { disallowComments: true, allowTrailingComma: false });
  const [error] = errors;
  if (error !== undefined)
    return refused(
      problem('template.not-json', { detail: detailOf(error) }, placeAt(text, error.offset)),
    );
  if (root?.type !== 'object')
    return refused(problem('template.not-an-object', {}, placeAt(text, root?.offset ?? 0)));
  const event = eventIn(root);
  const fields = new Map(
    (event.children ?? []).map((child) => [nameOf(child), child.children?.[1] ?? child]),
  );
  return {
    problems: [...checkFields(text, event, fields), ...duplicates(root, text, outputs)],
    fields,
  };
}

/** The event as each branch makes it. Once there are problems enough, the rest is left out. */
export function eventShapes(text: string, outputs: readonly Output[]): readonly EventShape[] {
  const shapes: EventShape[] = [];
  let found = 0;
  for (let branch = 0; branch < mostBranches(text) && found < MOST_PROBLEMS; branch++) {
    const shape = readShape(text, skeleton(text, outputs, branch), outputs);
    found += shape.problems.length;
    shapes.push(shape);
  }
  return shapes;
}
