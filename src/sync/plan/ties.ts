import { problem } from '../../problem/problem';
import { countedBy } from '../../value/aggregation';
import { addTo, groupBy } from '../../value/group';
import { placeName, type UsageEvent } from '../../value/usage-event';
import { isRemoval, uniqueText } from '../billing/correction';
import { isStoredAfter, justAfter, justBefore, mayTie } from '../billing/stored-time';
import type { EventStore } from '../event-store';
import { billedOf, isUndone } from '../ledger/entries';
import { isHanded, type LedgerEntry, ownTime } from '../ledger/entry';
import { AtOneTime, type Newcomer } from './at-one-time';
import { atRow } from './draft';
import { movedTo } from './ordered-rows';
import type { PlanInput } from './plan-input';
import type { PlannedRow } from './planned-row';
import { isReplaced, lastLeavingOf, leavingOf } from './reversal';
import { ValuesOfTime } from './values-of-time';

/** A new event, and the row that it is of. */
interface Coming {
  /** Place of the row in the plan, 0-based: the order of the sheet. */
  readonly place: number;
  readonly row: PlannedRow;
  readonly entry: LedgerEntry;
}

/** Events of which Lago has to know which is the later one. */
interface Rivals {
  /** Whether the latest of them counts; else each counts by the one before it. */
  readonly isLatest: boolean;
  /** New ones. */
  readonly coming: Coming[];
  /** What Lago has. */
  readonly frozen: LedgerEntry[];
}

/**
 * Gives new latest and unique values times that Lago keeps apart: two of one time have no order
 * there (lago: counting.latest-tie, counting.unique-tie), and on ClickHouse neighbours may become
 * one (lago: clickhouse.milliseconds). Of new rows the one that stands later in the sheet moves to
 * the next free moment. What Lago has never moves: a row that stands above its row goes before it,
 * any other after it. A row is held if it would have to leave its billing period for that.
 */
export function withoutTies(input: PlanInput, rows: readonly PlannedRow[]): PlannedRow[] {
  const apart = [...rows];
  const found = rivalsIn(input, rows);
  if (found.length === 0) return apart;
  const placeOf = new Map(
    rows.flatMap(({ key, row }, place) =>
      key === undefined || row === undefined ? [] : [[key, place] as const],
    ),
  );
  for (const rivals of found)
    for (const [place, row] of new Contest(input, placeOf, rivals).settled()) apart[place] = row;
  return apart;
}

/** Whether the latest value counts for a metric, or the order of a value's operations. */
function contestIn({ check }: PlanInput, code: string): 'latest' | 'unique' | undefined {
  const { aggregation = '', expression } = check.aggregationOf?.(code) ?? {};
  const counted = countedBy(aggregation);
  if (counted === 'latest') return 'latest';
  // What Lago computes may be any value.
  return counted === 'different values' && expression === undefined ? 'unique' : undefined;
}

/** Names what an event has to be told apart from; undefined if its time does not matter so. */
function contestOf(input: PlanInput, event: UsageEvent): string | undefined {
  const contest = contestIn(input, event.code);
  if (contest === undefined) return undefined;
  const field = input.check.aggregationOf?.(event.code)?.field;
  const value = contest === 'latest' ? '' : uniqueText(event, field);
  return value === undefined ? undefined : JSON.stringify([placeName(event), value]);
}

/** New events and what Lago has beside them, by what they are in contest for. */
function rivalsIn(input: PlanInput, rows: readonly PlannedRow[]): Rivals[] {
  const found = new Map<string, Rivals>();
  rows.forEach((row, place) => {
    const { entry } = row;
    const name = entry && contestOf(input, entry.event);
    if (entry === undefined || name === undefined) return;
    const isLatest = contestIn(input, entry.event.code) === 'latest';
    const rivals = found.get(name) ?? { isLatest, coming: [], frozen: [] };
    found.set(name, rivals);
    rivals.coming.push({ place, row, entry });
  });
  if (found.size === 0) return [];
  for (const entry of input.ledger.entries) {
    const name = isHanded(entry) ? contestOf(input, entry.event) : undefined;
    if (name !== undefined) found.get(name)?.frozen.push(entry);
  }
  return [...found.values()].filter((rivals) => rivals.isLatest || isMixed(rivals));
}

