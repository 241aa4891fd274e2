import { propertyOf, type UsageEvent } from '../../value/usage-event';
import { type CountedField, countedNumber } from './counted-number';

/** The property that a metric adds up; undefined if it counts events or is not known. */
export type QuantityField = (code: string) => string | undefined;

/** What an event adds to a sum over a property; undefined if Lago would count nothing. */
export const quantityOf = (
  event: Pick<UsageEvent, 'properties'>,
  { field, store }: CountedField,
): Big | undefined =>
  field === undefined ? undefined : countedNumber(propertyOf(event, field), store);
