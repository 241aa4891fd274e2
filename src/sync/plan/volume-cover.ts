import Big from 'big.js';
import { type Problem, problem } from '../../problem/problem';
import { countedBy } from '../../value/aggregation';
import { addTo } from '../../value/group';
import { placeName, type UsageEvent } from '../../value/usage-event';
import { quantityOf } from '../billing/aggregation';
import {
  isRead,
  type PeriodPlace,
  type PeriodUsage,
  periodPlaceName,
  type UnreadUsage,
} from '../billing/period-usage';
import type { Price } from '../billing/priced-total';
import { type Counting, rounded } from '../billing/running-total';
import { type ValuesAhead, withValue } from '../billing/values-ahead';
import { weighed } from '../billing/weighed';
import type { EventStore } from '../event-store';
import type { Ledger } from '../ledger/entries';
import { isHanded, type LedgerEntry } from '../ledger/entry';
import type { Unit } from '../ledger/unit';
import type { EventCheck } from '../ports';
import { periodPlaceOf } from './period-place';

/** Why nobody knows what a total would be. */
type Unknown = UnreadUsage | 'uncounted' | 'not-begun';

/** Why a unit does not go: what its total would be, or why nobody knows that. */
export type Uncovered =
  | { readonly event: UsageEvent; readonly price: Price; readonly total: string }
  | { readonly event: UsageEvent; readonly because: Unknown };

/** A total that is below zero in Lago already. */
export interface Broken {
  /** One of its events, which tells customer, subscription and metric. */
  readonly event: UsageEvent;
}

/** What decides whether units may go. */
export interface CoverInput {
  /** What Lago knows. */
  readonly check: EventCheck;
  /** What was sent so far. */
  readonly ledger: Ledger;
  /** Where Lago keeps events; anything but Postgres processes them one by one. */
  readonly store: EventStore;
  /** In ms. */
  readonly now: number;
  /** Lago's events of some places; asked once, and only for events below zero. */
  readonly usageIn: (places: readonly PeriodPlace[]) => readonly PeriodUsage[];
}

/**
 * How small a weighted sum below zero is none: each of its shares is rounded to nine digits, and
 * Lago rounds what is above -1 up to zero (lago: counting.volume-fraction).
 */
const WEIGHED_ERROR = new Big('-0.000001');

const ZERO = new Big(0);

/** The highest value that counts from a moment on (ms). */
interface Highest {
  readonly at: number;
  readonly value: Big;
}

/**
 * The total of one volume price: what Lago is sure to have, and all that may lower it. What is
 * dated ahead counts from its time on, since a period may end before: somebody ends the
 * subscription, or changes its plan.
 */
class Tally {
  private sum = ZERO;
  private most: Big | undefined;
  private ahead: ValuesAhead | undefined;
  /** Of what is dated ahead: the highest of the first moment, and the highest of all. */
  private first: Highest | undefined;
  private mostAhead: Big | undefined;

  /** @param now in ms */
  constructor(
    readonly price: Price,
    private readonly counting: Counting,
    private readonly now: number,
  ) {}

  copy(): Tally {
    const copied = new Tally(this.price, this.counting, this.now);
    copied.sum = this.sum;
    copied.most = this.most;
    copied.ahead = this.ahead;
    copied.first = this.first;
    copied.mostAhead = this.mostAhead;
    return copied;
  }

  /** @param at the time of the usage in ms */
  add(value: Big, at: number): void {
    if (at > this.now) {
      this.addAhead(value, at);
      return;
    }
    this.sum = this.sum.plus(value);
    this.most = higher(this.most, value);
  }

  /** The total of the whole period, as Lago rounds it. */
  whole(): Big {
    const most = this.mostAhead === undefined ? this.most : higher(this.most, this.mostAhead);
    return this.asRounded(this.isHighest ? (most ?? ZERO) : this.sum.plus(this.ahead?.sum ?? ZERO));
  }

  /** The lowest total with which the period can end from now on, as Lago rounds it. */
  lowest(): Big {
    // What is higher takes the place of what is, so only the first value can be lower than nothing.
    const then = this.isHighest
      ? higher(this.most, this.first?.value ?? ZERO)
      : this.sum.plus(this.ahead?.lowest ?? ZERO);
    const now = this.isHighest ? (this.most ?? ZERO) : this.sum;
    return this.asRounded(then.lt(now) ? then : now);
  }

