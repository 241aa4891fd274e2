import { type Node, parseTree } from 'jsonc-parser';

/**
 * A whole number beyond 2^53 is a bigint, so that it keeps its digits as it does in Lago (lago:
 * event.numbers); every other one is a double.
 */
export type Json = string | number | bigint | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** Ruby reads no deeper. */
const DEEPEST = 100;

const LONG_INTEGER = /\d{16}/;
const INTEGER = /^-?\d+$/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * The value of a text; null if it is no JSON that Lago reads (lago: requests.broken-json,
 * requests.unreadable).
 */
export function parseJson(text: string): { value: Json } | null {
  try {
    const native = JSON.parse(text) as Json;
    const root = LONG_INTEGER.test(text) ? parseTree(text) : undefined;
    const value = root === undefined ? native : valueIn(root, text);
    return isReadable(value, 1) ? { value } : null;
  } catch {
    return null;
  }
}

/** Node by node, since `JSON.parse` makes a double of every number. */
function valueIn(node: Node, text: string): Json {
  const children = node.children ?? [];
  if (node.type === 'array') return children.map((child) => valueIn(child, text));
  if (node.type === 'object')
    return Object.fromEntries(
      children.flatMap(({ children: [key, value] = [] }) =>
        value === undefined ? [] : [[String(key?.value), valueIn(value, text)]],
      ),
    );
  const source = text.slice(node.offset, node.offset + node.length);
  if (node.type === 'number' && INTEGER.test(source) && !Number.isSafeInteger(Number(source)))
    return BigInt(source);
  return JSON.parse(source) as Json;
}

function isReadable(value: Json, depth: number): boolean {
  if (typeof value === 'string') return !LONE_SURROGATE.test(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth > DEEPEST) return false;
  if (Array.isArray(value)) return value.every((item) => isReadable(item, depth + 1));
  return Object.entries(value).every(
    ([key, item]) => !LONE_SURROGATE.test(key) && isReadable(item, depth + 1),
  );
}

/** As JSON.stringify, which is quick and refuses a bigint, with every digit of one. */
export function jsonText(value: object | Json | undefined): string {
  try {
    return JSON.stringify(value ?? null);
  } catch {
    return spelled(value);
  }
}

function spelled(value: object | Json | undefined): string {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => spelled(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${spelled(item)}`).join(',')}}`;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under `key`, or an empty one. */
export function objectAt(container: JsonObject, key: string): JsonObject {
  const value = container[key];
  return isObject(value) ? value : {};
}

export function arrayAt(container: JsonObject, key: string): Json[] {
  const value = container[key];
  return Array.isArray(value) ? value : [];
}

/** A scalar as the text that a string column would hold; null for anything else. */
export function scalarText(value: Json | undefined): string | null {
  if (value === null || value === undefined || typeof value === 'object') return null;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return typeof value === 'string' ? value : String(value);
}

/** A property as a query reads it from the column of properties; null where there is nothing. */
export function columnText(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : spacedText(value);
}

/** As Postgres prints JSON: with spaces, and without exponents. */
function spacedText(value: Json): string {
  if (typeof value === 'number') return digits(value);
  if (Array.isArray(value)) return `[${value.map(spacedText).join(', ')}]`;
  if (!isObject(value)) return jsonText(value);
  const members = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${spacedText(item)}`,
  );
  return `{${members.join(', ')}}`;
}

/** All digits of a double, without an exponent. */
function digits(value: number): string {
  const text = String(value);
  const [mantissa = '', exponent] = text.split('e');
  if (exponent === undefined) return text;
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const point = whole.length + Number(exponent);
  const all = whole + fraction;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${all}`;
  return `${sign}${all.padEnd(point, '0')}`;
}

export function isBlank(text: string | null): boolean {
  return text === null || text.trim() === '';
}

export function copy<T extends Json>(value: T): T;
export function copy(value: Json): Json {
  if (Array.isArray(value)) return value.map((item) => copy(item));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)]));
}

/** An answer as it travels. */
export function asJson(answer: object): JsonObject {
  return JSON.parse(jsonText(answer)) as JsonObject;
}
