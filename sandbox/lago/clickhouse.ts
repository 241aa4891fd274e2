import {
  appended,
  type EventDraft,
  type EventStore,
  type StoredEvent,
  useKey,
} from './event-store';
import { isObject, type Json, type JsonObject, jsonText } from './json';
import type { Metric } from './records';
import { fitsClickHouse, type Micros, toMilliseconds } from './timestamp';

export interface ClickHouseSettings {
  /** Billing keeps one copy per key. */
  duplicateRemoval: boolean;
  /** From the answer to the moment when GETs and billing see the event; asked once for each. */
  visibilityDelay: () => Micros;
  /** Told when a GET does not see something that is on its way. */
  onHidden: () => void;
  /** Whether the events processor finds the metric; else billing never sees the event. */
  isKnown: (draft: EventDraft) => boolean;
}

interface Row extends StoredEvent {
  enriched: boolean;
  /** Place of its request among all. */
  request: number;
}

/**
 * The raw table, which keeps every copy, and the enriched one, which billing reads (lago:
 * clickhouse.reading, clickhouse.removal).
 */
export class ClickHouseEvents implements EventStore {
  readonly name = 'clickhouse';
  readonly validatesSingleEvents = false;
  readonly #rows: Row[] = [];
  readonly #byId = new Map<string | null, Row[]>();
  readonly #byUse = new Map<string, Row[]>();
  #requests = 0;

  constructor(
    private readonly organizationId: () => string,
    private readonly now: () => Micros,
    private readonly settings: ClickHouseSettings,
  ) {}

  insert(draft: EventDraft): StoredEvent {
    this.#requests += 1;
    return this.#handOn(draft, this.now());
  }

  insertAll(drafts: EventDraft[]): StoredEvent[] {
    this.#requests += 1;
    const now = this.now();
    return drafts.map((draft, place) => this.#handOn(draft, now, BigInt(place) * STAMPING));
  }

  /** The answer has no ids: the API only handed the event on. */
  #handOn(draft: EventDraft, ingestedAt: Micros, later = 0n): StoredEvent {
    const billedProperties = stringified(
      Object.entries(draft.properties).filter(([, value]) => value !== null),
    );
    const row: Row = {
      ...draft,
      lagoId: this.#compositeId(draft, ingestedAt),
      timestamp: asFloat(draft.timestamp),
      properties: stringified(Object.entries(draft.properties)),
      billedProperties,
      createdAt: ingestedAt + later,
      ingestedAt,
      request: this.#requests,
      enriched: this.settings.isKnown(draft),
      visibleAt: ingestedAt + this.settings.visibilityDelay(),
    };
    this.#keep(row);
    const { visibleAt } = row;
    return { ...draft, lagoId: null, createdAt: null, ingestedAt, visibleAt, billedProperties };
  }

  readable(): StoredEvent[] {
    this.#tellHidden(this.#rows);
    return this.#rows.filter((row) => this.#isVisible(row)).sort(newestFirst);
  }

  first(transactionId: string): StoredEvent | undefined {
    const rows = this.#byId.get(transactionId) ?? [];
    this.#tellHidden(rows);
    return rows.find((row) => this.#isVisible(row));
  }

  billable(metric: Metric, externalSubscriptionId: string, before?: Micros): StoredEvent[] {
    const rows = (this.#byUse.get(useKey(metric.code, externalSubscriptionId)) ?? []).filter(
      (row) => (before === undefined ? this.#isVisible(row) : this.#wasVisible(row, before)),
    );
    return this.settings.duplicateRemoval ? newestPerKey(rows) : rows;
  }

  copyKey(event: StoredEvent): string | null {
    if (!this.settings.duplicateRemoval) return null;
    const properties = Object.entries(event.billedProperties).sort(([left], [right]) =>
      left < right ? -1 : 1,
    );
    return JSON.stringify([
      useKey(event.code, event.externalSubscriptionId),
      keyOf(event),
      event.preciseTotalAmountCents,
      properties,
    ]);
  }

  softDelete(events: (event: StoredEvent) => boolean): void {
    for (const row of this.#rows) {
      if (row.deletedAt === undefined && events(row)) row.deletedAt = this.now();
    }
  }

  all(): StoredEvent[] {
    return this.#rows;
  }

  rewrite(change: (event: StoredEvent) => StoredEvent[]): void {
    const rows = this.#rows
      .splice(0)
      .flatMap((row) => change(row).map((changed): Row => ({ ...row, ...changed })));
    this.#byId.clear();
    this.#byUse.clear();
    for (const row of rows) this.#keep(row);
  }

  #keep(row: Row): void {
    this.#rows.push(row);
    appended(this.#byId, row.transactionId, row);
    if (row.enriched) appended(this.#byUse, useKey(row.code, row.externalSubscriptionId), row);
  }

  #tellHidden(rows: Row[]): void {
    const now = this.now();
    if (rows.some(({ visibleAt }) => visibleAt > now)) this.settings.onHidden();
  }

  /** Dates that the column cannot hold never come out again. */
  #isVisible(row: Row): boolean {
    return (
      row.deletedAt === undefined && row.visibleAt <= this.now() && fitsClickHouse(row.timestamp)
    );
  }

  #wasVisible({ deletedAt, timestamp, visibleAt }: Row, before: Micros): boolean {
    return (
      visibleAt < before &&
      visibleAt <= this.now() &&
      (deletedAt === undefined || deletedAt >= before) &&
      fitsClickHouse(timestamp)
    );
  }

