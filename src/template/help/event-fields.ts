import { type Node, parseTree } from 'jsonc-parser';
import type { TextEdit } from '../../value/text-edit';
import { BEGINS_AT_EVENT, eventIn } from '../event-shape';
import { findOutputs, type Output } from '../outputs';
import { mostBranches, pieces } from '../pieces';
import { skeleton } from '../skeleton';

/**
 * A `"name": value` of the template's JSON. Places are 0-based characters of the template's text,
 * ends exclusive.
 */
export interface Field {
  /** As JSON reads it, without quotes. */
  readonly name: string;
  /** At its name's quote. */
  readonly from: number;
  /** Behind its value, with the whole of a `{{ … }}`. */
  readonly to: number;
  /** Behind its name's quote. */
  readonly keyTo: number;
  /** At the first character of its value. */
  readonly valueFrom: number;
  /** What its value is. */
  readonly kind: 'object' | 'text' | 'number' | 'other';
  /** The fields of an object; empty for everything else. */
  readonly fields: readonly Field[];
}

/** An object in a template. */
export interface ObjectText {
  /** That of the whole template. */
  readonly text: string;
  /** The character (0-based) of its opening brace. */
  readonly braceAt: number;
  /** In the order of the text. */
  readonly fields: readonly Field[];
}

/** The event of a template, as one of its branches makes it. */
export interface EventText extends ObjectText {
  /** All outputs of the template. */
  readonly outputs: readonly Output[];
}

const KINDS: Readonly<Record<string, Field['kind']>> = {
  object: 'object',
  string: 'text',
  number: 'number',
};

/** An unquoted output is one digit in the skeleton; its field ends where the output does. */
const endIn = (outputs: readonly Output[], end: number): number =>
  outputs.find((output) => output.begin < end && end < output.end)?.end ?? end;

/** The fields of an object. `shift` is how much later its nodes stand than in the template. */
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
  // With the brace that such a recipe needs, everything stands one character later.
  const shift = BEGINS_AT_EVENT.test(json) ? 1 : 0;
  const root = parseTree(shift === 1 ? `{${json}}` : json);
  if (root?.type !== 'object') return undefined;
  const event = eventIn(root);
  return {
    text,
    outputs,
    braceAt: Math.max(0, event.offset - shift),
    fields: fieldsOf(event, outputs, shift),
  };
}

/**
 * The event as each branch of the template makes it, as far as its JSON can be read. Empty if the
 * Liquid cannot be read or there is no object.
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

/** The field of a name; undefined if there is none. */
export const fieldNamed = (fields: readonly Field[], name: string): Field | undefined =>
  fields.find((field) => field.name === name);

/** The outputs that stand in a field's value. */
export const outputsIn = (
  outputs: readonly Output[],
  { valueFrom, to }: Field,
): readonly Output[] => outputs.filter(({ begin, end }) => begin >= valueFrom && end <= to);

/** The field that begins at a character (0-based), or whose value does. */
export function fieldAt(fields: readonly Field[], offset: number): Field | undefined {
  for (const field of fields) {
    if (field.valueFrom === offset || field.from === offset) return field;
    const inner = fieldAt(field.fields, offset);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** The fields around a character (0-based), the outer ones first. */
export function fieldsAround(fields: readonly Field[], offset: number): readonly Field[] {
  const around = fields.find(({ from, to }) => from <= offset && offset < to);
  return around === undefined ? [] : [around, ...fieldsAround(around.fields, offset)];
}

/** Whether a character (0-based) is outside of every branch, so that what is put there stays. */
export function isUnconditional(text: string, offset: number): boolean {
  let open = 0;
  for (const { begin, kind } of pieces(text)) {
    if (begin >= offset) break;
    if (kind === 'block') open++;
    else if (kind === 'end') open--;
  }
  return open === 0;
}

/** The fields of the object that a field stands in. */
const siblingsOf = (event: EventText, field: Field): readonly Field[] => {
  const search = (fields: readonly Field[]): readonly Field[] | undefined =>
    fields.includes(field)
      ? fields
      : fields.map((each) => search(each.fields)).find((found) => found !== undefined);
  return search(event.fields) ?? [field];
};

/** A field with the comma that goes when it goes; if it is alone, with all space in its braces. */
function rangeOf(event: EventText, field: Field): { readonly from: number; readonly to: number } {
  const siblings = siblingsOf(event, field);
  const index = siblings.indexOf(field);
  const next = siblings[index + 1];
  if (next !== undefined) return { from: field.from, to: next.from };
  const previous = siblings[index - 1];
  if (previous !== undefined) return { from: previous.to, to: field.to };
  return {
    from: event.text.slice(0, field.from).trimEnd().length,
    to: field.to + (/^\s*/.exec(event.text.slice(field.to))?.[0].length ?? 0),
  };
}

/**
 * Takes a field out, with its comma. Undefined if there are tags around it, since a branch may need
 * that comma.
 */
export function removal(event: EventText, field: Field): TextEdit | undefined {
  const { from, to } = rangeOf(event, field);
  return event.text.slice(from, to).includes('{%') || !isUnconditional(event.text, field.from)
    ? undefined
    : { from, to, insert: '' };
}

/**
 * The white space before a field, which a new one gets as well: a line of its own with its
 * indentation, or one space.
 */
function spaceBefore(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const space = before.slice(before.trimEnd().length);
  const line = space.lastIndexOf('\n');
  return line < 0 ? ' ' : space.slice(line);
}

const at = (offset: number, insert: string): TextEdit => ({ from: offset, to: offset, insert });

/** Puts a written field behind another one, before the first one, or between empty braces. */
export function insertion(
  { text, braceAt, fields }: ObjectText,
  written: string,
  behind?: Field,
): TextEdit {
  const [first] = fields;
  if (first === undefined)
    return at(braceAt + 1, text[braceAt + 1] === '}' ? ` ${written} ` : ` ${written}`);
  const space = spaceBefore(text, first.from);
  return behind === undefined
    ? at(first.from, `${written},${space}`)
    : at(behind.to, `,${space}${written}`);
}

/** Puts a written field at the end of an object that is the value of another field. */
export const appended = (text: string, { fields, valueFrom }: Field, written: string): TextEdit =>
  insertion({ text, fields, braceAt: valueFrom }, written, fields[fields.length - 1]);
