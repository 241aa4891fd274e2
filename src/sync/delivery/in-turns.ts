import { isAccepted, type LedgerEntry } from '../ledger/entry';
import type { Unit } from '../ledger/unit';
import type { Delivery } from './delivery';

/** Which of some units may go before the others. */
export interface Turns {
  /** Those that may go now; all of them if none has to wait for another. */
  next(units: readonly Unit[]): readonly Unit[];
  /** Is told what Lago has accepted. */
  accept(entries: readonly LedgerEntry[]): void;
}

/**
 * Delivers units in turns: some go only after Lago has accepted others. Those whose turn does not
 * come are not sent, and not counted as left.
 * @param send delivers units, and is told whether Lago has accepted something before
 */
export function deliverInTurns(
  units: readonly Unit[],
  turns: Turns,
  send: (units: readonly Unit[], gotThrough: boolean) => Delivery,
): Delivery {
  let open = units;
  let going = turns.next(open);
  let delivery = send(going, false);
  let entries = delivery.entries;
  while (delivery.left === 0 && delivery.stopped === undefined) {
    const gone = new Set(going);
    open = open.filter((unit) => !gone.has(unit));
    turns.accept(delivery.entries.filter(isAccepted));
    going = turns.next(open);
    if (going.length === 0) return { ...delivery, entries };
    delivery = send(going, entries.some(isAccepted));
    entries = [...entries, ...delivery.entries];
  }
  const gone = new Set(going);
  const waiting = open.filter((unit) => !gone.has(unit)).flat().length;
  return { ...delivery, entries, left: delivery.left + waiting };
}
