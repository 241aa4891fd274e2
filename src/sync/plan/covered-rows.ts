import { countedBy } from '../../value/aggregation';
import { groupBy } from '../../value/group';
import { placeName, type UsageEvent } from '../../value/usage-event';
import { type BillingTerms, isRemoval } from '../billing/correction';
import { covers, mayBeCovered, placeOfValue } from '../billing/no-effect';
import { isInSpan, type Span } from '../billing/period';
import { billedOf } from '../ledger/entries';
import { isBaseline } from '../ledger/entry';
import type { PlanInput } from './plan-input';
import type { PlannedRow } from './planned-row';
import { leavingOf } from './reversal';

/** By subscription and code. */
interface Found {
  /** Events of rows that stand as they were sent. */
  readonly standing: ReadonlyMap<string, readonly UsageEvent[]>;
  /** Where rows of the sheet remove unique values themselves. */
  readonly removing: ReadonlySet<string>;
}

function foundIn({ ledger }: PlanInput, rows: readonly PlannedRow[]): Found {
  const events = rows.flatMap(({ key, change, action }) => {
    const billed = key === undefined ? undefined : billedOf(ledger, key);
    const stands = action === 'sent' && change !== 'removed';
    return stands && billed !== undefined && !isBaseline(billed) ? [billed.event] : [];
  });
  const removals = [...ledger.entries, ...rows.flatMap(({ entry }) => entry ?? [])].filter(
    ({ index, event }) => index.kind !== 'reversal' && isRemoval(event),
  );
  return {
    standing: groupBy(events, placeName),
    removing: new Set(removals.map(({ event }) => placeName(event))),
  };
}

/**
 * Finds changed and removed rows of which nothing has to be taken back, because the bill depends on
 * events of other rows: a lower one beside the highest, an older one beside the latest. This is
 * judged again in every run, since the other row may change or go, too.
 */
export class CoveredRows {
  private found: Found | undefined;
  /** By subscription, code and span; pairs of rows would be too many to compare. */
  private readonly leading = new Map<string, ReadonlyMap<string, readonly UsageEvent[]>>();

  /** @param rows before anything is taken back */
  constructor(
    private readonly input: PlanInput,
    private readonly rows: readonly PlannedRow[],
  ) {}

  /**
   * Whether Lago bills what it should without taking back anything that it has of a row. What an
   * earlier change has left there needs another event above it, too.
   */
  has({ key, entry }: PlannedRow): boolean {
    const made = entry?.event;
    return leavingOf(this.input, key ?? '').every(({ event }) => this.isCovered(event, made));
  }

  /** @param made the new event of the row; undefined if the row was removed */
  private isCovered(event: UsageEvent, made: UsageEvent | undefined): boolean {
    const { check } = this.input;
    const terms = check.billingOf?.(event);
    if (terms === undefined || !mayBeCovered(terms)) return false;
    this.found ??= foundIn(this.input, this.rows);
    // The order of removals counts, and what a changed row gives up would not be judged again.
    const isUnique = countedBy(terms.aggregation) === 'different values';
    if (isUnique && (made !== undefined || this.found.removing.has(placeName(event)))) return false;
    const span = check.spanOf?.(event);
    if (span === undefined) return false;
    const leading = this.leadingAround(event, span, terms).get(placeOfValue(event, terms)) ?? [];
    return [...(made === undefined ? [] : [made]), ...leading].some(
      (other) => isInSpan(span, other.timestamp) && covers(other, event, terms),
    );
  }

  /** The standing events of a span that cover all others there, by what they count for. */
  private leadingAround(
    around: UsageEvent,
    span: Span,
    terms: BillingTerms,
  ): ReadonlyMap<string, readonly UsageEvent[]> {
    const place = placeName(around);
    const name = JSON.stringify([place, span.from, span.to]);
    const known = this.leading.get(name);
    if (known !== undefined) return known;
    const leading = new Map<string, readonly UsageEvent[]>();
    for (const event of this.found?.standing.get(place) ?? []) {
      if (!isInSpan(span, event.timestamp)) continue;
      const value = placeOfValue(event, terms);
      const before = leading.get(value) ?? [];
      if (!before.some((other) => covers(other, event, terms)))
        leading.set(value, [...before.filter((other) => !covers(event, other, terms)), event]);
    }
    this.leading.set(name, leading);
    return leading;
  }
}
