import { isObject, type UsageEvent } from '../template/usage-event';
import type { Content } from './content';

/** What a line stands for: an event of a row, one that undoes it, a row that was billed elsewhere, or an event that was found in Lago. */
export type LineKind = 'usage' | 'reversal' | 'baseline' | 'adopted';

/** Where an event stands (docs/architecture.md, "The ledger"). */
export type EntryState = 'pending' | 'accepted' | 'conflict' | 'rejected' | 'stuck';

/** The index column of a line: everything about it that never changes, except the event itself. */
export interface LineIndex {
  readonly id: string;
  readonly key: string;
  readonly kind: LineKind;
  /** 1 for the first event of a row. */
  readonly revision: number;
  /** What the row said in the columns that the template read. */
  readonly content: Content;
  readonly templateRevision: number;
  /** When the line was written, just before its request left, in ms since 1970 UTC. */
  readonly at: number;
}

/** The outcome column of a line. It repeats the id, so that an outcome on a wrong line is recognised. `tries` counts requests without a clear answer. */
export interface LineOutcome {
  readonly id: string;
  readonly state: EntryState;
  readonly at: number;
  readonly tries: number;
  readonly answer: string;
}

/** One event that was handed to Lago, or is about to be. */
export interface LedgerEntry {
  /** Row number of the line in the ledger's sheet (1-based); undefined until it is written. */
  readonly line: number | undefined;
  readonly index: LineIndex;
  /** The event as it is sent, byte for byte, whenever it is sent. */
  readonly frozen: string;
  readonly event: UsageEvent;
  readonly outcome: LineOutcome;
  /** Whether the line's own outcome was gone when it was read: then nobody knows when its last request left. */
  readonly outcomeLost?: true;
}

/** The machine's columns of a line, as texts. */
export interface LineTexts {
  readonly line: number;
  readonly index: string;
  readonly event: string;
  readonly outcome: string;
}

/** The first row of the ledger: whose it is. */
export interface LedgerHeader {
  readonly ledger: 1;
  readonly file: string;
  readonly tab: number;
  readonly sync: string;
  readonly organization: string;
}

/** What was recorded outside of the sheet about it, to notice lines that vanish. */
export interface LedgerRecord {
  readonly sheetName: string;
  readonly tab: number;
  readonly lines: number;
  readonly lastId: string;
}

/** The memory of a sync: every entry, by row key and by transaction_id. */
export interface Ledger {
  readonly entries: readonly LedgerEntry[];
  readonly byKey: ReadonlyMap<string, readonly LedgerEntry[]>;
  readonly byId: ReadonlyMap<string, LedgerEntry>;
}

export type LedgerReading =
  | { readonly ledger: Ledger }
  | { readonly damaged: readonly number[] }
  | { readonly vanished: { readonly lines: number; readonly recorded: number } };

export function indexEntries(entries: readonly LedgerEntry[]): Ledger {
  const byKey = new Map<string, LedgerEntry[]>();
  const byId = new Map<string, LedgerEntry>();
  for (const entry of entries) {
    byId.set(entry.index.id, entry);
    const line = byKey.get(entry.index.key);
    if (line === undefined) byKey.set(entry.index.key, [entry]);
    else line.push(entry);
  }
  for (const line of byKey.values()) line.sort((left, right) => left.index.revision - right.index.revision);
  return { entries, byKey, byId };
}

export const emptyLedger: Ledger = indexEntries([]);

function parseObject(text: string): { readonly [name: string]: unknown } | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const STATES: readonly unknown[] = ['pending', 'accepted', 'conflict', 'rejected', 'stuck'] satisfies EntryState[];

function readOutcome(text: string): LineOutcome | undefined {
  const outcome = parseObject(text);
  const known =
    typeof outcome?.['id'] === 'string' &&
    STATES.includes(outcome['state']) &&
    typeof outcome['at'] === 'number' &&
    typeof outcome['tries'] === 'number';
  return known ? (outcome as unknown as LineOutcome) : undefined;
}

