import { countedBy } from '../../value/aggregation';
import { correctLatest, placeLatest } from './latest-values';
import { OrderedRows } from './ordered-rows';
import type { PlanInput } from './plan-input';
import type { PlannedRow } from './planned-row';
import { uncorrected } from './reversal';
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

/**
 * New events are placed whatever the policies say: behind what was taken back they would bill
 * nothing. Something is taken back only for a row that gives up what it has.
 */
function orderGroup(input: PlanInput, rows: OrderedRows, group: ValueGroup): void {
  const { because, leaving } = group;
  const isLatest = countedBy(group.terms.aggregation) === 'latest';
  if (isLatest) placeLatest(rows, group);
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
