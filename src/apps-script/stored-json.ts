import * as v from 'valibot';
import { type Problem, ProblemError, problem } from '../problem/problem';
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
const unreadable = (misfit?: string): ProblemError =>
  new ProblemError(
    problem('settings.unreadable', { where: misfit === undefined ? '' : ` (${misfit})` }),
  );

/** The problem of an error that says that a stored value is damaged; any other error is thrown. */
export function damageIn(error: unknown): Problem {
  if (error instanceof ProblemError && error.problem.code === 'settings.unreadable')
    return error.problem;
  throw error;
}

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

/**
 * Reads a value that `writeJson` wrote; undefined if there is none.
 * @throws ProblemError settings.unreadable if a part is missing or altered
 */
export function readJson(all: Readonly<Record<string, string>>, name: string): unknown {
  const text = all[name];
  if (text === undefined) return undefined;
  const head = valueBy(HEAD, parsedJson(text));
  if (head === undefined) throw unreadable();
  const content = Array.from(
    { length: head.parts },
    (_, part) => all[partKey(name, head.generation, part)] ?? '',
  ).join('');
  const value = digest(content) === head.checksum ? parsedJson(content) : undefined;
  if (value === undefined) throw unreadable();
  return value;
}

/** Names of a value's parts, of all generations: a killed or refused write may have left some. */
const partsIn = (all: Readonly<Record<string, string>>, name: string): string[] =>
  Object.keys(all).filter((key) => key.startsWith(`${name}.`));

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
  const all = properties.getProperties();
  const current = valueBy(HEAD, parsedJson(all[name] ?? ''))?.generation;
  const isInForce = (key: string): boolean => key.startsWith(`${name}.${current}.`);
  const former = partsIn(all, name);
  // They may fill the room that the new parts need.
  for (const key of former) if (!isInForce(key)) properties.deleteProperty(key);
  const content = asciiJson(value);
  const parts = Math.max(1, Math.ceil(content.length / PART_CHARACTERS));
  for (let part = 0; part < parts; part++)
    properties.setProperty(
      partKey(name, generation, part),
      content.slice(part * PART_CHARACTERS, (part + 1) * PART_CHARACTERS),
    );
  const head: Head = { generation, parts, checksum: digest(content) };
  properties.setProperty(name, JSON.stringify(head));
  for (const key of former) if (isInForce(key)) properties.deleteProperty(key);
}

/** Deletes a value with its parts. */
export function deleteJson(properties: Properties, name: string): void {
  properties.deleteProperty(name);
  for (const key of partsIn(properties.getProperties(), name)) properties.deleteProperty(key);
}
