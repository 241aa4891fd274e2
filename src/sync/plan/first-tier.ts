import { problem } from '../../problem/problem';
import { placeName } from '../../value/usage-event';
import { pricedTotals } from '../billing/priced-total';
import type { Ledger } from '../ledger/entries';
import type { EventCheck } from '../ports';
import { expectedEvents, namesOf, runningEvents } from './below-zero';
import { isCorrected, type Plan, type PlannedRow } from './planned-row';
import { groupOfRows, type ProblemGroup } from './problem-group';

/** Names a price among those of all subscriptions and metrics. */
const nameOf = (place: string, price: string): string => JSON.stringify([place, price]);

/** Names the prices of what a row takes back. */
const pricesOf = ({ reversals = [] }: PlannedRow, { pricing }: EventCheck): string[] =>
  reversals.flatMap(({ event }) =>
    (pricing?.pricesOf(event) ?? []).map(({ name }) => nameOf(placeName(event), name)),
  );

/**
 * Reports totals of running periods that come to zero by what a plan takes back, but not their
 * bill: the flat amount of a first tier is due without any units (lago: counting.flat).
 * @param plan as it was made, before it was sent
 * @param ledger before or after that
 */
export function reportFirstTiers(plan: Plan, ledger: Ledger, check: EventCheck): ProblemGroup[] {
  const { pricing } = check;
  const corrected = plan.rows.filter(isCorrected);
  if (pricing === undefined || corrected.length === 0) return [];
  const places = new Set(
    corrected.flatMap(({ reversals = [] }) => reversals.map(({ event }) => placeName(event))),
  );
  const changed = new Set(corrected.flatMap((row) => pricesOf(row, check)));
  const { events } = runningEvents(expectedEvents(plan, ledger), places, check);
  const totals = new Map(
    pricedTotals(events, pricing)
      .filter(({ total, price }) => price.flatAtZero === true && Number(total) === 0)
      .map((total) => [nameOf(total.place, total.price.name), total] as const)
      .filter(([name]) => changed.has(name)),
  );
  if (totals.size === 0) return [];
  const named = namesOf([...totals.values()]);
  const rows = corrected.filter((row) => pricesOf(row, check).some((name) => totals.has(name)));
  return [groupOfRows('sent', problem('total.first-tier', { totals: totals.size, named }), rows)];
}
