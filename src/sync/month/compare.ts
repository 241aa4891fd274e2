import { addTo } from '../../value/group';
import type { UsageEvent } from '../../value/usage-event';
import type { QuantityField } from '../billing/aggregation';
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
  foreignFinding,
  openFinding,
  unrecordedFinding,
} from './findings';
import { billedCopies, type IsSame, type ListedUsage, type Window } from './listed';
import { entriesIn, isHandedOver, type Total, Totals } from './totals';

/** A row that makes an event that the ledger does not know. */
export interface RowEvent {
  /** Key of the row. */
  readonly key: string;
  /** Row number in the sheet (1-based). */
  readonly row: number;
  /** The event that it makes. */
  readonly event: UsageEvent;
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
  /** The property that a metric adds up. */
  readonly quantityField: QuantityField;
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
  /** What Lago has, by metric and subscription. */
  readonly totals: readonly Total[];
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

class WindowComparison<Listed extends ListedUsage> {
  private readonly findings: Finding[] = [];
  private readonly missing: LedgerEntry[] = [];
  private readonly moved: string[] = [];
  private readonly repeated: Listed[] = [];
  private readonly totals = new Totals();
  private readonly byId = new Map<string, Listed[]>();
  private readonly takenBackBy: ReadonlyMap<string | undefined, string>;
  private others = 0;

  constructor(
    private readonly compared: ComparedWith<Listed>,
    private readonly window: Window,
    listed: readonly Listed[],
  ) {
    this.sort(listed);
    // The negation of an event has the same time, so it is in the same window.
    this.takenBackBy = new Map([...this.byId.keys()].map((id) => [undoneId(id), id]));
  }

  result(): Compared<Listed> {
    const { ledger, codes } = this.compared;
    for (const entry of entriesIn(ledger, codes, this.window)) this.compareEntry(entry);
    for (const [id, under] of this.byId) for (const each of under) this.compareListed(id, each);
    const { findings, missing, moved, repeated, others } = this;
    return { findings, missing, moved, repeated, totals: this.totals.list(), others };
  }

  /** Groups by id the events that Lago bills. Those with further copies are noted as repeated. */
  private sort(listed: readonly Listed[]): void {
    for (const { event, copies } of billedCopies(listed)) {
      addTo(this.byId, event.transaction_id, event);
      if (copies > 1) this.repeated.push(event);
    }
  }

  private countIn(each: Listed): void {
    this.totals.add(each, this.compared.quantityField);
  }

  /** Compares an entry of the window with what is listed under its id. */
  private compareEntry(entry: LedgerEntry): void {
    const under = this.byId.get(entry.index.id) ?? [];
    this.byId.delete(entry.index.id);
    for (const each of under) this.countIn(each);
    const same = under.find((each) => this.compared.isSame(entry.event, each));
    if (entry.outcome.state !== 'conflict')
      for (const each of under)
        if (each !== same) this.findings.push(differentFinding(entry, each));
    this.judgeEntry(entry, under, same);
  }

  private judgeEntry(entry: LedgerEntry, under: readonly Listed[], same: Listed | undefined): void {
    const field = this.compared.quantityField(entry.event.code);
    switch (entry.outcome.state) {
      case 'accepted':
        if (under.length === 0) this.judgeAbsent(entry, field);
        break;
      case 'pending':
      case 'stuck':
        if (same !== undefined || under.length === 0)
          this.findings.push(openFinding(entry, same !== undefined, field));
        break;
      case 'conflict':
        if (!this.isDecided(entry)) this.findings.push(conflictFinding(entry, under[0], field));
        break;
      case 'rejected':
        if (same !== undefined)
          this.findings.push(
            unrecordedFinding(same, field, {
              key: entry.index.key,
              row: undefined,
              ours: 'refused, as the ledger says',
            }),
          );
        break;
    }
  }

  /** An accepted event that is not listed: too recent to be visible, or missing. */
  private judgeAbsent(entry: LedgerEntry, field: string | undefined): void {
    if (entry.outcome.at >= this.compared.visibleBefore)
      this.findings.push(openFinding(entry, false, field));
    else this.missing.push(entry);
  }

  /**
   * Whether nobody has to decide about a conflict any more: what Lago had is taken back, and it
   * bills another event of the row.
   */
  private isDecided({ index }: LedgerEntry): boolean {
    return (
      this.takenBackBy.has(index.id) && billedOf(this.compared.ledger, index.key) !== undefined
    );
  }

  /** Looks at a listed event that no entry of the window has. */
  private compareListed(id: string, each: Listed): void {
    const { ledger, usedElsewhere, rowOf, isOurs, quantityField } = this.compared;
    const entry = ledger.byId.get(id);
    if (entry !== undefined) {
      this.compareElsewhere(entry, each);
      return;
    }
    const field = quantityField(each.code);
    const isUsed = usedElsewhere(id) !== undefined;
    const made = isUsed ? undefined : rowOf(id);
    if (made !== undefined) {
      const ours = countsWords(made.event, field);
      this.findings.push(unrecordedFinding(each, field, { key: made.key, row: made.row, ours }));
    } else if (!isUsed && isOurs(each.external_subscription_id))
      this.findings.push(this.strayFinding(each, field));
    else {
      this.others++;
      return;
    }
    this.countIn(each);
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
    this.countIn(each);
    this.moved.push(entry.index.id);
    this.findings.push(differentFinding(entry, each));
  }

  private strayFinding(each: Listed, field: string | undefined): Finding {
    const advice = correctionAdvice(each.transaction_id, this.takenBackBy.get(each.transaction_id));
    return advice === undefined
      ? foreignFinding(each, field, this.compared.keptBecause(each))
      : correctedFinding(each, field, advice);
  }
}
