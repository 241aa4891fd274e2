import { type Problem, problem } from '../../problem/problem';
import { addsUp } from '../../value/aggregation';
import { DAY_MS } from '../../value/duration';
import { groupBy } from '../../value/group';
import { placeName, propertyOf, type UsageEvent } from '../../value/usage-event';
import { type CostBound, MOST_CENTS, NO_COST } from '../billing/cost-bound';
import { type Excess, LimitedTotals } from '../billing/limited-total';
import { isInSpan } from '../billing/period';
import {
  isRead,
  type PeriodPlace,
  type PeriodUsage,
  periodPlaceName,
} from '../billing/period-usage';
import type { Pricing } from '../billing/priced-total';
import type { Counting } from '../billing/running-total';
import { billedOf, type Ledger } from '../ledger/entries';
import { isAccepted, isHanded, type LedgerEntry } from '../ledger/entry';
import { atRow } from './draft';
import { periodPlaceOf } from './period-place';
import type { PlanInput } from './plan-input';
import { type PlannedRow, unitOf } from './planned-row';
import { uncorrected } from './reversal';

/** Below this share of a limit, whatever others send, a total is not looked at exactly. */
const NEAR = 0.5;

const absolute = (value: unknown): number => {
  const number = Math.abs(Number(value ?? 0));
  return Number.isFinite(number) ? number : 0;
};

/** What usage of a metric comes to at most, whatever its signs, prices and periods. */
export class RoughSum {
  private units = 0;
  private cents = 0;
  private events = 0;

  constructor(private readonly counting: Counting) {}

  /** Adds an event. */
  add(event: UsageEvent): void {
    this.events++;
    this.cents += absolute(event.precise_total_amount_cents);
    const { aggregation, field } = this.counting;
    if (field !== undefined && addsUp(aggregation))
      this.units += absolute(propertyOf(event, field));
  }

  /** The larger one of units and cents, which are what an event store adds up. */
  get total(): number {
    return Math.max(this.units, this.cents);
  }

  /** The most that it can cost, in cents. */
  cost({ perUnit, perEvent, flat }: CostBound): number {
    const { units, cents, events } = this;
    const counted = addsUp(this.counting.aggregation) ? units : events;
    return counted * Number(perUnit) + events * (Number(perEvent) + Number(flat)) + cents;
  }

  /** Whether it reaches so much of a limit that its totals have to be looked at exactly. */
  isNear(code: string, { boundOf, mostTotal }: Pricing): boolean {
    const isLarge = mostTotal !== undefined && this.total >= NEAR * mostTotal.toNumber();
    return isLarge || this.cost(boundOf?.(code) ?? NO_COST) >= NEAR * MOST_CENTS.toNumber();
  }
}

/** A rough sum of the events of one metric. */
interface NamedSum {
  /** Code of the metric. */
  readonly code: string;
  readonly sum: RoughSum;
}

/**
 * Rough sums of events by a name that only events of one metric share. Metrics whose units are not
 * known are left out.
 */
export function roughSums(
  events: readonly UsageEvent[],
  nameOf: (event: UsageEvent) => string,
  { countingOf }: Pricing,
): ReadonlyMap<string, NamedSum> {
  const sums = new Map<string, NamedSum>();
  for (const event of events) {
    const { code } = event;
    const counting = countingOf(code);
    if (counting === undefined) continue;
    const name = nameOf(event);
    const known = sums.get(name) ?? { code, sum: new RoughSum(counting) };
    sums.set(name, known);
    known.sum.add(event);
  }
  return sums;
}

/** Names of those groups of events that together may come near a limit. */
const nearOnes = (
  events: readonly UsageEvent[],
  nameOf: (event: UsageEvent) => string,
  pricing: Pricing,
): ReadonlySet<string> =>
  new Set(
    [...roughSums(events, nameOf, pricing)].flatMap(([name, { code, sum }]) =>
      sum.isNear(code, pricing) ? [name] : [],
    ),
  );

