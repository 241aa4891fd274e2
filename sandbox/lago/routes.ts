import type { Answers } from './answers';
import type { Resource } from './api-key';
import {
  customerByExternalId,
  deleteCustomer,
  listCustomers,
  serializeCustomer,
  upsertCustomer,
} from './customers';
import { missingParameter } from './errors';
import { createBatch, createEvent, findEvent, listEvents, serializeStored } from './events';
import { feesOf, listFees, serializeFee } from './fees';
import {
  findInvoice,
  listInvoices,
  serializeInvoice,
  serializeInvoiceWithPeriods,
} from './invoices';
import { refresh } from './invoicing';
import { isObject, type JsonObject, scalarText } from './json';
import {
  createMetric,
  deleteMetric,
  metricByCode,
  serializeMetric,
  serializeMetricAlone,
} from './metrics';
import type { Organization } from './organization';
import { paginate } from './pagination';
import { pastUsage } from './past-usage';
import { createPlan, deletePlan, planByCode, serializePlan, updatePlan } from './plans';
import type { Settings } from './settings';
import { subscribe, unsubscribe } from './subscribing';
import {
  checkSubscription,
  listSubscriptions,
  requestedStatus,
  serializeSubscription,
  serializeSubscriptionWithPlan,
  subscriptionByExternalId,
} from './subscriptions';
import { currentUsage } from './usage';
import { createWallet, findWallet, listWallets, serializeWallet } from './wallets';

/** A request that passed authentication. */
export interface Call {
  organization: Organization;
  /** The variable part of the path, decoded. */
  id: string;
  query: URLSearchParams;
  body: JsonObject;
  settings: Settings;
}

export interface Route {
  method: string;
  template: string;
  resource: Resource;
  answer: (call: Call) => object;
}

const route = <Method extends string, Path extends string>(
  method: Method,
  path: Path,
  resource: Resource,
  answer: (call: Call) => Answers[`${Method} ${Path}` & keyof Answers],
): Route => ({
  method,
  template: `/api/v1${path}`,
  resource,
  answer,
});

export const ROUTES: Route[] = [
  route('GET', '/organizations', 'organization', ({ organization, settings }) => ({
    organization: organization.serialize(!settings.omitEventsStore),
  })),

  route('POST', '/events', 'event', ({ organization, body }) => createEvent(organization, body)),
  route('POST', '/events/batch', 'event', ({ organization, body, settings }) =>
    createBatch(organization, body, settings),
  ),
  route('GET', '/events', 'event', ({ organization, query, settings }) => {
    const page = paginate(listEvents(organization, query, settings.retentionMs), query);
    const events = page.items.map((event) => serializeStored(organization, event));
    return { events, meta: page.meta };
  }),
  route('GET', '/events/:transaction_id', 'event', ({ organization, id, settings }) =>
    findEvent(organization, id, settings.retentionMs),
  ),

  route('POST', '/billable_metrics', 'billable_metric', ({ organization, body }) => ({
    billable_metric: serializeMetric(createMetric(organization, required(body, 'billable_metric'))),
  })),
  route('GET', '/billable_metrics', 'billable_metric', ({ organization, query }) => {
    const page = paginate([...organization.metrics].reverse(), query);
    return { billable_metrics: page.items.map(serializeMetric), meta: page.meta };
  }),
  route('GET', '/billable_metrics/:code', 'billable_metric', ({ organization, id }) => ({
    billable_metric: serializeMetricAlone(metricByCode(organization, id)),
  })),
  route(
    'DELETE',
    '/billable_metrics/:code',
    'billable_metric',
    ({ organization, id, settings }) => ({
      billable_metric: serializeMetric(
        deleteMetric(organization, id, settings.deletesEventsOfMetrics),
      ),
    }),
  ),

  route('POST', '/plans', 'plan', ({ organization, body }) => ({
    plan: serializePlan(createPlan(organization, required(body, 'plan'))),
  })),
  route('GET', '/plans', 'plan', ({ organization, query }) => {
    const page = paginate([...organization.plans].reverse(), query);
    return { plans: page.items.map(serializePlan), meta: page.meta };
  }),
  route('GET', '/plans/:code', 'plan', ({ organization, id }) => ({
    plan: serializePlan(planByCode(organization, id)),
  })),
  route('PUT', '/plans/:code', 'plan', ({ organization, id, body }) => ({
    plan: serializePlan(updatePlan(organization, id, required(body, 'plan'))),
  })),
  route('DELETE', '/plans/:code', 'plan', ({ organization, id }) => ({
    plan: serializePlan(deletePlan(organization, id)),
  })),

  route('POST', '/customers', 'customer', ({ organization, body }) => ({
    customer: serializeCustomer(
      organization,
      upsertCustomer(organization, required(body, 'customer')),
    ),
  })),
  route('GET', '/customers', 'customer', ({ organization, query }) => {
    const page = paginate(listCustomers(organization, query), query);
    return {
      customers: page.items.map((customer) => serializeCustomer(organization, customer)),
      meta: page.meta,
    };
  }),
  route('GET', '/customers/:external_id', 'customer', ({ organization, id }) => ({
    customer: serializeCustomer(organization, customerByExternalId(organization, id)),
  })),
  route('DELETE', '/customers/:external_id', 'customer', ({ organization, id }) => ({
    customer: serializeCustomer(organization, deleteCustomer(organization, id)),
  })),
  route(
    'GET',
    '/customers/:external_id/current_usage',
    'customer_usage',
    ({ organization, id, query, settings }) => currentUsage(organization, id, query, settings),
  ),
  route(
    'GET',
    '/customers/:external_id/past_usage',
    'customer_usage',
    ({ organization, id, query }) => {
      const page = paginate(pastUsage(organization, id, query), query);
      return { usage_periods: page.items, meta: page.meta };
    },
  ),
  route(
    'GET',
    '/customers/:external_id/subscriptions',
    'subscription',
    ({ organization, id, query }) => {
      const { externalId } = customerByExternalId(organization, id);
      return subscriptionPage(
        organization,
        withParameter(query, 'external_customer_id', externalId),
      );
    },
  ),

  route('POST', '/subscriptions', 'subscription', ({ organization, body }) => {
    const input = required(body, 'subscription');
    planByCode(organization, scalarText(input.plan_code));
    checkSubscription(organization, input);
    const subscription = subscribe(organization, input);
    return { subscription: serializeSubscriptionWithPlan(organization, subscription) };
  }),
  route('GET', '/subscriptions', 'subscription', ({ organization, query }) =>
    subscriptionPage(organization, query),
  ),
  route('GET', '/subscriptions/:external_id', 'subscription', ({ organization, id, query }) => ({
    subscription: serializeSubscriptionWithPlan(
      organization,
      subscriptionByExternalId(organization, id, requestedStatus(query)),
    ),
  })),
  route('DELETE', '/subscriptions/:external_id', 'subscription', ({ organization, id, query }) => ({
    subscription: serializeSubscription(
      organization,
      unsubscribe(organization, id, [query.get('status') === 'pending' ? 'pending' : 'active']),
    ),
  })),

  route('GET', '/invoices', 'invoice', ({ organization, query }) => {
    const page = paginate(listInvoices(organization, query), query);
    return {
      invoices: page.items.map((invoice) => serializeInvoice(organization, invoice)),
      meta: page.meta,
    };
  }),
  route('GET', '/invoices/:lago_id', 'invoice', ({ organization, id }) =>
    invoiceAnswer(organization, id),
  ),
  route('PUT', '/invoices/:lago_id/refresh', 'invoice', ({ organization, id }) => {
    refresh(organization, findInvoice(organization, id), organization.now());
    return invoiceAnswer(organization, id);
  }),

  route('GET', '/fees', 'fee', ({ organization, query }) => {
    const page = paginate(listFees(organization, query), query);
    const fees = page.items.map((fee) => ({
      ...serializeFee(organization, fee),
      applied_taxes: [],
    }));
    return { fees, meta: page.meta };
  }),
  route('POST', '/wallets', 'wallet', ({ organization, body }) => ({
    wallet: serializeWallet(createWallet(organization, required(body, 'wallet'))),
  })),
  route('GET', '/wallets', 'wallet', ({ organization, query }) => {
    const page = paginate(listWallets(organization, query), query);
    return { wallets: page.items.map(serializeWallet), meta: page.meta };
  }),
  route('GET', '/wallets/:lago_id', 'wallet', ({ organization, id }) => ({
    wallet: serializeWallet(findWallet(organization, id)),
  })),
];

