import type { JsonObject } from './json';
import type { Metric } from './records';

import type { Micros } from './timestamp';

/** An event as Lago understood it, before it is stored. */
export interface EventDraft {
  transactionId: string | null;
  externalSubscriptionId: string | null;
  code: string | null;
  timestamp: Micros;
  preciseTotalAmountCents: string | null;
  properties: JsonObject;
}

export interface StoredEvent extends EventDraft {
  lagoId: string | null;
  createdAt: Micros | null;
  ingestedAt: Micros;
  /** From then on GETs and billing see it. */
  visibleAt: Micros;
  deletedAt?: Micros;
  /** The properties as billing reads them: ClickHouse has texts alone and no null. */
  billedProperties: JsonObject;
}

/**
 * Where an organization's events live. The two kinds differ in what they refuse, show and bill
 * (lago: event.duplicate, clickhouse.duplicates).
 */
export interface EventStore {
  readonly name: EventsStoreName;
  /** Whether a single event needs a transaction_id and a code. */
  readonly validatesSingleEvents: boolean;
  /**
   * Stores one event and returns it as the answer shows it; refuses a duplicate where the store
   * knows any.
   */
  insert(draft: EventDraft): StoredEvent;
  /** Stores all or none. */
  insertAll(drafts: EventDraft[]): StoredEvent[];
  /** What GET sees, in its order. */
  readable(): StoredEvent[];
  /** The first event that GET sees under this id, whatever its subscription. */
  first(transactionId: string): StoredEvent | undefined;
  /**
   * What billing counts for a metric on a subscription, in order of arrival: now, or of what it saw
   * before `before`.
   */
  billable(metric: Metric, externalSubscriptionId: string, before?: Micros): StoredEvent[];
  /**
   * Equal for events of which billing keeps one and which say the same; null where every event
   * counts for itself.
   */
  copyKey(event: StoredEvent): string | null;
  /** Hides events from GETs and from bills to come; where ids are unique they stay taken. */
  softDelete(events: (event: StoredEvent) => boolean): void;
  /** Everything that was taken in, duplicates included, in order of arrival. */
  all(): StoredEvent[];
  /**
   * What nobody can do over the API, and a restored backup or a hand in the database can: each
   * event becomes these.
   */
  rewrite(change: (event: StoredEvent) => StoredEvent[]): void;
}

/** What aggregations look events up by. */
export const useKey = (code: string | null, externalSubscriptionId: string | null): string =>
  JSON.stringify([code, externalSubscriptionId]);

/** Adds to the list under a key. */
export function appended<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

export type EventsStoreName = 'postgres' | 'clickhouse';
