import type { UsageEvent } from '../../value/usage-event';
import type { Span } from './period';

/**
 * One metric of a subscription in one period: what Lago adds up together, price by price. What
 * recurs is added up from `from` −∞ on.
 */
export interface PeriodPlace extends Span {
  /** External id. */
  readonly subscription: string;
  /** Code of the metric. */
  readonly code: string;
}

/**
 * Why nobody knows what Lago has: the key may not list events; there are more than a run may read;
 * or Lago gave no whole answer.
 */
export type UnreadUsage = 'forbidden' | 'too-many' | 'unanswered';

/**
 * All events that Lago has of a place, whoever sent them, in the order of time and each once;
 * values that the store counts in a way of its own are written as it counts them.
 */
export type PeriodUsage = readonly UsageEvent[] | UnreadUsage;

/** Whether the events of a place are known. */
export const isRead = (usage: PeriodUsage | undefined): usage is readonly UsageEvent[] =>
  Array.isArray(usage);

/** Names a place among all. */
export const periodPlaceName = ({ subscription, code, from, to }: PeriodPlace): string =>
  JSON.stringify([subscription, code, String(from), to]);
