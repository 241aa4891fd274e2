import { type Aggregate, aggregate, isSeen } from './aggregation';
import { ARITHMETIC } from './arithmetic';
import { takes } from './charge-filter';
import { hasPrice, price } from './charge-model';
import { centsPerUnit } from './currency';
import { type Decimal, roundTo, zero } from './decimal';
import type { EventsStoreName, StoredEvent } from './event-store';
import { type Carried, emptyRow, type Group, type Row, rowsOf, weightedRowsOf } from './groups';
import { arrayAt, type JsonObject, scalarText } from './json';
import type { Organization } from './organization';
import type { Charge, ChargeFilter, Period, Subscription } from './records';
import type { Micros } from './timestamp';

/** Events that are priced together: what Lago makes a fee of. */
export interface Bucket {
  filter: ChargeFilter | null;
  /** Empty where the charge does not group. */
  group: Group;
  units: Decimal;
  /** Of a weighted sum without the weight, else as the units. */
  totalUnits: Decimal;
  eventsCount: number;
  /** In units of the currency, before it is rounded to cents. */
  amount: Decimal;
  preciseCents: Decimal;
  amountCents: number;
  counted: StoredEvent[];
  /** Whether it puts a price on an event that it counts. */
  prices: (event: StoredEvent) => boolean;
}

/** What comes to nothing at all makes no fee. */
export const isKept = ({ units, amountCents, eventsCount }: Bucket): boolean =>
  !units.eq(0) || amountCents !== 0 || eventsCount !== 0;

/** What a charge comes to. */
export interface ChargeBill {
  readonly charge: Charge;
  readonly subscription: Subscription;
  readonly buckets: Bucket[];
  /** What comes to nothing at all: Lago leaves it out, though its events are counted too. */
  readonly leftOut: Bucket[];
}

export const centsOf = (bills: ChargeBill[]): number =>
  bills
    .flatMap(({ buckets }) => buckets)
    .reduce((total, { amountCents }) => total + amountCents, 0);

/** What a charge is counted over. */
export interface BucketingInput {
  organization: Organization;
  subscription: Subscription;
  charge: Charge;
  period: Period;
  /** With what had arrived by then; else by now. */
  before?: Micros | undefined;
  /** Of these events alone; else of all that billing sees. */
  events?: StoredEvent[] | undefined;
  /** What a weighted sum keeps from the invoice before; nothing unless given. */
  carried?: ((filter: ChargeFilter | null) => Carried[]) | undefined;
}

/** Sorts a charge's events into its filters and groups and prices each. */
export class Bucketing implements ChargeBill {
  readonly buckets: Bucket[];
  readonly leftOut: Bucket[] = [];
  readonly charge: Charge;
  readonly subscription: Subscription;
  readonly #store: EventsStoreName;

  constructor(private readonly input: BucketingInput) {
    const { charge, subscription, organization } = input;
    this.charge = charge;
    this.subscription = subscription;
    this.#store = organization.events.name;
    const events = this.#events();
    this.buckets = [...charge.filters, null].flatMap((filter) =>
      this.#grouped(
        filter,
        charge.filters.length === 0 ? events : events.filter(takes(charge, filter, this.#store)),
      ),
    );
  }

  /** In the window to the millisecond; the history of most recurring metrics has no beginning. */
  #events(): StoredEvent[] {
    const { organization, subscription, charge, period, before } = this.input;
    const { recurring, aggregation } = charge.metric;
    const endless = recurring && aggregation !== 'weighted_sum_agg';
    const from = truncated(period.from);
    const to = truncated(period.to);
    const events =
      this.input.events ??
      organization.events.billable(charge.metric, subscription.externalId, before);
    return events
      .filter(({ timestamp }) => {
        const ms = truncated(timestamp);
        return (endless || ms >= from) && ms <= to;
      })
      .filter(isSeen(charge.metric, this.#store));
  }

  /** What comes to nothing at all is left out, down to one bucket (lago: counting.groups). */
  #grouped(filter: ChargeFilter | null, events: StoredEvent[]): Bucket[] {
    const { properties } = filter ?? this.charge;
    const keys = arrayAt(properties, 'pricing_group_keys').map((key) => scalarText(key) ?? '');
    const buckets: Bucket[] = [];
    for (const row of this.#rows(keys, filter, events)) {
      const bucket = this.#priced(filter, properties, row);
      (isKept(bucket) ? buckets : this.leftOut).push(bucket);
    }
    if (buckets.length > 0) return buckets;
    return [this.#priced(filter, properties, emptyRow(keys))];
  }

  #rows(keys: string[], filter: ChargeFilter | null, events: StoredEvent[]): Row[] {
    if (this.charge.metric.aggregation === 'weighted_sum_agg')
      return weightedRowsOf(keys, events, this.#store, this.input.carried?.(filter) ?? []);
    if (keys.length === 0) return [{ ...emptyRow(keys), events }];
    return rowsOf(keys, events, this.#store);
  }

  #priced(
    filter: ChargeFilter | null,
    properties: JsonObject,
    { group, events, ends, carried }: Row,
  ): Bucket {
    const { charge, period } = this.input;
    const usage = aggregate(charge.metric, events, {
      store: this.#store,
      period,
      carried,
      ends,
    });
    const amount = this.#amount(properties, usage);
    // Nothing is paid back (lago: counting.clamped).
    const isNegative = usage.units.lt(0) || amount.lt(0);
    const units = isNegative ? zero() : usage.units;
    const due = isNegative ? zero() : amount;
    const { model } = charge;
    const priced = hasPrice(model, properties);
    return {
      filter,
      group,
      units,
      totalUnits: usage.totalUnits ?? units,
      eventsCount: usage.eventsCount,
      amount: due,
      preciseCents: due.times(this.#centsPerUnit()),
      amountCents: roundTo(due.times(this.#centsPerUnit()), 'round').toNumber(),
      counted: usage.counted,
      prices: (event) => (model === 'dynamic' ? event.preciseTotalAmountCents !== null : priced),
    };
  }

  #amount(properties: JsonObject, usage: Aggregate): Decimal {
    const { model } = this.charge;
    if (model !== 'dynamic')
      return price(model, properties, usage, this.input.organization.licence);
    if (usage.units.eq(0)) return zero();
    const cents = ARITHMETIC[this.#store].cents(usage.preciseCents, this.#centsPerUnit());
    return cents.div(this.#centsPerUnit());
  }

  #centsPerUnit(): Decimal {
    return centsPerUnit(this.subscription.plan.amountCurrency);
  }
}

const truncated = (micros: Micros): Micros => micros - (((micros % 1000n) + 1000n) % 1000n);
