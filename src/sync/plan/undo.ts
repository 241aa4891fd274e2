import { type Problem, problem } from '../../problem/problem';
import type { Ledger } from '../ledger/entries';
import { isAccepted, type LedgerEntry } from '../ledger/entry';

/**
 * A run that a person takes back, with what it had sent: the events whose lines were written after
 * the report before it and up to its own end. So what a run sent that died without a report belongs
 * to the next one, which also settles it.
 */
export interface SentByRun {
  /** When the run began (ms), by which it is known. */
  readonly startedAt: number;
  /** When the report before it was made (ms); −∞ if there is none. */
  readonly after: number;
  /** When its own report was made (ms). */
  readonly endedAt: number;
}

/** What a person has seen and confirmed of an undo. */
export interface SeenUndo {
  /** Number of events that were to be sent. */
  readonly events: number;
  /** When that was (ms). */
  readonly at: number;
}

/** A run to be taken back, as a person confirmed it. */
export interface ConfirmedUndo extends SentByRun {
  /** What was confirmed; undefined if it is only looked at. */
  readonly seen?: SeenUndo | undefined;
}

/** Whether a run wrote a line. */
export const isWrittenBy = ({ after, endedAt }: SentByRun, { index }: LedgerEntry): boolean =>
  index.at > after && index.at <= endedAt;

/** Whether a line is an event of a row that a run sent. */
export const isSentBy = (run: SentByRun, entry: LedgerEntry): boolean =>
  entry.index.kind === 'usage' && isWrittenBy(run, entry);

/** The lines that take back the events of a run and were written since a moment (ms). */
const takingBack = (
  { entries }: Ledger,
  { startedAt }: Pick<SentByRun, 'startedAt'>,
  since: number,
): LedgerEntry[] =>
  entries.filter(({ index }) => index.undoneRun === startedAt && index.at >= since);

/**
 * Why an undo has to be looked at again: together with what it sent so far, it would send another
 * number of events than a person has seen. Undefined if it may go on.
 * @param events number that it would send now
 */
export function changedSinceSeen(
  undo: ConfirmedUndo,
  ledger: Ledger,
  events: number,
): Problem | undefined {
  const { events: expected = 0, at = 0 } = undo.seen ?? {};
  const sent = takingBack(ledger, undo, at).filter(
    ({ outcome }) => outcome.state !== 'rejected' && outcome.state !== 'conflict',
  ).length;
  return sent + events === expected
    ? undefined
    : problem('run.undo-changed', { expected, events: sent + events });
}

/** How many events of a run were taken back since a person confirmed that. */
export function countTakenBack(undo: ConfirmedUndo, ledger: Ledger): number {
  const taken = takingBack(ledger, undo, undo.seen?.at ?? 0)
    .filter(isAccepted)
    .flatMap(({ index: { undoes, undoesToo = [] } }) => [undoes, ...undoesToo]);
  return new Set(taken.filter((id) => id !== undefined)).size;
}
