import { isObject, parsedJson } from '../../value/json';
import { indexEntries, type Ledger } from './entries';
import {
  eventless,
  type LedgerEntry,
  type LineIndex,
  pendingSince,
  TAKEN,
  takenSince,
} from './entry';
import { isAltered, readEvent, readIndex, readOutcome } from './line';

/** The machine's columns of a line, as texts. */
export interface LineTexts {
  /** Row number in the ledger's sheet (1-based). */
  readonly line: number;
  /** Column A. */
  readonly index: string;
  /** Column B. */
  readonly event: string;
  /** Column C. */
  readonly outcome: string;
}

/** The first row of the ledger: whose it is. */
export interface LedgerHeader {
  /** Format of the ledger. */
  readonly ledger: 1;
  /** Id of the spreadsheet file. */
  readonly file: string;
  /** Google's id of the tab that the sync reads. */
  readonly tab: number;
  /** Id of the sync. */
  readonly sync: string;
  /** Lago's id of the organization. */
  readonly organization: string;
  /** When its last rebuild ended (ms); undefined if it was never rebuilt. */
  readonly rebuiltAt?: number | undefined;
}

/** How far the rebuild of a ledger is (sync/recovery). */
export interface Rebuilding {
  /** When it began (ms); no run has sent anything since. */
  readonly since: number;
  /** Rows from the top of the tab that were compared with Lago. */
  readonly done: number;
  /**
   * Digest of the events of those rows that Lago does not have. If it differs later, rows were
   * added, moved or changed in between.
   */
  readonly absent: string;
}

/** What is recorded outside of the sheet, so that lost lines are noticed. */
export interface LedgerRecord {
  /** Name of the ledger's sheet. */
  readonly sheetName: string;
  /** Google's id of the tab that the sync reads. */
  readonly tab: number;
  /** Number of lines. */
  readonly lines: number;
  /** Id of the newest line; empty if there is none. */
  readonly lastId: string;
  /**
   * When the newest of the recorded lines was made (ms). Younger lines come from a run that died
   * before it could record them.
   */
  readonly newestAt?: number | undefined;
  /** While it is set, nobody knows what was sent, and every run stops. */
  readonly rebuilding?: Rebuilding | undefined;
  /**
   * As in the header. It is kept twice, because a restored older version of the file lacks it in
   * its header, and a sheet that another script takes over has no record.
   */
  readonly rebuiltAt?: number | undefined;
  /** Set once the sync's first rows were compared with Lago, where that takes an event twice. */
  readonly compared?: true | undefined;
}

/**
 * A whole ledger, or why it cannot be used: it is being rebuilt, lines cannot be read (their row
 * numbers, 1-based), or recorded lines are gone.
 */
export type LedgerReading =
  | { readonly ledger: Ledger }
  | { readonly rebuilding: Rebuilding }
  | { readonly damaged: readonly number[] }
  | { readonly vanished: { readonly lines: number; readonly recorded: number } };

/**
 * When a ledger was last rebuilt (ms), by its sheet and its record; undefined if neither says so.
 */
export function rebuiltAtOf(
  header: Pick<LedgerHeader, 'rebuiltAt'>,
  record: Pick<LedgerRecord, 'rebuiltAt'> | undefined,
): number | undefined {
  const known = [header.rebuiltAt, record?.rebuiltAt].filter((at) => typeof at === 'number');
  return known.length === 0 ? undefined : Math.max(...known);
}

