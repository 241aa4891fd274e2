import type { InAdvance } from '../sync/billing/period';
import type { Catalog, Charge, Subscription } from './catalog';

/**
 * Whether charges that count an event are paid in advance: then Lago bills it at once by an invoice
 * of its own, whatever its time, and nothing brings it back (lago: periods.in-advance). `all`,
 * `some` beside others, or undefined if none is known to be.
 * @param counting the subscriptions that count it
 */
export function inAdvance(
  { plans }: Pick<Catalog, 'plans'>,
  code: string,
  counting: readonly Pick<Subscription, 'plan'>[],
): InAdvance | undefined {
  const charges = counting.map(({ plan }) => plans?.get(plan)?.charges.get(code) ?? []);
  if (!charges.flat().some(isInAdvance)) return undefined;
  return charges.every((each) => each.length > 0 && each.every(isInAdvance)) ? 'all' : 'some';
}

const isInAdvance = ({ payInAdvance }: Charge): boolean => payInAdvance;

/**
 * Whether an event is billed at once and never again. What becomes of a recurring metric that is
 * paid in advance with each new period, nobody has seen.
 * @param counting the subscriptions that count it
 */
export const isPaidAtOnce = (
  catalog: Catalog,
  code: string,
  counting: readonly Pick<Subscription, 'plan'>[],
): boolean =>
  catalog.metrics?.get(code)?.recurring === false && inAdvance(catalog, code, counting) === 'all';
