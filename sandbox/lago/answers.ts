import type {
  ApiErrorBadRequest,
  ApiErrorForbidden,
  ApiErrorNotAllowed,
  ApiErrorNotFound,
  ApiErrorUnauthorized,
  ApiErrorUnprocessableEntity,
  BillableMetricObject,
  BillableMetricsPaginated,
  ChargeObject,
  Currency,
  CustomerBillingConfiguration,
  CustomerChargeUsageObject,
  CustomerObjectExtended,
  CustomerPastUsage,
  CustomersPaginated,
  CustomerUsageObject,
  EventObject,
  EventsCreated,
  EventsPaginated,
  FeeObject,
  FeesPaginated,
  InvoiceObjectExtended,
  InvoicesPaginated,
  OrganizationObject,
  PlanObject,
  PlansPaginated,
  SubscriptionObject,
  SubscriptionsPaginated,
  Timezone,
  WalletObject,
  WalletsPaginated,
} from 'lago-javascript-client';
import type { JsonObject } from './json';

/**
 * What Lago answers, as its own JavaScript client types it. Where the server does otherwise
 * (lago: requests.shapes) or the type is narrower than what the server's serializer can give, the
 * deviation stands here and nowhere else.
 */
type Deviating<T, D> = Omit<T, keyof D> & D;

/**
 * Nothing checks a subscription, on ClickHouse a single event needs neither id nor code, and
 * properties are any JSON (lago: event.unchecked, clickhouse.no-validation, event.cast).
 */
export type EventAnswer = Deviating<
  EventObject,
  {
    transaction_id: string | null;
    code: string | null;
    external_subscription_id: string | null;
    lago_customer_id: string | null;
    lago_subscription_id: string | null;
    properties: JsonObject;
  }
>;

/** Columns without a value are null (lago: requests.shapes). */
export type SingleMetricAnswer = Deviating<
  BillableMetricObject,
  {
    expression: string | null;
    rounding_function: 'round' | 'ceil' | 'floor' | null;
    weighted_interval: string | null;
  }
>;

/** In lists, and when it is made or deleted, a metric has three deprecated counters. */
export type MetricAnswer = SingleMetricAnswer & {
  active_subscriptions_count: 0;
  draft_invoices_count: 0;
  plans_count: 0;
};

export type ChargeAnswer = Deviating<ChargeObject, { regroup_paid_fees: 'invoice' | null }>;

export type PlanAnswer = Deviating<
  PlanObject,
  {
    invoice_display_name: string | null;
    description: string | null;
    trial_period: number | null;
    bill_charges_monthly: boolean | null;
    charges: ChargeAnswer[];
  }
>;

/** The client's types for country, currency and time zone "or null" leave out null. */
export type CustomerAnswer = Deviating<
  CustomerObjectExtended,
  {
    country: null;
    currency: Currency | null;
    timezone: Timezone | null;
    billing_configuration: Deviating<
      CustomerBillingConfiguration,
      {
        invoice_grace_period: number | null;
        payment_provider: null;
        document_locale: string | null;
      }
    >;
  }
>;

export type SubscriptionAnswer = Deviating<
  SubscriptionObject,
  { on_termination_credit_note: 'credit' | 'refund' | 'offset' | 'skip' | null }
>;

export type SubscriptionWithPlanAnswer = SubscriptionAnswer & { plan: PlanAnswer };

export type InvoiceAnswer = Deviating<
  InvoiceObjectExtended,
  { customer: CustomerAnswer; subscriptions?: SubscriptionAnswer[]; fees?: FeeAnswer[] }
>;

type FilterUsage = Exclude<CustomerChargeUsageObject['filters'], undefined>[number];
type GroupedUsage = Exclude<CustomerChargeUsageObject['grouped_usage'], undefined>[number];

export type BillingPeriodAnswer = Exclude<InvoiceAnswer['billing_periods'], undefined>[number];

/** That of a subscription counts nothing; what is named has no type in the client. */
export type FeeAnswer = Deviating<
  FeeObject,
  {
    total_aggregated_units: string | null;
    amount_details: object;
    pricing_unit_details: null;
    presentation_breakdowns: [];
    item: Deviating<
      FeeObject['item'],
      {
        description: string | null;
        filters: Record<string, string[]> | null;
        filter_invoice_display_name: string | null;
        grouped_by: Record<string, string | null>;
      }
    >;
  }
>;

