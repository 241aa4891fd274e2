import Big from 'big.js';
import type { Problem } from '../../problem/problem';
import { addTo } from '../../value/group';
import { isSameTime } from '../../value/stored-usage';
import type { UsageEvent } from '../../value/usage-event';
import { billedOf, type Ledger } from '../ledger/entries';
import type { LedgerEntry } from '../ledger/entry';
import { undoneId } from '../plan/reversal';
import type { Finding } from './finding';
import {
  conflictFinding,
  correctedFinding,
  correctionAdvice,
  countsWords,
  differentFinding,
  differentThere,
  foreignFinding,
  openFinding,
  uncertainFinding,
  unrecordedFinding,
  untold,
  weighed,
} from './findings';
import { billedCopies, type IsSame, type ListedUsage, millisecondsIn, type Window } from './listed';
import { Amounts, isExpected, type MeasureOf } from './measure';
import {
  entriesIn,
  isHandedOver,
  isWithin,
  placeOf,
  type Total,
  Totals,
  totalName,
} from './totals';

/** A row that makes an event that the ledger does not know. */
export interface RowEvent {
  /** Key of the row. */
  readonly key: string;
  /** Row number in the sheet (1-based). */
  readonly row: number;
  /** The event that it makes. */
  readonly event: UsageEvent;
  /** The time of the usage itself (Unix seconds), wherever the event would be placed. */
  readonly usedAt: number;
}

/** What Lago's events are compared with. */
export interface ComparedWith<Listed extends ListedUsage> {
  /** What was sent. */
  readonly ledger: Ledger;
  /** Codes of the metrics that are compared. */
  readonly codes: ReadonlySet<string>;
  /** Whether Lago's event is the one that was sent. */
  readonly isSame: IsSame<Listed>;
  /** Lago may not yet show events that were accepted from this moment on (ms). */
  readonly visibleBefore: number;
  /** The row for which another sync has used an id, if one has. */
  readonly usedElsewhere: (id: string) => unknown;
  /** The row that makes the event with an id. */
  readonly rowOf: (id: string) => RowEvent | undefined;
  /** Whether the sync bills a subscription; events of other subscriptions are only counted. */
  readonly isOurs: (subscription: string) => boolean;
  /** Why an event that no row makes cannot be taken back, as a sentence; undefined if it can. */
  readonly keptBecause: (listed: Listed) => string | undefined;
  /** Why an event with an id may be that of a row although none is known to make it. */
  readonly doubtAbout: (id: string) => Problem | undefined;
  /** The month that is reconciled. */
  readonly whole: Window;
  /** How the usage of a metric is compared. */
  readonly measureOf: MeasureOf;
}

/** What a comparison of a window found. */
export interface Compared<Listed> {
  /** What is not as it should be. */
  readonly findings: readonly Finding[];
  /** Accepted entries that are not listed at their time; Lago may have them at another time. */
  readonly missing: readonly LedgerEntry[];
  /** Ids of entries outside of the window that Lago lists inside of it. */
  readonly moved: readonly string[];
  /** Events that are listed more than once; paging can repeat one. */
  readonly repeated: readonly Listed[];
  /** Ids of events of rows that are reported because the ledger does not have them as accepted. */
  readonly unrecorded: readonly string[];
  /** What Lago has, by metric and subscription. */
  readonly totals: readonly Total[];
  /** Number of events in these totals. */
  readonly events: number;
  /**
   * Number of events that belong to other syncs or to subscriptions that this sync does not bill.
   */
  readonly others: number;
}

/**
 * Compares what Lago lists for a window of time with the ledger, and with the rows of which the
 * ledger knows nothing.
 * @param listed all of Lago's events of these codes in the window, copies included
 */
export function compare<Listed extends ListedUsage>(
  compared: ComparedWith<Listed>,
  window: Window,
  listed: readonly Listed[],
): Compared<Listed> {
  return new WindowComparison(compared, window, listed).result();
}

const NOTHING = new Big(0);

/** Names where and when an event counts, as Lago lists it. */
const momentName = (listed: ListedUsage): string =>
  JSON.stringify([totalName(placeOf(listed)), listed.timestamp]);

/** Whether two events count for the same total. */
const isSamePlace = (
  left: Parameters<typeof placeOf>[0],
  right: Parameters<typeof placeOf>[0],
): boolean => totalName(placeOf(left)) === totalName(placeOf(right));

