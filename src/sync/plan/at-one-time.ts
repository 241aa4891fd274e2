import { addTo } from '../../value/group';
import { isUndone, type Ledger } from '../ledger/entries';
import { type LedgerEntry, ownTime } from '../ledger/entry';

/** A new event, as it is set against what Lago has at one time. */
export interface Newcomer {
  /** Place of its row in the plan, 0-based. */
  readonly place: number;
  /** Key of its row. */
  readonly key: string;
  /** The time of the usage itself (Unix seconds). */
  readonly time: number;
  /** When the row's former event was sent (Unix seconds), if that decides where it stands. */
  readonly formerly: number | undefined;
}

/** Rows that say the same time. */
interface OfTime {
  /** Place of the last of those in the plan, 0-based. */
  last: number;
  readonly keys: Set<string>;
}

/**
 * What Lago has at one very time, and what a new event has to be told apart from. A date without a
 * time of day may be that of all rows, so no new event looks at each of them.
 */
export class AtOneTime {
  private readonly byKey = new Map<string, LedgerEntry[]>();
  private readonly ofTimes = new Map<number, OfTime>();
  /** The latest of the rows' own times, and the latest among those of other keys. */
  private readonly latest: { readonly key: string; readonly time: number }[] = [];
  private hasReversal = false;
  private size = 0;

  /** @param seconds Unix seconds, as sent */
  constructor(readonly seconds: number) {}

  /** @param place of the entry's row in the plan (0-based); undefined if it is not there */
  add(entry: LedgerEntry, place: number | undefined, ledger: Ledger): void {
    const { key, kind } = entry.index;
    this.size++;
    addTo(this.byKey, key, entry);
    if (kind === 'reversal') this.hasReversal = true;
    else if (!isUndone(ledger, entry)) this.addValue(key, ownTime(entry), place);
  }

  /**
   * Whether something is here beside what is leaving.
   * @param key of the row
   * @param isLeaving whether an event of the row itself gives way to the new one
   */
  hasRival(key: string, isLeaving: (entry: LedgerEntry) => boolean): boolean {
    return this.size > (this.byKey.get(key) ?? []).filter(isLeaving).length;
  }

  /**
   * Whether a new event has to count before something here.
   * @param isLatest whether the latest value counts: what took one back has the newest one, and
   * what is newer is placed behind it later on
   */
  isAfter({ place, key, time, formerly }: Newcomer, isLatest: boolean): boolean {
    if (isLatest && this.hasReversal) return true;
    const newest = this.latest.find((each) => each.key !== key);
    if (newest !== undefined && newest.time > time) return true;
    const same = this.ofTimes.get(time);
    if (same === undefined) return false;
    if (formerly === undefined) return same.last > place;
    return formerly < this.seconds && same.keys.size > (same.keys.has(key) ? 1 : 0);
  }

  private addValue(key: string, time: number, place: number | undefined): void {
    const known = this.latest.find((each) => each.key === key);
    // The time of an adopted event may be none that can be read.
    if (known === undefined ? !Number.isNaN(time) : known.time < time) {
      const others = this.latest.filter((each) => each !== known);
      const sorted = [...others, { key, time }].sort((one, other) => other.time - one.time);
      this.latest.splice(0, this.latest.length, ...sorted.slice(0, 2));
    }
    if (place === undefined) return;
    const same = this.ofTimes.get(time) ?? { last: place, keys: new Set() };
    this.ofTimes.set(time, same);
    same.keys.add(key);
    same.last = Math.max(same.last, place);
  }
}
