import { type Json, type JsonObject, textAt } from './json';
import { type Answer, inPath, type Lago } from './lago';

/** All names that runs make begin with this; the rest of the prefix says which run. */
export const PREFIX = 'conform-';
/** Periods begin on the day of the start, so that a month's end is never near. */
const STARTED_BEFORE_MS = 3 * 86_400_000;

/** Lago refused to make something that a probe needs. */
export class NotMade extends Error {}

/** A metric, as charges name it and as events do. */
export interface Metric {
  readonly lagoId: string;
  readonly code: string;
}

/** What a run makes in the organization, so that it can be removed again. */
export class Account {
  /** Codes of metrics. */
  readonly metrics: string[] = [];
  readonly plans: string[] = [];
  readonly customers: string[] = [];
  readonly subscriptions: string[] = [];
  /** The default start of subscriptions: midnight UTC, ISO 8601. */
  readonly started: string;
  readonly #known = new Map<string, Metric>();
  #main: string | undefined;

  constructor(
    private readonly lago: Lago,
    /** With PREFIX in front; of this run alone. */
    readonly prefix: string,
    now: number,
  ) {
    const day = new Date(now - STARTED_BEFORE_MS).toISOString().slice(0, 10);
    this.started = `${day}T00:00:00Z`;
  }

  /** A name of this run. */
  named(name: string): string {
    return `${this.prefix}${name}`;
  }

  /** Makes a metric, once. */
  metric(name: string, fields: JsonObject): Metric {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const code = this.named(name);
    const made = this.#made('/billable_metrics', {
      billable_metric: { name: code, code, ...fields },
    });
    const metric = { code, lagoId: textAt(made, 'billable_metric', 'lago_id') };
    this.#known.set(name, metric);
    this.metrics.push(code);
    return metric;
  }

  /** Makes a plan: monthly and free of charge by itself, by default. */
  plan(name: string, charges: readonly JsonObject[], more: JsonObject = {}): string {
    const code = this.named(name);
    this.#made('/plans', planOf(code, charges, more));
    this.plans.push(code);
    return code;
  }

  customer(name: string, more: JsonObject = {}): string {
    const external_id = this.named(name);
    this.#made('/customers', { customer: { external_id, name: external_id, ...more } });
    this.customers.push(external_id);
    return external_id;
  }

  /** Makes a subscription, of the run's own customer by default. */
  subscription(name: string, plan: string, more: JsonObject = {}): string {
    const external_id = this.named(name);
    this.#made('/subscriptions', {
      subscription: {
        external_customer_id: this.main(),
        plan_code: plan,
        external_id,
        billing_time: 'anniversary',
        subscription_at: this.started,
        ...more,
      },
    });
    this.subscriptions.push(external_id);
    return external_id;
  }

  /** The customer of all subscriptions that need none of their own. */
  main(): string {
    this.#main ??= this.customer('customer', { currency: 'EUR' });
    return this.#main;
  }

  /** Notes what a probe made by itself, so that it is removed too. */
  adopt(
    made: Partial<Record<'metrics' | 'plans' | 'customers' | 'subscriptions', string[]>>,
  ): void {
    this.metrics.push(...(made.metrics ?? []));
    this.plans.push(...(made.plans ?? []));
    this.customers.push(...(made.customers ?? []));
    this.subscriptions.push(...(made.subscriptions ?? []));
  }

  usage(subscription: string, more = ''): Answer {
    const of = `external_subscription_id=${encodeURIComponent(subscription)}`;
    return this.lago.get(`/customers/${inPath(this.main())}/current_usage?${of}${more}`);
  }

  #made(path: string, body: Json): JsonObject {
    const answer = this.lago.post(path, body);
    if (answer.status < 200 || answer.status >= 300)
      throw new NotMade(`POST ${path} was answered with ${answer.status}: ${answer.text}`);
    return answer.body;
  }
}

/** The body that makes a plan. */
export const planOf = (
  code: string,
  charges: readonly JsonObject[],
  more: JsonObject = {},
): Json => ({
  plan: {
    name: code,
    code,
    interval: 'monthly',
    amount_cents: 0,
    amount_currency: 'EUR',
    pay_in_advance: false,
    charges: [...charges],
    ...more,
  },
});

/** A charge on a metric, in arrears. */
export const chargeOf = (
  metric: Metric,
  charge_model: string,
  properties: JsonObject,
  more: JsonObject = {},
): JsonObject => ({
  billable_metric_id: metric.lagoId,
  charge_model,
  properties,
  pay_in_advance: false,
  ...more,
});

/** ISO 8601 without parts of a second. */
export const isoSeconds = (ms: number): string =>
  new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
