import type { Problem } from '../problem/problem';
import type { AskedEvent, UsageEvent } from '../value/usage-event';
import type { QuantityField } from './billing/aggregation';
import type { AskedBill, Bill } from './billing/bill';
import type { Aggregation, BillingTerms } from './billing/correction';
import type { InAdvance, Period, Span } from './billing/period';
import type { PeriodPlace, PeriodUsage } from './billing/period-usage';
import type { Pricing } from './billing/priced-total';
import type { EventStore } from './event-store';
import type { LedgerEntry, LineOutcome } from './ledger/entry';
import type { LedgerOwner } from './ledger/former';
import type { LedgerHeader, LedgerRecord, LineTexts, Rebuilding } from './ledger/ledger';
import type { Doing } from './memory/begun';
import type { SheetReading } from './rows/model';
import type { ZoneOf } from './rows/rendering';
import type { Source } from './sync';

/** Time. All in ms; `random` is in [0, 1), and only spreads retries and what is read first. */
export interface Clock {
  /** Now, in ms since 1970 UTC. */
  now(): number;
  /** Waits. */
  sleep(ms: number): void;
  /** In [0, 1). */
  random(): number;
}

/** Where rows come from. */
export interface SourceReader {
  /**
   * Reads the picked columns of the tab once, header row included, or says why it cannot.
   * @param deciding headers of the columns that decide what is sent, the key's first: only these
   * have to rest
   */
  read(source: Source, deciding: readonly string[]): SheetReading | Problem;
  /** IANA zone of the spreadsheet; UTC if it has none that is known, since then nothing is read. */
  zone(): string;
}

/** An event under an id that another sync of the file has used. */
export interface UsedId {
  /** Key of its row. */
  readonly key: string;
  /** Google's id of the tab that the other sync reads. */
  readonly tab: number;
  /** Whether the other sync was deleted. */
  readonly isLeft: boolean;
  /** The event; undefined if it cannot be read. Reads the ledger's events when first asked. */
  event(): UsageEvent | undefined;
  /** Whether Lago refused it. Reads the ledger's outcomes when first asked. */
  isRefused(): boolean;
}

/** The ledger's sheet as it was found. */
export interface StoredLedger {
  /** For people: the name of the sync that it was made for, or the one they gave its sheet. */
  readonly name: string;
  /** The first row. */
  readonly header: LedgerHeader;
  /** The rows below it. */
  readonly lines: readonly LineTexts[];
  /** What is recorded about it outside of the sheet. */
  readonly record: LedgerRecord | undefined;
}

/**
 * Keeps a sync's ledger. Every method may throw what Google throws; a run that dies in between is
 * settled by the next one.
 */
export interface LedgerStore {
  /**
   * Finds the ledger of the sync and organization, or else one that a deleted sync of the same tab
   * and organization has left (`formerOf`). A problem if a recorded one is gone.
   */
  open(owner: LedgerOwner, organization: string): StoredLedger | undefined | Problem;
  /**
   * Creates an empty ledger, hidden and protected with a warning. `rebuilding` is set if it
   * replaces one that is gone.
   */
  create(header: LedgerHeader, name: string, rebuilding?: Rebuilding): void;
  /**
   * Makes room for so many further lines in one step, so that it is known before anything is sent
   * whether they fit.
   */
  makeRoom(lines: number): void;
  /**
   * Appends at least one line and flushes, then records how many lines there are now, which is the
   * last, and that a rebuild is under way if so. Returns the row number of the first (1-based).
   */
  append(
    entries: readonly LedgerEntry[],
    record: Pick<LedgerRecord, 'lines' | 'rebuilding'>,
  ): number;
  /**
   * Writes outcomes beside their lines, in as few ranges as possible. They are applied with the
   * next flush.
   */
  writeOutcomes(
    outcomes: readonly { readonly line: number; readonly outcome: LineOutcome }[],
  ): void;
  /** Applies all writes so far. */
  flush(): void;
  /**
   * How far the ledger's rebuild is, even if its sheet is gone; undefined if it is not being
   * rebuilt.
   */
  rebuilding(sync: string, organization: string): Rebuilding | undefined;
  /**
   * Records that the ledger is being rebuilt, and how far. From then on every run stops, whatever
   * is left of the sheet.
   */
  noteRebuilding(sync: string, organization: string, tab: number, rebuilding: Rebuilding): void;
  /**
   * Rewrites the first row of the recorded sheet if that was altered or deleted and lines of a
   * ledger are still below it. Returns whether it did.
   */
  recover(header: LedgerHeader): boolean;
  /**
   * Notes that the first rows of the ledger that was opened last were compared with Lago. Recorded
   * with the next line.
   */
  noteCompared(): void;
  /**
   * Makes lines void: they keep their row and still count as lines, but say nothing. `at` in ms.
   * Flushes.
   */
  voidLines(lines: readonly LineTexts[], at: number): void;
  /**
   * Records that the ledger that was opened last is whole, because its rebuild ended at `rebuiltAt`
   * (ms). That time is kept from then on.
   */
  recordWhole(record: {
    readonly lines: number;
    readonly lastId: string;
    readonly rebuiltAt: number;
  }): void;
  /** What ledgers of other syncs of this organization have, by transaction_id. */
  usedElsewhere(sync: string, organization: string): ReadonlyMap<string, UsedId>;
  /** The id of this spreadsheet file, by which a copy is recognised. */
  file(): string;
}

