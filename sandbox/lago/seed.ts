import { upsertCustomer } from './customers';
import { copy, type JsonObject } from './json';
import { createMetric } from './metrics';
import type { Organization, OrganizationSeed } from './organization';
import { createPlan } from './plans';
import { createSubscription, dateAt, terminateSubscription } from './subscriptions';

/**
 * Fills a fake without HTTP. Inputs are the bodies of the requests that would create the same,
 * without their outer key.
 */
export interface Seed {
  organization(seed: OrganizationSeed): { lagoId: string };
  /** `apiKey` says which organization; the first one unless given. */
  metric(input: JsonObject, apiKey?: string): void;
  /** A charge may say `billable_metric_code` in place of `billable_metric_id`. */
  plan(input: JsonObject, apiKey?: string): void;
  customer(input: JsonObject, apiKey?: string): void;
  /**
   * `status` may be `canceled` or `incomplete`; the others follow from subscription_at, ending_at
   * and the clock.
   * `created_at` and `terminated_at` (ISO) write history: invoices begin at the creation, which is
   * now unless given, and a second subscription may follow under the external id of one that has
   * ended.
   */
  subscription(input: JsonObject, apiKey?: string): void;
  terminate(externalId: string, apiKey?: string): void;
  catalog(catalog: CatalogSeed, apiKey?: string): void;
}

export interface CatalogSeed {
  metrics?: JsonObject[];
  plans?: JsonObject[];
  customers?: JsonObject[];
  subscriptions?: JsonObject[];
  /**
   * A Lago of this size besides: one plan that charges for all of these metrics, and a customer per
   * subscription.
   */
  crowd?: Crowd;
}

export interface Crowd {
  readonly metrics: number;
  readonly subscriptions: number;
}

const CROWD_PLAN = 'crowd';

/**
 * `metric-1` and so on, each summing the field `value`; `subscription-1` of `customer-1` and so on.
 */
function crowded({
  metrics,
  subscriptions,
}: Crowd): Required<Omit<CatalogSeed, 'crowd' | 'customers'>> {
  const numbers = (count: number): number[] =>
    Array.from({ length: count }, (_, index) => index + 1);
  const codes = numbers(metrics).map((number) => `metric-${number}`);
  const charge = { charge_model: 'standard', properties: { amount: '1' } };
  return {
    metrics: codes.map((code) => ({
      name: code,
      code,
      aggregation_type: 'sum_agg',
      field_name: 'value',
    })),
    plans: [
      {
        name: 'Crowd',
        code: CROWD_PLAN,
        interval: 'monthly',
        charges: codes.map((code) => ({ ...charge, billable_metric_code: code })),
      },
    ],
    subscriptions: numbers(subscriptions).map((number) => ({
      external_customer_id: `customer-${number}`,
      external_id: `subscription-${number}`,
      plan_code: CROWD_PLAN,
    })),
  };
}

export function createSeed(
  addOrganization: (seed: OrganizationSeed) => Organization,
  organizationOf: (apiKey?: string) => Organization,
): Seed {
  const seed: Seed = {
    organization: (input) => ({ lagoId: addOrganization(input).lagoId }),
    metric: (input, apiKey) => void createMetric(organizationOf(apiKey), withInterval(input)),
    plan: (input, apiKey) =>
      void createPlan(organizationOf(apiKey), withMetricIds(organizationOf(apiKey), input)),
    customer: (input, apiKey) => void upsertCustomer(organizationOf(apiKey), input),
    subscription: (input, apiKey) => {
      const organization = organizationOf(apiKey);
      const created = createSubscription(
        organization,
        input,
        dateAt(input, 'created_at') ?? organization.now(),
      );
      created.terminatedAt = dateAt(input, 'terminated_at');
      if (input.status === 'canceled' || input.status === 'incomplete')
        created.setStatus = input.status;
    },
    terminate: (externalId, apiKey) =>
      void terminateSubscription(organizationOf(apiKey), externalId),
    catalog: ({ metrics = [], plans = [], customers = [], subscriptions = [], crowd }, apiKey) => {
      for (const input of metrics) seed.metric(input, apiKey);
      for (const input of plans) seed.plan(input, apiKey);
      for (const input of customers) seed.customer(input, apiKey);
      for (const input of subscriptions) seed.subscription(input, apiKey);
      if (crowd !== undefined) seed.catalog(crowded(crowd), apiKey);
    },
  };
  return seed;
}

/** There is one interval only. */
const withInterval = (input: JsonObject): JsonObject =>
  input.aggregation_type === 'weighted_sum_agg'
    ? { weighted_interval: 'seconds', ...input }
    : input;

function withMetricIds(organization: Organization, input: JsonObject): JsonObject {
  const plan = copy(input);
  const charges = Array.isArray(plan.charges) ? (plan.charges as JsonObject[]) : [];
  for (const charge of charges) {
    const metric = organization.metrics.find(({ code }) => code === charge.billable_metric_code);
    if (metric) charge.billable_metric_id = metric.lagoId;
  }
  return plan;
}
