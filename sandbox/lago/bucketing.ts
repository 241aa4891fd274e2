import { type Aggregate, aggregate, propertyText } from './aggregation';
import { hasPrice, price } from './charge-model';
import { Decimal, largest, roundTo, sum, zero } from './decimal';
import { appended, type StoredEvent } from './event-store';
import { arrayAt, type JsonObject, scalarText } from './json';
import type { Organization } from './organization';
import type { Charge, ChargeFilter, Period, Subscription } from './records';
import type { Micros } from './timestamp';

/** Events that are priced together. */
export interface Bucket {
  filter: ChargeFilter | null;
  group: Record<string, string> | null;
  usage: Aggregate;
  amountCents: number;
  /** Whether it puts a price on an event that it counts. */
  prices: (event: StoredEvent) => boolean;
}

/**
 * Sorts a charge's events into its filters and groups and prices each. `before`: with what had
 * arrived by then; else by now.
 */
export class Bucketing {
  readonly buckets: Bucket[];

  constructor(
    readonly organization: Organization,
    readonly subscription: Subscription,
    readonly charge: Charge,
    readonly period: Period,
    readonly before?: Micros,
  ) {
    const filters = [...charge.filters].sort((left, right) => keyCount(right) - keyCount(left));
    const byFilter = new Map<ChargeFilter | null, StoredEvent[]>();
    for (const event of this.#events())
      appended(byFilter, filters.find((filter) => matches(filter, event)) ?? null, event);
    this.buckets = [...charge.filters, null].flatMap((filter) =>
      this.#grouped(filter, byFilter.get(filter) ?? []),
    );
  }

  amountCents(): number {
    return this.buckets.reduce((total, { amountCents }) => total + amountCents, 0);
  }

  /** In the window to the millisecond; a recurring metric's history has no beginning. */
  #events(): StoredEvent[] {
    const { organization, subscription, charge, period, before } = this;
    const from = truncated(period.from);
    const to = truncated(period.to);
    return organization.events
      .billable(charge.metric, subscription.externalId, before)
      .filter(({ timestamp }) => {
        const ms = truncated(timestamp);
        return (charge.metric.recurring || ms >= from) && ms <= to;
      });
  }

  #grouped(filter: ChargeFilter | null, events: StoredEvent[]): Bucket[] {
    const properties = (filter ?? this.charge).properties;
    const keys = arrayAt(properties, 'pricing_group_keys').map((key) => scalarText(key) ?? '');
    if (keys.length === 0) return [this.#priced(filter, null, properties, events)];
    const groups = new Map<string, StoredEvent[]>();
    for (const event of events)
      appended(
        groups,
        JSON.stringify(keys.map((key) => [key, propertyText(event.billedProperties[key]) ?? ''])),
        event,
      );
    return [...groups].map(([name, members]) =>
      this.#priced(
        filter,
        Object.fromEntries(JSON.parse(name) as [string, string][]),
        properties,
        members,
      ),
    );
  }

  #priced(
    filter: ChargeFilter | null,
    group: Record<string, string> | null,
    properties: JsonObject,
    events: StoredEvent[],
  ): Bucket {
    const { charge, organization, period, subscription } = this;
    const usage = aggregate(charge.metric, organization.events.name, events, period);
    const digits = currencyDigits(subscription.plan.amountCurrency);
    const amount =
      charge.model === 'dynamic'
        ? largest(
            sum(events.map((event) => new Decimal(event.preciseTotalAmountCents ?? 0))),
            zero(),
          )
        : price(charge.model, properties, usage).times(new Decimal(10).pow(digits));
    const priced = hasPrice(charge.model, properties);
    return {
      filter,
      group,
      usage,
      amountCents: roundTo(amount, 'round').toNumber(),
      prices: (event) =>
        charge.model === 'dynamic' ? event.preciseTotalAmountCents !== null : priced,
    };
  }
}

const keyCount = (filter: ChargeFilter): number => Object.keys(filter.values).length;

/**
 * Text comparison, case-sensitive and untrimmed (lago: counting.filters); a property that is not
 * there equals nothing.
 */
function matches(filter: ChargeFilter, event: StoredEvent): boolean {
  return Object.entries(filter.values).every(([key, values]) => {
    const text = propertyText(event.billedProperties[key]);
    return text !== null && values.includes(text);
  });
}

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
