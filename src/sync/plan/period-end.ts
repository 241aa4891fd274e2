import type { UsageEvent } from '../../value/usage-event';
import type { PlanInput } from './plan-input';

/**
 * The first end that is still to come; else the last one, which has passed.
 * @param ends in ms; undefined where unknown
 * @param now in ms
 * @returns undefined if no end is known
 */
export function firstAhead(ends: readonly (number | undefined)[], now: number): number | undefined {
  let [ahead, passed]: (number | undefined)[] = [];
  for (const end of ends) {
    if (end === undefined) continue;
    if (end >= now) ahead = Math.min(ahead ?? end, end);
    else passed = Math.max(passed ?? end, end);
  }
  return ahead ?? passed;
}

/** When the first period closes that one of these events belongs to; see `firstAhead`. */
export const firstClosing = (
  { check, now }: Pick<PlanInput, 'check' | 'now'>,
  events: readonly UsageEvent[],
): number | undefined =>
  firstAhead(
    events.map((event) => check.closesAt?.(event)),
    now,
  );
