import type { Problem } from '../problem/problem';
import type { UsageEvent } from '../template/usage-event';
import type { LedgerEntry, LedgerHeader, LedgerRecord, LineOutcome, LineTexts } from './ledger';
import type { SheetReading } from './model';
import type { ZoneOf } from './rendering';
import type { QuantityField } from './summary';
import type { Source } from './sync';

/** Time. All in ms; `random` is in [0, 1) and only spreads retries. */
export interface Clock {
  now(): number;
  sleep(ms: number): void;
  random(): number;
}

/** Where rows come from. */
export interface SourceReader {
  /** Reads the tab once, header row included, or says why it cannot. */
  read(source: Source): SheetReading | Problem;
  /** IANA zone of the spreadsheet. */
  zone(): string;
}

/** The ledger's sheet as it was found, or that there is none. */
export interface StoredLedger {
  readonly header: LedgerHeader;
  readonly lines: readonly LineTexts[];
  readonly record: LedgerRecord | undefined;
}

/** Keeps a sync's ledger. Every method may throw what Google throws; a run that dies in between is settled by the next one. */
export interface LedgerStore {
  /** Finds the ledger of the sync and organization, or another one of the same tab and organization. A problem where a recorded one is gone. */
  open(sync: string, organization: string, tab: number): StoredLedger | undefined | Problem;
  /** Makes an empty ledger, hidden and protected with a warning. */
  create(header: LedgerHeader, name: string): void;
  /** Appends lines and flushes them, then records their count. Returns the row number of the first. */
  append(entries: readonly LedgerEntry[], record: { readonly lines: number; readonly lastId: string }): number;
  /** Writes outcomes beside their lines, in as few ranges as possible. They are applied with the next flush. */
  writeOutcomes(outcomes: readonly { readonly line: number; readonly outcome: LineOutcome }[]): void;
  flush(): void;
  /** The id of this spreadsheet file, by which a copy is recognised. */
  file(): string;
}

/** How Lago stores events: ClickHouse refuses no duplicate (lago.md, section 4). `unknown`: it does not say, older than 1.47. */
export type EventStore = 'postgres' | 'clickhouse' | 'unknown';

/** The organization that the API key belongs to. */
export interface Identity {
  readonly organization: string;
  readonly name: string;
  readonly store: EventStore;
  /** IANA zone in which periods end unless a customer has another. */
  readonly zone: string;
}

/** What Lago said of one event of a refused batch. */
export type EventRefusal = { readonly kind: 'exists' } | { readonly kind: 'rejected'; readonly answer: string };

/**
 * Lago's answer to one batch.
 * `refused`: nothing was stored, the named events (by their 0-based place in the batch) are at fault. `too-many`: more events than Lago takes at once; `too-large`: more bytes than a proxy takes. `unclear`: refused for a reason that names no event.
 * `failed`: no usable answer; `stored` says whether the batch may be in Lago all the same.
 */
export type Answer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly events: ReadonlyMap<number, EventRefusal> }
  | { readonly kind: 'too-many' }
  | { readonly kind: 'too-large'; readonly answer: string }
  | { readonly kind: 'unclear'; readonly answer: string }
  | { readonly kind: 'failed'; readonly stored: 'no' | 'maybe'; readonly answer: string; readonly timedOut: boolean }
  | { readonly kind: 'slow-down'; readonly waitMs: number }
  | { readonly kind: 'stop'; readonly problem: Problem };

/** What Lago has under an event's id: exactly it, something else, nothing, it could not be found out, or it was not asked for want of requests. */
export type Found = 'same' | 'different' | 'absent' | 'unknown' | 'unasked';

/** What Lago would accept and never bill, as far as the key may read what Lago knows; `off` says which checks are off, and why. */
export interface EventCheck {
  readonly problemsOf: (event: UsageEvent) => readonly Problem[];
  readonly off: readonly Problem[];
  /** Asks Lago for its customers when it is first called. */
  readonly zoneOf?: ZoneOf;
  readonly quantityField?: QuantityField;
}

/** Lago. It paces its own requests; an answer is never an exception. */
export interface Destination {
  identify(): Identity | Problem;
  /** Sends a wave of batches in parallel; each is the frozen texts of its events. Answers come in the same order. */
  deliver(batches: readonly (readonly string[])[]): Answer[];
  /** Compares events with what Lago has, in as few requests as it can. A problem where the key may not. */
  find(events: readonly UsageEvent[]): readonly Found[] | Problem;
  /** Learns what Lago knows. A problem where that fails. */
  check(): EventCheck | Problem;
}

export interface Ports {
  readonly clock: Clock;
  readonly source: SourceReader;
  readonly ledger: LedgerStore;
  readonly destination: Destination;
}
