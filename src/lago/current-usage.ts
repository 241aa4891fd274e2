import type { Problem } from '../problem/problem';
import { isObject } from '../value/json';
import { jsonBody, readProblem } from './failure';
import { isAnswered, type LagoRequest } from './http';
import { query, type Requests, readEach } from './requests';
import { scalarNumber, scalarText } from './scalar';

/** What Lago would bill now for one metric of a subscription in its running period. */
export interface CurrentUsage {
  readonly subscription: string;
  readonly code: string;
  /** Decimal text. */
  readonly units: string;
  readonly events: number;
}

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
    const found = jsonBody(response)?.['customer_usage'];
    if (!isObject(found) || !Array.isArray(found['charges_usage']))
      return readProblem(response, requests.address);
    usage.push(...unitsOf(subscription, found['charges_usage']));
  }
  return usage;
}

/** Usage by metric. Several charges on one metric count the same events, so the first one counts. */
function unitsOf(subscription: string, charges: readonly unknown[]): CurrentUsage[] {
  const byCode = new Map<string, CurrentUsage>();
  for (const charge of charges) {
    const metric = isObject(charge) ? charge['billable_metric'] : undefined;
    if (!isObject(charge) || !isObject(metric)) continue;
    const code = scalarText(metric['code']);
    if (byCode.has(code)) continue;
    byCode.set(code, {
      subscription,
      code,
      units: scalarText(charge['units']),
      events: scalarNumber(charge['events_count'], 0),
    });
  }
  return [...byCode.values()];
}
