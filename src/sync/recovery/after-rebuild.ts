import { isProblem, type Problem } from '../../problem/problem';
import type { Ledger } from '../ledger/entries';
import { type LedgerEntry, ownTime } from '../ledger/entry';
import type { Unit } from '../ledger/unit';
import { FURTHEST_AHEAD_MS } from '../plan/next-entry';
import type { EventCheck, Ports } from '../ports';
import { foundReversals, reversalToFind, type Search, searchFor, searchLago } from './search';

/**
 * Whether an event without a line may have been sent before the ledger was rebuilt, because its row
 * was gone or unreadable then. Usage may be sent up to 31 days ahead, so this includes usage dated
 * up to 31 days after the rebuild.
 */
export const mayHaveBeenSent = (entry: LedgerEntry, rebuiltAt: number): boolean =>
  entry.line === undefined && ownTime(entry) * 1000 <= rebuiltAt + FURTHEST_AHEAD_MS;

const isReversal = ({ index }: LedgerEntry): boolean => index.kind === 'reversal';

/** A unit, the searches for its rows' events, and the reversals that Lago may have. */
interface Asked {
  readonly unit: Unit;
  readonly searches: readonly Search[];
  readonly reversals: readonly LedgerEntry[];
}

/** What Lago has of a unit, as lines; undefined if it does not say. */
export type Answered = readonly LedgerEntry[] | undefined;

/**
 * Asks for the events of units under every id that they may have been sent with, and for the
 * reversals of those that are found.
 */
export function searchUnits(
  ports: Ports,
  units: readonly Unit[],
  check: EventCheck,
  ledger: Pick<Ledger, 'byId'>,
): readonly Answered[] | Problem {
  const { destination, clock } = ports;
  const searching = units.map((unit) => ({
    unit,
    searches: unit.filter((entry) => !isReversal(entry)).map((entry) => searchFor(entry)),
  }));
  const failed = searchLago(
    ports,
    searching.flatMap(({ searches }) => searches),
    ledger,
    check,
  );
  if (failed !== undefined) return failed;
  const now = clock.now();
  const asked = searching.map(({ unit, searches }): Asked => {
    const billed = searches.flatMap(({ lines }) =>
      lines.filter(({ outcome }) => outcome.state === 'accepted'),
    );
    return {
      unit,
      searches,
      reversals: [
        ...unit.filter(isReversal),
        ...billed.map((entry) => reversalToFind(check, ledger, entry, now)),
      ],
    };
  });
  const all = asked.flatMap(({ reversals }) => reversals);
  const found =
    all.length === 0
      ? []
      : destination.find(
          all.map(({ event }) => event),
          'anywhere',
        );
  if (isProblem(found)) return found;
  const lines = foundReversals(ports, all, found);
  const lineOf = new Map(all.map((entry, place) => [entry, lines[place]]));
  return asked.map(({ searches, reversals }) => {
    if (searches.some(({ state }) => state === 'not-known')) return undefined;
    const taken: LedgerEntry[] = [];
    for (const line of reversals.map((entry) => lineOf.get(entry))) {
      if (line === 'unknown') return undefined;
      if (line !== undefined) taken.push(line);
    }
    return [...searches.flatMap(({ lines }) => lines), ...taken];
  });
}