  isBelowZero(total: Big): boolean {
    const isWeighed = countedBy(this.counting.aggregation) === 'sum over time';
    return total.lt(isWeighed ? WEIGHED_ERROR : 0);
  }

  private get isHighest(): boolean {
    return countedBy(this.counting.aggregation) === 'highest';
  }

  private addAhead(value: Big, at: number): void {
    if (!this.isHighest) {
      this.ahead = withValue(this.ahead, at, value);
      return;
    }
    this.mostAhead = higher(this.mostAhead, value);
    if (this.first === undefined || at < this.first.at) this.first = { at, value };
    else if (at === this.first.at) this.first = { at, value: higher(this.first.value, value) };
  }

  private asRounded(total: Big): Big {
    return rounded(total, this.counting.rounding);
  }
}

const higher = (known: Big | undefined, value: Big): Big =>
  known === undefined || value.gt(known) ? value : known;

/** What an event adds to the tally of one price. */
interface Share {
  /** Names place and price. */
  readonly name: string;
  readonly price: Price;
  readonly counting: Counting;
  readonly value: Big;
}

type Tallies = Map<string, Tally>;

/** When an event counts (ms). */
const timeOf = ({ timestamp }: UsageEvent): number => timestamp * 1000;

/** A total as a unit would leave it. */
interface Trial {
  readonly tally: Tally;
  /** The lowest total without the unit. */
  readonly before: Big;
  /** What the unit adds up to. */
  readonly change: Big;
  readonly event: UsageEvent;
}

/** Texts of an expression; a minus in one takes nothing away. */
const QUOTED = /'[^']*'/g;

/** Whether an expression may make less than nothing of an event, which only Lago works out. */
const mayComeBelowZero = ({ properties }: UsageEvent, expression: string): boolean =>
  expression.replace(QUOTED, '').includes('-') ||
  Object.values(properties).some((value) => Number(value) < 0);

/** Aggregations of which events below zero can make a total below zero. */
const CAN_FALL: ReadonlySet<string> = new Set(['sum', 'sum over time', 'highest']);

/**
 * The rule that no total under a volume price falls below zero by what is sent: Lago would make no
 * invoice at all for the customer (lago: counting.volume). An event below zero goes once Lago has
 * what covers it: what it lists, and what it accepted since (on Postgres). What is not known to be
 * there counts as nothing if it raises a total, and as sent if it lowers one.
 */
export class VolumeCover {
  private tallies: Tallies = new Map();
  /** Why the total of a place is not known, by its name. */
  private readonly unread = new Map<string, Unknown>();
  private readonly known = new Set<string>();
  private readonly broken: { readonly tally: Tally; readonly event: UsageEvent }[] = [];

  /** @param units all that a run would send */
  constructor(
    private readonly input: CoverInput,
    units: readonly Unit[],
  ) {
    const { check, usageIn } = input;
    const places = new Map<string, PeriodPlace>();
    for (const { event } of units.flat()) {
      const place = this.lowers(event) ? periodPlaceOf(check, event) : undefined;
      if (place !== undefined && check.pricing?.volumePricesOf?.(event) !== 'uncounted')
        places.set(periodPlaceName(place), place);
    }
    if (places.size === 0) return;
    const read = usageIn([...places.values()]);
    const lines = this.loweringLines();
    [...places].forEach(([name, place], at) => {
      const usage = read[at];
      if (isRead(usage)) this.begin(name, place, usage, lines);
      else this.unread.set(name, usage ?? 'unanswered');
    });
  }

  /**
   * Totals that are below zero in Lago before anything is sent, one event of each; none that what
   * Lago has accepted since outweighs.
   */
  get brokenTotals(): readonly Broken[] {
    return this.broken.filter(({ tally }) => tally.isBelowZero(tally.whole()));
  }

