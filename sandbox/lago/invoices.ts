import { DateTime } from 'luxon';
import type { BillingPeriodAnswer, InvoiceAnswer } from './answers';
import type { Bucket, Bucketing, BucketingInput } from './bucketing';
import { bucketingOf } from './carried';
import { applicableTimezone, serializeCustomer } from './customers';
import { invalid, LagoError, notFound } from './errors';
import { appended } from './event-store';
import { type Invoice, invoicesAndNext } from './invoice-dates';
import { asJson, type JsonObject } from './json';
import { memories } from './memory';
import type { Organization } from './organization';
import type { Period } from './period';
import { liveCharges } from './plans';
import type { Charge, Customer, Subscription } from './records';
import { endOf, serializeSubscription, statusAt } from './subscriptions';
import { compareInstants, iso8601Seconds, type Micros } from './timestamp';
import { chargeUsage } from './usage';

const STATUSES = ['draft', 'finalized', 'voided', 'failed', 'pending'];

/** The invoices of an organization as long as they stay the same. */
interface Book {
  revision: number;
  from: Micros;
  until: Micros | null;
  oldestFirst: Invoice[];
  newestFirst: Invoice[];
  /** By external id, newest first. */
  byCustomer: Map<string, Invoice[]>;
  byId: Map<string, Invoice>;
}

/** Invoices follow from subscriptions and the clock alone; keeping them only saves time. */
const books = new WeakMap<Organization, Book>();

function bookOf(organization: Organization): Book {
  const now = organization.now();
  const known = books.get(organization);
  const isCurrent =
    known?.revision === organization.revision &&
    known.from <= now &&
    (known.until === null || now < known.until);
  if (known !== undefined && isCurrent) return known;
  const written = writtenBook(organization, now);
  books.set(organization, written);
  return written;
}

function writtenBook(organization: Organization, now: Micros): Book {
  let until: Micros | null = null;
  const oldestFirst: Invoice[] = [];
  for (const subscription of organization.subscriptions) {
    const { invoices, nextAt } = invoicesAndNext(organization, subscription, now);
    oldestFirst.push(...invoices.filter((invoice) => isMade(organization, invoice)));
    if (nextAt !== null && (until === null || nextAt < until)) until = nextAt;
  }
  oldestFirst.sort((left, right) => compareInstants(left.createdAt, right.createdAt));
  const counts = new Map<Customer, number>();
  for (const invoice of oldestFirst) {
    invoice.sequence = (counts.get(invoice.customer) ?? 0) + 1;
    counts.set(invoice.customer, invoice.sequence);
  }
  const byDate = (left: Invoice, right: Invoice): number =>
    left.issuingDate === right.issuingDate
      ? compareInstants(right.createdAt, left.createdAt)
      : left.issuingDate < right.issuingDate
        ? 1
        : -1;
  const newestFirst = [...oldestFirst].sort(byDate);
  const byCustomer = new Map<string, Invoice[]>();
  for (const invoice of newestFirst) appended(byCustomer, invoice.customer.externalId, invoice);
  const byId = new Map(oldestFirst.map((invoice) => [invoice.lagoId, invoice]));
  return {
    revision: organization.revision,
    from: now,
    until,
    oldestFirst,
    newestFirst,
    byCustomer,
    byId,
  };
}

/** The invoices of one subscription by now, oldest first. */
export const invoicesOf = (organization: Organization, subscription: Subscription): Invoice[] =>
  invoicesAndNext(organization, subscription, organization.now()).invoices.filter((invoice) =>
    isMade(organization, invoice),
  );

const made = memories<boolean>();

/**
 * The job that makes an invoice dies of a total below zero under a volume charge, and of an amount
 * that its column does not hold; then there is no invoice at all, ever (lago: counting.volume).
 */
const isMade = (organization: Organization, invoice: Invoice): boolean =>
  made(organization).recall(`${invoice.lagoId} ${invoice.createdAt}`, () => {
    const charges = counted({ organization, ...invoice, before: invoice.createdAt }, isAny);
    const isHeld = ({ amountCents }: Bucket): boolean => Math.abs(amountCents) < 2 ** 63;
    return charges?.every(({ buckets }) => buckets.every(isHeld)) ?? false;
  });

/**
 * The charges of the running period as the next invoice will have them, none if no period runs.
 * Unlike current_usage it leaves out what is dated behind a planned end: that is lost.
 */
