import { isProblem } from '../../problem/problem';
import type { Ledger } from '../ledger/entries';
import type { LedgerEntry } from '../ledger/entry';
import type { Clock, Destination } from '../ports';

/** Lago and the time, as a rebuild asks for single events. */
export interface AskedLago {
  /** Answers for ids. */
  readonly destination: Pick<Destination, 'find' | 'eventsOf'>;
  /** The time. */
  readonly clock: Clock;
}

/** Rows for which one request may be spent on Lago's list; a look-up may cost one for each row. */
const ROWS_A_REQUEST = 20;
/** More pages than this would take longer than a part of a rebuild has. */
const MOST_REQUESTS = 400;

/** The id without what was appended to it for later revisions and for what takes them back. */
const rootOf = (id: string): string => id.replace(/(?:~[rx]\d+)+$/, '');

/** Lago as it was listed, and whether that says of every id whether Lago has it. */
export interface ListedLago {
  readonly destination: AskedLago['destination'];
  readonly isAll: boolean;
  /** Number of events that are to be looked up one by one, since they are not on the list. */
  readonly unlisted: number;
}

/**
 * Reads Lago's list once, if it is short enough for these rows, and answers by it. What is not on
 * it is looked up, unless the list is all that Lago has.
 */
export function listedLago(
  destination: Pick<Destination, 'find' | 'eventsOf' | 'listOnce'>,
  planned: readonly LedgerEntry[],
  { entries }: Ledger,
): ListedLago {
  const events = planned.map(({ event }) => event);
  const most = Math.min(MOST_REQUESTS, Math.floor(planned.length / ROWS_A_REQUEST));
  const roots = new Set([...planned, ...entries].map(({ index }) => rootOf(index.id)));
  const isAsked = (id: string): boolean => roots.has(rootOf(id));
  const known = most === 0 ? undefined : destination.listOnce(events, isAsked, most);
  if (known === undefined) return { destination, isAll: false, unlisted: planned.length };
  const isKnown = (id: string): boolean => known.isAll && isAsked(id);
  return {
    isAll: known.isAll,
    unlisted: known.isAll ? 0 : known.find(events).filter((found) => found === 'absent').length,
    destination: {
      find: (events, taken) => {
        const listed = known.find(events);
        const isOpen = (place: number): boolean =>
          listed[place] === 'absent' && !isKnown(events[place]?.transaction_id ?? '');
        const open = events.filter((_, place) => isOpen(place));
        const found = open.length === 0 ? [] : destination.find(open, taken);
        if (isProblem(found)) return found;
        const asked = new Map(open.map((event, place) => [event, found[place] ?? 'unknown']));
        return events.map((event, place) => asked.get(event) ?? listed[place] ?? 'unknown');
      },
      eventsOf: (asked) => {
        const listed = asked.map(({ transaction_id: id }) => known.eventsOf(id));
        // Of several events under an id only Lago says which is the first.
        const isOpen = (place: number): boolean =>
          listed[place]?.length !== 1 &&
          !(listed[place]?.length === 0 && isKnown(asked[place]?.transaction_id ?? ''));
        const open = asked.filter((_, place) => isOpen(place));
        const found = open.length === 0 ? [] : destination.eventsOf(open);
        const shown = new Map(open.map((each, place) => [each, found[place]]));
        return asked.map((each, place) => (shown.has(each) ? shown.get(each) : listed[place]?.[0]));
      },
    },
  };
}
