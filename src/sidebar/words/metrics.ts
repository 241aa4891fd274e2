import type { MetricView } from '../../rpc/contract';
import { type Counted, countedBy, readsField } from '../../value/aggregation';

const COUNTED: Readonly<Record<Counted, string>> = {
  events: 'counts events',
  sum: 'adds up',
  highest: 'takes the highest of',
  latest: 'takes the latest of',
  'different values': 'counts different values of',
  'sum over time': 'adds up over time',
  unknown: 'computes',
};

/**
 * What a metric does with its events, such as `adds up hours`.
 * @param aggregation Lago's name of it
 * @param field the property that it reads; undefined if it reads none
 */
export function aggregationWords(aggregation: string, field: string | undefined): string {
  const counts = countedBy(aggregation);
  const words = COUNTED[counts];
  return field === undefined || !readsField(aggregation) ? words : `${words} ${field}`;
}

/** The name of a metric; its code if it has none. */
export const nameOfMetric = ({ name, code }: MetricView): string =>
  name.trim() === '' ? code : name;
