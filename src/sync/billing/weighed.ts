import type { UsageEvent } from '../../value/usage-event';
import { quantityOf } from './aggregation';
import type { Span } from './period';
import type { Counting } from './running-total';

/** Digits behind the point that are kept of the weighed value of an event. */
const WEIGHED_DIGITS = 9;

/**
 * The event with the value that it adds to a weighted sum: for the part of the period that is left
 * after it (lago: counting.weighted).
 */
export function weighed(event: UsageEvent, counting: Counting, { from, to }: Span): UsageEvent {
  const { field } = counting;
  const value = quantityOf(event, counting);
  if (field === undefined || value === undefined) return event;
  const share = value.times(to + 1 - event.timestamp * 1000).div(to + 1 - from);
  return {
    ...event,
    properties: { ...event.properties, [field]: share.round(WEIGHED_DIGITS).toFixed() },
  };
}