/** The organization that the API key belongs to. */
export interface Identity {
  /** Lago's id of it. Any server can repeat it, so it counts only at its address. */
  readonly organization: string;
  /** Where it answered: Lago's address. */
  readonly address: string;
  /** For people. */
  readonly name: string;
  /** Where it keeps events. */
  readonly store: EventStore;
  /** IANA zone in which periods end unless a customer has another. */
  readonly zone: string;
}

/** What Lago said of one event of a refused batch. */
export type EventRefusal =
  | { readonly kind: 'exists' }
  | { readonly kind: 'rejected'; readonly answer: string };

/**
 * Lago's answer to one batch.
 * `refused`: nothing was stored, the named events (by their 0-based place in the batch) are at
 * fault. `too-many`: more events than Lago takes at once; `too-large`: more bytes than a proxy
 * takes. `unclear`: refused for a reason that names no event.
 * `failed`: no usable answer; `stored` says whether the batch may be in Lago all the same.
 */
export type Answer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly events: ReadonlyMap<number, EventRefusal> }
  | { readonly kind: 'too-many' }
  | { readonly kind: 'too-large'; readonly answer: string }
  | { readonly kind: 'unclear'; readonly answer: string }
  | {
      readonly kind: 'failed';
      readonly stored: 'no' | 'maybe';
      readonly answer: string;
      readonly timedOut: boolean;
      /** Which limit of the platform kept the request back, if one did. */
      readonly limit?: Problem | undefined;
    }
  | { readonly kind: 'slow-down'; readonly waitMs: number }
  | { readonly kind: 'stop'; readonly problem: Problem };

/**
 * What Lago has under an event's id: exactly this event, another one, none, no clear answer, or not
 * asked because the look-up had no requests left.
 */
export type Found = 'same' | 'different' | 'absent' | 'unknown' | 'unasked';

/**
 * What Lago would accept and never bill, as far as the key may read what Lago knows; `off` says
 * which checks are off, and why. A function that has to ask Lago and gets no answer throws
 * ProblemError: a guess could bill a row twice, in another month, or not at all.
 */
export interface EventCheck {
  /**
   * Why Lago would not bill an event; empty if it would. If a kept catalog finds a reason, Lago is
   * asked once whether it still holds.
   */
  readonly problemsOf: (event: UsageEvent) => readonly Problem[];
  /**
   * Whether it uses a cached catalog, by which something that ended in Lago minutes ago still looks
   * as if it were running.
   */
  readonly isKept?: boolean | undefined;
  /** Which checks are off because the key may not read what they need. */
  readonly off: readonly Problem[];
  /** Where Lago keeps events; undefined if it does not say. */
  readonly store?: EventStore | undefined;
  /** How a metric counts; undefined if it is not known. Sends no request. */
  readonly aggregationOf?: (code: string) => Aggregation | undefined;
  /** Asks Lago for its customers when it is first called. */
  readonly zoneOf?: ZoneOf | undefined;
  /**
   * The customer (external id) whose subscription counts an event; undefined if that is not known.
   */
  readonly customerOf?: ((event: UsageEvent) => string | undefined) | undefined;
  /** The property that a metric adds up. */
  readonly quantityField?: QuantityField | undefined;
  /**
   * Where an event without problems lies in the billing of its subscription; undefined if unknown.
   * May ask Lago for draft invoices.
   */
  readonly periodOf?: (event: UsageEvent) => Period | undefined;
  /**
   * How Lago bills an event that it has; undefined if that is not known. May ask Lago for draft
   * invoices.
   */
  readonly billingOf?: (event: UsageEvent) => BillingTerms | undefined;
  /** How Lago counts and prices events; undefined if it is not known. */
  readonly pricing?: Pricing | undefined;
  /**
   * The running period that counts the event, up to what is planned for its subscription; undefined
   * if none does or that is not known. May ask Lago for its customers, as `openUntil` may.
   */
  readonly runningPeriodOf?: (event: UsageEvent) => Span | undefined;
  /**
   * A span around the event of which one invoice counts all usage of its subscription; undefined if
   * none is certain. May ask Lago for its customers.
   */
  readonly spanOf?: (event: UsageEvent) => Span | undefined;
  /**
   * When the running period that counts the event ends, or the day of a planned end in it begins
   * (ms); undefined if none does or that is not known. May ask Lago for its customers where such a
   * day is near.
   */
  readonly openUntil?: (event: UsageEvent) => number | undefined;
  /**
   * When the period closes that the event belongs to (ms): passed if it has ended, infinite if it
   * has not begun, undefined if unknown. Sends no request.
   */
  readonly closesAt?: (event: UsageEvent) => number | undefined;
  /**
   * Whether charges that count the event are paid in advance; undefined if none is known to be.
   * Sends no request.
   */
  readonly inAdvance?: (event: UsageEvent) => InAdvance | undefined;
  /**
   * Asks Lago for the invoices of all periods that were answered as `unasked` so far, in as few
   * waves of requests as possible. Returns whether anything was learned, so that it is worth asking
   * again. Only so many requests are spent on invoices in a run, of which some are left if lines
   * are still to be proved.
   */
  readonly askUnasked?: ((isProofDue?: boolean) => boolean) | undefined;
  /** What became of periods that have ended, in their order. Spends the same requests. */
  readonly billsOf?: ((asked: readonly AskedBill[]) => readonly Bill[]) | undefined;
}

