import { countedDecimal } from '../../value/decimal';
import { propertyOf, type UsageEvent } from '../../value/usage-event';
/** The property that a metric adds up; undefined if it counts events or is not known. */
export type QuantityField = (code: string) => string | undefined;

/** What an event adds to a sum over a property; undefined if Lago would count nothing. */
export const quantityOf = (
  event: Pick<UsageEvent, 'properties'>,
  field: string | undefined,
): Big | undefined => (field === undefined ? undefined : countedDecimal(propertyOf(event, field)));
