import { DateTime } from 'luxon';
import type { BillingPeriodAnswer, InvoiceAnswer } from './answers';
import { type Bucketing, type ChargeBill, centsOf } from './bucketing';
import { firstRun } from './clockwork';
import { applicableTimezone, serializeCustomer } from './customers';
import { invalid, notFound } from './errors';
import { paymentOf } from './in-advance';
import { chargesOf } from './invoicing';
import { asJson, type JsonObject } from './json';
import type { Organization } from './organization';
import type { Charge, Invoice, Period, Subscription } from './records';
import { endDay, serializeSubscription, unbilledPeriod, zoneOf } from './subscriptions';
import { compareInstants, iso8601Seconds } from './timestamp';
import { chargeUsage } from './usage';

const STATUSES = ['draft', 'finalized', 'voided', 'failed', 'pending'];

/**
 * The charges of the running period as the next invoice will have them, and of one that has ended
 * and waits for its job; none if no period runs. Unlike current_usage it leaves out what is dated
 * behind a planned end: that is lost.
 */
export function runningCharges(
  organization: Organization,
  subscription: Subscription,
  wanted?: (charge: Charge) => boolean,
): Bucketing[] {
  if (subscription.status !== 'active') return [];
  const now = organization.now();
  const waiting = unbilledPeriod(organization, subscription);
  const running = organization.calendars.chargesPeriod(
    subscription,
    zoneOf(organization, subscription),
    now,
  );
  const periods = waiting.to < now ? [waiting, running] : [running];
  const day = endDay(organization, subscription);
  const end = day === null ? null : firstRun('end', day);
  return periods.flatMap((whole) => {
    const period = end !== null && end < whole.to ? { ...whole, to: end } : whole;
    return chargesOf({ organization, subscription, period, before: undefined }, wanted) ?? [];
  });
}

/** The charges of an invoice with the events that it has. */
export function invoicedCharges(organization: Organization, invoice: Invoice): ChargeBill[] {
  const payment = paymentOf(invoice);
  if (payment !== undefined) return [payment.bill];
  const { subscription, period, countedAt } = invoice;
  return chargesOf({ organization, subscription, period, before: countedAt }) ?? [];
}

/** Newest first. Statuses that the fake never gives are empty lists; unknown ones are refused. */
export function listInvoices(organization: Organization, query: URLSearchParams): Invoice[] {
  const statuses = [...query.getAll('status[]'), ...query.getAll('status')].filter(
    (status) => status !== '',
  );
  const problems: JsonObject = {};
  if (statuses.some((status) => !STATUSES.includes(status))) problems.status = ['value_is_invalid'];
  const from = dateFilter(query, 'issuing_date_from', problems);
  const to = dateFilter(query, 'issuing_date_to', problems);
  if (Object.keys(problems).length > 0) throw invalid(problems);
  const customer = query.get('external_customer_id');
  const candidates = newestFirst(
    customer === null
      ? organization.invoices
      : (organization.invoicesByCustomer.get(customer) ?? []),
  );
  if (statuses.length === 0 && from === null && to === null) return candidates;
  return candidates.filter(
    (invoice) =>
      (from === null || invoice.issuingDate >= from) &&
      (to === null || invoice.issuingDate <= to) &&
      (statuses.length === 0 || statuses.includes(invoice.status)),
  );
}

function newestFirst(invoices: readonly Invoice[]): Invoice[] {
  return [...invoices].sort((left, right) =>
    left.issuingDate === right.issuingDate
      ? compareInstants(right.createdAt, left.createdAt)
      : left.issuingDate < right.issuingDate
        ? 1
        : -1,
  );
}

function dateFilter(query: URLSearchParams, name: string, problems: JsonObject): string | null {
  const text = query.get(name);
  if (text === null || text === '') return null;
  if (!DateTime.fromISO(text, { zone: 'utc' }).isValid) problems[name] = ['invalid_date'];
  return text.slice(0, 10);
}

