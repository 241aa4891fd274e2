import type { UsageEvent } from '../../value/usage-event';
import type { PeriodPlace } from '../billing/period-usage';
import type { EventCheck } from '../ports';

/**
 * With which of Lago's events Lago adds up an event; undefined if its period is not known, as that
 * of one that is still to come. To get the totals of Lago's events by price, whoever sent them:
 *
 * ```ts
 * const place = periodPlaceOf(check, event);
 * const [usage] = destination.usageIn([place]); // all places of a run in one call
 * const totals = isRead(usage) ? pricedTotals(usage, pricing) : undefined; // by price and term
 * ```
 *
 * It contains what this sync sent before, as far as Lago shows it; so merge it with the ledger by
 * `transaction_id`. May ask Lago for its customers, for a period that has ended.
 */
export function periodPlaceOf(
  check: Pick<EventCheck, 'pricing' | 'runningPeriodOf' | 'spanOf'>,
  event: UsageEvent,
): PeriodPlace | undefined {
  const { external_subscription_id: subscription, code } = event;
  const span = check.runningPeriodOf?.(event) ?? check.spanOf?.(event);
  if (span === undefined) return undefined;
  const isRecurring = check.pricing?.countingOf(code)?.recurring === true;
  const from = isRecurring ? Number.NEGATIVE_INFINITY : span.from;
  return { subscription, code, from, to: span.to };
}
