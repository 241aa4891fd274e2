import { type LiquidWord, surroundings, wordProposals } from './liquid-word';
import type { Cursor, Known, Labelled, Proposals, TemplateColumn } from './proposal';

const IDENTIFIER = /^[A-Za-z_]\w*$/;
/** Longer samples are cut. */
const SAMPLE_CHARACTERS = 24;

const inBrackets = (name: string): string =>
  name.includes("'") ? `row["${name}"]` : `row['${name}']`;
const reads = (name: string): string => (IDENTIFIER.test(name) ? `row.${name}` : inBrackets(name));

function columnDetail({ header, samples }: TemplateColumn): string {
  const sample = samples?.find((each) => each.trim() !== '');
  if (sample === undefined) return header;
  const isLong = sample.length > SAMPLE_CHARACTERS;
  return `${header}, such as ${isLong ? `${sample.slice(0, SAMPLE_CHARACTERS)}\u2026` : sample}`;
}

/** Columns as values, such as `row.hours`, in the place of the word at the cursor. */
export const columnValues = (word: LiquidWord, { columns }: Known): Proposals =>
  wordProposals(
    word,
    columns.map(
      (column): Labelled => ({ label: reads(column.name), detail: columnDetail(column) }),
    ),
  );

/** Columns by their names, behind `row.`. */
export function columnsBehindDot(word: LiquidWord, { columns }: Known): Proposals {
  const { from, to } = word;
  const { after, passed } = surroundings(word);
  return {
    from,
    proposals: columns.map((column) => {
      const plain = IDENTIFIER.test(column.name);
      const insert = plain ? column.name : inBrackets(column.name);
      return {
        label: column.name,
        detail: columnDetail(column),
        // A name that is no identifier cannot follow a dot, so `row.` is replaced too.
        from: plain ? from : from - 'row.'.length,
        to,
        insert: insert + after,
        cursor: insert.length + passed,
      };
    }),
  };
}

/**
 * Columns by their names, inside of `row['...']`.
 * @param quote the quotation mark that opens the name
 * @param typed the name as far as it stands before the cursor
 */
export function columnsInBrackets(
  { text, at, known: { columns } }: Cursor,
  quote: string,
  typed: string,
): Proposals {
  const from = at - typed.length;
  const rest = new RegExp(`^[^"'\\n\\[\\]{}|]*(${quote}\\]?)?`).exec(text.slice(at))?.[0] ?? '';
  const closes = rest.endsWith(quote) || rest.endsWith(`${quote}]`);
  return {
    from,
    proposals: columns
      .filter(({ name }) => !name.includes(quote))
      .map((column) => ({
        label: column.name,
        detail: columnDetail(column),
        from,
        to: closes ? at + rest.length : at,
        insert: `${column.name}${quote}]`,
      })),
  };
}

/**
 * Columns as whole outputs, where JSON expects a value.
 * @param field the property whose value it is; undefined in a list
 * @param isInText whether the cursor is inside of a JSON text, which needs no further quotes
 */
export function columnOutputs(
  { at, known: { columns } }: Cursor,
  field: string | undefined,
  isInText: boolean,
): Proposals {
  const isTime = field === 'timestamp';
  const quote = isInText || isTime ? '' : '"';
  return {
    from: at,
    proposals: columns.map((column) => {
      const label = `{{ ${reads(column.name)}${isTime ? ' | unix' : ''} }}`;
      const detail = columnDetail(column);
      return { label, detail, from: at, to: at, insert: quote + label + quote };
    }),
  };
}
