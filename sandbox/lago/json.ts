export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
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
  return typeof value === 'string' ? value : String(value);
}

export function isBlank(text: string | null): boolean {
  return text === null || text.trim() === '';
}

export function copy<T extends Json>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** An answer as it travels. */
export function asJson(answer: object): JsonObject {
  return JSON.parse(JSON.stringify(answer)) as JsonObject;
}