const pendingSince = (id: string, at: number): LineOutcome => ({ id, state: 'pending', at, tries: 0, answer: '' });

/** The outcome of a line that takes a row as billed elsewhere: it has no other, since nothing is sent for it. */
export const takenSince = (id: string, at: number): LineOutcome => ({
  id,
  state: 'accepted',
  at,
  tries: 0,
  answer: 'taken as billed elsewhere',
});

function parseLine({ line, index: indexText, event: frozen, outcome: outcomeText }: LineTexts): LedgerEntry | undefined {
  const index = parseObject(indexText) as LineIndex | undefined;
  const event = parseObject(frozen) as UsageEvent | undefined;
  if (
    index === undefined ||
    event === undefined ||
    typeof index.id !== 'string' ||
    typeof index.key !== 'string' ||
    typeof index.revision !== 'number' ||
    !isObject(index.content)
  )
    return undefined;
  if (index.kind !== 'baseline' && event.transaction_id !== index.id) return undefined;
  // Whatever stands in its outcome now: as pending it would be sent, and billed here too.
  if (index.kind === 'baseline') return { line, index, frozen, event, outcome: takenSince(index.id, index.at) };
  const outcome = readOutcome(outcomeText);
  // An outcome that names another event landed here by a sort or an insertion in mid-run, and one that cannot be understood was altered:
  // what became of this line's own event must be found out again.
  if (outcome?.id === index.id) return { line, index, frozen, event, outcome };
  return { line, index, frozen, event, outcome: pendingSince(index.id, index.at), outcomeLost: true };
}

/** Reads the ledger's lines and compares them with what was recorded. Line order does not matter. */
export function readLedger(texts: readonly LineTexts[], record: Pick<LedgerRecord, 'lines' | 'lastId'> | undefined): LedgerReading {
  const entries: LedgerEntry[] = [];
  const damaged: number[] = [];
  const seen = new Set<string>();
  for (const text of texts) {
    const entry = parseLine(text);
    if (entry === undefined || seen.has(entry.index.id)) damaged.push(text.line);
    else {
      seen.add(entry.index.id);
      entries.push(entry);
    }
  }
  if (record !== undefined && (texts.length < record.lines || (record.lines > 0 && damaged.length === 0 && !seen.has(record.lastId))))
    return { vanished: { lines: texts.length, recorded: record.lines } };
  return damaged.length > 0 ? { damaged } : { ledger: indexEntries(entries) };
}

/** A new entry for an event, pending since `at`; its frozen text is what every request will carry. */
export function newEntry(index: Omit<LineIndex, 'id'>, event: UsageEvent): LedgerEntry {
  const id = event.transaction_id;
  return { line: undefined, index: { id, ...index }, frozen: JSON.stringify(event), event, outcome: pendingSince(id, index.at) };
}

/** The last of a row's events that a condition holds for; reversals are none of its own. */
function lastOf(ledger: Ledger, key: string, holds: (entry: LedgerEntry) => boolean): LedgerEntry | undefined {
  const entries = ledger.byKey.get(key) ?? [];
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries[index];
    if (entry !== undefined && entry.index.kind !== 'reversal' && holds(entry)) return entry;
  }
  return undefined;
}

/** What Lago was last told about a row, whatever it said. */
export const latestOf = (ledger: Ledger, key: string): LedgerEntry | undefined => lastOf(ledger, key, () => true);

/** What Lago bills for a row: its last accepted event. */
export const billedOf = (ledger: Ledger, key: string): LedgerEntry | undefined =>
  lastOf(ledger, key, ({ outcome }) => outcome.state === 'accepted');

export const inState = (ledger: Ledger, state: EntryState): LedgerEntry[] =>
  ledger.entries.filter((entry) => entry.outcome.state === state);
