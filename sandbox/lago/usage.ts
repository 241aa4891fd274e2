import type { ChargeUsageAnswer, UsageAnswer } from './answers';
import { type Bucket, Bucketing } from './bucketing';
import { applicableTimezone, findCustomer } from './customers';
import { decimalText, largest, sum, zero } from './decimal';
import { internal, notAllowed, notFound } from './errors';
import type { Organization } from './organization';
import { liveCharges } from './plans';
import type { Charge, Customer, Subscription } from './records';
import { DEFAULT_SETTINGS, type Settings } from './settings';
import { fromMilliseconds, iso8601Seconds } from './timestamp';

/**
 * What the customer would pay for the running period (lago: periods.usage); as of now unless
 * settings say otherwise.
 */
export function currentUsage(
  organization: Organization,
  externalCustomerId: string,
  query: URLSearchParams,
  settings: Pick<Settings, 'unknownCustomerUsage' | 'usageDelayMs'> = DEFAULT_SETTINGS,
): { customer_usage: UsageAnswer } {
  // The source's lookup of an unknown customer fails inside its own rescue (lago:
  // periods.usage-unknown-customer).
  const customer = findCustomer(organization, externalCustomerId);
  if (!customer) throw settings.unknownCustomerUsage === 500 ? internal() : notFound('customer');
  if (query.get('full_usage') === 'true') throw notAllowed('full_usage_not_allowed');
  const subscription = activeSubscription(
    organization,
    customer,
    query.get('external_subscription_id'),
  );
  const period = organization.calendars.chargesPeriod(
    subscription,
    applicableTimezone(organization, customer),
    organization.now(),
  );
  const currency = subscription.plan.amountCurrency;
  const before =
    settings.usageDelayMs === 0
      ? undefined
      : organization.now() - fromMilliseconds(settings.usageDelayMs);
  const charges = requestedCharges(subscription, query).map((charge) =>
    chargeUsage(new Bucketing(organization, subscription, charge, period, before)),
  );
  const amount = charges.reduce((total, charge) => total + charge.amount_cents, 0);
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

function activeSubscription(
  organization: Organization,
  customer: Customer,
  externalId: string | null,
): Subscription {
  const found = organization.subscriptionsById
    .get(externalId ?? '')
    ?.find(
      (subscription) =>
        subscription.externalCustomerId === customer.externalId && subscription.status === 'active',
    );
  if (!found) throw notAllowed('no_active_subscription');
  return found;
}

function requestedCharges(subscription: Subscription, query: URLSearchParams): Charge[] {
  const wanted = (name: string, value: string): boolean => (query.get(name) ?? value) === value;
  const live = liveCharges(subscription.plan);
  const charges = live.filter(
    (charge) =>
      wanted('charge_id', charge.lagoId) &&
      wanted('charge_code', charge.code) &&
      wanted('billable_metric_code', charge.metric.code),
  );
  if (charges.length === 0 && live.length > 0) throw notFound('charge');
  return charges;
}

/** What a charge comes to, as `charges_usage` shows it. */
export function chargeUsage({ buckets, charge, subscription }: Bucketing): ChargeUsageAnswer {
  const { metric } = charge;
  const currency = subscription.plan.amountCurrency;
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
    grouped_usage: grouped.map((bucket) => ({
      ...totals([bucket]),
      grouped_by: bucket.group ?? {},
      filters: [],
    })),
    presentation_breakdowns: [],
  };
}

type Totals = Pick<
  ChargeUsageAnswer,
  'units' | 'total_aggregated_units' | 'events_count' | 'amount_cents'
>;

function totals(buckets: Bucket[]): Totals {
  const units = decimalText(sum(buckets.map(({ usage }) => largest(usage.units, zero()))));
  return {
    units,
    total_aggregated_units: units,
    events_count: buckets.reduce((count, { usage }) => count + usage.eventsCount, 0),
    amount_cents: buckets.reduce((total, { amountCents }) => total + amountCents, 0),
  };
}
