import { upsertCustomer } from './customers';
import { invalid } from './errors';
import { endWithInvoice, terminate } from './invoicing';
import { type JsonObject, scalarText } from './json';
import type { Organization } from './organization';
import { planByCode } from './plans';
import type { Plan, Subscription } from './records';
import { addSubscription, dateAt, isOpen, subscriptionByExternalId } from './subscriptions';
import type { Micros } from './timestamp';

/**
 * Creates the customer too if nobody has that external id, even if the subscription is refused
 * (lago: catalog.subscriptions-created). The same again is the one that is there; with another plan
 * it changes the plan.
 */
export function subscribe(
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
  const taken = organization.subscriptionsById.get(externalId)?.filter(isOpen) ?? [];
  const own = taken.find((other) => other.customer === customer);
  if (own?.plan === plan) return own;
  if (own !== undefined) return changed(organization, own, plan, now);
  if (taken.some(({ status }) => status === 'active'))
    throw invalid({ external_id: ['value_already_exist'] });
  customer.currency ??= plan.amountCurrency;
  const createdAt = now;
  const start = { externalId, customer, plan, subscriptionAt, endingAt, createdAt, input };
  return addSubscription(organization, start);
}

/**
 * A larger plan takes the place of the old one at once, a smaller one when the running period is
 * invoiced (lago: jobs.upgrade, jobs.downgrade).
 */
function changed(
  organization: Organization,
  open: Subscription,
  plan: Plan,
  now: Micros,
): Subscription {
  const { externalId, customer, subscriptionAt, endingAt, name, billingTime } = open;
  const isUpgrade = plan.amountCents >= open.plan.amountCents;
  if (isUpgrade && open.status === 'active') endWithInvoice(organization, open, now);
  const next = addSubscription(organization, {
    externalId,
    customer,
    plan,
    subscriptionAt,
    endingAt,
    createdAt: now,
    input: { name, billing_time: billingTime },
  });
  if (isUpgrade) {
    next.startedAt = now;
    next.billedTo = now;
  } else {
    next.status = 'pending';
    next.startedAt = null;
    next.replaces = open;
  }
  return next;
}

/** Ends an active subscription now, and gives up a pending one. */
export function unsubscribe(
  organization: Organization,
  externalId: string,
  statuses: string[] = ['active', 'pending'],
): Subscription {
  const found = subscriptionByExternalId(organization, externalId, statuses);
  terminate(organization, found, organization.now());
  return found;
}
