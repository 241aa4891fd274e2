import { countedBy } from '../value/aggregation';
import type { Metric } from './catalog';

type Recurring = Pick<Metric, 'aggregation' | 'recurring'>;

/**
 * Whether each period begins with the level that the invoice before it left: a recurring weighted
 * sum. What comes later for a period before is missing in every month from then on (lago:
 * counting.carried).
 */
export const isCarriedOver = ({ aggregation, recurring }: Recurring): boolean =>
  recurring && countedBy(aggregation) === 'sum over time';

/**
 * Whether usage of any earlier time counts from now on, so that it is never late: of a recurring
 * sum or unique count (lago: counting.recurring).
 */
export const countsFromThenOn = (metric: Recurring | undefined): boolean =>
  metric?.recurring === true && !isCarriedOver(metric);
