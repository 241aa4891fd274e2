import Big from 'big.js';
import { groupBy } from '../../value/group';
import type { UsageEvent } from '../../value/usage-event';
import type { Ledger } from '../ledger/entries';
import { type LedgerEntry, ownTime } from '../ledger/entry';
import type { PlannedRow } from '../plan/planned-row';
import type { Finding } from './finding';
import { countsWords, short } from './findings';
import type { Window } from './listed';
import { Amounts, isExpected, type MeasureOf } from './measure';
import { goneWords, rowWords } from './row-words';
import type { RowsNow } from './rows-of-month';
import {
  entriesIn,
  isWithin,
  type Place,
  placeOf,
  type Total,
  Totals,
  timeOf,
  totalName,
} from './totals';

/** What the rows of the tab are compared with. */
export interface SheetRequest {
  /** What the rows say, and what a run would do with them. */
  readonly rows: RowsNow;
  /** What was sent. */
  readonly ledger: Ledger;
  /** Codes of the metrics that are compared. */
  readonly codes: ReadonlySet<string>;
  /** The month that is reconciled. */
  readonly whole: Window;
  /**
   * Ids of events that Lago has of rows although the ledger does not have them as accepted: those
   * rows are reported already.
   */
  readonly unrecorded: ReadonlySet<string>;
  /** How the usage of a metric is compared. */
  readonly measureOf: MeasureOf;
  /** Whether the sync ignores removed rows. */
  readonly ignoresRemoved: boolean;
}

/** What the rows of the tab say, and how that differs from what was sent. */
export interface ComparedRows {
  /** Rows that differ from what Lago should have of them, and what Lago has without a row. */
  readonly findings: readonly Finding[];
  /** What the rows say, by metric and subscription. */
  readonly totals: readonly Total[];
  /** Number of rows with usage of the month. */
  readonly rows: number;
  /** Number of rows that make no event, and may be usage of the month. */
  readonly eventless: number;
}

/**
 * Compares every row of the tab with what the ledger takes Lago to have of it. Rows whose time
 * cannot be read are listed for every month.
 */
export function compareRows(request: SheetRequest): ComparedRows {
  return new RowComparison(request).result();
}

/** What the sheet and Lago have at one place. */
interface AtPlace {
  readonly place: Place;
  /** What the sheet's row says. */
  readonly said: UsageEvent | undefined;
  /** What the ledger takes Lago to have. */
  readonly entries: readonly LedgerEntry[];
  readonly difference: Big;
}

class RowComparison {
  private readonly findings: Finding[] = [];
  private readonly totals = new Totals();
  private readonly amounts: Amounts;
  /** What the ledger takes Lago to have in the month, by the key of its row. */
  private readonly entries: Map<string, LedgerEntry[]>;
  private rows = 0;
  private eventless = 0;

  constructor(private readonly request: SheetRequest) {
    const { ledger, codes, whole, unrecorded, measureOf } = request;
    this.amounts = new Amounts(ledger, measureOf);
    this.entries = groupBy(
      entriesIn(ledger, codes, whole).filter(
        (entry) => isExpected(ledger, entry) || unrecorded.has(entry.index.id),
      ),
      ({ index }) => index.key,
    );
  }

  result(): ComparedRows {
    const { plan } = this.request.rows;
    const inTab = plan.rows.filter(({ row }) => row !== undefined);
    const rowsByKey = groupBy(inTab, ({ key }) => key);
    const owners = new Set([...rowsByKey.values()].map((rows) => this.ownerOf(rows)));
    for (const row of inTab) this.compareRow(row, owners.has(row));
    const removed = new Map(
      plan.rows.filter(({ row }) => row === undefined).map((row) => [row.key, row]),
    );
    for (const [key, entries] of this.entries)
      if (!rowsByKey.has(key)) this.reportGone(entries, removed.get(key));
    const { findings, totals, rows, eventless } = this;
    return { findings, totals: totals.list(), rows, eventless };
  }

  /** The event that a row says, if it is usage of the month. */
  private saidBy({ row }: PlannedRow): UsageEvent | undefined {
    const event = row === undefined ? undefined : this.request.rows.eventOf(row);
    return event !== undefined && this.isInMonth(event) ? event : undefined;
  }

  private isInMonth({ timestamp }: UsageEvent): boolean {
    return isWithin(timestamp * 1000, this.request.whole);
  }

  /** @param isOwner whether what was sent under the row's key is taken to be of this row */
  private compareRow(row: PlannedRow, isOwner: boolean): void {
    const event = row.row === undefined ? undefined : this.request.rows.eventOf(row.row);
    const said = event !== undefined && this.isInMonth(event) ? event : undefined;
    if (said !== undefined) {
      this.rows++;
      this.totals.add(placeOf(said), this.amounts.ofEvent(said));
    }
    if (this.isReported(row, event)) return;
    const entries = isOwner ? this.entriesOf(row) : [];
    const places = this.placesOf(said, entries);
    const differing = places.filter(({ difference }) => !difference.eq(0));
    const isListed =
      differing.length > 0 || (isConcern(row, entries) && this.mayBeOfMonth(row, event, isOwner));
    if (!isListed) return;
    if (event === undefined) this.eventless++;
    const first = places[0] ?? { place: NOWHERE, said, entries, difference: new Big(0) };
    for (const each of differing.length === 0 ? [first] : differing)
      this.findings.push(this.rowFinding(row, each, event));
  }

  private entriesOf({ key }: PlannedRow): readonly LedgerEntry[] {
    return (key === undefined ? undefined : this.entries.get(key)) ?? [];
  }

