import { upsertCustomer } from './customers';
import { invalid } from './errors';
import { endWithInvoice, terminate } from './invoicing';
import { isBlank, type JsonObject, scalarText } from './json';
import type { Organization } from './organization';
import { planByCode } from './plans';
import type { Plan, Subscription } from './records';
import { addSubscription, dateAt, isOpen, subscriptionByExternalId } from './subscriptions';
import type { Micros } from './timestamp';

/**
 * Creates the customer too if nobody has that external id (lago: catalog.subscriptions-created).
 * Under the external id of a customer's open subscription it changes the plan.
 */
export function subscribe(
  organization: Organization,
  input: JsonObject,
  now = organization.now(),
): Subscription {
  const externalCustomerId = scalarText(input.external_customer_id);
  if (externalCustomerId === null || isBlank(externalCustomerId))
    throw invalid({ external_customer_id: ['value_is_mandatory'] });
  const plan = planByCode(organization, scalarText(input.plan_code));
  const externalId = (scalarText(input.external_id) ?? organization.nextId()).trim();
  const open = organization.subscriptionsById.get(externalId)?.find(isOpen);
  if (open !== undefined) return changed(organization, open, { externalCustomerId, plan, now });
  const subscriptionAt = dateAt(input, 'subscription_at') ?? now;
  const endingAt = dateAt(input, 'ending_at');
  upsertCustomer(organization, { external_id: externalCustomerId });
  return addSubscription(organization, {
    externalId,
    externalCustomerId,
    plan,
    subscriptionAt,
    endingAt,
    createdAt: now,
    input,
  });
}

interface Change {
  readonly externalCustomerId: string;
  readonly plan: Plan;
  readonly now: Micros;
}

/**
 * The same plan changes nothing. A larger one takes its place at once, a smaller one when the
 * running period is invoiced (lago: jobs.upgrade, jobs.downgrade).
 */
function changed(
  organization: Organization,
  open: Subscription,
  { externalCustomerId, plan, now }: Change,
): Subscription {
  if (open.externalCustomerId !== externalCustomerId)
    throw invalid({ external_id: ['value_already_exist'] });
  if (open.plan === plan) return open;
  const { externalId, subscriptionAt, endingAt, name, billingTime } = open;
  const isUpgrade = plan.amountCents >= open.plan.amountCents;
  if (isUpgrade && open.status === 'active') endWithInvoice(organization, open, now);
  const next = addSubscription(organization, {
    externalId,
    externalCustomerId,
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
export function unsubscribe(organization: Organization, externalId: string): Subscription {
  const found = subscriptionByExternalId(organization, externalId, ['active', 'pending']);
  terminate(organization, found, organization.now());
  return found;
}