  #compositeId(draft: EventDraft, ingestedAt: Micros): string {
    const parts = [
      draft.externalSubscriptionId,
      draft.transactionId,
      Math.floor(toMilliseconds(ingestedAt) / 1000),
    ];
    return [this.organizationId(), ...parts].join('-');
  }
}

/** How long it takes to hand on one event of a batch, by what a running Lago did. */
const STAMPING: Micros = 18n;

/**
 * By the millisecond in which an event was handed on; those of one millisecond by id. No two
 * requests share one in a real Lago.
 */
const newestFirst = (left: Row, right: Row): number =>
  right.request - left.request ||
  toMilliseconds(right.createdAt ?? 0n) - toMilliseconds(left.createdAt ?? 0n) ||
  ((left.transactionId ?? '') < (right.transactionId ?? '') ? -1 : 1);

/**
 * The time travels as a double of seconds, printed and cut after the millisecond, which makes about
 * one in eight a millisecond earlier (lago: clickhouse.milliseconds).
 */
function asFloat(timestamp: Micros): Micros {
  if (!fitsClickHouse(timestamp)) return timestamp;
  const [whole = '', fraction = ''] = String(Number(timestamp * 1000n) / 1e9).split('.');
  return BigInt(whole + fraction.padEnd(3, '0').slice(0, 3)) * 1000n;
}

/** Within a metric and a subscription. */
const keyOf = (event: StoredEvent): string =>
  JSON.stringify([event.transactionId, String(event.timestamp)]);

/** Newest by when it was enriched, which need not be the order of arrival. */
function newestPerKey(rows: Row[]): Row[] {
  const newest = new Map<string, Row>();
  for (const row of rows) {
    const known = newest.get(keyOf(row));
    if (known === undefined || known.visibleAt <= row.visibleAt) newest.set(keyOf(row), row);
  }
  return [...newest.values()];
}

const stringified = (properties: [string, Json][]): JsonObject =>
  Object.fromEntries(properties.map(([key, value]) => [key, asText(value)]));

function asText(value: Json): string {
  if (value === null || isEndless(value)) return '';
  if (typeof value === 'string') return value;
  return doubles(value);
}

/**
 * Every number is a double there, and its exponent has no plus. Lists lose their nulls, and objects
 * the order of their keys: here it is turned around, since any other order would do.
 */
function doubles(value: Json): string {
  if (isEndless(value)) return 'null';
  if (typeof value === 'number' || typeof value === 'bigint')
    return String(Number(value)).replace('e+', 'e');
  if (Array.isArray(value)) {
    const items = value.filter((item) => item !== null);
    return `[${items.map(doubles).join(',')}]`;
  }
  if (!isObject(value)) return jsonText(value);
  const members = Object.entries(value)
    .reverse()
    .map(([key, item]) => `${JSON.stringify(key)}:${doubles(item)}`);
  return `{${members.join(',')}}`;
}

/** A number beyond all doubles, which no JSON has. */
const isEndless = (value: Json): boolean => typeof value === 'number' && !Number.isFinite(value);
