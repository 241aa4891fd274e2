import type { Timezone } from 'lago-javascript-client';
import { DateTime } from 'luxon';
import type { SubscriptionAnswer, SubscriptionWithPlanAnswer } from './answers';
import { applicableTimezone } from './customers';
import { invalid, notFound } from './errors';
import type { StoredEvent } from './event-store';
import { type JsonObject, scalarText } from './json';
import type { Organization } from './organization';
import { serializePlan } from './plans';
import { type Period, SUBSCRIPTION_STATUSES, type Subscription } from './records';
import {
  compareInstants,
  fromMilliseconds,
  iso8601,
  iso8601Seconds,
  later,
  type Micros,
} from './timestamp';

/** What a subscription begins with. */
export interface SubscriptionStart
  extends Pick<
    Subscription,
    'externalId' | 'customer' | 'plan' | 'subscriptionAt' | 'endingAt' | 'createdAt'
  > {
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
    externalCustomerId: start.customer.externalId,
    name: (scalarText(input.name) ?? '').trim(),
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

/** What is asked of a subscription over the API; a seed may write history. */
export function checkSubscription(organization: Organization, input: JsonObject): void {
  const now = organization.now();
  const startsAt = dateAt(input, 'subscription_at') ?? now;
  const endsAt = dateAt(input, 'ending_at');
  const isLate = (date: Micros): boolean => endsAt !== null && dayOf(endsAt) > dayOf(date);
  if (endsAt !== null && !(isLate(now) && isLate(startsAt)))
    throw invalid({ ending_at: ['invalid_date'] });
  if (!['calendar', 'anniversary', null].includes(scalarText(input.billing_time)))
    throw invalid({ billing_time: ['value_is_invalid'] });
}

const dayOf = (instant: Micros): string => iso8601(instant).slice(0, 10);

export function dateAt(input: JsonObject, key: string): Micros | null {
  const text = scalarText(input[key]);
  if (text === null) return null;
  const date = DateTime.fromISO(text, { zone: 'utc' });
  if (!date.isValid) throw invalid({ [key]: ['invalid_date'] });
  return fromMilliseconds(date.toMillis());
}

export const isOpen = ({ status }: Subscription): boolean =>
  status === 'active' || status === 'pending';

export const zoneOf = (organization: Organization, { customer }: Subscription): Timezone =>
  applicableTimezone(organization, customer);

/** The start of the day of an instant where the customer is. */
const dayIn = (organization: Organization, subscription: Subscription, instant: Micros): Micros =>
  organization.calendars.dayAfter(instant, 0, zoneOf(organization, subscription)).start;

/** What is deleted is cleared away in the background, a moment later. */
export const CLEARED_AFTER: Micros = 1_000_000n;

/** When what a deleted customer or plan has is ended. */
export function clearedAt(_: Organization, subscription: Subscription): Micros | null {
  const { customer, plan } = subscription;
  const deletedAt = customer.deletedAt ?? plan.deletedAt;
  return isOpen(subscription) && deletedAt !== null ? deletedAt + CLEARED_AFTER : null;
}

/** When a job may start a pending subscription: on the day asked for (lago: jobs.start). */
export const startDay = (organization: Organization, subscription: Subscription): Micros | null =>
  subscription.status === 'pending' && subscription.replaces === null
    ? later(dayIn(organization, subscription, subscription.subscriptionAt), subscription.createdAt)
    : null;

/** When a job may carry out a planned end: on its day, however late in it (lago: jobs.end). */
export const endDay = (organization: Organization, subscription: Subscription): Micros | null =>
  subscription.status === 'active' && subscription.endingAt !== null
    ? later(dayIn(organization, subscription, subscription.endingAt), subscription.createdAt)
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
): boolean => dayIn(organization, subscription, left) === dayIn(organization, subscription, right);

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

