import type { Timezone } from 'lago-javascript-client';
import { DateTime } from 'luxon';
import type { SubscriptionAnswer, SubscriptionWithPlanAnswer } from './answers';
import { applicableTimezone, customerByExternalId } from './customers';
import { invalid, notFound } from './errors';
import { type JsonObject, scalarText } from './json';
import type { Organization } from './organization';
import { serializePlan } from './plans';
import { type Period, type Plan, SUBSCRIPTION_STATUSES, type Subscription } from './records';
import { fromMilliseconds, iso8601, iso8601Seconds, later, type Micros } from './timestamp';

/** What a subscription begins with. */
export interface SubscriptionStart {
  readonly externalId: string;
  readonly externalCustomerId: string;
  readonly plan: Plan;
  readonly subscriptionAt: Micros;
  readonly endingAt: Micros | null;
  readonly createdAt: Micros;
  readonly input: JsonObject;
}

/** It is active at once if it was to start by then; else a job starts it. */
export function addSubscription(
  organization: Organization,
  { input, ...start }: SubscriptionStart,
): Subscription {
  const isStarted = start.subscriptionAt <= start.createdAt;
  const subscription: Subscription = {
    ...start,
    lagoId: organization.nextId(),
    name: scalarText(input.name),
    billingTime: input.billing_time === 'anniversary' ? 'anniversary' : 'calendar',
    startedAt: isStarted ? start.subscriptionAt : null,
    terminatedAt: null,
    status: isStarted ? 'active' : 'pending',
    replaces: null,
    billedTo: later(start.subscriptionAt, start.createdAt),
  };
  organization.addSubscription(subscription);
  return subscription;
}

export function dateAt(input: JsonObject, key: string): Micros | null {
  const text = scalarText(input[key]);
  if (text === null) return null;
  const date = DateTime.fromISO(text, { zone: 'utc' });
  if (!date.isValid) throw invalid({ [key]: ['invalid_date'] });
  return fromMilliseconds(date.toMillis());
}

export const isOpen = ({ status }: Subscription): boolean =>
  status === 'active' || status === 'pending';

export const zoneOf = (
  organization: Organization,
  { externalCustomerId }: Subscription,
): Timezone =>
  applicableTimezone(organization, customerByExternalId(organization, externalCustomerId));

/** The start of the day of an instant where the customer is. */
const dayOf = (organization: Organization, subscription: Subscription, instant: Micros): Micros =>
  organization.calendars.dayAfter(instant, 0, zoneOf(organization, subscription)).start;

/** When a job may start a pending subscription: on the day asked for (lago: jobs.start). */
export const startDay = (organization: Organization, subscription: Subscription): Micros | null =>
  subscription.status === 'pending' && subscription.replaces === null
    ? later(dayOf(organization, subscription, subscription.subscriptionAt), subscription.createdAt)
    : null;

/** When a job may carry out a planned end: on its day, however late in it (lago: jobs.end). */
export const endDay = (organization: Organization, subscription: Subscription): Micros | null =>
  subscription.status === 'active' && subscription.endingAt !== null
    ? later(dayOf(organization, subscription, subscription.endingAt), subscription.createdAt)
    : null;

/** Where the period that is to be invoiced next ends; null if none is. */
export const nextBorder = (
  organization: Organization,
  subscription: Subscription,
): Micros | null =>
  subscription.status === 'active' ? unbilledPeriod(organization, subscription).to + 1000n : null;

/** The period of the charges that is to be invoiced next. */
export const unbilledPeriod = (organization: Organization, subscription: Subscription): Period =>
  organization.calendars.chargesPeriod(
    subscription,
    zoneOf(organization, subscription),
    subscription.billedTo,
  );

/** Whether two instants are of one day where the customer is. */
export const isSameDay = (
  organization: Organization,
  subscription: Subscription,
  left: Micros,
  right: Micros,
): boolean => dayOf(organization, subscription, left) === dayOf(organization, subscription, right);