class WindowComparison<Listed extends ListedUsage> {
  private readonly findings: Finding[] = [];
  private readonly missing: LedgerEntry[] = [];
  private readonly moved: string[] = [];
  private readonly repeated: Listed[] = [];
  private readonly unrecorded: string[] = [];
  private readonly totals = new Totals();
  private readonly byId = new Map<string, Listed[]>();
  /** Events of which the latest counts, by where they count and when. */
  private readonly atOneTime = new Map<string, Listed[]>();
  private readonly takenBackBy: ReadonlyMap<string | undefined, string>;
  private readonly amounts: Amounts;
  private events = 0;
  private others = 0;

  constructor(
    private readonly compared: ComparedWith<Listed>,
    private readonly window: Window,
    listed: readonly Listed[],
  ) {
    this.amounts = new Amounts(compared.ledger, compared.measureOf);
    this.sort(listed);
    // The negation of an event has the same time, so it is in the same window.
    this.takenBackBy = new Map([...this.byId.keys()].map((id) => [undoneId(id), id]));
  }

  result(): Compared<Listed> {
    const { ledger, codes } = this.compared;
    for (const entry of entriesIn(ledger, codes, this.window)) this.compareEntry(entry);
    for (const [id, under] of this.byId) for (const each of under) this.compareListed(id, each);
    const { findings, missing, moved, repeated, unrecorded, events, others } = this;
    const totals = this.totals.list();
    return { findings, missing, moved, repeated, unrecorded, totals, events, others };
  }

  /** Groups by id the events that Lago bills. Those with further copies are noted as repeated. */
  private sort(listed: readonly Listed[]): void {
    for (const { event, copies } of billedCopies(listed)) {
      addTo(this.byId, event.transaction_id, event);
      if (this.compared.measureOf(event.code).isLatest === true)
        addTo(this.atOneTime, momentName(event), event);
      if (copies > 1) this.repeated.push(event);
    }
  }

  private countIn(each: Listed, amount: Big): void {
    this.events++;
    this.totals.add(placeOf(each), amount);
  }

  private report(finding: Finding, difference: Big): void {
    this.findings.push(weighed(finding, difference));
  }

  /** Compares an entry of the window with what is listed under its id. */
  private compareEntry(entry: LedgerEntry): void {
    const { isSame, ledger } = this.compared;
    const under = this.byId.get(entry.index.id) ?? [];
    this.byId.delete(entry.index.id);
    for (const each of under) this.countIn(each, this.amounts.ofEntry(entry, each));
    const same = under.find((each) => isSame(entry.event, each));
    const expected = isExpected(ledger, entry) ? this.amounts.ofEntry(entry) : NOTHING;
    if (entry.outcome.state === 'conflict') this.judgeConflict(entry, under, expected);
    else {
      this.compareUnder(entry, under, same, expected);
      this.judgeEntry(entry, under, same);
    }
  }

  /** Reports what Lago has under the id of an entry beside the same event, or in its place. */
  private compareUnder(
    entry: LedgerEntry,
    under: readonly Listed[],
    same: Listed | undefined,
    expected: Big,
  ): void {
    const others = under.filter((each) => each !== same);
    let left = same === undefined ? expected : NOTHING;
    for (const each of others) {
      this.reportDifferent(entry, each, left);
      left = NOTHING;
    }
  }

  /**
   * Reports another event under the id of an entry, where Lago counts it.
   * @param expected what Lago should count for the entry, unless that is accounted for already
   */
  private reportDifferent(entry: LedgerEntry, each: Listed, expected: Big): void {
    const theirs = this.amounts.ofEntry(entry, each);
    const isItsTime = isSameTime(entry.event.timestamp, millisecondsIn(each));
    if (isItsTime && isSamePlace(entry.event, each))
      this.report(differentFinding(entry, each), expected.minus(theirs));
    else {
      if (!expected.eq(0)) this.report(differentFinding(entry, each), expected);
      this.report(differentThere(entry, each), NOTHING.minus(theirs));
    }
  }

  private judgeEntry(entry: LedgerEntry, under: readonly Listed[], same: Listed | undefined): void {
    const { field } = this.compared.measureOf(entry.event.code);
    const { state } = entry.outcome;
    if (state === 'accepted' && under.length === 0) this.judgeAbsent(entry, field);
    const isOpen = state === 'pending' || state === 'stuck';
    if (isOpen && same !== undefined) this.findings.push(openFinding(entry, true, field));
    if (isOpen && under.length === 0)
      this.report(openFinding(entry, false, field), this.amounts.ofEntry(entry));
    if (state === 'rejected' && same !== undefined) {
      this.unrecorded.push(entry.index.id);
      const ours = 'refused, as the ledger says';
      this.findings.push(
        unrecordedFinding(same, field, { key: entry.index.key, row: undefined, ours }),
      );
    }
  }

