import { isNumberFor } from '../sync/billing/counted-number';
import { type InAdvance, type Period, USAGE_DATE } from '../sync/billing/period';
import type { EventStore } from '../sync/event-store';
import { CUSTOM, canRecur, countedBy, needsNumber } from '../value/aggregation';
import { plainDecimal } from '../value/decimal';
import type { Json } from '../value/json';
import { dayOf, localText, monthInWords } from '../value/time';
import { propertyOf, type UsageEvent } from '../value/usage-event';
import type { Metric } from './catalog';

const textOf = (value: Json): string => {
  if (typeof value === 'number') return plainDecimal(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/**
 * Added for recurring metrics, which don't start again with each period (lago: counting.recurring).
 */
const CARRIED = ' It carries over into the following periods.';

/**
 * What Lago does with the value of the metric's property, in words that precede the metric's name;
 * undefined if it counts nothing.
 */
function effectOf(
  { aggregation, field, expression }: Metric,
  event: UsageEvent,
  store: EventStore | undefined,
): { does: string; by: string } | undefined {
  const counts = countedBy(aggregation);
  const isNumeric = needsNumber(aggregation);
  if (counts === 'events') return { does: 'counts 1 event', by: '' };
  if (aggregation === CUSTOM)
    return { does: 'hands the event to the metric’s own calculation', by: '' };
  if (field === undefined) return { does: 'takes the event', by: '' };
  const value = propertyOf(event, field);
  const hasExpression = expression !== undefined;
  if (
    !hasExpression &&
    (value === undefined ||
      value === null ||
      value === '' ||
      (isNumeric && !isNumberFor(value, store)))
  )
    return undefined;
  // Only Lago knows what an expression makes of the event.
  const amount =
    hasExpression || value === undefined
      ? `what its formula makes of the event as ${field}`
      : `${textOf(value)} ${field}`;
  switch (counts) {
    case 'sum':
      return { does: `counts ${amount}`, by: `sum of ${field}, ` };
    case 'highest':
      return {
        does: `counts ${amount}, unless another event of the period has more`,
        by: `maximum of ${field}, `,
      };
    case 'latest':
      return {
        does: `counts ${amount}, unless the period has a later event`,
        by: `latest ${field}, `,
      };
    case 'sum over time':
      return {
        does: `adds ${amount} from then on, for as much of the period as is left`,
        by: `weighted sum of ${field}, `,
      };
    case 'different values': {
      const one = hasExpression || value === undefined ? amount : `${field} ${textOf(value)}`;
      return event.properties['operation_type'] === 'remove'
        ? { does: `no longer counts ${one}`, by: `unique ${field}, ` }
        : { does: `counts ${one} once, however often it comes`, by: `unique ${field}, ` };
    }
    default:
      return { does: 'takes the event', by: '' };
  }
}

/**
 * What Lago makes of an event, in one sentence for a person to compare with what she expects;
 * undefined if it counts nothing.
 * @param metric with the event's code; if undefined, only what is certain is said
 * @param zone IANA zone in which the subscription's periods end
 * @param store where Lago keeps events; left out if it does not say
 */
export function meaningOf(
  event: UsageEvent,
  metric: Metric | undefined,
  zone: string,
  store?: EventStore,
): string | undefined {
  const month = monthInWords(event.timestamp, zone);
  const to = `for subscription ${event.external_subscription_id} in ${month}`;
  if (metric === undefined) return `Lago takes it as an event with the code ${event.code} ${to}.`;
  const effect = effectOf(metric, event, store);
  if (effect === undefined) return undefined;
  const carried = metric.recurring && canRecur(metric.aggregation) ? CARRIED : '';
  return `Lago ${effect.does} (${effect.by}metric ${metric.name}) ${to}.${carried}`;
}

/** An event with its place in the billing of its subscription. */
export interface InPeriod {
  /** The event as the row makes it. Differs from `event` if that is booked into another period. */
  readonly used: UsageEvent;
  /** The event as it is sent. */
  readonly event: UsageEvent;
  /** Where it lies; undefined if unknown. */
  readonly period: Period | undefined;
  /** When the running period that counts the event ends (ms); undefined if none does. */
  readonly endsAt: number | undefined;
  /** Whether charges that count it are paid in advance; undefined if none is known to be. */
  readonly inAdvance: InAdvance | undefined;
}

/** What it means that charges are paid in advance (lago: periods.in-advance). */
const IN_ADVANCE: Readonly<Record<InAdvance, string>> = {
  all:
    ' It is paid in advance: Lago bills it at once, by an invoice of its own, and nothing brings ' +
    'that back.',
  some:
    ' One of its charges is paid in advance: Lago bills that one at once, by an invoice of its ' +
    'own, and nothing brings that back.',
};

/**
 * Into which period an event falls, as a sentence with a space before it; blank if that is not
 * known.
 * @param now in ms
 */
export function periodInWords(placed: InPeriod, zone: string, now: number): string {
  const paid = placed.inAdvance === undefined ? '' : IN_ADVANCE[placed.inAdvance];
  return placedInWords(placed, zone, now) + paid;
}

function placedInWords(
  { used, event, period, endsAt }: InPeriod,
  zone: string,
  now: number,
): string {
  const ahead = event.timestamp * 1000 > now ? ' It is dated in the future.' : '';
  if (event.timestamp !== used.timestamp && propertyOf(event, USAGE_DATE) !== undefined)
    return (
      ` The usage of ${dayOf(used.timestamp, zone)} lies in a period that is closed; ` +
      'it is booked into the running one.'
    );
  if (period?.state === 'draft')
    return ' The invoice of that period is a draft, which still takes it.';
  if (period?.state === 'in-advance') return ahead;
  if (period?.state === 'later') return `${ahead} It counts in a period that has not begun.`;
  return endsAt === undefined
    ? ahead
    : `${ahead} That period runs until ${localText(endsAt, zone)} (${zone}).`;
}
