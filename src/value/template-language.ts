/** The tags that a template may use. */
export const TAG_NAMES = [
  'if',
  'elsif',
  'else',
  'endif',
  'unless',
  'endunless',
  'case',
  'when',
  'endcase',
  'assign',
  'comment',
  'endcomment',
] as const;

/** The name of a tag. */
export type TagName = (typeof TAG_NAMES)[number];

/** Stands in a new template for the code of a metric, which nobody can guess. */
export const PLACEHOLDER_CODE = 'metric_code';

/** Whether a name can stand behind a dot: `row.name`. Others need brackets. */
export const isIdentifier = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name);

/** A column in brackets: `['menge m³']`. A name with quotes or backslashes gets double quotes. */
export const inBrackets = (name: string, quote: '"' | "'" = "'"): string =>
  quote === '"' || /['\\]/.test(name) ? `[${JSON.stringify(name)}]` : `['${name}']`;

/** A column as a template reads it: `row.name`, or `row['its name']` if the name needs it. */
export const readsAs = (name: string, quote?: '"' | "'"): string =>
  isIdentifier(name) ? `row.${name}` : `row${inBrackets(name, quote)}`;
