import { isProblem, type Problem } from '../../problem/problem';
import { appendLines, type LineCount } from '../delivery/delivery';
import { indexEntries, type Ledger } from '../ledger/entries';
import { type LedgerEntry, ownTime } from '../ledger/entry';
import type { Unit } from '../ledger/unit';
import { FURTHEST_AHEAD_MS } from '../plan/next-entry';
import type { EventCheck, EventStore, Ports } from '../ports';
import { GrowingStep } from './growing-step';
import { foundReversal, reversalToFind, type Search, searchFor, searchLago } from './search';

/** What Lago has of the events of a run before any of them is sent. */
export interface Compared {
  /** What may be sent. */
  readonly units: readonly Unit[];
  /**
   * Lines, already written, for what Lago has. Their rows are not sent before they are planned
   * again.
   */
  readonly found: readonly LedgerEntry[];
  /** Events of units about which Lago gave no clear answer; they are not sent. */
  readonly unanswered: ReadonlySet<LedgerEntry>;
  /** Events that there was no time to ask for. */
  readonly left: number;
  /** Why Lago may not be asked. */
  readonly stopped: Problem | undefined;
}

/** What there is to compare, and until when (ms). */
export interface Comparison {
  /** What is about to be sent. */
  readonly units: readonly Unit[];
  /** What was sent so far. */
  readonly ledger: Ledger;
  /** What Lago knows. */
  readonly check: EventCheck;
  /** Lines of the ledger's sheet. */
  readonly count: LineCount;
  /** Where Lago keeps events. */
  readonly store: EventStore;
  /** When the ledger was last rebuilt (ms). */
  readonly rebuiltAt: number | undefined;
  /**
   * No look-up begins after this moment (ms), apart from the first few rows, so that every run
   * advances.
   */
  readonly until: number;
  /** No look-up at all begins after this moment (ms). */
  readonly deadline: number;
}

/**
 * Rows that are looked up at once. The first are few: at one request a second even those take a
 * minute.
 */
const FIRST_ROWS = 20;
const MOST_ROWS = 200;

/**
 * Whether an event without a line may have been sent before the ledger was rebuilt, because its row
 * was gone or unreadable then. Usage may be sent up to 31 days ahead, so this includes usage dated
 * up to 31 days after the rebuild.
 */
export const mayHaveBeenSent = (entry: LedgerEntry, rebuiltAt: number): boolean =>
  entry.line === undefined && ownTime(entry) * 1000 <= rebuiltAt + FURTHEST_AHEAD_MS;

/**
 * The units that Lago must be asked for before they are sent: only if it would take an event twice,
 * and only after a rebuild.
 */
export function unitsToCompare(
  units: readonly Unit[],
  store: EventStore,
  rebuiltAt: number | undefined,
): Unit[] {
  if (store === 'postgres' || rebuiltAt === undefined) return [];
  return units.filter((unit) => unit.some((entry) => mayHaveBeenSent(entry, rebuiltAt)));
}

const isReversal = ({ index }: LedgerEntry): boolean => index.kind === 'reversal';

/** A unit, the searches for its rows' events, and the reversals that Lago may have. */
interface Asked {
  readonly unit: Unit;
  readonly searches: readonly Search[];
  readonly reversals: readonly LedgerEntry[];
}

/** What Lago has of a unit, as lines; undefined if it does not say. */
type Answered = readonly LedgerEntry[] | undefined;

/**
 * Asks for the events of units under every id that they may have been sent with, and for the
 * reversals of those that are found.
 */
function askFor(
  ports: Ports,
  units: readonly Unit[],
  check: EventCheck,
  ledger: Ledger,
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
  const foundOf = new Map(all.map((entry, place) => [entry, found[place] ?? 'unknown']));
  return asked.map(({ searches, reversals }) => {
    const states = reversals.map((entry) => foundOf.get(entry));
    const isUnknown =
      searches.some(({ state }) => state === 'not-known') ||
      states.some((state) => state === 'unknown' || state === 'unasked');
    if (isUnknown) return undefined;
    const taken = reversals
      .filter((_, place) => states[place] !== 'absent')
      .map((entry) => foundReversal(entry, now));
    return [...searches.flatMap(({ lines }) => lines), ...taken];
  });
}

/**
 * If Lago would take an event twice, asks it for the new events that may have been sent before the
 * ledger was rebuilt. What it has becomes a line, as in the rebuild: adopted, or a conflict that a
 * person decides. Only what it clearly does not have may be sent.
 */
export function compareNew(
  ports: Ports,
  { units, ledger, check, count, store, rebuiltAt, until, deadline }: Comparison,
): Compared {
  const { clock } = ports;
  const open = unitsToCompare(units, store, rebuiltAt);
  const kept = new Set(open);
  const found: LedgerEntry[] = [];
  const unanswered = new Set<LedgerEntry>();
  let stopped: Problem | undefined;
  let next = 0;
  const step = new GrowingStep(FIRST_ROWS, MOST_ROWS);
  while (
    next < open.length &&
    stopped === undefined &&
    clock.now() < (next === 0 ? deadline : until)
  ) {
    const began = clock.now();
    const some = open.slice(next, next + step.size());
    const answers = askFor(ports, some, check, indexEntries([...ledger.entries, ...found]));
    if (isProblem(answers)) {
      stopped = answers;
      break;
    }
    const lines = answers.flatMap((answer) => answer ?? []);
    found.push(...appendLines(ports.ledger, lines, count));
    some.forEach((unit, place) => {
      const answer = answers[place];
      if (answer?.length === 0) kept.delete(unit);
      if (answer === undefined) for (const entry of unit) unanswered.add(entry);
    });
    next += some.length;
    step.took(clock.now() - began);
  }
  return {
    units: units.filter((unit) => !kept.has(unit)),
    found,
    unanswered,
    left: open.slice(next).flat().length,
    stopped,
  };
}