/** The places whose totals may come near a limit by what is planned. */
function nearPlaces(
  planned: readonly UsageEvent[],
  { entries }: Ledger,
  pricing: Pricing,
): ReadonlySet<string> {
  const codes = new Set(planned.map(({ code }) => code));
  const all = entries
    .filter((entry) => codes.has(entry.event.code) && isHanded(entry))
    .map(({ event }) => event);
  // Nearly always this is all: one number for each metric.
  const near = nearOnes([...all, ...planned], ({ code }) => code, pricing);
  if (near.size === 0) return near;
  const isNear = ({ code }: UsageEvent): boolean => near.has(code);
  return nearOnes([...all.filter(isNear), ...planned.filter(isNear)], placeName, pricing);
}

/** No usage is dated as far ahead as this (ms). */
const HORIZON_MS = 366 * DAY_MS;

/** The same for each plan of a run, so that Lago's events are read once. */
const horizonAt = (now: number): number => Math.floor(now / DAY_MS) * DAY_MS + HORIZON_MS;

/** The events added up with an event: of more time than that if it is not known of which. */
function placeOf({ check, now }: LimitsInput, event: UsageEvent): PeriodPlace {
  const known = periodPlaceOf(check, event);
  if (known !== undefined) return known;
  const { external_subscription_id: subscription, code } = event;
  const current = check.runningPeriodOf?.({ ...event, timestamp: now / 1000 });
  const isLater = current !== undefined && event.timestamp * 1000 > current.to;
  const from = isLater ? current.to + 1 : Number.NEGATIVE_INFINITY;
  return { subscription, code, from, to: horizonAt(now) };
}

/** What the limits of totals are judged by. */
export type LimitsInput = Pick<PlanInput, 'ledger' | 'check' | 'now' | 'usageIn'>;

/** Why a unit is not sent: it does not fit, or nobody knows whether it does. */
type Hindrance = Excess | 'unread';

/** A total with the events that a unit adds to it. */
interface Part {
  readonly totals: LimitedTotals | 'unread';
  readonly events: readonly UsageEvent[];
}

/** The totals that may come near a limit, by what Lago adds up together. */
class NearTotals {
  /** Those that are far from every limit are left out. */
  readonly #totals = new Map<string, LimitedTotals | 'unread'>();
  readonly #lines: ReadonlyMap<string, readonly LedgerEntry[]>;

  /**
   * @param planned what is to be sent
   * @param near names of the places that may come near a limit
   */
  constructor(
    private readonly input: LimitsInput,
    private readonly pricing: Pricing,
    planned: readonly UsageEvent[],
    private readonly near: ReadonlySet<string>,
  ) {
    this.#lines = groupBy(
      input.ledger.entries.filter(({ event }) => near.has(placeName(event))),
      ({ event }) => placeName(event),
    );
    const coming = groupBy(
      planned.filter((event) => near.has(placeName(event))),
      (event) => periodPlaceName(placeOf(input, event)),
    );
    const places = [...coming].flatMap(([name, events]) => {
      const [event] = events;
      const place = event && placeOf(input, event);
      return place !== undefined && this.#isNear(place, events) ? [{ name, place }] : [];
    });
    if (places.length === 0) return;
    const usage = input.usageIn?.(places.map(({ place }) => place)) ?? [];
    for (const [index, { name, place }] of places.entries())
      this.#totals.set(name, this.#counted(place, usage[index]));
  }

  /**
   * Whether the total of one period may come near a limit; that of all periods together nearly
   * always does at some time.
   */
  #isNear(place: PeriodPlace, planned: readonly UsageEvent[]): boolean {
    const all = [...this.#handedIn(place).map(({ event }) => event), ...planned];
    return nearOnes(all, () => place.code, this.pricing).size > 0;
  }

  /** The lines of a place that Lago has, or may have. */
  #handedIn(place: PeriodPlace): LedgerEntry[] {
    const { subscription: external_subscription_id, code } = place;
    return (this.#lines.get(placeName({ external_subscription_id, code })) ?? []).filter(
      (entry) => isHanded(entry) && isInSpan(place, entry.event.timestamp),
    );
  }

  /** Why a unit cannot be sent with what was taken before; undefined if it was taken, too. */
  take(unit: readonly LedgerEntry[]): Hindrance | undefined {
    const parts = this.#partsOf(unit.map(({ event }) => event));
    for (const { totals, events } of parts) {
      const hindrance = totals === 'unread' ? totals : totals.excessOf(events);
      if (hindrance !== undefined) return hindrance;
    }
    for (const { totals, events } of parts) if (totals !== 'unread') totals.take(events);
    return undefined;
  }

  #partsOf(events: readonly UsageEvent[]): Part[] {
    const near = events.filter((event) => this.near.has(placeName(event)));
    const parts = groupBy(near, (event) => periodPlaceName(placeOf(this.input, event)));
    return [...parts].flatMap(([name, own]) => {
      const totals = this.#totals.get(name);
      return totals === undefined ? [] : [{ totals, events: own }];
    });
  }

  /**
   * What Lago has of a place, and what it may have of the sync beyond that. If the key may not list
   * events, only the sync's own are known.
   */
  #counted(place: PeriodPlace, usage: PeriodUsage = 'forbidden'): LimitedTotals | 'unread' {
    if (usage === 'too-many' || usage === 'unanswered') return 'unread';
    const { code } = place;
    const lines = this.#handedIn(place);
    const certain = isRead(usage) ? usage : lines.filter(isAccepted).map(({ event }) => event);
    const ids = new Set(certain.map(({ transaction_id }) => transaction_id));
    const counting = this.pricing.countingOf(code) ?? { aggregation: '', field: undefined };
    const totals = new LimitedTotals(counting, this.pricing);
    totals.have(certain);
    // What Lago has accepted may not be listed yet.
    for (const { event } of lines) if (!ids.has(event.transaction_id)) totals.take([event]);
    return totals;
  }
}

