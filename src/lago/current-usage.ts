import type { Problem } from '../problem/problem';
import { isObject, type Json } from '../value/json';
import { jsonBody, readProblem } from './failure';
import { isAnswered, type LagoRequest } from './http';
import { query, type Requests } from './requests';
import { scalarNumber, scalarText } from './scalar';

/** What Lago would bill now for one metric of a subscription in its running period. */
export interface CurrentUsage {
  readonly subscription: string;
  readonly code: string;
  /** Decimal text. */
  readonly units: string;
  readonly events: number;
}

/** Reads Lago's own current usage of subscriptions, each with its customer, in parallel; one that has no running period has none. */
export function readCurrentUsage(
  { read, address }: Requests,
  subscriptions: readonly { readonly subscription: string; readonly customer: string }[],
): CurrentUsage[] | Problem {
  const requests = subscriptions.map(
    ({ subscription, customer }): LagoRequest => ({
      method: 'get',
      path: query(`/customers/${encodeURIComponent(customer)}/current_usage`, {
        external_subscription_id: subscription,
        apply_taxes: 'false',
      }),
    }),
  );
  const usage: CurrentUsage[] = [];
  for (const [place, response] of read(requests).entries()) {
    // 405: it has no running period (lago: periods.usage-inactive).
    if (isAnswered(response) && (response.status === 405 || response.status === 404)) continue;
    const found = jsonBody(response)?.['customer_usage'];
    if (!isObject(found) || !Array.isArray(found['charges_usage']))
      return readProblem(response, address);
    usage.push(...unitsOf(subscriptions[place]?.subscription ?? '', found['charges_usage']));
  }
  return usage;
}

/** Several charges on one metric count the same events; the first one tells. */
function unitsOf(subscription: string, charges: readonly Json[]): CurrentUsage[] {
  const byCode = new Map<string, CurrentUsage>();
  for (const charge of charges) {
    const metric = isObject(charge) ? charge['billable_metric'] : undefined;
    if (!isObject(charge) || !isObject(metric ?? null)) continue;
    const code = scalarText((metric as { readonly [name: string]: Json })['code']);
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
