import * as v from 'valibot';
import { isProblem, type Problem } from '../problem/problem';
import { pathPart } from '../value/address';
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

/** The current usage of some subscriptions. */
export interface UsageReading {
  /** By subscription and metric. */
  readonly usage: readonly CurrentUsage[];
  /** Subscriptions (external ids) of which it could not be read. */
  readonly unread: readonly string[];
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
  path: query(`/customers/${pathPart(customer)}/current_usage`, {
    external_subscription_id: subscription,
    apply_taxes: 'false',
  }),
});

/** It has no running period, so no usage either (lago: periods.usage-inactive). */
const NOT_RUNNING = 405;
/**
 * The customer isn't found by the address of the request: Lago reads the address in another way
 * than it was sent (lago: requests.dots), or a proxy refuses it.
 */
const NOT_FOUND: ReadonlySet<number> = new Set([400, 404]);

/** Lago breaks for a subscription with a total that it cannot price (lago: counting.volume). */
const BROKEN = 500;

/**
 * Reads Lago's own current usage of subscriptions, in parallel. A subscription without a running
 * period has none. One for which Lago breaks is unread if Lago answers for another one.
 */
export function readCurrentUsage(
  requests: Requests,
  subscriptions: readonly Asked[],
): UsageReading | Problem {
  const usage: CurrentUsage[] = [];
  const unread: string[] = [];
  const broken: { readonly subscription: string; readonly problem: Problem }[] = [];
  let answers = 0;
  for (const [{ subscription }, response] of readEach(requests, subscriptions, usageRequest)) {
    if (isAnswered(response) && response.status === NOT_RUNNING) continue;
    if (isAnswered(response) && NOT_FOUND.has(response.status)) {
      unread.push(subscription);
      continue;
    }
    const answer = bodyBy(ANSWER, response, requests.address);
    if (isProblem(answer)) {
      if (!isAnswered(response) || response.status !== BROKEN) return answer;
      broken.push({ subscription, problem: answer });
      continue;
    }
    answers++;
    usage.push(...unitsOf(subscription, answer.customer_usage.charges_usage));
  }
  const [first] = broken;
  if (first !== undefined && answers === 0) return first.problem;
  return { usage, unread: [...unread, ...broken.map(({ subscription }) => subscription)] };
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
