import { type Json, type JsonObject, ownValue } from './json';
/** Lago's event as it is sent (lago: event.timestamp). `timestamp` is in Unix seconds, and always there. */
export interface UsageEvent {
  readonly transaction_id: string;
  readonly external_subscription_id: string;
  readonly code: string;
  readonly timestamp: number;
  readonly precise_total_amount_cents?: string | undefined;
  readonly properties: JsonObject;
}

export const EVENT_FIELDS = [
  'transaction_id',
  'external_subscription_id',
  'code',
  'timestamp',
  'precise_total_amount_cents',
  'properties',
] as const;

export const REQUIRED_FIELDS = [
  'transaction_id',
  'external_subscription_id',
  'code',
  'timestamp',
] as const;

/** A property of an event by its name. */
export const propertyOf = (
  { properties }: Pick<UsageEvent, 'properties'>,
  name: string,
): Json | undefined => ownValue(properties, name);
