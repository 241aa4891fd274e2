import * as v from 'valibot';
import { type EntriesOf, valueBy } from '../../schema/fit';
import type { LedgerEntry, LineOutcome } from '../../sync/ledger/entry';
import type { LedgerHeader, LineTexts } from '../../sync/ledger/ledger';
import { indexText } from '../../sync/ledger/line';
import { parsedJson } from '../../value/json';
import { isoText } from '../../value/time';
import type { SheetValue } from '../runtime';
import { asText, neighbours } from '../sheet-cells';

/**
 * Columns of the ledger, in order. The first three are the machine's; the others are for people and
 * are never read back.
 */
const COLUMNS = [
  'index',
  'Event',
  'Outcome',
  'State',
  'Lago’s answer',
  'Row key',
  'Usage time (UTC)',
  'Handed over (UTC)',
] as const;

export const LEDGER_WIDTH = COLUMNS.length;
export const MACHINE_COLUMNS = 3;
/** 1-based. */
export const INDEX_COLUMN = 1;
/** 1-based. */
export const EVENT_COLUMN = 2;
/** 1-based. */
export const OUTCOME_COLUMN = 3;
export const OUTCOME_WIDTH = 3;
/** 1-based. */
export const STATE_COLUMN = 4;
export const HEADER_ROWS = 1;

/** An answer longer than this says nothing more to a person. */
const ANSWER_CHARACTERS = 500;

const clockText = (ms: number): string =>
  isoText(ms).slice(0, 'yyyy-MM-dd HH:mm:ss'.length).replace('T', ' ');

/** The cells from the outcome column on. */
export const outcomeCells = (outcome: LineOutcome): SheetValue[] => [
  JSON.stringify({ ...outcome, answer: outcome.answer.slice(0, ANSWER_CHARACTERS) }),
  outcome.state,
  asText(outcome.answer.slice(0, ANSWER_CHARACTERS)),
];

/** All cells of a line. */
export const lineCells = (entry: LedgerEntry): SheetValue[] => [
  indexText(entry),
  entry.frozen,
  ...outcomeCells(entry.outcome),
  asText(entry.index.key),
  asText(clockText(entry.event.timestamp * 1000)),
  asText(clockText(entry.index.at)),
];

/** All cells of the first row. */
export const headerCells = (header: LedgerHeader): SheetValue[] => [
  JSON.stringify(header),
  ...COLUMNS.slice(1),
];

const HEADER = v.object({
  ledger: v.literal(1),
  file: v.string(),
  tab: v.number(),
  sync: v.string(),
  organization: v.string(),
  rebuiltAt: v.optional(v.number()),
} satisfies EntriesOf<LedgerHeader>);

/** What the first cell of a ledger says; undefined for any other sheet. */
export const readHeader = (text: SheetValue): LedgerHeader | undefined =>
  typeof text === 'string' && text.startsWith('{') ? valueBy(HEADER, parsedJson(text)) : undefined;

/**
 * Whether a first cell that is no whole header still says that the ledger is another one: of
 * another format, put aside included, of another organization, or of one of some other syncs.
 */
export function namesOther(
  text: string,
  { organization }: LedgerHeader,
  otherSyncs: readonly string[],
): boolean {
  if (!/^\s*\{\s*"ledger"/.test(text)) return false;
  const said = (name: string): string | undefined =>
    new RegExp(`"${name}"\\s*:\\s*"([^"]*)"`).exec(text)?.[1];
  return (
    /"ledger"\s*:\s*(?!1\b)\S/.test(text) ||
    (said('organization') ?? organization) !== organization ||
    otherSyncs.includes(said('sync') ?? '')
  );
}

/**
 * The machine's texts of the lines below the header.
 * @param values the whole ledger from its first row, at least as wide as the machine's columns
 */
export const textsOf = (values: readonly (readonly SheetValue[])[]): LineTexts[] =>
  values.slice(HEADER_ROWS).map((row, offset) => ({
    line: offset + HEADER_ROWS + 1,
    index: String(row[0]),
    event: String(row[1]),
    outcome: String(row[2]),
  }));

/** The outcome of a line, which is named by its row number in the ledger's sheet (1-based). */
export interface OutcomeOfLine {
  readonly line: number;
  readonly outcome: LineOutcome;
}

/**
 * Outcomes in runs of neighbouring lines, one range each. If a line has several, the last one
 * counts.
 */
export function consecutive(outcomes: readonly OutcomeOfLine[]): OutcomeOfLine[][] {
  const byLine = new Map(outcomes.map((each) => [each.line, each]));
  const sorted = [...byLine.values()].sort((left, right) => left.line - right.line);
  return neighbours(sorted, ({ line }) => line);
}
