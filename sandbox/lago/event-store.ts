import type { JsonObject } from './json';
import type { Metric } from './metrics';
import type { EventsStoreName } from './organization';
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
}

/** Where an organization's events live. The two kinds differ in what they refuse, show and bill (lago.md, sections 3 and 4). */
export interface EventStore {
  readonly name: EventsStoreName;
  /** Whether a single event needs a transaction_id and a code. */
  readonly validatesSingleEvents: boolean;
  /** Stores one event and returns it as the answer shows it; refuses a duplicate where the store knows any. */
  insert(draft: EventDraft): StoredEvent;
  /** Stores all or none. */
  insertAll(drafts: EventDraft[]): StoredEvent[];
  /** What GET sees, in its order. */
  readable(): StoredEvent[];
  /** The first event that GET sees under this id, whatever its subscription. */
  first(transactionId: string): StoredEvent | undefined;
  /** What billing counts for a metric on a subscription, in order of arrival. */
  billable(metric: Metric, externalSubscriptionId: string): StoredEvent[];
  /** Everything that was taken in, duplicates included, in order of arrival. */
  all(): StoredEvent[];
}