export function findInvoice(organization: Organization, lagoId: string): Invoice {
  const found = organization.invoicesById.get(lagoId);
  if (!found) throw notFound('invoice');
  return found;
}

export function serializeInvoice(organization: Organization, invoice: Invoice): InvoiceAnswer {
  return serialized(organization, invoice, invoicedCharges(organization, invoice));
}

/** The periods are on the single invoice only (lago: periods.invoices). */
export function serializeInvoiceWithPeriods(
  organization: Organization,
  invoice: Invoice,
): InvoiceAnswer {
  return {
    ...serializeInvoice(organization, invoice),
    subscriptions: [serializeSubscription(organization, invoice.subscription)],
    billing_periods: [billingPeriod(organization, invoice)],
  };
}

/** Every invoice with its charges, oldest first. */
export function invoicesWithUsage(organization: Organization): JsonObject[] {
  return organization.invoices.map((invoice) => {
    const charges = invoicedCharges(organization, invoice);
    return asJson({
      ...serialized(organization, invoice, charges),
      billing_periods: [billingPeriod(organization, invoice)],
      charges_usage: charges.map(chargeUsage),
    });
  });
}

function serialized(
  organization: Organization,
  invoice: Invoice,
  charges: ChargeBill[],
): InvoiceAnswer {
  const { customer, subscription, status } = invoice;
  const amount = centsOf(charges);
  const number = status === 'draft' ? 'DRAFT' : String(invoice.sequence).padStart(3, '0');
  return {
    lago_id: invoice.lagoId,
    billing_entity_code: 'default',
    sequential_id: invoice.sequence,
    number: `FAKE-${String(customer.sequentialId).padStart(3, '0')}-${number}`,
    issuing_date: invoice.issuingDate,
    payment_due_date: invoice.issuingDate,
    net_payment_term: 0,
    invoice_type: 'subscription',
    status,
    payment_status: 'pending',
    payment_dispute_lost_at: null,
    payment_overdue: false,
    currency: subscription.plan.amountCurrency,
    fees_amount_cents: amount,
    taxes_amount_cents: 0,
    coupons_amount_cents: 0,
    credit_notes_amount_cents: 0,
    sub_total_excluding_taxes_amount_cents: amount,
    sub_total_including_taxes_amount_cents: amount,
    prepaid_credit_amount_cents: 0,
    progressive_billing_credit_amount_cents: 0,
    total_amount_cents: amount,
    total_due_amount_cents: amount,
    version_number: 4,
    created_at: iso8601Seconds(invoice.createdAt),
    updated_at: iso8601Seconds(invoice.createdAt),
    voided_at: null,
    customer: serializeCustomer(organization, customer),
  };
}

export function billingPeriod(organization: Organization, invoice: Invoice): BillingPeriodAnswer {
  const { period, subscription, reason } = invoice;
  const own = planPeriod(organization, invoice);
  return {
    lago_subscription_id: subscription.lagoId,
    external_subscription_id: subscription.externalId,
    lago_plan_id: subscription.plan.lagoId,
    subscription_from_datetime: iso8601Seconds(own.from),
    subscription_to_datetime: iso8601Seconds(own.to),
    charges_from_datetime: iso8601Seconds(period.from),
    charges_to_datetime: iso8601Seconds(period.to),
    invoicing_reason: reason,
  };
}

/**
 * A plan that is paid in advance is invoiced for the period to come, with the charges of the one
 * that has ended.
 */
function planPeriod(
  organization: Organization,
  { customer, subscription, period, reason }: Invoice,
): Period {
  const isLast = reason === 'subscription_terminating';
  const ahead = subscription.plan.payInAdvance && reason === 'subscription_periodic';
  const zone = applicableTimezone(organization, customer);
  const whole = organization.calendars.planPeriod(
    subscription,
    zone,
    ahead ? period.to + 1000n : period.from,
  );
  return isLast ? { ...whole, to: period.to } : whole;
}
