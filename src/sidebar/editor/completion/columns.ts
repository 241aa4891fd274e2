import { isIdentifier, readsAs } from '../../../value/template-language';
import { type LiquidWord, surroundings, wordProposals } from './liquid-word';
import type { Cursor, Known, Proposal, Proposals, TemplateColumn } from './proposal';

/** Longer samples are cut. */
const SAMPLE_CHARACTERS = 24;

function columnDetail({ header, samples }: TemplateColumn): string {
  const sample = samples?.find((each) => each.trim() !== '');
  if (sample === undefined) return header;
  const isLong = sample.length > SAMPLE_CHARACTERS;
  return `${header}, such as ${isLong ? `${sample.slice(0, SAMPLE_CHARACTERS)}\u2026` : sample}`;
}

/** A proposal for each column. @param write what is proposed for the column of a name */
const forEach = (
  columns: readonly TemplateColumn[],
  from: number,
  write: (name: string) => Omit<Proposal, 'detail'>,
): Proposals => ({
  from,
  proposals: columns.map((column) => ({ ...write(column.name), detail: columnDetail(column) })),
});

/** Columns as values, such as `row.hours`, in the place of the word at the cursor. */
export const columnValues = (word: LiquidWord, { columns }: Known): Proposals =>
  wordProposals(
    word,
    columns.map((column) => ({ label: readsAs(column.name), detail: columnDetail(column) })),
  );

/** Columns by their names, behind `row.`. */
export function columnsBehindDot(word: LiquidWord, { columns }: Known): Proposals {
  const { from, to } = word;
  const { after, passed } = surroundings(word);
  return forEach(columns, from, (name) => {
    const isPlain = isIdentifier(name);
    const insert = isPlain ? name : readsAs(name);
    return {
      label: name,
      // A name that is no identifier cannot follow a dot, so `row.` is replaced too.
      from: isPlain ? from : from - 'row.'.length,
      to,
      insert: insert + after,
      cursor: insert.length + passed,
    };
  });
}

/**
 * Columns by their names, inside of `row['...']`.
 * @param quote the quotation mark that opens the name
 * @param typed the name as far as it stands before the cursor
 */
export function columnsInBrackets(
  { text, at, known }: Cursor,
  quote: string,
  typed: string,
): Proposals {
  const from = at - typed.length;
  const rest = new RegExp(`^[^"'\\n\\[\\]{}|]*(${quote}\\]?)?`).exec(text.slice(at))?.[0] ?? '';
  const closes = rest.endsWith(quote) || rest.endsWith(`${quote}]`);
  return forEach(
    known.columns.filter(({ name }) => !name.includes(quote)),
    from,
    (name) => ({
      label: name,
      from,
      to: closes ? at + rest.length : at,
      insert: `${name}${quote}]`,
    }),
  );
}

/**
 * Columns as whole outputs, where JSON expects a value.
 * @param field the property whose value it is; undefined in a list
 * @param isInText whether the cursor is inside of a JSON text, which needs no further quotes
 */
export function columnOutputs(
  { at, known }: Cursor,
  field: string | undefined,
  isInText: boolean,
): Proposals {
  const isTime = field === 'timestamp';
  const quote = isInText || isTime ? '' : '"';
  return forEach(known.columns, at, (name) => {
    const label = `{{ ${readsAs(name)}${isTime ? ' | unix' : ''} }}`;
    return { label, from: at, to: at, insert: quote + label + quote };
  });
}
