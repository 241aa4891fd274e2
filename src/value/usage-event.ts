import { type Json, type JsonObject, ownValue } from './json';

/** Lago's event as it is sent. */
export interface UsageEvent {
  /** Tells an event that is sent again from a new one. */
  readonly transaction_id: string;
  /** The id that the customer's own systems gave the subscription. */
  readonly external_subscription_id: string;
  /** That of a billable metric. */
  readonly code: string;
  /** In Unix seconds, and always there (lago: event.timestamp). */
  readonly timestamp: number;
  /** In cents, as a decimal text; only dynamic charges read it. */
  readonly precise_total_amount_cents?: string | undefined;
  /** What the metric reads, and anything else that belongs to the event. */
  readonly properties: JsonObject;
}

/** Names the metric and subscription that an event counts for. */
export const placeName = ({
  external_subscription_id,
  code,
}: Pick<UsageEvent, 'external_subscription_id' | 'code'>): string =>
  JSON.stringify([external_subscription_id, code]);

/**
 * An event that Lago is asked for by its id. The rest says where Lago lists it, as far as that is
 * known, since an address cannot name every id.
 */
export interface AskedEvent extends Pick<UsageEvent, 'transaction_id'> {
  /** As in UsageEvent. */
  readonly external_subscription_id?: string | undefined;
  /** As in UsageEvent. */
  readonly code?: string | undefined;
  /** As in UsageEvent. */
  readonly timestamp?: number | undefined;
}

/** What Lago reads of an event, in the order of its own examples; it drops everything else. */
export const EVENT_FIELDS = [
  'transaction_id',
  'external_subscription_id',
  'code',
  'timestamp',
  'precise_total_amount_cents',
  'properties',
] as const;

/** The name of a field that Lago reads. */
export type EventField = (typeof EVENT_FIELDS)[number];

/** The fields without which Lago refuses an event, or bills it at the wrong time. */
export const REQUIRED_FIELDS = [
  'transaction_id',
  'external_subscription_id',
  'code',
  'timestamp',
] as const;

/** The name of a field that every event needs. */
export type RequiredField = (typeof REQUIRED_FIELDS)[number];

/** Whether Lago reads a field of this name. */
export const isEventField = (name: string): name is EventField =>
  EVENT_FIELDS.some((field) => field === name);

/** A property of an event by its name. */
export const propertyOf = (
  { properties }: Pick<UsageEvent, 'properties'>,
  name: string,
): Json | undefined => ownValue(properties, name);