/** Whether a unique value is both added and removed: additions alone need no order. */
function isMixed({ coming, frozen }: Rivals): boolean {
  const entries = [...coming.map(({ entry }) => entry), ...frozen];
  return new Set(entries.map(({ event }) => isRemoval(event))).size > 1;
}

const millisecondOf = (seconds: number): number => Math.floor(seconds * 1000);

/** Puts the new events of some rivals in order. */
class Contest {
  private readonly store: EventStore;
  /** What Lago has, by the millisecond; of unique values the additions and removals apart. */
  private readonly frozenAt = new Map<string, AtOneTime[]>();
  /** Latest values that count, by the times of their rows. */
  private readonly valuesOf = new Map<number, ValuesOfTime>();

  constructor(
    private readonly input: PlanInput,
    placeOf: ReadonlyMap<string, number>,
    private readonly rivals: Rivals,
  ) {
    this.store = input.check.store ?? 'unknown';
    for (const entry of rivals.frozen)
      if (!rivals.isLatest || !isUndone(input.ledger, entry))
        this.momentFor(entry.event).add(entry, placeOf.get(entry.index.key), input.ledger);
    if (!rivals.isLatest) return;
    // What took a value back has the newest one, and is no value of a row of this time.
    const counting = rivals.frozen.filter(
      (entry) => entry.index.kind !== 'reversal' && !isUndone(input.ledger, entry),
    );
    for (const [time, entries] of groupBy(counting, ownTime))
      this.valuesOf.set(time, new ValuesOfTime(entries, placeOf));
  }

  /** The rows that change, by their place in the plan. */
  settled(): Map<number, PlannedRow> {
    const changed = new Map<number, PlannedRow>();
    const coming = [...this.rivals.coming].sort(
      (left, right) =>
        left.entry.event.timestamp - right.entry.event.timestamp || left.place - right.place,
    );
    let before: number | undefined;
    for (const each of coming) {
      const own = each.entry.event.timestamp;
      const seconds = this.momentOf(each, before);
      if (seconds !== undefined && (seconds === own || this.staysInPeriod(each.entry, seconds))) {
        before = seconds;
        if (seconds !== own)
          changed.set(each.place, { ...each.row, entry: movedTo(each.entry, seconds) });
      } else changed.set(each.place, this.held(each));
    }
    return changed;
  }

  /**
   * When a new event is sent (Unix seconds); undefined if there is no room for it.
   * @param before when the one that was placed before it is sent
   */
  private momentOf(coming: Coming, before: number | undefined): number | undefined {
    const { store } = this;
    let seconds = coming.entry.event.timestamp;
    for (const other of [before, this.lastOfSameTime(coming)])
      if (other !== undefined && !isStoredAfter(seconds, other, store))
        seconds = justAfter(other, store);
    for (;;) {
      const tied = this.tiedWith(coming, seconds);
      if (tied.length === 0) return seconds;
      const newcomer = this.newcomer(coming);
      const above = tied.filter((each) => each.isAfter(newcomer, this.rivals.isLatest));
      if (above.length > 0) return this.momentBefore(coming, above, before);
      seconds = justAfter(Math.max(...tied.map((each) => each.seconds)), store);
    }
  }

  /**
   * When the last value was sent that counts before a new one of the same time: it may have been
   * placed behind other values. Undefined if there is none, or each counts by itself.
   */
  private lastOfSameTime(coming: Coming): number | undefined {
    const { place, row, entry } = coming;
    return this.valuesOf.get(ownTime(entry))?.lastBefore({
      place,
      key: row.key ?? '',
      until: this.formerOf(coming)?.event.timestamp,
      isOwn: (own) => !this.isLeaving(coming, own),
    });
  }

