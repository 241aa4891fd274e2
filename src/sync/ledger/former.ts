import { saysKey } from '../rows/content';
import type { Sync } from '../sync';
import { type LineTexts, readLines } from './ledger';

/** Whose ledger is looked for. */
export interface LedgerOwner extends Pick<Sync, 'id' | 'name' | 'template' | 'source'> {
  /** Id of the deleted sync whose ledger a person has chosen; undefined if nobody chose. */
  readonly former?: string | undefined;
}

/** What a person has to know of a ledger before another sync goes on with it. */
export interface LedgerContents {
  /** Number of rows that were sent, or marked as billed elsewhere. */
  readonly rows: number;
  /** Codes of the metrics that they were sent for. */
  readonly codes: readonly string[];
  /** Header of the column that identified the rows; undefined if no line says so. */
  readonly key: string | undefined;
}

/** Sums up the lines of a ledger. Refused events and damaged lines count as nothing. */
export function contentsOf(lines: readonly LineTexts[]): LedgerContents {
  const entries = readLines(lines).entries.filter(
    ({ index, outcome }) => index.kind !== 'reversal' && outcome.state !== 'rejected',
  );
  const [first] = entries;
  return {
    rows: new Set(entries.map(({ index }) => index.key)).size,
    codes: [...new Set(entries.map(({ event }) => event.code))].filter((code) => code !== ''),
    key: Object.keys(first?.index.content ?? {}).find((header) =>
      entries.every(({ index }) => saysKey(index.content[header], index.key)),
    ),
  };
}

/** A ledger whose sync was deleted. */
export interface FormerLedger extends LedgerContents {
  /** Id of the deleted sync. */
  readonly sync: string;
  /** Name of the deleted sync, for people. */
  readonly name: string;
}

/** What follows each `"code":` of a template, up to the end of its text; none if it is no text. */
const CODE = /"code"\s*:\s*(?:"([^"]*))?/g;

/** What a cell takes part in, or is written in another way than Lago gives it back. */
const UNDECIDED = /^$|[{\\]/;

/** Whether a ledger may hold rows that this template would send again. */
export function mayBeSent({ codes }: LedgerContents, template: string): boolean {
  const named = [...template.matchAll(CODE)].map(([, code = '']) => code);
  const isDecided = named.length > 0 && !named.some((code) => UNDECIDED.test(code));
  return !isDecided || codes.length === 0 || codes.some((code) => named.includes(code));
}

/**
 * Which of the ledgers that deleted syncs of a tab have left counts for a sync: the one that was
 * chosen; else one of the same name, or the one with the most rows. One that has sent other metrics
 * only stays for the sync that is made for them again.
 */
export function formerOf<Left extends FormerLedger>(
  left: readonly Left[],
  { former, name, template }: LedgerOwner,
): Left | undefined {
  if (former !== undefined) return left.find(({ sync }) => sync === former);
  const possible = left.filter((each) => mayBeSent(each, template));
  const most = [...possible].sort((one, other) => other.rows - one.rows)[0];
  return possible.find((each) => each.name === name) ?? most;
}
