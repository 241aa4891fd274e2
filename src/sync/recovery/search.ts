import { isProblem, type Problem } from '../../problem/problem';
import { countedBy } from '../../value/aggregation';
import type { UsageEvent } from '../../value/usage-event';
import { negationOf, ruleFor } from '../billing/correction';
import type { Ledger } from '../ledger/entries';
import { foundInLago, type LedgerEntry, newEntry, ownTime } from '../ledger/entry';
import { derivedId } from '../plan/next-entry';
import { movedTo } from '../plan/ordered-rows';
import { reversalId } from '../plan/reversal';
import type { EventCheck, Found } from '../ports';
import type { AskedLago } from './known-lago';

/**
 * How many revisions after the last known one are looked for: Lago may have refused some in a row
 * before it accepted one.
 */
const REVISIONS_AHEAD = 3;
/**
 * No row is sent this often. If this many are found, Lago seems to have whatever it is asked for.
 */
const MOST_FOUND = 50;

/**
 * An event that a run would send for a row, and what Lago has of the row so far, under every id
 * that it may have been sent with.
 */
export interface Search {
  /** The event that a run would send, as a line that is not written. */
  readonly planned: LedgerEntry;
  /** transaction_id of the row's first event; later ones append `~r2`, `~r3` … to it. */
  readonly base: string;
  /** Last revision that was asked for. */
  asked: number;
  /** Last revision that is known to have been handed over. */
  known: number;
  /** Lines for what was found. */
  readonly lines: LedgerEntry[];
  /**
   * `done`: Lago has exactly this event. `not-known`: it gave no clear answer. Still `open` at the
   * end: it has other events of the row, which are in `lines`, or none.
   */
  state: 'open' | 'done' | 'not-known';
}

/** The id of a row's first event, by the id of any of its events. */
export const baseId = (id: string): string => id.replace(/~r\d+$/, '');

/** The number of an event of its row, by its id: 1 for the first. */
export const revisionIn = (id: string): number => Number(/~r(\d+)$/.exec(id)?.[1] ?? 1);

/** The id of the first event of an entry's row. */
export const baseIdOf = ({ index: { id, revision } }: LedgerEntry): string =>
  revision === 1 ? id : id.slice(0, id.length - derivedId('', revision).length);

/**
 * A search for a row's events, before anything is asked.
 * @param known last revision that something other than the ledger mentions, if any
 */
export function searchFor(planned: LedgerEntry, known = 0): Search {
  const base = baseIdOf(planned);
  return {
    planned,
    base,
    asked: 0,
    known: Math.max(planned.index.revision - 1, known),
    lines: [],
    state: 'open',
  };
}

/** The id of an event of a row. @param base that of its first one */
export const revisedId = (base: string, revision: number): string =>
  revision === 1 ? base : derivedId(base, revision);

/**
 * Most seconds between the time of a row and that at which its unique or latest value stands in
 * Lago, where it was moved from others of the same time. No row is changed to a time so near.
 */
const MOST_MOVED = 1;

/** Whether an event may have been sent at another time than that of its row. */
const mayMove = ({ aggregationOf }: EventCheck, { event }: LedgerEntry): boolean =>
  ['latest', 'different values'].includes(
    countedBy(aggregationOf?.(event.code)?.aggregation ?? ''),
  );

/**
 * Events that Lago has at the times to which they were moved, by the entries under whose ids Lago
 * has something else than they say.
 */
function movedIn(
  { destination }: Pick<AskedLago, 'destination'>,
  asked: readonly LedgerEntry[],
): ReadonlyMap<LedgerEntry, LedgerEntry> | Problem {
  if (asked.length === 0) return new Map();
  const stored = destination.eventsOf(asked.map(({ event }) => event));
  const moved = asked.flatMap((entry, place) => {
    const event = stored[place];
    if (event === undefined || event === 'unknown') return [];
    const isNear = Math.abs(event.timestamp - ownTime(entry)) < MOST_MOVED;
    return isNear ? [{ entry, at: movedTo(entry, event.timestamp) }] : [];
  });
  if (moved.length === 0) return new Map();
  const found = destination.find(
    moved.map(({ at }) => at.event),
    'anywhere',
  );
  if (isProblem(found)) return found;
  return new Map(
    moved.flatMap(({ entry, at }, place) =>
      found[place] === 'same' ? [[entry, at] as const] : [],
    ),
  );
}

/** The next revision without a line that Lago may have; undefined if all were asked for. */
function nextRevision(
  { base, asked, known, lines }: Search,
  { byId }: Pick<Ledger, 'byId'>,
): number | undefined {
  if (lines.length >= MOST_FOUND) return undefined;
  for (let revision = asked + 1; revision <= known + REVISIONS_AHEAD; revision++)
    if (!byId.has(revisedId(base, revision))) return revision;
  return undefined;
}

