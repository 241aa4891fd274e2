import { addTo } from '../../value/group';
import { countWhile } from '../../value/ordered';
import type { LedgerEntry } from '../ledger/entry';

/** A row that looks for what counts before it. */
interface Asking {
  /** Place of the row in the plan, 0-based. */
  readonly place: number;
  /** Key of the row. */
  readonly key: string;
  /**
   * When the row's former event was sent (Unix seconds), if that decides in the place of where the
   * row stands.
   */
  readonly until: number | undefined;
  /** Whether an event of the row itself counts. */
  readonly isOwn: (entry: LedgerEntry) => boolean;
}

const timeOf = ({ event }: LedgerEntry): number => event.timestamp;

const latest = (times: readonly number[]): number | undefined =>
  times.reduce<number | undefined>((last, each) => Math.max(last ?? each, each), undefined);

/**
 * The values that Lago has of rows of one time. A date without a time of day may be that of all
 * rows, so no row looks at each of them.
 */
export class ValuesOfTime {
  /** In the order in which Lago has them. */
  private readonly sent: readonly LedgerEntry[];
  /** In the order of their rows, each with the latest time (Unix seconds) up to there. */
  private readonly placed: readonly { readonly place: number; readonly last: number }[];
  /** When the last one was sent whose row is not in the plan. */
  private readonly unplaced: number | undefined;
  private readonly byKey = new Map<string, LedgerEntry[]>();

  /** @param placeOf the places of rows by key, 0-based */
  constructor(entries: readonly LedgerEntry[], placeOf: ReadonlyMap<string, number>) {
    for (const entry of entries) addTo(this.byKey, entry.index.key, entry);
    const inPlan = entries.flatMap((entry) => {
      const place = placeOf.get(entry.index.key);
      return place === undefined ? [] : [{ place, entry }];
    });
    this.sent = inPlan.map(({ entry }) => entry).sort((one, other) => timeOf(one) - timeOf(other));
    let last = Number.NEGATIVE_INFINITY;
    this.placed = inPlan
      .sort((one, other) => one.place - other.place)
      .map(({ place, entry }) => {
        last = Math.max(last, timeOf(entry));
        return { place, last };
      });
    this.unplaced = latest(
      entries.filter(({ index }) => !placeOf.has(index.key)).map((entry) => timeOf(entry)),
    );
  }

  /** When the last one was sent (Unix seconds) that counts before a row; undefined if none does. */
  lastBefore({ place, key, until, isOwn }: Asking): number | undefined {
    const own = (this.byKey.get(key) ?? []).filter(isOwn).map(timeOf);
    const other = until === undefined ? this.lastAbove(place) : this.lastUntil(until, key);
    return latest([...own, this.unplaced, other].filter((each) => each !== undefined));
  }

  private lastAbove(place: number): number | undefined {
    return this.placed[countWhile(this.placed, (each) => each.place < place) - 1]?.last;
  }

  private lastUntil(until: number, key: string): number | undefined {
    let at = countWhile(this.sent, (entry) => timeOf(entry) <= until) - 1;
    while (this.sent[at]?.index.key === key) at--;
    const found = this.sent[at];
    return found && timeOf(found);
  }
}
