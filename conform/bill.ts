import { chargeOf, type Metric } from './account';
import { type Check, is } from './check';
import { type Json, type JsonObject, valueAt } from './json';
import type { Scene } from './scene';

/** The metrics that bills are about: what Lago takes for them, beside name and code. */
const METRICS = {
  sum: { aggregation_type: 'sum_agg', field_name: 'n' },
  count: { aggregation_type: 'count_agg' },
  max: { aggregation_type: 'max_agg', field_name: 'n' },
  unique: { aggregation_type: 'unique_count_agg', field_name: 'n' },
  latest: { aggregation_type: 'latest_agg', field_name: 'n' },
  weighted: {
    aggregation_type: 'weighted_sum_agg',
    field_name: 'n',
    weighted_interval: 'seconds',
  },
  recurring: { aggregation_type: 'sum_agg', field_name: 'n', recurring: true },
  rounded: {
    aggregation_type: 'sum_agg',
    field_name: 'n',
    rounding_function: 'ceil',
    rounding_precision: 1,
  },
  filtered: {
    aggregation_type: 'sum_agg',
    field_name: 'n',
    filters: [{ key: 'region', values: ['eu', 'us', 'asia'] }],
  },
} satisfies Record<string, JsonObject>;

export type MetricName = keyof typeof METRICS;

/** A metric of a kind, made once under each name. */
export const metricOf = ({ account }: Scene, kind: MetricName, name: string = kind): Metric =>
  account.metric(name, METRICS[kind]);

/** A subscription of its own with one charge, and what is sent for it. */
export interface Bill {
  readonly metric: MetricName;
  /** Standard by default, and a unit costs 1. */
  readonly model?: string;
  readonly properties?: JsonObject;
  /** What else the charge has, such as filters. */
  readonly charge?: JsonObject;
  /** What else the subscription has, such as an earlier start. */
  readonly subscription?: JsonObject;
  /** Fields of each event; they are ten seconds apart and begin a day ago unless they say so. */
  readonly events: readonly JsonObject[];
  /** How many of them ClickHouse never shows. */
  readonly hidden?: number;
}

/** Fields of an event whose property `n`, which the metrics count, is this. */
export const n = (value: Json, properties: JsonObject = {}): JsonObject => ({
  properties: { n: value, ...properties },
});

const SECONDS_APART = 10;

/** Makes the bill. Returns the id of its subscription once Lago lists what was sent. */
export function billed(scene: Scene, name: string, bill: Bill): string {
  const { account, lago, at } = scene;
  const { model = 'standard', properties = { amount: '1' }, events, hidden = 0 } = bill;
  const metric = metricOf(scene, bill.metric);
  const plan = account.plan(name, [chargeOf(metric, model, properties, bill.charge)]);
  const subscription = account.subscription(name, plan, bill.subscription);
  events.forEach((fields, place) => {
    lago.event({
      transaction_id: account.named(`${name}-${place}`),
      external_subscription_id: subscription,
      code: metric.code,
      timestamp: at + place * SECONDS_APART,
      ...fields,
    });
  });
  scene.listed(`external_subscription_id=${subscription}&per_page=1`, events.length - hidden);
  return subscription;
}

/** What Lago makes of a bill: its one charge as current usage shows it. */
export const bills = (
  scene: Scene,
  name: string,
  bill: Bill,
  expected: JsonObject,
): readonly Check[] => {
  const subscription = billed(scene, name, bill);
  return scene.until(() => [is(said(bill), charged(scene, subscription), expected)]);
};

/** The one charge of a subscription. */
export const charged = ({ account }: Scene, subscription: string): Json =>
  valueAt(account.usage(subscription).body, 'customer_usage', 'charges_usage', 0);

const said = ({ metric, model = 'standard', events }: Bill): string => {
  const values = events.map(({ properties }) => JSON.stringify(properties ?? {}));
  return `${metric}, ${model}, of ${values.join(' ')}`;
};
