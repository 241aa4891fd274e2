import { type Aggregate, aggregate, isSeen } from './aggregation';
import { ARITHMETIC } from './arithmetic';
import { takes } from './charge-filter';
import { hasPrice, price } from './charge-model';
import { Decimal, roundTo, zero } from './decimal';
import { appended, type EventsStoreName, type StoredEvent } from './event-store';
import { arrayAt, isBlank, type JsonObject, scalarText } from './json';
import type { Organization } from './organization';
import type { Period } from './period';
import type { Charge, ChargeFilter, Subscription } from './records';
import type { Micros } from './timestamp';

/** Names of a group by its keys; an empty text, null and nothing are all null. */
export type Group = Record<string, string | null>;

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

/** What a charge is counted over. */
export interface BucketingInput {
  organization: Organization;
  subscription: Subscription;
  charge: Charge;
  period: Period;
  /** With what had arrived by then; else by now. */
  before?: Micros | undefined;
  /** What a weighted sum keeps from the invoice before; nothing unless given. */
  carried?: ((filter: ChargeFilter | null) => Carried[]) | undefined;
}

/** The total of a group that the next period begins with. */
export interface Carried {
  group: Group;
  value: Decimal;
}

/** Sorts a charge's events into its filters and groups and prices each. */
export class Bucketing {
  readonly buckets: Bucket[];
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

  amountCents(): number {
    return this.buckets.reduce((total, { amountCents }) => total + amountCents, 0);
  }

  /** In the window to the millisecond; the history of most recurring metrics has no beginning. */
  #events(): StoredEvent[] {
    const { organization, subscription, charge, period, before } = this.input;
    const { recurring, aggregation } = charge.metric;
    const endless = recurring && aggregation !== 'weighted_sum_agg';
    const from = truncated(period.from);
    const to = truncated(period.to);
    return organization.events
      .billable(charge.metric, subscription.externalId, before)
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
    const buckets = this.#rows(keys, filter, events)
      .map((row) => this.#priced(filter, properties, row))
      .filter(({ units, amountCents, eventsCount }) => !units.eq(0) || amountCents || eventsCount);
    if (buckets.length > 0) return buckets;
    const nothing = { group: nameless(keys), events: [], ends: 1, carried: zero() };
    return [this.#priced(filter, properties, nothing)];
  }

  /**
   * As the store groups: Postgres tells an empty text from nothing. They have one name, two rows,
   * and the ends of the period twice in one of them.
   */
  #rows(keys: string[], filter: ChargeFilter | null, events: StoredEvent[]): Row[] {
    const carried = this.input.carried?.(filter) ?? [];
    if (keys.length === 0)
      return [{ group: {}, events, ends: 1, carried: carried[0]?.value ?? zero() }];
    const { text } = ARITHMETIC[this.#store];
    const rows = new Map<string, StoredEvent[]>();
    for (const event of events)
      appended(rows, nameOf(keys.map((key) => text(event.billedProperties[key]))), event);
    const groups = [...rows.keys()].map((name) => groupOf(keys, name));
    const isNew = ({ group }: Carried): boolean =>
      !groups.some((known) => isSameGroup(known, group));
    const absent = text(undefined);
    const ends = [...groups, ...carried.filter(isNew).map(({ group }) => group)].map((group) =>
      nameOf(keys.map((key) => group[key] ?? absent)),
    );
    return [...new Set([...rows.keys(), ...ends])].map((name) => {
      const group = groupOf(keys, name);
      const count = ends.filter((end) => end === name).length;
      const value = carried.find((candidate) => isSameGroup(candidate.group, group))?.value;
      return {
        group,
        events: rows.get(name) ?? [],
        ends: count,
        carried: value?.times(count) ?? zero(),
      };
    });
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
    return new Decimal(10).pow(currencyDigits(this.subscription.plan.amountCurrency));
  }
}

interface Row {
  group: Group;
  events: StoredEvent[];
  ends: number;
  carried: Decimal;
}

const nameOf = (texts: (string | null)[]): string => JSON.stringify(texts);

function groupOf(keys: string[], name: string): Group {
  const texts = JSON.parse(name) as (string | null)[];
  const named = keys.map((key, place): [string, string | null] => {
    const text = texts[place] ?? null;
    return [key, isBlank(text) ? null : text];
  });
  return Object.fromEntries(named);
}

export const isSameGroup = (left: Group, right: Group): boolean =>
  Object.keys(left).every((key) => left[key] === right[key]);

const nameless = (keys: string[]): Group => Object.fromEntries(keys.map((key) => [key, null]));

const truncated = (micros: Micros): Micros => micros - (((micros % 1000n) + 1000n) % 1000n);

const digitsByCurrency = new Map<string, number>();

function currencyDigits(currency: string): number {
  const known = digitsByCurrency.get(currency);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  digitsByCurrency.set(currency, digits);
  return digits;
}
