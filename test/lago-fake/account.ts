import {
  createFakeLago,
  type FakeLago,
  type FakeLagoOptions,
  type Fault,
  type JsonObject,
} from '../../sandbox/lago';

export const KEY = 'key-1';
export const NOON = Date.UTC(2026, 7, 10, 12);
export const seconds = (ms: number): number => ms / 1000;

export interface Answer {
  status: number;
  body: JsonObject;
  text: string;
  headers: Record<string, string>;
}

/** A fake with one organization, a clock that tests move, and JSON in both directions. */
export class Account {
  nowMs = NOON;
  readonly lago: FakeLago;

  constructor(options: Partial<Omit<FakeLagoOptions, 'now'>> = {}) {
    this.lago = createFakeLago({ eventsStore: 'postgres', ...options, now: () => this.nowMs });
    this.lago.seed.organization({ name: 'Acme', apiKey: KEY });
  }

  get(path: string, key = KEY): Answer {
    return this.send('GET', path, '', { authorization: `Bearer ${key}` });
  }

  post(path: string, body: unknown, key = KEY): Answer {
    return this.send('POST', path, JSON.stringify(body), {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
    });
  }

  send(method: string, path: string, body: string, headers: Record<string, string>): Answer {
    const response = this.lago.handle({ method, url: path, headers, body });
    return { ...response, body: parsed(response.body), text: response.body };
  }

  event(fields: Record<string, unknown>): Answer {
    return this.post('/api/v1/events', { event: fields });
  }

  batch(events: Record<string, unknown>[]): Answer {
    return this.post('/api/v1/events/batch', { events });
  }

  fail(...faults: Fault[]): void {
    this.lago.faults.add(...faults);
  }

  ids(): (string | null)[] {
    return this.lago.events().map(({ transactionId }) => transactionId);
  }
}

function parsed(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return {};
  }
}

export const usageEvent = (
  id: string,
  fields: Record<string, unknown> = {},
): Record<string, unknown> => ({
  transaction_id: id,
  external_subscription_id: 'sub-1',
  code: 'units',
  timestamp: seconds(NOON),
  ...fields,
});

export const validationErrors = (details: unknown): JsonObject => ({
  status: 422,
  error: 'Unprocessable Entity',
  code: 'validation_errors',
  error_details: details as JsonObject,
});

/** One metric `units` of the given kind on a plan with one charge, for the customer `cust` with subscription `sub-1`. */
export function subscribe(
  account: Account,
  metric: JsonObject,
  charge: JsonObject = { charge_model: 'standard', properties: { amount: '1' } },
  {
    plan = {},
    customer = {},
    subscription = {},
  }: { plan?: JsonObject; customer?: JsonObject; subscription?: JsonObject } = {},
): void {
  account.lago.seed.catalog({
    metrics: [{ name: 'Units', code: 'units', field_name: 'n', ...metric }],
    plans: [
      {
        name: 'Plan',
        code: 'plan',
        interval: 'monthly',
        amount_currency: 'EUR',
        charges: [{ billable_metric_code: 'units', ...charge }],
        ...plan,
      },
    ],
    customers: [{ external_id: 'cust', ...customer }],
    subscriptions: [
      {
        external_customer_id: 'cust',
        external_id: 'sub-1',
        plan_code: 'plan',
        subscription_at: '2026-01-01T00:00:00Z',
        ...subscription,
      },
    ],
  });
}

/** The only charge in the running period. */
export function chargeUsage(account: Account): JsonObject {
  const usage = account.lago.usage('cust', 'sub-1');
  const [charge] = usage.charges_usage as JsonObject[];
  return charge ?? {};
}
