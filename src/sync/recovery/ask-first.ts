import { isProblem, type Problem } from '../../problem/problem';
import { appendLines, type LineCount } from '../delivery/delivery';
import type { EventStore } from '../event-store';
import type { Ledger } from '../ledger/entries';
import type { LedgerEntry } from '../ledger/entry';
import type { Unit } from '../ledger/unit';
import type { EventCheck, Ports } from '../ports';
import { mayHaveBeenSent, searchUnits } from './after-rebuild';
import { type AskUnits, firstLook } from './first-run';
import { GrowingStep } from './growing-step';
import { checkReplaced, type StillBilled } from './replaced';

/** What Lago has of the events of a run before any of them is sent. */
export interface Compared extends StillBilled {
  /**
   * Lines, already written, for what Lago has. Their rows are not sent before they are planned
   * again.
   */
  readonly found: readonly LedgerEntry[];
  /** Events that there was no time to ask for. */
  readonly left: number;
  /** Why Lago may not be asked. */
  readonly stopped: Problem | undefined;
}

/** What there is to compare, and until when (ms). */
export interface Comparison {
  /** What is about to be sent. */
  readonly units: readonly Unit[];
  /**
   * Whether these are the units of all rows that were never sent: no row was left out, and none is
   * held. A row that is held now must be asked for when it goes.
   */
  readonly isWhole: boolean;
  /** What was sent so far. */
  readonly ledger: Ledger;
  /** What Lago knows. */
  readonly check: EventCheck;
  /** Lines of the ledger's sheet. */
  readonly count: LineCount;
  /** Where Lago keeps events. */
  readonly store: EventStore;
  /** Whether the sync's first rows were compared with Lago. */
  readonly isCompared: boolean;
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

/** A run that may send nothing asks Lago for nothing. */
export const NOT_COMPARED: Compared = {
  units: [],
  found: [],
  replaced: new Set(),
  unanswered: new Set(),
  left: 0,
  stopped: undefined,
};

type What = Pick<Comparison, 'units' | 'store' | 'rebuiltAt' | 'isCompared'>;

/**
 * The units that Lago must be asked for before they are sent: only if it would take an event twice,
 * in a sync's first run and after a rebuild.
 */
export function unitsToCompare({ units, store, rebuiltAt, isCompared }: What): readonly Unit[] {
  if (store === 'postgres') return [];
  if (rebuiltAt === undefined) return isCompared ? [] : units;
  return units.filter((unit) => unit.some((entry) => mayHaveBeenSent(entry, rebuiltAt)));
}

/**
 * If Lago would take an event twice, asks it for the events that it may have already: those of a
 * sync's first run, since another file or tool may send the same ids, and those that may have been
 * sent before the ledger was rebuilt. What it has becomes a line, as in the rebuild: adopted, or a
 * conflict that a person decides. Only what it clearly does not have may be sent, and only
 * corrections of what it still has.
 */
export function compareNew(ports: Ports, comparison: Comparison): Compared {
  const { units, ledger, store, isWhole, rebuiltAt } = comparison;
  if (store === 'postgres') return { ...NOT_COMPARED, units };
  const open = unitsToCompare(comparison);
  const asked = askFirst(ports, comparison, open);
  if (open.length > 0 && isWhole && rebuiltAt === undefined && isAnswered(asked))
    ports.ledger.noteCompared();
  const kept = new Set(open.filter((unit) => !asked.absent.has(unit)));
  const sendable = units.filter((unit) => !kept.has(unit));
  const billed = checkReplaced(ports, sendable, ledger);
  if (isProblem(billed)) {
    const left = asked.left + sendable.flat().length;
    return { ...NOT_COMPARED, ...asked, left, stopped: billed };
  }
  return {
    ...billed,
    unanswered: new Set([...asked.unanswered, ...billed.unanswered]),
    found: asked.found,
    left: asked.left,
    stopped: asked.stopped,
  };
}

interface Asked extends Pick<Compared, 'found' | 'unanswered' | 'left' | 'stopped'> {
  /** Units of which Lago has nothing. */
  readonly absent: ReadonlySet<Unit>;
}

const isAnswered = ({ unanswered, left, stopped }: Asked): boolean =>
  unanswered.size === 0 && left === 0 && stopped === undefined;

const nothingAsked = (open: readonly Unit[], stopped?: Problem): Asked => ({
  found: [],
  absent: new Set(),
  unanswered: new Set(),
  left: open.flat().length,
  stopped,
});

/** Asks for units step by step, and writes a line for whatever Lago has. */
function askFirst(ports: Ports, comparison: Comparison, open: readonly Unit[]): Asked {
  const { ledger, check, count, rebuiltAt, until, deadline } = comparison;
  const { clock } = ports;
  if (open.length === 0 || clock.now() >= deadline) return nothingAsked(open);
  const found: LedgerEntry[] = [];
  const byId = new Map(ledger.byId);
  const search: AskUnits = (some) => searchUnits(ports, some, check, { byId });
  const ask = rebuiltAt === undefined ? firstLook(ports, open) : search;
  if (isProblem(ask)) return nothingAsked(open, ask);
  const absent = new Set<Unit>();
  const unanswered = new Set<LedgerEntry>();
  const step = new GrowingStep(FIRST_ROWS, MOST_ROWS);
  let next = 0;
  while (next < open.length && (next === 0 || clock.now() < until)) {
    const began = clock.now();
    const some = open.slice(next, next + step.size());
    const answers = ask(some);
    if (isProblem(answers))
      return { ...nothingAsked(open.slice(next), answers), found, absent, unanswered };
    const lines = answers.flatMap((answer) => answer ?? []);
    for (const line of appendLines(ports.ledger, lines, count)) {
      found.push(line);
      byId.set(line.index.id, line);
    }
    some.forEach((unit, place) => {
      const answer = answers[place];
      if (answer?.length === 0) absent.add(unit);
      if (answer === undefined) for (const entry of unit) unanswered.add(entry);
    });
    next += some.length;
    step.took(clock.now() - began);
  }
  return { ...nothingAsked(open.slice(next)), found, absent, unanswered };
}
