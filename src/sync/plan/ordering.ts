import { type Counted, countedBy } from '../../value/aggregation';
import { countWhile } from '../../value/ordered';
import { isInSpan } from '../billing/period';
import type { LedgerEntry } from '../ledger/entry';
import { correctLatest, placeLatest } from './latest-values';
import { OrderedRows } from './ordered-rows';
import type { PlanInput } from './plan-input';
import type { PlannedRow } from './planned-row';
import { uncorrected } from './reversal';
import { TakenBack } from './taken-back';
import { correctUnique, placeUnique } from './unique-values';
import { groupsOf, type ValueGroup } from './value-groups';

/**
 * Puts unique and latest values of each group in the order in which Lago has to see them (see
 * `takeBack`). If a row turns out to keep its event, because that cannot be taken back, the order
 * is found again with that event in it.
 */
export function inOrder(input: PlanInput, planned: readonly PlannedRow[]): PlannedRow[] {
  let from = [...planned];
  for (;;) {
    const ordered = new OrderedRows(from);
    for (const group of groupsOf(input, from)) orderGroup(input, ordered, group);
    const rows = ordered.all();
    const next = from.map((row, place) => {
      const after = rows[place];
      return row.action !== 'flag' && after?.action === 'flag' ? after : row;
    });
    if (next.every((row, place) => row === from[place])) return rows.map(withoutEmptyRemoval);
    from = next;
  }
}

/** Metrics for which the order of values decides what counts. */
const ORDERED: ReadonlySet<Counted> = new Set(['different values', 'latest']);

const TAKEN_BACK = 'it was taken back in a period that has ended since, and would not count again';

/**
 * Holds new unique and latest values of a period that has ended, such as one whose invoice is a
 * draft, if what was taken back there has a later time: Lago would take them and never count them.
 */
export function heldBack({ ledger, check }: PlanInput, rows: readonly PlannedRow[]): PlannedRow[] {
  const takenBack = new TakenBack(ledger);
  const isOutdone = ({ event }: LedgerEntry): boolean => {
    const terms = takenBack.hasPlaceOf(event) ? check.billingOf?.(event) : undefined;
    if (terms === undefined || terms.until !== undefined || terms.recurring) return false;
    if (!ORDERED.has(countedBy(terms.aggregation))) return false;
    const span = check.spanOf?.(event);
    const times = takenBack.timesFor(event, terms);
    const isBefore = (seconds: number): boolean =>
      seconds < event.timestamp || (span !== undefined && seconds * 1000 < span.from);
    const next = times[countWhile(times, isBefore)];
    return next !== undefined && (span === undefined || isInSpan(span, next));
  };
  return rows.map((row) =>
    row.entry !== undefined && isOutdone(row.entry) ? uncorrected(row, TAKEN_BACK) : row,
  );
}

/**
 * New events are placed whatever the policies say: behind what was taken back they would bill
 * nothing. Something is taken back only for a row that gives up what it has.
 */
function orderGroup(input: PlanInput, rows: OrderedRows, group: ValueGroup): void {
  const { because, leaving } = group;
  const isLatest = countedBy(group.terms.aggregation) === 'latest';
  if (isLatest) placeLatest(input, rows, group);
  else placeUnique(rows, group);
  if (because !== undefined)
    for (const place of leaving) rows.change(place, (row) => uncorrected(row, because));
  else if (leaving.length > 0 && isLatest) correctLatest(input, rows, group);
  else if (leaving.length > 0) correctUnique(input, rows, group);
}

/** A removed row whose value other rows still have needs no event of its own. */
const withoutEmptyRemoval = (row: PlannedRow): PlannedRow =>
  row.change === 'removed' && row.action === 'send' && (row.reversals ?? []).length === 0
    ? { ...row, action: 'sent' }
    : row;
