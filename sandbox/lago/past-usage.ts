import type { UsageAnswer } from './answers';
import { centsOf, isKept } from './bucketing';
import { invalid, notFound } from './errors';
import { billingPeriod, invoicedCharges } from './invoices';
import type { Organization } from './organization';
import { chargeUsage } from './usage';

/** The periods of a subscription that have an invoice, newest first (lago: periods.past-usage). */
export function pastUsage(
  organization: Organization,
  externalCustomerId: string,
  query: URLSearchParams,
): UsageAnswer[] {
  const externalId = query.get('external_subscription_id');
  if (!externalId) throw invalid({ external_subscription_id: ['value_is_mandatory'] });
  const code = query.get('billable_metric_code');
  if (code !== null && !organization.metrics.some((metric) => metric.code === code))
    throw notFound('billable_metric');
  const most = Number.parseInt(query.get('periods_count') ?? '', 10) || Number.POSITIVE_INFINITY;
  return organization.invoices
    .filter(
      ({ customer, subscription }) =>
        customer.externalId === externalCustomerId && subscription.externalId === externalId,
    )
    .reverse()
    .slice(0, most)
    .map((invoice): UsageAnswer => {
      const period = billingPeriod(organization, invoice);
      const charges = invoicedCharges(organization, invoice);
      const amount = centsOf(charges);
      return {
        from_datetime: period.charges_from_datetime,
        to_datetime: period.charges_to_datetime,
        issuing_date: invoice.issuingDate,
        currency: invoice.subscription.plan.amountCurrency,
        amount_cents: amount,
        total_amount_cents: amount,
        taxes_amount_cents: 0,
        lago_invoice_id: invoice.lagoId,
        charges_usage: charges
          .map(({ charge, subscription, buckets }) => ({
            charge,
            subscription,
            buckets: buckets.filter(isKept),
          }))
          .filter(
            ({ charge, buckets }) =>
              buckets.length > 0 && (code ?? charge.metric.code) === charge.metric.code,
          )
          .map(chargeUsage),
      };
    });
}
