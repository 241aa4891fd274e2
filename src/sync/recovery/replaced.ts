import { isProblem, type Problem } from '../../problem/problem';
import { isVisible } from '../delivery/settle';
import type { Ledger } from '../ledger/entries';
import type { LedgerEntry } from '../ledger/entry';
import type { Unit } from '../ledger/unit';
import type { Found, Ports } from '../ports';

/** What Lago has of the events that corrections take back. */
export interface StillBilled {
  /** What may be sent. */
  readonly units: readonly Unit[];
  /** Events of units that would take back what somebody has replaced. */
  readonly replaced: ReadonlySet<LedgerEntry>;
  /** Events of units of which Lago does not show what they take back. */
  readonly unanswered: ReadonlySet<LedgerEntry>;
}

const undoneBy = (unit: Unit, { byId }: Ledger): LedgerEntry[] =>
  unit
    .flatMap(({ index: { undoes, undoesToo = [] } }) =>
      undoes === undefined ? undoesToo : [undoes, ...undoesToo],
    )
    .flatMap((id) => byId.get(id) ?? []);

/**
 * Where Lago takes an event twice, another sender can replace what a row bills. So it is asked,
 * before a correction, whether it still has what the correction takes back.
 * @returns a problem if it may not be asked
 */
export function checkReplaced(
  { destination, clock }: Ports,
  units: readonly Unit[],
  ledger: Ledger,
): StillBilled | Problem {
  const undoneOf = new Map(units.map((unit) => [unit, undoneBy(unit, ledger)]));
  const undone = [...new Set([...undoneOf.values()].flat())];
  const found = undone.length === 0 ? [] : destination.findCopies(undone.map(({ event }) => event));
  if (isProblem(found)) return found;
  const foundOf = new Map(undone.map((entry, place) => [entry, found[place] ?? 'unknown']));
  const now = clock.now();
  // What was sent minutes ago may not be shown yet.
  const stands = (entry: LedgerEntry, state: Found | undefined): boolean =>
    state === 'same' || (state === 'absent' && !isVisible(entry, now));
  const replaced = new Set<LedgerEntry>();
  const unanswered = new Set<LedgerEntry>();
  const sendable = units.filter((unit) => {
    const states = (undoneOf.get(unit) ?? []).map((each) => [each, foundOf.get(each)] as const);
    if (states.every(([entry, state]) => stands(entry, state))) return true;
    const isReplaced = states.some(([, state]) => state === 'different');
    for (const entry of unit) (isReplaced ? replaced : unanswered).add(entry);
    return false;
  });
  return { units: sendable, replaced, unanswered };
}
