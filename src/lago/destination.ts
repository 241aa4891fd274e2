import { isProblem, type Problem, problem } from '../problem/problem';
import type {
  Answer,
  Clock,
  Destination,
  EventCheck,
  EventStore,
  Found,
  Identity,
} from '../sync/ports';
import { isObject } from '../value/json';
import { isoText } from '../value/time';
import type { UsageEvent } from '../value/usage-event';
import { readAnswer } from './answer';
import type { Catalog } from './catalog';
import { type CatalogCache, type CatalogReader, catalogReader, noCache } from './catalog-reader';
import {
  asUsageEvent,
  isSameEvent,
  type ListedEvent,
  readListedEvent,
  readStoredEvent,
  type StoredEvent,
} from './comparison';
import { type CurrentUsage, readCurrentUsage } from './current-usage';
import { type EventList, eventList } from './event-list';
import { jsonBody, readProblem, strangeAnswer } from './failure';
import { type Http, isAnswered, type LagoRequest, type LagoResponse } from './http';
import { query, readable, requestsTo } from './requests';
import { scalarText } from './scalar';

/** Lago documents 50 requests per second for most calls (lago: requests.rate-limit); half of it leaves room for others. */
export const DEFAULT_REQUESTS_PER_SECOND = 25;
const PAGE_SIZE = 500;
/** Requests that one look-up of events may cost. */
const LOOK_UP_REQUESTS = 400;
/** A listing is worth it from so many events of one subscription and code on; below, each is shown alone. */
const LISTED_FROM = 4;
const LISTED_PAGES = 5;

/** Lago, over HTTP, at a pace. Each instance serves one run and remembers what it has read. */
export interface LagoDestination extends Destination, CatalogReader {
  check(fresh?: 'fresh'): EventCheck | Problem;
  /** The event that Lago has under an id, wherever it is. */
  show(id: string): StoredEvent | undefined | Problem;
  /** The first events as Lago lists them: Postgres by time of usage, ClickHouse by time of arrival, the newest first (lago: reading.order, clickhouse.reading). */
  newest(count: number): readonly ListedEvent[] | Problem;
  readonly events: EventList;
  currentUsage(subscriptions: Parameters<typeof readCurrentUsage>[1]): CurrentUsage[] | Problem;
}

/** An id is part of the names of properties, whose parts are divided by dots. */
const ORGANIZATION_ID = /^[\w-]{1,64}$/;
/** A property of Google takes 9 KB, and the name and zone are parts of one. */
const LONGEST_NAME = 200;

const storeOf = (value: unknown): EventStore =>
  value === 'postgres' || value === 'clickhouse' ? value : 'unknown';

/** The ids of events, from the texts that are sent. */
const idsOf = (texts: readonly string[]): string[] =>
  texts.map((text) => (JSON.parse(text) as UsageEvent).transaction_id);

const showRequest = (id: string): LagoRequest => ({
  method: 'get',
  path: `/events/${encodeURIComponent(id)}`,
});

/** Lago's own word that it has no such event; another 404 is a wrong path. */
const isMissingEvent = (response: LagoResponse): boolean =>
  isAnswered(response) &&
  response.status === 404 &&
  jsonBody(response)?.['code'] === 'event_not_found';

