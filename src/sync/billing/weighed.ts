import type { UsageEvent } from '../../value/usage-event';
import { quantityOf } from './aggregation';
import type { Span } from './period';

/** Digits behind the point that are kept of the weighed value of an event. */
const WEIGHED_DIGITS = 9;

/**
 * The event with the value that it adds to a weighted sum: for the part of the period that is left
 * after it (lago: counting.weighted).
 */
export function weighed(event: UsageEvent, field: string, { from, to }: Span): UsageEvent {
  const value = quantityOf(event, field);
  if (value === undefined) return event;
  const share = value.times(to + 1 - event.timestamp * 1000).div(to + 1 - from);
  return {
    ...event,
    properties: { ...event.properties, [field]: share.round(WEIGHED_DIGITS).toFixed() },
  };
}