function revised({ planned, base }: Search, revision: number, at: number): LedgerEntry {
  const { id: _id, ...index } = planned.index;
  return newEntry(
    { ...index, kind: 'adopted', revision, at },
    { ...planned.event, transaction_id: revisedId(base, revision) },
  );
}

/**
 * Takes Lago's answer about one revision. What it has becomes a line; if it is another event, a
 * person decides.
 */
function note(search: Search, entry: LedgerEntry, found: Found, now: number): void {
  search.asked = entry.index.revision;
  if (found === 'unknown' || found === 'unasked') search.state = 'not-known';
  if (found !== 'same' && found !== 'different') return;
  const state = found === 'same' ? 'accepted' : 'conflict';
  search.known = Math.max(search.known, search.asked);
  search.lines.push(foundInLago(entry, now, state));
  if (found === 'same') search.state = 'done';
}

/**
 * Asks Lago revision by revision, all searches at once; ids that have a line in the ledger are not
 * asked for. Unique and latest values are found where they were moved to, too.
 * @returns a problem if Lago may not be asked
 */
export function searchLago(
  ports: AskedLago,
  searches: readonly Search[],
  ledger: Pick<Ledger, 'byId'>,
  check: EventCheck,
): Problem | undefined {
  const { destination, clock } = ports;
  for (;;) {
    const now = clock.now();
    const asking = searches.flatMap((search) => {
      const revision = search.state === 'open' ? nextRevision(search, ledger) : undefined;
      return revision === undefined ? [] : [{ search, entry: revised(search, revision, now) }];
    });
    if (asking.length === 0) return undefined;
    const found = destination.find(
      asking.map(({ entry }) => entry.event),
      'anywhere',
    );
    if (isProblem(found)) return found;
    const moved = movedIn(
      ports,
      asking.flatMap(({ entry }, place) =>
        found[place] === 'different' && mayMove(check, entry) ? [entry] : [],
      ),
    );
    if (isProblem(moved)) return moved;
    asking.forEach(({ search, entry }, place) => {
      const at = moved.get(entry);
      note(search, at ?? entry, at === undefined ? (found[place] ?? 'unknown') : 'same', now);
    });
  }
}

/**
 * What a lost reversal probably says: the negative of what it takes back, if that is how it is
 * taken back. Otherwise only its id is known.
 */
function reversalOf({ billingOf }: EventCheck, { event }: LedgerEntry, id: string): UsageEvent {
  const terms = billingOf?.(event);
  const rule = terms === undefined ? undefined : ruleFor(terms);
  const negation =
    terms !== undefined && rule !== undefined && 'by' in rule && rule.by === 'negation'
      ? negationOf(event, terms, id)
      : undefined;
  return negation ?? { ...event, transaction_id: id };
}

/** The event that would take another one back next, to ask whether Lago has it. */
export function reversalToFind(
  check: EventCheck,
  ledger: Pick<Ledger, 'byId'>,
  undoes: LedgerEntry,
  at: number,
): LedgerEntry {
  const { id: _id, unit: _unit, ...index } = undoes.index;
  const event = reversalOf(check, undoes, reversalId(ledger, undoes));
  return newEntry({ ...index, kind: 'reversal', undoes: undoes.index.id, at }, event);
}

/**
 * The lines of reversals under whose ids Lago has something: whatever the event says, its id says
 * what it takes back. When a unique value was removed, or what took the place of a latest one, only
 * Lago knows; later values are put in order by it.
 * @param found what Lago has under each id
 * @returns for each a line, undefined if Lago has nothing, or `unknown` if it does not say
 */
export function foundReversals(
  { destination, clock }: AskedLago,
  reversals: readonly LedgerEntry[],
  found: readonly Found[],
): readonly (LedgerEntry | undefined | 'unknown')[] {
  const guessed = reversals.filter((_, place) => found[place] === 'different');
  const asked = guessed.map(({ event: { transaction_id, external_subscription_id } }) => ({
    transaction_id,
    external_subscription_id,
  }));
  const stored = asked.length === 0 ? [] : destination.eventsOf(asked);
  const storedOf = new Map(guessed.map((entry, place) => [entry, stored[place]]));
  return reversals.map((entry, place) => {
    const event = storedOf.get(entry);
    const state = event === 'unknown' ? event : (found[place] ?? 'unknown');
    if (state === 'absent') return undefined;
    if (state === 'unknown' || state === 'unasked' || event === 'unknown') return 'unknown';
    const at = clock.now();
    const { id: _id, ...index } = entry.index;
    return foundInLago(newEntry({ ...index, at }, event ?? entry.event), at);
  });
}