/** The id in an event column, the rest of which may be damaged. */
function idIn(event: string): string | undefined {
  const sent = parsedJson(event);
  const id = isObject(sent) ? sent['transaction_id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}

/**
 * What is left of a damaged line: the id that its index, outcome or event names, and whether it
 * marked a row as billed elsewhere (a baseline's outcome says so too, because Lago has nothing of
 * it). Undefined if no id can be read.
 */
export function remainsOf({
  index: indexText,
  event,
  outcome: outcomeText,
}: LineTexts):
  | { readonly id: string; readonly index: LineIndex | undefined; readonly isBaseline: boolean }
  | undefined {
  const index = readIndex(indexText);
  const outcome = readOutcome(outcomeText);
  const id = index?.id ?? outcome?.id ?? idIn(event);
  if (id === undefined) return undefined;
  return {
    id,
    index,
    isBaseline: index === undefined ? outcome?.answer === TAKEN : index.kind === 'baseline',
  };
}

/**
 * How much of the former index a void line keeps, for anyone who looks for what it said. Even if
 * every character is escaped, it fits into a cell of 50,000 characters.
 */
const KEPT_CHARACTERS = 8_000;

/**
 * The index of a void line, which still counts as a line but says nothing: a damaged one, after its
 * ledger was rebuilt. Its event and outcome stay as they were found.
 * @param at in ms
 */
export const voidIndex = (former: string, at: number): string =>
  JSON.stringify({ void: at, was: former.slice(0, KEPT_CHARACTERS) });

function isVoid(text: string): boolean {
  if (!text.startsWith('{"void":')) return false;
  const index = parsedJson(text);
  return isObject(index) && typeof index['void'] === 'number';
}

/** A line that marks a row as billed elsewhere. The row may make no event. */
function baselineEntry(line: number, index: LineIndex, frozen: string): LedgerEntry | undefined {
  if (!isObject(parsedJson(frozen))) return undefined;
  const event = readEvent(frozen) ?? eventless(index.id, index.at);
  return { line, index, frozen, event, outcome: takenSince(index.id, index.at) };
}

function wholeLine({
  line,
  index: indexText,
  event: frozen,
  outcome: outcomeText,
}: LineTexts): LedgerEntry | undefined {
  const index = readIndex(indexText);
  if (index === undefined) return undefined;
  // Whatever its outcome says now: read as pending, the row would be sent and billed here too.
  if (index.kind === 'baseline') return baselineEntry(line, index, frozen);
  const event = readEvent(frozen);
  if (event?.transaction_id !== index.id) return undefined;
  const outcome = readOutcome(outcomeText);
  // An outcome that names another event was moved here by a sort or an insertion during a run, and
  // one that cannot be read was altered. Either way, what became of this line's own event must be
  // found out again.
  if (outcome?.id === index.id) return { line, index, frozen, event, outcome };
  return {
    line,
    index,
    frozen,
    event,
    outcome: pendingSince(index.id, index.at),
    outcomeLost: true,
  };
}

/** The entry of a line; undefined if it is damaged, or if it may be sent again and was altered. */
function parseLine(texts: LineTexts): LedgerEntry | undefined {
  const entry = wholeLine(texts);
  const state = entry?.outcome.state;
  // Only what may be sent again is compared: of all lines that would take seconds.
  const isOpen = state === 'pending' || state === 'stuck';
  return isOpen && isAltered(entry?.index, texts.event) ? undefined : entry;
}

/** Separates whole lines, each with an id of its own, from damaged ones. Void lines are neither. */
export function readLines(texts: readonly LineTexts[]): {
  readonly entries: readonly LedgerEntry[];
  readonly damaged: readonly LineTexts[];
} {
  const entries: LedgerEntry[] = [];
  const damaged: LineTexts[] = [];
  const seen = new Set<string>();
  for (const text of texts) {
    if (isVoid(text.index)) continue;
    const entry = parseLine(text);
    if (entry === undefined || seen.has(entry.index.id)) damaged.push(text);
    else {
      seen.add(entry.index.id);
      entries.push(entry);
    }
  }
  return { entries, damaged };
}

/**
 * Reads the ledger's lines and compares them with what was recorded. Line order does not matter.
 */
export function readLedger(
  texts: readonly LineTexts[],
  record: Pick<LedgerRecord, 'lines' | 'lastId' | 'newestAt' | 'rebuilding'> | undefined,
): LedgerReading {
  if (record?.rebuilding !== undefined) return { rebuilding: record.rebuilding };
  const { entries, damaged } = readLines(texts);
  // A rebuilt ledger with nothing but void lines has no last id.
  const hasLast = (lastId: string): boolean =>
    lastId === '' || damaged.length > 0 || entries.some(({ index }) => index.id === lastId);
  const newestAt = record?.newestAt ?? Number.POSITIVE_INFINITY;
  // Lines that were not recorded must not make up for recorded ones that somebody deleted.
  const recorded = texts.length - entries.filter(({ index }) => index.at > newestAt).length;
  if (
    record !== undefined &&
    (recorded < record.lines || (record.lines > 0 && !hasLast(record.lastId)))
  )
    return { vanished: { lines: recorded, recorded: record.lines } };
  return damaged.length > 0
    ? { damaged: damaged.map(({ line }) => line) }
    : { ledger: indexEntries(entries) };
}
