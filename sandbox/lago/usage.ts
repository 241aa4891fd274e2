import { type Aggregate, aggregate } from './aggregation';
import { price } from './charge-model';
import { applicableTimezone, type Customer, findCustomer } from './customers';
import { Decimal, decimalText, largest, roundTo, sum, zero } from './decimal';
import { internal, notAllowed, notFound } from './errors';
import type { StoredEvent } from './event-store';
import { arrayAt, type JsonObject, scalarText } from './json';
import type { Organization } from './organization';
import { currentPeriod, type Period } from './period';
import type { Charge, ChargeFilter } from './plans';
import { type Subscription, statusAt } from './subscriptions';
import { iso8601Seconds, type Micros } from './timestamp';

/** What the customer would pay for the running period (lago.md, sections 1 and 7). */
export function currentUsage(organization: Organization, externalCustomerId: string, query: URLSearchParams): JsonObject {
  // The source's lookup of an unknown customer fails inside its own rescue (lago.md, end of section 1).
  const customer = findCustomer(organization, externalCustomerId);
  if (!customer) throw internal();
  if (query.get('full_usage') === 'true') throw notAllowed('full_usage_not_allowed');
  const subscription = activeSubscription(organization, customer, query.get('external_subscription_id'));
  const period = currentPeriod(subscription, applicableTimezone(organization, customer), organization.now());
  const currency = subscription.plan.amountCurrency;
  const charges = requestedCharges(subscription, query).map((charge) =>
    chargeUsage(new Bucketing(organization, subscription, charge, period), currency),
  );
  const amount = charges.reduce((total, charge) => total + Number(charge.amount_cents), 0);
  return {
    customer_usage: {
      from_datetime: iso8601Seconds(period.from),
      to_datetime: iso8601Seconds(period.to),
      issuing_date: iso8601Seconds(period.to + 1000n).slice(0, 10),
      lago_invoice_id: null,
      currency,
      amount_cents: amount,
      taxes_amount_cents: 0,
      total_amount_cents: amount,
      charges_usage: charges,
    },
  };
}

function activeSubscription(organization: Organization, customer: Customer, externalId: string | null): Subscription {
  const found = organization.subscriptionsById
    .get(externalId ?? '')
    ?.find(
      (subscription) => subscription.externalCustomerId === customer.externalId && statusAt(subscription, organization.now()) === 'active',
    );
  if (!found) throw notAllowed('no_active_subscription');
  return found;
}

function requestedCharges(subscription: Subscription, query: URLSearchParams): Charge[] {
  const wanted = (name: string, value: string): boolean => (query.get(name) ?? value) === value;
  const charges = subscription.plan.charges.filter(
    (charge) =>
      wanted('charge_id', charge.lagoId) && wanted('charge_code', charge.code) && wanted('billable_metric_code', charge.metric.code),
  );
  if (charges.length === 0 && subscription.plan.charges.length > 0) throw notFound('charge');
  return charges;
}

/** Events that are priced together. */
interface Bucket {
  filter: ChargeFilter | null;
  group: Record<string, string> | null;
  usage: Aggregate;
  amountCents: number;
}

/** Sorts a charge's events into its filters and groups and prices each. */
class Bucketing {
  readonly buckets: Bucket[];

  constructor(
    readonly organization: Organization,
    readonly subscription: Subscription,
    readonly charge: Charge,
    readonly period: Period,
  ) {
    const events = this.#events();
    const filters = [...charge.filters].sort((left, right) => keyCount(right) - keyCount(left));
    const filterOf = (event: StoredEvent): ChargeFilter | null => filters.find((filter) => matches(filter, event)) ?? null;
    this.buckets = [...charge.filters, null].flatMap((filter) =>
      this.#grouped(
        filter,
        events.filter((event) => filterOf(event) === filter),
      ),
    );
  }

  /** In the window to the millisecond; a recurring metric's history has no beginning. */
  #events(): StoredEvent[] {
    const { organization, subscription, charge, period } = this;
    return organization.events.billable(charge.metric, subscription.externalId).filter(({ timestamp }) => {
      const ms = truncated(timestamp);
      return (charge.metric.recurring || ms >= truncated(period.from)) && ms <= truncated(period.to);
    });
  }

  #grouped(filter: ChargeFilter | null, events: StoredEvent[]): Bucket[] {
    const properties = (filter ?? this.charge).properties;
    const keys = arrayAt(properties, 'pricing_group_keys').map((key) => scalarText(key) ?? '');
    if (keys.length === 0) return [this.#priced(filter, null, properties, events)];
    const groups = new Map<string, StoredEvent[]>();
    for (const event of events) {
      const name = JSON.stringify(keys.map((key) => [key, scalarText(event.properties[key]) ?? '']));
      groups.set(name, [...(groups.get(name) ?? []), event]);
    }
    return [...groups].map(([name, members]) =>
      this.#priced(filter, Object.fromEntries(JSON.parse(name) as [string, string][]), properties, members),
    );
  }

  #priced(filter: ChargeFilter | null, group: Record<string, string> | null, properties: JsonObject, events: StoredEvent[]): Bucket {
    const { charge, organization, period, subscription } = this;
    const usage = aggregate(charge.metric, organization.events.name, events, period);
    const digits = currencyDigits(subscription.plan.amountCurrency);
    const amount =
      charge.model === 'dynamic'
        ? largest(sum(events.map((event) => new Decimal(event.preciseTotalAmountCents ?? 0))), zero())
        : price(charge.model, properties, usage).times(new Decimal(10).pow(digits));
    return { filter, group, usage, amountCents: roundTo(amount, 'round').toNumber() };
  }
}

const keyCount = (filter: ChargeFilter): number => Object.keys(filter.values).length;

/** Text comparison, case-sensitive (lago.md, section 8). */
function matches(filter: ChargeFilter, event: StoredEvent): boolean {
  return Object.entries(filter.values).every(([key, values]) => values.includes(scalarText(event.properties[key]) ?? ''));
}

const truncated = (micros: Micros): Micros => micros - (((micros % 1000n) + 1000n) % 1000n);

function currencyDigits(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

function chargeUsage({ buckets, charge }: Bucketing, currency: string): JsonObject {
  const { metric } = charge;
  const grouped = buckets.filter(({ group }) => group !== null);
  return {
    ...totals(buckets),
    amount_currency: currency,
    pricing_unit_details: null,
    charge: {
      lago_id: charge.lagoId,
      code: charge.code,
      charge_model: charge.model,
      invoice_display_name: null,
    },
    billable_metric: {
      lago_id: metric.lagoId,
      name: metric.name,
      code: metric.code,
      aggregation_type: metric.aggregation,
    },
    filters:
      charge.filters.length === 0
        ? []
        : [...charge.filters, null].map((filter) => ({
            ...totals(buckets.filter((bucket) => bucket.filter === filter)),
            invoice_display_name: null,
            values: filter === null ? null : filter.values,
          })),
    grouped_usage: grouped.map((bucket) => ({ ...totals([bucket]), grouped_by: bucket.group ?? {}, filters: [] })),
    presentation_breakdowns: [],
  };
}

function totals(buckets: Bucket[]): JsonObject {
  const units = decimalText(sum(buckets.map(({ usage }) => largest(usage.units, zero()))));
  return {
    units,
    total_aggregated_units: units,
    events_count: buckets.reduce((count, { usage }) => count + usage.eventsCount, 0),
    amount_cents: buckets.reduce((total, { amountCents }) => total + amountCents, 0),
  };
}
