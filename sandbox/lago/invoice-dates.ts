import { applicableGracePeriod, applicableTimezone } from './customers';
import { identifierOf } from './identifiers';
import type { Organization } from './organization';
import type { Period } from './period';
import type { Customer, Subscription } from './records';
import { endOf } from './subscriptions';
import { later, type Micros } from './timestamp';

/** What Lago makes of a period that has ended (lago: periods.terminated, periods.late). */
export interface Invoice {
  lagoId: string;
  /** Of its customer, from 1. */
  sequence: number;
  customer: Customer;
  subscription: Subscription;
  /** Of the charges. */
  period: Period;
  /** Whether it ends with the subscription. */
  terminating: boolean;
  createdAt: Micros;
  /** From then on nothing that arrives changes it. */
  finalizedAt: Micros;
  issuingDate: string;
}

/**
 * One for each period since the subscription's creation that has ended; the past of a backdated one
 * stays unbilled, apart from the period that runs when it is created. `nextAt`: when this changes,
 * null for never.
 */
export function invoicesAndNext(
  organization: Organization,
  subscription: Subscription,
  now: Micros,
): { invoices: Invoice[]; nextAt: Micros | null } {
  const invoices: Invoice[] = [];
  const end = endOf(subscription);
  let instant = later(subscription.subscriptionAt, subscription.createdAt);
  if (subscription.setStatus !== null || (end !== null && end < instant))
    return { invoices, nextAt: null };
  const customer = subscription.customer;
  const zone = applicableTimezone(organization, customer);
  for (;;) {
    const whole = organization.calendars.chargesPeriod(subscription, zone, instant);
    const next = whole.to + 1000n;
    const terminating = end !== null && end < next;
    const createdAt = terminating ? end : next;
    if (createdAt > now) return { invoices, nextAt: createdAt };
    const period = terminating ? { ...whole, to: end } : whole;
    invoices.push(
      written(organization, { customer, subscription, period, terminating, createdAt }, zone),
    );
    if (terminating) return { invoices, nextAt: null };
    instant = next;
  }
}

type Unwritten = Pick<
  Invoice,
  'customer' | 'subscription' | 'period' | 'terminating' | 'createdAt'
>;

/**
 * The grace period counts days of the customer's calendar, so the last one of a draft ends at
 * midnight there.
 */
function written(organization: Organization, invoice: Unwritten, zone: string): Invoice {
  const days = applicableGracePeriod(organization, invoice.customer);
  const { date, start } = organization.calendars.dayAfter(invoice.createdAt, days, zone);
  return {
    ...invoice,
    lagoId: identifierOf(
      `invoice ${invoice.subscription.lagoId} ${invoice.period.from} ${invoice.period.to}`,
    ),
    sequence: 0,
    finalizedAt: later(start, invoice.createdAt),
    issuingDate: date,
  };
}
