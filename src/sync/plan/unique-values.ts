import { addTo } from '../../value/group';
import { isRemoval, removalOf, uniqueText } from '../billing/correction';
import { isUndone } from '../ledger/entries';
import type { LedgerEntry } from '../ledger/entry';
import { isInTime, NO_TIME_LEFT, nextMoment, type OrderedRows, SHARED } from './ordered-rows';
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

/** What was handed to Lago, by the text of its value. */
function byValueOf({ terms, handed }: ValueGroup): ReadonlyMap<string, Additions> {
  const byValue = new Map<string, LedgerEntry[]>();
  for (const entry of handed) {
    const value = uniqueText(entry.event, terms.field);
    if (value !== undefined) addTo(byValue, value, entry);
  }
  return byValue;
}

/**
 * Puts new values after the removal of the same one: an addition counts after nothing or a removal,
 * in the order of time (lago: counting.unique).
 */
export function placeUnique(rows: OrderedRows, group: ValueGroup): void {
  const { terms, standing, hasRemovals } = group;
  if (hasRemovals) return;
  const byValue = byValueOf(group);
  for (const each of standing) {
    const events = byValue.get(uniqueText(each.entry.event, terms.field) ?? '') ?? [];
    const last = lastOf(events);
    if (each.isNew && last !== undefined && !isCounted(events))
      rows.placeAfter(each, last.event.timestamp, terms);
  }
}

/** Removes the values that no row has any more: a removal counts after an addition. */
export function correctUnique(input: PlanInput, rows: OrderedRows, group: ValueGroup): void {
  const { terms, standing, leaving } = group;
  const leavingKeys = new Set(leaving.map((place) => rows.keyAt(place)));
  const wanted = new Set(standing.map(({ entry }) => uniqueText(entry.event, terms.field)));
  for (const [value, events] of byValueOf(group))
    if (!wanted.has(value) && isCounted(events))
      removeValue(input, rows, { terms, leavingKeys }, events);
}

interface LeavingKeys {
  /** Of the rows that give up what they have. */
  readonly leavingKeys: ReadonlySet<string | undefined>;
}

/** Removes a value that no row has any more, by an event of a row that gave it up. */
function removeValue(
  input: PlanInput,
  rows: OrderedRows,
  { terms, leavingKeys }: Pick<ValueGroup, 'terms'> & LeavingKeys,
  events: Additions,
): void {
  const last = lastOf(events);
  if (last === undefined) return;
  const holders = events
    .filter((entry) => entry.index.kind !== 'reversal' && !isUndone(input.ledger, entry))
    .reverse();
  const isLeaving = ({ index }: LedgerEntry): boolean => leavingKeys.has(index.key);
  const undoes = holders.find(isLeaving) ?? holders[0] ?? last;
  const too = holders.filter((entry) => entry !== undoes);
  const seconds = nextMoment(last.event.timestamp, terms);
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