function problemOf(
  { kind, price }: Excess,
  { code, external_subscription_id }: UsageEvent,
): Problem {
  const of = [external_subscription_id, ...(price.words === '' ? [] : [price.words])].join(', ');
  return problem(kind === 'wraps' ? 'event.total-too-large' : 'event.total-too-costly', {
    code,
    of,
  });
}

const BECAUSE: Readonly<Record<Excess['kind'], string>> = {
  wraps: 'without it a total would be larger than Lago’s event store can count',
  costly: 'without it the period’s usage could cost more than an invoice of Lago can hold',
};
const UNREAD = 'its total is near a limit, and what Lago has of it could not be read';

/** A row that keeps what Lago has of it, or waits until there is room for it. */
function held(ledger: Ledger, row: PlannedRow, hindrance: Hindrance): PlannedRow {
  const { change, entry, key = '' } = row;
  if (entry === undefined || change === 'removed' || change === 'undone')
    return uncorrected(row, hindrance === 'unread' ? UNREAD : BECAUSE[hindrance.kind]);
  const { code } = entry.event;
  const found =
    hindrance === 'unread'
      ? problem('event.total-unread', { code })
      : problemOf(hindrance, entry.event);
  return {
    ...row,
    action: billedOf(ledger, key) === undefined ? 'hold' : 'flag',
    entry: undefined,
    reversals: [],
    problems: atRow([found], row.row),
  };
}

/**
 * Holds rows that would take a total beyond what Lago counts right, or what the period's usage can
 * cost beyond what an invoice holds (lago: clickhouse.wraps, counting.volume). Rows are taken in
 * their order as long as they fit, also behind one that does not. What lowers a total makes room
 * once Lago has it, not before.
 */
export function withinLimits(input: LimitsInput, rows: readonly PlannedRow[]): PlannedRow[] {
  const { ledger, check } = input;
  const { pricing } = check;
  const planned = rows.flatMap(unitOf).map(({ event }) => event);
  if (pricing === undefined || planned.length === 0) return [...rows];
  const near = nearPlaces(planned, ledger, pricing);
  if (near.size === 0) return [...rows];
  const totals = new NearTotals(input, pricing, planned, near);
  return rows.map((row) => {
    const unit = unitOf(row);
    const hindrance = unit.length === 0 ? undefined : totals.take(unit);
    return hindrance === undefined ? row : held(ledger, row, hindrance);
  });
}
