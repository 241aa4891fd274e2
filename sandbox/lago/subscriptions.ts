import { DateTime } from 'luxon';
import type { SubscriptionAnswer, SubscriptionWithPlanAnswer } from './answers';
import { applicableTimezone, upsertCustomer } from './customers';
import { invalid, notFound } from './errors';
import { type JsonObject, scalarText } from './json';
import type { Organization } from './organization';
import { planByCode, serializePlan } from './plans';
import type { Subscription } from './records';
import {
  compareInstants,
  fromMilliseconds,
  iso8601,
  iso8601Seconds,
  type Micros,
} from './timestamp';

const STATUSES = ['pending', 'active', 'terminated', 'canceled', 'incomplete'] as const;
export type SubscriptionStatus = (typeof STATUSES)[number];

/**
 * Creates the customer too if nobody has that external id, even if the subscription is refused
 * (lago: catalog.subscriptions-created). The same again is the one that is there.
 */
export function createSubscription(
  organization: Organization,
  input: JsonObject,
  now = organization.now(),
): Subscription {
  const customerId = (scalarText(input.external_customer_id) ?? '').trim();
  if (customerId === '') throw invalid({ external_customer_id: ['value_is_mandatory'] });
  const plan = planByCode(organization, scalarText(input.plan_code));
  const externalId = (scalarText(input.external_id) ?? organization.nextId()).trim();
  const subscriptionAt = dateAt(input, 'subscription_at') ?? now;
  const endingAt = dateAt(input, 'ending_at');
  const customer = upsertCustomer(organization, { external_id: customerId });
  const taken = organization.subscriptionsById
    .get(externalId)
    ?.filter((other) => isOpen(other, now));
  const own = taken?.find((other) => other.customer === customer);
  if (own?.plan === plan) return own;
  if (own !== undefined || taken?.some((other) => statusAt(other, now) === 'active'))
    throw invalid({ external_id: ['value_already_exist'] });
  customer.currency ??= plan.amountCurrency;
  const subscription: Subscription = {
    lagoId: organization.nextId(),
    externalId,
    externalCustomerId: customerId,
    customer,
    plan,
    name: (scalarText(input.name) ?? '').trim(),
    billingTime: input.billing_time === 'anniversary' ? 'anniversary' : 'calendar',
    subscriptionAt,
    endingAt,
    terminatedAt: null,
    setStatus: null,
    createdAt: now,
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

const isOpen = (subscription: Subscription, now: Micros): boolean =>
  ['active', 'pending'].includes(statusAt(subscription, now));

export function statusAt(subscription: Subscription, now: Micros): SubscriptionStatus {
  if (subscription.setStatus !== null) return subscription.setStatus;
  const ended = endOf(subscription);
  if (ended !== null && ended <= now) return 'terminated';
  return subscription.subscriptionAt <= now ? 'active' : 'pending';
}

/** The end, known or planned. */
export function endOf(subscription: Subscription): Micros | null {
  return subscription.terminatedAt ?? subscription.endingAt;
}

export function terminateSubscription(
  organization: Organization,
  externalId: string,
  statuses = ['active', 'pending'],
): Subscription {
  const subscription = subscriptionByExternalId(organization, externalId, statuses);
  if (statusAt(subscription, organization.now()) === 'pending') subscription.setStatus = 'canceled';
  subscription.terminatedAt = organization.now();
  organization.revision += 1;
  return subscription;
}

/** The one that runs first, then the one that ended last. */
export function subscriptionsWithId(
  organization: Organization,
  externalId: string | null,
): Subscription[] {
  const end = (subscription: Subscription): Micros => endOf(subscription) ?? ENDLESS;
  return [...(organization.subscriptionsById.get(externalId ?? '') ?? [])].sort(
    (left, right) =>
      compareInstants(end(right), end(left)) ||
      compareInstants(right.subscriptionAt, left.subscriptionAt),
  );
}

const ENDLESS: Micros = 10n ** 30n;

export function subscriptionByExternalId(
  organization: Organization,
  externalId: string,
  statuses: string[] = ['active'],
): Subscription {
  const found = subscriptionsWithId(organization, externalId).find((subscription) =>
    statuses.includes(statusAt(subscription, organization.now())),
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
  const areKnown = asked.every((status) => STATUSES.some((known) => known === status));
  return areKnown ? asked : STATUSES;
}

/** Newest start first, then newest creation (lago: catalog.subscriptions-listed). */
export function listSubscriptions(
  organization: Organization,
  query: URLSearchParams,
): Subscription[] {
  const statuses = requestedStatuses(query);
  const now = organization.now();
  const customer = query.get('external_customer_id');
  const plan = query.get('plan_code');
  const currency = query.get('currency');
  return candidates(organization, query.get('external_id'), customer)
    .filter(
      (subscription) =>
        (customer === null || subscription.externalCustomerId === customer) &&
        (plan === null || subscription.plan.code === plan) &&
        (currency === null || subscription.plan.amountCurrency === currency) &&
        statuses.includes(statusAt(subscription, now)),
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
  const status = statusAt(subscription, now);
  const { customer } = subscription;
  const started = status === 'active' || status === 'terminated';
  const ended = status === 'terminated' ? endOf(subscription) : null;
  const zone = applicableTimezone(organization, customer);
  const period = started ? organization.calendars.chargesPeriod(subscription, zone, now) : null;
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
    started_at: started ? iso8601(subscription.subscriptionAt) : null,
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
