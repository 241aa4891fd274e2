import { ownValue } from './json';

/** What a metric's units are (lago: counting.aggregations, counting.weighted). */
export type Counted =
  | 'events'
  | 'sum'
  | 'sum over time'
  | 'highest'
  | 'latest'
  | 'different values'
  | 'unknown';

/** Counts events; reads no property. */
export const COUNT = 'count_agg';
/** Adds up a property. */
export const SUM = 'sum_agg';
/** Counts the different values of a property. */
export const UNIQUE_COUNT = 'unique_count_agg';
/** A calculation of the organization's own; how it counts is unknown. */
export const CUSTOM = 'custom_agg';

/** The one table of Lago's aggregations. Words for people are kept where they are shown. */
const COUNTED: Readonly<Record<string, Counted>> = {
  [COUNT]: 'events',
  [SUM]: 'sum',
  [UNIQUE_COUNT]: 'different values',
  max_agg: 'highest',
  latest_agg: 'latest',
  weighted_sum_agg: 'sum over time',
};

/** What a metric counts, by Lago's name of its aggregation. */
export const countedBy = (aggregation: string): Counted =>
  ownValue(COUNTED, aggregation) ?? 'unknown';

/** Whether the metric reads a property of the event. */
export const readsField = (aggregation: string): boolean => aggregation !== COUNT;

/** Whether units are the sum of the values, so that sums can be compared. */
export const addsUp = (aggregation: string): boolean =>
  ['sum', 'sum over time'].includes(countedBy(aggregation));

/** Whether the property has to be a number. */
export const needsNumber = (aggregation: string): boolean =>
  addsUp(aggregation) || ['highest', 'latest'].includes(countedBy(aggregation));

/** Whether an event counts the same in another period of the subscription. */
export const canBeBooked = (aggregation: string): boolean =>
  ['events', 'sum'].includes(countedBy(aggregation));

/** Whether a metric may be recurring (lago: catalog.metric-rules). */
export const canRecur = (aggregation: string): boolean =>
  addsUp(aggregation) || [UNIQUE_COUNT, CUSTOM].includes(aggregation);
