import type { Bucket, Bucketing, BucketingInput } from './bucketing';
import { bucketingOf } from './carried';
import { applicableGracePeriod } from './customers';
import { internal, LagoError } from './errors';
import type { Organization } from './organization';
import { liveCharges } from './plans';
import type { Charge, Invoice, Period, Subscription } from './records';
import { isSameDay, nextBorder, startPending, unbilledPeriod, zoneOf } from './subscriptions';
import { fromMilliseconds, type Micros } from './timestamp';

/** Lago keeps an amount of cents in 8 bytes. */
const MOST_CENTS = 2 ** 63;

/**
 * Invoices the period of an active subscription that has ended, on the day on which it did. What no
 * job ran for on that day is never invoiced (lago: jobs.missed).
 */
export function billEndedPeriods(
  organization: Organization,
  subscription: Subscription,
  at: Micros,
): void {
  const border = billUpTo(organization, subscription, at);
  const next = organization.subscriptionsById
    .get(subscription.externalId)
    ?.find(({ replaces }) => replaces === subscription);
  if (next?.status !== 'pending' || !isPlanBorder(organization, subscription, border)) return;
  end(organization, subscription, at);
  startPending(organization, next, at);
}

/** Whether the period of the plan itself ends too, which may be longer than that of the charges. */
function isPlanBorder(
  organization: Organization,
  subscription: Subscription,
  border: Micros,
): boolean {
  const zone = zoneOf(organization, subscription);
  const { to } = organization.calendars.planPeriod(subscription, zone, border - 1000n);
  return to + 1000n === border;
}

/** @returns up to where it is invoiced */
function billUpTo(organization: Organization, subscription: Subscription, at: Micros): Micros {
  let border = nextBorder(organization, subscription);
  for (; border !== null && border <= at; border = nextBorder(organization, subscription)) {
    const period = unbilledPeriod(organization, subscription);
    subscription.billedTo = border;
    if (isSameDay(organization, subscription, border, at))
      write(organization, subscription, { period, reason: 'subscription_periodic' }, at);
  }
  return subscription.billedTo;
}

function end(organization: Organization, subscription: Subscription, at: Micros): void {
  subscription.status = 'terminated';
  subscription.terminatedAt = at;
  organization.revision += 1;
}

function giveUp(organization: Organization, pending: Subscription, at: Micros): void {
  pending.status = 'canceled';
  pending.terminatedAt = at;
  organization.revision += 1;
}

/**
 * Ends a subscription, with an invoice for its last period. A pending one is given up, and so is a
 * smaller plan that waited for the end of the period (lago: jobs.downgrade-given-up).
 */
export function terminate(
  organization: Organization,
  subscription: Subscription,
  at: Micros,
): void {
  if (subscription.status === 'pending') {
    giveUp(organization, subscription, at);
    return;
  }
  const next = organization.subscriptionsById
    .get(subscription.externalId)
    ?.find(({ replaces, status }) => replaces === subscription && status === 'pending');
  if (next !== undefined) giveUp(organization, next, at);
  // Of a period that has just ended, whose job is still to come, nobody has seen what becomes.
  billUpTo(organization, subscription, at);
  endWithInvoice(organization, subscription, at);
}

/**
 * Ends a subscription for the sake of a larger plan. A period that has ended and is not invoiced
 * yet never will be (lago: jobs.upgrade).
 */
export function endWithInvoice(
  organization: Organization,
  subscription: Subscription,
  at: Micros,
): void {
  const zone = zoneOf(organization, subscription);
  const whole = organization.calendars.chargesPeriod(subscription, zone, at);
  end(organization, subscription, at);
  write(
    organization,
    subscription,
    { period: { ...whole, to: at }, reason: 'subscription_terminating' },
    at,
  );
}

/**
 * The grace period counts days of the customer's calendar, and a draft is made final by the date in
 * UTC (lago: jobs.drafts).
 */