function invoiceAnswer(
  organization: Organization,
  lagoId: string,
): Answers['GET /invoices/:lago_id'] {
  const invoice = findInvoice(organization, lagoId);
  return {
    invoice: {
      ...serializeInvoiceWithPeriods(organization, invoice),
      fees: feesOf(organization, invoice).map((fee) => serializeFee(organization, fee)),
      credits: [],
      applied_taxes: [],
    },
  };
}

function subscriptionPage(
  organization: Organization,
  query: URLSearchParams,
): Answers['GET /subscriptions'] {
  const page = paginate(listSubscriptions(organization, query), query);
  const subscriptions = page.items.map((subscription) =>
    serializeSubscription(organization, subscription),
  );
  return { subscriptions, meta: page.meta };
}

function withParameter(query: URLSearchParams, name: string, value: string): URLSearchParams {
  const extended = new URLSearchParams(query);
  extended.set(name, value);
  return extended;
}

function required(body: JsonObject, name: string): JsonObject {
  const value = body[name];
  if (isObject(value) && Object.keys(value).length > 0) return value;
  throw missingParameter(name);
}

/** A route and the variable part of the path, where there is one. */
export function findRoute(method: string, path: string): { route: Route; id: string } | null {
  const segments = path.replace(/\/$/, '').split('/');
  const served = method === 'HEAD' ? 'GET' : method;
  for (const candidate of ROUTES) {
    if (candidate.method !== served) continue;
    const id = match(candidate.template.split('/'), segments);
    if (id !== null) return { route: candidate, id };
  }
  return null;
}

/**
 * The decoded variable segment, '' if the template has none, null if the path is another one. The id
 * of a customer has no dots, unless they are encoded (lago: requests.dots).
 */
function match(template: string[], segments: string[]): string | null {
  if (template.length !== segments.length) return null;
  let id = '';
  for (const [position, expected] of template.entries()) {
    const segment = segments[position] ?? '';
    if (segment.includes('.') && template.includes('customers')) return null;
    if (expected.startsWith(':') && segment !== '') id = decoded(segment);
    else if (expected !== segment) return null;
  }
  return id;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
