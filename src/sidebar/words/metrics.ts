const AGGREGATIONS: Readonly<Record<string, string>> = {
  count_agg: 'counts events',
  sum_agg: 'adds up',
  max_agg: 'takes the highest of',
  latest_agg: 'takes the latest of',
  unique_count_agg: 'counts different values of',
  weighted_sum_agg: 'adds up over time',
};

/**
 * What a metric does with its events, such as `adds up hours`.
 * @param aggregation Lago's name of it
 * @param field the property that it reads; undefined if it reads none
 */
export function aggregationWords(aggregation: string, field: string | undefined): string {
  const words = AGGREGATIONS[aggregation] ?? 'computes';
  return field === undefined || aggregation === 'count_agg' ? words : `${words} ${field}`;
}