function write(
  organization: Organization,
  subscription: Subscription,
  { period, reason }: Pick<Invoice, 'period' | 'reason'>,
  at: Micros,
): void {
  if (!hasAmount(organization, subscription, period, at)) return;
  const { customer } = subscription;
  const days = applicableGracePeriod(organization, customer);
  const zone = zoneOf(organization, subscription);
  const { date } = organization.calendars.dayAfter(at, days, zone);
  addInvoice(organization, {
    subscription,
    period,
    reason,
    createdAt: at,
    status: days > 0 ? 'draft' : 'finalized',
    issuingDate: date,
  });
}

export function addInvoice(
  organization: Organization,
  made: Pick<
    Invoice,
    'subscription' | 'period' | 'reason' | 'createdAt' | 'status' | 'issuingDate'
  >,
): Invoice {
  const { customer } = made.subscription;
  const invoice: Invoice = {
    ...made,
    lagoId: organization.nextId(),
    sequence: (organization.invoicesByCustomer.get(customer.externalId)?.length ?? 0) + 1,
    customer,
    countedAt: made.createdAt,
    finalizesAt: fromMilliseconds(Date.parse(`${made.issuingDate}T00:00:00Z`)),
  };
  organization.addInvoice(invoice);
  organization.revision += 1;
  return invoice;
}

/**
 * Whether an amount can be worked out at all. The job dies of a total below zero under a volume
 * charge, and of an amount that its column does not hold; then the whole invoice is never made
 * (lago: counting.volume).
 */
function hasAmount(
  organization: Organization,
  subscription: Subscription,
  period: Period,
  at: Micros,
): boolean {
  // What has no events breaks nothing, and plans may have thousands of charges.
  const used = new Set(
    organization.events
      .all()
      .filter(({ externalSubscriptionId }) => externalSubscriptionId === subscription.externalId)
      .map(({ code }) => code),
  );
  if (used.size === 0) return true;
  const isUsed = ({ metric }: Charge): boolean => used.has(metric.code);
  const charges = chargesOf({ organization, subscription, period, before: at }, isUsed);
  return charges?.every(({ buckets }) => buckets.every(isHeld)) ?? false;
}

/** Whether the column of an amount holds it. */
export const isHeld = ({ amountCents }: Bucket): boolean => Math.abs(amountCents) < MOST_CENTS;

type Counted = Pick<BucketingInput, 'organization' | 'subscription' | 'period' | 'before'>;

const isAny = (_charge: Charge): boolean => true;

/**
 * What an invoice of a period has, with what had arrived before an instant, or by now. What is paid
 * in advance has been invoiced event by event.
 * @returns null if a charge of it breaks (lago: counting.volume)
 */
export function chargesOf(counted: Counted, wanted = isAny): Bucketing[] | null {
  const charges = liveCharges(counted.subscription.plan, counted.before)
    .filter(({ payInAdvance }) => !payInAdvance)
    .filter(wanted);
  try {
    return charges.map((charge) => bucketingOf({ ...counted, charge }));
  } catch (error) {
    if (error instanceof LagoError) return null;
    throw error;
  }
}

/**
 * A draft has what had arrived when it was made until somebody has it counted again; any other
 * invoice stays as it is. Breaks where an amount cannot be worked out (lago: periods.refreshed).
 */
export function refresh(organization: Organization, invoice: Invoice, at: Micros): void {
  if (invoice.status !== 'draft') return;
  if (!hasAmount(organization, invoice.subscription, invoice.period, at)) throw internal();
  invoice.countedAt = at;
}

/**
 * Counts a draft once more; from then on nothing changes it. Where an amount cannot be worked out
 * the job dies, and the next one tries again (lago: jobs.broken-drafts).
 */
export function finalize(organization: Organization, draft: Invoice, at: Micros): void {
  if (!hasAmount(organization, draft.subscription, draft.period, at)) {
    draft.finalizesAt = at + 1n;
    return;
  }
  draft.countedAt = at;
  draft.status = 'finalized';
  organization.drafts.delete(draft);
  organization.revision += 1;
}