  /**
   * The units that no acceptance in this run can cover, each with the reason. The others go, if
   * need be one after the other.
   */
  uncovered(units: readonly Unit[]): Map<Unit, Uncovered> {
    const former = this.tallies;
    this.tallies = new Map([...former].map(([name, tally]) => [name, tally.copy()]));
    let open = units;
    for (let going = this.next(open); going.length > 0; going = this.next(open)) {
      const gone = new Set(going);
      this.accept(going.flat());
      open = open.filter((unit) => !gone.has(unit));
    }
    const found = new Map(open.flatMap((unit) => this.reasoned(unit)));
    this.tallies = former;
    return found;
  }

  /**
   * The units that may go now, in their order. What they take is reserved: each unit is to be asked
   * for until it goes, and no longer.
   */
  next(units: readonly Unit[]): Unit[] {
    return units.filter((unit) => {
      if (!unit.some(({ event }) => this.lowers(event))) return true;
      if (this.reasonOf(unit) !== undefined) return false;
      for (const { tally, value, event } of this.touched(unit))
        if (value.lt(0)) tally.add(value, timeOf(event));
      return true;
    });
  }

  /** Counts what Lago has accepted since its events were listed. */
  accept(entries: readonly LedgerEntry[]): void {
    if (this.input.store !== 'postgres') return;
    for (const { tally, value, event } of this.touched(entries))
      if (value.gte(0)) tally.add(value, timeOf(event));
  }

  private reasoned(unit: Unit): (readonly [Unit, Uncovered])[] {
    const reason = this.reasonOf(unit);
    return reason === undefined ? [] : [[unit, reason]];
  }

  /** Whether an event can lower a total under a volume price. */
  private lowers(event: UsageEvent): boolean {
    const { pricing } = this.input.check;
    if (pricing?.volumePricesOf === undefined) return false;
    const counting = pricing.countingOf(event.code);
    const isNegative =
      counting === undefined
        ? mayComeBelowZero(event, this.input.check.aggregationOf?.(event.code)?.expression ?? '')
        : CAN_FALL.has(countedBy(counting.aggregation)) &&
          quantityOf(event, counting)?.lt(0) === true;
    if (!isNegative) return false;
    const prices = pricing.volumePricesOf(event);
    return prices === 'uncounted' || prices.length > 0;
  }

  /** The reason why a unit may not go now; undefined if it may. */
  private reasonOf(unit: Unit): Uncovered | undefined {
    for (const { event } of unit) {
      const because = this.lowers(event) ? this.unknown(event) : undefined;
      if (because !== undefined) return { event, because };
    }
    // Postgres stores a request as a whole, so the two halves of a correction count together
    // (lago: batch.first-stage). Elsewhere each of its events is counted by itself.
    const isWhole = this.input.store === 'postgres';
    const after = new Map<Tally, Trial>();
    for (const { tally, value, event } of this.touched(unit)) {
      if (!isWhole && value.gte(0)) continue;
      const { before, change, ...trial } = after.get(tally) ?? {
        tally: tally.copy(),
        before: tally.lowest(),
        change: new Big(0),
        event,
      };
      trial.tally.add(value, timeOf(event));
      after.set(tally, { ...trial, before, change: change.plus(value) });
    }
    for (const { tally, before, change, event } of after.values()) {
      const total = tally.lowest();
      // What only raises a total that is below zero already may go.
      const isRaised = change.gte(0) && total.gte(before);
      if (tally.isBelowZero(total) && !isRaised)
        return { event, price: tally.price, total: total.toFixed() };
    }
    return undefined;
  }

  /** Why the total that an event lowers is not known; undefined if it is. */
  private unknown(event: UsageEvent): Unknown | undefined {
    const { check } = this.input;
    if (check.pricing?.volumePricesOf?.(event) === 'uncounted') return 'uncounted';
    const place = periodPlaceOf(check, event);
    return place === undefined ? 'not-begun' : this.unread.get(periodPlaceName(place));
  }

  /** The tallies of known places that events count in, and what each adds. */
  private touched(
    entries: readonly LedgerEntry[],
  ): { readonly tally: Tally; readonly value: Big; readonly event: UsageEvent }[] {
    if (this.known.size === 0) return [];
    return entries.flatMap(({ event }) =>
      this.sharesOf(event).map(({ name, price, counting, value }) => {
        const tally = this.tallies.get(name) ?? new Tally(price, counting, this.input.now);
        this.tallies.set(name, tally);
        return { tally, value, event };
      }),
    );
  }