/** As with customers. */
export type OrganizationAnswer = Deviating<OrganizationObject, { country: null }>;

/** The bucket for what no filter takes has no values. */
export type FilterUsageAnswer = Deviating<
  FilterUsage,
  { invoice_display_name: string | null; values: Record<string, string[]> | null }
>;

/** A group without a value is named null, and filters in a group are like those outside. */
export type GroupedUsageAnswer = Deviating<
  GroupedUsage,
  { grouped_by: Record<string, string | null>; filters: FilterUsageAnswer[] }
>;

/** Charges have a code, and there is one more model whose usage is shown. */
export type ChargeUsageAnswer = Deviating<
  CustomerChargeUsageObject,
  {
    pricing_unit_details: null;
    charge: Deviating<
      CustomerChargeUsageObject['charge'],
      {
        code: string;
        charge_model: CustomerChargeUsageObject['charge']['charge_model'] | 'dynamic';
      }
    >;
    filters: FilterUsageAnswer[];
    grouped_usage: GroupedUsageAnswer[];
  }
>;

export type WalletAnswer = WalletObject;

export type UsageAnswer = Deviating<CustomerUsageObject, { charges_usage: ChargeUsageAnswer[] }>;

/** By method and path template. */
export interface Answers {
  'GET /organizations': { organization: OrganizationAnswer };
  'POST /events': { event: EventAnswer };
  'POST /events/batch': Deviating<EventsCreated, { events: EventAnswer[] }>;
  'GET /events': Deviating<EventsPaginated, { events: EventAnswer[] }>;
  'GET /events/:transaction_id': { event: EventAnswer };
  'POST /billable_metrics': { billable_metric: MetricAnswer };
  'GET /billable_metrics': Deviating<
    BillableMetricsPaginated,
    { billable_metrics: MetricAnswer[] }
  >;
  'GET /billable_metrics/:code': { billable_metric: SingleMetricAnswer };
  'DELETE /billable_metrics/:code': { billable_metric: MetricAnswer };
  'POST /plans': { plan: PlanAnswer };
  'GET /plans': Deviating<PlansPaginated, { plans: PlanAnswer[] }>;
  'GET /plans/:code': { plan: PlanAnswer };
  'PUT /plans/:code': { plan: PlanAnswer };
  'DELETE /plans/:code': { plan: PlanAnswer };
  'POST /customers': { customer: CustomerAnswer };
  'GET /customers': Deviating<CustomersPaginated, { customers: CustomerAnswer[] }>;
  'GET /customers/:external_id': { customer: CustomerAnswer };
  'DELETE /customers/:external_id': { customer: CustomerAnswer };
  'GET /customers/:external_id/current_usage': { customer_usage: UsageAnswer };
  'GET /customers/:external_id/subscriptions': Deviating<
    SubscriptionsPaginated,
    { subscriptions: SubscriptionAnswer[] }
  >;
  'POST /subscriptions': { subscription: SubscriptionWithPlanAnswer };
  'GET /subscriptions': Deviating<SubscriptionsPaginated, { subscriptions: SubscriptionAnswer[] }>;
  'GET /subscriptions/:external_id': { subscription: SubscriptionWithPlanAnswer };
  'DELETE /subscriptions/:external_id': { subscription: SubscriptionAnswer };
  'GET /invoices': Deviating<InvoicesPaginated, { invoices: InvoiceAnswer[] }>;
  'GET /invoices/:lago_id': { invoice: InvoiceAnswer };
  'PUT /invoices/:lago_id/refresh': { invoice: InvoiceAnswer };
  'GET /fees': Deviating<FeesPaginated, { fees: FeeAnswer[] }>;
  'POST /wallets': { wallet: WalletAnswer };
  'GET /wallets': WalletsPaginated;
  'GET /wallets/:lago_id': { wallet: WalletAnswer };
  'GET /customers/:external_id/past_usage': Deviating<
    CustomerPastUsage,
    { usage_periods: UsageAnswer[] }
  >;
}

/**
 * By status; an expression that fails is told as a text, in place of an object (lago:
 * expression.error). The client types no 500.
 */
export interface ErrorAnswers {
  400: ApiErrorBadRequest;
  401: ApiErrorUnauthorized;
  403: ApiErrorForbidden;
  404: ApiErrorNotFound;
  405: ApiErrorNotAllowed;
  422: Deviating<ApiErrorUnprocessableEntity, { error_details: object | string }>;
  500: { status: 500; error: string };
}
