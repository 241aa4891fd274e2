import * as v from 'valibot';
import { isProblem, type Problem } from '../problem/problem';
import { bodyBy } from './failure';
import { jsonObject, number, objectList, text } from './field';
import { isAnswered, type LagoRequest } from './http';
import { query, type Requests, readEach } from './requests';
import { scalarText } from './scalar';

/** What Lago would bill now for one metric of a subscription in its running period. */
export interface CurrentUsage {
  /** External id of the subscription. */
  readonly subscription: string;
  /** Code of the metric. */
  readonly code: string;
  /** Decimal text. */
  readonly units: string;
  /** Number of events behind it. */
  readonly events: number;
}

const CHARGE = v.object({ billable_metric: jsonObject, units: text, events_count: number(0) });

const ANSWER = v.object({ customer_usage: v.object({ charges_usage: objectList(CHARGE) }) });

/** A subscription to ask about, with the customer that Lago's path names. */
interface Asked {
  /** External id of the subscription. */
  readonly subscription: string;
  /** External id of the customer. */
  readonly customer: string;
}

const usageRequest = ({ subscription, customer }: Asked): LagoRequest => ({
  method: 'get',
  path: query(`/customers/${encodeURIComponent(customer)}/current_usage`, {
    external_subscription_id: subscription,
    apply_taxes: 'false',
  }),
});

/**
 * Reads Lago's own current usage of subscriptions, in parallel. A subscription without a running
 * period has none.
 */
export function readCurrentUsage(
  requests: Requests,
  subscriptions: readonly Asked[],
): CurrentUsage[] | Problem {
  const usage: CurrentUsage[] = [];
  for (const [{ subscription }, response] of readEach(requests, subscriptions, usageRequest)) {
    // 405: it has no running period (lago: periods.usage-inactive).
    if (isAnswered(response) && (response.status === 405 || response.status === 404)) continue;
    const answer = bodyBy(ANSWER, response, requests.address);
    if (isProblem(answer)) return answer;
    usage.push(...unitsOf(subscription, answer.customer_usage.charges_usage));
  }
  return usage;
}

/**
 * Usage by metric. Several charges on one metric count the same events, so the first one decides.
 */
function unitsOf(
  subscription: string,
  charges: readonly v.InferOutput<typeof CHARGE>[],
): CurrentUsage[] {
  const byCode = new Map<string, CurrentUsage>();
  for (const { billable_metric, units, events_count: events } of charges) {
    const code = scalarText(billable_metric['code']);
    if (!byCode.has(code)) byCode.set(code, { subscription, code, units, events });
  }
  return [...byCode.values()];
}
