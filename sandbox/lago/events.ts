import { DateTime } from 'luxon';
import type { Answers, EventAnswer } from './answers';
import { Decimal, decimalText, roundTo } from './decimal';
import { internal, invalid, missingParameter, notFound } from './errors';
import type { EventDraft, EventStore, StoredEvent } from './event-store';
import { ExpressionError, evaluate } from './expression';
import { copy, isBlank, isObject, type Json, type JsonObject, objectAt, scalarText } from './json';
import type { Organization } from './organization';
import type { Settings } from './settings';
import { subscriptionAt, subscriptionsWithId } from './subscriptions';
import {
  fromMilliseconds,
  iso8601,
  iso8601Seconds,
  type Micros,
  parseTimestamp,
  toMilliseconds,
} from './timestamp';

/**
 * What is wrong with an event: by field, or one text for a failed expression (lago:
 * expression.error).
 */
type Faulty = JsonObject | string;

export function createEvent(organization: Organization, body: JsonObject): Answers['POST /events'] {
  const input = requiredEvent(body);
  const draft = readEvent(organization, input);
  if (draft === null) throw invalid(UNREADABLE);
  const failure = applyExpression(organization, draft);
  if (failure !== null) throw invalid(failure);
  const missing = missingFields(draft);
  if (organization.events.validatesSingleEvents && missing !== null) throw invalid(missing);
  return { event: serializeEvent(taken(organization, (events) => events.insert(draft))) };
}

const UNREADABLE: JsonObject = { timestamp: ['invalid_format'] };

function requiredEvent(body: JsonObject): JsonObject {
  const event = body.event;
  if (isObject(event) && Object.keys(event).length > 0) return event;
  const present =
    typeof event === 'object'
      ? Array.isArray(event) && event.length > 0
      : !isBlank(scalarText(event));
  if (present && event !== false) throw internal();
  throw missingParameter('event');
}

/** First every event is looked at, then all are stored or none (lago: batch.first-stage). */
export function createBatch(
  organization: Organization,
  body: JsonObject,
  settings: Pick<Settings, 'maxBatch' | 'blanksBreakBatches'>,
): Answers['POST /events/batch'] {
  const inputs = Array.isArray(body.events) ? body.events.filter(isObject) : [];
  if (inputs.length === 0) throw invalid({ events: ['no_events'] });
  if (inputs.length > settings.maxBatch) throw invalid({ events: ['too_many_events'] });
  const drafts: EventDraft[] = [];
  const faulty: JsonObject = {};
  inputs.forEach((input, position) => {
    const draft = readEvent(organization, input);
    const fault = draft === null ? UNREADABLE : faultOf(organization, draft);
    if (fault !== null) faulty[String(position)] = fault;
    if (settings.blanksBreakBatches && draft !== null && missingFields(draft) !== null)
      throw internal();
    if (draft !== null) drafts.push(draft);
  });
  if (Object.keys(faulty).length > 0) throw invalid(faulty);
  const stored = taken(organization, (events) => events.insertAll(drafts));
  return { events: stored.map(serializeEvent) };
}

/** Stores events, each of which is followed by its job; not if the request is refused. */
function taken<T>(organization: Organization, insert: (events: EventStore) => T): T {
  const { events, eventJobs } = organization;
  const before = events.all().length;
  const answer = insert(events);
  const billed = events
    .all()
    .slice(before)
    .filter((event) => eventJobs.add(event));
  if (billed.length > 0) organization.revision += 1;
  return answer;
}

/** A missing field hides a failed expression. */
function faultOf(organization: Organization, draft: EventDraft): Faulty | null {
  const failure = applyExpression(organization, draft);
  return missingFields(draft) ?? failure;
}

/**
 * Keys that Lago does not know, external_customer_id among them, are dropped without a word; null:
 * a bad timestamp, or what Lago takes for one (lago: event.nul).
 */
function readEvent(organization: Organization, input: JsonObject): EventDraft | null {
  const timestamp = parseTimestamp(input.timestamp, organization.now());
  const code = scalarText(input.code);
  if (timestamp === null || code?.includes('\0')) return null;
  return {
    transactionId: scalarText(input.transaction_id),
    externalSubscriptionId: scalarText(input.external_subscription_id),
    code,
    timestamp,
    preciseTotalAmountCents: preciseAmount(input.precise_total_amount_cents),
    properties: copy(objectAt(input, 'properties')),
  };
}

/** The column's digits behind the point. */
const AMOUNT_DIGITS = 15;

/** Ruby reads the number at the beginning of a text and takes anything else for zero. */
function preciseAmount(value: Json | undefined): string | null {
  const text = scalarText(value);
  if (text === null || isBlank(text)) return null;
  const leading = /^\s*[+-]?\d+(\.\d+)?(e[+-]?\d{1,2})?/i.exec(text)?.[0].trim() ?? '0';
  return decimalText(roundTo(new Decimal(leading.replace(/^\+/, '')), 'round', AMOUNT_DIGITS));
}

function missingFields(draft: EventDraft): JsonObject | null {
  const missing: JsonObject = {};
  if (isBlank(draft.transactionId)) missing.transaction_id = ['value_is_mandatory'];
  if (isBlank(draft.code)) missing.code = ['value_is_mandatory'];
  return Object.keys(missing).length > 0 ? missing : null;
}