/** It starts when the job runs, whatever time was asked for. */
export function startPending(
  organization: Organization,
  subscription: Subscription,
  at: Micros,
): void {
  subscription.status = 'active';
  subscription.startedAt = at;
  subscription.billedTo = at;
  organization.revision += 1;
}

export function subscriptionByExternalId(
  organization: Organization,
  externalId: string,
  statuses: string[] = ['active'],
): Subscription {
  const found = organization.subscriptionsById
    .get(externalId)
    ?.find((subscription) => statuses.includes(subscription.status));
  if (!found) throw notFound('subscription');
  return found;
}

/** Active ones unless other statuses are asked for. */
export function requestedStatuses(query: URLSearchParams): string[] {
  const asked = [...query.getAll('status[]'), ...query.getAll('status')].filter((status) =>
    SUBSCRIPTION_STATUSES.some((known) => known === status),
  );
  return asked.length > 0 ? asked : ['active'];
}

export function listSubscriptions(
  organization: Organization,
  query: URLSearchParams,
): Subscription[] {
  const statuses = requestedStatuses(query);
  const customer = query.get('external_customer_id');
  const plan = query.get('plan_code');
  const currency = query.get('currency');
  return candidates(organization, query.get('external_id'), customer).filter(
    (subscription) =>
      (customer === null || subscription.externalCustomerId === customer) &&
      (plan === null || subscription.plan.code === plan) &&
      (currency === null || subscription.plan.amountCurrency === currency) &&
      statuses.includes(subscription.status),
  );
}

/** Found by an index where there is one: clients look up single ones among thousands. */
function candidates(
  organization: Organization,
  externalId: string | null,
  customer: string | null,
): Subscription[] {
  if (externalId !== null) return organization.subscriptionsById.get(externalId) ?? [];
  return customer === null
    ? organization.subscriptions
    : (organization.subscriptionsByCustomer.get(customer) ?? []);
}

export function serializeSubscription(
  organization: Organization,
  subscription: Subscription,
): SubscriptionAnswer {
  const now = organization.now();
  const { status } = subscription;
  const customer = customerByExternalId(organization, subscription.externalCustomerId);
  const zone = applicableTimezone(organization, customer);
  const period =
    status === 'active' ? organization.calendars.chargesPeriod(subscription, zone, now) : null;
  return {
    lago_id: subscription.lagoId,
    external_id: subscription.externalId,
    lago_customer_id: customer.lagoId,
    external_customer_id: subscription.externalCustomerId,
    billing_entity_code: 'default',
    billing_time: subscription.billingTime,
    name: subscription.name,
    plan_code: subscription.plan.code,
    plan_amount_cents: subscription.plan.amountCents,
    plan_amount_currency: subscription.plan.amountCurrency,
    status,
    created_at: iso8601Seconds(subscription.createdAt),
    canceled_at: status === 'canceled' ? iso8601Seconds(subscription.terminatedAt ?? now) : null,
    started_at: subscription.startedAt === null ? null : iso8601(subscription.startedAt),
    ending_at: subscription.endingAt === null ? null : iso8601Seconds(subscription.endingAt),
    subscription_at: iso8601Seconds(subscription.subscriptionAt),
    terminated_at:
      status !== 'terminated' || subscription.terminatedAt === null
        ? null
        : iso8601Seconds(subscription.terminatedAt),
    previous_plan_code: null,
    next_plan_code: null,
    downgrade_plan_date: null,
    trial_ended_at: null,
    current_billing_period_started_at: period === null ? null : iso8601Seconds(period.from),
    current_billing_period_ending_at: period === null ? null : iso8601Seconds(period.to),
    on_termination_credit_note: null,
    on_termination_invoice: 'generate',
  };
}

export const serializeSubscriptionWithPlan = (
  organization: Organization,
  subscription: Subscription,
): SubscriptionWithPlanAnswer => ({
  ...serializeSubscription(organization, subscription),
  plan: serializePlan(subscription.plan),
});