export function runningCharges(
  organization: Organization,
  subscription: Subscription,
  wanted = isAny,
): Bucketing[] {
  const now = organization.now();
  if (statusAt(subscription, now) !== 'active') return [];
  const customer = subscription.customer;
  const whole = organization.calendars.chargesPeriod(
    subscription,
    applicableTimezone(organization, customer),
    now,
  );
  const end = endOf(subscription);
  const period = end !== null && end < whole.to ? { ...whole, to: end } : whole;
  return counted({ organization, subscription, period, before: undefined }, wanted) ?? [];
}

export const isFinalized = (organization: Organization, invoice: Invoice): boolean =>
  invoice.finalizedAt <= organization.now();

/**
 * The charges of an invoice with the events that it has; a finalized one has those that billing saw
 * before it was finalized.
 */
export function invoicedCharges(
  organization: Organization,
  invoice: Invoice,
  wanted = isAny,
): Bucketing[] {
  const before = isFinalized(organization, invoice) ? invoice.finalizedAt : undefined;
  const at = (instant: Micros | undefined) =>
    counted({ organization, ...invoice, before: instant }, wanted);
  return at(before) ?? at(invoice.createdAt) ?? [];
}

type Due = Pick<BucketingInput, 'organization' | 'subscription' | 'period' | 'before'>;

/** null: a charge of it breaks (lago: counting.volume). */
function counted(due: Due, wanted: (charge: Charge) => boolean): Bucketing[] | null {
  const charges = liveCharges(due.subscription.plan, due.before).filter(wanted);
  try {
    return charges.map((charge) => bucketingOf({ ...due, charge }));
  } catch (error) {
    if (error instanceof LagoError) return null;
    throw error;
  }
}

const isAny = (_charge: Charge): boolean => true;

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
  const book = bookOf(organization);
  const candidates = customer === null ? book.newestFirst : (book.byCustomer.get(customer) ?? []);
  if (statuses.length === 0 && from === null && to === null) return candidates;
  return candidates.filter(
    (invoice) =>
      (from === null || invoice.issuingDate >= from) &&
      (to === null || invoice.issuingDate <= to) &&
      (statuses.length === 0 || statuses.includes(statusOf(organization, invoice))),
  );
}

function dateFilter(query: URLSearchParams, name: string, problems: JsonObject): string | null {
  const text = query.get(name);
  if (text === null || text === '') return null;
  if (!DateTime.fromISO(text, { zone: 'utc' }).isValid) problems[name] = ['invalid_date'];
  return text.slice(0, 10);
}

export function findInvoice(organization: Organization, lagoId: string): Invoice {
  const found = bookOf(organization).byId.get(lagoId);
  if (!found) throw notFound('invoice');
  return found;
}

const statusOf = (organization: Organization, invoice: Invoice): 'finalized' | 'draft' =>
  isFinalized(organization, invoice) ? 'finalized' : 'draft';

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

/** Of every subscription, oldest first. */
export const allInvoices = (organization: Organization): Invoice[] => [
  ...bookOf(organization).oldestFirst,
];

/** Every invoice with its charges, oldest first. */
export function invoicesWithUsage(organization: Organization): JsonObject[] {
  return bookOf(organization).oldestFirst.map((invoice) => {
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
  charges: Bucketing[],
): InvoiceAnswer {
  const { customer, subscription } = invoice;
  const status = statusOf(organization, invoice);
  const amount = charges.reduce((total, charge) => total + charge.amountCents(), 0);
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
  const { period, subscription, terminating } = invoice;
  const own = planPeriod(organization, invoice);
  return {
    lago_subscription_id: subscription.lagoId,
    external_subscription_id: subscription.externalId,
    lago_plan_id: subscription.plan.lagoId,
    subscription_from_datetime: iso8601Seconds(own.from),
    subscription_to_datetime: iso8601Seconds(own.to),
    charges_from_datetime: iso8601Seconds(period.from),
    charges_to_datetime: iso8601Seconds(period.to),
    invoicing_reason: terminating ? 'subscription_terminating' : 'subscription_periodic',
  };
}

/**
 * A plan that is paid in advance is invoiced for the period to come, with the charges of the one
 * that has ended.
 */
function planPeriod(
  organization: Organization,
  { customer, subscription, period, terminating }: Invoice,
): Period {
  const ahead = subscription.plan.payInAdvance && !terminating;
  const zone = applicableTimezone(organization, customer);
  const whole = organization.calendars.planPeriod(
    subscription,
    zone,
    ahead ? period.to + 1000n : period.from,
  );
  return terminating ? { ...whole, to: period.to } : whole;
}
