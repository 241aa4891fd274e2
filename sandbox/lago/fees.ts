import type { FeeAnswer } from './answers';
import { type Bucket, isKept } from './bucketing';
import { type Decimal, decimalText, zero } from './decimal';
import { invalid } from './errors';
import { identifierOf } from './identifiers';
import { paymentOf } from './in-advance';
import { billingPeriod, invoicedCharges } from './invoices';
import type { Organization } from './organization';
import type { Charge, Invoice } from './records';
import { iso8601Seconds } from './timestamp';

/** What an invoice has for its subscription, or for a bucket of a charge. */
interface Fee {
  invoice: Invoice;
  item: { charge: Charge; bucket: Bucket } | null;
}

const TYPES = ['charge', 'add_on', 'subscription', 'credit', 'commitment', 'fixed_charge'];
const PAYMENT_STATUSES = ['pending', 'succeeded', 'failed', 'refunded'];

/**
 * That of the subscription, for which the fake bills nothing, unless the invoice is one of an event
 * that is paid in advance; then the charges that came to
 * anything, by the name of their metric (lago: periods.fees).
 */
export function feesOf(organization: Organization, invoice: Invoice): Fee[] {
  const charges = invoicedCharges(organization, invoice)
    .sort((left, right) => (left.charge.metric.name < right.charge.metric.name ? -1 : 1))
    .flatMap(({ charge, buckets }) =>
      buckets.filter(isKept).map((bucket): Fee => ({ invoice, item: { charge, bucket } })),
    );
  return paymentOf(invoice) === undefined ? [{ invoice, item: null }, ...charges] : charges;
}

export function listFees(organization: Organization, query: URLSearchParams): Fee[] {
  const type = query.get('fee_type');
  const status = query.get('payment_status');
  if (type !== null && !TYPES.includes(type)) throw invalid({ fee_type: ['value_is_invalid'] });
  if (status !== null && !PAYMENT_STATUSES.includes(status))
    throw invalid({ payment_status: ['value_is_invalid'] });
  const wanted = (name: string, value: string | undefined): boolean =>
    (query.get(name) ?? value) === value;
  return organization.invoices
    .filter(
      ({ customer, subscription }) =>
        wanted('external_customer_id', customer.externalId) &&
        wanted('external_subscription_id', subscription.externalId) &&
        wanted('currency', subscription.plan.amountCurrency),
    )
    .flatMap((invoice) => feesOf(organization, invoice))
    .filter(
      ({ item }) =>
        wanted('fee_type', item === null ? 'subscription' : 'charge') &&
        wanted('billable_metric_code', item?.charge.metric.code) &&
        wanted('payment_status', 'pending'),
    );
}

export function serializeFee(organization: Organization, fee: Fee): FeeAnswer {
  const { invoice, item } = fee;
  const payment = paymentOf(invoice);
  const { customer, subscription } = invoice;
  const period = billingPeriod(organization, invoice);
  const amount = item?.bucket.amount ?? zero();
  const cents = item?.bucket.amountCents ?? 0;
  const currency = subscription.plan.amountCurrency;
  return {
    lago_id: identifierOf(`fee ${invoice.lagoId} ${nameOf(fee)}`),
    lago_charge_id: item?.charge.lagoId ?? null,
    lago_charge_filter_id: item?.bucket.filter?.lagoId ?? null,
    lago_fixed_charge_id: null,
    lago_invoice_id: invoice.lagoId,
    lago_true_up_fee_id: null,
    lago_true_up_parent_fee_id: null,
    lago_original_fee_id: null,
    lago_subscription_id: subscription.lagoId,
    external_subscription_id: subscription.externalId,
    lago_customer_id: customer.lagoId,
    external_customer_id: customer.externalId,
    item: itemOf(fee),
    pay_in_advance: item?.charge.payInAdvance ?? subscription.plan.payInAdvance,
    invoiceable: true,
    amount_cents: cents,
    amount_currency: currency,
    precise_amount: decimalText(amount),
    precise_total_amount: decimalText(amount),
    taxes_amount_cents: 0,
    taxes_precise_amount: '0.0',
    taxes_rate: 0,
    total_aggregated_units: item === null ? null : decimalText(item.bucket.totalUnits),
    total_amount_cents: cents,
    total_amount_currency: currency,
    units: item === null ? '1.0' : decimalText(item.bucket.units),
    description: null,
    precise_unit_amount: decimalText(perUnit(amount, item?.bucket.units ?? zero())),
    precise_coupons_amount_cents: '0.0',
    sub_total_excluding_taxes_amount_cents: cents,
    sub_total_excluding_taxes_precise_amount_cents: decimalText(
      item?.bucket.preciseCents ?? zero(),
    ),
    events_count: item?.bucket.eventsCount ?? null,
    payment_status: 'pending',
    created_at: iso8601Seconds(invoice.createdAt),
    succeeded_at: null,
    failed_at: null,
    refunded_at: null,
    amount_details: item === null ? { plan_amount_cents: 0 } : {},
    self_billed: false,
    pricing_unit_details: null,
    presentation_breakdowns: [],
    ...(payment && { event_transaction_id: payment.event.transactionId }),
    from_date: item === null ? period.subscription_from_datetime : period.charges_from_datetime,
    to_date: item === null ? period.subscription_to_datetime : period.charges_to_datetime,
  };
}

function itemOf({ invoice: { subscription }, item }: Fee): FeeAnswer['item'] {
  const { plan } = subscription;
  const known = item?.charge.metric ?? plan;
  const filter = item?.bucket.filter ?? null;
  return {
    type: item === null ? 'subscription' : 'charge',
    code: known.code,
    name: known.name,
    description: item?.charge.metric.description ?? null,
    invoice_display_name: known.name,
    filters: filter?.values ?? null,
    filter_invoice_display_name:
      filter === null
        ? null
        : (filter.invoiceDisplayName ?? Object.values(filter.values).flat().join(', ')),
    lago_item_id: item === null ? subscription.lagoId : item.charge.metric.lagoId,
    item_type: item === null ? 'Subscription' : 'BillableMetric',
    grouped_by: item?.bucket.group ?? {},
  };
}

const nameOf = ({ item }: Fee): string =>
  JSON.stringify([item?.charge.lagoId, item?.bucket.filter?.lagoId, item?.bucket.group]);

const perUnit = (amount: Decimal, units: Decimal): Decimal =>
  units.eq(0) ? zero() : amount.div(units);
