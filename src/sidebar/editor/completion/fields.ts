import { groupBy } from '../../../value/group';
import type { Known, Labelled } from './proposal';

/** Lago's event (lago: event.mandatory). */
export const eventFields: readonly Labelled[] = [
  { label: 'transaction_id', detail: 'The id of the event; never the same twice' },
  { label: 'external_subscription_id', detail: 'The subscription that is billed' },
  { label: 'code', detail: 'The code of the billable metric' },
  { label: 'timestamp', detail: 'When it was used, in Unix seconds' },
  { label: 'properties', detail: 'What the metric counts' },
  { label: 'precise_total_amount_cents', detail: 'The amount, for dynamic charges' },
];

/** If more metrics read one property, only these are named. */
const NAMED_METRICS = 3;

/**
 * The properties that Lago's metrics read. Those of the metric whose code stands in the template
 * come first.
 */
export function metricFields(
  template: string,
  metrics: Known['metrics'] = [],
): readonly Labelled[] {
  const code = /"code"\s*:\s*"([^"{}]*)"/.exec(template)?.[1];
  const own = metrics.filter((metric) => metric.code === code);
  // Lago computes the property of an expression itself.
  const readers = [...own, ...metrics].filter(
    ({ field = '', hasExpression }) => field !== '' && !hasExpression,
  );
  return [...groupBy(readers, ({ field = '' }) => field)].map(([label, group]) => {
    const names = [...new Set(group.map(({ name }) => name))];
    const more = names.length > NAMED_METRICS ? '\u2026' : '';
    return { label, detail: `Read by ${names.slice(0, NAMED_METRICS).join(', ')}${more}` };
  });
}
