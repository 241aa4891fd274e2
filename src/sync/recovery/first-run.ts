import { isProblem, type Problem } from '../../problem/problem';
import { foundInLago, type LedgerEntry } from '../ledger/entry';
import type { Unit } from '../ledger/unit';
import type { Found, Ports } from '../ports';
import type { Answered } from './after-rebuild';

/** Asks what Lago has of some units; a problem if it may not be asked. */
export type AskUnits = (units: readonly Unit[]) => readonly Answered[] | Problem;

/** The line of an event under whose id Lago has something that this ledger did not send. */
const sentByOthers = (entry: LedgerEntry, state: 'accepted' | 'conflict', now: number) =>
  foundInLago(
    entry.index.kind === 'usage' ? { ...entry, index: { ...entry.index, kind: 'adopted' } } : entry,
    now,
    state,
  );

function answerFor(unit: Unit, foundOf: ReadonlyMap<LedgerEntry, Found>, now: number): Answered {
  const lines: LedgerEntry[] = [];
  for (const entry of unit) {
    const found = foundOf.get(entry) ?? 'unknown';
    if (found === 'unknown' || found === 'unasked') return undefined;
    if (found === 'absent') continue;
    lines.push(sentByOthers(entry, found === 'same' ? 'accepted' : 'conflict', now));
  }
  return lines;
}

/**
 * Prepares to ask for the events of a sync's first run by their ids. Another file, or another tool,
 * may have sent some of them. If Lago's list of what they count for is short enough, that is read
 * once and answers for all of them.
 * @param open every unit that will be asked for
 */
export function firstLook(
  { destination, clock }: Ports,
  open: readonly Unit[],
): AskUnits | Problem {
  const all = open.flat();
  const listed = destination.findListed(
    all.map(({ event }) => event),
    clock.now(),
  );
  if (isProblem(listed)) return listed;
  const known =
    listed === 'too-many'
      ? undefined
      : new Map(all.map((entry, place) => [entry, listed[place] ?? 'unknown']));
  return (units) => {
    const entries = units.flat();
    const found = known ?? foundById(destination, entries);
    if (isProblem(found)) return found;
    return units.map((unit) => answerFor(unit, found, clock.now()));
  };
}

function foundById(
  destination: Ports['destination'],
  entries: readonly LedgerEntry[],
): ReadonlyMap<LedgerEntry, Found> | Problem {
  const found = destination.find(entries.map(({ event }) => event));
  if (isProblem(found)) return found;
  return new Map(entries.map((entry, place) => [entry, found[place] ?? 'unknown']));
}