  /** Whether an event that Lago has of a row accounts for all that the row says. */
  private isReported({ entry }: PlannedRow, event: UsageEvent | undefined): boolean {
    const { unrecorded, ledger } = this.request;
    const made = entry?.event ?? event;
    return (
      made !== undefined &&
      unrecorded.has(made.transaction_id) &&
      !ledger.byId.has(made.transaction_id)
    );
  }

  /**
   * The row that what was sent under a key is taken to be of. Of several rows with one key it is
   * the one that still says it, else one that counts as much, or the first.
   */
  private ownerOf(sameKey: readonly PlannedRow[]): PlannedRow | undefined {
    const [first, ...others] = sameKey;
    if (first === undefined || others.length === 0) return first;
    const entries = this.entriesOf(first);
    const agreeing = sameKey.filter((each) =>
      this.placesOf(this.saidBy(each), entries).every(({ difference }) => difference.eq(0)),
    );
    return agreeing.find(({ change }) => change === 'unchanged') ?? agreeing[0] ?? first;
  }

  /** What a row and Lago have, by place: where Lago has something of it comes first. */
  private placesOf(said: UsageEvent | undefined, entries: readonly LedgerEntry[]): AtPlace[] {
    const there = groupBy(entries, ({ event }) => totalName(placeOf(event)));
    const places = new Map(
      [...entries.map(({ event }) => event), ...(said === undefined ? [] : [said])].map((event) => [
        totalName(placeOf(event)),
        placeOf(event),
      ]),
    );
    return [...places].map(([name, place]) => {
      const here = said !== undefined && totalName(placeOf(said)) === name ? said : undefined;
      const known = there.get(name) ?? [];
      const difference = known.reduce(
        (rest, entry) => rest.minus(this.amounts.ofEntry(entry)),
        here === undefined ? new Big(0) : this.amounts.ofEvent(here),
      );
      return { place, said: here, entries: known, difference };
    });
  }

  /** Whether a row with nothing to add up may be usage of the month. */
  private mayBeOfMonth(row: PlannedRow, event: UsageEvent | undefined, isOwner: boolean): boolean {
    if (this.entriesOf(row).length > 0) return true;
    const known = event ?? (isOwner ? row.latest?.event : undefined);
    return known === undefined || this.isInMonth(known);
  }

  private rowFinding(row: PlannedRow, at: AtPlace, event: UsageEvent | undefined): Finding {
    const { ledger, whole } = this.request;
    const sent = row.key === undefined ? [] : (ledger.byKey.get(row.key) ?? []);
    const isBooked = sent.some(
      (entry) => isWithin(ownTime(entry) * 1000, whole) !== isWithin(timeOf(entry), whole),
    );
    const { kind, why, advice, fix } = rowWords(row, at.entries, isBooked);
    const newest = at.entries[at.entries.length - 1]?.event;
    const shown = newest ?? at.said ?? event ?? row.latest?.event;
    return {
      kind,
      ...at.place,
      id: shown?.transaction_id ?? '',
      key: row.key,
      row: row.row,
      time: shown && shown.timestamp * 1000,
      ours: short([this.saidWords(at, event), why].filter((text) => text !== '').join('. ')),
      theirs: this.thereWords(at.entries),
      difference: at.difference.toFixed(),
      advice,
      fix,
    };
  }

  /** What a row says at a place, in a few words; empty if it makes no event. */
  private saidWords({ said }: AtPlace, event: UsageEvent | undefined): string {
    if (said !== undefined) return countsWords(said, this.fieldOf(said));
    if (event === undefined) return '';
    return this.isInMonth(event)
      ? `counts for ${event.external_subscription_id}, ${event.code}`
      : 'counts in another month';
  }

  private fieldOf({ code }: UsageEvent): string | undefined {
    return this.request.measureOf(code).field;
  }

  private thereWords(entries: readonly LedgerEntry[]): string {
    const { measureOf } = this.request;
    const standing = entries.filter((entry) => this.amounts.stands(entry));
    const [only, ...more] = standing;
    if (only === undefined) return entries.length === 0 ? 'not there' : 'taken back';
    const { field } = measureOf(only.event.code);
    return more.length === 0
      ? countsWords(only.event, field)
      : short(standing.map(({ event }) => countsWords(event, field)).join(' and '));
  }

  /** Reports what Lago has of a row that is not in the tab, unless it was taken back. */
  private reportGone(entries: readonly LedgerEntry[], removed: PlannedRow | undefined): void {
    const { rows, ignoresRemoved } = this.request;
    for (const at of this.placesOf(undefined, entries)) {
      const stands = at.entries.some((entry) => this.amounts.stands(entry));
      const last = at.entries[at.entries.length - 1];
      if (last === undefined || (at.difference.eq(0) && !stands)) continue;
      const { index, event } = last;
      const { why, ...words } = goneWords(stands, removed, ignoresRemoved, rows.doubt);
      this.findings.push({
        ...words,
        ...at.place,
        id: index.id,
        key: index.key,
        row: undefined,
        time: event.timestamp * 1000,
        ours: short(why),
        theirs: this.thereWords(at.entries),
        difference: at.difference.toFixed(),
      });
    }
  }
}

/** The place of a row that makes no event and of which Lago has none. */
const NOWHERE: Place = { code: '', subscription: '' };

/**
 * Whether a row is to be looked at even if the amounts agree. One whose key is double is in Lago as
 * it stands if what was sent under the key is taken to be its own, and it still says that.
 */
const isConcern = (
  { action, change, latest, problems: [first] }: PlannedRow,
  entries: readonly LedgerEntry[],
): boolean =>
  !['sent', 'elsewhere', 'wait'].includes(action) &&
  latest?.outcome.state !== 'conflict' &&
  !(first?.code === 'key.duplicate' && change === 'unchanged' && entries.length > 0);
