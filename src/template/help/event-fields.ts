import { type Node, parseTree } from 'jsonc-parser';
import type { TextEdit } from '../../value/text-edit';
import { findOutputs, type Output } from '../outputs';
import { mostBranches, pieces } from '../pieces';
import { skeleton } from '../skeleton';

/** A `"name": value` of the template's JSON, in 0-based characters of its text; `to` is exclusive and includes a whole `{{ … }}`. */
export interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly keyTo: number;
  readonly valueFrom: number;
  readonly kind: 'object' | 'text' | 'number' | 'other';
  /** The fields of an object. */
  readonly fields: readonly Field[];
}

/** The event of a template: where its braces are and what stands between them. */
export interface EventText {
  readonly text: string;
  readonly outputs: readonly Output[];
  readonly braceAt: number;
  readonly fields: readonly Field[];
}

const KINDS: Readonly<Record<string, Field['kind']>> = {
  object: 'object',
  string: 'text',
  number: 'number',
};

/** An unquoted output is one digit in the skeleton; its field ends where the output does. */
const endIn = (outputs: readonly Output[], end: number): number =>
  outputs.find((output) => output.begin < end && end < output.end)?.end ?? end;

function fieldsOf(node: Node | undefined, outputs: readonly Output[], shift: number): Field[] {
  return (node?.type === 'object' ? (node.children ?? []) : []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    if (key === undefined || value === undefined) return [];
    return [
      {
        name: String(key.value),
        from: property.offset - shift,
        to: endIn(outputs, value.offset + value.length - shift),
        keyTo: key.offset + key.length - shift,
        valueFrom: value.offset - shift,
        kind: KINDS[value.type] ?? 'other',
        fields: fieldsOf(value, outputs, shift),
      },
    ];
  });
}

function readBranch(
  text: string,
  outputs: readonly Output[],
  branch: number,
): EventText | undefined {
  const json = skeleton(text, outputs, branch);
  // The recipe that is often pasted begins at its "event"; its places are then one character earlier.
  const shift = /^\s*"event"\s*:/.test(json) ? 1 : 0;
  const root = parseTree(shift === 1 ? `{${json}}` : json);
  if (root?.type !== 'object') return undefined;
  const wrapped = root.children?.find((child) => child.children?.[0]?.value === 'event')
    ?.children?.[1];
  const event = wrapped?.type === 'object' ? wrapped : root;
  return {
    text,
    outputs,
    braceAt: Math.max(0, event.offset - shift),
    fields: fieldsOf(event, outputs, shift),
  };
}

/**
 * The event as each branch of the template makes it, read as far as its JSON can be read.
 * Empty where the Liquid cannot be read or where there is no object.
 */
export function readEventTexts(text: string): readonly EventText[] {
  try {
    const { outputs } = findOutputs(text);
    return Array.from({ length: mostBranches(text) }, (_, branch) =>
      readBranch(text, outputs, branch),
    ).filter((event): event is EventText => event !== undefined);
  } catch {
    return [];
  }
}

/** The field whose value begins at a character, or whose own first character it is. */
export function fieldAt(fields: readonly Field[], offset: number): Field | undefined {
  for (const field of fields) {
    if (field.valueFrom === offset || field.from === offset) return field;
    const inner = fieldAt(field.fields, offset);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** The innermost fields around a character, the outer ones first. */
export function fieldsAround(fields: readonly Field[], offset: number): readonly Field[] {
  const around = fields.find(({ from, to }) => from <= offset && offset < to);
  return around === undefined ? [] : [around, ...fieldsAround(around.fields, offset)];
}

/** Whether a character stands outside of every branch, so that what is put there is always there. */
export function isUnconditional(text: string, offset: number): boolean {
  let open = 0;
  for (const { begin, kind } of pieces(text)) {
    if (begin >= offset) break;
    if (kind === 'block') open++;
    else if (kind === 'end') open--;
  }
  return open === 0;
}

const siblingsOf = (event: EventText, field: Field): readonly Field[] => {
  const search = (fields: readonly Field[]): readonly Field[] | undefined =>
    fields.includes(field)
      ? fields
      : fields.map((each) => search(each.fields)).find((found) => found !== undefined);
  return search(event.fields) ?? [field];
};

/** Takes a field out, with the comma that it needs. Undefined where tags stand around it, since a branch may need that comma. */
export function removal(event: EventText, field: Field): TextEdit | undefined {
  const siblings = siblingsOf(event, field);
  const index = siblings.indexOf(field);
  const next = siblings[index + 1];
  const previous = siblings[index - 1];
  // The last one leaves nothing between its braces.
  const alone = {
    from: event.text.slice(0, field.from).trimEnd().length,
    to: field.to + (/^\s*/.exec(event.text.slice(field.to))?.[0].length ?? 0),
  };
  const range =
    next !== undefined
      ? { from: field.from, to: next.from }
      : previous !== undefined
        ? { from: previous.to, to: field.to }
        : alone;
  const edit = { ...range, insert: '' };
  const around = event.text.slice(edit.from, edit.to);
  return around.includes('{%') || !isUnconditional(event.text, field.from) ? undefined : edit;
}

/** The white space before a field, by which a new one is set in the same way: on a line of its own, or behind a space. */
function spaceBefore(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const space = before.slice(before.trimEnd().length);
  const line = space.lastIndexOf('\n');
  return line < 0 ? ' ' : space.slice(line);
}

/** Puts a field behind another one, before the first one, or between empty braces. `braceAt` is the object's opening brace. */
export function insertion(
  text: string,
  fields: readonly Field[],
  braceAt: number,
  field: string,
  behind?: Field,
): TextEdit {
  const [first] = fields;
  if (first === undefined)
    return {
      from: braceAt + 1,
      to: braceAt + 1,
      insert: text[braceAt + 1] === '}' ? ` ${field} ` : ` ${field}`,
    };
  const space = spaceBefore(text, first.from);
  if (behind === undefined)
    return { from: first.from, to: first.from, insert: `${field},${space}` };
  return { from: behind.to, to: behind.to, insert: `,${space}${field}` };
}
