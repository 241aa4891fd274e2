import type { EventsStoreName } from '../../../sandbox/lago';
import { isObject, type Json, type JsonObject } from '../../../src/value/json';
import { Account } from '../account';
import { type Amount, amountsOf, differences, firstId } from './essence';
import { type PerStore, recordedFor } from './recording';

/** The amounts by charge, group and filter; or the statuses of the plan and of the usage. */
export type Outcome =
  | { readonly plan: number; readonly usage: number }
  | Readonly<Record<string, Amount>>;

/** Seconds since 1970, properties, and the cents that an event of a dynamic charge brings along. */
export type BilledEvent = readonly [timestamp: number, properties: JsonObject, cents?: string];

/** A subscription to a plan of one charge, and its events. */
export interface Billed {
  /** How it differs from others, or the seed that it was drawn with. */
  readonly name: string;
  readonly metric: JsonObject;
  readonly charge: JsonObject;
  /** When the subscription starts. */
  readonly start: string;
  readonly events: readonly BilledEvent[];
}

/** What a running Lago bills for them. */
export type Bill = Billed & PerStore<Outcome>;

/** The name of everything in a bill: each one has an organization of its own. */
export const OWN_NAME = 'own';

/**
 * What the fake bills differently, a line for each value.
 * @param atMs when the recording began, ms since 1970
 */
export function differentAmounts(bill: Bill, store: EventsStoreName, atMs: number): string[] {
  const account = new Account({ eventsStore: store, licence: 'free' });
  account.nowMs = atMs;
  const plan = postPlan(account, bill);
  postSubscription(account, bill.start);
  account.batch(bill.events.map(eventOf));
  const { status, text } = account.get(
    `/api/v1/customers/${OWN_NAME}/current_usage?external_subscription_id=${OWN_NAME}`,
  );
  const name = `${bill.name} (${bill.metric['aggregation_type']}, ${bill.charge['charge_model']})`;
  return differences(recordedFor(bill, store), outcomeOf(plan, status, JSON.parse(text)), name);
}

/**
 * What came of a bill.
 * @param plan status of the answer to the plan
 * @param usage status of the answer that has the usage
 */
export function outcomeOf(plan: number, usage: number, body: Json): Outcome {
  if (usage !== 200) return { plan, usage };
  const shown = isObject(body) ? body['customer_usage'] : undefined;
  return amountsOf(isObject(shown) ? shown['charges_usage'] : undefined);
}

/** The status of the answer to the plan. */
function postPlan(account: Account, { metric, charge }: Billed): number {
  const made = account.post('/api/v1/billable_metrics', {
    billable_metric: { name: OWN_NAME, code: OWN_NAME, ...metric },
  });
  const { status } = account.post('/api/v1/plans', {
    plan: {
      name: OWN_NAME,
      code: OWN_NAME,
      interval: 'monthly',
      amount_cents: 0,
      amount_currency: 'EUR',
      pay_in_advance: false,
      charges: [
        {
          billable_metric_id: firstId(made.text),
          pay_in_advance: false,
          invoiceable: true,
          ...charge,
        },
      ],
    },
  });
  return status;
}

function postSubscription(account: Account, start: string): void {
  account.post('/api/v1/customers', { customer: { external_id: OWN_NAME, currency: 'EUR' } });
  account.post('/api/v1/subscriptions', {
    subscription: {
      external_customer_id: OWN_NAME,
      plan_code: OWN_NAME,
      external_id: OWN_NAME,
      billing_time: 'calendar',
      subscription_at: start,
    },
  });
}

const eventOf = ([timestamp, properties, cents]: BilledEvent, index: number) => ({
  transaction_id: `${index}`,
  external_subscription_id: OWN_NAME,
  code: OWN_NAME,
  timestamp,
  properties,
  precise_total_amount_cents: cents,
});
