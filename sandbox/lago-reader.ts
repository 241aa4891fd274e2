/** Reads a Lago over HTTP, the fake one or a real one, to see what arrived. */
export interface LagoReader {
  /** All events of a metric, or those of a span of time (ms, both ends included). */
  events(code: string, span?: Span): Promise<LagoEvent[]>;
  /** The first page of them as Lago lists them, newest first, and how many there are. */
  newest(code: string): Promise<{ events: LagoEvent[]; total: number }>;
  subscriptions(): Promise<SubscriptionName[]>;
  /** What a metric comes to in the current period of a subscription. */
  usage(customer: string, subscription: string, code: string): Promise<LagoUsage>;
  /** How a metric counts. */
  metric(code: string): Promise<LagoMetric>;
  organization(): Promise<{ name: string; store: string }>;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface LagoMetric {
  /** Lago's word, such as `sum_agg`. */
  readonly aggregation: string;
  /** The property that it reads; null if it counts events. */
  readonly field: string | null;
}

export interface SubscriptionName {
  readonly externalId: string;
  /** External id of its customer. */
  readonly customer: string;
}

export interface LagoUsage {
  /** Decimal text. */
  readonly units: string;
  readonly events: number;
  readonly amountCents: number;
  readonly currency: string;
}

export interface LagoEvent {
  readonly id: string;
  readonly subscription: string;
  readonly code: string;
  /** ISO 8601, when the usage was, and when Lago got it. */
  readonly timestamp: string;
  readonly createdAt: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface CustomerUsage {
  readonly currency: string;
  readonly charges_usage: readonly {
    readonly units: string;
    readonly events_count: number;
    readonly amount_cents: number;
    readonly billable_metric: { readonly code: string };
  }[];
}

const PAGE_SIZE = 500;

/** An id as a part of a path; Lago takes what follows a dot for the format of its answer. */
const pathPart = (id: string): string => encodeURIComponent(id).replaceAll('.', '%2E');

const readEvent = (event: Record<string, unknown>): LagoEvent => ({
  id: String(event['transaction_id']),
  subscription: String(event['external_subscription_id']),
  code: String(event['code']),
  timestamp: String(event['timestamp']),
  createdAt: String(event['created_at'] ?? event['timestamp']),
  properties: event['properties'] as Record<string, unknown>,
});

const spanParameters = (span: Span | undefined): string =>
  span === undefined
    ? ''
    : `&timestamp_from=${new Date(span.from).toISOString()}&timestamp_to=${new Date(span.to).toISOString()}`;

export function lagoReader(address: string, apiKey: string): LagoReader {
  async function get(path: string): Promise<Record<string, unknown>> {
    const response = await fetch(`${address}/api/v1${path}`, {
      headers: { Authorization: `Bearer ${apiKey}`, Accept: 'application/json' },
    }).catch(() => {
      throw new Error(`GET ${path} got no answer`);
    });
    if (response.status === 403)
      throw new Error(`GET ${path} answered 403, the key may not read it`);
    if (!response.ok) throw new Error(`GET ${path} answered ${response.status}`);
    return (await response.json()) as Record<string, unknown>;
  }

  const pageOf = (path: string, page: number): Promise<Record<string, unknown>> =>
    get(`${path}${path.includes('?') ? '&' : '?'}per_page=${PAGE_SIZE}&page=${page}`);

  async function list(path: string, name: string): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    for (let page: number | null = 1; page !== null; ) {
      const body: Record<string, unknown> = await pageOf(path, page);
      items.push(...(body[name] as Record<string, unknown>[]));
      page = (body['meta'] as { next_page: number | null }).next_page;
    }
    return items;
  }

  return {
    events: async (code, span) =>
      (await list(`/events?code=${encodeURIComponent(code)}${spanParameters(span)}`, 'events')).map(
        readEvent,
      ),
    newest: async (code) => {
      const body = await pageOf(`/events?code=${encodeURIComponent(code)}`, 1);
      return {
        events: (body['events'] as Record<string, unknown>[]).map(readEvent),
        total: (body['meta'] as { total_count: number }).total_count,
      };
    },
    subscriptions: async () =>
      (await list('/subscriptions', 'subscriptions')).map((subscription) => ({
        externalId: String(subscription['external_id']),
        customer: String(subscription['external_customer_id']),
      })),
    usage: async (customer, subscription, code) => {
      const body = await get(
        `/customers/${pathPart(customer)}/current_usage?apply_taxes=false&external_subscription_id=${encodeURIComponent(subscription)}`,
      );
      const usage = body['customer_usage'] as CustomerUsage;
      const charge = usage.charges_usage.find(
        ({ billable_metric }) => billable_metric.code === code,
      );
      return {
        units: charge?.units ?? '0',
        events: charge?.events_count ?? 0,
        amountCents: charge?.amount_cents ?? 0,
        currency: usage.currency,
      };
    },
    metric: async (code) => {
      const metric = (await get(`/billable_metrics/${pathPart(code)}`))[
        'billable_metric'
      ] as Record<string, unknown>;
      return {
        aggregation: String(metric['aggregation_type']),
        field: typeof metric['field_name'] === 'string' ? metric['field_name'] : null,
      };
    },
    organization: async () => {
      const organization = (await get('/organizations'))['organization'] as Record<string, unknown>;
      return {
        name: String(organization['name']),
        store: String(organization['events_store'] ?? 'unknown'),
      };
    },
  };
}
