import { type Column, columnIndex } from '../columns';

/** A reference as it is written: `row.name`, `row["name"]`, or another path. */
const REFERENCE = /^[\p{L}_][\p{L}\p{N}_-]*(?:\s*\.\s*[\p{L}\p{N}_-]+\??|\s*\[[^\]]*\])*/u;

const ROW = /^row\s*(?:\.\s*([\p{L}\p{N}_-]+\??)|\[\s*(?:"([^"]*)"|'([^']*)')\s*\])/u;

const WHOLE_ROW = /^row\s*(?:\.\s*([\p{L}\p{N}_-]+)|\[\s*["'](.+)["']\s*\])$/u;

/** The reference that begins at a character of the text; '' if none does. */
export const referenceAt = (text: string, offset: number): string =>
  REFERENCE.exec(text.slice(offset))?.[0] ?? '';

/** What a text that begins with a reference calls its column; undefined if it begins otherwise. */
export function nameIn(text: string): string | undefined {
  const [, dotted, doubled, single] = ROW.exec(text) ?? [];
  return dotted ?? doubled ?? single;
}

/** The column that an expression reads, and nothing else: `row.name` or `row["name"]`. */
export function columnRead<C extends Column>(
  expression: string,
  columns: readonly C[],
): C | undefined {
  const [, dotted, quoted] = WHOLE_ROW.exec(expression.trim()) ?? [];
  const name = dotted ?? quoted;
  return name === undefined ? undefined : columns[columnIndex(columns, name)];
}

/**
 * Whether an expression is one of Liquid's words for the present, which stand for the timestamp in
 * recipes of other tools. Here they would be the moment of sending.
 */
export const isNow = (expression: string): boolean =>
  /^(["'])(?:now|today)\1$/i.test(expression.trim());
