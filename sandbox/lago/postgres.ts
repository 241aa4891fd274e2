import { Decimal } from './decimal';
import { internal, invalid } from './errors';
import {
  appended,
  type EventDraft,
  type EventStore,
  type StoredEvent,
  useKey,
} from './event-store';
import type { Identifiers } from './identifiers';
import { isObject, type Json, type JsonObject } from './json';
import type { Metric } from './records';
import { compareInstants, fitsPostgres, type Micros } from './timestamp';

export interface PostgresSettings {
  /** Lago 1.32.4 to 1.38: a refused batch leaves its new events behind (lago: batch.partial). */
  partialBatches: boolean;
}

const DUPLICATE = { transaction_id: ['value_already_exist'] };

/** The event table with its unique index on subscription and transaction_id. */
export class PostgresEvents implements EventStore {
  readonly name = 'postgres';
  readonly validatesSingleEvents = true;
  readonly #rows: StoredEvent[] = [];
  readonly #index = new Set<string>();
  readonly #rowsByUse = new Map<string, StoredEvent[]>();
  readonly #firstById = new Map<string | null, StoredEvent>();
  #ordered: StoredEvent[] | undefined;
  #softDeletes = false;

  constructor(
    private readonly now: () => Micros,
    private readonly identifiers: Identifiers,
    private readonly settings: PostgresSettings,
    private readonly onPartialBatch: () => void,
  ) {}

