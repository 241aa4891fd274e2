import { addTo, groupBy } from '../value/group';
import { isObject } from '../value/json';
import { isoText } from '../value/time';
import { type AskedEvent, placeName, type UsageEvent } from '../value/usage-event';
import { readStoredEvent, type StoredEvent } from './comparison';
import { jsonBody } from './failure';
import type { LagoResponse } from './http';
import { query, type Requests, readOne } from './requests';

const PAGE_SIZE = 500;
/** Most pages of a listing that shows what no address can name: 20,000 events. */
const MOST_PAGES = 40;

/** Events with certain ids among those of a listing. */
export interface ListedEvents {
  readonly byId: ReadonlyMap<string, readonly StoredEvent[]>;
  /**
   * Why no further page was read. `whole`: there is none, so what is not there is not in Lago.
   * `failed`: the answer is no page.
   */
  readonly end: 'whole' | 'too-long' | 'failed';
  /** The answer that was read last. */
  readonly response: LagoResponse;
}

const hasNoNextPage = (meta: { readonly [name: string]: unknown }): boolean =>
  meta['next_page'] === null || meta['next_page'] === undefined;

function list(
  requests: Requests,
  parameters: Readonly<Record<string, string>>,
  asked: readonly AskedEvent[],
  mostPages: number,
): ListedEvents {
  const wanted = new Set(asked.map(({ transaction_id: id }) => id));
  const byId = new Map<string, StoredEvent[]>();
  for (let page = 1; ; page++) {
    const path = query('/events', { ...parameters, per_page: PAGE_SIZE, page });
    const response = readOne(requests, { method: 'get', path });
    const body = jsonBody(response);
    const [events, meta] = [body?.['events'], body?.['meta']];
    if (!Array.isArray(events) || !isObject(meta)) return { byId, end: 'failed', response };
    for (const each of events.map(readStoredEvent))
      if (each !== undefined && wanted.has(each.transaction_id))
        addTo(byId, each.transaction_id, each);
    if (hasNoNextPage(meta)) return { byId, end: 'whole', response };
    if (page >= mostPages) return { byId, end: 'too-long', response };
  }
}

/** An event that is asked for, of which it is known where Lago lists it. */
export type PlacedEvent = Pick<
  UsageEvent,
  'transaction_id' | 'external_subscription_id' | 'code' | 'timestamp'
>;

/**
 * Lists what Lago has under the ids of events of one subscription and code, at their times.
 * @param mostPages that are read
 */
export function listAtTimes(
  requests: Requests,
  events: readonly PlacedEvent[],
  mostPages = MOST_PAGES,
): ListedEvents {
  const [event] = events;
  // Not spread into a call: there may be as many events as rows.
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { timestamp } of events) {
    first = Math.min(first, timestamp * 1000);
    last = Math.max(last, timestamp * 1000);
  }
  // ClickHouse may list an event a millisecond earlier, and Postgres keeps fractions of one.
  const parameters = {
    external_subscription_id: event?.external_subscription_id ?? '',
    code: event?.code ?? '',
    timestamp_from: isoText(Math.floor(first) - 1),
    timestamp_to: isoText(Math.ceil(last)),
  };
  return list(requests, parameters, events, mostPages);
}

/** Lists each event at its time, several at once as far as the listing is not too long. */
export function listEachAtTime<Event extends PlacedEvent>(
  requests: Requests,
  events: readonly Event[],
): Map<Event, ListedEvents> {
  const listed = new Map<Event, ListedEvents>();
  const listGroup = (group: readonly Event[]): ListedEvents => {
    const found = listAtTimes(requests, group);
    for (const each of group) listed.set(each, found);
    return found;
  };
  for (const group of groupsOf(events)) {
    if (listGroup(group).end !== 'too-long') continue;
    for (const moment of groupBy(group, ({ timestamp }) => timestamp).values()) listGroup(moment);
  }
  return listed;
}

/** Events by subscription and code. */
export const groupsOf = <Event extends PlacedEvent>(events: readonly Event[]): Event[][] => [
  ...groupBy(events, placeName).values(),
];

/** Lists each event among all of its subscription, of any code and time. */
export function listEachInSubscription<Event extends AskedEvent>(
  requests: Requests,
  events: readonly Event[],
): Map<Event, ListedEvents> {
  const listed = new Map<Event, ListedEvents>();
  for (const [subscription, group] of groupBy(events, (each) => each.external_subscription_id)) {
    if (subscription === undefined || subscription === '') continue;
    const parameters = { external_subscription_id: subscription };
    const found = list(requests, parameters, group, MOST_PAGES);
    for (const each of group) listed.set(each, found);
  }
  return listed;
}
