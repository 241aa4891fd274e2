import { problem } from '../../problem/problem';
import { count } from '../../value/count';
import { placeName, type UsageEvent } from '../../value/usage-event';
import type { Pricing } from '../billing/priced-total';
import type { Ledger } from '../ledger/entries';
import type { EventCheck } from '../ports';
import { expectedEvents } from './below-zero';
import type { Plan } from './planned-row';
import { groupOfRows, type ProblemGroup } from './problem-group';
import { roughSums } from './total-limits';

/** From this share of its limit on, a total is worth another unit. */
const WORTH_A_UNIT = 0.1;

/** Metrics whose total of some subscription comes near what the event store can count, in words. */
function largeMetrics(events: readonly UsageEvent[], pricing: Pricing): string[] {
  const { mostTotal } = pricing;
  if (mostTotal === undefined) return [];
  const largest = new Map<string, { readonly total: number; readonly subscription: string }>();
  for (const [place, { code, sum }] of roughSums(events, placeName, pricing)) {
    const { total } = sum;
    const known = largest.get(code)?.total ?? 0;
    if (total < WORTH_A_UNIT * mostTotal.toNumber() || total <= known) continue;
    largest.set(code, { total, subscription: String(JSON.parse(place)[0]) });
  }
  return [...largest].map(
    ([code, { total, subscription }]) =>
      `“${code}” (${count(Math.round(total))} for ${subscription})`,
  );
}

/** Metrics with a dynamic charge whose amounts the event store may cut, in words. */
function cutMetrics(events: readonly UsageEvent[], pricing: Pricing): string[] {
  const ofPlaces = new Map<string, UsageEvent>();
  for (const event of events)
    if (event.precise_total_amount_cents !== undefined) ofPlaces.set(placeName(event), event);
  const cut = [...ofPlaces.values()].filter((event) =>
    pricing.pricesOf(event)?.some(({ cutTo }) => cutTo !== undefined),
  );
  return [...new Set(cut.map(({ code }) => `“${code}”`))];
}

/**
 * Names the metrics that the event store will not bill as they are, for the review: another unit or
 * charge is easy to choose before the first row is sent, and hardly afterwards.
 */
export function reportAhead(plan: Plan, ledger: Ledger, check: EventCheck): ProblemGroup[] {
  const { pricing, runningPeriodOf } = check;
  if (pricing === undefined) return [];
  const events = expectedEvents(plan, ledger).filter(
    (event) => !ledger.byId.has(event.transaction_id) || runningPeriodOf?.(event) !== undefined,
  );
  const large = largeMetrics(events, pricing);
  const cut = cutMetrics(events, pricing);
  return [
    ...(large.length === 0 ? [] : [problem('total.near-limit', { named: large.join(', ') })]),
    ...(cut.length === 0 ? [] : [problem('total.cut-ahead', { named: cut.join(', ') })]),
  ].map((found) => groupOfRows('sent', found, []));
}
