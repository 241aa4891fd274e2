import { Decimal } from './decimal';
import type { EventDraft, EventStore, StoredEvent } from './event-store';
import type { Json, JsonObject } from './json';
import type { Metric } from './metrics';
import { fitsClickHouse, type Micros, toMilliseconds } from './timestamp';

export interface ClickHouseSettings {
  /** Billing keeps one copy per key. */
  duplicateRemoval: boolean;
  /** From the answer to the moment when a GET sees the event. */
  visibilityDelay: Micros;
  /** Whether the events processor finds the metric and the subscription; else the event dies unseen. */
  isKnown: (draft: EventDraft) => boolean;
}

interface Row extends StoredEvent {
  enriched: boolean;
}

/** The raw table, which keeps every copy, and the enriched one, which billing reads (lago.md, section 4). */
export class ClickHouseEvents implements EventStore {
  readonly name = 'clickhouse';
  readonly validatesSingleEvents = false;
  readonly #rows: Row[] = [];
  readonly #byId = new Map<string | null, Row[]>();

  constructor(
    private readonly organizationId: () => string,
    private readonly now: () => Micros,
    private readonly settings: ClickHouseSettings,
  ) {}

  /** The answer has no ids: the API only handed the event on. */
  insert(draft: EventDraft): StoredEvent {
    const ingestedAt = this.now();
    const row: Row = {
      ...draft,
      lagoId: this.#compositeId(draft),
      timestamp: (draft.timestamp / 1000n) * 1000n,
      properties: stringified(draft.properties),
      createdAt: ingestedAt,
      ingestedAt,
      enriched: this.settings.isKnown(draft),
    };
    this.#rows.push(row);
    const copies = this.#byId.get(row.transactionId);
    if (copies === undefined) this.#byId.set(row.transactionId, [row]);
    else copies.push(row);
    return { ...draft, lagoId: null, createdAt: null, ingestedAt };
  }

  insertAll(drafts: EventDraft[]): StoredEvent[] {
    return drafts.map((draft) => this.insert(draft));
  }

  readable(): StoredEvent[] {
    return this.#visible().reverse();
  }

  first(transactionId: string): StoredEvent | undefined {
    return this.#byId.get(transactionId)?.find((row) => this.#isVisible(row));
  }

  billable(metric: Metric, externalSubscriptionId: string): StoredEvent[] {
    const rows = this.#visible().filter(
      (row) => row.enriched && row.code === metric.code && row.externalSubscriptionId === externalSubscriptionId,
    );
    return this.settings.duplicateRemoval ? newestPerKey(rows) : rows;
  }

  all(): StoredEvent[] {
    return this.#rows;
  }

  #visible(): Row[] {
    return this.#rows.filter((row) => this.#isVisible(row));
  }

  /** Dates that the column cannot hold never come out again. */
  #isVisible(row: Row): boolean {
    return row.ingestedAt <= this.now() - this.settings.visibilityDelay && fitsClickHouse(row.timestamp);
  }

  #compositeId(draft: EventDraft): string {
    const parts = [draft.externalSubscriptionId, draft.transactionId, toMilliseconds(draft.timestamp)];
    return [this.organizationId(), ...parts].join('-');
  }
}

function newestPerKey(rows: Row[]): Row[] {
  const newest = new Map<string, Row>();
  for (const row of rows) newest.set(JSON.stringify([row.transactionId, String(row.timestamp)]), row);
  return [...newest.values()];
}

const stringified = (properties: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, asText(value)]));

function asText(value: Json): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? new Decimal(value).toFixed() : JSON.stringify(value);
}
