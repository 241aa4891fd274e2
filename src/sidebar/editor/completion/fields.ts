import { groupBy } from '../../../value/group';
import type { EventField } from '../../../value/usage-event';
import { codeOf } from '../../draft/event';
import { type Known, type Labelled, withDetails } from './proposal';

const FIELD_DETAILS: Readonly<Record<EventField, string>> = {
  transaction_id: 'The id of the event; never the same twice',
  external_subscription_id: 'The subscription that is billed',
  code: 'The code of the billable metric',
  timestamp: 'When it was used, in Unix seconds',
  properties: 'What the metric counts',
  precise_total_amount_cents: 'The amount, for dynamic charges',
};

/** Lago's event (lago: event.mandatory). */
export const eventFields = withDetails(FIELD_DETAILS);

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
  const code = codeOf(template);
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