  /**
   * What Lago has of a changed row at the time that the row still has. It keeps its place, also if
   * somebody has sorted the sheet since.
   */
  private formerOf({ row, entry }: Coming): LedgerEntry | undefined {
    const { input } = this;
    const former = isReplaced(input, row) ? lastLeavingOf(input, row.key ?? '') : undefined;
    return former !== undefined && ownTime(former) === ownTime(entry) ? former : undefined;
  }

  /**
   * The moment before frozen events. Of latest values what lies there too does not count either
   * way.
   */
  private momentBefore(
    coming: Coming,
    frozen: readonly AtOneTime[],
    before: number | undefined,
  ): number | undefined {
    const seconds = justBefore(Math.min(...frozen.map((each) => each.seconds)), this.store);
    const isFree =
      this.tiedWith(coming, seconds).length === 0 &&
      (before === undefined || isStoredAfter(seconds, before, this.store));
    return this.rivals.isLatest || isFree ? seconds : undefined;
  }

  /** What Lago has at a moment, or may have there, and what the order of the two matters for. */
  private tiedWith(coming: Coming, seconds: number): AtOneTime[] {
    const at = millisecondOf(seconds);
    const isRemoving = !isRemoval(coming.entry.event);
    return [at - 1, at, at + 1]
      .flatMap((ms) => this.frozenAt.get(this.momentName(ms, isRemoving)) ?? [])
      .filter(
        (frozen) =>
          mayTie(frozen.seconds, seconds, this.store) &&
          frozen.hasRival(coming.row.key ?? '', (own) => this.isLeaving(coming, own)),
      );
  }

  private momentName(ms: number, isRemoving: boolean): string {
    return `${ms} ${!this.rivals.isLatest && isRemoving}`;
  }

  private momentFor(event: UsageEvent): AtOneTime {
    const { timestamp } = event;
    const name = this.momentName(millisecondOf(timestamp), isRemoval(event));
    const found = this.frozenAt.get(name)?.find(({ seconds }) => seconds === timestamp);
    if (found !== undefined) return found;
    const moment = new AtOneTime(timestamp);
    addTo(this.frozenAt, name, moment);
    return moment;
  }

  private newcomer(coming: Coming): Newcomer {
    const { place, row, entry } = coming;
    const formerly = this.formerOf(coming)?.event.timestamp;
    return { place, key: row.key ?? '', time: ownTime(entry), formerly };
  }

  /** Whatever takes the row's own event back has its place after that anyway. */
  private isLeaving({ row }: Coming, frozen: LedgerEntry): boolean {
    return (
      frozen.index.key === row.key &&
      isReplaced(this.input, row) &&
      leavingOf(this.input, row.key ?? '').includes(frozen)
    );
  }

  /** Whether an event counts in the same billing period at another moment. */
  private staysInPeriod(entry: LedgerEntry, seconds: number): boolean {
    const { check } = this.input;
    const moved = movedTo(entry, seconds).event;
    const until = check.openUntil?.(entry.event);
    const isInPeriod =
      until === undefined
        ? isInQuarter(entry.event.timestamp, seconds)
        : check.openUntil?.(moved) === until && seconds * 1000 <= until;
    return isInPeriod && check.problemsOf(moved).length === 0;
  }

  private held({ row, entry }: Coming): PlannedRow {
    const { code, external_subscription_id: value } = entry.event;
    const isBilled = billedOf(this.input.ledger, row.key ?? '') !== undefined;
    return {
      ...row,
      action: isBilled ? 'flag' : 'hold',
      entry: undefined,
      problems: atRow([problem('event.tie', { code, value })], row.row),
    };
  }
}

/** Periods end at a local midnight, and so with a quarter of an hour of UTC. In seconds. */
const QUARTER_HOUR = 900;

const isInQuarter = (one: number, other: number): boolean =>
  Math.floor(one / QUARTER_HOUR) === Math.floor(other / QUARTER_HOUR);
