import { isProblem, type Problem, problem } from '../../problem/problem';
import { isUndone, type Ledger, latestOf } from '../ledger/entries';
import { foundInLago, type LedgerEntry, newEntry } from '../ledger/entry';
import type { Plan } from '../plan/planned-row';
import { isSentBy, type SentByRun } from '../plan/undo';
import type { EventCheck } from '../ports';
import { otherContent } from '../rows/content';
import type { AskedLago } from './known-lago';
import { baseIdOf, foundReversals, reversalToFind, revisedId } from './search';

/** Look-ups per step; each may cost a request. */
const ASKED_AT_ONCE = 200;

/** Lago does not say which events it has, so a rebuild cannot go on now. */
export const silentLago = (): Problem =>
  problem('lago.unavailable', { status: 'nothing that says which events it has' });

/**
 * Finds lines in steps and writes down those of each step, so that a rebuild that runs out of time
 * has less to ask in the next attempt.
 * @returns why it could not go on, if so
 */
function findInSteps<Asked>(
  asked: readonly Asked[],
  find: (some: readonly Asked[]) => readonly LedgerEntry[] | Problem,
  append: (lines: readonly LedgerEntry[]) => void,
): Problem | undefined {
  for (let start = 0; start < asked.length; start += ASKED_AT_ONCE) {
    const found = find(asked.slice(start, start + ASKED_AT_ONCE));
    if (isProblem(found)) return found;
    append(found);
  }
  return undefined;
}

/** What tells which events may have been taken back by lines that are lost. */
export interface Suspect {
  /** The rows as they were compared. */
  readonly plan: Plan;
  /** Runs that a person took back. */
  readonly undone: readonly SentByRun[];
  /** What Lago would do with an event. */
  readonly check: EventCheck;
}

/**
 * Adds lines for lost reversals of events whose own line is left: without them these would be taken
 * back twice, or count as billed. Only events of rows that were changed or removed since, or of a
 * run that was taken back, can have one.
 * @returns why it could not go on, if so
 */
export function findLostReversals(
  lago: AskedLago,
  ledger: Ledger,
  suspect: Suspect,
  append: (lines: readonly LedgerEntry[]) => void,
): Problem | undefined {
  return findInSteps(
    maybeReversed(ledger, suspect),
    (some) => reversalsOf(lago, suspect.check, ledger, some),
    append,
  );
}

/**
 * Billed events whose row was changed or removed, that are not their row's latest, or that an
 * undone run sent. If the sheet of runs does not know such a run any more, it may be any event.
 */
function maybeReversed(ledger: Ledger, { plan, undone }: Omit<Suspect, 'check'>): LedgerEntry[] {
  const known = new Set([undefined, ...undone.map(({ startedAt }) => startedAt)]);
  const isAny = ledger.entries.some(({ index }) => !known.has(index.undoneRun));
  const unchanged = new Set(
    plan.rows.flatMap(({ key, change }) => (change === 'unchanged' ? (key ?? []) : [])),
  );
  return ledger.entries.filter((entry) => {
    const { kind, key } = entry.index;
    if (kind !== 'usage' && kind !== 'adopted') return false;
    if (entry.outcome.state !== 'accepted' || isUndone(ledger, entry)) return false;
    return (
      isAny ||
      !unchanged.has(key) ||
      latestOf(ledger, key) !== entry ||
      undone.some((run) => isSentBy(run, entry))
    );
  });
}

function reversalsOf(
  { destination, clock }: AskedLago,
  check: EventCheck,
  ledger: Ledger,
  undone: readonly LedgerEntry[],
): readonly LedgerEntry[] | Problem {
  const reversals = undone.map((undoes) => reversalToFind(check, ledger, undoes, clock.now()));
  const found = destination.find(
    reversals.map(({ event }) => event),
    'anywhere',
  );
  if (isProblem(found)) return found;
  const lines: LedgerEntry[] = [];
  for (const line of foundReversals({ destination, clock }, reversals, found)) {
    if (line === 'unknown') return silentLago();
    if (line !== undefined) lines.push(line);
  }
  return lines;
}

/** An event of a row that has no line, while a later one of the row has. */
interface Gap {
  readonly newest: LedgerEntry;
  readonly revision: number;
  readonly id: string;
}

/**
 * Adds lines for lost events of rows of which a later one has its line. By the later one's number
 * they were sent too, and Lago may bill both. Only Lago knows what they say.
 * @returns why it could not go on, if so
 */
export function findLostRevisions(
  { destination, clock }: AskedLago,
  ledger: Ledger,
  append: (lines: readonly LedgerEntry[]) => void,
): Problem | undefined {
  return findInSteps(
    gapsIn(ledger),
    (some) => {
      const stored = destination.eventsOf(
        some.map(({ newest, id }) => ({
          transaction_id: id,
          external_subscription_id: newest.event.external_subscription_id,
        })),
      );
      if (stored.includes('unknown')) return silentLago();
      return some.flatMap(({ newest: { index }, revision }, place) => {
        const event = stored[place];
        if (event === undefined || event === 'unknown') return [];
        const { key, templateRevision } = index;
        const content = otherContent(index.content);
        const at = clock.now();
        const entry = newEntry(
          { key, kind: 'adopted', revision, content, templateRevision, at },
          event,
        );
        return [foundInLago(entry, at)];
      });
    },
    append,
  );
}

const gapsIn = (ledger: Ledger): Gap[] =>
  [...ledger.byKey.keys()]
    .flatMap((key) => {
      const newest = latestOf(ledger, key);
      if (newest === undefined || newest.index.kind === 'baseline') return [];
      const base = baseIdOf(newest);
      return Array.from({ length: newest.index.revision - 1 }, (_, place) => ({
        newest,
        revision: place + 1,
        id: revisedId(base, place + 1),
      }));
    })
    .filter(({ id }) => !ledger.byId.has(id));