/** The one that runs first, then the one that ended last. */
export function subscriptionsWithId(
  organization: Organization,
  externalId: string | null,
): Subscription[] {
  const end = ({ terminatedAt }: Subscription): Micros => terminatedAt ?? ENDLESS;
  return [...(organization.subscriptionsById.get(externalId ?? '') ?? [])].sort(
    (left, right) =>
      compareInstants(end(right), end(left)) ||
      compareInstants(right.subscriptionAt, left.subscriptionAt),
  );
}

const ENDLESS: Micros = 10n ** 30n;

/** The one that ran at the time of an event. */
export function subscriptionAt(
  organization: Organization,
  { externalSubscriptionId, timestamp }: StoredEvent,
): Subscription | undefined {
  return subscriptionsWithId(organization, externalSubscriptionId).find((subscription) => {
    const { startedAt, terminatedAt } = subscription;
    return (
      startedAt !== null &&
      startedAt <= timestamp &&
      (terminatedAt === null || terminatedAt >= timestamp)
    );
  });
}

export function subscriptionByExternalId(
  organization: Organization,
  externalId: string,
  statuses: string[] = ['active'],
): Subscription {
  const found = subscriptionsWithId(organization, externalId).find((subscription) =>
    statuses.includes(subscription.status),
  );
  if (!found) throw notFound('subscription');
  return found;
}

/** For a single one: active unless asked for otherwise. */
export function requestedStatus(query: URLSearchParams): string[] {
  const asked = [...query.getAll('status[]'), ...query.getAll('status')];
  return asked.length === 0 ? ['active'] : asked;
}

/** For a list: active unless asked for otherwise; one that Lago does not know lists all. */
function requestedStatuses(query: URLSearchParams): readonly string[] {
  const asked = query.getAll('status[]').filter((status) => status !== '');
  if (asked.length === 0) return ['active'];
  const areKnown = asked.every((status) => SUBSCRIPTION_STATUSES.some((known) => known === status));
  return areKnown ? asked : SUBSCRIPTION_STATUSES;
}

/** Newest start first, then newest creation (lago: catalog.subscriptions-listed). */
export function listSubscriptions(
  organization: Organization,
  query: URLSearchParams,
): Subscription[] {
  const statuses = requestedStatuses(query);
  const customer = query.get('external_customer_id');
  const plan = query.get('plan_code');
  const currency = query.get('currency');
  return candidates(organization, query.get('external_id'), customer)
    .filter(
      (subscription) =>
        (customer === null || subscription.externalCustomerId === customer) &&
        (plan === null || subscription.plan.code === plan) &&
        (currency === null || subscription.plan.amountCurrency === currency) &&
        statuses.includes(subscription.status),
    )
    .reverse()
    .sort((left, right) => compareInstants(right.subscriptionAt, left.subscriptionAt));
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
  const { customer, status, startedAt } = subscription;
  const ended = status === 'terminated' ? subscription.terminatedAt : null;
  const zone = applicableTimezone(organization, customer);
  const period =
    startedAt !== null ? organization.calendars.chargesPeriod(subscription, zone, now) : null;
  return {
    lago_id: subscription.lagoId,
    external_id: subscription.externalId,
    lago_customer_id: customer.lagoId,
    external_customer_id: subscription.externalCustomerId,
    billing_time: subscription.billingTime,
    name: subscription.name,
    plan_code: subscription.plan.code,
    plan_amount_cents: subscription.plan.amountCents,
    plan_amount_currency: subscription.plan.amountCurrency,
    status,
    created_at: iso8601Seconds(subscription.createdAt),
    canceled_at: status === 'canceled' ? iso8601Seconds(subscription.terminatedAt ?? now) : null,
    started_at: startedAt === null ? null : iso8601(startedAt),
    ending_at: subscription.endingAt === null ? null : iso8601Seconds(subscription.endingAt),
    subscription_at: iso8601Seconds(subscription.subscriptionAt),
    terminated_at: ended === null ? null : iso8601Seconds(ended),
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