  /** What an event adds to prices of places that were read. */
  private sharesOf(event: UsageEvent, place = this.placeOf(event)): Share[] {
    const { pricing } = this.input.check;
    const counting = pricing?.countingOf(event.code);
    const prices = pricing?.volumePricesOf?.(event) ?? [];
    if (place === undefined || counting?.field === undefined || prices === 'uncounted') return [];
    const isWeighed = countedBy(counting.aggregation) === 'sum over time';
    const value = quantityOf(isWeighed ? weighed(event, counting, place) : event, counting);
    const at = periodPlaceName(place);
    return value === undefined
      ? []
      : prices.map((price) => ({ name: `${at} ${price.name}`, price, counting, value }));
  }

  private placeOf(event: UsageEvent): PeriodPlace | undefined {
    // Most events are of no place that was read, and a period is looked up for the others only.
    if (!this.known.has(placeName(event))) return undefined;
    return periodPlaceOf(this.input.check, event);
  }

  /** Adds up what Lago has of a place, and what may lower it on the way there. */
  private begin(
    name: string,
    place: PeriodPlace,
    usage: readonly UsageEvent[],
    lines: ReadonlyMap<string, readonly UsageEvent[]>,
  ): void {
    const of = { external_subscription_id: place.subscription, code: place.code };
    this.known.add(placeName(of));
    const begun = new Map<Tally, UsageEvent>();
    const add = (event: UsageEvent): void => {
      for (const { name: of, price, counting, value } of this.sharesOf(event, place)) {
        const tally = this.tallies.get(of) ?? new Tally(price, counting, this.input.now);
        this.tallies.set(of, tally);
        tally.add(value, timeOf(event));
        begun.set(tally, event);
      }
    };
    usage.forEach(add);
    for (const [tally, event] of begun)
      if (tally.isBelowZero(tally.whole())) this.broken.push({ tally, event });
    const shown = new Set(usage.map(({ transaction_id: id }) => id));
    for (const event of lines.get(placeName(of)) ?? []) {
      const own = periodPlaceOf(this.input.check, event);
      const isHere = own !== undefined && periodPlaceName(own) === name;
      if (isHere && !shown.has(event.transaction_id)) add(event);
    }
  }

  /** What was handed over and lowers a total, whatever became of it, by metric and subscription. */
  private loweringLines(): Map<string, UsageEvent[]> {
    const lines = new Map<string, UsageEvent[]>();
    for (const entry of this.input.ledger.entries)
      if (isHanded(entry) && this.lowers(entry.event))
        addTo(lines, placeName(entry.event), entry.event);
    return lines;
  }
}

const BECAUSE: Readonly<Record<Unknown, string>> = {
  forbidden: 'the key may not list events',
  uncounted: 'Lago works it out by more than the values of events',
  'too-many': 'it takes more requests than a run may make',
  unanswered: 'Lago did not show all of its events',
  'not-begun': 'the running period does not hold it',
};

/** What is said of a row that waits for what covers it. */
export function uncoveredProblem(uncovered: Uncovered): Problem {
  const { code, external_subscription_id: subscription } = uncovered.event;
  if ('total' in uncovered) {
    const { total, price } = uncovered;
    const of = price.words === '' ? '' : ` (${price.words})`;
    return problem('row.uncovered', { code, subscription, of, total });
  }
  const { because } = uncovered;
  const isForGood = because === 'forbidden' || because === 'uncounted';
  return problem(isForGood ? 'row.total-unknown' : 'row.total-unread', {
    code,
    subscription,
    because: BECAUSE[because],
  });
}

/** The same as the reason for which an undo leaves a row. */
export function uncoveredReason(uncovered: Uncovered): string {
  const { code, external_subscription_id: subscription } = uncovered.event;
  return 'total' in uncovered
    ? `the total of “${code}” of “${subscription}” would be ${uncovered.total} under a volume ` +
        'price, and Lago would make no invoice at all for the customer'
    : `the total of “${code}” of “${subscription}” under a volume price is not known, because ` +
        BECAUSE[uncovered.because];
}
