import { problem } from '../../problem/problem';
import type { EventCheck } from '../ports';
import type { Plan } from './planned-row';
import { groupOfRows, type ProblemGroup } from './problem-group';

/**
 * Says what it means that rows would be billed by charges that are paid in advance, before they are
 * sent; empty if there are none.
 */
export function sayInAdvance(
  { rows }: Plan,
  { inAdvance }: Pick<EventCheck, 'inAdvance'>,
): ProblemGroup[] {
  const paid = rows.filter(
    ({ entry }) => entry !== undefined && inAdvance?.(entry.event) !== undefined,
  );
  return paid.length === 0 ? [] : [groupOfRows('send', problem('event.in-advance'), paid)];
}