/** Writes a computed metric's value into the event's properties; returns what went wrong. */
function applyExpression(organization: Organization, draft: EventDraft): string | null {
  const metric = organization.metrics.find((candidate) => candidate.code === draft.code);
  if (
    !metric ||
    metric.expression === null ||
    metric.expression === '' ||
    metric.fieldName === null
  )
    return null;
  try {
    draft.properties[metric.fieldName] = evaluate(metric.expression, draft);
    return null;
  } catch (error) {
    if (error instanceof ExpressionError) return `expression_evaluation_failed: ${error.message}`;
    throw error;
  }
}

export function findEvent(
  organization: Organization,
  transactionId: string,
  retentionMs: number,
): Answers['GET /events/:transaction_id'] {
  const first = organization.events.first(transactionId);
  if (!first || !isRetained(organization, first, retentionMs)) throw notFound('event');
  return { event: serializeStored(organization, first) };
}

export function listEvents(
  organization: Organization,
  query: URLSearchParams,
  retentionMs: number,
): StoredEvent[] {
  const code = query.get('code');
  const subscription = query.get('external_subscription_id');
  const { from, to } = timestampRange(organization, query);
  return organization.events
    .readable()
    .filter(
      (event) =>
        (code === null || event.code === code) &&
        (subscription === null || event.externalSubscriptionId === subscription) &&
        (from === null || event.timestamp >= from) &&
        (to === null || event.timestamp <= to) &&
        isRetained(organization, event, retentionMs),
    );
}

function isRetained(
  organization: Organization,
  { externalSubscriptionId }: StoredEvent,
  retentionMs: number,
): boolean {
  const subscriptions = organization.subscriptionsById.get(externalSubscriptionId ?? '');
  if (retentionMs === Number.POSITIVE_INFINITY || subscriptions === undefined) return true;
  const oldest = organization.now() - fromMilliseconds(retentionMs);
  return subscriptions.some((subscription) => {
    return subscription.terminatedAt === null || subscription.terminatedAt > oldest;
  });
}

/** (lago: reading.invalid-filters) */
function timestampRange(
  organization: Organization,
  query: URLSearchParams,
): { from: Micros | null; to: Micros | null } {
  const since = query.get('timestamp_from_started_at');
  const externalId = query.get('external_subscription_id');
  const problems: JsonObject = {};
  if (since !== null && since !== 'true' && since !== 'false')
    problems.timestamp_from_started_at = ['has to be true or false'];
  if (since === 'true' && query.get('timestamp_from'))
    problems.timestamp_from = ['does not go with timestamp_from_started_at'];
  if (since === 'true' && !externalId)
    problems.external_subscription_id = ['goes with timestamp_from_started_at'];
  if (Object.keys(problems).length > 0) throw invalid(problems);
  const from =
    since === 'true' ? subscriptionsWithId(organization, externalId)[0]?.startedAt : null;
  return {
    from: from ?? dateFilter(query, 'timestamp_from'),
    to: dateFilter(query, 'timestamp_to'),
  };
}

function dateFilter(query: URLSearchParams, name: string): Micros | null {
  const text = query.get(name);
  if (text === null || text === '') return null;
  const date = DateTime.fromISO(text, { zone: 'utc' });
  if (!date.isValid) throw invalid({ [name]: ['invalid_date'] });
  return fromMilliseconds(date.toMillis());
}

/**
 * As GETs show it: ClickHouse alone looks up the subscription, and has no nulls (lago:
 * clickhouse.amount).
 */
export function serializeStored(organization: Organization, event: StoredEvent): EventAnswer {
  const shown = serializeEvent(event);
  if (organization.events.name === 'postgres') return shown;
  const subscription = subscriptionAt(organization, event);
  return {
    ...shown,
    transaction_id: shown.transaction_id ?? '',
    code: shown.code ?? '',
    external_subscription_id: shown.external_subscription_id ?? '',
    precise_total_amount_cents: shown.precise_total_amount_cents ?? '0.0',
    lago_customer_id: subscription?.customer.lagoId ?? null,
    lago_subscription_id: subscription?.lagoId ?? null,
  };
}

export function serializeEvent(event: StoredEvent): EventAnswer {
  return {
    lago_id: event.lagoId,
    transaction_id: event.transactionId,
    lago_customer_id: null,
    code: event.code,
    timestamp: iso8601(event.timestamp),
    precise_total_amount_cents: event.preciseTotalAmountCents,
    properties: copy(event.properties),
    lago_subscription_id: null,
    external_subscription_id: event.externalSubscriptionId,
    created_at: event.createdAt === null ? null : iso8601Seconds(event.createdAt),
  };
}

/** An event as a checker reads it. */
export interface IngestedEvent {
  organization: string;
  transactionId: string | null;
  externalSubscriptionId: string | null;
  code: string | null;
  timestampMs: number;
  preciseTotalAmountCents: string | null;
  properties: JsonObject;
  ingestedAtMs: number;
}

export function ingestedEvents(organization: Organization): IngestedEvent[] {
  return organization.events.all().map((event) => ({
    organization: organization.lagoId,
    transactionId: event.transactionId,
    externalSubscriptionId: event.externalSubscriptionId,
    code: event.code,
    timestampMs: toMilliseconds(event.timestamp),
    preciseTotalAmountCents: event.preciseTotalAmountCents,
    properties: copy(event.properties),
    ingestedAtMs: toMilliseconds(event.ingestedAt),
  }));
}
