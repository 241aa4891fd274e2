import { addTo } from '../../value/group';
import { isRemoval, removalOf, uniqueText } from '../billing/correction';
import { isUndone } from '../ledger/entries';
import type { LedgerEntry } from '../ledger/entry';
import { isInTime, justAfter, NO_TIME_LEFT, type OrderedRows, SHARED } from './ordered-rows';
import type { PlanInput } from './plan-input';
import { reversalId, uncorrected, withReversals } from './reversal';
import type { ValueGroup } from './value-groups';

/** Events of one unique value, in the order of time. */
type Additions = readonly LedgerEntry[];

const lastOf = (events: Additions): LedgerEntry | undefined => events[events.length - 1];

/** Whether Lago counts the value now: its last event is no removal. */
function isCounted(events: Additions): boolean {
  const last = lastOf(events);
  return last !== undefined && !isRemoval(last.event);
}

/**
 * Puts the unique values of a group in order: an addition counts after nothing or a removal, and a
 * removal after an addition, in the order of time (lago: counting.unique). New values are put after
 * a former removal even while nothing can be removed, or they would never count.
 */
export function orderUnique(input: PlanInput, rows: OrderedRows, group: ValueGroup): void {
  const { terms, handed, standing, hasRemovals, because } = group;
  if (hasRemovals) return;
  const textOf = ({ event }: LedgerEntry): string | undefined => uniqueText(event, terms.field);
  const byValue = new Map<string, LedgerEntry[]>();
  for (const entry of handed) {
    const value = textOf(entry);
    if (value !== undefined) addTo(byValue, value, entry);
  }
  for (const each of standing) {
    const events = byValue.get(textOf(each.entry) ?? '') ?? [];
    const last = lastOf(events);
    if (each.isNew && last !== undefined && !isCounted(events))
      rows.placeAfter(each, last.event.timestamp, terms);
  }
  if (because !== undefined) return;
  const wanted = new Set(standing.map(({ entry }) => textOf(entry)));
  for (const [value, events] of byValue)
    if (!wanted.has(value) && isCounted(events) && !isAddedTo(input, rows, group, events))
      removeValue(input, rows, group, events);
}

/** Whether a row keeps a former value, because the sync adds further events to the first. */
const isAddedTo = (
  { ready: { sync }, ledger }: PlanInput,
  rows: OrderedRows,
  { leaving }: ValueGroup,
  events: Additions,
): boolean =>
  sync.changed === 'add' &&
  events.some(
    (entry) =>
      entry.index.kind !== 'reversal' &&
      !isUndone(ledger, entry) &&
      !leaving.some((place) => rows.keyAt(place) === entry.index.key),
  );

/** Removes a value that no row has any more, by an event of a row that gave it up. */
function removeValue(
  input: PlanInput,
  rows: OrderedRows,
  { terms, leaving }: ValueGroup,
  events: Additions,
): void {
  const last = lastOf(events);
  if (last === undefined) return;
  const holders = events
    .filter((entry) => entry.index.kind !== 'reversal' && !isUndone(input.ledger, entry))
    .reverse();
  const isLeaving = ({ index }: LedgerEntry): boolean =>
    leaving.some((place) => rows.keyAt(place) === index.key);
  const undoes = holders.find(isLeaving) ?? holders[0] ?? last;
  const too = holders.filter((entry) => entry !== undoes);
  const seconds = justAfter(last.event.timestamp);
  const event = isInTime(terms, seconds)
    ? removalOf(undoes.event, seconds, reversalId(input.ledger, undoes))
    : undefined;
  rows.change(rows.placeOf(undoes, -1), (row) => {
    // A row of the other sync may still have the value.
    if (input.isShared?.(undoes.event)) return uncorrected(row, SHARED);
    return event === undefined
      ? uncorrected(row, NO_TIME_LEFT)
      : withReversals(row, [{ event, undoes, too }], input.now);
  });
}
