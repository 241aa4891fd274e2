import type { ChargeUsageAnswer, FilterUsageAnswer, UsageAnswer } from './answers';
import type { Bucket, BucketingInput, ChargeBill } from './bucketing';
import { bucketingOf } from './carried';
import { applicableTimezone, findCustomer } from './customers';
import { decimalText, sum } from './decimal';
import { notAllowed, notFound } from './errors';
import { appended, type StoredEvent } from './event-store';
import type { Organization } from './organization';
import { liveCharges } from './plans';
import type { Charge, Customer, Subscription } from './records';
import { DEFAULT_SETTINGS, type Settings } from './settings';
import { iso8601Seconds } from './timestamp';

/**
 * What the customer would pay for the running period (lago: periods.usage); as of now unless
 * settings say otherwise.
 */
export function currentUsage(
  organization: Organization,
  externalCustomerId: string,
  query: URLSearchParams,
  settings: Pick<Settings, 'eventJobsPerSecond'> = DEFAULT_SETTINGS,
): { customer_usage: UsageAnswer } {
  // Of all look-ups of a customer this one alone names no customer (lago:
  // periods.usage-unknown-customer).
  const customer = findCustomer(organization, externalCustomerId);
  if (!customer) throw notFound('resource');
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
  const isLate = settings.eventJobsPerSecond !== Number.POSITIVE_INFINITY;
  const charges = requestedCharges(subscription, query).map((charge) => {
    const counted = { organization, subscription, charge, period };
    const events = isLate ? shownEvents(counted) : undefined;
    return chargeUsage(bucketingOf({ ...counted, events }));
  });
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

/**
 * Usage is worked out once, and again when the job of one of its events has run. All others that
 * have arrived by then are in it too, whether their jobs have run or not.
 */
function shownEvents({
  organization,
  subscription,
  charge,
  period,
}: BucketingInput): StoredEvent[] {
  const { usageWorkedOut, eventJobs, events } = organization;
  const name = [subscription.lagoId, charge.lagoId, period.from].join();
  const runs = eventJobs.runs(charge.metric.code, subscription.externalId, organization.now());
  const known = usageWorkedOut.get(name);
  if (known?.runs === runs) return known.events;
  const seen = [...events.billable(charge.metric, subscription.externalId)];
  usageWorkedOut.set(name, { runs, events: seen });
  return seen;
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

/** By the first of three filters that is there; else all, by the name of their metric. */
function requestedCharges(subscription: Subscription, query: URLSearchParams): Charge[] {
  const live = liveCharges(subscription.plan);
  const [name, value] = FILTERS.map(([key, read]) => [query.get(key), read] as const).find(
    ([asked]) => asked,
  ) ?? [null, null];
  if (value === null)
    return live.sort((left, right) => compareNames(left.metric.name, right.metric.name));
  const charges = live.filter((charge) => value(charge) === name);
  if (charges.length === 0) throw notFound('charge');
  return charges;
}

const FILTERS: [string, (charge: Charge) => string][] = [
  ['charge_id', ({ lagoId }) => lagoId],
  ['charge_code', ({ code }) => code],
  ['billable_metric_code', ({ metric }) => metric.code],
];

const compareNames = (left: string, right: string): number =>
  left.toLowerCase() < right.toLowerCase() ? -1 : left.toLowerCase() > right.toLowerCase() ? 1 : 0;

/** What a charge comes to, as `charges_usage` shows it. */
export function chargeUsage({
  buckets,
  charge,
  subscription,
}: Omit<ChargeBill, 'leftOut'>): ChargeUsageAnswer {
  const { metric } = charge;
  const currency = subscription.plan.amountCurrency;
  const grouped = groupsOf(buckets);
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
    filters: filterUsage(charge, buckets),
    grouped_usage: grouped.map((bucketsOfGroup) => ({
      ...totals(bucketsOfGroup),
      grouped_by: bucketsOfGroup[0]?.group ?? {},
      filters: filterUsage(charge, bucketsOfGroup),
    })),
    presentation_breakdowns: [],
  };
}

/** Of a charge with filters, those among the buckets. */
function filterUsage(charge: Charge, buckets: Bucket[]): FilterUsageAnswer[] {
  if (charge.filters.length === 0) return [];
  return [...charge.filters, null].flatMap((filter) => {
    const own = buckets.filter((bucket) => bucket.filter === filter);
    return own.length === 0
      ? []
      : [
          {
            ...totals(own),
            invoice_display_name: filter?.invoiceDisplayName ?? null,
            values: filter?.values ?? null,
          },
        ];
  });
}

/** Filter by filter a group has its own price, and is shown once (lago: counting.groups). */
function groupsOf(buckets: Bucket[]): Bucket[][] {
  if (buckets.every(({ group }) => Object.keys(group).length === 0)) return [];
  const groups = new Map<string, Bucket[]>();
  for (const bucket of buckets) appended(groups, JSON.stringify(bucket.group), bucket);
  return [...groups.values()];
}

type Totals = Pick<
  ChargeUsageAnswer,
  'units' | 'total_aggregated_units' | 'events_count' | 'amount_cents'
>;

function totals(buckets: Bucket[]): Totals {
  return {
    units: decimalText(sum(buckets.map(({ units }) => units))),
    total_aggregated_units: decimalText(sum(buckets.map(({ totalUnits }) => totalUnits))),
    events_count: buckets.reduce((count, { eventsCount }) => count + eventsCount, 0),
    amount_cents: buckets.reduce((total, { amountCents }) => total + amountCents, 0),
  };
}