/** @param readUntil when nothing more is read (ms); sending has a deadline of its own */
export function lagoDestination(
  http: Http,
  clock: Clock,
  requestsPerSecond: number,
  cache: CatalogCache = noCache,
  readUntil?: number,
): LagoDestination {
  const requests = requestsTo(http, clock, requestsPerSecond, readUntil);
  const { send, read } = requests;
  let identity: Identity | undefined;
  const { catalog, metrics, inventory, check } = catalogReader(
    requests,
    clock,
    cache,
    () => identity?.store ?? 'postgres',
  );

  function identify(): Identity | Problem {
    if (identity !== undefined) return identity;
    const [response] = read([{ method: 'get', path: '/organizations' }]);
    if (response === undefined || !isAnswered(response) || response.status !== 200)
      return response === undefined
        ? problem('lago.unexpected', { answer: 'nothing' })
        : identityProblem(response);
    const organization = jsonBody(response)?.['organization'];
    if (!isObject(organization) || !ORGANIZATION_ID.test(scalarText(organization['lago_id'])))
      return problem('lago.not-lago', { address: http.address, answer: strangeAnswer(response) });
    identity = {
      organization: scalarText(organization['lago_id']),
      name: scalarText(organization['name']).slice(0, LONGEST_NAME),
      store: storeOf(organization['events_store']),
      zone: scalarText(organization['timezone'], 'UTC').slice(0, LONGEST_NAME),
    };
    return identity;
  }

  function identityProblem(response: LagoResponse): Problem {
    const found = readProblem(response, http.address);
    return found.code === 'lago.forbidden'
      ? problem('lago.unknown-organization', { answer: 'the key may not read it' })
      : found;
  }

  const deliver = (batches: readonly (readonly string[])[]): Answer[] =>
    send(
      batches.map((texts) => ({
        method: 'post',
        path: '/events/batch',
        body: `{"events":[${texts.join(',')}]}`,
      })),
    ).map((response, index) =>
      readAnswer(response, batches[index]?.length ?? 0, http.address, idsOf(batches[index] ?? [])),
    );

  function newest(count: number): readonly ListedEvent[] | Problem {
    const [response] = read([
      { method: 'get', path: query('/events', { per_page: count, page: 1 }) },
    ]);
    const events = response === undefined ? undefined : jsonBody(response)?.['events'];
    if (response === undefined || !Array.isArray(events))
      return response === undefined
        ? problem('lago.unexpected', { answer: 'nothing' })
        : readProblem(response, http.address);
    return readable(events, readListedEvent);
  }

  /** The property that Lago computes by the metric's expression and adds to the event. */
  function computedOf(event: UsageEvent, known: Catalog['metrics']): string | undefined {
    const metric = known?.get(event.code);
    return metric?.expression === undefined ? undefined : metric.field;
  }

  const verdict = (
    event: UsageEvent,
    stored: readonly StoredEvent[],
    loaded: Catalog['metrics'],
    taken: 'anywhere' | undefined,
  ): Found | undefined => {
    const mine = stored.filter(
      ({ transaction_id, external_subscription_id }) =>
        transaction_id === event.transaction_id &&
        external_subscription_id === event.external_subscription_id,
    );
    if (mine.length === 0) return undefined;
    if (mine.every((each) => isSameEvent(event, each, computedOf(event, loaded)))) return 'same';
    // Where the metrics may not be read, a property that Lago computed looks like a difference.
    return loaded === undefined && taken === undefined ? 'unknown' : 'different';
  };

  /** Listings of the groups that have many events, found by subscription, code and time. */
  function listGroups(events: readonly UsageEvent[]): {
    readonly stored: ReadonlyMap<string, StoredEvent[]>;
    readonly whole: ReadonlySet<UsageEvent>;
  } {
    const groups = new Map<string, UsageEvent[]>();
    for (const event of events) {
      const name = JSON.stringify([event.external_subscription_id, event.code]);
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [event]);
      else group.push(event);
    }
    const stored = new Map<string, StoredEvent[]>();
    const whole = new Set<UsageEvent>();
    for (const group of groups.values()) {
      if (group.length < LISTED_FROM) continue;
      const listed = listGroup(group);
      for (const each of listed.stored)
        stored.set(each.transaction_id, [...(stored.get(each.transaction_id) ?? []), each]);
      if (listed.whole) for (const event of group) whole.add(event);
    }
    return { stored, whole };
  }

  /** Lago's events among those of a group's subscription, code and times. `whole`: every page was read, so what is not there is not in Lago. */
  function listGroup(group: readonly UsageEvent[]): {
    readonly stored: StoredEvent[];
    readonly whole: boolean;
  } {
    const times = group.map(({ timestamp }) => timestamp * 1000);
    const [event] = group;
    const parameters = {
      external_subscription_id: event?.external_subscription_id ?? '',
      code: event?.code ?? '',
      timestamp_from: isoText(Math.min(...times)),
      timestamp_to: isoText(Math.max(...times)),
      per_page: PAGE_SIZE,
    };
    const wanted = new Set(group.map(({ transaction_id }) => transaction_id));
    const stored: StoredEvent[] = [];
    for (let page = 1; page <= LISTED_PAGES; page++) {
      const [response] = read([{ method: 'get', path: query('/events', { ...parameters, page }) }]);
      const body = response === undefined ? undefined : jsonBody(response);
      const meta = body?.['meta'];
      if (!Array.isArray(body?.['events']) || !isObject(meta)) return { stored, whole: false };
      for (const each of body['events'].map(readStoredEvent))
        if (each !== undefined && wanted.has(each.transaction_id)) stored.push(each);
      if (meta['next_page'] === null || meta['next_page'] === undefined)
        return { stored, whole: true };
    }
    return { stored, whole: false };
  }

  function find(events: readonly UsageEvent[], taken?: 'anywhere'): Found[] | Problem {
    // Alone of what Lago knows they decide what a stored event looks like.
    const loaded = metrics();
    if (loaded !== undefined && isProblem(loaded)) return events.map(() => 'unknown');
    const listed = listGroups(events);
    // Where Lago refuses no duplicates, only the very event matters; else another one under the id is a conflict, which must be seen.
    const provesAbsence = identity?.store !== 'postgres' && taken === undefined;
    const found = events.map(
      (event) =>
        verdict(event, listed.stored.get(event.transaction_id) ?? [], loaded, taken) ??
        (provesAbsence && listed.whole.has(event) ? 'absent' : undefined),
    );
    const open = events
      .flatMap((_, index) => (found[index] === undefined ? [index] : []))
      .slice(0, LOOK_UP_REQUESTS);
    const shown = read(open.map((index) => showRequest(events[index]?.transaction_id ?? '')));
    const refused = shown.find(
      (response) => isAnswered(response) && (response.status === 401 || response.status === 403),
    );
    if (refused !== undefined) return readProblem(refused, http.address);
    open.forEach((index, place) => {
      found[index] = foundByShow(events[index] as UsageEvent, shown[place], loaded, taken);
    });
    return found.map((each) => each ?? 'unasked');
  }

  function foundByShow(
    event: UsageEvent,
    response: LagoResponse | undefined,
    loaded: Catalog['metrics'],
    taken: 'anywhere' | undefined,
  ): Found {
    if (response === undefined || !isAnswered(response)) return 'unknown';
    if (isMissingEvent(response)) return 'absent';
    const stored = readStoredEvent(jsonBody(response)?.['event']);
    if (response.status !== 200 || stored === undefined) return 'unknown';
    const own = verdict(event, [stored], loaded, taken);
    if (own !== undefined) return own;
    // Lago shows the first event with this id in the organization; ours may stand behind one of another subscription (lago: reading.first).
    const behind = listGroup([event]);
    const absent = taken === undefined ? 'absent' : 'different';
    return verdict(event, behind.stored, loaded, taken) ?? (behind.whole ? absent : 'unknown');
  }

  function show(id: string): StoredEvent | undefined | Problem {
    const [response] = read([showRequest(id)]);
    if (response === undefined) return undefined;
    if (isMissingEvent(response)) return undefined;
    return readStoredEvent(jsonBody(response)?.['event']) ?? readProblem(response, http.address);
  }

  const events = eventList(requests);
  const eventsOf = (ids: readonly string[]): (UsageEvent | undefined | 'unknown')[] =>
    events
      .show(ids)
      .map((event) => (event === undefined || event === 'unknown' ? event : asUsageEvent(event)));

  return {
    identify,
    deliver,
    find,
    eventsOf,
    check,
    show,
    catalog,
    metrics,
    inventory,
    newest,
    events,
    currentUsage: (subscriptions) => readCurrentUsage(requests, subscriptions),
  };
}
