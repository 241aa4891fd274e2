import type { Template, Variable } from 'liquidjs';
import { type Problem, problem } from '../problem/problem';
import { nearest } from '../value/nearest';
import { liquid } from './liquid';
import { placeAt } from './place';

/** A column as the template sees it: by its name, or by its header. */
export interface Column {
  /** What the template calls it. */
  readonly name: string;
  /** What the sheet's header row says. */
  readonly header: string;
}

/** A variable that a template reads and does not assign itself, such as `row.customer`. */
export interface Reference {
  /** What stands between its dots or in its brackets; a Variable is a computed name. */
  readonly segments: readonly (string | number | Variable)[];
  /** Its first character in the template's text (0-based). */
  readonly offset: number;
}

/**
 * The index of the column with this name or header, -1 if there is none. Names win over headers.
 */
export function columnIndex(columns: readonly Column[], name: string): number {
  const byName = columns.findIndex((column) => column.name === name);
  return byName >= 0 ? byName : columns.findIndex((column) => column.header === name);
}

/** Every variable that a template reads and does not assign itself. */
export function references(text: string, parsed: Template[]): readonly Reference[] {
  const lineStarts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1))
    lineStarts.push(end + 1);
  return Object.values(liquid().analyzeSync(parsed).globals)
    .flat()
    .map(({ segments, location }) => ({
      segments,
      offset: (lineStarts[location.row - 1] ?? 0) + location.col - 1,
    }));
}

/** The problem of a reference that is no column; undefined if it is one. */
export function checkReference(
  { segments, offset }: Reference,
  text: string,
  columns: readonly Column[],
): Problem | undefined {
  const [root, name, ...rest] = segments;
  const place = placeAt(text, offset);
  if (root !== 'row' || name === undefined || rest.length > 0)
    return problem('template.unknown-variable', { name: segments.map(String).join('.') }, place);
  if (typeof name !== 'string') return problem('template.computed-column', {}, place);
  if (columnIndex(columns, name) >= 0) return undefined;
  const names = columns.map((column) => column.name);
  const candidate = nearest(name, names);
  const suggestion =
    candidate === undefined
      ? `Choose one of: ${names.join(', ')}.`
      : `Did you mean “${candidate}”?`;
  return problem('template.unknown-column', { name, suggestion }, place);
}