  insert(draft: EventDraft): StoredEvent {
    if (hasNul([draft.transactionId, draft.externalSubscriptionId]))
      throw invalid({ timestamp: ['invalid_format'] });
    refuseUnstorable([draft]);
    if (this.#exists(draft)) throw invalid(DUPLICATE);
    return this.#add(draft);
  }

  insertAll(drafts: EventDraft[]): StoredEvent[] {
    refuseUnstorable(drafts);
    const rows = this.#insertable(drafts);
    const refused = notInserted(drafts, rows);
    if (Object.keys(refused).length === 0) return rows.map((draft) => this.#add(draft));
    if (this.settings.partialBatches && rows.length > 0) {
      for (const row of rows) this.#add(row);
      this.onPartialBatch();
    }
    throw invalid(refused);
  }

  readable(): StoredEvent[] {
    this.#ordered ??= this.#rows
      .filter(isLive)
      .sort(
        (left, right) =>
          compareInstants(right.timestamp, left.timestamp) ||
          compareText(left.transactionId ?? '', right.transactionId ?? ''),
      );
    return this.#ordered;
  }

  first(transactionId: string): StoredEvent | undefined {
    return this.#firstById.get(transactionId);
  }

  billable(metric: Metric, externalSubscriptionId: string, before?: Micros): StoredEvent[] {
    const rows = this.#rowsByUse.get(useKey(metric.code, externalSubscriptionId)) ?? [];
    if (!this.#softDeletes && before === undefined) return rows;
    if (before === undefined) return rows.filter(isLive);
    return rows.filter(
      ({ ingestedAt, deletedAt }) =>
        ingestedAt < before && (deletedAt === undefined || deletedAt >= before),
    );
  }

  copyKey(): null {
    return null;
  }

  softDelete(events: (event: StoredEvent) => boolean): void {
    this.#ordered = undefined;
    this.#softDeletes = true;
    for (const row of this.#rows) {
      if (isLive(row) && events(row)) row.deletedAt = this.now();
    }
    this.#firstById.clear();
    for (const row of this.#rows.filter(isLive)) this.#noteFirst(row);
  }

  all(): StoredEvent[] {
    return this.#rows;
  }

  rewrite(change: (event: StoredEvent) => StoredEvent[]): void {
    const rows = this.#rows.splice(0).flatMap(change);
    this.#rowsByUse.clear();
    this.#firstById.clear();
    this.#index.clear();
    for (const row of rows) this.#keep(row);
  }

  /** The answer repeats the properties as sent; the column keeps them in its own order. */
  #add(draft: EventDraft): StoredEvent {
    const at = this.now();
    const row = {
      ...draft,
      lagoId: this.identifiers.next(),
      createdAt: at,
      ingestedAt: at,
      visibleAt: at,
      billedProperties: draft.properties,
    };
    const properties = inColumnOrder(draft.properties);
    const kept = { ...row, properties, billedProperties: properties };
    this.#keep(kept);
    return row;
  }

  #keep(row: StoredEvent): void {
    this.#ordered = undefined;
    this.#rows.push(row);
    appended(this.#rowsByUse, useKey(row.code, row.externalSubscriptionId), row);
    this.#noteFirst(row);
    this.#index.add(indexKey(row));
  }

  #noteFirst(row: StoredEvent): void {
    if (!this.#firstById.has(row.transactionId)) this.#firstById.set(row.transactionId, row);
  }

  #exists(draft: EventDraft): boolean {
    return hasIndexKey(draft) && this.#index.has(indexKey(draft));
  }

  #insertable(drafts: EventDraft[]): EventDraft[] {
    const taken = new Set<string>();
    return drafts.filter((draft) => {
      if (this.#exists(draft)) return false;
      const key = indexKey(draft);
      const repeated = hasIndexKey(draft) && taken.has(key);
      taken.add(key);
      return !repeated;
    });
  }
}

const isLive = ({ deletedAt }: StoredEvent): boolean => deletedAt === undefined;

/** Events without a subscription never collide: NULL is not unique in a Postgres index. */
const hasIndexKey = (draft: EventDraft): boolean => draft.externalSubscriptionId !== null;

const indexKey = (draft: EventDraft): string =>
  JSON.stringify([draft.externalSubscriptionId, draft.transactionId]);

/**
 * Postgres' own limit for an entry of a B-tree, less what is in it besides; it might compress some
 * longer ones.
 */
const MOST_INDEX_BYTES = 2_600;

/** The column is numeric(40,15). */
const AMOUNT_END = new Decimal('1e25');

/** What the columns and the index cannot hold breaks the insert, not the validation. */
function refuseUnstorable(drafts: EventDraft[]): void {
  if (
    drafts.some(
      (draft) =>
        !fitsPostgres(draft.timestamp) ||
        containsNul(draft) ||
        isTooLong(draft) ||
        isTooMuch(draft),
    )
  )
    throw internal();
}

const isTooLong = (draft: EventDraft): boolean =>
  Buffer.byteLength(indexKey(draft)) > MOST_INDEX_BYTES;

const isTooMuch = ({ preciseTotalAmountCents }: EventDraft): boolean =>
  preciseTotalAmountCents !== null && new Decimal(preciseTotalAmountCents).abs().gte(AMOUNT_END);

const containsNul = ({ transactionId, externalSubscriptionId, properties }: EventDraft): boolean =>
  hasNul([transactionId, externalSubscriptionId, properties]);

/** Texts and properties without it alone reach the columns (lago: event.nul). */
function hasNul(value: Json): boolean {
  if (typeof value === 'string') return value.includes('\0');
  if (Array.isArray(value)) return value.some(hasNul);
  return isObject(value) && Object.entries(value).some((member) => hasNul(member));
}

/**
 * jsonb orders an object's keys by length, then by their text, so what GET shows is not the text
 * that was sent.
 */
function inColumnOrder<T extends Json>(value: T): T;
function inColumnOrder(value: Json): Json {
  if (Array.isArray(value)) return value.map((item) => inColumnOrder(item));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(
    ([left], [right]) => left.length - right.length || compareText(left, right),
  );
  return Object.fromEntries(entries.map(([key, item]) => [key, inColumnOrder(item)]));
}

/**
 * Inserted rows are matched back to the request by transaction_id alone, each once, so one id on
 * two subscriptions is refused the second time although both rows would fit (lago: batch.id-alone).
 */
function notInserted(drafts: EventDraft[], rows: EventDraft[]): JsonObject {
  const inserted = new Set(rows.map((row) => row.transactionId));
  const refused: JsonObject = {};
  drafts.forEach((draft, position) => {
    if (!inserted.delete(draft.transactionId)) refused[String(position)] = DUPLICATE;
  });
  return refused;
}

const compareText = (left: string, right: string): number =>
  left < right ? -1 : left > right ? 1 : 0;