  /** An accepted event that is not listed: too recent to be visible, or missing. */
  private judgeAbsent(entry: LedgerEntry, field: string | undefined): void {
    if (entry.outcome.at >= this.compared.visibleBefore)
      this.report(openFinding(entry, false, field), this.amounts.ofEntry(entry));
    else this.missing.push(entry);
  }

  /**
   * Another event under the id of an entry, that a person has to decide about. Nobody has to any
   * more if what Lago had is taken back, and Lago bills a later event of the row.
   */
  private judgeConflict(entry: LedgerEntry, under: readonly Listed[], expected: Big): void {
    const { ledger, measureOf } = this.compared;
    const { id, key } = entry.index;
    const { field } = measureOf(entry.event.code);
    const takenBackBy = this.takenBackBy.get(id);
    const [first, ...more] = under;
    const isOver = !isExpected(ledger, entry) && billedOf(ledger, key) !== undefined;
    if (takenBackBy !== undefined && isOver) {
      const advice = correctionAdvice(id, takenBackBy) ?? '';
      for (const each of under)
        this.report(
          correctedFinding(each, field, advice),
          NOTHING.minus(this.amounts.ofEntry(entry, each)),
        );
      return;
    }
    const isThere = first !== undefined && isSamePlace(entry.event, first);
    const theirs = isThere ? this.amounts.ofEntry(entry, first) : NOTHING;
    this.report(conflictFinding(entry, first, field), expected.minus(theirs));
    for (const each of isThere || first === undefined ? more : under)
      this.report(differentThere(entry, each), NOTHING.minus(this.amounts.ofEntry(entry, each)));
  }

  /** Looks at a listed event that no entry of the window has. */
  private compareListed(id: string, each: Listed): void {
    const { ledger, usedElsewhere, rowOf, isOurs } = this.compared;
    const entry = ledger.byId.get(id);
    if (entry !== undefined) {
      this.compareElsewhere(entry, each);
      return;
    }
    const isUsed = usedElsewhere(id) !== undefined;
    const made = isUsed ? undefined : rowOf(id);
    if (made !== undefined) this.reportUnrecorded(made, each);
    else if (!isUsed && isOurs(each.external_subscription_id)) this.reportStray(each);
    else this.others++;
  }

  /**
   * An entry of another time. A row marked as billed elsewhere may well have been billed in Lago by
   * another tool.
   */
  private compareElsewhere(entry: LedgerEntry, each: Listed): void {
    if (!isHandedOver(entry)) {
      this.others++;
      return;
    }
    const amount = this.amounts.ofEntry(entry, each);
    this.countIn(each, amount);
    this.moved.push(entry.index.id);
    // Once the month is compared, it is reported where the entry has its own time, too.
    this.report(differentThere(entry, each), NOTHING.minus(amount));
  }

  /** An event of a row, which the ledger does not know. */
  private reportUnrecorded({ key, row, event, usedAt }: RowEvent, each: Listed): void {
    const { measureOf, whole } = this.compared;
    const { field } = measureOf(each.code);
    const theirs = this.amounts.ofEvent(each);
    const ours = countsWords(event, field);
    const isMeant = isSamePlace(event, each) && isWithin(usedAt * 1000, whole);
    if (isMeant) this.unrecorded.push(each.transaction_id);
    this.countIn(each, theirs);
    this.report(
      unrecordedFinding(each, field, { key, row, ours }),
      (isMeant ? this.amounts.ofEvent(event) : NOTHING).minus(theirs),
    );
  }

  /** The id of our event with another value at the very time of a listed one, if there is one. */
  private tiedWith(each: Listed, field: string | undefined): string | undefined {
    const { ledger } = this.compared;
    return this.atOneTime
      .get(momentName(each))
      ?.find(
        (other) =>
          ledger.byId.has(other.transaction_id) &&
          countsWords(other, field) !== countsWords(each, field),
      )?.transaction_id;
  }

  /** An event that neither a row nor the ledger knows. */
  private reportStray(each: Listed): void {
    const { doubtAbout, keptBecause, measureOf } = this.compared;
    const { field } = measureOf(each.code);
    const advice = correctionAdvice(each.transaction_id, this.takenBackBy.get(each.transaction_id));
    const amount =
      advice === undefined ? this.amounts.ofEvent(each) : this.amounts.ofCorrection(each);
    this.countIn(each, amount);
    const tied = this.tiedWith(each, field);
    this.report(
      advice === undefined ? strayFinding(each) : correctedFinding(each, field, advice),
      NOTHING.minus(amount),
    );

    function strayFinding(listed: Listed): Finding {
      const rows = doubtAbout(listed.transaction_id);
      return rows === undefined
        ? foreignFinding(listed, field, tied === undefined ? keptBecause(listed) : untold(tied))
        : uncertainFinding(listed, field, rows);
    }
  }
}
