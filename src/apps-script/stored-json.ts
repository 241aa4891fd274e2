import * as v from 'valibot';
import { ProblemError, problem } from '../problem/problem';
import { fitted, type Schema, valueBy } from '../schema/fit';
import { digest } from '../sync/rows/content';
import { parsedJson } from '../value/json';
import type { Properties } from './runtime';

/**
 * Most characters of a part. A property value holds 9 KB
 * (google: properties.too-large, properties.bytes); escaped text has one byte a character, and this
 * leaves room for the key.
 */
const PART_CHARACTERS = 8_000;

/** A JSON text in ASCII, so that it has as many bytes as characters. */
export const inAscii = (json: string): string =>
  json.replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

export const asciiJson = (value: unknown): string => inAscii(JSON.stringify(value));

/** @param misfit what is not as expected, if that is known */
export const unreadable = (misfit?: string): ProblemError =>
  new ProblemError(
    problem('settings.unreadable', { where: misfit === undefined ? '' : ` (${misfit})` }),
  );

/** Reads a stored value by a schema. @throws ProblemError settings.unreadable, naming the field */
export function storedBy<T>(schema: Schema<T>, value: unknown): T {
  const read = fitted(schema, value);
  if ('misfit' in read) throw unreadable(read.misfit);
  return read.value;
}

/** What stands under a value's own name: which generation of its parts is in force. */
const HEAD = v.object({ generation: v.string(), parts: v.number(), checksum: v.string() });

type Head = v.InferOutput<typeof HEAD>;

const partKey = (name: string, generation: string, part: number): string =>
  `${name}.${generation}.${part}`;

/** A stored value of which a part is missing or altered. */
export class DamagedValue extends Error {}

/**
 * Reads a value that `writeJson` wrote; undefined if there is none.
 * @throws DamagedValue if a part is missing or altered
 */
export function readJson(all: Readonly<Record<string, string>>, name: string): unknown {
  const text = all[name];
  if (text === undefined) return undefined;
  const head = valueBy(HEAD, parsedJson(text));
  if (head === undefined) throw new DamagedValue(name);
  const content = Array.from(
    { length: head.parts },
    (_, part) => all[partKey(name, head.generation, part)] ?? '',
  ).join('');
  const value = digest(content) === head.checksum ? parsedJson(content) : undefined;
  if (value === undefined) throw new DamagedValue(name);
  return value;
}

/** The generation in force; undefined if there is none or its head is damaged. */
const currentGeneration = (
  all: Readonly<Record<string, string>>,
  name: string,
): string | undefined => valueBy(HEAD, parsedJson(all[name] ?? ''))?.generation;

/**
 * Deletes the parts of all generations but one, also those that a killed or refused write has left.
 */
function deleteParts(properties: Properties, name: string, except: string | undefined): void {
  for (const key of Object.keys(properties.getProperties())) {
    if (
      key.startsWith(`${name}.`) &&
      (except === undefined || !key.startsWith(`${name}.${except}.`))
    )
      properties.deleteProperty(key);
  }
}

/**
 * Writes a value of any length as a new generation, and points to it once it is whole: a crash
 * half-way leaves the former one in force.
 * @param generation a text that no earlier call used
 */
export function writeJson(
  properties: Properties,
  name: string,
  value: unknown,
  generation: string,
): void {
  deleteParts(properties, name, currentGeneration(properties.getProperties(), name));
  const content = asciiJson(value);
  const parts = Math.max(1, Math.ceil(content.length / PART_CHARACTERS));
  for (let part = 0; part < parts; part++)
    properties.setProperty(
      partKey(name, generation, part),
      content.slice(part * PART_CHARACTERS, (part + 1) * PART_CHARACTERS),
    );
  const head: Head = { generation, parts, checksum: digest(content) };
  properties.setProperty(name, JSON.stringify(head));
  deleteParts(properties, name, generation);
}

/** Deletes a value with its parts. */
export function deleteJson(properties: Properties, name: string): void {
  properties.deleteProperty(name);
  deleteParts(properties, name, undefined);
}