/** What Lago lists under some ids, read once to compare many events with it. */
export interface KnownEvents {
  /** Whether Lago has nothing else under these ids. */
  readonly isAll: boolean;
  /** Compares events as `find` does, `anywhere`; `absent` if the list has nothing under an id. */
  find(events: readonly UsageEvent[]): readonly Found[];
  /** All that the list has under an id. */
  eventsOf(id: string): readonly UsageEvent[];
}

/** Lago. It paces its own requests, and nothing that Lago answers makes these methods throw. */
export interface Destination {
  /** Most batches that leave together, by the rate that was set. */
  readonly widest: number;
  /** The organization that the key belongs to; a problem if Lago does not say. */
  identify(): Identity | Problem;
  /**
   * Sends a wave of batches in parallel; each is the frozen texts of its events. Answers come in
   * the same order.
   */
  deliver(batches: readonly (readonly string[])[]): Answer[];
  /**
   * Compares events with what Lago has, in as few requests as possible. A problem if the key may
   * not.
   * @param taken `anywhere`: an event of another subscription, code or time under the id counts as
   * different too, not as absent; so does what cannot be compared exactly
   */
  find(events: readonly UsageEvent[], taken?: 'anywhere'): readonly Found[] | Problem;
  /**
   * Compares events with every copy that Lago lists at their times: the same only if all are. A
   * problem if the key may not.
   */
  findCopies(events: readonly UsageEvent[]): readonly Found[] | Problem;
  /**
   * Compares events with those that Lago lists under their ids and subscriptions, among all of
   * their metrics from two days before the first of their times to two days after the last one or
   * to now (ms), whichever is later.
   * `too-many` if that list is too long to read, a problem if Lago does not show it.
   */
  findListed(events: readonly UsageEvent[], now: number): readonly Found[] | 'too-many' | Problem;
  /**
   * Reads all of Lago's list, or else that of the metrics and times of these events, and keeps what
   * it has under the ids that are asked for. Undefined if either takes more than `most` requests,
   * or cannot be read.
   */
  listOnce(
    events: readonly UsageEvent[],
    isAsked: (id: string) => boolean,
    most: number,
  ): KnownEvents | undefined;
  /**
   * The first event that Lago has under each id, at any time; undefined if it has none, `unknown`
   * if it does not say.
   */
  eventsOf(asked: readonly AskedEvent[]): readonly (UsageEvent | undefined | 'unknown')[];
  /**
   * All events that Lago has of periods of metrics and subscriptions, whoever sent them. Each place
   * is read once in a run, and all of a run take at most 200 requests; what is not read by then is
   * `too-many`. How to ask and to add up: `periodPlaceOf`.
   */
  usageIn(places: readonly PeriodPlace[]): readonly PeriodUsage[];
  /**
   * Learns what Lago knows, from Lago itself if `fresh`, otherwise perhaps from a cache. A problem
   * if that fails.
   */
  check(fresh?: 'fresh'): EventCheck | Problem;
}

/** Everything that a run reads and writes outside of its own memory. */
export interface Ports {
  /** Time. */
  readonly clock: Clock;
  /** The sheet. */
  readonly source: SourceReader;
  /** What was sent. */
  readonly ledger: LedgerStore;
  /** Lago. */
  readonly destination: Destination;
  /** Notes what a run does now, for whoever finds that it never ended. */
  readonly mark?: ((doing: Doing) => void) | undefined;
}
